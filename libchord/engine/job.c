/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine-private.h"

#include <string.h>

#include "base/error.h"

/* An evaluation of all rows that has no chunk of its own takes no more of them at a time than give
 * this many bytes. */
#define OUTPUT_BYTES    (32u << 20)
#define MIN_OUTPUT_ROWS 16

/* ---- Life ------------------------------------------------------------------------------------ */

static ChJob *
job_new (ChEngineSeq *seq, const ChJobCallbacks *callbacks, gpointer data)
{
  ChJob *job = g_new0 (ChJob, 1);
  atomic_init (&job->refs, 1);
  atomic_init (&job->cancelled, FALSE);
  pthread_mutex_init (&job->lock, NULL);
  pthread_cond_init (&job->ended, NULL);
  if (callbacks != NULL)
    job->callbacks = *callbacks;
  job->data = data;
  job->seq = seq;
  job->chunk = seq->engine->chunk;
  job->feed = g_array_new (FALSE, FALSE, sizeof (gint32));
  return job;
}

ChJob *
ch_job_ref (ChJob *job)
{
  atomic_fetch_add (&job->refs, 1);
  return job;
}

void
ch_job_unref (ChJob *job)
{
  if (atomic_fetch_sub (&job->refs, 1) > 1)
    return;
  g_clear_pointer (&job->sampler, ch_sampler_free);
  g_clear_pointer (&job->stop, ch_stop_free);
  g_clear_pointer (&job->detok, ch_detokenizer_free);
  if (job->delta != NULL)
    g_string_free (job->delta, TRUE);
  g_free (job->logprobs);
  g_array_unref (job->feed);
  g_clear_error (&job->error);
  pthread_mutex_destroy (&job->lock);
  pthread_cond_destroy (&job->ended);
  g_free (job);
}

void
ch_job_cancel_locked (ChJob *job)
{
  atomic_store (&job->cancelled, TRUE);
  if (job->may_abort)
    atomic_store (&job->seq->engine->abort, TRUE);
}

void
ch_job_cancel (ChJob *job)
{
  pthread_mutex_lock (&job->lock);
  if (job->engine != NULL)
    {
      pthread_mutex_lock (&job->engine->lock);
      ch_job_cancel_locked (job);
      pthread_mutex_unlock (&job->engine->lock);
    }
  pthread_mutex_unlock (&job->lock);
}

void
ch_job_wait (ChJob *job)
{
  pthread_mutex_lock (&job->lock);
  g_warn_if_fail (job->done || !pthread_equal (job->engine->thread, pthread_self ()));
  while (!job->done)
    pthread_cond_wait (&job->ended, &job->lock);
  pthread_mutex_unlock (&job->lock);
}

/* ---- Submission ------------------------------------------------------------------------------ */

static gboolean
check_tokens (ChEngine *engine, const gint32 *tokens, gsize n, GError **error)
{
  guint64 n_vocab = ch_engine_hparams (engine)->n_vocab;
  if (n == 0)
    {
      g_set_error_literal (error, CH_ERROR, CH_ERROR_INVALID_ARGUMENT,
                           "There are no tokens to evaluate");
      return FALSE;
    }
  for (gsize i = 0; i < n; i++)
    if (tokens[i] < 0 || (guint64) tokens[i] >= n_vocab)
      {
        g_set_error (error, CH_ERROR, CH_ERROR_INVALID_ARGUMENT,
                     "Token %d at place %" G_GSIZE_FORMAT
                     " is not in the vocabulary of %" G_GUINT64_FORMAT " tokens",
                     tokens[i], i, n_vocab);
        return FALSE;
      }
  return TRUE;
}

static gboolean
check_fits (ChEngine *engine, gsize n_before, gsize n, GError **error)
{
  if (n <= engine->n_ctx && n_before <= engine->n_ctx - n)
    return TRUE;
  g_set_error (error, CH_ERROR, CH_ERROR_CONTEXT_FULL,
               "%" G_GSIZE_FORMAT " tokens are too many for the context of %" G_GUINT64_FORMAT
               " tokens",
               n_before + n, engine->n_ctx);
  return FALSE;
}

/* Hands the job to the engine's thread; takes over the caller's reference, and returns one. Lock
 * held. */
static ChJob *
submit (ChJob *job)
{
  ChEngine *engine = job->seq->engine;
  job->engine = ch_engine_ref (engine);
  job->seq->job = job;
  job->submitted_at = g_get_monotonic_time ();
  g_ptr_array_add (engine->jobs, job);
  pthread_cond_signal (&engine->wake);
  return ch_job_ref (job);
}

