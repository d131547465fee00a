/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-model-settings-view.h"

#include <glib/gi18n.h>

#include "chord-context-row.h"
#include "chord-model-text.h"
#include "chord-number-row.h"
#include "chord-preset-dialog.h"
#include "chord-settings-transforms.h"

/* The settings of one model. Each control is bound to the property of ChordModelSettings that it
 * is about; what changed is stored when the user has stopped changing it. */

#define SAVE_DELAY_MS 400

struct _ChordModelSettingsView
{
  AdwBin parent_instance;

  GtkWidget *reload_group;
  GtkButton *reload_button;
  AdwComboRow *preset_row;
  GtkTextView *system_prompt;
  AdwPreferencesGroup *answer_group;
  GtkTextView *stop;
  AdwPreferencesGroup *load_group;
  ChordContextRow *context_row;
  AdwComboRow *kv_row;
  AdwComboRow *precision_row;
  AdwComboRow *device_row;

  GBindingGroup *bindings;
  GSignalGroup *signals;        /* of the settings */
  GSignalGroup *preset_signals; /* of the list of presets */
  GListModel *devices;
  ChordCatalogModel *model;
  ChordModelSettings *settings;
  ChordModelFile *file; /* its header, for the memory; NULL until read */
  gboolean loaded;
  gboolean showing_presets; /* the list of presets is filled: nobody chose one */
  gboolean applying;        /* many properties change at once, by a preset or a reset */
  guint save_source;
};

G_DEFINE_FINAL_TYPE (ChordModelSettingsView, chord_model_settings_view, ADW_TYPE_BIN)

typedef struct
{
  const char *property;
  ChordNumber number;
} NumberSetting;

static const NumberSetting answer_numbers[] = {
  { "temperature",
    { N_("Temperature"), N_("How freely words are chosen: 0 is always the likeliest, 1 as the "
                            "model was trained, more is wilder"),
      0, 5, 0.05, 2, 0, NULL } },
  { "top-k",
    { N_("Top K"), N_("Only this many of the likeliest words can be chosen"), 0, 1000000, 1, 0, 0,
      N_("All") } },
  { "top-p",
    { N_("Top P"), N_("Only the likeliest words that together have this share of the probability "
                      "can be chosen; 1 is all"),
      0, 1, 0.01, 2, 1, NULL } },
  { "min-p",
    { N_("Min P"), N_("Words less likely than this share of the likeliest one are left out; 0 is "
                      "none"),
      0, 1, 0.01, 2, 0, NULL } },
  { "typical-p",
    { N_("Typical P"), N_("Prefers words about as surprising as the text so far, up to this share "
                          "of the probability; 1 is all"),
      0, 1, 0.01, 2, 1, NULL } },
  { "repetition-penalty",
    { N_("Repetition Penalty"), N_("Makes words that were there already less likely; 1 does "
                                   "nothing"),
      0.01, 10, 0.05, 2, 1, NULL } },
  { "frequency-penalty",
    { N_("Frequency Penalty"), N_("Makes words less likely the more often they were there; 0 does "
                                  "nothing"),
      -2, 2, 0.1, 2, 0, NULL } },
  { "presence-penalty",
    { N_("Presence Penalty"), N_("Makes words less likely once they were there, which leads to new "
                                 "subjects; 0 does nothing"),
      -2, 2, 0.1, 2, 0, NULL } },
  { "penalty-last-n",
    { N_("Penalty Window"), N_("How many of the last tokens the penalties look at"), -1, 1000000,
      16, 0, -1, N_("All") } },
  { "seed",
    { N_("Seed"), N_("The same number gives the same answer to the same conversation"), -1,
      G_MAXINT, 1, 0, -1, N_("Random") } },
  { "max-tokens",
    { N_("Longest Answer"), N_("An answer ends after this many tokens"), -1, 1000000, 64, 0, -1,
      N_("No Limit") } },
};

