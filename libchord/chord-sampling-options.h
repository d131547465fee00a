/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(CHORD_INSIDE) && !defined(CHORD_COMPILATION)
#error "Only <chord.h> can be included directly."
#endif

#include <gio/gio.h>

#include "chord-version.h"

G_BEGIN_DECLS

#define CHORD_TYPE_SAMPLING_OPTIONS (chord_sampling_options_get_type ())

/**
 * ChordSamplingOptions:
 *
 * How the tokens of a text are chosen, and where it ends.
 *
 * A generation reads its options as it starts; values out of range are an error then, which names
 * the property. Later changes have no effect on it.
 */
CHORD_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (ChordSamplingOptions, chord_sampling_options, CHORD,
                      SAMPLING_OPTIONS, GObject)

/**
 * chord_sampling_options_new:
 *
 * Makes options with the usual values.
 *
 * Returns: (transfer full): new #ChordSamplingOptions
 */
CHORD_AVAILABLE_IN_ALL
ChordSamplingOptions *chord_sampling_options_new (void) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_sampling_options_get_temperature: (get-property temperature)
 * @self: a #ChordSamplingOptions
 *
 * Gets how freely to choose; 0: always the likeliest token.
 *
 * Returns: how freely to choose; 0: always the likeliest token
 */
CHORD_AVAILABLE_IN_ALL
double chord_sampling_options_get_temperature (ChordSamplingOptions *self);

/**
 * chord_sampling_options_set_temperature: (set-property temperature)
 * @self: a #ChordSamplingOptions
 * @temperature: how freely to choose; 0: always the likeliest token
 *
 * Sets how freely to choose; 0: always the likeliest token.
 */
CHORD_AVAILABLE_IN_ALL
void chord_sampling_options_set_temperature (ChordSamplingOptions *self, double temperature);

/**
 * chord_sampling_options_get_top_k: (get-property top-k)
 * @self: a #ChordSamplingOptions
 *
 * Gets how many of the likeliest tokens are eligible; 0: all.
 *
 * Returns: how many of the likeliest tokens are eligible; 0: all
 */
CHORD_AVAILABLE_IN_ALL
int chord_sampling_options_get_top_k (ChordSamplingOptions *self);

/**
 * chord_sampling_options_set_top_k: (set-property top-k)
 * @self: a #ChordSamplingOptions
 * @top_k: how many of the likeliest tokens are eligible; 0: all
 *
 * Sets how many of the likeliest tokens are eligible; 0: all.
 */
CHORD_AVAILABLE_IN_ALL
void chord_sampling_options_set_top_k (ChordSamplingOptions *self, int top_k);

/**
 * chord_sampling_options_get_top_p: (get-property top-p)
 * @self: a #ChordSamplingOptions
 *
 * Gets how much probability the eligible tokens have together; 1: all.
 *
 * Returns: how much probability the eligible tokens have together; 1: all
 */
CHORD_AVAILABLE_IN_ALL
double chord_sampling_options_get_top_p (ChordSamplingOptions *self);

/**
 * chord_sampling_options_set_top_p: (set-property top-p)
 * @self: a #ChordSamplingOptions
 * @top_p: how much probability the eligible tokens have together; 1: all
 *
 * Sets how much probability the eligible tokens have together; 1: all.
 */
CHORD_AVAILABLE_IN_ALL
void chord_sampling_options_set_top_p (ChordSamplingOptions *self, double top_p);

/**
 * chord_sampling_options_get_min_p: (get-property min-p)
 * @self: a #ChordSamplingOptions
 *
 * Gets how likely a token must be against the likeliest; 0: any.
 *
 * Returns: how likely a token must be against the likeliest; 0: any
 */
CHORD_AVAILABLE_IN_ALL
double chord_sampling_options_get_min_p (ChordSamplingOptions *self);

/**
 * chord_sampling_options_set_min_p: (set-property min-p)
 * @self: a #ChordSamplingOptions
 * @min_p: how likely a token must be against the likeliest; 0: any
 *
 * Sets how likely a token must be against the likeliest; 0: any.
 */
CHORD_AVAILABLE_IN_ALL
void chord_sampling_options_set_min_p (ChordSamplingOptions *self, double min_p);

/**
 * chord_sampling_options_get_typical_p: (get-property typical-p)
 * @self: a #ChordSamplingOptions
 *
 * Gets how much probability the most typical tokens have together; 1: all.
 *
 * Returns: how much probability the most typical tokens have together; 1: all
 */
CHORD_AVAILABLE_IN_ALL
double chord_sampling_options_get_typical_p (ChordSamplingOptions *self);

/**
 * chord_sampling_options_set_typical_p: (set-property typical-p)
 * @self: a #ChordSamplingOptions
 * @typical_p: how much probability the most typical tokens have together; 1: all
 *
 * Sets how much probability the most typical tokens have together; 1: all.
 */
