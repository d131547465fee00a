/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "device/cpu/cpu.h"

/* The most probable expert that is not yet taken (marked by a negative probability); the first of
 * equals. */
static guint32
take_best (float *p, guint32 n)
{
  guint32 best = 0;

  for (guint32 i = 1; i < n; i++)
    if (p[i] > p[best])
      best = i;
  return best;
}

void
ch_cpu_row_top_experts (ChCpuTask *task, gsize row)
{
  const ChOp *op = task->op;
  float *p = task->scratch;
  gint32 *ids = ch_cpu_row (task, op->out, row);
  float *weights = ch_cpu_row (task, op->out2, row);
  float sum = 0;

  memcpy (p, ch_cpu_row (task, op->in[0], row), op->n_experts * sizeof (float));
  task->k->softmax (p, op->n_experts);
  for (guint32 i = 0; i < op->n_experts_used; i++)
    {
      ids[i] = take_best (p, op->n_experts);
      weights[i] = p[ids[i]];
      sum += weights[i];
      p[ids[i]] = -1;
    }
  if (op->normalise_experts && sum > 0)
    task->k->scale (weights, 1 / sum, op->n_experts_used, weights);
}

void
ch_cpu_row_weighted_sum (ChCpuTask *task, gsize row)
{
  const ChOp *op = task->op;
  gsize width = ch_cpu_value (task, op->out)->width;
  gsize n = ch_cpu_value (task, op->in[1])->width;
  const float *x = ch_cpu_row (task, op->in[0], row);
  const float *weights = ch_cpu_row (task, op->in[1], row);
  float *y = ch_cpu_row (task, op->out, row);

  for (gsize i = 0; i < width; i++)
    {
      float sum = 0;

      for (gsize e = 0; e < n; e++)
        sum += weights[e] * x[e * width + i];
      y[i] = sum;
    }
}
