/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-chart-private.h"

#include <adwaita.h>
#include <math.h>

/* How a chart looks. Everything is laid out from the start side, and mirrored as it is drawn where
 * text runs from right to left. Series differ in colour and in the shape of their points, as not
 * everyone tells colours apart. */

#define GAP 6.0f
#define BAR_HEIGHT 16.0f
#define BAR_GAP 12.0f
#define PLOT_HEIGHT 220.0f
#define TICK_DISTANCE 64.0f
#define POINT_RADIUS 4.5f
#define REACH 24.0f /* of the pointer around a point */
#define N_COLOURS 6

typedef struct
{
  ChordChart *chart;
  GtkSnapshot *snapshot; /* NULL while only the height is asked for */
  float width;
  gboolean mirrored;
  GdkRGBA text, faint, grid;
  GdkRGBA colours[N_COLOURS];
  float line_height, baseline; /* of digits; names may bring taller fonts */
} Canvas;

/* ---- Basics ---------------------------------------------------------------------------------- */

static GdkRGBA
with_alpha (GdkRGBA colour, float alpha)
{
  colour.alpha *= alpha;
  return colour;
}

/* The palette that the theme names, a step lighter on dark backgrounds. */
static void
choose_colours (Canvas *canvas, GtkWidget *widget)
{
  static const char *const light[N_COLOURS]
      = { "blue_4", "orange_4", "green_5", "purple_3", "red_4", "brown_4" };
  static const char *const dark[N_COLOURS]
      = { "blue_2", "orange_2", "green_3", "purple_1", "red_1", "brown_2" };
  AdwStyleManager *manager = adw_style_manager_get_default ();
  const char *const *names = adw_style_manager_get_dark (manager) ? dark : light;
  gboolean strong = adw_style_manager_get_high_contrast (manager);
  GtkStyleContext *style = gtk_widget_get_style_context (widget);

  gtk_style_context_get_color (style, &canvas->text);
  canvas->faint = with_alpha (canvas->text, strong ? 0.9f : 0.65f);
  canvas->grid = with_alpha (canvas->text, strong ? 0.4f : 0.13f);
  for (int i = 0; i < N_COLOURS; i++)
    if (!gtk_style_context_lookup_color (style, names[i], &canvas->colours[i]))
      canvas->colours[i] = canvas->text;
}

static PangoLayout *
new_layout (Canvas *canvas, const char *text, gboolean bold)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (GTK_WIDGET (canvas->chart), text);
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_scale_new (0.88));
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  if (bold)
    pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  pango_layout_set_attributes (layout, attributes);
  return layout;
}

static float
baseline (PangoLayout *layout)
{
  return (float) pango_layout_get_baseline (layout) / PANGO_SCALE;
}

static float
text_width (Canvas *canvas, const char *text)
{
  g_autoptr (PangoLayout) layout = new_layout (canvas, text, FALSE);
  int width;

  pango_layout_get_pixel_size (layout, &width, NULL);
  return (float) width;
}

static float
mirror (const Canvas *canvas, float x, float width)
{
  return canvas->mirrored ? canvas->width - x - width : x;
}

static void
fill (Canvas *canvas, float x, float y, float width, float height, const GdkRGBA *colour)
{
  gtk_snapshot_append_color (
      canvas->snapshot, colour,
      &GRAPHENE_RECT_INIT (mirror (canvas, x, width), y, width, height));
}

/* At x from the start, at most so wide: what is longer is cut in the middle, where names of models
 * say least. */
static void
put_text (Canvas *canvas, const char *text, float x, float y, float most, const GdkRGBA *colour,
          gboolean bold)
{
  g_autoptr (PangoLayout) layout = new_layout (canvas, text, bold);
  int width;

  pango_layout_get_pixel_size (layout, &width, NULL);
  if (most > 0 && (float) width > most)
    {
      pango_layout_set_width (layout, (int) (most * PANGO_SCALE));
      pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_MIDDLE);
      width = (int) most;
    }
  gtk_snapshot_save (canvas->snapshot);
  gtk_snapshot_translate (canvas->snapshot,
                          &GRAPHENE_POINT_INIT (mirror (canvas, x, (float) width),
                                                y + canvas->baseline - baseline (layout)));
  gtk_snapshot_append_layout (canvas->snapshot, layout, colour);
  gtk_snapshot_restore (canvas->snapshot);
}

