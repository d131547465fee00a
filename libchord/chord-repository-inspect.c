/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Looking at a model that was not downloaded: its header is fetched into a sparse file of the full
 * size, which then opens like any other. */

#include "chord-repository-file-private.h"

#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"
#include "chord-fetch-private.h"
#include "format/gguf.h"
#include "json/json.h"

/* Headers hold the vocabulary: 2 to 10 MiB mostly. */
#define FIRST_BYTES (2 * 1024 * 1024)
#define MOST_BYTES (128 * 1024 * 1024)

typedef struct
{
  const ChordRepositoryPart *part;
  const char *path;
  gint64 have;
  gint64 size;
} Header;

static void
on_event (const char *kind, GVariant *event, gpointer data)
{
  Header *header = data;

  if (strcmp (kind, "done") != 0)
    return;
  header->have = ch_json_integer (event, "done", -1);
  header->size = ch_json_integer (event, "total", -1);
}

static gboolean
fetch_more (Header *header, GCancellable *cancellable, GError **error)
{
  gint64 length = header->have == 0 ? FIRST_BYTES : header->have;
  g_autofree char *from_text = g_strdup_printf ("%" G_GINT64_FORMAT, header->have);
  g_autofree char *length_text = g_strdup_printf ("%" G_GINT64_FORMAT, length);
  g_autofree char *size_text = g_strdup_printf ("%" G_GINT64_FORMAT, header->part->size);
  const char *args[] = { "head",        "--url",    header->part->url, "--output",
                         header->path,  "--from",   from_text,         "--length",
                         length_text,   "--size",   size_text,         "--retries",
                         "2",           NULL };

  return chord_fetch_run (args, on_event, header, cancellable, error);
}

/* What was not fetched reads as zeros, so that a header may seem to end in it: it is whole when the
 * data begin within what was fetched. */
static gboolean
is_whole (Header *header, GError **error)
{
  g_autoptr (ChGguf) gguf = ch_gguf_open (header->path, CH_GGUF_NO_SPLITS | CH_GGUF_NO_MMAP, error);
  guint64 data_start = header->size;

  if (gguf == NULL)
    return FALSE;
  for (guint64 i = 0; i < ch_gguf_n_tensors (gguf); i++)
    data_start = MIN (data_start, ch_gguf_tensor (gguf, i)->offset);
  return data_start <= (guint64) header->have;
}

static gboolean
starts_like_a_model (Header *header)
{
  char magic[4] = { 0 };
  FILE *file = g_fopen (header->path, "rb");
  gboolean good = file != NULL && fread (magic, 1, sizeof magic, file) == sizeof magic
                  && memcmp (magic, "GGUF", sizeof magic) == 0;

  if (file != NULL)
    fclose (file);
  return good;
}

static gboolean
fetch_header (const ChordRepositoryPart *part, const char *path, GCancellable *cancellable,
              GError **error)
{
  Header header = { .part = part, .path = path, .size = -1 };

  for (;;)
    {
      g_autoptr (GError) problem = NULL;

      if (!fetch_more (&header, cancellable, error))
        return FALSE;
      if (is_whole (&header, &problem))
        return TRUE;
      if (header.have < header.size && header.have < MOST_BYTES && starts_like_a_model (&header))
        continue;
      if (problem != NULL)
        g_propagate_error (error, g_steal_pointer (&problem));
      else
        g_set_error (error, CH_ERROR, CH_ERROR_INVALID_FILE, "%s: the header has no end",
                     part->path);
      return FALSE;
    }
}

static ChordModelFile *
fetch_headers (ChordRepositoryFile *self, const char *folder, GCancellable *cancellable,
               GError **error)
{
  GPtrArray *parts = chord_repository_file_get_parts (self);
  g_autofree char *first = NULL;

  for (guint i = 0; i < parts->len; i++)
    {
      const ChordRepositoryPart *part = g_ptr_array_index (parts, i);
      g_autofree char *name = g_path_get_basename (part->path);
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (!fetch_header (part, path, cancellable, error))
        return NULL;
      if (i == 0)
        first = g_steal_pointer (&path);
    }
  return chord_model_file_new_for_path (first, CHORD_MODEL_FILE_FLAGS_NONE, error);
}

/* The files are not needed under their names any more: whoever has them open keeps them. */
static void
remove_folder (GPtrArray *parts, const char *folder)
{
  for (guint i = 0; i < parts->len; i++)
    {
      const ChordRepositoryPart *part = g_ptr_array_index (parts, i);
      g_autofree char *name = g_path_get_basename (part->path);
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
}

ChordModelFile *
chord_repository_file_inspect (ChordRepositoryFile *self, GCancellable *cancellable,
                               GError **error)
{
  g_autofree char *folder = NULL;
  ChordModelFile *file;

  g_return_val_if_fail (CHORD_IS_REPOSITORY_FILE (self), NULL);

  folder = g_dir_make_tmp ("chord-header-XXXXXX", error);
  if (folder == NULL)
    return NULL;
  file = fetch_headers (self, folder, cancellable, error);
  remove_folder (chord_repository_file_get_parts (self), folder);
  return file;
}

static void
inspect_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  ChordModelFile *file = chord_repository_file_inspect (source, cancellable, &error);

  if (file != NULL)
    g_task_return_pointer (task, file, g_object_unref);
  else
    g_task_return_error (task, error);
}

void
chord_repository_file_inspect_async (ChordRepositoryFile *self, GCancellable *cancellable,
                                     GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (CHORD_IS_REPOSITORY_FILE (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, chord_repository_file_inspect_async);
  g_task_run_in_thread (task, inspect_in_thread);
}

ChordModelFile *
chord_repository_file_inspect_finish (ChordRepositoryFile *self, GAsyncResult *result,
                                      GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
