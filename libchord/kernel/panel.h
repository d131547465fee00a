/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <string.h>

#include "kernel/kernel.h"

/* The bytes of a panel: a contract between the packer, the kernels of every instruction set, GPU
 * shaders and tests.
 *
 * A panel holds 16 rows ("r") of a weight matrix, cut into steps ("s") of 32 columns. It is two
 * areas, one after the other: scales, padded to 64 bytes, then codes. Rows beyond the end of the
 * matrix are zero bytes, which every class reads as the weight 0. All numbers are little-endian.
 *
 * Codes. The unit is the group: 4 neighbouring columns of 16 rows in 64 bytes, byte 4 r + j for row
 * r and column 4 g + j. So a 32-bit lane holds 4 columns of one row, as vpdpbusd and dp4a want it,
 * and 16 lanes are the 16 rows. A step has groups g = 0 .. 7:
 *   Q4S, Q4M  256 bytes: 4 x 64; byte i of the k-th holds byte i of group k in its low 4 bits and
 *             that of group k + 4 in its high 4 bits
 *   Q5M       320 bytes: the low 4 bits as above, then 64 bytes, where bit g of byte i is the 5th
 *             bit of byte i of group g
 *   Q6S       384 bytes: the low 4 bits as above, then 2 x 64 bytes, where bits 2 f and 2 f + 1 of
 *             byte i of the k-th are the two high bits of byte i of group 4 k + f
 *   Q8S       512 bytes: the groups, signed
 *   BF16     1024 bytes: pairs of columns, 16-bit value 2 r + j for row r and column 2 p + j
 *   F16      1024 bytes: columns, value r for row r
 *   F32      2048 bytes: likewise
 *
 * Scales, f16 unless said otherwise, and what a code q stands for:
 *   Q4S, Q8S  a step: 16 x d                                                d (q - 8), d q
 *   Q4M, Q5M  8 steps: 16 x d, 16 x m, then for each step the
 *             u8 16 x a, 16 x b                                             (d a) q - (m b)
 *   Q6S       8 steps: 16 x d, then for each step the i8 16 x a for its
 *             first 16 columns and 16 x b for the others                    (d a) (q - 32)
 */

#define CH_PANEL_GROUPS 8 /* in a step */
#define CH_PANEL_GROUP_BYTES 64
#define CH_PANEL_SUPER 8 /* steps that share the upper one of two levels of scales */

/* Bytes of codes in a step. */
static inline size_t
ch_panel_step_bytes (ChClass cls)
{
  switch (cls)
    {
    case CH_CLASS_F32:
      return 2048;
    case CH_CLASS_F16:
    case CH_CLASS_BF16:
      return 1024;
    case CH_CLASS_Q4S:
    case CH_CLASS_Q4M:
      return 256;
    case CH_CLASS_Q5M:
      return 320;
    case CH_CLASS_Q6S:
      return 384;
    case CH_CLASS_Q8S:
      return 512;
    default:
      return 0;
    }
}

/* Where the scales of step s begin: of its own, or of the 8 steps that share a level. */
static inline size_t
ch_panel_scale_offset (ChClass cls, size_t s)
{
  switch (cls)
    {
    case CH_CLASS_Q4S:
    case CH_CLASS_Q8S:
      return s * 32;
    case CH_CLASS_Q4M:
    case CH_CLASS_Q5M:
      return s / CH_PANEL_SUPER * 320;
    case CH_CLASS_Q6S:
      return s / CH_PANEL_SUPER * 288;
    default:
      return 0;
    }
}

/* Where the codes begin, after the scales of n_steps. */
static inline size_t
ch_panel_codes_offset (ChClass cls, size_t n_steps)
{
  return (ch_panel_scale_offset (cls, n_steps) + 63) & ~(size_t) 63;
}

/* What is subtracted from an unsigned code. */
static inline int
ch_panel_code_offset (ChClass cls)
{
  switch (cls)
    {
    case CH_CLASS_Q4S:
      return 8;
    case CH_CLASS_Q6S:
      return 32;
    default:
      return 0;
    }
}

/* Scales of one row in one step, multiplied out: the weight is scale[half] * (q - offset) - min,
 * where half tells the first 16 columns from the others. */
typedef struct
{
  float scale[2];
  float min;
} ChPanelScale;

/* The slow way to read a panel, for the portable kernels and for tests: scales and codes of row r
 * in step s, offset not yet subtracted. Classes without scales have no codes either. */
ChPanelScale ch_panel_scale (ChClass cls, const uint8_t *panel, size_t s, size_t r);
int ch_panel_code (ChClass cls, const uint8_t *step_codes, size_t r, size_t c);
/* All weights of a step, dequantized: w[c * 16 + r]. */
void ch_panel_step_weights (ChClass cls, const uint8_t *panel, size_t n_steps, size_t s, float *w);

/* Packs one row of the quantized classes into row r of a zeroed panel (pack-quant.c). */
void ch_pack_quant_row (ChClass cls, const uint8_t *row, size_t r, size_t n_steps, uint8_t *panel);
