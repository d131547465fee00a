/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

#include "chord-markdown-node.h"

G_BEGIN_DECLS

/* Makes the children of parent from `first` on (NULL: behind all of them) show the nodes. A widget
 * that shows the same already is left alone, one of the same kind is changed, and only what does
 * not fit is replaced: a block that grows keeps its widgets.
 *
 * Returns: (transfer none) (nullable): the last widget that shows one of the nodes */
GtkWidget *chord_markdown_blocks_sync (GtkWidget *parent, GtkWidget *first, GPtrArray *nodes);

/* Removes a child and all behind it; NULL removes nothing. */
void chord_markdown_blocks_remove_from (GtkWidget *first);

G_END_DECLS
