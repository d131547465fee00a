/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-model-button.h"

#include <glib/gi18n.h>

/* The middle of the header bar: what the page shows, the model that answers, and how far it is
 * loaded. */

struct _ChordModelButton
{
  AdwBin parent_instance;

  GtkMenuButton *button;
  GtkLabel *title;
  GtkLabel *name;
  GtkProgressBar *progress;

  ChordModelLoader *loader;
};

G_DEFINE_FINAL_TYPE (ChordModelButton, chord_model_button, ADW_TYPE_BIN)

static void
update (ChordModelButton *self)
{
  const char *name = chord_model_loader_get_name (self->loader);
  g_autofree char *label = NULL;

  if (name == NULL)
    name = _("No Model");
  /* Translators: what a screen reader says of the button that chooses a model */
  label = g_strdup_printf (_("Model: %s"), name);
  gtk_label_set_label (self->name, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label, -1);
  gtk_progress_bar_set_fraction (self->progress, chord_model_loader_get_fraction (self->loader));
  gtk_widget_set_visible (GTK_WIDGET (self->progress), chord_model_loader_get_state (self->loader)
                                                           == CHORD_LOADER_STATE_LOADING);
}

void
chord_model_button_set_loader (ChordModelButton *self, ChordModelLoader *loader)
{
  g_set_object (&self->loader, loader);
  g_signal_connect_object (loader, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

void
chord_model_button_set_title (ChordModelButton *self, const char *title)
{
  gtk_label_set_label (self->title, title ? title : "");
  gtk_widget_set_visible (GTK_WIDGET (self->title), title != NULL);
}

static void
chord_model_button_dispose (GObject *object)
{
  ChordModelButton *self = CHORD_MODEL_BUTTON (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), CHORD_TYPE_MODEL_BUTTON);
  g_clear_object (&self->loader);
  G_OBJECT_CLASS (chord_model_button_parent_class)->dispose (object);
}

static void
chord_model_button_class_init (ChordModelButtonClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chord_model_button_dispose;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/chord_engine/Chord/chord-model-button.ui");
  gtk_widget_class_bind_template_child (widget_class, ChordModelButton, button);
  gtk_widget_class_bind_template_child (widget_class, ChordModelButton, title);
  gtk_widget_class_bind_template_child (widget_class, ChordModelButton, name);
  gtk_widget_class_bind_template_child (widget_class, ChordModelButton, progress);
}

static void
chord_model_button_init (ChordModelButton *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
