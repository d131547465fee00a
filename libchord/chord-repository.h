/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(CHORD_INSIDE) && !defined(CHORD_COMPILATION)
#error "Only <chord.h> can be included directly."
#endif

#include <gio/gio.h>

#include "chord-repository-file.h"
#include "chord-version.h"

G_BEGIN_DECLS

#define CHORD_TYPE_REPOSITORY (chord_repository_get_type ())

/**
 * ChordRepository:
 *
 * A repository of models, as Hugging Face has them: "owner/name".
 *
 * The environment variable `HF_ENDPOINT` names another server that speaks the same; `HF_TOKEN`, or
 * the file that the Hugging Face tools keep it in, the token for private and gated repositories. No
 * other host gets to see the token.
 */
CHORD_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (ChordRepository, chord_repository, CHORD, REPOSITORY, GObject)

/**
 * chord_repository_name_is_valid:
 * @name: a text
 *
 * Finds out whether a text has the form of a repository's name, "owner/name" or
 * "owner/name:quantization".
 *
 * Returns: whether it does
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_repository_name_is_valid (const char *name);

/**
 * chord_repository_new:
 * @name: "owner/name", or "owner/name:quantization"
 * @error: return location for an error
 *
 * Creates an object for a repository. Nothing is asked of the server yet.
 *
 * Returns: (transfer full): the repository; %NULL with @error set when @name is not of that form
 */
CHORD_AVAILABLE_IN_ALL
ChordRepository *chord_repository_new (const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_repository_get_id: (get-property id)
 * @self: a repository
 *
 * Gets the name of the repository.
 *
 * Returns: "owner/name"
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_repository_get_id (ChordRepository *self);

/**
 * chord_repository_get_quantization: (get-property quantization)
 * @self: a repository
 *
 * Gets the quantization that the name asked for.
 *
 * Returns: (nullable): such as "Q8_0"
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_repository_get_quantization (ChordRepository *self);

/**
 * chord_repository_get_endpoint: (get-property endpoint)
 * @self: a repository
 *
 * Gets the address of the server.
 *
 * Returns: the address, without a slash at its end
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_repository_get_endpoint (ChordRepository *self);

/**
 * chord_repository_list:
 * @self: a repository
 * @cancellable: (nullable): ends the work
 * @error: return location for an error
 *
 * Asks the server for the models in the repository: its GGUF files, smallest first, where the parts
 * of a split model are one entry. Blocks meanwhile.
 *
 * Returns: (transfer full): a list of [class@RepositoryFile]; %NULL with @error set
 */
CHORD_AVAILABLE_IN_ALL
GListModel *chord_repository_list (ChordRepository *self, GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_repository_list_async:
 * @self: a repository
 * @cancellable: (nullable): ends the work
 * @callback: (scope async): called with the result
 * @user_data: for @callback
 *
 * Asks for the models in the repository as [method@Repository.list] does, without blocking.
 */
CHORD_AVAILABLE_IN_ALL
void chord_repository_list_async (ChordRepository *self, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data);

/**
 * chord_repository_list_finish:
 * @self: a repository
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends [method@Repository.list_async].
 *
 * Returns: (transfer full): a list of [class@RepositoryFile]; %NULL with @error set
 */
CHORD_AVAILABLE_IN_ALL
GListModel *chord_repository_list_finish (ChordRepository *self, GAsyncResult *result,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_repository_choose:
 * @files: a list of [class@RepositoryFile]
 * @quantization: (nullable): what is wished for: a quantization, the beginning of one ("Q4"), or
 *   the name of a file
 *
 * Chooses a file of a repository. Without a wish it is the Q4_K_M, which loses little and is small,
 * or what comes nearest to it.
 *
 * Returns: (transfer full) (nullable): the file; %NULL when there is none like that
 */
CHORD_AVAILABLE_IN_ALL
ChordRepositoryFile *chord_repository_choose (GListModel *files, const char *quantization);

G_END_DECLS
