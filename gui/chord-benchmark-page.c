/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-benchmark-page.h"

#include <glib/gi18n.h>

#include "chord-benchmark-history.h"
#include "chord-benchmark-results.h"
#include "chord-benchmark-setup.h"
#include "chord-noise.h"
#include "chord-widgets.h"

/* Measuring models: the form, the results and the history, and the sweep that runs. */

struct _ChordBenchmarkPage
{
  AdwBin parent_instance;

  AdwToastOverlay *toasts;
  GtkStack *stack;
  ChordBenchmarkSetup *setup;
  ChordBenchmarkResults *results;
  ChordBenchmarkHistory *history;

  ChordCatalog *catalog;
  ChordBenchmarkSweep *sweep; /* non-NULL while it runs */
  GCancellable *cancellable;
  gboolean busy;

  ChordNoiseSample first_sample, last_sample;
  guint noise_source;
};

G_DEFINE_FINAL_TYPE (ChordBenchmarkPage, chord_benchmark_page, ADW_TYPE_BIN)

enum
{
  PROP_0,
  PROP_CATALOG,
  PROP_RUNNING,
  PROP_BUSY,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* ---- Others on the machine ------------------------------------------------------------------- */

/* A share of the processor in the hands of others that figures do not bear. */
#define NOISE_SHARE 0.08
#define NOISE_SECONDS 3

static char *
noise_warning (const ChordNoiseSample *before, const ChordNoiseSample *after)
{
  double share = chord_noise_between (before, after);

  if (share < NOISE_SHARE)
    return NULL;
  return g_strdup_printf (
      _("Other programs use %.0f %% of the processor: the figures are lower than they could be, "
        "and uncertain."),
      share * 100);
}

static gboolean
look_for_noise (gpointer data)
{
  ChordBenchmarkPage *self = data;
  ChordNoiseSample sample;
  g_autofree char *warning = NULL;

  if (!chord_noise_sample (&sample))
    return G_SOURCE_CONTINUE;
  warning = noise_warning (&self->last_sample, &sample);
  chord_benchmark_setup_set_warning (self->setup, warning);
  self->last_sample = sample;
  return G_SOURCE_CONTINUE;
}

static void
watch_noise (ChordBenchmarkPage *self)
{
  if (!chord_noise_sample (&self->first_sample))
    return;
  self->last_sample = self->first_sample;
  self->noise_source = g_timeout_add_seconds (NOISE_SECONDS, look_for_noise, self);
}

/* Over the whole time. */
static char *
end_noise (ChordBenchmarkPage *self)
{
  ChordNoiseSample sample;

  chord_benchmark_setup_set_warning (self->setup, NULL);
  if (self->noise_source == 0)
    return NULL;
  g_clear_handle_id (&self->noise_source, g_source_remove);
  return chord_noise_sample (&sample) ? noise_warning (&self->first_sample, &sample) : NULL;
}

/* ---- The sweep ------------------------------------------------------------------------------- */

static void
show_toast (ChordBenchmarkPage *self, const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (escaped));
}

static void
show_results (ChordBenchmarkPage *self, ChordBenchmarkSweep *sweep, const char *warning)
{
  GListModel *runs = chord_benchmark_sweep_get_runs (sweep);

  if (g_list_model_get_n_items (runs) == 0)
    return;
  chord_benchmark_results_show (self->results, runs);
  chord_benchmark_results_set_remarks (self->results, warning,
                                       chord_benchmark_sweep_get_problems (sweep));
  gtk_stack_set_visible_child_name (self->stack, "results");
}

static void
sweep_done (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChordBenchmarkPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *warning = NULL;
  gboolean ok = chord_benchmark_sweep_run_finish (CHORD_BENCHMARK_SWEEP (source), result, &error);

  if (self->sweep == NULL)
    return; /* the window is gone */
  g_clear_object (&self->sweep);
  g_clear_object (&self->cancellable);
  warning = end_noise (self);
  chord_benchmark_setup_set_sweep (self->setup, NULL);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUNNING]);
  if (self->catalog)
    chord_machine_store (chord_machine_get_default (), self->catalog);
  if (!ok && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    show_toast (self, error->message);
  show_results (self, CHORD_BENCHMARK_SWEEP (source), warning);
}

static void
start (ChordBenchmarkSetup *setup, ChordBenchmarkPage *self)
{
  if (self->sweep || self->busy
      || (self->sweep = chord_benchmark_setup_create_sweep (setup)) == NULL)
    return;
  self->cancellable = g_cancellable_new ();
  watch_noise (self);
  chord_benchmark_setup_set_sweep (setup, self->sweep);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUNNING]);
  chord_benchmark_sweep_run_async (self->sweep, self->cancellable, sweep_done,
                                   g_object_ref (self));
}

static void
stop (ChordBenchmarkSetup *setup, ChordBenchmarkPage *self)
{
  if (self->cancellable)
    g_cancellable_cancel (self->cancellable);
}

gboolean
chord_benchmark_page_get_running (ChordBenchmarkPage *self)
{
  return self->sweep != NULL;
}

void
chord_benchmark_page_set_busy (ChordBenchmarkPage *self, gboolean busy)
{
  if (self->busy == busy)
    return;
  self->busy = busy;
  chord_benchmark_setup_set_obstacle (
      self->setup, busy ? _("An answer is being written. Wait for it, or stop it first.") : NULL);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);
}

/* ---- Results and history --------------------------------------------------------------------- */

