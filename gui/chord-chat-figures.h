/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <chord.h>
#include <gtk/gtk.h>

G_BEGIN_DECLS

#define CHORD_TYPE_CHAT_FIGURES (chord_chat_figures_get_type ())
G_DECLARE_FINAL_TYPE (ChordChatFigures, chord_chat_figures, CHORD, CHAT_FIGURES, GtkWidget)

/* Speed, time to the first token, context and memory of a chat, on one quiet line.
 * chat: (nullable) */
void chord_chat_figures_set_chat (ChordChatFigures *self, ChordChat *chat);

G_END_DECLS
