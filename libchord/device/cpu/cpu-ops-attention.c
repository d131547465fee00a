/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/memory.h"
#include "device/cpu/cpu.h"

/* Attention is worked on in units: a tile of rows of one sequence × a kv head. The context of a
 * unit is always gone through in shares of CH_ATTN_SPLIT positions, which are then joined in order:
 * the result does not depend on who did the shares. With many units each is done whole by one
 * thread; with few (decoding) the shares are spread over the threads, and a second stage joins
 * them. */

typedef struct
{
  ChAttnShape shape; /* with the type of the store */
  ChKvView kv;
  gsize group;                                   /* query heads of a kv head */
  gsize part_floats;                             /* one row and head of a share */
  gsize share_floats;                            /* a share of a full tile */
  gint32 first[CH_ATTN_ROWS], end[CH_ATTN_ROWS]; /* what each row of the tile sees: [first, end) */
  gint32 tile_end;                               /* the greatest end */
  gsize split0, split1;                          /* shares that any row of the tile sees */
} Work;

static void
attention_sizes (const ChOp *op, gsize *part_floats, gsize *share_floats)
{
  *part_floats = op->attn.v_dim + 2;
  *share_floats = CH_ATTN_ROWS * (op->attn.n_heads / op->attn.n_kv_heads) * *part_floats;
}

gboolean
ch_cpu_attention_is_split (const ChCpuRun *run, const ChOp *op)
{
  return run->max_splits > 1 && run->n_threads > 1
         && run->n_tiles * op->attn.n_kv_heads < 2 * (gsize) run->n_threads;
}

static gsize
kernel_scratch (const ChAttnShape *shape)
{
  return (ch_attention_scratch (shape) + CH_CACHE_LINE - 1) / CH_CACHE_LINE * CH_CACHE_LINE;
}

gboolean
ch_cpu_attention_needs (const ChCpuRun *run, const ChOp *op, gsize *scratch, gsize *parts)
{
  gsize part_floats, share_floats, unit;

  attention_sizes (op, &part_floats, &share_floats);
  if (!ch_size_mul (share_floats * sizeof (float), run->max_splits, &unit))
    return FALSE;
  *parts = 0;
  *scratch = kernel_scratch (&op->attn);
  if (ch_cpu_attention_is_split (run, op))
    return ch_size_mul (unit, run->n_tiles * op->attn.n_kv_heads, parts);
  return ch_size_add (*scratch, unit, scratch);
}

/* ---- What rows see -------------------------------------------------------------------------- */

static void
row_range (const ChOp *op, const ChRow *row, gint32 length, gint32 *first, gint32 *end)
{
  *first = op->window > 0 ? MAX (0, row->slot - op->window + 1) : 0;
  *end = row->slot + 1;
  if (op->bidirectional)
    *end = op->window > 0 && op->window < length - row->slot ? row->slot + op->window : length;
}

/* Everything about a tile that does not depend on the head. */
static void
work_init (Work *work, const ChCpuTask *task, const ChCpuTile *tile)
{
  const ChOp *op = task->op;
  const ChBatch *batch = task->run->batch;
  const ChCpuKvLayer *layer = &task->run->kv->layers[op->layer];
  const ChSeqView *seq = &batch->seqs[batch->rows[tile->row0].seq];
  gint32 first = G_MAXINT32;

  work->shape = op->attn;
  work->shape.type = layer->shape.type;
  work->kv = (ChKvView) { layer->base, layer->page_stride, seq->pages };
  work->group = op->attn.n_heads / op->attn.n_kv_heads;
  work->tile_end = 0;
  attention_sizes (op, &work->part_floats, &work->share_floats);
  for (guint32 i = 0; i < tile->n_rows; i++)
    {
      row_range (op, &batch->rows[tile->row0 + i], seq->length, &work->first[i], &work->end[i]);
      first = MIN (first, work->first[i]);
      work->tile_end = MAX (work->tile_end, work->end[i]);
    }
  work->split0 = first / CH_ATTN_SPLIT;
  work->split1 = (work->tile_end - 1) / CH_ATTN_SPLIT + 1;
}

/* ---- Shares and their join ------------------------------------------------------------------ */

