/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chord-chart.h"

typedef struct
{
  guint series;
  double x, value, low, high, limit;
  char *label, *detail;
  graphene_rect_t area; /* where the pointer means it; from the last drawing */
} ChordChartItem;

struct _ChordChart
{
  GtkWidget parent_instance;

  ChordChartKind kind;
  ChordScaleKind x_kind;
  char *title, *value_title, *x_title, *limit_name;
  GPtrArray *series; /* of char * */
  GArray *items;     /* of ChordChartItem, series by series */
  int current;       /* the item that is pointed at, or -1 */
};

/* chord-chart-draw.c */
int chord_chart_height (ChordChart *self, int width);
void chord_chart_draw (ChordChart *self, GtkSnapshot *snapshot, int width, int height);
