/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-conversation-view.h"

#include <glib/gi18n.h>

#include "chord-find-bar.h"
#include "chord-message-row.h"

/* The messages, in a list view: rows exist only around what is in sight, so the length of a chat
 * costs nothing. While the view follows, it stays at the end as the last message grows. */

#define MANY_ROWS 50  /* more than a list view measures at once */
#define ROWS_AT_END 3 /* that are in sight for sure while the view follows */

struct _ChordConversationView
{
  AdwBin parent_instance;

  ChordFindBar *find_bar;
  GtkScrolledWindow *scroller;
  GtkListView *list;
  GtkNoSelection *selection;
  GtkRevealer *jump;

  ChordConversation *conversation;
  GPtrArray *rows; /* of ChordMessageRow, those that show a message; not owned */
  gint64 marked;   /* id of the message that was looked for, or 0 */
  gint64 to_edit;  /* id of the message whose editor opens as soon as it has a row, or 0 */
  gboolean following;
  double last_value, last_upper;
  GdkFrameClock *clock;
  guint layout_idle; /* non-zero while a frame is laid out */
  guint tick; /* non-zero while rows that may have come near are to be looked at */
};

G_DEFINE_FINAL_TYPE (ChordConversationView, chord_conversation_view, ADW_TYPE_BIN)

/* ---- Scrolling ------------------------------------------------------------------------------- */

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

static void
set_following (ChordConversationView *self, gboolean following)
{
  self->following = following;
  gtk_revealer_set_reveal_child (self->jump, !following);
  gtk_widget_set_can_target (GTK_WIDGET (self->jump), !following);
  gtk_widget_set_visible (gtk_revealer_get_child (self->jump), !following);
}

/* Rows within a page of what is in sight show their text. Where they are is known once they are
 * allocated, so it is asked for in the frame after. */
static gboolean
look_at_rows (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  ChordConversationView *self = CHORD_CONVERSATION_VIEW (widget);
  float height = gtk_widget_get_height (GTK_WIDGET (self->scroller));
  graphene_rect_t bounds;

  self->tick = 0;
  if (self->following)
    gtk_adjustment_set_value (vertical (self), end_value (vertical (self)));
  for (guint i = 0; i < self->rows->len; i++)
    {
      if (gtk_widget_compute_bounds (self->rows->pdata[i], GTK_WIDGET (self->scroller), &bounds)
          && bounds.size.height > 0 && bounds.origin.y < 1.5f * height
          && bounds.origin.y + bounds.size.height > -0.5f * height)
        chord_message_row_come_near (self->rows->pdata[i]);
    }
  return G_SOURCE_REMOVE;
}

static void
queue_look (ChordConversationView *self)
{
  if (self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), look_at_rows, NULL, NULL);
}

/* The content grew or the window changed its size. */
static void
extent_changed (GtkAdjustment *adjustment, ChordConversationView *self)
{
  if (self->following)
    gtk_adjustment_set_value (adjustment, end_value (adjustment));
  queue_look (self);
}

static gboolean
layout_is_over (gpointer data)
{
  CHORD_CONVERSATION_VIEW (data)->layout_idle = 0;
  return G_SOURCE_REMOVE;
}

/* All of a frame happens in one turn of the main loop, so the next idle moment is behind it. */
static void
layout_begins (GdkFrameClock *clock, ChordConversationView *self)
{
  if (self->layout_idle == 0)
    self->layout_idle = g_idle_add_full (G_PRIORITY_HIGH, layout_is_over, self, NULL);
}

/* Scrolling up stops following, scrolling to the end starts it again. A value that the list itself
 * moved while it was laid out, or because the content shrank, is no wish of the user's. */
static void
value_changed (GtkAdjustment *adjustment, ChordConversationView *self)
{
  double value = gtk_adjustment_get_value (adjustment),
         upper = gtk_adjustment_get_upper (adjustment);

  if (value >= end_value (adjustment) - 8)
    set_following (self, TRUE);
  else if (value < self->last_value && upper >= self->last_upper && self->layout_idle == 0)
    set_following (self, FALSE);
  self->last_value = value;
  self->last_upper = upper;
  queue_look (self);
}

