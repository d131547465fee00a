/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-perplexity.h"

#include "chord-param-private.h"
#include "base/error.h"
#include "chord-model-private.h"
#include "chord-progress-private.h"
#include "chord-work-private.h"

#include <math.h>

struct _ChordPerplexity
{
  GObject parent_instance;

  ChordModel *model;
  guint window;
  guint64 n_windows;
  guint64 n_scored;
};

enum
{
  PROP_0,
  PROP_MODEL,
  PROP_WINDOW,
  PROP_N_WINDOWS,
  PROP_N_SCORED,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ChordPerplexity, chord_perplexity, G_TYPE_OBJECT)

static void
chord_perplexity_finalize (GObject *object)
{
  ChordPerplexity *self = CHORD_PERPLEXITY (object);

  g_clear_object (&self->model);
  G_OBJECT_CLASS (chord_perplexity_parent_class)->finalize (object);
}

static void
chord_perplexity_get_property (GObject *object, guint prop_id, GValue *value,
                               GParamSpec *pspec)
{
  ChordPerplexity *self = CHORD_PERPLEXITY (object);

  switch (prop_id)
    {
    case PROP_MODEL:
      g_value_set_object (value, self->model);
      break;
    case PROP_WINDOW:
      g_value_set_uint (value, self->window);
      break;
    case PROP_N_WINDOWS:
      g_value_set_uint64 (value, self->n_windows);
      break;
    case PROP_N_SCORED:
      g_value_set_uint64 (value, self->n_scored);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
chord_perplexity_set_property (GObject *object, guint prop_id, const GValue *value,
                               GParamSpec *pspec)
{
  ChordPerplexity *self = CHORD_PERPLEXITY (object);

  switch (prop_id)
    {
    case PROP_WINDOW:
      chord_perplexity_set_window (self, g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
chord_perplexity_class_init (ChordPerplexityClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = chord_perplexity_finalize;
  object_class->get_property = chord_perplexity_get_property;
  object_class->set_property = chord_perplexity_set_property;

  /**
   * ChordPerplexity:model:
   *
   * The model.
   */
  properties[PROP_MODEL]
      = g_param_spec_object ("model", NULL, NULL, CHORD_TYPE_MODEL, CHORD_PARAM_READABLE);

  /**
   * ChordPerplexity:window:
   *
   * How many tokens are looked at together.
   */
  properties[PROP_WINDOW]
      = g_param_spec_uint ("window", NULL, NULL, 0, G_MAXUINT, 512, CHORD_PARAM_READWRITE);

  /**
   * ChordPerplexity:n-windows:
   *
   * How many windows the last run looked at.
   */
  properties[PROP_N_WINDOWS]
      = g_param_spec_uint64 ("n-windows", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_READABLE);

  /**
   * ChordPerplexity:n-scored:
   *
   * How many tokens the last run scored.
   */
  properties[PROP_N_SCORED]
      = g_param_spec_uint64 ("n-scored", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_READABLE);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
chord_perplexity_init (ChordPerplexity *self)
{
  self->window = 512;
}

ChordPerplexity *
chord_perplexity_new (ChordModel *model)
{
  ChordPerplexity *self;

  g_return_val_if_fail (CHORD_IS_MODEL (model), NULL);

  self = g_object_new (CHORD_TYPE_PERPLEXITY, NULL);
  self->model = g_object_ref (model);
  return self;
}

ChordModel *
chord_perplexity_get_model (ChordPerplexity *self)
{
  g_return_val_if_fail (CHORD_IS_PERPLEXITY (self), NULL);

  return self->model;
}

guint
chord_perplexity_get_window (ChordPerplexity *self)
{
  g_return_val_if_fail (CHORD_IS_PERPLEXITY (self), 0);

  return self->window;
}

void
chord_perplexity_set_window (ChordPerplexity *self, guint window)
{
  g_return_if_fail (CHORD_IS_PERPLEXITY (self));

  if (self->window == window)
    return;
  self->window = window;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WINDOW]);
}

guint64
chord_perplexity_get_n_windows (ChordPerplexity *self)
{
  g_return_val_if_fail (CHORD_IS_PERPLEXITY (self), 0);

  return self->n_windows;
}

guint64
chord_perplexity_get_n_scored (ChordPerplexity *self)
{
  g_return_val_if_fail (CHORD_IS_PERPLEXITY (self), 0);

  return self->n_scored;
}

/* ---- A run ---- */

/* The second half of a window is scored: each token there by what the model said one before it. */
typedef struct
{
  const gint32 *tokens; /* of the rows that are scored, and one more */
  gsize n_rows;
  double sum; /* of the negative log-probabilities */
} Score;

static void
score_row (gsize row, const float *logits, gsize n_vocab, gpointer data)
{
  Score *score = data;

  if (row + 1 < score->n_rows)
    score->sum -= (double) ch_token_logprob (logits, n_vocab, score->tokens[row + 1]);
}

static gboolean
score_window (ChEngineSeq *seq, gint32 *tokens, gsize n, gint32 bos, Score *score,
              GCancellable *cancellable, GError **error)
{
  gsize first = n / 2;
  gint32 replaced = tokens[0];
  gboolean ok;

  score->tokens = tokens + first;
  score->n_rows = n - first;
  if (bos >= 0)
    tokens[0] = bos;
  ok = ch_engine_seq_truncate (seq, 0, error)
       && chord_work_evaluate (seq, tokens, first, 0, FALSE, NULL, NULL, cancellable, error)
       && chord_work_evaluate (seq, tokens + first, n - first, 0, TRUE, score_row, score,
                               cancellable, error);
  tokens[0] = replaced;
  return ok;
}

static gboolean
check_text (ChordPerplexity *self, gsize n_tokens, GError **error)
{
  guint n_vocab = (guint) ch_engine_hparams (chord_model_get_engine (self->model))->n_vocab;

  if (self->window < 4)
    g_set_error (error, CH_ERROR, CH_ERROR_INVALID_ARGUMENT,
                 "A window of %u tokens is too small, it must have 4 at least", self->window);
  else if (n_tokens < self->window)
    g_set_error (error, CH_ERROR, CH_ERROR_INVALID_ARGUMENT,
                 "The text has %" G_GSIZE_FORMAT " tokens, which do not fill one window of %u",
                 n_tokens, self->window);
  else if (chord_model_get_result_width (self->model) != n_vocab)
    g_set_error (error, CH_ERROR, CH_ERROR_UNSUPPORTED,
                 "%s makes embeddings, so it has no perplexity",
                 chord_model_get_name (self->model));
  else
    return TRUE;
  return FALSE;
}

static double
score_tokens (ChordPerplexity *self, gint32 *tokens, gsize n_tokens, gint32 bos,
              ChordProgress *progress, GCancellable *cancellable, GError **error)
{
  ChEngineSeq *seq = ch_engine_seq_new (chord_model_get_engine (self->model), error);
  gsize window = self->window;
  gsize n_windows = n_tokens / window;
  Score score = { 0 };
  gsize done = 0;

  if (!seq)
    return -1;
  while (done < n_windows
         && score_window (seq, tokens + done * window, window, bos, &score, cancellable, error))
    chord_progress_report (progress, ++done, n_windows);
  ch_engine_seq_free (seq);
  if (done < n_windows)
    return -1;

  self->n_windows = n_windows;
  self->n_scored = n_windows * (window - window / 2 - 1);
  return exp (score.sum / (double) self->n_scored);
}

static double
run (ChordPerplexity *self, const char *text, gssize length, ChordProgress *progress,
     GCancellable *cancellable, GError **error)
{
  ChordTokenizer *tokenizer = chord_model_get_tokenizer (self->model, error);
  g_autofree gint32 *tokens = NULL;
  gsize n_tokens;
  gint32 bos;

  if (!tokenizer)
    return -1;
  tokens = chord_tokenizer_tokenize (tokenizer, text, length, CHORD_TOKENIZE_FLAGS_NONE, &n_tokens);
  if (!check_text (self, n_tokens, error))
    return -1;
  bos = chord_tokenizer_get_adds_bos (tokenizer) ? chord_tokenizer_get_bos_token (tokenizer) : -1;
  return score_tokens (self, tokens, n_tokens, bos, progress, cancellable, error);
}

double
chord_perplexity_run (ChordPerplexity *self, const char *text, gssize length,
                      ChordProgress *progress, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (CHORD_IS_PERPLEXITY (self), -1);
  g_return_val_if_fail (text != NULL, -1);

  chord_progress_begin (progress, NULL);
  return run (self, text, length, progress, cancellable, error);
}

typedef struct
{
  char *text;
  gssize length;
  ChordProgress *progress;
  double result;
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  g_free (request->text);
  g_clear_object (&request->progress);
  g_free (request);
}

static void
run_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Request *request = task_data;
  GError *error = NULL;

  request->result
      = run (source, request->text, request->length, request->progress, cancellable, &error);
  if (error)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

void
chord_perplexity_run_async (ChordPerplexity *self, const char *text, gssize length,
                            ChordProgress *progress, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Request *request;

  g_return_if_fail (CHORD_IS_PERPLEXITY (self));
  g_return_if_fail (text != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  request = g_new0 (Request, 1);
  request->length = length < 0 ? (gssize) strlen (text) : length;
  request->text = g_memdup2 (text, (gsize) request->length);
  g_set_object (&request->progress, progress);
  chord_progress_begin (progress, g_task_get_context (task));
  g_task_set_source_tag (task, chord_perplexity_run_async);
  g_task_set_task_data (task, request, request_free);
  g_task_run_in_thread (task, run_in_thread);
}

double
chord_perplexity_run_finish (ChordPerplexity *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), -1);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return -1;
  return ((Request *) g_task_get_task_data (G_TASK (result)))->result;
}
