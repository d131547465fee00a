/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/memory.h"
#include "format/gguf-private.h"

/* The list of tensors: what each is, and where its bytes lie. */

gboolean
ch_gguf_tensor_measure (ChGgufTensor *tensor, const ChTypeInfo *info, const char **why)
{
  guint64 n = 1;

  *why = "it has a dimension of 0";
  for (guint i = 0; i < 4; i++)
    if (tensor->ne[i] == 0)
      return FALSE;
  *why = "the product of its dimensions is too large";
  for (guint i = 0; i < 4; i++)
    if (__builtin_mul_overflow (n, tensor->ne[i], &n) || n > G_MAXINT64)
      return FALSE;
  *why = "its rows do not end with a block of its type";
  if (tensor->ne[0] % info->block != 0)
    return FALSE;
  *why = "its size in bytes is too large";
  tensor->n_values = n;
  return !__builtin_mul_overflow (n / info->block, (guint64) info->bytes, &tensor->n_bytes)
         && tensor->n_bytes <= G_MAXINT64;
}

static gboolean
refuse_type (const ChGgufCursor *cursor, const ChGgufTensor *tensor, guint32 type, GError **error)
{
  g_autofree char *shown = ch_gguf_quote (tensor->name);
  const char *removed = ch_type_removed_name (type);

  if (removed != NULL)
    return ch_gguf_fail (error, CH_ERROR_UNSUPPORTED, cursor->file,
                         "tensor %s is of type %s, which was removed from the format", shown,
                         removed);
  return ch_gguf_fail (error, CH_ERROR_UNSUPPORTED, cursor->file,
                       "tensor %s is of the unknown type %u", shown, type);
}

static gboolean
read_fields (ChGgufCursor *cursor, ChGgufTensor *tensor, guint32 *type, GError **error)
{
  g_autofree char *shown = ch_gguf_quote (tensor->name);
  gboolean ok = ch_gguf_cursor_uint32 (cursor, &tensor->n_dims);

  if (ok && (tensor->n_dims == 0 || tensor->n_dims > 4))
    return ch_gguf_fail (error, CH_ERROR_INVALID_FILE, cursor->file,
                         "tensor %s has %u dimensions (1 to 4 can be)", shown, tensor->n_dims);
  for (guint i = 0; i < 4; i++)
    {
      tensor->ne[i] = 1;
      if (i < tensor->n_dims)
        ok = ok && ch_gguf_cursor_uint64 (cursor, &tensor->ne[i]);
    }
  ok =
      ok && ch_gguf_cursor_uint32 (cursor, type) && ch_gguf_cursor_uint64 (cursor, &tensor->offset);
  return ok || ch_gguf_truncated (cursor, error, "the description of tensor %s", shown);
}

static gboolean
parse_tensor (ChGgufHeader *header, ChGgufCursor *cursor, guint64 index, GError **error)
{
  ChGgufTensor tensor = { 0 };
  const ChTypeInfo *info;
  const char *why;
  guint32 type;

  tensor.name = ch_gguf_cursor_name (cursor, header->strings, "tensor", index, error);
  if (tensor.name == NULL || !read_fields (cursor, &tensor, &type, error))
    return FALSE;
  info = ch_type_info (type);
  if (info == NULL)
    return refuse_type (cursor, &tensor, type, error);
  tensor.type = info->type;
  if (!ch_gguf_tensor_measure (&tensor, info, &why))
    {
      g_autofree char *shown = ch_gguf_quote (tensor.name);
      return ch_gguf_fail (
          error, CH_ERROR_INVALID_FILE, cursor->file,
          "tensor %s is impossible: %s (%s, %" G_GUINT64_FORMAT " x %" G_GUINT64_FORMAT
          " x %" G_GUINT64_FORMAT " x %" G_GUINT64_FORMAT ")",
          shown, why, info->name, tensor.ne[0], tensor.ne[1], tensor.ne[2], tensor.ne[3]);
    }
  g_array_append_val (header->tensors, tensor);
  return TRUE;
}

gboolean
ch_gguf_tensors_parse (ChGgufHeader *header, ChGgufCursor *cursor, guint64 n, GError **error)
{
  for (guint64 i = 0; i < n; i++)
    if (!parse_tensor (header, cursor, i, error))
      return FALSE;
  return TRUE;
}

/* --- Bounds --- */

/* The offset in the file counts from the end of the header; here it comes to count from the
 * beginning of the file. */
static gboolean
place_tensor (const ChGgufHeader *header, ChGgufTensor *tensor, guint64 file_size, GError **error)
{
  g_autofree char *shown = ch_gguf_quote (tensor->name);
  const guint64 relative = tensor->offset;
  guint64 end;

  if (relative % header->alignment != 0)
    return ch_gguf_fail (error, CH_ERROR_INVALID_FILE, header->file,
                         "tensor %s begins at %" G_GUINT64_FORMAT
                         ", which is not a multiple of the alignment %" G_GUINT64_FORMAT,
                         shown, relative, header->alignment);
  if (__builtin_add_overflow (relative, header->data_start, &tensor->offset)
      || __builtin_add_overflow (tensor->offset, tensor->n_bytes, &end) || end > file_size)
    return ch_gguf_fail (error, CH_ERROR_INVALID_FILE, header->file,
                         "tensor %s (%" G_GUINT64_FORMAT " bytes at %" G_GUINT64_FORMAT
                         " of the data) goes beyond the end of the file"
                         " (%" G_GUINT64_FORMAT " bytes, data from %" G_GUINT64_FORMAT ")",
                         shown, tensor->n_bytes, relative, file_size, header->data_start);
  return TRUE;
}

static int
compare_offsets (gconstpointer a, gconstpointer b)
{
  const ChGgufTensor *const *x = a, *const *y = b;

  return ((*x)->offset > (*y)->offset) - ((*x)->offset < (*y)->offset);
}

static gboolean
check_overlap (const ChGgufHeader *header, GError **error)
{
  g_autoptr (GPtrArray) order = g_ptr_array_sized_new (header->tensors->len);

  for (guint i = 0; i < header->tensors->len; i++)
    g_ptr_array_add (order, &g_array_index (header->tensors, ChGgufTensor, i));
  g_ptr_array_sort (order, compare_offsets);
  for (guint i = 1; i < order->len; i++)
    {
      const ChGgufTensor *a = g_ptr_array_index (order, i - 1), *b = g_ptr_array_index (order, i);

      if (b->offset - a->offset < a->n_bytes)
        {
          g_autofree char *first = ch_gguf_quote (a->name), *second = ch_gguf_quote (b->name);
          return ch_gguf_fail (error, CH_ERROR_INVALID_FILE, header->file,
                               "tensors %s and %s overlap", first, second);
        }
    }
  return TRUE;
}

gboolean
ch_gguf_tensors_check_bounds (const ChGgufHeader *header, guint64 file_size, GError **error)
{
  for (guint i = 0; i < header->tensors->len; i++)
    if (!place_tensor (header, &g_array_index (header->tensors, ChGgufTensor, i), file_size, error))
      return FALSE;
  return check_overlap (header, error);
}
