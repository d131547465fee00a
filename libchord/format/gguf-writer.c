/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "format/gguf-writer.h"

#include <string.h>

static void
draft_free (gpointer data)
{
  ChGgufDraft *draft = data;

  g_bytes_unref (draft->items);
  g_free (draft->key);
  g_free (draft);
}

static int
compare_keys (gconstpointer a, gconstpointer b, gpointer data)
{
  return strcmp (a, b);
}

ChGgufWriter *
ch_gguf_writer_new (void)
{
  ChGgufWriter *writer = g_new0 (ChGgufWriter, 1);

  writer->drafts = g_ptr_array_new_with_free_func (draft_free);
  writer->by_key = g_tree_new_full (compare_keys, NULL, NULL, NULL);
  writer->tensors = g_array_new (FALSE, FALSE, sizeof (ChGgufTensor));
  writer->strings = g_string_chunk_new (4096);
  return writer;
}

void
ch_gguf_writer_free (ChGgufWriter *writer)
{
  g_tree_unref (writer->by_key);
  g_ptr_array_unref (writer->drafts);
  g_array_unref (writer->tensors);
  g_string_chunk_free (writer->strings);
  g_free (writer);
}

/* --- Metadata --- */

/* Takes items over. */
static void
set_items (ChGgufWriter *writer, const char *key, ChGgufKind kind, ChGgufKind item, guint64 n,
           GBytes *items)
{
  ChGgufDraft *draft = g_tree_lookup (writer->by_key, key);

  if (draft == NULL)
    {
      draft = g_new0 (ChGgufDraft, 1);
      draft->key = g_strdup (key);
      g_ptr_array_add (writer->drafts, draft);
      g_tree_insert (writer->by_key, draft->key, draft);
    }
  g_clear_pointer (&draft->items, g_bytes_unref);
  draft->kind = kind;
  draft->item = item;
  draft->n_items = n;
  draft->items = items;
}

static gboolean
describes_split (const char *key)
{
  return g_str_equal (key, CH_GGUF_KEY_SPLIT_NO) || g_str_equal (key, CH_GGUF_KEY_SPLIT_COUNT)
         || g_str_equal (key, CH_GGUF_KEY_SPLIT_TENSORS);
}

void
ch_gguf_writer_copy_metadata (ChGgufWriter *writer, const ChGguf *from)
{
  ChGguf *source = (ChGguf *) from; /* counting references changes nothing that shows */

  for (guint64 i = 0; i < ch_gguf_n_values (from); i++)
    {
      const ChGgufValue *value = ch_gguf_value (from, i);
      const ChGgufEntry *entry = (const ChGgufEntry *) value;

      if (ch_gguf_n_files (from) > 1 && describes_split (value->key))
        continue;
      set_items (writer, value->key, value->kind, value->item, value->n_items,
                 g_bytes_new_with_free_func (value->data, entry->size,
                                             (GDestroyNotify) ch_gguf_unref, ch_gguf_ref (source)));
    }
}

void
ch_gguf_writer_set_uint32 (ChGgufWriter *writer, const char *key, guint32 value)
{
  const guint32 bits = GUINT32_TO_LE (value);

  set_items (writer, key, CH_GGUF_UINT32, CH_GGUF_UINT32, 1, g_bytes_new (&bits, sizeof bits));
}

void
ch_gguf_writer_set_uint64 (ChGgufWriter *writer, const char *key, guint64 value)
{
  const guint64 bits = GUINT64_TO_LE (value);

  set_items (writer, key, CH_GGUF_UINT64, CH_GGUF_UINT64, 1, g_bytes_new (&bits, sizeof bits));
}

static void
set_words (ChGgufWriter *writer, const char *key, ChGgufKind kind, ChGgufKind item,
           const void *words, guint64 n)
{
  guint32 *copy = g_new (guint32, n);

  if (n > 0)
    memcpy (copy, words, n * sizeof *copy);
  for (guint64 i = 0; i < n; i++)
    copy[i] = GUINT32_TO_LE (copy[i]);
  set_items (writer, key, kind, item, n, g_bytes_new_take (copy, n * sizeof *copy));
}

void
ch_gguf_writer_set_float (ChGgufWriter *writer, const char *key, float value)
{
  set_words (writer, key, CH_GGUF_FLOAT32, CH_GGUF_FLOAT32, &value, 1);
}

void
ch_gguf_writer_set_bool (ChGgufWriter *writer, const char *key, gboolean value)
{
  const guint8 byte = value ? 1 : 0;

  set_items (writer, key, CH_GGUF_BOOL, CH_GGUF_BOOL, 1, g_bytes_new (&byte, 1));
}

static void
append_string (GByteArray *bytes, const char *string)
{
  const gsize length = strlen (string);
  const guint64 bits = GUINT64_TO_LE ((guint64) length);

  g_byte_array_append (bytes, (const guint8 *) &bits, sizeof bits);
  g_byte_array_append (bytes, (const guint8 *) string, (guint) length);
}

void
ch_gguf_writer_set_string (ChGgufWriter *writer, const char *key, const char *value)
{
  GByteArray *bytes = g_byte_array_new ();

  append_string (bytes, value);
  set_items (writer, key, CH_GGUF_STRING, CH_GGUF_STRING, 1, g_byte_array_free_to_bytes (bytes));
}

