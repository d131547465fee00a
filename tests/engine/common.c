/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "common.h"

#include <pthread.h>
#include <string.h>

const gint32 hello[10] = { 4094, 300, 10, 778, 33, 4095, 10, 4094, 301, 10 };

GArray *
filler (gsize n, guint seed)
{
  GArray *tokens = g_array_sized_new (FALSE, FALSE, sizeof (gint32), n);
  guint32 state = seed * 2654435761u + 1;
  for (gsize i = 0; i < n; i++)
    {
      state = state * 1664525u + 1013904223u;
      gint32 token = 300 + (gint32) ((state >> 8) % 3000);
      g_array_append_val (tokens, token);
    }
  return tokens;
}

ChEngine *
load_engine (const ChEngineOptions *options)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChGguf) gguf = ch_gguf_open (g_getenv ("CHORD_TEST_MODEL"), CH_GGUF_DEFAULT, &error);
  g_assert_no_error (error);
  ChEngine *engine = ch_engine_load (gguf, options, NULL, NULL, &error);
  g_assert_no_error (error);
  return engine;
}

ChEngine *
load_small (guint64 n_ctx, guint n_seqs)
{
  ChEngineOptions options = {
    .precision = CH_PRECISION_EXACT, .kv_type = -1, .n_ctx = n_ctx, .n_seqs = n_seqs, .n_threads = 2
  };
  return load_engine (&options);
}

ChEngineSeq *
new_seq (ChEngine *engine)
{
  g_autoptr (GError) error = NULL;
  ChEngineSeq *seq = ch_engine_seq_new (engine, &error);
  g_assert_no_error (error);
  return seq;
}

/* ---- Hearing --------------------------------------------------------------------------------- */

Heard *
heard_new (void)
{
  Heard *heard = g_new0 (Heard, 1);
  heard->ids = g_array_new (FALSE, FALSE, sizeof (gint32));
  heard->text = g_string_new (NULL);
  heard->logprobs = g_array_new (FALSE, FALSE, sizeof (ChTokenLogprob));
  heard->outputs = g_array_new (FALSE, FALSE, sizeof (float));
  heard->rows = g_array_new (FALSE, FALSE, sizeof (gsize));
  return heard;
}

void
heard_free (Heard *heard)
{
  g_array_unref (heard->ids);
  g_string_free (heard->text, TRUE);
  g_array_unref (heard->logprobs);
  g_array_unref (heard->outputs);
  g_array_unref (heard->rows);
  g_clear_error (&heard->error);
  g_clear_pointer (&heard->gate, gate_free);
  g_free (heard);
}

static void
note (Heard *heard)
{
  g_assert_cmpuint (heard->n_finished, ==, 0);
  if (heard->gate != NULL)
    gate_wait (heard->gate);
  if (heard->hook != NULL)
    heard->hook (heard);
}

static void
on_progress (gsize done, gsize total, gpointer data)
{
  Heard *heard = data;
  g_assert_cmpuint (done, <=, total);
  g_assert_true (heard->n_progress == 0 || (done >= heard->done && total == heard->total));
  heard->done = done;
  heard->total = total;
  heard->n_progress++;
  note (heard);
}

static void
on_token (gint32 token, const char *text, gsize length, const ChTokenLogprob *logprobs,
          gsize n_logprobs, gpointer data)
{
  Heard *heard = data;
  g_array_append_val (heard->ids, token);
  g_string_append_len (heard->text, text, (gssize) length);
  g_assert_true (g_utf8_validate_len (text, length, NULL));
  if (n_logprobs > 0)
    g_array_append_val (heard->logprobs, logprobs[0]);
  for (gsize i = 2; i < n_logprobs; i++)
    g_assert_cmpfloat (logprobs[i].logprob, <=, logprobs[i - 1].logprob);
  note (heard);
}

static void
on_output (gsize row, const float *values, gsize n, gpointer data)
{
  Heard *heard = data;
  g_array_append_val (heard->rows, row);
  g_array_append_vals (heard->outputs, values, n);
  note (heard);
}