static void
do_split (ChCpuTask *task, const Work *work, const ChCpuTile *tile, gsize kv_head, gsize split,
          float *part)
{
  const ChOp *op = task->op;

  task->k->attention (
      &work->shape, &work->kv, kv_head, ch_cpu_row (task, op->in[0], tile->row0),
      ch_cpu_ld (task, op->in[0]), tile->n_rows, work->first, work->end, split * CH_ATTN_SPLIT,
      MIN ((gsize) work->tile_end, (split + 1) * CH_ATTN_SPLIT), part, task->scratch);
}

/* Joins one row and head. Only the shares that the row itself sees count, so what else is in its
 * tile does not. */
static void
join_one (ChCpuTask *task, const Work *work, const ChCpuTile *tile, gsize kv_head, gsize i, gsize h,
          const float *parts)
{
  const ChAttnShape *shape = &work->shape;
  gsize head = kv_head * work->group + h;
  gsize split0 = work->first[i] / CH_ATTN_SPLIT;
  gsize split1 = (work->end[i] - 1) / CH_ATTN_SPLIT + 1;
  const float *part = parts + (split0 - work->split0) * work->share_floats
                      + (i * work->group + h) * work->part_floats;
  float *y = (float *) ch_cpu_row (task, task->op->out, tile->row0 + i) + head * shape->v_dim;

  task->k->attention_join (part, split1 - split0, work->share_floats, shape->v_dim,
                           shape->sinks != NULL ? &shape->sinks[head] : NULL, y);
}

static void
join_unit (ChCpuTask *task, const Work *work, const ChCpuTile *tile, gsize kv_head,
           const float *parts)
{
  for (gsize i = 0; i < tile->n_rows; i++)
    for (gsize h = 0; h < work->group; h++)
      join_one (task, work, tile, kv_head, i, h, parts);
}

/* ---- The two ways --------------------------------------------------------------------------- */

static float *
shared_parts (const ChCpuTask *task, const Work *work, gsize unit)
{
  return (float *) task->run->exe->parts + unit * task->run->max_splits * work->share_floats;
}

/* Units whole. Threads take them in turn, for later rows of a prompt see more. */
static void
attend_whole (ChCpuTask *task)
{
  gsize n_kv_heads = task->op->attn.n_kv_heads;
  float *parts = (gpointer) ((guint8 *) task->scratch + kernel_scratch (&task->op->attn));
  Work work;

  for (gsize unit = task->rank;
       unit < task->run->n_tiles * n_kv_heads && !ch_cpu_should_stop (task); unit += task->size)
    {
      const ChCpuTile *tile = &task->run->exe->tiles[unit / n_kv_heads];

      work_init (&work, task, tile);
      for (gsize split = work.split0; split < work.split1; split++)
        do_split (task, &work, tile, unit % n_kv_heads, split,
                  parts + (split - work.split0) * work.share_floats);
      join_unit (task, &work, tile, unit % n_kv_heads, parts);
    }
}

static void
attend_split (ChCpuTask *task)
{
  gsize n_kv_heads = task->op->attn.n_kv_heads;
  gsize n = 0;
  Work work;

  for (gsize unit = 0; unit < task->run->n_tiles * n_kv_heads; unit++)
    {
      const ChCpuTile *tile = &task->run->exe->tiles[unit / n_kv_heads];

      work_init (&work, task, tile);
      for (gsize split = work.split0; split < work.split1; split++, n++)
        if (n % task->size == (gsize) task->rank)
          do_split (task, &work, tile, unit % n_kv_heads, split,
                    shared_parts (task, &work, unit) + (split - work.split0) * work.share_floats);
    }
}

void
ch_cpu_op_attention (ChCpuTask *task)
{
  if (ch_cpu_attention_is_split (task->run, task->op))
    attend_split (task);
  else
    attend_whole (task);
}

void
ch_cpu_op_attention_join (ChCpuTask *task)
{
  gsize n_kv_heads = task->op->attn.n_kv_heads;
  gsize n = 0;
  Work work;

  for (gsize unit = 0; unit < task->run->n_tiles * n_kv_heads; unit++)
    {
      const ChCpuTile *tile = &task->run->exe->tiles[unit / n_kv_heads];

      work_init (&work, task, tile);
      for (gsize i = 0; i < tile->n_rows; i++)
        for (gsize h = 0; h < work.group; h++, n++)
          if (n % task->size == (gsize) task->rank)
            join_one (task, &work, tile, unit % n_kv_heads, i, h, shared_parts (task, &work, unit));
    }
}
