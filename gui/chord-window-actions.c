/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "chord-window-private.h"

/* What the user can do in a window, by menu, button or key. */

static void
new_chat (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ChordWindow *self = CHORD_WINDOW (widget);

  chord_window_start_chat (self);
  chord_window_show_page (self, "chat");
}

static void
stop (GtkWidget *widget, const char *action, GVariant *parameter)
{
  chord_chat_view_stop (CHORD_WINDOW (widget)->chat);
}

static void
try_again (GtkWidget *widget, const char *action, GVariant *parameter)
{
  chord_model_loader_try_again (chord_window_get_loader (CHORD_WINDOW (widget)));
}

static void
open_menu (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ChordWindow *self = CHORD_WINDOW (widget);

  adw_flap_set_reveal_flap (self->flap, TRUE);
  gtk_widget_activate_action (GTK_WIDGET (self->sidebar), "sidebar.menu", NULL);
}

static void
toggle_sidebar (GtkWidget *widget, const char *action, GVariant *parameter)
{
  AdwFlap *flap = CHORD_WINDOW (widget)->flap;

  adw_flap_set_reveal_flap (flap, !adw_flap_get_reveal_flap (flap));
}

static void
model_chosen (GtkNativeDialog *dialog, int response, ChordWindow *self)
{
  g_autoptr (GFile) file = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  g_object_unref (dialog);
  if (file)
    chord_model_loader_load_file (chord_window_get_loader (self), file);
}

static void
open_model (GtkWidget *widget, const char *action, GVariant *parameter)
{
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (
      _("Open a Model"), GTK_WINDOW (widget), GTK_FILE_CHOOSER_ACTION_OPEN, NULL, NULL);

  gtk_file_filter_set_name (filter, _("Models (GGUF)"));
  gtk_file_filter_add_pattern (filter, "*.gguf");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), filter);
  g_signal_connect_object (dialog, "response", G_CALLBACK (model_chosen), widget, 0);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

void
chord_window_install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.new-chat", NULL, new_chat);
  gtk_widget_class_install_action (widget_class, "win.open-model", NULL, open_model);
  gtk_widget_class_install_action (widget_class, "win.try-again", NULL, try_again);
  gtk_widget_class_install_action (widget_class, "win.stop", NULL, stop);
  gtk_widget_class_install_action (widget_class, "win.menu", NULL, open_menu);
  gtk_widget_class_install_action (widget_class, "win.sidebar", NULL, toggle_sidebar);
  gtk_widget_class_install_property_action (widget_class, "win.page", "page");
}
