/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* The sampler chain. Plain functions over a candidate list, in the order given; the last picks.
 * The random numbers are our own generator (PCG32 or the like), so a seed gives the same text
 * on every machine and thread count. */

typedef struct
{
  gint32 id;
  float logit;
  float p; /* valid after a sampler that needs probabilities */
} ChCandidate;

typedef struct
{
  ChCandidate *items;
  gsize n;
  gboolean sorted; /* by falling logit */
} ChCandidates;

typedef struct
{
  gint32 token;
  float bias;
} ChLogitBias;

typedef struct
{
  double temperature;        /* 0: greedy */
  gint32 top_k;              /* 0: off */
  double top_p;              /* 1: off */
  double min_p;              /* 0: off */
  double typical_p;          /* 1: off */
  double repetition_penalty; /* 1: off */
  double frequency_penalty;  /* 0: off */
  double presence_penalty;   /* 0: off */
  gint32 penalty_last_n;     /* tokens looked back; -1: all, 0: off */
  guint64 seed;
  const ChLogitBias *biases; /* copied by ch_sampler_new() */
  gsize n_biases;
} ChSamplerParams;

#define CH_SAMPLER_PARAMS_INIT                                                                     \
  {                                                                                                \
    .temperature = 0.8, .top_k = 40, .top_p = 0.95, .min_p = 0.05, .typical_p = 1,                 \
    .repetition_penalty = 1, .penalty_last_n = 64, .seed = 0                                       \
  }

typedef struct ChSampler ChSampler;

/* Values out of range are an error that names the parameter and its range. */
ChSampler *ch_sampler_new (const ChSamplerParams *params, GError **error);
void ch_sampler_free (ChSampler *sampler);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChSampler, ch_sampler_free)
void ch_sampler_accept (ChSampler *sampler, gint32 token); /* for penalties; also of the prompt */
gint32 ch_sampler_sample (ChSampler *sampler, const float *logits, gsize n_vocab);

/* The single steps, for tests and for chains built by hand (semantics: those of llama.cpp's
 * samplers of the same names; min_keep as there). */
void ch_candidates_sort (ChCandidates *c);
void ch_candidates_softmax (ChCandidates *c);
void ch_sample_temperature (ChCandidates *c, double t);
void ch_sample_top_k (ChCandidates *c, gint32 k);
void ch_sample_top_p (ChCandidates *c, double p, gsize min_keep);
void ch_sample_min_p (ChCandidates *c, double p, gsize min_keep);
void ch_sample_typical (ChCandidates *c, double p, gsize min_keep);
void ch_sample_penalties (ChCandidates *c, const gint32 *history, gsize n_history, double repeat,
                          double frequency, double presence);
void ch_sample_logit_bias (ChCandidates *c, const ChLogitBias *biases, gsize n);

/* log-softmax of the n_top most likely tokens, falling; out has room for n_top. Returns the number.
 */
typedef struct
{
  gint32 token;
  float logprob;
} ChTokenLogprob;
gsize ch_top_logprobs (const float *logits, gsize n_vocab, gsize n_top, ChTokenLogprob *out);
float ch_token_logprob (const float *logits, gsize n_vocab, gint32 token); /* in double inside */
