/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "gguf-builder.h"

/* Writes the first files of the corpus of fuzz-gguf into a folder: something of each part of the
 * format, sound and unsound. What a fuzzer finds joins them under a name of its own. */

typedef void (*Recipe) (GgufBuilder *builder);

static void
nothing (GgufBuilder *builder)
{
}

static void
kinds (GgufBuilder *builder)
{
  builder->version = 2;
  gguf_builder_all_kinds (builder);
}

static void
tensors (GgufBuilder *builder)
{
  gguf_builder_uint32 (builder, "general.alignment", 64);
  gguf_builder_tensor (builder, "a", CH_TYPE_Q4_K, 2, (const guint64[]) { 256, 1 }, 0);
  gguf_builder_tensor (builder, "b", CH_TYPE_BF16, 4, (const guint64[]) { 2, 2, 2, 2 }, 192);
}

static void
part (GgufBuilder *builder)
{
  gguf_builder_number (builder, "split.no", CH_GGUF_UINT16, 0, 2);
  gguf_builder_number (builder, "split.count", CH_GGUF_UINT16, 2, 2);
  gguf_builder_number (builder, "split.tensors.count", CH_GGUF_INT32, 1, 4);
  gguf_builder_vector (builder, "a", 2, 0);
}

static void
put_words (GgufBuilder *builder, const char *key, const char *words)
{
  g_auto (GStrv) list = g_strsplit (words, " ", -1);

  gguf_builder_key (builder, key, CH_GGUF_ARRAY);
  gguf_put (builder->values, CH_GGUF_STRING, 4);
  gguf_put (builder->values, g_strv_length (list), 8);
  for (guint i = 0; list[i] != NULL; i++)
    gguf_put_string (builder->values, list[i]);
}

static void
put_numbers (GgufBuilder *builder, const char *key, guint32 kind, const guint32 *numbers, guint n)
{
  gguf_builder_key (builder, key, CH_GGUF_ARRAY);
  gguf_put (builder->values, kind, 4);
  gguf_put (builder->values, n, 8);
  for (guint i = 0; i < n; i++)
    gguf_put (builder->values, numbers[i], 4);
}

static void
sizes (GgufBuilder *builder, const char *arch)
{
  const struct { const char *suffix; guint32 value; } keys[] = {
    { "block_count", 1 },          { "embedding_length", 8 },     { "feed_forward_length", 16 },
    { "context_length", 32 },      { "attention.head_count", 2 }, { "attention.head_count_kv", 1 },
    { "rope.dimension_count", 4 },
  };

  gguf_builder_string (builder, "general.architecture", arch);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autofree char *key = g_strdup_printf ("%s.%s", arch, keys[i].suffix);

      gguf_builder_uint32 (builder, key, keys[i].value);
    }
  gguf_builder_tensor (builder, "token_embd.weight", CH_TYPE_F16, 2, (const guint64[]) { 8, 5 }, 0);
}

static void
bpe (GgufBuilder *builder)
{
  const guint32 types[] = { 1, 1, 1, 4, 3 };

  sizes (builder, "qwen2");
  gguf_builder_string (builder, "tokenizer.ggml.model", "gpt2");
  gguf_builder_string (builder, "tokenizer.ggml.pre", "qwen2");
  put_words (builder, "tokenizer.ggml.tokens", "a b ab <x> <|im_end|>");
  put_numbers (builder, "tokenizer.ggml.token_type", CH_GGUF_INT32, types, 5);
  gguf_builder_key (builder, "tokenizer.ggml.merges", CH_GGUF_ARRAY);
  gguf_put (builder->values, CH_GGUF_STRING, 4);
  gguf_put (builder->values, 1, 8);
  gguf_put_string (builder->values, "a b");
  gguf_builder_uint32 (builder, "tokenizer.ggml.eos_token_id", 4);
}

