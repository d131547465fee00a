/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/pool.h"
#include "device/cpu/cpu-crew.h"
#include "device/device.h"

/* The CPU device: programs run SPMD over the thread pool, a barrier a stage. Work is shared over
 * the threads in ways that cannot change a result: whole panels of a matrix, whole rows, and for
 * attention shares of the context whose size does not depend on the number of threads. */

#define CH_MAX_CPU_DEVICES 8
#define CH_CREW_CLASSES    7   /* of batches: from 1, 2, 4 ... 64 rows */
#define CH_ATTN_SPLIT      512 /* positions in a share of the context; a multiple of CH_KV_PAGE */

/* ---- Weights -------------------------------------------------------------------------------- */

typedef struct
{
  ChWeight parent;
  ChGguf *gguf;
  const ChGgufTensor *tensor;
  ChClass cls;
  float *values;   /* of a vector: its values, else NULL */
  gsize row_bytes; /* of a raw row */
  gsize n_panels;  /* of one matrix of the stack */
  gsize panel_bytes;
  guint8 *panels; /* reserved whole, filled as they are first used; NULL without a class */
  gsize panels_bytes;
  atomic_uchar *panel_state;   /* one a panel */
  atomic_size_t *n_unpacked;   /* panels still to be packed, of each matrix of the stack */
  atomic_size_t n_unpacked_matrices;
  atomic_bool looked_up;       /* as an embedding table: raw rows must stay readable within a run */
  atomic_bool release_pending; /* packed whole while looked_up; see ch_cpu_weight_after_run() */
} ChCpuWeight;

ChWeight *ch_cpu_weight_new (ChDevice *device, ChGguf *gguf, const ChGgufTensor *tensor,
                             GError **error);
void ch_cpu_weight_free (ChDevice *device, ChWeight *weight);
gboolean ch_cpu_weight_takes_act8 (ChDevice *device, const ChWeight *weight);

/* The values of a vector. */
const float *ch_cpu_weight_values (const ChWeight *weight);

/* Describes one matrix of the stack with its panels [panel0, panel1) ready for use; packs what is
 * not yet packed. Any thread may call it, with any panels. */
gboolean ch_cpu_weight_matrix (const ChWeight *weight, gsize stack, gsize panel0, gsize panel1,
                               ChMatrix *matrix, GError **error);

/* Embedding tables: marked once, then the raw rows may be fetched at the beginning of every run. */
void ch_cpu_weight_mark_lookup (const ChWeight *weight);
const guint8 *ch_cpu_weight_raw (const ChWeight *weight, GError **error);
/* Gives back the raw rows when the run has packed the whole of a table. */
void ch_cpu_weight_after_run (const ChWeight *weight);

/* ---- KV storage ----------------------------------------------------------------------------- */

typedef struct
{
  ChKvLayer shape;
  guint8 *base;      /* reserved; NULL: the layer has none */
  gsize page_bytes;  /* as the kernels have it */
  gsize page_stride; /* whole pages of the machine, so that each can be given back alone */
} ChCpuKvLayer;

typedef struct
{
  gsize n_layers, n_pages;
  ChCpuKvLayer *layers;
} ChCpuKv;

ChKvStore *ch_cpu_kv_new (ChDevice *device, const ChKvLayer *layers, gsize n_layers, gsize n_pages,
                          GError **error);
void ch_cpu_kv_free (ChDevice *device, ChKvStore *kv);
void ch_cpu_kv_copy_page (ChDevice *device, ChKvStore *kv, gint32 from, gint32 to,
                          gsize n_positions);
void ch_cpu_kv_drop_page (ChDevice *device, ChKvStore *kv, gint32 page);
gsize ch_cpu_kv_page_bytes (ChDevice *device, ChKvStore *kv);
void ch_cpu_kv_read_page (ChDevice *device, ChKvStore *kv, gint32 page, guint8 *bytes);
void ch_cpu_kv_write_page (ChDevice *device, ChKvStore *kv, gint32 page, const guint8 *bytes);

/* ---- Runs ----------------------------------------------------------------------------------- */

/* Query rows of one sequence that attention takes together. */
typedef struct
{
  guint32 row0, n_rows;
} ChCpuTile;

