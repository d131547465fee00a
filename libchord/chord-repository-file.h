/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(CHORD_INSIDE) && !defined(CHORD_COMPILATION)
#error "Only <chord.h> can be included directly."
#endif

#include <gio/gio.h>

#include "chord-model-file.h"
#include "chord-version.h"

G_BEGIN_DECLS

#define CHORD_TYPE_REPOSITORY_FILE (chord_repository_file_get_type ())

/**
 * ChordRepositoryFile:
 *
 * A model that can be downloaded: a file of a repository, or the several files of a split one.
 *
 * Sizes and sums are what the repository itself tells.
 */
CHORD_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (ChordRepositoryFile, chord_repository_file, CHORD, REPOSITORY_FILE, GObject)

/**
 * chord_repository_file_new_for_url:
 * @url: the address of a GGUF file, by http or https
 * @error: return location for an error
 *
 * Creates an entry for a file that is in no repository. Nothing is asked of its server yet, so size
 * and sum are not known.
 *
 * Returns: (transfer full): the entry; %NULL with @error set when @url is not such an address
 */
CHORD_AVAILABLE_IN_ALL
ChordRepositoryFile *chord_repository_file_new_for_url (const char *url, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_repository_file_get_repository: (get-property repository)
 * @self: an entry
 *
 * Gets the repository that the model is in.
 *
 * Returns: (nullable): "owner/name"; %NULL when only an address is known
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_repository_file_get_repository (ChordRepositoryFile *self);

/**
 * chord_repository_file_get_name: (get-property name)
 * @self: an entry
 *
 * Gets the path of the file in its repository; of a split model that of the first part.
 *
 * Returns: the path
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_repository_file_get_name (ChordRepositoryFile *self);

/**
 * chord_repository_file_get_url: (get-property url)
 * @self: an entry
 *
 * Gets where the file, or the first part of several, is downloaded from.
 *
 * Returns: the address
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_repository_file_get_url (ChordRepositoryFile *self);

/**
 * chord_repository_file_get_quantization: (get-property quantization)
 * @self: an entry
 *
 * Gets how the weights are stored, such as "Q4_K_M", as far as the file's name tells.
 *
 * Returns: (nullable): the label
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_repository_file_get_quantization (ChordRepositoryFile *self);

/**
 * chord_repository_file_get_bytes: (get-property bytes)
 * @self: an entry
 *
 * Gets the size of all parts together.
 *
 * Returns: the size in bytes; 0 when it is not known
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_repository_file_get_bytes (ChordRepositoryFile *self);

/**
 * chord_repository_file_get_sha256: (get-property sha256)
 * @self: an entry
 *
 * Gets the SHA-256 of the file. The parts of a split model have one each, so there is none for
 * them all.
 *
 * Returns: (nullable): the sum in hexadecimal digits
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_repository_file_get_sha256 (ChordRepositoryFile *self);

/**
 * chord_repository_file_get_n_files: (get-property n-files)
 * @self: an entry
 *
 * Gets how many files the model is split into.
 *
 * Returns: the count
 */
CHORD_AVAILABLE_IN_ALL
guint chord_repository_file_get_n_files (ChordRepositoryFile *self);

/**
 * chord_repository_file_dup_target_path:
 * @self: an entry
 *
 * Tells where a download of the model is put: below the user's data folder, by the names of the
 * repository and the file.
 *
 * Returns: (type filename) (transfer full): the path of the (first) file
 */
CHORD_AVAILABLE_IN_ALL
char *chord_repository_file_dup_target_path (ChordRepositoryFile *self);

/**
 * chord_repository_file_inspect:
 * @self: an entry
 * @cancellable: (nullable): ends the work
 * @error: return location for an error
 *
 * Reads the header of the model, some megabytes, without the weights: what it is, and the memory
 * that it would need, can be told before it is downloaded. The weights of the result cannot be
 * used. Blocks meanwhile.
 *
 * Returns: (transfer full): what the header says; %NULL with @error set when the server cannot be
 *   reached or what it has is no GGUF file
 */
CHORD_AVAILABLE_IN_ALL
ChordModelFile *chord_repository_file_inspect (ChordRepositoryFile *self, GCancellable *cancellable,
                                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_repository_file_inspect_async:
 * @self: an entry
 * @cancellable: (nullable): ends the work
 * @callback: (scope async): called when the header has been read
 * @user_data: for @callback
 *
 * Reads the header of the model as [method@RepositoryFile.inspect] does, without blocking.
 */
CHORD_AVAILABLE_IN_ALL
void chord_repository_file_inspect_async (ChordRepositoryFile *self, GCancellable *cancellable,
                                          GAsyncReadyCallback callback, gpointer user_data);

/**
 * chord_repository_file_inspect_finish:
 * @self: an entry
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends [method@RepositoryFile.inspect_async].
 *
 * Returns: (transfer full): what the header says; %NULL with @error set
 */
CHORD_AVAILABLE_IN_ALL
ChordModelFile *chord_repository_file_inspect_finish (ChordRepositoryFile *self,
                                                      GAsyncResult *result, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
