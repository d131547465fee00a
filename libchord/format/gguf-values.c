/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>

#include "format/gguf-private.h"

/* The metadata of a file. Values stay where they are in the file: an entry points at its items,
 * which may lie at any address, and pages of a mapped file that nobody asks for are never read. */

const char *
ch_gguf_kind_name (ChGgufKind kind)
{
  static const char *const names[] = {
    "uint8", "int8", "uint16", "int16", "uint32", "int32", "float32",
    "bool", "string", "array", "uint64", "int64", "float64",
  };

  return (guint) kind < G_N_ELEMENTS (names) ? names[kind] : "unknown";
}

/* --- Parsing --- */

/* Strings have to be walked to find their end; some stops on the way are noted for lookups. */
static gboolean
parse_strings (ChGgufCursor *cursor, ChGgufEntry *entry, GError **error)
{
  const guint64 n = entry->value.n_items, start = cursor->position;
  g_autofree char *shown = ch_gguf_quote (entry->value.key);
  ChGgufString string;

  if (n > (cursor->size - start) / sizeof (guint64))
    return ch_gguf_truncated (cursor, error, "key %s, an array of %" G_GUINT64_FORMAT " strings",
                              shown, n);
  if (n > CH_GGUF_MAX_STRINGS)
    return ch_gguf_fail (error, CH_ERROR_INVALID_FILE, cursor->file,
                         "key %s is an array of %" G_GUINT64_FORMAT " strings, too many", shown, n);
  entry->stops = g_new (guint64, n / CH_GGUF_STOP_STRIDE + 1);
  entry->stops[0] = 0;
  for (guint64 i = 0; i < n; i++)
    {
      if (i % CH_GGUF_STOP_STRIDE == 0)
        entry->stops[i / CH_GGUF_STOP_STRIDE] = cursor->position - start;
      if (!ch_gguf_cursor_string (cursor, &string))
        return ch_gguf_truncated (cursor, error, "item %" G_GUINT64_FORMAT " of key %s", i, shown);
    }
  entry->value.data = cursor->data + start;
  entry->size = cursor->position - start;
  return TRUE;
}

static gboolean
parse_numbers (ChGgufCursor *cursor, ChGgufEntry *entry, GError **error)
{
  const gsize size = ch_gguf_kind_size (entry->value.item);
  const guint64 n = entry->value.n_items;
  const guint8 *bytes;

  if (n > (cursor->size - cursor->position) / size
      || !ch_gguf_cursor_take (cursor, n * size, &bytes))
    {
      g_autofree char *shown = ch_gguf_quote (entry->value.key);
      return ch_gguf_truncated (cursor, error,
                                "key %s, which has %" G_GUINT64_FORMAT " items of type %s", shown,
                                n, ch_gguf_kind_name (entry->value.item));
    }
  entry->value.data = bytes;
  entry->size = n * size;
  return TRUE;
}

static gboolean
parse_array_head (ChGgufCursor *cursor, ChGgufEntry *entry, GError **error)
{
  g_autofree char *shown = ch_gguf_quote (entry->value.key);
  guint32 item;

  if (!ch_gguf_cursor_uint32 (cursor, &item)
      || !ch_gguf_cursor_uint64 (cursor, &entry->value.n_items))
    return ch_gguf_truncated (cursor, error, "key %s", shown);
  entry->value.item = item;
  if (item == CH_GGUF_ARRAY)
    return ch_gguf_fail (error, CH_ERROR_UNSUPPORTED, cursor->file, "key %s is an array of arrays",
                         shown);
  if (item > CH_GGUF_FLOAT64)
    return ch_gguf_fail (error, CH_ERROR_INVALID_FILE, cursor->file,
                         "key %s is an array of the unknown type %u", shown, item);
  return TRUE;
}

static gboolean
parse_value (ChGgufCursor *cursor, ChGgufEntry *entry, GError **error)
{
  ChGgufValue *value = &entry->value;

  if (value->kind > CH_GGUF_FLOAT64)
    {
      g_autofree char *shown = ch_gguf_quote (value->key);
      return ch_gguf_fail (error, CH_ERROR_INVALID_FILE, cursor->file,
                           "key %s is of the unknown type %u", shown, (guint) value->kind);
    }
  value->item = value->kind;
  value->n_items = 1;
  if (value->kind == CH_GGUF_ARRAY && !parse_array_head (cursor, entry, error))
    return FALSE;
  if (!(value->item == CH_GGUF_STRING ? parse_strings : parse_numbers) (cursor, entry, error))
    return FALSE;
  if (value->kind == CH_GGUF_BOOL && *(const guint8 *) value->data > 1)
    {
      g_autofree char *shown = ch_gguf_quote (value->key);
      return ch_gguf_fail (error, CH_ERROR_INVALID_FILE, cursor->file,
                           "key %s is a bool that is neither 0 nor 1", shown);
    }
  return TRUE;
}

