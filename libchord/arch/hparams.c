/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "arch/arch-private.h"

#include "base/error.h"

/* Upper bounds: far above any model, low enough that no product of two of them leaves 64 bits, and
 * that what a damaged file says cannot make us ask for absurd amounts. */
#define MAX_LAYERS       2048
#define MAX_HEADS        4096
#define MAX_HEAD_DIM     4096
#define MAX_WIDTH        (1 << 20)
#define MAX_FF           (1 << 22)
#define MAX_CHOSEN_WIDTH (1 << 26) /* what all chosen experts of a row make together */
#define MAX_EXPERTS      4096
#define MAX_CONTEXT      G_MAXINT32

typedef struct
{
  const ChGguf *gguf;
  const char *arch;
  GError **error;
} Reader;

static const char *
key_of (const Reader *r, const char *suffix, char key[256])
{
  g_snprintf (key, 256, "%s.%s", r->arch, suffix);
  return key;
}

static gboolean
refuse (const Reader *r, const char *suffix, const char *what)
{
  char key[256];

  g_set_error (r->error, CH_ERROR, CH_ERROR_INVALID_FILE, "%s: %s %s", ch_gguf_name (r->gguf),
               key_of (r, suffix, key), what);
  return FALSE;
}

/* An integer in [1, max]; *out keeps its default where the key is missing, and 0 as default means
 * that it must be there. */
static gboolean
read_count (const Reader *r, const char *suffix, guint64 max, guint64 *out)
{
  char key[256];

  key_of (r, suffix, key);
  if (*out == 0 && ch_gguf_find (r->gguf, key) == NULL)
    return refuse (r, suffix, "is missing");
  if (!ch_gguf_get_uint (r->gguf, key, max, out, r->error))
    return FALSE;
  return *out > 0 || refuse (r, suffix, "is 0");
}

/* A finite number in [min, max]. */
static gboolean
read_number (const Reader *r, const char *suffix, double min, double max, double *out)
{
  char key[256];

  if (!ch_gguf_get_float (r->gguf, key_of (r, suffix, key), out, r->error))
    return FALSE;
  return (*out >= min && *out <= max) || refuse (r, suffix, "is out of range");
}

static gboolean
read_sizes (const Reader *r, ChHparams *h)
{
  return read_count (r, "block_count", MAX_LAYERS, &h->n_layers)
         && read_count (r, "embedding_length", MAX_WIDTH, &h->n_embd)
         && read_count (r, "feed_forward_length", MAX_FF, &h->n_ff)
         && read_count (r, "context_length", MAX_CONTEXT, &h->n_ctx_train)
         && read_count (r, "attention.head_count", MAX_HEADS, &h->n_heads);
}

static gboolean
read_heads (const Reader *r, ChHparams *h)
{
  h->n_kv_heads = h->n_heads;
  h->k_dim = h->v_dim = h->n_embd / h->n_heads;
  if (!read_count (r, "attention.head_count_kv", MAX_HEADS, &h->n_kv_heads)
      || !read_count (r, "attention.key_length", MAX_HEAD_DIM, &h->k_dim)
      || !read_count (r, "attention.value_length", MAX_HEAD_DIM, &h->v_dim))
    return FALSE;
  if (h->k_dim > MAX_HEAD_DIM || h->v_dim > MAX_HEAD_DIM)
    return refuse (r, "attention.head_count", "makes heads too wide");
  if (h->n_heads % h->n_kv_heads != 0)
    return refuse (r, "attention.head_count", "is not a multiple of attention.head_count_kv");
  if (h->n_heads * MAX (h->k_dim, h->v_dim) > MAX_WIDTH)
    return refuse (r, "attention.head_count", "times the length of a key is out of range");
  h->n_rot = h->k_dim;
  if (!read_count (r, "rope.dimension_count", MAX_HEAD_DIM, &h->n_rot))
    return FALSE;
  return (h->n_rot <= h->k_dim && h->n_rot % 2 == 0)
         || refuse (r, "rope.dimension_count", "is odd or wider than a head");
}

