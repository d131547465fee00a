/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-fit-badge.h"

#include <glib/gi18n.h>

#include "chord-model-text.h"

/* Whether a model fits into the memory of this machine: a colour, and for who does not see it an
 * icon and a word. What the word rests on is in the tooltip. */

struct _ChordFitBadge
{
  GtkWidget parent_instance;

  GtkImage *icon;
  GtkLabel *label;

  ChordFit *fit;
  gboolean is_guess;     /* it is for a size that was guessed itself */
  GCancellable *opening; /* non-NULL while the header of a model is read */
};

enum
{
  PROP_0,
  PROP_FIT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ChordFitBadge, chord_fit_badge, GTK_TYPE_WIDGET)

static const struct
{
  const char *style;
  const char *icon;
} looks[] = {
  [CHORD_FIT_GOOD] = { "good", "object-select-symbolic" },
  [CHORD_FIT_TIGHT] = { "tight", "dialog-warning-symbolic" },
  [CHORD_FIT_TOO_LARGE] = { "too-large", "action-unavailable-symbolic" },
};

static char *
explain_guess (ChordFit *fit)
{
  g_autofree char *total = g_format_size (chord_fit_get_total (fit));
  g_autofree char *available = g_format_size (chord_fit_get_available (fit));

  /* Translators: memory, as in “Will need about 1.2 GB of memory; 7.9 GB are free” */
  return g_strdup_printf (_("Will need about %s of memory; %s are free"), total, available);
}

static char *
explain (ChordFit *fit)
{
  g_autofree char *need = chord_model_text_fit (fit);
  g_autofree char *parts = chord_model_text_fit_parts (fit);
  g_autofree char *speed = chord_model_text_speed (fit);

  return g_strdup_printf (speed ? _("%s\n%s\n%s on this machine") : "%s\n%s", need, parts, speed);
}

static void
show (ChordFitBadge *self)
{
  ChordFitLevel level = chord_fit_get_level (self->fit);
  g_autofree char *explanation
      = self->is_guess ? explain_guess (self->fit) : explain (self->fit);

  for (guint i = 0; i < G_N_ELEMENTS (looks); i++)
    if (i == (guint) level)
      gtk_widget_add_css_class (GTK_WIDGET (self), looks[i].style);
    else
      gtk_widget_remove_css_class (GTK_WIDGET (self), looks[i].style);
  gtk_image_set_from_icon_name (self->icon, looks[level].icon);
  gtk_label_set_label (self->label, self->is_guess ? chord_model_text_fit_guess (level)
                                                   : chord_model_text_fit_level (level));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), explanation);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->label),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, explanation, -1);
}

ChordFit *
chord_fit_badge_get_fit (ChordFitBadge *self)
{
  return self->fit;
}

static void
set_fit (ChordFitBadge *self, ChordFit *fit, gboolean is_guess)
{
  g_set_object (&self->fit, fit);
  self->is_guess = is_guess;
  gtk_widget_set_visible (GTK_WIDGET (self), fit != NULL);
  if (fit)
    show (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FIT]);
}

void
chord_fit_badge_set_fit (ChordFitBadge *self, ChordFit *fit)
{
  set_fit (self, fit, FALSE);
}

/* For a model of which nothing but about how large it will be is known; 0 for not even that. The
 * badge says that it guesses. */
void
chord_fit_badge_set_size (ChordFitBadge *self, guint64 bytes)
{
  g_autoptr (ChordFit) fit = bytes ? chord_fit_new_for_size (bytes, NULL) : NULL;

  set_fit (self, fit, TRUE);
}

/* ---- Of a model that is here ----------------------------------------------------------------- */

static void
stop_opening (ChordFitBadge *self)
{
  if (self->opening)
    g_cancellable_cancel (self->opening);
  g_clear_object (&self->opening);
}

typedef struct
{
  ChordFitBadge *badge;
  ChordModelOptions *options;
} Opening;

static void
opening_free (Opening *opening)
{
  g_object_unref (opening->badge);
  g_object_unref (opening->options);
  g_free (opening);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Opening, opening_free)

/* A file that cannot be opened has no badge: the row says what is wrong with it. */
static void
file_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Opening) opening = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChordModelFile) file = chord_model_file_open_finish (result, &error);
  g_autoptr (ChordFit) fit = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&opening->badge->opening);
  if (file)
    fit = chord_fit_new_for_file (file, opening->options, NULL, NULL);
  chord_fit_badge_set_fit (opening->badge, fit);
}

/* Shows how the model fits with its own settings, as soon as its header is read. */
void
chord_fit_badge_set_model (ChordFitBadge *self, ChordCatalogModel *model)
{
  g_autoptr (GFile) file = NULL;
  Opening *opening;

  stop_opening (self);
  if (model == NULL || chord_catalog_model_get_state (model) != CHORD_MODEL_STATE_AVAILABLE)
    {
      chord_fit_badge_set_fit (self, NULL);
      return;
    }
  file = chord_catalog_model_get_file (model);
  opening = g_new (Opening, 1);
  opening->badge = g_object_ref (self);
  opening->options
      = chord_model_settings_create_model_options (chord_catalog_model_get_settings (model));
  self->opening = g_cancellable_new ();
  chord_model_file_open_async (file, CHORD_MODEL_FILE_FLAGS_NONE, self->opening, file_opened,
                               opening);
}

/* ---- Life ------------------------------------------------------------------------------------ */

static void
chord_fit_badge_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_FIT:
      g_value_set_object (value, CHORD_FIT_BADGE (object)->fit);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
chord_fit_badge_set_property (GObject *object, guint prop_id, const GValue *value,
                              GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_FIT:
      chord_fit_badge_set_fit (CHORD_FIT_BADGE (object), g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
chord_fit_badge_dispose (GObject *object)
{
  ChordFitBadge *self = CHORD_FIT_BADGE (object);

  stop_opening (self);
  g_clear_object (&self->fit);
  gtk_widget_dispose_template (GTK_WIDGET (self), CHORD_TYPE_FIT_BADGE);
  G_OBJECT_CLASS (chord_fit_badge_parent_class)->dispose (object);
}

static void
chord_fit_badge_class_init (ChordFitBadgeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = chord_fit_badge_get_property;
  object_class->set_property = chord_fit_badge_set_property;
  object_class->dispose = chord_fit_badge_dispose;

  properties[PROP_FIT] = g_param_spec_object ("fit", NULL, NULL, CHORD_TYPE_FIT,
                                              G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY
                                                  | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/chord_engine/Chord/chord-fit-badge.ui");
  gtk_widget_class_bind_template_child (widget_class, ChordFitBadge, icon);
  gtk_widget_class_bind_template_child (widget_class, ChordFitBadge, label);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "fitbadge");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
chord_fit_badge_init (ChordFitBadge *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
chord_fit_badge_new (void)
{
  return g_object_new (CHORD_TYPE_FIT_BADGE, NULL);
}
