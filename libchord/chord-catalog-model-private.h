/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chord-catalog-model.h"
#include "chord-catalog.h"
#include "chord-model-look-private.h"

/* Takes over what was seen of the file. A file that is another one than before is CHANGED, until
 * the user accepts it by adding it again. */
void chord_catalog_model_apply (ChordCatalogModel *self, const ChordModelLook *look);
/* The file is right as it is. */
void chord_catalog_model_accept (ChordCatalogModel *self, const ChordModelLook *look);

/* A name that no other model of the catalog has, from the one that is wanted. */
char *chord_catalog_make_model_name (ChordCatalog *catalog, const char *wanted);

/* Stores what was seen as a model of the catalog: a new one, or the one that it was before it was
 * moved. It must be a model that can answer. Where source is "download", repository and sha256 say
 * what is known of it. */
ChordCatalogModel *chord_catalog_adopt_model (ChordCatalog *self, const ChordModelLook *look,
                                              const char *source, const char *repository,
                                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A file that was downloaded and verified; blocks for the time of reading its header. sha256 may be
 * NULL. */
ChordCatalogModel *chord_catalog_add_download (ChordCatalog *self, const char *path,
                                               const char *repository, const char *sha256,
                                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The model that comes with Chord is always in the catalog, where this installation has it. */
void chord_catalog_ensure_builtin_model (ChordCatalog *self);

/* $XDG_DATA_HOME/chord/models */
char *chord_catalog_get_model_folder (void) G_GNUC_WARN_UNUSED_RESULT;
