/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "graph/graph-private.h"

/* The passes that rewrite the list of operations. */

/* ---- Residual additions --------------------------------------------------------------------- */

/* The matmul that alone makes value, for the addition alone, and has no residual yet; or -1. */
static gint
find_fusable (const ChBuilder *b, const guint *uses, ChValueId value, guint before)
{
  if (uses[value] != 1)
    return -1;
  for (gint i = (gint) before - 1; i >= 0; i--)
    {
      const ChOp *op = &ch_graph_op (b, i)->op;

      if (op->out != value)
        continue;
      return op->kind == CH_OP_MATMUL && op->in[1] == CH_NO_VALUE && op->in[2] == CH_NO_VALUE
                     && ch_graph_op (b, i)->device == ch_graph_op (b, before)->device
                 ? i
                 : -1;
    }
  return -1;
}

/* Turns the addition into the matmul with its other operand as residual. The matmul goes where the
 * addition was: there, the residual is surely known. Returns which operation is to be removed, or
 * -1. */
static gint
fuse_add (ChBuilder *b, const guint *uses, guint i)
{
  ChOp *add = &ch_graph_op (b, i)->op;

  for (gint side = 1; side >= 0; side--)
    {
      gint j = find_fusable (b, uses, add->in[side], i);
      ChOp fused;

      if (j < 0)
        continue;
      fused = ch_graph_op (b, j)->op;
      fused.in[1] = add->in[1 - side];
      fused.out = add->out;
      *add = fused;
      return j;
    }
  return -1;
}

void
ch_graph_fuse_residuals (ChBuilder *b)
{
  g_autofree guint *uses = ch_graph_count_uses (b);

  for (guint i = 0; i < b->ops->len; i++)
    {
      gint removed = ch_graph_op (b, i)->op.kind == CH_OP_ADD ? fuse_add (b, uses, i) : -1;

      if (removed < 0)
        continue;
      g_array_remove_index (b->ops, removed);
      i--;
    }
}

/* ---- Segments ------------------------------------------------------------------------------- */

typedef struct
{
  GArray *ops;      /* the new list */
  gint32 *home;     /* value -> segment that makes it, or -1 */
  ChValueId *local; /* value -> its copy in the current segment */
  guint segment;
} Cutter;

static ChValueId
copy_to_segment (ChBuilder *b, Cutter *c, ChDevice *device, ChValueId value)
{
  ChBuildOp copy = ch_graph_op_new (b, CH_OP_COPY);
  ChValue from = *ch_graph_value (b, value);

  copy.device = device;
  copy.op.segment = c->segment;
  copy.op.in[0] = value;
  copy.op.out = ch_graph_value_new (b, from.format, from.rows, from.width);
  ch_graph_value (b, copy.op.out)->segment = c->segment;
  g_array_append_val (c->ops, copy);
  return copy.op.out;
}

static void
adopt_operands (ChBuilder *b, Cutter *c, ChBuildOp *op)
{
  for (guint j = 0; j < G_N_ELEMENTS (op->op.in); j++)
    {
      ChValueId value = op->op.in[j];

      if (value == CH_NO_VALUE || c->home[value] == (gint32) c->segment)
        continue;
      if (c->local[value] == CH_NO_VALUE)
        c->local[value] = copy_to_segment (b, c, op->device, value);
      op->op.in[j] = c->local[value];
    }
}

static void
settle (ChBuilder *b, Cutter *c, ChBuildOp op)
{
  op.op.segment = c->segment;
  adopt_operands (b, c, &op);
  for (guint j = 0; j < 2; j++)
    {
      ChValueId out = j == 0 ? op.op.out : op.op.out2;

      if (out == CH_NO_VALUE)
        continue;
      c->home[out] = c->segment;
      ch_graph_value (b, out)->segment = c->segment;
    }
  g_array_append_val (c->ops, op);
}

/* The copies come where they are first needed; those of a segment stand in front of nothing else
 * that matters, for they are made before it runs. */
