/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "arch/arch.h"

/* What a family file gives, and what it is given. */

struct ChArch
{
  const char *name;             /* general.architecture */
  gsize model_size, layer_size; /* of the family's own structs of weights */
  gboolean neox_rope;           /* pairs (i, i + n / 2); else neighbours */
  /* Hyper-parameters beyond the common ones; or NULL. */
  gboolean (*hparams) (const ChGguf *gguf, ChHparams *hparams, GError **error);
  void (*load_model) (ChWeights *weights, gpointer model);
  void (*load_layer) (ChWeights *weights, gpointer layer);
  void (*forward) (const ChWeights *weights, ChBuilder *b);
};

extern const ChArch ch_arch_llama, ch_arch_qwen2, ch_arch_qwen3;

struct ChWeights
{
  const ChArch *arch;
  ChGguf *gguf;
  ChHparams hparams;
  ChPrecision precision;
  ChDevice **devices; /* n_layers + 1 */
  GPtrArray *tensors; /* ChWeight, owned */
  gpointer model;     /* of the family */
  gpointer layers;    /* n_layers structs of the family */
  guint64 bytes_per_token;
  float *rope_freqs; /* inverse frequencies with the scaling in them */
  ChRope rope;
  ChAttnShape attn;

  /* While loading: */
  gint layer;    /* -1: tensors of the whole model */
  GError *error; /* the first flaw; what is asked for after it is NULL */
};

/* ---- Loading: for families ------------------------------------------------------------------ */

/* Each takes the name without "blk.N." and without ".weight" unless it has a suffix of its own. The
 * first tensor that is missing, misshapen or of an impossible type is remembered as the error of
 * the load. */
const ChWeight *ch_load_matrix (ChWeights *w, const char *name, guint64 cols, guint64 rows);
const ChWeight *ch_load_stack (ChWeights *w, const char *name, guint64 cols, guint64 rows,
                               guint64 n);
const ChWeight *ch_load_vector (ChWeights *w, const char *name, guint64 n);
/* NULL where the file has none. */
const ChWeight *ch_load_optional_vector (ChWeights *w, const char *name, guint64 n);
gboolean ch_load_has (const ChWeights *w, const char *name);
/* The table of embeddings, on the device of the first layer. */
const ChWeight *ch_load_embedding (ChWeights *w);
/* output.weight, or where the file has none the embeddings again. */
const ChWeight *ch_load_head (ChWeights *w);

/* ---- Hyper-parameters ----------------------------------------------------------------------- */

const ChArch *ch_arch_of_file (const ChGguf *gguf, GError **error);
gboolean ch_hparams_read_common (const ChGguf *gguf, const char *arch, ChHparams *hparams,
                                 GError **error);

/* ---- RoPE ----------------------------------------------------------------------------------- */

/* Inverse frequencies of n_rot / 2 pairs, scaled as the hyper-parameters say and divided by factors
 * (rope_freqs.weight; may be NULL). Returns the magnitude on sine and cosine. */
float ch_rope_frequencies (const ChHparams *hparams, const float *factors, float *freqs);
/* Fills in weights->rope from hyper-parameters and rope_freqs.weight, if the file has it. */
gboolean ch_rope_prepare (ChWeights *weights, GError **error);

/* ---- Pieces of a forward pass --------------------------------------------------------------- */

#define CH_LAYER(w, type, i) (&((const type *) (w)->layers)[i])

/* Before the feed-forward part of the last layer: of the rows of x, only those that want an output
 * go on. */
ChRef ch_last_rows (const ChWeights *w, ChBuilder *b, guint64 layer, ChRef x);
