/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sample/candidates-private.h"

#include <stdlib.h>

/* Above this share of the list a whole sort is cheaper than a heap. */
#define HEAP_SHARE 4

static int
compare_candidates (const void *a, const void *b)
{
  return ch_candidate_before (b, a) - ch_candidate_before (a, b);
}

/* Restores the heap below `at`: the root is the last of its n items in candidate order. */
static void
sift_down (ChCandidate *items, gsize n, gsize at)
{
  ChCandidate moving = items[at];

  for (gsize child = 2 * at + 1; child < n; child = 2 * at + 1)
    {
      if (child + 1 < n && ch_candidate_before (&items[child], &items[child + 1]))
        child++;
      if (!ch_candidate_before (&moving, &items[child]))
        break;
      items[at] = items[child];
      at = child;
    }
  items[at] = moving;
}

static inline void
swap_candidates (ChCandidate *a, ChCandidate *b)
{
  ChCandidate kept = *a;

  *a = *b;
  *b = kept;
}

/* A heap of the k best so far, whose root is the worst of them, meets every other item once: nearly
 * always that is one comparison. */
static void
heap_select (ChCandidate *items, gsize n, gsize k)
{
  for (gsize i = k / 2; i-- > 0;)
    sift_down (items, k, i);
  for (gsize i = k; i < n; i++)
    {
      if (!ch_candidate_before (&items[i], &items[0]))
        continue;
      swap_candidates (&items[i], &items[0]);
      sift_down (items, k, 0);
    }
  for (gsize i = k; i-- > 1;)
    {
      swap_candidates (&items[0], &items[i]);
      sift_down (items, i, 0);
    }
}

gsize
ch_candidates_order_best (ChCandidate *items, gsize n, gsize k)
{
  if (k == 0 || n == 0)
    return 0;
  if (k < n / HEAP_SHARE)
    {
      heap_select (items, n, k);
      return k;
    }
  qsort (items, n, sizeof *items, compare_candidates);
  return n;
}

gsize
ch_candidates_best (const ChCandidates *c)
{
  gsize best = 0;

  if (c->sorted)
    return 0;
  for (gsize i = 1; i < c->n; i++)
    if (ch_candidate_before (&c->items[i], &c->items[best]))
      best = i;
  return best;
}

void
ch_candidates_sort (ChCandidates *c)
{
  if (!c->sorted)
    ch_candidates_order_best (c->items, c->n, c->n);
  c->sorted = TRUE;
}

void
ch_candidates_softmax (ChCandidates *c)
{
  double sum = 0, max;

  if (c->n == 0)
    return;
  max = ch_logit_key (c->items[ch_candidates_best (c)].logit);
  for (gsize i = 0; i < c->n; i++)
    {
      c->items[i].p = ch_unscaled_probability (c->items[i].logit, max);
      sum += c->items[i].p;
    }
  for (gsize i = 0; i < c->n; i++)
    c->items[i].p = c->items[i].p / sum;
}
