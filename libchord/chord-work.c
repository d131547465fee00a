/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-work-private.h"

typedef struct
{
  ChordRowFunc row;
  gpointer data;
  ChFinish why;
  GError *error;
} Work;

static void
on_output (gsize row, const float *values, gsize n, gpointer data)
{
  Work *work = data;

  if (work->row)
    work->row (row, values, n, work->data);
}

static void
on_token (gint32 token, const char *text, gsize length, const ChTokenLogprob *logprobs,
          gsize n_logprobs, gpointer data)
{
}

static void
on_progress (gsize done, gsize total, gpointer data)
{
}

static void
on_finished (ChFinish why, const ChJobUsage *usage, const GError *error, gpointer data)
{
  Work *work = data;

  work->why = why;
  work->error = error ? g_error_copy (error) : NULL;
}

static const ChJobCallbacks callbacks = {
  .progress = on_progress,
  .token = on_token,
  .output = on_output,
  .finished = on_finished,
};

static void
on_cancelled (GCancellable *cancellable, gpointer job)
{
  ch_job_cancel (job);
}

/* Takes job, which is NULL when it could not start. */
static gboolean
wait_for (ChJob *job, Work *work, GCancellable *cancellable, GError **error)
{
  gulong handler;

  if (!job)
    return FALSE;
  handler = cancellable
                ? g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), job, NULL)
                : 0;
  ch_job_wait (job);
  g_cancellable_disconnect (cancellable, handler);
  ch_job_unref (job);

  if (work->error)
    {
      g_propagate_error (error, work->error);
      return FALSE;
    }
  if (work->why == CH_FINISH_CANCELLED)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "The work was cancelled");
      return FALSE;
    }
  return TRUE;
}

gboolean
chord_work_evaluate (ChEngineSeq *seq, const gint32 *tokens, gsize n, guint chunk,
                     gboolean all_rows, ChordRowFunc row, gpointer data, GCancellable *cancellable,
                     GError **error)
{
  Work work = { .row = row, .data = data };

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  return wait_for (
      ch_engine_evaluate (seq, tokens, n, chunk, all_rows, &callbacks, &work, error), &work,
      cancellable, error);
}

gboolean
chord_work_generate (ChEngineSeq *seq, const gint32 *prompt, gsize n_prompt, gsize n_new,
                     GCancellable *cancellable, GError **error)
{
  Work work = { 0 };
  ChGenerateRequest request = {
    .prompt = prompt,
    .n_prompt = n_prompt,
    .sampling = CH_SAMPLER_PARAMS_INIT,
    .max_tokens = (gint64) n_new,
    .ignore_eog = TRUE,
  };

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  request.sampling.temperature = 0;
  return wait_for (ch_engine_generate (seq, &request, &callbacks, &work, error), &work, cancellable,
                   error);
}
