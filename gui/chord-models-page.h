/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>
#include <chord.h>

G_BEGIN_DECLS

#define CHORD_TYPE_MODELS_PAGE (chord_models_page_get_type ())
G_DECLARE_FINAL_TYPE (ChordModelsPage, chord_models_page, CHORD, MODELS_PAGE, AdwBin)

ChordCatalog *chord_models_page_get_catalog (ChordModelsPage *self);
void chord_models_page_set_catalog (ChordModelsPage *self, ChordCatalog *catalog);
ChordCatalogModel *chord_models_page_get_loaded_model (ChordModelsPage *self);
void chord_models_page_set_loaded_model (ChordModelsPage *self, ChordCatalogModel *model);
void chord_models_page_show_model (ChordModelsPage *self, ChordCatalogModel *model);

G_END_DECLS
