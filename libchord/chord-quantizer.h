/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(CHORD_INSIDE) && !defined(CHORD_COMPILATION)
#error "Only <chord.h> can be included directly."
#endif

#include <gio/gio.h>

#include "chord-model-file.h"
#include "chord-progress.h"
#include "chord-version.h"

G_BEGIN_DECLS

#define CHORD_TYPE_QUANTIZER (chord_quantizer_get_type ())

/**
 * ChordQuantizer:
 *
 * Converts a model to another type of weights. Tensors are handled one by one, so a model may be
 * larger than memory. Immutable, so several runs may go on at once.
 */
CHORD_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (ChordQuantizer, chord_quantizer, CHORD, QUANTIZER, GObject)

/**
 * chord_quantizer_new:
 * @source: the model to convert
 * @type: the type to convert to, such as "Q4_K"; see [func@Quantizer.list_types]
 *
 * Makes a quantizer. An unknown type is an error of the run.
 *
 * Returns: (transfer full): a new #ChordQuantizer
 */
CHORD_AVAILABLE_IN_ALL
ChordQuantizer *chord_quantizer_new (ChordModelFile *source,
                                     const char *type) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_quantizer_get_source: (get-property source)
 * @self: a #ChordQuantizer
 *
 * Gets the model to convert.
 *
 * Returns: (transfer none): the model to convert
 */
CHORD_AVAILABLE_IN_ALL
ChordModelFile *chord_quantizer_get_source (ChordQuantizer *self);

/**
 * chord_quantizer_get_target_type: (get-property target-type)
 * @self: a #ChordQuantizer
 *
 * Gets the type to convert to.
 *
 * Returns: (transfer none): the type to convert to
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_quantizer_get_target_type (ChordQuantizer *self);

/**
 * chord_quantizer_list_types:
 *
 * Lists the types that models can be converted to.
 *
 * Returns: (transfer full) (array zero-terminated=1): their names
 */
CHORD_AVAILABLE_IN_ALL
char **chord_quantizer_list_types (void) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_quantizer_run:
 * @self: a #ChordQuantizer
 * @destination: the file to write; it appears when it is complete
 * @progress: (nullable): told how many bytes are done
 * @cancellable: (nullable): a #GCancellable
 * @error: return location for an error
 *
 * Converts the matrices of the model and writes the new file. Norms and other vectors stay 32-bit
 * floats; a matrix whose rows the type cannot hold gets the nearest one that can.
 *
 * Returns: %TRUE, or %FALSE with @error set
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_quantizer_run (ChordQuantizer *self, GFile *destination, ChordProgress *progress,
                              GCancellable *cancellable, GError **error);

/**
 * chord_quantizer_run_async:
 * @self: a #ChordQuantizer
 * @destination: the file to write; it appears when it is complete
 * @progress: (nullable): told how many bytes are done
 * @cancellable: (nullable): a #GCancellable
 * @callback: (scope async): called when it is done
 * @user_data: data for @callback
 *
 * Does the same as [method@Quantizer.run] in another thread.
 */
CHORD_AVAILABLE_IN_ALL
void chord_quantizer_run_async (ChordQuantizer *self, GFile *destination, ChordProgress *progress,
                                GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data);

/**
 * chord_quantizer_run_finish:
 * @self: a #ChordQuantizer
 * @result: the result
 * @error: return location for an error
 *
 * Finishes [method@Quantizer.run_async].
 *
 * Returns: %TRUE, or %FALSE with @error set
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_quantizer_run_finish (ChordQuantizer *self, GAsyncResult *result, GError **error);

G_END_DECLS
