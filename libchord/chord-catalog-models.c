/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-catalog-models.h"

#include <string.h>

#include "catalog/model-scan.h"
#include "chord-catalog-model-private.h"
#include "chord-catalog-private.h"
#include "chord-error.h"
#include "chord-info.h"
#include "chord-record-private.h"

#define DEFAULT_KEY "default-model"

/* ---- Rows ------------------------------------------------------------------------------------ */

/* The first row for which the condition on :value holds, also one that is hidden. */
static ChordCatalogModel *
select_model (ChordCatalog *self, const char *where, const char *value)
{
  g_autoptr (ChRow) args = ch_row_new ();
  g_autoptr (GPtrArray) found = NULL;

  ch_row_set_text (args, "value", value);
  found = chord_store_load (chord_catalog_get_store (self), CHORD_TYPE_CATALOG_MODEL, where, args,
                            NULL);
  return found && found->len > 0 ? g_object_ref (found->pdata[0]) : NULL;
}

char *
chord_catalog_make_model_name (ChordCatalog *catalog, const char *wanted)
{
  g_autofree char *name = g_strdup (wanted);

  for (guint i = 2;; i++)
    {
      g_autoptr (ChordCatalogModel) other
          = select_model (catalog, "WHERE name = :value COLLATE NOCASE", name);

      if (!other)
        return g_steal_pointer (&name);
      g_free (name);
      name = g_strdup_printf ("%s-%u", wanted, i);
    }
}

/* The row that the file has, or had before it was moved, or none. */
static ChordCatalogModel *
find_row (ChordCatalog *self, const ChordModelLook *look)
{
  ChordCatalogModel *model = select_model (self, "WHERE path = :value", look->path);

  if (!model)
    model = select_model (self, "WHERE fingerprint = :value AND state = 'missing'",
                          look->fingerprint);
  return model;
}

static ChordCatalogModel *
new_row (ChordCatalog *self, const ChordModelLook *look, const char *source)
{
  ChordCatalogModel *model = g_object_new (CHORD_TYPE_CATALOG_MODEL, "catalog", self, NULL);
  g_autofree char *name = chord_catalog_make_model_name (self, look->name);

  chord_record_set_text (CHORD_RECORD (model), "name", name);
  chord_record_set_text (CHORD_RECORD (model), "source", source);
  chord_record_set_int (CHORD_RECORD (model), "added", g_get_real_time ());
  return model;
}

ChordCatalogModel *
chord_catalog_adopt_model (ChordCatalog *self, const ChordModelLook *look, const char *source,
                           const char *repository, GError **error)
{
  g_autoptr (ChordCatalogModel) model = NULL;

  if (!chord_model_look_check (look, error))
    return NULL;
  model = find_row (self, look);
  if (!model)
    model = new_row (self, look, source);
  chord_catalog_model_accept (model, look);
  if (repository)
    {
      chord_record_set_text (CHORD_RECORD (model), "source", source);
      chord_record_set_text (CHORD_RECORD (model), "repository", repository);
    }
  if (!chord_record_save (CHORD_RECORD (model), error))
    return NULL;
  return g_steal_pointer (&model);
}

ChordCatalogModel *
chord_catalog_add_download (ChordCatalog *self, const char *path, const char *repository,
                            const char *sha256, GError **error)
{
  g_autoptr (ChordModelLook) look = chord_model_look_new (path, NULL, error);

  if (!look)
    return NULL;
  if (sha256)
    {
      g_free (look->sha256);
      look->sha256 = g_strdup (sha256);
    }
  return chord_catalog_adopt_model (self, look, "download", repository, error);
}

/* ---- The built-in model ---------------------------------------------------------------------- */

/* It is where this installation has it, whichever stored the row. */
static gboolean
is_up_to_date (ChordCatalogModel *model, const char *path)
{
  ChModelFiles files;

  return model && g_strcmp0 (chord_catalog_model_get_path (model), path) == 0
         && chord_catalog_model_get_state (model) == CHORD_MODEL_STATE_AVAILABLE
         && ch_model_files_look (path, &files, NULL)
         && files.bytes == chord_catalog_model_get_bytes (model)
         && files.modified == chord_catalog_model_get_modified (model);
}

