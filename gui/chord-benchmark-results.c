/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-benchmark-results.h"

#include <glib/gi18n.h>

#include "chord-benchmark-charts.h"
#include "chord-benchmark-text.h"
#include "chord-widgets.h"

struct _ChordBenchmarkResults
{
  AdwBin parent_instance;

  GtkStack *state;
  GtkLabel *title, *subtitle;
  GtkBox *remarks, *charts;
  GtkGrid *table;
  GtkWidget *copy_buttons;

  GListModel *runs;
};

G_DEFINE_FINAL_TYPE (ChordBenchmarkResults, chord_benchmark_results, ADW_TYPE_BIN)

enum
{
  COPIED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
remove_children (GtkWidget *box)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (box)) != NULL)
    if (GTK_IS_GRID (box))
      gtk_grid_remove (GTK_GRID (box), child);
    else
      gtk_box_remove (GTK_BOX (box), child);
}

/* ---- The table ------------------------------------------------------------------------------- */

static GtkWidget *
put_cell (ChordBenchmarkResults *self, int column, int row, const char *text, gboolean number)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), number ? 1 : 0);
  if (row == 0)
    gtk_widget_add_css_class (label, "caption-heading");
  if (number)
    gtk_widget_add_css_class (label, "numeric");
  gtk_widget_set_hexpand (label, column == 0);
  gtk_grid_attach (self->table, label, column, row, 1, 1);
  return label;
}

static void
put_headings (ChordBenchmarkResults *self, const char *const *headings, int first_number)
{
  for (int i = 0; headings[i]; i++)
    put_cell (self, i, 0, headings[i], i >= first_number);
}

static void
put_run (ChordBenchmarkResults *self, int row, ChordBenchmarkRun *run)
{
  g_autofree char *model = chord_benchmark_format_model (run);
  g_autofree char *test = chord_benchmark_format_test (run);
  g_autofree char *threads = g_strdup_printf ("%d", chord_benchmark_run_get_n_threads (run));
  g_autofree char *rate = chord_benchmark_format_rate (chord_benchmark_run_get_rate (run));
  g_autofree char *low = chord_benchmark_format_rate (chord_benchmark_run_get_rate_min (run));
  g_autofree char *high = chord_benchmark_format_rate (chord_benchmark_run_get_rate_max (run));
  g_autofree char *range = g_strdup_printf ("%s – %s", low, high);
  double used = chord_benchmark_run_get_share (run);
  g_autofree char *share = used > 0 ? g_strdup_printf (_("%.0f %%"), used * 100) : g_strdup ("–");

  put_cell (self, 0, row, model, FALSE);
  put_cell (self, 1, row, test, FALSE);
  put_cell (self, 2, row, threads, TRUE);
  gtk_widget_add_css_class (put_cell (self, 3, row, rate, TRUE), "heading");
  put_cell (self, 4, row, range, TRUE);
  put_cell (self, 5, row, share, TRUE);
}

static void
put_runs (ChordBenchmarkResults *self)
{
  const char *headings[] = { _("Model"),    _("Test"),  _("Threads"),
                             _("Tokens/s"), _("Range"), _("Of Memory Limit"), NULL };

  remove_children (GTK_WIDGET (self->table));
  put_headings (self, headings, 2);
  for (guint i = 0; i < g_list_model_get_n_items (self->runs); i++)
    {
      g_autoptr (ChordBenchmarkRun) run = g_list_model_get_item (self->runs, i);
      put_run (self, (int) i + 1, run);
    }
}

/* ---- What is said above ---------------------------------------------------------------------- */

static void
add_remark (ChordBenchmarkResults *self, const char *text, const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  if (style)
    gtk_widget_add_css_class (label, style);
  gtk_box_append (self->remarks, label);
  gtk_widget_set_visible (GTK_WIDGET (self->remarks), TRUE);
}

static void
add_suggestions (ChordBenchmarkResults *self)
{
  guint64 memory = chord_machine_get_memory_available (chord_machine_get_default ());
  g_auto (GStrv) sentences = chord_benchmark_suggestions (self->runs, memory);

  for (char **sentence = sentences; *sentence; sentence++)
    add_remark (self, *sentence, NULL);
}

void
chord_benchmark_results_set_remarks (ChordBenchmarkResults *self, const char *warning,
                                     const char *const *problems)
{
  if (warning)
    add_remark (self, warning, "warning");
  for (; problems && *problems; problems++)
    add_remark (self, *problems, "error");
}

static void
clear (ChordBenchmarkResults *self)
{
  remove_children (GTK_WIDGET (self->remarks));
  remove_children (GTK_WIDGET (self->charts));
  remove_children (GTK_WIDGET (self->table));
  gtk_widget_set_visible (GTK_WIDGET (self->remarks), FALSE);
}

/* ---- Showing --------------------------------------------------------------------------------- */

void
chord_benchmark_results_show (ChordBenchmarkResults *self, GListModel *runs)
{
  g_autofree char *title = NULL, *subtitle = NULL;

  clear (self);
  g_set_object (&self->runs, runs);
  if (runs == NULL || g_list_model_get_n_items (runs) == 0)
    {
      gtk_stack_set_visible_child_name (self->state, "empty");
      return;
    }
  title = chord_benchmark_group_title (runs);
  subtitle = chord_benchmark_group_subtitle (runs);
  gtk_label_set_label (self->title, title);
  gtk_label_set_label (self->subtitle, subtitle);
  add_suggestions (self);
  chord_benchmark_append_charts (self->charts, runs);
  put_runs (self);
  gtk_widget_set_visible (self->copy_buttons, TRUE);
  gtk_stack_set_visible_child_name (self->state, "results");
}

