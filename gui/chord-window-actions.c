/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "chord-window-private.h"

/* What the user can do in a window, by menu, button or key. */

static void
new_chat (GtkWidget *widget, const char *action, GVariant *parameter)
{
  chord_window_start_chat (CHORD_WINDOW (widget));
}

static void
stop (GtkWidget *widget, const char *action, GVariant *parameter)
{
  chord_chat_view_stop (CHORD_WINDOW (widget)->chat);
}

static void
try_again (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ChordWindow *self = CHORD_WINDOW (widget);

  chord_model_loader_try_again (chord_application_get_loader (chord_window_get_app (self)));
}

static void
open_menu (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ChordWindow *self = CHORD_WINDOW (widget);

  adw_flap_set_reveal_flap (self->flap, TRUE);
  chord_sidebar_open_menu (self->sidebar);
}

static void
toggle_sidebar (GtkWidget *widget, const char *action, GVariant *parameter)
{
  AdwFlap *flap = CHORD_WINDOW (widget)->flap;

  adw_flap_set_reveal_flap (flap, !adw_flap_get_reveal_flap (flap));
}

static void
search (GtkWidget *widget, const char *action, GVariant *parameter)
{
  chord_window_search (CHORD_WINDOW (widget), NULL);
}

static void
find (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ChordWindow *self = CHORD_WINDOW (widget);

  chord_window_show_page (self, "chat");
  gtk_widget_activate_action (GTK_WIDGET (self->chat), "chat.find", NULL);
}

/* Alt+1 … Alt+9: the first conversations of the list */
static void
jump (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ChordWindow *self = CHORD_WINDOW (widget);
  GListModel *conversations = chord_catalog_get_conversations (
      chord_application_get_catalog (chord_window_get_app (self)));
  g_autoptr (ChordConversation) conversation =
      g_list_model_get_item (conversations, g_variant_get_int32 (parameter) - 1);

  if (conversation)
    chord_window_open_conversation (self, conversation, 0);
}

static void
dismiss_model_problem (GtkWidget *widget, const char *action, GVariant *parameter)
{
  gtk_revealer_set_reveal_child (CHORD_WINDOW (widget)->model_problem, FALSE);
}

static void
model_chosen (GtkNativeDialog *dialog, int response, ChordWindow *self)
{
  g_autoptr (GFile) file = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  g_object_unref (dialog);
  if (file)
    chord_model_loader_load_file (chord_application_get_loader (chord_window_get_app (self)), file);
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
  gtk_widget_class_install_action (widget_class, "win.find", NULL, find);
  gtk_widget_class_install_action (widget_class, "win.search", NULL, search);
  gtk_widget_class_install_action (widget_class, "win.jump", "i", jump);
  gtk_widget_class_install_action (widget_class, "win.dismiss-model-problem", NULL,
                                   dismiss_model_problem);
  gtk_widget_class_install_action (widget_class, "win.menu", NULL, open_menu);
  gtk_widget_class_install_action (widget_class, "win.sidebar", NULL, toggle_sidebar);
  gtk_widget_class_install_property_action (widget_class, "win.page", "page");
}
