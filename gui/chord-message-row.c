/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-message-row.h"

#include <glib/gi18n.h>
#include <string.h>

#include "chord-announcer.h"
#include "chord-markdown-view.h"
#include "chord-message-actions.h"
#include "chord-message-editor.h"
#include "chord-model-text.h"
#include "chord-widgets.h"

/* One message: what was said, how an answer was thought out, how it ended if it did not end by
 * itself, and what can be done with it. However fast the text grows, it is shown once a frame. */

#define SPOKEN_LENGTH 200 /* characters of a message that name its row */

struct _ChordMessageRow
{
  GtkWidget parent_instance;

  GtkLabel *not_sent;
  GtkLabel *attachments;
  GtkExpander *reasoning;
  ChordMarkdownView *reasoning_body;
  ChordMarkdownView *body;
  GtkLabel *problem;
  GtkLabel *ending;
  GtkWidget *actions; /* made when there is time: a list has many rows that nobody points at */
  GtkWidget *editor;  /* while the message is edited */

  ChordConversationMessage *message;
  gboolean near;   /* in or near sight: then it shows its text */
  gsize announced;
  guint tick;
  guint idle;
};

G_DEFINE_FINAL_TYPE (ChordMessageRow, chord_message_row, GTK_TYPE_WIDGET)

static gboolean
is_from_user (ChordMessageRow *self)
{
  return chord_conversation_message_get_role (self->message) == CHORD_ROLE_USER;
}

/* ---- The parts ------------------------------------------------------------------------------- */

static void
set_label (GtkLabel *label, const char *text)
{
  gboolean shown = text && *text;

  gtk_label_set_label (label, shown ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), shown);
}

static const char *
ending_text (ChordConversationMessage *message)
{
  gboolean empty = *chord_conversation_message_get_content (message) == '\0';

  if (chord_conversation_message_get_role (message) == CHORD_ROLE_USER)
    return NULL;
  if (chord_conversation_message_get_running (message))
    return empty ? _("Reading…") : NULL;
  switch (chord_conversation_message_get_finish_reason (message))
    {
    case CHORD_FINISH_REASON_CANCELLED:
      return _("Stopped");
    case CHORD_FINISH_REASON_LENGTH:
      return _("Cut off: there was no more room");
    case CHORD_FINISH_REASON_NONE:
      return _("Interrupted");
    case CHORD_FINISH_REASON_ERROR:
    case CHORD_FINISH_REASON_STOP:
    default:
      return NULL;
    }
}

static char *
reasoning_title (ChordConversationMessage *message)
{
  gint64 time = chord_conversation_message_get_reasoning_time (message);
  int seconds = MAX (1, (int) ((time + 500000) / 1000000));

  if (chord_conversation_message_get_running (message)
      && *chord_conversation_message_get_content (message) == '\0')
    return g_strdup (_("Thinking…"));
  return g_strdup_printf (ngettext ("Thought for %d s", "Thought for %d s", seconds), seconds);
}

/* What is folded away need not be laid out. */
static void
update_reasoning (ChordMessageRow *self)
{
  const char *reasoning = chord_conversation_message_get_reasoning (self->message);
  gboolean shown = reasoning && *reasoning;
  g_autofree char *title = reasoning_title (self->message);

  gtk_widget_set_visible (GTK_WIDGET (self->reasoning), shown);
  if (g_strcmp0 (gtk_expander_get_label (self->reasoning), title) != 0)
    gtk_expander_set_label (self->reasoning, title);
  if (shown && gtk_expander_get_expanded (self->reasoning))
    chord_markdown_view_set_text (self->reasoning_body, reasoning, FALSE);
}

static void
reasoning_expanded (GtkExpander *expander, GParamSpec *pspec, ChordMessageRow *self)
{
  if (self->message)
    update_reasoning (self);
}

static void
update_attachments (ChordMessageRow *self)
{
  GListModel *attachments = chord_conversation_message_get_attachments (self->message);
  guint n = attachments ? g_list_model_get_n_items (attachments) : 0;
  g_autofree char *names = NULL;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ChordAttachment) attachment = g_list_model_get_item (attachments, i);
      const char *name = chord_attachment_get_name (attachment);
      g_autofree char *before = names;

      names = before ? chord_model_text_join (before, name) : g_strconcat ("📎 ", name, NULL);
    }
  set_label (self->attachments, names ? names : "");
}

