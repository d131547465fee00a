/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "text/vocab-private.h"

/* ---- Ends of generation --------------------------------------------------------------------- */

typedef struct
{
  const char *text;
  gboolean if_marked; /* also an ordinary word: counts only where the file calls it special */
} EndText;

static const EndText end_texts[] = {
  { "<|im_end|>" },        { "<|eot_id|>" },          { "<|eom_id|>" },
  { "<|end|>" },           { "<|endoftext|>" },       { "<|end_of_text|>" },
  { "<end_of_turn>" },     { "<|return|>" },          { "<|call|>" },
  { "<|calls|>" },         { "<|flush|>" },           { "<end_of_utterance>" },
  { "</s>", TRUE },        { "<eos>", TRUE },         { "<EOT>", TRUE },
  { "_<EOT>", TRUE },      { "[EOT]", TRUE },         { "[EOS]", TRUE },
  { "<|fim_pad|>", TRUE }, { "<|repo_name|>", TRUE }, { "<|file_sep|>", TRUE },
};

void
ch_vocab_add_eog (ChVocab *vocab, gint32 token)
{
  if (token >= 0 && !ch_vocab_is_eog (vocab, token) && vocab->n_eog < CH_VOCAB_MAX_EOG)
    vocab->eog[vocab->n_eog++] = token;
}

static void
remove_eog (ChVocab *vocab, gint32 token)
{
  for (guint i = 0; i < vocab->n_eog; i++)
    if (vocab->eog[i] == token)
      vocab->eog[i] = vocab->eog[--vocab->n_eog];
}

static gint32
find (const ChVocab *vocab, const char *text)
{
  return ch_vocab_lookup (vocab, text, strlen (text));
}

void
ch_vocab_find_eog (ChVocab *vocab)
{
  for (guint i = 0; i < G_N_ELEMENTS (end_texts); i++)
    {
      gint32 token = find (vocab, end_texts[i].text);
      guint8 *kind = token >= 0 ? &vocab->kinds[token] : NULL;

      if (kind == NULL
          || (end_texts[i].if_marked && *kind != CH_TOKEN_CONTROL
              && *kind != CH_TOKEN_USER_DEFINED))
        continue;
      *kind = CH_TOKEN_CONTROL;
      ch_vocab_add_eog (vocab, token);
    }
  /* In the harmony format <|end|> only ends a message, after which the same turn goes on. */
  if (find (vocab, "<|return|>") >= 0 && find (vocab, "<|call|>") >= 0)
    remove_eog (vocab, find (vocab, "<|end|>"));
}

/* ---- The index of special tokens ------------------------------------------------------------ */

static int
compare_specials (const void *a, const void *b, gpointer data)
{
  const ChVocab *vocab = data;
  gsize x_length, y_length;
  const char *x = ch_texts_get (&vocab->texts, ((const ChSpecial *) a)->id, &x_length);
  const char *y = ch_texts_get (&vocab->texts, ((const ChSpecial *) b)->id, &y_length);
  int order = memcmp (x, y, MIN (x_length, y_length));

  return order != 0 ? order : (x_length > y_length) - (x_length < y_length);
}

static gboolean
keeps_space (const ChVocab *vocab, guint id)
{
  static const char *const names[] = { "<unk>", "<s>", "<|endoftext|>" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (find (vocab, names[i]) == (gint32) id)
      return TRUE;
  return FALSE;
}

static gboolean
is_looked_for (const ChVocab *vocab, guint id)
{
  gsize length;
  const char *text = ch_texts_get (&vocab->texts, id, &length);

  return length > 0 && ch_vocab_lookup (vocab, text, length) == (gint32) id
         && (vocab->kinds[id] == CH_TOKEN_USER_DEFINED
             || ch_vocab_is_special_kind (vocab->kinds[id]));
}

void
ch_vocab_index_specials (ChVocab *vocab, gboolean strips_right)
{
  GArray *specials = g_array_new (FALSE, FALSE, sizeof (ChSpecial));
  guint at = 0;

  for (guint id = 0; id < vocab->n_tokens; id++)
    if (is_looked_for (vocab, id))
      {
        ChSpecial special = { id, vocab->kinds[id] != CH_TOKEN_USER_DEFINED,
                              strips_right && !keeps_space (vocab, id) };

        g_array_append_val (specials, special);
      }
  g_array_sort_with_data (specials, compare_specials, vocab);
  vocab->n_specials = specials->len;
  vocab->specials = (ChSpecial *) (void *) g_array_free (specials, FALSE);
  for (guint byte = 0; byte <= 256; byte++)
    {
      gsize length;

      while (at < vocab->n_specials
             && (guint8) *ch_texts_get (&vocab->texts, vocab->specials[at].id, &length) < byte)
        at++;
      vocab->special_starts[byte] = at;
    }
}

/* ---- Matching ------------------------------------------------------------------------------- */

/* A byte of a special token's text; -1 behind its end, which sorts before everything. */
static int
byte_at (const ChVocab *vocab, guint special, gsize depth)
{
  gsize length;
  const char *text = ch_texts_get (&vocab->texts, vocab->specials[special].id, &length);

  return depth < length ? (guint8) text[depth] : -1;
}

/* The first in [low, high) whose byte at this depth is not less than byte. */
static guint
lower_bound (const ChVocab *vocab, guint low, guint high, gsize depth, int byte)
{
  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (byte_at (vocab, middle, depth) < byte)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/* Narrows the sorted specials byte by byte: [low, high) are those that begin like the text. The one
 * that ends at this depth, if any, is the first of them. */
const ChSpecial *
ch_vocab_match_special (const ChVocab *vocab, const char *text, gsize length, gsize at,
                        gsize control_end, gsize *match_length)
{
  guint low = vocab->special_starts[(guint8) text[at]];
  guint high = vocab->special_starts[(guint8) text[at] + 1];
  const ChSpecial *match = NULL;

  for (gsize depth = 1; low < high; depth++)
    {
      if (byte_at (vocab, low, depth) < 0
          && (!vocab->specials[low].is_control || at + depth <= control_end))
        {
          match = &vocab->specials[low];
          *match_length = depth;
        }
      if (at + depth == length)
        break;
      low = lower_bound (vocab, low, high, depth, (guint8) text[at + depth]);
      high = lower_bound (vocab, low, high, depth, (guint8) text[at + depth] + 1);
    }
  return match;
}
