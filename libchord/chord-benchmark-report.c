/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-benchmark-report.h"

#include <string.h>

/* ---- One run --------------------------------------------------------------------------------- */

static gboolean
is_decode (ChordBenchmarkRun *run)
{
  return g_strcmp0 (chord_benchmark_run_get_kind (run), "decode") == 0;
}

char *
chord_benchmark_run_get_test_name (ChordBenchmarkRun *self)
{
  const char *kind;
  guint n;
  guint64 depth;

  g_return_val_if_fail (CHORD_IS_BENCHMARK_RUN (self), NULL);

  kind = is_decode (self) ? "tg" : "pp";
  n = chord_benchmark_run_get_n_tokens (self);
  depth = chord_benchmark_run_get_depth (self);
  if (depth > 0)
    return g_strdup_printf ("%s%u@d%" G_GUINT64_FORMAT, kind, n, depth);
  return g_strdup_printf ("%s%u", kind, n);
}

double
chord_benchmark_run_get_share (ChordBenchmarkRun *self)
{
  double limit;

  g_return_val_if_fail (CHORD_IS_BENCHMARK_RUN (self), 0);

  limit = chord_benchmark_run_get_machine_bandwidth (self);
  return limit > 0 ? chord_benchmark_run_get_bandwidth (self) / limit : 0;
}

double
chord_benchmark_run_get_limit (ChordBenchmarkRun *self)
{
  double share;

  g_return_val_if_fail (CHORD_IS_BENCHMARK_RUN (self), 0);

  share = chord_benchmark_run_get_share (self);
  return share > 0 ? chord_benchmark_run_get_rate (self) / share : 0;
}

/* ---- Markdown -------------------------------------------------------------------------------- */

/* In the C locale; after it comes what is put behind. */
static void
append_number (GString *text, const char *format, double value, const char *behind)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append (text, g_ascii_formatd (number, sizeof number, format, value));
  g_string_append (text, behind);
}

/* A bar would begin another cell, and a line another row. */
static void
append_cell (GString *text, const char *value)
{
  for (const char *at = value ? value : ""; *at; at++)
    {
      if (*at == '|' || *at == '\\')
        g_string_append_c (text, '\\');
      g_string_append_c (text, g_ascii_iscntrl (*at) ? ' ' : *at);
    }
  g_string_append (text, " | ");
}

static void
append_row (GString *text, ChordBenchmarkRun *run)
{
  g_autofree char *test = chord_benchmark_run_get_test_name (run);
  double share = chord_benchmark_run_get_share (run);

  g_string_append (text, "| ");
  append_cell (text, chord_benchmark_run_get_model_name (run));
  append_cell (text, chord_benchmark_run_get_quantization (run));
  append_number (text, "%.2f", (double) chord_benchmark_run_get_model_bytes (run) / 1e9, " GB | ");
  g_string_append_printf (text, "%s | %d | ", test, chord_benchmark_run_get_n_threads (run));
  append_number (text, "%.2f", chord_benchmark_run_get_rate (run), " | ");
  append_number (text, "%.2f", chord_benchmark_run_get_rate_min (run), " – ");
  append_number (text, "%.2f", chord_benchmark_run_get_rate_max (run), " | ");
  if (share > 0)
    append_number (text, "%.0f", share * 100, " % |\n");
  else
    g_string_append (text, "|\n");
}

/* What all runs share is told once, below: those of the first one, as a list has one machine. */
static void
append_machine (GString *text, ChordBenchmarkRun *run)
{
  double limit = chord_benchmark_run_get_machine_bandwidth (run);

  g_string_append (text, "\nChord ");
  g_string_append (text, chord_benchmark_run_get_chord_version (run));
  g_string_append (text, ", ");
  g_string_append (text, chord_benchmark_run_get_machine (run));
  if (limit > 0)
    {
      g_string_append (text, ", memory read at up to ");
      append_number (text, "%.1f", limit / 1e9, " GB/s");
    }
  g_string_append (text, "\n");
}

char *
chord_benchmark_runs_to_markdown (GListModel *runs)
{
  GString *text;
  guint n;

  g_return_val_if_fail (G_IS_LIST_MODEL (runs), NULL);

  text = g_string_new ("| Model | Quant | Size | Test | Threads | Tokens/s | Range "
                       "| Of read limit |\n"
                       "| :-- | :-- | --: | :-- | --: | --: | --: | --: |\n");
  n = g_list_model_get_n_items (runs);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ChordBenchmarkRun) run = g_list_model_get_item (runs, i);
      append_row (text, run);
    }
  if (n > 0)
    {
      g_autoptr (ChordBenchmarkRun) first = g_list_model_get_item (runs, 0);
      append_machine (text, first);
    }
  return g_string_free (text, FALSE);
}

