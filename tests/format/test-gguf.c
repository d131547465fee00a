/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "gguf-builder.h"

/* The reader on bytes in memory: what is sound is read right, what lies is refused by name. */

static ChGguf *
open_bytes (GBytes *bytes, GError **error)
{
  return ch_gguf_open_bytes (bytes, "test.gguf", error);
}

static ChGguf *
open_good (GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  ChGguf *gguf = open_bytes (bytes, &error);

  g_assert_no_error (error);
  g_assert_nonnull (gguf);
  return gguf;
}

/* The file is refused, by a message that names it and says text. */
static void
assert_refused (GBytes *bytes, gint code, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChGguf) gguf = open_bytes (bytes, &error);

  g_assert_null (gguf);
  g_assert_error (error, CH_ERROR, code);
  g_assert_true (g_str_has_prefix (error->message, "test.gguf: "));
  if (strstr (error->message, text) == NULL)
    g_error ("\"%s\" does not say \"%s\"", error->message, text);
}

static void
assert_builder_refused (GgufBuilder *builder, gint code, const char *text)
{
  g_autoptr (GBytes) bytes = gguf_builder_finish (builder, 32, 256);

  assert_refused (bytes, code, text);
}

/* --- Sound files --- */

static void
test_versions (void)
{
  for (guint version = 2; version <= 3; version++)
    {
      g_autoptr (GgufBuilder) builder = gguf_builder_new ();
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (ChGguf) gguf = NULL;

      builder->version = version;
      gguf_builder_vector (builder, "a", 8, 0);
      bytes = gguf_builder_finish (builder, 32, 32);
      gguf = open_good (bytes);
      g_assert_cmpuint (ch_gguf_version (gguf), ==, version);
      g_assert_cmpuint (ch_gguf_n_tensors (gguf), ==, 1);
      g_assert_cmpuint (ch_gguf_n_files (gguf), ==, 1);
      g_assert_cmpuint (ch_gguf_file_bytes (gguf), ==, g_bytes_get_size (bytes));
      g_assert_cmpstr (ch_gguf_name (gguf), ==, "test.gguf");
    }
}

static void
test_strange_versions (void)
{
  const struct { guint32 magic, version; gint code; const char *text; } cases[] = {
    { 0x46554747, 1, CH_ERROR_UNSUPPORTED, "version 1" },
    { 0x46554747, 0x03000000, CH_ERROR_UNSUPPORTED, "big-endian" },
    { 0x46554747, 4, CH_ERROR_UNSUPPORTED, "version 4" },
    { 0x46554747, 0, CH_ERROR_UNSUPPORTED, "version 0" },
    { 0x47475546, 3, CH_ERROR_INVALID_FILE, "not a GGUF file" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GgufBuilder) builder = gguf_builder_new ();

      builder->magic = cases[i].magic;
      builder->version = cases[i].version;
      assert_builder_refused (builder, cases[i].code, cases[i].text);
    }
}

static void
test_empty_model (void)
{
  g_autoptr (GgufBuilder) builder = gguf_builder_new ();
  g_autoptr (GBytes) bytes = gguf_builder_header (builder);
  g_autoptr (ChGguf) gguf = open_good (bytes);

  g_assert_cmpuint (ch_gguf_n_tensors (gguf), ==, 0);
  g_assert_cmpuint (ch_gguf_n_values (gguf), ==, 0);
  g_assert_null (ch_gguf_find (gguf, "x"));
  g_assert_null (ch_gguf_find_tensor (gguf, "x"));
}

