/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "format/quant-ref.h"

/* Super-blocks of 256 values: K-quants and the ternary types. Codes of several groups of 32 values
 * share bytes, each group at its own bit position ("planes"). */

/* 16 bytes of scale and minimum (4 bits each), 64 of codes, f16 d, f16 dmin */
void
ch_dequantize_q2_k (const uint8_t *block, float *y)
{
  const uint8_t *scales = block, *codes = block + 16;
  float d = ch_read_half (block + 80), dmin = ch_read_half (block + 82);

  for (int i = 0; i < 256; i++)
    {
      int half = i / 128, plane = i / 32 % 4;
      uint8_t scale = scales[i / 16];
      float dl = d * (float) (scale & 15), ml = dmin * (float) (scale >> 4);

      y[i] = dl * (float) (codes[32 * half + i % 32] >> (2 * plane) & 3) - ml;
    }
}

/* Scale i (of 16) of the 12 bytes of a Q3_K block: low 4 bits in the first 8 bytes, high 2 in the
 * rest. */
static int
q3_k_scale (const uint8_t *packed, int i)
{
  int low = i < 8 ? packed[i] & 15 : packed[i - 8] >> 4;
  int high = packed[8 + i % 4] >> (2 * (i / 4)) & 3;

  return (low | high << 4) - 32;
}

/* 32 bytes of third bits, 64 of low bits, 12 of scales, f16 d */
void
ch_dequantize_q3_k (const uint8_t *block, float *y)
{
  const uint8_t *high = block, *codes = block + 32, *scales = block + 96;
  float d = ch_read_half (block + 108);

  for (int i = 0; i < 256; i++)
    {
      int half = i / 128, plane = i / 32 % 4;
      int q = codes[32 * half + i % 32] >> (2 * plane) & 3;
      int offset = high[i % 32] >> (i / 32) & 1 ? 0 : 4;

      y[i] = d * (float) q3_k_scale (scales, i / 16) * (float) (q - offset);
    }
}

/* f16 d, f16 dmin, 12 bytes of scales and minima, 128 of codes: each 32 bytes hold two groups of 32
 */
void
ch_dequantize_q4_k (const uint8_t *block, float *y)
{
  float d = ch_read_half (block), dmin = ch_read_half (block + 2);
  const uint8_t *codes = block + 16;

  for (int j = 0; j < 8; j++)
    {
      int scale, min;

      ch_k_scale_min (block + 4, j, &scale, &min);

      float d1 = d * (float) scale, m1 = dmin * (float) min;

      for (int l = 0; l < 32; l++)
        y[32 * j + l] = d1 * (float) (codes[j / 2 * 32 + l] >> (j % 2 * 4) & 15) - m1;
    }
}

/* f16 d, f16 dmin, 12 bytes of scales and minima, 32 of fifth bits (plane j for group j), 128 of
 * low bits */
void
ch_dequantize_q5_k (const uint8_t *block, float *y)
{
  float d = ch_read_half (block), dmin = ch_read_half (block + 2);
  const uint8_t *high = block + 16, *codes = block + 48;

  for (int j = 0; j < 8; j++)
    {
      int scale, min;

      ch_k_scale_min (block + 4, j, &scale, &min);

      float d1 = d * (float) scale, m1 = dmin * (float) min;

      for (int l = 0; l < 32; l++)
        {
          int q = (codes[j / 2 * 32 + l] >> (j % 2 * 4) & 15) | (high[l] >> j & 1) << 4;

          y[32 * j + l] = d1 * (float) q - m1;
        }
    }
}

/* 128 bytes of low 4 bits, 64 of high 2, 16 signed scales, f16 d; the code 32 is zero */
void
ch_dequantize_q6_k (const uint8_t *block, float *y)
{
  const uint8_t *low = block, *high = block + 128, *scales = block + 192;
  float d = ch_read_half (block + 208);

  for (int i = 0; i < 256; i++)
    {
      int half = i / 128, plane = i / 32 % 4, l = i % 32;
      int four = low[64 * half + 32 * (plane % 2) + l] >> (plane / 2 * 4) & 15;
      int two = high[32 * half + l] >> (2 * plane) & 3;

      y[i] = d * (float) (int8_t) scales[i / 16] * (float) ((four | two << 4) - 32);
    }
}

/* f32 scale, 256 signed bytes, 16 sums (for products only) */
void
ch_dequantize_q8_k (const uint8_t *block, float *y)
{
  float d;

  memcpy (&d, block, sizeof d);
  for (int i = 0; i < 256; i++)
    y[i] = d * (float) (int8_t) block[4 + i];
}

/* Digit n of a byte that holds five ternary digits as the fraction byte / 256. */
static float
ternary_digit (uint8_t byte, int n)
{
  static const uint8_t powers[5] = { 1, 3, 9, 27, 81 };
  uint8_t rest = byte * powers[n];

  return (float) ((rest * 3 >> 8) - 1);
}

/* 48 bytes of five digits (32 and 16 wide planes), 4 of four digits, f16 d */
void
ch_dequantize_tq1_0 (const uint8_t *block, float *y)
{
  float d = ch_read_half (block + 52);

  for (int n = 0; n < 5; n++)
    for (int m = 0; m < 32; m++)
      y[32 * n + m] = ternary_digit (block[m], n) * d;
  for (int n = 0; n < 5; n++)
    for (int m = 0; m < 16; m++)
      y[160 + 16 * n + m] = ternary_digit (block[32 + m], n) * d;
  for (int n = 0; n < 4; n++)
    for (int m = 0; m < 4; m++)
      y[240 + 4 * n + m] = ternary_digit (block[48 + m], n) * d;
}

/* 64 bytes of 2-bit codes in planes of 32, f16 d; the code 1 is zero */
void
ch_dequantize_tq2_0 (const uint8_t *block, float *y)
{
  float d = ch_read_half (block + 64);

  for (int i = 0; i < 256; i++)
    {
      int half = i / 128, plane = i / 32 % 4;

      y[i] = (float) ((block[32 * half + i % 32] >> (2 * plane) & 3) - 1) * d;
    }
}
