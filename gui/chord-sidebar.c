/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-sidebar.h"

#include <glib/gi18n.h>

#include "chord-conversation-item.h"

/* The start side of the window: the conversations by date, or what a search finds in them, and the
 * ways to the other pages. */

struct _ChordSidebar
{
  AdwBin parent_instance;

  GtkMenuButton *menu_button;
  GtkSearchEntry *search_entry;
  GtkStack *stack;
  GtkListView *list;
  GtkSingleSelection *selection;
  GtkPopoverMenu *context_menu;

  ChordCatalog *catalog;
  ChordConversation *current;
  GCancellable *searching; /* non-NULL while a search runs */
  GPtrArray *rows;         /* GtkListItem that are bound now, borrowed */
  guint update_id;         /* idle source: headers are looked at again */
};

enum
{
  OPEN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ChordSidebar, chord_sidebar, ADW_TYPE_BIN)

static gboolean
is_searching (ChordSidebar *self)
{
  return *gtk_editable_get_text (GTK_EDITABLE (self->search_entry)) != '\0';
}

static ChordConversation *
conversation_of (gpointer item)
{
  return CHORD_IS_SEARCH_RESULT (item) ? chord_search_result_get_conversation (item) : item;
}

/* ---- Sections -------------------------------------------------------------------------------- */

static char *
dup_section_at (ChordSidebar *self, guint position, GDateTime *now)
{
  g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (!CHORD_IS_CONVERSATION (item))
    return NULL;
  return chord_conversation_section_name (
      chord_conversation_get_updated (CHORD_CONVERSATION (item)), now);
}

static void
update_section (ChordSidebar *self, GtkListItem *row, GDateTime *now)
{
  guint position = gtk_list_item_get_position (row);
  g_autofree char *section = dup_section_at (self, position, now);
  g_autofree char *before = position > 0 ? dup_section_at (self, position - 1, now) : NULL;
  GtkWidget *child = gtk_list_item_get_child (row);

  chord_conversation_item_set_section (CHORD_CONVERSATION_ITEM (child),
                                       g_strcmp0 (section, before) != 0 ? section : NULL);
}

static void
update_selection (ChordSidebar *self)
{
  GListModel *model = G_LIST_MODEL (self->selection);
  guint selected = GTK_INVALID_LIST_POSITION;

  for (guint i = 0; i < g_list_model_get_n_items (model) && self->current; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (model, i);

      if (conversation_of (item) == self->current)
        {
          selected = i;
          break;
        }
    }
  gtk_single_selection_set_selected (self->selection, selected);
}

static void
update_stack (ChordSidebar *self)
{
  gboolean empty = g_list_model_get_n_items (G_LIST_MODEL (self->selection)) == 0;
  const char *page = !empty ? "list" : is_searching (self) ? "nothing" : "empty";

  gtk_stack_set_visible_child_name (self->stack, page);
}

static gboolean
update (gpointer data)
{
  ChordSidebar *self = data;
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  self->update_id = 0;
  for (guint i = 0; i < self->rows->len; i++)
    update_section (self, g_ptr_array_index (self->rows, i), now);
  update_selection (self);
  update_stack (self);
  return G_SOURCE_REMOVE;
}

/* One look for a burst of changes: a conversation that moves to the top leaves and comes back. */
static void
queue_update (ChordSidebar *self)
{
  if (self->update_id == 0)
    self->update_id = g_idle_add (update, self);
}

/* ---- Rows ------------------------------------------------------------------------------------ */