CHORD_AVAILABLE_IN_ALL
void chord_sampling_options_set_typical_p (ChordSamplingOptions *self, double typical_p);

/**
 * chord_sampling_options_get_repetition_penalty: (get-property repetition-penalty)
 * @self: a #ChordSamplingOptions
 *
 * Gets by what the logits of tokens that came before are divided; 1: nothing.
 *
 * Returns: by what the logits of tokens that came before are divided; 1: nothing
 */
CHORD_AVAILABLE_IN_ALL
double chord_sampling_options_get_repetition_penalty (ChordSamplingOptions *self);

/**
 * chord_sampling_options_set_repetition_penalty: (set-property repetition-penalty)
 * @self: a #ChordSamplingOptions
 * @repetition_penalty: by what the logits of tokens that came before are divided; 1: nothing
 *
 * Sets by what the logits of tokens that came before are divided; 1: nothing.
 */
CHORD_AVAILABLE_IN_ALL
void chord_sampling_options_set_repetition_penalty (ChordSamplingOptions *self,
                                                    double repetition_penalty);

/**
 * chord_sampling_options_get_frequency_penalty: (get-property frequency-penalty)
 * @self: a #ChordSamplingOptions
 *
 * Gets what is taken off a logit for each time that the token came before.
 *
 * Returns: what is taken off a logit for each time that the token came before
 */
CHORD_AVAILABLE_IN_ALL
double chord_sampling_options_get_frequency_penalty (ChordSamplingOptions *self);

/**
 * chord_sampling_options_set_frequency_penalty: (set-property frequency-penalty)
 * @self: a #ChordSamplingOptions
 * @frequency_penalty: what is taken off a logit for each time that the token came before
 *
 * Sets what is taken off a logit for each time that the token came before.
 */
CHORD_AVAILABLE_IN_ALL
void chord_sampling_options_set_frequency_penalty (ChordSamplingOptions *self,
                                                   double frequency_penalty);

/**
 * chord_sampling_options_get_presence_penalty: (get-property presence-penalty)
 * @self: a #ChordSamplingOptions
 *
 * Gets what is taken off a logit when the token came before.
 *
 * Returns: what is taken off a logit when the token came before
 */
CHORD_AVAILABLE_IN_ALL
double chord_sampling_options_get_presence_penalty (ChordSamplingOptions *self);

/**
 * chord_sampling_options_set_presence_penalty: (set-property presence-penalty)
 * @self: a #ChordSamplingOptions
 * @presence_penalty: what is taken off a logit when the token came before
 *
 * Sets what is taken off a logit when the token came before.
 */
CHORD_AVAILABLE_IN_ALL
void chord_sampling_options_set_presence_penalty (ChordSamplingOptions *self,
                                                  double presence_penalty);

/**
 * chord_sampling_options_get_penalty_last_n: (get-property penalty-last-n)
 * @self: a #ChordSamplingOptions
 *
 * Gets how many tokens the penalties look back; -1: all, 0: none.
 *
 * Returns: how many tokens the penalties look back; -1: all, 0: none
 */
CHORD_AVAILABLE_IN_ALL
int chord_sampling_options_get_penalty_last_n (ChordSamplingOptions *self);

/**
 * chord_sampling_options_set_penalty_last_n: (set-property penalty-last-n)
 * @self: a #ChordSamplingOptions
 * @penalty_last_n: how many tokens the penalties look back; -1: all, 0: none
 *
 * Sets how many tokens the penalties look back; -1: all, 0: none.
 */
CHORD_AVAILABLE_IN_ALL
void chord_sampling_options_set_penalty_last_n (ChordSamplingOptions *self, int penalty_last_n);

/**
 * chord_sampling_options_get_seed: (get-property seed)
 * @self: a #ChordSamplingOptions
 *
 * Gets where the random numbers begin: the same seed gives the same text; -1: another one each
 * time.
 *
 * Returns: where the random numbers begin: the same seed gives the same text; -1: another one each
 *   time
 */
CHORD_AVAILABLE_IN_ALL
gint64 chord_sampling_options_get_seed (ChordSamplingOptions *self);

/**
 * chord_sampling_options_set_seed: (set-property seed)
 * @self: a #ChordSamplingOptions
 * @seed: where the random numbers begin: the same seed gives the same text; -1: another one each
 *   time
 *
 * Sets where the random numbers begin: the same seed gives the same text; -1: another one each
 * time.
 */
CHORD_AVAILABLE_IN_ALL
void chord_sampling_options_set_seed (ChordSamplingOptions *self, gint64 seed);

/**
 * chord_sampling_options_get_max_tokens: (get-property max-tokens)
 * @self: a #ChordSamplingOptions
 *
 * Gets how many tokens to generate at most; -1: until the context is full.
 *
 * Returns: how many tokens to generate at most; -1: until the context is full
 */
