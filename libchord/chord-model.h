/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(CHORD_INSIDE) && !defined(CHORD_COMPILATION)
#error "Only <chord.h> can be included directly."
#endif

#include <gio/gio.h>

#include "chord-enums.h"
#include "chord-model-file.h"
#include "chord-model-options.h"
#include "chord-progress.h"
#include "chord-tokenizer.h"
#include "chord-version.h"

G_BEGIN_DECLS

#define CHORD_TYPE_MODEL (chord_model_get_type ())

/**
 * ChordModel:
 *
 * A model in memory, ready to run.
 *
 * What the file says of itself is also here as properties: `quantization`, `license`,
 * `chat-template`, `n-parameters`, `file-size`, `trained-context-length`, `embedding-length`,
 * `n-layers` and `n-vocab` are those of [class@ModelFile]. Any thread may use a model, and several
 * sessions may run at once.
 */
CHORD_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (ChordModel, chord_model, CHORD, MODEL, GObject)

/**
 * chord_model_load:
 * @path: (type filename): path of a GGUF file
 * @options: (nullable): how to load it
 * @progress: (nullable): told how far the load is
 * @cancellable: (nullable): a #GCancellable
 * @error: return location for an error
 *
 * Loads a model, blocking the calling thread. Too little memory is an error that names both
 * figures.
 *
 * Returns: (transfer full): a new #ChordModel, or %NULL with @error set
 */
