/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "format/quant-ref.h"
#include "kernel/panel.h"

/* Packers of the K-quants and the ternary types. What their bytes are: format/quant-ref-k.c. */

/* The scale and the minimum of the block, one after the other. */
static void
put_super_pair (const uint8_t *pair, size_t r, uint8_t *scales)
{
  memcpy (scales + 2 * r, pair, 2);
  memcpy (scales + 32 + 2 * r, pair + 2, 2);
}

/* Two bits a code, 32 bytes for 4 steps. */
static void
get_pairs (const uint8_t *bytes, size_t s, uint8_t *codes)
{
  for (size_t i = 0; i < 32; i++)
    codes[i] = bytes[s / 4 * 32 + i] >> (s % 4 * 2) & 3;
}

/* Four bits a code, 32 bytes for 2 steps. */
static void
get_nibbles (const uint8_t *bytes, size_t s, uint8_t *codes)
{
  for (size_t i = 0; i < 32; i++)
    codes[i] = bytes[s / 2 * 32 + i] >> (s % 2 * 4) & 15;
}

void
ch_pack_scales_q2_k (const uint8_t *block, size_t r, uint8_t *scales)
{
  put_super_pair (block + 80, r, scales);
  for (size_t half = 0; half < 2 * CH_PANEL_SUPER; half++)
    scales[64 + half * 16 + r] = block[half];
}

void
ch_pack_codes_q2_k (const uint8_t *block, size_t s, uint8_t *codes)
{
  get_pairs (block + 16, s, codes);
}

void
ch_pack_scales_q3_k (const uint8_t *block, size_t r, uint8_t *scales)
{
  const uint8_t *packed = block + 96;

  memcpy (scales + 2 * r, block + 108, 2);
  for (size_t half = 0; half < 2 * CH_PANEL_SUPER; half++)
    {
      int low = packed[half % 8] >> (half / 8 * 4) & 15;
      int high = packed[8 + half % 4] >> (half / 4 * 2) & 3;

      scales[32 + half * 16 + r] = (uint8_t) ((low | high << 4) - 32);
    }
}

void
ch_pack_codes_q3_k (const uint8_t *block, size_t s, uint8_t *codes)
{
  get_pairs (block + 32, s, codes);
  for (size_t i = 0; i < 32; i++)
    codes[i] |= (uint8_t) ((block[i] >> s & 1) << 2);
}

void
ch_pack_scales_q4_k (const uint8_t *block, size_t r, uint8_t *scales)
{
  put_super_pair (block, r, scales);
  for (int s = 0; s < CH_PANEL_SUPER; s++)
    {
      int scale, min;

      ch_k_scale_min (block + 4, s, &scale, &min);
      scales[64 + s * 32 + (int) r] = (uint8_t) scale;
      scales[64 + s * 32 + 16 + (int) r] = (uint8_t) min;
    }
}

void
ch_pack_codes_q4_k (const uint8_t *block, size_t s, uint8_t *codes)
{
  get_nibbles (block + 16, s, codes);
}

void
ch_pack_scales_q5_k (const uint8_t *block, size_t r, uint8_t *scales)
{
  ch_pack_scales_q4_k (block, r, scales);
}

void
ch_pack_codes_q5_k (const uint8_t *block, size_t s, uint8_t *codes)
{
  get_nibbles (block + 48, s, codes);
  for (size_t i = 0; i < 32; i++)
    codes[i] |= (uint8_t) ((block[16 + i] >> s & 1) << 4);
}

void
ch_pack_scales_q6_k (const uint8_t *block, size_t r, uint8_t *scales)
{
  memcpy (scales + 2 * r, block + 208, 2);
  for (size_t half = 0; half < 2 * CH_PANEL_SUPER; half++)
    scales[32 + half * 16 + r] = block[192 + half];
}

void
ch_pack_codes_q6_k (const uint8_t *block, size_t s, uint8_t *codes)
{
  const uint8_t *low = block + s / 4 * 64 + s % 2 * 32;
  const uint8_t *high = block + 128 + s / 4 * 32;

  for (size_t i = 0; i < 32; i++)
    codes[i] = (low[i] >> (s % 4 / 2 * 4) & 15) | (high[i] >> (s % 4 * 2) & 3) << 4;
}

/* One scale for the block, which the panel has for every two steps. */
static void
put_same_scale (const uint8_t *d, size_t r, uint8_t *scales)
{
  for (size_t i = 0; i < CH_PANEL_SUPER / 2; i++)
    memcpy (scales + 32 * i + 2 * r, d, 2);
}

void
ch_pack_scales_tq1_0 (const uint8_t *block, size_t r, uint8_t *scales)
{
  put_same_scale (block + 52, r, scales);
}

/* Digit n of a byte that holds five ternary digits as the fraction byte / 256. */
static uint8_t
ternary_digit (uint8_t byte, size_t n)
{
  static const uint8_t powers[5] = { 1, 3, 9, 27, 81 };
  uint8_t rest = (uint8_t) (byte * powers[n]);

  return (uint8_t) (rest * 3 >> 8);
}

void
ch_pack_codes_tq1_0 (const uint8_t *block, size_t s, uint8_t *codes)
{
  for (size_t k = 0; k < 32; k++)
    {
      size_t i = s * 32 + k;

      if (i < 160)
        codes[k] = ternary_digit (block[i % 32], i / 32);
      else if (i < 240)
        codes[k] = ternary_digit (block[32 + i % 16], (i - 160) / 16);
      else
        codes[k] = ternary_digit (block[48 + i % 4], (i - 240) / 4);
    }
}

void
ch_pack_scales_tq2_0 (const uint8_t *block, size_t r, uint8_t *scales)
{
  put_same_scale (block + 64, r, scales);
}

void
ch_pack_codes_tq2_0 (const uint8_t *block, size_t s, uint8_t *codes)
{
  get_pairs (block, s, codes);
}