static void
test_integers (void)
{
  const struct { const char *kind; gint64 value; double real; } cases[] = {
    { "uint8", 0xfe, 0xfe },
    { "int8", -2, -2 },
    { "uint16", 0xfedc, 0xfedc },
    { "int16", -0x124, -0x124 },
    { "uint32", 0xfedcba98, 0xfedcba98 },
    { "int32", -0x1234568, -0x1234568 },
    { "bool", 1, 1 },
    { "uint64", G_MAXINT64, (double) 0xfedcba9876543210 },
    { "int64", -0x123456789abcdf0, -0x123456789abcdf0 },
    { "float32", 0, 1.5 },
    { "float64", 0, -2.5 },
  };
  g_autoptr (GgufBuilder) builder = gguf_builder_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (ChGguf) gguf = NULL;

  gguf_builder_all_kinds (builder);
  bytes = gguf_builder_header (builder);
  gguf = open_good (bytes);
  g_assert_cmpuint (ch_gguf_n_values (gguf), ==, 2 * G_N_ELEMENTS (cases) + 3);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *one = g_strdup_printf ("one.%s", cases[i].kind);
      g_autofree char *many = g_strdup_printf ("many.%s", cases[i].kind);
      const ChGgufValue *scalar = ch_gguf_find (gguf, one), *array = ch_gguf_find (gguf, many);

      g_assert_cmpstr (ch_gguf_kind_name (scalar->kind), ==, cases[i].kind);
      g_assert_cmpstr (ch_gguf_kind_name (array->item), ==, cases[i].kind);
      g_assert_cmpuint (scalar->n_items, ==, 1);
      g_assert_cmpuint (array->n_items, ==, 3);
      g_assert_cmpint (ch_gguf_item_int (scalar, 0), ==, cases[i].value);
      g_assert_cmpint (ch_gguf_item_int (array, 1), ==, cases[i].value);
      g_assert_cmpint (ch_gguf_item_int (array, 2), ==, 0);
      g_assert_cmpfloat (ch_gguf_item_float (scalar, 0), ==, cases[i].real);
      g_assert_cmpfloat (ch_gguf_item_float (array, 1), ==, cases[i].real);
    }
}

static void
test_strings (void)
{
  g_autoptr (GgufBuilder) builder = gguf_builder_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (ChGguf) gguf = NULL;
  const ChGgufValue *value;

  gguf_builder_strings (builder, "many", 1000);
  gguf_builder_strings (builder, "none", 0);
  gguf_builder_string (builder, "one", "fox");
  bytes = gguf_builder_header (builder);
  gguf = open_good (bytes);
  value = ch_gguf_find (gguf, "many");
  for (guint i = 999; i < 1000; i--)
    {
      g_autofree char *wanted = i % 7 == 6 ? g_strdup ("") : g_strdup_printf ("s%u", i);
      const ChGgufString string = ch_gguf_item_string (value, i);

      g_assert_cmpmem (string.data, string.length, wanted, strlen (wanted));
    }
  g_assert_cmpuint (ch_gguf_find (gguf, "none")->n_items, ==, 0);
  g_assert_cmpmem (ch_gguf_item_string (ch_gguf_find (gguf, "one"), 0).data, 3, "fox", 3);
}

static void
test_get_uint (void)
{
  g_autoptr (GgufBuilder) builder = gguf_builder_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (ChGguf) gguf = NULL;
  g_autoptr (GError) error = NULL;
  guint64 number = 5;

  gguf_builder_all_kinds (builder);
  bytes = gguf_builder_header (builder);
  gguf = open_good (bytes);
  g_assert_true (ch_gguf_get_uint (gguf, "absent", 10, &number, &error));
  g_assert_cmpuint (number, ==, 5);
  g_assert_true (ch_gguf_get_uint (gguf, "one.uint16", G_MAXUINT64, &number, &error));
  g_assert_cmpuint (number, ==, 0xfedc);
  g_assert_true (ch_gguf_get_uint (gguf, "one.uint64", G_MAXUINT64, &number, &error));
  g_assert_cmpuint (number, ==, 0xfedcba9876543210);
  g_assert_no_error (error);
  for (const char *const *key =
           (const char *const[]) { "one.int8", "one.int64", "one.bool", "one.float32", "one.string",
                                  "many.uint8", "one.uint64", NULL };
       *key != NULL; key++)
    {
      g_assert_false (ch_gguf_get_uint (gguf, *key, G_MAXINT64, &number, &error));
      g_assert_error (error, CH_ERROR, CH_ERROR_INVALID_FILE);
      g_assert_nonnull (strstr (error->message, *key));
      g_clear_error (&error);
    }
  g_assert_cmpuint (number, ==, 0xfedcba9876543210);
}