static void
spm (GgufBuilder *builder)
{
  const guint32 types[] = { 2, 3, 3, 6, 1 };
  const guint32 scores[] = { 0, 0, 0, 0, 0xbf800000 };

  sizes (builder, "llama");
  gguf_builder_number (builder, "llama.rope.freq_base", CH_GGUF_FLOAT32, 0x461c4000, 4);
  gguf_builder_string (builder, "llama.rope.scaling.type", "yarn");
  gguf_builder_number (builder, "llama.rope.scaling.factor", CH_GGUF_FLOAT32, 0x40800000, 4);
  gguf_builder_string (builder, "tokenizer.ggml.model", "llama");
  put_words (builder, "tokenizer.ggml.tokens", "<unk> <s> </s> <0x0A> ▁a");
  put_numbers (builder, "tokenizer.ggml.scores", CH_GGUF_FLOAT32, scores, 5);
  put_numbers (builder, "tokenizer.ggml.token_type", CH_GGUF_INT32, types, 5);
  gguf_builder_uint32 (builder, "tokenizer.ggml.bos_token_id", 1);
  gguf_builder_uint32 (builder, "tokenizer.ggml.eos_token_id", 2);
  gguf_builder_number (builder, "tokenizer.ggml.add_bos_token", CH_GGUF_BOOL, 1, 1);
}

static void
version_1 (GgufBuilder *builder)
{
  builder->version = 1;
}

static void
big_endian (GgufBuilder *builder)
{
  builder->version = 0x03000000;
}

static void
nested (GgufBuilder *builder)
{
  gguf_builder_number (builder, "fox", CH_GGUF_ARRAY, CH_GGUF_ARRAY, 4);
  gguf_put (builder->values, 1, 8);
}

static void
lying_count (GgufBuilder *builder)
{
  builder->n_values = G_GUINT64_CONSTANT (1) << 60;
}

static void
wrapping (GgufBuilder *builder)
{
  const guint64 p32 = G_GUINT64_CONSTANT (1) << 32;

  gguf_builder_tensor (builder, "fox", CH_TYPE_I8, 2, (const guint64[]) { p32, p32 }, 0);
}

static void
removed_type (GgufBuilder *builder)
{
  gguf_builder_tensor (builder, "fox", 4, 1, (const guint64[]) { 32 }, 0);
}

static void
overlap (GgufBuilder *builder)
{
  gguf_builder_vector (builder, "a", 16, 0);
  gguf_builder_vector (builder, "b", 1, 32);
}

static void
save (const char *folder, const char *name, GBytes *bytes)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  if (!g_file_set_contents (path, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes),
                            &error))
    g_error ("%s", error->message);
}

int
main (int argc, char **argv)
{
  const struct { const char *name; Recipe recipe; gsize alignment, data; } files[] = {
    { "empty-model", nothing, 0, 0 }, { "kinds", kinds, 0, 0 },
    { "tensors", tensors, 64, 224 },  { "part", part, 32, 8 },
    { "bpe", bpe, 32, 80 },           { "spm", spm, 32, 80 },
    { "version-1", version_1, 0, 0 }, { "big-endian", big_endian, 0, 0 },
    { "nested", nested, 0, 8 },       { "lying-count", lying_count, 0, 0 },
    { "wrapping", wrapping, 32, 32 }, { "removed-type", removed_type, 32, 32 },
    { "overlap", overlap, 32, 64 },
  };
  g_autoptr (GBytes) sample = gguf_sample (), none = g_bytes_new (NULL, 0);

  if (argc != 2)
    g_error ("Usage: %s FOLDER", argv[0]);
  save (argv[1], "sample", sample);
  save (argv[1], "no-bytes", none);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (GgufBuilder) builder = gguf_builder_new ();
      g_autoptr (GBytes) bytes = NULL;

      files[i].recipe (builder);
      bytes = gguf_builder_finish (builder, files[i].alignment, files[i].data);
      save (argv[1], files[i].name, bytes);
    }
  return 0;
}