static Canvas
open_canvas (ChordChart *chart, GtkSnapshot *snapshot, int width)
{
  Canvas canvas = { .chart = chart, .snapshot = snapshot, .width = (float) width };
  g_autoptr (PangoLayout) layout = new_layout (&canvas, "0", FALSE);
  int height;

  pango_layout_get_pixel_size (layout, NULL, &height);
  canvas.line_height = (float) height;
  canvas.baseline = baseline (layout);
  canvas.mirrored = gtk_widget_get_direction (GTK_WIDGET (chart)) == GTK_TEXT_DIR_RTL;
  choose_colours (&canvas, GTK_WIDGET (chart));
  return canvas;
}

static const ChordChartItem *
item_at (const Canvas *canvas, guint i)
{
  return &g_array_index (canvas->chart->items, ChordChartItem, i);
}

static const GdkRGBA *
series_colour (const Canvas *canvas, guint series)
{
  return &canvas->colours[series % N_COLOURS];
}

static gboolean
has_limits (const Canvas *canvas)
{
  for (guint i = 0; i < canvas->chart->items->len; i++)
    if (item_at (canvas, i)->limit > 0)
      return canvas->chart->limit_name != NULL;
  return FALSE;
}

/* The greatest thing that must find room. */
static double
greatest_value (const Canvas *canvas)
{
  double most = 0;

  for (guint i = 0; i < canvas->chart->items->len; i++)
    {
      const ChordChartItem *item = item_at (canvas, i);
      most = fmax (most, fmax (fmax (item->value, item->high), item->limit));
    }
  return most;
}

/* ---- Points ---------------------------------------------------------------------------------- */

static void
trace_shape (cairo_t *cr, guint series, double x, double y, double radius)
{
  switch (series % 3)
    {
    case 0:
      cairo_arc (cr, x, y, radius, 0, 2 * G_PI);
      break;
    case 1:
      cairo_rectangle (cr, x - 0.85 * radius, y - 0.85 * radius, 1.7 * radius, 1.7 * radius);
      break;
    default:
      cairo_move_to (cr, x, y - 1.2 * radius);
      cairo_line_to (cr, x + 1.2 * radius, y);
      cairo_line_to (cr, x, y + 1.2 * radius);
      cairo_line_to (cr, x - 1.2 * radius, y);
      cairo_close_path (cr);
    }
}

static cairo_t *
begin_cairo (Canvas *canvas, float y, float height)
{
  return gtk_snapshot_append_cairo (canvas->snapshot,
                                    &GRAPHENE_RECT_INIT (0, y, canvas->width, height));
}

static void
draw_dashes (cairo_t *cr)
{
  static const double dashes[] = { 5, 4 };

  cairo_set_dash (cr, dashes, G_N_ELEMENTS (dashes), 0);
}

/* ---- Legend ---------------------------------------------------------------------------------- */

#define SWATCH 18.0f

/* One entry at the pen, which goes on to the next line where this one is full. */
static void
legend_entry (Canvas *canvas, const char *name, int series, float *x, float *y)
{
  float width = SWATCH + GAP + MIN (text_width (canvas, name), canvas->width - SWATCH - GAP);
  float middle;
  cairo_t *cr;

  if (*x > 0 && *x + width > canvas->width)
    {
      *x = 0;
      *y += canvas->line_height + GAP;
    }
  middle = *y + canvas->line_height / 2;
  if (canvas->snapshot)
    {
      double at = mirror (canvas, *x, SWATCH) + SWATCH / 2;

      cr = begin_cairo (canvas, *y, canvas->line_height);
      gdk_cairo_set_source_rgba (cr, series < 0 ? &canvas->faint : series_colour (canvas, series));
      if (series < 0)
        {
          draw_dashes (cr);
          cairo_set_line_width (cr, 2);
          cairo_move_to (cr, at - SWATCH / 2, middle);
          cairo_line_to (cr, at + SWATCH / 2, middle);
          cairo_stroke (cr);
        }
      else
        {
          trace_shape (cr, series, at, middle, POINT_RADIUS + 1);
          cairo_fill (cr);
        }
      cairo_destroy (cr);
      put_text (canvas, name, *x + SWATCH + GAP, *y, width - SWATCH - GAP, &canvas->text, FALSE);
    }
  *x += width + 2 * GAP;
}

