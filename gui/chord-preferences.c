/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-preferences.h"

#include <glib/gi18n.h>

#include "chord-settings.h"

/* What the user wishes, applied as it is chosen. */

struct _ChordPreferences
{
  AdwPreferencesWindow parent_instance;

  AdwComboRow *model;
  AdwComboRow *preset;
  GtkListBox *folder_list;
  GtkEditable *system_prompt;
  AdwComboRow *color_scheme;
  GtkSwitch *send_on_return;
  GtkSwitch *notifications;
  AdwActionRow *location;

  ChordCatalog *catalog;
};

G_DEFINE_FINAL_TYPE (ChordPreferences, chord_preferences, ADW_TYPE_PREFERENCES_WINDOW)

/* ---- Presets --------------------------------------------------------------------------------- */

/* The first entry is none, the others are the presets in their order. */
static void
preset_chosen (ChordPreferences *self)
{
  guint selected = adw_combo_row_get_selected (self->preset);
  g_autoptr (ChordRecord) preset = NULL;

  if (selected > 0 && selected != GTK_INVALID_LIST_POSITION)
    preset = g_list_model_get_item (chord_catalog_get_presets (self->catalog), selected - 1);
  g_object_set (chord_settings_get_default (), "preset",
                preset ? chord_record_get_id (preset) : (gint64) 0, NULL);
}

static void
fill_presets (ChordPreferences *self)
{
  GListModel *presets = chord_catalog_get_presets (self->catalog);
  gint64 wanted = chord_settings_get_int64 (chord_settings_get_default (), "preset");
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint selected = 0;

  gtk_string_list_append (names, C_("preset", "None"));
  for (guint i = 0; i < g_list_model_get_n_items (presets); i++)
    {
      g_autoptr (ChordPreset) preset = g_list_model_get_item (presets, i);

      gtk_string_list_append (names, chord_preset_get_name (preset));
      if (chord_record_get_id (CHORD_RECORD (preset)) == wanted)
        selected = i + 1;
    }
  adw_combo_row_set_model (self->preset, G_LIST_MODEL (names));
  adw_combo_row_set_selected (self->preset, selected);
  g_signal_connect_swapped (self->preset, "notify::selected", G_CALLBACK (preset_chosen), self);
}

/* ---- The default model ----------------------------------------------------------------------- */

/* The first entry is the model that was used last, the others are those of the catalog. */
static void
model_chosen (ChordPreferences *self)
{
  guint selected = adw_combo_row_get_selected (self->model);
  g_autoptr (ChordCatalogModel) model = NULL;

  if (selected > 0 && selected != GTK_INVALID_LIST_POSITION)
    model = g_list_model_get_item (chord_catalog_get_models (self->catalog), selected - 1);
  chord_catalog_set_default_model (self->catalog, model);
}

static void
fill_models (ChordPreferences *self)
{
  GListModel *models = chord_catalog_get_models (self->catalog);
  ChordCatalogModel *wanted = chord_catalog_get_chosen_model (self->catalog);
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint selected = 0;

  gtk_string_list_append (names, _("The last used"));
  for (guint i = 0; i < g_list_model_get_n_items (models); i++)
    {
      g_autoptr (ChordCatalogModel) model = g_list_model_get_item (models, i);

      gtk_string_list_append (names, chord_catalog_model_get_name (model));
      if (model == wanted)
        selected = i + 1;
    }
  adw_combo_row_set_model (self->model, G_LIST_MODEL (names));
  adw_combo_row_set_selected (self->model, selected);
  g_signal_connect_swapped (self->model, "notify::selected", G_CALLBACK (model_chosen), self);
}

/* ---- Folders --------------------------------------------------------------------------------- */

static void
fail (ChordPreferences *self, const GError *error)
{
  g_autofree char *escaped = g_markup_escape_text (error->message, -1);

  adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (self), adw_toast_new (escaped));
}

static void
remove_folder (GtkButton *button, ChordPreferences *self)
{
  ChordCatalogFolder *folder = g_object_get_data (G_OBJECT (button), "folder");
  g_autoptr (GError) error = NULL;

  if (!chord_catalog_folder_remove (folder, &error))
    fail (self, error);
}

static GtkWidget *
create_folder_row (gpointer item, gpointer data)
{
  guint n = chord_catalog_folder_get_n_models (item);
  g_autofree char *title = g_filename_display_name (chord_catalog_folder_get_path (item));
  g_autofree char *escaped = g_markup_escape_text (title, -1);
  g_autofree char *count = g_strdup_printf (ngettext ("%u model", "%u models", n), n);
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_button_new_from_icon_name ("list-remove-symbolic");

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), escaped);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), count);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _("Remove Folder"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Remove Folder"), -1);
  g_object_set_data_full (G_OBJECT (button), "folder", g_object_ref (item), g_object_unref);
  g_signal_connect (button, "clicked", G_CALLBACK (remove_folder), data);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  return row;
}

static void
folder_added (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChordPreferences) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChordCatalogFolder) folder =
      chord_catalog_add_folder_finish (CHORD_CATALOG (source), result, &error);

  if (folder == NULL)
    fail (self, error);
}