static void
show_context_menu (ChordSidebar *self, GtkWidget *row)
{
  ChordConversation *conversation =
      chord_conversation_item_get_conversation (CHORD_CONVERSATION_ITEM (row));
  gint64 id = chord_record_get_id (CHORD_RECORD (conversation));
  g_autoptr (GMenu) menu = g_menu_new ();
  GtkAllocation at = { 0 };
  double x, y;
  static const struct
  {
    const char *label, *action;
  } entries[] = {
    { N_("_Rename…"), "win.rename-chat" },
    { N_("D_uplicate"), "win.duplicate-chat" },
    { N_("_Export…"), "win.export-chat" },
    { N_("_Delete"), "win.delete-chat" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    {
      g_autoptr (GMenuItem) item = g_menu_item_new (_(entries[i].label), NULL);

      g_menu_item_set_action_and_target (item, entries[i].action, "x", id);
      g_menu_append_item (menu, item);
    }
  gtk_popover_menu_set_menu_model (self->context_menu, G_MENU_MODEL (menu));
  gtk_widget_translate_coordinates (row, GTK_WIDGET (self), 0, 0, &x, &y);
  at = (GtkAllocation){ x, y, gtk_widget_get_width (row), gtk_widget_get_height (row) };
  gtk_popover_set_pointing_to (GTK_POPOVER (self->context_menu), &at);
  gtk_popover_popup (GTK_POPOVER (self->context_menu));
}

static void
row_pressed (GtkGesture *gesture, int n_press, double x, double y, ChordSidebar *self)
{
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  show_context_menu (self, gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (gesture)));
}

static void
row_held (GtkGesture *gesture, double x, double y, ChordSidebar *self)
{
  row_pressed (gesture, 1, x, y, self);
}

static void
setup_row (GtkListItemFactory *factory, GtkListItem *row, ChordSidebar *self)
{
  GtkWidget *child = chord_conversation_item_new ();
  GtkGesture *click = gtk_gesture_click_new ();
  GtkGesture *hold = gtk_gesture_long_press_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect (click, "pressed", G_CALLBACK (row_pressed), self);
  gtk_widget_add_controller (child, GTK_EVENT_CONTROLLER (click));
  gtk_gesture_single_set_touch_only (GTK_GESTURE_SINGLE (hold), TRUE);
  g_signal_connect (hold, "pressed", G_CALLBACK (row_held), self);
  gtk_widget_add_controller (child, GTK_EVENT_CONTROLLER (hold));
  gtk_list_item_set_child (row, child);
}

static void
bind_row (GtkListItemFactory *factory, GtkListItem *row, ChordSidebar *self)
{
  ChordConversationItem *child = CHORD_CONVERSATION_ITEM (gtk_list_item_get_child (row));
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  chord_conversation_item_set_item (child, gtk_list_item_get_item (row));
  update_section (self, row, now);
  g_ptr_array_add (self->rows, row);
}

static void
unbind_row (GtkListItemFactory *factory, GtkListItem *row, ChordSidebar *self)
{
  GtkWidget *child = gtk_list_item_get_child (row);

  if (child)
    chord_conversation_item_set_item (CHORD_CONVERSATION_ITEM (child), NULL);
  g_ptr_array_remove_fast (self->rows, row);
}

static void
row_activated (GtkListView *list, guint position, ChordSidebar *self)
{
  g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (self->selection), position);
  gint64 message = 0;

  if (CHORD_IS_SEARCH_RESULT (item))
    message = chord_search_result_get_message_id (CHORD_SEARCH_RESULT (item));
  g_signal_emit (self, signals[OPEN], 0, conversation_of (item), message);
}

/* ---- Keys on a row --------------------------------------------------------------------------- */

/* The row that has the keyboard: a list item's only child is ours. */
static GtkWidget *
focused_row (ChordSidebar *self)
{
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self)));
  GtkWidget *child = focus ? gtk_widget_get_first_child (focus) : NULL;

  return child && CHORD_IS_CONVERSATION_ITEM (child) ? child : NULL;
}

static gboolean
list_key_pressed (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
                  ChordSidebar *self)
{
  GtkWidget *row = focused_row (self);
  gboolean is_menu = key == GDK_KEY_Menu || (key == GDK_KEY_F10 && (state & GDK_SHIFT_MASK));
  const char *action = key == GDK_KEY_F2                                 ? "win.rename-chat"
                       : key == GDK_KEY_Delete || key == GDK_KEY_KP_Delete ? "win.delete-chat"
                                                                           : NULL;
  ChordConversation *conversation;

  if (row == NULL || (!is_menu && action == NULL))
    return GDK_EVENT_PROPAGATE;
  conversation = chord_conversation_item_get_conversation (CHORD_CONVERSATION_ITEM (row));
  if (is_menu)
    show_context_menu (self, row);
  else
    gtk_widget_activate_action (GTK_WIDGET (self), action, "x",
                                chord_record_get_id (CHORD_RECORD (conversation)));
  return GDK_EVENT_STOP;
}

/* ---- Search ---------------------------------------------------------------------------------- */

static void
stop_searching (ChordSidebar *self)
{
  if (self->searching)
    g_cancellable_cancel (self->searching);
  g_clear_object (&self->searching);
}

static void
set_list (ChordSidebar *self, GListModel *list)
{
  gtk_single_selection_set_model (self->selection, list);
  queue_update (self);
}

static void
search_done (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChordSidebar) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) found =
      chord_catalog_search_finish (CHORD_CATALOG (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->searching == NULL)
    return; /* another search took its place */
  g_clear_object (&self->searching);
  if (found == NULL)
    {
      g_warning ("Searching conversations: %s", error->message);
      found = G_LIST_MODEL (g_list_store_new (CHORD_TYPE_SEARCH_RESULT));
    }
  set_list (self, found);
}

