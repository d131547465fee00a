/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(CHORD_INSIDE) && !defined(CHORD_COMPILATION)
#error "Only <chord.h> can be included directly."
#endif

#include <gio/gio.h>

#include "chord-version.h"

G_BEGIN_DECLS

#define CHORD_TYPE_TOKEN (chord_token_get_type ())

/**
 * ChordToken:
 *
 * A generated token with its probability, or an alternative to one. Immutable.
 */
CHORD_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (ChordToken, chord_token, CHORD, TOKEN, GObject)

/**
 * chord_token_get_id: (get-property id)
 * @self: a #ChordToken
 *
 * Gets the token id.
 *
 * Returns: the token id
 */
CHORD_AVAILABLE_IN_ALL
gint32 chord_token_get_id (ChordToken *self);

/**
 * chord_token_get_text: (get-property text)
 * @self: a #ChordToken
 *
 * Gets the text of the token by itself; a part of a character shows as U+FFFD.
 *
 * Returns: (transfer none): the text of the token by itself; a part of a character shows as U+FFFD
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_token_get_text (ChordToken *self);

/**
 * chord_token_get_logprob: (get-property logprob)
 * @self: a #ChordToken
 *
 * Gets the natural logarithm of its probability.
 *
 * Returns: the natural logarithm of its probability
 */
CHORD_AVAILABLE_IN_ALL
double chord_token_get_logprob (ChordToken *self);

/**
 * chord_token_get_alternatives: (get-property alternatives)
 * @self: a #ChordToken
 *
 * Gets the likeliest tokens at this place, the likeliest first.
 *
 * Returns: (transfer none) (nullable): a list of [class@Token]; %NULL in an alternative itself
 */
CHORD_AVAILABLE_IN_ALL
GListModel *chord_token_get_alternatives (ChordToken *self);

G_END_DECLS
