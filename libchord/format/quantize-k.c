/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "format/quantize.h"

/* K-quants. Each group of a super-block gets the scale (and minimum) of least weighted squared
 * error, found by trying slightly different grids and solving the least-squares problem for the
 * codes that each gives. The group scales are then themselves quantized, and the codes chosen again
 * for the scales that are really stored. */

typedef struct
{
  float scale;
  float min; /* >= 0: what is subtracted */
} Affine;

static int
nearest (float v, int low, int high)
{
  return ch_clamp_code (floorf (v + 0.5f), low, high);
}

/* How much an error in each value matters: large values more, in proportion to the typical size of
 * the group. */
static void
error_weights (const float *x, const float *importance, int n, float *weights)
{
  float square_sum = 0;

  for (int i = 0; i < n; i++)
    square_sum += x[i] * x[i];

  float typical = sqrtf (square_sum / (float) n);

  for (int i = 0; i < n; i++)
    weights[i] = importance ? importance[i] * sqrtf (typical * typical + x[i] * x[i])
                            : typical + fabsf (x[i]);
}

/* The scale and minimum that fit the given codes best; a minimum below zero cannot be stored and
 * becomes zero. */
static Affine
fit_affine (const float *x, const float *weights, const int *codes, int n)
{
  double w = 0, wq = 0, wqq = 0, wx = 0, wqx = 0;
  Affine fit = { 0, 0 };

  for (int i = 0; i < n; i++)
    {
      w += weights[i];
      wq += (double) weights[i] * codes[i];
      wqq += (double) weights[i] * codes[i] * codes[i];
      wx += (double) weights[i] * x[i];
      wqx += (double) weights[i] * codes[i] * x[i];
    }

  double determinant = w * wqq - wq * wq;

  if (determinant > 0)
    {
      fit.scale = (float) ((w * wqx - wq * wx) / determinant);
      fit.min = (float) ((wq * wqx - wqq * wx) / determinant);
    }
  if (determinant <= 0 || fit.min < 0)
    {
      fit.min = 0;
      fit.scale = wqq > 0 ? (float) (wqx / wqq) : 0;
    }
  return fit;
}

static double
affine_error (const float *x, const float *weights, const int *codes, int n, Affine fit)
{
  double error = 0;

  for (int i = 0; i < n; i++)
    {
      double e = (double) fit.scale * codes[i] - fit.min - x[i];

      error += weights[i] * e * e;
    }
  return error;
}

static Affine
search_affine (const float *x, const float *importance, int n, int max_code)
{
  float low = 0, high = x[0], weights[32];
  int codes[32];
  Affine best = { 0, 0 };
  double best_error = INFINITY;

  for (int i = 0; i < n; i++)
    {
      low = fminf (low, x[i]);
      high = fmaxf (high, x[i]);
    }
  if (!(high > low))
    return (Affine){ 0, -low };
  error_weights (x, importance, n, weights);
  for (int step = -10; step <= 10; step++)
    {
      float inverse = ((float) max_code + 0.1f * (float) step) / (high - low);

      for (int i = 0; i < n; i++)
        codes[i] = nearest (inverse * (x[i] - low), 0, max_code);

      Affine fit = fit_affine (x, weights, codes, n);
      double error = affine_error (x, weights, codes, n, fit);

      if (error < best_error)
        {
          best = fit;
          best_error = error;
        }
    }
  return best;
}

static void
pack_scales_mins (uint8_t *packed, const int *scales, const int *mins)
{
  for (int j = 0; j < 4; j++)
    {
      packed[j] = (uint8_t) (scales[j] | (scales[j + 4] >> 4) << 6);
      packed[j + 4] = (uint8_t) (mins[j] | (mins[j + 4] >> 4) << 6);
      packed[j + 8] = (uint8_t) ((scales[j + 4] & 15) | (mins[j + 4] & 15) << 4);
    }
}

/* The header that Q4_K and Q5_K share (d, dmin, packed scales and minima), and the codes that go
 * with it. */
