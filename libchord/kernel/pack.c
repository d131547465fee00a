/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel/kernel.h"

#include <string.h>

#include "kernel/act8.h"
#include "kernel/panel.h"

const char *
ch_class_name (ChClass cls)
{
  static const char *const names[CH_N_CLASSES + 1] = {
#define CH_CLASS(NAME, name) name,
#include "kernel/classes.def"
#undef CH_CLASS
    "none",
  };

  return names[cls];
}

ChClass
ch_class_of (ChType type, size_t cols)
{
  if (cols % CH_PANEL_COLS != 0)
    return CH_CLASS_NONE;
  switch (type)
    {
    case CH_TYPE_F32:
      return CH_CLASS_F32;
    case CH_TYPE_F16:
      return CH_CLASS_F16;
    case CH_TYPE_BF16:
      return CH_CLASS_BF16;
    case CH_TYPE_Q4_0:
      return CH_CLASS_Q4S;
    case CH_TYPE_Q4_K:
      return CH_CLASS_Q4M;
    case CH_TYPE_Q5_K:
      return CH_CLASS_Q5M;
    case CH_TYPE_Q6_K:
      return CH_CLASS_Q6S;
    case CH_TYPE_Q8_0:
      return CH_CLASS_Q8S;
    default:
      return CH_CLASS_NONE;
    }
}

size_t
ch_panel_bytes (ChClass cls, ChType type, size_t cols)
{
  size_t n_steps = cols / CH_PANEL_COLS;

  if (cls == CH_CLASS_NONE)
    return ch_type_row_bytes (type, cols) * CH_PANEL_ROWS;
  return ch_panel_codes_offset (cls, n_steps) + n_steps * ch_panel_step_bytes (cls);
}

size_t
ch_act8_bytes (size_t n)
{
  return n / CH_PANEL_COLS * sizeof (ChAct8);
}

/* Row r of the classes whose codes are numbers: their bits go where the panel wants them. */
static void
pack_float_row (ChClass cls, const uint8_t *row, size_t r, size_t cols, uint8_t *panel)
{
  size_t size = cls == CH_CLASS_F32 ? 4 : 2;

  for (size_t c = 0; c < cols; c++)
    {
      size_t index = c * CH_PANEL_ROWS + r;

      if (cls == CH_CLASS_BF16)
        index = (c / 2 * CH_PANEL_ROWS + r) * 2 + c % 2;
      memcpy (panel + index * size, row + c * size, size);
    }
}

void
ch_pack_panel (ChClass cls, ChType type, const void *rows, size_t row_bytes, size_t n_rows,
               size_t cols, void *panel)
{
  memset (panel, 0, ch_panel_bytes (cls, type, cols));
  for (size_t r = 0; r < n_rows; r++)
    {
      const uint8_t *row = (const uint8_t *) rows + r * row_bytes;

      if (cls == CH_CLASS_NONE)
        memcpy ((uint8_t *) panel + r * row_bytes, row, row_bytes);
      else if (cls == CH_CLASS_F32 || cls == CH_CLASS_F16 || cls == CH_CLASS_BF16)
        pack_float_row (cls, row, r, cols, panel);
      else
        ch_pack_quant_row (cls, row, r, cols / CH_PANEL_COLS, panel);
    }
}

/* ---- Reading back ---------------------------------------------------------------------------- */

static float
load_f16 (const uint8_t *p)
{
  uint16_t h;

  memcpy (&h, p, sizeof h);
  return ch_f16_to_f32 (h);
}

static ChPanelScale
one_scale (float scale)
{
  return (ChPanelScale){ .scale = { scale, scale } };
}

ChPanelScale
ch_panel_scale (ChClass cls, const uint8_t *panel, size_t s, size_t r)
{
  const uint8_t *p = panel + ch_panel_scale_offset (cls, s);
  size_t sub = s % CH_PANEL_SUPER * 32 + r;
  float d;

  if (cls == CH_CLASS_F32 || cls == CH_CLASS_F16 || cls == CH_CLASS_BF16)
    return one_scale (1);
  d = load_f16 (p + 2 * r);
  if (cls == CH_CLASS_Q4M || cls == CH_CLASS_Q5M)
    {
      ChPanelScale scale = one_scale (d * p[64 + sub]);

      scale.min = load_f16 (p + 32 + 2 * r) * p[64 + sub + 16];
      return scale;
    }
  if (cls == CH_CLASS_Q6S)
    return (ChPanelScale){ .scale = { d * (int8_t) p[32 + sub], d * (int8_t) p[32 + sub + 16] } };
  return one_scale (d);
}

int
ch_panel_code (ChClass cls, const uint8_t *step_codes, size_t r, size_t c)
{
  size_t g = c / 4, i = 4 * r + c % 4;
  int low;

  if (cls == CH_CLASS_Q8S)
    return (int8_t) step_codes[g * CH_PANEL_GROUP_BYTES + i];
  low = step_codes[g % 4 * CH_PANEL_GROUP_BYTES + i] >> (g / 4 * 4) & 15;
  if (cls == CH_CLASS_Q5M)
    return low | (step_codes[256 + i] >> g & 1) << 4;
  if (cls == CH_CLASS_Q6S)
    return low | (step_codes[256 + g / 4 * 64 + i] >> (g % 4 * 2) & 3) << 4;
  return low;
}

static float
float_weight (ChClass cls, const uint8_t *step_codes, size_t r, size_t c)
{
  float f;
  uint16_t h;

  if (cls == CH_CLASS_F32)
    {
      memcpy (&f, step_codes + (c * CH_PANEL_ROWS + r) * 4, sizeof f);
      return f;
    }
  if (cls == CH_CLASS_F16)
    return load_f16 (step_codes + (c * CH_PANEL_ROWS + r) * 2);
  memcpy (&h, step_codes + ((c / 2 * CH_PANEL_ROWS + r) * 2 + c % 2) * 2, sizeof h);
  return ch_bf16_to_f32 (h);
}

static float
quant_weight (ChClass cls, const ChPanelScale *scale, const uint8_t *step_codes, size_t r, size_t c)
{
  int q = ch_panel_code (cls, step_codes, r, c) - ch_panel_code_offset (cls);

  return scale->scale[c / 16] * (float) q - scale->min;
}

void
ch_panel_step_weights (ChClass cls, const uint8_t *panel, size_t n_steps, size_t s, float *w)
{
  const uint8_t *codes =
      panel + ch_panel_codes_offset (cls, n_steps) + s * ch_panel_step_bytes (cls);
  bool is_float = cls == CH_CLASS_F32 || cls == CH_CLASS_F16 || cls == CH_CLASS_BF16;

  for (size_t r = 0; r < CH_PANEL_ROWS; r++)
    {
      ChPanelScale scale = ch_panel_scale (cls, panel, s, r);

      for (size_t c = 0; c < CH_PANEL_COLS; c++)
        w[c * CH_PANEL_ROWS + r] = is_float ? float_weight (cls, codes, r, c)
                                            : quant_weight (cls, &scale, codes, r, c);
    }
}
