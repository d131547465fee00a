/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "arch/arch.h"

/* Sequence state behind one interface. The KV cache is one kind; sliding-window rings and recurrent
 * states come as others, which cannot simply be cut back: hence checkpoints. Not thread-safe: calls
 * that change anything are made one at a time (the engine's lock); reading one sequence (view,
 * save) may go on beside changes of others. */

typedef struct ChMemory ChMemory;
typedef struct ChSeq ChSeq; /* one sequence */
typedef struct ChCheckpoint ChCheckpoint;

typedef struct
{
  const char *name;
  ChSeq *(*seq_new) (ChMemory *memory);
  void (*seq_free) (ChMemory *memory, ChSeq *seq);
  gsize (*length) (ChMemory *memory, ChSeq *seq);
  /* Room for n more tokens; CH_ERROR_CONTEXT_FULL or CH_ERROR_NO_MEMORY (both figures in the
   * message). */
  gboolean (*append) (ChMemory *memory, ChSeq *seq, gsize n, GError **error);
  /* Cuts back to n tokens. FALSE when this kind cannot: then go back to a checkpoint at or before n
   * and feed again. Every kind can be cut back to 0. */
  gboolean (*truncate) (ChMemory *memory, ChSeq *seq, gsize n);
  /* A checkpoint is the whole state as it was: going back to it works whatever happened to the
   * sequence since, and as often as wanted. It shares storage with the sequence as a fork does. */
  ChCheckpoint *(*checkpoint) (ChMemory *memory, ChSeq *seq);
  gboolean (*rollback) (ChMemory *memory, ChSeq *seq, const ChCheckpoint *point);
  void (*checkpoint_free) (ChMemory *memory, ChCheckpoint *point);
  /* A new sequence with the first n tokens of another; what is shared is stored once. */
  ChSeq *(*fork) (ChMemory *memory, ChSeq *seq, gsize n, GError **error);
  /* A state is for memories of the same shape alone; restore checks all of it, as it may be
   * hostile. */
  GBytes *(*save) (ChMemory *memory, ChSeq *seq, GError **error);
  ChSeq *(*restore) (ChMemory *memory, GBytes *state, GError **error);
  void (*view) (ChMemory *memory, ChSeq *seq, ChSeqView *view);
  /* NULL for a device that holds no layer */
  ChKvStore *(*store) (ChMemory *memory, ChDevice *device);
  guint64 (*bytes_used) (ChMemory *memory);
  guint64 (*seq_bytes) (ChMemory *memory, ChSeq *seq); /* shared storage counted in full */
  void (*free) (ChMemory *memory);
} ChMemoryClass;

struct ChMemory
{
  const ChMemoryClass *klass;
};

/* Paged KV cache for sequences of up to n_ctx tokens, n_seqs of them at full length. */
ChMemory *
ch_kv_cache_new (ChWeights *weights, ChKvType type, gsize n_ctx, gsize n_seqs, GError **error);
