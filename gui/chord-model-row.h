/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>
#include <chord.h>

G_BEGIN_DECLS

#define CHORD_TYPE_MODEL_ROW (chord_model_row_get_type ())
G_DECLARE_FINAL_TYPE (ChordModelRow, chord_model_row, CHORD, MODEL_ROW, GtkListBoxRow)

GtkWidget *chord_model_row_new (ChordCatalogModel *model);
ChordCatalogModel *chord_model_row_get_model (ChordModelRow *self);
void chord_model_row_set_is_default (ChordModelRow *self, gboolean is_default);

G_END_DECLS
