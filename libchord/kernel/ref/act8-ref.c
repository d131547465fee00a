/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>

#include "kernel/act8.h"
#include "kernel/kernel-private.h"
#include "kernel/ref/matmul-ref.h"

static ChCounter counter = { .name = "quantize_act8.ref" };

/* Greatest magnitude as bits: as integers, magnitudes are in the order of floats, infinity is above
 * all numbers, and NaNs are above infinity. */
static uint32_t
max_magnitude_bits (const float *x)
{
  uint32_t max = 0;

  for (size_t i = 0; i < 32; i++)
    {
      uint32_t bits;

      memcpy (&bits, &x[i], sizeof bits);
      bits &= 0x7fffffff;
      max = bits > max ? bits : max;
    }
  return max;
}

static void
quantize_block (const float *x, ChAct8 *block)
{
  uint32_t bits = max_magnitude_bits (x);
  float max, inverse;

  memcpy (&max, &bits, sizeof max);
  memset (block, 0, sizeof *block);
  if (bits >= 0x7f800000)
    block->d = block->dsum = NAN;
  if (!(max >= CH_ACT8_TINY) || bits >= 0x7f800000)
    return;

  block->d = max / 127.0f;
  inverse = 127.0f / max;
  for (size_t i = 0; i < 32; i++)
    {
      block->q[i] = (int8_t) lrintf (x[i] * inverse);
      block->sum[i / 16] = (int16_t) (block->sum[i / 16] + block->q[i]);
    }
  block->total = block->sum[0] + block->sum[1];
  block->dsum = block->d * (float) block->total;
}

static void
quantize_act8 (const float *x, size_t n, void *act8)
{
  ChAct8 *blocks = act8;

  ch_counter_hit (&counter);
  for (size_t b = 0; b < n / 32; b++)
    quantize_block (x + 32 * b, &blocks[b]);
}

void
ch_act8_init_ref (ChKernels *kernels)
{
  ch_counter_register (&counter);
  kernels->quantize_act8 = quantize_act8;
}
