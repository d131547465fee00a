/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-metadata-private.h"

/* Text of files may hold any bytes, and GVariant strings only UTF-8 without NUL. */
static gboolean
is_text (ChGgufString string)
{
  return g_utf8_validate_len (string.data, string.length, NULL);
}

static GVariant *
bytes_variant (ChGgufString string)
{
  return g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, string.data, string.length, 1);
}

static GVariant *
text_variant (ChGgufString string)
{
  g_autofree char *text = g_strndup (string.data, string.length);

  return g_variant_new_string (text);
}

static GVariant *
item_variant (const ChGgufValue *value, guint64 index)
{
  switch (value->item)
    {
    case CH_GGUF_UINT8:
      return g_variant_new_byte ((guint8) ch_gguf_item_int (value, index));
    case CH_GGUF_INT8:
    case CH_GGUF_INT16:
      return g_variant_new_int16 ((gint16) ch_gguf_item_int (value, index));
    case CH_GGUF_UINT16:
      return g_variant_new_uint16 ((guint16) ch_gguf_item_int (value, index));
    case CH_GGUF_UINT32:
      return g_variant_new_uint32 ((guint32) ch_gguf_item_int (value, index));
    case CH_GGUF_INT32:
      return g_variant_new_int32 ((gint32) ch_gguf_item_int (value, index));
    case CH_GGUF_UINT64:
      return g_variant_new_uint64 ((guint64) ch_gguf_item_int (value, index));
    case CH_GGUF_INT64:
      return g_variant_new_int64 (ch_gguf_item_int (value, index));
    case CH_GGUF_BOOL:
      return g_variant_new_boolean (ch_gguf_item_int (value, index) != 0);
    case CH_GGUF_FLOAT32:
    case CH_GGUF_FLOAT64:
    default:
      return g_variant_new_double (ch_gguf_item_float (value, index));
    }
}

static const GVariantType *
item_type (ChGgufKind kind)
{
  switch (kind)
    {
    case CH_GGUF_UINT8:
      return G_VARIANT_TYPE_BYTE;
    case CH_GGUF_INT8:
    case CH_GGUF_INT16:
      return G_VARIANT_TYPE_INT16;
    case CH_GGUF_UINT16:
      return G_VARIANT_TYPE_UINT16;
    case CH_GGUF_UINT32:
      return G_VARIANT_TYPE_UINT32;
    case CH_GGUF_INT32:
      return G_VARIANT_TYPE_INT32;
    case CH_GGUF_UINT64:
      return G_VARIANT_TYPE_UINT64;
    case CH_GGUF_INT64:
      return G_VARIANT_TYPE_INT64;
    case CH_GGUF_BOOL:
      return G_VARIANT_TYPE_BOOLEAN;
    default:
      return G_VARIANT_TYPE_DOUBLE;
    }
}

/* All items of an array have one type, so one item that is not text makes all of them bytes. */
static GVariant *
strings_variant (const ChGgufValue *value)
{
  GVariantBuilder builder;
  gboolean all_text = TRUE;

  for (guint64 i = 0; i < value->n_items && all_text; i++)
    all_text = is_text (ch_gguf_item_string (value, i));

  g_variant_builder_init (&builder,
                          all_text ? G_VARIANT_TYPE_STRING_ARRAY : G_VARIANT_TYPE_BYTESTRING_ARRAY);
  for (guint64 i = 0; i < value->n_items; i++)
    {
      ChGgufString item = ch_gguf_item_string (value, i);
      g_variant_builder_add_value (&builder, all_text ? text_variant (item) : bytes_variant (item));
    }
  return g_variant_builder_end (&builder);
}

static GVariant *
array_variant (const ChGgufValue *value)
{
  g_autoptr (GVariantType) type = NULL;
  GVariantBuilder builder;

  if (value->item == CH_GGUF_STRING)
    return strings_variant (value);

  type = g_variant_type_new_array (item_type (value->item));
  g_variant_builder_init (&builder, type);
  for (guint64 i = 0; i < value->n_items; i++)
    g_variant_builder_add_value (&builder, item_variant (value, i));
  return g_variant_builder_end (&builder);
}

GVariant *
chord_metadata_to_variant (const ChGgufValue *value)
{
  if (value->kind == CH_GGUF_ARRAY)
    return array_variant (value);
  if (value->kind == CH_GGUF_STRING)
    {
      ChGgufString string = ch_gguf_item_string (value, 0);
      return is_text (string) ? text_variant (string) : bytes_variant (string);
    }
  return item_variant (value, 0);
}
