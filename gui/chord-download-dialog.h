/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>
#include <chord.h>

G_BEGIN_DECLS

#define CHORD_TYPE_DOWNLOAD_DIALOG (chord_download_dialog_get_type ())
G_DECLARE_FINAL_TYPE (ChordDownloadDialog, chord_download_dialog, CHORD, DOWNLOAD_DIALOG,
                      AdwWindow)

void chord_download_dialog_present (GtkWidget *parent, ChordCatalog *catalog,
                                    const char *repository);
void chord_download_dialog_present_suggestion (GtkWidget *parent, ChordCatalog *catalog,
                                               ChordSuggestion *suggestion);

G_END_DECLS
