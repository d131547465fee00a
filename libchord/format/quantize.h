/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <math.h>
#include <string.h>

#include "format/quant.h"

/* What the quantizers share. A quantizer makes one block of as many floats as the type has in a
 * block. importance has a weight for each of these values, or is NULL. Values that are not finite
 * count as zero in searches and are clamped. */

typedef void (*ChQuantizeBlock) (const float *x, uint8_t *block, const float *importance);

static inline void
ch_write_u16 (uint8_t *p, uint16_t value)
{
  p[0] = (uint8_t) value;
  p[1] = (uint8_t) (value >> 8);
}

/* Truncates to an int within [low, high]; NaN gives low. */
static inline int
ch_clamp_code (float v, int low, int high)
{
  if (!(v > (float) low))
    return low;
  return v < (float) high ? (int) v : high;
}

void ch_quantize_f32 (const float *x, uint8_t *block, const float *importance);
void ch_quantize_f16 (const float *x, uint8_t *block, const float *importance);
void ch_quantize_bf16 (const float *x, uint8_t *block, const float *importance);
void ch_quantize_q4_0 (const float *x, uint8_t *block, const float *importance);
void ch_quantize_q8_0 (const float *x, uint8_t *block, const float *importance);
void ch_quantize_q8_1 (const float *x, uint8_t *block, const float *importance);
void ch_quantize_q8_k (const float *x, uint8_t *block, const float *importance);
void ch_quantize_q4_k (const float *x, uint8_t *block, const float *importance);
void ch_quantize_q5_k (const float *x, uint8_t *block, const float *importance);
void ch_quantize_q6_k (const float *x, uint8_t *block, const float *importance);
