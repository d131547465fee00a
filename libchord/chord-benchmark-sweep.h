/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(CHORD_INSIDE) && !defined(CHORD_COMPILATION)
#error "Only <chord.h> can be included directly."
#endif

#include <gio/gio.h>

#include "chord-catalog.h"
#include "chord-model-options.h"
#include "chord-version.h"

G_BEGIN_DECLS

#define CHORD_TYPE_BENCHMARK_SWEEP (chord_benchmark_sweep_get_type ())

/**
 * ChordBenchmarkSweep:
 *
 * A plan of benchmarks, and its run: each model at each number of threads, at each depth of the
 * context, with each length of a prompt and with generation. What was measured comes as
 * [class@BenchmarkRun]s that share a group, one after the other.
 *
 * A model that cannot be measured does not end the sweep, see [property@BenchmarkSweep:problems].
 * Belongs to one thread.
 */
CHORD_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (ChordBenchmarkSweep, chord_benchmark_sweep, CHORD, BENCHMARK_SWEEP, GObject)

/**
 * chord_benchmark_sweep_new:
 * @catalog: (nullable): where to store what was measured; %NULL to store nothing
 *
 * Makes a plan without models: prompts of 512 tokens and 128 generated ones on an empty context,
 * five times.
 *
 * Returns: (transfer full): a new #ChordBenchmarkSweep
 */
CHORD_AVAILABLE_IN_ALL
ChordBenchmarkSweep *chord_benchmark_sweep_new (ChordCatalog *catalog) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_benchmark_sweep_add_model:
 * @self: a #ChordBenchmarkSweep
 * @path: (type filename): a model file
 *
 * Adds a model to the plan.
 */
CHORD_AVAILABLE_IN_ALL
void chord_benchmark_sweep_add_model (ChordBenchmarkSweep *self, const char *path);

/**
 * chord_benchmark_sweep_set_prompts:
 * @self: a #ChordBenchmarkSweep
 * @lengths: (array length=n_lengths) (nullable): lengths of prompts in tokens
 * @n_lengths: how many; 0 leaves prompts out
 *
 * Sets the lengths of prompts that are measured.
 */
CHORD_AVAILABLE_IN_ALL
void chord_benchmark_sweep_set_prompts (ChordBenchmarkSweep *self, const guint *lengths,
                                        gsize n_lengths);

/**
 * chord_benchmark_sweep_set_depths:
 * @self: a #ChordBenchmarkSweep
 * @depths: (array length=n_depths): numbers of tokens
 * @n_depths: how many; at least 1
 *
 * Sets how many tokens are in the context before a test begins.
 */
CHORD_AVAILABLE_IN_ALL
void chord_benchmark_sweep_set_depths (ChordBenchmarkSweep *self, const guint *depths,
                                       gsize n_depths);

/**
 * chord_benchmark_sweep_set_threads:
 * @self: a #ChordBenchmarkSweep
 * @threads: (array length=n_threads): numbers of threads; 0 stands for as many as are usual
 * @n_threads: how many; at least 1
 *
 * Sets with how many threads each test runs.
 */
CHORD_AVAILABLE_IN_ALL
void chord_benchmark_sweep_set_threads (ChordBenchmarkSweep *self, const guint *threads,
                                        gsize n_threads);

/**
 * chord_benchmark_sweep_get_n_generate: (get-property n-generate)
 * @self: a #ChordBenchmarkSweep
 *
 * Gets how many tokens are generated; 0 leaves generation out.
 *
 * Returns: a number of tokens
 */
CHORD_AVAILABLE_IN_ALL
guint chord_benchmark_sweep_get_n_generate (ChordBenchmarkSweep *self);

/**
 * chord_benchmark_sweep_set_n_generate: (set-property n-generate)
 * @self: a #ChordBenchmarkSweep
 * @n_generate: a number of tokens
 *
 * Sets how many tokens are generated; 0 leaves generation out.
 */
CHORD_AVAILABLE_IN_ALL
void chord_benchmark_sweep_set_n_generate (ChordBenchmarkSweep *self, guint n_generate);

/**
 * chord_benchmark_sweep_get_repetitions: (get-property repetitions)
 * @self: a #ChordBenchmarkSweep
 *
 * Gets how often each test runs.
 *
 * Returns: at least 1
 */
CHORD_AVAILABLE_IN_ALL
guint chord_benchmark_sweep_get_repetitions (ChordBenchmarkSweep *self);

/**
 * chord_benchmark_sweep_set_repetitions: (set-property repetitions)
 * @self: a #ChordBenchmarkSweep
 * @repetitions: at least 1
 *
 * Sets how often each test runs.
 */
