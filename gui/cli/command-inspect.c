/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* chord inspect: what is in a model file, and the memory that it would take to run it. */
#include <string.h>

#include "cli.h"

#define MAX_ITEMS 8  /* of an array that are shown to people */
#define MAX_TEXT 100 /* characters of a text that are shown to people */

/* ---- Metadata ---- */

/* A scalar of any type that metadata may have. */
static void
add_scalar (ChJson *json, const char *key, GVariant *value)
{
  switch (g_variant_classify (value))
    {
    case G_VARIANT_CLASS_BOOLEAN:
      ch_json_bool (json, key, g_variant_get_boolean (value));
      break;
    case G_VARIANT_CLASS_BYTE:
      ch_json_uint (json, key, g_variant_get_byte (value));
      break;
    case G_VARIANT_CLASS_INT16:
      ch_json_int (json, key, g_variant_get_int16 (value));
      break;
    case G_VARIANT_CLASS_UINT16:
      ch_json_uint (json, key, g_variant_get_uint16 (value));
      break;
    case G_VARIANT_CLASS_INT32:
      ch_json_int (json, key, g_variant_get_int32 (value));
      break;
    case G_VARIANT_CLASS_UINT32:
      ch_json_uint (json, key, g_variant_get_uint32 (value));
      break;
    case G_VARIANT_CLASS_INT64:
      ch_json_int (json, key, g_variant_get_int64 (value));
      break;
    case G_VARIANT_CLASS_UINT64:
      ch_json_uint (json, key, g_variant_get_uint64 (value));
      break;
    case G_VARIANT_CLASS_DOUBLE:
      ch_json_real (json, key, g_variant_get_double (value));
      break;
    default:
      ch_json_text (json, key, g_variant_is_of_type (value, G_VARIANT_TYPE_STRING)
                                    ? g_variant_get_string (value, NULL) : NULL);
    }
}

static void
add_value (ChJson *json, const char *key, GVariant *value)
{
  GVariantIter iter;
  GVariant *child;

  if (g_variant_is_of_type (value, G_VARIANT_TYPE_VARIANT))
    {
      g_autoptr (GVariant) inner = g_variant_get_variant (value);
      add_value (json, key, inner);
      return;
    }
  if (!g_variant_is_container (value))
    {
      add_scalar (json, key, value);
      return;
    }
  ch_json_open (json, key, '[');
  g_variant_iter_init (&iter, value);
  while ((child = g_variant_iter_next_value (&iter)) != NULL)
    {
      add_value (json, NULL, child);
      g_variant_unref (child);
    }
  ch_json_close (json, ']');
}

/* The value in a line: long texts are cut, and of long arrays only the first items are shown. */
static char *
describe_value (GVariant *value)
{
  g_autofree char *text = NULL;
  ChJson json = CH_JSON_INIT;
  gsize n = g_variant_is_container (value) ? g_variant_n_children (value) : 0;

  if (n <= MAX_ITEMS)
    add_value (&json, NULL, value);
  else
    {
      ch_json_open (&json, NULL, '[');
      for (gsize i = 0; i < MAX_ITEMS; i++)
        {
          g_autoptr (GVariant) child = g_variant_get_child_value (value, i);
          add_value (&json, NULL, child);
        }
      g_string_append_printf (json.text, ", … %" G_GSIZE_FORMAT " in all]", n);
    }
  text = g_string_free (json.text, FALSE);
  if (g_utf8_strlen (text, -1) > MAX_TEXT)
    {
      g_autofree char *head = g_utf8_substring (text, 0, MAX_TEXT);
      return g_strconcat (head, "…", NULL);
    }
  return g_steal_pointer (&text);
}

static void
print_metadata (ChordModelFile *file)
{
  g_auto (GStrv) keys = chord_model_file_list_keys (file);

  printf ("\nMetadata (%u keys)\n", g_strv_length (keys));
  for (char **key = keys; *key != NULL; key++)
    {
      g_autoptr (GVariant) value = chord_model_file_get_metadata (file, *key);
      g_autofree char *text = value != NULL ? describe_value (value) : NULL;
      g_autofree char *name = cli_one_line (*key);
      printf ("  %s: %s\n", name, text != NULL ? text : "null");
    }
}

