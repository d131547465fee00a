/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chord-message-part.h"

/* Lets the text of a part grow, as an answer does. */
void chord_message_part_append (ChordMessagePart *self, const char *text);
