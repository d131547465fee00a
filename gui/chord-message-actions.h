/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <chord.h>
#include <gtk/gtk.h>

G_BEGIN_DECLS

#define CHORD_TYPE_MESSAGE_ACTIONS (chord_message_actions_get_type ())
G_DECLARE_FINAL_TYPE (ChordMessageActions, chord_message_actions, CHORD, MESSAGE_ACTIONS, GtkWidget)

/* What can be done with a message, as a row of small buttons. Signal: edit ().
 * The rest are actions of the chat view around it, which take the id of the message. */
GtkWidget *chord_message_actions_new (void);
void chord_message_actions_set_message (ChordMessageActions *self,
                                        ChordConversationMessage *message);

G_END_DECLS
