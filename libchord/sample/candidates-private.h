/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <math.h>

#include "sample/sampler.h"

/* A logit that is no number counts as impossible: a broken model cannot break the choice. */
static inline float
ch_logit_key (float logit)
{
  return isnan (logit) ? -INFINITY : logit;
}

/* The one order of candidates: falling logit, then rising id. It is total, so results never depend
 * on how a list was sorted. */
static inline int
ch_candidate_before (const ChCandidate *a, const ChCandidate *b)
{
  float x = ch_logit_key (a->logit), y = ch_logit_key (b->logit);

  return x > y || (x == y && a->id < b->id);
}

/* exp (logit - max), where equal infinities differ by nothing. */
static inline double
ch_unscaled_probability (float logit, double max)
{
  double key = ch_logit_key (logit);

  return key == max ? 1 : exp (key - max);
}

/* Brings the k best of the n items to the front, in order; returns how many are in order (at least
 * k unless there are fewer). Takes n + k log k steps for a small k. */
gsize ch_candidates_order_best (ChCandidate *items, gsize n, gsize k);

/* Index of the first in candidate order; the list must not be empty. */
gsize ch_candidates_best (const ChCandidates *c);

/* The candidate of a token, NULL if it is no longer there. At once while the list is by id. */
ChCandidate *ch_candidates_find (const ChCandidates *c, gint32 token);

/* What the penalties make of the logit of a token seen count times. */
float ch_penalized_logit (float logit, guint count, double repeat, double frequency,
                          double presence);
