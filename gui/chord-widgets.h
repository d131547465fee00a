/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* gtk_widget_dispose_template () of GTK 4.8 lets go only of children that have a name. */
static inline void
chord_widget_unparent_children (GtkWidget *widget)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (widget)) != NULL)
    gtk_widget_unparent (child);
}

/* A bin does not notice that a template takes its own child from it when that has a name. */
static inline void
chord_bin_dispose_template (AdwBin *bin, GType type)
{
  adw_bin_set_child (bin, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (bin), type);
}

G_END_DECLS
