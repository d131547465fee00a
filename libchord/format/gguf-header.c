/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "format/gguf-private.h"

/* The header of one file: magic, version, two counts, the metadata, the list of tensors. The data
 * begin after it, at the next multiple of the alignment. */

/* Bytes that the shortest key with its value, and the shortest description of a tensor, take. A
 * count that cannot be true is refused before anything is read by it. */
#define SHORTEST_VALUE (8 + 1 + 4 + 1)
#define SHORTEST_TENSOR (8 + 1 + 4 + 8 + 4 + 8)

static gboolean
check_version (const ChGgufHeader *header, GError **error)
{
  if (header->version == 2 || header->version == 3)
    return TRUE;
  if (header->version == 1)
    return ch_gguf_fail (
        error, CH_ERROR_UNSUPPORTED, header->file,
        "this is version 1 of GGUF, which is no longer read; convert the model anew");
  if ((header->version & 0xffff) == 0 && header->version != 0)
    return ch_gguf_fail (error, CH_ERROR_UNSUPPORTED, header->file,
                         "this GGUF file is for big-endian machines");
  return ch_gguf_fail (error, CH_ERROR_UNSUPPORTED, header->file,
                       "version %u of GGUF is not known (2 and 3 are)", header->version);
}

static gboolean
check_count (const ChGgufCursor *cursor, const char *what, guint64 n, guint64 shortest,
             GError **error)
{
  if (n > (cursor->size - cursor->position) / shortest)
    return ch_gguf_fail (error, CH_ERROR_INVALID_FILE, cursor->file,
                         "the file claims %" G_GUINT64_FORMAT " %s, but is too short for them", n,
                         what);
  if (n > CH_GGUF_MAX_ENTRIES)
    return ch_gguf_fail (error, CH_ERROR_INVALID_FILE, cursor->file,
                         "the file has %" G_GUINT64_FORMAT " %s, more than %u", n, what,
                         CH_GGUF_MAX_ENTRIES);
  return TRUE;
}

static gboolean
parse_counts (ChGgufHeader *header, ChGgufCursor *cursor, guint64 *n_tensors, guint64 *n_values,
              GError **error)
{
  guint32 magic;

  if (!ch_gguf_cursor_uint32 (cursor, &magic) || magic != CH_GGUF_MAGIC)
    return ch_gguf_fail (error, CH_ERROR_INVALID_FILE, cursor->file, "this is not a GGUF file");
  if (!ch_gguf_cursor_uint32 (cursor, &header->version))
    return ch_gguf_truncated (cursor, error, "its first bytes");
  if (!check_version (header, error))
    return FALSE;
  if (!ch_gguf_cursor_uint64 (cursor, n_tensors) || !ch_gguf_cursor_uint64 (cursor, n_values))
    return ch_gguf_truncated (cursor, error, "its first bytes");
  return check_count (cursor, "metadata keys", *n_values, SHORTEST_VALUE, error)
         && check_count (cursor, "tensors", *n_tensors, SHORTEST_TENSOR, error);
}

gboolean
ch_gguf_alignment_is_valid (guint64 alignment)
{
  return alignment >= 8 && (alignment & (alignment - 1)) == 0;
}

static gboolean
read_alignment (ChGgufHeader *header, GError **error)
{
  header->alignment = CH_GGUF_DEFAULT_ALIGNMENT;
  if (!ch_gguf_header_get_uint (header, CH_GGUF_KEY_ALIGNMENT, G_MAXUINT32, &header->alignment,
                                error))
    return FALSE;
  if (ch_gguf_alignment_is_valid (header->alignment))
    return TRUE;
  return ch_gguf_fail (error, CH_ERROR_INVALID_FILE, header->file,
                       "key \"" CH_GGUF_KEY_ALIGNMENT "\" is %" G_GUINT64_FORMAT
                       ", not a power of two from 8", header->alignment);
}

/* Of a cursor that turns out starved the result means nothing: try again with more. */
gboolean
ch_gguf_header_parse (ChGgufHeader *header, ChGgufCursor *cursor, GError **error)
{
  guint64 n_tensors, n_values, last;

  header->file = cursor->file;
  header->strings = g_string_chunk_new (4096);
  header->entries = g_array_new (FALSE, FALSE, sizeof (ChGgufEntry));
  g_array_set_clear_func (header->entries, ch_gguf_entry_clear);
  header->tensors = g_array_new (FALSE, FALSE, sizeof (ChGgufTensor));

  if (!parse_counts (header, cursor, &n_tensors, &n_values, error)
      || !ch_gguf_values_parse (header, cursor, n_values, error)
      || !read_alignment (header, error)
      || !ch_gguf_tensors_parse (header, cursor, n_tensors, error))
    return FALSE;
  /* No wrap: a position is below 2^63, the size of the largest file. */
  last = header->alignment - 1;
  header->data_start = (cursor->position + last) & ~last;
  return ch_gguf_tensors_check_bounds (header, cursor->size, error);
}

void
ch_gguf_header_clear (ChGgufHeader *header)
{
  g_clear_pointer (&header->tensors, g_array_unref);
  g_clear_pointer (&header->entries, g_array_unref);
  g_clear_pointer (&header->strings, g_string_chunk_free);
  ch_gguf_index_clear (&header->keys);
}
