/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(CHORD_INSIDE) && !defined(CHORD_COMPILATION)
#error "Only <chord.h> can be included directly."
#endif

#include "chord-conversation.h"
#include "chord-generation.h"
#include "chord-model.h"
#include "chord-sampling-options.h"
#include "chord-usage.h"
#include "chord-version.h"

G_BEGIN_DECLS

#define CHORD_TYPE_CHAT (chord_chat_get_type ())

/**
 * ChordChat:
 *
 * Lets a model answer in a [class@Conversation]. What it writes is stored as it comes, several
 * times a second, so that next to nothing is lost with the process.
 *
 * What the model computed stays in memory as long as the chat: each turn computes what is new
 * alone, also on another branch. Reasoning of earlier answers is not sent to it. Belongs to the
 * thread of the catalog; its signals come in the main context that was the thread-default one where
 * the answer was started.
 */
CHORD_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (ChordChat, chord_chat, CHORD, CHAT, GObject)

/**
 * chord_chat_new:
 * @conversation: a conversation
 * @model: (nullable): the model that answers; it can be set later
 *
 * Makes a chat.
 *
 * Returns: (transfer full): a new #ChordChat
 */
CHORD_AVAILABLE_IN_ALL
ChordChat *chord_chat_new (ChordConversation *conversation,
                           ChordModel *model) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_chat_get_conversation: (get-property conversation)
 * @self: a #ChordChat
 *
 * Gets the conversation.
 *
 * Returns: (transfer none): the conversation
 */
CHORD_AVAILABLE_IN_ALL
ChordConversation *chord_chat_get_conversation (ChordChat *self);

/**
 * chord_chat_get_model: (get-property model)
 * @self: a #ChordChat
 *
 * Gets the model that answers.
 *
 * Returns: (transfer none) (nullable): the model that answers
 */
CHORD_AVAILABLE_IN_ALL
ChordModel *chord_chat_get_model (ChordChat *self);

/**
 * chord_chat_set_model: (set-property model)
 * @self: a #ChordChat
 * @model: (nullable): the model that answers
 *
 * Sets the model that answers. An answer that is being written is stopped.
 */
CHORD_AVAILABLE_IN_ALL
void chord_chat_set_model (ChordChat *self, ChordModel *model);

/**
 * chord_chat_get_sampling: (get-property sampling)
 * @self: a #ChordChat
 *
 * Gets how to choose tokens; %NULL leaves it to the preset of the conversation, or the settings of
 * its model.
 *
 * Returns: (transfer none) (nullable): how to choose tokens
 */
CHORD_AVAILABLE_IN_ALL
ChordSamplingOptions *chord_chat_get_sampling (ChordChat *self);

/**
 * chord_chat_set_sampling: (set-property sampling)
 * @self: a #ChordChat
 * @sampling: (nullable): how to choose tokens
 *
 * Sets how to choose tokens.
 */
CHORD_AVAILABLE_IN_ALL
void chord_chat_set_sampling (ChordChat *self, ChordSamplingOptions *sampling);

/**
 * chord_chat_get_running: (get-property running)
 * @self: a #ChordChat
 *
 * Gets whether an answer is being written.
 *
 * Returns: whether an answer is being written
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_chat_get_running (ChordChat *self);

/**
 * chord_chat_get_answer: (get-property answer)
 * @self: a #ChordChat
 *
 * Gets the answer that is being written.
 *
 * Returns: (transfer none) (nullable): the answer that is being written
 */
CHORD_AVAILABLE_IN_ALL
ChordConversationMessage *chord_chat_get_answer (ChordChat *self);

/**
 * chord_chat_get_generation: (get-property generation)
 * @self: a #ChordChat
 *
 * Gets the generation of that answer.
 *
 * Returns: (transfer none) (nullable): the generation of that answer
 */
CHORD_AVAILABLE_IN_ALL
ChordGeneration *chord_chat_get_generation (ChordChat *self);

/**
 * chord_chat_get_usage: (get-property usage)
 * @self: a #ChordChat
 *
 * Gets what the last answer took.
 *
 * Returns: (transfer none) (nullable): what the last answer took
 */
CHORD_AVAILABLE_IN_ALL
ChordUsage *chord_chat_get_usage (ChordChat *self);

/**
 * chord_chat_get_context_used: (get-property context-used)
 * @self: a #ChordChat
 *
 * Gets how many tokens of the context are in use.
 *
 * Returns: how many tokens of the context are in use
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_chat_get_context_used (ChordChat *self);

/**
 * chord_chat_get_context_length: (get-property context-length)
 * @self: a #ChordChat
 *
 * Gets how many tokens the context holds; 0 without a model.
 *
 * Returns: how many tokens the context holds
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_chat_get_context_length (ChordChat *self);

/**
 * chord_chat_get_prompt_progress: (get-property prompt-progress)
 * @self: a #ChordChat
 *
 * Gets how much of the prompt has been computed, from 0 to 1.
 *
 * Returns: how much of the prompt has been computed, from 0 to 1
 */
