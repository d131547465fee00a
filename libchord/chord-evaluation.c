/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-evaluation.h"

#include "chord-param-private.h"
#include "base/error.h"
#include "base/memory.h"
#include "chord-model-private.h"
#include "chord-progress-private.h"
#include "chord-work-private.h"

#include <math.h>

struct _ChordEvaluation
{
  GObject parent_instance;

  ChordModel *model;
  guint chunk_size;
  gboolean all_rows;
  gboolean log_probabilities;
  ChEngineSeq *seq; /* NULL until the first run */
  guint64 n_tokens;
  gint is_running;  /* atomic */
};

enum
{
  PROP_0,
  PROP_MODEL,
  PROP_CHUNK_SIZE,
  PROP_ALL_ROWS,
  PROP_LOG_PROBABILITIES,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ChordEvaluation, chord_evaluation, G_TYPE_OBJECT)

static void
chord_evaluation_finalize (GObject *object)
{
  ChordEvaluation *self = CHORD_EVALUATION (object);

  g_clear_object (&self->model);
  g_clear_pointer (&self->seq, ch_engine_seq_free);
  G_OBJECT_CLASS (chord_evaluation_parent_class)->finalize (object);
}

static void
chord_evaluation_get_property (GObject *object, guint prop_id, GValue *value,
                               GParamSpec *pspec)
{
  ChordEvaluation *self = CHORD_EVALUATION (object);

  switch (prop_id)
    {
    case PROP_MODEL:
      g_value_set_object (value, self->model);
      break;
    case PROP_CHUNK_SIZE:
      g_value_set_uint (value, self->chunk_size);
      break;
    case PROP_ALL_ROWS:
      g_value_set_boolean (value, self->all_rows);
      break;
    case PROP_LOG_PROBABILITIES:
      g_value_set_boolean (value, self->log_probabilities);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
chord_evaluation_set_property (GObject *object, guint prop_id, const GValue *value,
                               GParamSpec *pspec)
{
  ChordEvaluation *self = CHORD_EVALUATION (object);

  switch (prop_id)
    {
    case PROP_CHUNK_SIZE:
      chord_evaluation_set_chunk_size (self, g_value_get_uint (value));
      break;
    case PROP_ALL_ROWS:
      chord_evaluation_set_all_rows (self, g_value_get_boolean (value));
      break;
    case PROP_LOG_PROBABILITIES:
      chord_evaluation_set_log_probabilities (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
chord_evaluation_class_init (ChordEvaluationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = chord_evaluation_finalize;
  object_class->get_property = chord_evaluation_get_property;
  object_class->set_property = chord_evaluation_set_property;

  /**
   * ChordEvaluation:model:
   *
   * The model.
   */
  properties[PROP_MODEL]
      = g_param_spec_object ("model", NULL, NULL, CHORD_TYPE_MODEL, CHORD_PARAM_READABLE);

  /**
   * ChordEvaluation:chunk-size:
   *
   * How many tokens are computed at once; 0: as the model was told.
   */
  properties[PROP_CHUNK_SIZE]
      = g_param_spec_uint ("chunk-size", NULL, NULL, 0, G_MAXUINT, 0, CHORD_PARAM_READWRITE);

  /**
   * ChordEvaluation:all-rows:
   *
   * Whether there is a result for each token, or for the last one alone.
   */
  properties[PROP_ALL_ROWS]
      = g_param_spec_boolean ("all-rows", NULL, NULL, TRUE, CHORD_PARAM_READWRITE);

  /**
   * ChordEvaluation:log-probabilities:
   *
   * Whether logits are turned into natural logarithms of probabilities.
   */
  properties[PROP_LOG_PROBABILITIES]
      = g_param_spec_boolean ("log-probabilities", NULL, NULL, FALSE, CHORD_PARAM_READWRITE);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
chord_evaluation_init (ChordEvaluation *self)
{
  self->all_rows = TRUE;
}

ChordEvaluation *
chord_evaluation_new (ChordModel *model)
{
  ChordEvaluation *self;

  g_return_val_if_fail (CHORD_IS_MODEL (model), NULL);

  self = g_object_new (CHORD_TYPE_EVALUATION, NULL);
  self->model = g_object_ref (model);
  return self;
}

ChordModel *
chord_evaluation_get_model (ChordEvaluation *self)
{
  g_return_val_if_fail (CHORD_IS_EVALUATION (self), NULL);

  return self->model;
}

guint
chord_evaluation_get_chunk_size (ChordEvaluation *self)
{
  g_return_val_if_fail (CHORD_IS_EVALUATION (self), 0);

  return self->chunk_size;
}

void
chord_evaluation_set_chunk_size (ChordEvaluation *self, guint chunk_size)
{
  g_return_if_fail (CHORD_IS_EVALUATION (self));

  if (self->chunk_size == chunk_size)
    return;
  self->chunk_size = chunk_size;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CHUNK_SIZE]);
}

gboolean
chord_evaluation_get_all_rows (ChordEvaluation *self)
{
  g_return_val_if_fail (CHORD_IS_EVALUATION (self), FALSE);

  return self->all_rows;
}

void
chord_evaluation_set_all_rows (ChordEvaluation *self, gboolean all_rows)
{
  g_return_if_fail (CHORD_IS_EVALUATION (self));

  if (self->all_rows == all_rows)
    return;
  self->all_rows = all_rows;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ALL_ROWS]);
}

gboolean
chord_evaluation_get_log_probabilities (ChordEvaluation *self)
{
  g_return_val_if_fail (CHORD_IS_EVALUATION (self), FALSE);

  return self->log_probabilities;
}

void
chord_evaluation_set_log_probabilities (ChordEvaluation *self, gboolean log_probabilities)
{
  g_return_if_fail (CHORD_IS_EVALUATION (self));

  if (self->log_probabilities == log_probabilities)
    return;
  self->log_probabilities = log_probabilities;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOG_PROBABILITIES]);
}

