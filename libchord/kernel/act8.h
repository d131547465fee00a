/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* A row of int8 activations is an array of these, one for 32 values x:
 *   d = max |x| / 127, q = x * (127 / max |x|), to nearest, ties to even.
 * A block whose values are all below CH_ACT8_TINY in magnitude is zero. A block with an infinity or
 * a NaN has d = NaN and zero codes: what cannot be quantized stays visible in the result. Every
 * instruction set makes the same bytes. */
typedef struct
{
  float d;
  float dsum;      /* d * sum of q: what a minimum is multiplied by */
  int16_t sum[2];  /* sum of q, of each half of the block */
  int32_t total;   /* of both */
  int8_t q[32];
} ChAct8;

#define CH_ACT8_TINY 1e-30f
