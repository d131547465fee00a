/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-preset-dialog.h"

#include <glib/gi18n.h>

/* The presets of the catalog: each can be renamed in place and deleted. */

struct _ChordPresetDialog
{
  AdwWindow parent_instance;

  AdwToastOverlay *toasts;
  GtkStack *stack;
  GtkListBox *list;
};

G_DEFINE_FINAL_TYPE (ChordPresetDialog, chord_preset_dialog, ADW_TYPE_WINDOW)

static void
show_error (ChordPresetDialog *self, const GError *error)
{
  g_autofree char *escaped = g_markup_escape_text (error->message, -1);

  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (escaped));
}

static ChordPresetDialog *
dialog_of (gpointer widget)
{
  return CHORD_PRESET_DIALOG (gtk_widget_get_root (GTK_WIDGET (widget)));
}

/* ---- Rows ------------------------------------------------------------------------------------ */

static void
rename_preset (AdwEntryRow *row, ChordPreset *preset)
{
  g_autofree char *name = g_strdup (gtk_editable_get_text (GTK_EDITABLE (row)));
  g_autofree char *before = g_strdup (chord_preset_get_name (preset));
  ChordPresetDialog *dialog = dialog_of (row);
  g_autoptr (GError) error = NULL;

  g_strstrip (name);
  if (name[0] == '\0')
    {
      gtk_editable_set_text (GTK_EDITABLE (row), before);
      return;
    }
  g_object_set (preset, "name", name, NULL);
  if (!chord_record_save (CHORD_RECORD (preset), &error))
    {
      g_object_set (preset, "name", before, NULL);
      show_error (dialog, error);
    }
}

static void
delete_preset (GtkButton *button, ChordPreset *preset)
{
  ChordPresetDialog *dialog = dialog_of (button);
  g_autoptr (GError) error = NULL;

  if (!chord_record_delete (CHORD_RECORD (preset), &error))
    show_error (dialog, error);
}

static GtkWidget *
delete_button (ChordPreset *preset)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("user-trash-symbolic");
  g_autofree char *label = g_strdup_printf (_("Delete %s"), chord_preset_get_name (preset));

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  g_signal_connect_object (button, "clicked", G_CALLBACK (delete_preset), preset, 0);
  return button;
}

static GtkWidget *
create_row (gpointer item, gpointer data)
{
  ChordPreset *preset = item;
  GtkWidget *row = adw_entry_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _("Name"));
  gtk_editable_set_text (GTK_EDITABLE (row), chord_preset_get_name (preset));
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (row), TRUE);
  adw_entry_row_add_suffix (ADW_ENTRY_ROW (row), delete_button (preset));
  g_signal_connect_object (row, "apply", G_CALLBACK (rename_preset), preset, 0);
  return row;
}

static void
presets_changed (GListModel *presets, guint position, guint removed, guint added,
                 ChordPresetDialog *self)
{
  gboolean any = g_list_model_get_n_items (presets) > 0;

  gtk_stack_set_visible_child_name (self->stack, any ? "list" : "empty");
}

void
chord_preset_dialog_present (GtkWidget *parent, ChordCatalog *catalog)
{
  GListModel *presets = chord_catalog_get_presets (catalog);
  ChordPresetDialog *self = g_object_new (CHORD_TYPE_PRESET_DIALOG, "transient-for",
                                          gtk_widget_get_root (parent), NULL);

  gtk_list_box_bind_model (self->list, presets, create_row, NULL, NULL);
  g_signal_connect_object (presets, "items-changed", G_CALLBACK (presets_changed), self, 0);
  presets_changed (presets, 0, 0, 0, self);
  gtk_window_present (GTK_WINDOW (self));
}

/* ---- A name for a new one -------------------------------------------------------------------- */

typedef struct
{
  GObject *owner;
  ChordPresetNameFunc named;
  GtkEditable *entry;
} Question;

static void
question_free (gpointer data, GClosure *closure)
{
  Question *question = data;

  g_object_unref (question->owner);
  g_free (question);
}

static void
name_answered (AdwMessageDialog *dialog, const char *response, gpointer data)
{
  Question *question = data;
  g_autofree char *name = g_strdup (gtk_editable_get_text (question->entry));

  g_strstrip (name);
  if (g_str_equal (response, "save") && name[0])
    question->named (name, question->owner);
}

static void
name_typed (GtkEditable *entry, AdwMessageDialog *dialog)
{
  g_autofree char *name = g_strdup (gtk_editable_get_text (entry));

  adw_message_dialog_set_response_enabled (dialog, "save", g_strstrip (name)[0] != '\0');
}

/* Calls named with what the user types, and with owner, which lives until then. */
void
chord_preset_dialog_ask_name (GtkWidget *parent, ChordPresetNameFunc named, gpointer owner)
{
  GtkWidget *dialog = adw_message_dialog_new (
      GTK_WINDOW (gtk_widget_get_root (parent)), _("Save as Preset"),
      _("The system prompt and the way of answering can then be chosen for any model."));
  GtkWidget *entry = gtk_entry_new ();
  Question *question = g_new (Question, 1);

  question->owner = g_object_ref (owner);
  question->named = named;
  question->entry = GTK_EDITABLE (entry);
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_entry_set_placeholder_text (GTK_ENTRY (entry), _("Name"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Name of the preset"), -1);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), entry);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "save",
                                    _("_Save"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "save",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "save");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect (entry, "changed", G_CALLBACK (name_typed), dialog);
  g_signal_connect_data (dialog, "response", G_CALLBACK (name_answered), question, question_free,
                         0);
  name_typed (GTK_EDITABLE (entry), ADW_MESSAGE_DIALOG (dialog));
  gtk_window_present (GTK_WINDOW (dialog));
}

/* ---- Life ------------------------------------------------------------------------------------ */

static void
chord_preset_dialog_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), CHORD_TYPE_PRESET_DIALOG);
  G_OBJECT_CLASS (chord_preset_dialog_parent_class)->dispose (object);
}

static void
chord_preset_dialog_class_init (ChordPresetDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chord_preset_dialog_dispose;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/chord_engine/Chord/chord-preset-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, ChordPresetDialog, toasts);
  gtk_widget_class_bind_template_child (widget_class, ChordPresetDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, ChordPresetDialog, list);
}

static void
chord_preset_dialog_init (ChordPresetDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
