/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "format/quantize.h"

/* Plain formats and the quantizers whose scale follows from the greatest magnitude alone. */

void
ch_quantize_f16 (const float *x, uint8_t *block, const float *importance)
{
  (void) importance;
  ch_write_u16 (block, ch_f32_to_f16 (*x));
}

void
ch_quantize_bf16 (const float *x, uint8_t *block, const float *importance)
{
  (void) importance;
  ch_write_u16 (block, ch_f32_to_bf16 (*x));
}

void
ch_quantize_f32 (const float *x, uint8_t *block, const float *importance)
{
  (void) importance;
  memcpy (block, x, sizeof *x);
}

/* The value of greatest magnitude, with its sign. */
static float
extreme (const float *x, int n)
{
  float best = 0;

  for (int i = 0; i < n; i++)
    if (fabsf (x[i]) > fabsf (best))
      best = x[i];
  return best;
}

/* The extreme gets the code -8, which has no positive partner, so that the range is used whole. */
void
ch_quantize_q4_0 (const float *x, uint8_t *block, const float *importance)
{
  float d = extreme (x, 32) / -8;
  float inverse = d != 0 ? 1 / d : 0;

  (void) importance;
  ch_write_u16 (block, ch_f32_to_f16 (d));
  for (int j = 0; j < 16; j++)
    {
      int low = ch_clamp_code (x[j] * inverse + 8.5f, 0, 15);
      int high = ch_clamp_code (x[j + 16] * inverse + 8.5f, 0, 15);

      block[2 + j] = (uint8_t) (low | high << 4);
    }
}

/* Signed bytes of n values with the scale d; returns their sum. */
static int
write_bytes (const float *x, int n, float d, uint8_t *bytes)
{
  float inverse = d != 0 ? 1 / d : 0;
  int sum = 0;

  for (int j = 0; j < n; j++)
    {
      int q = ch_clamp_code (roundf (x[j] * inverse), -127, 127);

      bytes[j] = (uint8_t) q;
      sum += q;
    }
  return sum;
}

void
ch_quantize_q8_0 (const float *x, uint8_t *block, const float *importance)
{
  float d = fabsf (extreme (x, 32)) / 127;

  (void) importance;
  ch_write_u16 (block, ch_f32_to_f16 (d));
  write_bytes (x, 32, d, block + 2);
}

void
ch_quantize_q8_1 (const float *x, uint8_t *block, const float *importance)
{
  float d = fabsf (extreme (x, 32)) / 127;
  int sum = write_bytes (x, 32, d, block + 4);

  (void) importance;
  ch_write_u16 (block, ch_f32_to_f16 (d));
  ch_write_u16 (block + 2, ch_f32_to_f16 (d * (float) sum));
}

void
ch_quantize_q8_k (const float *x, uint8_t *block, const float *importance)
{
  float d = fabsf (extreme (x, 256)) / 127;

  (void) importance;
  memcpy (block, &d, sizeof d);
  for (int g = 0; g < 16; g++)
    {
      int sum = write_bytes (x + 16 * g, 16, d, block + 4 + 16 * g);

      ch_write_u16 (block + 260 + 2 * g, (uint16_t) sum);
    }
}
