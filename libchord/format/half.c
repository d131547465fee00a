/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "format/quant.h"

#include <string.h>

/* The two 16-bit float formats, by integer arithmetic alone: the same bits on every machine. */

static float
float_from_bits (uint32_t bits)
{
  float f;

  memcpy (&f, &bits, sizeof f);
  return f;
}

static uint32_t
bits_of_float (float f)
{
  uint32_t bits;

  memcpy (&bits, &f, sizeof bits);
  return bits;
}

float
ch_f16_to_f32 (uint16_t h)
{
  uint32_t sign = (uint32_t) (h & 0x8000) << 16;
  uint32_t exponent = (h >> 10) & 0x1f;
  uint32_t mantissa = h & 0x3ff;

  if (exponent == 0x1f)
    return float_from_bits (sign | 0x7f800000 | mantissa << 13);
  if (exponent == 0)
    {
      /* Subnormal: mantissa x 2^-24, which f32 holds exactly. */
      float f = (float) mantissa * 0x1p-24f;

      return sign ? -f : f;
    }
  return float_from_bits (sign | (exponent + 112) << 23 | mantissa << 13);
}

/* Drops the low bits of a magnitude, to nearest, ties to even. */
static uint32_t
round_shift (uint32_t value, uint32_t shift)
{
  uint32_t half = 1u << (shift - 1);
  uint32_t odd = (value >> shift) & 1;

  return (value + half - 1 + odd) >> shift;
}

uint16_t
ch_f32_to_f16 (float f)
{
  uint32_t bits = bits_of_float (f);
  uint16_t sign = bits >> 16 & 0x8000;
  uint32_t magnitude = bits & 0x7fffffff;
  uint32_t exponent = magnitude >> 23;

  if (magnitude > 0x7f800000)
    return sign | 0x7e00; /* NaN */
  if (exponent >= 143)
    return sign | 0x7c00; /* 65536 and above, infinity */
  if (exponent >= 113)
    /* A carry may make it infinity, as it should. */
    return sign | round_shift (magnitude - (112u << 23), 13);
  if (exponent < 102)
    return sign; /* below half of the least subnormal */
  return sign | round_shift ((magnitude & 0x7fffff) | 0x800000, 126 - exponent);
}

float
ch_bf16_to_f32 (uint16_t h)
{
  return float_from_bits ((uint32_t) h << 16);
}

uint16_t
ch_f32_to_bf16 (float f)
{
  uint32_t bits = bits_of_float (f);

  if ((bits & 0x7fffffff) > 0x7f800000)
    return bits >> 16 | 64; /* a NaN stays one, quiet */
  return (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
}
