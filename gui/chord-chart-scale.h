/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* The axis of a chart: a range that ends on round numbers, and its ticks. Without GTK. */

typedef enum
{
  CHORD_SCALE_DECIMAL, /* steps of 1, 2 or 5 times a power of ten */
  CHORD_SCALE_INTEGER, /* the same, never less than 1 */
  CHORD_SCALE_BINARY,  /* powers of two: numbers of tokens */
} ChordScaleKind;

typedef struct
{
  ChordScaleKind kind;
  double min, max, step;
} ChordScale;

/* Spans least .. most with at most n_ticks steps (at least one). */
ChordScale chord_scale_new (ChordScaleKind kind, double least, double most, guint n_ticks);
guint chord_scale_n_ticks (const ChordScale *scale);
double chord_scale_tick (const ChordScale *scale, guint i);
char *chord_scale_label (const ChordScale *scale, guint i); /* as the locale writes numbers */
double chord_scale_position (const ChordScale *scale, double value); /* 0 .. 1 */