/* ---- CSV ------------------------------------------------------------------------------------- */

static const char *const csv_columns[] = {
  "created", "model-name",  "model-path", "architecture",      "quantization", "model-bytes",
  "machine", "backend",     "precision",  "kv-type",           "kind",         "n-tokens",
  "depth",   "n-threads",   "rate",       "rate-min",          "rate-max",     "bandwidth",
  "memory",  "machine-bandwidth", "group", "label",            "chord-version",
};

static void
append_quoted (GString *text, const char *value)
{
  g_string_append_c (text, '"');
  for (const char *at = value ? value : ""; *at; at++)
    {
      if (*at == '"')
        g_string_append_c (text, '"');
      g_string_append_c (text, *at);
    }
  g_string_append_c (text, '"');
}

static void
append_time (GString *text, gint64 microseconds)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (microseconds / G_USEC_PER_SEC);
  g_autofree char *iso = time ? g_date_time_format_iso8601 (time) : NULL;

  g_string_append (text, iso ? iso : "");
}

static void
append_value (GString *text, ChordBenchmarkRun *run, const char *column)
{
  g_auto (GValue) value = G_VALUE_INIT;
  g_auto (GValue) string = G_VALUE_INIT;

  g_object_get_property (G_OBJECT (run), column, &value);
  if (strcmp (column, "created") == 0)
    append_time (text, g_value_get_int64 (&value));
  else if (G_VALUE_HOLDS_STRING (&value))
    append_quoted (text, g_value_get_string (&value));
  else if (G_VALUE_HOLDS_DOUBLE (&value))
    append_number (text, "%.10g", g_value_get_double (&value), "");
  else
    {
      g_value_init (&string, G_TYPE_STRING);
      g_value_transform (&value, &string);
      g_string_append (text, g_value_get_string (&string));
    }
}

static void
append_record (GString *text, ChordBenchmarkRun *run)
{
  for (gsize i = 0; i < G_N_ELEMENTS (csv_columns); i++)
    {
      if (i > 0)
        g_string_append_c (text, ',');
      append_value (text, run, csv_columns[i]);
    }
  g_string_append (text, "\r\n");
}

char *
chord_benchmark_runs_to_csv (GListModel *runs)
{
  GString *text;

  g_return_val_if_fail (G_IS_LIST_MODEL (runs), NULL);

  text = g_string_new (NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (csv_columns); i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "," : "", csv_columns[i]);
  g_string_append (text, "\r\n");
  for (guint i = 0; i < g_list_model_get_n_items (runs); i++)
    {
      g_autoptr (ChordBenchmarkRun) run = g_list_model_get_item (runs, i);
      append_record (text, run);
    }
  return g_string_free (text, FALSE);
}

/* ---- Suggestions ----------------------------------------------------------------------------- */

/* What is faster by less is not worth another thread. */
#define WORTH_A_THREAD 1.03

static gboolean
same_test (ChordBenchmarkRun *a, ChordBenchmarkRun *b)
{
  return is_decode (a) == is_decode (b)
         && chord_benchmark_run_get_n_tokens (a) == chord_benchmark_run_get_n_tokens (b)
         && chord_benchmark_run_get_depth (a) == chord_benchmark_run_get_depth (b);
}

static gboolean
same_file (ChordBenchmarkRun *run, const char *path)
{
  return g_strcmp0 (chord_benchmark_run_get_model_path (run), path) == 0;
}

/* The test that speaks for a model: generation before prompts, and the lowest depth. The run is
 * borrowed from the list, which keeps it. */
static ChordBenchmarkRun *
reference_run (GListModel *runs, const char *path)
{
  ChordBenchmarkRun *best = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (runs); i++)
    {
      g_autoptr (ChordBenchmarkRun) run = g_list_model_get_item (runs, i);

      if (same_file (run, path)
          && (best == NULL || is_decode (run) > is_decode (best)
              || (is_decode (run) == is_decode (best)
                  && chord_benchmark_run_get_depth (run) < chord_benchmark_run_get_depth (best))))
        best = run;
    }
  return best;
}

typedef gboolean (*Filter) (ChordBenchmarkRun *run, ChordBenchmarkRun *reference, guint64 memory);

/* The fastest of those that did the same test as the reference and pass. */
static ChordBenchmarkRun *
fastest (GListModel *runs, ChordBenchmarkRun *reference, Filter passes, guint64 memory)
{
  ChordBenchmarkRun *best = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (runs); i++)
    {
      g_autoptr (ChordBenchmarkRun) run = g_list_model_get_item (runs, i);

      if (same_test (run, reference) && passes (run, reference, memory)
          && (best == NULL
              || chord_benchmark_run_get_rate (run) > chord_benchmark_run_get_rate (best)))
        best = run;
    }
  return best;
}

