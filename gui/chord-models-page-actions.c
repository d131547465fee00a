/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-models-page-private.h"

#include <glib/gi18n.h>

#include "chord-model-text.h"

/* What is done to a model that is in the catalog. Each action names it by its id, so that rows,
 * menus and toasts can offer it and none of them needs the page. */

typedef struct
{
  ChordModelsPage *page;
  ChordCatalogModel *model;
} Task;

static Task *
task_new (ChordModelsPage *page, ChordCatalogModel *model)
{
  Task *task = g_new (Task, 1);

  task->page = g_object_ref (page);
  task->model = g_object_ref (model);
  return task;
}

static void
task_free (Task *task)
{
  g_object_unref (task->page);
  g_object_unref (task->model);
  g_free (task);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Task, task_free)

static void
task_free_closure (gpointer data, GClosure *closure)
{
  task_free (data);
}

static ChordCatalogModel *
dup_target (GtkWidget *widget, GVariant *parameter)
{
  return chord_models_page_dup_model (CHORD_MODELS_PAGE (widget), g_variant_get_int64 (parameter));
}

/* ---- Use ------------------------------------------------------------------------------------- */

static void
use_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  g_autoptr (ChordCatalogModel) model = dup_target (widget, parameter);

  if (model)
    chord_models_page_use_model (CHORD_MODELS_PAGE (widget), model);
}

static void
reload_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  g_autoptr (ChordCatalogModel) model = dup_target (widget, parameter);

  if (model)
    chord_models_page_reload_model (CHORD_MODELS_PAGE (widget), model);
}

static void
show_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  g_autoptr (ChordCatalogModel) model = dup_target (widget, parameter);

  if (model)
    chord_models_page_show_model (CHORD_MODELS_PAGE (widget), model);
}

static void
set_default_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ChordModelsPage *page = CHORD_MODELS_PAGE (widget);
  g_autoptr (ChordCatalogModel) model = dup_target (widget, parameter);

  if (model == NULL)
    return;
  chord_catalog_set_default_model (chord_models_page_get_catalog (page), model);
  chord_models_page_show_default (page);
}

/* ---- Forget and delete ----------------------------------------------------------------------- */

static void ask (Task *task, const char *heading, const char *body, const char *response,
                 const char *label);

static void
remove_model (Task *task, gboolean delete_files)
{
  g_autoptr (GError) error = NULL;

  if (!chord_catalog_model_remove (task->model, delete_files, &error))
    chord_models_page_show_error (task->page, error);
}

static void
ask_to_delete (Task *task)
{
  g_autofree char *heading
      = g_strdup_printf (_("Delete “%s” for good?"), chord_model_text_title (task->model));
  g_autofree char *body = g_strdup_printf (
      _("There is no trash where the file is. It will be deleted and cannot be brought back:\n%s"),
      chord_catalog_model_get_path (task->model));

  ask (task, heading, body, "delete", _("_Delete"));
}

static void
trashed (GObject *model, GAsyncResult *result, gpointer data)
{
  g_autoptr (Task) task = data;
  g_autoptr (GError) error = NULL;

  if (chord_catalog_model_trash_finish (CHORD_CATALOG_MODEL (model), result, &error))
    chord_models_page_show_message (task->page, _("The file is in the trash"));
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED))
    ask_to_delete (g_steal_pointer (&task));
  else
    chord_models_page_show_error (task->page, error);
}

static void
removal_answered (AdwMessageDialog *dialog, const char *response, gpointer data)
{
  Task *task = data;

  if (g_str_equal (response, "trash"))
    chord_catalog_model_trash_async (task->model, NULL, trashed,
                                     task_new (task->page, task->model));
  else if (!g_str_equal (response, "cancel"))
    remove_model (task, g_str_equal (response, "delete"));
}

