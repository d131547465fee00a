/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <errno.h>

#include "catalog/file-work.h"
#include "chord-catalog-model-private.h"
#include "chord-catalog-models.h"
#include "chord-error.h"
#include "chord-progress-private.h"
#include "chord-record-private.h"

/* Long work on the files of models, off the catalog's thread: sums and copies. The tasks that run
 * in threads do not hold the catalog, of which a thread must never be the last to let go. */

static void
report (guint64 done, guint64 total, gpointer progress)
{
  chord_progress_report (progress, done, total);
}

typedef struct
{
  char *path;
  ChordProgress *progress;
} FileWork;

static void
file_work_free (gpointer data)
{
  FileWork *work = data;

  g_free (work->path);
  g_clear_object (&work->progress);
  g_free (work);
}

static FileWork *
file_work_new (char *path, ChordProgress *progress)
{
  FileWork *work = g_new0 (FileWork, 1);

  work->path = path;
  work->progress = progress ? g_object_ref (progress) : NULL;
  return work;
}

/* The context that an asynchronous operation reports in. */
static void
begin_async (ChordProgress *progress)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();

  chord_progress_begin (progress, context);
}

/* ---- Sums ------------------------------------------------------------------------------------ */

static char *
sum_model (const char *path, ChordProgress *progress, GCancellable *cancellable, GError **error)
{
  g_auto (GStrv) files = ch_model_files_list (path);

  return ch_file_sha256 ((const char *const *) files, report, progress, cancellable, error);
}

/* What the sum says of the model. */
static gboolean
judge_sum (ChordCatalogModel *self, const char *sum, GError **error)
{
  ChordRecord *record = CHORD_RECORD (self);
  const char *known = chord_catalog_model_get_sha256 (self);
  const gboolean is_right = !known || g_ascii_strcasecmp (known, sum) == 0;
  g_autofree char *problem = NULL;

  if (!is_right)
    problem = g_strdup_printf ("The SHA-256 of the file is %s, not %s", sum, known);
  if (!known)
    chord_record_set_text (record, "sha256", sum);
  if (is_right)
    {
      g_autofree char *fingerprint
          = ch_model_fingerprint (chord_catalog_model_get_path (self), NULL, NULL);

      chord_record_set_text (record, "fingerprint", fingerprint);
    }
  chord_record_set_int (record, "state",
                        is_right ? CHORD_MODEL_STATE_AVAILABLE : CHORD_MODEL_STATE_CHANGED);
  chord_record_set_text (record, "problem", problem);
  if (!chord_record_save (record, error))
    return FALSE;
  if (!is_right)
    g_set_error (error, CHORD_ERROR, CHORD_ERROR_INVALID_FILE, "%s: %s",
                 chord_catalog_model_get_path (self), problem);
  return is_right;
}

gboolean
chord_catalog_model_verify (ChordCatalogModel *self, ChordProgress *progress,
                            GCancellable *cancellable, GError **error)
{
  g_autofree char *sum = NULL;

  g_return_val_if_fail (CHORD_IS_CATALOG_MODEL (self), FALSE);

  chord_progress_begin (progress, NULL);
  sum = sum_model (chord_catalog_model_get_path (self), progress, cancellable, error);
  return sum && judge_sum (self, sum, error);
}

static void
sum_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  FileWork *work = task_data;
  GError *error = NULL;
  char *sum = sum_model (work->path, work->progress, cancellable, &error);

  if (sum)
    g_task_return_pointer (task, sum, g_free);
  else
    g_task_return_error (task, error);
}

