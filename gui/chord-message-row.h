/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>
#include <chord.h>

G_BEGIN_DECLS

#define CHORD_TYPE_MESSAGE_ROW (chord_message_row_get_type ())
G_DECLARE_FINAL_TYPE (ChordMessageRow, chord_message_row, CHORD, MESSAGE_ROW, GtkWidget)

GtkWidget *chord_message_row_new (void);
void chord_message_row_set_message (ChordMessageRow *self, ChordMessage *message);

G_END_DECLS
