/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(CHORD_INSIDE) && !defined(CHORD_COMPILATION)
#error "Only <chord.h> can be included directly."
#endif

#include "chord-record.h"
#include "chord-version.h"

G_BEGIN_DECLS

#define CHORD_TYPE_ATTACHMENT (chord_attachment_get_type ())

/**
 * ChordAttachment:
 *
 * A text, such as a file of source code, that goes with a message of the user. The model is shown
 * it before what the message says, fenced and under its name.
 */
CHORD_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (ChordAttachment, chord_attachment, CHORD, ATTACHMENT, ChordRecord)

/**
 * chord_attachment_new:
 * @name: what it is called, such as the name of a file
 * @text: the text
 * @content_type: (nullable): its content type, as of g_content_type_guess()
 *
 * Makes an attachment that belongs to no message yet.
 *
 * Returns: (transfer full): a new #ChordAttachment
 */
CHORD_AVAILABLE_IN_ALL
ChordAttachment *chord_attachment_new (const char *name, const char *text,
                                       const char *content_type) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_attachment_get_name: (get-property name)
 * @self: a #ChordAttachment
 *
 * Gets what it is called.
 *
 * Returns: (transfer none): what it is called
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_attachment_get_name (ChordAttachment *self);

/**
 * chord_attachment_get_text: (get-property text)
 * @self: a #ChordAttachment
 *
 * Gets the text.
 *
 * Returns: (transfer none): the text
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_attachment_get_text (ChordAttachment *self);

/**
 * chord_attachment_get_content_type: (get-property content-type)
 * @self: a #ChordAttachment
 *
 * Gets the content type.
 *
 * Returns: (transfer none) (nullable): the content type
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_attachment_get_content_type (ChordAttachment *self);

G_END_DECLS
