/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "chord-model-loader.h"

G_BEGIN_DECLS

#define CHORD_TYPE_MODEL_BUTTON (chord_model_button_get_type ())
G_DECLARE_FINAL_TYPE (ChordModelButton, chord_model_button, CHORD, MODEL_BUTTON, AdwBin)

void chord_model_button_set_loader (ChordModelButton *self, ChordModelLoader *loader,
                                    ChordCatalog *catalog);
/* What the window shows, above the name of the model; NULL: the model's name alone */
void chord_model_button_set_title (ChordModelButton *self, const char *title);

G_END_DECLS
