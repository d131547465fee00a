/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-benchmark-text.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

/* ---- What was typed -------------------------------------------------------------------------- */

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  guint x = *(const guint *) a, y = *(const guint *) b;

  return (x > y) - (x < y);
}

static gboolean
contains (const GArray *numbers, guint number)
{
  for (guint i = 0; i < numbers->len; i++)
    if (g_array_index (numbers, guint, i) == number)
      return TRUE;
  return FALSE;
}

GArray *
chord_benchmark_parse_numbers (const char *text, guint least, guint most, GError **error)
{
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (guint));
  g_auto (GStrv) words = g_strsplit_set (text, ", ;", -1);

  for (char **word = words; *word; word++)
    {
      guint64 value;
      guint number;

      if (!**word)
        continue;
      if (!g_ascii_string_to_unsigned (*word, 10, least, most, &value, error))
        return NULL;
      number = (guint) value;
      if (!contains (numbers, number))
        g_array_append_val (numbers, number);
    }
  g_array_sort (numbers, compare_numbers);
  return g_steal_pointer (&numbers);
}

/* ---- One run --------------------------------------------------------------------------------- */

char *
chord_benchmark_format_rate (double rate)
{
  return g_strdup_printf (rate < 10 ? "%.2f" : rate < 1000 ? "%.1f" : "%.0f", rate);
}

char *
chord_benchmark_format_duration (gint64 microseconds)
{
  gint64 seconds = (microseconds + G_USEC_PER_SEC / 2) / G_USEC_PER_SEC;

  if (seconds < 90)
    return g_strdup_printf (ngettext ("%d second", "%d seconds", (gulong) seconds), (int) seconds);
  if (seconds < 90 * 60)
    return g_strdup_printf (ngettext ("%d minute", "%d minutes", (gulong) (seconds + 30) / 60),
                            (int) (seconds + 30) / 60);
  return g_strdup_printf (ngettext ("%d hour", "%d hours", (gulong) (seconds + 1800) / 3600),
                          (int) (seconds + 1800) / 3600);
}

/* Files often have the quantization in the name of the model already. */
char *
chord_benchmark_format_model (ChordBenchmarkRun *run)
{
  const char *name = chord_benchmark_run_get_model_name (run);
  const char *quantization = chord_benchmark_run_get_quantization (run);

  if (!name || !*name)
    name = _("Unnamed model");
  if (!quantization || !*quantization || strstr (name, quantization))
    return g_strdup (name);
  /* Translators: name of a model, and how its numbers are stored, as in “Llama 3 Q4_K_M” */
  return g_strdup_printf (_("%s %s"), name, quantization);
}

static gboolean
is_decode (ChordBenchmarkRun *run)
{
  return g_strcmp0 (chord_benchmark_run_get_kind (run), "decode") == 0;
}

char *
chord_benchmark_format_test (ChordBenchmarkRun *run)
{
  guint n = chord_benchmark_run_get_n_tokens (run);
  guint64 depth = chord_benchmark_run_get_depth (run);
  g_autofree char *what = g_strdup_printf (
      is_decode (run) ? ngettext ("Generate %u token", "Generate %u tokens", n)
                      : ngettext ("Prompt of %u token", "Prompt of %u tokens", n),
      n);

  if (depth == 0)
    return g_steal_pointer (&what);
  /* Translators: the first is like “Generate 32 tokens”, the second how many came before them */
  return g_strdup_printf (_("%s after %" PRIu64), what, depth);
}

char *
chord_benchmark_format_threads (int n_threads)
{
  return g_strdup_printf (ngettext ("%d thread", "%d threads", (gulong) n_threads), n_threads);
}