static void
test_get_others (void)
{
  g_autoptr (GgufBuilder) builder = gguf_builder_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (ChGguf) gguf = NULL;
  g_autoptr (GError) error = NULL;
  const char *text = NULL, *again = NULL;
  gboolean flag = FALSE;
  double real = 0;

  gguf_builder_all_kinds (builder);
  gguf_builder_number (builder, "nan", CH_GGUF_FLOAT32, 0x7fc00000, 4);
  gguf_builder_string (builder, "latin", "Gr\xfc\xdf" "e");
  bytes = gguf_builder_header (builder);
  gguf = open_good (bytes);
  g_assert_true (ch_gguf_get_float (gguf, "one.float64", &real, &error) && real == -2.5);
  g_assert_true (ch_gguf_get_float (gguf, "one.int8", &real, &error) && real == -2);
  g_assert_true (ch_gguf_get_float (gguf, "absent", &real, &error) && real == -2);
  g_assert_true (ch_gguf_get_bool (gguf, "one.bool", &flag, &error) && flag);
  g_assert_true (ch_gguf_get_string (gguf, "one.string", &text, &error));
  g_assert_true (ch_gguf_get_string (gguf, "one.string", &again, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "Grüße, Füchse");
  g_assert_true (text == again);

  g_assert_false (ch_gguf_get_float (gguf, "nan", &real, NULL));
  g_assert_false (ch_gguf_get_float (gguf, "one.bool", &real, NULL));
  g_assert_false (ch_gguf_get_bool (gguf, "one.uint8", &flag, NULL));
  g_assert_false (ch_gguf_get_string (gguf, "many.string", &text, NULL));
  g_assert_false (ch_gguf_get_string (gguf, "latin", &text, &error));
  g_assert_error (error, CH_ERROR, CH_ERROR_INVALID_FILE);
}

static void
test_all_types (void)
{
  static const guint ids[] = {
#define CH_TYPE(NAME, name, id, block, bytes) id,
#include "format/types.def"
#undef CH_TYPE
  };
  g_autoptr (GgufBuilder) builder = gguf_builder_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (ChGguf) gguf = NULL;
  gsize offset = 0;

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      const ChTypeInfo *info = ch_type_info (ids[i]);

      gguf_builder_tensor (builder, info->name, ids[i], 2, (const guint64[]) { 2 * info->block, 3 },
                           offset);
      offset += (6 * info->bytes + 31) / 32 * 32;
    }
  bytes = gguf_builder_finish (builder, 32, offset);
  gguf = open_good (bytes);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      const ChTypeInfo *info = ch_type_info (ids[i]);
      const ChGgufTensor *tensor = ch_gguf_find_tensor (gguf, info->name);

      g_assert_true (tensor == ch_gguf_tensor (gguf, i));
      g_assert_cmpuint (tensor->type, ==, ids[i]);
      g_assert_cmpuint (tensor->n_values, ==, 6 * info->block);
      g_assert_cmpuint (tensor->n_bytes, ==, 6 * info->bytes);
      g_assert_cmpuint (tensor->ne[1], ==, 3);
      g_assert_cmpuint (tensor->ne[2], ==, 1);
    }
}

static void
test_data (void)
{
  g_autoptr (GBytes) bytes = gguf_sample ();
  g_autoptr (ChGguf) gguf = open_good (bytes);
  const ChGgufTensor *tensor = ch_gguf_find_tensor (gguf, "output_norm.weight");
  const guint8 *data = ch_gguf_tensor_data (gguf, tensor, NULL);

  g_assert_cmpuint (tensor->n_bytes, ==, 32);
  for (guint i = 0; i < 32; i++)
    g_assert_cmpuint (data[i], ==, (guint8) (7 * (640 + i)));
  ch_gguf_release_tensor (gguf, tensor);
  g_assert_cmpuint (data[1], ==, (guint8) (7 * 641));
}