static void
copied (ChordBenchmarkResults *results, const char *what, ChordBenchmarkPage *self)
{
  show_toast (self, what);
}

static void
open_runs (ChordBenchmarkHistory *history, GListModel *runs, ChordBenchmarkPage *self)
{
  chord_benchmark_results_show (self->results, runs);
  gtk_stack_set_visible_child_name (self->stack, "results");
}

static void
compare (ChordBenchmarkHistory *history, GListModel *before, GListModel *after,
         ChordBenchmarkPage *self)
{
  chord_benchmark_results_compare (self->results, before, after);
  gtk_stack_set_visible_child_name (self->stack, "results");
}

/* Measuring again takes longer than typing again. */
#define UNDO_SECONDS 15

static void
undo_clicked (AdwToast *toast, ChordBenchmarkPage *self)
{
  chord_benchmark_history_undo (self->history);
}

static void
toast_gone (AdwToast *toast, ChordBenchmarkPage *self)
{
  if (self->history)
    chord_benchmark_history_purge (self->history);
}

static void
deleted (ChordBenchmarkHistory *history, guint n, ChordBenchmarkPage *self)
{
  AdwToast *toast = adw_toast_new (_("Benchmark deleted"));

  adw_toast_set_button_label (toast, _("_Undo"));
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  adw_toast_set_timeout (toast, UNDO_SECONDS);
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (undo_clicked), self, 0);
  g_signal_connect_object (toast, "dismissed", G_CALLBACK (toast_gone), self, 0);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

void
chord_benchmark_page_set_catalog (ChordBenchmarkPage *self, ChordCatalog *catalog)
{
  if (!g_set_object (&self->catalog, catalog))
    return;
  chord_benchmark_setup_set_catalog (self->setup, catalog);
  chord_benchmark_history_set_catalog (self->history, catalog);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CATALOG]);
}

/* ---- Life ------------------------------------------------------------------------------------ */

static void
chord_benchmark_page_dispose (GObject *object)
{
  ChordBenchmarkPage *self = CHORD_BENCHMARK_PAGE (object);

  g_clear_handle_id (&self->noise_source, g_source_remove);
  if (self->cancellable)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->sweep);
  chord_bin_dispose_template (ADW_BIN (self), CHORD_TYPE_BENCHMARK_PAGE);
  g_clear_object (&self->catalog);
  G_OBJECT_CLASS (chord_benchmark_page_parent_class)->dispose (object);
}

static void
chord_benchmark_page_get_property (GObject *object, guint prop_id, GValue *value,
                                   GParamSpec *pspec)
{
  ChordBenchmarkPage *self = CHORD_BENCHMARK_PAGE (object);

  switch (prop_id)
    {
    case PROP_CATALOG:
      g_value_set_object (value, self->catalog);
      break;
    case PROP_RUNNING:
      g_value_set_boolean (value, self->sweep != NULL);
      break;
    case PROP_BUSY:
      g_value_set_boolean (value, self->busy);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
chord_benchmark_page_set_property (GObject *object, guint prop_id, const GValue *value,
                                   GParamSpec *pspec)
{
  ChordBenchmarkPage *self = CHORD_BENCHMARK_PAGE (object);

  switch (prop_id)
    {
    case PROP_CATALOG:
      chord_benchmark_page_set_catalog (self, g_value_get_object (value));
      break;
    case PROP_BUSY:
      chord_benchmark_page_set_busy (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = chord_benchmark_page_get_property;
  object_class->set_property = chord_benchmark_page_set_property;
  properties[PROP_CATALOG]
      = g_param_spec_object ("catalog", NULL, NULL, CHORD_TYPE_CATALOG, flags);
  properties[PROP_RUNNING]
      = g_param_spec_boolean ("running", NULL, NULL, FALSE, flags & ~G_PARAM_WRITABLE);
  properties[PROP_BUSY] = g_param_spec_boolean ("busy", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
chord_benchmark_page_class_init (ChordBenchmarkPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chord_benchmark_page_dispose;
  install_properties (G_OBJECT_CLASS (klass));
  g_type_ensure (CHORD_TYPE_BENCHMARK_SETUP);
  g_type_ensure (CHORD_TYPE_BENCHMARK_RESULTS);
  g_type_ensure (CHORD_TYPE_BENCHMARK_HISTORY);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/chord_engine/Chord/chord-benchmark-page.ui");
  gtk_widget_class_bind_template_child (widget_class, ChordBenchmarkPage, toasts);
  gtk_widget_class_bind_template_child (widget_class, ChordBenchmarkPage, stack);
  gtk_widget_class_bind_template_child (widget_class, ChordBenchmarkPage, setup);
  gtk_widget_class_bind_template_child (widget_class, ChordBenchmarkPage, results);
  gtk_widget_class_bind_template_child (widget_class, ChordBenchmarkPage, history);
  gtk_widget_class_bind_template_callback (widget_class, start);
  gtk_widget_class_bind_template_callback (widget_class, stop);
  gtk_widget_class_bind_template_callback (widget_class, copied);
  gtk_widget_class_bind_template_callback (widget_class, open_runs);
  gtk_widget_class_bind_template_callback (widget_class, compare);
  gtk_widget_class_bind_template_callback (widget_class, deleted);
}

static void
chord_benchmark_page_init (ChordBenchmarkPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
chord_benchmark_page_new (void)
{
  return g_object_new (CHORD_TYPE_BENCHMARK_PAGE, NULL);
}
