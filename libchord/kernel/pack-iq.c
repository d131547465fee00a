/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "format/codebooks.h"
#include "format/quant-ref.h"
#include "kernel/panel.h"

/* Packers of the codebook types: the codebook is looked up here, once, and the panel has a code for
 * every weight. What their bytes are: format/quant-ref-iq.c. */

/* n codes of the bits of a codebook word, and above them signs. */
static void
put_run (uint16_t word, int bits, uint8_t signs, size_t n, uint8_t *codes)
{
  for (size_t j = 0; j < n; j++)
    {
      int level = word >> (bits * (int) j) & ((1 << bits) - 1);

      codes[j] = (uint8_t) (level | (signs >> j & 1) << bits);
    }
}

static void
put_super_scale (const uint8_t *d, size_t r, uint8_t *scales)
{
  memcpy (scales + 2 * r, d, 2);
}

/* ---- IQ2 ------------------------------------------------------------------------------------- */

void
ch_pack_scales_iq2_xxs (const uint8_t *block, size_t r, uint8_t *scales)
{
  put_super_scale (block, r, scales);
  for (size_t s = 0; s < CH_PANEL_SUPER; s++)
    scales[32 + s * 16 + r] = (uint8_t) (2 * (block[2 + 8 * s + 7] >> 4) + 1);
}

void
ch_pack_codes_iq2_xxs (const uint8_t *block, size_t s, uint8_t *codes)
{
  const uint8_t *group = block + 2 + 8 * s;
  uint32_t word = ch_read_u32 (group + 4);

  for (size_t k = 0; k < 4; k++)
    put_run (ch_iq2_xxs_codebook[group[k]], 2, ch_complete_signs (word >> (7 * k)), 8,
             codes + 8 * k);
}

/* A nibble for each half of a step. */
static void
put_nibble_scales (const uint8_t *nibbles, size_t r, uint8_t *scales)
{
  for (size_t s = 0; s < CH_PANEL_SUPER; s++)
    {
      scales[32 + s * 32 + r] = (uint8_t) (2 * (nibbles[s] & 15) + 1);
      scales[32 + s * 32 + 16 + r] = (uint8_t) (2 * (nibbles[s] >> 4) + 1);
    }
}

void
ch_pack_scales_iq2_xs (const uint8_t *block, size_t r, uint8_t *scales)
{
  put_super_scale (block, r, scales);
  put_nibble_scales (block + 66, r, scales);
}

void
ch_pack_codes_iq2_xs (const uint8_t *block, size_t s, uint8_t *codes)
{
  for (size_t k = 0; k < 4; k++)
    {
      uint16_t word = ch_read_u16 (block + 2 + 8 * s + 2 * k);

      put_run (ch_iq2_xs_codebook[word & 511], 2, ch_complete_signs (word >> 9), 8, codes + 8 * k);
    }
}

void
ch_pack_scales_iq2_s (const uint8_t *block, size_t r, uint8_t *scales)
{
  put_super_scale (block, r, scales);
  put_nibble_scales (block + 74, r, scales);
}

void
ch_pack_codes_iq2_s (const uint8_t *block, size_t s, uint8_t *codes)
{
  const uint8_t *low = block + 2 + 4 * s, *signs = block + 34 + 4 * s;

  for (size_t k = 0; k < 4; k++)
    {
      int index = low[k] | (block[66 + s] >> (2 * k) & 3) << 8;

      put_run (ch_iq2_s_codebook[index], 2, signs[k], 8, codes + 8 * k);
    }
}

/* ---- IQ3 ------------------------------------------------------------------------------------- */

void
ch_pack_scales_iq3_xxs (const uint8_t *block, size_t r, uint8_t *scales)
{
  put_super_scale (block, r, scales);
  for (size_t s = 0; s < CH_PANEL_SUPER; s++)
    scales[32 + s * 16 + r] = (uint8_t) (2 * (block[66 + 4 * s + 3] >> 4) + 1);
}

void
ch_pack_codes_iq3_xxs (const uint8_t *block, size_t s, uint8_t *codes)
{
  const uint8_t *indices = block + 2 + 8 * s;
  uint32_t word = ch_read_u32 (block + 66 + 4 * s);

  for (size_t k = 0; k < 8; k++)
    {
      uint8_t signs = ch_complete_signs (word >> (k / 2 * 7));

      put_run (ch_iq3_xxs_codebook[indices[k]], 3, (uint8_t) (signs >> (k % 2 * 4)), 4,
               codes + 4 * k);
    }
}

