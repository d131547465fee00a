/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
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
 * and 16 lanes are the 16 rows. A step has groups g = 0 .. 7. The bits of a code, low ones first,
 * are cut into planes of 4, 2 and 1 bits, those that its width is the sum of:
 *   4 bits    4 x 64 bytes; byte i of the k-th holds byte i of group k in its low half and that of
 *             group k + 4 in its high half
 *   2 bits    2 x 64 bytes; bits 2 f and 2 f + 1 of byte i of the k-th are of byte i of group
 *             4 k + f
 *   1 bit     64 bytes; bit g of byte i is of byte i of group g
 * Codes of 8 bits are the groups, signed. The classes of floats have instead
 *   BF16     1024 bytes: pairs of columns, 16-bit value 2 r + j for row r and column 2 p + j
 *   F16      1024 bytes: columns, value r for row r
 *   F32      2048 bytes: likewise
 *
 * Values. A code is a value, or names one in the table of its class. The value less the offset is
 * the whole number q of the weight. Values of fewer than 8 bits have no sign, those of 8 have one.
 *
 * Scales, f16 unless said otherwise, and what q stands for ("halves" are columns 0 - 15 and 16 - 31
 * of a step):
 *   STEP, STEP2, STEP4   1, 2 or 4 steps: 16 x d                         d q
 *   EXPONENT             a step: the u8 16 x e                           2^(e - 128) q
 *   PAIR                 a step: 16 x d, 16 x m                          d q + m
 *   HALF                 a step: 16 x d, 16 x d' for the other half      d q
 *   SUPER                8 steps: 16 x d, then a step the i8 16 x a      (d a) q
 *   SUPER_HALF           8 steps: 16 x d, then for each half of a step
 *                        the i8 16 x a                                   (d a) q
 *   SUPER_MIN            8 steps: 16 x d, 16 x m, then a step the u8
 *                        16 x a, 16 x b                                  (d a) q - (m b)
 *   SUPER_NIBBLES        8 steps: 16 x d, 16 x m, then for each half of
 *                        a step the u8 16 x (a + 16 b)                   (d a) q - (m b)
 * The d and m of SUPER scales count for the factor of the class times what they are: it is a power
 * of two, so that nothing is rounded. */

#define CH_PANEL_GROUPS 8 /* in a step */
#define CH_PANEL_GROUP_BYTES 64
#define CH_PANEL_SUPER 8 /* steps that share the upper one of two levels of scales */

/* CH_SCALES (NAME, bytes, for so many steps, own scales for halves, minimum) */
#define CH_PANEL_SCALES(CH_SCALES)                                                                 \
  CH_SCALES (NONE, 0, 1, false, false)                                                             \
  CH_SCALES (STEP, 32, 1, false, false)                                                            \
  CH_SCALES (STEP2, 32, 2, false, false)                                                           \
  CH_SCALES (STEP4, 32, 4, false, false)                                                           \
  CH_SCALES (EXPONENT, 16, 1, false, false)                                                        \
  CH_SCALES (PAIR, 64, 1, false, true)                                                             \
  CH_SCALES (HALF, 64, 1, true, false)                                                             \
  CH_SCALES (SUPER, 160, CH_PANEL_SUPER, false, false)                                             \
  CH_SCALES (SUPER_HALF, 288, CH_PANEL_SUPER, true, false)                                         \
  CH_SCALES (SUPER_MIN, 320, CH_PANEL_SUPER, false, true)                                          \
  CH_SCALES (SUPER_NIBBLES, 320, CH_PANEL_SUPER, true, true)

typedef enum
{
#define CH_SCALES(NAME, ...) CH_SCALES_##NAME,
  CH_PANEL_SCALES (CH_SCALES)
#undef CH_SCALES
} ChPanelScales;

typedef enum
{
  CH_TABLE_NONE,
  CH_TABLE_SIGN,
  CH_TABLE_E2M1,
  CH_TABLE_IQ1,
  CH_TABLE_IQ2,
  CH_TABLE_IQ3_XXS,
  CH_TABLE_IQ3_S,
  CH_TABLE_IQ4,
  CH_N_TABLES,
} ChPanelTable;

extern const int8_t ch_panel_tables[CH_N_TABLES][16];

typedef struct
{
  uint8_t code_bits;
  ChPanelTable table;
  uint8_t value_bits; /* 0: floats */
  uint8_t offset;
  ChPanelScales scales;
  float factor;
} ChPanelTraits;

