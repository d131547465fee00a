/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-model-button.h"

#include <glib/gi18n.h>

#include "chord-model-text.h"
#include "chord-widgets.h"

/* The middle of the header bar: what the page shows, the model that answers, and how far it is
 * loaded. */

struct _ChordModelButton
{
  AdwBin parent_instance;

  GtkMenuButton *button;
  GtkLabel *title;
  GtkLabel *name;
  GtkProgressBar *progress;
  GtkPopover *popover;
  GtkListBox *list;

  ChordCatalog *catalog;
  ChordModelLoader *loader;
};

G_DEFINE_FINAL_TYPE (ChordModelButton, chord_model_button, ADW_TYPE_BIN)

/* ---- The list of models ---------------------------------------------------------------------- */

static gboolean
is_available (gpointer item, gpointer data)
{
  return chord_catalog_model_get_state (item) == CHORD_MODEL_STATE_AVAILABLE;
}

static const char *
describe_fit (guint64 bytes)
{
  g_autoptr (ChordFit) fit = chord_fit_new_for_size (bytes, NULL);

  switch (chord_fit_get_level (fit))
    {
    case CHORD_FIT_TIGHT:
      return _("tight in memory");
    case CHORD_FIT_TOO_LARGE:
      return _("too large for this computer");
    case CHORD_FIT_GOOD:
    default:
      return NULL;
    }
}

static char *
describe (ChordCatalogModel *model)
{
  const char *quantization = chord_catalog_model_get_quantization (model);
  const char *fit = describe_fit (chord_catalog_model_get_bytes (model));
  g_autofree char *size = g_format_size (chord_catalog_model_get_bytes (model));
  g_autofree char *text = quantization && *quantization
                              ? chord_model_text_join (size, quantization)
                              : g_steal_pointer (&size);

  return fit ? chord_model_text_join (text, fit) : g_steal_pointer (&text);
}

static GtkWidget *
create_row (gpointer item, gpointer data)
{
  ChordModelButton *self = data;
  g_autofree char *description = describe (item);
  g_autofree char *title = g_markup_escape_text (chord_catalog_model_get_name (item), -1);
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 1);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), description);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_object_set_data_full (G_OBJECT (row), "model", g_object_ref (item), g_object_unref);
  if (item == chord_model_loader_get_catalog_model (self->loader))
    adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                               gtk_image_new_from_icon_name ("object-select-symbolic"));
  return row;
}

/* Made anew each time: memory and marks change while nobody looks. */
static void
popover_shown (GtkPopover *popover, ChordModelButton *self)
{
  GtkFilter *filter = GTK_FILTER (gtk_custom_filter_new (is_available, NULL, NULL));
  g_autoptr (GtkFilterListModel) models = gtk_filter_list_model_new (
      g_object_ref (chord_catalog_get_models (self->catalog)), filter);

  gtk_list_box_bind_model (self->list, G_LIST_MODEL (models), create_row, self, NULL);
}

static void
row_activated (GtkListBox *list, GtkListBoxRow *row, ChordModelButton *self)
{
  ChordCatalogModel *model = g_object_get_data (G_OBJECT (row), "model");

  gtk_popover_popdown (self->popover);
  if (model != chord_model_loader_get_catalog_model (self->loader)
      || chord_model_loader_get_state (self->loader) == CHORD_LOADER_STATE_FAILED)
    chord_model_loader_load (self->loader, model);
}

static void
link_clicked (GtkButton *button, ChordModelButton *self)
{
  gtk_popover_popdown (self->popover);
}

/* ---- The button ------------------------------------------------------------------------------ */

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
chord_model_button_set_loader (ChordModelButton *self, ChordModelLoader *loader,
                               ChordCatalog *catalog)
{
  g_set_object (&self->catalog, catalog);
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

  chord_bin_dispose_template (ADW_BIN (self), CHORD_TYPE_MODEL_BUTTON);
  g_clear_object (&self->loader);
  g_clear_object (&self->catalog);
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
  gtk_widget_class_bind_template_child (widget_class, ChordModelButton, popover);
  gtk_widget_class_bind_template_child (widget_class, ChordModelButton, list);
  gtk_widget_class_bind_template_callback (widget_class, popover_shown);
  gtk_widget_class_bind_template_callback (widget_class, row_activated);
  gtk_widget_class_bind_template_callback (widget_class, link_clicked);
}

static void
chord_model_button_init (ChordModelButton *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
