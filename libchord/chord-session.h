/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(CHORD_INSIDE) && !defined(CHORD_COMPILATION)
#error "Only <chord.h> can be included directly."
#endif

#include <gio/gio.h>

#include "chord-enums.h"
#include "chord-generation.h"
#include "chord-message.h"
#include "chord-model.h"
#include "chord-sampling-options.h"
#include "chord-version.h"

G_BEGIN_DECLS

#define CHORD_TYPE_SESSION (chord_session_get_type ())

/**
 * ChordSession:
 *
 * A conversation with a model, and the part of the context that it has computed so far.
 *
 * Each turn computes only what is new. Several sessions of one model may generate at the same time.
 * A session belongs to one thread at a time.
 */
CHORD_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (ChordSession, chord_session, CHORD, SESSION, GObject)

/**
 * chord_session_new:
 * @model: a model
 *
 * Makes an empty session.
 *
 * Returns: (transfer full): a new #ChordSession
 */
CHORD_AVAILABLE_IN_ALL
ChordSession *chord_session_new (ChordModel *model) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_session_get_model: (get-property model)
 * @self: a #ChordSession
 *
 * Gets the model.
 *
 * Returns: (transfer none): the model
 */
CHORD_AVAILABLE_IN_ALL
ChordModel *chord_session_get_model (ChordSession *self);

/**
 * chord_session_get_system_prompt: (get-property system-prompt)
 * @self: a #ChordSession
 *
 * Gets the instructions that stand before all messages.
 *
 * Returns: (transfer none) (nullable): the instructions that stand before all messages
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_session_get_system_prompt (ChordSession *self);

/**
 * chord_session_set_system_prompt: (set-property system-prompt)
 * @self: a #ChordSession
 * @system_prompt: (nullable): the instructions that stand before all messages
 *
 * Sets the instructions that stand before all messages.
 */
CHORD_AVAILABLE_IN_ALL
void chord_session_set_system_prompt (ChordSession *self, const char *system_prompt);

/**
 * chord_session_get_messages: (get-property messages)
 * @self: a #ChordSession
 *
 * Gets the conversation. Listen to it to show it; an answer is in it from the start of its
 * generation.
 *
 * Returns: (transfer none): a list of [class@Message]
 */
CHORD_AVAILABLE_IN_ALL
GListModel *chord_session_get_messages (ChordSession *self);

/**
 * chord_session_get_generation: (get-property generation)
 * @self: a #ChordSession
 *
 * Gets the generation that runs now.
 *
 * Returns: (transfer none) (nullable): the generation that runs now
 */
CHORD_AVAILABLE_IN_ALL
ChordGeneration *chord_session_get_generation (ChordSession *self);

/**
 * chord_session_get_n_tokens: (get-property n-tokens)
 * @self: a #ChordSession
 *
 * Gets how many tokens of the context are in use.
 *
 * Returns: how many tokens of the context are in use
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_session_get_n_tokens (ChordSession *self);

/**
 * chord_session_append:
 * @self: a #ChordSession
 * @message: (transfer none): a message
 * @error: return location for an error
 *
 * Adds a message at the end of the conversation.
 *
 * Returns: %TRUE, or %FALSE with %G_IO_ERROR_PENDING while a generation runs
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_session_append (ChordSession *self, ChordMessage *message, GError **error);

/**
 * chord_session_append_text:
 * @self: a #ChordSession
 * @role: who speaks
 * @text: what is said
 * @error: return location for an error
 *
 * Adds a message of text at the end of the conversation.
 *
 * Returns: %TRUE, or %FALSE with %G_IO_ERROR_PENDING while a generation runs
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_session_append_text (ChordSession *self, ChordRole role, const char *text,
                                    GError **error);

/**
 * chord_session_truncate:
 * @self: a #ChordSession
 * @n_messages: how many messages to keep
 * @error: return location for an error
 *
 * Removes the messages after the first @n_messages.
 *
 * Returns: %TRUE, or %FALSE with %G_IO_ERROR_PENDING while a generation runs
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_session_truncate (ChordSession *self, guint n_messages, GError **error);

/**
 * chord_session_replace:
 * @self: a #ChordSession
 * @position: index of the message to replace
 * @message: (transfer none): the new message
 * @error: return location for an error
 *
 * Replaces a message and removes those after it. The next generation computes only what changed.
 *
 * Returns: %TRUE, or %FALSE with @error set: %G_IO_ERROR_PENDING while a generation runs,
 *   %CHORD_ERROR_INVALID_ARGUMENT when there is no such message
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_session_replace (ChordSession *self, guint position, ChordMessage *message,
                                GError **error);

/**
 * chord_session_start:
 * @self: a #ChordSession
 * @options: (nullable): how to choose tokens
 * @error: return location for an error
 *
 * Starts to generate an answer to the messages. It runs in the background; connect to its signals
 * at once, they come in the thread-default main context of the caller. The caller must keep the
 * generation: dropping it cancels it.
 *
 * A conversation that does not fit into the context is %CHORD_ERROR_CONTEXT_FULL, a model whose
 * chat template is not known %CHORD_ERROR_TEMPLATE, and a generation that runs already
 * %G_IO_ERROR_PENDING.
 *
 * Returns: (transfer full): the running generation, or %NULL with @error set
 */
