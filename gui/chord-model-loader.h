/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <chord.h>

G_BEGIN_DECLS

typedef enum
{
  CHORD_LOADER_STATE_EMPTY,
  CHORD_LOADER_STATE_LOADING,
  CHORD_LOADER_STATE_READY,
  CHORD_LOADER_STATE_FAILED,
} ChordLoaderState;

#define CHORD_TYPE_MODEL_LOADER (chord_model_loader_get_type ())
G_DECLARE_FINAL_TYPE (ChordModelLoader, chord_model_loader, CHORD, MODEL_LOADER, GObject)

ChordModelLoader *chord_model_loader_new (void);

void chord_model_loader_set_catalog (ChordModelLoader *self, ChordCatalog *catalog);
/* Where nothing was loaded yet: the model that the user uses. */
void chord_model_loader_load_first (ChordModelLoader *self);
void chord_model_loader_load (ChordModelLoader *self, ChordCatalogModel *model);
/* Adds it to the catalog, where it is, and loads it. */
void chord_model_loader_load_file (ChordModelLoader *self, GFile *file);
/* Loads the same model again with room for so many tokens, from now on. */
void chord_model_loader_enlarge_context (ChordModelLoader *self, guint64 length);
void chord_model_loader_try_again (ChordModelLoader *self);
void chord_model_loader_cancel (ChordModelLoader *self);

ChordLoaderState chord_model_loader_get_state (ChordModelLoader *self);
/* What is loaded, or NULL */
ChordModel *chord_model_loader_get_model (ChordModelLoader *self);
/* What is loaded, is being loaded or failed to load; NULL where it is not in the catalog (yet) */
ChordCatalogModel *chord_model_loader_get_catalog_model (ChordModelLoader *self);
/* For people: of what is loaded, is being loaded or failed to load; NULL in the empty state */
const char *chord_model_loader_get_name (ChordModelLoader *self);
double chord_model_loader_get_fraction (ChordModelLoader *self);
/* Why it failed, in the failed state */
const GError *chord_model_loader_get_error (ChordModelLoader *self);
/* Gives a chat what is loaded, with the sampling of its preset or of the model. */
void chord_model_loader_set_up_chat (ChordModelLoader *self, ChordChat *chat);

G_END_DECLS
