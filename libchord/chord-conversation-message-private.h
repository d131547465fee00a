/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chord-attachment.h"
#include "chord-conversation-message.h"

/* ---- The tree, which a conversation makes ---- */

/* The next of the siblings. None keeps another alive: the conversation keeps all. */
void chord_conversation_message_link (ChordConversationMessage *self,
                                      ChordConversationMessage *parent, GPtrArray *siblings);
gboolean chord_conversation_message_is_linked (ChordConversationMessage *self);
void chord_conversation_message_unlink (ChordConversationMessage *self);
/* The siblings have become more. */
void chord_conversation_message_notify_siblings (ChordConversationMessage *self);

ChordConversationMessage *chord_conversation_message_get_parent (ChordConversationMessage *self);
GPtrArray *chord_conversation_message_get_children (ChordConversationMessage *self);
ChordConversationMessage *
chord_conversation_message_get_newest_child (ChordConversationMessage *self);

void chord_conversation_message_take_attachment (ChordConversationMessage *self,
                                                 ChordAttachment *attachment);

/* What the model is shown of it. */
char *chord_conversation_message_render (ChordConversationMessage *self);

/* ---- An answer that is being written ---- */

void chord_conversation_message_begin (ChordConversationMessage *self);
void chord_conversation_message_append_text (ChordConversationMessage *self, const char *text,
                                             gboolean is_reasoning);
/* Stores what came until now, without waiting for it. */
void chord_conversation_message_store (ChordConversationMessage *self);
/* Stores all of it, and waits. */
void chord_conversation_message_finish (ChordConversationMessage *self, ChordFinishReason reason);
/* An answer that a process left when it was killed was stopped. */
void chord_conversation_message_recover (ChordConversationMessage *self);
