/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "graph/builder.h"

/* Tiny weights with random values, and programs over them run on the CPU. */

#define N_EMBD     64
#define N_TOKENS   50
#define N_HEADS    4
#define N_KV_HEADS 2
#define K_DIM      16
#define V_DIM      24
#define N_FF       32
#define N_EXPERTS  6

typedef struct
{
  char *path;
  ChGguf *gguf;
  GPtrArray *weights;
} Fixture;

Fixture *fixture_new (void);
void fixture_free (Fixture *f);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)

/* A weight by name (see fixture.c), on this device. */
const ChWeight *fixture_weight (Fixture *f, const char *name, ChDevice *device);
/* Its values; F32 weights alone. */
const float *fixture_values (Fixture *f, const char *name);

/* A program with its memory: KV storage for one layer of the sizes above. */
typedef struct
{
  ChProgram *program;
  ChExecutable **executables;
  ChKvStore **kvs;
} Ready;

Ready *ready_new (ChProgram *program, ChKvType type);
void ready_free (Ready *ready);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Ready, ready_free)
/* Runs it; the result's rows without padding. */
GArray *ready_run (Ready *ready, const ChBatch *batch, gint n_threads);

/* A batch of sequences of these lengths, of which the first `done` rows are in the cache already.
 * The token of a row is token_at () its sequence and slot; every third row wants an output. */
typedef struct
{
  ChRow *rows;
  ChSeqView *seqs;
  ChBatch batch;
} TestBatch;

TestBatch *test_batch_new (const gsize *lengths, const gsize *done, gsize n_seqs);
void test_batch_free (TestBatch *batch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestBatch, test_batch_free)
gint32 token_at (gsize seq, gsize slot);