static void
test_alignment (void)
{
  const struct { guint32 alignment; gboolean ok; } cases[] = {
    { 8, TRUE },  { 16, TRUE }, { 64, TRUE },  { 4096, TRUE },
    { 0, FALSE }, { 4, FALSE }, { 12, FALSE }, { 48, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GgufBuilder) builder = gguf_builder_new ();
      g_autoptr (GBytes) bytes = NULL;

      gguf_builder_uint32 (builder, "general.alignment", cases[i].alignment);
      gguf_builder_vector (builder, "a", 1, 0);
      gguf_builder_vector (builder, "b", 1, MAX (cases[i].alignment, 8));
      bytes = gguf_builder_finish (builder, cases[i].alignment, MAX (cases[i].alignment, 8) + 4);
      if (cases[i].ok)
        {
          g_autoptr (ChGguf) gguf = open_good (bytes);
          const guint8 *data = ch_gguf_tensor_data (gguf, ch_gguf_find_tensor (gguf, "b"), NULL);

          g_assert_cmpuint (ch_gguf_find_tensor (gguf, "a")->offset % cases[i].alignment, ==, 0);
          g_assert_cmpuint (data[1], ==, (guint8) (7 * (cases[i].alignment + 1)));
        }
      else
        assert_refused (bytes, CH_ERROR_INVALID_FILE, "general.alignment");
    }
}

static void
test_alignment_kind (void)
{
  g_autoptr (GgufBuilder) builder = gguf_builder_new ();

  gguf_builder_string (builder, "general.alignment", "32");
  assert_builder_refused (builder, CH_ERROR_INVALID_FILE, "general.alignment");
}

/* --- Lying metadata --- */

static void
test_twin_keys (void)
{
  g_autoptr (GgufBuilder) builder = gguf_builder_new ();

  gguf_builder_uint32 (builder, "fox", 1);
  gguf_builder_uint32 (builder, "hen", 1);
  gguf_builder_string (builder, "fox", "again");
  assert_builder_refused (builder, CH_ERROR_INVALID_FILE, "\"fox\" is there twice");
}

static void
test_names (void)
{
  g_autofree char *long_name = g_strnfill (65536, 'x');
  const struct { const char *name; gsize length; const char *text; } cases[] = {
    { "", 0, "is empty" },
    { "a\0b", 3, "UTF-8" },
    { "\xff", 1, "UTF-8" },
    { long_name, 65536, "too long" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GgufBuilder) key = gguf_builder_new (), tensor = gguf_builder_new ();

      gguf_put (key->values, cases[i].length, 8);
      g_byte_array_append (key->values, (const guint8 *) cases[i].name, (guint) cases[i].length);
      gguf_put (key->values, CH_GGUF_UINT8, 8);
      key->n_values = 1;
      assert_builder_refused (key, CH_ERROR_INVALID_FILE, cases[i].text);

      g_byte_array_append (tensor->tensors, key->values->data, key->values->len);
      tensor->n_tensors = 1;
      assert_builder_refused (tensor, CH_ERROR_INVALID_FILE, cases[i].text);
    }
}

/* Whatever a name holds, the message is one line. */
static void
test_message_is_one_line (void)
{
  g_autoptr (GgufBuilder) builder = gguf_builder_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  gguf_builder_number (builder, "two\nlines\x1b[31m", 77, 0, 8);
  bytes = gguf_builder_header (builder);
  g_assert_null (open_bytes (bytes, &error));
  g_assert_null (strpbrk (error->message, "\n\x1b"));
  g_assert_nonnull (strstr (error->message, "two?lines"));
}

static void
test_longest_name (void)
{
  g_autofree char *name = g_strnfill (65535, 'x');
  g_autoptr (GgufBuilder) builder = gguf_builder_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (ChGguf) gguf = NULL;

  gguf_builder_uint32 (builder, name, 7);
  bytes = gguf_builder_header (builder);
  gguf = open_good (bytes);
  g_assert_cmpint (ch_gguf_item_int (ch_gguf_find (gguf, name), 0), ==, 7);
}

