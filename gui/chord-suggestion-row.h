/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>
#include <chord.h>

G_BEGIN_DECLS

#define CHORD_TYPE_SUGGESTION_ROW (chord_suggestion_row_get_type ())
G_DECLARE_FINAL_TYPE (ChordSuggestionRow, chord_suggestion_row, CHORD, SUGGESTION_ROW,
                      GtkListBoxRow)

GtkWidget *chord_suggestion_row_new (ChordSuggestion *suggestion);

G_END_DECLS
