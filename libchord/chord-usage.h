/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(CHORD_INSIDE) && !defined(CHORD_COMPILATION)
#error "Only <chord.h> can be included directly."
#endif

#include <gio/gio.h>

#include "chord-version.h"

G_BEGIN_DECLS

#define CHORD_TYPE_USAGE (chord_usage_get_type ())

/**
 * ChordUsage:
 *
 * What a generation took. Immutable.
 */
CHORD_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (ChordUsage, chord_usage, CHORD, USAGE, GObject)

/**
 * chord_usage_get_prompt_tokens: (get-property prompt-tokens)
 * @self: a #ChordUsage
 *
 * Gets the number of tokens in the prompt.
 *
 * Returns: the number of tokens in the prompt
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_usage_get_prompt_tokens (ChordUsage *self);

/**
 * chord_usage_get_cached_tokens: (get-property cached-tokens)
 * @self: a #ChordUsage
 *
 * Gets how many tokens of the prompt were in memory already.
 *
 * Returns: how many tokens of the prompt were in memory already
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_usage_get_cached_tokens (ChordUsage *self);

/**
 * chord_usage_get_generated_tokens: (get-property generated-tokens)
 * @self: a #ChordUsage
 *
 * Gets the number of tokens that were generated.
 *
 * Returns: the number of tokens that were generated
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_usage_get_generated_tokens (ChordUsage *self);

/**
 * chord_usage_get_queue_time: (get-property queue-time)
 * @self: a #ChordUsage
 *
 * Gets how long it waited to begin, in microseconds.
 *
 * Returns: how long it waited to begin, in microseconds
 */
CHORD_AVAILABLE_IN_ALL
gint64 chord_usage_get_queue_time (ChordUsage *self);

/**
 * chord_usage_get_prompt_time: (get-property prompt-time)
 * @self: a #ChordUsage
 *
 * Gets how long the prompt took, in microseconds.
 *
 * Returns: how long the prompt took, in microseconds
 */
CHORD_AVAILABLE_IN_ALL
gint64 chord_usage_get_prompt_time (ChordUsage *self);

/**
 * chord_usage_get_generation_time: (get-property generation-time)
 * @self: a #ChordUsage
 *
 * Gets how long the generated tokens took, in microseconds.
 *
 * Returns: how long the generated tokens took, in microseconds
 */
CHORD_AVAILABLE_IN_ALL
gint64 chord_usage_get_generation_time (ChordUsage *self);

/**
 * chord_usage_get_first_token_time: (get-property first-token-time)
 * @self: a #ChordUsage
 *
 * Gets the time from the start to the first token, in microseconds; 0 when none came.
 *
 * Returns: the time from the start to the first token, in microseconds; 0 when none came
 */
CHORD_AVAILABLE_IN_ALL
gint64 chord_usage_get_first_token_time (ChordUsage *self);

/**
 * chord_usage_get_prompt_rate: (get-property prompt-rate)
 * @self: a #ChordUsage
 *
 * Gets the tokens of the prompt that were computed per second; 0 when there were none.
 *
 * Returns: the tokens of the prompt that were computed per second; 0 when there were none
 */
CHORD_AVAILABLE_IN_ALL
double chord_usage_get_prompt_rate (ChordUsage *self);

/**
 * chord_usage_get_generation_rate: (get-property generation-rate)
 * @self: a #ChordUsage
 *
 * Gets the tokens that were generated per second after the first; 0 when there were none.
 *
 * Returns: the tokens that were generated per second after the first; 0 when there were none
 */
CHORD_AVAILABLE_IN_ALL
double chord_usage_get_generation_rate (ChordUsage *self);

/**
 * chord_usage_get_memory: (get-property memory)
 * @self: a #ChordUsage
 *
 * Gets the bytes that the context of the session takes.
 *
 * Returns: the bytes that the context of the session takes
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_usage_get_memory (ChordUsage *self);

G_END_DECLS
