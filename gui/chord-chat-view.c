/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-chat-view.h"

#include <glib/gi18n.h>
#include <string.h>

#include "chord-chat-figures.h"
#include "chord-chat-options.h"
#include "chord-composer.h"
#include "chord-conversation-view.h"
#include "chord-overflow-dialog.h"
#include "chord-widgets.h"

/* One chat: the conversation above, the composer below, and the figures of the answer that is being
 * written. It alone tells the chat what to do; its children show and ask. */

#define DRAFT_DELAY 1 /* s after the last key */

struct _ChordChatView
{
  AdwBin parent_instance;

  AdwToastOverlay *toasts;
  AdwStatusPage *greeting;
  GtkWidget *better_model;
  ChordConversationView *conversation;
  ChordComposer *composer;
  ChordChatFigures *figures;
  ChordChatOptions *options;

  ChordChat *chat;
  guint draft_timeout;
  gboolean changing;        /* the composer is filled, not written in */
  gboolean resume_on_model; /* a model with more context was asked for */
  guint64 larger_context;   /* what the open dialog offers */
};

enum
{
  LARGER_CONTEXT,
  RUNNING_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ChordChatView, chord_chat_view, ADW_TYPE_BIN)

static void
show_failure (ChordChatView *self, const GError *error)
{
  AdwToast *toast = adw_toast_new ("");
  g_autofree char *escaped = g_markup_escape_text (error->message, -1);

  adw_toast_set_title (toast, escaped);
  adw_toast_set_timeout (toast, 0);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static ChordConversation *
conversation_of (ChordChatView *self)
{
  return self->chat ? chord_chat_get_conversation (self->chat) : NULL;
}

/* ---- Drafts ---------------------------------------------------------------------------------- */

/* An empty draft of a conversation that has nothing else is not worth keeping. */
void
chord_chat_view_save_draft (ChordChatView *self)
{
  ChordConversation *conversation = conversation_of (self);
  g_autofree char *draft = NULL;
  const char *old;

  g_clear_handle_id (&self->draft_timeout, g_source_remove);
  if (conversation == NULL)
    return;
  draft = chord_composer_dup_text (self->composer);
  old = chord_conversation_get_draft (conversation);
  if (g_strcmp0 (draft, old ? old : "") == 0)
    return;
  chord_conversation_set_draft (conversation, *draft ? draft : NULL);
  chord_record_save_async (CHORD_RECORD (conversation), NULL, NULL, NULL);
}

static gboolean
draft_is_due (gpointer data)
{
  ChordChatView *self = data;

  self->draft_timeout = 0;
  chord_chat_view_save_draft (self);
  return G_SOURCE_REMOVE;
}

static void
draft_changed (ChordComposer *composer, ChordChatView *self)
{
  if (self->changing || self->chat == NULL)
    return;
  g_clear_handle_id (&self->draft_timeout, g_source_remove);
  self->draft_timeout = g_timeout_add_seconds (DRAFT_DELAY, draft_is_due, self);
}

static void
show_draft (ChordChatView *self)
{
  ChordConversation *conversation = conversation_of (self);

  self->changing = TRUE;
  chord_composer_clear (self->composer);
  if (conversation)
    chord_composer_set_text (self->composer, chord_conversation_get_draft (conversation));
  self->changing = FALSE;
}

/* ---- State ----------------------------------------------------------------------------------- */

/* Whether it is the one that comes with the program, of which not much can be expected. */
static gboolean
is_builtin (ChordModel *model)
{
  g_autofree char *builtin = chord_get_builtin_model_path ();

  return model
         && g_strcmp0 (chord_model_file_get_path (chord_model_get_file (model)), builtin) == 0;
}

static void
greet_for_model (ChordChatView *self, ChordModel *model)
{
  gboolean tiny = is_builtin (model);

  adw_status_page_set_description (
      self->greeting,
      tiny ? _("This model is tiny and often wrong: it is here so that you can begin at once. "
               "Everything you write stays on this computer.")
           : _("Everything you write stays on this computer."));
  gtk_widget_set_visible (self->better_model, tiny);
}

/* Until something was said there is only a greeting. */
static void
update_greeting (ChordChatView *self)
{
  ChordConversation *conversation = conversation_of (self);
  GListModel *path = conversation ? chord_conversation_get_path (conversation) : NULL;
  gboolean any = path && g_list_model_get_n_items (path) > 0;

  gtk_widget_set_visible (GTK_WIDGET (self->greeting), !any);
  gtk_widget_set_visible (GTK_WIDGET (self->conversation), any);
}

static void
running_changed (ChordChatView *self)
{
  gboolean running = self->chat && chord_chat_get_running (self->chat);

  chord_composer_set_generating (self->composer, running);
  chord_conversation_view_set_busy (self->conversation, running);
  g_signal_emit (self, signals[RUNNING_CHANGED], 0, running);
}

static void
resume (ChordChatView *self)
{
  g_autoptr (GError) error = NULL;

  self->resume_on_model = FALSE;
  if (!chord_chat_resume (self->chat, &error))
    show_failure (self, error);
}

static void
model_changed (ChordChatView *self)
{
  ChordModel *model = self->chat ? chord_chat_get_model (self->chat) : NULL;

  chord_composer_set_ready (self->composer, model != NULL);
  greet_for_model (self, model);
  if (model && self->resume_on_model)
    resume (self);
}

/* ---- Overflow -------------------------------------------------------------------------------- */

static void
drop_oldest (ChordChatView *self)
{
  g_autoptr (GError) error = NULL;
  guint n = chord_chat_drop_oldest (self->chat, &error);
  g_autofree char *text = NULL;

  if (n == 0)
    {
      show_failure (self, error);
      return;
    }
  text = g_strdup_printf (ngettext ("%u message is no longer sent to the model",
                                    "%u messages are no longer sent to the model", n), n);
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (text));
}

