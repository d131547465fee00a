/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-sidebar.h"

/* The start side of the window: the conversations, and the ways to the other pages. */

struct _ChordSidebar
{
  AdwBin parent_instance;

  GtkMenuButton *menu_button;
};

G_DEFINE_FINAL_TYPE (ChordSidebar, chord_sidebar, ADW_TYPE_BIN)

static void
open_menu (GtkWidget *widget, const char *action, GVariant *parameter)
{
  gtk_menu_button_popup (CHORD_SIDEBAR (widget)->menu_button);
}

static void
chord_sidebar_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), CHORD_TYPE_SIDEBAR);
  G_OBJECT_CLASS (chord_sidebar_parent_class)->dispose (object);
}

static void
chord_sidebar_class_init (ChordSidebarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chord_sidebar_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/chord_engine/Chord/chord-sidebar.ui");
  gtk_widget_class_bind_template_child (widget_class, ChordSidebar, menu_button);
  gtk_widget_class_install_action (widget_class, "sidebar.menu", NULL, open_menu);
}

static void
chord_sidebar_init (ChordSidebar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