void
ch_pack_scales_iq3_s (const uint8_t *block, size_t r, uint8_t *scales)
{
  put_super_scale (block, r, scales);
  for (size_t s = 0; s < CH_PANEL_SUPER; s++)
    scales[32 + s * 16 + r] = (uint8_t) (2 * (block[106 + s / 2] >> (s % 2 * 4) & 15) + 1);
}

void
ch_pack_codes_iq3_s (const uint8_t *block, size_t s, uint8_t *codes)
{
  const uint8_t *low = block + 2 + 8 * s, *signs = block + 74 + 4 * s;

  for (size_t k = 0; k < 8; k++)
    {
      int index = low[k] | (block[66 + s] >> k & 1) << 8;

      put_run (ch_iq3_s_codebook[index], 3, (uint8_t) (signs[k / 2] >> (k % 2 * 4)), 4,
               codes + 4 * k);
    }
}

/* ---- IQ1 ------------------------------------------------------------------------------------- */

/* The levels -1, 0, 1 as codes 0, 1, 2, and a shift by an eighth: in eighths of the scale, a weight
 * is 8 times the code, less 7 or 9. */
void
ch_pack_scales_iq1_s (const uint8_t *block, size_t r, uint8_t *scales)
{
  memcpy (scales + 2 * r, block, 2);
  memcpy (scales + 32 + 2 * r, block, 2);
  for (size_t s = 0; s < CH_PANEL_SUPER; s++)
    {
      uint16_t word = ch_read_u16 (block + 34 + 2 * s);
      int scale = 2 * (word >> 12 & 7) + 1;

      scales[64 + s * 32 + r] = (uint8_t) (8 * scale);
      scales[64 + s * 32 + 16 + r] = (uint8_t) ((word & 0x8000 ? 9 : 7) * scale);
    }
}

void
ch_pack_codes_iq1_s (const uint8_t *block, size_t s, uint8_t *codes)
{
  uint16_t word = ch_read_u16 (block + 34 + 2 * s);

  for (size_t k = 0; k < 4; k++)
    {
      int index = block[2 + 4 * s + k] | (word >> (3 * k) & 7) << 8;

      put_run (ch_iq1_codebook[index], 2, 0, 8, codes + 8 * k);
    }
}

void
ch_pack_scales_iq1_m (const uint8_t *block, size_t r, uint8_t *scales)
{
  uint16_t d = 0;

  for (size_t k = 0; k < 4; k++)
    {
      uint16_t word = ch_read_u16 (block + 48 + 2 * k);

      d |= (uint16_t) ((word >> 12) << (4 * k));
      for (size_t i = 0; i < 4; i++)
        scales[32 + (4 * k + i) * 16 + r] = (uint8_t) (2 * (word >> (3 * i) & 7) + 1);
    }
  memcpy (scales + 2 * r, &d, sizeof d);
}

void
ch_pack_codes_iq1_m (const uint8_t *block, size_t s, uint8_t *codes)
{
  for (size_t k = 0; k < 4; k++)
    {
      int nibble = block[32 + 2 * s + k / 2] >> (k % 2 * 4) & 15;

      put_run (ch_iq1_codebook[block[4 * s + k] | (nibble & 7) << 8], 2, nibble & 8 ? 0xff : 0, 8,
               codes + 8 * k);
    }
}

/* ---- IQ4 ------------------------------------------------------------------------------------- */

void
ch_pack_scales_iq4_xs (const uint8_t *block, size_t r, uint8_t *scales)
{
  uint16_t high = ch_read_u16 (block + 2);

  put_super_scale (block, r, scales);
  for (size_t s = 0; s < CH_PANEL_SUPER; s++)
    {
      int scale = (block[4 + s / 2] >> (s % 2 * 4) & 15) | (high >> (2 * s) & 3) << 4;

      scales[32 + s * 16 + r] = (uint8_t) (scale - 32);
    }
}

void
ch_pack_codes_iq4_xs (const uint8_t *block, size_t s, uint8_t *codes)
{
  const uint8_t *bytes = block + 8 + 16 * s;

  for (size_t i = 0; i < 32; i++)
    codes[i] = bytes[i % 16] >> (i / 16 * 4) & 15;
}
