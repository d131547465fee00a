/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-catalog-model-private.h"

#include <glib/gstdio.h>

#include "catalog/model-scan.h"
#include "chord-catalog-private.h"
#include "chord-enum-types.h"
#include "chord-error.h"
#include "chord-record-private.h"

struct _ChordCatalogModel
{
  ChordRecord parent_instance;

  ChordModelSettings *settings; /* when it was asked for */
};

enum
{
  PROP_0,
  PROP_NAME,
  PROP_TITLE,
  PROP_PATH,
  PROP_ARCHITECTURE,
  PROP_QUANTIZATION,
  PROP_LICENSE,
  PROP_TEMPLATE_NAME,
  PROP_SHA256,
  PROP_SOURCE,
  PROP_REPOSITORY,
  PROP_PROBLEM,
  PROP_FINGERPRINT,
  PROP_BYTES,
  PROP_N_PARAMETERS,
  PROP_CONTEXT_LENGTH,
  PROP_EMBEDDING_LENGTH,
  PROP_N_LAYERS,
  PROP_N_FILES,
  PROP_MODIFIED,
  PROP_ADDED,
  PROP_LAST_USED,
  PROP_STATE,
  PROP_FOLDER_ID,
  PROP_DEVICE,
  PROP_INODE,
  PROP_HIDDEN,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ChordCatalogModel, chord_catalog_model, CHORD_TYPE_RECORD)

static int
compare_names (ChordRecord *a, ChordRecord *b)
{
  const char *name_a = chord_record_get_text (a, "name");
  const char *name_b = chord_record_get_text (b, "name");

  return g_utf8_collate (name_a ? name_a : "", name_b ? name_b : "");
}

static gboolean
is_listed (ChordRecord *self)
{
  return !chord_record_get_int (self, "hidden");
}

static const ChordRecordKind record_kind = {
  .table = "models",
  .compare = compare_names,
  .is_listed = is_listed,
};

static void
chord_catalog_model_dispose (GObject *object)
{
  g_clear_object (&CHORD_CATALOG_MODEL (object)->settings);
  G_OBJECT_CLASS (chord_catalog_model_parent_class)->dispose (object);
}

static void
install_text_properties (void)
{
  /**
   * ChordCatalogModel:name:
   *
   * The name in the catalog, which no two models share: that of its file until the user gives it
   * another.
   */
  properties[PROP_NAME]
      = g_param_spec_string ("name", NULL, NULL, NULL, CHORD_PARAM_STORED);

  /**
   * ChordCatalogModel:title:
   *
   * The name that the model gives itself.
   */
  properties[PROP_TITLE]
      = g_param_spec_string ("title", NULL, NULL, NULL, CHORD_PARAM_STORED_READABLE);

  /**
   * ChordCatalogModel:path:
   *
   * The path of its file, the first one where it has several.
   */
  properties[PROP_PATH]
      = g_param_spec_string ("path", NULL, NULL, NULL, CHORD_PARAM_STORED_READABLE);

  /**
   * ChordCatalogModel:architecture:
   *
   * The family of the model, such as "llama".
   */
  properties[PROP_ARCHITECTURE]
      = g_param_spec_string ("architecture", NULL, NULL, NULL, CHORD_PARAM_STORED_READABLE);

  /**
   * ChordCatalogModel:quantization:
   *
   * A label for how the weights are stored, such as "Q4_K_M".
   */
  properties[PROP_QUANTIZATION]
      = g_param_spec_string ("quantization", NULL, NULL, NULL, CHORD_PARAM_STORED_READABLE);

  /**
   * ChordCatalogModel:license:
   *
   * The licence that the file names.
   */
  properties[PROP_LICENSE]
      = g_param_spec_string ("license", NULL, NULL, NULL, CHORD_PARAM_STORED_READABLE);

  /**
   * ChordCatalogModel:template-name:
   *
   * The name of the form that it expects conversations in, where that is known.
   */
  properties[PROP_TEMPLATE_NAME]
      = g_param_spec_string ("template-name", NULL, NULL, NULL, CHORD_PARAM_STORED_READABLE);

  /**
   * ChordCatalogModel:sha256:
   *
   * The SHA-256 of the file as 64 hexadecimal digits, once it is known; of a model in several files
   * that of all, one after the other.
   */
  properties[PROP_SHA256]
      = g_param_spec_string ("sha256", NULL, NULL, NULL, CHORD_PARAM_STORED_READABLE);

  /**
   * ChordCatalogModel:source:
   *
   * How it came here: "file", "folder", "import", "download" or "builtin".
   */
  properties[PROP_SOURCE]
      = g_param_spec_string ("source", NULL, NULL, NULL, CHORD_PARAM_STORED_READABLE);

  /**
   * ChordCatalogModel:repository:
   *
   * The repository that it was downloaded from.
   */
  properties[PROP_REPOSITORY]
      = g_param_spec_string ("repository", NULL, NULL, NULL, CHORD_PARAM_STORED_READABLE);

  /**
   * ChordCatalogModel:problem:
   *
   * What is wrong with the file, for people to read.
   */
  properties[PROP_PROBLEM]
      = g_param_spec_string ("problem", NULL, NULL, NULL, CHORD_PARAM_STORED_READABLE);

  /**
   * ChordCatalogModel:fingerprint:
   *
   * What the file is known by when it was moved: a sum over samples of it.
   */
  properties[PROP_FINGERPRINT]
      = g_param_spec_string ("fingerprint", NULL, NULL, NULL, CHORD_PARAM_STORED_READABLE);
}

