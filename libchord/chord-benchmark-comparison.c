/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-benchmark-report.h"

#include "chord-param-private.h"

struct _ChordBenchmarkComparison
{
  GObject parent_instance;

  ChordBenchmarkRun *before, *after;
};

enum
{
  PROP_0,
  PROP_BEFORE,
  PROP_AFTER,
  PROP_RATIO,
  PROP_WITHIN_NOISE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ChordBenchmarkComparison, chord_benchmark_comparison, G_TYPE_OBJECT)

static void
chord_benchmark_comparison_finalize (GObject *object)
{
  ChordBenchmarkComparison *self = CHORD_BENCHMARK_COMPARISON (object);

  g_clear_object (&self->before);
  g_clear_object (&self->after);
  G_OBJECT_CLASS (chord_benchmark_comparison_parent_class)->finalize (object);
}

static void
chord_benchmark_comparison_get_property (GObject *object, guint prop_id, GValue *value,
                                         GParamSpec *pspec)
{
  ChordBenchmarkComparison *self = CHORD_BENCHMARK_COMPARISON (object);

  switch (prop_id)
    {
    case PROP_BEFORE:
      g_value_set_object (value, self->before);
      break;
    case PROP_AFTER:
      g_value_set_object (value, self->after);
      break;
    case PROP_RATIO:
      g_value_set_double (value, chord_benchmark_comparison_get_ratio (self));
      break;
    case PROP_WITHIN_NOISE:
      g_value_set_boolean (value, chord_benchmark_comparison_get_within_noise (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
chord_benchmark_comparison_class_init (ChordBenchmarkComparisonClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = chord_benchmark_comparison_finalize;
  object_class->get_property = chord_benchmark_comparison_get_property;

  /**
   * ChordBenchmarkComparison:before:
   *
   * The run of the first list.
   */
  properties[PROP_BEFORE] = g_param_spec_object ("before", NULL, NULL, CHORD_TYPE_BENCHMARK_RUN,
                                                 CHORD_PARAM_READABLE);

  /**
   * ChordBenchmarkComparison:after:
   *
   * The run of the second list.
   */
  properties[PROP_AFTER] = g_param_spec_object ("after", NULL, NULL, CHORD_TYPE_BENCHMARK_RUN,
                                                CHORD_PARAM_READABLE);

  /**
   * ChordBenchmarkComparison:ratio:
   *
   * How many times as fast the second run was; 0 where that cannot be told.
   */
  properties[PROP_RATIO]
      = g_param_spec_double ("ratio", NULL, NULL, 0, G_MAXDOUBLE, 0, CHORD_PARAM_READABLE);

  /**
   * ChordBenchmarkComparison:within-noise:
   *
   * Whether the ranges of the two runs overlap.
   */
  properties[PROP_WITHIN_NOISE]
      = g_param_spec_boolean ("within-noise", NULL, NULL, FALSE, CHORD_PARAM_READABLE);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
chord_benchmark_comparison_init (ChordBenchmarkComparison *self)
{
}

ChordBenchmarkRun *
chord_benchmark_comparison_get_before (ChordBenchmarkComparison *self)
{
  g_return_val_if_fail (CHORD_IS_BENCHMARK_COMPARISON (self), NULL);

  return self->before;
}

ChordBenchmarkRun *
chord_benchmark_comparison_get_after (ChordBenchmarkComparison *self)
{
  g_return_val_if_fail (CHORD_IS_BENCHMARK_COMPARISON (self), NULL);

  return self->after;
}

double
chord_benchmark_comparison_get_ratio (ChordBenchmarkComparison *self)
{
  double before;

  g_return_val_if_fail (CHORD_IS_BENCHMARK_COMPARISON (self), 0);

  before = chord_benchmark_run_get_rate (self->before);
  return before > 0 ? chord_benchmark_run_get_rate (self->after) / before : 0;
}

gboolean
chord_benchmark_comparison_get_within_noise (ChordBenchmarkComparison *self)
{
  g_return_val_if_fail (CHORD_IS_BENCHMARK_COMPARISON (self), FALSE);

  return chord_benchmark_run_get_rate_min (self->before)
             <= chord_benchmark_run_get_rate_max (self->after)
         && chord_benchmark_run_get_rate_min (self->after)
                <= chord_benchmark_run_get_rate_max (self->before);
}

/* ---- Comparing lists ------------------------------------------------------------------------- */

static gboolean
same_text (ChordBenchmarkRun *a, ChordBenchmarkRun *b,
           const char *(*get) (ChordBenchmarkRun *run))
{
  return g_strcmp0 (get (a), get (b)) == 0;
}

static gboolean
same_test (ChordBenchmarkRun *a, ChordBenchmarkRun *b)
{
  return same_text (a, b, chord_benchmark_run_get_kind)
         && chord_benchmark_run_get_n_tokens (a) == chord_benchmark_run_get_n_tokens (b)
         && chord_benchmark_run_get_depth (a) == chord_benchmark_run_get_depth (b)
         && chord_benchmark_run_get_n_threads (a) == chord_benchmark_run_get_n_threads (b);
}

static gboolean
same_run (ChordBenchmarkRun *a, ChordBenchmarkRun *b)
{
  return same_test (a, b) && same_text (a, b, chord_benchmark_run_get_model_name)
         && same_text (a, b, chord_benchmark_run_get_quantization)
         && same_text (a, b, chord_benchmark_run_get_precision)
         && same_text (a, b, chord_benchmark_run_get_kv_type)
         && same_text (a, b, chord_benchmark_run_get_backend);
}

typedef gboolean (*Matches) (ChordBenchmarkRun *a, ChordBenchmarkRun *b);

/* The first one that matches, borrowed from the list. */
static ChordBenchmarkRun *
find_match (GListModel *runs, ChordBenchmarkRun *like, Matches matches)
{
  for (guint i = 0; i < g_list_model_get_n_items (runs); i++)
    {
      g_autoptr (ChordBenchmarkRun) run = g_list_model_get_item (runs, i);

      if (matches (run, like))
        return run;
    }
  return NULL;
}

static GListStore *
compare_by (GListModel *before, GListModel *after, Matches matches)
{
  GListStore *store = g_list_store_new (CHORD_TYPE_BENCHMARK_COMPARISON);

  for (guint i = 0; i < g_list_model_get_n_items (after); i++)
    {
      g_autoptr (ChordBenchmarkRun) run = g_list_model_get_item (after, i);
      ChordBenchmarkRun *match = find_match (before, run, matches);
      g_autoptr (ChordBenchmarkComparison) pair = NULL;

      if (!match)
        continue;
      pair = g_object_new (CHORD_TYPE_BENCHMARK_COMPARISON, NULL);
      pair->before = g_object_ref (match);
      pair->after = g_steal_pointer (&run);
      g_list_store_append (store, pair);
    }
  return store;
}

GListModel *
chord_benchmark_runs_compare (GListModel *before, GListModel *after)
{
  GListStore *store;

  g_return_val_if_fail (G_IS_LIST_MODEL (before), NULL);
  g_return_val_if_fail (G_IS_LIST_MODEL (after), NULL);

  store = compare_by (before, after, same_run);
  if (g_list_model_get_n_items (G_LIST_MODEL (store)) == 0)
    {
      g_object_unref (store);
      store = compare_by (before, after, same_test);
    }
  return G_LIST_MODEL (store);
}
