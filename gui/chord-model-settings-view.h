/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>
#include <chord.h>

G_BEGIN_DECLS

#define CHORD_TYPE_MODEL_SETTINGS_VIEW (chord_model_settings_view_get_type ())
G_DECLARE_FINAL_TYPE (ChordModelSettingsView, chord_model_settings_view, CHORD,
                      MODEL_SETTINGS_VIEW, AdwBin)

void chord_model_settings_view_set_model (ChordModelSettingsView *self, ChordCatalogModel *model);
void chord_model_settings_view_set_file (ChordModelSettingsView *self, ChordModelFile *file);
void chord_model_settings_view_set_loaded (ChordModelSettingsView *self, gboolean loaded);

G_END_DECLS