static ChJob *
submit_if_idle (ChJob *job, GError **error)
{
  ChEngine *engine = job->seq->engine;
  pthread_mutex_lock (&engine->lock);
  ChJob *submitted = ch_engine_seq_check_idle (job->seq, error) ? submit (job) : NULL;
  pthread_mutex_unlock (&engine->lock);
  if (submitted == NULL)
    ch_job_unref (job);
  return submitted;
}

static gboolean
prepare_generation (ChJob *job, const ChGenerateRequest *request, GError **error)
{
  ChEngine *engine = job->seq->engine;
  if (engine->vocab == NULL && request->stop != NULL && request->stop[0] != NULL)
    {
      g_set_error (error, CH_ERROR, CH_ERROR_INVALID_ARGUMENT,
                   "A model without a vocabulary has no stop strings: %s",
                   engine->vocab_error->message);
      return FALSE;
    }
  job->sampler = ch_sampler_new (&request->sampling, error);
  job->stop = job->sampler != NULL ? ch_stop_new (request->stop, error) : NULL;
  if (job->stop == NULL)
    return FALSE;
  g_array_append_vals (job->feed, request->prompt, request->n_prompt);
  job->usage.n_prompt = request->n_prompt;
  job->max_tokens = request->max_tokens;
  job->ignore_eog = request->ignore_eog;
  job->delta = g_string_new (NULL);
  job->n_logprobs = (guint) MIN (request->n_logprobs, ch_engine_hparams (engine)->n_vocab);
  if (job->n_logprobs > 0)
    job->logprobs = g_new0 (ChTokenLogprob, job->n_logprobs + 1);
  if (engine->vocab != NULL)
    job->detok = ch_detokenizer_new (engine->vocab, request->special_text, FALSE);
  return TRUE;
}

ChJob *
ch_engine_generate (ChEngineSeq *seq, const ChGenerateRequest *request,
                    const ChJobCallbacks *callbacks, gpointer data, GError **error)
{
  ChEngine *engine = seq->engine;
  if (ch_weights_is_embedding (engine->weights))
    {
      g_set_error (error, CH_ERROR, CH_ERROR_INVALID_ARGUMENT,
                   "%s makes embeddings: it cannot generate text", ch_gguf_name (engine->gguf));
      return NULL;
    }
  if (!check_tokens (engine, request->prompt, request->n_prompt, error)
      || !check_fits (engine, 0, request->n_prompt, error))
    return NULL;
  ChJob *job = job_new (seq, callbacks, data);
  if (!prepare_generation (job, request, error))
    {
      ch_job_unref (job);
      return NULL;
    }
  return submit_if_idle (job, error);
}

static gsize
evaluation_chunk (ChEngine *engine, guint asked, gboolean all_outputs)
{
  gsize rows = engine->chunk;
  if (asked > 0)
    return MIN (asked, rows);
  if (all_outputs)
    rows = MIN (rows, MAX (OUTPUT_BYTES / (ch_engine_result_width (engine) * sizeof (float)),
                           MIN_OUTPUT_ROWS));
  return rows;
}

/* What the sequence has comes first in what is fed: its memory may have been given up. Lock held.
 */
static gboolean
prepare_evaluation (ChJob *job, const gint32 *tokens, gsize n, GError **error)
{
  ChEngineSeq *seq = job->seq;
  if (!ch_engine_seq_check_idle (seq, error)
      || !check_fits (seq->engine, seq->tokens->len, n, error))
    return FALSE;
  job->first = seq->tokens->len;
  job->usage.n_prompt = n;
  if (job->first > 0)
    g_array_append_vals (job->feed, seq->tokens->data, job->first);
  g_array_append_vals (job->feed, tokens, n);
  return TRUE;
}

ChJob *
ch_engine_evaluate (ChEngineSeq *seq, const gint32 *tokens, gsize n, guint chunk,
                    gboolean all_outputs, const ChJobCallbacks *callbacks, gpointer data,
                    GError **error)
{
  ChEngine *engine = seq->engine;
  if (!check_tokens (engine, tokens, n, error))
    return NULL;
  ChJob *job = job_new (seq, callbacks, data);
  job->evaluates = TRUE;
  job->all_outputs = all_outputs;
  job->chunk = evaluation_chunk (engine, chunk, all_outputs);
  pthread_mutex_lock (&engine->lock);
  ChJob *submitted = prepare_evaluation (job, tokens, n, error) ? submit (job) : NULL;
  pthread_mutex_unlock (&engine->lock);
  if (submitted == NULL)
    ch_job_unref (job);
  return submitted;
}

