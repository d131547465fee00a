/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/error.h"
#include "text/vocab-private.h"

#define KEY "tokenizer.ggml.merges"

/* A merge may mention a text that is no token (or only a control token): such a text gets a number
 * behind those of the tokens. */
static guint32
symbol_of (ChVocab *vocab, const char *text, gsize length)
{
  gint64 symbol = ch_vocab_find_plain (vocab, text, length);

  if (symbol < 0)
    symbol = ch_dict_find (&vocab->others, &vocab->texts, text, length);
  if (symbol < 0)
    {
      symbol = ch_texts_add (&vocab->texts, text, length);
      ch_dict_add (&vocab->others, &vocab->texts, symbol);
    }
  return symbol;
}

static void
find_byte_symbols (ChVocab *vocab)
{
  for (guint byte = 0; byte < 256; byte++)
    {
      char text[6];

      vocab->byte_symbols[byte] =
          symbol_of (vocab, text, g_unichar_to_utf8 (ch_byte_to_char (byte), text));
    }
}

/* "left right"; the first character is never the divider. */
static gboolean
add_merge (ChVocab *vocab, ChGgufString merge, guint32 rank, GString *joined)
{
  const char *space = merge.length > 1 ? memchr (merge.data + 1, ' ', merge.length - 1) : NULL;
  guint32 left, right;
  gsize left_length;

  if (space == NULL || space + 1 == merge.data + merge.length)
    return FALSE;
  left_length = space - merge.data;
  g_string_truncate (joined, 0);
  g_string_append_len (joined, merge.data, left_length);
  g_string_append_len (joined, space + 1, merge.length - left_length - 1);
  left = symbol_of (vocab, joined->str, left_length);
  right = symbol_of (vocab, joined->str + left_length, joined->len - left_length);
  ch_pairs_add (&vocab->pairs, left, right, rank, symbol_of (vocab, joined->str, joined->len));
  return TRUE;
}

gboolean
ch_vocab_load_merges (ChVocab *vocab, const ChGguf *gguf, GError **error)
{
  const ChGgufValue *array = ch_gguf_find (gguf, KEY);
  g_autoptr (GString) joined = g_string_new (NULL);

  if (array == NULL || array->kind != CH_GGUF_ARRAY || array->item != CH_GGUF_STRING)
    return ch_vocab_fail (error, CH_ERROR_INVALID_FILE, gguf,
                          "key " KEY " is not an array of strings");
  if (array->n_items > G_MAXINT32 / 4)
    return ch_vocab_fail (error, CH_ERROR_INVALID_FILE, gguf,
                          "key " KEY " has %" G_GUINT64_FORMAT " items", array->n_items);
  ch_dict_init (&vocab->others, 0);
  ch_pairs_init (&vocab->pairs, array->n_items);
  find_byte_symbols (vocab);
  for (guint i = 0; i < array->n_items; i++)
    if (!add_merge (vocab, ch_gguf_item_string (array, i), i, joined))
      return ch_vocab_fail (error, CH_ERROR_INVALID_FILE, gguf,
                            "item %u of key " KEY " is not a pair of texts", i);
  return TRUE;
}
