/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* chord bench: tokens per second of a prompt and of generation, beside what the machine allows. */
#include <math.h>
#include <string.h>

#include "cli.h"

typedef struct
{
  int n_prompt, n_generate, depth, repetitions;
  gboolean json, no_save;
} BenchArgs;

/* What was measured: the same twice, as results with all rates and as rows of the history. */
typedef struct
{
  GListModel *results; /* of ChordBenchmarkResult */
  GListStore *runs;    /* of ChordBenchmarkRun */
} Measured;

static void
measured_clear (Measured *measured)
{
  g_clear_object (&measured->results);
  g_clear_object (&measured->runs);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Measured, measured_clear)

static gboolean
check_args (const BenchArgs *args, GError **error)
{
  if (args->n_prompt < 0 || args->n_generate < 0 || args->depth < 0)
    cli_set_usage_error (error, "the lengths that -p, -n and -d take are not negative");
  else if (args->n_prompt == 0 && args->n_generate == 0)
    cli_set_usage_error (error, "-p 0 and -n 0 together leave nothing to measure");
  else if (args->repetitions < 1)
    cli_set_usage_error (error, "-r takes a number from 1");
  else
    return TRUE;
  return FALSE;
}

/* Where none was asked for, the context is as long as the tests need, which may be more than the
 * model was trained for: what is computed does not matter here, only how fast. */
static void
choose_context (CliModelArgs *model_args, const BenchArgs *args)
{
  if (model_args->context == 0)
    model_args->context = (gint64) args->depth + MAX (args->n_prompt, args->n_generate);
}

/* ---- What was measured ---- */

static void
add_json (ChJson *json, ChordBenchmarkResult *result, ChordBenchmarkRun *run)
{
  gsize n_rates;
  const double *rates = chord_benchmark_result_get_rates (result, &n_rates);

  ch_json_open (json, NULL, '{');
  ch_json_text (json, "test", chord_benchmark_result_get_test (result));
  ch_json_open (json, "tokens_per_second", '[');
  for (gsize i = 0; i < n_rates; i++)
    ch_json_real (json, NULL, rates[i]);
  ch_json_close (json, ']');
  ch_json_int (json, "threads", chord_benchmark_result_get_n_threads (result));
  ch_json_uint (json, "bytes_per_token", chord_benchmark_result_get_bytes_per_token (result));
  ch_json_uint (json, "peak_rss", chord_benchmark_result_get_peak_memory (result));
  ch_json_text (json, "machine", chord_benchmark_run_get_machine (run));
  ch_json_real (json, "machine_bandwidth", chord_benchmark_run_get_machine_bandwidth (run));
  if (chord_benchmark_run_get_share (run) > 0)
    ch_json_real (json, "share_of_bandwidth", chord_benchmark_run_get_share (run));
  ch_json_close (json, '}');
}

static void
print_json (const Measured *measured)
{
  ChJson json = CH_JSON_INIT;

  ch_json_open (&json, NULL, '[');
  for (guint i = 0; i < g_list_model_get_n_items (measured->results); i++)
    {
      g_autoptr (ChordBenchmarkResult) result = g_list_model_get_item (measured->results, i);
      g_autoptr (ChordBenchmarkRun) run
          = g_list_model_get_item (G_LIST_MODEL (measured->runs), i);
      add_json (&json, result, run);
    }
  ch_json_close (&json, ']');
  ch_json_print (&json);
}

static double
deviation (ChordBenchmarkResult *result)
{
  gsize n_rates;
  const double *rates = chord_benchmark_result_get_rates (result, &n_rates);
  double mean = chord_benchmark_result_get_mean_rate (result), sum = 0;

  for (gsize i = 0; i < n_rates; i++)
    sum += (rates[i] - mean) * (rates[i] - mean);
  return n_rates > 1 ? sqrt (sum / (n_rates - 1)) : 0;
}

/* A share as "87 %", or nothing where it is not known. */
static char *
share_text (ChordBenchmarkRun *run)
{
  double share = chord_benchmark_run_get_share (run);

  return share > 0 ? g_strdup_printf ("%.0f %%", share * 100) : g_strdup ("");
}

