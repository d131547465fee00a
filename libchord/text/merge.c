/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "text/unicode.h"
#include "text/vocab-private.h"

/* Joins neighbouring symbols, always the best pair first and of equals the leftmost, until no pair
 * can be joined. Pairs wait in a heap; one whose symbols have changed meanwhile is stale and
 * dropped when it comes up. So n symbols take n log n steps. */

typedef struct
{
  guint32 start;
  guint32 length;        /* 0: joined to the one before */
  gint32 id;             /* -1: not looked up (SPM) */
  gint32 previous, next; /* -1: none */
} Symbol;

typedef struct
{
  guint32 rank;
  guint32 left;   /* index of the symbol */
  guint32 length; /* of both together: anything else now means that this is stale */
  gint32 result;
} Pair;

struct ChMerger
{
  const ChVocab *vocab;
  GArray *tokens;
  const char *text;
  Symbol *symbols;
  gsize n_symbols, symbol_room;
  Pair *heap;
  gsize n_pairs, pair_room;
};

ChMerger *
ch_merger_new (const ChVocab *vocab, GArray *tokens)
{
  ChMerger *merger = g_new0 (ChMerger, 1);

  merger->vocab = vocab;
  merger->tokens = tokens;
  return merger;
}

void
ch_merger_free (ChMerger *merger)
{
  g_free (merger->symbols);
  g_free (merger->heap);
  g_free (merger);
}

/* ---- The heap ------------------------------------------------------------------------------- */

static inline gboolean
pair_before (const Pair *a, const Pair *b)
{
  return a->rank < b->rank || (a->rank == b->rank && a->left < b->left);
}

static void
heap_push (ChMerger *merger, Pair pair)
{
  gsize at = merger->n_pairs++;

  if (at == merger->pair_room)
    {
      merger->pair_room = MAX (64, 2 * at);
      merger->heap = g_renew (Pair, merger->heap, merger->pair_room);
    }
  for (; at > 0 && pair_before (&pair, &merger->heap[(at - 1) / 2]); at = (at - 1) / 2)
    merger->heap[at] = merger->heap[(at - 1) / 2];
  merger->heap[at] = pair;
}

static Pair
heap_pop (ChMerger *merger)
{
  Pair *heap = merger->heap;
  Pair top = heap[0], moving = heap[--merger->n_pairs];
  gsize at = 0, n = merger->n_pairs;

  for (gsize child = 1; child < n; child = 2 * at + 1)
    {
      if (child + 1 < n && pair_before (&heap[child + 1], &heap[child]))
        child++;
      if (!pair_before (&heap[child], &moving))
        break;
      heap[at] = heap[child];
      at = child;
    }
  heap[at] = moving;
  return top;
}

/* ---- Symbols and pairs ---------------------------------------------------------------------- */

static void
add_symbol (ChMerger *merger, gsize start, gsize length, gint32 id)
{
  gsize at = merger->n_symbols++;

  if (at == merger->symbol_room)
    {
      merger->symbol_room = MAX (64, 2 * at);
      merger->symbols = g_renew (Symbol, merger->symbols, merger->symbol_room);
    }
  merger->symbols[at] = (Symbol) { start, length, id, (gint32) at - 1, at + 1 };
}

/* SPM: joined if the text of both is a token; the better its score, the sooner. */
static gboolean
find_spm (const ChMerger *merger, const Symbol *left, Pair *pair)
{
  pair->result = ch_vocab_find_plain (merger->vocab, merger->text + left->start, pair->length);
  if (pair->result < 0 || merger->vocab->kinds[pair->result] == CH_TOKEN_BYTE)
    return FALSE;
  pair->rank = merger->vocab->ranks[pair->result];
  return TRUE;
}

static gboolean
find_bpe (const ChMerger *merger, const Symbol *left, const Symbol *right, Pair *pair)
{
  const ChPairSlot *slot = ch_pairs_find (&merger->vocab->pairs, left->id, right->id);

  if (slot == NULL)
    return FALSE;
  pair->rank = slot->rank;
  pair->result = slot->result_plus_1 - 1;
  return TRUE;
}

static void
try_pair (ChMerger *merger, gint32 left_index)
{
  const Symbol *left, *right;
  Pair pair;

  if (left_index < 0 || merger->symbols[left_index].next < 0)
    return;
  left = &merger->symbols[left_index];
  right = &merger->symbols[left->next];
  pair = (Pair) { 0, left_index, left->length + right->length, -1 };
  if (merger->vocab->type == CH_VOCAB_SPM ? find_spm (merger, left, &pair)
                                          : find_bpe (merger, left, right, &pair))
    heap_push (merger, pair);
}

static void
join (ChMerger *merger, const Pair *pair)
{
  Symbol *left = &merger->symbols[pair->left], *right;

  if (left->length == 0 || left->next < 0)
    return;
  right = &merger->symbols[left->next];
  if (left->length + right->length != pair->length)
    return;
  left->length = pair->length;
  left->id = pair->result;
  left->next = right->next;
  right->length = 0;
  if (left->next >= 0)
    merger->symbols[left->next].previous = pair->left;
  try_pair (merger, left->previous);
  try_pair (merger, pair->left);
}

/* ---- In and out ----------------------------------------------------------------------------- */

static void
begin_spm (ChMerger *merger, gsize length)
{
  for (gsize at = 0; at < length;)
    {
      gunichar c;
      gsize step = ch_utf8_step (merger->text + at, length - at, &c);

      add_symbol (merger, at, step, -1);
      at += step;
    }
}

static void
begin_bpe (ChMerger *merger, gsize length)
{
  for (gsize at = 0; at < length; at++)
    add_symbol (merger, at, 1, merger->vocab->byte_symbols[(guint8) merger->text[at]]);
}

static void
emit (ChMerger *merger, gint32 token)
{
  if (token < 0)
    token = merger->vocab->unknown;
  if (token >= 0)
    g_array_append_val (merger->tokens, token);
}

/* What is no token goes out byte by byte. */
static void
emit_bytes (ChMerger *merger, const Symbol *symbol)
{
  const ChVocab *vocab = merger->vocab;

  for (guint32 i = 0; i < symbol->length; i++)
    {
      guint8 byte = merger->text[symbol->start + i];
      gint32 token = vocab->type == CH_VOCAB_SPM ? vocab->byte_tokens[byte]
                                                 : (gint32) vocab->byte_symbols[byte];

      emit (merger, token < (gint32) vocab->n_tokens ? token : -1);
    }
}

static void
emit_symbol (ChMerger *merger, const Symbol *symbol)
{
  gint32 id = symbol->id;

  if (id < 0)
    id = ch_vocab_find_plain (merger->vocab, merger->text + symbol->start, symbol->length);
  if (id >= 0 && (guint) id < merger->vocab->n_tokens)
    emit (merger, id);
  else
    emit_bytes (merger, symbol);
}

void
ch_merger_run (ChMerger *merger, const char *text, gsize length)
{
  if (length == 0)
    return;
  merger->text = text;
  merger->n_symbols = merger->n_pairs = 0;
  (merger->vocab->type == CH_VOCAB_SPM ? begin_spm : begin_bpe) (merger, length);
  merger->symbols[merger->n_symbols - 1].next = -1;
  for (gsize i = 0; i + 1 < merger->n_symbols; i++)
    try_pair (merger, i);
  while (merger->n_pairs > 0)
    {
      Pair pair = heap_pop (merger);

      join (merger, &pair);
    }
  for (gint32 i = 0; i >= 0; i = merger->symbols[i].next)
    emit_symbol (merger, &merger->symbols[i]);
}
