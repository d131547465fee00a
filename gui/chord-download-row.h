/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>
#include <chord.h>

G_BEGIN_DECLS

#define CHORD_TYPE_DOWNLOAD_ROW (chord_download_row_get_type ())
G_DECLARE_FINAL_TYPE (ChordDownloadRow, chord_download_row, CHORD, DOWNLOAD_ROW, GtkListBoxRow)

GtkWidget *chord_download_row_new (ChordDownload *download);

G_END_DECLS
