/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(CHORD_INSIDE) && !defined(CHORD_COMPILATION)
#error "Only <chord.h> can be included directly."
#endif

#include <gio/gio.h>

#include "chord-enums.h"
#include "chord-model-settings.h"
#include "chord-progress.h"
#include "chord-record.h"

G_BEGIN_DECLS

#define CHORD_TYPE_CATALOG_MODEL (chord_catalog_model_get_type ())

/**
 * ChordCatalogModel:
 *
 * A model that the catalog knows: where its file is, what the file says of itself, and what became
 * of it. The file is looked at by [method@Catalog.scan_async] and when the model is added; a model
 * whose file is missing stays in the catalog, with its settings, until the user removes it.
 */
CHORD_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (ChordCatalogModel, chord_catalog_model, CHORD, CATALOG_MODEL, ChordRecord)

/**
 * chord_catalog_model_get_name: (get-property name)
 * @self: a #ChordCatalogModel
 *
 * Gets the name in the catalog, which no two models share: that of its file until the user gives it
 * another.
 *
 * Returns: (transfer none): the name in the catalog, which no two models share: that of its file
 *   until the user gives it another
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_catalog_model_get_name (ChordCatalogModel *self);

/**
 * chord_catalog_model_set_name: (set-property name)
 * @self: a #ChordCatalogModel
 * @name: the name in the catalog, which no two models share: that of its file until the user gives
 *   it another
 *
 * Sets the name in the catalog, which no two models share: that of its file until the user gives it
 * another.
 */
CHORD_AVAILABLE_IN_ALL
void chord_catalog_model_set_name (ChordCatalogModel *self, const char *name);

/**
 * chord_catalog_model_get_title: (get-property title)
 * @self: a #ChordCatalogModel
 *
 * Gets the name that the model gives itself.
 *
 * Returns: (transfer none) (nullable): the name that the model gives itself
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_catalog_model_get_title (ChordCatalogModel *self);

/**
 * chord_catalog_model_get_path: (get-property path)
 * @self: a #ChordCatalogModel
 *
 * Gets the path of its file, the first one where it has several.
 *
 * Returns: (transfer none): the path of its file, the first one where it has several
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_catalog_model_get_path (ChordCatalogModel *self);

/**
 * chord_catalog_model_get_architecture: (get-property architecture)
 * @self: a #ChordCatalogModel
 *
 * Gets the family of the model, such as "llama".
 *
 * Returns: (transfer none) (nullable): the family of the model, such as "llama"
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_catalog_model_get_architecture (ChordCatalogModel *self);

/**
 * chord_catalog_model_get_quantization: (get-property quantization)
 * @self: a #ChordCatalogModel
 *
 * Gets a label for how the weights are stored, such as "Q4_K_M".
 *
 * Returns: (transfer none) (nullable): a label for how the weights are stored, such as "Q4_K_M"
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_catalog_model_get_quantization (ChordCatalogModel *self);

/**
 * chord_catalog_model_get_license: (get-property license)
 * @self: a #ChordCatalogModel
 *
 * Gets the licence that the file names.
 *
 * Returns: (transfer none) (nullable): the licence that the file names
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_catalog_model_get_license (ChordCatalogModel *self);

/**
 * chord_catalog_model_get_template_name: (get-property template-name)
 * @self: a #ChordCatalogModel
 *
 * Gets the name of the form that it expects conversations in, where that is known.
 *
 * Returns: (transfer none) (nullable): the name of the form that it expects conversations in, where
 *   that is known
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_catalog_model_get_template_name (ChordCatalogModel *self);

/**
 * chord_catalog_model_get_sha256: (get-property sha256)
 * @self: a #ChordCatalogModel
 *
 * Gets the SHA-256 of the file as 64 hexadecimal digits, once it is known; of a model in several
 * files that of all, one after the other.
 *
 * Returns: (transfer none) (nullable): the SHA-256 of the file as 64 hexadecimal digits, once it is
 *   known
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_catalog_model_get_sha256 (ChordCatalogModel *self);

/**
 * chord_catalog_model_get_source: (get-property source)
 * @self: a #ChordCatalogModel
 *
 * Gets how it came here: "file", "folder", "import", "download" or "builtin".
 *
 * Returns: (transfer none) (nullable): how it came here: "file", "folder", "import", "download" or
 *   "builtin"
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_catalog_model_get_source (ChordCatalogModel *self);

/**
 * chord_catalog_model_get_repository: (get-property repository)
 * @self: a #ChordCatalogModel
 *
 * Gets the repository that it was downloaded from.
 *
 * Returns: (transfer none) (nullable): the repository that it was downloaded from
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_catalog_model_get_repository (ChordCatalogModel *self);

/**
 * chord_catalog_model_get_problem: (get-property problem)
 * @self: a #ChordCatalogModel
 *
 * Gets what is wrong with the file, for people to read.
 *
 * Returns: (transfer none) (nullable): what is wrong with the file, for people to read
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_catalog_model_get_problem (ChordCatalogModel *self);

/**
 * chord_catalog_model_get_fingerprint: (get-property fingerprint)
 * @self: a #ChordCatalogModel
 *
 * Gets what the file is known by when it was moved: a sum over samples of it.
 *
 * Returns: (transfer none) (nullable): what the file is known by when it was moved: a sum over
 *   samples of it
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_catalog_model_get_fingerprint (ChordCatalogModel *self);

/**
 * chord_catalog_model_get_bytes: (get-property bytes)
 * @self: a #ChordCatalogModel
 *
 * Gets how many bytes its files have.
 *
 * Returns: how many bytes its files have
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_catalog_model_get_bytes (ChordCatalogModel *self);

/**
 * chord_catalog_model_get_n_parameters: (get-property n-parameters)
 * @self: a #ChordCatalogModel
 *
 * Gets the number of weights.
 *
 * Returns: the number of weights
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_catalog_model_get_n_parameters (ChordCatalogModel *self);

/**
 * chord_catalog_model_get_context_length: (get-property context-length)
 * @self: a #ChordCatalogModel
 *
 * Gets how many tokens of context it was trained for; 0 when the file does not say.
 *
 * Returns: how many tokens of context it was trained for
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_catalog_model_get_context_length (ChordCatalogModel *self);

/**
 * chord_catalog_model_get_embedding_length: (get-property embedding-length)
 * @self: a #ChordCatalogModel
 *
 * Gets the width of the model; 0 when the file does not say.
 *
 * Returns: the width of the model
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_catalog_model_get_embedding_length (ChordCatalogModel *self);

/**
 * chord_catalog_model_get_n_layers: (get-property n-layers)
 * @self: a #ChordCatalogModel
 *
 * Gets the number of layers; 0 when the file does not say.
 *
 * Returns: the number of layers
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_catalog_model_get_n_layers (ChordCatalogModel *self);

/**
 * chord_catalog_model_get_n_files: (get-property n-files)
 * @self: a #ChordCatalogModel
 *
 * Gets how many files the model is split into.
 *
 * Returns: how many files the model is split into
 */
