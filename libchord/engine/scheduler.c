/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine-private.h"

#include <gio/gio.h>
#include <string.h>

#include "base/error.h"

/* Continuous batching. Each step makes one batch: a row of every job that decodes (up to as many as
 * a chunk has), and up to a chunk of rows of the prompts that are being read, in shares that turn
 * so that none waits for another's whole prompt. While some job decodes, prompts get a smaller
 * budget: a text that somebody reads goes on between the chunks. */

#define SHARED_CHUNK 64

typedef struct
{
  ChJob *job;
  gsize before; /* length of the sequence in memory */
  gsize n_rows;
  gsize n_outputs;
} Entry;

typedef struct
{
  ChEngine *engine;
  GArray *rows;     /* ChRow */
  GArray *views;    /* ChSeqView, one an entry */
  GArray *entries;  /* Entry */
  GPtrArray *order; /* jobs of this step, borrowed: only this thread lets jobs go */
  GPtrArray *over;  /* jobs that end before they are run, borrowed */
  gsize n_outputs;
} Step;

/* ---- Planning: with the lock held ------------------------------------------------------------ */

/* Jobs in the order of this step: another one is first each time. Cancelled ones are put aside. */
static void
order_jobs (Step *step)
{
  GPtrArray *jobs = step->engine->jobs;
  guint64 turn = step->engine->turn++;
  for (guint i = 0; i < jobs->len; i++)
    {
      ChJob *job = g_ptr_array_index (jobs, (turn + i) % jobs->len);
      if (atomic_load (&job->cancelled))
        {
          g_ptr_array_add (step->over, job);
          continue;
        }
      if (!job->started)
        ch_job_start (job);
      g_ptr_array_add (step->order, job);
    }
}

static void
add_row (Step *step, ChJob *job, gsize place)
{
  ChRow row = {
    .token = g_array_index (job->feed, gint32, place),
    .slot = (gint32) place,
    .seq = step->views->len,
    .wants_output = ch_job_wants_output (job, place),
  };
  for (gsize i = 0; i < CH_MAX_POSITION_PARTS; i++)
    row.position[i] = (gint32) place;
  step->n_outputs += row.wants_output;
  g_array_append_val (step->rows, row);
}

/* Takes n rows of a job into the batch; a job for which there is no room ends with that error. */
static void
add_entry (Step *step, ChJob *job, gsize n)
{
  ChMemory *memory = step->engine->memory;
  Entry entry = { .job = job, .before = ch_engine_seq_length (job->seq), .n_rows = n };
  if (!ch_engine_seq_grow (job->seq, n, &job->error))
    {
      g_ptr_array_add (step->over, job);
      return;
    }
  gsize outputs = step->n_outputs;
  for (gsize i = 0; i < n; i++)
    add_row (step, job, entry.before + i);
  entry.n_outputs = step->n_outputs - outputs;
  ChSeqView view;
  memory->klass->view (memory, job->seq->mem, &view);
  g_array_append_val (step->views, view);
  g_array_append_val (step->entries, entry);
}

static gsize
rows_left (const ChJob *job)
{
  return job->feed->len - ch_engine_seq_length (job->seq);
}

static void
add_decoding (Step *step)
{
  for (guint i = 0; i < step->order->len; i++)
    {
      ChJob *job = g_ptr_array_index (step->order, i);
      if (job->decoding && step->rows->len < step->engine->chunk)
        add_entry (step, job, 1);
    }
}

static gsize
count_prefilling (const Step *step)
{
  gsize n = 0;
  for (guint i = 0; i < step->order->len; i++)
    n += !((ChJob *) g_ptr_array_index (step->order, i))->decoding;
  return n;
}

