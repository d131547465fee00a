/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "text/vocab-private.h"

/* Reads a vocabulary from the metadata of a file, every one of which may lie. */

#define KEY(name) "tokenizer.ggml." name

gboolean
ch_vocab_fail (GError **error, int code, const ChGguf *gguf, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_strdelimit (what, "\n\r", ' ');
  g_set_error (error, CH_ERROR, code, "%s: %s", ch_gguf_name (gguf), what);
  return FALSE;
}

/* ---- What kind of vocabulary ---------------------------------------------------------------- */

static gboolean
find_pretokenizer (ChVocab *vocab, const ChGguf *gguf, GError **error)
{
  vocab->pre = ch_pretokenizer_find (vocab->pre_name);
  if (vocab->pre == NULL)
    {
      g_autofree char *shown = ch_gguf_quote (vocab->pre_name);

      return ch_vocab_fail (error, CH_ERROR_UNSUPPORTED, gguf,
                            "the pre-tokenizer %s (key " KEY ("pre") ") is not known", shown);
    }
  vocab->adds_bos = vocab->pre->adds_bos;
  vocab->cleans_spaces = vocab->pre->cleans_spaces;
  return TRUE;
}

static gboolean
load_type (ChVocab *vocab, const ChGguf *gguf, GError **error)
{
  const char *model = NULL, *pre = "";

  if (!ch_gguf_get_string (gguf, KEY ("model"), &model, error)
      || !ch_gguf_get_string (gguf, KEY ("pre"), &pre, error))
    return FALSE;
  if (model == NULL)
    return ch_vocab_fail (error, CH_ERROR_INVALID_FILE, gguf,
                          "there is no key " KEY ("model") ": no vocabulary");
  vocab->model = g_strdup (model);
  vocab->pre_name = g_strdup (pre);
  if (g_str_equal (model, "llama"))
    {
      vocab->type = CH_VOCAB_SPM;
      vocab->adds_bos = vocab->adds_space_prefix = TRUE;
      return TRUE;
    }
  if (!g_str_equal (model, "gpt2"))
    {
      g_autofree char *shown = ch_gguf_quote (model);

      return ch_vocab_fail (error, CH_ERROR_UNSUPPORTED, gguf,
                            "vocabularies of the kind %s (key " KEY ("model") ") are not known",
                            shown);
    }
  vocab->type = CH_VOCAB_BPE;
  return find_pretokenizer (vocab, gguf, error);
}

/* ---- Tokens --------------------------------------------------------------------------------- */

/* An array with an item for each token; NULL if the key is missing and was not required. */
static gboolean
find_array (const ChVocab *vocab, const ChGguf *gguf, const char *key, gboolean required,
            const ChGgufValue **array, GError **error)
{
  *array = ch_gguf_find (gguf, key);
  if (*array == NULL)
    return !required
           || ch_vocab_fail (error, CH_ERROR_INVALID_FILE, gguf, "there is no key %s", key);
  if ((*array)->kind != CH_GGUF_ARRAY)
    return ch_vocab_fail (error, CH_ERROR_INVALID_FILE, gguf, "key %s is not an array", key);
  if ((*array)->n_items != vocab->n_tokens)
    return ch_vocab_fail (error, CH_ERROR_INVALID_FILE, gguf,
                          "key %s has %" G_GUINT64_FORMAT " items for %u tokens", key,
                          (*array)->n_items, vocab->n_tokens);
  return TRUE;
}

