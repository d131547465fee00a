/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel/ref/matmul-ref.h"

#include <math.h>
#include <string.h>

#include "kernel/act8.h"
#include "kernel/kernel-private.h"
#include "kernel/panel.h"

/* The portable matmul, and the specification of the others. Exact sums are carried in double and
 * rounded once. The fast kernels of every level give these very bits: a block's integer sum has one
 * value, and the float operations on it are the same ones in the same order. */

#define ROWS CH_PANEL_ROWS
#define STEP CH_PANEL_COLS
#define TOKENS 8 /* share one decoding of the weights */

static ChCounter exact_counters[CH_N_CLASSES + 1] = {
#define CH_CLASS(NAME, name, ...) { "matmul_exact_" name ".ref" },
#include "kernel/classes.def"
#undef CH_CLASS
  { "matmul_exact_none.ref" },
};

static ChCounter fast_counters[CH_N_CLASSES] = {
#define CH_CLASS(NAME, name, ...) { "matmul_fast_" name ".ref" },
#include "kernel/classes.def"
#undef CH_CLASS
};

static inline size_t
min_size (size_t a, size_t b)
{
  return a < b ? a : b;
}

/* ---- Exact ----------------------------------------------------------------------------------- */

typedef struct
{
  const float *x;
  size_t ldx, m;
  float *y;
  size_t ldy;
} ExactTile;

static void
add_columns (const float *w, size_t n_cols, const ExactTile *tile, size_t c0, double sums[][ROWS])
{
  for (size_t t = 0; t < tile->m; t++)
    for (size_t c = 0; c < n_cols; c++)
      for (size_t r = 0; r < ROWS; r++)
        sums[t][r] += (double) w[c * ROWS + r] * (double) tile->x[t * tile->ldx + c0 + c];
}

static void
exact_tile (const ChMatrix *w, const uint8_t *panel, size_t n_rows, const ExactTile *tile)
{
  size_t n_steps = w->cols / STEP;
  double sums[TOKENS][ROWS] = { { 0 } };

  for (size_t s = 0; s < n_steps; s++)
    {
      float weights[STEP * ROWS];

      ch_panel_step_weights (w->cls, panel, n_steps, s, weights);
      add_columns (weights, STEP, tile, s * STEP, sums);
    }
  for (size_t t = 0; t < tile->m; t++)
    for (size_t r = 0; r < n_rows; r++)
      tile->y[t * tile->ldy + r] = (float) sums[t][r];
}

static void
matmul_exact (const ChMatrix *w, size_t row0, size_t row1, const float *x, size_t ldx, size_t m,
              float *y, size_t ldy, void *scratch)
{
  ch_counter_hit (&exact_counters[w->cls]);
  for (size_t r = row0; r < row1; r += ROWS)
    for (size_t t = 0; t < m; t += TOKENS)
      {
        ExactTile tile = { x + t * ldx, ldx, min_size (m - t, TOKENS), y + t * ldy + r, ldy };

        exact_tile (w, w->data + r / ROWS * w->stride, min_size (row1 - r, ROWS), &tile);
      }
}

/* Rows that are no panels: dequantized one by one into scratch. */
static void
matmul_exact_none (const ChMatrix *w, size_t row0, size_t row1, const float *x, size_t ldx,
                   size_t m, float *y, size_t ldy, void *scratch)
{
  float *weights = scratch;

  ch_counter_hit (&exact_counters[CH_CLASS_NONE]);
  for (size_t r = row0; r < row1; r++)
    {
      ch_dequantize (w->type, w->data + r * w->stride, weights, w->cols);
      for (size_t t = 0; t < m; t++)
        {
          double sum = 0;

          for (size_t c = 0; c < w->cols; c++)
            sum += (double) weights[c] * (double) x[t * ldx + c];
          y[t * ldy + r] = (float) sum;
        }
    }
}

/* ---- Fast ------------------------------------------------------------------------------------ */

