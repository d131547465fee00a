/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>
#include <chord.h>

G_BEGIN_DECLS

#define CHORD_TYPE_FOLDER_ROW (chord_folder_row_get_type ())
G_DECLARE_FINAL_TYPE (ChordFolderRow, chord_folder_row, CHORD, FOLDER_ROW, AdwActionRow)

GtkWidget *chord_folder_row_new (ChordCatalogFolder *folder);

G_END_DECLS
