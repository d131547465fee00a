/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "arch/arch.h"

/* Sequence state behind one interface. The KV cache is one kind; sliding-window rings and recurrent states come as
 * others, which cannot simply be cut back: hence checkpoints. Not thread-safe: the engine's thread owns it. */

typedef struct ChMemory ChMemory;
typedef struct ChSeq ChSeq;            /* one sequence */
typedef struct ChCheckpoint ChCheckpoint;

typedef struct
{
  const char *name;
  ChSeq *(*seq_new) (ChMemory *memory);
  void (*seq_free) (ChMemory *memory, ChSeq *seq);
  gsize (*length) (ChMemory *memory, ChSeq *seq);
  /* Room for n more tokens; CH_ERROR_CONTEXT_FULL or CH_ERROR_NO_MEMORY (both figures in the message). */
  gboolean (*append) (ChMemory *memory, ChSeq *seq, gsize n, GError **error);
  /* Cuts back to n tokens. FALSE when this kind cannot: then go back to a checkpoint at or before n and feed again. */
  gboolean (*truncate) (ChMemory *memory, ChSeq *seq, gsize n);
  ChCheckpoint *(*checkpoint) (ChMemory *memory, ChSeq *seq);
  gboolean (*rollback) (ChMemory *memory, ChSeq *seq, const ChCheckpoint *point);
  void (*checkpoint_free) (ChMemory *memory, ChCheckpoint *point);
  /* A new sequence with the first n tokens of another; what is shared is stored once. */
  ChSeq *(*fork) (ChMemory *memory, ChSeq *seq, gsize n, GError **error);
  GBytes *(*save) (ChMemory *memory, ChSeq *seq, GError **error);
  ChSeq *(*restore) (ChMemory *memory, GBytes *state, GError **error);
  void (*view) (ChMemory *memory, ChSeq *seq, ChSeqView *view);
  ChKvStore *const *(*stores) (ChMemory *memory);  /* one a device */
  guint64 (*bytes_used) (ChMemory *memory);
  void (*free) (ChMemory *memory);
} ChMemoryClass;

struct ChMemory
{
  const ChMemoryClass *klass;
};

/* Paged KV cache for sequences of up to n_ctx tokens, n_seqs of them at full length. */
ChMemory *ch_kv_cache_new (ChWeights *weights, ChKvType type, gsize n_ctx, gsize n_seqs, GError **error);