static void
on_summed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  g_autofree char *sum = g_task_propagate_pointer (G_TASK (result), &error);

  if (sum && judge_sum (g_task_get_source_object (task), sum, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
chord_catalog_model_verify_async (ChordCatalogModel *self, ChordProgress *progress,
                                  GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_autoptr (GTask) sum = NULL;
  GTask *task;

  g_return_if_fail (CHORD_IS_CATALOG_MODEL (self));

  begin_async (progress);
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, chord_catalog_model_verify_async);
  sum = g_task_new (NULL, cancellable, on_summed, task);
  g_task_set_task_data (
      sum, file_work_new (g_strdup (chord_catalog_model_get_path (self)), progress),
      file_work_free);
  g_task_run_in_thread (sum, sum_in_thread);
}

gboolean
chord_catalog_model_verify_finish (ChordCatalogModel *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ---- Copies ---------------------------------------------------------------------------------- */

char *
chord_catalog_get_model_folder (void)
{
  return g_build_filename (g_get_user_data_dir (), "chord", "models", NULL);
}

/* Copies the files; returns what is seen of the copy. */
static ChordModelLook *
import_files (const char *path, ChordProgress *progress, GCancellable *cancellable, GError **error)
{
  g_autoptr (ChordModelLook) look = chord_model_look_new (path, cancellable, error);
  g_autofree char *folder = chord_catalog_get_model_folder ();
  g_autofree char *name = NULL, *target = NULL;
  g_auto (GStrv) files = NULL;

  if (!look || !chord_model_look_check (look, error))
    return NULL;
  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      g_set_error (error, CHORD_ERROR, CHORD_ERROR_READ_ONLY, "%s cannot be made: %s", folder,
                   g_strerror (errno));
      return NULL;
    }
  files = ch_model_files_list (look->path);
  if (!ch_file_copy ((const char *const *) files, folder, report, progress, cancellable, error))
    return NULL;
  name = g_path_get_basename (look->path);
  target = g_build_filename (folder, name, NULL);
  return chord_model_look_new (target, NULL, error);
}

ChordCatalogModel *
chord_catalog_import_model (ChordCatalog *self, GFile *file, ChordProgress *progress,
                            GCancellable *cancellable, GError **error)
{
  g_autoptr (ChordModelLook) look = NULL;
  g_autofree char *path = NULL;

  g_return_val_if_fail (CHORD_IS_CATALOG (self), NULL);
  g_return_val_if_fail (G_IS_FILE (file), NULL);

  chord_progress_begin (progress, NULL);
  path = chord_model_path_of_file (file, error);
  look = path ? import_files (path, progress, cancellable, error) : NULL;
  return look ? chord_catalog_adopt_model (self, look, "import", NULL, error) : NULL;
}

static void
import_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  FileWork *work = task_data;
  GError *error = NULL;
  ChordModelLook *look = import_files (work->path, work->progress, cancellable, &error);

  if (look)
    g_task_return_pointer (task, look, (GDestroyNotify) chord_model_look_free);
  else
    g_task_return_error (task, error);
}

static void
on_imported (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  g_autoptr (ChordModelLook) look = NULL;
  ChordCatalogModel *model = NULL;

  /* A copy that is complete is taken in, even if it was cancelled at the last moment. */
  g_task_set_check_cancellable (task, FALSE);
  look = g_task_propagate_pointer (G_TASK (result), &error);
  if (look)
    model = chord_catalog_adopt_model (g_task_get_source_object (task), look, "import", NULL,
                                       &error);
  if (model)
    g_task_return_pointer (task, model, g_object_unref);
  else
    g_task_return_error (task, error);
}

void
chord_catalog_import_model_async (ChordCatalog *self, GFile *file, ChordProgress *progress,
                                  GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_autoptr (GTask) work = NULL;
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;
  char *path;

  g_return_if_fail (CHORD_IS_CATALOG (self));
  g_return_if_fail (G_IS_FILE (file));

  begin_async (progress);
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, chord_catalog_import_model_async);
  path = chord_model_path_of_file (file, &error);
  if (!path)
    {
      g_task_return_error (task, error);
      return;
    }
  work = g_task_new (NULL, cancellable, on_imported, g_steal_pointer (&task));
  g_task_set_check_cancellable (work, FALSE);
  g_task_set_task_data (work, file_work_new (path, progress), file_work_free);
  g_task_run_in_thread (work, import_in_thread);
}

ChordCatalogModel *
chord_catalog_import_model_finish (ChordCatalog *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
