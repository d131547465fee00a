/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "arch/arch-private.h"

/* Qwen 3: each head of q and k is normalised before it is turned; no biases. */

typedef struct
{
  const ChWeight *embedding, *norm, *head;
} Model;

typedef struct
{
  const ChWeight *attn_norm, *q, *k, *v, *out;
  const ChWeight *q_norm, *k_norm;
  const ChWeight *ffn_norm, *gate, *up, *down;
} Layer;

static void
load_model (ChWeights *w, gpointer data)
{
  Model *m = data;

  m->embedding = ch_load_embedding (w);
  m->norm = ch_load_vector (w, "output_norm", w->hparams.n_embd);
  m->head = ch_load_head (w);
}

static void
load_layer (ChWeights *w, gpointer data)
{
  const ChHparams *h = &w->hparams;
  Layer *l = data;
  guint64 q = h->n_heads * h->k_dim, k = h->n_kv_heads * h->k_dim, v = h->n_kv_heads * h->v_dim;

  l->attn_norm = ch_load_vector (w, "attn_norm", h->n_embd);
  l->q = ch_load_matrix (w, "attn_q", h->n_embd, q);
  l->k = ch_load_matrix (w, "attn_k", h->n_embd, k);
  l->v = ch_load_matrix (w, "attn_v", h->n_embd, v);
  l->out = ch_load_matrix (w, "attn_output", h->n_heads * h->v_dim, h->n_embd);
  l->q_norm = ch_load_vector (w, "attn_q_norm", h->k_dim);
  l->k_norm = ch_load_vector (w, "attn_k_norm", h->k_dim);
  l->ffn_norm = ch_load_vector (w, "ffn_norm", h->n_embd);
  l->gate = ch_load_matrix (w, "ffn_gate", h->n_embd, h->n_ff);
  l->up = ch_load_matrix (w, "ffn_up", h->n_embd, h->n_ff);
  l->down = ch_load_matrix (w, "ffn_down", h->n_ff, h->n_embd);
}

static ChRef
attention (const ChWeights *w, ChBuilder *b, const Layer *l, ChRef x)
{
  guint n_heads = w->hparams.n_heads, n_kv_heads = w->hparams.n_kv_heads;
  float eps = w->hparams.norm_eps;
  ChRef q = ch_rms_norm_heads (b, ch_linear (b, x, l->q, NULL), l->q_norm, n_heads, eps);
  ChRef k = ch_rms_norm_heads (b, ch_linear (b, x, l->k, NULL), l->k_norm, n_kv_heads, eps);
  ChRef v = ch_linear (b, x, l->v, NULL);

  return ch_attention (b, ch_rope (b, q, n_heads, &w->rope), ch_rope (b, k, n_kv_heads, &w->rope),
                       v, &w->attn, 0, FALSE);
}

static ChRef
feed_forward (ChBuilder *b, const Layer *l, ChRef x)
{
  return ch_linear (
      b, ch_glu (b, CH_GLU_SILU, ch_linear (b, x, l->gate, NULL), ch_linear (b, x, l->up, NULL)),
      l->down, NULL);
}

static void
forward (const ChWeights *w, ChBuilder *b)
{
  const Model *m = w->model;
  float eps = w->hparams.norm_eps;
  ChRef x;

  ch_builder_layer (b, 0, w->devices[0]);
  x = ch_embed (b, m->embedding);
  for (guint64 i = 0; i < w->hparams.n_layers; i++)
    {
      const Layer *l = CH_LAYER (w, Layer, i);
      ChRef heads;

      ch_builder_layer (b, i, w->devices[i]);
      heads = attention (w, b, l, ch_rms_norm (b, x, l->attn_norm, eps));
      x = ch_add (b, ch_last_rows (w, b, i, x),
                  ch_linear (b, ch_last_rows (w, b, i, heads), l->out, NULL));
      x = ch_add (b, x, feed_forward (b, l, ch_rms_norm (b, x, l->ffn_norm, eps)));
    }
  ch_builder_layer (b, -1, w->devices[w->hparams.n_layers]);
  ch_result (b, ch_linear (b, ch_rms_norm (b, x, m->norm, eps), m->head, NULL));
}

const ChArch ch_arch_qwen3 = {
  .name = "qwen3",
  .model_size = sizeof (Model),
  .layer_size = sizeof (Layer),
  .neox_rope = TRUE,
  .load_model = load_model,
  .load_layer = load_layer,
  .forward = forward,
};
