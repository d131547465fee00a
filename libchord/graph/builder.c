/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "graph/graph-private.h"

ChBuilder *
ch_builder_new (ChPrecision precision)
{
  ChBuilder *b = g_new0 (ChBuilder, 1);

  b->precision = precision;
  b->device = ch_device_cpu ();
  b->layer = -1;
  b->ops = g_array_new (FALSE, TRUE, sizeof (ChBuildOp));
  b->values = g_array_new (FALSE, TRUE, sizeof (ChValue));
  b->result = CH_NO_VALUE;
  return b;
}

void
ch_builder_free (ChBuilder *b)
{
  g_array_unref (b->ops);
  g_array_unref (b->values);
  g_free (b);
}

void
ch_builder_layer (ChBuilder *b, gint layer, ChDevice *device)
{
  b->layer = layer;
  b->device = device;
}

/* ---- Operations and values ------------------------------------------------------------------ */

ChBuildOp
ch_graph_op_new (ChBuilder *b, ChOpKind kind)
{
  return (ChBuildOp) {
    .op = { .kind = kind,
            .in = { CH_NO_VALUE, CH_NO_VALUE, CH_NO_VALUE },
            .out = CH_NO_VALUE,
            .out2 = CH_NO_VALUE,
            .layer = MAX (b->layer, 0) },
    .device = b->device,
  };
}

ChValueId
ch_graph_value_new (ChBuilder *b, ChValueFormat format, ChRowSpace rows, guint width)
{
  ChValue value = { .format = format, .rows = rows, .width = width };

  g_array_append_val (b->values, value);
  return b->values->len - 1;
}

ChRowSpace
ch_graph_op_space (const ChBuilder *b, const ChOp *op)
{
  return ch_graph_value (b, op->out != CH_NO_VALUE ? op->out : op->in[0])->rows;
}

guint *
ch_graph_count_uses (const ChBuilder *b)
{
  guint *uses = g_new0 (guint, b->values->len + 1);

  for (guint i = 0; i < b->ops->len; i++)
    for (guint j = 0; j < G_N_ELEMENTS (ch_graph_op (b, i)->op.in); j++)
      if (ch_graph_op (b, i)->op.in[j] != CH_NO_VALUE)
        uses[ch_graph_op (b, i)->op.in[j]]++;
  if (b->result != CH_NO_VALUE)
    uses[b->result]++;
  return uses;
}

/* Appends an operation whose result is an F32 value of this width in the row space of its first
 * operand. */
static ChRef
emit (ChBuilder *b, ChBuildOp op, guint width)
{
  ChRowSpace rows =
      op.op.in[0] != CH_NO_VALUE ? ch_graph_value (b, op.op.in[0])->rows : CH_ROWS_BATCH;

  op.op.out = ch_graph_value_new (b, CH_FORMAT_F32, rows, width);
  g_array_append_val (b->ops, op);
  return (ChRef) { op.op.out };
}

static guint
width_of (const ChBuilder *b, ChRef x)
{
  return ch_graph_value (b, x.id)->width;
}

static ChRef
emit_binary (ChBuilder *b, ChOpKind kind, ChRef x, ChRef y)
{
  ChBuildOp op = ch_graph_op_new (b, kind);

  g_assert (width_of (b, x) == width_of (b, y));
  g_assert (ch_graph_value (b, x.id)->rows == ch_graph_value (b, y.id)->rows);
  op.op.in[0] = x.id;
  op.op.in[1] = y.id;
  return emit (b, op, width_of (b, x));
}

/* ---- What families call --------------------------------------------------------------------- */

ChRef
ch_embed (ChBuilder *b, const ChWeight *table)
{
  ChBuildOp op = ch_graph_op_new (b, CH_OP_EMBED);

  op.op.weight[0] = table;
  return emit (b, op, table->cols);
}