char *
chord_benchmark_format_run (ChordBenchmarkRun *run)
{
  g_autofree char *model = chord_benchmark_format_model (run);
  g_autofree char *test = chord_benchmark_format_test (run);
  g_autofree char *threads
      = chord_benchmark_format_threads (chord_benchmark_run_get_n_threads (run));
  g_autofree char *rate = chord_benchmark_format_rate (chord_benchmark_run_get_rate (run));
  double share = chord_benchmark_run_get_share (run);

  if (share > 0)
    /* Translators: model, test, threads, speed, share of what memory allows in percent */
    return g_strdup_printf (_("%s · %s · %s · %s tokens/s · %.0f %% of the memory limit"), model,
                            test, threads, rate, share * 100);
  /* Translators: model, test, threads, speed */
  return g_strdup_printf (_("%s · %s · %s · %s tokens/s"), model, test, threads, rate);
}

/* ---- The machine ----------------------------------------------------------------------------- */

/* 2.35e12 as "2.35 T". */
static char *
format_operations (double rate)
{
  if (rate >= 1e12)
    return g_strdup_printf ("%.2f T", rate / 1e12);
  return g_strdup_printf ("%.0f G", rate / 1e9);
}

char *
chord_benchmark_format_machine (ChordMachine *machine)
{
  guint n_cores = chord_machine_get_n_cores (machine);
  g_autofree char *cores = g_strdup_printf (ngettext ("%u core", "%u cores", n_cores), n_cores);
  g_autofree char *memory = g_format_size (chord_machine_get_memory_total (machine));
  g_autofree char *f32 = format_operations (chord_machine_get_compute_f32 (machine));
  g_autofree char *int8 = format_operations (chord_machine_get_compute_int8 (machine));

  if (chord_machine_get_bandwidth (machine) <= 0)
    /* Translators: cores and memory */
    return g_strdup_printf (_("%s · %s of memory"), cores, memory);
  /* Translators: cores, memory, speed of reading it, and operations with their prefix (“554 G”) */
  return g_strdup_printf (
      _("%s · %s of memory, read at up to %.1f GB/s\nUp to %sFLOP/s in 32 bits, %sOP/s in 8 bits"),
      cores, memory, chord_machine_get_bandwidth (machine) / 1e9, f32, int8);
}

/* ---- Comparisons and suggestions ------------------------------------------------------------- */

char *
chord_benchmark_format_comparison (ChordBenchmarkComparison *comparison)
{
  double ratio = chord_benchmark_comparison_get_ratio (comparison);

  if (ratio <= 0)
    return g_strdup (_("Not comparable"));
  if (chord_benchmark_comparison_get_within_noise (comparison) || fabs (ratio - 1) < 0.005)
    return g_strdup (_("About the same"));
  if (ratio >= 2)
    return g_strdup_printf (_("%.1f times as fast"), ratio);
  if (ratio > 1)
    return g_strdup_printf (_("%.0f %% faster"), (ratio - 1) * 100);
  return g_strdup_printf (_("%.0f %% slower"), (1 - ratio) * 100);
}

static char *
suggest_threads (GListModel *runs, const char *path)
{
  ChordBenchmarkRun *best, *run = chord_benchmark_runs_suggest_threads (runs, path, &best);
  g_autofree char *model = NULL, *threads = NULL;

  if (run == NULL)
    return NULL;
  model = chord_benchmark_format_model (run);
  threads = chord_benchmark_format_threads (chord_benchmark_run_get_n_threads (run));
  if (run == best)
    /* Translators: the first is a model, the second like “4 threads” */
    return g_strdup_printf (_("%s is fastest with %s."), model, threads);
  /* Translators: the first is a model, the second like “4 threads” */
  return g_strdup_printf (_("%s needs no more than %s: the best was less than 3 %% faster."), model,
                          threads);
}

static char *
suggest_quantization (GListModel *runs, const char *path, guint64 memory)
{
  ChordBenchmarkRun *run = chord_benchmark_runs_suggest_quantization (runs, path, memory);
  g_autofree char *size = NULL, *rate = NULL;

  if (run == NULL || g_strcmp0 (chord_benchmark_run_get_model_path (run), path) != 0)
    return NULL; /* said once, for the file that it is about */
  size = g_format_size (chord_benchmark_run_get_model_bytes (run));
  rate = chord_benchmark_format_rate (chord_benchmark_run_get_rate (run));
  /* Translators: a model, a quantization like “Q4_K_M”, a speed, and the size of a file */
  return g_strdup_printf (
      _("Of the files of %s, %s is the fastest that fits: %s tokens/s from %s. Speed says nothing "
        "about how good the answers are."),
      chord_benchmark_run_get_model_name (run), chord_benchmark_run_get_quantization (run), rate,
      size);
}

