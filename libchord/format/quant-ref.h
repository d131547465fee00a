/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <string.h>

#include "format/quant.h"

/* What the scalar dequantizers share. A dequantizer turns one block into floats; the layout of each
 * block is told where it is read. Blocks lie unaligned in files, so 16 and 32-bit fields are read
 * by copying. */

typedef void (*ChDequantizeBlock) (const uint8_t *block, float *y);

static inline uint16_t
ch_read_u16 (const uint8_t *p)
{
  return (uint16_t) (p[0] | p[1] << 8);
}

static inline uint32_t
ch_read_u32 (const uint8_t *p)
{
  return ch_read_u16 (p) | (uint32_t) ch_read_u16 (p + 2) << 16;
}

static inline float
ch_read_half (const uint8_t *p)
{
  return ch_f16_to_f32 (ch_read_u16 (p));
}

/* Scale and minimum j (of 8) of the 12 bytes that Q4_K and Q5_K blocks hold: 6 bits each. */
static inline void
ch_k_scale_min (const uint8_t *packed, int j, int *scale, int *min)
{
  if (j < 4)
    {
      *scale = packed[j] & 63;
      *min = packed[j + 4] & 63;
    }
  else
    {
      *scale = (packed[j + 4] & 15) | (packed[j - 4] >> 6) << 4;
      *min = packed[j + 4] >> 4 | (packed[j] >> 6) << 4;
    }
}

/* Seven stored signs of an IQ type; the eighth makes the number of minus signs even. */
static inline uint8_t
ch_complete_signs (uint32_t seven)
{
  seven &= 127;
  return (uint8_t) (seven | (uint32_t) (__builtin_popcount (seven) & 1) << 7);
}

extern const int8_t ch_iq4_values[16];

/* quant-ref-simple.c: blocks of up to 64 (and Q1_0) */
void ch_dequantize_q4_0 (const uint8_t *block, float *y);
void ch_dequantize_q4_1 (const uint8_t *block, float *y);
void ch_dequantize_q5_0 (const uint8_t *block, float *y);
void ch_dequantize_q5_1 (const uint8_t *block, float *y);
void ch_dequantize_q8_0 (const uint8_t *block, float *y);
void ch_dequantize_q8_1 (const uint8_t *block, float *y);
void ch_dequantize_iq4_nl (const uint8_t *block, float *y);
void ch_dequantize_mxfp4 (const uint8_t *block, float *y);
void ch_dequantize_nvfp4 (const uint8_t *block, float *y);
void ch_dequantize_q1_0 (const uint8_t *block, float *y);
void ch_dequantize_q2_0 (const uint8_t *block, float *y);
/* quant-ref-k.c: super-blocks of 256 */
void ch_dequantize_q2_k (const uint8_t *block, float *y);
void ch_dequantize_q3_k (const uint8_t *block, float *y);
void ch_dequantize_q4_k (const uint8_t *block, float *y);
void ch_dequantize_q5_k (const uint8_t *block, float *y);
void ch_dequantize_q6_k (const uint8_t *block, float *y);
void ch_dequantize_q8_k (const uint8_t *block, float *y);
void ch_dequantize_tq1_0 (const uint8_t *block, float *y);
void ch_dequantize_tq2_0 (const uint8_t *block, float *y);
/* quant-ref-iq.c: codebooks */
void ch_dequantize_iq1_s (const uint8_t *block, float *y);
void ch_dequantize_iq1_m (const uint8_t *block, float *y);
void ch_dequantize_iq2_xxs (const uint8_t *block, float *y);
void ch_dequantize_iq2_xs (const uint8_t *block, float *y);
void ch_dequantize_iq2_s (const uint8_t *block, float *y);
void ch_dequantize_iq3_xxs (const uint8_t *block, float *y);
void ch_dequantize_iq3_s (const uint8_t *block, float *y);
void ch_dequantize_iq4_xs (const uint8_t *block, float *y);
