/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(CHORD_INSIDE) && !defined(CHORD_COMPILATION)
#error "Only <chord.h> can be included directly."
#endif

#include <gio/gio.h>

#include "chord-version.h"

G_BEGIN_DECLS

#define CHORD_TYPE_BENCHMARK_RESULT (chord_benchmark_result_get_type ())

/**
 * ChordBenchmarkResult:
 *
 * What one test of a [class@Benchmark] measured. Immutable.
 */
CHORD_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (ChordBenchmarkResult, chord_benchmark_result, CHORD,
                      BENCHMARK_RESULT, GObject)

/**
 * chord_benchmark_result_get_test: (get-property test)
 * @self: a #ChordBenchmarkResult
 *
 * Gets the name of the test: "pp512" is a prompt of 512 tokens, "tg32" 32 generated ones,
 * "tg32@d4096" the same after 4096 tokens.
 *
 * Returns: (transfer none): the name of the test: "pp512" is a prompt of 512 tokens, "tg32" 32
 *   generated ones, "tg32@d4096" the same after 4096 tokens
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_benchmark_result_get_test (ChordBenchmarkResult *self);

/**
 * chord_benchmark_result_get_rates:
 * @self: a #ChordBenchmarkResult
 * @n_rates: (out): number of repetitions
 *
 * Gets the tokens per second of each repetition.
 *
 * Returns: (transfer none) (array length=n_rates): the rates
 */
CHORD_AVAILABLE_IN_ALL
const double *chord_benchmark_result_get_rates (ChordBenchmarkResult *self, gsize *n_rates);

/**
 * chord_benchmark_result_get_kind: (get-property kind)
 * @self: a #ChordBenchmarkResult
 *
 * Gets "prefill" for a prompt, "decode" for generated tokens.
 *
 * Returns: (transfer none): "prefill" for a prompt, "decode" for generated tokens
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_benchmark_result_get_kind (ChordBenchmarkResult *self);

/**
 * chord_benchmark_result_get_n_tokens: (get-property n-tokens)
 * @self: a #ChordBenchmarkResult
 *
 * Gets how many tokens a run had.
 *
 * Returns: how many tokens a run had
 */
CHORD_AVAILABLE_IN_ALL
guint chord_benchmark_result_get_n_tokens (ChordBenchmarkResult *self);

/**
 * chord_benchmark_result_get_depth: (get-property depth)
 * @self: a #ChordBenchmarkResult
 *
 * Gets how many tokens were in the context before.
 *
 * Returns: how many tokens were in the context before
 */
CHORD_AVAILABLE_IN_ALL
guint chord_benchmark_result_get_depth (ChordBenchmarkResult *self);

/**
 * chord_benchmark_result_get_median_rate: (get-property median-rate)
 * @self: a #ChordBenchmarkResult
 *
 * Gets the median of the rates.
 *
 * Returns: the median of the rates
 */
CHORD_AVAILABLE_IN_ALL
double chord_benchmark_result_get_median_rate (ChordBenchmarkResult *self);

/**
 * chord_benchmark_result_get_min_rate: (get-property min-rate)
 * @self: a #ChordBenchmarkResult
 *
 * Gets the lowest of the rates.
 *
 * Returns: the lowest of the rates
 */
CHORD_AVAILABLE_IN_ALL
double chord_benchmark_result_get_min_rate (ChordBenchmarkResult *self);

/**
 * chord_benchmark_result_get_max_rate: (get-property max-rate)
 * @self: a #ChordBenchmarkResult
 *
 * Gets the highest of the rates.
 *
 * Returns: the highest of the rates
 */
CHORD_AVAILABLE_IN_ALL
double chord_benchmark_result_get_max_rate (ChordBenchmarkResult *self);

/**
 * chord_benchmark_result_get_mean_rate: (get-property mean-rate)
 * @self: a #ChordBenchmarkResult
 *
 * Gets the mean of the rates.
 *
 * Returns: the mean of the rates
 */
CHORD_AVAILABLE_IN_ALL
double chord_benchmark_result_get_mean_rate (ChordBenchmarkResult *self);

/**
 * chord_benchmark_result_get_n_threads: (get-property n-threads)
 * @self: a #ChordBenchmarkResult
 *
 * Gets how many threads computed.
 *
 * Returns: how many threads computed
 */
CHORD_AVAILABLE_IN_ALL
int chord_benchmark_result_get_n_threads (ChordBenchmarkResult *self);

/**
 * chord_benchmark_result_get_bytes_per_token: (get-property bytes-per-token)
 * @self: a #ChordBenchmarkResult
 *
 * Gets the bytes of weights and context that are read to generate one token.
 *
 * Returns: the bytes of weights and context that are read to generate one token
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_benchmark_result_get_bytes_per_token (ChordBenchmarkResult *self);

/**
 * chord_benchmark_result_get_peak_memory: (get-property peak-memory)
 * @self: a #ChordBenchmarkResult
 *
 * Gets the greatest number of bytes that the process had resident.
 *
 * Returns: the greatest number of bytes that the process had resident
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_benchmark_result_get_peak_memory (ChordBenchmarkResult *self);

G_END_DECLS