typedef struct
{
  ChPanelScale scale;
  int values[STEP];
} RowStep;

static void
load_row_step (ChClass cls, const uint8_t *panel, size_t n_steps, size_t s, size_t r, RowStep *row)
{
  const uint8_t *codes =
      panel + ch_panel_codes_offset (cls, n_steps) + s * ch_panel_step_bytes (cls);

  row->scale = ch_panel_scale (cls, panel, s, r);
  for (size_t c = 0; c < STEP; c++)
    row->values[c] = ch_panel_value (cls, codes, r, c);
}

static int
dot (const int *values, const int8_t *q, size_t n)
{
  int sum = 0;

  for (size_t i = 0; i < n; i++)
    sum += values[i] * q[i];
  return sum;
}

/* Adds the product of one step: its integer sum, times the scale of the weights, times that of the
 * activations. */
static float
add_step (ChClass cls, const RowStep *row, const ChAct8 *block, float sum)
{
  sum = fmaf ((float) dot (row->values, block->q, STEP) * row->scale.scale[0], block->d, sum);
  if (ch_panel_has_min (cls))
    sum = fmaf (-row->scale.min[0], block->dsum, sum);
  return sum;
}

/* The same where halves have scales of their own: what is theirs is put together first. */
static float
add_halves (ChClass cls, const RowStep *row, const ChAct8 *block, float sum)
{
  const float *scale = row->scale.scale, *min = row->scale.min;
  float part = (float) dot (row->values, block->q, 16) * scale[0];

  part = fmaf ((float) dot (row->values + 16, block->q + 16, 16), scale[1], part);
  for (size_t half = 0; ch_panel_has_min (cls) && half < 2; half++)
    part = fmaf (-min[half], (float) block->sum[half], part);
  return fmaf (part, block->d, sum);
}

static void
fast_row (const ChMatrix *w, const uint8_t *panel, size_t r, const uint8_t *x, size_t x_bytes,
          size_t m, float *y, size_t ldy)
{
  size_t n_steps = w->cols / STEP;
  float sums[TOKENS] = { 0 };

  for (size_t s = 0; s < n_steps; s++)
    {
      RowStep row;

      load_row_step (w->cls, panel, n_steps, s, r, &row);
      for (size_t t = 0; t < m; t++)
        {
          const ChAct8 *block = (const ChAct8 *) (const void *) (x + t * x_bytes) + s;

          sums[t] = ch_panel_has_halves (w->cls) ? add_halves (w->cls, &row, block, sums[t])
                                                 : add_step (w->cls, &row, block, sums[t]);
        }
    }
  for (size_t t = 0; t < m; t++)
    y[t * ldy] = sums[t];
}

static void
matmul_fast (const ChMatrix *w, size_t row0, size_t row1, const void *x, size_t x_bytes, size_t m,
             float *y, size_t ldy)
{
  ch_counter_hit (&fast_counters[w->cls]);
  for (size_t r = row0; r < row1; r++)
    for (size_t t = 0; t < m; t += TOKENS)
      fast_row (w, w->data + r / ROWS * w->stride, r % ROWS, (const uint8_t *) x + t * x_bytes,
                x_bytes, min_size (m - t, TOKENS), y + t * ldy + r, ldy);
}

void
ch_matmul_init_ref (ChKernels *kernels)
{
  for (int cls = 0; cls <= CH_CLASS_NONE; cls++)
    {
      ch_counter_register (&exact_counters[cls]);
      kernels->matmul_exact[cls] = cls == CH_CLASS_NONE ? matmul_exact_none : matmul_exact;
    }
  for (int cls = 0; cls < CH_N_CLASSES; cls++)
    if (!ch_panel_is_float ((ChClass) cls))
      {
        ch_counter_register (&fast_counters[cls]);
        kernels->matmul_fast[cls] = matmul_fast;
      }
  ch_act8_init_ref (kernels);
}
