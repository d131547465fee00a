/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sample/candidates-private.h"

#include <string.h>

/* The steps of a chain. Each takes the candidates as the step before left them; what it removes is
 * gone for those after it. */

/* Below this a softmax in float has one survivor anyway, and dividing by it would only overflow. */
#define LEAST_TEMPERATURE 1e-6

/* Lists are put in order piece by piece, as far as a step looks: first so many, then four times
 * more. */
#define FIRST_PIECE 64

ChCandidate *
ch_candidates_find (const ChCandidates *c, gint32 token)
{
  if (token >= 0 && (gsize) token < c->n && c->items[token].id == token)
    return &c->items[token];
  for (gsize i = 0; i < c->n; i++)
    if (c->items[i].id == token)
      return &c->items[i];
  return NULL;
}

/* Greedy: everything but the best becomes impossible. */
static void
keep_best (ChCandidates *c)
{
  gsize best = ch_candidates_best (c);

  for (gsize i = 0; i < c->n; i++)
    if (i != best)
      c->items[i].logit = -INFINITY;
}

void
ch_sample_temperature (ChCandidates *c, double t)
{
  if (c->n == 0)
    return;
  if (!(t >= LEAST_TEMPERATURE))
    {
      keep_best (c);
      return;
    }
  for (gsize i = 0; i < c->n; i++)
    c->items[i].logit = c->items[i].logit / t;
}

void
ch_sample_top_k (ChCandidates *c, gint32 k)
{
  if (k <= 0 || (gsize) k >= c->n)
    return;
  if (!c->sorted)
    ch_candidates_order_best (c->items, c->n, k);
  c->n = k;
  c->sorted = TRUE;
}

/* How many of the items, best first, it takes until their probabilities (already set) reach p: more
 * than p if strict. The counted ones are in order afterwards. */
static gsize
reach_probability (ChCandidates *c, double p, gsize min_keep, gboolean strict)
{
  double sum = 0;
  gsize kept = 0, ordered = c->sorted ? c->n : 0, piece = FIRST_PIECE;

  while (kept < c->n)
    {
      if (kept == ordered)
        {
          ordered += ch_candidates_order_best (c->items + ordered, c->n - ordered, piece);
          piece *= 4;
        }
      sum += c->items[kept++].p;
      if ((strict ? sum > p : sum >= p) && kept >= min_keep)
        break;
    }
  return kept;
}

void
ch_sample_top_p (ChCandidates *c, double p, gsize min_keep)
{
  if (p >= 1 || c->n == 0)
    return;
  ch_candidates_softmax (c);
  c->n = reach_probability (c, p, min_keep, FALSE);
  c->sorted = TRUE;
}

static gsize
count_at_least (const ChCandidates *c, float bound)
{
  gsize n = 0;

  for (gsize i = 0; i < c->n; i++)
    n += ch_logit_key (c->items[i].logit) >= bound;
  return n;
}

void
ch_sample_min_p (ChCandidates *c, double p, gsize min_keep)
{
  gsize kept = 0;
  float bound;

  if (p <= 0 || c->n == 0)
    return;
  bound = ch_logit_key (c->items[ch_candidates_best (c)].logit) + logf (p);
  if (count_at_least (c, bound) < min_keep)
    {
      ch_sample_top_k (c, MIN (min_keep, G_MAXINT32));
      return;
    }
  for (gsize i = 0; i < c->n; i++)
    if (ch_logit_key (c->items[i].logit) >= bound)
      c->items[kept++] = c->items[i];
  c->n = kept;
}

static double
entropy (const ChCandidates *c)
{
  double sum = 0;

  for (gsize i = 0; i < c->n; i++)
    if (c->items[i].p > 0)
      sum -= (double) c->items[i].p * log (c->items[i].p);
  return sum;
}

/* Keeps the tokens whose surprise is nearest to the expected one. They are ordered by that distance
 * in a list of their own, whose ids are places in c and whose logits are the distances, negated. */
void
ch_sample_typical (ChCandidates *c, double p, gsize min_keep)
{
  g_autofree ChCandidate *typical = NULL;
  ChCandidates list;
  double expected;

  if (p >= 1 || c->n == 0)
    return;
  ch_candidates_softmax (c);
  expected = entropy (c);
  typical = g_new (ChCandidate, c->n);
  for (gsize i = 0; i < c->n; i++)
    typical[i] = (ChCandidate) { i, -fabs (-log (c->items[i].p) - expected), c->items[i].p };
  list = (ChCandidates) { typical, c->n, FALSE };
  c->n = reach_probability (&list, p, min_keep, TRUE);
  for (gsize i = 0; i < c->n; i++)
    typical[i] = c->items[typical[i].id];
  memcpy (c->items, typical, c->n * sizeof *typical);
  c->sorted = FALSE;
}

float
ch_penalized_logit (float logit, guint count, double repeat, double frequency, double presence)
{
  double scaled = logit <= 0 ? logit * repeat : logit / repeat;

  return scaled - count * frequency - presence;
}

static GHashTable *
count_tokens (const gint32 *tokens, gsize n)
{
  GHashTable *counts = g_hash_table_new (NULL, NULL);

  for (gsize i = 0; i < n; i++)
    {
      gpointer key = GINT_TO_POINTER (tokens[i]);
      guint count = GPOINTER_TO_UINT (g_hash_table_lookup (counts, key));

      g_hash_table_insert (counts, key, GUINT_TO_POINTER (count + 1));
    }
  return counts;
}

void
ch_sample_penalties (ChCandidates *c, const gint32 *history, gsize n_history, double repeat,
                     double frequency, double presence)
{
  g_autoptr (GHashTable) counts = count_tokens (history, n_history);

  for (gsize i = 0; i < c->n; i++)
    {
      ChCandidate *item = &c->items[i];
      guint count = GPOINTER_TO_UINT (g_hash_table_lookup (counts, GINT_TO_POINTER (item->id)));

      if (count > 0)
        item->logit = ch_penalized_logit (item->logit, count, repeat, frequency, presence);
    }
  c->sorted = FALSE;
}

void
ch_sample_logit_bias (ChCandidates *c, const ChLogitBias *biases, gsize n)
{
  for (gsize i = 0; i < n; i++)
    {
      ChCandidate *item = ch_candidates_find (c, biases[i].token);

      if (item != NULL)
        item->logit += biases[i].bias;
    }
  if (n > 0)
    c->sorted = FALSE;
}
