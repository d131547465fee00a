/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(CHORD_INSIDE) && !defined(CHORD_COMPILATION)
#error "Only <chord.h> can be included directly."
#endif

#include <gio/gio.h>

#include "chord-model.h"
#include "chord-progress.h"
#include "chord-version.h"

G_BEGIN_DECLS

#define CHORD_TYPE_EVALUATION (chord_evaluation_get_type ())

/**
 * ChordEvaluation:
 *
 * What a model computes for given tokens, as plain numbers: logits, log-probabilities, or
 * embeddings.
 *
 * The numbers are 32-bit floats in the order of the machine, row after row. Belongs to one thread
 * at a time.
 */
CHORD_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (ChordEvaluation, chord_evaluation, CHORD, EVALUATION, GObject)

/**
 * chord_evaluation_new:
 * @model: a model
 *
 * Makes an evaluation without any tokens.
 *
 * Returns: (transfer full): a new #ChordEvaluation
 */
CHORD_AVAILABLE_IN_ALL
ChordEvaluation *chord_evaluation_new (ChordModel *model) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_evaluation_get_model: (get-property model)
 * @self: a #ChordEvaluation
 *
 * Gets the model.
 *
 * Returns: (transfer none): the model
 */
CHORD_AVAILABLE_IN_ALL
ChordModel *chord_evaluation_get_model (ChordEvaluation *self);

/**
 * chord_evaluation_get_chunk_size: (get-property chunk-size)
 * @self: a #ChordEvaluation
 *
 * Gets how many tokens are computed at once; 0: as the model was told.
 *
 * Returns: how many tokens are computed at once; 0: as the model was told
 */
CHORD_AVAILABLE_IN_ALL
guint chord_evaluation_get_chunk_size (ChordEvaluation *self);

/**
 * chord_evaluation_set_chunk_size: (set-property chunk-size)
 * @self: a #ChordEvaluation
 * @chunk_size: how many tokens are computed at once; 0: as the model was told
 *
 * Sets how many tokens are computed at once; 0: as the model was told.
 */
CHORD_AVAILABLE_IN_ALL
void chord_evaluation_set_chunk_size (ChordEvaluation *self, guint chunk_size);

/**
 * chord_evaluation_get_all_rows: (get-property all-rows)
 * @self: a #ChordEvaluation
 *
 * Gets whether there is a result for each token, or for the last one alone.
 *
 * Returns: whether there is a result for each token, or for the last one alone
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_evaluation_get_all_rows (ChordEvaluation *self);

/**
 * chord_evaluation_set_all_rows: (set-property all-rows)
 * @self: a #ChordEvaluation
 * @all_rows: whether there is a result for each token, or for the last one alone
 *
 * Sets whether there is a result for each token, or for the last one alone.
 */
CHORD_AVAILABLE_IN_ALL
void chord_evaluation_set_all_rows (ChordEvaluation *self, gboolean all_rows);

/**
 * chord_evaluation_get_log_probabilities: (get-property log-probabilities)
 * @self: a #ChordEvaluation
 *
 * Gets whether logits are turned into natural logarithms of probabilities.
 *
 * Returns: whether logits are turned into natural logarithms of probabilities
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_evaluation_get_log_probabilities (ChordEvaluation *self);

/**
 * chord_evaluation_set_log_probabilities: (set-property log-probabilities)
 * @self: a #ChordEvaluation
 * @log_probabilities: whether logits are turned into natural logarithms of probabilities
 *
 * Sets whether logits are turned into natural logarithms of probabilities.
 */
CHORD_AVAILABLE_IN_ALL
void chord_evaluation_set_log_probabilities (ChordEvaluation *self, gboolean log_probabilities);

/**
 * chord_evaluation_get_row_width: (get-property row-width)
 * @self: a #ChordEvaluation
 *
 * Gets the number of values in a row: one for each token of the vocabulary, or of an embedding.
 *
 * Returns: the number of values in a row: one for each token of the vocabulary, or of an embedding
 */
CHORD_AVAILABLE_IN_ALL
gsize chord_evaluation_get_row_width (ChordEvaluation *self);

/**
 * chord_evaluation_get_n_tokens: (get-property n-tokens)
 * @self: a #ChordEvaluation
 *
 * Gets how many tokens have been evaluated so far.
 *
 * Returns: how many tokens have been evaluated so far
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_evaluation_get_n_tokens (ChordEvaluation *self);

/**
 * chord_evaluation_run:
 * @self: a #ChordEvaluation
 * @tokens: (array length=n_tokens): token ids
 * @n_tokens: how many
 * @progress: (nullable): told how many tokens are done
 * @cancellable: (nullable): a #GCancellable
 * @error: return location for an error
 *
 * Computes what the model says after each of these tokens, which follow those of earlier calls.
 *
 * Returns: (transfer full): rows of 32-bit floating-point numbers, or %NULL with @error set
 */
CHORD_AVAILABLE_IN_ALL
GBytes *chord_evaluation_run (ChordEvaluation *self, const gint32 *tokens, gsize n_tokens,
                              ChordProgress *progress, GCancellable *cancellable,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_evaluation_run_async:
 * @self: a #ChordEvaluation
 * @tokens: (array length=n_tokens): token ids
 * @n_tokens: how many
 * @progress: (nullable): told how many tokens are done
 * @cancellable: (nullable): a #GCancellable
 * @callback: (scope async): called when it is done
 * @user_data: data for @callback
 *
 * Does the same as [method@Evaluation.run] in another thread. Only one run at a time.
 */
CHORD_AVAILABLE_IN_ALL
void chord_evaluation_run_async (ChordEvaluation *self, const gint32 *tokens, gsize n_tokens,
                                 ChordProgress *progress, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data);

/**
 * chord_evaluation_run_finish:
 * @self: a #ChordEvaluation
 * @result: the result
 * @error: return location for an error
 *
 * Finishes [method@Evaluation.run_async].
 *
 * Returns: (transfer full): rows of 32-bit floating-point numbers, or %NULL with @error set
 */
CHORD_AVAILABLE_IN_ALL
GBytes *chord_evaluation_run_finish (ChordEvaluation *self, GAsyncResult *result,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_evaluation_truncate:
 * @self: a #ChordEvaluation
 * @n_tokens: how many tokens to keep
 * @error: return location for an error
 *
 * Forgets the tokens after the first @n_tokens.
 *
 * Returns: %TRUE, or %FALSE with @error set
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_evaluation_truncate (ChordEvaluation *self, guint64 n_tokens, GError **error);

G_END_DECLS
