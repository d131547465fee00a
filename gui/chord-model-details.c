/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-model-details.h"

#include <glib/gi18n.h>

#include "chord-fit-badge.h"
#include "chord-model-settings-view.h"
#include "chord-model-text.h"

/* All that is known of one model, and its settings. What is done to the model are actions of the
 * models page; only looking belongs here: at the folder, the repository, the sum. */

struct _ChordModelDetails
{
  AdwBin parent_instance;

  GtkWidget *back_button;
  GtkMenuButton *menu_button;
  GtkStack *stack;
  GtkLabel *title;
  GtkWidget *default_label;
  GtkButton *use_button;
  GtkWidget *problem_group;
  AdwActionRow *problem_row;
  GtkWidget *fit_group;
  AdwActionRow *fit_row;
  AdwActionRow *speed_row;
  ChordFitBadge *badge;
  AdwEntryRow *name_row;
  AdwPreferencesGroup *facts_group;
  AdwActionRow *path_row;
  AdwActionRow *repository_row;
  AdwActionRow *sum_row;
  GtkProgressBar *verify_progress;
  GtkWidget *verify_button;
  GtkWidget *stop_verify_button;
  ChordModelSettingsView *settings;

  GPtrArray *fact_labels; /* one for each of facts, in the same order */
  GSignalGroup *signals;          /* of the model */
  GSignalGroup *settings_signals; /* of its settings */
  ChordCatalogModel *model;
  ChordModelFile *file;    /* its header; NULL until read */
  GCancellable *opening;
  GCancellable *verifying; /* non-NULL while the sum is computed */
};

G_DEFINE_FINAL_TYPE (ChordModelDetails, chord_model_details, ADW_TYPE_BIN)

/* ---- Facts ----------------------------------------------------------------------------------- */

static char *
architecture (ChordCatalogModel *model)
{
  return g_strdup (chord_catalog_model_get_architecture (model));
}

static char *
parameters (ChordCatalogModel *model)
{
  return chord_model_text_parameters (chord_catalog_model_get_n_parameters (model));
}

static char *
quantization (ChordCatalogModel *model)
{
  return g_strdup (chord_catalog_model_get_quantization (model));
}

static char *
number_or_null (guint64 number)
{
  return number ? chord_model_text_number (number) : NULL;
}

static char *
context_length (ChordCatalogModel *model)
{
  g_autofree char *number = number_or_null (chord_catalog_model_get_context_length (model));

  return number ? g_strdup_printf (_("%s tokens"), number) : NULL;
}

static char *
n_layers (ChordCatalogModel *model)
{
  return number_or_null (chord_catalog_model_get_n_layers (model));
}

static char *
embedding_length (ChordCatalogModel *model)
{
  return number_or_null (chord_catalog_model_get_embedding_length (model));
}

static char *
size (ChordCatalogModel *model)
{
  guint n_files = chord_catalog_model_get_n_files (model);
  guint64 bytes = chord_catalog_model_get_bytes (model);
  g_autofree char *total = g_format_size (bytes);

  if (bytes == 0)
    return NULL;
  if (n_files < 2)
    return g_steal_pointer (&total);
  return g_strdup_printf (ngettext ("%s in %u file", "%s in %u files", n_files), total, n_files);
}

static char *
license (ChordCatalogModel *model)
{
  return g_strdup (chord_catalog_model_get_license (model));
}

static char *
template_name (ChordCatalogModel *model)
{
  return g_strdup (chord_catalog_model_get_template_name (model));
}

static char *
source (ChordCatalogModel *model)
{
  return g_strdup (chord_model_text_source (chord_catalog_model_get_source (model)));
}

static char *
added (ChordCatalogModel *model)
{
  return chord_model_text_time (chord_catalog_model_get_added (model));
}

static char *
last_used (ChordCatalogModel *model)
{
  return chord_model_text_time (chord_catalog_model_get_last_used (model));
}