static void
add_prefilling (Step *step)
{
  gsize budget = step->engine->chunk, waiting = count_prefilling (step);
  if (step->rows->len > 0)
    budget = MIN (budget, SHARED_CHUNK);
  for (guint i = 0; i < step->order->len && budget > 0; i++)
    {
      ChJob *job = g_ptr_array_index (step->order, i);
      if (job->decoding)
        continue;
      gsize share = (budget + waiting - 1) / waiting;
      gsize n = MIN (MIN (rows_left (job), job->chunk), share);
      add_entry (step, job, n);
      budget -= n;
      waiting--;
    }
}

/* A job whose prompt is being read may stop the whole batch; one that decodes in company waits for
 * its end. */
static void
allow_aborts (Step *step)
{
  atomic_store (&step->engine->abort, FALSE);
  for (guint i = 0; i < step->entries->len; i++)
    {
      Entry *entry = &g_array_index (step->entries, Entry, i);
      entry->job->may_abort = entry->n_rows > 1 || step->entries->len == 1;
    }
}

static void
plan (Step *step)
{
  g_array_set_size (step->rows, 0);
  g_array_set_size (step->views, 0);
  g_array_set_size (step->entries, 0);
  g_ptr_array_set_size (step->order, 0);
  g_ptr_array_set_size (step->over, 0);
  step->n_outputs = 0;
  order_jobs (step);
  add_decoding (step);
  add_prefilling (step);
  allow_aborts (step);
}

/* ---- Running: without the lock --------------------------------------------------------------- */

static void
announce (Step *step)
{
  for (guint i = 0; i < step->entries->len; i++)
    {
      ChJob *job = g_array_index (step->entries, Entry, i).job;
      if (!job->announced && job->callbacks.progress != NULL)
        job->callbacks.progress (0, job->feed->len - job->start, job->data);
      job->announced = TRUE;
    }
}

static ChEngineProgram *
run (Step *step, GError **error)
{
  ChEngine *engine = step->engine;
  ChEngineProgram *program = ch_engine_program (engine, step->rows->len, step->n_outputs, error);
  if (program == NULL)
    return NULL;
  ChBatch batch = {
    .rows = (const void *) step->rows->data,
    .n_rows = step->rows->len,
    .seqs = (const void *) step->views->data,
    .n_seqs = step->views->len,
    .n_outputs = step->n_outputs,
  };
  if (!ch_program_run (program->program, program->executables, program->kvs, &batch,
                       engine->n_threads, engine->fixed_threads, &engine->abort, error))
    return NULL;
  return program;
}

/* The outputs in row order, *stride floats apart. */
static const float *
read_outputs (Step *step, ChEngineProgram *made, gsize *stride, GError **error)
{
  const ChProgram *program = made->program;
  const ChValue *result = &program->values[program->result];
  ChDevice *device = program->segments[result->segment].device;
  *stride = result->row_bytes / sizeof (float);
  return device->klass->read (device, made->executables[result->segment], program->result,
                              step->n_outputs, error);
}

/* ---- Outcomes -------------------------------------------------------------------------------- */

/* The sequence now has these tokens; those that it had before, and whose memory was given up, are
 * the same ones. */
static void
remember_tokens (Entry *entry)
{
  ChEngineSeq *seq = entry->job->seq;
  gsize end = entry->before + entry->n_rows;
  if (seq->tokens->len < end)
    g_array_set_size (seq->tokens, end);
  memcpy (&g_array_index (seq->tokens, gint32, entry->before),
          &g_array_index (entry->job->feed, gint32, entry->before),
          entry->n_rows * sizeof (gint32));
}

static void
settle (Step *step, gboolean done)
{
  pthread_mutex_lock (&step->engine->lock);
  for (guint i = 0; i < step->entries->len; i++)
    {
      Entry *entry = &g_array_index (step->entries, Entry, i);
      entry->job->may_abort = FALSE;
      if (done)
        remember_tokens (entry);
      else
        ch_engine_seq_cut_memory (entry->job->seq, entry->before);
    }
  pthread_mutex_unlock (&step->engine->lock);
}