static void
on_finished (ChFinish why, const ChJobUsage *usage, const GError *error, gpointer data)
{
  Heard *heard = data;
  if (why == CH_FINISH_LENGTH && error != NULL)
    g_assert_error (error, CH_ERROR, CH_ERROR_CONTEXT_FULL);
  else
    g_assert_cmpint (why == CH_FINISH_ERROR, ==, error != NULL);
  heard->why = why;
  heard->usage = *usage;
  heard->error = error != NULL ? g_error_copy (error) : NULL;
  heard->n_finished++;
  g_assert_cmpuint (heard->n_finished, ==, 1);
}

static void
on_free (gpointer data)
{
  Heard *heard = data;
  g_assert_cmpuint (heard->n_finished, ==, 1);
  heard->n_freed++;
}

const ChJobCallbacks hearing = { on_progress, on_token, on_output, on_finished, on_free };

ChGenerateRequest
greedy_request (const gint32 *prompt, gsize n, gint64 max_tokens)
{
  ChSamplerParams params = CH_SAMPLER_PARAMS_INIT;
  params.temperature = 0;
  return (ChGenerateRequest){ .prompt = prompt,
                              .n_prompt = n,
                              .sampling = params,
                              .max_tokens = max_tokens,
                              .ignore_eog = TRUE };
}

ChJob *
start (ChEngineSeq *seq, const ChGenerateRequest *request, Heard *heard)
{
  g_autoptr (GError) error = NULL;
  ChJob *job = ch_engine_generate (seq, request, &hearing, heard, &error);
  g_assert_no_error (error);
  g_assert_nonnull (job);
  return job;
}

ChJob *
start_evaluation (ChEngineSeq *seq, const gint32 *tokens, gsize n, guint chunk, gboolean all,
                  Heard *heard)
{
  g_autoptr (GError) error = NULL;
  ChJob *job = ch_engine_evaluate (seq, tokens, n, chunk, all, &hearing, heard, &error);
  g_assert_no_error (error);
  g_assert_nonnull (job);
  return job;
}

static Heard *
wait_for (ChJob *job, Heard *heard)
{
  ch_job_wait (job);
  ch_job_unref (job);
  g_assert_cmpuint (heard->n_finished, ==, 1);
  g_assert_cmpuint (heard->n_freed, ==, 1);
  return heard;
}

Heard *
generate (ChEngineSeq *seq, const ChGenerateRequest *request)
{
  Heard *heard = heard_new ();
  return wait_for (start (seq, request, heard), heard);
}

Heard *
evaluate (ChEngineSeq *seq, const gint32 *tokens, gsize n, guint chunk, gboolean all)
{
  Heard *heard = heard_new ();
  return wait_for (start_evaluation (seq, tokens, n, chunk, all, heard), heard);
}

/* ---- Assertions ------------------------------------------------------------------------------ */

void
assert_same_ids (const GArray *a, const GArray *b)
{
  g_assert_cmpmem (a->data, a->len * sizeof (gint32), b->data, b->len * sizeof (gint32));
}

void
assert_same_floats (const GArray *a, const GArray *b)
{
  g_assert_cmpuint (a->len, ==, b->len);
  g_assert_cmpmem (a->data, a->len * sizeof (float), b->data, b->len * sizeof (float));
}

void
assert_holds (ChEngineSeq *seq, const gint32 *tokens, gsize n)
{
  g_autoptr (GArray) held = ch_engine_seq_tokens (seq);
  g_assert_cmpmem (held->data, held->len * sizeof (gint32), tokens, n * sizeof (gint32));
}

/* ---- Gates ----------------------------------------------------------------------------------- */

struct Gate
{
  pthread_mutex_t lock;
  pthread_cond_t opened;
  gboolean open;
};

Gate *
gate_new (void)
{
  Gate *gate = g_new0 (Gate, 1);
  pthread_mutex_init (&gate->lock, NULL);
  pthread_cond_init (&gate->opened, NULL);
  return gate;
}

void
gate_free (Gate *gate)
{
  pthread_mutex_destroy (&gate->lock);
  pthread_cond_destroy (&gate->opened);
  g_free (gate);
}

void
gate_open (Gate *gate)
{
  pthread_mutex_lock (&gate->lock);
  gate->open = TRUE;
  pthread_cond_broadcast (&gate->opened);
  pthread_mutex_unlock (&gate->lock);
}

void
gate_wait (Gate *gate)
{
  pthread_mutex_lock (&gate->lock);
  while (!gate->open)
    pthread_cond_wait (&gate->opened, &gate->lock);
  pthread_mutex_unlock (&gate->lock);
}
