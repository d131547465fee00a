/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-catalog-scan-private.h"

#include "catalog/model-scan.h"
#include "chord-catalog-model-private.h"
#include "chord-catalog-models.h"
#include "chord-catalog-private.h"
#include "chord-error.h"
#include "chord-record-private.h"

/* A model as the catalog knows it. */
typedef struct
{
  gint64 id;
  char *path;
  char *fingerprint;
  char *sha256;
  guint64 bytes, device, inode;
  gint64 modified;
  ChordModelState state;
  ChordModelLook *look; /* what was seen; NULL: nothing that was not known */
} Known;

typedef struct
{
  gint64 id;
  char *path;
  gboolean is_watched;
} Folder;

struct _ChordScan
{
  GPtrArray *known;   /* Known */
  GArray *folders;    /* Folder */
  GPtrArray *fresh;   /* ChordModelLook of files that no model has */
  GPtrArray *watched; /* paths */
};

/* ---- Preparing ------------------------------------------------------------------------------- */

static void
known_free (gpointer data)
{
  Known *self = data;

  g_free (self->path);
  g_free (self->fingerprint);
  g_free (self->sha256);
  g_clear_pointer (&self->look, chord_model_look_free);
  g_free (self);
}

static void
folder_clear (gpointer data)
{
  g_free (((Folder *) data)->path);
}

static Known *
known_new (ChordCatalogModel *model)
{
  Known *self = g_new0 (Known, 1);

  self->id = chord_record_get_id (CHORD_RECORD (model));
  self->path = g_strdup (chord_catalog_model_get_path (model));
  self->fingerprint = g_strdup (chord_catalog_model_get_fingerprint (model));
  self->sha256 = g_strdup (chord_catalog_model_get_sha256 (model));
  self->bytes = chord_catalog_model_get_bytes (model);
  self->device = (guint64) chord_record_get_int (CHORD_RECORD (model), "device");
  self->inode = (guint64) chord_record_get_int (CHORD_RECORD (model), "inode");
  self->modified = chord_catalog_model_get_modified (model);
  self->state = chord_catalog_model_get_state (model);
  return self;
}

static void
add_folders (ChordScan *self, ChordCatalog *catalog)
{
  GListModel *folders = chord_catalog_get_folders (catalog);

  for (guint i = 0; i < g_list_model_get_n_items (folders); i++)
    {
      g_autoptr (ChordCatalogFolder) record = g_list_model_get_item (folders, i);
      const Folder folder = { chord_record_get_id (CHORD_RECORD (record)),
                              g_strdup (chord_catalog_folder_get_path (record)),
                              chord_catalog_folder_get_watched (record) };

      g_array_append_val (self->folders, folder);
    }
}

/* Hidden models too: their files must not come back as new ones. */
ChordScan *
chord_scan_new (ChordCatalog *catalog)
{
  ChordScan *self = g_new0 (ChordScan, 1);
  g_autoptr (GPtrArray) models = NULL;

  self->known = g_ptr_array_new_with_free_func (known_free);
  self->folders = g_array_new (FALSE, FALSE, sizeof (Folder));
  g_array_set_clear_func (self->folders, folder_clear);
  self->fresh = g_ptr_array_new_with_free_func ((GDestroyNotify) chord_model_look_free);
  self->watched = g_ptr_array_new_with_free_func (g_free);

  chord_catalog_ensure_builtin_model (catalog);
  add_folders (self, catalog);
  models = chord_store_load (chord_catalog_get_store (catalog), CHORD_TYPE_CATALOG_MODEL, NULL,
                             NULL, NULL);
  for (guint i = 0; models && i < models->len; i++)
    g_ptr_array_add (self->known, known_new (models->pdata[i]));
  return self;
}

void
chord_scan_free (ChordScan *self)
{
  g_ptr_array_unref (self->known);
  g_array_unref (self->folders);
  g_ptr_array_unref (self->fresh);
  g_ptr_array_unref (self->watched);
  g_free (self);
}

/* ---- Looking --------------------------------------------------------------------------------- */