static void
add_metadata (ChJson *json, ChordModelFile *file)
{
  g_auto (GStrv) keys = chord_model_file_list_keys (file);

  ch_json_open (json, "metadata", '{');
  for (char **key = keys; *key != NULL; key++)
    {
      g_autoptr (GVariant) value = chord_model_file_get_metadata (file, *key);
      if (value != NULL)
        add_value (json, *key, value);
    }
  ch_json_close (json, '}');
}

/* ---- Tensors ---- */

static char *
describe_shape (ChordTensorInfo *tensor)
{
  gsize n_dims;
  const guint64 *shape = chord_tensor_info_get_shape (tensor, &n_dims);
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < n_dims; i++)
    g_string_append_printf (text, "%s%" G_GUINT64_FORMAT, i > 0 ? " × " : "", shape[i]);
  return g_string_free (text, FALSE);
}

static void
print_tensors (ChordModelFile *file)
{
  GListModel *tensors = chord_model_file_get_tensors (file);

  printf ("\nTensors (%u)\n", g_list_model_get_n_items (tensors));
  for (guint i = 0; i < g_list_model_get_n_items (tensors); i++)
    {
      g_autoptr (ChordTensorInfo) tensor = g_list_model_get_item (tensors, i);
      g_autofree char *shape = describe_shape (tensor);
      g_autofree char *name = cli_one_line (chord_tensor_info_get_name (tensor));
      printf ("  %-32s %-8s %-20s %" G_GUINT64_FORMAT " bytes at %" G_GUINT64_FORMAT "\n",
              name, chord_tensor_info_get_type_name (tensor), shape,
              chord_tensor_info_get_n_bytes (tensor), chord_tensor_info_get_offset (tensor));
    }
}

static void
add_tensors (ChJson *json, ChordModelFile *file)
{
  GListModel *tensors = chord_model_file_get_tensors (file);

  ch_json_open (json, "tensors", '[');
  for (guint i = 0; i < g_list_model_get_n_items (tensors); i++)
    {
      g_autoptr (ChordTensorInfo) tensor = g_list_model_get_item (tensors, i);
      gsize n_dims;
      const guint64 *shape = chord_tensor_info_get_shape (tensor, &n_dims);

      ch_json_open (json, NULL, '{');
      ch_json_text (json, "name", chord_tensor_info_get_name (tensor));
      ch_json_text (json, "type", chord_tensor_info_get_type_name (tensor));
      ch_json_open (json, "shape", '[');
      for (gsize d = 0; d < n_dims; d++)
        ch_json_uint (json, NULL, shape[d]);
      ch_json_close (json, ']');
      ch_json_uint (json, "bytes", chord_tensor_info_get_n_bytes (tensor));
      ch_json_uint (json, "offset", chord_tensor_info_get_offset (tensor));
      ch_json_close (json, '}');
    }
  ch_json_close (json, ']');
}

/* ---- Memory ---- */

static void
print_bytes (const char *label, guint64 bytes)
{
  g_autofree char *text = g_format_size_full (bytes, G_FORMAT_SIZE_IEC_UNITS);

  printf ("  %-10s %s\n", label, text);
}

/* A file that no model can be made of, such as a vocabulary alone, needs none: the reason is told
 * instead. */
static void
print_memory (ChordMemoryNeed *need, const GError *error)
{
  if (need == NULL)
    {
      printf ("\nMemory: %s\n", error->message);
      return;
    }
  printf ("\nMemory for a context of %" G_GUINT64_FORMAT " tokens\n",
          chord_memory_need_get_context_length (need));
  print_bytes ("weights", chord_memory_need_get_weights (need));
  print_bytes ("context", chord_memory_need_get_context (need));
  print_bytes ("scratch", chord_memory_need_get_scratch (need));
  print_bytes ("total", chord_memory_need_get_total (need));
  print_bytes ("available", chord_memory_need_get_available (need));
}

