/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-benchmark-sweep.h"

#include "chord-benchmark-run.h"
#include "chord-benchmark.h"
#include "chord-error.h"
#include "chord-machine.h"
#include "chord-model-options-private.h"
#include "chord-param-private.h"

/* One benchmark of the plan. */
typedef struct
{
  guint model; /* its index */
  guint n_threads;
  guint depth;
  guint n_prompt, n_generate; /* 0: not measured here */
  double cost;                /* in any unit, for the progress */
} Step;

struct _ChordBenchmarkSweep
{
  GObject parent_instance;

  ChordCatalog *catalog;
  ChordModelOptions *options;
  char *group;
  GPtrArray *paths;
  GArray *prompts, *depths, *threads; /* of guint */
  guint n_generate;
  guint repetitions;

  GListStore *runs;
  GStrv problems;

  /* While it runs. */
  gboolean running;
  GArray *steps;
  guint at;            /* the step */
  ChordModel *model;   /* loaded for the step, or for one before */
  guint model_step;    /* for which it was loaded */
  ChordProgress *progress;
  double done, total;  /* cost of whole steps */
  gint64 started;
};

enum
{
  PROP_0,
  PROP_N_GENERATE,
  PROP_REPETITIONS,
  PROP_OPTIONS,
  PROP_GROUP,
  PROP_N_TESTS,
  PROP_RUNS,
  PROP_PROBLEMS,
  PROP_FRACTION,
  PROP_TIME_LEFT,
  PROP_RUNNING,
  N_PROPS
};

enum
{
  STEP,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ChordBenchmarkSweep, chord_benchmark_sweep, G_TYPE_OBJECT)

/* ---- Life ------------------------------------------------------------------------------------ */

static void
chord_benchmark_sweep_finalize (GObject *object)
{
  ChordBenchmarkSweep *self = CHORD_BENCHMARK_SWEEP (object);

  g_clear_object (&self->catalog);
  g_clear_object (&self->options);
  g_clear_object (&self->runs);
  g_clear_object (&self->model);
  g_clear_object (&self->progress);
  g_clear_pointer (&self->paths, g_ptr_array_unref);
  g_clear_pointer (&self->prompts, g_array_unref);
  g_clear_pointer (&self->depths, g_array_unref);
  g_clear_pointer (&self->threads, g_array_unref);
  g_clear_pointer (&self->steps, g_array_unref);
  g_clear_pointer (&self->problems, g_strfreev);
  g_free (self->group);
  G_OBJECT_CLASS (chord_benchmark_sweep_parent_class)->finalize (object);
}

