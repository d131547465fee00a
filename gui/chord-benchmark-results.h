/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>
#include <chord.h>

G_BEGIN_DECLS

#define CHORD_TYPE_BENCHMARK_RESULTS (chord_benchmark_results_get_type ())

G_DECLARE_FINAL_TYPE (ChordBenchmarkResults, chord_benchmark_results, CHORD, BENCHMARK_RESULTS,
                      AdwBin)

/* The runs of one sweep as charts and as a table, or two sweeps beside each other. Emits "copied"
 * with what was copied, in words. */
void chord_benchmark_results_show (ChordBenchmarkResults *self, GListModel *runs);
void chord_benchmark_results_compare (ChordBenchmarkResults *self, GListModel *before,
                                      GListModel *after);
/* Sentences that stand above: a warning (may be NULL), and what could not be measured. */
void chord_benchmark_results_set_remarks (ChordBenchmarkResults *self, const char *warning,
                                          const char *const *problems);

G_END_DECLS