void
ch_graph_cut_segments (ChBuilder *b)
{
  guint n = b->values->len;
  g_autofree gint32 *home = g_new (gint32, n + 1);
  g_autofree ChValueId *local = g_new (ChValueId, n + 1);
  Cutter c = { g_array_new (FALSE, TRUE, sizeof (ChBuildOp)), home, local, 0 };

  for (guint i = 0; i < n; i++)
    home[i] = local[i] = CH_NO_VALUE;
  for (guint i = 0; i < b->ops->len; i++)
    {
      if (i > 0 && ch_graph_op (b, i)->device != ch_graph_op (b, i - 1)->device)
        {
          c.segment++;
          for (guint v = 0; v < n; v++)
            local[v] = CH_NO_VALUE;
        }
      settle (b, &c, *ch_graph_op (b, i));
    }
  g_array_unref (b->ops);
  b->ops = c.ops;
}

/* ---- Shared int8 activations ---------------------------------------------------------------- */

typedef struct
{
  guint part; /* values in a part: columns of the matrices that read it */
  ChValueId act8;
} Quantized;

static gboolean
wants_act8 (const ChBuildOp *op)
{
  return op->op.kind == CH_OP_MATMUL
         && op->device->klass->takes_act8 (op->device, op->op.weight[0]);
}

static void
note_wanted (Quantized *wanted, const ChOp *op)
{
  Quantized *q = &wanted[op->in[0]];

  g_assert (q->part == 0 || q->part == op->weight[0]->cols);
  q->part = op->weight[0]->cols;
}

static ChBuildOp
quantize_op (ChBuilder *b, const ChBuildOp *producer, ChValueId value, Quantized *q)
{
  ChBuildOp op = ch_graph_op_new (b, CH_OP_QUANTIZE);
  ChValue from = *ch_graph_value (b, value);

  op.device = producer->device;
  op.op.segment = producer->op.segment;
  op.op.in[0] = value;
  op.op.head_dim = q->part;
  op.op.n_heads = from.width / q->part;
  op.op.out = q->act8 = ch_graph_value_new (b, CH_FORMAT_ACT8, from.rows, from.width);
  ch_graph_value (b, q->act8)->segment = op.op.segment;
  return op;
}

/* Whether operation i is the last that writes its result (attention is completed by its join). */
static gboolean
completes (const ChBuilder *b, guint i)
{
  return i + 1 == b->ops->len || ch_graph_op (b, i + 1)->op.kind != CH_OP_ATTENTION_JOIN;
}

static void
append_with_quantized (ChBuilder *b, GArray *ops, guint i, Quantized *wanted, guint n_values)
{
  ChBuildOp op = *ch_graph_op (b, i);
  ChValueId out = op.op.out;

  if (wants_act8 (&op))
    op.op.in[0] = wanted[op.op.in[0]].act8;
  g_array_append_val (ops, op);
  if (out != CH_NO_VALUE && (guint) out < n_values && wanted[out].part != 0 && completes (b, i))
    {
      ChBuildOp quantize = quantize_op (b, &op, out, &wanted[out]);

      g_array_append_val (ops, quantize);
    }
}

void
ch_graph_share_quantized (ChBuilder *b)
{
  guint n = b->values->len;
  g_autofree Quantized *wanted = g_new0 (Quantized, n + 1);
  GArray *ops;

  if (b->precision != CH_PRECISION_FAST)
    return;
  for (guint i = 0; i < b->ops->len; i++)
    if (wants_act8 (ch_graph_op (b, i)))
      note_wanted (wanted, &ch_graph_op (b, i)->op);
  ops = g_array_new (FALSE, TRUE, sizeof (ChBuildOp));
  for (guint i = 0; i < b->ops->len; i++)
    append_with_quantized (b, ops, i, wanted, n);
  g_array_unref (b->ops);
  b->ops = ops;
}

/* ---- RoPE in place -------------------------------------------------------------------------- */

/* Values that only RoPE reads are turned where they lie. */
void
ch_graph_rope_in_place (ChBuilder *b)
{
  g_autofree guint *uses = ch_graph_count_uses (b);
  g_autofree ChValueId *alias = g_new (ChValueId, b->values->len + 1);

  for (guint i = 0; i < b->values->len; i++)
    alias[i] = i;
  for (guint i = 0; i < b->ops->len; i++)
    {
      ChOp *op = &ch_graph_op (b, i)->op;

      for (guint j = 0; j < G_N_ELEMENTS (op->in); j++)
        if (op->in[j] != CH_NO_VALUE)
          op->in[j] = alias[op->in[j]];
      if (op->kind == CH_OP_ROPE && uses[op->in[0]] == 1)
        op->out = alias[op->out] = op->in[0];
    }
  if (b->result != CH_NO_VALUE)
    b->result = alias[b->result];
}
