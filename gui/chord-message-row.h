/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>
#include <chord.h>

G_BEGIN_DECLS

#define CHORD_TYPE_MESSAGE_ROW (chord_message_row_get_type ())
G_DECLARE_FINAL_TYPE (ChordMessageRow, chord_message_row, CHORD, MESSAGE_ROW, GtkWidget)

GtkWidget *chord_message_row_new (void);
/* message: (nullable) */
void chord_message_row_set_message (ChordMessageRow *self, ChordConversationMessage *message);
ChordConversationMessage *chord_message_row_get_message (ChordMessageRow *self);
/* Lets the row show its text, until it gets another message: it is in sight, or will be soon. */
void chord_message_row_come_near (ChordMessageRow *self);
/* Whether what stands above it is no longer sent to the model. */
void chord_message_row_set_first_sent (ChordMessageRow *self, gboolean first_sent);
/* Lets a message of the user be written anew. */
void chord_message_row_edit (ChordMessageRow *self);

G_END_DECLS