static void
install_other_properties (void)
{
  /**
   * ChordCatalogModel:bytes:
   *
   * How many bytes its files have.
   */
  properties[PROP_BYTES]
      = g_param_spec_uint64 ("bytes", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_STORED_READABLE);

  /**
   * ChordCatalogModel:n-parameters:
   *
   * The number of weights.
   */
  properties[PROP_N_PARAMETERS]
      = g_param_spec_uint64 ("n-parameters", NULL, NULL, 0, G_MAXUINT64, 0,
                             CHORD_PARAM_STORED_READABLE);

  /**
   * ChordCatalogModel:context-length:
   *
   * How many tokens of context it was trained for; 0 when the file does not say.
   */
  properties[PROP_CONTEXT_LENGTH]
      = g_param_spec_uint64 ("context-length", NULL, NULL, 0, G_MAXUINT64, 0,
                             CHORD_PARAM_STORED_READABLE);

  /**
   * ChordCatalogModel:embedding-length:
   *
   * The width of the model; 0 when the file does not say.
   */
  properties[PROP_EMBEDDING_LENGTH]
      = g_param_spec_uint64 ("embedding-length", NULL, NULL, 0, G_MAXUINT64, 0,
                             CHORD_PARAM_STORED_READABLE);

  /**
   * ChordCatalogModel:n-layers:
   *
   * The number of layers; 0 when the file does not say.
   */
  properties[PROP_N_LAYERS]
      = g_param_spec_uint64 ("n-layers", NULL, NULL, 0, G_MAXUINT64, 0,
                             CHORD_PARAM_STORED_READABLE);

  /**
   * ChordCatalogModel:n-files:
   *
   * How many files the model is split into.
   */
  properties[PROP_N_FILES]
      = g_param_spec_uint ("n-files", NULL, NULL, 0, G_MAXUINT, 1, CHORD_PARAM_STORED_READABLE);

  /**
   * ChordCatalogModel:modified:
   *
   * When the file was written to last, in microseconds since 1970 (UTC).
   */
  properties[PROP_MODIFIED]
      = g_param_spec_int64 ("modified", NULL, NULL, 0, G_MAXINT64, 0, CHORD_PARAM_STORED_READABLE);

  /**
   * ChordCatalogModel:added:
   *
   * When it came into the catalog, in microseconds since 1970 (UTC).
   */
  properties[PROP_ADDED]
      = g_param_spec_int64 ("added", NULL, NULL, 0, G_MAXINT64, 0, CHORD_PARAM_STORED_READABLE);

  /**
   * ChordCatalogModel:last-used:
   *
   * When it was used last, in microseconds since 1970 (UTC); 0: never.
   */
  properties[PROP_LAST_USED]
      = g_param_spec_int64 ("last-used", NULL, NULL, 0, G_MAXINT64, 0, CHORD_PARAM_STORED);

  /**
   * ChordCatalogModel:state:
   *
   * What became of the file when it was looked at last.
   */
  properties[PROP_STATE]
      = g_param_spec_enum ("state", NULL, NULL, CHORD_TYPE_MODEL_STATE,
                           CHORD_MODEL_STATE_AVAILABLE, CHORD_PARAM_STORED_READABLE);

  /**
   * ChordCatalogModel:folder-id:
   *
   * The folder that it was found in; 0: none.
   */
  properties[PROP_FOLDER_ID]
      = g_param_spec_int64 ("folder-id", NULL, NULL, 0, G_MAXINT64, 0,
                            CHORD_PARAM_STORED_READABLE | CHORD_PARAM_REFERENCE);

  /**
   * ChordCatalogModel:device:
   *
   * The device that the file is on, as stat() says.
   */
  properties[PROP_DEVICE]
      = g_param_spec_uint64 ("device", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_STORED_READABLE);

  /**
   * ChordCatalogModel:inode:
   *
   * The inode of the file, as stat() says.
   */
  properties[PROP_INODE]
      = g_param_spec_uint64 ("inode", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_STORED_READABLE);

  /**
   * ChordCatalogModel:hidden:
   *
   * Whether the user does not want to see it.
   */
  properties[PROP_HIDDEN]
      = g_param_spec_boolean ("hidden", NULL, NULL, FALSE, CHORD_PARAM_STORED_READABLE);
}