static void
chord_benchmark_sweep_get_property (GObject *object, guint prop_id, GValue *value,
                                    GParamSpec *pspec)
{
  ChordBenchmarkSweep *self = CHORD_BENCHMARK_SWEEP (object);

  switch (prop_id)
    {
    case PROP_N_GENERATE:
      g_value_set_uint (value, self->n_generate);
      break;
    case PROP_REPETITIONS:
      g_value_set_uint (value, self->repetitions);
      break;
    case PROP_OPTIONS:
      g_value_set_object (value, self->options);
      break;
    case PROP_GROUP:
      g_value_set_string (value, self->group);
      break;
    case PROP_N_TESTS:
      g_value_set_uint (value, chord_benchmark_sweep_get_n_tests (self));
      break;
    case PROP_RUNS:
      g_value_set_object (value, self->runs);
      break;
    case PROP_PROBLEMS:
      g_value_set_boxed (value, self->problems);
      break;
    case PROP_FRACTION:
      g_value_set_double (value, chord_benchmark_sweep_get_fraction (self));
      break;
    case PROP_TIME_LEFT:
      g_value_set_int64 (value, chord_benchmark_sweep_get_time_left (self));
      break;
    case PROP_RUNNING:
      g_value_set_boolean (value, self->running);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
chord_benchmark_sweep_set_property (GObject *object, guint prop_id, const GValue *value,
                                    GParamSpec *pspec)
{
  ChordBenchmarkSweep *self = CHORD_BENCHMARK_SWEEP (object);

  switch (prop_id)
    {
    case PROP_N_GENERATE:
      chord_benchmark_sweep_set_n_generate (self, g_value_get_uint (value));
      break;
    case PROP_REPETITIONS:
      chord_benchmark_sweep_set_repetitions (self, g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
install_properties (GObjectClass *object_class)
{
  /**
   * ChordBenchmarkSweep:n-generate:
   *
   * How many tokens are generated; 0 leaves generation out.
   */
  properties[PROP_N_GENERATE]
      = g_param_spec_uint ("n-generate", NULL, NULL, 0, G_MAXUINT, 128, CHORD_PARAM_READWRITE);

  /**
   * ChordBenchmarkSweep:repetitions:
   *
   * How often each test runs.
   */
  properties[PROP_REPETITIONS]
      = g_param_spec_uint ("repetitions", NULL, NULL, 1, G_MAXUINT, 5, CHORD_PARAM_READWRITE);

  /**
   * ChordBenchmarkSweep:options:
   *
   * How models are loaded.
   */
  properties[PROP_OPTIONS] = g_param_spec_object ("options", NULL, NULL, CHORD_TYPE_MODEL_OPTIONS,
                                                  CHORD_PARAM_READABLE);

  /**
   * ChordBenchmarkSweep:group:
   *
   * What the runs of this sweep have as their group: a UUID.
   */
  properties[PROP_GROUP] = g_param_spec_string ("group", NULL, NULL, NULL, CHORD_PARAM_READABLE);

  /**
   * ChordBenchmarkSweep:n-tests:
   *
   * How many runs the plan gives. Not notified.
   */
  properties[PROP_N_TESTS]
      = g_param_spec_uint ("n-tests", NULL, NULL, 0, G_MAXUINT, 0, CHORD_PARAM_READABLE);

  /**
   * ChordBenchmarkSweep:runs:
   *
   * A live list of the [class@BenchmarkRun]s so far.
   */
  properties[PROP_RUNS]
      = g_param_spec_object ("runs", NULL, NULL, G_TYPE_LIST_MODEL, CHORD_PARAM_READABLE);

  /**
   * ChordBenchmarkSweep:problems:
   *
   * Why some models could not be measured.
   */
  properties[PROP_PROBLEMS]
      = g_param_spec_boxed ("problems", NULL, NULL, G_TYPE_STRV, CHORD_PARAM_READABLE);

  /**
   * ChordBenchmarkSweep:fraction:
   *
   * How much of the work is done, 0 to 1.
   */
  properties[PROP_FRACTION]
      = g_param_spec_double ("fraction", NULL, NULL, 0, 1, 0, CHORD_PARAM_READABLE);

  /**
   * ChordBenchmarkSweep:time-left:
   *
   * How many microseconds the rest may take; -1 while there is nothing to guess from. Notified with
   * the fraction alone.
   */
  properties[PROP_TIME_LEFT]
      = g_param_spec_int64 ("time-left", NULL, NULL, -1, G_MAXINT64, -1, CHORD_PARAM_READABLE);

  /**
   * ChordBenchmarkSweep:running:
   *
   * Whether it runs.
   */
  properties[PROP_RUNNING]
      = g_param_spec_boolean ("running", NULL, NULL, FALSE, CHORD_PARAM_READABLE);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
chord_benchmark_sweep_class_init (ChordBenchmarkSweepClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = chord_benchmark_sweep_finalize;
  object_class->get_property = chord_benchmark_sweep_get_property;
  object_class->set_property = chord_benchmark_sweep_set_property;
  install_properties (object_class);

  /**
   * ChordBenchmarkSweep::step:
   * @self: the sweep
   * @path: the model file
   * @loading: whether it is being loaded; otherwise it is being measured
   * @n_threads: with how many threads; 0 for as many as are usual
   * @depth: how many tokens are in the context before
   * @n_prompt: length of the prompt; 0 for none
   * @n_generate: how many tokens are generated; 0 for none
   *
   * Something else begins.
   */
  signals[STEP] = g_signal_new ("step", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                NULL, NULL, G_TYPE_NONE, 6, G_TYPE_STRING, G_TYPE_BOOLEAN,
                                G_TYPE_UINT, G_TYPE_UINT, G_TYPE_UINT, G_TYPE_UINT);
}

static GArray *
number_array (const guint *numbers, gsize n)
{
  GArray *array = g_array_new (FALSE, FALSE, sizeof (guint));

  if (n > 0)
    g_array_append_vals (array, numbers, (guint) n);
  return array;
}

static void
chord_benchmark_sweep_init (ChordBenchmarkSweep *self)
{
  static const guint prompt = 512, none = 0;

  self->options = chord_model_options_new ();
  self->group = g_uuid_string_random ();
  self->paths = g_ptr_array_new_with_free_func (g_free);
  self->prompts = number_array (&prompt, 1);
  self->depths = number_array (&none, 1);
  self->threads = number_array (&none, 1);
  self->n_generate = 128;
  self->repetitions = 5;
  self->runs = g_list_store_new (CHORD_TYPE_BENCHMARK_RUN);
  self->problems = g_new0 (char *, 1);
}

ChordBenchmarkSweep *
chord_benchmark_sweep_new (ChordCatalog *catalog)
{
  ChordBenchmarkSweep *self;

  g_return_val_if_fail (catalog == NULL || CHORD_IS_CATALOG (catalog), NULL);

  self = g_object_new (CHORD_TYPE_BENCHMARK_SWEEP, NULL);
  g_set_object (&self->catalog, catalog);
  return self;
}

/* ---- The plan -------------------------------------------------------------------------------- */

void
chord_benchmark_sweep_add_model (ChordBenchmarkSweep *self, const char *path)
{
  g_return_if_fail (CHORD_IS_BENCHMARK_SWEEP (self));
  g_return_if_fail (path != NULL);

  g_ptr_array_add (self->paths, g_strdup (path));
}

static void
set_numbers (GArray **array, const guint *numbers, gsize n)
{
  g_array_unref (*array);
  *array = number_array (numbers, n);
}

void
chord_benchmark_sweep_set_prompts (ChordBenchmarkSweep *self, const guint *lengths,
                                   gsize n_lengths)
{
  g_return_if_fail (CHORD_IS_BENCHMARK_SWEEP (self));

  set_numbers (&self->prompts, lengths, n_lengths);
}

void
chord_benchmark_sweep_set_depths (ChordBenchmarkSweep *self, const guint *depths, gsize n_depths)
{
  g_return_if_fail (CHORD_IS_BENCHMARK_SWEEP (self));
  g_return_if_fail (n_depths > 0);

  set_numbers (&self->depths, depths, n_depths);
}

void
chord_benchmark_sweep_set_threads (ChordBenchmarkSweep *self, const guint *threads,
                                   gsize n_threads)
{
  g_return_if_fail (CHORD_IS_BENCHMARK_SWEEP (self));
  g_return_if_fail (n_threads > 0);

  set_numbers (&self->threads, threads, n_threads);
}

guint
chord_benchmark_sweep_get_n_generate (ChordBenchmarkSweep *self)
{
  g_return_val_if_fail (CHORD_IS_BENCHMARK_SWEEP (self), 0);

  return self->n_generate;
}

void
chord_benchmark_sweep_set_n_generate (ChordBenchmarkSweep *self, guint n_generate)
{
  g_return_if_fail (CHORD_IS_BENCHMARK_SWEEP (self));

  if (self->n_generate == n_generate)
    return;
  self->n_generate = n_generate;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_GENERATE]);
}

guint
chord_benchmark_sweep_get_repetitions (ChordBenchmarkSweep *self)
{
  g_return_val_if_fail (CHORD_IS_BENCHMARK_SWEEP (self), 1);

  return self->repetitions;
}

void
chord_benchmark_sweep_set_repetitions (ChordBenchmarkSweep *self, guint repetitions)
{
  g_return_if_fail (CHORD_IS_BENCHMARK_SWEEP (self));
  g_return_if_fail (repetitions >= 1);

  if (self->repetitions == repetitions)
    return;
  self->repetitions = repetitions;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REPETITIONS]);
}

ChordModelOptions *
chord_benchmark_sweep_get_options (ChordBenchmarkSweep *self)
{
  g_return_val_if_fail (CHORD_IS_BENCHMARK_SWEEP (self), NULL);

  return self->options;
}

const char *
chord_benchmark_sweep_get_group (ChordBenchmarkSweep *self)
{
  g_return_val_if_fail (CHORD_IS_BENCHMARK_SWEEP (self), NULL);

  return self->group;
}

guint
chord_benchmark_sweep_get_n_tests (ChordBenchmarkSweep *self)
{
  g_return_val_if_fail (CHORD_IS_BENCHMARK_SWEEP (self), 0);

  return self->paths->len * self->threads->len * self->depths->len
         * (self->prompts->len + (self->n_generate > 0));
}

static guint
number (const GArray *array, guint i)
{
  return g_array_index (array, guint, i);
}

static guint
greatest (const GArray *array)
{
  guint most = 0;

  for (guint i = 0; i < array->len; i++)
    most = MAX (most, number (array, i));
  return most;
}

/* A larger model takes longer, more threads less: rough, but time left is a guess anyway. */
static double
step_cost (ChordBenchmarkSweep *self, const Step *step, goffset bytes)
{
  double tokens = (double) step->depth
                  + (self->repetitions + 1.0) * (step->n_prompt + 6.0 * step->n_generate);
  guint n_threads = step->n_threads > 0
                        ? step->n_threads
                        : chord_machine_get_n_threads (chord_machine_get_default ());

  return tokens * (double) MAX (bytes, 1) / n_threads;
}

static void
add_step (ChordBenchmarkSweep *self, Step step, goffset bytes)
{
  step.cost = step_cost (self, &step, bytes);
  self->total += step.cost;
  g_array_append_val (self->steps, step);
}

/* The first length of a prompt and the generation share a benchmark, so that the context is filled
 * up to the depth but once for both. */
static void
plan_depth (ChordBenchmarkSweep *self, Step step, goffset bytes)
{
  step.n_generate = self->n_generate;
  for (guint i = 0; i < MAX (self->prompts->len, 1); i++)
    {
      step.n_prompt = i < self->prompts->len ? number (self->prompts, i) : 0;
      if (step.n_prompt + step.n_generate > 0)
        add_step (self, step, bytes);
      step.n_generate = 0;
    }
}

static goffset
file_size (const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInfo) info = g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_SIZE,
                                                  G_FILE_QUERY_INFO_NONE, NULL, NULL);

  return info ? g_file_info_get_size (info) : 0;
}

