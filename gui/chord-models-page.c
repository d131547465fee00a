/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-models-page-private.h"

#include <glib/gi18n.h>

#include "chord-download-dialog.h"
#include "chord-download-row.h"
#include "chord-folder-row.h"
#include "chord-model-details.h"
#include "chord-model-row.h"
#include "chord-model-text.h"
#include "chord-suggestion-row.h"
#include "chord-widgets.h"

/* The page of the models: what is being downloaded, what is installed, what can be had, and the
 * folders that are looked at. It shows the lists of the catalog, which live: nothing here is told
 * twice. A model's details come over the lists. */

/* As many suggestions are shown before the user asks for all. */
#define FEW_SUGGESTIONS 5

struct _ChordModelsPage
{
  AdwBin parent_instance;

  AdwToastOverlay *toasts;
  AdwLeaflet *leaflet;
  GtkWidget *list_page;
  ChordModelDetails *details;
  GtkDropTarget *drop;
  GtkSearchEntry *search;
  GtkRevealer *busy_revealer;
  GtkLabel *busy_label;
  GtkProgressBar *busy_progress;
  GtkStack *stack;
  GtkWidget *downloads_group;
  GtkListBox *downloads_list;
  GtkWidget *models_group;
  GtkListBox *models_list;
  GtkWidget *suggestions_group;
  GtkListBox *suggestions_list;
  GtkWidget *all_button;
  GtkWidget *repository_group;
  AdwEntryRow *repository_entry;
  GtkWidget *repository_button;
  GtkWidget *folders_group;
  GtkListBox *folders_list;
  GtkWidget *known_group;
  GtkListBox *known_list;

  ChordCatalog *catalog;
  ChordCatalogModel *loaded_model; /* what the program has in memory, or NULL */
  gint64 default_id;               /* of the default model */
  gboolean preparing;              /* the machine is measured */
  GtkFilter *model_filter;
  GtkFilter *suggestion_filter;
  GListModel *models;      /* those that match the query */
  GListModel *suggestions; /* likewise */
  GtkSliceListModel *first_suggestions; /* as many as are shown */
  gboolean all_suggestions;             /* the user asked for all */
  GCancellable *busy;      /* non-NULL while something long runs that can be cancelled */
};

enum
{
  PROP_0,
  PROP_CATALOG,
  PROP_LOADED_MODEL,
  N_PROPS
};

enum
{
  USE_MODEL,
  RELOAD_MODEL,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ChordModelsPage, chord_models_page, ADW_TYPE_BIN)

/* ---- Messages ------------------------------------------------------------------------------- */

static AdwToast *
create_toast (const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  return adw_toast_new (escaped);
}

static void
show_toast (ChordModelsPage *self, const char *text)
{
  adw_toast_overlay_add_toast (self->toasts, create_toast (text));
}

void
chord_models_page_show_message (ChordModelsPage *self, const char *message)
{
  show_toast (self, message);
}

void
chord_models_page_show_error (ChordModelsPage *self, const GError *error)
{
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    show_toast (self, error->message);
}

static void
show_text_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  show_toast (CHORD_MODELS_PAGE (widget), g_variant_get_string (parameter, NULL));
}

static void
busy_progressed (ChordProgress *progress, GParamSpec *pspec, ChordModelsPage *self)
{
  gtk_progress_bar_set_fraction (self->busy_progress, chord_progress_get_fraction (progress));
}

/* Shows that something long runs, until it is called with NULL. */
void
chord_models_page_set_busy (ChordModelsPage *self, const char *what, ChordProgress *progress,
                            GCancellable *cancellable)
{
  g_set_object (&self->busy, cancellable);
  gtk_revealer_set_reveal_child (self->busy_revealer, what != NULL);
  if (what == NULL)
    return;
  gtk_label_set_label (self->busy_label, what);
  gtk_progress_bar_set_fraction (self->busy_progress, 0);
  gtk_widget_set_visible (GTK_WIDGET (self->busy_progress), progress != NULL);
  if (progress)
    g_signal_connect_object (progress, "notify::fraction", G_CALLBACK (busy_progressed), self, 0);
}

static void
busy_cancelled (ChordModelsPage *self)
{
  if (self->busy)
    g_cancellable_cancel (self->busy);
}

/* ---- Models --------------------------------------------------------------------------------- */