static void
chord_catalog_model_class_init (ChordCatalogModelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = chord_catalog_model_dispose;
  install_text_properties ();
  install_other_properties ();
  chord_record_class_install_properties (CHORD_RECORD_CLASS (klass), N_PROPS, properties);
  chord_record_class_set_kind (CHORD_RECORD_CLASS (klass), &record_kind);
}

static void
chord_catalog_model_init (ChordCatalogModel *self)
{
}

CHORD_RECORD_GETTER (ChordCatalogModel, chord_catalog_model, CATALOG_MODEL, const char *,
                     name, text)
CHORD_RECORD_SETTER (ChordCatalogModel, chord_catalog_model, CATALOG_MODEL, const char *,
                     name, text)
CHORD_RECORD_GETTER (ChordCatalogModel, chord_catalog_model, CATALOG_MODEL, const char *,
                     title, text)
CHORD_RECORD_GETTER (ChordCatalogModel, chord_catalog_model, CATALOG_MODEL, const char *,
                     path, text)
CHORD_RECORD_GETTER (ChordCatalogModel, chord_catalog_model, CATALOG_MODEL, const char *,
                     architecture, text)
CHORD_RECORD_GETTER (ChordCatalogModel, chord_catalog_model, CATALOG_MODEL, const char *,
                     quantization, text)
CHORD_RECORD_GETTER (ChordCatalogModel, chord_catalog_model, CATALOG_MODEL, const char *,
                     license, text)
CHORD_RECORD_GETTER (ChordCatalogModel, chord_catalog_model, CATALOG_MODEL, const char *,
                     template_name, text)
CHORD_RECORD_GETTER (ChordCatalogModel, chord_catalog_model, CATALOG_MODEL, const char *,
                     sha256, text)
CHORD_RECORD_GETTER (ChordCatalogModel, chord_catalog_model, CATALOG_MODEL, const char *,
                     source, text)
CHORD_RECORD_GETTER (ChordCatalogModel, chord_catalog_model, CATALOG_MODEL, const char *,
                     repository, text)
CHORD_RECORD_GETTER (ChordCatalogModel, chord_catalog_model, CATALOG_MODEL, const char *,
                     problem, text)
CHORD_RECORD_GETTER (ChordCatalogModel, chord_catalog_model, CATALOG_MODEL, const char *,
                     fingerprint, text)
CHORD_RECORD_GETTER (ChordCatalogModel, chord_catalog_model, CATALOG_MODEL, guint64, bytes, int)
CHORD_RECORD_GETTER (ChordCatalogModel, chord_catalog_model, CATALOG_MODEL, guint64,
                     n_parameters, int)
CHORD_RECORD_GETTER (ChordCatalogModel, chord_catalog_model, CATALOG_MODEL, guint64,
                     context_length, int)
CHORD_RECORD_GETTER (ChordCatalogModel, chord_catalog_model, CATALOG_MODEL, guint64,
                     embedding_length, int)
CHORD_RECORD_GETTER (ChordCatalogModel, chord_catalog_model, CATALOG_MODEL, guint64, n_layers, int)
CHORD_RECORD_GETTER (ChordCatalogModel, chord_catalog_model, CATALOG_MODEL, guint, n_files, int)
CHORD_RECORD_GETTER (ChordCatalogModel, chord_catalog_model, CATALOG_MODEL, gint64, modified, int)
CHORD_RECORD_GETTER (ChordCatalogModel, chord_catalog_model, CATALOG_MODEL, gint64, added, int)
CHORD_RECORD_GETTER (ChordCatalogModel, chord_catalog_model, CATALOG_MODEL, gint64, last_used, int)
CHORD_RECORD_SETTER (ChordCatalogModel, chord_catalog_model, CATALOG_MODEL, gint64, last_used, int)
CHORD_RECORD_GETTER (ChordCatalogModel, chord_catalog_model, CATALOG_MODEL, ChordModelState,
                     state, int)