/* One segment with its memory. */
typedef struct
{
  const ChProgram *program;
  const ChSegment *segment;
  guint index;
  const ChKernels *kernels;
  guint8 *arena;
  guint32 *output_rows; /* batch row of each output row */
  ChCpuTile *tiles;
  void **scratch; /* one a thread */
  gsize n_scratch, scratch_bytes;
  void *parts; /* split-K attention: what threads leave for the join */
  gsize parts_bytes;
  ChCpuCrew crews[CH_CREW_CLASSES];
} ChCpuExecutable;

/* One run of it. Written before the team starts, but for stop and error. */
typedef struct
{
  ChCpuExecutable *exe;
  ChCpuKv *kv;
  const ChBatch *batch;
  gint n_threads; /* asked for; a team may be smaller */
  gsize n_tiles;
  gsize max_splits;    /* shares in the longest context */
  const guint8 *table; /* raw rows of the embedding table, if the segment has one */
  const atomic_bool *cancel;
  atomic_bool stop; /* cancelled or failed: looked at at barriers */
  atomic_flag error_lock;
  GError *error; /* the first failure */
} ChCpuRun;

/* What one thread of the team knows while it does its share of an operation. */
typedef struct
{
  ChCpuRun *run;
  const ChKernels *k;
  const ChOp *op;
  int rank, size;
  void *scratch;
} ChCpuTask;

ChExecutable *ch_cpu_prepare (ChDevice *device, const ChProgram *program, guint segment,
                              GError **error);
void ch_cpu_free_executable (ChDevice *device, ChExecutable *executable);
gboolean ch_cpu_run (ChDevice *device, ChExecutable *executable, ChKvStore *kv,
                     const ChBatch *batch, gint n_threads, gboolean fixed_threads,
                     const atomic_bool *cancel, GError **error);
const void *ch_cpu_read (ChDevice *device, ChExecutable *executable, ChValueId value, gsize n_rows,
                         GError **error);
gboolean ch_cpu_write (ChDevice *device, ChExecutable *executable, ChValueId value, gsize n_rows,
                       const void *rows, GError **error);

/* Stops the run at the next barrier; takes over error. */
void ch_cpu_run_fail (ChCpuRun *run, GError *error);

/* For long work between two barriers: whether what is left of it may be skipped, since the run
 * will end at the next barrier. */
static inline gboolean
ch_cpu_should_stop (ChCpuTask *task)
{
  ChCpuRun *run = task->run;

  if (run->cancel != NULL && atomic_load_explicit (run->cancel, memory_order_relaxed))
    atomic_store (&run->stop, true);
  return atomic_load_explicit (&run->stop, memory_order_relaxed);
}

static inline const ChValue *
ch_cpu_value (const ChCpuTask *task, ChValueId id)
{
  return &task->run->exe->program->values[id];
}

static inline void *
ch_cpu_row (const ChCpuTask *task, ChValueId id, gsize row)
{
  const ChValue *value = ch_cpu_value (task, id);

  return task->run->exe->arena + value->offset + row * value->row_bytes;
}

/* From row to row, in floats. */
static inline gsize
ch_cpu_ld (const ChCpuTask *task, ChValueId id)
{
  return ch_cpu_value (task, id)->row_bytes / sizeof (float);
}

static inline gsize
ch_cpu_n_rows (const ChCpuTask *task, ChValueId id)
{
  const ChBatch *batch = task->run->batch;

  return ch_cpu_value (task, id)->rows == CH_ROWS_OUTPUT ? batch->n_outputs : batch->n_rows;
}

/* The operations: each does the share of one thread. */
void ch_cpu_op_rows (ChCpuTask *task); /* all row-local ones */
void ch_cpu_op_matmul (ChCpuTask *task);
void ch_cpu_op_experts_matmul (ChCpuTask *task); /* with ids */
void ch_cpu_op_attention (ChCpuTask *task);
void ch_cpu_op_attention_join (ChCpuTask *task);

/* Routing and summing of experts, one row of them. */
void ch_cpu_row_top_experts (ChCpuTask *task, gsize row);
void ch_cpu_row_weighted_sum (ChCpuTask *task, gsize row);

/* Whether an attention of this run is cut up over the threads, and then needs its join. */
gboolean ch_cpu_attention_is_split (const ChCpuRun *run, const ChOp *op);
/* Bytes of scratch for each thread, and of parts for all, that an attention needs in this run;
 * FALSE when absurd. */
gboolean ch_cpu_attention_needs (const ChCpuRun *run, const ChOp *op, gsize *scratch, gsize *parts);
