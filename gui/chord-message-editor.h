/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define CHORD_TYPE_MESSAGE_EDITOR (chord_message_editor_get_type ())
G_DECLARE_FINAL_TYPE (ChordMessageEditor, chord_message_editor, CHORD, MESSAGE_EDITOR, GtkWidget)

/* Where a message is written anew. Signals: send (const char *text); cancel (). */
GtkWidget *chord_message_editor_new (const char *text);

G_END_DECLS