void
chord_catalog_ensure_builtin_model (ChordCatalog *self)
{
  g_autofree char *path = chord_get_builtin_model_path ();
  g_autoptr (ChordCatalogModel) model = NULL;
  g_autoptr (ChordModelLook) look = NULL;
  g_autoptr (GError) error = NULL;

  if (!path)
    return;
  model = select_model (self, "WHERE source = :value", "builtin");
  if (is_up_to_date (model, path))
    return;
  look = chord_model_look_new (path, NULL, &error);
  if (look && chord_model_look_check (look, &error))
    {
      if (!model)
        model = find_row (self, look);
      if (!model)
        model = new_row (self, look, "builtin");
      chord_record_set_text (CHORD_RECORD (model), "source", "builtin");
      chord_catalog_model_accept (model, look);
      chord_record_save (CHORD_RECORD (model), &error);
    }
  /* Another program may have opened the same new catalog at the same moment. */
  if (error && !g_error_matches (error, CHORD_ERROR, CHORD_ERROR_EXISTS))
    g_message ("The built-in model cannot be listed: %s", error->message);
}

ChordCatalogModel *
chord_catalog_get_builtin_model (ChordCatalog *self)
{
  GListModel *models;

  g_return_val_if_fail (CHORD_IS_CATALOG (self), NULL);

  models = chord_catalog_get_models (self);
  for (guint i = 0; i < g_list_model_get_n_items (models); i++)
    {
      /* The list holds it. */
      g_autoptr (ChordCatalogModel) model = g_list_model_get_item (models, i);

      if (g_strcmp0 (chord_catalog_model_get_source (model), "builtin") == 0)
        return model;
    }
  return NULL;
}

/* ---- The default model ----------------------------------------------------------------------- */

ChordCatalogModel *
chord_catalog_get_chosen_model (ChordCatalog *self)
{
  g_autofree char *setting = NULL;
  GListModel *models;
  gint64 id;

  g_return_val_if_fail (CHORD_IS_CATALOG (self), NULL);

  setting = chord_catalog_get_setting (self, DEFAULT_KEY);
  id = setting ? g_ascii_strtoll (setting, NULL, 10) : 0;
  models = chord_catalog_get_models (self);
  for (guint i = 0; id != 0 && i < g_list_model_get_n_items (models); i++)
    {
      g_autoptr (ChordCatalogModel) model = g_list_model_get_item (models, i);

      if (chord_record_get_id (CHORD_RECORD (model)) == id)
        return model;
    }
  return NULL;
}

ChordCatalogModel *
chord_catalog_get_default_model (ChordCatalog *self)
{
  ChordCatalogModel *chosen;

  g_return_val_if_fail (CHORD_IS_CATALOG (self), NULL);

  chosen = chord_catalog_get_chosen_model (self);
  return chosen ? chosen : chord_catalog_get_builtin_model (self);
}

void
chord_catalog_set_default_model (ChordCatalog *self, ChordCatalogModel *model)
{
  g_autofree char *id = NULL;

  g_return_if_fail (CHORD_IS_CATALOG (self));
  g_return_if_fail (!model || CHORD_IS_CATALOG_MODEL (model));

  if (model)
    id = g_strdup_printf ("%" G_GINT64_FORMAT, chord_record_get_id (CHORD_RECORD (model)));
  chord_catalog_set_setting (self, DEFAULT_KEY, id);
}

/* ---- Finding --------------------------------------------------------------------------------- */

typedef gboolean (*Matches) (ChordCatalogModel *model, const char *wanted);

static gboolean
has_name (ChordCatalogModel *model, const char *wanted)
{
  return g_strcmp0 (chord_catalog_model_get_name (model), wanted) == 0;
}

static gboolean
has_path (ChordCatalogModel *model, const char *wanted)
{
  g_autoptr (GFile) file = chord_catalog_model_get_file (model);
  g_autoptr (GFile) other = g_file_new_for_path (wanted);

  return g_file_equal (file, other);
}

static gboolean
has_folded_name (ChordCatalogModel *model, const char *wanted)
{
  g_autofree char *name = g_utf8_casefold (chord_catalog_model_get_name (model), -1);

  return strcmp (name, wanted) == 0;
}

