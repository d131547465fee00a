/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "format/gguf-writer.h"

/* Putting a model on disk. Under its own name it appears whole or not at all: it is written beside,
 * synced, and renamed. */

#define BUFFER_BYTES (64 * 1024)
#define CHUNK_BYTES (8 * 1024 * 1024)

typedef struct
{
  int fd;
  char *name;            /* for messages */
  char *path;            /* what is replaced in the end */
  char *part;            /* what is written until then */
  GByteArray *buffer;    /* small pieces on their way */
  guint64 position;      /* bytes so far, those in the buffer too */
  guint64 done, total;   /* of the data */
  ChGgufProgressFunc progress;
  gpointer data;
} Output;

static gboolean
fail_errno (const Output *out, const char *what, GError **error)
{
  const int code = errno;

  return ch_gguf_fail (error, CH_ERROR_FAILED, out->name, "%s: %s", what, g_strerror (code));
}

/* --- Bytes --- */

static gboolean
write_all (const Output *out, const guint8 *bytes, gsize n, GError **error)
{
  while (n > 0)
    {
      const ssize_t put = write (out->fd, bytes, n);

      if (put < 0 && errno == EINTR)
        continue;
      if (put < 0)
        return fail_errno (out, "cannot be written", error);
      bytes += put;
      n -= (gsize) put;
    }
  return TRUE;
}

static gboolean
flush (Output *out, GError **error)
{
  const gboolean ok = write_all (out, out->buffer->data, out->buffer->len, error);

  g_byte_array_set_size (out->buffer, 0);
  return ok;
}

static gboolean
put (Output *out, gconstpointer bytes, gsize n, GError **error)
{
  out->position += n;
  if (out->buffer->len + n > BUFFER_BYTES && !flush (out, error))
    return FALSE;
  if (n > BUFFER_BYTES)
    return write_all (out, bytes, n, error);
  g_byte_array_append (out->buffer, bytes, (guint) n);
  return TRUE;
}

static gboolean
put_uint32 (Output *out, guint32 value, GError **error)
{
  value = GUINT32_TO_LE (value);
  return put (out, &value, sizeof value, error);
}

static gboolean
put_uint64 (Output *out, guint64 value, GError **error)
{
  value = GUINT64_TO_LE (value);
  return put (out, &value, sizeof value, error);
}

static gboolean
put_string (Output *out, const char *string, GError **error)
{
  const gsize length = strlen (string);

  return put_uint64 (out, length, error) && put (out, string, length, error);
}

static gboolean
pad_to (Output *out, guint64 position, GError **error)
{
  static const guint8 zeros[4096];

  while (out->position < position)
    if (!put (out, zeros, MIN (position - out->position, sizeof zeros), error))
      return FALSE;
  return TRUE;
}

/* --- Parts of the file --- */

static gboolean
put_draft (Output *out, const ChGgufDraft *draft, GError **error)
{
  gsize size;
  gconstpointer items = g_bytes_get_data (draft->items, &size);

  if (!put_string (out, draft->key, error) || !put_uint32 (out, draft->kind, error))
    return FALSE;
  if (draft->kind == CH_GGUF_ARRAY
      && (!put_uint32 (out, draft->item, error) || !put_uint64 (out, draft->n_items, error)))
    return FALSE;
  return put (out, items, size, error);
}

static gboolean
put_description (Output *out, const ChGgufTensor *tensor, GError **error)
{
  if (!put_string (out, tensor->name, error) || !put_uint32 (out, tensor->n_dims, error))
    return FALSE;
  for (guint i = 0; i < tensor->n_dims; i++)
    if (!put_uint64 (out, tensor->ne[i], error))
      return FALSE;
  return put_uint32 (out, tensor->type, error) && put_uint64 (out, tensor->offset, error);
}

static gboolean
put_header (Output *out, const ChGgufWriter *writer, GError **error)
{
  if (!put_uint32 (out, CH_GGUF_MAGIC, error) || !put_uint32 (out, 3, error)
      || !put_uint64 (out, writer->tensors->len, error)
      || !put_uint64 (out, writer->drafts->len, error))
    return FALSE;
  for (guint i = 0; i < writer->drafts->len; i++)
    if (!put_draft (out, g_ptr_array_index (writer->drafts, i), error))
      return FALSE;
  for (guint i = 0; i < writer->tensors->len; i++)
    if (!put_description (out, &g_array_index (writer->tensors, ChGgufTensor, i), error))
      return FALSE;
  return TRUE;
}

