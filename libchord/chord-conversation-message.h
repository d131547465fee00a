/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(CHORD_INSIDE) && !defined(CHORD_COMPILATION)
#error "Only <chord.h> can be included directly."
#endif

#include "chord-attachment.h"
#include "chord-enums.h"
#include "chord-record.h"
#include "chord-version.h"

G_BEGIN_DECLS

#define CHORD_TYPE_CONVERSATION_MESSAGE (chord_conversation_message_get_type ())

/**
 * ChordConversationMessage:
 *
 * A message in the tree of a [class@Conversation], as it is stored. Messages that answer the same
 * one are siblings.
 *
 * The content of an answer that is being generated grows: [signal@ConversationMessage::appended]
 * brings what is new. The properties of content and reasoning are notified then too, as often as
 * they are stored.
 */
CHORD_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (ChordConversationMessage, chord_conversation_message, CHORD,
                      CONVERSATION_MESSAGE, ChordRecord)

/**
 * chord_conversation_message_get_conversation_id: (get-property conversation-id)
 * @self: a #ChordConversationMessage
 *
 * Gets the id of the conversation.
 *
 * Returns: the id of the conversation
 */
CHORD_AVAILABLE_IN_ALL
gint64 chord_conversation_message_get_conversation_id (ChordConversationMessage *self);

/**
 * chord_conversation_message_get_parent_id: (get-property parent-id)
 * @self: a #ChordConversationMessage
 *
 * Gets the id of the message that it follows; 0 at the beginning.
 *
 * Returns: the id of the message that it follows
 */
CHORD_AVAILABLE_IN_ALL
gint64 chord_conversation_message_get_parent_id (ChordConversationMessage *self);

/**
 * chord_conversation_message_get_role: (get-property role)
 * @self: a #ChordConversationMessage
 *
 * Gets who speaks.
 *
 * Returns: who speaks
 */
CHORD_AVAILABLE_IN_ALL
ChordRole chord_conversation_message_get_role (ChordConversationMessage *self);

/**
 * chord_conversation_message_get_content: (get-property content)
 * @self: a #ChordConversationMessage
 *
 * Gets what is said, without reasoning.
 *
 * Returns: (transfer none) (nullable): what is said, without reasoning
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_conversation_message_get_content (ChordConversationMessage *self);

/**
 * chord_conversation_message_get_reasoning: (get-property reasoning)
 * @self: a #ChordConversationMessage
 *
 * Gets what the model thought before it answered.
 *
 * Returns: (transfer none) (nullable): what the model thought before it answered
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_conversation_message_get_reasoning (ChordConversationMessage *self);

/**
 * chord_conversation_message_get_model_name: (get-property model-name)
 * @self: a #ChordConversationMessage
 *
 * Gets the name of the model that answered.
 *
 * Returns: (transfer none) (nullable): the name of the model that answered
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_conversation_message_get_model_name (ChordConversationMessage *self);

/**
 * chord_conversation_message_get_created: (get-property created)
 * @self: a #ChordConversationMessage
 *
 * Gets when it was said, in microseconds since 1970 (UTC).
 *
 * Returns: when it was said, in microseconds since 1970 (UTC)
 */
CHORD_AVAILABLE_IN_ALL
gint64 chord_conversation_message_get_created (ChordConversationMessage *self);

/**
 * chord_conversation_message_get_finish_reason: (get-property finish-reason)
 * @self: a #ChordConversationMessage
 *
 * Gets why the answer ended; %CHORD_FINISH_REASON_NONE while it is written and in messages of
 * others.
 *
 * Returns: why the answer ended
 */
CHORD_AVAILABLE_IN_ALL
ChordFinishReason chord_conversation_message_get_finish_reason (ChordConversationMessage *self);

/**
 * chord_conversation_message_get_running: (get-property running)
 * @self: a #ChordConversationMessage
 *
 * Gets whether the answer is being written.
 *
 * Returns: whether the answer is being written
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_conversation_message_get_running (ChordConversationMessage *self);

/**
 * chord_conversation_message_get_prompt_tokens: (get-property prompt-tokens)
 * @self: a #ChordConversationMessage
 *
 * Gets the number of tokens in the prompt.
 *
 * Returns: the number of tokens in the prompt
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_conversation_message_get_prompt_tokens (ChordConversationMessage *self);

/**
 * chord_conversation_message_get_cached_tokens: (get-property cached-tokens)
 * @self: a #ChordConversationMessage
 *
 * Gets how many tokens of the prompt were in memory already.
 *
 * Returns: how many tokens of the prompt were in memory already
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_conversation_message_get_cached_tokens (ChordConversationMessage *self);

/**
 * chord_conversation_message_get_generated_tokens: (get-property generated-tokens)
 * @self: a #ChordConversationMessage
 *
 * Gets the number of tokens that were generated.
 *
 * Returns: the number of tokens that were generated
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_conversation_message_get_generated_tokens (ChordConversationMessage *self);

/**
 * chord_conversation_message_get_prompt_time: (get-property prompt-time)
 * @self: a #ChordConversationMessage
 *
 * Gets how long the prompt took, in microseconds.
 *
 * Returns: how long the prompt took, in microseconds
 */