CHORD_AVAILABLE_IN_ALL
gint64 chord_sampling_options_get_max_tokens (ChordSamplingOptions *self);

/**
 * chord_sampling_options_set_max_tokens: (set-property max-tokens)
 * @self: a #ChordSamplingOptions
 * @max_tokens: how many tokens to generate at most; -1: until the context is full
 *
 * Sets how many tokens to generate at most; -1: until the context is full.
 */
CHORD_AVAILABLE_IN_ALL
void chord_sampling_options_set_max_tokens (ChordSamplingOptions *self, gint64 max_tokens);

/**
 * chord_sampling_options_get_top_logprobs: (get-property top-logprobs)
 * @self: a #ChordSamplingOptions
 *
 * Gets how many alternatives to record for each token, see [property@Generation:tokens]; 0: record
 * nothing.
 *
 * Returns: how many alternatives to record for each token, see [property@Generation:tokens]; 0:
 *   record nothing
 */
CHORD_AVAILABLE_IN_ALL
guint chord_sampling_options_get_top_logprobs (ChordSamplingOptions *self);

/**
 * chord_sampling_options_set_top_logprobs: (set-property top-logprobs)
 * @self: a #ChordSamplingOptions
 * @top_logprobs: how many alternatives to record for each token, see [property@Generation:tokens];
 *   0: record nothing
 *
 * Sets how many alternatives to record for each token, see [property@Generation:tokens]; 0: record
 * nothing.
 */
CHORD_AVAILABLE_IN_ALL
void chord_sampling_options_set_top_logprobs (ChordSamplingOptions *self, guint top_logprobs);

/**
 * chord_sampling_options_get_show_special_tokens: (get-property show-special-tokens)
 * @self: a #ChordSamplingOptions
 *
 * Gets whether control tokens appear in the text.
 *
 * Returns: whether control tokens appear in the text
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_sampling_options_get_show_special_tokens (ChordSamplingOptions *self);

/**
 * chord_sampling_options_set_show_special_tokens: (set-property show-special-tokens)
 * @self: a #ChordSamplingOptions
 * @show_special_tokens: whether control tokens appear in the text
 *
 * Sets whether control tokens appear in the text.
 */
CHORD_AVAILABLE_IN_ALL
void chord_sampling_options_set_show_special_tokens (ChordSamplingOptions *self,
                                                     gboolean show_special_tokens);

/**
 * chord_sampling_options_get_stop: (get-property stop)
 * @self: a #ChordSamplingOptions
 *
 * Gets the strings that end the text where they appear; they are not part of it.
 *
 * Returns: (transfer none) (nullable) (array zero-terminated=1): the strings that end the text
 *   where they appear; they are not part of it
 */
CHORD_AVAILABLE_IN_ALL
const char *const *chord_sampling_options_get_stop (ChordSamplingOptions *self);

/**
 * chord_sampling_options_set_stop: (set-property stop)
 * @self: a #ChordSamplingOptions
 * @stop: (nullable) (array zero-terminated=1): the strings that end the text where they appear;
 *   they are not part of it
 *
 * Sets the strings that end the text where they appear; they are not part of it.
 */
CHORD_AVAILABLE_IN_ALL
void chord_sampling_options_set_stop (ChordSamplingOptions *self, const char *const *stop);

/**
 * chord_sampling_options_set_logit_bias:
 * @self: #ChordSamplingOptions
 * @token: a token id
 * @bias: what is added to its logit; minus infinity forbids the token, 0 removes the bias
 *
 * Makes a token likelier or less likely.
 */
CHORD_AVAILABLE_IN_ALL
void chord_sampling_options_set_logit_bias (ChordSamplingOptions *self, gint32 token, double bias);

/**
 * chord_sampling_options_get_logit_bias:
 * @self: #ChordSamplingOptions
 * @token: a token id
 *
 * Gets the bias of a token.
 *
 * Returns: what is added to its logit, 0 when there is none
 */
CHORD_AVAILABLE_IN_ALL
double chord_sampling_options_get_logit_bias (ChordSamplingOptions *self, gint32 token);

/**
 * chord_sampling_options_validate:
 * @self: #ChordSamplingOptions
 * @error: return location for an error
 *
 * Checks that each value is in its range, as starting a generation does too.
 *
 * Returns: %TRUE, or %FALSE with @error saying which value is not, and what its range is
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_sampling_options_validate (ChordSamplingOptions *self, GError **error);

/**
 * chord_sampling_options_copy:
 * @self: #ChordSamplingOptions
 *
 * Copies the options.
 *
 * Returns: (transfer full): new #ChordSamplingOptions
 */
CHORD_AVAILABLE_IN_ALL
ChordSamplingOptions *chord_sampling_options_copy (ChordSamplingOptions *self)
  G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
