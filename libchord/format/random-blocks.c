/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "format/random-blocks.h"

#include <math.h>
#include <string.h>

/* Quantized blocks are random bytes: every code is valid, so that only the scales (most of them
 * 16-bit floats) must be set. How large they must be is found by dequantizing a few blocks with the
 * scale 1. */

typedef struct
{
  ChType type;
  int scale, min; /* offsets in the block; min is -1 where there is none */
} Layout;

static const Layout layouts[] = {
  { CH_TYPE_Q4_0, 0, -1 },    { CH_TYPE_Q4_1, 0, 2 },    { CH_TYPE_Q5_0, 0, -1 },
  { CH_TYPE_Q5_1, 0, 2 },     { CH_TYPE_Q8_0, 0, -1 },   { CH_TYPE_Q2_K, 80, 82 },
  { CH_TYPE_Q3_K, 108, -1 },  { CH_TYPE_Q4_K, 0, 2 },    { CH_TYPE_Q5_K, 0, 2 },
  { CH_TYPE_Q6_K, 208, -1 },  { CH_TYPE_IQ2_XXS, 0, -1 }, { CH_TYPE_IQ2_XS, 0, -1 },
  { CH_TYPE_IQ2_S, 0, -1 },   { CH_TYPE_IQ3_XXS, 0, -1 }, { CH_TYPE_IQ3_S, 0, -1 },
  { CH_TYPE_IQ1_S, 0, -1 },   { CH_TYPE_IQ4_NL, 0, -1 },  { CH_TYPE_IQ4_XS, 0, -1 },
  { CH_TYPE_TQ1_0, 52, -1 },  { CH_TYPE_TQ2_0, 64, -1 },  { CH_TYPE_Q1_0, 0, -1 },
  { CH_TYPE_Q2_0, 0, -1 },    { CH_TYPE_MXFP4, 0, -1 },   { CH_TYPE_NVFP4, 0, -1 },
  { CH_TYPE_IQ1_M, 48, -1 },
};

#define SAMPLE_BLOCKS 64
#define MOST_BLOCK 256
#define MOST_BLOCK_BYTES 292

static const Layout *
find_layout (ChType type)
{
  for (size_t i = 0; i < sizeof layouts / sizeof layouts[0]; i++)
    if (layouts[i].type == type)
      return &layouts[i];
  return NULL;
}

static bool
is_float (ChType type)
{
  return type == CH_TYPE_F32 || type == CH_TYPE_F16 || type == CH_TYPE_BF16;
}

bool
ch_can_make_up (ChType type)
{
  return is_float (type) || find_layout (type) != NULL;
}