/* Draws it, or only says how high it is. A single series needs no name beside the title. */
static float
legend (Canvas *canvas)
{
  GPtrArray *series = canvas->chart->series;
  float x = 0, y = 0;
  gboolean limits = has_limits (canvas);

  if (series->len < 2 && !limits)
    return 0;
  for (guint i = 0; i < series->len && series->len > 1; i++)
    legend_entry (canvas, g_ptr_array_index (series, i), (int) i, &x, &y);
  if (limits)
    legend_entry (canvas, canvas->chart->limit_name, -1, &x, &y);
  return y + canvas->line_height + 2 * GAP;
}

/* ---- What the pointer is at ------------------------------------------------------------------ */

static void
callout (Canvas *canvas, const ChordChartItem *item, float x, float y, float bottom)
{
  float width = MIN (text_width (canvas, item->detail), canvas->width - 4 * GAP) + 2 * GAP;
  float height = canvas->line_height + GAP;
  float left = CLAMP (x - width / 2, 0, MAX (0, canvas->width - width));
  float top = y - height - 2 * GAP >= 0 ? y - height - 2 * GAP : MIN (y + 2 * GAP, bottom - height);
  GdkRGBA background = { 0.12f, 0.12f, 0.12f, 0.94f }, white = { 1, 1, 1, 1 };
  GskRoundedRect outline;

  gsk_rounded_rect_init_from_rect (
      &outline, &GRAPHENE_RECT_INIT (mirror (canvas, left, width), top, width, height), 6);
  gtk_snapshot_push_rounded_clip (canvas->snapshot, &outline);
  gtk_snapshot_append_color (canvas->snapshot, &background, &outline.bounds);
  gtk_snapshot_pop (canvas->snapshot);
  put_text (canvas, item->detail, left + GAP, top + GAP / 2, width - 2 * GAP, &white, FALSE);
}

/* ---- Bars ------------------------------------------------------------------------------------ */

static float
bars_height (const Canvas *canvas)
{
  float each = canvas->line_height + BAR_HEIGHT + BAR_GAP;

  return (float) canvas->chart->items->len * each + 2 * canvas->line_height + GAP;
}

static guint
tick_count (float length)
{
  return MAX (1, (guint) (length / TICK_DISTANCE));
}

/* The label of a tick, centred at x as far as there is room. */
static void
tick_label (Canvas *canvas, const ChordScale *scale, guint i, float x, float y)
{
  g_autofree char *label = chord_scale_label (scale, i);
  float width = text_width (canvas, label);

  put_text (canvas, label, CLAMP (x - width / 2, 0, canvas->width - width), y, 0, &canvas->faint,
            FALSE);
}

static void
bar_grid (Canvas *canvas, const ChordScale *scale, float top, float bottom)
{
  float title = text_width (canvas, canvas->chart->value_title);

  for (guint i = 0; i < chord_scale_n_ticks (scale); i++)
    {
      float x = (float) chord_scale_position (scale, chord_scale_tick (scale, i))
                * (canvas->width - 1);

      fill (canvas, x, top, 1, bottom - top, &canvas->grid);
      tick_label (canvas, scale, i, x, bottom + GAP / 2);
    }
  put_text (canvas, canvas->chart->value_title, (canvas->width - title) / 2,
            bottom + canvas->line_height + GAP / 2, 0, &canvas->faint, FALSE);
}

/* A thin line from the lowest to the highest measurement. */
static void
bar_spread (Canvas *canvas, const ChordScale *scale, const ChordChartItem *item, float y)
{
  float low = (float) chord_scale_position (scale, item->low) * canvas->width;
  float high = (float) chord_scale_position (scale, item->high) * canvas->width;

  if (high - low < 6)
    return;
  fill (canvas, low, y + BAR_HEIGHT / 2 - 0.75f, high - low, 1.5f, &canvas->text);
  fill (canvas, low, y + BAR_HEIGHT / 2 - 3, 1.5f, 6, &canvas->text);
  fill (canvas, high - 1.5f, y + BAR_HEIGHT / 2 - 3, 1.5f, 6, &canvas->text);
}

static void
bar_limit (Canvas *canvas, const ChordScale *scale, const ChordChartItem *item, float y)
{
  float x = (float) chord_scale_position (scale, item->limit) * (canvas->width - 2);
  GdkRGBA track = with_alpha (*series_colour (canvas, item->series), 0.18f);

  if (item->limit <= 0)
    return;
  fill (canvas, 0, y, x, BAR_HEIGHT, &track);
  for (float dash = -2; dash < BAR_HEIGHT + 2; dash += 5)
    fill (canvas, x, y + dash, 2, 3, &canvas->faint);
}

