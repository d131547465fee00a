/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CHORD_TYPE_CONVERSATION_VIEW (chord_conversation_view_get_type ())
G_DECLARE_FINAL_TYPE (ChordConversationView, chord_conversation_view, CHORD, CONVERSATION_VIEW,
                      AdwBin)

/* messages: a list of ChordMessage, or NULL */
void chord_conversation_view_set_messages (ChordConversationView *self, GListModel *messages);
/* Keeps the end in view from now on, until the user scrolls up. */
void chord_conversation_view_follow (ChordConversationView *self);
/* Assistive technologies hold back while a text still changes. */
void chord_conversation_view_set_busy (ChordConversationView *self, gboolean busy);

G_END_DECLS