static void
take_sentence (GStrvBuilder *builder, char *sentence)
{
  if (sentence)
    g_strv_builder_add (builder, sentence);
  g_free (sentence);
}

GStrv
chord_benchmark_suggestions (GListModel *runs, guint64 memory)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < g_list_model_get_n_items (runs); i++)
    {
      g_autoptr (ChordBenchmarkRun) run = g_list_model_get_item (runs, i);
      const char *path = chord_benchmark_run_get_model_path (run);

      if (!path || !g_hash_table_add (seen, g_strdup (path)))
        continue;
      take_sentence (builder, suggest_threads (runs, path));
      take_sentence (builder, suggest_quantization (runs, path, memory));
    }
  return g_strv_builder_end (builder);
}

/* ---- Groups ---------------------------------------------------------------------------------- */

static int
compare_created (gconstpointer a, gconstpointer b, gpointer data)
{
  gint64 x = chord_benchmark_run_get_created ((ChordBenchmarkRun *) a);
  gint64 y = chord_benchmark_run_get_created ((ChordBenchmarkRun *) b);

  return (x > y) - (x < y);
}

GPtrArray *
chord_benchmark_split_groups (GListModel *runs)
{
  GPtrArray *groups = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GHashTable) by_name = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < g_list_model_get_n_items (runs); i++)
    {
      g_autoptr (ChordBenchmarkRun) run = g_list_model_get_item (runs, i);
      const char *name = chord_benchmark_run_get_group (run);
      GListStore *group = g_hash_table_lookup (by_name, name ? name : "");

      if (group == NULL)
        {
          group = g_list_store_new (CHORD_TYPE_BENCHMARK_RUN);
          g_hash_table_insert (by_name, g_strdup (name ? name : ""), group);
          g_ptr_array_add (groups, group);
        }
      g_list_store_insert_sorted (group, run, compare_created, NULL);
    }
  return groups;
}

/* The names of the models, each once. */
static char *
model_names (GListModel *runs)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < g_list_model_get_n_items (runs); i++)
    {
      g_autoptr (ChordBenchmarkRun) run = g_list_model_get_item (runs, i);
      g_autofree char *name = chord_benchmark_format_model (run);

      if (!g_ptr_array_find_with_equal_func (names, name, g_str_equal, NULL))
        g_ptr_array_add (names, g_steal_pointer (&name));
    }
  g_ptr_array_add (names, NULL);
  /* Translators: stands between the names of models */
  return g_strjoinv (_(", "), (char **) names->pdata);
}

char *
chord_benchmark_group_title (GListModel *runs)
{
  g_autoptr (ChordBenchmarkRun) first = g_list_model_get_item (runs, 0);
  const char *label = first ? chord_benchmark_run_get_label (first) : NULL;

  return label && *label ? g_strdup (label) : model_names (runs);
}

char *
chord_benchmark_group_subtitle (GListModel *runs)
{
  g_autoptr (ChordBenchmarkRun) first = g_list_model_get_item (runs, 0);
  guint n = g_list_model_get_n_items (runs);
  g_autofree char *count = g_strdup_printf (ngettext ("%u result", "%u results", n), n);
  g_autoptr (GDateTime) time = NULL;
  g_autofree char *when = NULL;

  if (first)
    time = g_date_time_new_from_unix_local (chord_benchmark_run_get_created (first)
                                            / G_USEC_PER_SEC);
  when = time ? g_date_time_format (time, "%x %H:%M") : g_strdup ("");
  /* Translators: date, number of results, processor */
  return g_strdup_printf (_("%s · %s · %s"), when, count,
                          first ? chord_benchmark_run_get_machine (first) : "");
}
