/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-benchmark-charts.h"

#include <glib/gi18n.h>
#include <inttypes.h>

#include "chord-benchmark-text.h"
#include "chord-chart.h"

/* Which runs make which chart. Lists of runs are arrays of pointers that the list model keeps. */

static gboolean
is_decode (ChordBenchmarkRun *run)
{
  return g_strcmp0 (chord_benchmark_run_get_kind (run), "decode") == 0;
}

static gboolean
same_model (ChordBenchmarkRun *a, ChordBenchmarkRun *b)
{
  return g_strcmp0 (chord_benchmark_run_get_model_path (a),
                    chord_benchmark_run_get_model_path (b)) == 0;
}

static ChordBenchmarkRun *
run_at (const GPtrArray *runs, guint i)
{
  return g_ptr_array_index (runs, i);
}

/* ---- Choosing runs --------------------------------------------------------------------------- */

static GPtrArray *
runs_of_kind (GListModel *runs, gboolean decode)
{
  GPtrArray *chosen = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (runs); i++)
    {
      ChordBenchmarkRun *run = g_list_model_get_item (runs, i);

      if (is_decode (run) == decode)
        g_ptr_array_add (chosen, run);
      else
        g_object_unref (run);
    }
  return chosen;
}

/* Whether two runs of a model differ in the property alone that a chart is drawn over. */
typedef enum
{
  OVER_DEPTH,
  OVER_THREADS,
} Over;

static double
position (ChordBenchmarkRun *run, Over over)
{
  return over == OVER_DEPTH ? (double) chord_benchmark_run_get_depth (run)
                            : chord_benchmark_run_get_n_threads (run);
}

static gboolean
same_line (ChordBenchmarkRun *a, ChordBenchmarkRun *b, Over over)
{
  Over other = over == OVER_DEPTH ? OVER_THREADS : OVER_DEPTH;

  return same_model (a, b)
         && chord_benchmark_run_get_n_tokens (a) == chord_benchmark_run_get_n_tokens (b)
         && position (a, other) == position (b, other);
}

/* The fastest run of each model and number of tokens, at the lowest depth that was measured: what a
 * bar stands for. */
static gboolean
is_better_bar (ChordBenchmarkRun *run, ChordBenchmarkRun *than)
{
  guint64 a = chord_benchmark_run_get_depth (run), b = chord_benchmark_run_get_depth (than);

  return a != b ? a < b
                : chord_benchmark_run_get_rate (run) > chord_benchmark_run_get_rate (than);
}

static gboolean
is_bar (const GPtrArray *runs, guint i)
{
  ChordBenchmarkRun *run = run_at (runs, i);

  for (guint j = 0; j < runs->len; j++)
    if (j != i && same_model (run, run_at (runs, j))
        && chord_benchmark_run_get_n_tokens (run)
               == chord_benchmark_run_get_n_tokens (run_at (runs, j))
        && (is_better_bar (run_at (runs, j), run)
            || (j < i && !is_better_bar (run, run_at (runs, j)))))
      return FALSE;
  return TRUE;
}

static int
compare_rates (gconstpointer a, gconstpointer b)
{
  double x = chord_benchmark_run_get_rate (*(ChordBenchmarkRun **) a);
  double y = chord_benchmark_run_get_rate (*(ChordBenchmarkRun **) b);

  return (x < y) - (x > y);
}

static GPtrArray *
choose_bars (const GPtrArray *runs)
{
  GPtrArray *bars = g_ptr_array_new ();

  for (guint i = 0; i < runs->len; i++)
    if (is_bar (runs, i))
      g_ptr_array_add (bars, run_at (runs, i));
  g_ptr_array_sort (bars, compare_rates);
  return bars;
}

static gboolean
line_before (const GPtrArray *runs, guint i, Over over)
{
  for (guint j = 0; j < i; j++)
    if (same_line (run_at (runs, i), run_at (runs, j), over))
      return TRUE;
  return FALSE;
}

static int
compare_positions (gconstpointer a, gconstpointer b, gpointer over)
{
  double x = position (*(ChordBenchmarkRun **) a, GPOINTER_TO_INT (over));
  double y = position (*(ChordBenchmarkRun **) b, GPOINTER_TO_INT (over));

  return (x > y) - (x < y);
}

/* The runs on the line of the i-th, in order; empty where there are fewer than two. */
static GPtrArray *
line_through (const GPtrArray *runs, guint i, Over over)
{
  GPtrArray *line = g_ptr_array_new ();

  for (guint j = 0; j < runs->len; j++)
    if (same_line (run_at (runs, i), run_at (runs, j), over))
      g_ptr_array_add (line, run_at (runs, j));
  g_ptr_array_sort_with_data (line, compare_positions, GINT_TO_POINTER (over));
  if (line->len < 2)
    g_ptr_array_set_size (line, 0);
  return line;
}

/* ---- Drawing --------------------------------------------------------------------------------- */

