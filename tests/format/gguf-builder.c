/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gguf-builder.h"

#include <string.h>

GgufBuilder *
gguf_builder_new (void)
{
  GgufBuilder *builder = g_new0 (GgufBuilder, 1);

  builder->magic = 0x46554747;
  builder->version = 3;
  builder->values = g_byte_array_new ();
  builder->tensors = g_byte_array_new ();
  return builder;
}

void
gguf_builder_free (GgufBuilder *builder)
{
  g_byte_array_unref (builder->values);
  g_byte_array_unref (builder->tensors);
  g_free (builder);
}

void
gguf_put (GByteArray *bytes, guint64 value, guint size)
{
  for (guint i = 0; i < size; i++)
    {
      const guint8 byte = (guint8) (value >> (8 * i));

      g_byte_array_append (bytes, &byte, 1);
    }
}

void
gguf_put_string (GByteArray *bytes, const char *text)
{
  gguf_put (bytes, strlen (text), 8);
  g_byte_array_append (bytes, (const guint8 *) text, (guint) strlen (text));
}

void
gguf_builder_key (GgufBuilder *builder, const char *key, guint32 kind)
{
  gguf_put_string (builder->values, key);
  gguf_put (builder->values, kind, 4);
  builder->n_values++;
}

void
gguf_builder_number (GgufBuilder *builder, const char *key, guint32 kind, guint64 bits, guint size)
{
  gguf_builder_key (builder, key, kind);
  gguf_put (builder->values, bits, size);
}

void
gguf_builder_uint32 (GgufBuilder *builder, const char *key, guint32 value)
{
  gguf_builder_number (builder, key, CH_GGUF_UINT32, value, 4);
}

void
gguf_builder_string (GgufBuilder *builder, const char *key, const char *value)
{
  gguf_builder_key (builder, key, CH_GGUF_STRING);
  gguf_put_string (builder->values, value);
}

void
gguf_builder_strings (GgufBuilder *builder, const char *key, guint n)
{
  gguf_builder_key (builder, key, CH_GGUF_ARRAY);
  gguf_put (builder->values, CH_GGUF_STRING, 4);
  gguf_put (builder->values, n, 8);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = i % 7 == 6 ? g_strdup ("") : g_strdup_printf ("s%u", i);
      gguf_put_string (builder->values, text);
    }
}

void
gguf_builder_all_kinds (GgufBuilder *builder)
{
  static const guint sizes[] = { 1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8 };
  const guint64 bits[] = { 0xfe, 0xfe, 0xfedc, 0xfedc, 0xfedcba98, 0xfedcba98, 0x3fc00000, 1, 0, 0,
                           0xfedcba9876543210, 0xfedcba9876543210, 0xc004000000000000 };

  for (guint kind = 0; kind < G_N_ELEMENTS (sizes); kind++)
    {
      g_autofree char *one = g_strdup_printf ("one.%s", ch_gguf_kind_name (kind));
      g_autofree char *many = g_strdup_printf ("many.%s", ch_gguf_kind_name (kind));

      if (sizes[kind] == 0)
        continue;
      gguf_builder_number (builder, one, kind, bits[kind], sizes[kind]);
      gguf_builder_key (builder, many, CH_GGUF_ARRAY);
      gguf_put (builder->values, kind, 4);
      gguf_put (builder->values, 3, 8);
      gguf_put (builder->values, 1, sizes[kind]);
      gguf_put (builder->values, bits[kind], sizes[kind]);
      gguf_put (builder->values, 0, sizes[kind]);
    }
  gguf_builder_string (builder, "one.string", "Grüße, Füchse");
  gguf_builder_strings (builder, "many.string", 40);
  gguf_builder_strings (builder, "none.string", 0);
}

void
gguf_builder_tensor (GgufBuilder *builder, const char *name, guint32 type, guint n_dims,
                     const guint64 *ne, guint64 offset)
{
  gguf_put_string (builder->tensors, name);
  gguf_put (builder->tensors, n_dims, 4);
  for (guint i = 0; i < n_dims; i++)
    gguf_put (builder->tensors, ne[i], 8);
  gguf_put (builder->tensors, type, 4);
  gguf_put (builder->tensors, offset, 8);
  builder->n_tensors++;
}

void
gguf_builder_vector (GgufBuilder *builder, const char *name, guint64 n, guint64 offset)
{
  gguf_builder_tensor (builder, name, CH_TYPE_F32, 1, &n, offset);
}

static GByteArray *
build_header (GgufBuilder *builder)
{
  GByteArray *bytes = g_byte_array_new ();

  gguf_put (bytes, builder->magic, 4);
  gguf_put (bytes, builder->version, 4);
  gguf_put (bytes, builder->n_tensors, 8);
  gguf_put (bytes, builder->n_values, 8);
  g_byte_array_append (bytes, builder->values->data, builder->values->len);
  g_byte_array_append (bytes, builder->tensors->data, builder->tensors->len);
  return bytes;
}

GBytes *
gguf_builder_header (GgufBuilder *builder)
{
  return g_byte_array_free_to_bytes (build_header (builder));
}

GBytes *
gguf_builder_finish (GgufBuilder *builder, gsize alignment, gsize n)
{
  GByteArray *bytes = build_header (builder);

  while (alignment > 0 && bytes->len % alignment != 0)
    gguf_put (bytes, 0, 1);
  for (gsize i = 0; i < n; i++)
    gguf_put (bytes, 7 * i, 1);
  return g_byte_array_free_to_bytes (bytes);
}

GBytes *
gguf_sample (void)
{
  g_autoptr (GgufBuilder) builder = gguf_builder_new ();

  gguf_builder_string (builder, "general.architecture", "llama");
  gguf_builder_uint32 (builder, "general.alignment", 32);
  gguf_builder_all_kinds (builder);
  gguf_builder_tensor (builder, "token_embd.weight", CH_TYPE_Q8_0, 2, (const guint64[]) { 32, 16 },
                       0);
  gguf_builder_tensor (builder, "blk.0.attn_q.weight", CH_TYPE_F16, 3,
                       (const guint64[]) { 8, 3, 2 }, 544);
  gguf_builder_vector (builder, "output_norm.weight", 8, 640);
  return gguf_builder_finish (builder, 32, GGUF_SAMPLE_DATA);
}