static const char *
comparison_style (ChordBenchmarkComparison *comparison)
{
  double ratio = chord_benchmark_comparison_get_ratio (comparison);

  if (ratio <= 0 || chord_benchmark_comparison_get_within_noise (comparison))
    return "dim-label";
  return ratio >= 1 ? "success" : "error";
}

static void
put_comparison (ChordBenchmarkResults *self, int row, ChordBenchmarkComparison *comparison)
{
  ChordBenchmarkRun *before = chord_benchmark_comparison_get_before (comparison);
  ChordBenchmarkRun *after = chord_benchmark_comparison_get_after (comparison);
  g_autofree char *model = chord_benchmark_format_model (after);
  g_autofree char *test = chord_benchmark_format_test (after);
  g_autofree char *threads = g_strdup_printf ("%d", chord_benchmark_run_get_n_threads (after));
  g_autofree char *first = chord_benchmark_format_rate (chord_benchmark_run_get_rate (before));
  g_autofree char *second = chord_benchmark_format_rate (chord_benchmark_run_get_rate (after));
  g_autofree char *verdict = chord_benchmark_format_comparison (comparison);

  put_cell (self, 0, row, model, FALSE);
  put_cell (self, 1, row, test, FALSE);
  put_cell (self, 2, row, threads, TRUE);
  put_cell (self, 3, row, first, TRUE);
  put_cell (self, 4, row, second, TRUE);
  gtk_widget_add_css_class (put_cell (self, 5, row, verdict, TRUE), comparison_style (comparison));
}

static void
put_comparisons (ChordBenchmarkResults *self, GListModel *comparisons)
{
  const char *headings[] = { _("Model"),  _("Test"), _("Threads"),
                             _("Before"), _("After"), _("Difference"), NULL };

  put_headings (self, headings, 2);
  for (guint i = 0; i < g_list_model_get_n_items (comparisons); i++)
    {
      g_autoptr (ChordBenchmarkComparison) pair = g_list_model_get_item (comparisons, i);
      put_comparison (self, (int) i + 1, pair);
    }
}

void
chord_benchmark_results_compare (ChordBenchmarkResults *self, GListModel *before,
                                 GListModel *after)
{
  g_autoptr (GListModel) comparisons = chord_benchmark_runs_compare (before, after);
  g_autofree char *first = chord_benchmark_group_title (before);
  g_autofree char *second = chord_benchmark_group_title (after);
  g_autofree char *first_time = chord_benchmark_group_subtitle (before);
  g_autofree char *second_time = chord_benchmark_group_subtitle (after);
  g_autofree char *subtitle = NULL;

  clear (self);
  g_clear_object (&self->runs);
  gtk_label_set_label (self->title, _("Comparison"));
  /* Translators: name and date of a benchmark, twice */
  subtitle = g_strdup_printf (_("Before: %s (%s)\nAfter: %s (%s)"), first, first_time, second,
                              second_time);
  gtk_label_set_label (self->subtitle, subtitle);
  if (g_list_model_get_n_items (comparisons) == 0)
    add_remark (self, _("These two have no test in common."), NULL);
  else
    put_comparisons (self, comparisons);
  gtk_widget_set_visible (self->copy_buttons, FALSE);
  gtk_stack_set_visible_child_name (self->state, "results");
}

/* ---- Copying --------------------------------------------------------------------------------- */

static void
copy (ChordBenchmarkResults *self, const char *text, const char *told)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
  g_signal_emit (self, signals[COPIED], 0, told);
}

static void
copy_markdown (GtkButton *button, ChordBenchmarkResults *self)
{
  g_autofree char *text = chord_benchmark_runs_to_markdown (self->runs);

  copy (self, text, _("Copied as Markdown"));
}

static void
copy_csv (GtkButton *button, ChordBenchmarkResults *self)
{
  g_autofree char *text = chord_benchmark_runs_to_csv (self->runs);

  copy (self, text, _("Copied as CSV"));
}

/* ---- Life ------------------------------------------------------------------------------------ */

static void
chord_benchmark_results_dispose (GObject *object)
{
  ChordBenchmarkResults *self = CHORD_BENCHMARK_RESULTS (object);

  chord_bin_dispose_template (ADW_BIN (self), CHORD_TYPE_BENCHMARK_RESULTS);
  g_clear_object (&self->runs);
  G_OBJECT_CLASS (chord_benchmark_results_parent_class)->dispose (object);
}

static void
chord_benchmark_results_class_init (ChordBenchmarkResultsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chord_benchmark_results_dispose;
  signals[COPIED] = g_signal_new ("copied", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/chord_engine/Chord/chord-benchmark-results.ui");
  gtk_widget_class_bind_template_child (widget_class, ChordBenchmarkResults, state);
  gtk_widget_class_bind_template_child (widget_class, ChordBenchmarkResults, title);
  gtk_widget_class_bind_template_child (widget_class, ChordBenchmarkResults, subtitle);
  gtk_widget_class_bind_template_child (widget_class, ChordBenchmarkResults, remarks);
  gtk_widget_class_bind_template_child (widget_class, ChordBenchmarkResults, charts);
  gtk_widget_class_bind_template_child (widget_class, ChordBenchmarkResults, table);
  gtk_widget_class_bind_template_child (widget_class, ChordBenchmarkResults, copy_buttons);
  gtk_widget_class_bind_template_callback (widget_class, copy_markdown);
  gtk_widget_class_bind_template_callback (widget_class, copy_csv);
}

static void
chord_benchmark_results_init (ChordBenchmarkResults *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self->remarks), FALSE);
}