static void
make_plan (ChordBenchmarkSweep *self)
{
  self->steps = g_array_new (FALSE, FALSE, sizeof (Step));
  for (guint m = 0; m < self->paths->len; m++)
    {
      goffset bytes = file_size (g_ptr_array_index (self->paths, m));

      for (guint t = 0; t < self->threads->len; t++)
        for (guint d = 0; d < self->depths->len; d++)
          plan_depth (self,
                      (Step) { .model = m,
                               .n_threads = number (self->threads, t),
                               .depth = number (self->depths, d) },
                      bytes);
    }
}

/* ---- What came ------------------------------------------------------------------------------- */

GListModel *
chord_benchmark_sweep_get_runs (ChordBenchmarkSweep *self)
{
  g_return_val_if_fail (CHORD_IS_BENCHMARK_SWEEP (self), NULL);

  return G_LIST_MODEL (self->runs);
}

const char *const *
chord_benchmark_sweep_get_problems (ChordBenchmarkSweep *self)
{
  g_return_val_if_fail (CHORD_IS_BENCHMARK_SWEEP (self), NULL);

  return (const char *const *) self->problems;
}

static void
add_problem (ChordBenchmarkSweep *self, const GError *error)
{
  GStrvBuilder *builder = g_strv_builder_new ();

  g_strv_builder_addv (builder, (const char **) self->problems);
  g_strv_builder_add (builder, error->message);
  g_strfreev (self->problems);
  self->problems = g_strv_builder_end (builder);
  g_strv_builder_unref (builder);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROBLEMS]);
}