/* Whether the file is as it was when it was read last. */
static gboolean
is_unchanged (const Known *known)
{
  ChModelFiles files;

  return known->state != CHORD_MODEL_STATE_MISSING && known->state != CHORD_MODEL_STATE_INCOMPLETE
         && ch_model_files_look (known->path, &files, NULL) && files.n_found == files.n_expected
         && files.bytes == known->bytes && files.modified == known->modified;
}

static gboolean
look_at_known (ChordScan *self, GCancellable *cancellable, GError **error)
{
  for (guint i = 0; i < self->known->len; i++)
    {
      Known *known = self->known->pdata[i];

      if (is_unchanged (known))
        continue;
      known->look = chord_model_look_new (known->path, cancellable, error);
      if (!known->look)
        return FALSE;
      known->look->id = known->id;
    }
  return TRUE;
}

static gboolean
is_missing (const Known *known)
{
  return known->look && known->look->state == CHORD_MODEL_STATE_MISSING;
}

/* By its path, or by another name of the same file. */
static gboolean
is_known (ChordScan *self, const char *path, const ChModelFiles *files)
{
  for (guint i = 0; i < self->known->len; i++)
    {
      const Known *known = self->known->pdata[i];

      if (g_strcmp0 (known->path, path) == 0
          || (!is_missing (known) && known->inode == files->inode
              && known->device == files->device))
        return TRUE;
    }
  for (guint i = 0; i < self->fresh->len; i++)
    {
      const ChordModelLook *look = self->fresh->pdata[i];

      if (look->files.inode == files->inode && look->files.device == files->device)
        return TRUE;
    }
  return FALSE;
}

static gboolean
take_found (ChordScan *self, const ChFoundModel *found, gint64 folder, GCancellable *cancellable,
            GError **error)
{
  ChordModelLook *look;

  if (is_known (self, found->path, &found->files))
    return TRUE;
  look = chord_model_look_new (found->path, cancellable, error);
  if (!look)
    return FALSE;
  g_free (look->name);
  look->name = g_strdup (found->name);
  if (found->sha256 && !look->sha256)
    look->sha256 = g_strdup (found->sha256);
  look->folder_id = folder;
  g_ptr_array_add (self->fresh, look);
  return TRUE;
}

/* A folder that is not there now is not looked into; its models are missing by themselves. */
static gboolean
look_into (ChordScan *self, const Folder *folder, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (GPtrArray) found = ch_model_scan (
      folder->path, folder->is_watched ? self->watched : NULL, cancellable, &problem);

  if (g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  for (guint i = 0; found && i < found->len; i++)
    if (!take_found (self, found->pdata[i], folder->id, cancellable, error))
      return FALSE;
  return TRUE;
}

/* ---- Files that were moved ------------------------------------------------------------------- */

static gboolean
is_same_file (const Known *known, const ChordModelLook *look)
{
  if (!look->fingerprint || look->files.bytes != known->bytes)
    return FALSE;
  return g_strcmp0 (known->fingerprint, look->fingerprint) == 0
         || (known->sha256 && g_strcmp0 (known->sha256, look->sha256) == 0);
}

static void
take_as_moved (Known *known, ChordModelLook *look)
{
  chord_model_look_free (known->look);
  known->look = look;
  look->id = known->id;
}

static gboolean
find_in_folders (ChordScan *self, Known *known)
{
  for (guint i = 0; i < self->fresh->len; i++)
    if (is_same_file (known, self->fresh->pdata[i]))
      {
        take_as_moved (known, g_ptr_array_steal_index (self->fresh, i));
        return TRUE;
      }
  return FALSE;
}

/* A file that was only renamed is still beside where it was; what has another size is not read. */
static gboolean
find_beside (ChordScan *self, Known *known, GCancellable *cancellable, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (known->path);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autoptr (ChordModelLook) look = NULL;
      ChModelFiles files;

      if (!ch_model_has_suffix (name) || !ch_model_files_look (path, &files, NULL)
          || files.bytes != known->bytes || is_known (self, path, &files))
        continue;
      look = chord_model_look_new (path, cancellable, error);
      if (!look)
        return FALSE;
      if (is_same_file (known, look))
        {
          take_as_moved (known, g_steal_pointer (&look));
          return TRUE;
        }
    }
  return TRUE;
}