/* Who speaks and how it begins: a list is heard message by message. */
static void
update_name (ChordMessageRow *self)
{
  const char *content = chord_conversation_message_get_content (self->message);
  g_autofree char *beginning = g_utf8_substring (
      content, 0, MIN (SPOKEN_LENGTH, g_utf8_strlen (content, -1)));
  g_autofree char *name =
      g_strdup_printf (is_from_user (self) ? _("You: %s") : _("Chord: %s"), beginning);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static gboolean
make_actions (gpointer data)
{
  ChordMessageRow *self = data;

  self->idle = 0;
  self->actions = chord_message_actions_new ();
  gtk_widget_set_parent (self->actions, GTK_WIDGET (self));
  g_signal_connect_object (self->actions, "edit", G_CALLBACK (chord_message_row_edit), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_set_halign (self->actions, is_from_user (self) ? GTK_ALIGN_END : GTK_ALIGN_START);
  chord_message_actions_set_message (CHORD_MESSAGE_ACTIONS (self->actions), self->message);
  gtk_widget_set_visible (self->actions, !chord_conversation_message_get_running (self->message)
                                             && self->editor == NULL);
  return G_SOURCE_REMOVE;
}

static void
update_actions (ChordMessageRow *self, gboolean running)
{
  if (self->actions == NULL)
    {
      if (self->near && self->idle == 0)
        self->idle = g_idle_add_full (G_PRIORITY_LOW, make_actions, self, NULL);
      return;
    }
  gtk_widget_set_visible (self->actions, !running && self->editor == NULL);
  gtk_widget_set_halign (self->actions, is_from_user (self) ? GTK_ALIGN_END : GTK_ALIGN_START);
  if (!running)
    chord_message_actions_set_message (CHORD_MESSAGE_ACTIONS (self->actions), self->message);
}

/* About how high a text will be: a list has many rows far out of sight, whose texts would take long
 * to lay out. */
static int
estimate_height (const char *text)
{
  glong n_lines = 1 + strlen (text) / 90;

  for (const char *p = text; (p = strchr (p, '\n')) != NULL; p++)
    n_lines++;
  return MIN (n_lines * 19, 20000);
}

static void
update_body (ChordMessageRow *self, const char *content)
{
  GtkWidget *body = GTK_WIDGET (self->body);

  gtk_widget_set_visible (body, *content && self->editor == NULL);
  gtk_widget_set_size_request (body, -1, self->near ? -1 : estimate_height (content));
  chord_markdown_view_set_text (self->body, self->near ? content : "", is_from_user (self));
}

static void
update (ChordMessageRow *self)
{
  const char *content = chord_conversation_message_get_content (self->message);
  gboolean running = chord_conversation_message_get_running (self->message);

  update_body (self, content);
  update_reasoning (self);
  set_label (self->problem, chord_conversation_message_get_error (self->message));
  set_label (self->ending, ending_text (self->message));
  update_actions (self, running);
  if (!running)
    update_name (self);
}

/* ---- Once a frame ---------------------------------------------------------------------------- */

static gboolean
update_in_frame (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  ChordMessageRow *self = CHORD_MESSAGE_ROW (widget);

  self->tick = 0;
  update (self);
  if (!is_from_user (self))
    chord_announce_sentences (widget, chord_conversation_message_get_content (self->message),
                              !chord_conversation_message_get_running (self->message),
                              &self->announced);
  return G_SOURCE_REMOVE;
}

static void
message_changed (ChordMessageRow *self)
{
  if (self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), update_in_frame, NULL, NULL);
}

/* ---- Editing --------------------------------------------------------------------------------- */

static void
stop_editing (ChordMessageRow *self)
{
  g_clear_pointer (&self->editor, gtk_widget_unparent);
  if (self->message)
    update (self);
}

static void
edited (ChordMessageEditor *editor, const char *text, ChordMessageRow *self)
{
  gint64 id = chord_record_get_id (CHORD_RECORD (self->message));
  g_autofree char *copy = g_strdup (text); /* the editor goes with the row's message */

  gtk_widget_activate_action (GTK_WIDGET (self), "chat.edit", "(xs)", id, copy);
  stop_editing (self);
}

void
chord_message_row_edit (ChordMessageRow *self)
{
  if (self->editor || self->message == NULL || !is_from_user (self))
    return;
  self->editor = chord_message_editor_new (chord_conversation_message_get_content (self->message));
  gtk_widget_insert_after (self->editor, GTK_WIDGET (self), GTK_WIDGET (self->body));
  g_signal_connect_object (self->editor, "send", G_CALLBACK (edited), self, 0);
  g_signal_connect_object (self->editor, "cancel", G_CALLBACK (stop_editing), self,
                           G_CONNECT_SWAPPED);
  update (self);
  gtk_widget_grab_focus (self->editor);
}

/* ---- The message ----------------------------------------------------------------------------- */

static void
forget_message (ChordMessageRow *self)
{
  if (self->tick)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
  self->tick = 0;
  g_clear_handle_id (&self->idle, g_source_remove);
  g_clear_pointer (&self->editor, gtk_widget_unparent);
  if (self->message)
    g_signal_handlers_disconnect_by_func (self->message, message_changed, self);
  g_clear_object (&self->message);
}

void
chord_message_row_set_message (ChordMessageRow *self, ChordConversationMessage *message)
{
  forget_message (self);
  if (message == NULL)
    return;
  self->message = g_object_ref (message);
  self->announced = 0;
  self->near = FALSE;
  gtk_expander_set_expanded (self->reasoning, FALSE);
  gtk_widget_set_halign (GTK_WIDGET (self->body),
                         is_from_user (self) ? GTK_ALIGN_END : GTK_ALIGN_FILL);
  if (is_from_user (self))
    gtk_widget_add_css_class (GTK_WIDGET (self), "from-user");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "from-user");
  g_signal_connect_object (message, "notify", G_CALLBACK (message_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (message, "appended", G_CALLBACK (message_changed), self,
                           G_CONNECT_SWAPPED);
  update_attachments (self);
  update (self);
}

void
chord_message_row_come_near (ChordMessageRow *self)
{
  if (self->near || self->message == NULL)
    return;
  self->near = TRUE;
  update (self);
}

ChordConversationMessage *
chord_message_row_get_message (ChordMessageRow *self)
{
  return self->message;
}

void
chord_message_row_set_first_sent (ChordMessageRow *self, gboolean first_sent)
{
  gtk_widget_set_visible (GTK_WIDGET (self->not_sent), first_sent);
}

/* ---- Life ------------------------------------------------------------------------------------ */

static void
chord_message_row_dispose (GObject *object)
{
  ChordMessageRow *self = CHORD_MESSAGE_ROW (object);

  forget_message (self);
  g_clear_pointer (&self->actions, gtk_widget_unparent);
  gtk_widget_dispose_template (GTK_WIDGET (self), CHORD_TYPE_MESSAGE_ROW);
  chord_widget_unparent_children (GTK_WIDGET (self));
  G_OBJECT_CLASS (chord_message_row_parent_class)->dispose (object);
}

static void
chord_message_row_class_init (ChordMessageRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chord_message_row_dispose;

  g_type_ensure (CHORD_TYPE_MARKDOWN_VIEW);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/chord_engine/Chord/chord-message-row.ui");
  gtk_widget_class_bind_template_child (widget_class, ChordMessageRow, not_sent);
  gtk_widget_class_bind_template_child (widget_class, ChordMessageRow, attachments);
  gtk_widget_class_bind_template_child (widget_class, ChordMessageRow, reasoning);
  gtk_widget_class_bind_template_child (widget_class, ChordMessageRow, reasoning_body);
  gtk_widget_class_bind_template_child (widget_class, ChordMessageRow, body);
  gtk_widget_class_bind_template_child (widget_class, ChordMessageRow, problem);
  gtk_widget_class_bind_template_child (widget_class, ChordMessageRow, ending);
  gtk_widget_class_bind_template_callback (widget_class, reasoning_expanded);
  gtk_widget_class_set_css_name (widget_class, "message");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
chord_message_row_init (ChordMessageRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
chord_message_row_new (void)
{
  return g_object_new (CHORD_TYPE_MESSAGE_ROW, NULL);
}