static guint
n_messages (ChordConversationView *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->selection));
}

static void
scroll_to (ChordConversationView *self, guint position)
{
  gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", position);
}

void
chord_conversation_view_follow (ChordConversationView *self)
{
  GtkAdjustment *adjustment = vertical (self);

  set_following (self, TRUE);
  /* A long list knows where its end is only once it has been there. */
  if (n_messages (self) > MANY_ROWS)
    scroll_to (self, n_messages (self) - 1);
  gtk_adjustment_set_value (adjustment, end_value (adjustment));
}

static void
jump_clicked (GtkButton *button, ChordConversationView *self)
{
  chord_conversation_view_follow (self);
  gtk_widget_child_focus (GTK_WIDGET (self->list), GTK_DIR_TAB_FORWARD);
}

/* ---- Rows ------------------------------------------------------------------------------------ */

static gint64
id_of (ChordMessageRow *row)
{
  return chord_record_get_id (CHORD_RECORD (chord_message_row_get_message (row)));
}

static void
update_row (ChordConversationView *self, ChordMessageRow *row)
{
  gint64 id = id_of (row), first_sent = chord_conversation_get_first_sent (self->conversation);

  chord_message_row_set_first_sent (row, first_sent != 0 && id == first_sent);
  if (self->marked != 0 && id == self->marked)
    gtk_widget_add_css_class (GTK_WIDGET (row), "found");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (row), "found");
  if (self->to_edit != 0 && id == self->to_edit)
    {
      self->to_edit = 0;
      chord_message_row_edit (row);
    }
}

static void
update_rows (ChordConversationView *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    update_row (self, self->rows->pdata[i]);
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
  ChordMessageRow *row = CHORD_MESSAGE_ROW (gtk_list_item_get_child (item));

  chord_message_row_set_message (row, gtk_list_item_get_item (item));
  g_ptr_array_add (self->rows, row);
  if (self->following && gtk_list_item_get_position (item) + ROWS_AT_END >= n_messages (self))
    chord_message_row_come_near (row);
  update_row (self, row);
}

static void
unbind_row (GtkSignalListItemFactory *factory, GtkListItem *item, ChordConversationView *self)
{
  ChordMessageRow *row = CHORD_MESSAGE_ROW (gtk_list_item_get_child (item));

  g_ptr_array_remove_fast (self->rows, row);
  chord_message_row_set_message (row, NULL);
}

/* ---- What is shown --------------------------------------------------------------------------- */

void
chord_conversation_view_set_conversation (ChordConversationView *self,
                                          ChordConversation *conversation)
{
  GListModel *path = conversation ? chord_conversation_get_path (conversation) : NULL;

  if (self->conversation == conversation)
    return;
  gtk_no_selection_set_model (self->selection, NULL);
  if (self->conversation)
    g_signal_handlers_disconnect_by_func (self->conversation, update_rows, self);
  g_set_object (&self->conversation, conversation);
  self->marked = self->to_edit = 0;
  chord_find_bar_set_messages (self->find_bar, path);
  if (conversation == NULL)
    return;
  g_signal_connect_object (conversation, "notify::first-sent", G_CALLBACK (update_rows), self,
                           G_CONNECT_SWAPPED);
  gtk_no_selection_set_model (self->selection, path);
  chord_conversation_view_follow (self);
}

void
chord_conversation_view_set_busy (ChordConversationView *self, gboolean busy)
{
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_STATE_BUSY, busy, -1);
}

static void
found (ChordFindBar *bar, guint position, ChordConversationView *self)
{
  g_autoptr (ChordRecord) message = NULL;

  if (position < n_messages (self))
    message = g_list_model_get_item (G_LIST_MODEL (self->selection), position);
  self->marked = message ? chord_record_get_id (message) : 0;
  if (message)
    {
      set_following (self, FALSE);
      scroll_to (self, position);
    }
  update_rows (self);
}

void
chord_conversation_view_show_message (ChordConversationView *self, gint64 id)
{
  for (guint i = n_messages (self); i > 0; i--)
    {
      g_autoptr (ChordRecord) message =
          g_list_model_get_item (G_LIST_MODEL (self->selection), i - 1);

      if (chord_record_get_id (message) == id)
        {
          found (self->find_bar, i - 1, self);
          return;
        }
    }
}