GFile *
chord_catalog_model_get_file (ChordCatalogModel *self)
{
  g_return_val_if_fail (CHORD_IS_CATALOG_MODEL (self), NULL);

  return g_file_new_for_path (chord_catalog_model_get_path (self));
}

/* ---- Settings -------------------------------------------------------------------------------- */

static ChordModelSettings *
load_settings (ChordCatalogModel *self)
{
  g_autoptr (ChRow) args = ch_row_new ();
  g_autoptr (GPtrArray) found = NULL;

  ch_row_set_int (args, "model", chord_record_get_id (CHORD_RECORD (self)));
  found = chord_store_load (chord_record_get_store (CHORD_RECORD (self)),
                            CHORD_TYPE_MODEL_SETTINGS, "WHERE model_id = :model", args, NULL);
  return found && found->len > 0 ? g_object_ref (found->pdata[0]) : NULL;
}

ChordModelSettings *
chord_catalog_model_get_settings (ChordCatalogModel *self)
{
  g_return_val_if_fail (CHORD_IS_CATALOG_MODEL (self), NULL);

  if (!self->settings)
    self->settings = load_settings (self);
  if (!self->settings)
    {
      self->settings = g_object_new (CHORD_TYPE_MODEL_SETTINGS, "catalog",
                                     chord_record_get_catalog (CHORD_RECORD (self)), NULL);
      chord_record_set_int (CHORD_RECORD (self->settings), "model_id",
                            chord_record_get_id (CHORD_RECORD (self)));
    }
  return self->settings;
}

/* ---- What was seen of the file --------------------------------------------------------------- */

static void
apply_path (ChordCatalogModel *self, const ChordModelLook *look)
{
  ChordRecord *record = CHORD_RECORD (self);
  const char *path = chord_catalog_model_get_path (self);
  ChordCatalog *catalog = chord_record_get_catalog (record);

  /* A name that the user gave stays; the file's own goes with the file. */
  if (path && g_strcmp0 (path, look->path) != 0 && catalog)
    {
      g_autofree char *old = ch_model_name_of_path (path);

      if (g_strcmp0 (old, chord_catalog_model_get_name (self)) == 0
          && g_strcmp0 (old, look->name) != 0)
        {
          g_autofree char *name = chord_catalog_make_model_name (catalog, look->name);

          chord_record_set_text (record, "name", name);
        }
    }
  chord_record_set_text (record, "path", look->path);
  if (look->folder_id)
    chord_record_set_int (record, "folder_id", look->folder_id);
}

static void
apply_facts (ChordRecord *record, const ChordModelLook *look)
{
  const ChModelFacts *facts = look->facts;

  chord_record_set_text (record, "title", facts->title);
  chord_record_set_text (record, "architecture", facts->architecture);
  chord_record_set_text (record, "quantization", facts->quantization);
  chord_record_set_text (record, "license", facts->license);
  chord_record_set_text (record, "template_name", look->template_name);
  chord_record_set_int (record, "n_parameters", (gint64) facts->n_parameters);
  chord_record_set_int (record, "context_length", (gint64) facts->context_length);
  chord_record_set_int (record, "embedding_length", (gint64) facts->embedding_length);
  chord_record_set_int (record, "n_layers", (gint64) facts->n_layers);
  chord_record_set_int (record, "n_files", facts->n_files);
}

static void
apply_files (ChordRecord *record, const ChModelFiles *files)
{
  chord_record_set_int (record, "bytes", (gint64) files->bytes);
  chord_record_set_int (record, "modified", files->modified);
  chord_record_set_int (record, "device", (gint64) files->device);
  chord_record_set_int (record, "inode", (gint64) files->inode);
}

