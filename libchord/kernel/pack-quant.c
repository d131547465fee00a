/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel/panel.h"

/* From GGUF blocks to codes, one a byte, in the order of columns; then from there to the panel, 4
 * columns in a 32-bit word at a time. */

/* What codes stand for, the offset of the class added. Those of the IQ types name a level of the
 * codebook in their low bits and its sign in the bit above; in IQ1 that is the sign of the shift by
 * an eighth. */
const int8_t ch_panel_tables[CH_N_TABLES][16] = {
  [CH_TABLE_SIGN] = { 0, 2 },
  [CH_TABLE_E2M1] = { 12, 13, 14, 15, 16, 18, 20, 24, 12, 11, 10, 9, 8, 6, 4, 0 },
  [CH_TABLE_IQ1] = { 2, 10, 18, 10, 0, 8, 16, 8 },
  [CH_TABLE_IQ2] = { 51, 68, 86, 43, 35, 18, 0, 43 },
  [CH_TABLE_IQ3_XXS] = { 33, 37, 41, 45, 49, 53, 57, 62, 29, 25, 21, 17, 13, 9, 5, 0 },
  [CH_TABLE_IQ3_S] = { 16, 18, 20, 22, 24, 26, 28, 30, 14, 12, 10, 8, 6, 4, 2, 0 },
  [CH_TABLE_IQ4] = { -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113 },
};

#define PACKER(TYPE, CLASS, name)                                                                  \
  [CH_TYPE_##TYPE] = { CH_CLASS_##CLASS, ch_pack_scales_##name, ch_pack_codes_##name }

const ChPacker *
ch_packer (ChType type)
{
  static const ChPacker floats[] = { { .cls = CH_CLASS_F32 },
                                     { .cls = CH_CLASS_F16 },
                                     { .cls = CH_CLASS_BF16 } };
  static const ChPacker packers[] = {
    PACKER (Q4_0, Q4S, q4_0),     PACKER (Q4_1, Q4P, q4_1),     PACKER (Q5_0, Q5S, q5_0),
    PACKER (Q5_1, Q5P, q5_1),     PACKER (Q8_0, Q8S, q8_0),     PACKER (Q1_0, Q1S, q1_0),
    PACKER (Q2_0, Q2S, q2_0),     PACKER (TQ1_0, Q2S, tq1_0),   PACKER (TQ2_0, Q2S, tq2_0),
    PACKER (Q2_K, Q2M, q2_k),     PACKER (Q3_K, Q3S, q3_k),     PACKER (Q4_K, Q4M, q4_k),
    PACKER (Q5_K, Q5M, q5_k),     PACKER (Q6_K, Q6S, q6_k),     PACKER (IQ1_S, I1M, iq1_s),
    PACKER (IQ1_M, I1H, iq1_m),   PACKER (IQ2_XXS, I2S, iq2_xxs), PACKER (IQ2_XS, I2H, iq2_xs),
    PACKER (IQ2_S, I2H, iq2_s),   PACKER (IQ3_XXS, I3X, iq3_xxs), PACKER (IQ3_S, I3S, iq3_s),
    PACKER (IQ4_NL, I4S, iq4_nl), PACKER (IQ4_XS, I4X, iq4_xs), PACKER (MXFP4, E2M1, mxfp4),
    PACKER (NVFP4, E2M1H, nvfp4),
  };

  switch (type)
    {
    case CH_TYPE_F32:
      return &floats[0];
    case CH_TYPE_F16:
      return &floats[1];
    case CH_TYPE_BF16:
      return &floats[2];
    default:
      if ((size_t) type < sizeof packers / sizeof *packers && packers[type].codes != NULL)
        return &packers[type];
      return NULL;
    }
}

/* ---- Codes into a step ----------------------------------------------------------------------- */

static inline uint32_t
load32 (const uint8_t *p)
{
  uint32_t v;

  memcpy (&v, p, sizeof v);
  return v;
}

static inline void
store32 (uint8_t *p, uint32_t v)
{
  memcpy (p, &v, sizeof v);
}

static void
put_plane4 (const uint8_t *codes, uint8_t *plane)
{
  for (size_t k = 0; k < 4; k++)
    {
      uint32_t low = load32 (codes + 4 * k) & 0x0f0f0f0f;
      uint32_t high = load32 (codes + 4 * k + 16) & 0x0f0f0f0f;

      store32 (plane + k * CH_PANEL_GROUP_BYTES, low | high << 4);
    }
}

static void
put_plane2 (const uint8_t *codes, int shift, uint8_t *plane)
{
  for (size_t k = 0; k < 2; k++)
    {
      uint32_t bits = 0;

      for (size_t f = 0; f < 4; f++)
        bits |= (load32 (codes + 16 * k + 4 * f) >> shift & 0x03030303) << (2 * f);
      store32 (plane + k * CH_PANEL_GROUP_BYTES, bits);
    }
}

static void
put_plane1 (const uint8_t *codes, int shift, uint8_t *plane)
{
  uint32_t bits = 0;

  for (size_t g = 0; g < CH_PANEL_GROUPS; g++)
    bits |= (load32 (codes + 4 * g) >> shift & 0x01010101) << g;
  store32 (plane, bits);
}

/* The codes of one row; step is where its lane begins. */
static void
put_codes (int bits, const uint8_t *codes, uint8_t *step)
{
  int shift = 0;

  if (bits == 8)
    for (size_t g = 0; g < CH_PANEL_GROUPS; g++)
      store32 (step + g * CH_PANEL_GROUP_BYTES, load32 (codes + 4 * g));
  if (bits & 4)
    {
      put_plane4 (codes, step);
      step += 4 * CH_PANEL_GROUP_BYTES;
      shift = 4;
    }
  if (bits & 2)
    {
      put_plane2 (codes, shift, step);
      step += 2 * CH_PANEL_GROUP_BYTES;
      shift += 2;
    }
  if (bits & 1)
    put_plane1 (codes, shift, step);
}

void
ch_pack_quant_row (ChType type, const uint8_t *row, size_t r, size_t n_steps, uint8_t *panel)
{
  const ChPacker *packer = ch_packer (type);
  const ChTypeInfo *info = ch_type_info (type);
  size_t block_steps = info->block / CH_PANEL_COLS;
  uint8_t *step = panel + ch_panel_codes_offset (packer->cls, n_steps) + 4 * r;

  for (size_t s = 0; s < n_steps; s += block_steps, row += info->bytes)
    {
      packer->scales (row, r, panel + ch_panel_scale_offset (packer->cls, s));
      for (size_t i = 0; i < block_steps; i++, step += ch_panel_step_bytes (packer->cls))
        {
          uint8_t codes[CH_PANEL_COLS];

          packer->codes (row, i, codes);
          put_codes (ch_panel_traits[packer->cls].code_bits, codes, step);
        }
    }
}