CHORD_AVAILABLE_IN_ALL
ChordModel *chord_model_load (const char *path, ChordModelOptions *options, ChordProgress *progress,
                              GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_model_load_async:
 * @path: (type filename): path of a GGUF file
 * @options: (nullable): how to load it
 * @progress: (nullable): told how far the load is
 * @cancellable: (nullable): a #GCancellable
 * @callback: (scope async): called when it is done
 * @user_data: data for @callback
 *
 * Loads a model in another thread.
 */
CHORD_AVAILABLE_IN_ALL
void chord_model_load_async (const char *path, ChordModelOptions *options, ChordProgress *progress,
                             GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data);

/**
 * chord_model_load_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Finishes [func@Model.load_async].
 *
 * Returns: (transfer full): a new #ChordModel, or %NULL with @error set
 */
CHORD_AVAILABLE_IN_ALL
ChordModel *chord_model_load_finish (GAsyncResult *result, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_model_load_file:
 * @file: an open file; [property@ModelOptions:use-mmap] is of no account, since it is open already
 * @options: (nullable): how to load it
 * @progress: (nullable): told how far the load is
 * @cancellable: (nullable): a #GCancellable
 * @error: return location for an error
 *
 * Loads a model from a file that is open already, blocking the calling thread.
 *
 * Returns: (transfer full): a new #ChordModel, or %NULL with @error set
 */
CHORD_AVAILABLE_IN_ALL
ChordModel *chord_model_load_file (ChordModelFile *file, ChordModelOptions *options,
                                   ChordProgress *progress, GCancellable *cancellable,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_model_load_file_async:
 * @file: an open file; [property@ModelOptions:use-mmap] is of no account, since it is open already
 * @options: (nullable): how to load it
 * @progress: (nullable): told how far the load is
 * @cancellable: (nullable): a #GCancellable
 * @callback: (scope async): called when it is done
 * @user_data: data for @callback
 *
 * Loads a model from a file that is open already, in another thread.
 */
CHORD_AVAILABLE_IN_ALL
void chord_model_load_file_async (ChordModelFile *file, ChordModelOptions *options,
                                  ChordProgress *progress, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data);

/**
 * chord_model_load_file_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Finishes [func@Model.load_file_async].
 *
 * Returns: (transfer full): a new #ChordModel, or %NULL with @error set
 */
CHORD_AVAILABLE_IN_ALL
ChordModel *chord_model_load_file_finish (GAsyncResult *result,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_model_get_file: (get-property file)
 * @self: a #ChordModel
 *
 * Gets the file that the model was loaded from, which has its metadata.
 *
 * Returns: (transfer none): the file that the model was loaded from, which has its metadata
 */
CHORD_AVAILABLE_IN_ALL
ChordModelFile *chord_model_get_file (ChordModel *self);

/**
 * chord_model_get_name: (get-property name)
 * @self: a #ChordModel
 *
 * Gets the name that the model gives itself, else that of its file.
 *
 * Returns: (transfer none): the name that the model gives itself, else that of its file
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_model_get_name (ChordModel *self);

/**
 * chord_model_get_architecture: (get-property architecture)
 * @self: a #ChordModel
 *
 * Gets the family of the model, such as "llama".
 *
 * Returns: (transfer none): the family of the model, such as "llama"
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_model_get_architecture (ChordModel *self);

/**
 * chord_model_get_context_length: (get-property context-length)
 * @self: a #ChordModel
 *
 * Gets the number of tokens that a session has room for.
 *
 * Returns: the number of tokens that a session has room for
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_model_get_context_length (ChordModel *self);

/**
 * chord_model_get_precision: (get-property precision)
 * @self: a #ChordModel
 *
 * Gets how the model computes.
 *
 * Returns: how the model computes
 */
CHORD_AVAILABLE_IN_ALL
ChordPrecision chord_model_get_precision (ChordModel *self);

/**
 * chord_model_get_kv_type: (get-property kv-type)
 * @self: a #ChordModel
 *
 * Gets how keys and values are kept; never %CHORD_KV_TYPE_AUTO.
 *
 * Returns: how keys and values are kept; never %CHORD_KV_TYPE_AUTO
 */
CHORD_AVAILABLE_IN_ALL
ChordKvType chord_model_get_kv_type (ChordModel *self);

/**
 * chord_model_get_n_threads: (get-property n-threads)
 * @self: a #ChordModel
 *
 * Gets how many threads compute.
 *
 * Returns: how many threads compute
 */
CHORD_AVAILABLE_IN_ALL
int chord_model_get_n_threads (ChordModel *self);

/**
 * chord_model_get_result_width: (get-property result-width)
 * @self: a #ChordModel
 *
 * Gets how many values the model computes for a token: a logit for each token of the vocabulary, or
 * an embedding.
 *
 * Returns: how many values the model computes for a token: a logit for each token of the
 *   vocabulary, or an embedding
 */
CHORD_AVAILABLE_IN_ALL
gsize chord_model_get_result_width (ChordModel *self);

/**
 * chord_model_get_memory_used: (get-property memory-used)
 * @self: a #ChordModel
 *
 * Gets the bytes that contexts and computation take now, without the weights.
 *
 * Returns: the bytes that contexts and computation take now, without the weights
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_model_get_memory_used (ChordModel *self);

/**
 * chord_model_trim:
 * @self: a model
 *
 * Gives back memory that can be had again: the context memory of every session in which nothing
 * runs. Such a session goes on as before; its next answer reads the conversation again first.
 *
 * For a host that is told that memory runs low.
 *
 * Returns: how many bytes were given back
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_model_trim (ChordModel *self);

/**
 * chord_model_get_has_known_template: (get-property has-known-template)
 * @self: a #ChordModel
 *
 * Gets whether the chat template is one that sessions can use.
 *
 * Returns: whether the chat template is one that sessions can use
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_model_get_has_known_template (ChordModel *self);

/**
 * chord_model_get_bytes_per_token:
 * @self: a #ChordModel
 * @depth: number of tokens in the context
 *
 * Tells how many bytes of weights and context are read to generate one token.
 *
 * Returns: bytes
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_model_get_bytes_per_token (ChordModel *self, guint64 depth);

/**
 * chord_model_get_tokenizer:
 * @self: a #ChordModel
 * @error: return location for an error
 *
 * Gets the tokenizer. A model without a known vocabulary can still evaluate token ids.
 *
 * Returns: (transfer none): the tokenizer, or %NULL with @error set
 */
CHORD_AVAILABLE_IN_ALL
ChordTokenizer *chord_model_get_tokenizer (ChordModel *self, GError **error);

G_END_DECLS