static gboolean
parse_entry (ChGgufHeader *header, ChGgufCursor *cursor, guint64 index, GError **error)
{
  ChGgufEntry entry = { 0 };
  gboolean ok;
  guint32 kind;

  entry.value.key = ch_gguf_cursor_name (cursor, header->strings, "key", index, error);
  if (entry.value.key == NULL)
    return FALSE;
  if (!ch_gguf_cursor_uint32 (cursor, &kind))
    {
      g_autofree char *shown = ch_gguf_quote (entry.value.key);
      return ch_gguf_truncated (cursor, error, "key %s", shown);
    }
  entry.value.kind = kind;
  ok = parse_value (cursor, &entry, error);
  g_array_append_val (header->entries, entry);
  return ok;
}

gboolean
ch_gguf_values_parse (ChGgufHeader *header, ChGgufCursor *cursor, guint64 n, GError **error)
{
  const ChGgufEntry *twin;

  for (guint64 i = 0; i < n; i++)
    if (!parse_entry (header, cursor, i, error))
      return FALSE;
  twin = ch_gguf_index_build (&header->keys, header->entries->data, n, sizeof (ChGgufEntry));
  if (twin != NULL)
    {
      g_autofree char *shown = ch_gguf_quote (twin->value.key);
      return ch_gguf_fail (error, CH_ERROR_INVALID_FILE, cursor->file, "key %s is there twice",
                           shown);
    }
  return TRUE;
}

void
ch_gguf_entry_clear (gpointer entry)
{
  ChGgufEntry *e = entry;

  g_free (e->stops);
  g_free (atomic_load (&e->text));
}

/* --- Items --- */

/* The bits of a number, zero-extended. */
static guint64
item_bits (const ChGgufValue *value, guint64 index)
{
  const gsize size = ch_gguf_kind_size (value->item);
  guint64 bits = 0;

  memcpy (&bits, (const guint8 *) value->data + index * size, size);
  return GUINT64_FROM_LE (bits);
}

gint64
ch_gguf_item_int (const ChGgufValue *value, guint64 index)
{
  guint64 bits;

  g_return_val_if_fail (index < value->n_items, 0);
  bits = item_bits (value, index);
  switch (value->item)
    {
    case CH_GGUF_INT8:
      return (gint8) bits;
    case CH_GGUF_INT16:
      return (gint16) bits;
    case CH_GGUF_INT32:
      return (gint32) bits;
    case CH_GGUF_INT64:
      return (gint64) bits;
    case CH_GGUF_UINT64:
      return bits > G_MAXINT64 ? G_MAXINT64 : (gint64) bits;
    case CH_GGUF_BOOL:
      return bits != 0;
    case CH_GGUF_UINT8: case CH_GGUF_UINT16: case CH_GGUF_UINT32:
      return (gint64) bits;
    default:
      return 0;
    }
}

double
ch_gguf_item_float (const ChGgufValue *value, guint64 index)
{
  guint64 bits;
  guint32 low;
  double wide;
  float narrow;

  g_return_val_if_fail (index < value->n_items, 0);
  bits = item_bits (value, index);
  switch (value->item)
    {
    case CH_GGUF_FLOAT32:
      low = (guint32) bits;
      memcpy (&narrow, &low, sizeof narrow);
      return narrow;
    case CH_GGUF_FLOAT64:
      memcpy (&wide, &bits, sizeof wide);
      return wide;
    case CH_GGUF_UINT64:
      return (double) bits;
    default:
      return (double) ch_gguf_item_int (value, index);
    }
}

/* Lengths were checked when the file was parsed. */
static ChGgufString
string_at (const guint8 *bytes)
{
  guint64 length;

  memcpy (&length, bytes, sizeof length);
  return (ChGgufString) { (const char *) bytes + sizeof length, GUINT64_FROM_LE (length) };
}

ChGgufString
ch_gguf_item_string (const ChGgufValue *value, guint64 index)
{
  const ChGgufEntry *entry = (const ChGgufEntry *) value;
  ChGgufString string;

  g_return_val_if_fail (index < value->n_items && value->item == CH_GGUF_STRING,
                        ((ChGgufString) { "", 0 }));
  string = string_at ((const guint8 *) value->data + entry->stops[index / CH_GGUF_STOP_STRIDE]);
  for (guint64 i = index % CH_GGUF_STOP_STRIDE; i > 0; i--)
    string = string_at ((const guint8 *) string.data + string.length);
  return string;
}