static const struct
{
  const char *title;
  char *(*text) (ChordCatalogModel *model);
} facts[] = {
  { N_("Architecture"), architecture },
  { N_("Parameters"), parameters },
  { N_("Quantization"), quantization },
  { N_("Size"), size },
  { N_("Trained Context"), context_length },
  { N_("Layers"), n_layers },
  { N_("Embedding Length"), embedding_length },
  { N_("License"), license },
  { N_("Chat Template"), template_name },
  { N_("Origin"), source },
  { N_("Added"), added },
  { N_("Last Used"), last_used },
};

static GtkWidget *
create_fact (const char *title)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_natural_wrap_mode (GTK_LABEL (label), GTK_NATURAL_WRAP_NONE);
  gtk_label_set_xalign (GTK_LABEL (label), 1);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_RIGHT);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, "dim-label");
  gtk_accessible_update_property (GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  title, -1);
  return label;
}

static void
create_facts (ChordModelDetails *self)
{
  self->fact_labels = g_ptr_array_new ();
  for (gsize i = 0; i < G_N_ELEMENTS (facts); i++)
    {
      GtkWidget *row = adw_action_row_new ();
      GtkWidget *label = create_fact (_(facts[i].title));

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _(facts[i].title));
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), label);
      adw_preferences_group_add (self->facts_group, row);
      g_ptr_array_add (self->fact_labels, label);
    }
}

/* What is not known has no row. */
static void
show_facts (ChordModelDetails *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (facts); i++)
    {
      GtkWidget *label = g_ptr_array_index (self->fact_labels, i);
      GtkWidget *row = gtk_widget_get_ancestor (label, ADW_TYPE_ACTION_ROW);
      g_autofree char *text = facts[i].text (self->model);

      gtk_label_set_label (GTK_LABEL (label), text ? text : "");
      gtk_widget_set_visible (row, text && text[0]);
    }
}

/* ---- Memory and speed ------------------------------------------------------------------------ */

static void
show_fit (ChordModelDetails *self)
{
  g_autoptr (ChordModelOptions) options = NULL;
  g_autoptr (ChordFit) fit = NULL;
  g_autofree char *need = NULL;
  g_autofree char *parts = NULL;
  g_autofree char *text = NULL;
  g_autofree char *speed = NULL;
  g_autofree char *speed_text = NULL;

  if (self->file)
    {
      options = chord_model_settings_create_model_options (
          chord_catalog_model_get_settings (self->model));
      fit = chord_fit_new_for_file (self->file, options, NULL, NULL);
    }
  gtk_widget_set_visible (self->fit_group, fit != NULL);
  chord_fit_badge_set_fit (self->badge, fit);
  if (fit == NULL)
    return;
  need = chord_model_text_fit (fit);
  parts = chord_model_text_fit_parts (fit);
  speed = chord_model_text_speed (fit);
  text = g_strdup_printf ("%s\n%s", need, parts);
  adw_action_row_set_subtitle (self->fit_row, text);
  speed_text = speed ? g_strdup_printf (_("%s, from how fast this machine reads memory"), speed)
                     : g_strdup (_("Known once the Benchmark page has measured this machine"));
  adw_action_row_set_subtitle (self->speed_row, speed_text);
}

static void
file_opened (GObject *source_object, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChordModelDetails) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChordModelFile) file = chord_model_file_open_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->opening);
  g_set_object (&self->file, file);
  chord_model_settings_view_set_file (self->settings, file);
  show_fit (self);
}

static void
cancel (GCancellable **cancellable)
{
  if (*cancellable)
    g_cancellable_cancel (*cancellable);
  g_clear_object (cancellable);
}

static void
open_file (ChordModelDetails *self)
{
  g_autoptr (GFile) file = NULL;

  cancel (&self->opening);
  g_clear_object (&self->file);
  show_fit (self);
  if (self->model == NULL
      || chord_catalog_model_get_state (self->model) != CHORD_MODEL_STATE_AVAILABLE)
    return;
  file = chord_catalog_model_get_file (self->model);
  self->opening = g_cancellable_new ();
  chord_model_file_open_async (file, CHORD_MODEL_FILE_FLAGS_NONE, self->opening, file_opened,
                               g_object_ref (self));
}

