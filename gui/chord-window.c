/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-window.h"

#include <chord.h>
#include <glib/gi18n.h>

#include "chord-chat-view.h"

/* The main window: a model that is loaded, shown as loading, ready or failed, and the chat
 * with it. */

struct _ChordWindow
{
  AdwApplicationWindow parent_instance;

  AdwWindowTitle *title;
  GtkStack *stack;
  GtkProgressBar *load_progress;
  AdwStatusPage *error_page;
  ChordChatView *chat;
  GtkMenuButton *menu_button;

  GFile *file; /* what is loaded, or being loaded */
  ChordModel *model;
  GCancellable *loading; /* non-NULL while a load runs */
};

G_DEFINE_FINAL_TYPE (ChordWindow, chord_window, ADW_TYPE_APPLICATION_WINDOW)

static void
stop_loading (ChordWindow *self)
{
  if (self->loading)
    g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
}

static void
show_error (ChordWindow *self, const GError *error)
{
  g_autofree char *name = g_file_get_basename (self->file);
  g_autofree char *escaped = g_markup_escape_text (error->message, -1);

  adw_window_title_set_subtitle (self->title, name);
  adw_status_page_set_description (self->error_page, escaped);
  gtk_stack_set_visible_child_name (self->stack, "error");
}

static void
show_model (ChordWindow *self)
{
  g_autoptr (ChordSession) session = chord_session_new (self->model);

  adw_window_title_set_subtitle (self->title, chord_model_get_name (self->model));
  chord_chat_view_set_session (self->chat, session);
  gtk_stack_set_visible_child_name (self->stack, "chat");
  gtk_widget_grab_focus (GTK_WIDGET (self->chat));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.new-chat", TRUE);
}

static void
model_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChordWindow) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChordModel) model = chord_model_load_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* another load took its place, or the window is gone */
  g_clear_object (&self->loading);
  if (model == NULL)
    {
      show_error (self, error);
      return;
    }
  self->model = g_steal_pointer (&model);
  show_model (self);
}

static void
progress_changed (ChordProgress *progress, GParamSpec *pspec, ChordWindow *self)
{
  gtk_progress_bar_set_fraction (self->load_progress, chord_progress_get_fraction (progress));
}

void
chord_window_open_model (ChordWindow *self, GFile *file)
{
  g_autoptr (ChordProgress) progress = chord_progress_new ();
  g_autofree char *name = g_file_get_basename (file);
  const char *path = g_file_peek_path (file);

  stop_loading (self);
  chord_chat_view_set_session (self->chat, NULL);
  g_clear_object (&self->model);
  g_set_object (&self->file, file);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.new-chat", FALSE);
  if (path == NULL)
    {
      g_autoptr (GError) error =
          g_error_new (G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                       _("“%s” is not on this computer; copy it here first."), name);

      show_error (self, error);
      return;
    }
  self->loading = g_cancellable_new ();
  adw_window_title_set_subtitle (self->title, name);
  gtk_progress_bar_set_fraction (self->load_progress, 0);
  gtk_stack_set_visible_child_name (self->stack, "loading");
  g_signal_connect_object (progress, "notify::fraction", G_CALLBACK (progress_changed), self, 0);
  chord_model_load_async (path, NULL, progress, self->loading, model_loaded, g_object_ref (self));
}

gboolean
chord_window_has_model (ChordWindow *self)
{
  return self->file != NULL;
}

/* ---- Actions --------------------------------------------------------------------------------- */

static void
new_chat (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ChordWindow *self = CHORD_WINDOW (widget);

  if (self->model)
    show_model (self);
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
  g_autoptr (GFile) file = g_object_ref (self->file);

  chord_window_open_model (self, file);
}

static void
open_menu (GtkWidget *widget, const char *action, GVariant *parameter)
{
  gtk_menu_button_popup (CHORD_WINDOW (widget)->menu_button);
}

static void
model_chosen (GtkNativeDialog *dialog, int response, ChordWindow *self)
{
  g_autoptr (GFile) file = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  g_object_unref (dialog);
  if (file)
    chord_window_open_model (self, file);
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

/* ---- Life ------------------------------------------------------------------------------------ */

static void
chord_window_dispose (GObject *object)
{
  ChordWindow *self = CHORD_WINDOW (object);

  stop_loading (self);
  gtk_widget_dispose_template (GTK_WIDGET (self), CHORD_TYPE_WINDOW);
  g_clear_object (&self->model);
  g_clear_object (&self->file);
  G_OBJECT_CLASS (chord_window_parent_class)->dispose (object);
}

static void
chord_window_class_init (ChordWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chord_window_dispose;

  g_type_ensure (CHORD_TYPE_CHAT_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/chord_engine/Chord/chord-window.ui");
  gtk_widget_class_bind_template_child (widget_class, ChordWindow, title);
  gtk_widget_class_bind_template_child (widget_class, ChordWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, ChordWindow, load_progress);
  gtk_widget_class_bind_template_child (widget_class, ChordWindow, error_page);
  gtk_widget_class_bind_template_child (widget_class, ChordWindow, chat);
  gtk_widget_class_bind_template_child (widget_class, ChordWindow, menu_button);
  gtk_widget_class_install_action (widget_class, "win.new-chat", NULL, new_chat);
  gtk_widget_class_install_action (widget_class, "win.open-model", NULL, open_model);
  gtk_widget_class_install_action (widget_class, "win.try-again", NULL, try_again);
  gtk_widget_class_install_action (widget_class, "win.stop", NULL, stop);
  gtk_widget_class_install_action (widget_class, "win.menu", NULL, open_menu);
}

static void
chord_window_init (ChordWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.new-chat", FALSE);
}

ChordWindow *
chord_window_new (ChordApplication *application)
{
  return g_object_new (CHORD_TYPE_WINDOW, "application", application, NULL);
}
