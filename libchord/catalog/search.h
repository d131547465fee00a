/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* Full text search.
 *
 * The tables messages_fts (content, reasoning), attachments_fts (name, text) and conversations_fts
 * (title) index the tables of those names; triggers keep them. Words are found whatever their case
 * and diacritics. Scripts that are written without spaces (Chinese, Japanese, Thai and the like)
 * are indexed character by character and searched as a phrase, so that any part of a text is found
 * from one character on.
 * That takes a tokenizer of our own, "chord", which only connections of this program have: other
 * programs can read the database, but not write messages. */

/* What a user typed, as a query for MATCH: every word must be there, the last may be the beginning
 * of one; "words in quotes" must follow each other. Nothing that is typed is a syntax error. NULL
 * where there is nothing to look for. */
char *ch_search_make_query (const char *text);
