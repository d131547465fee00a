/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>
#include <chord.h>

G_BEGIN_DECLS

#define CHORD_TYPE_BENCHMARK_HISTORY (chord_benchmark_history_get_type ())

G_DECLARE_FINAL_TYPE (ChordBenchmarkHistory, chord_benchmark_history, CHORD, BENCHMARK_HISTORY,
                      AdwBin)

/* The sweeps of the past. Emits "open" (GListModel of runs), "compare" (two of them, the older one
 * first) and "deleted" (the number of sweeps that wait for chord_benchmark_history_undo() or
 * chord_benchmark_history_purge()). */
void chord_benchmark_history_set_catalog (ChordBenchmarkHistory *self, ChordCatalog *catalog);
void chord_benchmark_history_undo (ChordBenchmarkHistory *self);
void chord_benchmark_history_purge (ChordBenchmarkHistory *self);

G_END_DECLS