static void
search_changed (GtkSearchEntry *entry, ChordSidebar *self)
{
  stop_searching (self);
  if (self->catalog == NULL)
    return;
  if (!is_searching (self))
    {
      set_list (self, chord_catalog_get_conversations (self->catalog));
      return;
    }
  self->searching = g_cancellable_new ();
  chord_catalog_search_async (self->catalog, gtk_editable_get_text (GTK_EDITABLE (entry)),
                              self->searching, search_done, g_object_ref (self));
}

/* Return opens the best result. */
static void
search_activated (GtkSearchEntry *entry, ChordSidebar *self)
{
  if (is_searching (self) && self->searching == NULL
      && g_list_model_get_n_items (G_LIST_MODEL (self->selection)) > 0)
    row_activated (self->list, 0, self);
}

static void
search_stopped (GtkSearchEntry *entry, ChordSidebar *self)
{
  gtk_editable_set_text (GTK_EDITABLE (entry), "");
}

void
chord_sidebar_search (ChordSidebar *self, const char *text)
{
  if (text)
    gtk_editable_set_text (GTK_EDITABLE (self->search_entry), text);
  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}

void
chord_sidebar_open_menu (ChordSidebar *self)
{
  gtk_menu_button_popup (self->menu_button);
}

void
chord_sidebar_set_catalog (ChordSidebar *self, ChordCatalog *catalog)
{
  g_set_object (&self->catalog, catalog);
  set_list (self, chord_catalog_get_conversations (catalog));
}

void
chord_sidebar_set_current (ChordSidebar *self, ChordConversation *conversation)
{
  g_set_object (&self->current, conversation);
  queue_update (self);
}

/* ---- Life ------------------------------------------------------------------------------------ */

static void
chord_sidebar_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  GTK_WIDGET_CLASS (chord_sidebar_parent_class)->size_allocate (widget, width, height, baseline);
  gtk_popover_present (GTK_POPOVER (CHORD_SIDEBAR (widget)->context_menu));
}

static void
chord_sidebar_dispose (GObject *object)
{
  ChordSidebar *self = CHORD_SIDEBAR (object);

  stop_searching (self);
  g_clear_handle_id (&self->update_id, g_source_remove);
  if (self->context_menu)
    gtk_widget_unparent (GTK_WIDGET (self->context_menu));
  self->context_menu = NULL;
  gtk_widget_dispose_template (GTK_WIDGET (self), CHORD_TYPE_SIDEBAR);
  g_clear_object (&self->current);
  g_clear_object (&self->catalog);
  G_OBJECT_CLASS (chord_sidebar_parent_class)->dispose (object);
}

static void
chord_sidebar_finalize (GObject *object)
{
  g_ptr_array_unref (CHORD_SIDEBAR (object)->rows);
  G_OBJECT_CLASS (chord_sidebar_parent_class)->finalize (object);
}

static void
chord_sidebar_class_init (ChordSidebarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = chord_sidebar_dispose;
  object_class->finalize = chord_sidebar_finalize;
  widget_class->size_allocate = chord_sidebar_size_allocate;

  signals[OPEN] = g_signal_new ("open", CHORD_TYPE_SIDEBAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 2, CHORD_TYPE_CONVERSATION, G_TYPE_INT64);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/chord_engine/Chord/chord-sidebar.ui");
  gtk_widget_class_bind_template_child (widget_class, ChordSidebar, menu_button);
  gtk_widget_class_bind_template_child (widget_class, ChordSidebar, search_entry);
  gtk_widget_class_bind_template_child (widget_class, ChordSidebar, stack);
  gtk_widget_class_bind_template_child (widget_class, ChordSidebar, list);
  gtk_widget_class_bind_template_child (widget_class, ChordSidebar, selection);
  gtk_widget_class_bind_template_callback (widget_class, setup_row);
  gtk_widget_class_bind_template_callback (widget_class, bind_row);
  gtk_widget_class_bind_template_callback (widget_class, unbind_row);
  gtk_widget_class_bind_template_callback (widget_class, row_activated);
  gtk_widget_class_bind_template_callback (widget_class, list_key_pressed);
  gtk_widget_class_bind_template_callback (widget_class, search_changed);
  gtk_widget_class_bind_template_callback (widget_class, search_activated);
  gtk_widget_class_bind_template_callback (widget_class, search_stopped);
}

static void
chord_sidebar_init (ChordSidebar *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (self->selection, "items-changed", G_CALLBACK (queue_update), self);
  self->context_menu = GTK_POPOVER_MENU (gtk_popover_menu_new_from_model (NULL));
  gtk_popover_set_has_arrow (GTK_POPOVER (self->context_menu), FALSE);
  gtk_widget_set_parent (GTK_WIDGET (self->context_menu), GTK_WIDGET (self));
}
