/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-chat-view.h"

#include <glib/gi18n.h>

#include "chord-composer.h"
#include "chord-conversation-view.h"

/* One chat: the conversation above, the composer below, and between them the figures of the answer
 * that is being written. It alone talks to the session; its children show and ask. */

struct _ChordChatView
{
  AdwBin parent_instance;

  AdwToastOverlay *toasts;
  AdwStatusPage *greeting;
  ChordConversationView *conversation;
  ChordComposer *composer;
  GtkLabel *figures;

  ChordSession *session;
  ChordGeneration *generation; /* non-NULL while an answer is written */
};

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

/* Until something was said there is only a greeting. */
static void
show_conversation (ChordChatView *self, gboolean show)
{
  gtk_widget_set_visible (GTK_WIDGET (self->greeting), !show);
  gtk_widget_set_visible (GTK_WIDGET (self->conversation), show);
}

/* ---- Figures --------------------------------------------------------------------------------- */

static char *
context_text (ChordChatView *self)
{
  ChordModel *model = chord_session_get_model (self->session);

  return g_strdup_printf (_("%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " tokens"),
                          chord_session_get_n_tokens (self->session),
                          chord_model_get_context_length (model));
}

static void
show_usage (ChordChatView *self, ChordUsage *usage)
{
  g_autofree char *context = context_text (self);
  g_autofree char *text = NULL;

  /* Translators: speed, time until the answer began, how full the context is */
  text = g_strdup_printf (_("%.1f tokens/s · first after %.2f s · %s"),
                          chord_usage_get_generation_rate (usage),
                          chord_usage_get_first_token_time (usage) / 1e6, context);
  gtk_label_set_label (self->figures, text);
}

static void
prompt_progress (ChordGeneration *generation, guint64 done, guint64 total, ChordChatView *self)
{
  g_autofree char *text = NULL;

  if (total == 0)
    return;
  text = g_strdup_printf (_("Reading the prompt: %d %%"), (int) (100 * done / total));
  gtk_label_set_label (self->figures, text);
}

/* ---- Generating ------------------------------------------------------------------------------ */

static void
set_generating (ChordChatView *self, gboolean generating)
{
  chord_composer_set_generating (self->composer, generating);
  chord_conversation_view_set_busy (self->conversation, generating);
}

static void
generation_finished (ChordGeneration *generation, ChordFinishReason reason, ChordChatView *self)
{
  g_autoptr (ChordGeneration) finished = NULL;

  if (generation != self->generation)
    return;
  finished = g_steal_pointer (&self->generation);
  set_generating (self, FALSE);
  show_usage (self, chord_generation_get_usage (finished));
  if (chord_generation_get_error (finished))
    show_failure (self, chord_generation_get_error (finished));
  gtk_widget_grab_focus (GTK_WIDGET (self->composer));
}

static gboolean
start_answer (ChordChatView *self, GError **error)
{
  self->generation = chord_session_start (self->session, NULL, error);
  if (self->generation == NULL)
    return FALSE;
  g_signal_connect_object (self->generation, "prompt-progress", G_CALLBACK (prompt_progress), self,
                           0);
  g_signal_connect_object (self->generation, "finished", G_CALLBACK (generation_finished), self, 0);
  set_generating (self, TRUE);
  return TRUE;
}

/* What was typed stays in the composer when the answer cannot begin. */
static void
send (ChordComposer *composer, const char *text, ChordChatView *self)
{
  guint n_before = g_list_model_get_n_items (chord_session_get_messages (self->session));
  g_autoptr (GError) error = NULL;

  if (self->generation)
    return;
  if (!chord_session_append_text (self->session, CHORD_ROLE_USER, text, &error))
    {
      show_failure (self, error);
      return;
    }
  if (!start_answer (self, &error))
    {
      chord_session_truncate (self->session, n_before, NULL);
      show_failure (self, error);
      return;
    }
  chord_composer_clear (self->composer);
  show_conversation (self, TRUE);
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
  if (self->generation)
    chord_generation_cancel (self->generation);
}

static void
drop_generation (ChordChatView *self)
{
  if (self->generation == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->generation, self);
  chord_generation_cancel (self->generation);
  g_clear_object (&self->generation);
}

void
chord_chat_view_set_session (ChordChatView *self, ChordSession *session)
{
  drop_generation (self);
  g_set_object (&self->session, session);
  set_generating (self, FALSE);
  chord_conversation_view_set_messages (self->conversation,
                                        session ? chord_session_get_messages (session) : NULL);
  gtk_label_set_label (self->figures, "");
  show_conversation (self, FALSE);
  gtk_widget_set_sensitive (GTK_WIDGET (self->composer), session != NULL);
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

  drop_generation (self);
  gtk_widget_dispose_template (GTK_WIDGET (self), CHORD_TYPE_CHAT_VIEW);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (chord_chat_view_parent_class)->dispose (object);
}

static void
chord_chat_view_class_init (ChordChatViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chord_chat_view_dispose;
  widget_class->grab_focus = chord_chat_view_grab_focus;

  g_type_ensure (CHORD_TYPE_COMPOSER);
  g_type_ensure (CHORD_TYPE_CONVERSATION_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/chord_engine/Chord/chord-chat-view.ui");
  gtk_widget_class_bind_template_child (widget_class, ChordChatView, toasts);
  gtk_widget_class_bind_template_child (widget_class, ChordChatView, greeting);
  gtk_widget_class_bind_template_child (widget_class, ChordChatView, conversation);
  gtk_widget_class_bind_template_child (widget_class, ChordChatView, composer);
  gtk_widget_class_bind_template_child (widget_class, ChordChatView, figures);
  gtk_widget_class_bind_template_callback (widget_class, send);
  gtk_widget_class_bind_template_callback (widget_class, stop_clicked);
}

static void
chord_chat_view_init (ChordChatView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