static gboolean
has_folded_prefix (ChordCatalogModel *model, const char *wanted)
{
  g_autofree char *name = g_utf8_casefold (chord_catalog_model_get_name (model), -1);

  return g_str_has_prefix (name, wanted);
}

/* The only one that matches; else NULL, and n says how many do. */
static ChordCatalogModel *
find_only (GListModel *models, Matches matches, const char *wanted, guint *n)
{
  g_autoptr (ChordCatalogModel) found = NULL;

  *n = 0;
  for (guint i = 0; i < g_list_model_get_n_items (models); i++)
    {
      g_autoptr (ChordCatalogModel) model = g_list_model_get_item (models, i);

      if (chord_catalog_model_get_name (model) && matches (model, wanted) && (*n)++ == 0)
        found = g_steal_pointer (&model);
    }
  return *n == 1 ? g_steal_pointer (&found) : NULL;
}

ChordCatalogModel *
chord_catalog_find_model (ChordCatalog *self, const char *name)
{
  static const struct
  {
    Matches matches;
    gboolean is_folded;
  } ways[] = {
    { has_name, FALSE },
    { has_path, FALSE },
    { has_folded_name, TRUE },
    { has_folded_prefix, TRUE },
  };
  g_autofree char *folded = NULL;

  g_return_val_if_fail (CHORD_IS_CATALOG (self), NULL);
  g_return_val_if_fail (name, NULL);

  folded = g_utf8_validate (name, -1, NULL) && *name ? g_utf8_casefold (name, -1) : NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      const char *wanted = ways[i].is_folded ? folded : name;
      ChordCatalogModel *model;
      guint n = 0;

      model = wanted ? find_only (chord_catalog_get_models (self), ways[i].matches, wanted, &n)
                     : NULL;
      if (n > 0)
        return model;
    }
  return NULL;
}

/* ---- Adding ---------------------------------------------------------------------------------- */

ChordCatalogModel *
chord_catalog_add_model (ChordCatalog *self, GFile *file, GCancellable *cancellable,
                         GError **error)
{
  g_autoptr (ChordModelLook) look = NULL;
  g_autofree char *path = NULL;

  g_return_val_if_fail (CHORD_IS_CATALOG (self), NULL);
  g_return_val_if_fail (G_IS_FILE (file), NULL);

  path = chord_model_path_of_file (file, error);
  look = path ? chord_model_look_new (path, cancellable, error) : NULL;
  return look ? chord_catalog_adopt_model (self, look, "file", NULL, error) : NULL;
}

static void
look_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = chord_model_path_of_file (task_data, &error);
  ChordModelLook *look = path ? chord_model_look_new (path, cancellable, &error) : NULL;

  if (look)
    g_task_return_pointer (task, look, (GDestroyNotify) chord_model_look_free);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
on_looked (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  g_autoptr (ChordModelLook) look = g_task_propagate_pointer (G_TASK (result), &error);
  ChordCatalogModel *model
      = look ? chord_catalog_adopt_model (g_task_get_source_object (task), look, "file", NULL,
                                          &error)
             : NULL;

  if (model)
    g_task_return_pointer (task, model, g_object_unref);
  else
    g_task_return_error (task, error);
}

void
chord_catalog_add_model_async (ChordCatalog *self, GFile *file, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) look = NULL;
  GTask *task;

  g_return_if_fail (CHORD_IS_CATALOG (self));
  g_return_if_fail (G_IS_FILE (file));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, chord_catalog_add_model_async);
  /* Without the catalog: a thread must never be the last to hold it. */
  look = g_task_new (NULL, cancellable, on_looked, task);
  g_task_set_task_data (look, g_object_ref (file), g_object_unref);
  g_task_run_in_thread (look, look_in_thread);
}

ChordCatalogModel *
chord_catalog_add_model_finish (ChordCatalog *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

GHashTable *
chord_catalog_list_known_folders (void)
{
  g_autoptr (GArray) folders = ch_known_folders (NULL);
  GHashTable *names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (guint i = 0; i < folders->len; i++)
    {
      const ChKnownFolder *known = &g_array_index (folders, ChKnownFolder, i);

      g_hash_table_insert (names, g_strdup (known->path), g_strdup (known->program));
    }
  return names;
}
