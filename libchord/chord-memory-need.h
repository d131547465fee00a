/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(CHORD_INSIDE) && !defined(CHORD_COMPILATION)
#error "Only <chord.h> can be included directly."
#endif

#include <gio/gio.h>

#include "chord-version.h"

G_BEGIN_DECLS

#define CHORD_TYPE_MEMORY_NEED (chord_memory_need_get_type ())

/**
 * ChordMemoryNeed:
 *
 * How much memory a model will need, and how much there is. See [method@ModelFile.estimate_memory].
 * Immutable.
 */
CHORD_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (ChordMemoryNeed, chord_memory_need, CHORD, MEMORY_NEED, GObject)

/**
 * chord_memory_need_get_weights: (get-property weights)
 * @self: a #ChordMemoryNeed
 *
 * Gets the bytes that the weights take.
 *
 * Returns: the bytes that the weights take
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_memory_need_get_weights (ChordMemoryNeed *self);

/**
 * chord_memory_need_get_context: (get-property context)
 * @self: a #ChordMemoryNeed
 *
 * Gets the bytes that the context takes once it is full.
 *
 * Returns: the bytes that the context takes once it is full
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_memory_need_get_context (ChordMemoryNeed *self);

/**
 * chord_memory_need_get_scratch: (get-property scratch)
 * @self: a #ChordMemoryNeed
 *
 * Gets the bytes that are needed to compute.
 *
 * Returns: the bytes that are needed to compute
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_memory_need_get_scratch (ChordMemoryNeed *self);

/**
 * chord_memory_need_get_total: (get-property total)
 * @self: a #ChordMemoryNeed
 *
 * Gets the bytes that are needed in all.
 *
 * Returns: the bytes that are needed in all
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_memory_need_get_total (ChordMemoryNeed *self);

/**
 * chord_memory_need_get_available: (get-property available)
 * @self: a #ChordMemoryNeed
 *
 * Gets the bytes that this process could take when it was asked.
 *
 * Returns: the bytes that this process could take when it was asked
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_memory_need_get_available (ChordMemoryNeed *self);

/**
 * chord_memory_need_get_context_length: (get-property context-length)
 * @self: a #ChordMemoryNeed
 *
 * Gets the number of tokens of context that this is for.
 *
 * Returns: the number of tokens of context that this is for
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_memory_need_get_context_length (ChordMemoryNeed *self);

G_END_DECLS