static void
test_strange_kinds (void)
{
  g_autoptr (GgufBuilder) unknown = gguf_builder_new (), item = gguf_builder_new ();
  g_autoptr (GgufBuilder) nested = gguf_builder_new (), third = gguf_builder_new ();

  gguf_builder_number (unknown, "fox", 13, 0, 8);
  assert_builder_refused (unknown, CH_ERROR_INVALID_FILE, "\"fox\" is of the unknown type 13");

  gguf_builder_number (item, "fox", CH_GGUF_ARRAY, 0xffffffff, 4);
  gguf_put (item->values, 0, 8);
  assert_builder_refused (item, CH_ERROR_INVALID_FILE, "\"fox\" is an array of the unknown type");

  gguf_builder_number (nested, "fox", CH_GGUF_ARRAY, CH_GGUF_ARRAY, 4);
  gguf_put (nested->values, 1, 8);
  assert_builder_refused (nested, CH_ERROR_UNSUPPORTED, "\"fox\" is an array of arrays");

  gguf_builder_number (third, "fox", CH_GGUF_BOOL, 2, 1);
  assert_builder_refused (third, CH_ERROR_INVALID_FILE, "\"fox\" is a bool");
}

/* Counts and lengths that the file cannot hold. Some wrap when multiplied by a size, or when added
 * to the position. None may cost memory. */
static const guint64 lies[] = {
  300,
  1u << 20,
  0x7fffffff,
  0xffffffff,
  0x100000001,
  G_GUINT64_CONSTANT (1) << 60,
  (G_GUINT64_CONSTANT (1) << 61) + 1,
  (G_GUINT64_CONSTANT (1) << 62) + 1,
  (G_GUINT64_CONSTANT (1) << 63),
  G_MAXUINT64 - 40,
  G_MAXUINT64 - 7,
  G_MAXUINT64,
};

static void
test_lying_counts (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (lies); i++)
    {
      g_autoptr (GgufBuilder) keys = gguf_builder_new (), tensors = gguf_builder_new ();

      gguf_builder_uint32 (keys, "fox", 1);
      keys->n_values = lies[i];
      assert_builder_refused (keys, CH_ERROR_INVALID_FILE, "metadata keys");

      gguf_builder_vector (tensors, "fox", 1, 0);
      tensors->n_tensors = lies[i];
      assert_builder_refused (tensors, CH_ERROR_INVALID_FILE, "tensors");
    }
}

static void
test_lying_lengths (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (lies); i++)
    for (guint32 kind = 0; kind <= CH_GGUF_FLOAT64; kind++)
      {
        g_autoptr (GgufBuilder) name = gguf_builder_new (), string = gguf_builder_new ();
        g_autoptr (GgufBuilder) array = gguf_builder_new ();

        gguf_put (name->values, lies[i], 8);
        name->n_values = 1;
        assert_builder_refused (name, CH_ERROR_INVALID_FILE, "the name of key 0");

        gguf_builder_number (string, "fox", CH_GGUF_STRING, lies[i], 8);
        assert_builder_refused (string, CH_ERROR_INVALID_FILE, "\"fox\"");

        if (kind == CH_GGUF_ARRAY)
          continue;
        gguf_builder_number (array, "fox", CH_GGUF_ARRAY, kind, 4);
        gguf_put (array->values, lies[i], 8);
        assert_builder_refused (array, CH_ERROR_INVALID_FILE, "\"fox\"");
      }
  g_assert_cmpuint (ch_memory_peak_rss (), <, 512 << 20);
}

static void
test_lying_item (void)
{
  g_autoptr (GgufBuilder) builder = gguf_builder_new ();

  gguf_builder_number (builder, "fox", CH_GGUF_ARRAY, CH_GGUF_STRING, 4);
  gguf_put (builder->values, 3, 8);
  gguf_put_string (builder->values, "hen");
  gguf_put (builder->values, G_MAXUINT64, 8);
  assert_builder_refused (builder, CH_ERROR_INVALID_FILE, "item 1 of key \"fox\"");
}