ChordCatalogModel *
chord_models_page_dup_model (ChordModelsPage *self, gint64 id)
{
  GListModel *models = self->catalog ? chord_catalog_get_models (self->catalog) : NULL;

  for (guint i = 0; models && i < g_list_model_get_n_items (models); i++)
    {
      g_autoptr (ChordCatalogModel) model = g_list_model_get_item (models, i);

      if (chord_record_get_id (CHORD_RECORD (model)) == id)
        return g_steal_pointer (&model);
    }
  return NULL;
}

void
chord_models_page_use_model (ChordModelsPage *self, ChordCatalogModel *model)
{
  g_signal_emit (self, signals[USE_MODEL], 0, model);
}

void
chord_models_page_reload_model (ChordModelsPage *self, ChordCatalogModel *model)
{
  g_signal_emit (self, signals[RELOAD_MODEL], 0, model);
  /* It is the same model, of which nothing else tells that it has its settings now. */
  chord_model_details_set_loaded (self->details, model == self->loaded_model);
}

static gboolean
is_default (ChordModelsPage *self, ChordCatalogModel *model)
{
  return chord_record_get_id (CHORD_RECORD (model)) == self->default_id;
}

/* Nothing tells when another program or window chooses a default, so this is asked again when the
 * page comes into view. */
void
chord_models_page_show_default (ChordModelsPage *self)
{
  ChordCatalogModel *shown = chord_model_details_get_model (self->details);
  ChordCatalogModel *chosen
      = self->catalog ? chord_catalog_get_default_model (self->catalog) : NULL;
  GtkListBoxRow *row;

  self->default_id = chosen ? chord_record_get_id (CHORD_RECORD (chosen)) : 0;
  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->models_list, i)); i++)
    chord_model_row_set_is_default (
        CHORD_MODEL_ROW (row),
        is_default (self, chord_model_row_get_model (CHORD_MODEL_ROW (row))));
  if (shown)
    chord_model_details_set_is_default (self->details, is_default (self, shown));
}

void
chord_models_page_show_model (ChordModelsPage *self, ChordCatalogModel *model)
{
  chord_model_details_set_model (self->details, model);
  chord_model_details_set_loaded (self->details, model == self->loaded_model);
  chord_model_details_set_is_default (self->details, is_default (self, model));
  adw_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->details));
  gtk_widget_grab_focus (GTK_WIDGET (self->details));
}

static void
focus_model (ChordModelsPage *self, ChordCatalogModel *model)
{
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->models_list, i)); i++)
    if (chord_model_row_get_model (CHORD_MODEL_ROW (row)) == model)
      gtk_widget_grab_focus (GTK_WIDGET (row));
}

void
chord_models_page_show_list (ChordModelsPage *self)
{
  ChordCatalogModel *model = chord_model_details_get_model (self->details);

  adw_leaflet_set_visible_child (self->leaflet, self->list_page);
  if (model)
    focus_model (self, model);
}

static void
model_activated (ChordModelsPage *self, GtkListBoxRow *row)
{
  chord_models_page_show_model (self, chord_model_row_get_model (CHORD_MODEL_ROW (row)));
}

/* ---- Rows ----------------------------------------------------------------------------------- */

static GtkWidget *
create_model_row (gpointer item, gpointer data)
{
  ChordModelsPage *self = data;
  GtkWidget *row = chord_model_row_new (item);

  chord_model_row_set_is_default (CHORD_MODEL_ROW (row), is_default (self, item));
  return row;
}

static void
download_finished (ChordDownload *download, gboolean good, ChordModelsPage *self)
{
  ChordCatalogModel *model = chord_download_get_model (download);
  g_autofree char *text = NULL;
  AdwToast *toast;

  /* What failed, its row says. */
  if (!good || model == NULL)
    return;
  text = g_strdup_printf (_("%s is ready"), chord_model_text_title (model));
  toast = create_toast (text);
  adw_toast_set_button_label (toast, _("_Chat"));
  adw_toast_set_action_name (toast, "models.use");
  adw_toast_set_action_target (toast, "x", chord_record_get_id (CHORD_RECORD (model)));
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static GtkWidget *
create_download_row (gpointer item, gpointer data)
{
  g_signal_connect_object (item, "finished", G_CALLBACK (download_finished), data, 0);
  return chord_download_row_new (item);
}

static GtkWidget *
create_suggestion_row (gpointer item, gpointer data)
{
  return chord_suggestion_row_new (item);
}

static GtkWidget *
create_folder_row (gpointer item, gpointer data)
{
  return chord_folder_row_new (item);
}

/* ---- Folders of other programs --------------------------------------------------------------- */

static gboolean
is_in_catalog (ChordModelsPage *self, const char *path)
{
  GListModel *folders = chord_catalog_get_folders (self->catalog);

  for (guint i = 0; i < g_list_model_get_n_items (folders); i++)
    {
      g_autoptr (ChordCatalogFolder) folder = g_list_model_get_item (folders, i);

      if (g_str_equal (chord_catalog_folder_get_path (folder), path))
        return TRUE;
    }
  return FALSE;
}

static GtkWidget *
create_known_row (const char *path, const char *program)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_button_new_with_label (_("Add"));
  g_autofree char *shown = g_filename_display_name (path);
  g_autofree char *label = g_strdup_printf (_("Add the models of %s"), program);

  g_object_set (row, "use-markup", FALSE, "title", program, "subtitle", shown, NULL);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_actionable_set_action_target_value (GTK_ACTIONABLE (button),
                                          g_variant_new_bytestring (path));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "models.add-known-folder");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  return row;
}

