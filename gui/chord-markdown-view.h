/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define CHORD_TYPE_MARKDOWN_VIEW (chord_markdown_view_get_type ())
G_DECLARE_FINAL_TYPE (ChordMarkdownView, chord_markdown_view, CHORD, MARKDOWN_VIEW, GtkWidget)

GtkWidget *chord_markdown_view_new (void);
/* Shows a text, as it was typed when plain. When it begins with the text shown before, only its
 * last block is parsed and laid out anew. */
void chord_markdown_view_set_text (ChordMarkdownView *self, const char *text, gboolean plain);

G_END_DECLS