static void
quantize_affine_block (const float *x, uint8_t *block, const float *importance, int max_code,
                       int codes[256])
{
  Affine groups[8];
  float max_scale = 0, max_min = 0;
  int scales[8], mins[8];

  for (int j = 0; j < 8; j++)
    {
      groups[j] = search_affine (x + 32 * j, importance ? importance + 32 * j : NULL, 32, max_code);
      max_scale = fmaxf (max_scale, groups[j].scale);
      max_min = fmaxf (max_min, groups[j].min);
    }

  uint16_t d_bits = ch_f32_to_f16 (max_scale / 63), dmin_bits = ch_f32_to_f16 (max_min / 63);
  float d = ch_f16_to_f32 (d_bits), dmin = ch_f16_to_f32 (dmin_bits);

  for (int j = 0; j < 8; j++)
    {
      scales[j] = d > 0 ? nearest (groups[j].scale / d, 0, 63) : 0;
      mins[j] = dmin > 0 ? nearest (groups[j].min / dmin, 0, 63) : 0;

      float scale = d * (float) scales[j], min = dmin * (float) mins[j];

      for (int l = 0; l < 32; l++)
        codes[32 * j + l] = scale > 0 ? nearest ((x[32 * j + l] + min) / scale, 0, max_code) : 0;
    }
  ch_write_u16 (block, d_bits);
  ch_write_u16 (block + 2, dmin_bits);
  pack_scales_mins (block + 4, scales, mins);
}

/* Group pairs share bytes: the even group in the low halves. */
static void
pack_low_nibbles (const int codes[256], uint8_t *bytes)
{
  for (int pair = 0; pair < 4; pair++)
    for (int l = 0; l < 32; l++)
      bytes[32 * pair + l] =
          (uint8_t) ((codes[64 * pair + l] & 15) | (codes[64 * pair + 32 + l] & 15) << 4);
}

void
ch_quantize_q4_k (const float *x, uint8_t *block, const float *importance)
{
  int codes[256];

  quantize_affine_block (x, block, importance, 15, codes);
  pack_low_nibbles (codes, block + 16);
}

void
ch_quantize_q5_k (const float *x, uint8_t *block, const float *importance)
{
  int codes[256];

  quantize_affine_block (x, block, importance, 31, codes);
  memset (block + 16, 0, 32);
  for (int i = 0; i < 256; i++)
    block[16 + i % 32] |= (uint8_t) ((codes[i] >> 4) << (i / 32));
  pack_low_nibbles (codes, block + 48);
}

/* The signed scale of 16 values for codes from -32 to 31. */
static float
search_scale (const float *x, const float *importance)
{
  float extreme = 0, best = 0, weights[16];
  double best_gain = -1;

  for (int i = 0; i < 16; i++)
    if (fabsf (x[i]) > fabsf (extreme))
      extreme = x[i];
  if (!(fabsf (extreme) > 0))
    return 0;
  for (int i = 0; i < 16; i++)
    weights[i] = importance ? importance[i] : x[i] * x[i];
  for (int step = -9; step <= 9; step++)
    {
      float inverse = -(32 + 0.1f * (float) step) / extreme;
      double wqx = 0, wqq = 0;

      for (int i = 0; i < 16; i++)
        {
          double q = nearest (inverse * x[i], -32, 31);

          wqx += weights[i] * q * x[i];
          wqq += weights[i] * q * q;
        }
      /* The squared error is a constant less this gain. */
      if (wqq > 0 && wqx * wqx / wqq > best_gain)
        {
          best_gain = wqx * wqx / wqq;
          best = (float) (wqx / wqq);
        }
    }
  return best;
}

static void
pack_q6 (const int codes[256], uint8_t *low, uint8_t *high)
{
  memset (low, 0, 128);
  memset (high, 0, 64);
  for (int i = 0; i < 256; i++)
    {
      int half = i / 128, plane = i / 32 % 4, l = i % 32;

      low[64 * half + 32 * (plane % 2) + l] |= (uint8_t) ((codes[i] & 15) << (plane / 2 * 4));
      high[32 * half + l] |= (uint8_t) ((codes[i] >> 4) << (2 * plane));
    }
}

void
ch_quantize_q6_k (const float *x, uint8_t *block, const float *importance)
{
  float scales[16], extreme = 0;
  int codes[256];

  for (int g = 0; g < 16; g++)
    {
      scales[g] = search_scale (x + 16 * g, importance ? importance + 16 * g : NULL);
      if (fabsf (scales[g]) > fabsf (extreme))
        extreme = scales[g];
    }

  uint16_t d_bits = ch_f32_to_f16 (extreme / -128);
  float d = ch_f16_to_f32 (d_bits);

  for (int g = 0; g < 16; g++)
    {
      int stored = d != 0 ? nearest (scales[g] / d, -128, 127) : 0;
      float scale = d * (float) stored;

      block[192 + g] = (uint8_t) stored;
      for (int i = 16 * g; i < 16 * g + 16; i++)
        codes[i] = scale != 0 ? nearest (x[i] / scale, -32, 31) + 32 : 32;
    }
  pack_q6 (codes, block, block + 128);
  ch_write_u16 (block + 208, d_bits);
}
