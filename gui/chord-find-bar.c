/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-find-bar.h"

#include <glib/gi18n.h>
#include <string.h>

#include "chord-widgets.h"

/* Finds messages by what they say. A long conversation is searched from its end in steps, between
 * which the window stays alive. */

#define STEP_TIME 4000 /* µs */

struct _ChordFindBar
{
  AdwBin parent_instance;

  GtkSearchBar *bar;
  GtkSearchEntry *entry;
  GtkLabel *count;
  GtkButton *previous;
  GtkButton *next;

  GListModel *messages;
  char *needle;      /* folded */
  GArray *matches;   /* of guint, positions from the end to the beginning */
  guint current;     /* index into them */
  guint left;        /* messages that are still to be searched */
  guint source;
};

enum
{
  FOUND,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ChordFindBar, chord_find_bar, ADW_TYPE_BIN)

static void
show_match (ChordFindBar *self)
{
  gboolean any = self->current < self->matches->len;

  g_signal_emit (self, signals[FOUND], 0,
                 any ? g_array_index (self->matches, guint, self->current) : G_MAXUINT);
}

static void
update_count (ChordFindBar *self)
{
  g_autofree char *text = NULL;

  /* Translators: which match is shown, of how many */
  if (self->matches->len)
    text = g_strdup_printf (_("%u of %u"), self->current + 1, self->matches->len);
  else if (self->needle && self->left == 0)
    /* Translators: no match was found */
    text = g_strdup (C_("match", "None"));
  gtk_label_set_label (self->count, text ? text : "");
  gtk_widget_set_sensitive (GTK_WIDGET (self->previous), self->matches->len > 0);
  gtk_widget_set_sensitive (GTK_WIDGET (self->next), self->matches->len > 0);
}

static void
look_into (ChordFindBar *self, guint position)
{
  g_autoptr (ChordConversationMessage) message = g_list_model_get_item (self->messages, position);
  g_autofree char *folded =
      g_utf8_casefold (chord_conversation_message_get_content (message), -1);

  if (strstr (folded, self->needle) == NULL)
    return;
  g_array_append_val (self->matches, position);
  if (self->matches->len == 1)
    show_match (self);
}

static gboolean
search_step (gpointer data)
{
  ChordFindBar *self = data;
  gint64 deadline = g_get_monotonic_time () + STEP_TIME;

  while (self->left > 0 && g_get_monotonic_time () < deadline)
    look_into (self, --self->left);
  update_count (self);
  if (self->left > 0)
    return G_SOURCE_CONTINUE;
  self->source = 0;
  if (self->matches->len == 0)
    show_match (self);
  return G_SOURCE_REMOVE;
}

static void
stop_search (ChordFindBar *self)
{
  g_clear_handle_id (&self->source, g_source_remove);
  g_clear_pointer (&self->needle, g_free);
  g_array_set_size (self->matches, 0);
  self->current = self->left = 0;
}

static void
search_changed (GtkSearchEntry *entry, ChordFindBar *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (entry));

  stop_search (self);
  if (*text && self->messages)
    {
      self->needle = g_utf8_casefold (text, -1);
      self->left = g_list_model_get_n_items (self->messages);
      self->source = g_idle_add (search_step, self);
    }
  else
    show_match (self);
  update_count (self);
}

static void
move (ChordFindBar *self, int by)
{
  guint n = self->matches->len;

  if (n == 0)
    return;
  self->current = (self->current + n + by) % n;
  show_match (self);
  update_count (self);
}

/* The matches run from the newest to the oldest, and so does Return: what was said last is what one
 * looks for first. The buttons go down and up. */
static void
next_match (GtkWidget *widget, ChordFindBar *self)
{
  move (self, GTK_IS_BUTTON (widget) ? -1 : 1);
}

static void
previous_match (GtkWidget *widget, ChordFindBar *self)
{
  move (self, GTK_IS_BUTTON (widget) ? 1 : -1);
}

static void
mode_changed (GtkSearchBar *bar, GParamSpec *pspec, ChordFindBar *self)
{
  if (!gtk_search_bar_get_search_mode (bar))
    {
      stop_search (self);
      show_match (self);
      update_count (self);
    }
}

void
chord_find_bar_set_messages (ChordFindBar *self, GListModel *messages)
{
  gtk_search_bar_set_search_mode (self->bar, FALSE);
  stop_search (self);
  g_set_object (&self->messages, messages);
}

void
chord_find_bar_open (ChordFindBar *self)
{
  gtk_search_bar_set_search_mode (self->bar, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  search_changed (self->entry, self);
}

static void
chord_find_bar_dispose (GObject *object)
{
  ChordFindBar *self = CHORD_FIND_BAR (object);

  stop_search (self);
  g_clear_object (&self->messages);
  chord_bin_dispose_template (ADW_BIN (self), CHORD_TYPE_FIND_BAR);
  G_OBJECT_CLASS (chord_find_bar_parent_class)->dispose (object);
}

static void
chord_find_bar_finalize (GObject *object)
{
  g_array_unref (CHORD_FIND_BAR (object)->matches);
  G_OBJECT_CLASS (chord_find_bar_parent_class)->finalize (object);
}

static void
chord_find_bar_class_init (ChordFindBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chord_find_bar_dispose;
  G_OBJECT_CLASS (klass)->finalize = chord_find_bar_finalize;

  signals[FOUND] = g_signal_new ("found", CHORD_TYPE_FIND_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/chord_engine/Chord/chord-find-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, ChordFindBar, bar);
  gtk_widget_class_bind_template_child (widget_class, ChordFindBar, entry);
  gtk_widget_class_bind_template_child (widget_class, ChordFindBar, count);
  gtk_widget_class_bind_template_child (widget_class, ChordFindBar, previous);
  gtk_widget_class_bind_template_child (widget_class, ChordFindBar, next);
  gtk_widget_class_bind_template_callback (widget_class, search_changed);
  gtk_widget_class_bind_template_callback (widget_class, next_match);
  gtk_widget_class_bind_template_callback (widget_class, previous_match);
  gtk_widget_class_bind_template_callback (widget_class, mode_changed);
}

static void
chord_find_bar_init (ChordFindBar *self)
{
  self->matches = g_array_new (FALSE, FALSE, sizeof (guint));
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_search_bar_connect_entry (self->bar, GTK_EDITABLE (self->entry));
  update_count (self);
}