/* --- Typed reads --- */

static gboolean
wrong_kind (const ChGgufHeader *header, const ChGgufValue *value, const char *wanted,
            GError **error)
{
  return ch_gguf_fail (error, CH_ERROR_INVALID_FILE, header->file,
                       "key \"%s\" is of type %s, not %s", value->key,
                       ch_gguf_kind_name (value->kind), wanted);
}

static gboolean
is_integer (ChGgufKind kind)
{
  return ch_gguf_kind_size (kind) > 0 && kind != CH_GGUF_BOOL && kind != CH_GGUF_FLOAT32
         && kind != CH_GGUF_FLOAT64;
}

const ChGgufValue *
ch_gguf_header_find (const ChGgufHeader *header, const char *key)
{
  return ch_gguf_index_find (&header->keys, key);
}

gboolean
ch_gguf_header_get_uint (const ChGgufHeader *header, const char *key, guint64 max, guint64 *out,
                         GError **error)
{
  const ChGgufValue *value = ch_gguf_header_find (header, key);
  guint64 number;

  if (value == NULL)
    return TRUE;
  if (!is_integer (value->kind))
    return wrong_kind (header, value, "an integer", error);
  if (value->kind != CH_GGUF_UINT64 && ch_gguf_item_int (value, 0) < 0)
    return ch_gguf_fail (error, CH_ERROR_INVALID_FILE, header->file,
                         "key \"%s\" is %" G_GINT64_FORMAT ", less than 0", key,
                         ch_gguf_item_int (value, 0));
  number = item_bits (value, 0);
  if (number > max)
    return ch_gguf_fail (error, CH_ERROR_INVALID_FILE, header->file,
                         "key \"%s\" is %" G_GUINT64_FORMAT ", more than %" G_GUINT64_FORMAT, key,
                         number, max);
  *out = number;
  return TRUE;
}

static const ChGgufHeader *
main_header (const ChGguf *gguf)
{
  const ChGgufFile *file = g_ptr_array_index (gguf->files, 0);

  return &file->header;
}

gboolean
ch_gguf_get_uint (const ChGguf *gguf, const char *key, guint64 max, guint64 *out, GError **error)
{
  return ch_gguf_header_get_uint (main_header (gguf), key, max, out, error);
}

gboolean
ch_gguf_get_float (const ChGguf *gguf, const char *key, double *out, GError **error)
{
  const ChGgufHeader *header = main_header (gguf);
  const ChGgufValue *value = ch_gguf_header_find (header, key);
  double number;

  if (value == NULL)
    return TRUE;
  if (!is_integer (value->kind) && value->kind != CH_GGUF_FLOAT32 && value->kind != CH_GGUF_FLOAT64)
    return wrong_kind (header, value, "a number", error);
  number = ch_gguf_item_float (value, 0);
  if (!isfinite (number))
    return ch_gguf_fail (error, CH_ERROR_INVALID_FILE, header->file,
                         "key \"%s\" is not a finite number", key);
  *out = number;
  return TRUE;
}

gboolean
ch_gguf_get_bool (const ChGguf *gguf, const char *key, gboolean *out, GError **error)
{
  const ChGgufHeader *header = main_header (gguf);
  const ChGgufValue *value = ch_gguf_header_find (header, key);

  if (value == NULL)
    return TRUE;
  if (value->kind != CH_GGUF_BOOL)
    return wrong_kind (header, value, "a bool", error);
  *out = ch_gguf_item_int (value, 0) != 0;
  return TRUE;
}

/* The first caller makes the copy; of two that race one copy wins. */
static const char *
terminated_text (ChGgufEntry *entry, ChGgufString string)
{
  char *old = NULL, *text = atomic_load (&entry->text);

  if (text != NULL)
    return text;
  text = g_strndup (string.data, string.length);
  if (atomic_compare_exchange_strong (&entry->text, &old, text))
    return text;
  g_free (text);
  return old;
}

gboolean
ch_gguf_get_string (const ChGguf *gguf, const char *key, const char **out, GError **error)
{
  const ChGgufHeader *header = main_header (gguf);
  const ChGgufValue *value = ch_gguf_header_find (header, key);
  ChGgufString string;

  if (value == NULL)
    return TRUE;
  if (value->kind != CH_GGUF_STRING)
    return wrong_kind (header, value, "a string", error);
  string = ch_gguf_item_string (value, 0);
  if (!g_utf8_validate_len (string.data, string.length, NULL))
    return ch_gguf_fail (error, CH_ERROR_INVALID_FILE, header->file,
                         "key \"%s\" is not valid UTF-8", key);
  *out = terminated_text ((ChGgufEntry *) value, string);
  return TRUE;
}
