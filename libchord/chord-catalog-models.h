/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(CHORD_INSIDE) && !defined(CHORD_COMPILATION)
#error "Only <chord.h> can be included directly."
#endif

#include <gio/gio.h>

#include "chord-catalog-folder.h"
#include "chord-catalog-model.h"
#include "chord-catalog.h"
#include "chord-progress.h"

G_BEGIN_DECLS

/**
 * chord_catalog_get_models: (get-property models)
 * @self: a #ChordCatalog
 *
 * Gets the models, by name. The built-in one is always among them.
 *
 * Returns: (transfer none): a #GListModel of [class@CatalogModel]
 */
CHORD_AVAILABLE_IN_ALL
GListModel *chord_catalog_get_models (ChordCatalog *self);

/**
 * chord_catalog_get_folders: (get-property folders)
 * @self: a #ChordCatalog
 *
 * Gets the folders whose models are in the catalog, by path.
 *
 * Returns: (transfer none): a #GListModel of [class@CatalogFolder]
 */
CHORD_AVAILABLE_IN_ALL
GListModel *chord_catalog_get_folders (ChordCatalog *self);

/**
 * chord_catalog_add_model:
 * @self: a #ChordCatalog
 * @file: a model file; of a model in several files any of them
 * @cancellable: (nullable): a #GCancellable
 * @error: (out) (optional): return location for an error, or %NULL
 *
 * Adds a model by reference: the file stays where it is, and nothing is copied. One that the
 * catalog knows already is looked at again, and accepted as it is now.
 *
 * A file that cannot be read is an error, and so is one that is no language model (an adapter, a
 * projector).
 *
 * Returns: (transfer full): the model, which is stored, or %NULL with @error set
 */