/* ---- The file -------------------------------------------------------------------------------- */

static void
show_error (ChordModelDetails *self, const GError *error)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "models.show-error", "s", error->message);
}

static void
shown (GObject *window, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChordModelDetails) self = data;
  g_autoptr (GError) error = NULL;

  if (!gtk_show_uri_full_finish (GTK_WINDOW (window), result, &error))
    show_error (self, error);
}

static void
show_uri (ChordModelDetails *self, const char *uri)
{
  gtk_show_uri_full (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), uri, GDK_CURRENT_TIME,
                     NULL, shown, g_object_ref (self));
}

static void
open_folder_clicked (ChordModelDetails *self)
{
  g_autoptr (GFile) file = chord_catalog_model_get_file (self->model);
  g_autoptr (GFile) folder = g_file_get_parent (file);
  g_autofree char *uri = folder ? g_file_get_uri (folder) : NULL;

  if (uri)
    show_uri (self, uri);
}

static void
open_repository_clicked (ChordModelDetails *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChordRepository) repository
      = chord_repository_new (chord_catalog_model_get_repository (self->model), &error);
  g_autofree char *uri = NULL;

  if (repository == NULL)
    {
      show_error (self, error);
      return;
    }
  uri = g_strdup_printf ("%s/%s", chord_repository_get_endpoint (repository),
                         chord_repository_get_id (repository));
  show_uri (self, uri);
}

static void
show_file (ChordModelDetails *self)
{
  const char *repository = chord_catalog_model_get_repository (self->model);
  const char *sum = chord_catalog_model_get_sha256 (self->model);

  adw_action_row_set_subtitle (self->path_row, chord_catalog_model_get_path (self->model));
  adw_action_row_set_subtitle (self->repository_row, repository ? repository : "");
  gtk_widget_set_visible (GTK_WIDGET (self->repository_row), repository && repository[0]);
  adw_action_row_set_subtitle (self->sum_row,
                               sum && sum[0] ? sum : _("Not known until the file is verified"));
}

/* ---- Verifying ------------------------------------------------------------------------------- */

static void
show_verifying (ChordModelDetails *self)
{
  gboolean running = self->verifying != NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->verify_progress), running);
  gtk_widget_set_visible (self->stop_verify_button, running);
  gtk_widget_set_visible (self->verify_button, !running);
  gtk_progress_bar_set_fraction (self->verify_progress, 0);
}

static void
verified (GObject *model, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChordModelDetails) self = data;
  g_autoptr (GError) error = NULL;
  gboolean good
      = chord_catalog_model_verify_finish (CHORD_CATALOG_MODEL (model), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->verifying);
  show_verifying (self);
  if (!good)
    show_error (self, error);
  else
    gtk_widget_activate_action (GTK_WIDGET (self), "models.show-message", "s",
                                _("The file is what it was"));
}

static void
verify_progressed (ChordProgress *progress, GParamSpec *pspec, ChordModelDetails *self)
{
  gtk_progress_bar_set_fraction (self->verify_progress, chord_progress_get_fraction (progress));
}

static void
verify_clicked (ChordModelDetails *self)
{
  g_autoptr (ChordProgress) progress = chord_progress_new ();

  self->verifying = g_cancellable_new ();
  show_verifying (self);
  gtk_widget_grab_focus (self->stop_verify_button);
  g_signal_connect_object (progress, "notify::fraction", G_CALLBACK (verify_progressed), self, 0);
  chord_catalog_model_verify_async (self->model, progress, self->verifying, verified,
                                    g_object_ref (self));
}

static void
stop_verify_clicked (ChordModelDetails *self)
{
  cancel (&self->verifying);
  show_verifying (self);
  gtk_widget_grab_focus (self->verify_button);
}

/* ---- The model ------------------------------------------------------------------------------- */

static void
append (GMenu *menu, const char *label, const char *action, gint64 id)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, action, "x", id);
  g_menu_append_item (menu, item);
}