/* Those that are there and not yet in the catalog. */
static void
show_known_folders (ChordModelsPage *self)
{
  g_autoptr (GHashTable) known = self->catalog ? chord_catalog_list_known_folders () : NULL;
  GtkListBoxRow *row;
  GHashTableIter iter;
  gpointer path, program;

  while ((row = gtk_list_box_get_row_at_index (self->known_list, 0)))
    gtk_list_box_remove (self->known_list, GTK_WIDGET (row));
  if (known == NULL)
    return;
  g_hash_table_iter_init (&iter, known);
  while (g_hash_table_iter_next (&iter, &path, &program))
    if (!is_in_catalog (self, path))
      gtk_list_box_append (self->known_list, create_known_row (path, program));
}

/* ---- Search --------------------------------------------------------------------------------- */

static const char *
query (ChordModelsPage *self)
{
  return gtk_editable_get_text (GTK_EDITABLE (self->search));
}

static gboolean
model_matches (gpointer item, gpointer data)
{
  return chord_model_text_model_matches (item, query (data));
}

static gboolean
suggestion_matches (gpointer item, gpointer data)
{
  return chord_model_text_suggestion_matches (item, query (data));
}

/* The rest of the page shall not be far below; but who searches sees all that is found. */
static void
show_suggestions (ChordModelsPage *self, guint n)
{
  gboolean all = self->all_suggestions || query (self)[0] || n <= FEW_SUGGESTIONS + 1;

  if (self->first_suggestions)
    gtk_slice_list_model_set_size (self->first_suggestions, all ? G_MAXUINT : FEW_SUGGESTIONS);
  gtk_widget_set_visible (self->all_button, !all);
  gtk_widget_set_visible (self->suggestions_group, n > 0);
}

/* While something is searched, only what was found is shown. */
static void
show_sections (ChordModelsPage *self)
{
  gboolean searching = query (self)[0] != '\0';
  guint n_models = self->models ? g_list_model_get_n_items (self->models) : 0;
  guint n_suggestions = self->suggestions ? g_list_model_get_n_items (self->suggestions) : 0;
  GListModel *downloads = self->catalog ? chord_catalog_get_downloads (self->catalog) : NULL;
  GListModel *folders = self->catalog ? chord_catalog_get_folders (self->catalog) : NULL;

  gtk_widget_set_visible (self->downloads_group,
                          downloads && g_list_model_get_n_items (downloads) > 0 && !searching);
  gtk_widget_set_visible (self->models_group, n_models > 0 || !searching);
  show_suggestions (self, n_suggestions);
  gtk_widget_set_visible (self->repository_group, !searching);
  gtk_widget_set_visible (self->folders_group,
                          folders && g_list_model_get_n_items (folders) > 0 && !searching);
  gtk_widget_set_visible (self->known_group,
                          gtk_list_box_get_row_at_index (self->known_list, 0) && !searching);
  gtk_stack_set_visible_child_name (
      self->stack, searching && n_models + n_suggestions == 0 ? "nothing" : "lists");
}

static void
query_changed (ChordModelsPage *self)
{
  gtk_filter_changed (self->model_filter, GTK_FILTER_CHANGE_DIFFERENT);
  gtk_filter_changed (self->suggestion_filter, GTK_FILTER_CHANGE_DIFFERENT);
  show_sections (self);
}

static void
show_all_clicked (ChordModelsPage *self)
{
  self->all_suggestions = TRUE;
  gtk_widget_child_focus (GTK_WIDGET (self->suggestions_list), GTK_DIR_TAB_FORWARD);
  show_sections (self);
}