static const NumberSetting load_numbers[] = {
  { "n-threads",
    { N_("Threads"), N_("How many processor cores compute; automatic takes fewer where that is "
                        "faster"),
      0, 1024, 1, 0, 0, N_("Automatic") } },
};

/* What a preset holds: the ways of answering and the system prompt. */
static const char *const preset_texts[] = { "stop", "system-prompt" };
static const char *const load_properties[]
    = { "context-length", "n-threads", "device", "kv-type", "precision" };

/* ---- Saving ---------------------------------------------------------------------------------- */

static void
show_failure (ChordModelSettingsView *self, const GError *error)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "models.show-error", "s", error->message);
}

static void
save_now (ChordModelSettingsView *self)
{
  g_autoptr (GError) error = NULL;

  g_clear_handle_id (&self->save_source, g_source_remove);
  if (self->settings && !chord_record_save (CHORD_RECORD (self->settings), &error))
    show_failure (self, error);
}

static void
settings_saved (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChordModelSettingsView) self = data;
  g_autoptr (GError) error = NULL;

  if (!chord_record_save_finish (CHORD_RECORD (source), result, &error))
    show_failure (self, error);
}

static gboolean
save_later (gpointer data)
{
  ChordModelSettingsView *self = data;

  self->save_source = 0;
  chord_record_save_async (CHORD_RECORD (self->settings), NULL, settings_saved,
                           g_object_ref (self));
  return G_SOURCE_REMOVE;
}

/* ---- Memory ---------------------------------------------------------------------------------- */

static void
show_cost (ChordModelSettingsView *self)
{
  g_autoptr (ChordModelOptions) options = NULL;
  g_autoptr (ChordFit) fit = NULL;
  g_autofree char *context = NULL;
  g_autofree char *need = NULL;
  g_autofree char *text = NULL;

  if (self->settings && self->file)
    {
      options = chord_model_settings_create_model_options (self->settings);
      fit = chord_fit_new_for_file (self->file, options, NULL, NULL);
    }
  if (fit)
    {
      context = g_format_size (chord_fit_get_context (fit));
      need = chord_model_text_fit (fit);
      /* Translators: “The context takes 120 MB. Needs 1.2 GB of memory; 7.9 GB are free. Tight” */
      text = g_strdup_printf (_("The context takes %s. %s. %s"), context, need,
                              chord_model_text_fit_level (chord_fit_get_level (fit)));
    }
  chord_context_row_set_cost (self->context_row, text ? text : "");
}

/* ---- Changes --------------------------------------------------------------------------------- */

static gboolean
is_answer_number (const char *property)
{
  for (gsize i = 0; i < G_N_ELEMENTS (answer_numbers); i++)
    if (g_str_equal (answer_numbers[i].property, property))
      return TRUE;
  return FALSE;
}

static gboolean
is_of_preset (const char *property)
{
  for (gsize i = 0; i < G_N_ELEMENTS (preset_texts); i++)
    if (g_str_equal (preset_texts[i], property))
      return TRUE;
  return is_answer_number (property);
}

static gboolean
is_of_loading (const char *property)
{
  for (gsize i = 0; i < G_N_ELEMENTS (load_properties); i++)
    if (g_str_equal (load_properties[i], property))
      return TRUE;
  return FALSE;
}

/* Own values are no preset's any more. */
static void
setting_changed (ChordModelSettings *settings, GParamSpec *pspec, ChordModelSettingsView *self)
{
  if (self->applying || g_str_equal (pspec->name, "id"))
    return;
  if (is_of_preset (pspec->name))
    g_object_set (settings, "preset-id", (gint64) 0, NULL);
  if (is_of_loading (pspec->name))
    {
      gtk_widget_set_visible (self->reload_group, self->loaded);
      show_cost (self);
    }
  if (self->save_source == 0)
    self->save_source = g_timeout_add (SAVE_DELAY_MS, save_later, self);
}