static void
add_point (ChordChart *chart, ChordBenchmarkRun *run, double x, const char *label)
{
  g_autofree char *detail = chord_benchmark_format_run (run);
  ChordChartPoint point = {
    .x = x,
    .value = chord_benchmark_run_get_rate (run),
    .low = chord_benchmark_run_get_rate_min (run),
    .high = chord_benchmark_run_get_rate_max (run),
    .limit = chord_benchmark_run_get_limit (run),
    .label = label,
    .detail = detail,
  };

  chord_chart_add_point (chart, &point);
}

/* A chart under its title, in a card. */
static void
append_card (GtkBox *box, const char *title, ChordChart *chart)
{
  GtkWidget *card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12), *label = gtk_label_new (title);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, "heading");
  gtk_widget_add_css_class (card, "card");
  gtk_widget_add_css_class (card, "chart-card");
  gtk_box_append (GTK_BOX (card), label);
  gtk_box_append (GTK_BOX (card), GTK_WIDGET (chart));
  gtk_box_append (box, card);
}

static ChordChart *
new_chart (ChordChartKind kind, const char *title, const char *x_title, ChordScaleKind x_kind)
{
  ChordChart *chart = CHORD_CHART (chord_chart_new ());

  chord_chart_reset (chart, kind, title, _("tokens/s"), x_title, x_kind);
  chord_chart_set_limit_name (chart, _("Limit of this computer’s memory"));
  return chart;
}

static char *
bar_label (ChordBenchmarkRun *run)
{
  g_autofree char *model = chord_benchmark_format_model (run);

  if (is_decode (run))
    return g_steal_pointer (&model);
  /* Translators: name of a model, length of a prompt */
  return g_strdup_printf (_("%s · %u tokens"), model, chord_benchmark_run_get_n_tokens (run));
}

static void
append_bars (GtkBox *box, const GPtrArray *runs, const char *title)
{
  g_autoptr (GPtrArray) bars = choose_bars (runs);
  ChordChart *chart;

  if (bars->len == 0)
    return;
  chart = new_chart (CHORD_CHART_BARS, title, "", CHORD_SCALE_DECIMAL);
  chord_chart_add_series (chart, title);
  for (guint i = 0; i < bars->len; i++)
    {
      g_autofree char *label = bar_label (run_at (bars, i));
      add_point (chart, run_at (bars, i), i, label);
    }
  append_card (box, title, chart);
}

/* Whether the model has lines of several numbers of threads. */
static gboolean
differs_in_threads (const GPtrArray *runs, ChordBenchmarkRun *run)
{
  for (guint i = 0; i < runs->len; i++)
    if (same_model (run_at (runs, i), run)
        && position (run_at (runs, i), OVER_THREADS) != position (run, OVER_THREADS))
      return TRUE;
  return FALSE;
}

static char *
line_name (const GPtrArray *runs, ChordBenchmarkRun *run, Over over)
{
  g_autofree char *model = chord_benchmark_format_model (run);
  g_autofree char *threads
      = chord_benchmark_format_threads (chord_benchmark_run_get_n_threads (run));

  if (over == OVER_DEPTH && differs_in_threads (runs, run))
    /* Translators: name of a model, and like “4 threads” */
    return g_strdup_printf (_("%s · %s"), model, threads);
  if (over == OVER_THREADS && chord_benchmark_run_get_depth (run) > 0)
    return g_strdup_printf (_("%s after %" PRIu64 " tokens"), model,
                            chord_benchmark_run_get_depth (run));
  return g_steal_pointer (&model);
}

static void
append_lines (GtkBox *box, const GPtrArray *runs, Over over, const char *title)
{
  g_autoptr (ChordChart) chart = g_object_ref_sink (
      new_chart (CHORD_CHART_LINES, title,
                 over == OVER_DEPTH ? _("tokens in the context before") : _("threads"),
                 over == OVER_DEPTH ? CHORD_SCALE_BINARY : CHORD_SCALE_INTEGER));
  gboolean any = FALSE;

  for (guint i = 0; i < runs->len; i++)
    {
      g_autoptr (GPtrArray) line = line_through (runs, i, over);
      g_autofree char *name = line_name (runs, run_at (runs, i), over);

      if (line->len == 0 || line_before (runs, i, over))
        continue;
      any = TRUE;
      chord_chart_add_series (chart, name);
      for (guint j = 0; j < line->len; j++)
        add_point (chart, run_at (line, j), position (run_at (line, j), over), NULL);
    }
  if (any)
    append_card (box, title, chart);
}

void
chord_benchmark_append_charts (GtkBox *box, GListModel *runs)
{
  g_autoptr (GPtrArray) decode = runs_of_kind (runs, TRUE);
  g_autoptr (GPtrArray) prefill = runs_of_kind (runs, FALSE);

  append_bars (box, decode, _("Generating an Answer"));
  append_bars (box, prefill, _("Reading a Prompt"));
  append_lines (box, decode, OVER_DEPTH, _("Generating, by the Length of the Context"));
  append_lines (box, prefill, OVER_DEPTH, _("Reading, by the Length of the Context"));
  append_lines (box, decode, OVER_THREADS, _("Generating, by the Number of Threads"));
  append_lines (box, prefill, OVER_THREADS, _("Reading, by the Number of Threads"));
}
