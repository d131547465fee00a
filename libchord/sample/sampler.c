/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sample/sampler.h"

#include "base/error.h"
#include "sample/candidates-private.h"

struct ChSampler
{
  ChSamplerParams params;
  ChLogitBias *biases;
  GQueue window; /* the tokens that penalties look at, oldest first; not kept if that is all */
  GHashTable *counts; /* token -> how often it is in the window */
  guint64 state, increment;
  ChCandidate *items; /* kept between calls: a vocabulary is megabytes */
  gsize n_items;
};

/* ---- Random numbers ------------------------------------------------------------------------- */

/* PCG32 (O'Neill): a 64-bit congruential generator, permuted on output by its own high bits. */
static guint32
random_bits (ChSampler *sampler)
{
  guint64 old = sampler->state;
  guint32 mixed = ((old >> 18) ^ old) >> 27;
  guint32 turn = old >> 59;

  sampler->state = old * 6364136223846793005u + sampler->increment;
  return mixed >> turn | mixed << (-turn & 31);
}

static void
random_seed (ChSampler *sampler, guint64 seed)
{
  sampler->increment = 2891336453u * 2 + 1;
  sampler->state = sampler->increment + seed;
  random_bits (sampler);
  random_bits (sampler);
}

/* In [0, 1), with 53 random bits. */
static double
random_unit (ChSampler *sampler)
{
  guint64 high = random_bits (sampler) >> 5, low = random_bits (sampler) >> 6;

  return (high * 67108864.0 + low) / 9007199254740992.0;
}

/* ---- Parameters ----------------------------------------------------------------------------- */

static gboolean
check_range (const char *name, double value, double low, double high, GError **error)
{
  char text[3][G_ASCII_DTOSTR_BUF_SIZE];

  if (value >= low && value <= high)
    return TRUE;
  g_ascii_formatd (text[0], sizeof text[0], "%g", value);
  g_ascii_formatd (text[1], sizeof text[1], "%.10g", low);
  g_ascii_formatd (text[2], sizeof text[2], "%.10g", high);
  g_set_error (error, CH_ERROR, CH_ERROR_INVALID_ARGUMENT, "%s is %s; it must be between %s and %s",
               name, text[0], text[1], text[2]);
  return FALSE;
}