ChRef
ch_rms_norm (ChBuilder *b, ChRef x, const ChWeight *w, float eps)
{
  ChBuildOp op = ch_graph_op_new (b, CH_OP_RMS_NORM);

  g_assert (w == NULL || w->cols == width_of (b, x));
  op.op.in[0] = x.id;
  op.op.weight[0] = w;
  op.op.eps = eps;
  return emit (b, op, width_of (b, x));
}

ChRef
ch_rms_norm_heads (ChBuilder *b, ChRef x, const ChWeight *w, guint n_heads, float eps)
{
  ChBuildOp op = ch_graph_op_new (b, CH_OP_RMS_NORM);

  op.op.in[0] = x.id;
  op.op.weight[0] = w;
  op.op.n_heads = n_heads;
  op.op.head_dim = width_of (b, x) / n_heads;
  op.op.eps = eps;
  g_assert (w == NULL || w->cols == op.op.head_dim);
  return emit (b, op, width_of (b, x));
}

ChRef
ch_layer_norm (ChBuilder *b, ChRef x, const ChWeight *w, const ChWeight *bias, float eps)
{
  ChBuildOp op = ch_graph_op_new (b, CH_OP_LAYER_NORM);

  op.op.in[0] = x.id;
  op.op.weight[0] = w;
  op.op.weight[1] = bias;
  op.op.eps = eps;
  return emit (b, op, width_of (b, x));
}

ChRef
ch_linear (ChBuilder *b, ChRef x, const ChWeight *w, const ChWeight *bias)
{
  ChBuildOp op = ch_graph_op_new (b, CH_OP_MATMUL);

  g_assert (w->cols == width_of (b, x) && w->n_stack == 1);
  op.op.in[0] = x.id;
  op.op.weight[0] = w;
  op.op.weight[1] = bias;
  return emit (b, op, w->rows);
}

ChRef
ch_rope (ChBuilder *b, ChRef x, guint n_heads, const ChRope *rope)
{
  ChBuildOp op = ch_graph_op_new (b, CH_OP_ROPE);

  op.op.in[0] = x.id;
  op.op.n_heads = n_heads;
  op.op.head_dim = width_of (b, x) / n_heads;
  op.op.rope = *rope;
  return emit (b, op, width_of (b, x));
}

static void
write_kv (ChBuilder *b, ChRef k, ChRef v)
{
  ChBuildOp op = ch_graph_op_new (b, CH_OP_KV_WRITE);

  op.op.in[0] = k.id;
  op.op.in[1] = v.id;
  g_array_append_val (b->ops, op);
}

ChRef
ch_attention (ChBuilder *b, ChRef q, ChRef k, ChRef v, const ChAttnShape *shape, gint window,
              gboolean bidirectional)
{
  ChBuildOp op = ch_graph_op_new (b, CH_OP_ATTENTION);
  ChBuildOp join = ch_graph_op_new (b, CH_OP_ATTENTION_JOIN);
  ChRef out;

  g_assert (b->layer >= 0 && shape->n_heads % shape->n_kv_heads == 0);
  g_assert (width_of (b, q) == shape->n_heads * shape->k_dim);
  g_assert (width_of (b, k) == shape->n_kv_heads * shape->k_dim
            && width_of (b, v) == shape->n_kv_heads * shape->v_dim);
  write_kv (b, k, v);
  op.op.in[0] = q.id;
  op.op.attn = *shape;
  op.op.window = window;
  op.op.bidirectional = bidirectional;
  out = emit (b, op, shape->n_heads * shape->v_dim);
  join.op = ch_graph_op (b, b->ops->len - 1)->op;
  join.op.kind = CH_OP_ATTENTION_JOIN;
  join.op.in[0] = out.id;
  g_array_append_val (b->ops, join);
  return out;
}

ChRef
ch_glu (ChBuilder *b, ChGluKind kind, ChRef gate, ChRef up)
{
  ChRef out = emit_binary (b, CH_OP_GLU, gate, up);

  ch_graph_op (b, b->ops->len - 1)->op.glu = kind;
  return out;
}

