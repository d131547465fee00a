/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "format/quant-ref.h"

#include "format/codebooks.h"

/* The codebook types: an index names a group of 8 (or 4) magnitudes, and signs are stored apart. In
 * super-blocks of 256, read as 8 groups of 32, each of 4 runs of 8 values. */

static const float iq2_levels[4] = { 8, 25, 43, 0 };
static const float iq3_xxs_levels[8] = { 4, 12, 20, 28, 36, 44, 52, 62 };
static const float iq3_s_levels[8] = { 1, 3, 5, 7, 9, 11, 13, 15 };
static const float iq1_levels[4] = { -1, 0, 1, 0 };

/* n values of bits_each bits from a codebook word, scaled, with signs. */
static void
expand (uint16_t word, int bits_each, const float *levels, float scale, uint8_t signs, int n,
        float *y)
{
  for (int j = 0; j < n; j++)
    {
      float v = scale * levels[word >> (bits_each * j) & ((1 << bits_each) - 1)];

      y[j] = signs >> j & 1 ? -v : v;
    }
}

/* f16 d, then for each group 4 byte indices and a word of 4 x 7 signs and a 4-bit scale */
void
ch_dequantize_iq2_xxs (const uint8_t *block, float *y)
{
  float d = ch_read_half (block);

  for (int g = 0; g < 8; g++)
    {
      const uint8_t *group = block + 2 + 8 * g;
      uint32_t word = ch_read_u32 (group + 4);
      float scale = d * (0.5f + (float) (word >> 28)) * 0.25f;

      for (int r = 0; r < 4; r++)
        expand (ch_iq2_xxs_codebook[group[r]], 2, iq2_levels, scale,
                ch_complete_signs (word >> (7 * r)), 8, y + 32 * g + 8 * r);
    }
}

/* The scale of run r of a group in IQ2_XS and IQ2_S: a nibble for each half of the group. */
static float
half_group_scale (float d, uint8_t byte, int r)
{
  return d * (0.5f + (float) (r < 2 ? byte & 15 : byte >> 4)) * 0.25f;
}

/* f16 d, 32 words of 9-bit index and 7 signs, 8 bytes of scales */
void
ch_dequantize_iq2_xs (const uint8_t *block, float *y)
{
  float d = ch_read_half (block);
  const uint8_t *scales = block + 66;

  for (int i = 0; i < 32; i++)
    {
      uint16_t word = ch_read_u16 (block + 2 + 2 * i);

      expand (ch_iq2_xs_codebook[word & 511], 2, iq2_levels,
              half_group_scale (d, scales[i / 4], i % 4), ch_complete_signs (word >> 9), 8,
              y + 8 * i);
    }
}

/* f16 d, 32 low index bytes, 32 sign bytes, 8 bytes of high index bits, 8 of scales */
void
ch_dequantize_iq2_s (const uint8_t *block, float *y)
{
  float d = ch_read_half (block);
  const uint8_t *low = block + 2, *signs = block + 34, *high = block + 66, *scales = block + 74;

  for (int i = 0; i < 32; i++)
    {
      int index = low[i] | (high[i / 4] >> (2 * (i % 4)) & 3) << 8;

      expand (ch_iq2_s_codebook[index], 2, iq2_levels, half_group_scale (d, scales[i / 4], i % 4),
              signs[i], 8, y + 8 * i);
    }
}

/* f16 d, 64 byte indices (two a run), then for each group a word of 4 x 7 signs and a 4-bit scale
 */
void
ch_dequantize_iq3_xxs (const uint8_t *block, float *y)
{
  float d = ch_read_half (block);
  const uint8_t *indices = block + 2, *words = block + 66;

  for (int i = 0; i < 32; i++)
    {
      uint32_t word = ch_read_u32 (words + 4 * (i / 4));
      float scale = d * (0.5f + (float) (word >> 28)) * 0.5f;
      uint8_t signs = ch_complete_signs (word >> (7 * (i % 4)));

      expand (ch_iq3_xxs_codebook[indices[2 * i]], 3, iq3_xxs_levels, scale, signs, 4, y + 8 * i);
      expand (ch_iq3_xxs_codebook[indices[2 * i + 1]], 3, iq3_xxs_levels, scale, signs >> 4, 4,
              y + 8 * i + 4);
    }
}

