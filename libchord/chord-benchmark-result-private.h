/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chord-benchmark-result.h"

/* Takes test and the rates (an array of double). */
ChordBenchmarkResult *chord_benchmark_result_new (char *test, GArray *rates, int n_threads,
                                                  guint64 bytes_per_token, guint64 peak_memory);