static void
search_stopped (ChordModelsPage *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
}

/* ---- Repositories --------------------------------------------------------------------------- */

static void
repository_typed (ChordModelsPage *self)
{
  g_autofree char *text
      = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->repository_entry)));

  gtk_widget_set_sensitive (self->repository_button,
                            chord_repository_name_is_valid (g_strstrip (text)));
}

static void
repository_entered (ChordModelsPage *self)
{
  g_autofree char *text
      = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->repository_entry)));

  if (gtk_widget_is_sensitive (self->repository_button))
    chord_download_dialog_present (GTK_WIDGET (self), self->catalog, g_strstrip (text));
}

static void
download_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  g_autoptr (ChordSuggestion) suggestion
      = chord_suggestion_find (g_variant_get_string (parameter, NULL));

  if (suggestion)
    chord_download_dialog_present_suggestion (widget, CHORD_MODELS_PAGE (widget)->catalog,
                                              suggestion);
}

static void
back_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  chord_models_page_show_list (CHORD_MODELS_PAGE (widget));
}

static gboolean
files_dropped (ChordModelsPage *self, const GValue *value)
{
  g_autoptr (GListStore) files = g_list_store_new (G_TYPE_FILE);
  GSList *list = g_value_get_boxed (value);

  for (GSList *l = list; l; l = l->next)
    g_list_store_append (files, l->data);
  chord_models_page_add_files (self, G_LIST_MODEL (files));
  return list != NULL;
}

/* ---- The catalog ---------------------------------------------------------------------------- */

ChordCatalog *
chord_models_page_get_catalog (ChordModelsPage *self)
{
  return self->catalog;
}

static GListModel *
filtered (GListModel *list, GtkFilter *filter)
{
  return G_LIST_MODEL (
      gtk_filter_list_model_new (g_object_ref (list), g_object_ref (filter)));
}

static void
watch (ChordModelsPage *self, GListModel *list)
{
  g_signal_connect_object (list, "items-changed", G_CALLBACK (show_sections), self,
                           G_CONNECT_SWAPPED);
}

/* A model that is no longer there has no details. */
static void
models_changed (ChordModelsPage *self)
{
  ChordCatalogModel *shown = chord_model_details_get_model (self->details);
  g_autoptr (ChordCatalogModel) there = NULL;

  chord_models_page_show_default (self);
  if (shown == NULL)
    return;
  there = chord_models_page_dup_model (self, chord_record_get_id (CHORD_RECORD (shown)));
  if (there)
    return;
  chord_model_details_set_model (self->details, NULL);
  chord_models_page_show_list (self);
}

static void
bind_lists (ChordModelsPage *self)
{
  GListModel *downloads = chord_catalog_get_downloads (self->catalog);
  GListModel *folders = chord_catalog_get_folders (self->catalog);
  GListModel *all = chord_catalog_get_models (self->catalog);
  g_autoptr (GListModel) suggestions = chord_suggestion_list ();

  self->models = filtered (all, self->model_filter);
  self->suggestions = filtered (suggestions, self->suggestion_filter);
  self->first_suggestions
      = gtk_slice_list_model_new (g_object_ref (self->suggestions), 0, FEW_SUGGESTIONS);
  gtk_list_box_bind_model (self->downloads_list, downloads, create_download_row, self, NULL);
  gtk_list_box_bind_model (self->models_list, self->models, create_model_row, self, NULL);
  gtk_list_box_bind_model (self->suggestions_list, G_LIST_MODEL (self->first_suggestions),
                           create_suggestion_row, self, NULL);
  gtk_list_box_bind_model (self->folders_list, folders, create_folder_row, self, NULL);
  g_signal_connect_object (folders, "items-changed", G_CALLBACK (show_known_folders), self,
                           G_CONNECT_SWAPPED);
  watch (self, downloads);
  watch (self, self->models);
  watch (self, folders);
  g_signal_connect_object (all, "items-changed", G_CALLBACK (models_changed), self,
                           G_CONNECT_SWAPPED);
}

static void
unbind_lists (ChordModelsPage *self)
{
  gtk_list_box_bind_model (self->downloads_list, NULL, NULL, NULL, NULL);
  gtk_list_box_bind_model (self->models_list, NULL, NULL, NULL, NULL);
  gtk_list_box_bind_model (self->suggestions_list, NULL, NULL, NULL, NULL);
  gtk_list_box_bind_model (self->folders_list, NULL, NULL, NULL, NULL);
  g_clear_object (&self->models);
  g_clear_object (&self->suggestions);
  g_clear_object (&self->first_suggestions);
}

