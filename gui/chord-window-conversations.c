/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "chord-conversation-item.h"
#include "chord-settings.h"
#include "chord-window-private.h"

/* What a window does with conversations: opening, renaming, copying, exporting, deleting. Their
 * actions take the id of a conversation; 0 is the one that is open. */

/* ---- Opening --------------------------------------------------------------------------------- */

static void
remember_conversation (ChordWindow *self)
{
  g_object_set (chord_settings_get_default (), "conversation",
                chord_record_get_id (CHORD_RECORD (self->conversation)), NULL);
}

void
chord_window_update_title (ChordWindow *self)
{
  const char *page = gtk_stack_get_visible_child_name (self->pages);
  gboolean chat = g_str_equal (page, "chat");
  GtkWidget *child = gtk_stack_get_visible_child (self->pages);
  const char *title = chat && self->conversation
                          ? chord_conversation_display_title (self->conversation)
                          : gtk_stack_page_get_title (gtk_stack_get_page (self->pages, child));

  chord_model_button_set_title (self->model_button, title);
  gtk_window_set_title (GTK_WINDOW (self), title);
  gtk_widget_set_visible (GTK_WIDGET (self->chat_menu), chat);
}

void
chord_window_open_conversation (ChordWindow *self, ChordConversation *conversation, gint64 message)
{
  ChordChats *chats = chord_application_get_chats (chord_window_get_app (self));
  g_autoptr (ChordConversationMessage) found =
      message ? chord_conversation_find_message (conversation, message) : NULL;

  /* The message may be on a branch that is not shown. */
  if (found)
    chord_conversation_select (conversation, found);
  if (self->conversation != conversation)
    {
      g_autoptr (ChordChat) chat = chord_chats_get (chats, conversation);

      if (self->conversation)
        g_signal_handlers_disconnect_by_data (self->conversation, self);
      g_set_object (&self->conversation, conversation);
      g_signal_connect_object (conversation, "notify::title",
                               G_CALLBACK (chord_window_update_title), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (conversation, "notify::id", G_CALLBACK (remember_conversation), self,
                               G_CONNECT_SWAPPED);
      chord_chat_view_set_chat (self->chat, chat);
      chord_sidebar_set_current (self->sidebar, conversation);
      remember_conversation (self);
    }
  if (message)
    chord_chat_view_show_message (self->chat, message);
  chord_window_show_page (self, "chat");
  chord_window_update_title (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->chat));
}

static gboolean
is_empty (ChordConversation *conversation)
{
  return g_list_model_get_n_items (chord_conversation_get_path (conversation)) == 0;
}

/* What the user wishes for new chats. */
static void
set_up_conversation (ChordConversation *conversation)
{
  ChordSettings *settings = chord_settings_get_default ();
  g_autofree char *prompt = chord_settings_dup_string (settings, "system-prompt");
  gint64 preset = chord_settings_get_int64 (settings, "preset");

  if (preset != 0)
    chord_conversation_set_preset_id (conversation, preset);
  if (prompt && *prompt)
    chord_conversation_set_system_prompt (conversation, prompt);
}

/* One that is still empty is as good as a new one. */
void
chord_window_start_chat (ChordWindow *self)
{
  ChordCatalog *catalog = chord_application_get_catalog (chord_window_get_app (self));
  g_autoptr (ChordConversation) conversation = NULL;
  g_autoptr (GError) error = NULL;

  if (self->conversation && is_empty (self->conversation))
    conversation = g_object_ref (self->conversation);
  else
    conversation = chord_catalog_add_conversation (catalog, &error);
  if (conversation == NULL)
    {
      chord_window_show_error (self, error);
      return;
    }
  if (conversation != self->conversation)
    set_up_conversation (conversation);
  chord_window_open_conversation (self, conversation, 0);
}

/* ---- Actions --------------------------------------------------------------------------------- */

/* transfer full; the conversation that an action is about, or NULL */
static ChordConversation *
dup_target (ChordWindow *self, GVariant *parameter)
{
  gint64 id = g_variant_get_int64 (parameter);

  if (id != 0)
    return chord_application_find_conversation (chord_window_get_app (self), id);
  return self->conversation ? g_object_ref (self->conversation) : NULL;
}

/* Connects a callback whose data are the conversation, which the object keeps alive. */
static void
connect_about (gpointer object, const char *signal, GCallback callback,
               ChordConversation *conversation)
{
  g_object_set_data_full (object, "conversation", g_object_ref (conversation), g_object_unref);
  g_signal_connect (object, signal, callback, conversation);
}