static void
print_row (ChordBenchmarkResult *result, ChordBenchmarkRun *run)
{
  g_autofree char *bytes = g_format_size (chord_benchmark_result_get_bytes_per_token (result));
  g_autofree char *share = share_text (run);
  char mean[G_ASCII_DTOSTR_BUF_SIZE], spread[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (mean, sizeof mean, "%.2f", chord_benchmark_result_get_mean_rate (result));
  g_ascii_formatd (spread, sizeof spread, "%.2f", deviation (result));
  printf ("%-14s %12s ± %-8s %8d  %-16s %s\n", chord_benchmark_result_get_test (result), mean,
          spread, chord_benchmark_result_get_n_threads (result), bytes, share);
}

/* A figure in units of 10^9, as "24.5". */
static const char *
giga (char *buffer, const char *format, double value)
{
  return g_ascii_formatd (buffer, G_ASCII_DTOSTR_BUF_SIZE, format, value / 1e9);
}

static void
print_machine (ChordMachine *machine)
{
  g_autofree char *cpu = chord_get_cpu_description ();
  char all[G_ASCII_DTOSTR_BUF_SIZE], one[G_ASCII_DTOSTR_BUF_SIZE];
  char f32[G_ASCII_DTOSTR_BUF_SIZE], int8[G_ASCII_DTOSTR_BUF_SIZE];

  printf ("%s\n", cpu);
  if (chord_machine_get_bandwidth (machine) > 0)
    printf ("reads memory at %s GB/s (one thread %s); computes f32 at %s GFLOP/s, int8 at "
            "%s GOP/s\n",
            giga (all, "%.1f", chord_machine_get_bandwidth (machine)),
            giga (one, "%.1f", chord_machine_get_thread_bandwidth (machine)),
            giga (f32, "%.0f", chord_machine_get_compute_f32 (machine)),
            giga (int8, "%.0f", chord_machine_get_compute_int8 (machine)));
}

static void
print_table (ChordModel *model, const Measured *measured)
{
  printf ("%s\n", chord_model_get_name (model));
  print_machine (chord_machine_get_default ());
  printf ("\n%-14s %12s   %-8s %8s  %-16s %s\n", "test", "tokens/s", "", "threads",
          "read per token", "of memory speed");
  for (guint i = 0; i < g_list_model_get_n_items (measured->results); i++)
    {
      g_autoptr (ChordBenchmarkResult) result = g_list_model_get_item (measured->results, i);
      g_autoptr (ChordBenchmarkRun) run
          = g_list_model_get_item (G_LIST_MODEL (measured->runs), i);
      print_row (result, run);
    }
}

/* ---- Measuring ---- */

static GListStore *
make_runs (ChordBenchmark *benchmark, GListModel *results, ChordCatalog *catalog)
{
  GListStore *runs = g_list_store_new (CHORD_TYPE_BENCHMARK_RUN);
  g_autofree char *group = g_uuid_string_random ();

  for (guint i = 0; i < g_list_model_get_n_items (results); i++)
    {
      g_autoptr (ChordBenchmarkResult) result = g_list_model_get_item (results, i);
      g_autoptr (ChordBenchmarkRun) run
          = chord_benchmark_create_run (benchmark, result, catalog, group);
      g_list_store_append (runs, run);
    }
  return runs;
}

/* The history is a convenience: what was measured is told even where it cannot be kept. */
static void
save_runs (GListModel *runs)
{
  for (guint i = 0; i < g_list_model_get_n_items (runs); i++)
    {
      g_autoptr (ChordBenchmarkRun) run = g_list_model_get_item (runs, i);
      g_autoptr (GError) error = NULL;

      if (!chord_record_save (CHORD_RECORD (run), &error))
        {
          cli_complain ("the history was not kept: %s", error->message);
          return;
        }
    }
}

static ChordCatalog *
open_history (const BenchArgs *args)
{
  g_autoptr (GError) error = NULL;
  ChordCatalog *catalog = args->no_save ? NULL : chord_catalog_open (NULL, NULL, &error);

  if (error)
    cli_complain ("no history: %s", error->message);
  return catalog;
}

static void
keep (const BenchArgs *args, ChordBenchmark *benchmark, Measured *measured)
{
  g_autoptr (ChordCatalog) catalog = open_history (args);

  measured->runs = make_runs (benchmark, measured->results, catalog);
  if (catalog)
    {
      chord_machine_store (chord_machine_get_default (), catalog);
      save_runs (G_LIST_MODEL (measured->runs));
      chord_catalog_flush (catalog);
    }
}

/* The limits belong to the same minute as the rates, so they are always measured anew. */
static gboolean
measure (ChordModel *model, const BenchArgs *args, Measured *measured, GError **error)
{
  g_autoptr (ChordBenchmark) benchmark = chord_benchmark_new (model);
  ChordProgress *bar = cli_bar_new ("Measuring");

  chord_benchmark_set_n_prompt (benchmark, args->n_prompt);
  chord_benchmark_set_n_generate (benchmark, args->n_generate);
  chord_benchmark_set_depth (benchmark, args->depth);
  chord_benchmark_set_repetitions (benchmark, args->repetitions);
  chord_machine_measure (chord_machine_get_default (), NULL, NULL); /* or no share is told */
  measured->results = chord_benchmark_run (benchmark, bar, NULL, error);
  cli_bar_free (bar);
  if (!measured->results)
    return FALSE;
  keep (args, benchmark, measured);
  return TRUE;
}

/* ---- chord bench history ---- */

static void
add_history_json (ChJson *json, ChordBenchmarkRun *run)
{
  g_autofree char *test = chord_benchmark_run_get_test_name (run);

  ch_json_open (json, NULL, '{');
  ch_json_int (json, "created", chord_benchmark_run_get_created (run));
  ch_json_text (json, "group", chord_benchmark_run_get_group (run));
  ch_json_text (json, "label", chord_benchmark_run_get_label (run));
  ch_json_text (json, "model", chord_benchmark_run_get_model_name (run));
  ch_json_text (json, "path", chord_benchmark_run_get_model_path (run));
  ch_json_text (json, "quant", chord_benchmark_run_get_quantization (run));
  ch_json_text (json, "test", test);
  ch_json_int (json, "threads", chord_benchmark_run_get_n_threads (run));
  ch_json_real (json, "tokens_per_second", chord_benchmark_run_get_rate (run));
  ch_json_real (json, "lowest", chord_benchmark_run_get_rate_min (run));
  ch_json_real (json, "highest", chord_benchmark_run_get_rate_max (run));
  ch_json_text (json, "machine", chord_benchmark_run_get_machine (run));
  ch_json_real (json, "machine_bandwidth", chord_benchmark_run_get_machine_bandwidth (run));
  ch_json_text (json, "version", chord_benchmark_run_get_chord_version (run));
  ch_json_close (json, '}');
}

static void
print_history_json (GListModel *runs)
{
  ChJson json = CH_JSON_INIT;

  ch_json_open (&json, NULL, '[');
  for (guint i = 0; i < g_list_model_get_n_items (runs); i++)
    {
      g_autoptr (ChordBenchmarkRun) run = g_list_model_get_item (runs, i);
      add_history_json (&json, run);
    }
  ch_json_close (&json, ']');
  ch_json_print (&json);
}

static void
print_history_row (ChordBenchmarkRun *run)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (
      chord_benchmark_run_get_created (run) / G_USEC_PER_SEC);
  g_autofree char *when = time ? g_date_time_format (time, "%Y-%m-%d %H:%M") : g_strdup ("");
  g_autofree char *test = chord_benchmark_run_get_test_name (run);
  g_autofree char *share = share_text (run);
  g_autofree char *model = cli_one_line (chord_benchmark_run_get_model_name (run));
  char rate[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (rate, sizeof rate, "%.2f", chord_benchmark_run_get_rate (run));
  printf ("%-17s %-14s %10s %8d %6s  %s %s\n", when, test, rate,
          chord_benchmark_run_get_n_threads (run), share, model,
          chord_benchmark_run_get_quantization (run));
}

static int
print_history (const BenchArgs *args)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChordCatalog) catalog = chord_catalog_open (NULL, NULL, &error);
  GListModel *runs;

  if (!catalog)
    return cli_fail (error);
  runs = chord_catalog_get_benchmark_runs (catalog);
  if (args->json)
    {
      print_history_json (runs);
      return cli_flush ();
    }
  printf ("%-17s %-14s %10s %8s %6s  %s\n", "when", "test", "tokens/s", "threads", "share",
          "model");
  for (guint i = 0; i < g_list_model_get_n_items (runs); i++)
    {
      g_autoptr (ChordBenchmarkRun) run = g_list_model_get_item (runs, i);
      print_history_row (run);
    }
  return cli_flush ();
}