CHORD_AVAILABLE_IN_ALL
guint chord_catalog_model_get_n_files (ChordCatalogModel *self);

/**
 * chord_catalog_model_get_modified: (get-property modified)
 * @self: a #ChordCatalogModel
 *
 * Gets when the file was written to last, in microseconds since 1970 (UTC).
 *
 * Returns: when the file was written to last, in microseconds since 1970 (UTC)
 */
CHORD_AVAILABLE_IN_ALL
gint64 chord_catalog_model_get_modified (ChordCatalogModel *self);

/**
 * chord_catalog_model_get_added: (get-property added)
 * @self: a #ChordCatalogModel
 *
 * Gets when it came into the catalog, in microseconds since 1970 (UTC).
 *
 * Returns: when it came into the catalog, in microseconds since 1970 (UTC)
 */
CHORD_AVAILABLE_IN_ALL
gint64 chord_catalog_model_get_added (ChordCatalogModel *self);

/**
 * chord_catalog_model_get_last_used: (get-property last-used)
 * @self: a #ChordCatalogModel
 *
 * Gets when it was used last, in microseconds since 1970 (UTC); 0: never.
 *
 * Returns: when it was used last, in microseconds since 1970 (UTC)
 */
CHORD_AVAILABLE_IN_ALL
gint64 chord_catalog_model_get_last_used (ChordCatalogModel *self);

/**
 * chord_catalog_model_set_last_used: (set-property last-used)
 * @self: a #ChordCatalogModel
 * @last_used: when it was used last, in microseconds since 1970 (UTC); 0: never
 *
 * Sets when it was used last, in microseconds since 1970 (UTC); 0: never.
 */
CHORD_AVAILABLE_IN_ALL
void chord_catalog_model_set_last_used (ChordCatalogModel *self, gint64 last_used);

