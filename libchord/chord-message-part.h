/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(CHORD_INSIDE) && !defined(CHORD_COMPILATION)
#error "Only <chord.h> can be included directly."
#endif

#include <gio/gio.h>

#include "chord-enums.h"
#include "chord-version.h"

G_BEGIN_DECLS

#define CHORD_TYPE_MESSAGE_PART (chord_message_part_get_type ())

/**
 * ChordMessagePart:
 *
 * A piece of a [class@Message]. Immutable from outside; the text of an answer grows while it is
 * generated.
 */
CHORD_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (ChordMessagePart, chord_message_part, CHORD, MESSAGE_PART, GObject)

/**
 * chord_message_part_new_for_text:
 * @text: text
 *
 * Makes a part that holds text.
 *
 * Returns: (transfer full): a new #ChordMessagePart
 */
CHORD_AVAILABLE_IN_ALL
ChordMessagePart *chord_message_part_new_for_text (const char *text) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_message_part_get_kind: (get-property kind)
 * @self: a #ChordMessagePart
 *
 * Gets what the part holds.
 *
 * Returns: what the part holds
 */
CHORD_AVAILABLE_IN_ALL
ChordMessagePartKind chord_message_part_get_kind (ChordMessagePart *self);

/**
 * chord_message_part_get_text: (get-property text)
 * @self: a #ChordMessagePart
 *
 * Gets the text; %NULL in a part of another kind.
 *
 * Returns: (transfer none) (nullable): the text; %NULL in a part of another kind
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_message_part_get_text (ChordMessagePart *self);

G_END_DECLS
