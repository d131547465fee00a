/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "arch/arch-private.h"

/* Llama 1 to 3, Mistral, and all that follow them under the name "llama"; with experts also
 * Mixtral. */

typedef struct
{
  const ChWeight *embedding, *norm, *head;
} Model;

typedef struct
{
  const ChWeight *attn_norm, *q, *k, *v, *out;
  const ChWeight *q_bias, *k_bias, *v_bias, *out_bias; /* of few models */
  const ChWeight *ffn_norm, *gate, *up, *down;
  const ChWeight *gate_bias, *up_bias, *down_bias;
  const ChWeight *router, *gates, *ups, *downs; /* in place of gate, up, down: experts */
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
load_attention (ChWeights *w, Layer *l)
{
  const ChHparams *h = &w->hparams;
  guint64 q = h->n_heads * h->k_dim, k = h->n_kv_heads * h->k_dim, v = h->n_kv_heads * h->v_dim;

  l->attn_norm = ch_load_vector (w, "attn_norm", h->n_embd);
  l->q = ch_load_matrix (w, "attn_q", h->n_embd, q);
  l->k = ch_load_matrix (w, "attn_k", h->n_embd, k);
  l->v = ch_load_matrix (w, "attn_v", h->n_embd, v);
  l->out = ch_load_matrix (w, "attn_output", h->n_heads * h->v_dim, h->n_embd);
  l->q_bias = ch_load_optional_vector (w, "attn_q.bias", q);
  l->k_bias = ch_load_optional_vector (w, "attn_k.bias", k);
  l->v_bias = ch_load_optional_vector (w, "attn_v.bias", v);
  l->out_bias = ch_load_optional_vector (w, "attn_output.bias", h->n_embd);
}

static void
load_feed_forward (ChWeights *w, Layer *l)
{
  const ChHparams *h = &w->hparams;

  l->gate = ch_load_matrix (w, "ffn_gate", h->n_embd, h->n_ff);
  l->up = ch_load_matrix (w, "ffn_up", h->n_embd, h->n_ff);
  l->down = ch_load_matrix (w, "ffn_down", h->n_ff, h->n_embd);
  l->gate_bias = ch_load_optional_vector (w, "ffn_gate.bias", h->n_ff);
  l->up_bias = ch_load_optional_vector (w, "ffn_up.bias", h->n_ff);
  l->down_bias = ch_load_optional_vector (w, "ffn_down.bias", h->n_embd);
}

static void
load_experts (ChWeights *w, Layer *l)
{
  const ChHparams *h = &w->hparams;

  l->router = ch_load_matrix (w, "ffn_gate_inp", h->n_embd, h->n_experts);
  l->gates = ch_load_stack (w, "ffn_gate_exps", h->n_embd, h->n_ff, h->n_experts);
  l->ups = ch_load_stack (w, "ffn_up_exps", h->n_embd, h->n_ff, h->n_experts);
  l->downs = ch_load_stack (w, "ffn_down_exps", h->n_ff, h->n_embd, h->n_experts);
}

static void
load_layer (ChWeights *w, gpointer data)
{
  Layer *l = data;

  load_attention (w, l);
  l->ffn_norm = ch_load_vector (w, "ffn_norm", w->hparams.n_embd);
  if (w->hparams.n_experts > 0)
    load_experts (w, l);
  else
    load_feed_forward (w, l);
}

static ChRef
attention (const ChWeights *w, ChBuilder *b, const Layer *l, ChRef x)
{
  ChRef q = ch_rope (b, ch_linear (b, x, l->q, l->q_bias), w->hparams.n_heads, &w->rope);
  ChRef k = ch_rope (b, ch_linear (b, x, l->k, l->k_bias), w->hparams.n_kv_heads, &w->rope);
  ChRef v = ch_linear (b, x, l->v, l->v_bias);

  return ch_attention (b, q, k, v, &w->attn, 0, FALSE);
}

static ChRef
feed_forward (const ChWeights *w, ChBuilder *b, const Layer *l, ChRef x)
{
  if (l->router != NULL)
    return ch_experts (b, x, l->router, l->gates, l->ups, l->downs, w->hparams.n_experts_used, TRUE,
                       CH_GLU_SILU);
  return ch_linear (b,
                    ch_glu (b, CH_GLU_SILU, ch_linear (b, x, l->gate, l->gate_bias),
                            ch_linear (b, x, l->up, l->up_bias)),
                    l->down, l->down_bias);
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
                  ch_linear (b, ch_last_rows (w, b, i, heads), l->out, l->out_bias));
      x = ch_add (b, x, feed_forward (w, b, l, ch_rms_norm (b, x, l->ffn_norm, eps)));
    }
  ch_builder_layer (b, -1, w->devices[w->hparams.n_layers]);
  ch_result (b, ch_linear (b, ch_rms_norm (b, x, m->norm, eps), m->head, NULL));
}

const ChArch ch_arch_llama = {
  .name = "llama",
  .model_size = sizeof (Model),
  .layer_size = sizeof (Layer),
  .neox_rope = FALSE,
  .load_model = load_model,
  .load_layer = load_layer,
  .forward = forward,
};
