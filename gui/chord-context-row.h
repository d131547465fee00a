/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CHORD_TYPE_CONTEXT_ROW (chord_context_row_get_type ())
G_DECLARE_FINAL_TYPE (ChordContextRow, chord_context_row, CHORD, CONTEXT_ROW, AdwExpanderRow)

void chord_context_row_set_trained (ChordContextRow *self, guint64 trained);
void chord_context_row_set_cost (ChordContextRow *self, const char *cost);

G_END_DECLS
