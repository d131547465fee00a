/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(CHORD_INSIDE) && !defined(CHORD_COMPILATION)
#error "Only <chord.h> can be included directly."
#endif

#include <gio/gio.h>

#include "chord-enums.h"
#include "chord-memory-need.h"
#include "chord-model-options.h"
#include "chord-version.h"

G_BEGIN_DECLS

#define CHORD_TYPE_MODEL_FILE (chord_model_file_get_type ())

/**
 * ChordModelFile:
 *
 * A GGUF file, opened and checked, but not loaded: what a model says of itself.
 *
 * Opening reads the header alone and is quick whatever the size. Immutable, so any thread may use
 * it.
 */
CHORD_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (ChordModelFile, chord_model_file, CHORD, MODEL_FILE, GObject)

/**
 * chord_model_file_new_for_path:
 * @path: (type filename): path of a GGUF file
 * @flags: how to open it
 * @error: return location for an error
 *
 * Opens a file and reads its header. The other files of a split model are found beside it.
 *
 * Returns: (transfer full): a new #ChordModelFile, or %NULL with @error set
 */
CHORD_AVAILABLE_IN_ALL
ChordModelFile *chord_model_file_new_for_path (const char *path, ChordModelFileFlags flags,
                                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_model_file_new_for_file:
 * @file: a GGUF file
 * @flags: how to open it
 * @cancellable: (nullable): a #GCancellable
 * @error: return location for an error
 *
 * Opens a file and reads its header. A file that has no local path is read into memory whole.
 *
 * Returns: (transfer full): a new #ChordModelFile, or %NULL with @error set
 */
CHORD_AVAILABLE_IN_ALL
ChordModelFile *chord_model_file_new_for_file (GFile *file, ChordModelFileFlags flags,
                                               GCancellable *cancellable,
                                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_model_file_new_for_fd:
 * @fd: an open file descriptor; it is duplicated, so the caller keeps it
 * @name: (nullable): what messages shall call the file
 * @flags: how to open it
 * @error: return location for an error
 *
 * Opens a file by its descriptor, as a sandbox passes them, and reads its header.
 *
 * Returns: (transfer full): a new #ChordModelFile, or %NULL with @error set
 */
CHORD_AVAILABLE_IN_ALL
ChordModelFile *chord_model_file_new_for_fd (int fd, const char *name, ChordModelFileFlags flags,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_model_file_open_async:
 * @file: a GGUF file
 * @flags: how to open it
 * @cancellable: (nullable): a #GCancellable
 * @callback: (scope async): called when it is done
 * @user_data: data for @callback
 *
 * Opens a file without blocking. The blocking twin is [ctor@ModelFile.new_for_file].
 */
CHORD_AVAILABLE_IN_ALL
void chord_model_file_open_async (GFile *file, ChordModelFileFlags flags, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data);

/**
 * chord_model_file_open_finish:
 * @result: the result
 * @error: return location for an error
 *
 * Finishes [func@ModelFile.open_async].
 *
 * Returns: (transfer full): a new #ChordModelFile, or %NULL with @error set
 */
CHORD_AVAILABLE_IN_ALL
ChordModelFile *chord_model_file_open_finish (GAsyncResult *result,
                                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_model_file_get_path: (get-property path)
 * @self: a #ChordModelFile
 *
 * Gets the path, or the name that was given for a descriptor.
 *
 * Returns: (transfer none): the path, or the name that was given for a descriptor
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_model_file_get_path (ChordModelFile *self);

/**
 * chord_model_file_get_name: (get-property name)
 * @self: a #ChordModelFile
 *
 * Gets the name that the model gives itself.
 *
 * Returns: (transfer none) (nullable): the name that the model gives itself
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_model_file_get_name (ChordModelFile *self);

/**
 * chord_model_file_get_architecture: (get-property architecture)
 * @self: a #ChordModelFile
 *
 * Gets the family of the model, such as "llama".
 *
 * Returns: (transfer none) (nullable): the family of the model, such as "llama"
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_model_file_get_architecture (ChordModelFile *self);

/**
 * chord_model_file_get_quantization: (get-property quantization)
 * @self: a #ChordModelFile
 *
 * Gets a label for how the weights are stored, such as "Q4_K": the type that most of their bytes
 * have.
 *
 * Returns: (transfer none): a label for how the weights are stored, such as "Q4_K": the type that
 *   most of their bytes have
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_model_file_get_quantization (ChordModelFile *self);

/**
 * chord_model_file_get_license: (get-property license)
 * @self: a #ChordModelFile
 *
 * Gets the licence that the file names.
 *
 * Returns: (transfer none) (nullable): the licence that the file names
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_model_file_get_license (ChordModelFile *self);

/**
 * chord_model_file_get_chat_template: (get-property chat-template)
 * @self: a #ChordModelFile
 *
 * Gets the chat template of the model.
 *
 * Returns: (transfer none) (nullable): the chat template of the model
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_model_file_get_chat_template (ChordModelFile *self);

/**
 * chord_model_file_get_n_parameters: (get-property n-parameters)
 * @self: a #ChordModelFile
 *
 * Gets the number of weights.
 *
 * Returns: the number of weights
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_model_file_get_n_parameters (ChordModelFile *self);

/**
 * chord_model_file_get_file_size: (get-property file-size)
 * @self: a #ChordModelFile
 *
 * Gets the bytes of all files of the model.
 *
 * Returns: the bytes of all files of the model
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_model_file_get_file_size (ChordModelFile *self);

/**
 * chord_model_file_get_n_files: (get-property n-files)
 * @self: a #ChordModelFile
 *
 * Gets how many files the model is split into.
 *
 * Returns: how many files the model is split into
 */
CHORD_AVAILABLE_IN_ALL
guint chord_model_file_get_n_files (ChordModelFile *self);

/**
 * chord_model_file_get_gguf_version: (get-property gguf-version)
 * @self: a #ChordModelFile
 *
 * Gets the version of the file format.
 *
 * Returns: the version of the file format
 */
CHORD_AVAILABLE_IN_ALL
guint chord_model_file_get_gguf_version (ChordModelFile *self);

/**
 * chord_model_file_get_trained_context_length: (get-property trained-context-length)
 * @self: a #ChordModelFile
 *
 * Gets how many tokens of context the model was trained for; 0 when the file does not say.
 *
 * Returns: how many tokens of context the model was trained for; 0 when the file does not say
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_model_file_get_trained_context_length (ChordModelFile *self);

/**
 * chord_model_file_get_embedding_length: (get-property embedding-length)
 * @self: a #ChordModelFile
 *
 * Gets the width of the model; 0 when the file does not say.
 *
 * Returns: the width of the model; 0 when the file does not say
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_model_file_get_embedding_length (ChordModelFile *self);

/**
 * chord_model_file_get_n_layers: (get-property n-layers)
 * @self: a #ChordModelFile
 *
 * Gets the number of layers; 0 when the file does not say.
 *
 * Returns: the number of layers; 0 when the file does not say
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_model_file_get_n_layers (ChordModelFile *self);

/**
 * chord_model_file_get_n_vocab: (get-property n-vocab)
 * @self: a #ChordModelFile
 *
 * Gets the size of the vocabulary; 0 when the file has none.
 *
 * Returns: the size of the vocabulary; 0 when the file has none
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_model_file_get_n_vocab (ChordModelFile *self);

/**
 * chord_model_file_list_keys:
 * @self: a #ChordModelFile
 *
 * Lists the keys of the metadata, in the order of the file.
 *
 * Returns: (transfer full) (array zero-terminated=1): the keys
 */
CHORD_AVAILABLE_IN_ALL
char **chord_model_file_list_keys (ChordModelFile *self) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_model_file_get_metadata:
 * @self: a #ChordModelFile
 * @key: a key
 *
 * Gets a value of the metadata. Numbers keep their width (an 8-bit signed one becomes 16-bit,
 * floats become double), lists become arrays, and text that is not UTF-8 becomes an array of bytes.
 *
 * Returns: (transfer full) (nullable): the value, or %NULL when there is no such key
 */
CHORD_AVAILABLE_IN_ALL
GVariant *chord_model_file_get_metadata (ChordModelFile *self,
                                         const char *key) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_model_file_get_tensors:
 * @self: a #ChordModelFile
 *
 * Lists the tensors, in the order of the file.
 *
 * Returns: (transfer none): a list of [class@TensorInfo]
 */
CHORD_AVAILABLE_IN_ALL
GListModel *chord_model_file_get_tensors (ChordModelFile *self);

/**
 * chord_model_file_estimate_memory:
 * @self: a #ChordModelFile
 * @options: (nullable): how it would be loaded
 * @error: return location for an error
 *
 * Tells how much memory the model will need, without loading it.
 *
 * Returns: (transfer full): the need, or %NULL with @error set when the model cannot be loaded
 */
CHORD_AVAILABLE_IN_ALL
ChordMemoryNeed *chord_model_file_estimate_memory (ChordModelFile *self, ChordModelOptions *options,
                                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
