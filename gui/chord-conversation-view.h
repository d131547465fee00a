/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>
#include <chord.h>

G_BEGIN_DECLS

#define CHORD_TYPE_CONVERSATION_VIEW (chord_conversation_view_get_type ())
G_DECLARE_FINAL_TYPE (ChordConversationView, chord_conversation_view, CHORD, CONVERSATION_VIEW,
                      AdwBin)

/* conversation: (nullable) */
void chord_conversation_view_set_conversation (ChordConversationView *self,
                                               ChordConversation *conversation);
/* Keeps the end in view from now on, until the user scrolls up. */
void chord_conversation_view_follow (ChordConversationView *self);
/* Assistive technologies hold back while a text still changes. */
void chord_conversation_view_set_busy (ChordConversationView *self, gboolean busy);
/* Scrolls to a message and marks it. */
void chord_conversation_view_show_message (ChordConversationView *self, gint64 id);
/* Opens the last message of the user for editing. */
void chord_conversation_view_edit_last (ChordConversationView *self);
/* Opens the bar that searches in the conversation. */
void chord_conversation_view_find (ChordConversationView *self);

G_END_DECLS
