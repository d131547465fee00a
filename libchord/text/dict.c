/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "text/dict.h"

#include <string.h>

#define MULTIPLIER 0x9e3779b97f4a7c15u

static inline guint64
mix (guint64 hash, guint64 word)
{
  hash = (hash ^ word) * MULTIPLIER;
  return hash ^ hash >> 29;
}

static guint64
hash_text (guint64 seed, const char *text, gsize length)
{
  guint64 hash = seed ^ length, word;

  for (; length >= sizeof word; text += sizeof word, length -= sizeof word)
    {
      memcpy (&word, text, sizeof word);
      hash = mix (hash, word);
    }
  word = 0;
  memcpy (&word, text, length);
  return mix (mix (hash, word), seed);
}

static guint64
random_seed (void)
{
  return (guint64) g_random_int () << 32 | g_random_int ();
}

/* At most half full. */
static guint64
slots_for (guint n)
{
  guint64 slots = 16;

  while (slots < 2 * (guint64) n)
    slots *= 2;
  return slots;
}

/* ---- Texts ---------------------------------------------------------------------------------- */

void
ch_texts_clear (ChTexts *texts)
{
  g_free (texts->data);
  g_free (texts->starts);
}

guint
ch_texts_add (ChTexts *texts, const char *text, gsize length)
{
  if (texts->size + length + 1 > texts->data_room)
    {
      texts->data_room = MAX (2 * texts->data_room, texts->size + length + 4096);
      texts->data = g_realloc (texts->data, texts->data_room);
    }
  if (texts->n + 2 > texts->room)
    {
      texts->room = MAX (2 * texts->room, 1024);
      texts->starts = g_renew (gsize, texts->starts, texts->room);
      texts->starts[0] = 0;
    }
  memcpy (texts->data + texts->size, text, length);
  texts->data[texts->size + length] = '\0';
  texts->size += length + 1;
  texts->starts[++texts->n] = texts->size;
  return texts->n - 1;
}

/* ---- Texts to numbers ----------------------------------------------------------------------- */

void
ch_dict_init (ChDict *dict, guint n_expected)
{
  guint64 slots = slots_for (n_expected);

  *dict = (ChDict) { g_new0 (ChDictSlot, slots), slots - 1, random_seed (), 0 };
}

void
ch_dict_clear (ChDict *dict)
{
  g_free (dict->slots);
}

/* The slot of the text, or the free one where it would go. */
static ChDictSlot *
find_slot (const ChDict *dict, const ChTexts *texts, const char *text, gsize length, guint64 hash)
{
  for (guint64 at = hash & dict->mask;; at = (at + 1) & dict->mask)
    {
      ChDictSlot *slot = &dict->slots[at];
      const char *other;
      gsize other_length;

      if (slot->id_plus_1 == 0)
        return slot;
      if (slot->tag != hash >> 32)
        continue;
      other = ch_texts_get (texts, slot->id_plus_1 - 1, &other_length);
      if (other_length == length && memcmp (other, text, length) == 0)
        return slot;
    }
}

static void
put (ChDict *dict, const ChTexts *texts, guint id)
{
  gsize length;
  const char *text = ch_texts_get (texts, id, &length);
  guint64 hash = hash_text (dict->seed, text, length);
  ChDictSlot *slot = find_slot (dict, texts, text, length, hash);

  dict->n += slot->id_plus_1 == 0;
  *slot = (ChDictSlot) { hash >> 32, id + 1 };
}

static void
grow (ChDict *dict, const ChTexts *texts)
{
  g_autofree ChDictSlot *old = dict->slots;
  guint64 n_old = dict->mask + 1;

  dict->slots = g_new0 (ChDictSlot, 2 * n_old);
  dict->mask = 2 * n_old - 1;
  dict->n = 0;
  for (guint64 i = 0; i < n_old; i++)
    if (old[i].id_plus_1 != 0)
      put (dict, texts, old[i].id_plus_1 - 1);
}

void
ch_dict_add (ChDict *dict, const ChTexts *texts, guint id)
{
  if (2 * (guint64) dict->n > dict->mask)
    grow (dict, texts);
  put (dict, texts, id);
}

gint64
ch_dict_find (const ChDict *dict, const ChTexts *texts, const char *text, gsize length)
{
  guint64 hash = hash_text (dict->seed, text, length);

  return (gint64) find_slot (dict, texts, text, length, hash)->id_plus_1 - 1;
}

/* ---- Pairs ---------------------------------------------------------------------------------- */

void
ch_pairs_init (ChPairs *pairs, guint n_expected)
{
  guint64 slots = slots_for (n_expected);

  *pairs = (ChPairs) { g_new0 (ChPairSlot, slots), slots - 1, random_seed () };
}

void
ch_pairs_clear (ChPairs *pairs)
{
  g_free (pairs->slots);
}

static ChPairSlot *
find_pair_slot (const ChPairs *pairs, guint64 key)
{
  guint64 at = mix (mix (pairs->seed, key), pairs->seed) & pairs->mask;

  while (pairs->slots[at].result_plus_1 != 0 && pairs->slots[at].key != key)
    at = (at + 1) & pairs->mask;
  return &pairs->slots[at];
}

void
ch_pairs_add (ChPairs *pairs, guint32 left, guint32 right, guint32 rank, guint32 result)
{
  guint64 key = (guint64) left << 32 | right;
  ChPairSlot *slot = find_pair_slot (pairs, key);

  if (slot->result_plus_1 == 0)
    *slot = (ChPairSlot) { key, rank, result + 1 };
}

const ChPairSlot *
ch_pairs_find (const ChPairs *pairs, guint32 left, guint32 right)
{
  const ChPairSlot *slot = find_pair_slot (pairs, (guint64) left << 32 | right);

  return slot->result_plus_1 != 0 ? slot : NULL;
}