/**
 * chord_catalog_model_get_state: (get-property state)
 * @self: a #ChordCatalogModel
 *
 * Gets what became of the file when it was looked at last.
 *
 * Returns: what became of the file when it was looked at last
 */
CHORD_AVAILABLE_IN_ALL
ChordModelState chord_catalog_model_get_state (ChordCatalogModel *self);

/**
 * chord_catalog_model_get_file:
 * @self: a #ChordCatalogModel
 *
 * Gets its file, the first one where it has several.
 *
 * Returns: (transfer full): a #GFile
 */
CHORD_AVAILABLE_IN_ALL
GFile *chord_catalog_model_get_file (ChordCatalogModel *self) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_catalog_model_get_settings:
 * @self: a #ChordCatalogModel
 *
 * Gets how the model is loaded and how it answers. They are stored once [method@Record.save] is
 * called on them.
 *
 * Returns: (transfer none): the settings of the model
 */
CHORD_AVAILABLE_IN_ALL
ChordModelSettings *chord_catalog_model_get_settings (ChordCatalogModel *self);

/**
 * chord_catalog_model_verify_async:
 * @self: a #ChordCatalogModel
 * @progress: (nullable): follows the bytes that were read
 * @cancellable: (nullable): a #GCancellable
 * @callback: (nullable) (scope async): called when it is done
 * @user_data: data for @callback
 *
 * Reads the whole file and works out its SHA-256. Where the sum is known the two are compared, and
 * where not it is stored.
 */
CHORD_AVAILABLE_IN_ALL
void chord_catalog_model_verify_async (ChordCatalogModel *self, ChordProgress *progress,
                                       GCancellable *cancellable, GAsyncReadyCallback callback,
                                       gpointer user_data);

/**
 * chord_catalog_model_verify_finish:
 * @self: a #ChordCatalogModel
 * @result: the #GAsyncResult that the callback got
 * @error: (out) (optional): return location for an error, or %NULL
 *
 * Gets the result of [method@CatalogModel.verify_async]. A sum that differs is
 * %CHORD_ERROR_INVALID_FILE, and the model is %CHORD_MODEL_STATE_CHANGED from then on.
 *
 * Returns: whether the file is what it was
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_catalog_model_verify_finish (ChordCatalogModel *self, GAsyncResult *result,
                                            GError **error);

/**
 * chord_catalog_model_verify:
 * @self: a #ChordCatalogModel
 * @progress: (nullable): follows the bytes that were read
 * @cancellable: (nullable): a #GCancellable
 * @error: (out) (optional): return location for an error, or %NULL
 *
 * The blocking twin of [method@CatalogModel.verify_async].
 *
 * Returns: whether the file is what it was
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_catalog_model_verify (ChordCatalogModel *self, ChordProgress *progress,
                                     GCancellable *cancellable, GError **error);

/**
 * chord_catalog_model_remove:
 * @self: a #ChordCatalogModel
 * @delete_files: whether its files are deleted, too; possible for models that were imported or
 *   downloaded
 * @error: (out) (optional): return location for an error, or %NULL
 *
 * Removes the model from the catalog. Its file stays where it is unless @delete_files says
 * otherwise. One that is in a folder of the catalog does not come back with the next look at that
 * folder, only when it is added by itself.
 *
 * Returns: whether it is removed
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_catalog_model_remove (ChordCatalogModel *self, gboolean delete_files,
                                     GError **error);

/**
 * chord_catalog_model_trash_async:
 * @self: a #ChordCatalogModel that was imported or downloaded
 * @cancellable: (nullable): a #GCancellable
 * @callback: (nullable) (scope async): called when it is done
 * @user_data: data for @callback
 *
 * Moves the files of the model to the user's trash and removes it from the catalog.
 */
CHORD_AVAILABLE_IN_ALL
void chord_catalog_model_trash_async (ChordCatalogModel *self, GCancellable *cancellable,
                                      GAsyncReadyCallback callback, gpointer user_data);

/**
 * chord_catalog_model_trash_finish:
 * @self: a #ChordCatalogModel
 * @result: the #GAsyncResult that the callback got
 * @error: (out) (optional): return location for an error, or %NULL
 *
 * Gets the result of [method@CatalogModel.trash_async]. Where there is no trash the error is
 * %G_IO_ERROR_NOT_SUPPORTED, and the model is still there.
 *
 * Returns: whether it is in the trash
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_catalog_model_trash_finish (ChordCatalogModel *self, GAsyncResult *result,
                                           GError **error);

G_END_DECLS