static gboolean
load_texts (ChVocab *vocab, const ChGguf *gguf, GError **error)
{
  const ChGgufValue *array = ch_gguf_find (gguf, KEY ("tokens"));

  if (array == NULL || array->kind != CH_GGUF_ARRAY || array->item != CH_GGUF_STRING)
    return ch_vocab_fail (error, CH_ERROR_INVALID_FILE, gguf,
                          "key " KEY ("tokens") " is not an array of strings");
  if (array->n_items == 0 || array->n_items > G_MAXINT32 / 4)
    return ch_vocab_fail (error, CH_ERROR_INVALID_FILE, gguf,
                          "key " KEY ("tokens") " has %" G_GUINT64_FORMAT " items", array->n_items);
  vocab->n_tokens = array->n_items;
  ch_dict_init (&vocab->tokens, vocab->n_tokens);
  for (guint i = 0; i < vocab->n_tokens; i++)
    {
      ChGgufString text = ch_gguf_item_string (array, i);

      ch_texts_add (&vocab->texts, text.data, text.length);
      vocab->longest = MAX (vocab->longest, text.length);
      if (text.length > 0)
        ch_dict_add (&vocab->tokens, &vocab->texts, i);
    }
  return TRUE;
}

static gboolean
load_kinds (ChVocab *vocab, const ChGguf *gguf, GError **error)
{
  const ChGgufValue *array;

  if (!find_array (vocab, gguf, KEY ("token_type"), FALSE, &array, error))
    return FALSE;
  vocab->kinds = g_new (guint8, vocab->n_tokens);
  memset (vocab->kinds, CH_TOKEN_NORMAL, vocab->n_tokens);
  if (array != NULL && array->item != CH_GGUF_INT32 && array->item != CH_GGUF_UINT32)
    return ch_vocab_fail (error, CH_ERROR_INVALID_FILE, gguf,
                          "key " KEY ("token_type") " is not an array of 32-bit integers");
  for (guint i = 0; array != NULL && i < vocab->n_tokens; i++)
    {
      gint64 kind = ch_gguf_item_int (array, i);

      if (kind < 0 || kind > CH_TOKEN_BYTE)
        return ch_vocab_fail (error, CH_ERROR_INVALID_FILE, gguf,
                              "key " KEY ("token_type") " has the unknown type %" G_GINT64_FORMAT
                                                        " for token %u",
                              kind, i);
      vocab->kinds[i] = kind == 0 ? CH_TOKEN_UNUSED : kind;
    }
  return TRUE;
}

/* ---- SPM ------------------------------------------------------------------------------------ */

/* Maps scores to integers in such a way that the better is the lower. */
static guint32
rank_of_score (float score)
{
  union
  {
    float f;
    guint32 bits;
  } both = { .f = isnan (score) ? -INFINITY : score + 0.0f };
  guint32 rising = both.bits & 0x80000000u ? ~both.bits : both.bits | 0x80000000u;

  return ~rising;
}

static gboolean
load_scores (ChVocab *vocab, const ChGguf *gguf, GError **error)
{
  const ChGgufValue *array;

  if (!find_array (vocab, gguf, KEY ("scores"), TRUE, &array, error))
    return FALSE;
  if (array->item != CH_GGUF_FLOAT32)
    return ch_vocab_fail (error, CH_ERROR_INVALID_FILE, gguf,
                          "key " KEY ("scores") " is not an array of float32");
  vocab->ranks = g_new (guint32, vocab->n_tokens);
  for (guint i = 0; i < vocab->n_tokens; i++)
    vocab->ranks[i] = rank_of_score (ch_gguf_item_float (array, i));
  return TRUE;
}

static void
find_byte_tokens (ChVocab *vocab)
{
  for (guint byte = 0; byte < 256; byte++)
    {
      char name[8], self = byte;
      gint32 token;

      g_snprintf (name, sizeof name, "<0x%02X>", byte);
      token = ch_vocab_lookup (vocab, name, strlen (name));
      vocab->byte_tokens[byte] = token >= 0 ? token : ch_vocab_find_plain (vocab, &self, 1);
    }
}

/* Whether a ▁ stands behind anything that is not one itself. */
static gboolean
joins_words (const char *text, gsize length)
{
  gboolean begun = FALSE;

  for (gsize i = 0; i < length;)
    {
      gboolean space = length - i >= 3 && memcmp (text + i, "▁", 3) == 0;

      if (space && begun)
        return TRUE;
      begun |= !space;
      i += space ? 3 : 1;
    }
  return FALSE;
}