static GMenuModel *
create_menu (ChordCatalogModel *model)
{
  gint64 id = chord_record_get_id (CHORD_RECORD (model));
  const char *where = chord_catalog_model_get_source (model);
  gboolean is_ours
      = g_strcmp0 (where, "import") == 0 || g_strcmp0 (where, "download") == 0;
  g_autoptr (GMenu) use = g_menu_new ();
  g_autoptr (GMenu) removal = g_menu_new ();
  GMenu *menu = g_menu_new ();

  append (use, _("Use as _Default"), "models.set-default", id);
  if (g_strcmp0 (where, "builtin") != 0)
    {
      append (use, _("_Locate…"), "models.locate", id);
      if (!is_ours)
        append (use, _("_Copy into Chord’s Folder"), "models.import", id);
      append (removal, _("_Forget…"), "models.forget", id);
      if (is_ours)
        append (removal, _("_Move to Trash…"), "models.trash", id);
    }
  g_menu_append_section (menu, NULL, G_MENU_MODEL (use));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (removal));
  return G_MENU_MODEL (menu);
}

static void
show_state (ChordModelDetails *self)
{
  ChordModelState state = chord_catalog_model_get_state (self->model);
  const char *problem = chord_catalog_model_get_problem (self->model);
  gboolean available = state == CHORD_MODEL_STATE_AVAILABLE;

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->problem_row),
                                 chord_model_text_state (state));
  adw_action_row_set_subtitle (self->problem_row, problem ? problem : "");
  gtk_widget_set_visible (self->problem_group, !available);
  gtk_widget_set_visible (GTK_WIDGET (self->use_button), available);
}

static void
show_name (ChordModelDetails *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->name_row),
                         chord_catalog_model_get_name (self->model));
}

static void
name_applied (ChordModelDetails *self)
{
  g_autofree char *name = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->name_row)));
  g_autofree char *before = g_strdup (chord_catalog_model_get_name (self->model));
  g_autoptr (GError) error = NULL;

  if (g_strstrip (name)[0])
    chord_catalog_model_set_name (self->model, name);
  if (!chord_record_save (CHORD_RECORD (self->model), &error))
    {
      chord_catalog_model_set_name (self->model, before);
      show_error (self, error);
    }
  show_name (self);
}

static void
update (ChordModelDetails *self)
{
  gtk_label_set_label (self->title, chord_model_text_title (self->model));
  show_state (self);
  show_facts (self);
  show_file (self);
}

ChordCatalogModel *
chord_model_details_get_model (ChordModelDetails *self)
{
  return self->model;
}

void
chord_model_details_set_model (ChordModelDetails *self, ChordCatalogModel *model)
{
  g_autoptr (GMenuModel) menu = model ? create_menu (model) : NULL;

  cancel (&self->verifying);
  show_verifying (self);
  g_set_object (&self->model, model);
  g_signal_group_set_target (self->signals, model);
  g_signal_group_set_target (self->settings_signals,
                             model ? chord_catalog_model_get_settings (model) : NULL);
  chord_model_settings_view_set_model (self->settings, model);
  gtk_menu_button_set_menu_model (self->menu_button, menu);
  gtk_stack_set_visible_child_name (self->stack, "details");
  open_file (self);
  if (model == NULL)
    return;
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->use_button), "x",
                                    chord_record_get_id (CHORD_RECORD (model)));
  show_name (self);
  update (self);
}

GtkWidget *
chord_model_details_get_menu_button (ChordModelDetails *self)
{
  return GTK_WIDGET (self->menu_button);
}

void
chord_model_details_set_loaded (ChordModelDetails *self, gboolean loaded)
{
  chord_model_settings_view_set_loaded (self->settings, loaded);
}

void
chord_model_details_set_is_default (ChordModelDetails *self, gboolean is_default)
{
  gtk_widget_set_visible (self->default_label, is_default);
}

/* ---- Life ------------------------------------------------------------------------------------ */

static gboolean
chord_model_details_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (CHORD_MODEL_DETAILS (widget)->back_button);
}

