/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "engine/engine.h"
#include "engine/memory.h"
#include "stop.h"

/* Threads and locks. One thread an engine, the *engine's thread*, plans batches, runs them,
 * samples, and calls back. engine->lock guards the lists and all bookkeeping of sequences and of
 * the memory; it is never held while a batch runs nor while a callback does. A job's own fields
 * belong to the engine's thread once it was submitted, but for those named below. job->lock is
 * taken before engine->lock, never after. */

/* ---- Engine ---------------------------------------------------------------------------------- */

typedef struct
{
  gsize max_rows, max_outputs;
  ChProgram *program;
  ChExecutable **executables; /* one a segment; so kvs */
  ChKvStore **kvs;
} ChEngineProgram;

struct ChEngine
{
  atomic_int refs;
  ChGguf *gguf;
  ChWeights *weights;
  ChVocab *vocab; /* NULL: then vocab_error says why */
  GError *vocab_error;
  ChKvType kv_type;
  guint64 n_ctx;
  gint n_threads;
  gboolean fixed_threads;
  gsize chunk;
  guint64 fingerprint; /* of the model's shape, for saved states */

  GPtrArray *programs; /* ChEngineProgram; the engine's thread alone, after loading */
  atomic_uint_fast64_t scratch_bytes;

  pthread_t thread;
  pthread_mutex_t lock;
  pthread_cond_t wake;
  /* Guarded by lock: */
  ChMemory *memory;
  GPtrArray *seqs; /* all ChEngineSeq */
  GPtrArray *jobs; /* submitted and not finished; holds references */
  /* counts uses of sequences, for the choice of whose cache to give up */
  guint64 clock;
  guint64 turn; /* counts steps, for fairness */
  gboolean stop;
  gboolean detached; /* the thread frees the engine */
  /* Cancels the batch that runs now. Set under lock, read by the devices. */
  atomic_bool abort;
};

/* The program for this many rows and outputs; made on first use. */
ChEngineProgram *
ch_engine_program (ChEngine *engine, gsize n_rows, gsize n_outputs, GError **error);
void ch_engine_program_free (ChEngine *engine, ChEngineProgram *program);

/* The body of the engine's thread. */
void *ch_scheduler_main (void *engine);
void ch_engine_destroy (ChEngine *engine);

/* ---- Sequences ------------------------------------------------------------------------------- */

struct ChEngineSeq
{
  ChEngine *engine; /* holds a reference */
  /* Guarded by the engine's lock: */
  ChSeq *mem;
  /* What the sequence holds. The memory has all of it or, when it was given up for others, less: a
   * job feeds what is missing. */
  GArray *tokens; /* gint32 */
  ChJob *job;     /* the one that runs, or NULL */
  gboolean busy;  /* a call works on it without the lock */
  gboolean freed; /* by its owner, in the middle of a job: goes with the job */
  guint64 last_used;
};

/* of what is in memory; lock held, so all below */
gsize ch_engine_seq_length (ChEngineSeq *seq);
void ch_engine_seq_cut (ChEngineSeq *seq, gsize n); /* memory and tokens */
void ch_engine_seq_cut_memory (ChEngineSeq *seq, gsize n);
gboolean ch_engine_seq_check_idle (ChEngineSeq *seq, GError **error);
ChEngineSeq *ch_engine_seq_add (ChEngine *engine, ChSeq *mem, GArray *tokens);
/* Takes it out of the engine and frees its memory; its reference to the engine goes to the caller.
 */
void ch_engine_seq_remove (ChEngineSeq *seq);
/* Frees memory: that of the sequence which has been idle for longest. FALSE when there is none. */
gboolean ch_engine_give_up_idlest (ChEngine *engine);
/* Room for n more tokens, if need be by giving up the memory of sequences that are not in use. */
gboolean ch_engine_seq_grow (ChEngineSeq *seq, gsize n, GError **error);

/* ---- Jobs ------------------------------------------------------------------------------------ */

struct ChJob
{
  atomic_int refs;
  ChJobCallbacks callbacks;
  gpointer data;
  atomic_bool cancelled;
  /* guarded by the engine's lock: cancelling it stops the batch that runs */
  gboolean may_abort;

  pthread_mutex_t lock;
  pthread_cond_t ended;
  /* Guarded by lock: */
  ChEngine *engine; /* a reference, until finished has returned */
  gboolean done;

  /* The engine's thread alone: */
  ChEngineSeq *seq;
  GArray *feed; /* gint32: the whole sequence as it should become */
  gboolean evaluates;
  gboolean all_outputs; /* of an evaluation */
  gsize first;          /* place of its first own token: outputs are counted from here */
  gsize chunk;          /* greatest number of its rows in one batch */
  gboolean started, announced, decoding;
  gsize start; /* length in memory when it started */
  ChJobUsage usage;
  gint64 submitted_at, started_at, decode_at;
  GError *error; /* why it cannot go on */
  /* Generations: */
  ChSampler *sampler;
  ChStop *stop;
  ChDetokenizer *detok; /* NULL without a vocabulary */
  GString *delta;
  gint64 max_tokens;
  guint n_logprobs;
  ChTokenLogprob *logprobs; /* n_logprobs + 1 */
  gboolean ignore_eog;
};

/* Compares the prompt with what is cached, and cuts the rest. Lock held. */
void ch_job_start (ChJob *job);
/* Whether the row at this place of the sequence wants an output. */
gboolean ch_job_wants_output (const ChJob *job, gsize place);
/* Rows up to `length` are in memory. FALSE: the job is over, *why says how. */
gboolean ch_job_progress (ChJob *job, gsize length, ChFinish *why);
/* The output of the row at this place. FALSE: the job is over. */
gboolean ch_job_take_output (ChJob *job, gsize place, const float *values, gsize n, ChFinish *why);
/* Tells the world and lets the job go; it must not be used any more. */
void ch_job_finish (ChJob *job, ChFinish why);
/* Lock held. */
void ch_job_cancel_locked (ChJob *job);

/* Samples a token and delivers it; FALSE when the generation is over. (generate.c) */
gboolean ch_generate_step (ChJob *job, const float *logits, gsize n, ChFinish *why);
