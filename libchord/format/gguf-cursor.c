/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "format/gguf-private.h"

/* Steps over the bytes of a header. Nothing here trusts a length: each is compared with what is
 * left of the file before it is used, and sums are never formed before that. */

gboolean
ch_gguf_fail (GError **error, ChErrorCode code, const char *file, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, CH_ERROR, code, "%s: %s", file, message);
  return FALSE;
}

gboolean
ch_gguf_truncated (const ChGgufCursor *cursor, GError **error, const char *format, ...)
{
  g_autofree char *where = NULL;
  va_list args;

  va_start (args, format);
  where = g_strdup_vprintf (format, args);
  va_end (args);
  return ch_gguf_fail (error, CH_ERROR_INVALID_FILE, cursor->file,
                       "the file ends in %s (it has %" G_GUINT64_FORMAT " bytes)", where,
                       cursor->size);
}

char *
ch_gguf_quote (const char *text)
{
  const gsize limit = 100;
  g_autofree char *cut = g_strndup (text, limit);
  g_autofree char *valid = g_utf8_make_valid (cut, -1);

  for (char *c = valid; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c))
      *c = '?';
  return g_strdup_printf ("\"%s%s\"", valid, strlen (text) > limit ? "..." : "");
}

gsize
ch_gguf_kind_size (guint32 kind)
{
  switch (kind)
    {
    case CH_GGUF_UINT8: case CH_GGUF_INT8: case CH_GGUF_BOOL:
      return 1;
    case CH_GGUF_UINT16: case CH_GGUF_INT16:
      return 2;
    case CH_GGUF_UINT32: case CH_GGUF_INT32: case CH_GGUF_FLOAT32:
      return 4;
    case CH_GGUF_UINT64: case CH_GGUF_INT64: case CH_GGUF_FLOAT64:
      return 8;
    default:
      return 0;
    }
}

gboolean
ch_gguf_cursor_take (ChGgufCursor *cursor, guint64 n, const guint8 **bytes)
{
  if (n > cursor->size - cursor->position)
    return FALSE;
  if (n > cursor->available - cursor->position)
    {
      cursor->starved = TRUE;
      return FALSE;
    }
  *bytes = cursor->data + cursor->position;
  cursor->position += n;
  return TRUE;
}

gboolean
ch_gguf_cursor_uint32 (ChGgufCursor *cursor, guint32 *value)
{
  const guint8 *bytes;

  if (!ch_gguf_cursor_take (cursor, sizeof *value, &bytes))
    return FALSE;
  memcpy (value, bytes, sizeof *value);
  *value = GUINT32_FROM_LE (*value);
  return TRUE;
}

gboolean
ch_gguf_cursor_uint64 (ChGgufCursor *cursor, guint64 *value)
{
  const guint8 *bytes;

  if (!ch_gguf_cursor_take (cursor, sizeof *value, &bytes))
    return FALSE;
  memcpy (value, bytes, sizeof *value);
  *value = GUINT64_FROM_LE (*value);
  return TRUE;
}

gboolean
ch_gguf_cursor_string (ChGgufCursor *cursor, ChGgufString *string)
{
  const guint64 start = cursor->position;
  const guint8 *bytes;
  guint64 length;

  if (!ch_gguf_cursor_uint64 (cursor, &length))
    return FALSE;
  if (!ch_gguf_cursor_take (cursor, length, &bytes))
    {
      cursor->position = start;
      return FALSE;
    }
  *string = (ChGgufString) { (const char *) bytes, length };
  return TRUE;
}

char *
ch_gguf_cursor_name (ChGgufCursor *cursor, GStringChunk *strings, const char *what, guint64 index,
                     GError **error)
{
  const char *flaw = NULL;
  ChGgufString name;

  if (!ch_gguf_cursor_string (cursor, &name))
    {
      ch_gguf_truncated (cursor, error, "the name of %s %" G_GUINT64_FORMAT, what, index);
      return NULL;
    }
  if (name.length == 0)
    flaw = "is empty";
  else if (name.length > CH_GGUF_MAX_NAME)
    flaw = "is too long";
  else if (!g_utf8_validate_len (name.data, name.length, NULL))
    flaw = "is not valid UTF-8";
  if (flaw == NULL)
    return g_string_chunk_insert_len (strings, name.data, name.length);
  ch_gguf_fail (error, CH_ERROR_INVALID_FILE, cursor->file,
                "the name of %s %" G_GUINT64_FORMAT " %s (%" G_GSIZE_FORMAT " bytes)",
                what, index, flaw, name.length);
  return NULL;
}
