/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "small-vocab.h"

#include <string.h>

#define KEY(name) "tokenizer.ggml." name

static void
put_array (GgufBuilder *builder, const char *key, ChGgufKind kind, guint n)
{
  gguf_builder_key (builder, key, CH_GGUF_ARRAY);
  gguf_put (builder->values, kind, 4);
  gguf_put (builder->values, n, 8);
}

void
small_put_lines (GgufBuilder *builder, const char *key, const char *lines)
{
  g_auto (GStrv) list = g_strsplit (lines, "\n", -1);
  guint n = g_strv_length (list);

  put_array (builder, key, CH_GGUF_STRING, n);
  for (guint i = 0; i < n; i++)
    gguf_put_string (builder->values, list[i]);
}

void
small_put_numbers (GgufBuilder *builder, const char *key, ChGgufKind kind, const char *numbers,
                   guint n)
{
  char *at = (char *) numbers;

  put_array (builder, key, kind, n);
  for (guint i = 0; i < n; i++)
    {
      union
      {
        float f;
        guint32 u;
      } both;
      double number = g_ascii_strtod (at, &at);

      if (kind == CH_GGUF_FLOAT32)
        both.f = number;
      else
        both.u = (gint32) number;
      gguf_put (builder->values, both.u, 4);
    }
}

static void
put_model (GgufBuilder *builder, const char *model, const char *pre, const char *omit)
{
  if (g_strcmp0 (omit, "model") != 0)
    gguf_builder_string (builder, KEY ("model"), model);
  if (g_strcmp0 (omit, "pre") != 0)
    gguf_builder_string (builder, KEY ("pre"), pre);
}

static guint
count_lines (const GString *text)
{
  guint n = 1;

  for (gsize i = 0; i < text->len; i++)
    n += text->str[i] == '\n';
  return n;
}

/* The last three are the special ones. */
static void
put_kinds (GgufBuilder *builder, const char *first, const char *bytes_kind, guint n,
           const char *omit)
{
  g_autoptr (GString) kinds = g_string_new (first);
  guint n_first = strlen (first) / 2;

  for (guint i = n_first; i < n; i++)
    g_string_append_printf (kinds, "%s ",
                            i < n_first + 256 ? bytes_kind
                            : i == n - 3      ? "4"
                            : i > n - 3       ? "3"
                                              : "1");
  if (g_strcmp0 (omit, "token_type") != 0)
    small_put_numbers (builder, KEY ("token_type"), CH_GGUF_INT32, kinds->str, n);
}

static void
put_tokens (GgufBuilder *builder, const GString *tokens, const char *omit)
{
  if (g_strcmp0 (omit, "tokens") != 0)
    small_put_lines (builder, KEY ("tokens"), tokens->str);
}

#define SPECIALS "\n<|tag|>\n<|end|>\n<|end_of_text|>"

void
small_put_spm (GgufBuilder *builder, const char *omit)
{
  g_autoptr (GString) tokens = g_string_new ("<unk>\n<s>\n</s>");
  g_autoptr (GString) scores = g_string_new (NULL);

  for (guint i = 0; i < 256; i++)
    g_string_append_printf (tokens, "\n<0x%02X>", i);
  g_string_append (tokens, "\n▁\na\nb\nc\nab\nabc\n▁a\n▁ab\n▁▁\né" SPECIALS);
  for (guint i = 0; i < 259; i++)
    g_string_append (scores, "0 ");
  g_string_append (scores, "-9 -9 -9 -9 -1 -3 -4 -2 -5 -9 0 0 0");
  put_model (builder, "llama", "default", omit);
  put_tokens (builder, tokens, omit);
  put_kinds (builder, "2 3 3 ", "6", count_lines (tokens), omit);
  if (g_strcmp0 (omit, "scores") != 0)
    small_put_numbers (builder, KEY ("scores"), CH_GGUF_FLOAT32, scores->str, count_lines (tokens));
}

static gunichar
char_of_byte (guint byte)
{
  guint next = 0x100;

  for (guint i = 0; i <= byte; i++)
    {
      gboolean itself = (i > 0x20 && i < 0x7f) || (i > 0xa0 && i != 0xad);

      if (i == byte)
        return itself ? byte : next;
      next += !itself;
    }
  return 0;
}

void
small_put_bpe (GgufBuilder *builder, const char *pre, const char *omit)
{
  g_autoptr (GString) tokens = g_string_new (NULL);

  for (guint i = 0; i < 256; i++)
    {
      if (i > 0)
        g_string_append_c (tokens, '\n');
      g_string_append_unichar (tokens, char_of_byte (i));
    }
  g_string_append (tokens, "\nab\nabc\nĠa\nĠab\nĠĠ\nÃ©" SPECIALS);
  put_model (builder, "gpt2", pre, omit);
  put_tokens (builder, tokens, omit);
  put_kinds (builder, "", "1", count_lines (tokens), omit);
  if (g_strcmp0 (omit, "merges") != 0)
    small_put_lines (builder, KEY ("merges"), "a b\nĠ ab\nab c\nĠ a\nĠ Ġ\nÃ ©");
}

ChGguf *
small_open (GgufBuilder *builder)
{
  g_autoptr (GBytes) bytes = gguf_builder_finish (builder, 32, 0);
  g_autoptr (GError) error = NULL;
  ChGguf *gguf = ch_gguf_open_bytes (bytes, "small.gguf", &error);

  g_assert_no_error (error);
  return gguf;
}

static ChVocab *
vocab_of (GgufBuilder *builder)
{
  g_autoptr (ChGguf) gguf = small_open (builder);
  g_autoptr (GError) error = NULL;
  ChVocab *vocab = ch_vocab_new (gguf, &error);

  g_assert_no_error (error);
  return vocab;
}

ChVocab *
small_spm (void)
{
  g_autoptr (GgufBuilder) builder = gguf_builder_new ();

  small_put_spm (builder, NULL);
  return vocab_of (builder);
}

ChVocab *
small_bpe (const char *pre)
{
  g_autoptr (GgufBuilder) builder = gguf_builder_new ();

  small_put_bpe (builder, pre, NULL);
  return vocab_of (builder);
}