static void
draw_bar (Canvas *canvas, const ChordScale *scale, ChordChartItem *item, float y)
{
  float length = (float) chord_scale_position (scale, item->value) * canvas->width;
  float below = y + canvas->line_height + 2;
  g_autofree char *value = g_strdup_printf (item->value < 10 ? "%.2f" : "%.1f", item->value);
  float value_width = text_width (canvas, value) * 1.15f;

  put_text (canvas, item->label, 0, y, canvas->width - value_width - 2 * GAP, &canvas->text, FALSE);
  put_text (canvas, value, canvas->width - value_width, y, 0, &canvas->text, TRUE);
  bar_limit (canvas, scale, item, below);
  fill (canvas, 0, below, length, BAR_HEIGHT, series_colour (canvas, item->series));
  bar_spread (canvas, scale, item, below);
  item->area = GRAPHENE_RECT_INIT (0, y, canvas->width, canvas->line_height + BAR_HEIGHT);
}

static void
draw_bars (Canvas *canvas, float top)
{
  ChordScale scale = chord_scale_new (CHORD_SCALE_DECIMAL, 0, greatest_value (canvas),
                                      tick_count (canvas->width));
  float each = canvas->line_height + BAR_HEIGHT + BAR_GAP;
  float bottom = top + (float) canvas->chart->items->len * each;
  int current = canvas->chart->current;

  bar_grid (canvas, &scale, top, bottom);
  for (guint i = 0; i < canvas->chart->items->len; i++)
    draw_bar (canvas, &scale, &g_array_index (canvas->chart->items, ChordChartItem, i),
              top + (float) i * each);
  if (current >= 0)
    callout (canvas, item_at (canvas, (guint) current), canvas->width / 2,
             top + (float) current * each + canvas->line_height, bottom);
}

/* ---- Lines ----------------------------------------------------------------------------------- */

typedef struct
{
  ChordScale x, y;
  float start, width, top, height; /* of the plot, without the labels at its axes */
} Plot;

static Plot
make_plot (Canvas *canvas, float top)
{
  Plot plot = { .top = top + canvas->line_height + GAP, .height = PLOT_HEIGHT };
  double least = INFINITY, most = -INFINITY;
  float widest = 0;

  for (guint i = 0; i < canvas->chart->items->len; i++)
    {
      least = fmin (least, item_at (canvas, i)->x);
      most = fmax (most, item_at (canvas, i)->x);
    }
  plot.y = chord_scale_new (CHORD_SCALE_DECIMAL, 0, greatest_value (canvas), 5);
  for (guint i = 0; i < chord_scale_n_ticks (&plot.y); i++)
    {
      g_autofree char *label = chord_scale_label (&plot.y, i);
      widest = MAX (widest, text_width (canvas, label));
    }
  plot.start = widest + GAP;
  plot.width = canvas->width - plot.start - 2 * GAP;
  plot.x = chord_scale_new (canvas->chart->x_kind, least, most, tick_count (plot.width));
  return plot;
}

/* Where a point is on the widget, mirrored already. */
static graphene_point_t
locate (const Canvas *canvas, const Plot *plot, double x, double y)
{
  float across = plot->start + (float) chord_scale_position (&plot->x, x) * plot->width;

  return GRAPHENE_POINT_INIT (mirror (canvas, across, 0),
                              plot->top
                                  + (1 - (float) chord_scale_position (&plot->y, y))
                                        * plot->height);
}

static void
line_grid (Canvas *canvas, const Plot *plot)
{
  float bottom = plot->top + plot->height;
  float title = text_width (canvas, canvas->chart->x_title);

  put_text (canvas, canvas->chart->value_title, 0, plot->top - canvas->line_height - GAP, 0,
            &canvas->faint, FALSE);
  for (guint i = 0; i < chord_scale_n_ticks (&plot->y); i++)
    {
      g_autofree char *label = chord_scale_label (&plot->y, i);
      float y = plot->top + (1 - (float) i / (chord_scale_n_ticks (&plot->y) - 1)) * plot->height;

      fill (canvas, plot->start, y, plot->width, 1, &canvas->grid);
      put_text (canvas, label, plot->start - GAP - text_width (canvas, label),
                y - canvas->line_height / 2, 0, &canvas->faint, FALSE);
    }
  for (guint i = 0; i < chord_scale_n_ticks (&plot->x); i++)
    {
      float x = plot->start
                + (float) chord_scale_position (&plot->x, chord_scale_tick (&plot->x, i))
                      * plot->width;

      fill (canvas, x, bottom, 1, 4, &canvas->faint);
      tick_label (canvas, &plot->x, i, x, bottom + GAP);
    }
  put_text (canvas, canvas->chart->x_title, plot->start + (plot->width - title) / 2,
            bottom + canvas->line_height + GAP, 0, &canvas->faint, FALSE);
}

