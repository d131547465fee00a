/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "arch/arch.h"
#include "chat/chat.h"
#include "sample/sampler.h"
#include "text/vocab.h"

/* The engine: a loaded model with the thread that runs it, its sequences, and their generations.
 * Plain C; callbacks come on the engine's thread (L7 carries them into main contexts). All
 * functions may be called from any thread. */

typedef struct ChEngine ChEngine;
typedef struct ChEngineSeq ChEngineSeq;
typedef struct ChJob ChJob;

typedef struct
{
  ChPrecision precision;
  guint64 n_ctx; /* 0: the model's own, limited by memory */
  /* greatest number of sequences at full length that the context memory is reserved for; 0: 4 */
  guint n_seqs;
  int kv_type;                    /* ChKvType, or -1: f16 in the fast path, f32 in the exact one */
  /* 0: ch_cpu_default_threads (), and fewer while that is faster; else exactly so many */
  gint n_threads;
  gboolean fixed_threads;         /* no fewer in any case; implied by a number of threads */
  guint chunk;                    /* rows of prefill in one batch; 0: 512 */
  ChDevice *const *layer_devices; /* see ChWeightsOptions */
} ChEngineOptions;

typedef struct
{
  guint64 weights, kv, scratch, total; /* bytes */
  guint64 available;
  guint64 n_ctx; /* the context that this is for */
  /* What one token reads as it is generated: bytes of weights, how many weights those are, and
   * bytes for each token before it. */
  guint64 weights_read, values_read, kv_read;
} ChMemoryNeed;

/* From the header alone. options may be NULL. */
gboolean ch_engine_memory_need (ChGguf *gguf, const ChEngineOptions *options, ChMemoryNeed *need,
                                GError **error);

/* Loads; refuses with CH_ERROR_NO_MEMORY and both figures when the need is more than the machine
 * and its cgroup have. */
ChEngine *ch_engine_load (ChGguf *gguf, const ChEngineOptions *options,
                          gboolean (*progress) (double, gpointer), gpointer data, GError **error);
ChEngine *ch_engine_ref (ChEngine *engine);
/* Sequences and running jobs hold references too. The last unref stops the thread, waits for it and
 * frees everything (when it falls within a callback, the thread ends by itself, soon). */
void ch_engine_unref (ChEngine *engine);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChEngine, ch_engine_unref)

ChGguf *ch_engine_gguf (ChEngine *engine);
/* borrowed; a model without one still evaluates token ids */
ChVocab *ch_engine_vocab (ChEngine *engine, GError **error);
const ChHparams *ch_engine_hparams (ChEngine *engine);
const char *ch_engine_arch (ChEngine *engine);
ChPrecision ch_engine_precision (ChEngine *engine);
ChKvType ch_engine_kv_type (ChEngine *engine);
guint64 ch_engine_n_ctx (ChEngine *engine);
gint ch_engine_n_threads (ChEngine *engine);
gsize ch_engine_result_width (ChEngine *engine);
/* weights and KV read for one token at this depth */
guint64 ch_engine_bytes_per_token (ChEngine *engine, gsize depth);
guint64 ch_engine_memory_used (ChEngine *engine); /* KV committed and scratch */
/* Gives up the memory of all sequences that are not in use: they keep their tokens, and feed them
 * again when they are used next. */
void ch_engine_trim (ChEngine *engine);

/* ---- Sequences ------------------------------------------------------------------------------- */

/* A sequence remembers the tokens that are in its memory: a job's prompt is compared with them and
 * only what is new is prefilled. After a generation these are the prompt and what was generated,
 * without the last token (it was never fed). When the memory of all sequences together runs out,
 * that of idle ones is given up, the longest idle first: they keep their tokens, and feed them
 * again when they are used next. A sequence keeps the engine alive. */
ChEngineSeq *ch_engine_seq_new (ChEngine *engine, GError **error);
/* fails with G_IO_ERROR_PENDING while a job runs */
ChEngineSeq *ch_engine_seq_fork (ChEngineSeq *seq, gsize n_tokens, GError **error);
/* safe in the middle of a job: cancels it, and waits for nothing */
void ch_engine_seq_free (ChEngineSeq *seq);
GArray *ch_engine_seq_tokens (ChEngineSeq *seq); /* a copy; gint32 */
GBytes *ch_engine_seq_save (ChEngineSeq *seq, GError **error);
ChEngineSeq *ch_engine_seq_restore (ChEngine *engine, GBytes *state, GError **error);