/* --- Lying tensors --- */

static void
refuse_tensor (guint32 type, guint n_dims, const guint64 *ne, guint64 offset, gint code,
               const char *text)
{
  g_autoptr (GgufBuilder) builder = gguf_builder_new ();

  gguf_builder_tensor (builder, "blk.0.fox", type, n_dims, ne, offset);
  assert_builder_refused (builder, code, "tensor \"blk.0.fox\"");
  assert_builder_refused (builder, code, text);
}

static void
test_tensor_types (void)
{
  const guint64 ne[] = { 256 };

  for (guint id = 0; id < 64; id++)
    {
      const char *removed = ch_type_removed_name (id);

      if (ch_type_info (id) == NULL)
        refuse_tensor (id, 1, ne, 0, CH_ERROR_UNSUPPORTED,
                       removed != NULL ? removed : "unknown type");
    }
  g_assert_cmpstr (ch_type_removed_name (4), ==, "Q4_2");
  refuse_tensor (4, 1, ne, 0, CH_ERROR_UNSUPPORTED, "Q4_2");
  refuse_tensor (G_MAXUINT32, 1, ne, 0, CH_ERROR_UNSUPPORTED, "unknown type 4294967295");
}

static void
test_tensor_dimensions (void)
{
  const guint64 p16 = 1 << 16, p31 = G_GUINT64_CONSTANT (1) << 31, p32 = p31 * 2, p63 = p31 * p32;
  const guint64 ones[] = { 1, 1, 1, 1, 1 };

  refuse_tensor (CH_TYPE_F32, 0, ones, 0, CH_ERROR_INVALID_FILE, "0 dimensions");
  refuse_tensor (CH_TYPE_F32, 5, ones, 0, CH_ERROR_INVALID_FILE, "5 dimensions");
  refuse_tensor (CH_TYPE_F32, 2, (const guint64[]) { 8, 0 }, 0, CH_ERROR_INVALID_FILE,
                 "dimension of 0");
  refuse_tensor (CH_TYPE_F32, 1, (const guint64[]) { 0 }, 0, CH_ERROR_INVALID_FILE,
                 "dimension of 0");
  refuse_tensor (CH_TYPE_Q4_0, 1, (const guint64[]) { 33 }, 0, CH_ERROR_INVALID_FILE, "block");
  refuse_tensor (CH_TYPE_Q4_K, 2, (const guint64[]) { 128, 2 }, 0, CH_ERROR_INVALID_FILE, "block");
  /* These would fit, did they wrap at 2^32 or 2^64. */
  refuse_tensor (CH_TYPE_I8, 2, (const guint64[]) { p16, p16 }, 0, CH_ERROR_INVALID_FILE,
                 "beyond the end");
  refuse_tensor (CH_TYPE_I8, 2, (const guint64[]) { p32 + 8, 1 }, 0, CH_ERROR_INVALID_FILE,
                 "beyond the end");
  refuse_tensor (CH_TYPE_I8, 2, (const guint64[]) { p32, p32 }, 0, CH_ERROR_INVALID_FILE,
                 "too large");
  refuse_tensor (CH_TYPE_I8, 4, (const guint64[]) { p16, p16, p16, p16 }, 0, CH_ERROR_INVALID_FILE,
                 "too large");
  refuse_tensor (CH_TYPE_I8, 2, (const guint64[]) { p63, 2 }, 0, CH_ERROR_INVALID_FILE,
                 "too large");
  refuse_tensor (CH_TYPE_I8, 3, (const guint64[]) { p63 + 1, 2, 8 }, 0, CH_ERROR_INVALID_FILE,
                 "too large");
  refuse_tensor (CH_TYPE_I8, 1, (const guint64[]) { G_MAXUINT64 }, 0, CH_ERROR_INVALID_FILE,
                 "too large");
  refuse_tensor (CH_TYPE_F64, 2, (const guint64[]) { p31, p31 / 2 + 1 }, 0, CH_ERROR_INVALID_FILE,
                 "too large");
  refuse_tensor (CH_TYPE_F32, 2, (const guint64[]) { p31, p31 / 2 }, 0, CH_ERROR_INVALID_FILE,
                 "too large");
}

