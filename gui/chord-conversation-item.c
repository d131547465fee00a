/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-conversation-item.h"

#include <glib/gi18n.h>

/* A conversation in the sidebar, or a place in one that a search found. GTK 4.8 has no headers in
 * list views, so that each row brings one and shows it when it is the first of its section. */

struct _ChordConversationItem
{
  AdwBin parent_instance;

  GtkLabel *section;
  GtkLabel *title;
  GtkLabel *snippet;

  ChordConversation *conversation;
};

G_DEFINE_FINAL_TYPE (ChordConversationItem, chord_conversation_item, ADW_TYPE_BIN)

const char *
chord_conversation_display_title (ChordConversation *conversation)
{
  const char *title = chord_conversation_get_title (conversation);

  return title && *title ? title : _("New Chat");
}

char *
chord_conversation_section_name (gint64 moment, GDateTime *now)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (moment / G_USEC_PER_SEC);
  g_autoptr (GDateTime) then = utc ? g_date_time_to_timezone (utc, g_date_time_get_timezone (now))
                                   : g_date_time_ref (now);
  GDate today, day;
  int days;

  g_date_clear (&today, 1);
  g_date_clear (&day, 1);
  g_date_set_dmy (&today, g_date_time_get_day_of_month (now), g_date_time_get_month (now),
                  g_date_time_get_year (now));
  g_date_set_dmy (&day, g_date_time_get_day_of_month (then), g_date_time_get_month (then),
                  g_date_time_get_year (then));
  days = g_date_days_between (&day, &today);
  if (days <= 0)
    return g_strdup (_("Today"));
  if (days == 1)
    return g_strdup (_("Yesterday"));
  if (days <= 7)
    return g_strdup (_("Last 7 Days"));
  /* Translators: a month, heading the conversations of it; see g_date_time_format () */
  return g_date_time_format (then, _("%OB %Y"));
}

static void
update_title (ChordConversationItem *self)
{
  gtk_label_set_label (self->title, chord_conversation_display_title (self->conversation));
}

static void
set_conversation (ChordConversationItem *self, ChordConversation *conversation)
{
  if (self->conversation)
    g_signal_handlers_disconnect_by_data (self->conversation, self);
  g_set_object (&self->conversation, conversation);
  if (conversation == NULL)
    return;
  g_signal_connect_swapped (conversation, "notify::title", G_CALLBACK (update_title), self);
  update_title (self);
}

void
chord_conversation_item_set_item (ChordConversationItem *self, gpointer item)
{
  ChordSearchResult *result = CHORD_IS_SEARCH_RESULT (item) ? item : NULL;
  /* What is found in the title is seen there. */
  const char *snippet = result && chord_search_result_get_message_id (result) != 0
                            ? chord_search_result_get_snippet (result)
                            : NULL;

  set_conversation (self, result ? chord_search_result_get_conversation (result) : item);
  gtk_label_set_markup (self->snippet, snippet ? snippet : "");
  gtk_widget_set_visible (GTK_WIDGET (self->snippet), snippet && *snippet);
}

void
chord_conversation_item_set_section (ChordConversationItem *self, const char *section)
{
  gtk_label_set_label (self->section, section ? section : "");
  gtk_widget_set_visible (GTK_WIDGET (self->section), section != NULL);
}

ChordConversation *
chord_conversation_item_get_conversation (ChordConversationItem *self)
{
  return self->conversation;
}

static void
chord_conversation_item_dispose (GObject *object)
{
  ChordConversationItem *self = CHORD_CONVERSATION_ITEM (object);

  set_conversation (self, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CHORD_TYPE_CONVERSATION_ITEM);
  G_OBJECT_CLASS (chord_conversation_item_parent_class)->dispose (object);
}

static void
chord_conversation_item_class_init (ChordConversationItemClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chord_conversation_item_dispose;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/chord_engine/Chord/chord-conversation-item.ui");
  gtk_widget_class_bind_template_child (widget_class, ChordConversationItem, section);
  gtk_widget_class_bind_template_child (widget_class, ChordConversationItem, title);
  gtk_widget_class_bind_template_child (widget_class, ChordConversationItem, snippet);
  gtk_widget_class_set_css_name (widget_class, "conversation");
}

static void
chord_conversation_item_init (ChordConversationItem *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
chord_conversation_item_new (void)
{
  return g_object_new (CHORD_TYPE_CONVERSATION_ITEM, NULL);
}