static gboolean
load_spm (ChVocab *vocab, const ChGguf *gguf, GError **error)
{
  if (!load_scores (vocab, gguf, error))
    return FALSE;
  find_byte_tokens (vocab);
  vocab->words_apart = TRUE;
  for (guint i = 0; i < vocab->n_tokens && vocab->words_apart; i++)
    {
      gsize length;
      const char *text = ch_texts_get (&vocab->texts, i, &length);

      vocab->words_apart =
          ch_vocab_is_special_kind (vocab->kinds[i]) || !joins_words (text, length);
    }
  return TRUE;
}

/* ---- Special tokens ------------------------------------------------------------------------- */

/* All bits set, as some converters write, says that there is none. */
static gboolean
load_id (ChVocab *vocab, const ChGguf *gguf, const char *key, gint32 missing, gint32 *id,
         GError **error)
{
  guint64 value = G_MAXUINT32;

  *id = (guint) missing < vocab->n_tokens ? missing : -1;
  if (ch_gguf_find (gguf, key) == NULL)
    return TRUE;
  if (!ch_gguf_get_uint (gguf, key, G_MAXUINT32, &value, error))
    return FALSE;
  if (value != G_MAXUINT32 && value >= vocab->n_tokens)
    return ch_vocab_fail (error, CH_ERROR_INVALID_FILE, gguf,
                          "key %s is %" G_GUINT64_FORMAT ", and there are %u tokens", key, value,
                          vocab->n_tokens);
  *id = value == G_MAXUINT32 ? -1 : (gint32) value;
  return TRUE;
}

static gboolean
load_ids (ChVocab *vocab, const ChGguf *gguf, GError **error)
{
  gboolean spm = vocab->type == CH_VOCAB_SPM;
  gint32 eot, eom;

  if (!load_id (vocab, gguf, KEY ("bos_token_id"), spm ? 1 : -1, &vocab->bos, error)
      || !load_id (vocab, gguf, KEY ("eos_token_id"), spm ? 2 : -1, &vocab->eos, error)
      || !load_id (vocab, gguf, KEY ("unknown_token_id"), spm ? 0 : -1, &vocab->unknown, error)
      || !load_id (vocab, gguf, KEY ("eot_token_id"), -1, &eot, error)
      || !load_id (vocab, gguf, KEY ("eom_token_id"), -1, &eom, error))
    return FALSE;
  ch_vocab_add_eog (vocab, vocab->eos);
  ch_vocab_add_eog (vocab, eot);
  ch_vocab_add_eog (vocab, eom);
  return ch_gguf_get_bool (gguf, KEY ("add_bos_token"), &vocab->adds_bos, error)
         && ch_gguf_get_bool (gguf, KEY ("add_eos_token"), &vocab->adds_eos, error)
         && ch_gguf_get_bool (gguf, KEY ("add_space_prefix"), &vocab->adds_space_prefix, error);
}

/* Phi-3's tokenizer strips white space behind special tokens, and nothing but its name says so. */
static gboolean
load_specials (ChVocab *vocab, const ChGguf *gguf, GError **error)
{
  const char *name = "";
  g_autofree char *lower = NULL;

  if (!load_ids (vocab, gguf, error) || !ch_gguf_get_string (gguf, "general.name", &name, error))
    return FALSE;
  lower = g_ascii_strdown (name, -1);
  ch_vocab_find_eog (vocab);
  ch_vocab_index_specials (vocab,
                           strstr (lower, "phi-3") != NULL || strstr (lower, "phi3") != NULL);
  return TRUE;
}

gboolean
ch_vocab_load (ChVocab *vocab, const ChGguf *gguf, GError **error)
{
  vocab->bos = vocab->eos = vocab->unknown = -1;
  return load_type (vocab, gguf, error) && load_texts (vocab, gguf, error)
         && load_kinds (vocab, gguf, error) && load_specials (vocab, gguf, error)
         && (vocab->type == CH_VOCAB_SPM ? load_spm : ch_vocab_load_merges) (vocab, gguf, error);
}