static gboolean
report (Output *out, guint64 n, GError **error)
{
  out->done += n;
  if (out->progress == NULL || out->progress (out->done, out->total, out->data))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "%s: writing was cancelled", out->name);
  return FALSE;
}

static gboolean
put_data (Output *out, const guint8 *bytes, guint64 n, GError **error)
{
  for (guint64 i = 0; i < n; i += CHUNK_BYTES)
    {
      const gsize chunk = MIN (n - i, CHUNK_BYTES);

      if (!put (out, bytes + i, chunk, error) || !report (out, chunk, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
put_tensors (Output *out, const ChGgufWriter *writer, guint64 alignment, ChGgufDataFunc fetch,
             GError **error)
{
  const guint64 start = (out->position + alignment - 1) & ~(alignment - 1);

  for (guint i = 0; i < writer->tensors->len; i++)
    {
      const ChGgufTensor *tensor = &g_array_index (writer->tensors, ChGgufTensor, i);
      const void *bytes = fetch (i, out->data, error);

      g_return_val_if_fail (bytes != NULL || error == NULL || *error != NULL, FALSE);
      if (bytes == NULL || !pad_to (out, start + tensor->offset, error)
          || !put_data (out, bytes, tensor->n_bytes, error))
        return FALSE;
    }
  return TRUE;
}

/* --- The file as a whole --- */

/* What the new file replaces must itself be a file: renamed over a device, it would take the
 * device's place for every other program. Behind a link, it is what the link names. */
static gboolean
output_aim (Output *out, const char *path, GError **error)
{
  struct stat info;
  char *target = realpath (path, NULL);

  out->path = g_strdup (target != NULL ? target : path);
  free (target);
  if (stat (out->path, &info) != 0 || S_ISREG (info.st_mode))
    return TRUE;
  return ch_gguf_fail (error, CH_ERROR_FAILED, out->name, "this is not a regular file");
}

static gboolean
output_open (Output *out, const char *path, GError **error)
{
  out->name = g_filename_display_name (path);
  out->buffer = g_byte_array_sized_new (BUFFER_BYTES);
  out->fd = -1;
  if (!output_aim (out, path, error))
    return FALSE;
  out->part = g_strconcat (out->path, ".part", NULL);
  out->fd = open (out->part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  return out->fd >= 0 || fail_errno (out, "cannot be created", error);
}

/* Not every file system can sync, and one that cannot is no reason to refuse. */
static gboolean
output_sync (Output *out, GError **error)
{
  if (fsync (out->fd) == 0 || errno == EINVAL || errno == ENOTSUP)
    return TRUE;
  return fail_errno (out, "cannot be written", error);
}

static gboolean
output_commit (Output *out, GError **error)
{
  int fd;

  if (!flush (out, error) || !output_sync (out, error))
    return FALSE;
  fd = out->fd;
  out->fd = -1;
  if (close (fd) != 0)
    return fail_errno (out, "cannot be written", error);
  return rename (out->part, out->path) == 0 || fail_errno (out, "cannot be put in place", error);
}

static void
output_close (Output *out, gboolean complete)
{
  if (out->fd >= 0)
    close (out->fd);
  if (!complete && out->part != NULL)
    unlink (out->part);
  g_byte_array_unref (out->buffer);
  g_free (out->part);
  g_free (out->path);
  g_free (out->name);
}

gboolean
ch_gguf_writer_write (ChGgufWriter *writer, const char *path, ChGgufDataFunc fetch,
                      ChGgufProgressFunc progress, gpointer data, GError **error)
{
  Output out = { .progress = progress, .data = data };
  g_autofree char *name = g_filename_display_name (path);
  guint64 alignment;
  gboolean ok;

  if (!ch_gguf_writer_plan (writer, name, &alignment, &out.total, error))
    return FALSE;
  ok = output_open (&out, path, error)
       && put_header (&out, writer, error)
       && put_tensors (&out, writer, alignment, fetch, error)
       && output_commit (&out, error);
  output_close (&out, ok);
  return ok;
}