CHORD_AVAILABLE_IN_ALL
void chord_benchmark_sweep_set_repetitions (ChordBenchmarkSweep *self, guint repetitions);

/**
 * chord_benchmark_sweep_get_options: (get-property options)
 * @self: a #ChordBenchmarkSweep
 *
 * Gets how models are loaded. The sweep chooses the number of threads itself, and where none is
 * given the length of the context.
 *
 * Returns: (transfer none): options that may be changed before the sweep runs
 */
CHORD_AVAILABLE_IN_ALL
ChordModelOptions *chord_benchmark_sweep_get_options (ChordBenchmarkSweep *self);

/**
 * chord_benchmark_sweep_get_group: (get-property group)
 * @self: a #ChordBenchmarkSweep
 *
 * Gets what the runs of this sweep have as their group.
 *
 * Returns: (transfer none): a UUID
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_benchmark_sweep_get_group (ChordBenchmarkSweep *self);

/**
 * chord_benchmark_sweep_get_n_tests: (get-property n-tests)
 * @self: a #ChordBenchmarkSweep
 *
 * Gets how many runs the plan gives.
 *
 * Returns: a number of tests
 */
CHORD_AVAILABLE_IN_ALL
guint chord_benchmark_sweep_get_n_tests (ChordBenchmarkSweep *self);

/**
 * chord_benchmark_sweep_get_runs: (get-property runs)
 * @self: a #ChordBenchmarkSweep
 *
 * Gets what was measured so far.
 *
 * Returns: (transfer none): a live list of [class@BenchmarkRun]
 */
CHORD_AVAILABLE_IN_ALL
GListModel *chord_benchmark_sweep_get_runs (ChordBenchmarkSweep *self);

/**
 * chord_benchmark_sweep_get_problems: (get-property problems)
 * @self: a #ChordBenchmarkSweep
 *
 * Gets why some models could not be measured.
 *
 * Returns: (transfer none): messages, one for each that failed
 */
CHORD_AVAILABLE_IN_ALL
const char *const *chord_benchmark_sweep_get_problems (ChordBenchmarkSweep *self);

/**
 * chord_benchmark_sweep_get_fraction: (get-property fraction)
 * @self: a #ChordBenchmarkSweep
 *
 * Gets how much of the work is done.
 *
 * Returns: 0 to 1
 */
CHORD_AVAILABLE_IN_ALL
double chord_benchmark_sweep_get_fraction (ChordBenchmarkSweep *self);

/**
 * chord_benchmark_sweep_get_time_left: (get-property time-left)
 * @self: a #ChordBenchmarkSweep
 *
 * Guesses how long the rest takes.
 *
 * Returns: microseconds; -1 while there is nothing to guess from
 */
CHORD_AVAILABLE_IN_ALL
gint64 chord_benchmark_sweep_get_time_left (ChordBenchmarkSweep *self);

/**
 * chord_benchmark_sweep_get_running: (get-property running)
 * @self: a #ChordBenchmarkSweep
 *
 * Gets whether it runs.
 *
 * Returns: whether it runs
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_benchmark_sweep_get_running (ChordBenchmarkSweep *self);

/**
 * chord_benchmark_sweep_run:
 * @self: a #ChordBenchmarkSweep
 * @cancellable: (nullable): a #GCancellable
 * @error: return location for an error
 *
 * Runs the plan. A sweep runs once.
 *
 * Returns: whether there is at least one result; else @error says why, as it does when it was
 *   cancelled: what was measured before that is kept
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_benchmark_sweep_run (ChordBenchmarkSweep *self, GCancellable *cancellable,
                                    GError **error);

/**
 * chord_benchmark_sweep_run_async:
 * @self: a #ChordBenchmarkSweep
 * @cancellable: (nullable): a #GCancellable
 * @callback: (scope async): called when it is done
 * @user_data: data for @callback
 *
 * Does the same as [method@BenchmarkSweep.run] without blocking: models are loaded and measured in
 * other threads, while lists and properties change in this one.
 */
CHORD_AVAILABLE_IN_ALL
void chord_benchmark_sweep_run_async (ChordBenchmarkSweep *self, GCancellable *cancellable,
                                      GAsyncReadyCallback callback, gpointer user_data);

/**
 * chord_benchmark_sweep_run_finish:
 * @self: a #ChordBenchmarkSweep
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@BenchmarkSweep.run_async].
 *
 * Returns: see [method@BenchmarkSweep.run]
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_benchmark_sweep_run_finish (ChordBenchmarkSweep *self, GAsyncResult *result,
                                           GError **error);

G_END_DECLS
