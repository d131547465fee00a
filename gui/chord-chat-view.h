/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>
#include <chord.h>

G_BEGIN_DECLS

#define CHORD_TYPE_CHAT_VIEW (chord_chat_view_get_type ())
G_DECLARE_FINAL_TYPE (ChordChatView, chord_chat_view, CHORD, CHAT_VIEW, AdwBin)

/* Signal: larger-context (guint64 length), the user wants the model loaded with that much context;
 * once the chat has a new model, the view goes on with the answer.
 * Signal: running-changed (gboolean running), whether an answer comes here that can be stopped.
 * Actions: chat.find opens the bar that searches in the conversation. */

/* chat: (nullable) */
void chord_chat_view_set_chat     (ChordChatView *self, ChordChat *chat);
void chord_chat_view_stop         (ChordChatView *self);
/* Scrolls to a message of the conversation, such as one that a search found. */
void chord_chat_view_show_message (ChordChatView *self, gint64 id);
/* Stores what is written and not sent; the window calls it before it closes. */
void chord_chat_view_save_draft   (ChordChatView *self);

G_END_DECLS
