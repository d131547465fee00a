/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "format/quant-ref.h"

/* The small block types. In all of them with 32 values and 4-bit codes, byte j holds the code of
 * value j in its low half and that of value j + 16 in its high half. */

const int8_t ch_iq4_values[16] = {
  -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113,
};

/* Twice the values of the 4-bit floating-point format E2M1, so that they are whole. */
static const int8_t e2m1_doubled[16] = { 0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12 };

/* f16 scale, 16 bytes of codes; the code 8 is zero */
void
ch_dequantize_q4_0 (const uint8_t *block, float *y)
{
  float d = ch_read_half (block);
  const uint8_t *codes = block + 2;

  for (int j = 0; j < 16; j++)
    {
      y[j] = (float) ((codes[j] & 15) - 8) * d;
      y[j + 16] = (float) ((codes[j] >> 4) - 8) * d;
    }
}

/* f16 scale, f16 minimum, 16 bytes of codes */
void
ch_dequantize_q4_1 (const uint8_t *block, float *y)
{
  float d = ch_read_half (block), m = ch_read_half (block + 2);
  const uint8_t *codes = block + 4;

  for (int j = 0; j < 16; j++)
    {
      y[j] = (float) (codes[j] & 15) * d + m;
      y[j + 16] = (float) (codes[j] >> 4) * d + m;
    }
}

/* Value j of a 5-bit block: low bits as in Q4_0, fifth bit from bit j of high. */
static int
five_bits (const uint8_t *codes, uint32_t high, int j)
{
  int low = j < 16 ? codes[j] & 15 : codes[j - 16] >> 4;

  return low | (int) (high >> j & 1) << 4;
}

/* f16 scale, 4 bytes of fifth bits, 16 bytes of low bits; the code 16 is zero */
void
ch_dequantize_q5_0 (const uint8_t *block, float *y)
{
  float d = ch_read_half (block);
  uint32_t high = ch_read_u32 (block + 2);

  for (int j = 0; j < 32; j++)
    y[j] = (float) (five_bits (block + 6, high, j) - 16) * d;
}

/* f16 scale, f16 minimum, 4 bytes of fifth bits, 16 bytes of low bits */
void
ch_dequantize_q5_1 (const uint8_t *block, float *y)
{
  float d = ch_read_half (block), m = ch_read_half (block + 2);
  uint32_t high = ch_read_u32 (block + 4);

  for (int j = 0; j < 32; j++)
    y[j] = (float) five_bits (block + 8, high, j) * d + m;
}

/* f16 scale, 32 signed bytes */
void
ch_dequantize_q8_0 (const uint8_t *block, float *y)
{
  float d = ch_read_half (block);

  for (int j = 0; j < 32; j++)
    y[j] = (float) (int8_t) block[2 + j] * d;
}

/* f16 scale, f16 sum (for products only), 32 signed bytes */
void
ch_dequantize_q8_1 (const uint8_t *block, float *y)
{
  float d = ch_read_half (block);

  for (int j = 0; j < 32; j++)
    y[j] = (float) (int8_t) block[4 + j] * d;
}

/* As Q4_0, but the codes name 16 unevenly spaced values. */
void
ch_dequantize_iq4_nl (const uint8_t *block, float *y)
{
  float d = ch_read_half (block);
  const uint8_t *codes = block + 2;

  for (int j = 0; j < 16; j++)
    {
      y[j] = d * (float) ch_iq4_values[codes[j] & 15];
      y[j + 16] = d * (float) ch_iq4_values[codes[j] >> 4];
    }
}

/* Half of 2^(e - 127): the other half is in e2m1_doubled. The two least exponents give subnormals.
 */
static float
e8m0_half (uint8_t e)
{
  uint32_t bits = e < 2 ? 0x00200000u << e : (uint32_t) (e - 1) << 23;
  float f;

  memcpy (&f, &bits, sizeof f);
  return f;
}

/* one byte of power-of-two scale, 16 bytes of E2M1 codes */
void
ch_dequantize_mxfp4 (const uint8_t *block, float *y)
{
  float d = e8m0_half (block[0]);
  const uint8_t *codes = block + 1;

  for (int j = 0; j < 16; j++)
    {
      y[j] = (float) e2m1_doubled[codes[j] & 15] * d;
      y[j + 16] = (float) e2m1_doubled[codes[j] >> 4] * d;
    }
}

/* Half of an unsigned E4M3 number. The one NaN (0x7f) counts as zero; the unused sign bit is not
 * looked at, so that 0xff is a number, as it is for other readers of the format. */
static float
e4m3_half (uint8_t x)
{
  int exponent = x >> 3 & 15, mantissa = x & 7;

  if (x == 0x7f)
    return 0;
  if (exponent == 0)
    return (float) mantissa * 0x1p-10f;
  return (float) (8 + mantissa) * 0x1p-11f * (float) (1 << exponent);
}

/* Four sub-blocks of 16: first their 4 scales, then 8 bytes of E2M1 codes each. */
void
ch_dequantize_nvfp4 (const uint8_t *block, float *y)
{
  for (int s = 0; s < 4; s++)
    {
      float d = e4m3_half (block[s]);
      const uint8_t *codes = block + 4 + 8 * s;

      for (int j = 0; j < 8; j++)
        {
          y[16 * s + j] = (float) e2m1_doubled[codes[j] & 15] * d;
          y[16 * s + j + 8] = (float) e2m1_doubled[codes[j] >> 4] * d;
        }
    }
}

/* f16 scale, 128 signs: a set bit is +d */
void
ch_dequantize_q1_0 (const uint8_t *block, float *y)
{
  float d = ch_read_half (block);

  for (int j = 0; j < 128; j++)
    y[j] = block[2 + j / 8] >> (j % 8) & 1 ? d : -d;
}

/* f16 scale, 64 codes of 2 bits; the code 1 is zero */
void
ch_dequantize_q2_0 (const uint8_t *block, float *y)
{
  float d = ch_read_half (block);

  for (int j = 0; j < 64; j++)
    y[j] = (float) ((block[2 + j / 4] >> (2 * (j % 4)) & 3) - 1) * d;
}
