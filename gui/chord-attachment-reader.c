/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-attachment-reader.h"

#include <glib/gi18n.h>
#include <string.h>

#define MAX_BYTES (1024 * 1024)

static char *
display_name (GFile *file)
{
  g_autofree char *base = g_file_get_basename (file);

  return base ? g_filename_display_name (base) : g_strdup (_("File"));
}

static ChordAttachment *
make_attachment (GFile *file, const char *bytes, gsize length, GError **error)
{
  g_autofree char *name = display_name (file), *type = NULL;
  const char *text = bytes;

  if (g_str_has_prefix (text, "\xef\xbb\xbf")) /* the byte order mark of some editors */
    text += 3;
  if (memchr (bytes, '\0', length) || !g_utf8_validate (text, length - (text - bytes), NULL))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _("“%s” is not a text in UTF-8. Only text and code can be attached."), name);
      return NULL;
    }
  type = g_content_type_guess (name, (const guchar *) bytes, length, NULL);
  return chord_attachment_new (name, text, type);
}

static void
contents_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *bytes = NULL;
  ChordAttachment *attachment;
  gsize length;

  if (!g_file_load_contents_finish (G_FILE (source), result, &bytes, &length, NULL, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  attachment = make_attachment (G_FILE (source), bytes, length, &error);
  if (attachment)
    g_task_return_pointer (task, attachment, g_object_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
info_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (source), result, &error);
  g_autofree char *name = display_name (G_FILE (source)), *limit = g_format_size (MAX_BYTES);

  if (info == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else if (g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE,
                             _("“%s” is not a file."), name);
  else if (g_file_info_get_size (info) > MAX_BYTES)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
                             _("“%s” is too large. A file with a message may have up to %s."),
                             name, limit);
  else
    g_file_load_contents_async (G_FILE (source), g_task_get_cancellable (task), contents_read,
                                g_object_ref (task));
}

void
chord_attachment_read_async (GFile *file, GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer data)
{
  GTask *task = g_task_new (file, cancellable, callback, data);

  g_task_set_source_tag (task, chord_attachment_read_async);
  g_file_query_info_async (file,
                           G_FILE_ATTRIBUTE_STANDARD_SIZE "," G_FILE_ATTRIBUTE_STANDARD_TYPE,
                           G_FILE_QUERY_INFO_NONE, G_PRIORITY_DEFAULT, cancellable, info_read,
                           task);
}

ChordAttachment *
chord_attachment_read_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Four letters of an alphabet make about one token; a sign of Chinese or Japanese is one. */
gsize
chord_estimate_tokens (const char *text)
{
  gsize quarters = 0;

  for (const char *p = text; *p; p = g_utf8_next_char (p))
    quarters += g_utf8_get_char (p) >= 0x2e80 ? 4 : 1;
  return (quarters + 3) / 4;
}
