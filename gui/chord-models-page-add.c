/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-models-page-private.h"

#include <glib/gi18n.h>

#include "chord-model-text.h"

/* How models that are on this computer come into the catalog: as files or folders that stay where
 * they are, or as copies. */

static const char watch_choice[] = "watch";

/* ---- Files by reference ---------------------------------------------------------------------- */

static void
file_added (GObject *catalog, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChordModelsPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChordCatalogModel) model
      = chord_catalog_add_model_finish (CHORD_CATALOG (catalog), result, &error);
  g_autofree char *text = NULL;

  if (model == NULL)
    {
      chord_models_page_show_error (self, error);
      return;
    }
  text = g_strdup_printf (_("%s was added"), chord_model_text_title (model));
  chord_models_page_show_message (self, text);
}

/* A file that the catalog knew elsewhere is known again. */
void
chord_models_page_add_file (ChordModelsPage *self, GFile *file)
{
  chord_catalog_add_model_async (chord_models_page_get_catalog (self), file, NULL, file_added,
                                 g_object_ref (self));
}

/* What cannot be asked is added as a file, which says what is wrong with it. */
static void
type_known (GObject *file, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChordModelsPage) self = data;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (file), result, NULL);

  if (chord_models_page_get_catalog (self) == NULL)
    return;
  if (info && g_file_info_get_file_type (info) == G_FILE_TYPE_DIRECTORY)
    chord_models_page_add_folder (self, G_FILE (file), TRUE);
  else
    chord_models_page_add_file (self, G_FILE (file));
}

/* Files that were chosen or dropped; a folder among them is watched. */
void
chord_models_page_add_files (ChordModelsPage *self, GListModel *files)
{
  for (guint i = 0; i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr (GFile) file = g_list_model_get_item (files, i);

      g_file_query_info_async (file, G_FILE_ATTRIBUTE_STANDARD_TYPE, G_FILE_QUERY_INFO_NONE,
                               G_PRIORITY_DEFAULT, NULL, type_known, g_object_ref (self));
    }
}

/* ---- Folders --------------------------------------------------------------------------------- */

static void
folder_added (GObject *catalog, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChordModelsPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChordCatalogFolder) folder
      = chord_catalog_add_folder_finish (CHORD_CATALOG (catalog), result, &error);
  g_autofree char *text = NULL;
  guint n;

  chord_models_page_set_busy (self, NULL, NULL, NULL);
  if (folder == NULL)
    {
      chord_models_page_show_error (self, error);
      return;
    }
  n = chord_catalog_folder_get_n_models (folder);
  text = g_strdup_printf (ngettext ("%u model found", "%u models found", n), n);
  chord_models_page_show_message (self, text);
}

void
chord_models_page_add_folder (ChordModelsPage *self, GFile *folder, gboolean watch)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *name = g_file_get_basename (folder);
  g_autofree char *text = g_strdup_printf (_("Looking for models in %s"), name);

  chord_models_page_set_busy (self, text, NULL, cancellable);
  chord_catalog_add_folder_async (chord_models_page_get_catalog (self), folder, watch, cancellable,
                                  folder_added, g_object_ref (self));
}

/* ---- Copies ---------------------------------------------------------------------------------- */

static void
model_imported (GObject *catalog, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChordModelsPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChordCatalogModel) model
      = chord_catalog_import_model_finish (CHORD_CATALOG (catalog), result, &error);
  g_autofree char *text = NULL;

  chord_models_page_set_busy (self, NULL, NULL, NULL);
  if (model == NULL)
    {
      chord_models_page_show_error (self, error);
      return;
    }
  text = g_strdup_printf (_("%s was copied"), chord_model_text_title (model));
  chord_models_page_show_message (self, text);
}

static void
import (ChordModelsPage *self, GFile *file)
{
  g_autoptr (ChordProgress) progress = chord_progress_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *name = g_file_get_basename (file);
  g_autofree char *text = g_strdup_printf (_("Copying %s"), name);

  chord_models_page_set_busy (self, text, progress, cancellable);
  chord_catalog_import_model_async (chord_models_page_get_catalog (self), file, progress,
                                    cancellable, model_imported, g_object_ref (self));
}

