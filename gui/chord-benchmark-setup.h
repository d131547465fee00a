/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>
#include <chord.h>

G_BEGIN_DECLS

#define CHORD_TYPE_BENCHMARK_SETUP (chord_benchmark_setup_get_type ())

G_DECLARE_FINAL_TYPE (ChordBenchmarkSetup, chord_benchmark_setup, CHORD, BENCHMARK_SETUP, AdwBin)

/* The form for a new benchmark. Emits "start" when the user asks for it and "stop" when no longer.
 */
void chord_benchmark_setup_set_catalog (ChordBenchmarkSetup *self, ChordCatalog *catalog);
/* The plan as the form has it; only while it is complete. */
ChordBenchmarkSweep *chord_benchmark_setup_create_sweep (ChordBenchmarkSetup *self);
/* Shows how it goes, until it has ended; NULL when there is none. */
void chord_benchmark_setup_set_sweep (ChordBenchmarkSetup *self, ChordBenchmarkSweep *sweep);
/* Why nothing can be started now, or NULL. */
void chord_benchmark_setup_set_obstacle (ChordBenchmarkSetup *self, const char *text);
/* What the user must know about figures that come: NULL for nothing. */
void chord_benchmark_setup_set_warning (ChordBenchmarkSetup *self, const char *text);

G_END_DECLS