/* ---- Jobs: generations and evaluations ------------------------------------------------------- */

typedef enum
{
  CH_FINISH_STOP,
  CH_FINISH_LENGTH,
  CH_FINISH_CANCELLED,
  CH_FINISH_ERROR
} ChFinish;

typedef struct
{
  gsize n_prompt; /* tokens of the prompt, of which */
  gsize n_cached; /* were in memory already */
  gsize n_generated;
  /* durations; first token from the start of the job */
  gint64 queued_us, prefill_us, decode_us, first_token_us;
  guint64 memory; /* bytes of this sequence's KV */
} ChJobUsage;

typedef struct
{
  /* prompt: done of total tokens (without the cached ones) */
  void (*progress) (gsize done, gsize total, gpointer data);
  /* One call a token, in order. text: the UTF-8-safe delta (may be empty) with stop strings held
   * back and cut off. The token that ends a generation (end-of-generation) is told of too, without
   * a text of its own: the delta of the last call is what was held back. logprobs (NULL unless
   * asked for): the chosen token first, then the others of the n_logprobs best by falling
   * probability; so one more entry when the chosen one is not among them. */
  void (*token) (gint32 token, const char *text, gsize length, const ChTokenLogprob *logprobs,
                 gsize n_logprobs, gpointer data);
  /* Evaluations: one call a row that wants an output, in order; logits (or the embedding) of result
   * width. */
  void (*output) (gsize row, const float *values, gsize n, gpointer data);
  /* Once, last. error is set with CH_FINISH_ERROR, and (CH_ERROR_CONTEXT_FULL) with
   * CH_FINISH_LENGTH when it was the context that is full. The sequence is free for its next job
   * already. An evaluation that came to its end says CH_FINISH_STOP. */
  void (*finished) (ChFinish why, const ChJobUsage *usage, const GError *error, gpointer data);
  /* right after finished; not called when the job could not be submitted */
  GDestroyNotify free_data;
} ChJobCallbacks;

typedef struct
{
  /* the whole of the sequence, from its beginning: what is cached is found by comparison */
  const gint32 *prompt;
  gsize n_prompt;
  ChSamplerParams sampling;
  const char *const *stop; /* NULL-terminated, or NULL */
  /* -1: until the context is full (then CH_FINISH_LENGTH); 0: read the prompt alone */
  gint64 max_tokens;
  guint n_logprobs;
  gboolean ignore_eog;   /* for benchmarks */
  gboolean special_text; /* show special tokens as text */
} ChGenerateRequest;

/* Fails at once: bad parameters, empty prompt, token out of range, prompt longer than the context
 * (CH_ERROR_CONTEXT_FULL, both figures), a job already in this sequence (G_IO_ERROR_PENDING). */
ChJob *ch_engine_generate (ChEngineSeq *seq, const ChGenerateRequest *request,
                           const ChJobCallbacks *callbacks, gpointer data, GError **error);

/* Logits or embeddings of tokens at the end of the sequence (nothing is compared: they are
 * appended), in chunks of `chunk` rows (0: as suits, at most the engine's). all_outputs: of every
 * row, else of the last. */
ChJob *ch_engine_evaluate (ChEngineSeq *seq, const gint32 *tokens, gsize n, guint chunk,
                           gboolean all_outputs, const ChJobCallbacks *callbacks, gpointer data,
                           GError **error);
/* Cuts the sequence back to n tokens. */
gboolean ch_engine_seq_truncate (ChEngineSeq *seq, gsize n, GError **error);

void ch_job_cancel (ChJob *job); /* seen at the next stage barrier */
void ch_job_wait (ChJob *job);   /* until finished has returned; not on the engine's thread */
ChJob *ch_job_ref (ChJob *job);
void ch_job_unref (ChJob *job);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChJob, ch_job_unref)