void
chord_models_page_set_catalog (ChordModelsPage *self, ChordCatalog *catalog)
{
  if (self->catalog == catalog)
    return;
  chord_model_details_set_model (self->details, NULL);
  unbind_lists (self);
  g_set_object (&self->catalog, catalog);
  if (catalog)
    bind_lists (self);
  chord_models_page_show_default (self);
  show_known_folders (self);
  show_sections (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CATALOG]);
}

ChordCatalogModel *
chord_models_page_get_loaded_model (ChordModelsPage *self)
{
  return self->loaded_model;
}

void
chord_models_page_set_loaded_model (ChordModelsPage *self, ChordCatalogModel *model)
{
  ChordCatalogModel *shown = chord_model_details_get_model (self->details);

  g_set_object (&self->loaded_model, model);
  chord_model_details_set_loaded (self->details, shown && shown == model);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOADED_MODEL]);
}

/* ---- How fast the machine is ---------------------------------------------------------------- */

/* What went wrong is told where a measurement was asked for, on the benchmark page. */
static void
machine_prepared (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChordModelsPage) self = data;

  chord_machine_prepare_finish (CHORD_MACHINE (source), result, NULL);
  self->preparing = FALSE;
}

/* The speed that is told of each model follows from figures of the machine, which are measured
 * when they are wanted for the first time. */
static void
prepare_machine (ChordModelsPage *self)
{
  if (self->preparing || self->catalog == NULL)
    return;
  self->preparing = TRUE;
  chord_machine_prepare_async (chord_machine_get_default (), self->catalog, NULL, machine_prepared,
                               g_object_ref (self));
}

/* ---- Life ----------------------------------------------------------------------------------- */

static gboolean
chord_models_page_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (CHORD_MODELS_PAGE (widget)->search));
}

