/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

#include "chord-chart-scale.h"

G_BEGIN_DECLS

#define CHORD_TYPE_CHART (chord_chart_get_type ())

G_DECLARE_FINAL_TYPE (ChordChart, chord_chart, CHORD, CHART, GtkWidget)

typedef enum
{
  CHORD_CHART_BARS,  /* a bar a point, across, below its label */
  CHORD_CHART_LINES, /* a line a series, over x */
} ChordChartKind;

typedef struct
{
  double x;         /* of lines */
  double value;
  double low, high; /* the spread of the measurements */
  double limit;     /* what could be reached at best; 0: not known */
  const char *label;  /* of bars: what was measured */
  const char *detail; /* what is told of the point under the pointer, and to screen readers */
} ChordChartPoint;

GtkWidget *chord_chart_new (void);

/* Empties the chart. The title is its accessible name; the others stand at the axes. */
void chord_chart_reset (ChordChart *self, ChordChartKind kind, const char *title,
                        const char *value_title, const char *x_title, ChordScaleKind x_kind);
/* What the limits are called in the legend. */
void chord_chart_set_limit_name (ChordChart *self, const char *name);
/* Points go to the series that was added last. */
void chord_chart_add_series (ChordChart *self, const char *name);
void chord_chart_add_point (ChordChart *self, const ChordChartPoint *point);

G_END_DECLS
