/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-benchmark.h"

#include "chord-param-private.h"
#include "base/memory.h"
#include "chord-benchmark-result-private.h"
#include "chord-enum-types.h"
#include "chord-info.h"
#include "chord-machine.h"
#include "chord-model-private.h"
#include "chord-progress-private.h"
#include "chord-work-private.h"

struct _ChordBenchmark
{
  GObject parent_instance;

  ChordModel *model;
  guint n_prompt;
  guint n_generate;
  guint depth;
  guint repetitions;
};

enum
{
  PROP_0,
  PROP_MODEL,
  PROP_N_PROMPT,
  PROP_N_GENERATE,
  PROP_DEPTH,
  PROP_REPETITIONS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ChordBenchmark, chord_benchmark, G_TYPE_OBJECT)

static void
chord_benchmark_finalize (GObject *object)
{
  ChordBenchmark *self = CHORD_BENCHMARK (object);

  g_clear_object (&self->model);
  G_OBJECT_CLASS (chord_benchmark_parent_class)->finalize (object);
}

static void
chord_benchmark_get_property (GObject *object, guint prop_id, GValue *value,
                              GParamSpec *pspec)
{
  ChordBenchmark *self = CHORD_BENCHMARK (object);

  switch (prop_id)
    {
    case PROP_MODEL:
      g_value_set_object (value, self->model);
      break;
    case PROP_N_PROMPT:
      g_value_set_uint (value, self->n_prompt);
      break;
    case PROP_N_GENERATE:
      g_value_set_uint (value, self->n_generate);
      break;
    case PROP_DEPTH:
      g_value_set_uint (value, self->depth);
      break;
    case PROP_REPETITIONS:
      g_value_set_uint (value, self->repetitions);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
chord_benchmark_set_property (GObject *object, guint prop_id, const GValue *value,
                              GParamSpec *pspec)
{
  ChordBenchmark *self = CHORD_BENCHMARK (object);

  switch (prop_id)
    {
    case PROP_N_PROMPT:
      chord_benchmark_set_n_prompt (self, g_value_get_uint (value));
      break;
    case PROP_N_GENERATE:
      chord_benchmark_set_n_generate (self, g_value_get_uint (value));
      break;
    case PROP_DEPTH:
      chord_benchmark_set_depth (self, g_value_get_uint (value));
      break;
    case PROP_REPETITIONS:
      chord_benchmark_set_repetitions (self, g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
chord_benchmark_class_init (ChordBenchmarkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = chord_benchmark_finalize;
  object_class->get_property = chord_benchmark_get_property;
  object_class->set_property = chord_benchmark_set_property;

  /**
   * ChordBenchmark:model:
   *
   * The model.
   */
  properties[PROP_MODEL]
      = g_param_spec_object ("model", NULL, NULL, CHORD_TYPE_MODEL, CHORD_PARAM_READABLE);

  /**
   * ChordBenchmark:n-prompt:
   *
   * The length of the prompt test; 0 leaves it out.
   */
  properties[PROP_N_PROMPT]
      = g_param_spec_uint ("n-prompt", NULL, NULL, 0, G_MAXUINT, 512, CHORD_PARAM_READWRITE);

  /**
   * ChordBenchmark:n-generate:
   *
   * How many tokens the generation test makes; 0 leaves it out.
   */
  properties[PROP_N_GENERATE]
      = g_param_spec_uint ("n-generate", NULL, NULL, 0, G_MAXUINT, 128, CHORD_PARAM_READWRITE);

  /**
   * ChordBenchmark:depth:
   *
   * How many tokens are in the context before a test begins.
   */
  properties[PROP_DEPTH]
      = g_param_spec_uint ("depth", NULL, NULL, 0, G_MAXUINT, 0, CHORD_PARAM_READWRITE);

  /**
   * ChordBenchmark:repetitions:
   *
   * How often each test runs.
   */
  properties[PROP_REPETITIONS]
      = g_param_spec_uint ("repetitions", NULL, NULL, 0, G_MAXUINT, 5, CHORD_PARAM_READWRITE);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
chord_benchmark_init (ChordBenchmark *self)
{
  self->n_prompt = 512;
  self->n_generate = 128;
  self->repetitions = 5;
}

ChordBenchmark *
chord_benchmark_new (ChordModel *model)
{
  ChordBenchmark *self;

  g_return_val_if_fail (CHORD_IS_MODEL (model), NULL);

  self = g_object_new (CHORD_TYPE_BENCHMARK, NULL);
  self->model = g_object_ref (model);
  return self;
}

ChordModel *
chord_benchmark_get_model (ChordBenchmark *self)
{
  g_return_val_if_fail (CHORD_IS_BENCHMARK (self), NULL);

  return self->model;
}

guint
chord_benchmark_get_n_prompt (ChordBenchmark *self)
{
  g_return_val_if_fail (CHORD_IS_BENCHMARK (self), 0);

  return self->n_prompt;
}

void
chord_benchmark_set_n_prompt (ChordBenchmark *self, guint n_prompt)
{
  g_return_if_fail (CHORD_IS_BENCHMARK (self));

  if (self->n_prompt == n_prompt)
    return;
  self->n_prompt = n_prompt;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_PROMPT]);
}

guint
chord_benchmark_get_n_generate (ChordBenchmark *self)
{
  g_return_val_if_fail (CHORD_IS_BENCHMARK (self), 0);

  return self->n_generate;
}

void
chord_benchmark_set_n_generate (ChordBenchmark *self, guint n_generate)
{
  g_return_if_fail (CHORD_IS_BENCHMARK (self));

  if (self->n_generate == n_generate)
    return;
  self->n_generate = n_generate;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_GENERATE]);
}

guint
chord_benchmark_get_depth (ChordBenchmark *self)
{
  g_return_val_if_fail (CHORD_IS_BENCHMARK (self), 0);

  return self->depth;
}

void
chord_benchmark_set_depth (ChordBenchmark *self, guint depth)
{
  g_return_if_fail (CHORD_IS_BENCHMARK (self));

  if (self->depth == depth)
    return;
  self->depth = depth;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DEPTH]);
}

