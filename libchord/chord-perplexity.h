/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(CHORD_INSIDE) && !defined(CHORD_COMPILATION)
#error "Only <chord.h> can be included directly."
#endif

#include <gio/gio.h>

#include "chord-model.h"
#include "chord-progress.h"
#include "chord-version.h"

G_BEGIN_DECLS

#define CHORD_TYPE_PERPLEXITY (chord_perplexity_get_type ())

/**
 * ChordPerplexity:
 *
 * Measures how well a model foretells a text: the lower, the better. Figures compare only for one
 * vocabulary, text and window. Belongs to one thread at a time.
 */
CHORD_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (ChordPerplexity, chord_perplexity, CHORD, PERPLEXITY, GObject)

/**
 * chord_perplexity_new:
 * @model: a model
 *
 * Makes a measurement with the usual window.
 *
 * Returns: (transfer full): a new #ChordPerplexity
 */
CHORD_AVAILABLE_IN_ALL
ChordPerplexity *chord_perplexity_new (ChordModel *model) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_perplexity_get_model: (get-property model)
 * @self: a #ChordPerplexity
 *
 * Gets the model.
 *
 * Returns: (transfer none): the model
 */
CHORD_AVAILABLE_IN_ALL
ChordModel *chord_perplexity_get_model (ChordPerplexity *self);

/**
 * chord_perplexity_get_window: (get-property window)
 * @self: a #ChordPerplexity
 *
 * Gets how many tokens are looked at together.
 *
 * Returns: how many tokens are looked at together
 */
CHORD_AVAILABLE_IN_ALL
guint chord_perplexity_get_window (ChordPerplexity *self);

/**
 * chord_perplexity_set_window: (set-property window)
 * @self: a #ChordPerplexity
 * @window: how many tokens are looked at together
 *
 * Sets how many tokens are looked at together.
 */
CHORD_AVAILABLE_IN_ALL
void chord_perplexity_set_window (ChordPerplexity *self, guint window);

/**
 * chord_perplexity_get_n_windows: (get-property n-windows)
 * @self: a #ChordPerplexity
 *
 * Gets how many windows the last run looked at.
 *
 * Returns: how many windows the last run looked at
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_perplexity_get_n_windows (ChordPerplexity *self);

/**
 * chord_perplexity_get_n_scored: (get-property n-scored)
 * @self: a #ChordPerplexity
 *
 * Gets how many tokens the last run scored.
 *
 * Returns: how many tokens the last run scored
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_perplexity_get_n_scored (ChordPerplexity *self);

/**
 * chord_perplexity_run:
 * @self: a #ChordPerplexity
 * @text: a text in UTF-8
 * @length: bytes of @text, or -1 when it ends with a NUL
 * @progress: (nullable): told how many windows are done
 * @cancellable: (nullable): a #GCancellable
 * @error: return location for an error
 *
 * Measures how well the model foretells a text. The text is cut into windows, the last partial one
 * is dropped, and the second half of each is scored.
 *
 * Returns: the perplexity, or -1 with @error set
 */
CHORD_AVAILABLE_IN_ALL
double chord_perplexity_run (ChordPerplexity *self, const char *text, gssize length,
                             ChordProgress *progress, GCancellable *cancellable, GError **error);

/**
 * chord_perplexity_run_async:
 * @self: a #ChordPerplexity
 * @text: a text in UTF-8
 * @length: bytes of @text, or -1 when it ends with a NUL
 * @progress: (nullable): told how many windows are done
 * @cancellable: (nullable): a #GCancellable
 * @callback: (scope async): called when it is done
 * @user_data: data for @callback
 *
 * Does the same as [method@Perplexity.run] in another thread. Only one run at a time.
 */
CHORD_AVAILABLE_IN_ALL
void chord_perplexity_run_async (ChordPerplexity *self, const char *text, gssize length,
                                 ChordProgress *progress, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data);

/**
 * chord_perplexity_run_finish:
 * @self: a #ChordPerplexity
 * @result: the result
 * @error: return location for an error
 *
 * Finishes [method@Perplexity.run_async].
 *
 * Returns: the perplexity, or -1 with @error set
 */
CHORD_AVAILABLE_IN_ALL
double chord_perplexity_run_finish (ChordPerplexity *self, GAsyncResult *result, GError **error);

G_END_DECLS
