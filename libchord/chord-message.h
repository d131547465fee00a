/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(CHORD_INSIDE) && !defined(CHORD_COMPILATION)
#error "Only <chord.h> can be included directly."
#endif

#include <gio/gio.h>

#include "chord-enums.h"
#include "chord-message-part.h"
#include "chord-version.h"

G_BEGIN_DECLS

#define CHORD_TYPE_MESSAGE (chord_message_get_type ())

/**
 * ChordMessage:
 *
 * What one side says in a conversation: a role and a list of parts.
 *
 * The message of an answer that is being generated grows: `notify::text` tells when. Belongs to the
 * thread of its session.
 */
CHORD_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (ChordMessage, chord_message, CHORD, MESSAGE, GObject)

/**
 * chord_message_new:
 * @role: who speaks
 * @text: (nullable): what is said; %NULL for a message without parts
 *
 * Makes a message.
 *
 * Returns: (transfer full): a new #ChordMessage
 */
CHORD_AVAILABLE_IN_ALL
ChordMessage *chord_message_new (ChordRole role, const char *text) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_message_add_part:
 * @self: a #ChordMessage that is in no session yet
 * @part: (transfer none): a part
 *
 * Adds a part at the end.
 */
CHORD_AVAILABLE_IN_ALL
void chord_message_add_part (ChordMessage *self, ChordMessagePart *part);

/**
 * chord_message_get_role: (get-property role)
 * @self: a #ChordMessage
 *
 * Gets who speaks.
 *
 * Returns: who speaks
 */
CHORD_AVAILABLE_IN_ALL
ChordRole chord_message_get_role (ChordMessage *self);

/**
 * chord_message_get_parts: (get-property parts)
 * @self: a #ChordMessage
 *
 * Gets the parts.
 *
 * Returns: (transfer none): a list of [class@MessagePart]
 */
CHORD_AVAILABLE_IN_ALL
GListModel *chord_message_get_parts (ChordMessage *self);

/**
 * chord_message_get_text: (get-property text)
 * @self: a #ChordMessage
 *
 * Gets the text of all parts together.
 *
 * Returns: (transfer none): the text of all parts together
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_message_get_text (ChordMessage *self);

/**
 * chord_message_get_finish_reason: (get-property finish-reason)
 * @self: a #ChordMessage
 *
 * Gets why the answer ended; %CHORD_FINISH_REASON_NONE while it is generated and in messages that
 * were not generated.
 *
 * Returns: why the answer ended; %CHORD_FINISH_REASON_NONE while it is generated and in messages
 *   that were not generated
 */
CHORD_AVAILABLE_IN_ALL
ChordFinishReason chord_message_get_finish_reason (ChordMessage *self);

G_END_DECLS