/* splitmix64 */
static uint64_t
next_random (uint64_t *state)
{
  uint64_t z = *state += UINT64_C (0x9e3779b97f4a7c15);

  z = (z ^ (z >> 30)) * UINT64_C (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * UINT64_C (0x94d049bb133111eb);
  return z ^ (z >> 31);
}

static void
fill_random (uint8_t *dst, size_t n, uint64_t *state)
{
  uint64_t word;

  for (; n >= sizeof word; n -= sizeof word, dst += sizeof word)
    {
      word = next_random (state);
      memcpy (dst, &word, sizeof word);
    }
  word = next_random (state);
  memcpy (dst, &word, n);
}

/* ---- Floats ---------------------------------------------------------------------------------- */

/* The sum of four uniform numbers is normal enough. */
static float
next_normal (uint64_t *state)
{
  uint64_t word = next_random (state);
  int32_t sum = 0;

  for (int i = 0; i < 4; i++)
    sum += (int16_t) (uint16_t) (word >> (16 * i));
  return (float) sum / 37837.0f; /* 2 / sqrt (12) * 65536 */
}

static void
make_up_floats (ChType type, uint8_t *dst, size_t n, float deviation, uint64_t *state)
{
  for (size_t i = 0; i < n; i++)
    {
      float value = next_normal (state) * deviation;
      uint16_t half = type == CH_TYPE_F16 ? ch_f32_to_f16 (value) : ch_f32_to_bf16 (value);

      if (type == CH_TYPE_F32)
        memcpy (dst + i * sizeof value, &value, sizeof value);
      else
        memcpy (dst + i * sizeof half, &half, sizeof half);
    }
}

/* ---- Blocks ---------------------------------------------------------------------------------- */

static void
put_half (uint8_t *at, uint16_t half)
{
  at[0] = (uint8_t) half;
  at[1] = (uint8_t) (half >> 8);
}

/* A bit of each nibble on top of the 4 words of IQ1_M. */
static void
put_spread_half (uint8_t *words, uint16_t half)
{
  for (int k = 0; k < 4; k++)
    words[2 * k + 1] = (uint8_t) ((words[2 * k + 1] & 15) | (half >> (4 * k) & 15) << 4);
}

static uint8_t
e8m0_below (float scale)
{
  int exponent;

  frexpf (scale, &exponent);
  return (uint8_t) (exponent + 126);
}

static uint8_t
e4m3_below (float scale)
{
  int exponent, field;
  float fraction = frexpf (fabsf (scale), &exponent);

  field = exponent + 6;
  if (field < 1)
    return (uint8_t) (fabsf (scale) * 512.0f);
  return (uint8_t) (field > 15 ? 0x78 : field << 3 | ((int) (fraction * 16.0f) & 7));
}

static void
set_scale (const Layout *layout, uint8_t *block, float scale, float min)
{
  if (layout->type == CH_TYPE_MXFP4)
    block[0] = e8m0_below (scale);
  else if (layout->type == CH_TYPE_NVFP4)
    memset (block, e4m3_below (scale), 4);
  else if (layout->type == CH_TYPE_IQ1_M)
    put_spread_half (block + layout->scale, ch_f32_to_f16 (scale));
  else
    put_half (block + layout->scale, ch_f32_to_f16 (scale));
  if (layout->min >= 0)
    put_half (block + layout->min, ch_f32_to_f16 (min));
}

bool
ch_set_block_scale (ChType type, uint8_t *block, float scale, float min)
{
  const Layout *layout = find_layout (type);

  if (layout != NULL)
    set_scale (layout, block, scale, min);
  return layout != NULL;
}

/* Mean and deviation of random blocks that have this scale and this minimum. */
static void
sample (const Layout *layout, float scale, float min, double *mean, double *deviation)
{
  const ChTypeInfo *info = ch_type_info (layout->type);
  uint64_t state = 1;
  double sum = 0, square = 0, n = (double) SAMPLE_BLOCKS * info->block;

  for (int i = 0; i < SAMPLE_BLOCKS; i++)
    {
      uint8_t block[MOST_BLOCK_BYTES];
      float values[MOST_BLOCK];

      fill_random (block, info->bytes, &state);
      set_scale (layout, block, scale, min);
      ch_dequantize (layout->type, block, values, info->block);
      for (uint32_t j = 0; j < info->block; j++)
        {
          sum += values[j];
          square += (double) values[j] * values[j];
        }
    }
  *mean = sum / n;
  *deviation = sqrt (square / n - *mean * *mean);
}

typedef struct
{
  float scale, min;
} Scales;

/* The minimum takes the mean away; then the scale of both gives the deviation. */
static Scales
find_scales (const Layout *layout, float deviation)
{
  double mean, min_mean, spread, min = 0;

  sample (layout, 1, 0, &mean, &spread);
  if (layout->min >= 0)
    {
      sample (layout, 0, 1, &min_mean, &spread);
      min = -mean / min_mean;
      sample (layout, 1, (float) min, &mean, &spread);
    }
  return (Scales) { (float) (deviation / spread), (float) (deviation / spread * min) };
}

bool
ch_make_up (ChType type, void *dst, size_t n, float deviation, uint64_t *state)
{
  const Layout *layout = find_layout (type);
  const ChTypeInfo *info = ch_type_info (type);
  uint8_t *block = dst;
  Scales scales;

  if (is_float (type))
    {
      make_up_floats (type, dst, n, deviation, state);
      return true;
    }
  if (layout == NULL)
    return false;
  scales = find_scales (layout, deviation);
  fill_random (dst, ch_type_row_bytes (type, n), state);
  for (size_t i = 0; i < n / info->block; i++, block += info->bytes)
    set_scale (layout, block, scales.scale, scales.min);
  return true;
}