double
chord_benchmark_sweep_get_fraction (ChordBenchmarkSweep *self)
{
  double done;

  g_return_val_if_fail (CHORD_IS_BENCHMARK_SWEEP (self), 0);

  if (self->total <= 0)
    return 0;
  done = self->done;
  if (self->progress && self->at < self->steps->len)
    done += g_array_index (self->steps, Step, self->at).cost
            * chord_progress_get_fraction (self->progress);
  return CLAMP (done / self->total, 0, 1);
}

/* What is done says nothing about the rest before there is a little of it. */
#define LEAST_FRACTION 0.02

gint64
chord_benchmark_sweep_get_time_left (ChordBenchmarkSweep *self)
{
  double fraction;

  g_return_val_if_fail (CHORD_IS_BENCHMARK_SWEEP (self), -1);

  fraction = chord_benchmark_sweep_get_fraction (self);
  if (!self->running || fraction < LEAST_FRACTION)
    return -1;
  return (gint64) ((double) (g_get_monotonic_time () - self->started) * (1 - fraction) / fraction);
}

gboolean
chord_benchmark_sweep_get_running (ChordBenchmarkSweep *self)
{
  g_return_val_if_fail (CHORD_IS_BENCHMARK_SWEEP (self), FALSE);

  return self->running;
}