guint
chord_benchmark_get_repetitions (ChordBenchmark *self)
{
  g_return_val_if_fail (CHORD_IS_BENCHMARK (self), 0);

  return self->repetitions;
}

void
chord_benchmark_set_repetitions (ChordBenchmark *self, guint repetitions)
{
  g_return_if_fail (CHORD_IS_BENCHMARK (self));

  if (self->repetitions == repetitions)
    return;
  self->repetitions = repetitions;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REPETITIONS]);
}

static const char *
enum_nick (GType type, int value)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (type);
  GEnumValue *known = g_enum_get_value (klass, value);

  return known ? known->value_nick : NULL;
}

/* ---- A run ---- */

typedef struct
{
  ChordBenchmark *self;
  ChEngineSeq *seq;
  gint32 *tokens;      /* made up; as many as the longest test needs */
  guint64 done, total; /* work, in tokens of a prompt */
  ChordProgress *progress;
  GCancellable *cancellable;
} Run;

/* Which tokens they are makes no difference to the speed, but they are the same each time. */
static gint32 *
make_up_tokens (guint64 n_vocab, gsize n)
{
  gint32 *tokens = g_new (gint32, n);
  guint32 state = 1;

  for (gsize i = 0; i < n; i++)
    {
      state = state * 1664525u + 1013904223u;
      tokens[i] = (gint32) ((guint64) (state >> 8) % n_vocab);
    }
  return tokens;
}

/* About how many tokens of a prompt take as long as one that is generated. */
#define DECODE_COST 6

/* What is fed before the progress is told. */
#define DEPTH_STEP 512

static void
advance (Run *run, guint64 cost)
{
  run->done += cost;
  chord_progress_report (run->progress, run->done, run->total);
}