/* The fingerprint stays that of the file that was added: when that comes back, all is well. */
static void
apply_state (ChordRecord *record, const ChordModelLook *look)
{
  const char *before = chord_record_get_text (record, "fingerprint");
  const gboolean is_other
      = look->fingerprint && before && g_strcmp0 (before, look->fingerprint) != 0;

  if (look->fingerprint && !before)
    chord_record_set_text (record, "fingerprint", look->fingerprint);
  chord_record_set_int (record, "state", is_other ? CHORD_MODEL_STATE_CHANGED : look->state);
  chord_record_set_text (record, "problem",
                         look->error ? look->error->message
                         : is_other  ? "The file is not the one that was added: it was written to "
                                       "or replaced"
                                     : NULL);
}

void
chord_catalog_model_apply (ChordCatalogModel *self, const ChordModelLook *look)
{
  ChordRecord *record = CHORD_RECORD (self);

  if (look->state != CHORD_MODEL_STATE_MISSING)
    {
      apply_path (self, look);
      apply_files (record, &look->files);
    }
  if (look->facts)
    apply_facts (record, look);
  if (look->sha256 && !chord_catalog_model_get_sha256 (self))
    chord_record_set_text (record, "sha256", look->sha256);
  apply_state (record, look);
}

void
chord_catalog_model_accept (ChordCatalogModel *self, const ChordModelLook *look)
{
  ChordRecord *record = CHORD_RECORD (self);

  if (g_strcmp0 (chord_catalog_model_get_fingerprint (self), look->fingerprint) != 0)
    {
      chord_record_set_text (record, "sha256", NULL);
      chord_record_set_text (record, "fingerprint", look->fingerprint);
    }
  chord_catalog_model_apply (self, look);
  chord_record_set_int (record, "hidden", FALSE);
}

/* ---- Removing -------------------------------------------------------------------------------- */

static gboolean
refuse (ChordCatalogModel *self, const char *why, GError **error)
{
  g_set_error (error, CHORD_ERROR, CHORD_ERROR_INVALID_ARGUMENT, "%s: %s",
               chord_catalog_model_get_name (self), why);
  return FALSE;
}

/* Only what Chord itself has put there. */
static gboolean
check_is_own (ChordCatalogModel *self, GError **error)
{
  const char *source = chord_catalog_model_get_source (self);

  if (g_strcmp0 (source, "import") == 0 || g_strcmp0 (source, "download") == 0)
    return TRUE;
  return refuse (self, "its file is not Chord's own, and stays", error);
}

/* Does the same to all files of a model; those that are gone already are no error. */
static gboolean
dispose_of_files (const char *path, gboolean (*dispose_of) (GFile *, GCancellable *, GError **),
                  GCancellable *cancellable, GError **error)
{
  g_auto (GStrv) files = ch_model_files_list (path);

  for (gsize i = 0; files[i]; i++)
    {
      g_autoptr (GFile) file = g_file_new_for_path (files[i]);
      g_autoptr (GError) problem = NULL;

      if (dispose_of (file, cancellable, &problem)
          || g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
        continue;
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  return TRUE;
}

gboolean
chord_catalog_model_remove (ChordCatalogModel *self, gboolean delete_files, GError **error)
{
  ChordRecord *record = CHORD_RECORD (self);

  g_return_val_if_fail (CHORD_IS_CATALOG_MODEL (self), FALSE);

  if (g_strcmp0 (chord_catalog_model_get_source (self), "builtin") == 0)
    return refuse (self, "the model that comes with Chord cannot be removed", error);
  if (delete_files
      && (!check_is_own (self, error)
          || !dispose_of_files (chord_catalog_model_get_path (self), g_file_delete, NULL, error)))
    return FALSE;
  if (chord_record_get_int (record, "folder_id") == 0)
    return chord_record_delete (record, error);
  chord_record_set_int (record, "hidden", TRUE);
  return chord_record_save (record, error);
}

static void
trash_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (dispose_of_files (task_data, g_file_trash, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
on_trashed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error)
      && chord_catalog_model_remove (g_task_get_source_object (task), FALSE, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
chord_catalog_model_trash_async (ChordCatalogModel *self, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GTask) work = NULL;
  GError *error = NULL;

  g_return_if_fail (CHORD_IS_CATALOG_MODEL (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, chord_catalog_model_trash_async);
  if (!check_is_own (self, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  /* Without the model: a thread must never be the last to hold its catalog. */
  work = g_task_new (NULL, cancellable, on_trashed, g_steal_pointer (&task));
  g_task_set_task_data (work, g_strdup (chord_catalog_model_get_path (self)), g_free);
  g_task_run_in_thread (work, trash_in_thread);
}

gboolean
chord_catalog_model_trash_finish (ChordCatalogModel *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
