/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sample/candidates-private.h"

static double
greatest_logit (const float *logits, gsize n_vocab)
{
  double max = -INFINITY;

  for (gsize i = 0; i < n_vocab; i++)
    max = MAX (max, ch_logit_key (logits[i]));
  return max;
}

/* log (sum (exp (logit - max))): of finite logits between 0 and log (n_vocab). */
static double
log_sum (const float *logits, gsize n_vocab, double max)
{
  double sum = 0;

  for (gsize i = 0; i < n_vocab; i++)
    sum += ch_unscaled_probability (logits[i], max);
  return log (MAX (sum, 1)); /* the greatest alone gives 1 */
}

static float
log_probability (float logit, double max, double sum)
{
  double key = ch_logit_key (logit);

  return (key == max ? 0 : key - max) - sum;
}

gsize
ch_top_logprobs (const float *logits, gsize n_vocab, gsize n_top, ChTokenLogprob *out)
{
  gsize n = MIN (n_top, n_vocab);
  g_autofree ChCandidate *items = g_new (ChCandidate, n_vocab);
  double max, sum;

  if (n == 0)
    return 0;
  max = greatest_logit (logits, n_vocab);
  sum = log_sum (logits, n_vocab, max);
  for (gsize i = 0; i < n_vocab; i++)
    items[i] = (ChCandidate) { i, logits[i], 0 };
  ch_candidates_order_best (items, n_vocab, n);
  for (gsize i = 0; i < n; i++)
    out[i] = (ChTokenLogprob) { items[i].id, log_probability (items[i].logit, max, sum) };
  return n;
}

float
ch_token_logprob (const float *logits, gsize n_vocab, gint32 token)
{
  double max = greatest_logit (logits, n_vocab);

  if (token < 0 || (gsize) token >= n_vocab)
    return -INFINITY;
  return log_probability (logits[token], max, log_sum (logits, n_vocab, max));
}
