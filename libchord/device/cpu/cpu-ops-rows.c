/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>

#include "device/cpu/cpu.h"

/* The row-local operations. Each function makes one row of the result. */

typedef void (*RowFunc) (ChCpuTask *task, gsize row);

static void
embed_row (ChCpuTask *task, gsize row)
{
  const ChRow *r = &task->run->batch->rows[row];
  const ChCpuWeight *table = (const ChCpuWeight *) task->op->weight[0];
  float *y = ch_cpu_row (task, task->op->out, row);

  if (r->token >= 0)
    ch_dequantize (table->parent.type, task->run->table + (gsize) r->token * table->row_bytes, y,
                   table->parent.cols);
  else
    memcpy (y, r->embedding, table->parent.cols * sizeof (float));
}

static void
rms_norm_row (ChCpuTask *task, gsize row)
{
  const ChOp *op = task->op;
  gsize width = ch_cpu_value (task, op->out)->width;
  gsize n = op->head_dim > 0 ? op->head_dim : width;
  const float *x = ch_cpu_row (task, op->in[0], row);
  float *y = ch_cpu_row (task, op->out, row);

  for (gsize i = 0; i < width; i += n)
    task->k->rms_norm (x + i, ch_cpu_weight_values (op->weight[0]), n, op->eps, y + i);
}

static void
layer_norm_row (ChCpuTask *task, gsize row)
{
  const ChOp *op = task->op;

  task->k->layer_norm (ch_cpu_row (task, op->in[0], row), ch_cpu_weight_values (op->weight[0]),
                       ch_cpu_weight_values (op->weight[1]), ch_cpu_value (task, op->out)->width,
                       op->eps, ch_cpu_row (task, op->out, row));
}

static void
quantize_row (ChCpuTask *task, gsize row)
{
  const ChOp *op = task->op;
  const float *x = ch_cpu_row (task, op->in[0], row);
  guint8 *y = ch_cpu_row (task, op->out, row);

  for (guint32 part = 0; part < op->n_heads; part++)
    task->k->quantize_act8 (x + (gsize) part * op->head_dim, op->head_dim,
                            y + part * ch_act8_stride (op->head_dim));
}

static void
rope_row (ChCpuTask *task, gsize row)
{
  const ChOp *op = task->op;
  float *y = ch_cpu_row (task, op->out, row);

  if (op->in[0] != op->out)
    memcpy (y, ch_cpu_row (task, op->in[0], row),
            ch_cpu_value (task, op->out)->width * sizeof (float));
  task->k->rope (y, op->n_heads, op->head_dim, &op->rope, task->run->batch->rows[row].position[0]);
}

static void
kv_write_row (ChCpuTask *task, gsize row)
{
  const ChOp *op = task->op;
  const ChRow *r = &task->run->batch->rows[row];
  const ChCpuKvLayer *layer = &task->run->kv->layers[op->layer];
  gint32 page = task->run->batch->seqs[r->seq].pages[r->slot / CH_KV_PAGE];

  task->k->kv_write (layer->shape.type, layer->base + (gsize) page * layer->page_stride,
                     r->slot % CH_KV_PAGE, layer->shape.n_kv_heads, layer->shape.k_dim,
                     layer->shape.v_dim, ch_cpu_row (task, op->in[0], row),
                     ch_cpu_row (task, op->in[1], row));
}

static void
glu_row (ChCpuTask *task, gsize row)
{
  const ChOp *op = task->op;

  task->k->glu (op->glu, ch_cpu_row (task, op->in[0], row), ch_cpu_row (task, op->in[1], row),
                ch_cpu_value (task, op->out)->width, ch_cpu_row (task, op->out, row));
}

static void
add_row (ChCpuTask *task, gsize row)
{
  const ChOp *op = task->op;

  task->k->add (ch_cpu_row (task, op->in[0], row), ch_cpu_row (task, op->in[1], row),
                ch_cpu_value (task, op->out)->width, ch_cpu_row (task, op->out, row));
}

static void
mul_row (ChCpuTask *task, gsize row)
{
  const ChOp *op = task->op;

  task->k->mul (ch_cpu_row (task, op->in[0], row), ch_cpu_row (task, op->in[1], row),
                ch_cpu_value (task, op->out)->width, ch_cpu_row (task, op->out, row));
}

static void
scale_row (ChCpuTask *task, gsize row)
{
  const ChOp *op = task->op;

  task->k->scale (ch_cpu_row (task, op->in[0], row), op->scale, ch_cpu_value (task, op->out)->width,
                  ch_cpu_row (task, op->out, row));
}

static void
softcap_row (ChCpuTask *task, gsize row)
{
  const ChOp *op = task->op;
  const float *x = ch_cpu_row (task, op->in[0], row);
  float *y = ch_cpu_row (task, op->out, row);

  for (gsize i = 0; i < ch_cpu_value (task, op->out)->width; i++)
    y[i] = op->scale * tanhf (x[i] / op->scale);
}

static void
gather_row (ChCpuTask *task, gsize row)
{
  memcpy (ch_cpu_row (task, task->op->out, row),
          ch_cpu_row (task, task->op->in[0], task->run->exe->output_rows[row]),
          ch_cpu_value (task, task->op->out)->width * sizeof (float));
}

static const RowFunc row_funcs[CH_N_OPS] = {
  [CH_OP_EMBED] = embed_row,
  [CH_OP_RMS_NORM] = rms_norm_row,
  [CH_OP_LAYER_NORM] = layer_norm_row,
  [CH_OP_QUANTIZE] = quantize_row,
  [CH_OP_ROPE] = rope_row,
  [CH_OP_KV_WRITE] = kv_write_row,
  [CH_OP_GLU] = glu_row,
  [CH_OP_ADD] = add_row,
  [CH_OP_MUL] = mul_row,
  [CH_OP_SCALE] = scale_row,
  [CH_OP_SOFTCAP] = softcap_row,
  [CH_OP_TOP_EXPERTS] = ch_cpu_row_top_experts,
  [CH_OP_WEIGHTED_SUM] = ch_cpu_row_weighted_sum,
  [CH_OP_GATHER] = gather_row,
};

void
ch_cpu_op_rows (ChCpuTask *task)
{
  ChValueId space = task->op->out != CH_NO_VALUE ? task->op->out : task->op->in[0];
  gsize begin, end;

  ch_team_share (ch_cpu_n_rows (task, space), 1, task->rank, task->size, &begin, &end);
  for (gsize row = begin; row < end; row++)
    row_funcs[task->op->kind](task, row);
}