ChRef
ch_add (ChBuilder *b, ChRef x, ChRef y)
{
  return emit_binary (b, CH_OP_ADD, x, y);
}

ChRef
ch_mul (ChBuilder *b, ChRef x, ChRef y)
{
  return emit_binary (b, CH_OP_MUL, x, y);
}

static ChRef
emit_scaled (ChBuilder *b, ChOpKind kind, ChRef x, float scale)
{
  ChBuildOp op = ch_graph_op_new (b, kind);

  op.op.in[0] = x.id;
  op.op.scale = scale;
  return emit (b, op, width_of (b, x));
}

ChRef
ch_scale (ChBuilder *b, ChRef x, float s)
{
  return emit_scaled (b, CH_OP_SCALE, x, s);
}

ChRef
ch_softcap (ChBuilder *b, ChRef x, float cap)
{
  return emit_scaled (b, CH_OP_SOFTCAP, x, cap);
}

ChRef
ch_outputs (ChBuilder *b, ChRef x)
{
  ChBuildOp op = ch_graph_op_new (b, CH_OP_GATHER);
  ChRef out;

  op.op.in[0] = x.id;
  out = emit (b, op, width_of (b, x));
  ch_graph_value (b, out.id)->rows = CH_ROWS_OUTPUT;
  return out;
}

void
ch_result (ChBuilder *b, ChRef x)
{
  b->result = x.id;
}

/* ---- Experts -------------------------------------------------------------------------------- */

/* The chosen experts of every row and their weights. */
static ChRef
route (ChBuilder *b, ChRef logits, guint n_used, gboolean normalise, ChRef *weights)
{
  ChBuildOp op = ch_graph_op_new (b, CH_OP_TOP_EXPERTS);
  ChRowSpace rows = ch_graph_value (b, logits.id)->rows;

  op.op.in[0] = logits.id;
  op.op.n_experts = width_of (b, logits);
  op.op.n_experts_used = n_used;
  op.op.normalise_experts = normalise;
  op.op.out = ch_graph_value_new (b, CH_FORMAT_IDS, rows, n_used);
  op.op.out2 = ch_graph_value_new (b, CH_FORMAT_F32, rows, n_used);
  g_array_append_val (b->ops, op);
  *weights = (ChRef) { op.op.out2 };
  return (ChRef) { op.op.out };
}

/* Every chosen expert's product, one after the other in the row. */
static ChRef
linear_chosen (ChBuilder *b, ChRef x, const ChWeight *stack, ChRef ids)
{
  ChBuildOp op = ch_graph_op_new (b, CH_OP_MATMUL);
  guint n_used = width_of (b, ids);

  g_assert (width_of (b, x) == stack->cols || width_of (b, x) == stack->cols * n_used);
  op.op.in[0] = x.id;
  op.op.in[2] = ids.id;
  op.op.weight[0] = stack;
  op.op.n_experts = stack->n_stack;
  op.op.n_experts_used = n_used;
  return emit (b, op, stack->rows * n_used);
}

ChRef
ch_experts (ChBuilder *b, ChRef x, const ChWeight *router, const ChWeight *gate, const ChWeight *up,
            const ChWeight *down, guint n_used, gboolean normalise, ChGluKind kind)
{
  ChBuildOp sum = ch_graph_op_new (b, CH_OP_WEIGHTED_SUM);
  ChRef weights;
  ChRef ids = route (b, ch_linear (b, x, router, NULL), n_used, normalise, &weights);
  ChRef inner = ch_glu (b, kind, linear_chosen (b, x, gate, ids), linear_chosen (b, x, up, ids));

  sum.op.in[0] = linear_chosen (b, inner, down, ids).id;
  sum.op.in[1] = weights.id;
  return emit (b, sum, down->rows);
}