CHORD_AVAILABLE_IN_ALL
gint64 chord_conversation_message_get_prompt_time (ChordConversationMessage *self);

/**
 * chord_conversation_message_get_generation_time: (get-property generation-time)
 * @self: a #ChordConversationMessage
 *
 * Gets how long the generated tokens took, in microseconds.
 *
 * Returns: how long the generated tokens took, in microseconds
 */
CHORD_AVAILABLE_IN_ALL
gint64 chord_conversation_message_get_generation_time (ChordConversationMessage *self);

/**
 * chord_conversation_message_get_first_token_time: (get-property first-token-time)
 * @self: a #ChordConversationMessage
 *
 * Gets the time from the start to the first token, in microseconds.
 *
 * Returns: the time from the start to the first token, in microseconds
 */
CHORD_AVAILABLE_IN_ALL
gint64 chord_conversation_message_get_first_token_time (ChordConversationMessage *self);

/**
 * chord_conversation_message_get_reasoning_time: (get-property reasoning-time)
 * @self: a #ChordConversationMessage
 *
 * Gets how long the model reasoned, in microseconds.
 *
 * Returns: how long the model reasoned, in microseconds
 */
CHORD_AVAILABLE_IN_ALL
gint64 chord_conversation_message_get_reasoning_time (ChordConversationMessage *self);

/**
 * chord_conversation_message_get_rate: (get-property rate)
 * @self: a #ChordConversationMessage
 *
 * Gets the tokens generated per second.
 *
 * Returns: the tokens generated per second
 */
CHORD_AVAILABLE_IN_ALL
double chord_conversation_message_get_rate (ChordConversationMessage *self);

/**
 * chord_conversation_message_get_memory: (get-property memory)
 * @self: a #ChordConversationMessage
 *
 * Gets the bytes that the context took.
 *
 * Returns: the bytes that the context took
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_conversation_message_get_memory (ChordConversationMessage *self);

/**
 * chord_conversation_message_get_sampling: (get-property sampling)
 * @self: a #ChordConversationMessage
 *
 * Gets how tokens were chosen; a JSON object with the names of [class@SamplingOptions].
 *
 * Returns: (transfer none) (nullable): how tokens were chosen
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_conversation_message_get_sampling (ChordConversationMessage *self);

/**
 * chord_conversation_message_get_error: (get-property error)
 * @self: a #ChordConversationMessage
 *
 * Gets what went wrong.
 *
 * Returns: (transfer none) (nullable): what went wrong
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_conversation_message_get_error (ChordConversationMessage *self);

/**
 * chord_conversation_message_get_n_siblings: (get-property n-siblings)
 * @self: a #ChordConversationMessage
 *
 * Gets how many messages follow the same one, with this.
 *
 * Returns: how many messages follow the same one, with this
 */
CHORD_AVAILABLE_IN_ALL
guint chord_conversation_message_get_n_siblings (ChordConversationMessage *self);

/**
 * chord_conversation_message_get_sibling_index: (get-property sibling-index)
 * @self: a #ChordConversationMessage
 *
 * Gets which of them this is, from 0 on, in the order of their making.
 *
 * Returns: which of them this is, from 0 on, in the order of their making
 */
CHORD_AVAILABLE_IN_ALL
guint chord_conversation_message_get_sibling_index (ChordConversationMessage *self);

/**
 * chord_conversation_message_get_attachments: (get-property attachments)
 * @self: a #ChordConversationMessage
 *
 * Gets the attachments, a list of [class@Attachment].
 *
 * Returns: (transfer none): the attachments, a list of [class@Attachment]
 */
CHORD_AVAILABLE_IN_ALL
GListModel *chord_conversation_message_get_attachments (ChordConversationMessage *self);

/**
 * chord_conversation_message_get_sibling:
 * @self: a #ChordConversationMessage
 * @offset: how far, such as 1 for the next and -1 for the one before
 *
 * Gets a sibling.
 *
 * Returns: (transfer none) (nullable): the sibling, or %NULL where there is none
 */
CHORD_AVAILABLE_IN_ALL
ChordConversationMessage *chord_conversation_message_get_sibling (ChordConversationMessage *self,
                                                                  int offset);

G_END_DECLS
