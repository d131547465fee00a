/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Cuts a Markdown text, while it grows, into pieces that can be parsed alone.
 *
 * A cut depends only on what stands before it and at the beginning of the line behind it, so text
 * that comes later never moves one: an answer that arrives in any chunks ends in the same pieces as
 * the whole text. */

/* Where the piece that begins at start ends and the next begins, or 0 when it is the last one. */
gsize chord_markdown_find_cut (const char *text, gsize length, gsize start);

/* The same for text that is not Markdown: it is cut only where a block would get too long. */
gsize chord_markdown_find_plain_cut (const char *text, gsize length, gsize start);

G_END_DECLS
