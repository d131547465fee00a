/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "fuzz.h"
#include "small-vocab.h"
#include "text/unicode.h"

/* Bytes that begin like a model file are one, and text too. Of any others the first chooses a small
 * vocabulary, and the rest is the text. Tokens must be tokens, plain text must not become control
 * tokens, what streams out must be UTF-8, and byte-level vocabularies must give back the text. */

static void
insist (gboolean truth)
{
  if (!truth)
    abort ();
}

static ChVocab *
vocab_of_file (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (ChGguf) gguf = ch_gguf_open_bytes (bytes, "fuzz", NULL);
  g_autoptr (GError) error = NULL;
  ChVocab *vocab = gguf != NULL ? ch_vocab_new (gguf, &error) : NULL;

  if (gguf == NULL || vocab != NULL)
    return vocab;
  insist (error != NULL && error->domain == CH_ERROR);
  insist (g_utf8_validate (error->message, -1, NULL) && strchr (error->message, '\n') == NULL);
  return NULL;
}

static ChVocab *
small_vocab (guint choice)
{
  static const char *const pres[] = { "gpt-2", "llama-bpe", "qwen2", "starcoder", "default" };
  static ChVocab *vocabs[G_N_ELEMENTS (pres) + 1];
  guint i = choice % G_N_ELEMENTS (vocabs);

  if (vocabs[i] == NULL)
    vocabs[i] = i == G_N_ELEMENTS (pres) ? small_spm () : small_bpe (pres[i]);
  return ch_vocab_ref (vocabs[i]);
}

static char *
stream (ChVocab *vocab, const GArray *tokens)
{
  g_autoptr (ChDetokenizer) detok = ch_detokenizer_new (vocab, TRUE, TRUE);
  GString *out = g_string_new (NULL);
  gsize checked = 0;

  for (guint i = 0; i < tokens->len; i++)
    {
      ch_detokenizer_push (detok, g_array_index (tokens, gint32, i), out);
      insist (memchr (out->str + checked, '\0', out->len - checked) != NULL
              || g_utf8_validate (out->str + checked, out->len - checked, NULL));
      checked = out->len;
    }
  ch_detokenizer_flush (detok, out);
  return g_string_free (out, FALSE);
}

/* The text with U+FFFD for what is not UTF-8, in Form C if the vocabulary wants that. */
static char *
expected_text (const ChVocab *vocab, const char *text, gsize length)
{
  g_autoptr (GArray) chars = g_array_new (FALSE, FALSE, sizeof (gunichar));
  GString *out = g_string_new (NULL);

  ch_utf8_decode (text, length, chars);
  if (g_str_equal (ch_vocab_pre (vocab), "qwen2"))
    ch_normalize_nfc (chars);
  for (guint i = 0; i < chars->len; i++)
    g_string_append_unichar (out, g_array_index (chars, gunichar, i));
  return g_string_free (out, FALSE);
}

static void
check_text (ChVocab *vocab, const char *text, gsize length, ChTokenizeFlags flags,
            gboolean comes_back)
{
  g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (gint32));
  g_autofree char *whole = NULL, *streamed = NULL, *expected = NULL;
  gsize whole_length;

  ch_vocab_tokenize (vocab, text, length, flags, tokens);
  for (guint i = 0; i < tokens->len; i++)
    {
      gint32 token = g_array_index (tokens, gint32, i);

      insist (token >= 0 && (guint) token < ch_vocab_size (vocab));
      insist (flags != CH_TOKENIZE_PLAIN || ch_vocab_kind (vocab, token) != CH_TOKEN_CONTROL);
    }
  whole = ch_vocab_detokenize (vocab, (gint32 *) (void *) tokens->data, tokens->len, TRUE,
                               &whole_length);
  streamed = stream (vocab, tokens);
  expected = comes_back ? expected_text (vocab, text, length) : g_strdup (streamed);
  insist (g_str_equal (streamed, expected));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  gboolean is_file = size >= 4 && memcmp (data, "GGUF", 4) == 0;
  g_autoptr (ChVocab) vocab = NULL;
  gboolean comes_back;

  if (size == 0)
    return 0;
  vocab = is_file ? vocab_of_file (data, size) : small_vocab (data[0]);
  if (vocab == NULL)
    return 0;
  comes_back = !is_file && g_str_equal (ch_vocab_model (vocab), "gpt2");
  check_text (vocab, (const char *) data + 1, size - 1, CH_TOKENIZE_PLAIN, comes_back);
  check_text (vocab, (const char *) data + 1, size - 1,
              CH_TOKENIZE_PARSE_SPECIAL | CH_TOKENIZE_ADD_SPECIAL, comes_back);
  return 0;
}
