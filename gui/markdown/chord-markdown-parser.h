/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chord-markdown-node.h"

G_BEGIN_DECLS

/* Parses CommonMark with tables, strikethrough, task lists, bare links and formulas. Every text has
 * a tree: what cannot be understood is a paragraph. HTML is shown, not obeyed, and an image is a
 * link to it, so nothing is ever fetched. */
ChordMarkdownNode *chord_markdown_parse (const char *text, gsize length);

/* A text that is shown as it was typed. */
ChordMarkdownNode *chord_markdown_parse_plain (const char *text, gsize length);

/* Whether a link may be opened: it leads to the web or to a mail address. */
gboolean chord_markdown_is_safe_link (const char *uri);

G_END_DECLS
