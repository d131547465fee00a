/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <chord.h>

/* Benchmarks in words, and what was typed in numbers. Without GTK. */

/* Reads "512, 2048" into an array of guint without repetitions, in rising order; empty where there
 * is none. NULL with error set when something else is there, or a number beyond the range. */
GArray *chord_benchmark_parse_numbers (const char *text, guint least, guint most, GError **error);

char *chord_benchmark_format_rate (double rate);           /* "23.4", without a unit */
char *chord_benchmark_format_duration (gint64 microseconds); /* "3 min" */
char *chord_benchmark_format_model (ChordBenchmarkRun *run); /* name and quantization */
char *chord_benchmark_format_test (ChordBenchmarkRun *run); /* "Generate 32 tokens after 4096" */
char *chord_benchmark_format_threads (int n_threads);
/* All of a run in a line. */
char *chord_benchmark_format_run (ChordBenchmarkRun *run);
char *chord_benchmark_format_machine (ChordMachine *machine); /* what is known of its limits */
char *chord_benchmark_format_comparison (ChordBenchmarkComparison *comparison); /* "12 % faster" */

/* What the runs of a sweep say for its models: sentences, NULL-terminated. */
GStrv chord_benchmark_suggestions (GListModel *runs, guint64 memory);

/* The runs of each group, those of the group that comes first in the list first: an array of
 * GListStore, each in the order of measurement. */
GPtrArray *chord_benchmark_split_groups (GListModel *runs);
/* The label that the user gave, else the models. */
char *chord_benchmark_group_title (GListModel *runs);
char *chord_benchmark_group_subtitle (GListModel *runs); /* when, and how much */
