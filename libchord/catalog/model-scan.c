/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "catalog/model-scan.h"

#include <string.h>
#include <sys/stat.h>

#define MAX_DEPTH   16
/* A folder with more entries than this in all is no folder of models; it is a whole machine. */
#define MAX_ENTRIES 2000000
#define SUFFIX      ".gguf"

void
ch_found_model_free (ChFoundModel *found)
{
  g_free (found->path);
  g_free (found->name);
  g_free (found->sha256);
  g_free (found);
}

char *
ch_model_name_of_path (const char *path)
{
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *shown = g_filename_display_name (base);
  guint number, count;
  char *name = ch_gguf_split_name (shown, &number, &count);

  if (name != NULL)
    return name;
  name = g_steal_pointer (&shown);
  if (strlen (name) > strlen (SUFFIX)
      && g_ascii_strcasecmp (name + strlen (name) - strlen (SUFFIX), SUFFIX) == 0)
    name[strlen (name) - strlen (SUFFIX)] = '\0';
  return name;
}

/* ---- Walking --------------------------------------------------------------------------------- */

typedef struct
{
  guint64 device, inode;
} FileId;

typedef struct
{
  GPtrArray *found;
  GPtrArray *folders; /* NULL: not asked for */
  GHashTable *seen; /* FileId of folders that were entered and of files that were taken */
  GCancellable *cancellable;
  guint n_entries;
} Walk;

static guint
file_id_hash (gconstpointer key)
{
  const FileId *id = key;

  return g_int64_hash (&id->inode) * 31 + g_int64_hash (&id->device);
}

static gboolean
file_id_equal (gconstpointer a, gconstpointer b)
{
  const FileId *x = a, *y = b;

  return x->device == y->device && x->inode == y->inode;
}

/* TRUE the first time. */
static gboolean
is_new (Walk *walk, guint64 device, guint64 inode)
{
  FileId *id = g_new (FileId, 1);

  *id = (FileId) { device, inode };
  return g_hash_table_add (walk->seen, id);
}

gboolean
ch_model_has_suffix (const char *name)
{
  const gsize length = strlen (name);

  return length > strlen (SUFFIX)
         && g_ascii_strcasecmp (name + length - strlen (SUFFIX), SUFFIX) == 0;
}

/* A split model stands under its first part that is there: the others are passed over. */
static gboolean
is_later_part (const char *path)
{
  g_auto (GStrv) parts = ch_model_files_list (path);

  for (char **part = parts; *part != NULL && strcmp (*part, path) != 0; part++)
    if (g_file_test (*part, G_FILE_TEST_IS_REGULAR))
      return TRUE;
  return FALSE;
}

static void
take_file (Walk *walk, const char *path)
{
  ChFoundModel *found;
  ChModelFiles files;

  if (is_later_part (path) || !ch_model_files_look (path, &files, NULL)
      || !is_new (walk, files.device, files.inode))
    return;
  found = g_new0 (ChFoundModel, 1);
  found->path = g_strdup (path);
  found->name = ch_model_name_of_path (path);
  found->files = files;
  g_ptr_array_add (walk->found, found);
}

/* What no program keeps models in, but which may hold thousands of files. */
static gboolean
is_passed_over (const char *name)
{
  static const char *const names[] = { ".git", ".Trash", "Trash", "node_modules", "lost+found" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (name, names[i]) == 0)
      return TRUE;
  return g_str_has_prefix (name, ".Trash-");
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static GPtrArray *
list_names (Walk *walk, GDir *dir)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (walk->n_entries < MAX_ENTRIES && (name = g_dir_read_name (dir)) != NULL)
    {
      g_ptr_array_add (names, g_strdup (name));
      walk->n_entries++;
    }
  g_ptr_array_sort (names, compare_names);
  return names;
}

static gboolean walk_folder (Walk *walk, const char *path, guint depth, GError **error);

static gboolean
walk_entry (Walk *walk, const char *folder, const char *name, guint depth, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  struct stat status;

  if (g_cancellable_set_error_if_cancelled (walk->cancellable, error))
    return FALSE;
  if (stat (path, &status) != 0)
    return TRUE;
  if (S_ISREG (status.st_mode) && ch_model_has_suffix (name))
    take_file (walk, path);
  if (S_ISDIR (status.st_mode) && depth < MAX_DEPTH && !is_passed_over (name)
      && is_new (walk, status.st_dev, status.st_ino))
    return walk_folder (walk, path, depth + 1, error);
  return TRUE;
}

/* A folder below the first that cannot be read is no error. */
static gboolean
walk_folder (Walk *walk, const char *path, guint depth, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, depth == 0 ? error : NULL);
  g_autoptr (GPtrArray) names = NULL;

  if (dir == NULL)
    return depth > 0;
  if (walk->folders != NULL)
    g_ptr_array_add (walk->folders, g_strdup (path));
  if (ch_model_scan_ollama (path, walk->found))
    return TRUE;
  names = list_names (walk, dir);
  for (guint i = 0; i < names->len; i++)
    if (!walk_entry (walk, path, names->pdata[i], depth, error))
      return FALSE;
  return TRUE;
}

static int
compare_found (gconstpointer a, gconstpointer b)
{
  const ChFoundModel *const *x = a, *const *y = b;

  return strcmp ((*x)->path, (*y)->path);
}

GPtrArray *
ch_model_scan (const char *folder, GPtrArray *folders, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) found
      = g_ptr_array_new_with_free_func ((GDestroyNotify) ch_found_model_free);
  g_autoptr (GHashTable) seen
      = g_hash_table_new_full (file_id_hash, file_id_equal, g_free, NULL);
  Walk walk = { found, folders, seen, cancellable, 0 };
  struct stat status;

  if (stat (folder, &status) == 0)
    is_new (&walk, status.st_dev, status.st_ino);
  if (!walk_folder (&walk, folder, 0, error))
    return NULL;
  g_ptr_array_sort (found, compare_found);
  return g_steal_pointer (&found);
}
