/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-conversation-view.h"

#include <chord.h>
#include <glib/gi18n.h>

#include "chord-message-row.h"

/* The messages, in a list view: rows exist only for what is in sight, so the length of a chat costs
 * nothing. While the view follows, it stays at the end as the last message grows. */

struct _ChordConversationView
{
  AdwBin parent_instance;

  GtkScrolledWindow *scroller;
  GtkListView *list;
  GtkNoSelection *selection;

  gboolean following;
  double last_value, last_upper;
};

G_DEFINE_FINAL_TYPE (ChordConversationView, chord_conversation_view, ADW_TYPE_BIN)

static GtkAdjustment *
vertical (ChordConversationView *self)
{
  return gtk_scrolled_window_get_vadjustment (self->scroller);
}

static double
end_value (GtkAdjustment *adjustment)
{
  return gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment);
}

/* The content grew or the window changed its size. */
static void
extent_changed (GtkAdjustment *adjustment, ChordConversationView *self)
{
  if (self->following)
    gtk_adjustment_set_value (adjustment, end_value (adjustment));
}

/* Scrolling up stops following, scrolling to the end starts it again. A value that moved because
 * the content shrank is no wish of the user's. */
static void
value_changed (GtkAdjustment *adjustment, ChordConversationView *self)
{
  double value = gtk_adjustment_get_value (adjustment),
         upper = gtk_adjustment_get_upper (adjustment);

  if (value >= end_value (adjustment) - 8)
    self->following = TRUE;
  else if (value < self->last_value && upper >= self->last_upper)
    self->following = FALSE;
  self->last_value = value;
  self->last_upper = upper;
}

void
chord_conversation_view_follow (ChordConversationView *self)
{
  GtkAdjustment *adjustment = vertical (self);

  self->following = TRUE;
  gtk_adjustment_set_value (adjustment, end_value (adjustment));
}

void
chord_conversation_view_set_messages (ChordConversationView *self, GListModel *messages)
{
  gtk_no_selection_set_model (self->selection, messages);
  self->following = TRUE;
}

void
chord_conversation_view_set_busy (ChordConversationView *self, gboolean busy)
{
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_STATE_BUSY, busy, -1);
}

static void
setup_row (GtkSignalListItemFactory *factory, GtkListItem *item, ChordConversationView *self)
{
  gtk_list_item_set_activatable (item, FALSE);
  gtk_list_item_set_child (item, chord_message_row_new ());
}

static void
bind_row (GtkSignalListItemFactory *factory, GtkListItem *item, ChordConversationView *self)
{
  chord_message_row_set_message (CHORD_MESSAGE_ROW (gtk_list_item_get_child (item)),
                                 gtk_list_item_get_item (item));
}

static void
unbind_row (GtkSignalListItemFactory *factory, GtkListItem *item, ChordConversationView *self)
{
  chord_message_row_set_message (CHORD_MESSAGE_ROW (gtk_list_item_get_child (item)), NULL);
}

static void
chord_conversation_view_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), CHORD_TYPE_CONVERSATION_VIEW);
  G_OBJECT_CLASS (chord_conversation_view_parent_class)->dispose (object);
}

static void
chord_conversation_view_class_init (ChordConversationViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chord_conversation_view_dispose;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/chord_engine/Chord/chord-conversation-view.ui");
  gtk_widget_class_bind_template_child (widget_class, ChordConversationView, scroller);
  gtk_widget_class_bind_template_child (widget_class, ChordConversationView, list);
  gtk_widget_class_bind_template_child (widget_class, ChordConversationView, selection);
  gtk_widget_class_bind_template_callback (widget_class, setup_row);
  gtk_widget_class_bind_template_callback (widget_class, bind_row);
  gtk_widget_class_bind_template_callback (widget_class, unbind_row);
}

static void
chord_conversation_view_init (ChordConversationView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (vertical (self), "changed", G_CALLBACK (extent_changed), self, 0);
  g_signal_connect_object (vertical (self), "value-changed", G_CALLBACK (value_changed), self, 0);
}
