/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "graph/graph-private.h"

/* Every operation goes into the earliest stage that its operands allow: so q, k and v, or gate and
 * up, come to stand in one. Segments follow each other, and so do their stages. */

typedef struct
{
  const ChBuilder *b;
  gint *maker;   /* value -> operation that wrote it last, or -1 */
  gint kv_write; /* the last write to the KV cache, or -1 */
  guint floor;   /* first stage of the current segment */
} Stager;

/* The earliest stage at which op may come when it needs what operation `maker` did. */
static guint
stage_after (const Stager *s, const ChOp *op, gint maker)
{
  const ChOp *before = &ch_graph_op (s->b, maker)->op;
  gboolean row_by_row = ch_op_is_row_local (op->kind) && ch_op_is_row_local (before->kind)
                        && ch_graph_op_space (s->b, op) == ch_graph_op_space (s->b, before);

  return before->stage + (row_by_row ? 0 : 1);
}

static guint
earliest_stage (const Stager *s, const ChOp *op)
{
  guint stage = s->floor;

  for (guint j = 0; j < G_N_ELEMENTS (op->in); j++)
    if (op->in[j] != CH_NO_VALUE && s->maker[op->in[j]] >= 0)
      stage = MAX (stage, stage_after (s, op, s->maker[op->in[j]]));
  if (op->kind == CH_OP_ATTENTION && s->kv_write >= 0)
    stage = MAX (stage, stage_after (s, op, s->kv_write));
  return stage;
}

static void
note (Stager *s, const ChOp *op, guint i)
{
  if (op->out != CH_NO_VALUE)
    s->maker[op->out] = i;
  if (op->out2 != CH_NO_VALUE)
    s->maker[op->out2] = i;
  if (op->kind == CH_OP_KV_WRITE)
    s->kv_write = i;
}

static gint
compare_stage (gconstpointer a, gconstpointer b)
{
  guint x = ((const ChBuildOp *) a)->op.stage, y = ((const ChBuildOp *) b)->op.stage;

  return x < y ? -1 : x > y;
}

void
ch_graph_assign_stages (ChBuilder *b)
{
  g_autofree gint *maker = g_new (gint, b->values->len + 1);
  Stager s = { b, maker, -1, 0 };
  guint last = 0, segment = 0;

  for (guint i = 0; i < b->values->len; i++)
    maker[i] = -1;
  for (guint i = 0; i < b->ops->len; i++)
    {
      ChOp *op = &ch_graph_op (b, i)->op;

      if (op->segment != segment)
        s.floor = last + 1;
      segment = op->segment;
      op->stage = earliest_stage (&s, op);
      last = MAX (last, op->stage);
      note (&s, op, i);
    }
  g_array_sort (b->ops, compare_stage); /* stable, so what is row by row stays in order */
}
