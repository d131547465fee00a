/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine-private.h"

#include <math.h>

#include "base/error.h"

/* One token of a generation: from logits to the text that goes out. On the engine's thread, without
 * its lock. */

/* A damaged model computes NaN. No sampler can make sense of that, so it ends the generation. */
static gboolean
check_logits (ChJob *job, const float *logits, gsize n)
{
  gboolean any_finite = FALSE;
  for (gsize i = 0; i < n; i++)
    {
      if (isnan (logits[i]) || logits[i] == INFINITY)
        {
          any_finite = FALSE;
          break;
        }
      any_finite |= logits[i] > -INFINITY;
    }
  if (!any_finite)
    g_set_error (&job->error, CH_ERROR, CH_ERROR_FAILED,
                 "%s: the model's result after %u tokens is not a number; its file may be damaged",
                 ch_gguf_name (job->engine->gguf), job->feed->len);
  return any_finite;
}

/* The chosen token comes first, then the others of the best by falling probability. */
static gsize
find_logprobs (ChJob *job, const float *logits, gsize n_vocab, gint32 chosen)
{
  if (job->n_logprobs == 0)
    return 0;
  ChTokenLogprob *list = job->logprobs;
  gsize n = ch_top_logprobs (logits, n_vocab, job->n_logprobs, list + 1);
  gsize found = 1;
  while (found <= n && list[found].token != chosen)
    found++;
  list[0] =
      (ChTokenLogprob){ .token = chosen, .logprob = ch_token_logprob (logits, n_vocab, chosen) };
  if (found > n)
    return n + 1;
  for (gsize i = found; i < n; i++)
    list[i] = list[i + 1];
  return n;
}

static gboolean
is_end (const ChJob *job, gint32 token)
{
  ChVocab *vocab = job->engine->vocab;
  return !job->ignore_eog && vocab != NULL && (guint) token < ch_vocab_size (vocab)
         && ch_vocab_is_eog (vocab, token);
}

static gboolean
has_enough (const ChJob *job)
{
  return job->max_tokens >= 0 && job->usage.n_generated >= (guint64) job->max_tokens;
}

static gboolean
is_full (const ChJob *job)
{
  return job->feed->len >= job->engine->n_ctx;
}

/* The text is good as far as it goes; the error tells why it goes no further. */
static void
say_full (ChJob *job)
{
  g_set_error (&job->error, CH_ERROR, CH_ERROR_CONTEXT_FULL,
               "%s: the context of %" G_GUINT64_FORMAT
               " tokens is full after %" G_GSIZE_FORMAT " tokens of the answer",
               ch_gguf_name (job->engine->gguf), job->engine->n_ctx, job->usage.n_generated);
}

/* The text that this token adds, in job->delta; with the last one, all that was held back. TRUE
 * when it completed a stop string. */
static gboolean
make_text (ChJob *job, gint32 token, gboolean end, gboolean last)
{
  g_string_truncate (job->delta, 0);
  if (job->detok == NULL)
    return FALSE;
  g_autoptr (GString) piece = g_string_new (NULL);
  if (!end && (guint) token < ch_vocab_size (job->engine->vocab))
    ch_detokenizer_push (job->detok, token, piece);
  if (last)
    ch_detokenizer_flush (job->detok, piece);
  gboolean stopped = ch_stop_push (job->stop, piece->str, piece->len, job->delta);
  if (last && !stopped)
    ch_stop_flush (job->stop, job->delta);
  return stopped;
}

static void
count_token (ChJob *job)
{
  job->usage.n_generated++;
  if (job->usage.n_generated == 1)
    job->usage.first_token_us = g_get_monotonic_time () - job->submitted_at;
}

gboolean
ch_generate_step (ChJob *job, const float *logits, gsize n, ChFinish *why)
{
  *why = CH_FINISH_ERROR;
  if (!check_logits (job, logits, n))
    return FALSE;
  gint32 token = ch_sampler_sample (job->sampler, logits, n);
  ch_sampler_accept (job->sampler, token);
  count_token (job);
  gboolean end = is_end (job, token);
  gboolean last = end || has_enough (job) || is_full (job);
  gboolean stopped = make_text (job, token, end, last);
  gsize n_logprobs = find_logprobs (job, logits, n, token);
  if (job->callbacks.token != NULL)
    job->callbacks.token (token, job->delta->str, job->delta->len,
                          n_logprobs > 0 ? job->logprobs : NULL, n_logprobs, job->data);
  *why = end || stopped ? CH_FINISH_STOP : CH_FINISH_LENGTH;
  if (*why == CH_FINISH_LENGTH && last && !has_enough (job))
    say_full (job);
  if (last || stopped)
    return FALSE;
  g_array_append_val (job->feed, token);
  return TRUE;
}