CHORD_AVAILABLE_IN_ALL
ChordGeneration *chord_session_start (ChordSession *self, ChordSamplingOptions *options,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_session_start_continue:
 * @self: a #ChordSession
 * @options: (nullable): how to choose tokens
 * @error: return location for an error
 *
 * Lets the answer that the conversation ends with go on, as after it was cut or cancelled. Its
 * message grows; [method@Generation.get_text] and the usage are about what is new alone. Everything
 * else is as in [method@Session.start]. %CHORD_ERROR_INVALID_ARGUMENT when the last message is not
 * the assistant's.
 *
 * Returns: (transfer full): the running generation, or %NULL with @error set
 */
CHORD_AVAILABLE_IN_ALL
ChordGeneration *chord_session_start_continue (ChordSession *self, ChordSamplingOptions *options,
                                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_session_start_prompt:
 * @self: a #ChordSession
 * @prompt: text that the model goes on from
 * @length: bytes of @prompt, or -1 when it ends with a NUL
 * @flags: how to turn it into tokens
 * @options: (nullable): how to choose tokens
 * @error: return location for an error
 *
 * Starts to go on from a raw prompt: no chat template is used, and the messages are left alone.
 *
 * Returns: (transfer full): the running generation, or %NULL with @error set
 */
CHORD_AVAILABLE_IN_ALL
ChordGeneration *chord_session_start_prompt (ChordSession *self, const char *prompt, gssize length,
                                             ChordTokenizeFlags flags,
                                             ChordSamplingOptions *options,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_session_start_tokens:
 * @self: a #ChordSession
 * @tokens: (array length=n_tokens): token ids that the model goes on from
 * @n_tokens: how many
 * @options: (nullable): how to choose tokens
 * @error: return location for an error
 *
 * Starts to go on from token ids; the messages are left alone.
 *
 * Returns: (transfer full): the running generation, or %NULL with @error set
 */
CHORD_AVAILABLE_IN_ALL
ChordGeneration *chord_session_start_tokens (ChordSession *self, const gint32 *tokens,
                                             gsize n_tokens, ChordSamplingOptions *options,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_session_generate:
 * @self: a #ChordSession
 * @options: (nullable): how to choose tokens
 * @cancellable: (nullable): a #GCancellable
 * @error: return location for an error
 *
 * Generates an answer to the messages, blocking the calling thread until it is whole.
 *
 * Returns: (transfer full): the finished generation, or %NULL with @error set
 */
CHORD_AVAILABLE_IN_ALL
ChordGeneration *chord_session_generate (ChordSession *self, ChordSamplingOptions *options,
                                         GCancellable *cancellable,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_session_generate_async:
 * @self: a #ChordSession
 * @options: (nullable): how to choose tokens
 * @cancellable: (nullable): a #GCancellable
 * @callback: (scope async): called when it is done
 * @user_data: data for @callback
 *
 * Generates an answer to the messages and calls back when it is whole.
 */
CHORD_AVAILABLE_IN_ALL
void chord_session_generate_async (ChordSession *self, ChordSamplingOptions *options,
                                   GCancellable *cancellable, GAsyncReadyCallback callback,
                                   gpointer user_data);

/**
 * chord_session_generate_finish:
 * @self: a #ChordSession
 * @result: the result
 * @error: return location for an error
 *
 * Finishes [method@Session.generate_async]. Text that came before a cancellation or failure stays
 * in the session.
 *
 * Returns: (transfer full): the finished generation, or %NULL with @error set
 */
CHORD_AVAILABLE_IN_ALL
ChordGeneration *chord_session_generate_finish (ChordSession *self, GAsyncResult *result,
                                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_session_fork:
 * @self: a #ChordSession
 * @n_messages: how many messages the new session begins with
 * @error: return location for an error
 *
 * Makes another session that begins with the first messages of this one. What both have in common
 * is kept in memory once.
 *
 * Returns: (transfer full): a new #ChordSession, or %NULL with @error set
 */
CHORD_AVAILABLE_IN_ALL
ChordSession *chord_session_fork (ChordSession *self, guint n_messages,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_session_save:
 * @self: a #ChordSession
 * @error: return location for an error
 *
 * Saves the conversation and the computed context, so that a later session goes on at once.
 *
 * Returns: (transfer full): the state, or %NULL with @error set
 */
CHORD_AVAILABLE_IN_ALL
GBytes *chord_session_save (ChordSession *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_session_restore:
 * @model: the model that the state was saved with
 * @state: what [method@Session.save] returned
 * @error: return location for an error
 *
 * Makes a session from a saved state. A damaged one, or that of another model, is an error.
 *
 * Returns: (transfer full): a new #ChordSession, or %NULL with @error set
 */
CHORD_AVAILABLE_IN_ALL
ChordSession *chord_session_restore (ChordModel *model, GBytes *state,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
