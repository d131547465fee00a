/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>
#include <chord.h>

G_BEGIN_DECLS

/* One row of the sidebar's list. */
#define CHORD_TYPE_CONVERSATION_ITEM (chord_conversation_item_get_type ())
G_DECLARE_FINAL_TYPE (ChordConversationItem, chord_conversation_item, CHORD, CONVERSATION_ITEM,
                      AdwBin)

GtkWidget *chord_conversation_item_new (void);
/* item: a ChordConversation, a ChordSearchResult or NULL */
void chord_conversation_item_set_item (ChordConversationItem *self, gpointer item);
/* The heading above the row: of the first of a section, else NULL */
void chord_conversation_item_set_section (ChordConversationItem *self, const char *section);
/* What the row stands for, or NULL */
ChordConversation *chord_conversation_item_get_conversation (ChordConversationItem *self);

/* For people: the title, or what is said of a conversation that has none yet */
const char *chord_conversation_display_title (ChordConversation *conversation);
/* In which section of the list a conversation of this moment (µs, Unix) belongs, as of now */
char *chord_conversation_section_name (gint64 moment, GDateTime *now);

G_END_DECLS