/* Here and not in a C file, so that kernels, whose class is a constant, are compiled for it. */
static const ChPanelTraits ch_panel_traits[CH_N_CLASSES] = {
#define CH_CLASS(NAME, name, code_bits, table, value_bits, offset, scales, factor)                 \
  { code_bits, CH_TABLE_##table, value_bits, offset, CH_SCALES_##scales, factor },
#include "kernel/classes.def"
#undef CH_CLASS
};

typedef struct
{
  uint16_t bytes, steps;
  bool halves, min;
} ChPanelScaleTraits;

static const ChPanelScaleTraits ch_panel_scale_traits[] = {
#define CH_SCALES(NAME, bytes, steps, halves, min) { bytes, steps, halves, min },
  CH_PANEL_SCALES (CH_SCALES)
#undef CH_SCALES
};

/* Its codes are not numbers of their own. */
static inline bool
ch_panel_is_float (ChClass cls)
{
  return ch_panel_traits[cls].value_bits == 0;
}

static inline bool
ch_panel_is_signed (ChClass cls)
{
  return ch_panel_traits[cls].value_bits == 8;
}

static inline bool
ch_panel_has_halves (ChClass cls)
{
  return ch_panel_scale_traits[ch_panel_traits[cls].scales].halves;
}

static inline bool
ch_panel_has_min (ChClass cls)
{
  return ch_panel_scale_traits[ch_panel_traits[cls].scales].min;
}

/* Bytes of codes in a step. */
static inline size_t
ch_panel_step_bytes (ChClass cls)
{
  return ch_panel_traits[cls].code_bits * (size_t) (CH_PANEL_ROWS * CH_PANEL_COLS / 8);
}

/* Where the scales of step s begin: of its own, or of the steps that share them. */
static inline size_t
ch_panel_scale_offset (ChClass cls, size_t s)
{
  const ChPanelScaleTraits *traits = &ch_panel_scale_traits[ch_panel_traits[cls].scales];

  return s / traits->steps * traits->bytes;
}

/* Where the codes begin, after the scales of n_steps. */
static inline size_t
ch_panel_codes_offset (ChClass cls, size_t n_steps)
{
  return (ch_panel_scale_offset (cls, n_steps) + 63) & ~(size_t) 63;
}

/* Scales of one row in one step, multiplied out: the weight is scale[half] * q - min[half], where
 * half tells the first 16 columns from the others. */
typedef struct
{
  float scale[2];
  float min[2];
} ChPanelScale;

/* The slow way to read a panel, for the portable kernels and for tests: scales of row r in step s,
 * and the whole number q of a column. Not for classes of floats. */
ChPanelScale ch_panel_scale (ChClass cls, const uint8_t *panel, size_t s, size_t r);
int ch_panel_value (ChClass cls, const uint8_t *step_codes, size_t r, size_t c);
/* All weights of a step, dequantized: w[c * 16 + r]. */
void ch_panel_step_weights (ChClass cls, const uint8_t *panel, size_t n_steps, size_t s, float *w);

/* ---- Packing --------------------------------------------------------------------------------- */

/* What a GGUF type is packed into, and how. scales() moves the scales of one block to row r; the
 * scales of the panel are given from those of the first step of the block on. codes() gives the 32
 * codes of step s of the block. Both are NULL for floats. */
typedef struct
{
  ChClass cls;
  void (*scales) (const uint8_t *block, size_t r, uint8_t *scales);
  void (*codes) (const uint8_t *block, size_t s, uint8_t *codes);
} ChPacker;

/* NULL when the type has no class. */
const ChPacker *ch_packer (ChType type);
/* Packs one row of a quantized type into row r of a zeroed panel. */
void ch_pack_quant_row (ChType type, const uint8_t *row, size_t r, size_t n_steps, uint8_t *panel);

/* The functions of packers: pack-simple.c, pack-k.c, pack-iq.c. */
#define CH_PACKER(name)                                                                            \
  void ch_pack_scales_##name (const uint8_t *block, size_t r, uint8_t *scales);                    \
  void ch_pack_codes_##name (const uint8_t *block, size_t s, uint8_t *codes)

CH_PACKER (q4_0);
CH_PACKER (q4_1);
CH_PACKER (q5_0);
CH_PACKER (q5_1);
CH_PACKER (q8_0);
CH_PACKER (q1_0);
CH_PACKER (q2_0);
CH_PACKER (iq4_nl);
CH_PACKER (mxfp4);
CH_PACKER (nvfp4);
CH_PACKER (q2_k);
CH_PACKER (q3_k);
CH_PACKER (q4_k);
CH_PACKER (q5_k);
CH_PACKER (q6_k);
CH_PACKER (tq1_0);
CH_PACKER (tq2_0);
CH_PACKER (iq1_s);
CH_PACKER (iq1_m);
CH_PACKER (iq2_xxs);
CH_PACKER (iq2_xs);
CH_PACKER (iq2_s);
CH_PACKER (iq3_xxs);
CH_PACKER (iq3_s);
CH_PACKER (iq4_xs);

#undef CH_PACKER
