/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-model-loader.h"

#include <glib/gi18n.h>

/* The one model that the program has in memory. All windows share it: two models rarely fit, and
 * a user who chooses another wants the memory of the first. A new load takes the place of one that
 * still runs. */

struct _ChordModelLoader
{
  GObject parent_instance;

  ChordCatalog *catalog;
  ChordCatalogModel *catalog_model; /* what is loaded, is being loaded or failed */
  GFile *file;                      /* before that, what is being added to the catalog */
  char *name;
  ChordLoaderState state;
  ChordModel *model;
  GError *error;
  ChordProgress *progress;
  GCancellable *cancellable; /* non-NULL while a load runs */
};

enum
{
  PROP_0,
  PROP_STATE,
  PROP_MODEL,
  PROP_CATALOG_MODEL,
  PROP_NAME,
  PROP_FRACTION,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ChordModelLoader, chord_model_loader, G_TYPE_OBJECT)

static void
set_state (ChordModelLoader *self, ChordLoaderState state)
{
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

static void
drop_load (ChordModelLoader *self)
{
  if (self->cancellable)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->progress)
    g_signal_handlers_disconnect_by_data (self->progress, self);
  g_clear_object (&self->progress);
  g_clear_error (&self->error);
}

static void
drop_model (ChordModelLoader *self)
{
  if (self->model == NULL)
    return;
  g_clear_object (&self->model);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODEL]);
}

static void
fail (ChordModelLoader *self, GError *error)
{
  drop_load (self);
  self->error = error;
  set_state (self, CHORD_LOADER_STATE_FAILED);
}

/* Which of them was used last is where the next start begins. */
static void
remember_use (ChordModelLoader *self)
{
  chord_catalog_model_set_last_used (self->catalog_model, g_get_real_time ());
  chord_record_save_async (CHORD_RECORD (self->catalog_model), NULL, NULL, NULL);
}

static void
model_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChordModelLoader) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChordModel) model = chord_model_load_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* another load took its place, or nobody waits for it */
  if (model == NULL)
    {
      fail (self, g_steal_pointer (&error));
      return;
    }
  drop_load (self);
  self->model = g_steal_pointer (&model);
  remember_use (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODEL]);
  set_state (self, CHORD_LOADER_STATE_READY);
}

static void
progress_changed (ChordProgress *progress, GParamSpec *pspec, ChordModelLoader *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FRACTION]);
}

static void
set_name (ChordModelLoader *self, const char *name)
{
  g_free (self->name);
  self->name = g_strdup (name);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NAME]);
}

static void
set_catalog_model (ChordModelLoader *self, ChordCatalogModel *model)
{
  if (!g_set_object (&self->catalog_model, model))
    return;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CATALOG_MODEL]);
}

void
chord_model_loader_load (ChordModelLoader *self, ChordCatalogModel *model)
{
  ChordModelSettings *settings = chord_catalog_model_get_settings (model);
  g_autoptr (ChordModelOptions) options = chord_model_settings_create_model_options (settings);
  const char *title = chord_catalog_model_get_title (model);

  /* The old one goes first: there may not be room for both. */
  drop_load (self);
  drop_model (self);
  g_clear_object (&self->file);
  set_catalog_model (self, model);
  set_name (self, title && *title ? title : chord_catalog_model_get_name (model));
  self->cancellable = g_cancellable_new ();
  self->progress = chord_progress_new ();
  g_signal_connect (self->progress, "notify::fraction", G_CALLBACK (progress_changed), self);
  set_state (self, CHORD_LOADER_STATE_LOADING);
  chord_model_load_async (chord_catalog_model_get_path (model), options, self->progress,
                          self->cancellable, model_loaded, g_object_ref (self));
}

void
chord_model_loader_enlarge_context (ChordModelLoader *self, guint64 length)
{
  g_autoptr (ChordCatalogModel) model = NULL;
  ChordModelSettings *settings;

  if (!g_set_object (&model, self->catalog_model))
    return;
  settings = chord_catalog_model_get_settings (model);
  chord_model_settings_set_context_length (settings, length);
  chord_record_save_async (CHORD_RECORD (settings), NULL, NULL, NULL);
  chord_model_loader_load (self, model);
}

static void
model_added (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChordModelLoader) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChordCatalogModel) model =
      chord_catalog_add_model_finish (CHORD_CATALOG (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (model)
    chord_model_loader_load (self, model);
  else
    fail (self, g_steal_pointer (&error));
}

void
chord_model_loader_load_file (ChordModelLoader *self, GFile *file)
{
  g_autofree char *name = g_file_get_basename (file);

  drop_load (self);
  drop_model (self);
  g_set_object (&self->file, file);
  set_catalog_model (self, NULL);
  set_name (self, name);
  self->cancellable = g_cancellable_new ();
  set_state (self, CHORD_LOADER_STATE_LOADING);
  chord_catalog_add_model_async (self->catalog, file, self->cancellable, model_added,
                                 g_object_ref (self));
}

void
chord_model_loader_try_again (ChordModelLoader *self)
{
  g_autoptr (ChordCatalogModel) model = NULL;
  g_autoptr (GFile) file = NULL;

  if (g_set_object (&model, self->catalog_model))
    chord_model_loader_load (self, model);
  else if (g_set_object (&file, self->file))
    chord_model_loader_load_file (self, file);
}

void
chord_model_loader_cancel (ChordModelLoader *self)
{
  if (self->state != CHORD_LOADER_STATE_LOADING)
    return;
  drop_load (self);
  set_state (self, CHORD_LOADER_STATE_EMPTY);
}

/* ---- The first one --------------------------------------------------------------------------- */

/* transfer full; of those that are there, the one that was used last, or NULL */
static ChordCatalogModel *
find_last_used (ChordModelLoader *self)
{
  GListModel *models = chord_catalog_get_models (self->catalog);
  g_autoptr (ChordCatalogModel) last = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (models); i++)
    {
      g_autoptr (ChordCatalogModel) model = g_list_model_get_item (models, i);
      gint64 used = chord_catalog_model_get_last_used (model);

      if (chord_catalog_model_get_state (model) == CHORD_MODEL_STATE_AVAILABLE && used > 0
          && (last == NULL || used > chord_catalog_model_get_last_used (last)))
        g_set_object (&last, model);
    }
  return g_steal_pointer (&last);
}