/* f16 d, 64 low index bytes, 8 of high index bits, 32 sign bytes, 4 of scales */
void
ch_dequantize_iq3_s (const uint8_t *block, float *y)
{
  float d = ch_read_half (block);
  const uint8_t *low = block + 2, *high = block + 66, *signs = block + 74, *scales = block + 106;

  for (int i = 0; i < 64; i++)
    {
      int group = i / 8;
      int index = low[i] | (high[group] >> (i % 8) & 1) << 8;
      float scale = d * (float) (1 + 2 * (scales[group / 2] >> (4 * (group % 2)) & 15));

      expand (ch_iq3_s_codebook[index], 3, iq3_s_levels, scale, signs[i / 2] >> (4 * (i % 2)), 4,
              y + 4 * i);
    }
}

/* A run of eight ternary values, shifted by delta. */
static void
expand_iq1 (int index, float scale, float delta, float *y)
{
  uint16_t word = ch_iq1_codebook[index];

  for (int j = 0; j < 8; j++)
    y[j] = scale * (iq1_levels[word >> (2 * j) & 3] + delta);
}

/* f16 d, 32 low index bytes, 8 words of 4 x 3 high index bits, a 3-bit scale and the sign of delta
 */
void
ch_dequantize_iq1_s (const uint8_t *block, float *y)
{
  float d = ch_read_half (block);
  const uint8_t *low = block + 2, *high = block + 34;

  for (int i = 0; i < 32; i++)
    {
      uint16_t word = ch_read_u16 (high + 2 * (i / 4));
      float scale = d * (float) (2 * (word >> 12 & 7) + 1);
      int index = low[i] | (word >> (3 * (i % 4)) & 7) << 8;

      expand_iq1 (index, scale, word & 0x8000 ? -0.125f : 0.125f, y + 8 * i);
    }
}

/* 32 low index bytes, 16 bytes of nibbles (3 high index bits and the sign of delta), 4 words of 4 x
 * 3-bit scales whose top nibbles together are the f16 d */
void
ch_dequantize_iq1_m (const uint8_t *block, float *y)
{
  const uint8_t *low = block, *high = block + 32, *scales = block + 48;
  uint16_t d_bits = 0;

  for (int k = 0; k < 4; k++)
    d_bits |= (uint16_t) ((ch_read_u16 (scales + 2 * k) >> 12) << (4 * k));

  float d = ch_f16_to_f32 (d_bits);

  for (int i = 0; i < 32; i++)
    {
      int nibble = high[i / 2] >> (4 * (i % 2)) & 15;
      int three = ch_read_u16 (scales + 2 * (i / 8)) >> (3 * (i / 2 % 4)) & 7;

      expand_iq1 (low[i] | (nibble & 7) << 8, d * (float) (2 * three + 1),
                  nibble & 8 ? -0.125f : 0.125f, y + 8 * i);
    }
}

/* f16 d, a word of high scale bits, 4 bytes of low ones, then each group of 32 as in IQ4_NL */
void
ch_dequantize_iq4_xs (const uint8_t *block, float *y)
{
  float d = ch_read_half (block);
  uint16_t high = ch_read_u16 (block + 2);
  const uint8_t *low = block + 4;

  for (int g = 0; g < 8; g++)
    {
      const uint8_t *codes = block + 8 + 16 * g;
      int scale = (low[g / 2] >> (4 * (g % 2)) & 15) | (high >> (2 * g) & 3) << 4;
      float dl = d * (float) (scale - 32);

      for (int j = 0; j < 16; j++)
        {
          y[32 * g + j] = dl * (float) ch_iq4_values[codes[j] & 15];
          y[32 * g + j + 16] = dl * (float) ch_iq4_values[codes[j] >> 4];
        }
    }
}