/* Gives a job its outputs. A cancelled one keeps what was computed, but hears no more of it. */
static gboolean
deliver (Step *step, Entry *entry, const float *outputs, gsize stride, ChFinish *why)
{
  ChJob *job = entry->job;
  gsize end = entry->before + entry->n_rows;
  gsize width = ch_engine_result_width (step->engine);
  *why = CH_FINISH_CANCELLED;
  if (atomic_load (&job->cancelled))
    return FALSE;
  if (!ch_job_progress (job, end, why))
    return FALSE;
  for (gsize place = entry->before; place < end; place++)
    {
      if (!ch_job_wants_output (job, place))
        continue;
      if (atomic_load (&job->cancelled))
        {
          *why = CH_FINISH_CANCELLED;
          return FALSE;
        }
      if (!ch_job_take_output (job, place, outputs, width, why))
        return FALSE;
      outputs += stride;
    }
  return TRUE;
}

static void
deliver_all (Step *step, const float *outputs, gsize stride)
{
  for (guint i = 0; i < step->entries->len; i++)
    {
      Entry *entry = &g_array_index (step->entries, Entry, i);
      ChFinish why;
      if (!deliver (step, entry, outputs, stride, &why))
        ch_job_finish (entry->job, why);
      outputs += entry->n_outputs * stride;
    }
}

/* The device failed: every job of the batch ends with its error. */
static void
fail_all (Step *step, const GError *error)
{
  for (guint i = 0; i < step->entries->len; i++)
    {
      ChJob *job = g_array_index (step->entries, Entry, i).job;
      job->error = g_error_copy (error);
      ch_job_finish (job, CH_FINISH_ERROR);
    }
}

static void
run_batch (Step *step)
{
  g_autoptr (GError) error = NULL;
  const float *outputs = NULL;
  gsize stride = 0;
  announce (step);
  ChEngineProgram *program = run (step, &error);
  if (program != NULL && step->n_outputs > 0)
    outputs = read_outputs (step, program, &stride, &error);
  settle (step, error == NULL);
  if (error == NULL)
    deliver_all (step, outputs, stride);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    fail_all (step, error);
}

static void
finish_over (Step *step)
{
  for (guint i = 0; i < step->over->len; i++)
    {
      ChJob *job = g_ptr_array_index (step->over, i);
      ch_job_finish (job, job->error != NULL ? CH_FINISH_ERROR : CH_FINISH_CANCELLED);
    }
}

/* ---- The thread ------------------------------------------------------------------------------ */

static void
step_init (Step *step, ChEngine *engine)
{
  step->engine = engine;
  step->rows = g_array_new (FALSE, FALSE, sizeof (ChRow));
  step->views = g_array_new (FALSE, FALSE, sizeof (ChSeqView));
  step->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  step->order = g_ptr_array_new ();
  step->over = g_ptr_array_new ();
}

static void
step_clear (Step *step)
{
  g_array_unref (step->rows);
  g_array_unref (step->views);
  g_array_unref (step->entries);
  g_ptr_array_unref (step->order);
  g_ptr_array_unref (step->over);
}

/* Waits until there is a job, and plans a step. FALSE when the engine ends. */
static gboolean
wait_and_plan (Step *step)
{
  ChEngine *engine = step->engine;
  pthread_mutex_lock (&engine->lock);
  while (!engine->stop && engine->jobs->len == 0)
    pthread_cond_wait (&engine->wake, &engine->lock);
  gboolean goes_on = engine->jobs->len > 0;
  if (goes_on)
    plan (step);
  pthread_mutex_unlock (&engine->lock);
  return goes_on;
}

void *
ch_scheduler_main (void *data)
{
  ChEngine *engine = data;
  Step step;
  pthread_setname_np (pthread_self (), "chord-engine");
  step_init (&step, engine);
  while (wait_and_plan (&step))
    {
      if (step.entries->len > 0)
        run_batch (&step);
      finish_over (&step);
    }
  step_clear (&step);
  if (engine->detached)
    ch_engine_destroy (engine);
  return NULL;
}
