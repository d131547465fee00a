/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(CHORD_INSIDE) && !defined(CHORD_COMPILATION)
#error "Only <chord.h> can be included directly."
#endif

#include <gio/gio.h>

#include "chord-enums.h"
#include "chord-message.h"
#include "chord-usage.h"
#include "chord-version.h"

typedef struct _ChordSession ChordSession;

G_BEGIN_DECLS

#define CHORD_TYPE_GENERATION (chord_generation_get_type ())

/**
 * ChordGeneration:
 *
 * A text that is being generated; made by [method@Session.start].
 *
 * Signals and properties change in the main context that was the thread-default one where it was
 * started. Text that comes while that context is busy is merged into one signal. Dropping the last
 * reference cancels it. Only [method@Generation.cancel] may be called from other threads.
 */
CHORD_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (ChordGeneration, chord_generation, CHORD, GENERATION, GObject)

/**
 * chord_generation_cancel:
 * @self: a #ChordGeneration
 *
 * Stops it: within one token, or one step of a long prompt. The text so far stays in the session,
 * and [signal@Generation::finished] follows. Does nothing when it has finished. Any thread may call
 * it.
 */
CHORD_AVAILABLE_IN_ALL
void chord_generation_cancel (ChordGeneration *self);

/**
 * chord_generation_wait:
 * @self: a #ChordGeneration
 * @cancellable: (nullable): a #GCancellable
 * @error: return location for an error
 *
 * Waits until it has finished, and emits its signals from within this call. No main context is
 * iterated, so this works in scripts and in any thread. Cancelling @cancellable cancels the
 * generation.
 *
 * Returns: %TRUE when it finished; %FALSE with @error set when it failed or was cancelled
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_generation_wait (ChordGeneration *self, GCancellable *cancellable, GError **error);

/**
 * chord_generation_wait_async:
 * @self: a #ChordGeneration
 * @cancellable: (nullable): a #GCancellable
 * @callback: (scope async): called when it is done
 * @user_data: data for @callback
 *
 * Calls back when it has finished, after the signal. Cancelling @cancellable cancels the
 * generation.
 */
CHORD_AVAILABLE_IN_ALL
void chord_generation_wait_async (ChordGeneration *self, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data);

/**
 * chord_generation_wait_finish:
 * @self: a #ChordGeneration
 * @result: the result
 * @error: return location for an error
 *
 * Finishes [method@Generation.wait_async].
 *
 * Returns: %TRUE when it finished; %FALSE with @error set when it failed or was cancelled
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_generation_wait_finish (ChordGeneration *self, GAsyncResult *result, GError **error);

/**
 * chord_generation_get_session: (get-property session)
 * @self: a #ChordGeneration
 *
 * Gets the session that it runs in.
 *
 * Returns: (transfer none): the session that it runs in
 */
CHORD_AVAILABLE_IN_ALL
ChordSession *chord_generation_get_session (ChordGeneration *self);

/**
 * chord_generation_get_message: (get-property message)
 * @self: a #ChordGeneration
 *
 * Gets the answer, which is in the session too; %NULL for a raw prompt.
 *
 * Returns: (transfer none) (nullable): the answer, which is in the session too; %NULL for a raw
 *   prompt
 */
CHORD_AVAILABLE_IN_ALL
ChordMessage *chord_generation_get_message (ChordGeneration *self);

/**
 * chord_generation_get_text:
 * @self: a #ChordGeneration
 *
 * Gets the text so far. There is no property of it; [signal@Generation::text] tells when it grows.
 *
 * Returns: (transfer none): the text so far
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_generation_get_text (ChordGeneration *self);

/**
 * chord_generation_get_running: (get-property running)
 * @self: a #ChordGeneration
 *
 * Gets whether it has not finished yet.
 *
 * Returns: whether it has not finished yet
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_generation_get_running (ChordGeneration *self);

/**
 * chord_generation_get_finish_reason: (get-property finish-reason)
 * @self: a #ChordGeneration
 *
 * Gets why it ended; %CHORD_FINISH_REASON_NONE while it runs.
 *
 * Returns: why it ended; %CHORD_FINISH_REASON_NONE while it runs
 */
CHORD_AVAILABLE_IN_ALL
ChordFinishReason chord_generation_get_finish_reason (ChordGeneration *self);

/**
 * chord_generation_get_error: (get-property error)
 * @self: a #ChordGeneration
 *
 * Gets what went wrong. It is set when it ended with %CHORD_FINISH_REASON_ERROR, and when it ended
 * with %CHORD_FINISH_REASON_LENGTH because the context is full: then to %CHORD_ERROR_CONTEXT_FULL.
 * Such a text is good as far as it goes, so waiting for it does not fail.
 *
 * Returns: (transfer none) (nullable): what went wrong, or %NULL
 */
CHORD_AVAILABLE_IN_ALL
const GError *chord_generation_get_error (ChordGeneration *self);

/**
 * chord_generation_get_usage: (get-property usage)
 * @self: a #ChordGeneration
 *
 * Gets what it took; %NULL while it runs.
 *
 * Returns: (transfer none) (nullable): what it took; %NULL while it runs
 */
CHORD_AVAILABLE_IN_ALL
ChordUsage *chord_generation_get_usage (ChordGeneration *self);

/**
 * chord_generation_get_seed: (get-property seed)
 * @self: a #ChordGeneration
 *
 * Gets the seed that it uses.
 *
 * Returns: the seed that it uses
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_generation_get_seed (ChordGeneration *self);

/**
 * chord_generation_get_tokens: (get-property tokens)
 * @self: a #ChordGeneration
 *
 * Gets the generated tokens with their probabilities; empty unless
 * [property@SamplingOptions:top-logprobs] asked for them.
 *
 * Returns: (transfer none): a list of [class@Token]
 */
CHORD_AVAILABLE_IN_ALL
GListModel *chord_generation_get_tokens (ChordGeneration *self);

G_END_DECLS