static void
overflow_answered (AdwMessageDialog *dialog, const char *response, ChordChatView *self)
{
  if (self->chat == NULL || g_object_get_data (G_OBJECT (dialog), "chat") != self->chat)
    return; /* another conversation was opened behind the dialog */
  if (strcmp (response, "drop") == 0)
    drop_oldest (self);
  else if (strcmp (response, "larger") == 0)
    {
      self->resume_on_model = TRUE;
      g_signal_emit (self, signals[LARGER_CONTEXT], 0, self->larger_context);
    }
}

static void
overflowed (ChordChat *chat, gboolean before_start, ChordChatView *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  AdwMessageDialog *dialog =
      chord_overflow_dialog_new (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL,
                                 chord_chat_get_model (chat), &self->larger_context);

  g_object_set_data_full (G_OBJECT (dialog), "chat", g_object_ref (chat), g_object_unref);
  g_signal_connect_object (dialog, "response", G_CALLBACK (overflow_answered), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* ---- What the user asks for ------------------------------------------------------------------ */

/* What was typed stays in the composer when the answer cannot begin. */
static void
send (ChordComposer *composer, const char *text, ChordChatView *self)
{
  GListModel *attachments = chord_composer_get_attachments (composer);
  g_autoptr (GError) error = NULL;

  if (self->chat == NULL)
    return;
  if (!chord_chat_send (self->chat, text, attachments, &error))
    {
      show_failure (self, error);
      return;
    }
  chord_composer_clear (composer);
  chord_chat_view_save_draft (self);
  chord_conversation_view_follow (self->conversation);
}

static void
stop_clicked (ChordComposer *composer, ChordChatView *self)
{
  chord_chat_view_stop (self);
}

void
chord_chat_view_stop (ChordChatView *self)
{
  if (self->chat)
    chord_chat_stop (self->chat);
}

static void
edit_last (ChordComposer *composer, ChordChatView *self)
{
  chord_conversation_view_edit_last (self->conversation);
}

static void
composer_problem (ChordComposer *composer, const GError *error, ChordChatView *self)
{
  show_failure (self, error);
}

static ChordConversationMessage *
find_message (ChordChatView *self, gint64 id)
{
  ChordConversation *conversation = conversation_of (self);

  return conversation ? chord_conversation_find_message (conversation, id) : NULL;
}

static void
edit (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ChordChatView *self = CHORD_CHAT_VIEW (widget);
  ChordConversationMessage *message;
  g_autoptr (GError) error = NULL;
  const char *text;
  gint64 id;

  g_variant_get (parameter, "(x&s)", &id, &text);
  message = find_message (self, id);
  if (message && !chord_chat_edit (self->chat, message, text, &error))
    show_failure (self, error);
  chord_conversation_view_follow (self->conversation);
}

static void
regenerate (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ChordChatView *self = CHORD_CHAT_VIEW (widget);
  ChordConversationMessage *message = find_message (self, g_variant_get_int64 (parameter));
  g_autoptr (GError) error = NULL;

  if (message && !chord_chat_regenerate (self->chat, message, &error))
    show_failure (self, error);
}

static void
go_on (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ChordChatView *self = CHORD_CHAT_VIEW (widget);
  ChordConversationMessage *message = find_message (self, g_variant_get_int64 (parameter));
  g_autoptr (GError) error = NULL;

  if (message && !chord_chat_continue (self->chat, message, &error))
    show_failure (self, error);
}

static void
show_sibling (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ChordChatView *self = CHORD_CHAT_VIEW (widget);
  ChordConversationMessage *message, *sibling;
  gint64 id;
  int offset;

  g_variant_get (parameter, "(xi)", &id, &offset);
  message = find_message (self, id);
  sibling = message ? chord_conversation_message_get_sibling (message, offset) : NULL;
  if (sibling && !chord_chat_get_running (self->chat))
    chord_conversation_select (conversation_of (self), sibling);
}

static void
find (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ChordChatView *self = CHORD_CHAT_VIEW (widget);

  if (gtk_widget_get_visible (GTK_WIDGET (self->conversation)))
    chord_conversation_view_find (self->conversation);
}

void
chord_chat_view_show_message (ChordChatView *self, gint64 id)
{
  chord_conversation_view_show_message (self->conversation, id);
}

/* ---- The chat -------------------------------------------------------------------------------- */

static void
leave_chat (ChordChatView *self)
{
  GListModel *path;

  if (self->chat == NULL)
    return;
  chord_chat_view_save_draft (self);
  path = chord_conversation_get_path (conversation_of (self));
  g_signal_handlers_disconnect_by_data (self->chat, self);
  g_signal_handlers_disconnect_by_data (path, self);
  self->resume_on_model = FALSE;
  g_clear_object (&self->chat);
}

static void
enter_chat (ChordChatView *self)
{
  g_signal_connect_object (self->chat, "notify::running", G_CALLBACK (running_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->chat, "notify::model", G_CALLBACK (model_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->chat, "overflow", G_CALLBACK (overflowed), self, 0);
  g_signal_connect_object (chord_conversation_get_path (conversation_of (self)), "items-changed",
                           G_CALLBACK (update_greeting), self, G_CONNECT_SWAPPED);
}

void
chord_chat_view_set_chat (ChordChatView *self, ChordChat *chat)
{
  if (self->chat == chat)
    return;
  leave_chat (self);
  g_set_object (&self->chat, chat);
  if (chat)
    enter_chat (self);
  chord_conversation_view_set_conversation (self->conversation, conversation_of (self));
  chord_chat_options_set_conversation (self->options, conversation_of (self));
  chord_chat_figures_set_chat (self->figures, chat);
  gtk_widget_set_sensitive (GTK_WIDGET (self->composer), chat != NULL);
  show_draft (self);
  update_greeting (self);
  running_changed (self);
  model_changed (self);
}

/* ---- Life ------------------------------------------------------------------------------------ */

static gboolean
chord_chat_view_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (CHORD_CHAT_VIEW (widget)->composer));
}

static void
chord_chat_view_dispose (GObject *object)
{
  ChordChatView *self = CHORD_CHAT_VIEW (object);

  leave_chat (self);
  chord_bin_dispose_template (ADW_BIN (self), CHORD_TYPE_CHAT_VIEW);
  G_OBJECT_CLASS (chord_chat_view_parent_class)->dispose (object);
}

static void
chord_chat_view_class_init (ChordChatViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chord_chat_view_dispose;
  widget_class->grab_focus = chord_chat_view_grab_focus;

  signals[LARGER_CONTEXT] = g_signal_new ("larger-context", CHORD_TYPE_CHAT_VIEW, G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT64);
  signals[RUNNING_CHANGED]
      = g_signal_new ("running-changed", CHORD_TYPE_CHAT_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                      NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
  g_type_ensure (CHORD_TYPE_CHAT_FIGURES);
  g_type_ensure (CHORD_TYPE_COMPOSER);
  g_type_ensure (CHORD_TYPE_CONVERSATION_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/chord_engine/Chord/chord-chat-view.ui");
  gtk_widget_class_bind_template_child (widget_class, ChordChatView, toasts);
  gtk_widget_class_bind_template_child (widget_class, ChordChatView, greeting);
  gtk_widget_class_bind_template_child (widget_class, ChordChatView, better_model);
  gtk_widget_class_bind_template_child (widget_class, ChordChatView, conversation);
  gtk_widget_class_bind_template_child (widget_class, ChordChatView, composer);
  gtk_widget_class_bind_template_child (widget_class, ChordChatView, figures);
  gtk_widget_class_bind_template_callback (widget_class, send);
  gtk_widget_class_bind_template_callback (widget_class, stop_clicked);
  gtk_widget_class_bind_template_callback (widget_class, edit_last);
  gtk_widget_class_bind_template_callback (widget_class, draft_changed);
  gtk_widget_class_bind_template_callback (widget_class, composer_problem);
  gtk_widget_class_install_action (widget_class, "chat.edit", "(xs)", edit);
  gtk_widget_class_install_action (widget_class, "chat.regenerate", "x", regenerate);
  gtk_widget_class_install_action (widget_class, "chat.continue", "x", go_on);
  gtk_widget_class_install_action (widget_class, "chat.sibling", "(xi)", show_sibling);
  gtk_widget_class_install_action (widget_class, "chat.find", NULL, find);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_f, GDK_CONTROL_MASK, "chat.find",
                                       NULL);
}

static void
chord_chat_view_init (ChordChatView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->options = CHORD_CHAT_OPTIONS (chord_chat_options_new ());
  gtk_box_append (chord_composer_get_tools (self->composer), GTK_WIDGET (self->options));
}