static gboolean
read_rope_scaling_type (const Reader *r, ChHparams *h)
{
  const char *type = NULL;
  char key[256];

  if (!ch_gguf_get_string (r->gguf, key_of (r, "rope.scaling.type", key), &type, r->error))
    return FALSE;
  /* Old files give a factor and no type: that was linear scaling. */
  if (type == NULL)
    h->rope_scaling = h->rope_factor != 1 ? CH_ROPE_SCALING_LINEAR : CH_ROPE_SCALING_NONE;
  else if (g_str_equal (type, "none"))
    h->rope_scaling = CH_ROPE_SCALING_NONE;
  else if (g_str_equal (type, "linear"))
    h->rope_scaling = CH_ROPE_SCALING_LINEAR;
  else if (g_str_equal (type, "yarn"))
    h->rope_scaling = CH_ROPE_SCALING_YARN;
  else
    {
      g_autofree char *shown = ch_gguf_quote (type);

      g_set_error (r->error, CH_ERROR, CH_ERROR_UNSUPPORTED, "%s: %s %s is not supported",
                   ch_gguf_name (r->gguf), key, shown);
      return FALSE;
    }
  return TRUE;
}

static gboolean
read_rope (const Reader *r, ChHparams *h)
{
  h->rope_base = 10000;
  h->rope_factor = 0;
  h->rope_attn_factor = 1;
  h->yarn_ext_factor = 1;
  h->yarn_beta_fast = 32;
  h->yarn_beta_slow = 1;
  h->rope_orig_ctx = h->n_ctx_train;
  if (!read_number (r, "rope.freq_base", 1 + 1e-6, 1e15, &h->rope_base)
      || !read_number (r, "rope.scale_linear", 0, 1e6, &h->rope_factor)
      || !read_number (r, "rope.scaling.factor", 0, 1e6, &h->rope_factor)
      || !read_number (r, "rope.scaling.attn_factor", 1e-6, 1e6, &h->rope_attn_factor)
      || !read_number (r, "rope.scaling.yarn_ext_factor", -1, 1, &h->yarn_ext_factor)
      || !read_number (r, "rope.scaling.yarn_beta_fast", 1e-6, 1e6, &h->yarn_beta_fast)
      || !read_number (r, "rope.scaling.yarn_beta_slow", 1e-6, 1e6, &h->yarn_beta_slow)
      || !read_count (r, "rope.scaling.original_context_length", MAX_CONTEXT, &h->rope_orig_ctx))
    return FALSE;
  if (h->rope_factor == 0)
    h->rope_factor = 1;
  if (h->rope_factor < 1e-6)
    return refuse (r, "rope.scaling.factor", "is out of range");
  if (h->yarn_ext_factor < 0) /* "as is usual" */
    h->yarn_ext_factor = 1;
  return read_rope_scaling_type (r, h);
}

static gboolean
read_experts (const Reader *r, ChHparams *h)
{
  char key[256];

  if (!ch_gguf_get_uint (r->gguf, key_of (r, "expert_count", key), MAX_EXPERTS, &h->n_experts,
                         r->error)
      || !ch_gguf_get_uint (r->gguf, key_of (r, "expert_used_count", key), MAX_EXPERTS,
                            &h->n_experts_used, r->error))
    return FALSE;
  if (h->n_experts_used > h->n_experts || (h->n_experts > 0 && h->n_experts_used == 0))
    return refuse (r, "expert_used_count", "does not fit expert_count");
  if (h->n_experts_used * MAX (h->n_ff, h->n_embd) > MAX_CHOSEN_WIDTH)
    return refuse (r, "expert_used_count", "times feed_forward_length is out of range");
  return TRUE;
}

/* The table of embeddings says how many tokens there are: metadata may be missing or may count
 * otherwise. */
static gboolean
read_vocab (const Reader *r, ChHparams *h)
{
  const ChGgufTensor *table = ch_gguf_find_tensor (r->gguf, "token_embd.weight");

  if (table == NULL)
    {
      g_set_error (r->error, CH_ERROR, CH_ERROR_INVALID_FILE,
                   "%s: tensor token_embd.weight is missing", ch_gguf_name (r->gguf));
      return FALSE;
    }
  h->n_vocab = table->ne[1];
  if (h->n_vocab > 0 && h->n_vocab <= G_MAXINT32)
    return TRUE;
  g_set_error (r->error, CH_ERROR, CH_ERROR_INVALID_FILE,
               "%s: tensor token_embd.weight has %" G_GUINT64_FORMAT " rows",
               ch_gguf_name (r->gguf), h->n_vocab);
  return FALSE;
}

gboolean
ch_hparams_read_common (const ChGguf *gguf, const char *arch, ChHparams *hparams, GError **error)
{
  Reader r = { gguf, arch, error };

  *hparams = (ChHparams){ .norm_eps = 1e-5 };
  return read_sizes (&r, hparams) && read_heads (&r, hparams) && read_rope (&r, hparams)
         && read_experts (&r, hparams)
         && read_number (&r, "attention.layer_norm_rms_epsilon", 0, 1, &hparams->norm_eps)
         && read_vocab (&r, hparams);
}
