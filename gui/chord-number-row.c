/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-number-row.h"

#include <glib/gi18n.h>
#include <math.h>

/* A row of preferences with a number to set. libadwaita has one since 1.4; this one also knows a
 * value with a name. */

/* Room for “Automatic” in languages that need more of it; the same in all rows, which stand in a
 * column. */
#define WIDTH_CHARS 10

struct _ChordNumberRow
{
  AdwActionRow parent_instance;

  GtkSpinButton *spin;
  const ChordNumber *number; /* static */
};

enum
{
  PROP_0,
  PROP_VALUE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ChordNumberRow, chord_number_row, ADW_TYPE_ACTION_ROW)

static gboolean
is_special (ChordNumberRow *self, double value)
{
  double resolution = pow (10, -(double) self->number->digits) / 2;

  return self->number->special_name && fabs (value - self->number->special) < resolution;
}

static gboolean
show_special (GtkSpinButton *spin, ChordNumberRow *self)
{
  if (!is_special (self, gtk_spin_button_get_value (spin)))
    return FALSE; /* the default way will do */
  gtk_editable_set_text (GTK_EDITABLE (spin), _(self->number->special_name));
  return TRUE;
}

static int
read_special (GtkSpinButton *spin, double *value, ChordNumberRow *self)
{
  g_autofree char *text = g_strdup (gtk_editable_get_text (GTK_EDITABLE (spin)));

  g_strstrip (text);
  if (self->number->special_name == NULL
      || (text[0] && g_utf8_collate (text, _(self->number->special_name)) != 0))
    return FALSE;
  *value = self->number->special;
  return TRUE;
}

static void
value_changed (ChordNumberRow *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VALUE]);
}

static void
chord_number_row_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_VALUE:
      g_value_set_double (value, gtk_spin_button_get_value (CHORD_NUMBER_ROW (object)->spin));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
chord_number_row_set_property (GObject *object, guint prop_id, const GValue *value,
                               GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_VALUE:
      gtk_spin_button_set_value (CHORD_NUMBER_ROW (object)->spin, g_value_get_double (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
chord_number_row_class_init (ChordNumberRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = chord_number_row_get_property;
  object_class->set_property = chord_number_row_set_property;

  properties[PROP_VALUE] = g_param_spec_double ("value", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0,
                                                G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY
                                                    | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
chord_number_row_init (ChordNumberRow *self)
{
  self->spin = GTK_SPIN_BUTTON (gtk_spin_button_new (NULL, 1, 0));
  gtk_widget_set_valign (GTK_WIDGET (self->spin), GTK_ALIGN_CENTER);
  gtk_editable_set_width_chars (GTK_EDITABLE (self->spin), WIDTH_CHARS);
  gtk_editable_set_max_width_chars (GTK_EDITABLE (self->spin), WIDTH_CHARS);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), GTK_WIDGET (self->spin));
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (self), GTK_WIDGET (self->spin));
}

GtkWidget *
chord_number_row_new (const ChordNumber *number)
{
  ChordNumberRow *self = g_object_new (CHORD_TYPE_NUMBER_ROW, NULL);

  self->number = number;
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), _(number->title));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), _(number->explanation));
  gtk_spin_button_configure (self->spin,
                             gtk_adjustment_new (number->special, number->lower, number->upper,
                                                 number->step, number->step * 10, 0),
                             0, number->digits);
  /* Its name is the row's title, which the row tells it. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->spin),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, _(number->explanation), -1);
  g_signal_connect_object (self->spin, "output", G_CALLBACK (show_special), self, 0);
  g_signal_connect_object (self->spin, "input", G_CALLBACK (read_special), self, 0);
  g_signal_connect_object (self->spin, "value-changed", G_CALLBACK (value_changed), self,
                           G_CONNECT_SWAPPED);
  gtk_spin_button_update (self->spin);
  return GTK_WIDGET (self);
}