static void
folder_chosen (GtkNativeDialog *dialog, int response, ChordPreferences *self)
{
  g_autoptr (GFile) folder = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    folder = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  g_object_unref (dialog);
  if (folder)
    chord_catalog_add_folder_async (self->catalog, folder, TRUE, NULL, folder_added,
                                    g_object_ref (self));
}

static void
add_folder (GtkButton *button, ChordPreferences *self)
{
  GtkFileChooserNative *dialog =
      gtk_file_chooser_native_new (_("Add a Folder of Models"), GTK_WINDOW (self),
                                   GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, NULL, NULL);

  g_signal_connect_object (dialog, "response", G_CALLBACK (folder_chosen), self, 0);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
folders_changed (ChordPreferences *self)
{
  gboolean any = g_list_model_get_n_items (chord_catalog_get_folders (self->catalog)) > 0;

  gtk_widget_set_visible (GTK_WIDGET (self->folder_list), any);
}

static void
fill_folders (ChordPreferences *self)
{
  GListModel *folders = chord_catalog_get_folders (self->catalog);

  gtk_list_box_bind_model (self->folder_list, folders, create_folder_row, self, NULL);
  g_signal_connect_object (folders, "items-changed", G_CALLBACK (folders_changed), self,
                           G_CONNECT_SWAPPED);
  folders_changed (self);
}

/* ---- Data ------------------------------------------------------------------------------------ */

static void
open_location (GtkButton *button, ChordPreferences *self)
{
  g_autoptr (GFile) catalog = g_file_new_for_path (chord_catalog_get_path (self->catalog));
  g_autoptr (GFile) folder = g_file_get_parent (catalog);
  g_autofree char *uri = g_file_get_uri (folder);

  gtk_show_uri (GTK_WINDOW (self), uri, GDK_CURRENT_TIME);
}

static void
delete_all (ChordPreferences *self)
{
  GListModel *conversations = chord_catalog_get_conversations (self->catalog);
  g_autoptr (GError) error = NULL;

  for (guint i = g_list_model_get_n_items (conversations); i > 0; i--)
    {
      g_autoptr (ChordRecord) conversation = g_list_model_get_item (conversations, i - 1);

      if (chord_record_get_id (conversation) != 0 && !chord_record_delete (conversation, &error))
        {
          fail (self, error);
          return;
        }
    }
  adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (self),
                                    adw_toast_new (_("All conversations deleted")));
}

static void
clear_answered (AdwMessageDialog *dialog, const char *response, ChordPreferences *self)
{
  if (g_str_equal (response, "delete"))
    delete_all (self);
}

static void
clear_clicked (GtkButton *button, ChordPreferences *self)
{
  GtkWidget *dialog =
      adw_message_dialog_new (GTK_WINDOW (self), _("Delete All Conversations?"),
                              _("They are gone for good: this cannot be undone."));

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "delete",
                                    _("_Delete All"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "delete",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (clear_answered), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* ---- Life ------------------------------------------------------------------------------------ */

static void
bind (ChordPreferences *self, const char *setting, gpointer widget, const char *property)
{
  g_object_bind_property (chord_settings_get_default (), setting, widget, property,
                          G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
}

static void
set_catalog (ChordPreferences *self, ChordCatalog *catalog)
{
  self->catalog = g_object_ref (catalog);
  adw_action_row_set_subtitle (self->location, chord_catalog_get_path (catalog));
  fill_models (self);
  fill_presets (self);
  fill_folders (self);
}

static void
chord_preferences_dispose (GObject *object)
{
  ChordPreferences *self = CHORD_PREFERENCES (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), CHORD_TYPE_PREFERENCES);
  g_clear_object (&self->catalog);
  G_OBJECT_CLASS (chord_preferences_parent_class)->dispose (object);
}

static void
chord_preferences_class_init (ChordPreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chord_preferences_dispose;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/chord_engine/Chord/chord-preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, ChordPreferences, model);
  gtk_widget_class_bind_template_child (widget_class, ChordPreferences, preset);
  gtk_widget_class_bind_template_child (widget_class, ChordPreferences, folder_list);
  gtk_widget_class_bind_template_child (widget_class, ChordPreferences, system_prompt);
  gtk_widget_class_bind_template_child (widget_class, ChordPreferences, color_scheme);
  gtk_widget_class_bind_template_child (widget_class, ChordPreferences, send_on_return);
  gtk_widget_class_bind_template_child (widget_class, ChordPreferences, notifications);
  gtk_widget_class_bind_template_child (widget_class, ChordPreferences, location);
  gtk_widget_class_bind_template_callback (widget_class, add_folder);
  gtk_widget_class_bind_template_callback (widget_class, open_location);
  gtk_widget_class_bind_template_callback (widget_class, clear_clicked);
}

static void
chord_preferences_init (ChordPreferences *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  bind (self, "system-prompt", self->system_prompt, "text");
  bind (self, "color-scheme", self->color_scheme, "selected");
  bind (self, "send-on-return", self->send_on_return, "active");
  bind (self, "notifications", self->notifications, "active");
}

GtkWidget *
chord_preferences_new (ChordApplication *application)
{
  ChordPreferences *self = g_object_new (CHORD_TYPE_PREFERENCES, NULL);

  set_catalog (self, chord_application_get_catalog (application));
  return GTK_WIDGET (self);
}
