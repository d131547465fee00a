/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(CHORD_INSIDE) && !defined(CHORD_COMPILATION)
#error "Only <chord.h> can be included directly."
#endif

#include <gio/gio.h>

#include "chord-version.h"

G_BEGIN_DECLS

#define CHORD_TYPE_PROGRESS (chord_progress_get_type ())

/**
 * ChordProgress:
 *
 * Follows a long operation: hand one to the operation and connect to `notify::fraction`, or bind
 * [property@Progress:fraction] to a progress bar.
 *
 * Asynchronous operations notify in the thread-default main context of the caller, at most once per
 * turn of its main loop; blocking ones notify in the calling thread while it waits. Use one object
 * for one operation at a time.
 */
CHORD_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (ChordProgress, chord_progress, CHORD, PROGRESS, GObject)

/**
 * chord_progress_new:
 *
 * Makes a progress that nothing reports to yet.
 *
 * Returns: (transfer full): a new #ChordProgress
 */
CHORD_AVAILABLE_IN_ALL
ChordProgress *chord_progress_new (void) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_progress_get_fraction: (get-property fraction)
 * @self: a #ChordProgress
 *
 * Gets how much is done, from 0 to 1.
 *
 * Returns: how much is done, from 0 to 1
 */
CHORD_AVAILABLE_IN_ALL
double chord_progress_get_fraction (ChordProgress *self);

/**
 * chord_progress_get_done: (get-property done)
 * @self: a #ChordProgress
 *
 * Gets how many units (bytes, tokens, runs) are done.
 *
 * Returns: how many units (bytes, tokens, runs) are done
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_progress_get_done (ChordProgress *self);

/**
 * chord_progress_get_total: (get-property total)
 * @self: a #ChordProgress
 *
 * Gets how many units there are in all; 0 when that is not known yet.
 *
 * Returns: how many units there are in all; 0 when that is not known yet
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_progress_get_total (ChordProgress *self);

G_END_DECLS