/* One run of a test from the depth on, which the sequence is cut back to first. */
static gboolean
run_once (Run *run, gboolean generate, gsize n, double *rate, GError **error)
{
  gsize depth = run->self->depth;
  gint64 start;
  gboolean ok;

  if (!ch_engine_seq_truncate (run->seq, depth, error))
    return FALSE;
  start = g_get_monotonic_time ();
  ok = generate ? chord_work_generate (run->seq, run->tokens, depth + 1, n, run->cancellable, error)
                : chord_work_evaluate (run->seq, run->tokens + depth, n, 0, FALSE, NULL, NULL,
                                       run->cancellable, error);
  *rate = (double) n * G_USEC_PER_SEC / (double) MAX (1, g_get_monotonic_time () - start);
  if (ok)
    advance (run, n * (generate ? DECODE_COST : 1));
  return ok;
}

static ChordBenchmarkResult *
make_result (ChordBenchmark *self, gboolean generate, guint n, GArray *rates)
{
  ChordBenchmarkTest test = {
    .decode = generate,
    .n_tokens = n,
    .depth = self->depth,
    .n_threads = chord_model_get_n_threads (self->model),
    .bytes_per_token
    = chord_model_get_bytes_per_token (self->model, self->depth + (generate ? n / 2 : 0)),
    .peak_memory = ch_memory_peak_rss (),
  };

  return chord_benchmark_result_new (&test, rates);
}

static gboolean
run_test (Run *run, gboolean generate, guint n, GListStore *results, GError **error)
{
  ChordBenchmark *self = run->self;
  g_autoptr (GArray) rates = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (ChordBenchmarkResult) result = NULL;
  double rate;

  if (n == 0)
    return TRUE;
  if (!run_once (run, generate, n, &rate, error)) /* the warm-up */
    return FALSE;
  for (guint i = 0; i < self->repetitions; i++)
    {
      if (!run_once (run, generate, n, &rate, error))
        return FALSE;
      g_array_append_val (rates, rate);
    }
  result = make_result (self, generate, n, g_steal_pointer (&rates));
  g_list_store_append (results, result);
  return TRUE;
}

/* Fills the context up to the depth that the tests begin at. */
static gboolean
reach_depth (Run *run, GError **error)
{
  for (guint n, at = 0; at < run->self->depth; at += n)
    {
      n = MIN (DEPTH_STEP, run->self->depth - at);
      if (!chord_work_evaluate (run->seq, run->tokens + at, n, 0, FALSE, NULL, NULL,
                                run->cancellable, error))
        return FALSE;
      advance (run, n);
    }
  return TRUE;
}

static gboolean
run_tests (Run *run, GListStore *results, GError **error)
{
  ChordBenchmark *self = run->self;

  run->seq = ch_engine_seq_new (chord_model_get_engine (self->model), error);
  return run->seq && reach_depth (run, error)
         && run_test (run, FALSE, self->n_prompt, results, error)
         && run_test (run, TRUE, self->n_generate, results, error);
}

static GListModel *
run_all (ChordBenchmark *self, ChordProgress *progress, GCancellable *cancellable, GError **error)
{
  g_autoptr (GListStore) results = g_list_store_new (CHORD_TYPE_BENCHMARK_RESULT);
  guint64 n_vocab = ch_engine_hparams (chord_model_get_engine (self->model))->n_vocab;
  guint64 cost = (guint64) self->n_prompt + (guint64) self->n_generate * DECODE_COST;
  Run run = {
    .self = self,
    .tokens = make_up_tokens (n_vocab, (gsize) self->depth + self->n_prompt + 1),
    .total = self->depth + cost * ((guint64) self->repetitions + 1),
    .progress = progress,
    .cancellable = cancellable,
  };
  gboolean ok = run_tests (&run, results, error);

  g_clear_pointer (&run.seq, ch_engine_seq_free);
  g_free (run.tokens);
  return ok ? G_LIST_MODEL (g_steal_pointer (&results)) : NULL;
}

