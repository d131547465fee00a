/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* chord bench: tokens per second of a prompt and of generation. */
#include <math.h>

#include "cli.h"

typedef struct
{
  int n_prompt, n_generate, depth, repetitions;
  gboolean json;
} BenchArgs;

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

static void
add_json (ChJson *json, ChordBenchmarkResult *result)
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
  ch_json_close (json, '}');
}

static void
print_json (GListModel *results)
{
  ChJson json = CH_JSON_INIT;

  ch_json_open (&json, NULL, '[');
  for (guint i = 0; i < g_list_model_get_n_items (results); i++)
    {
      g_autoptr (ChordBenchmarkResult) result = g_list_model_get_item (results, i);
      add_json (&json, result);
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

static void
print_row (ChordBenchmarkResult *result)
{
  g_autofree char *bytes = g_format_size (chord_benchmark_result_get_bytes_per_token (result));
  char mean[G_ASCII_DTOSTR_BUF_SIZE], spread[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (mean, sizeof mean, "%.2f", chord_benchmark_result_get_mean_rate (result));
  g_ascii_formatd (spread, sizeof spread, "%.2f", deviation (result));
  printf ("%-14s %12s ± %-8s %8d  %s\n", chord_benchmark_result_get_test (result), mean, spread,
          chord_benchmark_result_get_n_threads (result), bytes);
}

static void
print_table (ChordModel *model, GListModel *results)
{
  g_autofree char *cpu = chord_get_cpu_description ();

  printf ("%s\n%s\n\n", chord_model_get_name (model), cpu);
  printf ("%-14s %12s   %-8s %8s  %s\n", "test", "tokens/s", "", "threads", "read per token");
  for (guint i = 0; i < g_list_model_get_n_items (results); i++)
    {
      g_autoptr (ChordBenchmarkResult) result = g_list_model_get_item (results, i);
      print_row (result);
    }
}

static GListModel *
measure (ChordModel *model, const BenchArgs *args, GError **error)
{
  g_autoptr (ChordBenchmark) benchmark = chord_benchmark_new (model);
  ChordProgress *bar = cli_bar_new ("Measuring");
  GListModel *results;

  chord_benchmark_set_n_prompt (benchmark, args->n_prompt);
  chord_benchmark_set_n_generate (benchmark, args->n_generate);
  chord_benchmark_set_depth (benchmark, args->depth);
  chord_benchmark_set_repetitions (benchmark, args->repetitions);
  results = chord_benchmark_run (benchmark, bar, NULL, error);
  cli_bar_free (bar);
  return results;
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
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = cli_context_new (
      NULL, "Measures how fast a model reads a prompt and generates text.", entries, &model_args,
      NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChordModel) model = NULL;
  g_autoptr (GListModel) results = NULL;

  if (!cli_parse (context, &argc, &argv, &error) || !cli_no_more_args (argc, argv, &error)
      || !check_args (&args, &error))
    return cli_fail (error);
  choose_context (&model_args, &args);
  if ((model = cli_load_model (&model_args, &error)) == NULL
      || (results = measure (model, &args, &error)) == NULL)
    return cli_fail (error);
  if (args.json)
    print_json (results);
  else
    print_table (model, results);
  return cli_flush ();
}
