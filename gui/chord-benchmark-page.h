/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>
#include <chord.h>

G_BEGIN_DECLS

#define CHORD_TYPE_BENCHMARK_PAGE (chord_benchmark_page_get_type ())

/* Properties: catalog; running (whether it measures: nothing else should compute then); busy
 * (whether something else computes, so that nothing can be measured). */
G_DECLARE_FINAL_TYPE (ChordBenchmarkPage, chord_benchmark_page, CHORD, BENCHMARK_PAGE, AdwBin)

GtkWidget *chord_benchmark_page_new (void);
void chord_benchmark_page_set_catalog (ChordBenchmarkPage *self, ChordCatalog *catalog);
gboolean chord_benchmark_page_get_running (ChordBenchmarkPage *self);
void chord_benchmark_page_set_busy (ChordBenchmarkPage *self, gboolean busy);

G_END_DECLS