/* The default model where the user chose one, else the last used, else the built-in one. */
void
chord_model_loader_load_first (ChordModelLoader *self)
{
  ChordCatalogModel *wanted = chord_catalog_get_chosen_model (self->catalog);
  g_autoptr (ChordCatalogModel) last = find_last_used (self);

  if (self->state != CHORD_LOADER_STATE_EMPTY)
    return;
  if (!wanted)
    wanted = last ? last : chord_catalog_get_builtin_model (self->catalog);
  if (wanted)
    chord_model_loader_load (self, wanted);
}

void
chord_model_loader_set_catalog (ChordModelLoader *self, ChordCatalog *catalog)
{
  g_set_object (&self->catalog, catalog);
}

/* ---- Chats ----------------------------------------------------------------------------------- */

/* transfer full; of the preset of a conversation, or NULL */
static ChordSamplingOptions *
create_preset_sampling (ChordModelLoader *self, gint64 id)
{
  GListModel *presets = chord_catalog_get_presets (self->catalog);

  for (guint i = 0; id != 0 && i < g_list_model_get_n_items (presets); i++)
    {
      g_autoptr (ChordPreset) preset = g_list_model_get_item (presets, i);

      if (chord_record_get_id (CHORD_RECORD (preset)) == id)
        return chord_preset_create_sampling_options (preset);
    }
  return NULL;
}

void
chord_model_loader_set_up_chat (ChordModelLoader *self, ChordChat *chat)
{
  ChordConversation *conversation = chord_chat_get_conversation (chat);
  g_autoptr (ChordSamplingOptions) sampling =
      create_preset_sampling (self, chord_conversation_get_preset_id (conversation));

  chord_chat_set_model (chat, self->model);
  if (sampling == NULL && self->catalog_model)
    sampling = chord_model_settings_create_sampling_options (
        chord_catalog_model_get_settings (self->catalog_model));
  if (sampling)
    chord_chat_set_sampling (chat, sampling);
}

/* ---- What it knows --------------------------------------------------------------------------- */

ChordLoaderState
chord_model_loader_get_state (ChordModelLoader *self)
{
  return self->state;
}

ChordModel *
chord_model_loader_get_model (ChordModelLoader *self)
{
  return self->model;
}

ChordCatalogModel *
chord_model_loader_get_catalog_model (ChordModelLoader *self)
{
  return self->catalog_model;
}

const char *
chord_model_loader_get_name (ChordModelLoader *self)
{
  return self->name;
}

double
chord_model_loader_get_fraction (ChordModelLoader *self)
{
  return self->progress ? chord_progress_get_fraction (self->progress) : 0;
}

const GError *
chord_model_loader_get_error (ChordModelLoader *self)
{
  return self->error;
}

/* ---- Life ------------------------------------------------------------------------------------ */

static void
chord_model_loader_dispose (GObject *object)
{
  ChordModelLoader *self = CHORD_MODEL_LOADER (object);

  drop_load (self);
  g_clear_object (&self->model);
  g_clear_object (&self->file);
  g_clear_object (&self->catalog_model);
  g_clear_object (&self->catalog);
  g_clear_pointer (&self->name, g_free);
  G_OBJECT_CLASS (chord_model_loader_parent_class)->dispose (object);
}

static void
chord_model_loader_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChordModelLoader *self = CHORD_MODEL_LOADER (object);

  switch (id)
    {
    case PROP_STATE:
      g_value_set_uint (value, self->state);
      break;
    case PROP_MODEL:
      g_value_set_object (value, self->model);
      break;
    case PROP_CATALOG_MODEL:
      g_value_set_object (value, self->catalog_model);
      break;
    case PROP_NAME:
      g_value_set_string (value, chord_model_loader_get_name (self));
      break;
    case PROP_FRACTION:
      g_value_set_double (value, chord_model_loader_get_fraction (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chord_model_loader_class_init (ChordModelLoaderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->dispose = chord_model_loader_dispose;
  object_class->get_property = chord_model_loader_get_property;

  properties[PROP_STATE] = g_param_spec_uint ("state", NULL, NULL, CHORD_LOADER_STATE_EMPTY,
                                              CHORD_LOADER_STATE_FAILED, 0, flags);
  properties[PROP_MODEL] = g_param_spec_object ("model", NULL, NULL, CHORD_TYPE_MODEL, flags);
  properties[PROP_CATALOG_MODEL] =
      g_param_spec_object ("catalog-model", NULL, NULL, CHORD_TYPE_CATALOG_MODEL, flags);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_FRACTION] = g_param_spec_double ("fraction", NULL, NULL, 0, 1, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
chord_model_loader_init (ChordModelLoader *self)
{
}

ChordModelLoader *
chord_model_loader_new (void)
{
  return g_object_new (CHORD_TYPE_MODEL_LOADER, NULL);
}
