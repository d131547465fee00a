/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(CHORD_INSIDE) && !defined(CHORD_COMPILATION)
#error "Only <chord.h> can be included directly."
#endif

#include <gio/gio.h>

#include "chord-catalog.h"
#include "chord-version.h"

G_BEGIN_DECLS

#define CHORD_TYPE_MACHINE (chord_machine_get_type ())

/**
 * ChordMachine:
 *
 * This computer: its processor, its memory, and what they can do at best. The limits are 0 until
 * [method@Machine.measure] has measured them. There is one object of it, safe from any thread; what
 * it notifies, it notifies in the thread that measured or loaded.
 */
CHORD_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (ChordMachine, chord_machine, CHORD, MACHINE, GObject)

/**
 * chord_machine_get_default:
 *
 * Gets the computer that this process runs on.
 *
 * Returns: (transfer none): the machine
 */
CHORD_AVAILABLE_IN_ALL
ChordMachine *chord_machine_get_default (void);

/**
 * chord_machine_get_cpu: (get-property cpu)
 * @self: a #ChordMachine
 *
 * Gets the processor's own name for itself.
 *
 * Returns: (transfer none): the name
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_machine_get_cpu (ChordMachine *self);

/**
 * chord_machine_get_instruction_set: (get-property instruction-set)
 * @self: a #ChordMachine
 *
 * Gets the instruction set that the library uses, such as "avx2".
 *
 * Returns: (transfer none): its name
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_machine_get_instruction_set (ChordMachine *self);

/**
 * chord_machine_get_n_cores: (get-property n-cores)
 * @self: a #ChordMachine
 *
 * Gets how many physical cores this process may use.
 *
 * Returns: at least 1
 */
CHORD_AVAILABLE_IN_ALL
guint chord_machine_get_n_cores (ChordMachine *self);

/**
 * chord_machine_get_n_threads: (get-property n-threads)
 * @self: a #ChordMachine
 *
 * Gets how many threads a model gets when none is asked for; the limits are those of so many.
 *
 * Returns: at least 1
 */
CHORD_AVAILABLE_IN_ALL
guint chord_machine_get_n_threads (ChordMachine *self);

/**
 * chord_machine_get_memory_total: (get-property memory-total)
 * @self: a #ChordMachine
 *
 * Gets how much memory there is, within the limit of this process.
 *
 * Returns: bytes
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_machine_get_memory_total (ChordMachine *self);

/**
 * chord_machine_get_memory_available: (get-property memory-available)
 * @self: a #ChordMachine
 *
 * Gets how much memory this process could still take now. It changes all the time and is not
 * notified.
 *
 * Returns: bytes
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_machine_get_memory_available (ChordMachine *self);

/**
 * chord_machine_get_bandwidth: (get-property bandwidth)
 * @self: a #ChordMachine
 *
 * Gets how fast all threads together read memory.
 *
 * Returns: bytes per second; 0 until measured
 */
CHORD_AVAILABLE_IN_ALL
double chord_machine_get_bandwidth (ChordMachine *self);

/**
 * chord_machine_get_thread_bandwidth: (get-property thread-bandwidth)
 * @self: a #ChordMachine
 *
 * Gets how fast one thread alone reads memory.
 *
 * Returns: bytes per second; 0 until measured
 */
CHORD_AVAILABLE_IN_ALL
double chord_machine_get_thread_bandwidth (ChordMachine *self);

/**
 * chord_machine_get_compute_f32: (get-property compute-f32)
 * @self: a #ChordMachine
 *
 * Gets how many operations on 32-bit floating point numbers all threads together do; a
 * multiplication with its addition counts as two.
 *
 * Returns: operations per second; 0 until measured
 */
CHORD_AVAILABLE_IN_ALL
double chord_machine_get_compute_f32 (ChordMachine *self);

/**
 * chord_machine_get_compute_int8: (get-property compute-int8)
 * @self: a #ChordMachine
 *
 * Gets how many operations on 8-bit integers all threads together do in dot products; a
 * multiplication with its addition counts as two.
 *
 * Returns: operations per second; 0 until measured
 */
CHORD_AVAILABLE_IN_ALL
double chord_machine_get_compute_int8 (ChordMachine *self);

/**
 * chord_machine_measure:
 * @self: a #ChordMachine
 * @cancellable: (nullable): a #GCancellable
 * @error: return location for an error
 *
 * Measures the limits, which takes about a second on all threads. Whatever else the computer does
 * meanwhile lowers them.
 *
 * Returns: whether it went well
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_machine_measure (ChordMachine *self, GCancellable *cancellable, GError **error);

/**
 * chord_machine_measure_async:
 * @self: a #ChordMachine
 * @cancellable: (nullable): a #GCancellable
 * @callback: (scope async): called when it is done
 * @user_data: data for @callback
 *
 * Does the same as [method@Machine.measure] in another thread.
 */
CHORD_AVAILABLE_IN_ALL
void chord_machine_measure_async (ChordMachine *self, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data);

/**
 * chord_machine_measure_finish:
 * @self: a #ChordMachine
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Machine.measure_async], and notifies the new figures.
 *
 * Returns: whether it went well
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_machine_measure_finish (ChordMachine *self, GAsyncResult *result, GError **error);

/**
 * chord_machine_load:
 * @self: a #ChordMachine
 * @catalog: a catalog
 *
 * Takes over the limits that were measured on a computer with this processor, instruction set and
 * number of threads before.
 *
 * Returns: whether there were any
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_machine_load (ChordMachine *self, ChordCatalog *catalog);

/**
 * chord_machine_store:
 * @self: a #ChordMachine
 * @catalog: a catalog
 *
 * Keeps the limits for the next [method@Machine.load]. Does nothing before they are measured.
 */
CHORD_AVAILABLE_IN_ALL
void chord_machine_store (ChordMachine *self, ChordCatalog *catalog);

/**
 * chord_machine_prepare:
 * @self: a #ChordMachine
 * @catalog: a catalog
 * @cancellable: (nullable): a #GCancellable
 * @error: return location for an error
 *
 * Makes the limits known: those that @catalog keeps are taken over, and where it keeps none they
 * are measured and kept. Only the first call on a computer takes its time; then a [class@Fit] can
 * tell how fast a model will be.
 *
 * Returns: whether the limits are known
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_machine_prepare (ChordMachine *self, ChordCatalog *catalog,
                                GCancellable *cancellable, GError **error);

/**
 * chord_machine_prepare_async:
 * @self: a #ChordMachine
 * @catalog: a catalog
 * @cancellable: (nullable): a #GCancellable
 * @callback: (scope async): called when it is done
 * @user_data: data for @callback
 *
 * Does the same as [method@Machine.prepare], and measures in another thread.
 */
CHORD_AVAILABLE_IN_ALL
void chord_machine_prepare_async (ChordMachine *self, ChordCatalog *catalog,
                                  GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data);

/**
 * chord_machine_prepare_finish:
 * @self: a #ChordMachine
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Machine.prepare_async].
 *
 * Returns: whether the limits are known
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_machine_prepare_finish (ChordMachine *self, GAsyncResult *result, GError **error);

G_END_DECLS
