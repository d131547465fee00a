/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-folder-row.h"

#include <glib/gi18n.h>

/* A folder whose models are in the catalog. */

struct _ChordFolderRow
{
  AdwActionRow parent_instance;

  GtkToggleButton *watch_button;
  GtkWidget *remove_button;

  ChordCatalogFolder *folder;
};

G_DEFINE_FINAL_TYPE (ChordFolderRow, chord_folder_row, ADW_TYPE_ACTION_ROW)

static void
show_failure (ChordFolderRow *self, const GError *error)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "models.show-error", "s", error->message);
}

static void
update (ChordFolderRow *self)
{
  const char *path = chord_catalog_folder_get_path (self->folder);
  guint n = chord_catalog_folder_get_n_models (self->folder);
  g_autofree char *name = g_filename_display_basename (path);
  g_autofree char *shown = g_filename_display_name (path);
  g_autofree char *count = g_strdup_printf (ngettext ("%u model", "%u models", n), n);
  g_autofree char *subtitle = g_strdup_printf ("%s · %s", count, shown);
  g_autofree char *removal = g_strdup_printf (_("Forget the Folder %s"), name);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), subtitle);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->remove_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, removal, -1);
}

static void
watch_toggled (ChordFolderRow *self)
{
  g_autoptr (GError) error = NULL;

  if (!chord_record_save (CHORD_RECORD (self->folder), &error))
    show_failure (self, error);
}

static void
remove_clicked (ChordFolderRow *self)
{
  g_autoptr (GError) error = NULL;

  if (!chord_catalog_folder_remove (self->folder, &error))
    show_failure (self, error);
}

static void
chord_folder_row_dispose (GObject *object)
{
  ChordFolderRow *self = CHORD_FOLDER_ROW (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), CHORD_TYPE_FOLDER_ROW);
  g_clear_object (&self->folder);
  G_OBJECT_CLASS (chord_folder_row_parent_class)->dispose (object);
}

static void
chord_folder_row_class_init (ChordFolderRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chord_folder_row_dispose;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/chord_engine/Chord/chord-folder-row.ui");
  gtk_widget_class_bind_template_child (widget_class, ChordFolderRow, watch_button);
  gtk_widget_class_bind_template_child (widget_class, ChordFolderRow, remove_button);
  gtk_widget_class_bind_template_callback (widget_class, remove_clicked);
}

static void
chord_folder_row_init (ChordFolderRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
chord_folder_row_new (ChordCatalogFolder *folder)
{
  ChordFolderRow *self = g_object_new (CHORD_TYPE_FOLDER_ROW, NULL);

  self->folder = g_object_ref (folder);
  g_object_bind_property (folder, "watched", self->watch_button, "active",
                          G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
  g_signal_connect_object (folder, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->watch_button, "toggled", G_CALLBACK (watch_toggled), self,
                           G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}
