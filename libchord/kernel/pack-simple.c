/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "format/quant-ref.h"
#include "kernel/panel.h"

/* Packers of the small block types. What their bytes are: format/quant-ref-simple.c. */

/* 16 bytes: the codes of the first half in their low bits, those of the second in the high ones. */
static void
get_nibbles (const uint8_t *bytes, uint8_t *codes)
{
  for (size_t i = 0; i < 16; i++)
    {
      codes[i] = bytes[i] & 15;
      codes[i + 16] = bytes[i] >> 4;
    }
}

static void
add_fifth_bits (const uint8_t *bytes, uint8_t *codes)
{
  uint32_t bits = ch_read_u32 (bytes);

  for (size_t i = 0; i < 32; i++)
    codes[i] |= (uint8_t) ((bits >> i & 1) << 4);
}

void
ch_pack_scales_q4_0 (const uint8_t *block, size_t r, uint8_t *scales)
{
  memcpy (scales + 2 * r, block, 2);
}

void
ch_pack_codes_q4_0 (const uint8_t *block, size_t s, uint8_t *codes)
{
  (void) s;
  get_nibbles (block + 2, codes);
}

void
ch_pack_scales_q4_1 (const uint8_t *block, size_t r, uint8_t *scales)
{
  memcpy (scales + 2 * r, block, 2);
  memcpy (scales + 32 + 2 * r, block + 2, 2);
}

void
ch_pack_codes_q4_1 (const uint8_t *block, size_t s, uint8_t *codes)
{
  (void) s;
  get_nibbles (block + 4, codes);
}

void
ch_pack_scales_q5_0 (const uint8_t *block, size_t r, uint8_t *scales)
{
  ch_pack_scales_q4_0 (block, r, scales);
}

void
ch_pack_codes_q5_0 (const uint8_t *block, size_t s, uint8_t *codes)
{
  (void) s;
  get_nibbles (block + 6, codes);
  add_fifth_bits (block + 2, codes);
}

void
ch_pack_scales_q5_1 (const uint8_t *block, size_t r, uint8_t *scales)
{
  ch_pack_scales_q4_1 (block, r, scales);
}

void
ch_pack_codes_q5_1 (const uint8_t *block, size_t s, uint8_t *codes)
{
  (void) s;
  get_nibbles (block + 8, codes);
  add_fifth_bits (block + 4, codes);
}

void
ch_pack_scales_q8_0 (const uint8_t *block, size_t r, uint8_t *scales)
{
  ch_pack_scales_q4_0 (block, r, scales);
}

void
ch_pack_codes_q8_0 (const uint8_t *block, size_t s, uint8_t *codes)
{
  (void) s;
  memcpy (codes, block + 2, CH_PANEL_COLS);
}

void
ch_pack_scales_q1_0 (const uint8_t *block, size_t r, uint8_t *scales)
{
  ch_pack_scales_q4_0 (block, r, scales);
}

void
ch_pack_codes_q1_0 (const uint8_t *block, size_t s, uint8_t *codes)
{
  uint32_t bits = ch_read_u32 (block + 2 + 4 * s);

  for (size_t i = 0; i < 32; i++)
    codes[i] = bits >> i & 1;
}

void
ch_pack_scales_q2_0 (const uint8_t *block, size_t r, uint8_t *scales)
{
  ch_pack_scales_q4_0 (block, r, scales);
}

void
ch_pack_codes_q2_0 (const uint8_t *block, size_t s, uint8_t *codes)
{
  for (size_t i = 0; i < 32; i++)
    codes[i] = block[2 + 8 * s + i / 4] >> (2 * (i % 4)) & 3;
}

void
ch_pack_scales_iq4_nl (const uint8_t *block, size_t r, uint8_t *scales)
{
  ch_pack_scales_q4_0 (block, r, scales);
}

void
ch_pack_codes_iq4_nl (const uint8_t *block, size_t s, uint8_t *codes)
{
  ch_pack_codes_q4_0 (block, s, codes);
}

void
ch_pack_scales_mxfp4 (const uint8_t *block, size_t r, uint8_t *scales)
{
  scales[r] = block[0];
}

void
ch_pack_codes_mxfp4 (const uint8_t *block, size_t s, uint8_t *codes)
{
  (void) s;
  get_nibbles (block + 1, codes);
}

/* Half an E4M3 number, which f16 holds exactly. Its NaN is zero, its sign is not looked at. */
static uint16_t
half_e4m3 (uint8_t x)
{
  float wide = ch_f16_to_f32 ((uint16_t) ((x & 127) << 7)); /* its exponents are lower by 8 */

  return x == 0x7f ? 0 : ch_f32_to_f16 (wide * 128.0f);
}

void
ch_pack_scales_nvfp4 (const uint8_t *block, size_t r, uint8_t *scales)
{
  for (size_t half = 0; half < 4; half++)
    {
      uint16_t d = half_e4m3 (block[half]);

      memcpy (scales + 32 * half + 2 * r, &d, sizeof d);
    }
}

void
ch_pack_codes_nvfp4 (const uint8_t *block, size_t s, uint8_t *codes)
{
  for (size_t i = 0; i < 32; i++)
    codes[i] = block[4 + 16 * s + i / 16 * 8 + i % 8] >> (i % 16 / 8 * 4) & 15;
}
