/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(CHORD_INSIDE) && !defined(CHORD_COMPILATION)
#error "Only <chord.h> can be included directly."
#endif

#include <gio/gio.h>

#include "chord-enums.h"
#include "chord-machine.h"
#include "chord-model-file.h"
#include "chord-model-options.h"
#include "chord-version.h"

G_BEGIN_DECLS

#define CHORD_TYPE_FIT (chord_fit_get_type ())

/**
 * ChordFit:
 *
 * Whether a model fits into a machine, and how fast it will answer there, told before it is loaded
 * or even downloaded. Immutable.
 */
CHORD_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (ChordFit, chord_fit, CHORD, FIT, GObject)

/**
 * chord_fit_new_for_file:
 * @file: a model file
 * @options: (nullable): how it would be loaded
 * @machine: (nullable): where; %NULL for the default one
 * @error: return location for an error
 *
 * Works out what a model needs from the figures in its header.
 *
 * Returns: (transfer full): a new #ChordFit, or %NULL with @error set when the model cannot be
 *   loaded
 */
CHORD_AVAILABLE_IN_ALL
ChordFit *chord_fit_new_for_file (ChordModelFile *file, ChordModelOptions *options,
                                  ChordMachine *machine, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_fit_new_for_size:
 * @bytes: how large the file of a model is
 * @machine: (nullable): where it would be loaded; %NULL for the default one
 *
 * Estimates what a model needs when nothing but its size is known: a seventh more, for a context of
 * some thousand tokens and to compute. A model of which each token uses a part only (a mixture of
 * experts) is faster than this says.
 *
 * Returns: (transfer full): a new #ChordFit
 */
CHORD_AVAILABLE_IN_ALL
ChordFit *chord_fit_new_for_size (guint64 bytes, ChordMachine *machine) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_fit_get_weights: (get-property weights)
 * @self: a #ChordFit
 *
 * Gets the bytes that the weights take.
 *
 * Returns: the bytes that the weights take
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_fit_get_weights (ChordFit *self);

/**
 * chord_fit_get_context: (get-property context)
 * @self: a #ChordFit
 *
 * Gets the bytes that the context takes once it is full.
 *
 * Returns: the bytes that the context takes once it is full
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_fit_get_context (ChordFit *self);

/**
 * chord_fit_get_scratch: (get-property scratch)
 * @self: a #ChordFit
 *
 * Gets the bytes that are needed to compute.
 *
 * Returns: the bytes that are needed to compute
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_fit_get_scratch (ChordFit *self);

/**
 * chord_fit_get_total: (get-property total)
 * @self: a #ChordFit
 *
 * Gets the bytes that are needed in all.
 *
 * Returns: the bytes that are needed in all
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_fit_get_total (ChordFit *self);

/**
 * chord_fit_get_available: (get-property available)
 * @self: a #ChordFit
 *
 * Gets the bytes of memory that could be taken when it was asked.
 *
 * Returns: the bytes of memory that could be taken when it was asked
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_fit_get_available (ChordFit *self);

/**
 * chord_fit_get_context_length: (get-property context-length)
 * @self: a #ChordFit
 *
 * Gets the number of tokens of context that this is for; 0 when only the size of the model is
 * known.
 *
 * Returns: the number of tokens of context that this is for
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_fit_get_context_length (ChordFit *self);

/**
 * chord_fit_get_tokens_per_second: (get-property tokens-per-second)
 * @self: a #ChordFit
 *
 * Gets how many tokens a second an answer can be expected to come at, early in a conversation; 0
 * while the memory bandwidth of the machine was not measured.
 *
 * Returns: how many tokens a second an answer can be expected to come at, early in a
 * conversation
 */
CHORD_AVAILABLE_IN_ALL
double chord_fit_get_tokens_per_second (ChordFit *self);

/**
 * chord_fit_get_level: (get-property level)
 * @self: a #ChordFit
 *
 * Gets whether it fits.
 *
 * Returns: whether it fits
 */
CHORD_AVAILABLE_IN_ALL
ChordFitLevel chord_fit_get_level (ChordFit *self);

/**
 * chord_fit_describe:
 * @self: a #ChordFit
 *
 * Says it in one English sentence.
 *
 * Returns: (transfer full): the sentence
 */
CHORD_AVAILABLE_IN_ALL
char *chord_fit_describe (ChordFit *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
