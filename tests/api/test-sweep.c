/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fixture.h"

#include <glib/gstdio.h>
#include <string.h>

/* Sweeps of benchmarks, and what is read out of their runs. */

typedef struct
{
  const char *model, *quantization, *kind;
  guint n_tokens;
  guint64 depth;
  int n_threads;
  double rate;
} Row;

static void
add_row (GListStore *runs, Row row)
{
  g_autofree char *path = g_strdup_printf ("/models/%s-%s.gguf", row.model, row.quantization);
  g_autoptr (ChordBenchmarkRun) run = g_object_new (CHORD_TYPE_BENCHMARK_RUN,
                                                    "created", G_GINT64_CONSTANT (1700000000000000),
                                                    "model-name", row.model,
                                                    "model-path", path,
                                                    "architecture", "llama",
                                                    "quantization", row.quantization,
                                                    "model-bytes", (guint64) 700000000,
                                                    "machine", "Some CPU",
                                                    "precision", "fast",
                                                    "kind", row.kind,
                                                    "n-tokens", row.n_tokens,
                                                    "depth", row.depth,
                                                    "n-threads", row.n_threads,
                                                    "rate", row.rate,
                                                    "rate-min", row.rate * 0.99,
                                                    "rate-max", row.rate * 1.01,
                                                    "bandwidth", row.rate * 1e9,
                                                    "machine-bandwidth", 50e9,
                                                    "chord-version", "1.2.3",
                                                    NULL);

  g_list_store_append (runs, run);
}

static GListStore *
new_runs (const Row *rows, gsize n)
{
  GListStore *runs = g_list_store_new (CHORD_TYPE_BENCHMARK_RUN);

  for (gsize i = 0; i < n; i++)
    add_row (runs, rows[i]);
  return runs;
}

/* ---- Suggestions ----------------------------------------------------------------------------- */

static void
test_threads (void)
{
  static const Row rows[] = {
    { "A", "Q4_K", "prefill", 128, 0, 1, 900 }, { "A", "Q4_K", "decode", 32, 0, 1, 10 },
    { "A", "Q4_K", "decode", 32, 0, 2, 19.5 },  { "A", "Q4_K", "decode", 32, 0, 3, 20 },
    { "A", "Q4_K", "decode", 32, 0, 4, 19 },    { "B", "Q4_K", "decode", 32, 0, 2, 99 },
  };
  g_autoptr (GListStore) runs = new_runs (rows, G_N_ELEMENTS (rows));
  ChordBenchmarkRun *best = NULL, *run;

  run = chord_benchmark_runs_suggest_threads (G_LIST_MODEL (runs), "/models/A-Q4_K.gguf", &best);
  g_assert_cmpint (chord_benchmark_run_get_n_threads (run), ==, 2);
  g_assert_cmpint (chord_benchmark_run_get_n_threads (best), ==, 3);
  g_assert_null (
      chord_benchmark_runs_suggest_threads (G_LIST_MODEL (runs), "/models/B-Q4_K.gguf", NULL));
  g_assert_null (chord_benchmark_runs_suggest_threads (G_LIST_MODEL (runs), "/none", NULL));
}

static void
test_quantization (void)
{
  static const Row rows[] = {
    { "A", "Q8_0", "decode", 32, 0, 2, 10 },
    { "A-Q4_K", "Q4_K", "decode", 32, 0, 2, 20 },
    { "B", "Q2_K", "decode", 32, 0, 2, 90 },
  };
  g_autoptr (GListStore) runs = new_runs (rows, G_N_ELEMENTS (rows));
  GListModel *list = G_LIST_MODEL (runs);
  ChordBenchmarkRun *run;

  run = chord_benchmark_runs_suggest_quantization (list, "/models/A-Q8_0.gguf", G_MAXUINT64);
  g_assert_cmpstr (chord_benchmark_run_get_quantization (run), ==, "Q4_K");
  g_assert_null (chord_benchmark_runs_suggest_quantization (list, "/models/A-Q8_0.gguf", 1000));
  g_assert_null (chord_benchmark_runs_suggest_quantization (list, "/models/B-Q2_K.gguf", 1 << 30));
}

/* ---- Comparisons ----------------------------------------------------------------------------- */

static void
test_compare (void)
{
  static const Row before[] = { { "A", "Q4_K", "decode", 32, 0, 2, 20 },
                                { "A", "Q4_K", "prefill", 128, 0, 2, 100 },
                                { "A", "Q4_K", "decode", 32, 4096, 2, 15 } };
  static const Row after[] = { { "A", "Q4_K", "prefill", 128, 0, 2, 101 },
                               { "A", "Q4_K", "decode", 32, 0, 2, 30 },
                               { "A", "Q4_K", "decode", 32, 0, 4, 40 } };
  g_autoptr (GListStore) a = new_runs (before, 3), b = new_runs (after, 3);
  g_autoptr (GListModel) pairs = chord_benchmark_runs_compare (G_LIST_MODEL (a), G_LIST_MODEL (b));
  g_autoptr (ChordBenchmarkComparison) first = g_list_model_get_item (pairs, 0);
  g_autoptr (ChordBenchmarkComparison) second = g_list_model_get_item (pairs, 1);

  g_assert_cmpuint (g_list_model_get_n_items (pairs), ==, 2);
  g_assert_cmpfloat_with_epsilon (chord_benchmark_comparison_get_ratio (first), 1.01, 1e-9);
  g_assert_true (chord_benchmark_comparison_get_within_noise (first));
  g_assert_cmpfloat_with_epsilon (chord_benchmark_comparison_get_ratio (second), 1.5, 1e-9);
  g_assert_false (chord_benchmark_comparison_get_within_noise (second));
}

