/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "graph/builder.h"

/* Model families. One readable file each: hyper-parameters, tensor names, graph. arch.c holds what
 * they share: the table of families, common hyper-parameters, RoPE frequencies, loading of the
 * tensors that a family names. */

typedef enum
{
  CH_ROPE_SCALING_NONE,
  CH_ROPE_SCALING_LINEAR,
  CH_ROPE_SCALING_YARN
} ChRopeScaling;

typedef struct
{
  guint64 n_vocab, n_ctx_train, n_embd, n_layers, n_ff, n_heads, n_kv_heads, k_dim, v_dim, n_rot;
  guint64 n_experts, n_experts_used;
  double norm_eps, rope_base, rope_factor, rope_attn_factor;
  double yarn_ext_factor, yarn_beta_fast, yarn_beta_slow;
  guint64 rope_orig_ctx;
  ChRopeScaling rope_scaling;
} ChHparams;

/* The family: static. */
typedef struct ChArch ChArch;
/* The weights of one model on its devices, and its hyper-parameters. */
typedef struct ChWeights ChWeights;

typedef struct
{
  ChPrecision precision;
  /* n_layers + 1 entries (the last: head), or NULL: all on the CPU. */
  ChDevice *const *layer_devices;
} ChWeightsOptions;

/* NULL-terminated list of family names, for messages and docs. */
const char *const *ch_arch_names (void);

/* Reads hyper-parameters and all tensors that the family names; checks shapes. Unknown families,
 * missing or misshapen tensors are errors by name. progress (0..1) may be NULL and may return FALSE
 * to stop. */
ChWeights *ch_weights_load (ChGguf *gguf, const ChWeightsOptions *options,
                            gboolean (*progress) (double, gpointer), gpointer data, GError **error);
void ch_weights_free (ChWeights *weights);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChWeights, ch_weights_free)

/* Only the header: no tensors are touched. For `inspect` and memory estimates. */
gboolean ch_hparams_read (const ChGguf *gguf, ChHparams *hparams, GError **error);

const ChHparams *ch_weights_hparams (const ChWeights *weights);
const char *ch_weights_arch (const ChWeights *weights);
ChPrecision ch_weights_precision (const ChWeights *weights);
/* Whether the result is an embedding a row, not logits. */
gboolean ch_weights_is_embedding (const ChWeights *weights);
gsize ch_weights_result_width (const ChWeights *weights);
/* Weights read for one decoded token. */
guint64 ch_weights_bytes_per_token (const ChWeights *weights);

/* The KV storage that each layer needs. layers has room for n_layers. */
void ch_weights_kv_layers (const ChWeights *weights, ChKvType type, ChKvLayer *layers);

/* The program for batches of up to max_rows rows. */
ChProgram *ch_weights_program (ChWeights *weights, gsize max_rows, gsize max_outputs,
                               GError **error);
ChDevice *ch_weights_device (const ChWeights *weights, gint layer);