static void
chord_model_details_dispose (GObject *object)
{
  ChordModelDetails *self = CHORD_MODEL_DETAILS (object);

  cancel (&self->opening);
  cancel (&self->verifying);
  g_clear_object (&self->signals);
  g_clear_object (&self->settings_signals);
  g_clear_pointer (&self->fact_labels, g_ptr_array_unref);
  gtk_widget_dispose_template (GTK_WIDGET (self), CHORD_TYPE_MODEL_DETAILS);
  g_clear_object (&self->file);
  g_clear_object (&self->model);
  G_OBJECT_CLASS (chord_model_details_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, ChordModelDetails, back_button);
  gtk_widget_class_bind_template_child (widget_class, ChordModelDetails, menu_button);
  gtk_widget_class_bind_template_child (widget_class, ChordModelDetails, stack);
  gtk_widget_class_bind_template_child (widget_class, ChordModelDetails, title);
  gtk_widget_class_bind_template_child (widget_class, ChordModelDetails, name_row);
  gtk_widget_class_bind_template_callback (widget_class, name_applied);
  gtk_widget_class_bind_template_child (widget_class, ChordModelDetails, default_label);
  gtk_widget_class_bind_template_child (widget_class, ChordModelDetails, use_button);
  gtk_widget_class_bind_template_child (widget_class, ChordModelDetails, problem_group);
  gtk_widget_class_bind_template_child (widget_class, ChordModelDetails, problem_row);
  gtk_widget_class_bind_template_child (widget_class, ChordModelDetails, fit_group);
  gtk_widget_class_bind_template_child (widget_class, ChordModelDetails, fit_row);
  gtk_widget_class_bind_template_child (widget_class, ChordModelDetails, speed_row);
  gtk_widget_class_bind_template_child (widget_class, ChordModelDetails, badge);
  gtk_widget_class_bind_template_child (widget_class, ChordModelDetails, facts_group);
  gtk_widget_class_bind_template_child (widget_class, ChordModelDetails, path_row);
  gtk_widget_class_bind_template_child (widget_class, ChordModelDetails, repository_row);
  gtk_widget_class_bind_template_child (widget_class, ChordModelDetails, sum_row);
  gtk_widget_class_bind_template_child (widget_class, ChordModelDetails, verify_progress);
  gtk_widget_class_bind_template_child (widget_class, ChordModelDetails, verify_button);
  gtk_widget_class_bind_template_child (widget_class, ChordModelDetails, stop_verify_button);
  gtk_widget_class_bind_template_child (widget_class, ChordModelDetails, settings);
  gtk_widget_class_bind_template_callback (widget_class, open_folder_clicked);
  gtk_widget_class_bind_template_callback (widget_class, open_repository_clicked);
  gtk_widget_class_bind_template_callback (widget_class, verify_clicked);
  gtk_widget_class_bind_template_callback (widget_class, stop_verify_clicked);
}

static void
chord_model_details_class_init (ChordModelDetailsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chord_model_details_dispose;
  widget_class->grab_focus = chord_model_details_grab_focus;

  g_type_ensure (CHORD_TYPE_FIT_BADGE);
  g_type_ensure (CHORD_TYPE_MODEL_SETTINGS_VIEW);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/chord_engine/Chord/chord-model-details.ui");
  bind_template (widget_class);
}

static void
chord_model_details_init (ChordModelDetails *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (chord_machine_get_default (), "notify::bandwidth",
                           G_CALLBACK (show_fit), self, G_CONNECT_SWAPPED);
  create_facts (self);
  self->signals = g_signal_group_new (CHORD_TYPE_CATALOG_MODEL);
  self->settings_signals = g_signal_group_new (CHORD_TYPE_MODEL_SETTINGS);
  g_signal_group_connect_swapped (self->signals, "notify", G_CALLBACK (update), self);
  g_signal_group_connect_swapped (self->signals, "notify::name", G_CALLBACK (show_name), self);
  g_signal_group_connect_swapped (self->signals, "notify::state", G_CALLBACK (open_file), self);
  g_signal_group_connect_swapped (self->settings_signals, "notify", G_CALLBACK (show_fit), self);
}
