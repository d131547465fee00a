/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(CHORD_INSIDE) && !defined(CHORD_COMPILATION)
#error "Only <chord.h> can be included directly."
#endif

#include <gio/gio.h>

#include "chord-record.h"

G_BEGIN_DECLS

#define CHORD_TYPE_CATALOG_FOLDER (chord_catalog_folder_get_type ())

/**
 * ChordCatalogFolder:
 *
 * A folder whose models are in the catalog, those in the folders below it too.
 */
CHORD_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (ChordCatalogFolder, chord_catalog_folder, CHORD, CATALOG_FOLDER, ChordRecord)

/**
 * chord_catalog_folder_get_path: (get-property path)
 * @self: a #ChordCatalogFolder
 *
 * Gets the path of the folder.
 *
 * Returns: (transfer none): the path of the folder
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_catalog_folder_get_path (ChordCatalogFolder *self);

/**
 * chord_catalog_folder_get_watched: (get-property watched)
 * @self: a #ChordCatalogFolder
 *
 * Gets whether models that appear in it come into the catalog by themselves.
 *
 * Returns: whether models that appear in it come into the catalog by themselves
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_catalog_folder_get_watched (ChordCatalogFolder *self);

/**
 * chord_catalog_folder_set_watched: (set-property watched)
 * @self: a #ChordCatalogFolder
 * @watched: whether models that appear in it come into the catalog by themselves
 *
 * Sets whether models that appear in it come into the catalog by themselves.
 */
CHORD_AVAILABLE_IN_ALL
void chord_catalog_folder_set_watched (ChordCatalogFolder *self, gboolean watched);

/**
 * chord_catalog_folder_get_n_models: (get-property n-models)
 * @self: a #ChordCatalogFolder
 *
 * Gets how many models were found in it.
 *
 * Returns: how many models were found in it
 */
CHORD_AVAILABLE_IN_ALL
guint chord_catalog_folder_get_n_models (ChordCatalogFolder *self);

/**
 * chord_catalog_folder_remove:
 * @self: a #ChordCatalogFolder
 * @error: (out) (optional): return location for an error, or %NULL
 *
 * Removes the folder and the models in it from the catalog. Their files stay.
 *
 * Returns: whether it is removed
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_catalog_folder_remove (ChordCatalogFolder *self, GError **error);

G_END_DECLS