static void
settings_changed_at_once (ChordModelSettingsView *self)
{
  gtk_widget_set_visible (self->reload_group, self->loaded);
  show_cost (self);
  save_now (self);
}

static void
reset_clicked (ChordModelSettingsView *self)
{
  g_autofree GParamSpec **pspecs = NULL;
  guint n;

  if (self->settings == NULL)
    return;
  self->applying = TRUE;
  pspecs = g_object_class_list_properties (G_OBJECT_GET_CLASS (self->settings), &n);
  for (guint i = 0; i < n; i++)
    if (is_of_preset (pspecs[i]->name) || is_of_loading (pspecs[i]->name))
      g_object_set_property (G_OBJECT (self->settings), pspecs[i]->name,
                             g_param_spec_get_default_value (pspecs[i]));
  g_object_set (self->settings, "preset-id", (gint64) 0, NULL);
  self->applying = FALSE;
  settings_changed_at_once (self);
}

/* ---- Presets --------------------------------------------------------------------------------- */

static GListModel *
presets_of (ChordModelSettingsView *self)
{
  return chord_catalog_get_presets (chord_record_get_catalog (CHORD_RECORD (self->model)));
}

static void
copy_property (GObject *from, GObject *to, const char *property)
{
  g_auto (GValue) value = G_VALUE_INIT;

  g_object_get_property (from, property, &value);
  g_object_set_property (to, property, &value);
}

static void
copy_preset (GObject *from, GObject *to)
{
  for (gsize i = 0; i < G_N_ELEMENTS (answer_numbers); i++)
    copy_property (from, to, answer_numbers[i].property);
  for (gsize i = 0; i < G_N_ELEMENTS (preset_texts); i++)
    copy_property (from, to, preset_texts[i]);
}

static void
show_chosen_preset (ChordModelSettingsView *self)
{
  GListModel *presets = presets_of (self);
  gint64 chosen = 0;
  guint selected = 0;

  g_object_get (self->settings, "preset-id", &chosen, NULL);
  for (guint i = 0; i < g_list_model_get_n_items (presets) && chosen != 0; i++)
    {
      g_autoptr (ChordRecord) preset = g_list_model_get_item (presets, i);

      if (chord_record_get_id (preset) == chosen)
        selected = i + 1;
    }
  self->showing_presets = TRUE;
  adw_combo_row_set_selected (self->preset_row, selected);
  self->showing_presets = FALSE;
}

static void
show_presets (ChordModelSettingsView *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  GListModel *presets;

  if (self->settings == NULL)
    return;
  presets = presets_of (self);
  gtk_string_list_append (names, _("Own Values"));
  for (guint i = 0; i < g_list_model_get_n_items (presets); i++)
    {
      g_autoptr (ChordPreset) preset = g_list_model_get_item (presets, i);

      gtk_string_list_append (names, chord_preset_get_name (preset));
    }
  self->showing_presets = TRUE;
  adw_combo_row_set_model (self->preset_row, G_LIST_MODEL (names));
  self->showing_presets = FALSE;
  show_chosen_preset (self);
}

static void
apply_preset (ChordModelSettingsView *self, ChordPreset *preset)
{
  self->applying = TRUE;
  copy_preset (G_OBJECT (preset), G_OBJECT (self->settings));
  g_object_set (self->settings, "preset-id", chord_record_get_id (CHORD_RECORD (preset)), NULL);
  self->applying = FALSE;
  save_now (self);
}

static void
preset_selected (ChordModelSettingsView *self)
{
  guint selected = adw_combo_row_get_selected (self->preset_row);
  g_autoptr (ChordPreset) preset = NULL;

  if (self->showing_presets || self->settings == NULL || selected == GTK_INVALID_LIST_POSITION)
    return;
  if (selected > 0)
    preset = g_list_model_get_item (presets_of (self), selected - 1);
  if (preset)
    apply_preset (self, preset);
  else
    g_object_set (self->settings, "preset-id", (gint64) 0, NULL);
}

