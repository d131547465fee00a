/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>
#include <chord.h>

G_BEGIN_DECLS

#define CHORD_TYPE_PRESET_DIALOG (chord_preset_dialog_get_type ())
G_DECLARE_FINAL_TYPE (ChordPresetDialog, chord_preset_dialog, CHORD, PRESET_DIALOG, AdwWindow)

typedef void (*ChordPresetNameFunc) (const char *name, gpointer data);

void chord_preset_dialog_present (GtkWidget *parent, ChordCatalog *catalog);
void chord_preset_dialog_ask_name (GtkWidget *parent, ChordPresetNameFunc named, gpointer data);

G_END_DECLS
