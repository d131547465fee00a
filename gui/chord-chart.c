/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-chart-private.h"

#include <glib/gi18n.h>
#include <math.h>

/* A chart of rates: what it shows, and what the pointer and the keyboard do with it. How it looks
 * is chord-chart-draw.c. */

G_DEFINE_FINAL_TYPE (ChordChart, chord_chart, GTK_TYPE_WIDGET)

#define MIN_WIDTH 240
#define NATURAL_WIDTH 560

static ChordChartItem *
item_at (ChordChart *self, guint i)
{
  return &g_array_index (self->items, ChordChartItem, i);
}

/* ---- Data ------------------------------------------------------------------------------------ */

static void
clear_item (gpointer data)
{
  ChordChartItem *item = data;

  g_free (item->label);
  g_free (item->detail);
}

/* The chart is a picture to a screen reader; the figures are its description. */
static void
describe (ChordChart *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < self->items->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "", item_at (self, i)->detail);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, self->title ? self->title : "",
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text->str,
                                  -1);
}

void
chord_chart_reset (ChordChart *self, ChordChartKind kind, const char *title,
                   const char *value_title, const char *x_title, ChordScaleKind x_kind)
{
  self->kind = kind;
  self->x_kind = x_kind;
  self->current = -1;
  g_free (self->title);
  self->title = g_strdup (title);
  g_free (self->value_title);
  self->value_title = g_strdup (value_title);
  g_free (self->x_title);
  self->x_title = g_strdup (x_title);
  g_ptr_array_set_size (self->series, 0);
  g_array_set_size (self->items, 0);
  describe (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

void
chord_chart_set_limit_name (ChordChart *self, const char *name)
{
  g_free (self->limit_name);
  self->limit_name = g_strdup (name);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

void
chord_chart_add_series (ChordChart *self, const char *name)
{
  g_ptr_array_add (self->series, g_strdup (name));
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

void
chord_chart_add_point (ChordChart *self, const ChordChartPoint *point)
{
  ChordChartItem item = {
    .series = self->series->len - 1,
    .x = point->x,
    .value = point->value,
    .low = point->low,
    .high = point->high,
    .limit = point->limit,
    .label = g_strdup (point->label),
    .detail = g_strdup (point->detail),
  };

  g_return_if_fail (self->series->len > 0);

  g_array_append_val (self->items, item);
  describe (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

/* ---- Pointing -------------------------------------------------------------------------------- */

static void
set_current (ChordChart *self, int current)
{
  if (self->current == current)
    return;
  self->current = current;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* Of the areas that hold the pointer, the one whose middle is nearest. */
static int
find_item (ChordChart *self, double x, double y)
{
  graphene_point_t point = GRAPHENE_POINT_INIT ((float) x, (float) y);
  int found = -1;
  float least = INFINITY;

  for (guint i = 0; i < self->items->len; i++)
    {
      graphene_rect_t *area = &item_at (self, i)->area;
      graphene_point_t middle;
      float distance;

      graphene_rect_get_center (area, &middle);
      distance = graphene_point_distance (&middle, &point, NULL, NULL);
      if (graphene_rect_contains_point (area, &point) && distance < least)
        {
          least = distance;
          found = (int) i;
        }
    }
  return found;
}

static void
moved (GtkEventControllerMotion *motion, double x, double y, ChordChart *self)
{
  set_current (self, find_item (self, x, y));
}

static void
left (GtkEventControllerMotion *motion, ChordChart *self)
{
  set_current (self, -1);
}

/* The arrow keys go from point to point. */
static gboolean
key_pressed (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
             ChordChart *self)
{
  gboolean mirrored = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  int last = (int) self->items->len - 1, step;

  if (key == GDK_KEY_Left || key == GDK_KEY_Right)
    step = (key == GDK_KEY_Right) != mirrored ? 1 : -1;
  else if (self->kind == CHORD_CHART_BARS && (key == GDK_KEY_Up || key == GDK_KEY_Down))
    step = key == GDK_KEY_Down ? 1 : -1;
  else
    return FALSE;
  if (last < 0 || self->current + step > last || (self->current >= 0 && self->current + step < 0))
    return FALSE; /* on to the next widget */
  set_current (self, self->current < 0 && step < 0 ? last : self->current + step);
  return TRUE;
}

static void
focus_changed (ChordChart *self)
{
  if (!gtk_widget_has_focus (GTK_WIDGET (self)))
    set_current (self, -1);
}

static void
add_controllers (ChordChart *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  g_signal_connect (motion, "motion", G_CALLBACK (moved), self);
  g_signal_connect (motion, "leave", G_CALLBACK (left), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  g_signal_connect (self, "notify::has-focus", G_CALLBACK (focus_changed), NULL);
}

/* ---- Life ------------------------------------------------------------------------------------ */

static void
chord_chart_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                     int *natural, int *minimum_baseline, int *natural_baseline)
{
  ChordChart *self = CHORD_CHART (widget);

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = MIN_WIDTH;
      *natural = NATURAL_WIDTH;
    }
  else
    *minimum = *natural = chord_chart_height (self, for_size > 0 ? for_size : MIN_WIDTH);
}

static GtkSizeRequestMode
chord_chart_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
chord_chart_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  chord_chart_draw (CHORD_CHART (widget), snapshot, gtk_widget_get_width (widget),
                    gtk_widget_get_height (widget));
}

static void
chord_chart_finalize (GObject *object)
{
  ChordChart *self = CHORD_CHART (object);

  g_ptr_array_unref (self->series);
  g_array_unref (self->items);
  g_free (self->title);
  g_free (self->value_title);
  g_free (self->x_title);
  g_free (self->limit_name);
  G_OBJECT_CLASS (chord_chart_parent_class)->finalize (object);
}

static void
chord_chart_class_init (ChordChartClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = chord_chart_finalize;
  widget_class->measure = chord_chart_measure;
  widget_class->get_request_mode = chord_chart_get_request_mode;
  widget_class->snapshot = chord_chart_snapshot;
  gtk_widget_class_set_css_name (widget_class, "chart");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
chord_chart_init (ChordChart *self)
{
  self->series = g_ptr_array_new_with_free_func (g_free);
  self->items = g_array_new (FALSE, TRUE, sizeof (ChordChartItem));
  g_array_set_clear_func (self->items, clear_item);
  self->current = -1;
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  add_controllers (self);
}

GtkWidget *
chord_chart_new (void)
{
  return g_object_new (CHORD_TYPE_CHART, NULL);
}