static void
test_compare_models (void)
{
  static const Row before[] = { { "A", "Q8_0", "decode", 32, 0, 2, 10 } };
  static const Row after[] = { { "A", "Q4_K", "decode", 32, 0, 2, 20 },
                               { "A", "Q4_K", "decode", 64, 0, 2, 20 } };
  g_autoptr (GListStore) a = new_runs (before, 1), b = new_runs (after, 2);
  g_autoptr (GListModel) pairs = chord_benchmark_runs_compare (G_LIST_MODEL (a), G_LIST_MODEL (b));

  g_assert_cmpuint (g_list_model_get_n_items (pairs), ==, 1);
}

/* ---- Text ------------------------------------------------------------------------------------ */

static void
test_markdown (void)
{
  static const Row rows[] = { { "A|B", "Q4_K", "decode", 32, 4096, 2, 20 },
                              { "A|B", "Q4_K", "prefill", 128, 0, 2, 100 } };
  g_autoptr (GListStore) runs = new_runs (rows, 2);
  g_autofree char *text = chord_benchmark_runs_to_markdown (G_LIST_MODEL (runs));

  g_assert_nonnull (strstr (text, "| A\\|B | Q4_K | 0.70 GB | tg32@d4096 | 2 | 20.00 | "
                                  "19.80 – 20.20 | 40 % |\n"));
  g_assert_nonnull (strstr (text, "| pp128 | 2 | 100.00 |"));
  g_assert_nonnull (strstr (text, "Chord 1.2.3, Some CPU, memory read at up to 50.0 GB/s\n"));
}

static void
test_csv (void)
{
  static const Row rows[] = { { "A \"quoted\", B", "Q4_K", "decode", 32, 0, 2, 20.5 } };
  g_autoptr (GListStore) runs = new_runs (rows, 1);
  g_autofree char *text = chord_benchmark_runs_to_csv (G_LIST_MODEL (runs));

  g_assert_true (g_str_has_prefix (text, "created,model-name,"));
  g_assert_nonnull (strstr (text, "\r\n2023-11-14T22:13:20Z,\"A \"\"quoted\"\", B\","));
  g_assert_nonnull (strstr (text, ",\"decode\",32,0,2,20.5,"));
}

/* ---- Sweeps ---------------------------------------------------------------------------------- */

static ChordBenchmarkSweep *
small_sweep (ChordCatalog *catalog)
{
  static const guint prompts[] = { 8, 16 }, depths[] = { 0, 32 }, threads[] = { 1, 2 };
  g_autofree char *path = fixture_model_path ();
  ChordBenchmarkSweep *sweep = chord_benchmark_sweep_new (catalog);

  chord_benchmark_sweep_add_model (sweep, path);
  chord_benchmark_sweep_set_prompts (sweep, prompts, 2);
  chord_benchmark_sweep_set_depths (sweep, depths, 2);
  chord_benchmark_sweep_set_threads (sweep, threads, 2);
  chord_benchmark_sweep_set_n_generate (sweep, 4);
  chord_benchmark_sweep_set_repetitions (sweep, 2);
  return sweep;
}

static void
assert_run (GListModel *runs, guint i, const char *name, int n_threads, const char *group)
{
  g_autoptr (ChordBenchmarkRun) run = g_list_model_get_item (runs, i);
  g_autofree char *test = chord_benchmark_run_get_test_name (run);

  g_assert_cmpstr (test, ==, name);
  g_assert_cmpint (chord_benchmark_run_get_n_threads (run), ==, n_threads);
  g_assert_cmpstr (chord_benchmark_run_get_group (run), ==, group);
  g_assert_cmpstr (chord_benchmark_run_get_quantization (run), ==, "Q8_0");
  g_assert_cmpfloat (chord_benchmark_run_get_rate (run), >, 0);
  g_assert_cmpfloat (chord_benchmark_run_get_rate_min (run), <=,
                     chord_benchmark_run_get_rate (run));
  g_assert_cmpfloat (chord_benchmark_run_get_machine_bandwidth (run), >, 0);
  g_assert_cmpuint (chord_benchmark_run_get_memory (run), >, 1000000);
}

static void
count_steps (ChordBenchmarkSweep *sweep, const char *path, gboolean loading, guint n_threads,
             guint depth, guint n_prompt, guint n_generate, guint *counts)
{
  counts[loading]++;
}