static void
chord_models_page_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  ChordModelsPage *self = CHORD_MODELS_PAGE (object);

  switch (prop_id)
    {
    case PROP_CATALOG:
      g_value_set_object (value, self->catalog);
      break;
    case PROP_LOADED_MODEL:
      g_value_set_object (value, self->loaded_model);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
chord_models_page_set_property (GObject *object, guint prop_id, const GValue *value,
                                GParamSpec *pspec)
{
  ChordModelsPage *self = CHORD_MODELS_PAGE (object);

  switch (prop_id)
    {
    case PROP_CATALOG:
      chord_models_page_set_catalog (self, g_value_get_object (value));
      break;
    case PROP_LOADED_MODEL:
      chord_models_page_set_loaded_model (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
chord_models_page_dispose (GObject *object)
{
  ChordModelsPage *self = CHORD_MODELS_PAGE (object);

  busy_cancelled (self);
  g_clear_object (&self->busy);
  if (self->catalog)
    unbind_lists (self);
  chord_bin_dispose_template (ADW_BIN (self), CHORD_TYPE_MODELS_PAGE);
  g_clear_object (&self->model_filter);
  g_clear_object (&self->suggestion_filter);
  g_clear_object (&self->loaded_model);
  g_clear_object (&self->catalog);
  G_OBJECT_CLASS (chord_models_page_parent_class)->dispose (object);
}

static void
install_properties (GObjectClass *object_class)
{
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  properties[PROP_CATALOG]
      = g_param_spec_object ("catalog", NULL, NULL, CHORD_TYPE_CATALOG, flags);
  properties[PROP_LOADED_MODEL]
      = g_param_spec_object ("loaded-model", NULL, NULL, CHORD_TYPE_CATALOG_MODEL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, ChordModelsPage, toasts);
  gtk_widget_class_bind_template_child (widget_class, ChordModelsPage, leaflet);
  gtk_widget_class_bind_template_child (widget_class, ChordModelsPage, list_page);
  gtk_widget_class_bind_template_child (widget_class, ChordModelsPage, details);
  gtk_widget_class_bind_template_child (widget_class, ChordModelsPage, drop);
  gtk_widget_class_bind_template_child (widget_class, ChordModelsPage, search);
  gtk_widget_class_bind_template_child (widget_class, ChordModelsPage, busy_revealer);
  gtk_widget_class_bind_template_child (widget_class, ChordModelsPage, busy_label);
  gtk_widget_class_bind_template_child (widget_class, ChordModelsPage, busy_progress);
  gtk_widget_class_bind_template_child (widget_class, ChordModelsPage, stack);
  gtk_widget_class_bind_template_child (widget_class, ChordModelsPage, downloads_group);
  gtk_widget_class_bind_template_child (widget_class, ChordModelsPage, downloads_list);
  gtk_widget_class_bind_template_child (widget_class, ChordModelsPage, models_group);
  gtk_widget_class_bind_template_child (widget_class, ChordModelsPage, models_list);
  gtk_widget_class_bind_template_child (widget_class, ChordModelsPage, suggestions_group);
  gtk_widget_class_bind_template_child (widget_class, ChordModelsPage, suggestions_list);
  gtk_widget_class_bind_template_child (widget_class, ChordModelsPage, all_button);
  gtk_widget_class_bind_template_child (widget_class, ChordModelsPage, repository_group);
  gtk_widget_class_bind_template_child (widget_class, ChordModelsPage, repository_entry);
  gtk_widget_class_bind_template_child (widget_class, ChordModelsPage, repository_button);
  gtk_widget_class_bind_template_child (widget_class, ChordModelsPage, folders_group);
  gtk_widget_class_bind_template_child (widget_class, ChordModelsPage, folders_list);
  gtk_widget_class_bind_template_child (widget_class, ChordModelsPage, known_group);
  gtk_widget_class_bind_template_child (widget_class, ChordModelsPage, known_list);
  gtk_widget_class_bind_template_callback (widget_class, query_changed);
  gtk_widget_class_bind_template_callback (widget_class, search_stopped);
  gtk_widget_class_bind_template_callback (widget_class, show_all_clicked);
  gtk_widget_class_bind_template_callback (widget_class, busy_cancelled);
  gtk_widget_class_bind_template_callback (widget_class, model_activated);
  gtk_widget_class_bind_template_callback (widget_class, repository_typed);
  gtk_widget_class_bind_template_callback (widget_class, repository_entered);
  gtk_widget_class_bind_template_callback (widget_class, files_dropped);
}

static void
chord_models_page_class_init (ChordModelsPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = chord_models_page_get_property;
  object_class->set_property = chord_models_page_set_property;
  object_class->dispose = chord_models_page_dispose;
  widget_class->grab_focus = chord_models_page_grab_focus;
  install_properties (object_class);

  /* The user wants to chat with this model. */
  signals[USE_MODEL]
      = g_signal_new ("use-model", CHORD_TYPE_MODELS_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                      G_TYPE_NONE, 1, CHORD_TYPE_CATALOG_MODEL);

  /* The user wants this model, which is loaded, with the settings of now. */
  signals[RELOAD_MODEL]
      = g_signal_new ("reload-model", CHORD_TYPE_MODELS_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                      NULL, G_TYPE_NONE, 1, CHORD_TYPE_CATALOG_MODEL);

  g_type_ensure (CHORD_TYPE_MODEL_DETAILS);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/chord_engine/Chord/chord-models-page.ui");
  bind_template (widget_class);
  gtk_widget_class_install_action (widget_class, "models.back", NULL, back_action);
  gtk_widget_class_install_action (widget_class, "models.download", "s", download_action);
  gtk_widget_class_install_action (widget_class, "models.show-error", "s", show_text_action);
  gtk_widget_class_install_action (widget_class, "models.show-message", "s", show_text_action);
  chord_models_page_install_model_actions (widget_class);
  chord_models_page_install_add_actions (widget_class);
}

static void
chord_models_page_init (ChordModelsPage *self)
{
  GType files[] = { GDK_TYPE_FILE_LIST };

  gtk_widget_init_template (GTK_WIDGET (self));
  g_object_bind_property (self->leaflet, "child-transition-running",
                          chord_model_details_get_menu_button (self->details), "sensitive",
                          G_BINDING_SYNC_CREATE | G_BINDING_INVERT_BOOLEAN);
  gtk_drop_target_set_gtypes (self->drop, files, G_N_ELEMENTS (files));
  g_signal_connect (self, "map", G_CALLBACK (chord_models_page_show_default), NULL);
  g_signal_connect (self, "map", G_CALLBACK (prepare_machine), NULL);
  self->model_filter = GTK_FILTER (gtk_custom_filter_new (model_matches, self, NULL));
  self->suggestion_filter = GTK_FILTER (gtk_custom_filter_new (suggestion_matches, self, NULL));
}
