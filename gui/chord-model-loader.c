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

  GFile *file; /* what is loaded, is being loaded or failed */
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
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODEL]);
  set_state (self, CHORD_LOADER_STATE_READY);
}

static void
progress_changed (ChordProgress *progress, GParamSpec *pspec, ChordModelLoader *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FRACTION]);
}

/* Begins to load self->file, of which only local ones can be mapped. */
static void
start (ChordModelLoader *self)
{
  const char *path = g_file_peek_path (self->file);

  drop_load (self);
  drop_model (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NAME]);
  if (path == NULL)
    {
      fail (self, g_error_new (G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                               _("“%s” is not on this computer; copy it here first."), self->name));
      return;
    }
  self->cancellable = g_cancellable_new ();
  self->progress = chord_progress_new ();
  g_signal_connect (self->progress, "notify::fraction", G_CALLBACK (progress_changed), self);
  set_state (self, CHORD_LOADER_STATE_LOADING);
  chord_model_load_async (path, NULL, self->progress, self->cancellable, model_loaded,
                          g_object_ref (self));
}

void
chord_model_loader_load_file (ChordModelLoader *self, GFile *file)
{
  g_set_object (&self->file, file);
  g_free (self->name);
  self->name = g_file_get_basename (file);
  start (self);
}

void
chord_model_loader_try_again (ChordModelLoader *self)
{
  if (self->file)
    start (self);
}

void
chord_model_loader_cancel (ChordModelLoader *self)
{
  if (self->state != CHORD_LOADER_STATE_LOADING)
    return;
  drop_load (self);
  set_state (self, CHORD_LOADER_STATE_EMPTY);
}

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

const char *
chord_model_loader_get_name (ChordModelLoader *self)
{
  return self->model ? chord_model_get_name (self->model) : self->name;
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