static gboolean
wants_history (int argc, char **argv)
{
  return argc == 2 && strcmp (argv[1], "history") == 0;
}

int
cli_bench (int argc, char **argv)
{
  BenchArgs args = { .n_prompt = 512, .n_generate = 128, .repetitions = 5 };
  g_auto (CliModelArgs) model_args = { 0 };
  const GOptionEntry entries[] = {
    { "prompt", 'p', 0, G_OPTION_ARG_INT, &args.n_prompt,
      "Length of the prompt test (default 512; 0: none)", "N" },
    { "generate", 'n', 0, G_OPTION_ARG_INT, &args.n_generate,
      "Tokens that the generation test makes (default 128; 0: none)", "N" },
    { "depth", 'd', 0, G_OPTION_ARG_INT, &args.depth,
      "Tokens that are in the context before (default 0)", "N" },
    { "repetitions", 'r', 0, G_OPTION_ARG_INT, &args.repetitions, "Runs of each test (default 5)",
      "N" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &args.json, "Print an array with an object for each test",
      NULL },
    { "no-save", 0, 0, G_OPTION_ARG_NONE, &args.no_save, "Leave the results out of the history",
      NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = cli_context_new (
      "[history]",
      "Measures how fast a model reads a prompt and generates text. With “history”, shows what was "
      "measured before.",
      entries, &model_args, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChordModel) model = NULL;
  g_auto (Measured) measured = { 0 };

  if (!cli_parse (context, &argc, &argv, &error))
    return cli_fail (error);
  if (wants_history (argc, argv))
    return print_history (&args);
  if (!cli_no_more_args (argc, argv, &error) || !check_args (&args, &error))
    return cli_fail (error);
  choose_context (&model_args, &args);
  if ((model = cli_load_model (&model_args, &error)) == NULL
      || !measure (model, &args, &measured, &error))
    return cli_fail (error);
  if (args.json)
    print_json (&measured);
  else
    print_table (model, &measured);
  return cli_flush ();
}
