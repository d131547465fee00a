/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chord-benchmark-result.h"

typedef struct
{
  gboolean decode; /* or a prompt */
  guint n_tokens, depth;
  int n_threads;
  guint64 bytes_per_token, peak_memory;
} ChordBenchmarkTest;

/* Takes the rates (an array of double). */
ChordBenchmarkResult *chord_benchmark_result_new (const ChordBenchmarkTest *test, GArray *rates);
