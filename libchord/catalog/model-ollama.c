/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "catalog/model-scan.h"

#include <string.h>
#include <sys/stat.h>

#include "json/json.h"

/* Ollama keeps each model as a manifest, manifests/REGISTRY/OWNER/NAME/TAG, which names layers by
 * their SHA-256, and the layers as blobs/sha256-…; one of them is the GGUF file. */

#define MAX_MANIFEST (64 * 1024)
#define MODEL_LAYER  "application/vnd.ollama.image.model"
#define DEPTH        4 /* folders from manifests/ down to the tag */

static gboolean
is_sha256 (const char *digits)
{
  return strlen (digits) == 64 && strspn (digits, "0123456789abcdef") == 64;
}

/* The sum in the layer that is the model, or NULL. */
static char *
sum_of_layer (GVariant *layer)
{
  g_autofree char *type = ch_json_string (layer, "mediaType");
  g_autofree char *digest = ch_json_string (layer, "digest");

  if (g_strcmp0 (type, MODEL_LAYER) != 0 || digest == NULL
      || !g_str_has_prefix (digest, "sha256:") || !is_sha256 (digest + 7))
    return NULL;
  return g_strdup (digest + 7);
}

static char *
sum_of_manifest (const char *text, gsize length)
{
  g_autoptr (GVariant) manifest = ch_json_parse (text, length, NULL);
  g_autoptr (GVariant) layers = ch_json_array (manifest, "layers");
  char *sum = NULL;

  for (gsize i = 0; sum == NULL && layers != NULL && i < g_variant_n_children (layers); i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (layers, i);
      g_autoptr (GVariant) layer = g_variant_get_variant (child);

      sum = sum_of_layer (layer);
    }
  return sum;
}

static char *
read_manifest (const char *path)
{
  g_autofree char *text = NULL;
  struct stat status;
  gsize length;

  if (stat (path, &status) != 0 || !S_ISREG (status.st_mode) || status.st_size > MAX_MANIFEST
      || !g_file_get_contents (path, &text, &length, NULL))
    return NULL;
  return sum_of_manifest (text, length);
}

/* "NAME:TAG", with the owner before it unless it is the one that all know. */
static char *
name_of_manifest (const char *path)
{
  g_auto (GStrv) words = g_strsplit (path, G_DIR_SEPARATOR_S, -1);
  const guint n = g_strv_length (words);

  if (strcmp (words[n - 3], "library") == 0)
    return g_strdup_printf ("%s:%s", words[n - 2], words[n - 1]);
  return g_strdup_printf ("%s/%s:%s", words[n - 3], words[n - 2], words[n - 1]);
}

static void
take_manifest (const char *store, const char *path, GPtrArray *models)
{
  g_autofree char *sum = read_manifest (path);
  g_autofree char *blob = sum != NULL ? g_strconcat (store, "/blobs/sha256-", sum, NULL) : NULL;
  ChFoundModel *found;
  ChModelFiles files;

  if (blob == NULL || !ch_model_files_look (blob, &files, NULL))
    return;
  for (guint i = 0; i < models->len; i++)
    if (strcmp (((ChFoundModel *) models->pdata[i])->path, blob) == 0)
      return;
  found = g_new0 (ChFoundModel, 1);
  found->path = g_steal_pointer (&blob);
  found->name = name_of_manifest (path);
  found->sha256 = g_steal_pointer (&sum);
  found->files = files;
  g_ptr_array_add (models, found);
}

static void
walk_manifests (const char *store, const char *path, guint depth, GPtrArray *found)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *below = g_build_filename (path, name, NULL);

      if (depth + 1 < DEPTH)
        walk_manifests (store, below, depth + 1, found);
      else
        take_manifest (store, below, found);
    }
}

gboolean
ch_model_scan_ollama (const char *folder, GPtrArray *found)
{
  g_autofree char *manifests = g_build_filename (folder, "manifests", NULL);
  g_autofree char *blobs = g_build_filename (folder, "blobs", NULL);

  if (!g_file_test (manifests, G_FILE_TEST_IS_DIR) || !g_file_test (blobs, G_FILE_TEST_IS_DIR))
    return FALSE;
  walk_manifests (folder, manifests, 0, found);
  return TRUE;
}