static gboolean
has_same_file (ChordBenchmarkRun *run, ChordBenchmarkRun *reference, guint64 memory)
{
  return same_file (run, chord_benchmark_run_get_model_path (reference));
}

/* Takes from the list the run with the fewest threads that is nearly as fast as the best. */
static ChordBenchmarkRun *
fewest_threads (GListModel *runs, ChordBenchmarkRun *best, gboolean *several)
{
  ChordBenchmarkRun *fewest = best;

  for (guint i = 0; i < g_list_model_get_n_items (runs); i++)
    {
      g_autoptr (ChordBenchmarkRun) run = g_list_model_get_item (runs, i);
      int n_threads = chord_benchmark_run_get_n_threads (run);

      if (!same_test (run, best) || !has_same_file (run, best, 0))
        continue;
      *several |= n_threads != chord_benchmark_run_get_n_threads (best);
      if (n_threads < chord_benchmark_run_get_n_threads (fewest)
          && chord_benchmark_run_get_rate (run) * WORTH_A_THREAD
                 >= chord_benchmark_run_get_rate (best))
        fewest = run;
    }
  return fewest;
}

ChordBenchmarkRun *
chord_benchmark_runs_suggest_threads (GListModel *runs, const char *path, ChordBenchmarkRun **best)
{
  ChordBenchmarkRun *reference, *fast, *fewest;
  gboolean several = FALSE;

  g_return_val_if_fail (G_IS_LIST_MODEL (runs), NULL);
  g_return_val_if_fail (path != NULL, NULL);

  if ((reference = reference_run (runs, path)) == NULL)
    return NULL;
  fast = fastest (runs, reference, has_same_file, 0);
  fewest = fewest_threads (runs, fast, &several);
  if (best)
    *best = fast;
  return several ? fewest : NULL;
}

/* The name of a model without the name of its quantization, which some files have in it. */
static char *
family_name (ChordBenchmarkRun *run)
{
  const char *name = chord_benchmark_run_get_model_name (run);
  const char *quantization = chord_benchmark_run_get_quantization (run);
  g_autofree char *lower = g_ascii_strdown (name ? name : "", -1);
  g_autofree char *quant = g_ascii_strdown (quantization ? quantization : "", -1);
  char *at = *quant ? strstr (lower, quant) : NULL;
  gsize length;

  if (at)
    memmove (at, at + strlen (quant), strlen (at + strlen (quant)) + 1);
  for (length = strlen (lower); length > 0 && strchr (" -_.:()", lower[length - 1]); length--)
    lower[length - 1] = '\0';
  return g_steal_pointer (&lower);
}

static gboolean
is_family (ChordBenchmarkRun *run, ChordBenchmarkRun *reference)
{
  g_autofree char *a = family_name (run), *b = family_name (reference);

  return strcmp (a, b) == 0
         && g_strcmp0 (chord_benchmark_run_get_architecture (run),
                       chord_benchmark_run_get_architecture (reference)) == 0;
}

static gboolean
is_family_and_fits (ChordBenchmarkRun *run, ChordBenchmarkRun *reference, guint64 memory)
{
  guint64 need = MAX (chord_benchmark_run_get_memory (run),
                      chord_benchmark_run_get_model_bytes (run));

  return is_family (run, reference) && need <= memory;
}

static gboolean
has_two_quantizations (GListModel *runs, ChordBenchmarkRun *reference)
{
  for (guint i = 0; i < g_list_model_get_n_items (runs); i++)
    {
      g_autoptr (ChordBenchmarkRun) run = g_list_model_get_item (runs, i);

      if (same_test (run, reference) && is_family (run, reference)
          && g_strcmp0 (chord_benchmark_run_get_quantization (run),
                        chord_benchmark_run_get_quantization (reference)) != 0)
        return TRUE;
    }
  return FALSE;
}

ChordBenchmarkRun *
chord_benchmark_runs_suggest_quantization (GListModel *runs, const char *path, guint64 memory)
{
  ChordBenchmarkRun *reference;

  g_return_val_if_fail (G_IS_LIST_MODEL (runs), NULL);
  g_return_val_if_fail (path != NULL, NULL);

  if ((reference = reference_run (runs, path)) == NULL || !has_two_quantizations (runs, reference))
    return NULL;
  return fastest (runs, reference, is_family_and_fits, memory);
}