static void
add_memory (ChJson *json, ChordMemoryNeed *need, const GError *error)
{
  ch_json_open (json, "memory", '{');
  if (need == NULL)
    ch_json_text (json, "error", error->message);
  else
    {
      ch_json_uint (json, "context_length", chord_memory_need_get_context_length (need));
      ch_json_uint (json, "weights", chord_memory_need_get_weights (need));
      ch_json_uint (json, "context", chord_memory_need_get_context (need));
      ch_json_uint (json, "scratch", chord_memory_need_get_scratch (need));
      ch_json_uint (json, "total", chord_memory_need_get_total (need));
      ch_json_uint (json, "available", chord_memory_need_get_available (need));
    }
  ch_json_close (json, '}');
}

/* ---- The whole ---- */

static const struct
{
  const char *key;
  const char *label;
  guint64 (*get) (ChordModelFile *file);
} figures[] = {
  { "parameters", "parameters", chord_model_file_get_n_parameters },
  { "file_size", "bytes in all", chord_model_file_get_file_size },
  { "context_length", "trained context", chord_model_file_get_trained_context_length },
  { "embedding_length", "width", chord_model_file_get_embedding_length },
  { "layers", "layers", chord_model_file_get_n_layers },
  { "vocabulary", "vocabulary", chord_model_file_get_n_vocab },
};

static const struct
{
  const char *key;
  const char *label;
  const char *(*get) (ChordModelFile *file);
} texts[] = {
  { "name", "name", chord_model_file_get_name },
  { "architecture", "architecture", chord_model_file_get_architecture },
  { "quantization", "quantization", chord_model_file_get_quantization },
  { "license", "license", chord_model_file_get_license },
};

static void
print_text (ChordModelFile *file, ChordMemoryNeed *need, const GError *need_error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    if (texts[i].get (file) != NULL)
      {
        g_autofree char *text = cli_one_line (texts[i].get (file));
        printf ("%-16s %s\n", texts[i].label, text);
      }
  for (gsize i = 0; i < G_N_ELEMENTS (figures); i++)
    printf ("%-16s %" G_GUINT64_FORMAT "\n", figures[i].label, figures[i].get (file));
  printf ("%-16s %u of GGUF version %u\n", "files", chord_model_file_get_n_files (file),
          chord_model_file_get_gguf_version (file));
  print_metadata (file);
  print_tensors (file);
  print_memory (need, need_error);
}

static void
print_json (ChordModelFile *file, ChordMemoryNeed *need, const GError *need_error)
{
  ChJson json = CH_JSON_INIT;

  ch_json_open (&json, NULL, '{');
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    ch_json_text (&json, texts[i].key, texts[i].get (file));
  for (gsize i = 0; i < G_N_ELEMENTS (figures); i++)
    ch_json_uint (&json, figures[i].key, figures[i].get (file));
  ch_json_uint (&json, "files", chord_model_file_get_n_files (file));
  ch_json_uint (&json, "gguf_version", chord_model_file_get_gguf_version (file));
  add_metadata (&json, file);
  add_tensors (&json, file);
  add_memory (&json, need, need_error);
  ch_json_close (&json, '}');
  ch_json_print (&json);
}

int
cli_inspect (int argc, char **argv)
{
  g_auto (CliModelArgs) model_args = { 0 };
  gboolean as_json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print all of it as one JSON object", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = cli_context_new (
      NULL, "Shows the metadata and tensors of a model file, and the memory it needs.", entries,
      &model_args, NULL);
  g_autoptr (GError) error = NULL, need_error = NULL;
  g_autoptr (ChordModelOptions) options = NULL;
  g_autoptr (ChordModelFile) file = NULL;
  g_autoptr (ChordMemoryNeed) need = NULL;

  if (!cli_parse (context, &argc, &argv, &error) || !cli_no_more_args (argc, argv, &error)
      || (options = cli_model_options (&model_args, &error)) == NULL
      || (file = cli_open_file (&model_args, &error)) == NULL)
    return cli_fail (error);
  need = chord_model_file_estimate_memory (file, options, &need_error);
  if (as_json)
    print_json (file, need, need_error);
  else
    print_text (file, need, need_error);
  return cli_flush ();
}