static gboolean
check_biases (const ChSamplerParams *params, GError **error)
{
  for (gsize i = 0; i < params->n_biases; i++)
    {
      if (params->biases[i].token >= 0 && !isnan (params->biases[i].bias))
        continue;
      g_set_error (error, CH_ERROR, CH_ERROR_INVALID_ARGUMENT,
                   "the logit bias of token %d is not usable: it wants a token of the vocabulary "
                   "and a number",
                   params->biases[i].token);
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_params (const ChSamplerParams *params, GError **error)
{
  return check_range ("temperature", params->temperature, 0, 1000, error)
         && check_range ("top-k", params->top_k, 0, G_MAXINT32, error)
         && check_range ("top-p", params->top_p, 0, 1, error)
         && check_range ("min-p", params->min_p, 0, 1, error)
         && check_range ("typical-p", params->typical_p, 0, 1, error)
         && check_range ("repetition penalty", params->repetition_penalty, 0.001, 1000, error)
         && check_range ("frequency penalty", params->frequency_penalty, -1000, 1000, error)
         && check_range ("presence penalty", params->presence_penalty, -1000, 1000, error)
         && check_range ("penalty window", params->penalty_last_n, -1, G_MAXINT32, error)
         && check_biases (params, error);
}

ChSampler *
ch_sampler_new (const ChSamplerParams *params, GError **error)
{
  ChSampler *sampler;

  if (!check_params (params, error))
    return NULL;
  sampler = g_new0 (ChSampler, 1);
  sampler->params = *params;
  sampler->biases = g_memdup2 (params->biases, params->n_biases * sizeof *params->biases);
  sampler->params.biases = sampler->biases;
  sampler->counts = g_hash_table_new (NULL, NULL);
  g_queue_init (&sampler->window);
  random_seed (sampler, params->seed);
  return sampler;
}

void
ch_sampler_free (ChSampler *sampler)
{
  if (sampler == NULL)
    return;
  g_queue_clear (&sampler->window);
  g_hash_table_unref (sampler->counts);
  g_free (sampler->biases);
  g_free (sampler->items);
  g_free (sampler);
}

/* ---- Penalties ------------------------------------------------------------------------------ */

static gboolean
has_penalties (const ChSamplerParams *params)
{
  return params->penalty_last_n != 0
         && (params->repetition_penalty != 1 || params->frequency_penalty != 0
             || params->presence_penalty != 0);
}

static void
change_count (ChSampler *sampler, gpointer token, int by)
{
  guint count = GPOINTER_TO_UINT (g_hash_table_lookup (sampler->counts, token)) + by;

  if (count > 0)
    g_hash_table_insert (sampler->counts, token, GUINT_TO_POINTER (count));
  else
    g_hash_table_remove (sampler->counts, token);
}

void
ch_sampler_accept (ChSampler *sampler, gint32 token)
{
  gint32 last_n = sampler->params.penalty_last_n;

  if (!has_penalties (&sampler->params))
    return;
  change_count (sampler, GINT_TO_POINTER (token), 1);
  if (last_n < 0)
    return; /* nothing is ever forgotten: the counts are enough */
  g_queue_push_tail (&sampler->window, GINT_TO_POINTER (token));
  if (sampler->window.length > (guint) last_n)
    change_count (sampler, g_queue_pop_head (&sampler->window), -1);
}

static void
apply_penalties (ChSampler *sampler, ChCandidates *c)
{
  const ChSamplerParams *params = &sampler->params;
  GHashTableIter iter;
  gpointer token, count;

  g_hash_table_iter_init (&iter, sampler->counts);
  while (g_hash_table_iter_next (&iter, &token, &count))
    {
      gsize id = GPOINTER_TO_INT (token);

      if (id < c->n)
        c->items[id].logit = ch_penalized_logit (
            c->items[id].logit, GPOINTER_TO_UINT (count), params->repetition_penalty,
            params->frequency_penalty, params->presence_penalty);
    }
}

/* ---- Sampling ------------------------------------------------------------------------------- */

static ChCandidates
begin_candidates (ChSampler *sampler, const float *logits, gsize n_vocab)
{
  if (sampler->n_items < n_vocab)
    {
      sampler->items = g_renew (ChCandidate, sampler->items, n_vocab);
      sampler->n_items = n_vocab;
    }
  for (gsize i = 0; i < n_vocab; i++)
    sampler->items[i] = (ChCandidate) { i, logits[i], 0 };
  return (ChCandidates) { sampler->items, n_vocab, FALSE };
}

/* One of the candidates by its probability. */
static gint32
pick (ChSampler *sampler, ChCandidates *c)
{
  double sum = 0, want = random_unit (sampler);
  gsize last = ch_candidates_best (c);

  ch_candidates_softmax (c);
  for (gsize i = 0; i < c->n; i++)
    {
      if (c->items[i].p <= 0)
        continue;
      sum += c->items[i].p;
      last = i;
      if (want < sum)
        break;
    }
  return c->items[last].id;
}

/* Only typical sampling may remove the best token: without it greedy needs no truncation. */
static gboolean
is_plainly_greedy (const ChSamplerParams *params)
{
  return params->temperature == 0 && params->typical_p >= 1;
}

gint32
ch_sampler_sample (ChSampler *sampler, const float *logits, gsize n_vocab)
{
  const ChSamplerParams *params = &sampler->params;
  ChCandidates c;

  if (n_vocab == 0)
    return -1;
  c = begin_candidates (sampler, logits, n_vocab);
  ch_sample_logit_bias (&c, params->biases, params->n_biases);
  apply_penalties (sampler, &c);
  if (is_plainly_greedy (params))
    return c.items[ch_candidates_best (&c)].id;
  ch_sample_top_k (&c, params->top_k);
  ch_sample_typical (&c, params->typical_p, 1);
  ch_sample_top_p (&c, params->top_p, 1);
  ch_sample_min_p (&c, params->min_p, 1);
  ch_sample_temperature (&c, params->temperature);
  return pick (sampler, &c);
}
