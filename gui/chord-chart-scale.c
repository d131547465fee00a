/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chord-chart-scale.h"

#include <math.h>

/* The least round number that is not below step. */
static double
round_step (double step)
{
  static const double rounds[] = { 1, 2, 5, 10 };
  double power = pow (10, floor (log10 (step)));

  for (gsize i = 0; i < G_N_ELEMENTS (rounds); i++)
    if (rounds[i] * power >= step * (1 - 1e-9))
      return rounds[i] * power;
  return 10 * power;
}

static double
choose_step (ChordScaleKind kind, double step)
{
  switch (kind)
    {
    case CHORD_SCALE_BINARY:
      return fmax (1, pow (2, ceil (log2 (step) - 1e-9)));
    case CHORD_SCALE_INTEGER:
      return fmax (1, round_step (step));
    default:
      return round_step (step);
    }
}

ChordScale
chord_scale_new (ChordScaleKind kind, double least, double most, guint n_ticks)
{
  ChordScale scale = { .kind = kind };

  if (!isfinite (least) || !isfinite (most) || most <= least)
    {
      least = isfinite (least) ? least : 0;
      most = least + 1;
    }
  scale.step = choose_step (kind, (most - least) / MAX (n_ticks, 1));
  scale.min = floor (least / scale.step + 1e-9) * scale.step;
  /* Whole steps from a minimum that is no multiple of them would not be round. */
  if (kind == CHORD_SCALE_INTEGER && scale.min < least)
    scale.min = least;
  scale.max = ceil (most / scale.step - 1e-9) * scale.step;
  if (scale.max <= scale.min)
    scale.max = scale.min + scale.step;
  return scale;
}

/* Ticks are at multiples of the step, the first one at or above the minimum. */
static double
first_tick (const ChordScale *scale)
{
  return ceil (scale->min / scale->step - 1e-9) * scale->step;
}

guint
chord_scale_n_ticks (const ChordScale *scale)
{
  return 1 + (guint) floor ((scale->max - first_tick (scale)) / scale->step + 1e-9);
}

double
chord_scale_tick (const ChordScale *scale, guint i)
{
  return first_tick (scale) + i * scale->step;
}

char *
chord_scale_label (const ChordScale *scale, guint i)
{
  double value = chord_scale_tick (scale, i);
  int decimals = scale->step < 1 ? (int) ceil (-log10 (scale->step) - 1e-9) : 0;

  if (scale->kind == CHORD_SCALE_BINARY && scale->step >= 1024)
    return value > 0 ? g_strdup_printf ("%.0fK", value / 1024) : g_strdup ("0");
  return g_strdup_printf ("%.*f", decimals, value);
}

double
chord_scale_position (const ChordScale *scale, double value)
{
  return (value - scale->min) / (scale->max - scale->min);
}
