/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel/panel.h"

/* From GGUF blocks to codes, one a byte, in the order of columns; then from there to the panel, 4
 * columns in a 32-bit word at a time. */

#define STEP CH_PANEL_COLS

static inline uint32_t
load32 (const uint8_t *p)
{
  uint32_t v;

  memcpy (&v, p, sizeof v);
  return v;
}

static inline void
store32 (uint8_t *p, uint32_t v)
{
  memcpy (p, &v, sizeof v);
}

/* ---- Codes into a step ----------------------------------------------------------------------- */

static void
put_low4 (const uint8_t *codes, size_t r, uint8_t *step)
{
  for (size_t k = 0; k < 4; k++)
    {
      uint32_t low = load32 (codes + 4 * k) & 0x0f0f0f0f;
      uint32_t high = load32 (codes + 4 * k + 16) & 0x0f0f0f0f;

      store32 (step + k * CH_PANEL_GROUP_BYTES + 4 * r, low | high << 4);
    }
}

static void
put_bit5 (const uint8_t *codes, size_t r, uint8_t *step)
{
  uint32_t bits = 0;

  for (size_t g = 0; g < CH_PANEL_GROUPS; g++)
    bits |= (load32 (codes + 4 * g) >> 4 & 0x01010101) << g;
  store32 (step + 256 + 4 * r, bits);
}

static void
put_bits56 (const uint8_t *codes, size_t r, uint8_t *step)
{
  for (size_t k = 0; k < 2; k++)
    {
      uint32_t bits = 0;

      for (size_t f = 0; f < 4; f++)
        bits |= (load32 (codes + 16 * k + 4 * f) >> 4 & 0x03030303) << (2 * f);
      store32 (step + 256 + k * CH_PANEL_GROUP_BYTES + 4 * r, bits);
    }
}

static void
put_groups (const uint8_t *codes, size_t r, uint8_t *step)
{
  for (size_t g = 0; g < CH_PANEL_GROUPS; g++)
    store32 (step + g * CH_PANEL_GROUP_BYTES + 4 * r, load32 (codes + 4 * g));
}

/* ---- Q4_0, Q8_0: a block is a step ----------------------------------------------------------- */

static void
pack_q4_0 (const uint8_t *block, size_t r, uint8_t *scales, uint8_t *step)
{
  uint8_t codes[STEP];

  memcpy (scales + 2 * r, block, 2);
  for (size_t i = 0; i < 16; i++)
    {
      codes[i] = block[2 + i] & 15;
      codes[i + 16] = block[2 + i] >> 4;
    }
  put_low4 (codes, r, step);
}

static void
pack_q8_0 (const uint8_t *block, size_t r, uint8_t *scales, uint8_t *step)
{
  memcpy (scales + 2 * r, block, 2);
  put_groups (block + 2, r, step);
}

/* ---- Q4_K, Q5_K: a block is 8 steps ---------------------------------------------------------- */

/* The 6-bit scale and minimum of sub-block s, spread over 12 bytes. */
static void
get_scale_min (const uint8_t *packed, size_t s, uint8_t *scale, uint8_t *min)
{
  if (s < 4)
    {
      *scale = packed[s] & 63;
      *min = packed[s + 4] & 63;
    }
  else
    {
      *scale = (packed[s + 4] & 15) | packed[s - 4] >> 6 << 4;
      *min = packed[s + 4] >> 4 | packed[s] >> 6 << 4;
    }
}

static void
put_scale_mins (const uint8_t *block, size_t r, uint8_t *scales)
{
  memcpy (scales + 2 * r, block, 2);
  memcpy (scales + 32 + 2 * r, block + 2, 2);
  for (size_t s = 0; s < CH_PANEL_SUPER; s++)
    get_scale_min (block + 4, s, &scales[64 + s * 32 + r], &scales[64 + s * 32 + 16 + r]);
}

static void
pack_q4_k (const uint8_t *block, size_t r, uint8_t *scales, uint8_t *steps)
{
  put_scale_mins (block, r, scales);
  for (size_t s = 0; s < CH_PANEL_SUPER; s++)
    {
      const uint8_t *low = block + 16 + s / 2 * STEP;
      uint8_t codes[STEP];

      for (size_t i = 0; i < STEP; i++)
        codes[i] = low[i] >> (s % 2 * 4) & 15;
      put_low4 (codes, r, steps + s * ch_panel_step_bytes (CH_CLASS_Q4M));
    }
}

static void
pack_q5_k (const uint8_t *block, size_t r, uint8_t *scales, uint8_t *steps)
{
  const uint8_t *high = block + 16;

  put_scale_mins (block, r, scales);
  for (size_t s = 0; s < CH_PANEL_SUPER; s++)
    {
      const uint8_t *low = block + 48 + s / 2 * STEP;
      uint8_t *step = steps + s * ch_panel_step_bytes (CH_CLASS_Q5M);
      uint8_t codes[STEP];

      for (size_t i = 0; i < STEP; i++)
        codes[i] = (low[i] >> (s % 2 * 4) & 15) | (high[i] >> s & 1) << 4;
      put_low4 (codes, r, step);
      put_bit5 (codes, r, step);
    }
}

/* ---- Q6_K: a block is 8 steps of two scales each --------------------------------------------- */

static void
pack_q6_k (const uint8_t *block, size_t r, uint8_t *scales, uint8_t *steps)
{
  memcpy (scales + 2 * r, block + 208, 2);
  for (size_t s = 0; s < CH_PANEL_SUPER; s++)
    {
      const uint8_t *low = block + s / 4 * 64 + s % 2 * STEP;
      const uint8_t *high = block + 128 + s / 4 * STEP;
      uint8_t *step = steps + s * ch_panel_step_bytes (CH_CLASS_Q6S);
      uint8_t codes[STEP];

      scales[32 + s * 32 + r] = block[192 + 2 * s];
      scales[32 + s * 32 + 16 + r] = block[192 + 2 * s + 1];
      for (size_t i = 0; i < STEP; i++)
        codes[i] = (low[i] >> (s % 4 / 2 * 4) & 15) | (high[i] >> (s % 4 * 2) & 3) << 4;
      put_low4 (codes, r, step);
      put_bits56 (codes, r, step);
    }
}

void
ch_pack_quant_row (ChClass cls, const uint8_t *row, size_t r, size_t n_steps, uint8_t *panel)
{
  static const struct
  {
    void (*pack) (const uint8_t *block, size_t r, uint8_t *scales, uint8_t *steps);
    size_t n_steps, bytes;
  } blocks[CH_N_CLASSES] = {
    [CH_CLASS_Q4S] = { pack_q4_0, 1, 18 },
    [CH_CLASS_Q4M] = { pack_q4_k, CH_PANEL_SUPER, 144 },
    [CH_CLASS_Q5M] = { pack_q5_k, CH_PANEL_SUPER, 176 },
    [CH_CLASS_Q6S] = { pack_q6_k, CH_PANEL_SUPER, 210 },
    [CH_CLASS_Q8S] = { pack_q8_0, 1, 34 },
  };
  uint8_t *codes = panel + ch_panel_codes_offset (cls, n_steps);

  for (size_t s = 0; s < n_steps; s += blocks[cls].n_steps, row += blocks[cls].bytes)
    blocks[cls].pack (row, r, panel + ch_panel_scale_offset (cls, s),
                      codes + s * ch_panel_step_bytes (cls));
}
