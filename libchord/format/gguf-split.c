/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "format/gguf-private.h"

/* Large models come as several files, NAME-00001-of-00003.gguf and so on. Each says in its metadata
 * which part it is. The metadata of the model are in the first. */

#define SUFFIX_LENGTH (sizeof "-00001-of-00003.gguf" - 1)

gboolean
ch_gguf_split_read (const ChGgufFile *file, guint *no, guint *count, gboolean *split,
                    GError **error)
{
  guint64 number = 0, parts = 0;

  if (!ch_gguf_header_get_uint (&file->header, CH_GGUF_KEY_SPLIT_COUNT, 99999, &parts, error)
      || !ch_gguf_header_get_uint (&file->header, CH_GGUF_KEY_SPLIT_NO, 99999, &number, error))
    return FALSE;
  *split = parts > 1;
  *no = (guint) number;
  *count = (guint) parts;
  if (*split && number >= parts)
    return ch_gguf_fail (error, CH_ERROR_INVALID_FILE, file->name,
                         "the file says that it is part %u of %u", *no + 1, *count);
  return TRUE;
}

static gboolean
parse_number (const char *digits, guint *number)
{
  *number = 0;
  for (guint i = 0; i < 5; i++)
    {
      if (!g_ascii_isdigit (digits[i]))
        return FALSE;
      *number = *number * 10 + (guint) g_ascii_digit_value (digits[i]);
    }
  return TRUE;
}

char *
ch_gguf_split_name (const char *path, guint *number, guint *count)
{
  const gsize length = path != NULL ? strlen (path) : 0;
  const char *suffix;

  if (length < SUFFIX_LENGTH)
    return NULL;
  suffix = path + length - SUFFIX_LENGTH;
  if (suffix[0] != '-' || strncmp (suffix + 6, "-of-", 4) != 0 || strcmp (suffix + 15, ".gguf") != 0
      || !parse_number (suffix + 1, number) || !parse_number (suffix + 10, count))
    return NULL;
  return g_strndup (path, length - SUFFIX_LENGTH);
}

/* A descriptor may lead to a place where the file has another name (a store of blobs, say), and
 * then the name that was given with it is the one to go by. */
static char *
common_prefix (const ChGgufFile *first, guint no, guint count, GError **error)
{
  guint number, parts;
  char *prefix = ch_gguf_split_name (first->path, &number, &parts);

  if (prefix == NULL && first->path != NULL)
    prefix = ch_gguf_split_name (first->name, &number, &parts);
  if (prefix == NULL)
    ch_gguf_fail (error, CH_ERROR_INVALID_FILE, first->name,
                  "the file is part %u of %u of a model; its name should end in -%05u-of-%05u.gguf "
                  "so that the other parts can be found", no + 1, count, no + 1, count);
  else if (number != no + 1 || parts != count)
    {
      ch_gguf_fail (
          error, CH_ERROR_INVALID_FILE, first->name,
          "by its name the file is part %u of %u of a model, by its metadata part %u of %u", number,
          parts, no + 1, count);
      g_clear_pointer (&prefix, g_free);
    }
  return prefix;
}

static ChGgufFile *
open_part (const char *prefix, guint no, guint count, ChGgufFlags flags, GError **error)
{
  g_autofree char *path = g_strdup_printf ("%s-%05u-of-%05u.gguf", prefix, no + 1, count);
  g_autoptr (ChGgufFile) part = NULL;
  guint its_no, its_count;
  gboolean split;

  part = ch_gguf_file_open (path, flags, error);
  if (part == NULL)
    {
      g_prefix_error (error, "part %u of %u of the model: ", no + 1, count);
      return NULL;
    }
  if (!ch_gguf_split_read (part, &its_no, &its_count, &split, error))
    return NULL;
  if (split && its_no == no && its_count == count)
    return g_steal_pointer (&part);
  if (split)
    ch_gguf_fail (error, CH_ERROR_INVALID_FILE, part->name,
                  "this should be part %u of %u of the model, but says it is part %u of %u",
                  no + 1, count, its_no + 1, its_count);
  else
    ch_gguf_fail (error, CH_ERROR_INVALID_FILE, part->name,
                  "this should be part %u of %u of the model, but is not part of any", no + 1,
                  count);
  return NULL;
}

static gboolean
check_total (GPtrArray *files, GError **error)
{
  guint64 claimed = G_MAXUINT64, total = 0;

  for (guint i = 0; i < files->len; i++)
    {
      const ChGgufFile *file = g_ptr_array_index (files, i);

      total += file->header.tensors->len;
    }
  if (total > CH_GGUF_MAX_ENTRIES)
    return ch_gguf_fail (error, CH_ERROR_INVALID_FILE, ((const ChGgufFile *) files->pdata[0])->name,
                         "the model has %" G_GUINT64_FORMAT " tensors, more than %u", total,
                         CH_GGUF_MAX_ENTRIES);
  for (guint i = 0; i < files->len; i++)
    {
      const ChGgufFile *file = g_ptr_array_index (files, i);

      if (!ch_gguf_header_get_uint (&file->header, CH_GGUF_KEY_SPLIT_TENSORS, G_MAXINT64, &claimed,
                                    error))
        return FALSE;
      if (claimed != G_MAXUINT64 && claimed != total)
        return ch_gguf_fail (error, CH_ERROR_INVALID_FILE, file->name,
                             "the file says that the model has %" G_GUINT64_FORMAT
                             " tensors, its %u parts have %" G_GUINT64_FORMAT,
                             claimed, files->len, total);
    }
  return TRUE;
}

gboolean
ch_gguf_split_open (GPtrArray *files, ChGgufFile *first, ChGgufFlags flags, GError **error)
{
  g_autoptr (ChGgufFile) given = first;
  g_autofree char *prefix = NULL;
  guint no, count;
  gboolean split;

  if (!ch_gguf_split_read (given, &no, &count, &split, error))
    return FALSE;
  if (!split || (flags & CH_GGUF_NO_SPLITS))
    {
      g_ptr_array_add (files, g_steal_pointer (&given));
      return TRUE;
    }
  prefix = common_prefix (given, no, count, error);
  for (guint i = 0; prefix != NULL && i < count; i++)
    {
      ChGgufFile *part =
          i == no ? g_steal_pointer (&given) : open_part (prefix, i, count, flags, error);

      if (part == NULL)
        return FALSE;
      g_ptr_array_add (files, part);
    }
  return prefix != NULL && check_total (files, error);
}