GListModel *
chord_benchmark_run (ChordBenchmark *self, ChordProgress *progress, GCancellable *cancellable,
                     GError **error)
{
  g_return_val_if_fail (CHORD_IS_BENCHMARK (self), NULL);

  chord_progress_begin (progress, NULL);
  return run_all (self, progress, cancellable, error);
}

static void
run_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  GListModel *results = run_all (source, task_data, cancellable, &error);

  if (results)
    g_task_return_pointer (task, results, g_object_unref);
  else
    g_task_return_error (task, error);
}

void
chord_benchmark_run_async (ChordBenchmark *self, ChordProgress *progress, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (CHORD_IS_BENCHMARK (self));

  task = g_task_new (self, cancellable, callback, user_data);
  chord_progress_begin (progress, g_task_get_context (task));
  g_task_set_source_tag (task, chord_benchmark_run_async);
  if (progress)
    g_task_set_task_data (task, g_object_ref (progress), g_object_unref);
  g_task_run_in_thread (task, run_in_thread);
}

GListModel *
chord_benchmark_run_finish (ChordBenchmark *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* ---- The history ----------------------------------------------------------------------------- */

static void
describe_model (ChordBenchmarkRun *run, ChordModel *model)
{
  ChordModelFile *file = chord_model_get_file (model);

  g_object_set (run,
                "model-name", chord_model_get_name (model),
                "model-path", chord_model_file_get_path (file),
                "architecture", chord_model_get_architecture (model),
                "quantization", chord_model_file_get_quantization (file),
                "model-bytes", chord_model_file_get_file_size (file),
                "memory",
                chord_model_file_get_file_size (file) + chord_model_get_memory_used (model),
                "precision", enum_nick (CHORD_TYPE_PRECISION, chord_model_get_precision (model)),
                "kv-type", enum_nick (CHORD_TYPE_KV_TYPE, chord_model_get_kv_type (model)),
                NULL);
}

/* Only what generation reads is known: how often a prompt reads the weights depends on how it is
 * cut. */
static void
describe_result (ChordBenchmarkRun *run, ChordBenchmarkResult *result)
{
  double rate = chord_benchmark_result_get_median_rate (result);
  gboolean decode = g_str_equal (chord_benchmark_result_get_kind (result), "decode");

  g_object_set (run,
                "kind", chord_benchmark_result_get_kind (result),
                "n-tokens", chord_benchmark_result_get_n_tokens (result),
                "depth", (guint64) chord_benchmark_result_get_depth (result),
                "n-threads", chord_benchmark_result_get_n_threads (result),
                "rate", rate,
                "rate-min", chord_benchmark_result_get_min_rate (result),
                "rate-max", chord_benchmark_result_get_max_rate (result),
                "bandwidth",
                decode ? rate * (double) chord_benchmark_result_get_bytes_per_token (result) : 0.0,
                NULL);
}

ChordBenchmarkRun *
chord_benchmark_create_run (ChordBenchmark *self, ChordBenchmarkResult *result,
                            ChordCatalog *catalog, const char *group)
{
  ChordMachine *machine = chord_machine_get_default ();
  ChordBenchmarkRun *run;

  g_return_val_if_fail (CHORD_IS_BENCHMARK (self), NULL);
  g_return_val_if_fail (CHORD_IS_BENCHMARK_RESULT (result), NULL);

  run = g_object_new (CHORD_TYPE_BENCHMARK_RUN,
                      "catalog", catalog,
                      "created", g_get_real_time (),
                      "machine", chord_machine_get_cpu (machine),
                      "machine-bandwidth", chord_machine_get_bandwidth (machine),
                      "backend", "cpu",
                      "group", group,
                      "chord-version", chord_get_version (),
                      NULL);
  describe_model (run, self->model);
  describe_result (run, result);
  return run;
}
