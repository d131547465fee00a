/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>
#include <chord.h>

G_BEGIN_DECLS

#define CHORD_TYPE_CHAT_OPTIONS (chord_chat_options_get_type ())
G_DECLARE_FINAL_TYPE (ChordChatOptions, chord_chat_options, CHORD, CHAT_OPTIONS, AdwBin)

/* A button that opens what holds for this conversation alone: its preset and system prompt.
 * conversation: (nullable) */
GtkWidget *chord_chat_options_new (void);
void chord_chat_options_set_conversation (ChordChatOptions *self, ChordConversation *conversation);

G_END_DECLS
