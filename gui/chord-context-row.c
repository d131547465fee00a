/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-context-row.h"

#include <glib/gi18n.h>
#include <math.h>

#include "chord-model-text.h"

/* How long the context of a model shall be. Lengths of interest lie between some hundred tokens and
 * millions, so the slider goes by powers of two and a spin button sets the exact number. With the
 * limit off the length is 0: what the model was trained for, as far as memory allows. */

#define SHORTEST 256
#define LONGEST (16 * 1024 * 1024)
#define FIRST_LIMIT 4096

struct _ChordContextRow
{
  AdwExpanderRow parent_instance;

  GtkAdjustment *exact;
  GtkAdjustment *rough; /* the logarithm to base two */
  GtkScale *scale;
  GtkLabel *cost;

  guint64 trained;
  gboolean syncing; /* one adjustment follows the other */
};

enum
{
  PROP_0,
  PROP_LENGTH,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ChordContextRow, chord_context_row, ADW_TYPE_EXPANDER_ROW)

static guint64
get_length (ChordContextRow *self)
{
  if (!adw_expander_row_get_enable_expansion (ADW_EXPANDER_ROW (self)))
    return 0;
  return (guint64) gtk_adjustment_get_value (self->exact);
}

static void
set_length (ChordContextRow *self, guint64 length)
{
  if (length > 0)
    gtk_adjustment_set_value (self->exact, length);
  adw_expander_row_set_enable_expansion (ADW_EXPANDER_ROW (self), length > 0);
}

static void
show_summary (ChordContextRow *self)
{
  guint64 length = get_length (self);
  g_autofree char *trained = chord_model_text_number (self->trained);
  g_autofree char *limit = chord_model_text_number (length);
  g_autofree char *text = NULL;

  if (length > 0)
    text = g_strdup_printf (
        g_dngettext (GETTEXT_PACKAGE, "The model sees at most the last %s token of a conversation",
                     "The model sees at most the last %s tokens of a conversation",
                     (gulong) length),
        limit);
  else if (self->trained > 0)
    text = g_strdup_printf (_("As long as memory allows, up to the %s tokens that the model was "
                              "trained for"),
                            trained);
  else
    text = g_strdup (_("As long as the model was trained for and memory allows"));
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self), text);
}

static void
changed (ChordContextRow *self)
{
  show_summary (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LENGTH]);
}

static void
move_slider (ChordContextRow *self)
{
  self->syncing = TRUE;
  gtk_adjustment_set_value (self->rough, log2 (gtk_adjustment_get_value (self->exact)));
  self->syncing = FALSE;
}

static void
exact_changed (ChordContextRow *self)
{
  if (!self->syncing)
    move_slider (self);
  changed (self);
}

static void
rough_changed (ChordContextRow *self)
{
  double length;

  if (self->syncing)
    return;
  length = exp2 (gtk_adjustment_get_value (self->rough));
  self->syncing = TRUE;
  /* Where a length is chosen by eye, a round one is meant. */
  gtk_adjustment_set_value (self->exact, round (length / SHORTEST) * SHORTEST);
  self->syncing = FALSE;
}

static void
limit_switched (ChordContextRow *self)
{
  adw_expander_row_set_expanded (
      ADW_EXPANDER_ROW (self), adw_expander_row_get_enable_expansion (ADW_EXPANDER_ROW (self)));
  changed (self);
}

/* A length above the trained one is possible, so the slider ends there but the number does not. */
void
chord_context_row_set_trained (ChordContextRow *self, guint64 trained)
{
  guint64 end = CLAMP (trained, 2 * SHORTEST, LONGEST);

  self->trained = trained;
  gtk_adjustment_set_lower (self->rough, log2 (SHORTEST));
  gtk_adjustment_set_upper (self->rough, log2 (end));
  move_slider (self);
  show_summary (self);
}

/* What a context of this length costs in memory. */
void
chord_context_row_set_cost (ChordContextRow *self, const char *cost)
{
  gtk_label_set_label (self->cost, cost);
}

static void
chord_context_row_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_LENGTH:
      g_value_set_uint64 (value, get_length (CHORD_CONTEXT_ROW (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
chord_context_row_set_property (GObject *object, guint prop_id, const GValue *value,
                                GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_LENGTH:
      set_length (CHORD_CONTEXT_ROW (object), g_value_get_uint64 (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
chord_context_row_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), CHORD_TYPE_CONTEXT_ROW);
  G_OBJECT_CLASS (chord_context_row_parent_class)->dispose (object);
}

static void
chord_context_row_class_init (ChordContextRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = chord_context_row_get_property;
  object_class->set_property = chord_context_row_set_property;
  object_class->dispose = chord_context_row_dispose;

  properties[PROP_LENGTH]
      = g_param_spec_uint64 ("length", NULL, NULL, 0, G_MAXUINT64, 0,
                             G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/chord_engine/Chord/chord-context-row.ui");
  gtk_widget_class_bind_template_child (widget_class, ChordContextRow, exact);
  gtk_widget_class_bind_template_child (widget_class, ChordContextRow, rough);
  gtk_widget_class_bind_template_child (widget_class, ChordContextRow, scale);
  gtk_widget_class_bind_template_child (widget_class, ChordContextRow, cost);
  gtk_widget_class_bind_template_callback (widget_class, exact_changed);
  gtk_widget_class_bind_template_callback (widget_class, rough_changed);
  gtk_widget_class_bind_template_callback (widget_class, limit_switched);
}

/* libadwaita gives the switch of an expander row no name. */
static void
name_switch (GtkWidget *widget, const char *name)
{
  if (GTK_IS_SWITCH (widget))
    gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                    -1);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    name_switch (child, name);
}

static void
chord_context_row_init (ChordContextRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  name_switch (GTK_WIDGET (self), adw_preferences_row_get_title (ADW_PREFERENCES_ROW (self)));
  gtk_adjustment_set_upper (self->exact, LONGEST);
  gtk_adjustment_set_value (self->exact, FIRST_LIMIT);
  adw_expander_row_set_enable_expansion (ADW_EXPANDER_ROW (self), FALSE);
  chord_context_row_set_trained (self, 0);
}