CHORD_AVAILABLE_IN_ALL
ChordCatalogModel *chord_catalog_add_model (ChordCatalog *self, GFile *file,
                                            GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_catalog_add_model_async:
 * @self: a #ChordCatalog
 * @file: a model file; of a model in several files any of them
 * @cancellable: (nullable): a #GCancellable
 * @callback: (nullable) (scope async): called when it is done
 * @user_data: data for @callback
 *
 * Adds a model without blocking, as [method@Catalog.add_model] does.
 */
CHORD_AVAILABLE_IN_ALL
void chord_catalog_add_model_async (ChordCatalog *self, GFile *file, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data);

/**
 * chord_catalog_add_model_finish:
 * @self: a #ChordCatalog
 * @result: the #GAsyncResult that the callback got
 * @error: (out) (optional): return location for an error, or %NULL
 *
 * Gets the result of [method@Catalog.add_model_async].
 *
 * Returns: (transfer full): the model, or %NULL with @error set
 */
CHORD_AVAILABLE_IN_ALL
ChordCatalogModel *chord_catalog_add_model_finish (ChordCatalog *self, GAsyncResult *result,
                                                   GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_catalog_import_model:
 * @self: a #ChordCatalog
 * @file: a model file; of a model in several files any of them
 * @progress: (nullable): follows the bytes that were copied
 * @cancellable: (nullable): a #GCancellable
 * @error: (out) (optional): return location for an error, or %NULL
 *
 * Adds a model by copying its files into the folder of the user's own models, chord/models in the
 * user's data folder. The copies have their names only once they are complete. A disk that has too
 * little room is an error before anything is written.
 *
 * Returns: (transfer full): the model, which is stored, or %NULL with @error set
 */
CHORD_AVAILABLE_IN_ALL
ChordCatalogModel *chord_catalog_import_model (ChordCatalog *self, GFile *file,
                                               ChordProgress *progress, GCancellable *cancellable,
                                               GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_catalog_import_model_async:
 * @self: a #ChordCatalog
 * @file: a model file; of a model in several files any of them
 * @progress: (nullable): follows the bytes that were copied
 * @cancellable: (nullable): a #GCancellable
 * @callback: (nullable) (scope async): called when it is done
 * @user_data: data for @callback
 *
 * Imports a model without blocking, as [method@Catalog.import_model] does.
 */
CHORD_AVAILABLE_IN_ALL
void chord_catalog_import_model_async (ChordCatalog *self, GFile *file, ChordProgress *progress,
                                       GCancellable *cancellable, GAsyncReadyCallback callback,
                                       gpointer user_data);

/**
 * chord_catalog_import_model_finish:
 * @self: a #ChordCatalog
 * @result: the #GAsyncResult that the callback got
 * @error: (out) (optional): return location for an error, or %NULL
 *
 * Gets the result of [method@Catalog.import_model_async].
 *
 * Returns: (transfer full): the model, or %NULL with @error set
 */
CHORD_AVAILABLE_IN_ALL
ChordCatalogModel *chord_catalog_import_model_finish (ChordCatalog *self, GAsyncResult *result,
                                                      GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_catalog_add_folder:
 * @self: a #ChordCatalog
 * @folder: a folder
 * @watch: whether models that appear in it later come into the catalog by themselves
 * @cancellable: (nullable): a #GCancellable
 * @error: (out) (optional): return location for an error, or %NULL
 *
 * Adds a folder by reference, with the models in it and in the folders below it, whichever program
 * put them there. Files that are no language models are passed over; those that cannot be read are
 * listed as such.
 *
 * A folder that is watched is followed as long as the main context of the catalog runs, except in a
 * sandbox: there [method@Catalog.scan_async] looks.
 *
 * Returns: (transfer full): the folder, which is stored, or %NULL with @error set
 */
CHORD_AVAILABLE_IN_ALL
ChordCatalogFolder *chord_catalog_add_folder (ChordCatalog *self, GFile *folder, gboolean watch,
                                              GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_catalog_add_folder_async:
 * @self: a #ChordCatalog
 * @folder: a folder
 * @watch: whether models that appear in it later come into the catalog by themselves
 * @cancellable: (nullable): a #GCancellable
 * @callback: (nullable) (scope async): called when it is done
 * @user_data: data for @callback
 *
 * Adds a folder without blocking, as [method@Catalog.add_folder] does.
 */
CHORD_AVAILABLE_IN_ALL
void chord_catalog_add_folder_async (ChordCatalog *self, GFile *folder, gboolean watch,
                                     GCancellable *cancellable, GAsyncReadyCallback callback,
                                     gpointer user_data);

/**
 * chord_catalog_add_folder_finish:
 * @self: a #ChordCatalog
 * @result: the #GAsyncResult that the callback got
 * @error: (out) (optional): return location for an error, or %NULL
 *
 * Gets the result of [method@Catalog.add_folder_async].
 *
 * Returns: (transfer full): the folder, or %NULL with @error set
 */
CHORD_AVAILABLE_IN_ALL
ChordCatalogFolder *chord_catalog_add_folder_finish (ChordCatalog *self, GAsyncResult *result,
                                                     GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_catalog_scan:
 * @self: a #ChordCatalog
 * @cancellable: (nullable): a #GCancellable
 * @error: (out) (optional): return location for an error, or %NULL
 *
 * Looks at all folders and files again. New models are added, those that were moved are found again
 * by their contents and keep their settings, and each model's state is brought up to date. Nothing
 * is removed.
 *
 * Returns: whether it looked at everything
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_catalog_scan (ChordCatalog *self, GCancellable *cancellable, GError **error);

/**
 * chord_catalog_scan_async:
 * @self: a #ChordCatalog
 * @cancellable: (nullable): a #GCancellable
 * @callback: (nullable) (scope async): called when it is done
 * @user_data: data for @callback
 *
 * Looks again without blocking, as [method@Catalog.scan] does. A program calls it when it starts,
 * and when its window gets the focus.
 */
CHORD_AVAILABLE_IN_ALL
void chord_catalog_scan_async (ChordCatalog *self, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data);

/**
 * chord_catalog_scan_finish:
 * @self: a #ChordCatalog
 * @result: the #GAsyncResult that the callback got
 * @error: (out) (optional): return location for an error, or %NULL
 *
 * Gets the result of [method@Catalog.scan_async].
 *
 * Returns: whether it looked at everything
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_catalog_scan_finish (ChordCatalog *self, GAsyncResult *result, GError **error);

/**
 * chord_catalog_find_model:
 * @self: a #ChordCatalog
 * @name: (type filename): a name, the beginning of one, or a path
 *
 * Finds a model by its name, its path, or the beginning of its name, where that is the beginning of
 * no other. Upper and lower case are the same, unless that leaves two.
 *
 * Returns: (transfer full) (nullable): the model, or %NULL where there is none, or more than one
 */
CHORD_AVAILABLE_IN_ALL
ChordCatalogModel *chord_catalog_find_model (ChordCatalog *self, const char *name)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_catalog_get_builtin_model:
 * @self: a #ChordCatalog
 *
 * Gets the model that comes with Chord.
 *
 * Returns: (transfer none) (nullable): the model, or %NULL where it is not installed
 */
CHORD_AVAILABLE_IN_ALL
ChordCatalogModel *chord_catalog_get_builtin_model (ChordCatalog *self);

/**
 * chord_catalog_get_chosen_model:
 * @self: a #ChordCatalog
 *
 * Gets the model that was set as the default one, the built-in one too when that was chosen.
 *
 * Returns: (transfer none) (nullable): the model, or %NULL where none was set or it is gone
 */
CHORD_AVAILABLE_IN_ALL
ChordCatalogModel *chord_catalog_get_chosen_model (ChordCatalog *self);

/**
 * chord_catalog_get_default_model:
 * @self: a #ChordCatalog
 *
 * Gets the model that is used where no other is asked for: the one that was set, else the built-in
 * one.
 *
 * Returns: (transfer none) (nullable): the model, or %NULL where there is none
 */
CHORD_AVAILABLE_IN_ALL
ChordCatalogModel *chord_catalog_get_default_model (ChordCatalog *self);

/**
 * chord_catalog_set_default_model:
 * @self: a #ChordCatalog
 * @model: (nullable): a model of the catalog; %NULL: none
 *
 * Sets the model that is used where no other is asked for.
 */
CHORD_AVAILABLE_IN_ALL
void chord_catalog_set_default_model (ChordCatalog *self, ChordCatalogModel *model);

/**
 * chord_catalog_list_known_folders:
 *
 * Lists the folders on this machine in which other programs keep models, such as those of LM Studio
 * and Ollama. They can be added by [method@Catalog.add_folder].
 *
 * Returns: (transfer full) (element-type filename utf8): the programs' names, by path
 */
CHORD_AVAILABLE_IN_ALL
GHashTable *chord_catalog_list_known_folders (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
