/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-preferences.h"

#include <glib/gi18n.h>

#include "chord-settings.h"

/* What the user wishes, applied as it is chosen. */

struct _ChordPreferences
{
  AdwPreferencesWindow parent_instance;

  AdwComboRow *preset;
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

  gtk_string_list_append (names, _("None"));
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

/* ---- Data ------------------------------------------------------------------------------------ */

static void
fail (ChordPreferences *self, const GError *error)
{
  g_autofree char *escaped = g_markup_escape_text (error->message, -1);

  adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (self), adw_toast_new (escaped));
}

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
  fill_presets (self);
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
  gtk_widget_class_bind_template_child (widget_class, ChordPreferences, preset);
  gtk_widget_class_bind_template_child (widget_class, ChordPreferences, system_prompt);
  gtk_widget_class_bind_template_child (widget_class, ChordPreferences, color_scheme);
  gtk_widget_class_bind_template_child (widget_class, ChordPreferences, send_on_return);
  gtk_widget_class_bind_template_child (widget_class, ChordPreferences, notifications);
  gtk_widget_class_bind_template_child (widget_class, ChordPreferences, location);
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