static void
import_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ChordModelsPage *self = CHORD_MODELS_PAGE (widget);
  g_autoptr (ChordCatalogModel) model
      = chord_models_page_dup_model (self, g_variant_get_int64 (parameter));
  g_autoptr (GFile) file = model ? chord_catalog_model_get_file (model) : NULL;

  if (file == NULL)
    return;
  chord_models_page_show_list (self); /* where the progress is shown */
  import (self, file);
}

/* ---- Choosing -------------------------------------------------------------------------------- */

static GtkFileChooserNative *
create_chooser (ChordModelsPage *self, const char *title, GtkFileChooserAction action,
                GCallback chosen)
{
  GtkFileChooserNative *dialog
      = gtk_file_chooser_native_new (title, GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                                     action, _("_Add"), NULL);

  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect_object (dialog, "response", chosen, self, 0);
  return dialog;
}

static void
add_filter (GtkFileChooser *chooser)
{
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, _("Models (GGUF)"));
  gtk_file_filter_add_suffix (filter, "gguf");
  gtk_file_chooser_add_filter (chooser, filter);
}

static void
files_chosen (GtkNativeDialog *dialog, int response, ChordModelsPage *self)
{
  g_autoptr (GListModel) files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (dialog));

  if (response == GTK_RESPONSE_ACCEPT)
    chord_models_page_add_files (self, files);
  g_object_unref (dialog);
}

static void
add_file_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  GtkFileChooserNative *dialog
      = create_chooser (CHORD_MODELS_PAGE (widget), _("Add Models"), GTK_FILE_CHOOSER_ACTION_OPEN,
                        G_CALLBACK (files_chosen));

  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (dialog), TRUE);
  add_filter (GTK_FILE_CHOOSER (dialog));
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
copy_chosen (GtkNativeDialog *dialog, int response, ChordModelsPage *self)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));

  if (response == GTK_RESPONSE_ACCEPT && file)
    import (self, file);
  g_object_unref (dialog);
}

static void
import_file_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  GtkFileChooserNative *dialog
      = create_chooser (CHORD_MODELS_PAGE (widget), _("Copy a Model"),
                        GTK_FILE_CHOOSER_ACTION_OPEN, G_CALLBACK (copy_chosen));

  add_filter (GTK_FILE_CHOOSER (dialog));
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
folder_chosen (GtkNativeDialog *dialog, int response, ChordModelsPage *self)
{
  GtkFileChooser *chooser = GTK_FILE_CHOOSER (dialog);
  g_autoptr (GFile) folder = gtk_file_chooser_get_file (chooser);
  const char *watch = gtk_file_chooser_get_choice (chooser, watch_choice);

  if (response == GTK_RESPONSE_ACCEPT && folder)
    chord_models_page_add_folder (self, folder, g_strcmp0 (watch, "true") == 0);
  g_object_unref (dialog);
}

static void
add_folder_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  GtkFileChooserNative *dialog
      = create_chooser (CHORD_MODELS_PAGE (widget), _("Add a Folder"),
                        GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, G_CALLBACK (folder_chosen));
  GtkFileChooser *chooser = GTK_FILE_CHOOSER (dialog);

  gtk_file_chooser_add_choice (chooser, watch_choice, _("Watch for new models"), NULL, NULL);
  gtk_file_chooser_set_choice (chooser, watch_choice, "true");
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
add_known_folder_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  g_autoptr (GFile) folder = g_file_new_for_path (g_variant_get_bytestring (parameter));

  chord_models_page_add_folder (CHORD_MODELS_PAGE (widget), folder, TRUE);
}

void
chord_models_page_install_add_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "models.add-file", NULL, add_file_action);
  gtk_widget_class_install_action (widget_class, "models.add-folder", NULL, add_folder_action);
  gtk_widget_class_install_action (widget_class, "models.import-file", NULL, import_file_action);
  gtk_widget_class_install_action (widget_class, "models.import", "x", import_action);
  gtk_widget_class_install_action (widget_class, "models.add-known-folder", "ay",
                                   add_known_folder_action);
}
