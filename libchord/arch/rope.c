/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>

#include "arch/arch-private.h"

#include "base/error.h"

/* The pair (its index as a real number) that turns `rotations` times over the original context. */
static double
pair_of_rotations (const ChHparams *h, double rotations)
{
  return h->n_rot * log (h->rope_orig_ctx / (rotations * 2 * G_PI)) / (2 * log (h->rope_base));
}

/* YaRN (Peng et al. 2023) leaves pairs that turn often within the original context as they are,
 * stretches those that turn less than once, and blends in between. Returns the share of the
 * unstretched frequency. */
static double
yarn_keep (const ChHparams *h, guint64 pair)
{
  double low = MAX (0, floor (pair_of_rotations (h, h->yarn_beta_fast)));
  double high = MIN (h->n_rot - 1.0, ceil (pair_of_rotations (h, h->yarn_beta_slow)));
  double ramp = ((double) pair - low) / MAX (0.001, high - low);

  return (1 - CLAMP (ramp, 0, 1)) * h->yarn_ext_factor;
}

float
ch_rope_frequencies (const ChHparams *h, const float *factors, float *freqs)
{
  double stretch = h->rope_scaling == CH_ROPE_SCALING_NONE ? 1 : 1 / h->rope_factor;

  for (guint64 pair = 0; pair < h->n_rot / 2; pair++)
    {
      double freq =
          pow (h->rope_base, -2.0 * pair / h->n_rot) / (factors != NULL ? factors[pair] : 1);
      double keep = h->rope_scaling == CH_ROPE_SCALING_YARN ? yarn_keep (h, pair) : 0;

      freqs[pair] = freq * (stretch * (1 - keep) + keep);
    }
  /* The paper's temperature of the softmax, put on queries and keys alike. */
  if (h->rope_scaling == CH_ROPE_SCALING_YARN && h->yarn_ext_factor != 0 && h->rope_factor > 1)
    return h->rope_attn_factor * (1 + 0.1 * log (h->rope_factor));
  return h->rope_attn_factor;
}

/* rope_freqs.weight as floats, or NULL with no error when the file has none. */
static gboolean
read_factors (ChWeights *w, float **factors, GError **error)
{
  const ChGgufTensor *tensor = ch_gguf_find_tensor (w->gguf, "rope_freqs.weight");
  g_autofree float *values = NULL;
  const void *raw;

  *factors = NULL;
  if (tensor == NULL)
    return TRUE;
  if (tensor->type != CH_TYPE_F32 || tensor->n_values != w->hparams.n_rot / 2)
    {
      g_set_error (error, CH_ERROR, CH_ERROR_INVALID_FILE,
                   "%s: tensor rope_freqs.weight: %" G_GUINT64_FORMAT " F32 values expected",
                   ch_gguf_name (w->gguf), w->hparams.n_rot / 2);
      return FALSE;
    }
  raw = ch_gguf_tensor_data (w->gguf, tensor, error);
  if (raw == NULL)
    return FALSE;
  values = g_new (float, tensor->n_values);
  ch_dequantize (tensor->type, raw, values, tensor->n_values);
  for (guint64 i = 0; i < tensor->n_values; i++)
    if (!(fabsf (values[i]) >= 1e-6f && fabsf (values[i]) <= 1e6f))
      {
        g_set_error (error, CH_ERROR, CH_ERROR_INVALID_FILE,
                     "%s: tensor rope_freqs.weight: value %" G_GUINT64_FORMAT " is out of range",
                     ch_gguf_name (w->gguf), i);
        return FALSE;
      }
  *factors = g_steal_pointer (&values);
  return TRUE;
}

gboolean
ch_rope_prepare (ChWeights *w, GError **error)
{
  g_autofree float *factors = NULL;

  if (!read_factors (w, &factors, error))
    return FALSE;
  w->rope_freqs = g_new0 (float, w->hparams.n_rot / 2 + 1);
  w->rope =
      (ChRope) { .freqs = w->rope_freqs, .n_dims = w->hparams.n_rot, .neox = w->arch->neox_rope };
  w->rope.magnitude = ch_rope_frequencies (&w->hparams, factors, w->rope_freqs);
  return TRUE;
}