void
ch_gguf_writer_set_strings (ChGgufWriter *writer, const char *key, const char *const *values,
                            guint64 n)
{
  GByteArray *bytes = g_byte_array_new ();

  for (guint64 i = 0; i < n; i++)
    append_string (bytes, values[i]);
  set_items (writer, key, CH_GGUF_ARRAY, CH_GGUF_STRING, n, g_byte_array_free_to_bytes (bytes));
}

void
ch_gguf_writer_set_floats (ChGgufWriter *writer, const char *key, const float *values, guint64 n)
{
  set_words (writer, key, CH_GGUF_ARRAY, CH_GGUF_FLOAT32, values, n);
}

void
ch_gguf_writer_set_int32s (ChGgufWriter *writer, const char *key, const gint32 *values, guint64 n)
{
  set_words (writer, key, CH_GGUF_ARRAY, CH_GGUF_INT32, values, n);
}

void
ch_gguf_writer_add_tensor (ChGgufWriter *writer, const char *name, ChType type, guint n_dims,
                           const guint64 *ne)
{
  ChGgufTensor tensor = { .type = type, .n_dims = n_dims, .ne = { 1, 1, 1, 1 } };

  g_return_if_fail (n_dims >= 1 && n_dims <= 4);
  tensor.name = g_string_chunk_insert (writer->strings, name);
  memcpy (tensor.ne, ne, n_dims * sizeof *ne);
  g_array_append_val (writer->tensors, tensor);
}

/* --- Plan --- */

static gboolean
check_name (const char *what, const char *name, const char *file, GError **error)
{
  const gsize length = strlen (name);
  g_autofree char *shown = NULL;

  if (length > 0 && length <= CH_GGUF_MAX_NAME && g_utf8_validate_len (name, length, NULL))
    return TRUE;
  shown = ch_gguf_quote (name);
  return ch_gguf_fail (error, CH_ERROR_INVALID_ARGUMENT, file, "%s %s cannot be a name", what,
                       shown);
}

static gboolean
plan_alignment (const ChGgufWriter *writer, const char *file, guint64 *alignment, GError **error)
{
  const ChGgufDraft *draft = g_tree_lookup (writer->by_key, CH_GGUF_KEY_ALIGNMENT);
  guint32 bits;

  *alignment = CH_GGUF_DEFAULT_ALIGNMENT;
  if (draft == NULL)
    return TRUE;
  if (draft->kind == CH_GGUF_UINT32)
    {
      memcpy (&bits, g_bytes_get_data (draft->items, NULL), sizeof bits);
      *alignment = GUINT32_FROM_LE (bits);
      if (ch_gguf_alignment_is_valid (*alignment))
        return TRUE;
    }
  return ch_gguf_fail (error, CH_ERROR_INVALID_ARGUMENT, file,
                       "key \"" CH_GGUF_KEY_ALIGNMENT
                       "\" is not a power of two from 8, of type uint32");
}

static gboolean
plan_tensor (ChGgufTensor *tensor, const char *file, guint64 alignment, guint64 *end,
             GError **error)
{
  const ChTypeInfo *info = ch_type_info (tensor->type);
  const char *why = "its type is not known";

  if (!check_name ("tensor", tensor->name, file, error))
    return FALSE;
  if (info != NULL && ch_gguf_tensor_measure (tensor, info, &why))
    {
      why = "the file would be too large";
      tensor->offset = (*end + alignment - 1) & ~(alignment - 1);
      if (!__builtin_add_overflow (tensor->offset, tensor->n_bytes, end) && *end <= G_MAXINT64 / 2)
        return TRUE;
    }
  return ch_gguf_fail (error, CH_ERROR_INVALID_ARGUMENT, file,
                       "tensor \"%s\" cannot be written: %s", tensor->name, why);
}

static gboolean
check_twins (const ChGgufWriter *writer, const char *file, GError **error)
{
  ChGgufIndex names = { 0 };
  const ChGgufTensor *twin = ch_gguf_index_build (&names, writer->tensors->data,
                                                  writer->tensors->len, sizeof (ChGgufTensor));

  ch_gguf_index_clear (&names);
  return twin == NULL || ch_gguf_fail (error, CH_ERROR_INVALID_ARGUMENT, file,
                                       "tensor \"%s\" is there twice", twin->name);
}

gboolean
ch_gguf_writer_plan (ChGgufWriter *writer, const char *file, guint64 *alignment,
                     guint64 *data_bytes, GError **error)
{
  guint64 end = 0;

  if (writer->drafts->len > CH_GGUF_MAX_ENTRIES || writer->tensors->len > CH_GGUF_MAX_ENTRIES)
    return ch_gguf_fail (error, CH_ERROR_INVALID_ARGUMENT, file,
                         "too many keys or tensors (%u, %u)", writer->drafts->len,
                         writer->tensors->len);
  if (!plan_alignment (writer, file, alignment, error))
    return FALSE;
  for (guint i = 0; i < writer->drafts->len; i++)
    {
      const ChGgufDraft *draft = g_ptr_array_index (writer->drafts, i);

      if (!check_name ("key", draft->key, file, error))
        return FALSE;
    }
  *data_bytes = 0;
  for (guint i = 0; i < writer->tensors->len; i++)
    {
      ChGgufTensor *tensor = &g_array_index (writer->tensors, ChGgufTensor, i);

      if (!plan_tensor (tensor, file, *alignment, &end, error))
        return FALSE;
      *data_bytes += tensor->n_bytes;
    }
  return check_twins (writer, file, error);
}