static void
test_tensor_bounds (void)
{
  const guint64 n[] = { 8 };

  refuse_tensor (CH_TYPE_F32, 1, n, 16, CH_ERROR_INVALID_FILE, "alignment");
  refuse_tensor (CH_TYPE_F32, 1, n, 256, CH_ERROR_INVALID_FILE, "beyond the end");
  refuse_tensor (CH_TYPE_F32, 1, (const guint64[]) { 65 }, 0, CH_ERROR_INVALID_FILE,
                 "beyond the end");
  refuse_tensor (CH_TYPE_F32, 1, n, G_GUINT64_CONSTANT (1) << 32, CH_ERROR_INVALID_FILE,
                 "beyond the end");
  refuse_tensor (CH_TYPE_F32, 1, n, G_GUINT64_CONSTANT (1) << 63, CH_ERROR_INVALID_FILE,
                 "beyond the end");
  refuse_tensor (CH_TYPE_F32, 1, n, G_MAXUINT64 - 31, CH_ERROR_INVALID_FILE, "beyond the end");
  refuse_tensor (CH_TYPE_F32, 1, n, G_MAXUINT64 - 127, CH_ERROR_INVALID_FILE, "beyond the end");
}

static void
test_tensor_overlap (void)
{
  g_autoptr (GgufBuilder) builder = gguf_builder_new (), same = gguf_builder_new ();

  gguf_builder_vector (builder, "c", 16, 192);
  gguf_builder_vector (builder, "a", 33, 64);
  gguf_builder_vector (builder, "b", 16, 0);
  assert_builder_refused (builder, CH_ERROR_INVALID_FILE, "tensors \"a\" and \"c\" overlap");

  gguf_builder_vector (same, "a", 1, 64);
  gguf_builder_vector (same, "b", 1, 64);
  assert_builder_refused (same, CH_ERROR_INVALID_FILE, "overlap");
}

static void
test_twin_tensors (void)
{
  g_autoptr (GgufBuilder) builder = gguf_builder_new ();

  gguf_builder_vector (builder, "fox", 8, 0);
  gguf_builder_vector (builder, "hen", 8, 32);
  gguf_builder_vector (builder, "fox", 8, 64);
  assert_builder_refused (builder, CH_ERROR_INVALID_FILE, "\"fox\" is there twice");
}

/* --- Damage --- */

/* Copies of their own, so that a sanitizer sees a step beyond the end. */
static void
test_truncated (void)
{
  g_autoptr (GBytes) sample = gguf_sample ();
  gsize size;
  const guint8 *data = g_bytes_get_data (sample, &size);

  for (gsize n = 0; n < size; n++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (data, n);

      assert_refused (bytes, CH_ERROR_INVALID_FILE, "");
    }
  ch_gguf_unref (open_good (sample));
}

static void
damage (guint8 *bytes, gsize n, guint how, GRand *rand)
{
  static const guint64 words[] = { 0, G_MAXUINT64, G_GUINT64_CONSTANT (1) << 63,
                                   G_GUINT64_CONSTANT (1) << 40,
                                   (G_GUINT64_CONSTANT (1) << 32) + 1 };
  const gsize at = (gsize) g_rand_int_range (rand, 0, (gint32) n - 8);

  if (how == 0)
    for (gint i = g_rand_int_range (rand, 1, 8); i > 0; i--)
      bytes[g_rand_int_range (rand, 0, (gint32) n)] = (guint8) g_rand_int (rand);
  else if (how == 1)
    memcpy (bytes + at, &words[g_rand_int_range (rand, 0, G_N_ELEMENTS (words))], 8);
  else if (how == 2)
    bytes[at] ^= (guint8) (1 << g_rand_int_range (rand, 0, 8));
  else
    for (gsize i = 8; i < n; i++)
      bytes[i] = (guint8) g_rand_int (rand);
}

