/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-model-row.h"

#include <glib/gi18n.h>

#include "chord-fit-badge.h"
#include "chord-model-text.h"

/* An installed model in a list: what it is, whether it fits, and when something is wrong with its
 * file, what and what can be done. The actions are those of the models page, for this model. */

struct _ChordModelRow
{
  GtkListBoxRow parent_instance;

  GtkLabel *title;
  GtkImage *star;
  GtkLabel *name;
  GtkLabel *summary;
  ChordFitBadge *badge;
  GtkLabel *speed;
  GtkWidget *problem_box;
  GtkLabel *problem;
  GtkButton *locate_button;
  GtkButton *look_button;
  GtkButton *accept_button;
  GtkButton *forget_button;
  GtkButton *use_button;
  GtkButton *details_button;

  ChordCatalogModel *model;
};

G_DEFINE_FINAL_TYPE (ChordModelRow, chord_model_row, GTK_TYPE_LIST_BOX_ROW)

static void
show_problem (ChordModelRow *self)
{
  ChordModelState state = chord_catalog_model_get_state (self->model);
  const char *problem = chord_catalog_model_get_problem (self->model);
  gboolean available = state == CHORD_MODEL_STATE_AVAILABLE;
  gboolean changed = state == CHORD_MODEL_STATE_CHANGED; /* its details say how */

  gtk_label_set_label (self->problem, problem && problem[0] && !changed
                                          ? problem : chord_model_text_state (state));
  gtk_widget_set_visible (GTK_WIDGET (self->locate_button), !changed);
  gtk_widget_set_visible (GTK_WIDGET (self->accept_button), changed);
  gtk_widget_set_visible (self->problem_box, !available);
  gtk_widget_set_visible (GTK_WIDGET (self->use_button), available);
}

/* A reader hears the model's name with each button, for all rows have the same ones. */
static void
name_button (GtkButton *button, char *taken_label)
{
  g_autofree char *label = taken_label;

  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
}

static void
show_names (ChordModelRow *self)
{
  const char *name = chord_catalog_model_get_name (self->model);
  const char *title = chord_model_text_title (self->model);

  gtk_label_set_label (self->title, title);
  gtk_label_set_label (self->name, name);
  gtk_widget_set_visible (GTK_WIDGET (self->name), !g_str_equal (title, name));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  name_button (self->use_button, g_strdup_printf (_("Chat with %s"), name));
  name_button (self->details_button, g_strdup_printf (_("Details of %s"), name));
  name_button (self->locate_button, g_strdup_printf (_("Locate %s"), name));
  name_button (self->accept_button, g_strdup_printf (_("Use %s as It Is"), name));
  name_button (self->forget_button, g_strdup_printf (_("Forget %s"), name));
}

static void
update (ChordModelRow *self)
{
  g_autofree char *summary = chord_model_text_summary (self->model);

  show_names (self);
  gtk_label_set_label (self->summary, summary);
  show_problem (self);
}

static void
state_changed (ChordModelRow *self)
{
  chord_fit_badge_set_model (self->badge, self->model);
}

static void
fit_changed (ChordModelRow *self)
{
  ChordFit *fit = chord_fit_badge_get_fit (self->badge);
  g_autofree char *speed = fit ? chord_model_text_speed (fit) : NULL;

  gtk_label_set_label (self->speed, speed ? speed : "");
  gtk_widget_set_visible (GTK_WIDGET (self->speed), speed != NULL);
}

void
chord_model_row_set_is_default (ChordModelRow *self, gboolean is_default)
{
  gtk_widget_set_visible (GTK_WIDGET (self->star), is_default);
}

ChordCatalogModel *
chord_model_row_get_model (ChordModelRow *self)
{
  return self->model;
}

static void
chord_model_row_dispose (GObject *object)
{
  ChordModelRow *self = CHORD_MODEL_ROW (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), CHORD_TYPE_MODEL_ROW);
  g_clear_object (&self->model);
  G_OBJECT_CLASS (chord_model_row_parent_class)->dispose (object);
}

static void
chord_model_row_class_init (ChordModelRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chord_model_row_dispose;

  g_type_ensure (CHORD_TYPE_FIT_BADGE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/chord_engine/Chord/chord-model-row.ui");
  gtk_widget_class_bind_template_child (widget_class, ChordModelRow, title);
  gtk_widget_class_bind_template_child (widget_class, ChordModelRow, name);
  gtk_widget_class_bind_template_child (widget_class, ChordModelRow, star);
  gtk_widget_class_bind_template_child (widget_class, ChordModelRow, summary);
  gtk_widget_class_bind_template_child (widget_class, ChordModelRow, badge);
  gtk_widget_class_bind_template_child (widget_class, ChordModelRow, speed);
  gtk_widget_class_bind_template_child (widget_class, ChordModelRow, problem_box);
  gtk_widget_class_bind_template_child (widget_class, ChordModelRow, problem);
  gtk_widget_class_bind_template_child (widget_class, ChordModelRow, locate_button);
  gtk_widget_class_bind_template_child (widget_class, ChordModelRow, look_button);
  gtk_widget_class_bind_template_child (widget_class, ChordModelRow, accept_button);
  gtk_widget_class_bind_template_child (widget_class, ChordModelRow, forget_button);
  gtk_widget_class_bind_template_child (widget_class, ChordModelRow, use_button);
  gtk_widget_class_bind_template_child (widget_class, ChordModelRow, details_button);
  gtk_widget_class_bind_template_callback (widget_class, fit_changed);
}

static void
chord_model_row_init (ChordModelRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  /* How fast it will be is known when the machine has been measured. */
  g_signal_connect_object (chord_machine_get_default (), "notify::bandwidth",
                           G_CALLBACK (state_changed), self, G_CONNECT_SWAPPED);
}

/* Which model the buttons mean. */
static void
set_targets (ChordModelRow *self)
{
  GtkButton *buttons[] = { self->use_button, self->details_button, self->locate_button,
                           self->accept_button, self->forget_button };
  gint64 id = chord_record_get_id (CHORD_RECORD (self->model));

  for (gsize i = 0; i < G_N_ELEMENTS (buttons); i++)
    gtk_actionable_set_action_target (GTK_ACTIONABLE (buttons[i]), "x", id);
}

GtkWidget *
chord_model_row_new (ChordCatalogModel *model)
{
  ChordModelRow *self = g_object_new (CHORD_TYPE_MODEL_ROW, NULL);

  self->model = g_object_ref (model);
  set_targets (self);
  g_signal_connect_object (model, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (model, "notify::state", G_CALLBACK (state_changed), self,
                           G_CONNECT_SWAPPED);
  update (self);
  state_changed (self);
  return GTK_WIDGET (self);
}
