/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(CHORD_INSIDE) && !defined(CHORD_COMPILATION)
#error "Only <chord.h> can be included directly."
#endif

#include "chord-record.h"

G_BEGIN_DECLS

#define CHORD_TYPE_BENCHMARK_RUN (chord_benchmark_run_get_type ())

/**
 * ChordBenchmarkRun:
 *
 * What was measured once, with the machine, the model and the settings: the history of benchmarks.
 *
 * A new one is made with its properties and stored by [method@Record.save]:
 * `g_object_new (CHORD_TYPE_BENCHMARK_RUN, "catalog", catalog, "rate", 12.5, ..., NULL)`.
 */
CHORD_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (ChordBenchmarkRun, chord_benchmark_run, CHORD, BENCHMARK_RUN, ChordRecord)

/**
 * chord_benchmark_run_get_created: (get-property created)
 * @self: a #ChordBenchmarkRun
 *
 * Gets when it was measured, in microseconds since 1970 (UTC).
 *
 * Returns: when it was measured, in microseconds since 1970 (UTC)
 */
CHORD_AVAILABLE_IN_ALL
gint64 chord_benchmark_run_get_created (ChordBenchmarkRun *self);

/**
 * chord_benchmark_run_get_model_name: (get-property model-name)
 * @self: a #ChordBenchmarkRun
 *
 * Gets the name of the model.
 *
 * Returns: (transfer none) (nullable): the name of the model
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_benchmark_run_get_model_name (ChordBenchmarkRun *self);

/**
 * chord_benchmark_run_get_model_path: (get-property model-path)
 * @self: a #ChordBenchmarkRun
 *
 * Gets the path of the model file.
 *
 * Returns: (transfer none) (nullable): the path of the model file
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_benchmark_run_get_model_path (ChordBenchmarkRun *self);

/**
 * chord_benchmark_run_get_architecture: (get-property architecture)
 * @self: a #ChordBenchmarkRun
 *
 * Gets the architecture of the model.
 *
 * Returns: (transfer none) (nullable): the architecture of the model
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_benchmark_run_get_architecture (ChordBenchmarkRun *self);

/**
 * chord_benchmark_run_get_quantization: (get-property quantization)
 * @self: a #ChordBenchmarkRun
 *
 * Gets the quantization of the model.
 *
 * Returns: (transfer none) (nullable): the quantization of the model
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_benchmark_run_get_quantization (ChordBenchmarkRun *self);

/**
 * chord_benchmark_run_get_model_bytes: (get-property model-bytes)
 * @self: a #ChordBenchmarkRun
 *
 * Gets the size of the weights in bytes.
 *
 * Returns: the size of the weights in bytes
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_benchmark_run_get_model_bytes (ChordBenchmarkRun *self);

/**
 * chord_benchmark_run_get_machine: (get-property machine)
 * @self: a #ChordBenchmarkRun
 *
 * Gets the name of the processor.
 *
 * Returns: (transfer none) (nullable): the name of the processor
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_benchmark_run_get_machine (ChordBenchmarkRun *self);

/**
 * chord_benchmark_run_get_backend: (get-property backend)
 * @self: a #ChordBenchmarkRun
 *
 * Gets what computed, such as "cpu".
 *
 * Returns: (transfer none) (nullable): what computed, such as "cpu"
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_benchmark_run_get_backend (ChordBenchmarkRun *self);

/**
 * chord_benchmark_run_get_precision: (get-property precision)
 * @self: a #ChordBenchmarkRun
 *
 * Gets the precision, the nick of a [enum@Precision].
 *
 * Returns: (transfer none) (nullable): the precision, the nick of a [enum@Precision]
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_benchmark_run_get_precision (ChordBenchmarkRun *self);

/**
 * chord_benchmark_run_get_kv_type: (get-property kv-type)
 * @self: a #ChordBenchmarkRun
 *
 * Gets the type of keys and values, the nick of a [enum@KvType].
 *
 * Returns: (transfer none) (nullable): the type of keys and values, the nick of a [enum@KvType]
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_benchmark_run_get_kv_type (ChordBenchmarkRun *self);

/**
 * chord_benchmark_run_get_kind: (get-property kind)
 * @self: a #ChordBenchmarkRun
 *
 * Gets what was measured: "prefill" or "decode".
 *
 * Returns: (transfer none) (nullable): what was measured: "prefill" or "decode"
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_benchmark_run_get_kind (ChordBenchmarkRun *self);

/**
 * chord_benchmark_run_get_n_tokens: (get-property n-tokens)
 * @self: a #ChordBenchmarkRun
 *
 * Gets how many tokens each repetition had.
 *
 * Returns: how many tokens each repetition had
 */