static void
set_running (ChordBenchmarkSweep *self, gboolean running)
{
  self->running = running;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUNNING]);
}

/* ---- The run --------------------------------------------------------------------------------- *
 *
 * A chain of asynchronous calls in one main context: measure the machine; then for each step load
 * the model, unless the one that is there will do, and benchmark it. */

static void next_step (GTask *task);

static const Step *
this_step (ChordBenchmarkSweep *self)
{
  return &g_array_index (self->steps, Step, self->at);
}

static void
tell_step (ChordBenchmarkSweep *self, gboolean loading)
{
  const Step *step = this_step (self);

  g_signal_emit (self, signals[STEP], 0, g_ptr_array_index (self->paths, step->model), loading,
                 step->n_threads, step->depth, step->n_prompt, step->n_generate);
}

static void
fraction_changed (ChordBenchmarkSweep *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FRACTION]);
}

static void
end_step (ChordBenchmarkSweep *self)
{
  g_clear_object (&self->progress);
  self->done += this_step (self)->cost;
  self->at++;
  fraction_changed (self);
}

/* Takes task, and error if there is one. */
static void
finish (GTask *task, GError *error)
{
  ChordBenchmarkSweep *self = g_task_get_source_object (task);

  g_clear_object (&self->model);
  g_clear_object (&self->progress);
  set_running (self, FALSE);
  if (!error && g_list_model_get_n_items (G_LIST_MODEL (self->runs)) == 0)
    error = g_error_new_literal (CHORD_ERROR, CHORD_ERROR_FAILED,
                                 self->problems[0] ? self->problems[0]
                                                   : "There is nothing to measure");
  if (error)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

static gboolean
is_cancelled (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
keep_results (ChordBenchmarkSweep *self, ChordBenchmark *benchmark, GListModel *results)
{
  for (guint i = 0; i < g_list_model_get_n_items (results); i++)
    {
      g_autoptr (ChordBenchmarkResult) result = g_list_model_get_item (results, i);
      g_autoptr (ChordBenchmarkRun) run
          = chord_benchmark_create_run (benchmark, result, self->catalog, self->group);
      g_autoptr (GError) error = NULL;

      if (self->catalog && !chord_record_save (CHORD_RECORD (run), &error))
        add_problem (self, error);
      g_list_store_append (self->runs, run);
    }
}

static void
benchmark_done (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  ChordBenchmarkSweep *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr (GListModel) results
      = chord_benchmark_run_finish (CHORD_BENCHMARK (source), result, &error);

  if (is_cancelled (error))
    {
      finish (task, error);
      return;
    }
  if (results)
    keep_results (self, CHORD_BENCHMARK (source), results);
  else
    add_problem (self, error);
  g_clear_error (&error);
  end_step (self);
  next_step (task);
}

static void
start_benchmark (GTask *task)
{
  ChordBenchmarkSweep *self = g_task_get_source_object (task);
  g_autoptr (ChordBenchmark) benchmark = chord_benchmark_new (self->model);
  const Step *step = this_step (self);

  tell_step (self, FALSE);
  chord_benchmark_set_n_prompt (benchmark, step->n_prompt);
  chord_benchmark_set_n_generate (benchmark, step->n_generate);
  chord_benchmark_set_depth (benchmark, step->depth);
  chord_benchmark_set_repetitions (benchmark, self->repetitions);
  self->progress = chord_progress_new ();
  g_signal_connect_object (self->progress, "notify::fraction", G_CALLBACK (fraction_changed), self,
                           G_CONNECT_SWAPPED);
  chord_benchmark_run_async (benchmark, self->progress, g_task_get_cancellable (task),
                             benchmark_done, task);
}

static gboolean
same_load (ChordBenchmarkSweep *self, guint i, guint j)
{
  const Step *a = &g_array_index (self->steps, Step, i);
  const Step *b = &g_array_index (self->steps, Step, j);

  return a->model == b->model && a->n_threads == b->n_threads;
}

/* A model that cannot be loaded is not tried again with the next test. */
static void
skip_model (ChordBenchmarkSweep *self)
{
  guint from = self->at;

  while (self->at < self->steps->len && same_load (self, from, self->at))
    end_step (self);
}

static void
model_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  ChordBenchmarkSweep *self = g_task_get_source_object (task);
  GError *error = NULL;

  self->model = chord_model_load_finish (result, &error);
  if (self->model)
    {
      self->model_step = self->at;
      start_benchmark (task);
    }
  else if (is_cancelled (error))
    finish (task, error);
  else
    {
      add_problem (self, error);
      g_error_free (error);
      skip_model (self);
      next_step (task);
    }
}

/* The context need not be longer than the tests; it may be longer than what the model was trained
 * for, since not what is computed matters here but how fast. */
static ChordModelOptions *
step_options (ChordBenchmarkSweep *self)
{
  ChordModelOptions *options = chord_model_options_copy (self->options);

  chord_model_options_set_n_threads (options, (int) this_step (self)->n_threads);
  if (chord_model_options_get_context_length (options) == 0)
    chord_model_options_set_context_length (
        options, (guint64) greatest (self->depths)
                     + MAX (greatest (self->prompts), self->n_generate));
  return options;
}

static void
load_model (GTask *task)
{
  ChordBenchmarkSweep *self = g_task_get_source_object (task);
  g_autoptr (ChordModelOptions) options = step_options (self);

  g_clear_object (&self->model); /* never two in memory */
  tell_step (self, TRUE);
  chord_model_load_async (g_ptr_array_index (self->paths, this_step (self)->model), options, NULL,
                          g_task_get_cancellable (task), model_loaded, task);
}

static void
next_step (GTask *task)
{
  ChordBenchmarkSweep *self = g_task_get_source_object (task);

  if (self->at == self->steps->len)
    finish (task, NULL);
  else if (self->model && same_load (self, self->model_step, self->at))
    start_benchmark (task);
  else
    load_model (task);
}

static void
machine_measured (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  GError *error = NULL;

  if (!chord_machine_measure_finish (CHORD_MACHINE (source), result, &error)
      && is_cancelled (error))
    {
      finish (task, error);
      return;
    }
  g_clear_error (&error); /* without the limit the figures are as good */
  next_step (task);
}

void
chord_benchmark_sweep_run_async (ChordBenchmarkSweep *self, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  ChordMachine *machine = chord_machine_get_default ();
  GTask *task;

  g_return_if_fail (CHORD_IS_BENCHMARK_SWEEP (self));
  g_return_if_fail (self->steps == NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, chord_benchmark_sweep_run_async);
  make_plan (self);
  self->started = g_get_monotonic_time ();
  set_running (self, TRUE);
  if (chord_machine_get_bandwidth (machine) > 0)
    next_step (task);
  else
    chord_machine_measure_async (machine, cancellable, machine_measured, task);
}

gboolean
chord_benchmark_sweep_run_finish (ChordBenchmarkSweep *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
keep_result (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

gboolean
chord_benchmark_sweep_run (ChordBenchmarkSweep *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GAsyncResult) result = NULL;

  g_return_val_if_fail (CHORD_IS_BENCHMARK_SWEEP (self), FALSE);

  g_main_context_push_thread_default (context);
  chord_benchmark_sweep_run_async (self, cancellable, keep_result, &result);
  while (!result)
    g_main_context_iteration (context, TRUE);
  g_main_context_pop_thread_default (context);
  return chord_benchmark_sweep_run_finish (self, result, error);
}