static void
preset_named (const char *name, gpointer data)
{
  ChordModelSettingsView *self = data;
  g_autoptr (GError) error = NULL;
  ChordPreset *preset;

  preset = chord_catalog_add_preset (chord_record_get_catalog (CHORD_RECORD (self->model)), name,
                                     &error);
  if (preset)
    {
      copy_preset (G_OBJECT (self->settings), G_OBJECT (preset));
      if (chord_record_save (CHORD_RECORD (preset), &error))
        apply_preset (self, preset);
      g_object_unref (preset);
    }
  if (error)
    show_failure (self, error);
}

static void
save_preset_clicked (ChordModelSettingsView *self)
{
  if (self->settings)
    chord_preset_dialog_ask_name (GTK_WIDGET (self), preset_named, self);
}

static void
manage_presets_clicked (ChordModelSettingsView *self)
{
  if (self->model)
    chord_preset_dialog_present (GTK_WIDGET (self),
                                 chord_record_get_catalog (CHORD_RECORD (self->model)));
}

/* ---- What is shown --------------------------------------------------------------------------- */

static void
set_settings (ChordModelSettingsView *self, ChordModelSettings *settings)
{
  if (self->save_source)
    save_now (self);
  g_set_object (&self->settings, settings);
  self->applying = TRUE; /* showing is no change */
  g_binding_group_set_source (self->bindings, settings);
  g_signal_group_set_target (self->signals, settings);
  self->applying = FALSE;
}

void
chord_model_settings_view_set_model (ChordModelSettingsView *self, ChordCatalogModel *model)
{
  g_set_object (&self->model, model);
  gtk_widget_set_visible (self->reload_group, FALSE);
  chord_context_row_set_trained (self->context_row,
                                 model ? chord_catalog_model_get_context_length (model) : 0);
  set_settings (self, model ? chord_catalog_model_get_settings (model) : NULL);
  g_signal_group_set_target (self->preset_signals, model ? presets_of (self) : NULL);
  if (model)
    gtk_actionable_set_action_target (GTK_ACTIONABLE (self->reload_button), "x",
                                      chord_record_get_id (CHORD_RECORD (model)));
  show_presets (self);
  chord_model_settings_view_set_file (self, NULL);
}

/* The header of the model's file, from which the memory is known. */
void
chord_model_settings_view_set_file (ChordModelSettingsView *self, ChordModelFile *file)
{
  g_set_object (&self->file, file);
  show_cost (self);
}

/* Whether it is this model that is in memory now, with the settings of before. */
void
chord_model_settings_view_set_loaded (ChordModelSettingsView *self, gboolean loaded)
{
  self->loaded = loaded;
  gtk_widget_set_visible (self->reload_group, FALSE);
}

/* ---- Life ------------------------------------------------------------------------------------ */

