/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(CHORD_INSIDE) && !defined(CHORD_COMPILATION)
#error "Only <chord.h> can be included directly."
#endif

#include <gio/gio.h>

#include "chord-benchmark-run.h"
#include "chord-version.h"

G_BEGIN_DECLS

/* What can be read out of lists of benchmark runs. */

/**
 * chord_benchmark_run_get_test_name:
 * @self: a #ChordBenchmarkRun
 *
 * Gets the short name of what was measured: "pp512" is a prompt of 512 tokens, "tg32" 32 generated
 * ones, "tg32@d4096" the same after 4096 tokens.
 *
 * Returns: (transfer full): the name
 */
CHORD_AVAILABLE_IN_ALL
char *chord_benchmark_run_get_test_name (ChordBenchmarkRun *self) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_benchmark_run_get_share:
 * @self: a #ChordBenchmarkRun
 *
 * Gets how much of the speed at which this machine reads memory was used.
 *
 * Returns: 0 to about 1; 0 where it is not known
 */
CHORD_AVAILABLE_IN_ALL
double chord_benchmark_run_get_share (ChordBenchmarkRun *self);

/**
 * chord_benchmark_run_get_limit:
 * @self: a #ChordBenchmarkRun
 *
 * Gets the rate that would be reached if memory were read at the machine's limit.
 *
 * Returns: tokens per second; 0 where it is not known
 */
CHORD_AVAILABLE_IN_ALL
double chord_benchmark_run_get_limit (ChordBenchmarkRun *self);

/**
 * chord_benchmark_runs_to_markdown:
 * @runs: a list of [class@BenchmarkRun]
 *
 * Writes runs as a table.
 *
 * Returns: (transfer full): Markdown
 */
CHORD_AVAILABLE_IN_ALL
char *chord_benchmark_runs_to_markdown (GListModel *runs) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_benchmark_runs_to_csv:
 * @runs: a list of [class@BenchmarkRun]
 *
 * Writes runs as comma-separated values (RFC 4180) under a line of names; sizes in bytes, rates in
 * tokens per second, times as ISO 8601 in UTC.
 *
 * Returns: (transfer full): CSV
 */
CHORD_AVAILABLE_IN_ALL
char *chord_benchmark_runs_to_csv (GListModel *runs) G_GNUC_WARN_UNUSED_RESULT;

#define CHORD_TYPE_BENCHMARK_COMPARISON (chord_benchmark_comparison_get_type ())

/**
 * ChordBenchmarkComparison:
 *
 * The same test in two lists of runs. Immutable.
 */
CHORD_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (ChordBenchmarkComparison, chord_benchmark_comparison, CHORD,
                      BENCHMARK_COMPARISON, GObject)

/**
 * chord_benchmark_comparison_get_before: (get-property before)
 * @self: a #ChordBenchmarkComparison
 *
 * Gets the run of the first list.
 *
 * Returns: (transfer none): a run
 */
CHORD_AVAILABLE_IN_ALL
ChordBenchmarkRun *chord_benchmark_comparison_get_before (ChordBenchmarkComparison *self);

/**
 * chord_benchmark_comparison_get_after: (get-property after)
 * @self: a #ChordBenchmarkComparison
 *
 * Gets the run of the second list.
 *
 * Returns: (transfer none): a run
 */
CHORD_AVAILABLE_IN_ALL
ChordBenchmarkRun *chord_benchmark_comparison_get_after (ChordBenchmarkComparison *self);

/**
 * chord_benchmark_comparison_get_ratio: (get-property ratio)
 * @self: a #ChordBenchmarkComparison
 *
 * Gets how many times as fast the second run was; 0 where that cannot be told.
 *
 * Returns: the ratio
 */
CHORD_AVAILABLE_IN_ALL
double chord_benchmark_comparison_get_ratio (ChordBenchmarkComparison *self);

/**
 * chord_benchmark_comparison_get_within_noise: (get-property within-noise)
 * @self: a #ChordBenchmarkComparison
 *
 * Gets whether the ranges of the two runs overlap, so that the difference may be chance.
 *
 * Returns: whether they overlap
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_benchmark_comparison_get_within_noise (ChordBenchmarkComparison *self);

/**
 * chord_benchmark_runs_compare:
 * @before: a list of [class@BenchmarkRun]
 * @after: another one
 *
 * Puts the runs of two lists together that did the same: with the same model, quantization, number
 * of threads, precision and test. Where no model is in both lists, the test and the number of
 * threads alone decide, so that two models can be compared.
 *
 * Returns: (transfer full): a list of [class@BenchmarkComparison], in the order of @after
 */
CHORD_AVAILABLE_IN_ALL
GListModel *chord_benchmark_runs_compare (GListModel *before,
                                          GListModel *after) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_benchmark_runs_suggest_threads:
 * @runs: a list of [class@BenchmarkRun]
 * @path: (type filename): a model file that is in the list
 * @best: (out) (optional) (transfer none): the fastest run
 *
 * Finds the smallest number of threads whose speed of generation is within 3 % of the best, or of
 * prompts where generation was not measured.
 *
 * Returns: (transfer none) (nullable): the run with that number of threads; %NULL where fewer than
 *   two numbers were measured
 */
CHORD_AVAILABLE_IN_ALL
ChordBenchmarkRun *chord_benchmark_runs_suggest_threads (GListModel *runs, const char *path,
                                                         ChordBenchmarkRun **best);

/**
 * chord_benchmark_runs_suggest_quantization:
 * @runs: a list of [class@BenchmarkRun]
 * @path: (type filename): a model file that is in the list
 * @memory: bytes that a model may take
 *
 * Finds the fastest of the files that hold the same model in different quantizations, among those
 * that fit into memory. Says nothing about how good their answers are.
 *
 * Returns: (transfer none) (nullable): its run; %NULL where fewer than two quantizations were
 *   measured, or none fits
 */
CHORD_AVAILABLE_IN_ALL
ChordBenchmarkRun *chord_benchmark_runs_suggest_quantization (GListModel *runs, const char *path,
                                                              guint64 memory);

G_END_DECLS
