/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* Texts by number, one after the other in one block, each with a zero byte behind it. */
typedef struct
{
  char *data;
  gsize *starts; /* n + 1 of them */
  gsize size;
  gsize data_room;
  guint n;
  guint room;
} ChTexts;

void ch_texts_clear (ChTexts *texts);
guint ch_texts_add (ChTexts *texts, const char *text, gsize length);

static inline const char *
ch_texts_get (const ChTexts *texts, guint id, gsize *length)
{
  *length = texts->starts[id + 1] - texts->starts[id] - 1;
  return texts->data + texts->starts[id];
}

/* The way back: a hash table from text to number. Hashing is seeded at random, so that no file can
 * be made to collide; nothing observable depends on it. */
typedef struct
{
  guint32 tag;
  guint32 id_plus_1; /* 0: free */
} ChDictSlot;

typedef struct
{
  ChDictSlot *slots;
  guint64 mask;
  guint64 seed;
  guint n;
} ChDict;

void ch_dict_init (ChDict *dict, guint n_expected);
void ch_dict_clear (ChDict *dict);
/* The later of two equal texts is the one that is found. */
void ch_dict_add (ChDict *dict, const ChTexts *texts, guint id);
/* -1: none. */
gint64 ch_dict_find (const ChDict *dict, const ChTexts *texts, const char *text, gsize length);

/* Merges: what a pair of symbols becomes, and how early. */
typedef struct
{
  guint64 key;
  guint32 rank;
  guint32 result_plus_1; /* 0: free */
} ChPairSlot;

typedef struct
{
  ChPairSlot *slots;
  guint64 mask;
  guint64 seed;
} ChPairs;

void ch_pairs_init (ChPairs *pairs, guint n_expected);
void ch_pairs_clear (ChPairs *pairs);
/* The earlier of two equal pairs is kept. There must not be more than n_expected. */
void ch_pairs_add (ChPairs *pairs, guint32 left, guint32 right, guint32 rank, guint32 result);
const ChPairSlot *ch_pairs_find (const ChPairs *pairs, guint32 left, guint32 right);