static void
rename_answered (AdwMessageDialog *dialog, const char *response, ChordConversation *conversation)
{
  GtkEditable *entry = GTK_EDITABLE (adw_message_dialog_get_extra_child (dialog));
  g_autofree char *title = g_strstrip (g_strdup (gtk_editable_get_text (entry)));
  g_autoptr (GError) error = NULL;

  if (!g_str_equal (response, "rename") || *title == '\0')
    return;
  chord_conversation_set_title (conversation, title);
  chord_conversation_set_title_set (conversation, TRUE);
  if (!chord_record_save (CHORD_RECORD (conversation), &error))
    chord_window_show_error (CHORD_WINDOW (gtk_window_get_transient_for (GTK_WINDOW (dialog))),
                             error);
}

static void
rename_chat (GtkWidget *widget, const char *action, GVariant *parameter)
{
  g_autoptr (ChordConversation) conversation = dup_target (CHORD_WINDOW (widget), parameter);
  GtkWidget *dialog, *entry;

  if (conversation == NULL)
    return;
  dialog = adw_message_dialog_new (GTK_WINDOW (widget), _("Rename Chat"), NULL);
  entry = gtk_entry_new ();
  gtk_editable_set_text (GTK_EDITABLE (entry), chord_conversation_display_title (conversation));
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Title"), -1);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), entry);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "rename",
                                    _("_Rename"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "rename",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "rename");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  connect_about (dialog, "response", G_CALLBACK (rename_answered), conversation);
  gtk_window_present (GTK_WINDOW (dialog));
  gtk_widget_grab_focus (entry);
}

static void
duplicate_chat (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ChordWindow *self = CHORD_WINDOW (widget);
  g_autoptr (ChordConversation) conversation = dup_target (self, parameter);
  g_autoptr (ChordConversation) copy = NULL;
  g_autoptr (GError) error = NULL;

  if (conversation == NULL)
    return;
  copy = chord_conversation_duplicate (conversation, &error);
  if (copy)
    chord_window_open_conversation (self, copy, 0);
  else
    chord_window_show_error (self, error);
}

/* ---- Deleting -------------------------------------------------------------------------------- */

/* Enough to read what is gone, and to get to the button by keyboard or screen reader */
#define UNDO_SECONDS 15

static void
undo_delete (AdwToast *toast, ChordConversation *conversation)
{
  ChordWindow *self = g_object_get_data (G_OBJECT (toast), "window");
  g_autoptr (GError) error = NULL;

  if (chord_conversation_restore (conversation, &error))
    chord_window_open_conversation (self, conversation, 0);
  else
    chord_window_show_error (self, error);
}

static void
offer_undo (ChordWindow *self, ChordConversation *conversation)
{
  g_autofree char *title =
      g_markup_escape_text (chord_conversation_display_title (conversation), -1);
  /* Translators: the title of a conversation */
  g_autofree char *text = g_strdup_printf (_("“%s” deleted"), title);
  AdwToast *toast = adw_toast_new (text);

  adw_toast_set_button_label (toast, _("_Undo"));
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  adw_toast_set_timeout (toast, UNDO_SECONDS);
  g_object_set_data (G_OBJECT (toast), "window", self);
  connect_about (toast, "button-clicked", G_CALLBACK (undo_delete), conversation);
  chord_window_add_toast (self, toast);
}

static void
delete_chat (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ChordWindow *self = CHORD_WINDOW (widget);
  g_autoptr (ChordConversation) conversation = dup_target (self, parameter);
  g_autoptr (GError) error = NULL;

  /* What nothing was said in is not kept anyway. */
  if (conversation == NULL || chord_record_get_id (CHORD_RECORD (conversation)) == 0)
    return;
  if (!chord_conversation_trash (conversation, &error))
    {
      chord_window_show_error (self, error);
      return;
    }
  if (conversation == self->conversation)
    {
      chord_chat_view_stop (self->chat);
      chord_window_start_chat (self);
    }
  offer_undo (self, conversation);
}

/* ---- Export and import ----------------------------------------------------------------------- */

static void
exported (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChordWindow) self = data;
  g_autoptr (GError) error = NULL;

  if (!g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    chord_window_show_error (self, error);
  else
    chord_window_add_toast (self, adw_toast_new (_("Conversation exported")));
}

