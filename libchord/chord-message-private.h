/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chord-message.h"

/* The side of a message that its session sees. */

const char *chord_role_to_string (ChordRole role); /* as chat templates name it */

/* Lets the text of an answer grow. */
void chord_message_append_text (ChordMessage *self, const char *text);
void chord_message_set_finish_reason (ChordMessage *self, ChordFinishReason reason);

/* The tokens (gint32) that the model generated for the text. Text does not tell for certain how it
 * was cut into tokens; with these the next turn finds its context computed already. NULL when they
 * are not known, or do not stand for the text. */
GArray *chord_message_get_token_ids (ChordMessage *self);
void chord_message_set_token_ids (ChordMessage *self, GArray *ids);
/* After text was appended: its tokens (NULL: not known), behind those there are if it continues. */
void chord_message_add_token_ids (ChordMessage *self, GArray *ids, gboolean continues);