static void
ask (Task *task, const char *heading, const char *body, const char *response, const char *label)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (task->page)));
  GtkWidget *widget = adw_message_dialog_new (window, heading, body);
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (widget);

  adw_message_dialog_add_responses (dialog, "cancel", _("_Cancel"), response, label, NULL);
  adw_message_dialog_set_response_appearance (dialog, response, ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (dialog, "cancel");
  adw_message_dialog_set_close_response (dialog, "cancel");
  g_signal_connect_data (dialog, "response", G_CALLBACK (removal_answered), task,
                         task_free_closure, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
forget_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  g_autoptr (ChordCatalogModel) model = dup_target (widget, parameter);
  g_autofree char *heading = NULL;

  if (model == NULL)
    return;
  heading = g_strdup_printf (_("Forget “%s”?"), chord_model_text_title (model));
  ask (task_new (CHORD_MODELS_PAGE (widget), model), heading,
       _("Chord will no longer list the model and forget its settings. The file stays where it "
         "is."),
       "forget", _("_Forget"));
}

static void
trash_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  g_autoptr (ChordCatalogModel) model = dup_target (widget, parameter);
  g_autofree char *heading = NULL;
  g_autofree char *body = NULL;

  if (model == NULL)
    return;
  body = g_strdup_printf (_("The file will be moved to the trash, and Chord will forget the "
                            "settings of the model:\n%s"),
                          chord_catalog_model_get_path (model));
  heading = g_strdup_printf (_("Move “%s” to the trash?"), chord_model_text_title (model));
  ask (task_new (CHORD_MODELS_PAGE (widget), model), heading, body, "trash",
       _("_Move to Trash"));
}

/* ---- Locate and copy ------------------------------------------------------------------------- */

static void
scanned (GObject *catalog, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChordModelsPage) page = data;
  g_autoptr (GError) error = NULL;

  if (!chord_catalog_scan_finish (CHORD_CATALOG (catalog), result, &error))
    chord_models_page_show_error (page, error);
}

static void
scan (ChordModelsPage *page)
{
  chord_catalog_scan_async (chord_models_page_get_catalog (page), NULL, scanned,
                            g_object_ref (page));
}

static void
scan_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  scan (CHORD_MODELS_PAGE (widget));
}

static void
located (GtkNativeDialog *dialog, int response, ChordModelsPage *page)
{
  g_autoptr (GFile) file = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  if (file)
    chord_models_page_add_file (page, file);
  g_object_unref (dialog);
}

static void
locate_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  g_autoptr (ChordCatalogModel) model = dup_target (widget, parameter);
  GtkFileChooserNative *dialog;

  if (model == NULL)
    return;
  dialog = gtk_file_chooser_native_new (_("Where Is the Model Now?"),
                                        GTK_WINDOW (gtk_widget_get_root (widget)),
                                        GTK_FILE_CHOOSER_ACTION_OPEN, _("_Select"), NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (located), widget, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

/* A file that is another one than before is taken for what it is now when it is added again. */
static void
accept_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  g_autoptr (ChordCatalogModel) model = dup_target (widget, parameter);
  g_autoptr (GFile) file = model ? chord_catalog_model_get_file (model) : NULL;

  if (file)
    chord_models_page_add_file (CHORD_MODELS_PAGE (widget), file);
}

void
chord_models_page_install_model_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "models.use", "x", use_action);
  gtk_widget_class_install_action (widget_class, "models.reload", "x", reload_action);
  gtk_widget_class_install_action (widget_class, "models.show", "x", show_action);
  gtk_widget_class_install_action (widget_class, "models.set-default", "x", set_default_action);
  gtk_widget_class_install_action (widget_class, "models.forget", "x", forget_action);
  gtk_widget_class_install_action (widget_class, "models.trash", "x", trash_action);
  gtk_widget_class_install_action (widget_class, "models.accept", "x", accept_action);
  gtk_widget_class_install_action (widget_class, "models.locate", "x", locate_action);
  gtk_widget_class_install_action (widget_class, "models.scan", NULL, scan_action);
}
