/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel/kernel.h"

#include <math.h>
#include <string.h>

#include "kernel/act8.h"
#include "kernel/panel.h"

const char *
ch_class_name (ChClass cls)
{
  static const char *const names[CH_N_CLASSES + 1] = {
#define CH_CLASS(NAME, name, ...) name,
#include "kernel/classes.def"
#undef CH_CLASS
    "none",
  };

  return names[cls];
}

ChClass
ch_class_of (ChType type, size_t cols)
{
  const ChPacker *packer = ch_packer (type);

  return packer != NULL && cols % CH_PANEL_COLS == 0 ? packer->cls : CH_CLASS_NONE;
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
      else if (ch_panel_is_float (cls))
        pack_float_row (cls, row, r, cols, panel);
      else
        ch_pack_quant_row (type, row, r, cols / CH_PANEL_COLS, panel);
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

static float
load_exponent (uint8_t e)
{
  return ldexpf (1, e - 128);
}

/* The scale of a half, and its minimum, from where the scales of the step or its super-block are:
 * sub is the step in the super-block. */
static void
load_half_scale (ChPanelScales kind, const uint8_t *p, size_t sub, size_t half, size_t r,
                 float factor, float *scale, float *min)
{
  float d = kind == CH_SCALES_EXPONENT ? load_exponent (p[r]) : load_f16 (p + 2 * r) * factor;
  float m = ch_panel_scale_traits[kind].min ? load_f16 (p + 32 + 2 * r) * factor : 0;
  const uint8_t *pair = p + 64 + sub * 32 + r;

  *scale = d;
  *min = 0;
  switch (kind)
    {
    case CH_SCALES_PAIR:
      *min = -m;
      break;
    case CH_SCALES_HALF:
      *scale = load_f16 (p + 32 * half + 2 * r);
      break;
    case CH_SCALES_SUPER:
      *scale = d * (int8_t) p[32 + sub * 16 + r];
      break;
    case CH_SCALES_SUPER_HALF:
      *scale = d * (int8_t) p[32 + sub * 32 + half * 16 + r];
      break;
    case CH_SCALES_SUPER_MIN:
      *scale = d * pair[0];
      *min = m * pair[16];
      break;
    case CH_SCALES_SUPER_NIBBLES:
      *scale = d * (pair[16 * half] & 15);
      *min = m * (pair[16 * half] >> 4);
      break;
    default:
      break;
    }
}

ChPanelScale
ch_panel_scale (ChClass cls, const uint8_t *panel, size_t s, size_t r)
{
  const ChPanelTraits *traits = &ch_panel_traits[cls];
  const uint8_t *p = panel + ch_panel_scale_offset (cls, s);
  ChPanelScale scale;

  for (size_t half = 0; half < 2; half++)
    load_half_scale (traits->scales, p, s % CH_PANEL_SUPER, half, r, traits->factor,
                     &scale.scale[half], &scale.min[half]);
  return scale;
}

static int
load_code (int bits, const uint8_t *step_codes, size_t r, size_t c)
{
  size_t g = c / 4, i = 4 * r + c % 4;
  int code = 0, shift = 0;

  if (bits & 4)
    {
      code = step_codes[g % 4 * CH_PANEL_GROUP_BYTES + i] >> (g / 4 * 4) & 15;
      step_codes += 4 * CH_PANEL_GROUP_BYTES;
      shift = 4;
    }
  if (bits & 2)
    {
      code |= (step_codes[g / 4 * CH_PANEL_GROUP_BYTES + i] >> (g % 4 * 2) & 3) << shift;
      step_codes += 2 * CH_PANEL_GROUP_BYTES;
      shift += 2;
    }
  if (bits & 1)
    code |= (step_codes[i] >> g & 1) << shift;
  return code;
}

int
ch_panel_value (ChClass cls, const uint8_t *step_codes, size_t r, size_t c)
{
  const ChPanelTraits *traits = &ch_panel_traits[cls];
  int code;

  if (traits->code_bits == 8)
    return (int8_t) step_codes[c / 4 * CH_PANEL_GROUP_BYTES + 4 * r + c % 4];
  code = load_code (traits->code_bits, step_codes, r, c);
  if (traits->table != CH_TABLE_NONE)
    code = ch_panel_tables[traits->table][code];
  return code - traits->offset;
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

static void
quant_row_weights (ChClass cls, const uint8_t *panel, const uint8_t *step_codes, size_t s, size_t r,
                   float *w)
{
  ChPanelScale scale = ch_panel_scale (cls, panel, s, r);

  for (size_t c = 0; c < CH_PANEL_COLS; c++)
    w[c * CH_PANEL_ROWS + r] =
        scale.scale[c / 16] * (float) ch_panel_value (cls, step_codes, r, c) - scale.min[c / 16];
}

void
ch_panel_step_weights (ChClass cls, const uint8_t *panel, size_t n_steps, size_t s, float *w)
{
  const uint8_t *codes =
      panel + ch_panel_codes_offset (cls, n_steps) + s * ch_panel_step_bytes (cls);

  for (size_t r = 0; r < CH_PANEL_ROWS; r++)
    if (!ch_panel_is_float (cls))
      quant_row_weights (cls, panel, codes, s, r, w);
    else
      for (size_t c = 0; c < CH_PANEL_COLS; c++)
        w[c * CH_PANEL_ROWS + r] = float_weight (cls, codes, r, c);
}