void
chord_conversation_view_edit_last (ChordConversationView *self)
{
  for (guint i = n_messages (self); i > 0; i--)
    {
      g_autoptr (ChordConversationMessage) message =
          g_list_model_get_item (G_LIST_MODEL (self->selection), i - 1);

      if (chord_conversation_message_get_role (message) == CHORD_ROLE_USER)
        {
          self->to_edit = chord_record_get_id (CHORD_RECORD (message));
          scroll_to (self, i - 1);
          update_rows (self);
          return;
        }
    }
}

void
chord_conversation_view_find (ChordConversationView *self)
{
  chord_find_bar_open (self->find_bar);
}

/* ---- Life ------------------------------------------------------------------------------------ */

static void
leave_clock (ChordConversationView *self)
{
  g_clear_handle_id (&self->layout_idle, g_source_remove);
  if (self->clock)
    g_signal_handlers_disconnect_by_func (self->clock, layout_begins, self);
  g_clear_object (&self->clock);
}

static void
chord_conversation_view_realize (GtkWidget *widget)
{
  ChordConversationView *self = CHORD_CONVERSATION_VIEW (widget);

  GTK_WIDGET_CLASS (chord_conversation_view_parent_class)->realize (widget);
  self->clock = g_object_ref (gtk_widget_get_frame_clock (widget));
  g_signal_connect_object (self->clock, "update", G_CALLBACK (layout_begins), self,
                           G_CONNECT_AFTER);
}

static void
chord_conversation_view_unrealize (GtkWidget *widget)
{
  leave_clock (CHORD_CONVERSATION_VIEW (widget));
  GTK_WIDGET_CLASS (chord_conversation_view_parent_class)->unrealize (widget);
}

static void
chord_conversation_view_dispose (GObject *object)
{
  ChordConversationView *self = CHORD_CONVERSATION_VIEW (object);

  if (self->selection)
    chord_conversation_view_set_conversation (self, NULL);
  leave_clock (self);
  if (self->tick)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
  self->tick = 0;
  gtk_widget_dispose_template (GTK_WIDGET (object), CHORD_TYPE_CONVERSATION_VIEW);
  G_OBJECT_CLASS (chord_conversation_view_parent_class)->dispose (object);
}

static void
chord_conversation_view_finalize (GObject *object)
{
  g_ptr_array_unref (CHORD_CONVERSATION_VIEW (object)->rows);
  G_OBJECT_CLASS (chord_conversation_view_parent_class)->finalize (object);
}

static void
chord_conversation_view_class_init (ChordConversationViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chord_conversation_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = chord_conversation_view_finalize;

  widget_class->realize = chord_conversation_view_realize;
  widget_class->unrealize = chord_conversation_view_unrealize;

  g_type_ensure (CHORD_TYPE_FIND_BAR);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/chord_engine/Chord/chord-conversation-view.ui");
  gtk_widget_class_bind_template_child (widget_class, ChordConversationView, find_bar);
  gtk_widget_class_bind_template_child (widget_class, ChordConversationView, scroller);
  gtk_widget_class_bind_template_child (widget_class, ChordConversationView, list);
  gtk_widget_class_bind_template_child (widget_class, ChordConversationView, selection);
  gtk_widget_class_bind_template_child (widget_class, ChordConversationView, jump);
  gtk_widget_class_bind_template_callback (widget_class, setup_row);
  gtk_widget_class_bind_template_callback (widget_class, bind_row);
  gtk_widget_class_bind_template_callback (widget_class, unbind_row);
  gtk_widget_class_bind_template_callback (widget_class, jump_clicked);
  gtk_widget_class_bind_template_callback (widget_class, found);
}

static void
chord_conversation_view_init (ChordConversationView *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (vertical (self), "changed", G_CALLBACK (extent_changed), self, 0);
  g_signal_connect_object (vertical (self), "value-changed", G_CALLBACK (value_changed), self, 0);
  set_following (self, TRUE);
}
