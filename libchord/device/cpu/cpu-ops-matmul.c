/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "device/cpu/cpu.h"

/* A matrix is shared over the threads by whole panels, so which thread computes an element never
 * changes how. */

/* Rows of activations that are gone through at a time: few enough that they stay in the cache from
 * panel to panel and that a cancel is seen soon, enough that reading the panels again is nothing
 * beside the work. Panels that must be unpacked each time want more. */
#define ROW_TILE          128
#define ROW_TILE_UNPACKED 512

/* Rows [row0, row1) of the product, for m rows of activations. */
static void
multiply (ChCpuTask *task, const ChMatrix *matrix, gsize row0, gsize row1, ChValueFormat format,
          const void *x, gsize x_bytes, gsize m, float *y, gsize ldy)
{
  if (format == CH_FORMAT_ACT8)
    task->k->matmul_fast[matrix->cls] (matrix, row0, row1, x, x_bytes, m, y, ldy);
  else
    task->k->matmul_exact[matrix->cls] (matrix, row0, row1, x, x_bytes / sizeof (float), m, y,
                                        ldy, task->scratch);
}

/* To rows [t0, t1) of the result. */
static void
add_bias_and_residual (ChCpuTask *task, gsize row0, gsize row1, gsize t0, gsize t1)
{
  const ChOp *op = task->op;
  const float *bias = ch_cpu_weight_values (op->weight[1]);

  for (gsize t = t0; t < t1; t++)
    {
      float *y = (float *) ch_cpu_row (task, op->out, t) + row0;

      if (bias != NULL)
        task->k->add (y, bias + row0, row1 - row0, y);
      if (op->in[1] != CH_NO_VALUE)
        task->k->add (y, (const float *) ch_cpu_row (task, op->in[1], t) + row0, row1 - row0, y);
    }
}

/* This thread's panels of a matrix of the stack, made ready; FALSE when there are none, or the run
 * has failed. */
static gboolean
take_panels (ChCpuTask *task, gsize stack, ChMatrix *matrix, gsize *row0, gsize *row1)
{
  const ChWeight *weight = task->op->weight[0];
  gsize n_panels = (weight->rows + CH_PANEL_ROWS - 1) / CH_PANEL_ROWS;
  gsize begin, end;
  GError *error = NULL;

  ch_team_share (n_panels, 1, task->rank, task->size, &begin, &end);
  if (begin == end)
    return FALSE;
  if (!ch_cpu_weight_matrix (weight, stack, begin, end, matrix, &error))
    {
      ch_cpu_run_fail (task->run, error);
      return FALSE;
    }
  *row0 = begin * CH_PANEL_ROWS;
  *row1 = MIN (end * CH_PANEL_ROWS, weight->rows);
  return TRUE;
}

void
ch_cpu_op_matmul (ChCpuTask *task)
{
  const ChOp *op = task->op;
  const ChValue *x = ch_cpu_value (task, op->in[0]);
  gsize m = ch_cpu_n_rows (task, op->out);
  gsize row0, row1, tile;
  ChMatrix matrix;

  if (m == 0 || !take_panels (task, 0, &matrix, &row0, &row1))
    return;
  tile = matrix.cls == CH_CLASS_NONE ? ROW_TILE_UNPACKED : ROW_TILE;
  for (gsize t = 0; t < m && !ch_cpu_should_stop (task); t += tile)
    {
      gsize n = MIN (m - t, tile);

      multiply (task, &matrix, row0, row1, x->format, ch_cpu_row (task, op->in[0], t),
                x->row_bytes, n, ch_cpu_row (task, op->out, t), ch_cpu_ld (task, op->out));
      add_bias_and_residual (task, row0, row1, t, t + n);
    }
}

/* ---- Stacks of experts ---------------------------------------------------------------------- */

/* Where the activations of a row for its chosen expert number `slot` are: all experts of a row
 * share one input, or (behind the first of their matrices) each has its own. */
static const void *
expert_input (ChCpuTask *task, gsize row, gsize slot)
{
  const ChValue *x = ch_cpu_value (task, task->op->in[0]);
  gsize cols = task->op->weight[0]->cols;
  gsize stride = x->format == CH_FORMAT_ACT8 ? ch_act8_stride (cols) : cols * sizeof (float);

  return (const guint8 *) ch_cpu_row (task, task->op->in[0], row)
         + (x->width == cols ? 0 : slot * stride);
}

/* Runs one expert over the rows that chose it, so that its panels are read once. */
static void
run_expert (ChCpuTask *task, gsize expert, gsize m)
{
  const ChOp *op = task->op;
  const ChValue *x = ch_cpu_value (task, op->in[0]);
  gsize n_used = ch_cpu_value (task, op->in[2])->width;
  gsize rows = op->weight[0]->rows;
  gsize row0 = 0, row1 = 0;
  ChMatrix matrix;

  for (gsize t = 0; t < m; t++)
    for (gsize slot = 0; slot < n_used; slot++)
      {
        if (((const gint32 *) ch_cpu_row (task, op->in[2], t))[slot] != (gint32) expert)
          continue;
        if (row1 == 0 && !take_panels (task, expert, &matrix, &row0, &row1))
          return;
        multiply (task, &matrix, row0, row1, x->format, expert_input (task, t, slot), x->row_bytes,
                  1, (float *) ch_cpu_row (task, op->out, t) + slot * rows, rows);
      }
}

void
ch_cpu_op_experts_matmul (ChCpuTask *task)
{
  gsize m = ch_cpu_n_rows (task, task->op->out);

  for (gsize expert = 0; expert < task->op->weight[0]->n_stack; expert++)
    run_expert (task, expert, m);
}
