/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-message-row.h"

#include <glib/gi18n.h>

#include "chord-markdown-view.h"

/* One message: who says it, what, and how an answer ended if it did not end by itself. However fast
 * the text grows, it is shown once a frame. */

struct _ChordMessageRow
{
  GtkWidget parent_instance;

  GtkLabel *author;
  ChordMarkdownView *body;
  GtkLabel *ending;

  ChordMessage *message;
  guint tick;
};

G_DEFINE_FINAL_TYPE (ChordMessageRow, chord_message_row, GTK_TYPE_WIDGET)

static const char *
ending_text (ChordFinishReason reason)
{
  switch (reason)
    {
    case CHORD_FINISH_REASON_CANCELLED:
      return _("Stopped");
    case CHORD_FINISH_REASON_LENGTH:
      return _("Cut off: the context is full");
    case CHORD_FINISH_REASON_ERROR:
      return _("Failed");
    case CHORD_FINISH_REASON_NONE:
    case CHORD_FINISH_REASON_STOP:
    default:
      return NULL;
    }
}

static void
update (ChordMessageRow *self)
{
  const char *ending = ending_text (chord_message_get_finish_reason (self->message));

  chord_markdown_view_set_text (self->body, chord_message_get_text (self->message),
                                chord_message_get_role (self->message) == CHORD_ROLE_USER);
  gtk_label_set_label (self->ending, ending ? ending : "");
  gtk_widget_set_visible (GTK_WIDGET (self->ending), ending != NULL);
}

static gboolean
update_in_frame (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  ChordMessageRow *self = CHORD_MESSAGE_ROW (widget);

  self->tick = 0;
  update (self);
  return G_SOURCE_REMOVE;
}

static void
message_changed (ChordMessage *message, GParamSpec *pspec, ChordMessageRow *self)
{
  if (self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), update_in_frame, NULL, NULL);
}

static void
forget_message (ChordMessageRow *self)
{
  if (self->tick)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
  self->tick = 0;
  if (self->message)
    g_signal_handlers_disconnect_by_func (self->message, message_changed, self);
  g_clear_object (&self->message);
}

void
chord_message_row_set_message (ChordMessageRow *self, ChordMessage *message)
{
  gboolean from_user;

  forget_message (self);
  chord_markdown_view_set_text (self->body, "", TRUE);
  if (message == NULL)
    return;
  self->message = g_object_ref (message);
  from_user = chord_message_get_role (message) == CHORD_ROLE_USER;
  gtk_label_set_label (self->author, from_user ? _("You") : _("Answer"));
  if (from_user)
    gtk_widget_add_css_class (GTK_WIDGET (self), "from-user");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "from-user");
  g_signal_connect_object (message, "notify::text", G_CALLBACK (message_changed), self, 0);
  g_signal_connect_object (message, "notify::finish-reason", G_CALLBACK (message_changed), self, 0);
  update (self);
}

static void
chord_message_row_dispose (GObject *object)
{
  ChordMessageRow *self = CHORD_MESSAGE_ROW (object);

  forget_message (self);
  gtk_widget_dispose_template (GTK_WIDGET (self), CHORD_TYPE_MESSAGE_ROW);
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
  gtk_widget_class_bind_template_child (widget_class, ChordMessageRow, author);
  gtk_widget_class_bind_template_child (widget_class, ChordMessageRow, body);
  gtk_widget_class_bind_template_child (widget_class, ChordMessageRow, ending);
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