/* What opens is walked to its last byte. */
static void
walk (ChGguf *gguf)
{
  const char *text = NULL;
  volatile guint8 sink;

  for (guint64 i = 0; i < ch_gguf_n_values (gguf); i++)
    {
      const ChGgufValue *value = ch_gguf_value (gguf, i);

      ch_gguf_get_string (gguf, value->key, &text, NULL);
      for (guint64 k = 0; k < value->n_items; k++)
        if (value->item == CH_GGUF_STRING)
          (void) ch_gguf_item_string (value, k);
        else
          (void) (ch_gguf_item_int (value, k) + ch_gguf_item_float (value, k));
    }
  for (guint64 i = 0; i < ch_gguf_n_tensors (gguf); i++)
    {
      const ChGgufTensor *tensor = ch_gguf_tensor (gguf, i);
      const guint8 *data = ch_gguf_tensor_data (gguf, tensor, NULL);

      sink = data[0];
      sink = data[tensor->n_bytes - 1];
      (void) sink;
    }
}

static void
test_damaged (void)
{
  g_autoptr (GBytes) sample = gguf_sample ();
  gsize size;
  const guint8 *data = g_bytes_get_data (sample, &size);
  GRand *rand = g_rand_new_with_seed (7);
  guint opened = 0;

  for (guint i = 0; i < 4000; i++)
    {
      guint8 *copy = g_memdup2 (data, size);
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (ChGguf) gguf = NULL;

      damage (copy, size - GGUF_SAMPLE_DATA, i % 4, rand);
      bytes = g_bytes_new_take (copy, size);
      gguf = open_bytes (bytes, &error);
      g_assert_true ((gguf == NULL) == (error != NULL));
      if (gguf != NULL)
        walk (gguf);
      opened += gguf != NULL;
    }
  g_rand_free (rand);
  /* Both happen, or the damage proves nothing. */
  g_assert_cmpuint (opened, >, 100);
  g_assert_cmpuint (opened, <, 3500);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gguf/versions", test_versions);
  g_test_add_func ("/gguf/strange-versions", test_strange_versions);
  g_test_add_func ("/gguf/empty-model", test_empty_model);
  g_test_add_func ("/gguf/numbers", test_integers);
  g_test_add_func ("/gguf/strings", test_strings);
  g_test_add_func ("/gguf/get-uint", test_get_uint);
  g_test_add_func ("/gguf/get-others", test_get_others);
  g_test_add_func ("/gguf/all-types", test_all_types);
  g_test_add_func ("/gguf/data", test_data);
  g_test_add_func ("/gguf/alignment", test_alignment);
  g_test_add_func ("/gguf/alignment-kind", test_alignment_kind);
  g_test_add_func ("/gguf/twin-keys", test_twin_keys);
  g_test_add_func ("/gguf/names", test_names);
  g_test_add_func ("/gguf/message-is-one-line", test_message_is_one_line);
  g_test_add_func ("/gguf/longest-name", test_longest_name);
  g_test_add_func ("/gguf/strange-kinds", test_strange_kinds);
  g_test_add_func ("/gguf/lying-counts", test_lying_counts);
  g_test_add_func ("/gguf/lying-lengths", test_lying_lengths);
  g_test_add_func ("/gguf/lying-item", test_lying_item);
  g_test_add_func ("/gguf/tensor-types", test_tensor_types);
  g_test_add_func ("/gguf/tensor-dimensions", test_tensor_dimensions);
  g_test_add_func ("/gguf/tensor-bounds", test_tensor_bounds);
  g_test_add_func ("/gguf/tensor-overlap", test_tensor_overlap);
  g_test_add_func ("/gguf/twin-tensors", test_twin_tensors);
  g_test_add_func ("/gguf/truncated", test_truncated);
  g_test_add_func ("/gguf/damaged", test_damaged);
  return g_test_run ();
}