/* The line through the values of a series, or through its limits. */
static void
trace_series (Canvas *canvas, const Plot *plot, cairo_t *cr, guint series, gboolean limits)
{
  cairo_new_path (cr);
  for (guint i = 0; i < canvas->chart->items->len; i++)
    {
      const ChordChartItem *item = item_at (canvas, i);
      double y = limits ? item->limit : item->value;
      graphene_point_t at = locate (canvas, plot, item->x, y);

      if (item->series == series && y > 0)
        cairo_line_to (cr, at.x, at.y);
    }
}

static void
draw_series (Canvas *canvas, const Plot *plot, cairo_t *cr, guint series)
{
  GdkRGBA colour = *series_colour (canvas, series);
  GdkRGBA pale = with_alpha (colour, 0.75f);

  gdk_cairo_set_source_rgba (cr, &pale);
  cairo_set_line_width (cr, 1.5);
  cairo_save (cr);
  draw_dashes (cr);
  trace_series (canvas, plot, cr, series, TRUE);
  cairo_stroke (cr);
  cairo_restore (cr);

  gdk_cairo_set_source_rgba (cr, &colour);
  cairo_set_line_width (cr, 2.5);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  trace_series (canvas, plot, cr, series, FALSE);
  cairo_stroke (cr);
}

static void
draw_point (Canvas *canvas, const Plot *plot, cairo_t *cr, ChordChartItem *item, gboolean current)
{
  graphene_point_t at = locate (canvas, plot, item->x, item->value);
  graphene_point_t low = locate (canvas, plot, item->x, item->low);
  graphene_point_t high = locate (canvas, plot, item->x, item->high);

  gdk_cairo_set_source_rgba (cr, series_colour (canvas, item->series));
  cairo_set_line_width (cr, 1.5);
  cairo_move_to (cr, low.x, low.y);
  cairo_line_to (cr, high.x, high.y);
  cairo_stroke (cr);
  trace_shape (cr, item->series, at.x, at.y, POINT_RADIUS + (current ? 2 : 0));
  cairo_fill (cr);
  item->area = GRAPHENE_RECT_INIT (at.x - REACH, at.y - REACH, 2 * REACH, 2 * REACH);
}

static void
draw_lines (Canvas *canvas, float top)
{
  Plot plot = make_plot (canvas, top);
  float bottom = plot.top + plot.height;
  int current = canvas->chart->current;
  cairo_t *cr;

  line_grid (canvas, &plot);
  cr = begin_cairo (canvas, top, bottom - top + 2 * GAP);
  for (guint i = 0; i < canvas->chart->series->len; i++)
    draw_series (canvas, &plot, cr, i);
  for (guint i = 0; i < canvas->chart->items->len; i++)
    draw_point (canvas, &plot, cr, &g_array_index (canvas->chart->items, ChordChartItem, i),
                (int) i == current);
  cairo_destroy (cr);
  if (current >= 0)
    {
      const ChordChartItem *item = item_at (canvas, (guint) current);
      graphene_point_t at = locate (canvas, &plot, item->x, item->value);

      callout (canvas, item, mirror (canvas, at.x, 0), at.y, bottom);
    }
}

/* ---- All of it ------------------------------------------------------------------------------- */

int
chord_chart_height (ChordChart *self, int width)
{
  Canvas canvas = open_canvas (self, NULL, width);
  float body = self->kind == CHORD_CHART_BARS
                   ? bars_height (&canvas)
                   : PLOT_HEIGHT + 3 * canvas.line_height + 2 * GAP;

  return self->items->len > 0 ? (int) ceilf (legend (&canvas) + body) : 0;
}

void
chord_chart_draw (ChordChart *self, GtkSnapshot *snapshot, int width, int height)
{
  Canvas canvas = open_canvas (self, snapshot, width);
  float top;

  if (self->items->len == 0)
    return;
  top = legend (&canvas);
  if (self->kind == CHORD_CHART_BARS)
    draw_bars (&canvas, top);
  else
    draw_lines (&canvas, top);
}