gsize
chord_evaluation_get_row_width (ChordEvaluation *self)
{
  g_return_val_if_fail (CHORD_IS_EVALUATION (self), 0);

  return chord_model_get_result_width (self->model);
}

guint64
chord_evaluation_get_n_tokens (ChordEvaluation *self)
{
  g_return_val_if_fail (CHORD_IS_EVALUATION (self), 0);

  return self->n_tokens;
}

/* ---- A run ---- */

/* Tokens of a slice are given to the engine together; between slices progress is told. */
#define CHUNKS_PER_SLICE    64
#define DEFAULT_SLICE_SIZE  2048

typedef struct
{
  float *rows;
  gsize width;
  gboolean all; /* else the last row alone */
  gsize first;  /* row of the result where the slice begins */
  gboolean log_probabilities;
} Rows;

/* y = x - log (sum (exp (x))), summed in double. */
static void
log_softmax (float *x, gsize n)
{
  float max = x[0];
  double sum = 0;
  double shift;

  for (gsize i = 1; i < n; i++)
    max = MAX (max, x[i]);
  for (gsize i = 0; i < n; i++)
    sum += exp ((double) x[i] - (double) max);
  shift = (double) max + log (sum);
  for (gsize i = 0; i < n; i++)
    x[i] = (float) ((double) x[i] - shift);
}

static void
store_row (gsize row, const float *values, gsize n, gpointer data)
{
  Rows *rows = data;
  float *to = rows->rows + (rows->all ? rows->first + row : 0) * rows->width;

  memcpy (to, values, n * sizeof *values);
  if (rows->log_probabilities)
    log_softmax (to, n);
}

static gboolean
alloc_rows (ChordEvaluation *self, Rows *rows, gsize n_rows, gsize *size, GError **error)
{
  rows->width = chord_model_get_result_width (self->model);
  rows->log_probabilities = self->log_probabilities;
  rows->all = self->all_rows;
  rows->rows = NULL;
  if (ch_size_mul (n_rows, rows->width, size) && ch_size_mul (*size, sizeof (float), size))
    rows->rows = g_try_malloc (*size);
  if (rows->rows)
    return TRUE;
  g_set_error (error, CH_ERROR, CH_ERROR_NO_MEMORY,
               "The result of %" G_GSIZE_FORMAT " rows of %" G_GSIZE_FORMAT
               " numbers does not fit into memory",
               n_rows, rows->width);
  return FALSE;
}