static void
test_sweep (void)
{
  g_autoptr (ChordBenchmarkSweep) sweep = small_sweep (NULL);
  g_autoptr (GError) error = NULL;
  GListModel *runs = chord_benchmark_sweep_get_runs (sweep);
  const char *group = chord_benchmark_sweep_get_group (sweep);
  guint counts[2] = { 0 };

  g_assert_cmpuint (chord_benchmark_sweep_get_n_tests (sweep), ==, 12);
  g_signal_connect (sweep, "step", G_CALLBACK (count_steps), counts);
  g_assert_true (chord_benchmark_sweep_run (sweep, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (runs), ==, 12);
  assert_run (runs, 0, "pp8", 1, group);
  assert_run (runs, 1, "tg4", 1, group);
  assert_run (runs, 2, "pp16", 1, group);
  assert_run (runs, 4, "tg4@d32", 1, group);
  assert_run (runs, 11, "pp16@d32", 2, group);
  g_assert_cmpuint (counts[TRUE], ==, 2); /* loaded once for each number of threads */
  g_assert_cmpuint (counts[FALSE], ==, 8);
  g_assert_cmpfloat (chord_benchmark_sweep_get_fraction (sweep), ==, 1);
  g_assert_false (chord_benchmark_sweep_get_running (sweep));
  g_assert_null (chord_benchmark_sweep_get_problems (sweep)[0]);
}

static void
test_sweep_problem (void)
{
  g_autoptr (ChordBenchmarkSweep) sweep = small_sweep (NULL);
  g_autoptr (ChordBenchmarkSweep) bad = chord_benchmark_sweep_new (NULL);
  g_autoptr (GError) error = NULL;

  chord_benchmark_sweep_add_model (sweep, "/nonexistent.gguf");
  g_assert_true (chord_benchmark_sweep_run (sweep, NULL, &error));
  g_assert_nonnull (strstr (chord_benchmark_sweep_get_problems (sweep)[0], "/nonexistent.gguf"));
  g_assert_cmpuint (g_list_model_get_n_items (chord_benchmark_sweep_get_runs (sweep)), ==, 12);

  chord_benchmark_sweep_add_model (bad, "/nonexistent.gguf");
  g_assert_false (chord_benchmark_sweep_run (bad, NULL, &error));
  g_assert_error (error, CHORD_ERROR, CHORD_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "/nonexistent.gguf"));
}

static void
cancel (ChordBenchmarkSweep *sweep, GParamSpec *pspec, GCancellable *cancellable)
{
  g_cancellable_cancel (cancellable);
}

static void
test_sweep_cancel (void)
{
  g_autoptr (ChordBenchmarkSweep) sweep = small_sweep (NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_auto (FixtureReply) reply = { 0 };

  g_signal_connect (sweep, "notify::fraction", G_CALLBACK (cancel), cancellable);
  chord_benchmark_sweep_run_async (sweep, cancellable, fixture_reply, &reply);
  g_assert_true (chord_benchmark_sweep_get_running (sweep));
  fixture_iterate_until (&reply.done);
  g_assert_false (chord_benchmark_sweep_run_finish (sweep, reply.result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (chord_benchmark_sweep_get_running (sweep));
}

/* The runs of a sweep with a catalog are there when it is opened again, and so are the limits. */
static void
test_sweep_stored (void)
{
  g_autofree char *folder = g_dir_make_tmp ("chord-sweep-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "catalog.db", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChordCatalog) catalog = chord_catalog_open (path, NULL, &error);
  g_autoptr (ChordBenchmarkSweep) sweep = small_sweep (catalog);
  double bandwidth;

  g_assert_no_error (error);
  g_assert_true (chord_benchmark_sweep_run (sweep, NULL, &error));
  bandwidth = chord_machine_get_bandwidth (chord_machine_get_default ());
  chord_machine_store (chord_machine_get_default (), catalog);
  g_clear_object (&sweep);
  g_clear_object (&catalog);
  catalog = chord_catalog_open (path, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (chord_catalog_get_benchmark_runs (catalog)), ==, 12);
  g_assert_true (chord_machine_load (chord_machine_get_default (), catalog));
  g_assert_cmpfloat (chord_machine_get_bandwidth (chord_machine_get_default ()), ==, bandwidth);
  g_clear_object (&catalog);
  fixture_remove_catalog (path);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/benchmark/threads", test_threads);
  g_test_add_func ("/benchmark/quantization", test_quantization);
  g_test_add_func ("/benchmark/compare", test_compare);
  g_test_add_func ("/benchmark/compare-models", test_compare_models);
  g_test_add_func ("/benchmark/markdown", test_markdown);
  g_test_add_func ("/benchmark/csv", test_csv);
  g_test_add_func ("/benchmark/sweep", test_sweep);
  g_test_add_func ("/benchmark/sweep-problem", test_sweep_problem);
  g_test_add_func ("/benchmark/sweep-cancel", test_sweep_cancel);
  g_test_add_func ("/benchmark/sweep-stored", test_sweep_stored);
  return g_test_run ();
}