/* ---- On the engine's thread ------------------------------------------------------------------ */

/* The last token of a prompt is always fed, for its output. */
static gsize
common_prefix (const ChJob *job)
{
  const GArray *cached = job->seq->tokens;
  gsize n = MIN (cached->len, job->feed->len - 1), i = 0;
  while (i < n && g_array_index (cached, gint32, i) == g_array_index (job->feed, gint32, i))
    i++;
  return i;
}

void
ch_job_start (ChJob *job)
{
  job->started = TRUE;
  job->started_at = g_get_monotonic_time ();
  job->usage.queued_us = job->started_at - job->submitted_at;
  job->seq->last_used = ++job->seq->engine->clock;
  if (!job->evaluates)
    ch_engine_seq_cut (job->seq, common_prefix (job));
  job->start = ch_engine_seq_length (job->seq);
  if (job->evaluates)
    return;
  job->usage.n_cached = job->start;
  for (guint i = 0; i < job->feed->len; i++)
    ch_sampler_accept (job->sampler, g_array_index (job->feed, gint32, i));
}

gboolean
ch_job_wants_output (const ChJob *job, gsize place)
{
  if (job->evaluates && job->all_outputs)
    return place >= job->first;
  return place + 1 == job->feed->len;
}

static void
end_prefill (ChJob *job)
{
  job->decoding = TRUE;
  job->decode_at = g_get_monotonic_time ();
  job->usage.prefill_us = job->decode_at - job->started_at;
}

gboolean
ch_job_progress (ChJob *job, gsize length, ChFinish *why)
{
  if (job->decoding)
    return TRUE;
  if (job->callbacks.progress != NULL)
    job->callbacks.progress (length - job->start, job->feed->len - job->start, job->data);
  if (length < job->feed->len)
    return TRUE;
  end_prefill (job);
  *why = CH_FINISH_LENGTH;
  return job->evaluates || job->max_tokens != 0;
}

gboolean
ch_job_take_output (ChJob *job, gsize place, const float *values, gsize n, ChFinish *why)
{
  if (!job->evaluates)
    return ch_generate_step (job, values, n, why);
  if (job->callbacks.output != NULL)
    job->callbacks.output (place - job->first, values, n, job->data);
  *why = CH_FINISH_STOP;
  return place + 1 < job->feed->len;
}

/* Lock held. The sequence is free for its next job before anybody hears of the end of this one. */
static ChEngineSeq *
leave_sequence (ChJob *job)
{
  ChEngineSeq *seq = job->seq;
  ChMemory *memory = seq->engine->memory;
  job->usage.memory = memory->klass->seq_bytes (memory, seq->mem);
  job->may_abort = FALSE;
  job->seq = NULL;
  seq->job = NULL;
  g_ptr_array_remove (seq->engine->jobs, job);
  return seq->freed ? seq : NULL;
}

static void
take_end_time (ChJob *job)
{
  gint64 now = g_get_monotonic_time ();
  if (!job->started)
    job->usage.queued_us = now - job->submitted_at;
  else if (job->decoding)
    job->usage.decode_us = now - job->decode_at;
  else
    job->usage.prefill_us = now - job->started_at;
}

void
ch_job_finish (ChJob *job, ChFinish why)
{
  ChEngine *engine = job->engine;
  take_end_time (job);
  pthread_mutex_lock (&engine->lock);
  ChEngineSeq *freed = leave_sequence (job);
  if (freed != NULL)
    ch_engine_seq_remove (freed);
  pthread_mutex_unlock (&engine->lock);
  if (freed != NULL)
    ch_engine_unref (engine); /* the sequence's; the job still has its own */

  if (job->callbacks.finished != NULL)
    job->callbacks.finished (why, &job->usage, why != CH_FINISH_CANCELLED ? job->error : NULL,
                             job->data);
  if (job->callbacks.free_data != NULL)
    job->callbacks.free_data (job->data);

  pthread_mutex_lock (&job->lock);
  job->engine = NULL;
  job->done = TRUE;
  pthread_cond_broadcast (&job->ended);
  pthread_mutex_unlock (&job->lock);
  ch_job_unref (job);
  ch_engine_unref (engine);
}
