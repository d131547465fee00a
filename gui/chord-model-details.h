/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>
#include <chord.h>

G_BEGIN_DECLS

#define CHORD_TYPE_MODEL_DETAILS (chord_model_details_get_type ())
G_DECLARE_FINAL_TYPE (ChordModelDetails, chord_model_details, CHORD, MODEL_DETAILS, AdwBin)

ChordCatalogModel *chord_model_details_get_model (ChordModelDetails *self);
void chord_model_details_set_model (ChordModelDetails *self, ChordCatalogModel *model);
/* What opens the menu, which cannot be placed while the details slide in from off the screen. */
GtkWidget *chord_model_details_get_menu_button (ChordModelDetails *self);
void chord_model_details_set_loaded (ChordModelDetails *self, gboolean loaded);
void chord_model_details_set_is_default (ChordModelDetails *self, gboolean is_default);

G_END_DECLS
