/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define CHORD_TYPE_MESSAGE_BODY (chord_message_body_get_type ())
G_DECLARE_FINAL_TYPE (ChordMessageBody, chord_message_body, CHORD, MESSAGE_BODY, GtkWidget)

/* Shows a text. When it begins with the text shown before, only its last block is laid out anew. */
void chord_message_body_set_text (ChordMessageBody *self, const char *text);

G_END_DECLS