static ChordExportFormat
format_of (GFile *file)
{
  g_autofree char *name = g_file_get_basename (file);

  if (g_str_has_suffix (name, ".json"))
    return CHORD_EXPORT_FORMAT_JSON;
  return g_str_has_suffix (name, ".txt") ? CHORD_EXPORT_FORMAT_TEXT : CHORD_EXPORT_FORMAT_MARKDOWN;
}

static void
export_chosen (GtkNativeDialog *dialog, int response, ChordConversation *conversation)
{
  ChordWindow *self = CHORD_WINDOW (gtk_native_dialog_get_transient_for (dialog));
  g_autoptr (GFile) file = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  char *text;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  if (file)
    {
      text = chord_conversation_export (conversation, format_of (file), &error);
      if (text)
        {
          bytes = g_bytes_new_take (text, strlen (text));
          g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, G_FILE_CREATE_NONE, NULL,
                                               exported, g_object_ref (self));
        }
      else
        chord_window_show_error (self, error);
    }
  g_object_unref (dialog);
}

static void
add_filter (GtkNativeDialog *dialog, const char *name, const char *pattern)
{
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, name);
  gtk_file_filter_add_pattern (filter, pattern);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), filter);
}

static void
export_chat (GtkWidget *widget, const char *action, GVariant *parameter)
{
  g_autoptr (ChordConversation) conversation = dup_target (CHORD_WINDOW (widget), parameter);
  g_autofree char *name = NULL;
  GtkNativeDialog *dialog;

  if (conversation == NULL)
    return;
  name = g_strconcat (chord_conversation_display_title (conversation), ".md", NULL);
  g_strdelimit (name, "/", '-');
  dialog = GTK_NATIVE_DIALOG (gtk_file_chooser_native_new (
      _("Export Chat"), GTK_WINDOW (widget), GTK_FILE_CHOOSER_ACTION_SAVE, NULL, NULL));
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  add_filter (dialog, _("Markdown (.md)"), "*.md");
  add_filter (dialog, _("JSON, with all branches (.json)"), "*.json");
  add_filter (dialog, _("Plain text (.txt)"), "*.txt");
  gtk_native_dialog_set_modal (dialog, TRUE);
  connect_about (dialog, "response", G_CALLBACK (export_chosen), conversation);
  gtk_native_dialog_show (dialog);
}

static void
import_bytes (ChordWindow *self, GBytes *bytes)
{
  ChordCatalog *catalog = chord_application_get_catalog (chord_window_get_app (self));
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) imported = chord_catalog_import_conversations (catalog, bytes, &error);
  g_autofree char *text = NULL;
  guint n;

  if (imported == NULL)
    {
      chord_window_show_error (self, error);
      return;
    }
  n = g_list_model_get_n_items (imported);
  text = g_strdup_printf (ngettext ("%u conversation imported", "%u conversations imported", n), n);
  chord_window_add_toast (self, adw_toast_new (text));
  if (n > 0)
    {
      g_autoptr (ChordConversation) first = g_list_model_get_item (imported, 0);

      chord_window_open_conversation (self, first, 0);
    }
}

static void
import_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChordWindow) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_file_load_bytes_finish (G_FILE (source), result, NULL, &error);

  if (bytes)
    import_bytes (self, bytes);
  else
    chord_window_show_error (self, error);
}

static void
import_chosen (GtkNativeDialog *dialog, int response, ChordWindow *self)
{
  g_autoptr (GFile) file = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  g_object_unref (dialog);
  if (file)
    g_file_load_bytes_async (file, NULL, import_read, g_object_ref (self));
}

static void
import_chats (GtkWidget *widget, const char *action, GVariant *parameter)
{
  GtkNativeDialog *dialog = GTK_NATIVE_DIALOG (
      gtk_file_chooser_native_new (_("Import Conversations"), GTK_WINDOW (widget),
                                   GTK_FILE_CHOOSER_ACTION_OPEN, NULL, NULL));

  add_filter (dialog, _("Conversations (JSON)"), "*.json");
  gtk_native_dialog_set_modal (dialog, TRUE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (import_chosen), widget, 0);
  gtk_native_dialog_show (dialog);
}

void
chord_window_install_conversation_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.rename-chat", "x", rename_chat);
  gtk_widget_class_install_action (widget_class, "win.duplicate-chat", "x", duplicate_chat);
  gtk_widget_class_install_action (widget_class, "win.delete-chat", "x", delete_chat);
  gtk_widget_class_install_action (widget_class, "win.export-chat", "x", export_chat);
  gtk_widget_class_install_action (widget_class, "win.import-chats", NULL, import_chats);
}