static gboolean
find_moved (ChordScan *self, GCancellable *cancellable, GError **error)
{
  for (guint i = 0; i < self->known->len; i++)
    {
      Known *known = self->known->pdata[i];

      if (is_missing (known) && !find_in_folders (self, known)
          && !find_beside (self, known, cancellable, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
chord_scan_run (ChordScan *self, GCancellable *cancellable, GError **error)
{
  if (!look_at_known (self, cancellable, error))
    return FALSE;
  for (guint i = 0; i < self->folders->len; i++)
    if (!look_into (self, &g_array_index (self->folders, Folder, i), cancellable, error))
      return FALSE;
  return find_moved (self, cancellable, error);
}

/* ---- Bringing the catalog up to date --------------------------------------------------------- */

static gboolean
save_model (ChordCatalogModel *model, const ChordModelLook *look, GError **error)
{
  chord_catalog_model_apply (model, look);
  return chord_record_save (CHORD_RECORD (model), error);
}

/* A model that was removed meanwhile stays so. */
static gboolean
apply_known (const Known *known, ChordCatalog *catalog, GError **error)
{
  g_autoptr (ChordRecord) model = NULL;

  if (!known->look)
    return TRUE;
  model = chord_store_load_one (chord_catalog_get_store (catalog), CHORD_TYPE_CATALOG_MODEL,
                                known->id, NULL);
  return !model || save_model (CHORD_CATALOG_MODEL (model), known->look, error);
}

/* Somebody else may have added the same file while this look went on. */
static gboolean
apply_fresh (const ChordModelLook *look, ChordCatalog *catalog, GError **error)
{
  g_autoptr (ChordCatalogModel) model = NULL;
  g_autoptr (GError) problem = NULL;
  g_autofree char *name = NULL;

  if (look->facts && look->facts->kind != CH_MODEL_KIND_TEXT)
    return TRUE;
  name = chord_catalog_make_model_name (catalog, look->name);
  model = g_object_new (CHORD_TYPE_CATALOG_MODEL, "catalog", catalog, NULL);
  chord_record_set_text (CHORD_RECORD (model), "name", name);
  chord_record_set_text (CHORD_RECORD (model), "source", "folder");
  chord_record_set_int (CHORD_RECORD (model), "added", g_get_real_time ());
  if (save_model (model, look, &problem)
      || g_error_matches (problem, CHORD_ERROR, CHORD_ERROR_EXISTS))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

static guint
count_models (ChordCatalog *catalog, gint64 folder)
{
  GListModel *models = chord_catalog_get_models (catalog);
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (models); i++)
    {
      g_autoptr (ChordRecord) model = g_list_model_get_item (models, i);

      n += chord_record_get_int (model, "folder_id") == folder;
    }
  return n;
}

static gboolean
apply_counts (ChordCatalog *catalog, GError **error)
{
  GListModel *folders = chord_catalog_get_folders (catalog);

  for (guint i = 0; i < g_list_model_get_n_items (folders); i++)
    {
      g_autoptr (ChordRecord) folder = g_list_model_get_item (folders, i);
      const guint n = count_models (catalog, chord_record_get_id (folder));

      if (n == chord_record_get_int (folder, "n_models"))
        continue;
      chord_record_set_int (folder, "n_models", n);
      if (!chord_record_save (folder, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
chord_scan_apply (ChordScan *self, ChordCatalog *catalog, GError **error)
{
  for (guint i = 0; i < self->known->len; i++)
    if (!apply_known (self->known->pdata[i], catalog, error))
      return FALSE;
  for (guint i = 0; i < self->fresh->len; i++)
    if (!apply_fresh (self->fresh->pdata[i], catalog, error))
      return FALSE;
  chord_catalog_watch_folders (catalog, self->watched);
  return apply_counts (catalog, error);
}

/* ---- The public side ------------------------------------------------------------------------- */

gboolean
chord_catalog_scan (ChordCatalog *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (ChordScan) scan = NULL;

  g_return_val_if_fail (CHORD_IS_CATALOG (self), FALSE);

  scan = chord_scan_new (self);
  return chord_scan_run (scan, cancellable, error) && chord_scan_apply (scan, self, error);
}

static void
scan_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (chord_scan_run (task_data, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
on_scanned (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error)
      && chord_scan_apply (g_task_get_task_data (G_TASK (result)),
                           g_task_get_source_object (task), &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
chord_catalog_scan_async (ChordCatalog *self, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) scan = NULL;
  GTask *task;

  g_return_if_fail (CHORD_IS_CATALOG (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, chord_catalog_scan_async);
  /* Without the catalog: a thread must never be the last to hold it. */
  scan = g_task_new (NULL, cancellable, on_scanned, task);
  g_task_set_task_data (scan, chord_scan_new (self), (GDestroyNotify) chord_scan_free);
  g_task_run_in_thread (scan, scan_in_thread);
}

gboolean
chord_catalog_scan_finish (ChordCatalog *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ---- Folders --------------------------------------------------------------------------------- */

static ChordCatalogFolder *
find_folder (ChordCatalog *self, GFile *wanted)
{
  GListModel *folders = chord_catalog_get_folders (self);

  for (guint i = 0; i < g_list_model_get_n_items (folders); i++)
    {
      g_autoptr (ChordCatalogFolder) folder = g_list_model_get_item (folders, i);
      g_autoptr (GFile) file = g_file_new_for_path (chord_catalog_folder_get_path (folder));

      if (g_file_equal (file, wanted))
        return g_steal_pointer (&folder);
    }
  return NULL;
}

/* The row of the folder, old or new. */
static ChordCatalogFolder *
store_folder (ChordCatalog *self, GFile *file, gboolean watch, GError **error)
{
  g_autofree char *path = chord_model_path_of_file (file, error);
  g_autoptr (ChordCatalogFolder) folder = NULL;

  if (!path)
    return NULL;
  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      g_autofree char *shown = g_filename_display_name (path);

      g_set_error (error, CHORD_ERROR, CHORD_ERROR_NOT_FOUND, "%s: there is no such folder", shown);
      return NULL;
    }
  folder = find_folder (self, file);
  if (!folder)
    folder = g_object_new (CHORD_TYPE_CATALOG_FOLDER, "catalog", self, NULL);
  chord_record_set_text (CHORD_RECORD (folder), "path", path);
  chord_catalog_folder_set_watched (folder, watch);
  return chord_record_save (CHORD_RECORD (folder), error) ? g_steal_pointer (&folder) : NULL;
}

ChordCatalogFolder *
chord_catalog_add_folder (ChordCatalog *self, GFile *folder, gboolean watch,
                          GCancellable *cancellable, GError **error)
{
  g_autoptr (ChordCatalogFolder) record = NULL;

  g_return_val_if_fail (CHORD_IS_CATALOG (self), NULL);
  g_return_val_if_fail (G_IS_FILE (folder), NULL);

  record = store_folder (self, folder, watch, error);
  if (!record || !chord_catalog_scan (self, cancellable, error))
    return NULL;
  return g_steal_pointer (&record);
}

static void
on_folder_scanned (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (chord_catalog_scan_finish (CHORD_CATALOG (source), result, &error))
    g_task_return_pointer (task, g_object_ref (g_task_get_task_data (task)), g_object_unref);
  else
    g_task_return_error (task, error);
}

void
chord_catalog_add_folder_async (ChordCatalog *self, GFile *folder, gboolean watch,
                                GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  ChordCatalogFolder *record;
  GError *error = NULL;

  g_return_if_fail (CHORD_IS_CATALOG (self));
  g_return_if_fail (G_IS_FILE (folder));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, chord_catalog_add_folder_async);
  record = store_folder (self, folder, watch, &error);
  if (!record)
    {
      g_task_return_error (task, error);
      return;
    }
  g_task_set_task_data (task, record, g_object_unref);
  chord_catalog_scan_async (self, cancellable, on_folder_scanned, g_steal_pointer (&task));
}

ChordCatalogFolder *
chord_catalog_add_folder_finish (ChordCatalog *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