static void
add_numbers (ChordModelSettingsView *self, AdwPreferencesGroup *group,
             const NumberSetting *settings, gsize n)
{
  for (gsize i = 0; i < n; i++)
    {
      GtkWidget *row = chord_number_row_new (&settings[i].number);

      adw_preferences_group_add (group, row);
      g_binding_group_bind (self->bindings, settings[i].property, row, "value",
                            G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
    }
}

static void
bind_choices (ChordModelSettingsView *self)
{
  GBindingFlags both = G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE;

  g_binding_group_bind (self->bindings, "context-length", self->context_row, "length", both);
  g_binding_group_bind (self->bindings, "kv-type", self->kv_row, "selected", both);
  g_binding_group_bind (self->bindings, "precision", self->precision_row, "selected", both);
  g_binding_group_bind_full (self->bindings, "device", self->device_row, "selected", both,
                             chord_settings_device_to_index, chord_settings_device_from_index,
                             self->devices, NULL);
}

static void
bind_texts (ChordModelSettingsView *self)
{
  GBindingFlags both = G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE;

  g_binding_group_bind_full (
      self->bindings, "system-prompt", gtk_text_view_get_buffer (self->system_prompt), "text", both,
      chord_settings_text_to_buffer, chord_settings_text_from_buffer, NULL, NULL);
  g_binding_group_bind_full (self->bindings, "stop", gtk_text_view_get_buffer (self->stop), "text",
                             both, chord_settings_stop_to_buffer, chord_settings_stop_from_buffer,
                             NULL, NULL);
}

static void
chord_model_settings_view_dispose (GObject *object)
{
  ChordModelSettingsView *self = CHORD_MODEL_SETTINGS_VIEW (object);

  if (self->bindings)
    set_settings (self, NULL);
  if (self->preset_signals)
    g_signal_group_set_target (self->preset_signals, NULL);
  g_clear_object (&self->bindings);
  g_clear_object (&self->signals);
  g_clear_object (&self->preset_signals);
  g_clear_object (&self->devices);
  g_clear_object (&self->model);
  g_clear_object (&self->file);
  gtk_widget_dispose_template (GTK_WIDGET (self), CHORD_TYPE_MODEL_SETTINGS_VIEW);
  G_OBJECT_CLASS (chord_model_settings_view_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, ChordModelSettingsView, reload_group);
  gtk_widget_class_bind_template_child (widget_class, ChordModelSettingsView, reload_button);
  gtk_widget_class_bind_template_child (widget_class, ChordModelSettingsView, preset_row);
  gtk_widget_class_bind_template_child (widget_class, ChordModelSettingsView, system_prompt);
  gtk_widget_class_bind_template_child (widget_class, ChordModelSettingsView, answer_group);
  gtk_widget_class_bind_template_child (widget_class, ChordModelSettingsView, stop);
  gtk_widget_class_bind_template_child (widget_class, ChordModelSettingsView, load_group);
  gtk_widget_class_bind_template_child (widget_class, ChordModelSettingsView, context_row);
  gtk_widget_class_bind_template_child (widget_class, ChordModelSettingsView, kv_row);
  gtk_widget_class_bind_template_child (widget_class, ChordModelSettingsView, precision_row);
  gtk_widget_class_bind_template_child (widget_class, ChordModelSettingsView, device_row);
  gtk_widget_class_bind_template_callback (widget_class, preset_selected);
  gtk_widget_class_bind_template_callback (widget_class, save_preset_clicked);
  gtk_widget_class_bind_template_callback (widget_class, manage_presets_clicked);
  gtk_widget_class_bind_template_callback (widget_class, reset_clicked);
}

static void
chord_model_settings_view_class_init (ChordModelSettingsViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chord_model_settings_view_dispose;

  g_type_ensure (CHORD_TYPE_CONTEXT_ROW);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/chord_engine/Chord/chord-model-settings-view.ui");
  bind_template (widget_class);
}

static void
chord_model_settings_view_init (ChordModelSettingsView *self)
{
  g_autoptr (GListModel) names = NULL;

  gtk_widget_init_template (GTK_WIDGET (self));
  self->bindings = g_binding_group_new ();
  self->signals = g_signal_group_new (CHORD_TYPE_MODEL_SETTINGS);
  self->preset_signals = g_signal_group_new (G_TYPE_LIST_MODEL);
  self->devices = chord_device_list ();
  names = chord_settings_device_names (self->devices);
  adw_combo_row_set_model (self->device_row, names);
  add_numbers (self, self->answer_group, answer_numbers, G_N_ELEMENTS (answer_numbers));
  add_numbers (self, self->load_group, load_numbers, G_N_ELEMENTS (load_numbers));
  bind_choices (self);
  bind_texts (self);
  g_signal_group_connect (self->signals, "notify", G_CALLBACK (setting_changed), self);
  g_signal_group_connect_swapped (self->signals, "notify::preset-id",
                                  G_CALLBACK (show_chosen_preset), self);
  g_signal_group_connect_swapped (self->preset_signals, "items-changed",
                                  G_CALLBACK (show_presets), self);
}