static gboolean
evaluate_slices (ChordEvaluation *self, const gint32 *tokens, gsize n_tokens, Rows *rows,
                 ChordProgress *progress, GCancellable *cancellable, GError **error)
{
  gsize slice = self->chunk_size > 0 ? (gsize) self->chunk_size * CHUNKS_PER_SLICE
                                     : DEFAULT_SLICE_SIZE;

  for (gsize done = 0; done < n_tokens; done += slice)
    {
      gsize n = MIN (slice, n_tokens - done);
      gboolean wanted = self->all_rows || done + n == n_tokens;

      rows->first = done;
      if (!chord_work_evaluate (self->seq, tokens + done, n, self->chunk_size, self->all_rows,
                                wanted ? store_row : NULL, rows, cancellable, error))
        return FALSE;
      chord_progress_report (progress, done + n, n_tokens);
    }
  return TRUE;
}

static GBytes *
run_exclusively (ChordEvaluation *self, const gint32 *tokens, gsize n_tokens,
                 ChordProgress *progress, GCancellable *cancellable, GError **error)
{
  Rows rows;
  gsize size;

  if (!self->seq)
    self->seq = ch_engine_seq_new (chord_model_get_engine (self->model), error);
  if (!self->seq || !alloc_rows (self, &rows, self->all_rows ? n_tokens : 1, &size, error))
    return NULL;
  if (!evaluate_slices (self, tokens, n_tokens, &rows, progress, cancellable, error))
    {
      /* As if nothing had been asked for. */
      ch_engine_seq_truncate (self->seq, self->n_tokens, NULL);
      g_free (rows.rows);
      return NULL;
    }
  self->n_tokens += n_tokens;
  return g_bytes_new_take (rows.rows, size);
}

static GBytes *
run (ChordEvaluation *self, const gint32 *tokens, gsize n_tokens, ChordProgress *progress,
     GCancellable *cancellable, GError **error)
{
  GBytes *result;

  if (n_tokens == 0)
    {
      g_set_error_literal (error, CH_ERROR, CH_ERROR_INVALID_ARGUMENT,
                           "There are no tokens to evaluate");
      return NULL;
    }
  if (!g_atomic_int_compare_and_exchange (&self->is_running, FALSE, TRUE))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PENDING, "This evaluation is running");
      return NULL;
    }
  result = run_exclusively (self, tokens, n_tokens, progress, cancellable, error);
  g_atomic_int_set (&self->is_running, FALSE);
  return result;
}

GBytes *
chord_evaluation_run (ChordEvaluation *self, const gint32 *tokens, gsize n_tokens,
                      ChordProgress *progress, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (CHORD_IS_EVALUATION (self), NULL);
  g_return_val_if_fail (tokens != NULL || n_tokens == 0, NULL);

  chord_progress_begin (progress, NULL);
  return run (self, tokens, n_tokens, progress, cancellable, error);
}

typedef struct
{
  gint32 *tokens;
  gsize n_tokens;
  ChordProgress *progress;
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  g_free (request->tokens);
  g_clear_object (&request->progress);
  g_free (request);
}

static void
run_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Request *request = task_data;
  GError *error = NULL;
  GBytes *result = run (source, request->tokens, request->n_tokens, request->progress, cancellable,
                        &error);

  if (result)
    g_task_return_pointer (task, result, (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, error);
}

void
chord_evaluation_run_async (ChordEvaluation *self, const gint32 *tokens, gsize n_tokens,
                            ChordProgress *progress, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Request *request;

  g_return_if_fail (CHORD_IS_EVALUATION (self));
  g_return_if_fail (tokens != NULL || n_tokens == 0);

  task = g_task_new (self, cancellable, callback, user_data);
  request = g_new0 (Request, 1);
  request->tokens = g_memdup2 (tokens, n_tokens * sizeof *tokens);
  request->n_tokens = n_tokens;
  g_set_object (&request->progress, progress);
  chord_progress_begin (progress, g_task_get_context (task));
  g_task_set_source_tag (task, chord_evaluation_run_async);
  g_task_set_task_data (task, request, request_free);
  g_task_run_in_thread (task, run_in_thread);
}

GBytes *
chord_evaluation_run_finish (ChordEvaluation *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

gboolean
chord_evaluation_truncate (ChordEvaluation *self, guint64 n_tokens, GError **error)
{
  g_return_val_if_fail (CHORD_IS_EVALUATION (self), FALSE);

  if (n_tokens >= self->n_tokens)
    return TRUE;
  if (!ch_engine_seq_truncate (self->seq, n_tokens, error))
    return FALSE;
  self->n_tokens = n_tokens;
  return TRUE;
}
