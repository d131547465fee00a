/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(CHORD_INSIDE) && !defined(CHORD_COMPILATION)
#error "Only <chord.h> can be included directly."
#endif

#include <gio/gio.h>

#include "chord-benchmark-result.h"
#include "chord-benchmark-run.h"
#include "chord-catalog.h"
#include "chord-model.h"
#include "chord-progress.h"
#include "chord-version.h"

G_BEGIN_DECLS

#define CHORD_TYPE_BENCHMARK (chord_benchmark_get_type ())

/**
 * ChordBenchmark:
 *
 * Measures how fast a model is on this machine. Belongs to one thread at a time.
 */
CHORD_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (ChordBenchmark, chord_benchmark, CHORD, BENCHMARK, GObject)

/**
 * chord_benchmark_new:
 * @model: a model
 *
 * Makes a benchmark with the usual tests.
 *
 * Returns: (transfer full): a new #ChordBenchmark
 */
CHORD_AVAILABLE_IN_ALL
ChordBenchmark *chord_benchmark_new (ChordModel *model) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_benchmark_get_model: (get-property model)
 * @self: a #ChordBenchmark
 *
 * Gets the model.
 *
 * Returns: (transfer none): the model
 */
CHORD_AVAILABLE_IN_ALL
ChordModel *chord_benchmark_get_model (ChordBenchmark *self);

/**
 * chord_benchmark_get_n_prompt: (get-property n-prompt)
 * @self: a #ChordBenchmark
 *
 * Gets the length of the prompt test; 0 leaves it out.
 *
 * Returns: the length of the prompt test; 0 leaves it out
 */
CHORD_AVAILABLE_IN_ALL
guint chord_benchmark_get_n_prompt (ChordBenchmark *self);

/**
 * chord_benchmark_set_n_prompt: (set-property n-prompt)
 * @self: a #ChordBenchmark
 * @n_prompt: the length of the prompt test; 0 leaves it out
 *
 * Sets the length of the prompt test; 0 leaves it out.
 */
CHORD_AVAILABLE_IN_ALL
void chord_benchmark_set_n_prompt (ChordBenchmark *self, guint n_prompt);

/**
 * chord_benchmark_get_n_generate: (get-property n-generate)
 * @self: a #ChordBenchmark
 *
 * Gets how many tokens the generation test makes; 0 leaves it out.
 *
 * Returns: how many tokens the generation test makes; 0 leaves it out
 */
CHORD_AVAILABLE_IN_ALL
guint chord_benchmark_get_n_generate (ChordBenchmark *self);

/**
 * chord_benchmark_set_n_generate: (set-property n-generate)
 * @self: a #ChordBenchmark
 * @n_generate: how many tokens the generation test makes; 0 leaves it out
 *
 * Sets how many tokens the generation test makes; 0 leaves it out.
 */
CHORD_AVAILABLE_IN_ALL
void chord_benchmark_set_n_generate (ChordBenchmark *self, guint n_generate);

/**
 * chord_benchmark_get_depth: (get-property depth)
 * @self: a #ChordBenchmark
 *
 * Gets how many tokens are in the context before a test begins.
 *
 * Returns: how many tokens are in the context before a test begins
 */
CHORD_AVAILABLE_IN_ALL
guint chord_benchmark_get_depth (ChordBenchmark *self);

/**
 * chord_benchmark_set_depth: (set-property depth)
 * @self: a #ChordBenchmark
 * @depth: how many tokens are in the context before a test begins
 *
 * Sets how many tokens are in the context before a test begins.
 */
CHORD_AVAILABLE_IN_ALL
void chord_benchmark_set_depth (ChordBenchmark *self, guint depth);

/**
 * chord_benchmark_get_repetitions: (get-property repetitions)
 * @self: a #ChordBenchmark
 *
 * Gets how often each test runs.
 *
 * Returns: how often each test runs
 */
CHORD_AVAILABLE_IN_ALL
guint chord_benchmark_get_repetitions (ChordBenchmark *self);

/**
 * chord_benchmark_set_repetitions: (set-property repetitions)
 * @self: a #ChordBenchmark
 * @repetitions: how often each test runs
 *
 * Sets how often each test runs.
 */
CHORD_AVAILABLE_IN_ALL
void chord_benchmark_set_repetitions (ChordBenchmark *self, guint repetitions);

/**
 * chord_benchmark_run:
 * @self: a #ChordBenchmark
 * @progress: (nullable): told how much of the work is done
 * @cancellable: (nullable): a #GCancellable
 * @error: return location for an error
 *
 * Runs the tests after a warm-up.
 *
 * Returns: (transfer full): a list of [class@BenchmarkResult], or %NULL with @error set
 */
CHORD_AVAILABLE_IN_ALL
GListModel *chord_benchmark_run (ChordBenchmark *self, ChordProgress *progress,
                                 GCancellable *cancellable, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_benchmark_run_async:
 * @self: a #ChordBenchmark
 * @progress: (nullable): told how much of the work is done
 * @cancellable: (nullable): a #GCancellable
 * @callback: (scope async): called when it is done
 * @user_data: data for @callback
 *
 * Does the same as [method@Benchmark.run] in another thread. Do not change the benchmark meanwhile.
 */
CHORD_AVAILABLE_IN_ALL
void chord_benchmark_run_async (ChordBenchmark *self, ChordProgress *progress,
                                GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data);

/**
 * chord_benchmark_run_finish:
 * @self: a #ChordBenchmark
 * @result: the result
 * @error: return location for an error
 *
 * Finishes [method@Benchmark.run_async].
 *
 * Returns: (transfer full): a list of [class@BenchmarkResult], or %NULL with @error set
 */
CHORD_AVAILABLE_IN_ALL
GListModel *chord_benchmark_run_finish (ChordBenchmark *self, GAsyncResult *result,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_benchmark_create_run:
 * @self: a #ChordBenchmark
 * @result: one of its results
 * @catalog: (nullable): where the run can be saved
 * @group: (nullable): what runs that belong together share
 *
 * Makes a row of the history from a result, with all that is known of the model and of the machine.
 * It is not saved yet.
 *
 * Returns: (transfer full): a new #ChordBenchmarkRun
 */
CHORD_AVAILABLE_IN_ALL
ChordBenchmarkRun *chord_benchmark_create_run (ChordBenchmark *self, ChordBenchmarkResult *result,
                                               ChordCatalog *catalog,
                                               const char *group) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