CHORD_AVAILABLE_IN_ALL
guint chord_benchmark_run_get_n_tokens (ChordBenchmarkRun *self);

/**
 * chord_benchmark_run_get_depth: (get-property depth)
 * @self: a #ChordBenchmarkRun
 *
 * Gets how many tokens were in the context before.
 *
 * Returns: how many tokens were in the context before
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_benchmark_run_get_depth (ChordBenchmarkRun *self);

/**
 * chord_benchmark_run_get_n_threads: (get-property n-threads)
 * @self: a #ChordBenchmarkRun
 *
 * Gets how many threads computed.
 *
 * Returns: how many threads computed
 */
CHORD_AVAILABLE_IN_ALL
int chord_benchmark_run_get_n_threads (ChordBenchmarkRun *self);

/**
 * chord_benchmark_run_get_rate: (get-property rate)
 * @self: a #ChordBenchmarkRun
 *
 * Gets the median of the tokens per second.
 *
 * Returns: the median of the tokens per second
 */
CHORD_AVAILABLE_IN_ALL
double chord_benchmark_run_get_rate (ChordBenchmarkRun *self);

/**
 * chord_benchmark_run_get_rate_min: (get-property rate-min)
 * @self: a #ChordBenchmarkRun
 *
 * Gets the slowest repetition, in tokens per second.
 *
 * Returns: the slowest repetition, in tokens per second
 */
CHORD_AVAILABLE_IN_ALL
double chord_benchmark_run_get_rate_min (ChordBenchmarkRun *self);

/**
 * chord_benchmark_run_get_rate_max: (get-property rate-max)
 * @self: a #ChordBenchmarkRun
 *
 * Gets the fastest repetition, in tokens per second.
 *
 * Returns: the fastest repetition, in tokens per second
 */
CHORD_AVAILABLE_IN_ALL
double chord_benchmark_run_get_rate_max (ChordBenchmarkRun *self);

/**
 * chord_benchmark_run_get_bandwidth: (get-property bandwidth)
 * @self: a #ChordBenchmarkRun
 *
 * Gets the bytes of weights and context that were read per second.
 *
 * Returns: the bytes of weights and context that were read per second
 */
CHORD_AVAILABLE_IN_ALL
double chord_benchmark_run_get_bandwidth (ChordBenchmarkRun *self);

/**
 * chord_benchmark_run_get_machine_bandwidth: (get-property machine-bandwidth)
 * @self: a #ChordBenchmarkRun
 *
 * Gets the bytes per second that the machine can read at most; 0: unknown.
 *
 * Returns: the bytes per second that the machine can read at most; 0: unknown
 */
CHORD_AVAILABLE_IN_ALL
double chord_benchmark_run_get_machine_bandwidth (ChordBenchmarkRun *self);

/**
 * chord_benchmark_run_get_memory: (get-property memory)
 * @self: a #ChordBenchmarkRun
 *
 * Gets the greatest number of bytes that the process had resident.
 *
 * Returns: the greatest number of bytes that the process had resident
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_benchmark_run_get_memory (ChordBenchmarkRun *self);

/**
 * chord_benchmark_run_get_group: (get-property group)
 * @self: a #ChordBenchmarkRun
 *
 * Gets what the runs of one sweep share, a UUID.
 *
 * Returns: (transfer none) (nullable): what the runs of one sweep share, a UUID
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_benchmark_run_get_group (ChordBenchmarkRun *self);

/**
 * chord_benchmark_run_get_label: (get-property label)
 * @self: a #ChordBenchmarkRun
 *
 * Gets a name that the user gave it.
 *
 * Returns: (transfer none) (nullable): a name that the user gave it
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_benchmark_run_get_label (ChordBenchmarkRun *self);

/**
 * chord_benchmark_run_get_chord_version: (get-property chord-version)
 * @self: a #ChordBenchmarkRun
 *
 * Gets the version of Chord that measured it.
 *
 * Returns: (transfer none) (nullable): the version of Chord that measured it
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_benchmark_run_get_chord_version (ChordBenchmarkRun *self);

/**
 * chord_benchmark_run_set_label: (set-property label)
 * @self: a #ChordBenchmarkRun
 * @label: (nullable): a name that the user gives it
 *
 * Sets a name that the user gives it.
 */
CHORD_AVAILABLE_IN_ALL
void chord_benchmark_run_set_label (ChordBenchmarkRun *self, const char *label);

G_END_DECLS
