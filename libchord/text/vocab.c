/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "text/vocab-private.h"

ChVocab *
ch_vocab_new (const ChGguf *gguf, GError **error)
{
  g_autoptr (ChVocab) vocab = g_new0 (ChVocab, 1);

  atomic_init (&vocab->refs, 1);
  return ch_vocab_load (vocab, gguf, error) ? g_steal_pointer (&vocab) : NULL;
}

ChVocab *
ch_vocab_ref (ChVocab *vocab)
{
  atomic_fetch_add_explicit (&vocab->refs, 1, memory_order_relaxed);
  return vocab;
}

void
ch_vocab_unref (ChVocab *vocab)
{
  if (vocab == NULL || atomic_fetch_sub_explicit (&vocab->refs, 1, memory_order_acq_rel) > 1)
    return;
  ch_texts_clear (&vocab->texts);
  ch_dict_clear (&vocab->tokens);
  ch_dict_clear (&vocab->others);
  ch_pairs_clear (&vocab->pairs);
  g_free (vocab->kinds);
  g_free (vocab->ranks);
  g_free (vocab->specials);
  g_free (vocab->model);
  g_free (vocab->pre_name);
  g_free (vocab);
}

guint
ch_vocab_size (const ChVocab *vocab)
{
  return vocab->n_tokens;
}

const char *
ch_vocab_model (const ChVocab *vocab)
{
  return vocab->model;
}

const char *
ch_vocab_pre (const ChVocab *vocab)
{
  return vocab->pre_name;
}

gint32
ch_vocab_bos (const ChVocab *vocab)
{
  return vocab->bos;
}

gint32
ch_vocab_eos (const ChVocab *vocab)
{
  return vocab->eos;
}

gboolean
ch_vocab_adds_bos (const ChVocab *vocab)
{
  return vocab->adds_bos;
}

gboolean
ch_vocab_is_eog (const ChVocab *vocab, gint32 token)
{
  for (guint i = 0; i < vocab->n_eog; i++)
    if (vocab->eog[i] == token)
      return TRUE;
  return FALSE;
}

static gboolean
is_token (const ChVocab *vocab, gint32 token)
{
  return token >= 0 && (guint) token < vocab->n_tokens;
}

ChTokenKind
ch_vocab_kind (const ChVocab *vocab, gint32 token)
{
  return is_token (vocab, token) ? vocab->kinds[token] : CH_TOKEN_UNUSED;
}

const char *
ch_vocab_text (const ChVocab *vocab, gint32 token, gsize *length)
{
  gsize ignored;

  if (length == NULL)
    length = &ignored;
  *length = 0;
  return is_token (vocab, token) ? ch_texts_get (&vocab->texts, token, length) : "";
}

gint32
ch_vocab_lookup (const ChVocab *vocab, const char *text, gsize length)
{
  return length > vocab->longest ? -1 : ch_dict_find (&vocab->tokens, &vocab->texts, text, length);
}

gint32
ch_vocab_find_plain (const ChVocab *vocab, const char *text, gsize length)
{
  gint32 token = ch_vocab_lookup (vocab, text, length);

  return token >= 0 && !ch_vocab_is_special_kind (vocab->kinds[token]) ? token : -1;
}