CHORD_AVAILABLE_IN_ALL
double chord_chat_get_prompt_progress (ChordChat *self);

/**
 * chord_chat_get_rate: (get-property rate)
 * @self: a #ChordChat
 *
 * Gets how many tokens are generated per second; 0 while none are.
 *
 * Returns: how many tokens are generated per second
 */
CHORD_AVAILABLE_IN_ALL
double chord_chat_get_rate (ChordChat *self);

/**
 * chord_chat_send:
 * @self: a #ChordChat
 * @text: what the user says
 * @attachments: (nullable): a list of [class@Attachment] that belong to no message yet
 * @error: return location for an error
 *
 * Says something, and lets the model answer. When it cannot begin to answer nothing is added.
 *
 * A conversation that does not fit into the context is no error: [signal@Chat::overflow] tells.
 *
 * Returns: %TRUE, or %FALSE with @error set: %G_IO_ERROR_PENDING while an answer is being written,
 *   %CHORD_ERROR_INVALID_ARGUMENT without a model, or as [method@Session.start]
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_chat_send (ChordChat *self, const char *text, GListModel *attachments,
                          GError **error);

/**
 * chord_chat_edit:
 * @self: a #ChordChat
 * @message: a message of the user
 * @text: what the user says instead
 * @error: return location for an error
 *
 * Says something else in place of an earlier message, on a new branch, and lets the model answer.
 * Attachments are kept.
 *
 * A conversation that does not fit into the context is no error: [signal@Chat::overflow] tells.
 *
 * Returns: %TRUE, or %FALSE with @error set: %G_IO_ERROR_PENDING while an answer is being written,
 *   %CHORD_ERROR_INVALID_ARGUMENT without a model, or as [method@Session.start]
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_chat_edit (ChordChat *self, ChordConversationMessage *message, const char *text,
                          GError **error);

/**
 * chord_chat_regenerate:
 * @self: a #ChordChat
 * @answer: an answer, or a message of the user
 * @error: return location for an error
 *
 * Lets the model answer again, on a new branch. For a message of the user that has no answer it
 * makes the first.
 *
 * A conversation that does not fit into the context is no error: [signal@Chat::overflow] tells.
 *
 * Returns: %TRUE, or %FALSE with @error set: %G_IO_ERROR_PENDING while an answer is being written,
 *   %CHORD_ERROR_INVALID_ARGUMENT without a model, or as [method@Session.start]
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_chat_regenerate (ChordChat *self, ChordConversationMessage *answer, GError **error);

/**
 * chord_chat_continue:
 * @self: a #ChordChat
 * @answer: an answer that nothing follows
 * @error: return location for an error
 *
 * Lets an answer go on that was stopped or cut.
 *
 * A conversation that does not fit into the context is no error: [signal@Chat::overflow] tells.
 *
 * Returns: %TRUE, or %FALSE with @error set: %G_IO_ERROR_PENDING while an answer is being written,
 *   %CHORD_ERROR_INVALID_ARGUMENT without a model, or as [method@Session.start]
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_chat_continue (ChordChat *self, ChordConversationMessage *answer, GError **error);

/**
 * chord_chat_stop:
 * @self: a #ChordChat
 *
 * Stops the answer: within one token. What came until then is kept. [signal@Chat::finished]
 * follows.
 */
CHORD_AVAILABLE_IN_ALL
void chord_chat_stop (ChordChat *self);

/**
 * chord_chat_drop_oldest:
 * @self: a #ChordChat
 * @error: return location for an error
 *
 * After [signal@Chat::overflow]: no longer sends the oldest messages to the model, so that half of
 * its context is free if possible, then goes on as [method@Chat.resume] does. They stay in the
 * conversation; [property@Conversation:first-sent] tells where the rest begins.
 *
 * Returns: how many messages are no longer sent, or 0 with @error set: %CHORD_ERROR_CONTEXT_FULL
 *   when what was said last fills the context alone
 */
CHORD_AVAILABLE_IN_ALL
guint chord_chat_drop_oldest (ChordChat *self, GError **error);

/**
 * chord_chat_resume:
 * @self: a #ChordChat
 * @error: return location for an error
 *
 * After [signal@Chat::overflow]: tries again, as with a model that has more context.
 *
 * Returns: %TRUE, or %FALSE with @error set
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_chat_resume (ChordChat *self, GError **error);

G_END_DECLS
