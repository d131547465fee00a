/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel/kernel-private.h"

#include <math.h>
#include <string.h>

#include "kernel/kv.h"

/* The KV cache and attention in portable C: the specification of the SIMD kernels. */

#define CH_KERNEL(kernel) static ChCounter count_##kernel = { .name = #kernel ".ref" };
#include "kernel/attention.def"
#undef CH_KERNEL

/* ---- The cache --------------------------------------------------------------------------- */

#define F16_MAX 65504.0f

/* One element of the cache. What is beyond the range of f16 becomes its greatest value: an
 * infinity in the cache would turn into NaN in every later row. */
static void
store_element (ChKvType type, uint8_t *block, size_t index, float value)
{
  if (type == CH_KV_F32)
    {
      memcpy (block + index * sizeof value, &value, sizeof value);
      return;
    }
  value = value > F16_MAX ? F16_MAX : value < -F16_MAX ? -F16_MAX : value;
  uint16_t half = ch_f32_to_f16 (value);
  memcpy (block + index * sizeof half, &half, sizeof half);
}

static float
load_element (ChKvType type, const uint8_t *block, size_t index)
{
  float value;
  uint16_t half;

  if (type == CH_KV_F32)
    {
      memcpy (&value, block + index * sizeof value, sizeof value);
      return value;
    }
  memcpy (&half, block + index * sizeof half, sizeof half);
  return ch_f16_to_f32 (half);
}

static void
kv_write (ChKvType type, uint8_t *page, size_t slot, size_t n_kv_heads, size_t k_dim, size_t v_dim,
          const float *k, const float *v)
{
  ch_counter_hit (&count_kv_write);
  for (size_t head = 0; head < n_kv_heads; head++)
    {
      uint8_t *block = page + ch_kv_head_offset (type, head, k_dim, v_dim);

      for (size_t d = 0; d < k_dim; d++)
        store_element (type, block, ch_kv_key_index (slot, d, k_dim), k[head * k_dim + d]);
      for (size_t d = 0; d < v_dim; d++)
        store_element (type, block, CH_KV_PAGE * k_dim + slot * v_dim + d, v[head * v_dim + d]);
    }
}

/* ---- Attention --------------------------------------------------------------------------- */

static float
score (const ChAttnShape *shape, const uint8_t *block, const float *q, size_t slot)
{
  double sum = 0.0;

  for (size_t d = 0; d < shape->k_dim; d++)
    {
      size_t index = ch_kv_key_index (slot, d, shape->k_dim);
      sum += (double) q[d] * load_element (shape->type, block, index);
    }
  sum *= shape->scale;
  return (float) (shape->softcap != 0.0f ? shape->softcap * tanh (sum / shape->softcap) : sum);
}

static void
scale_values (float *values, size_t n, float factor)
{
  for (size_t i = 0; i < n; i++)
    values[i] *= factor;
}

static void
add_value (const ChAttnShape *shape, const uint8_t *block, size_t slot, float weight, float *acc)
{
  size_t start = CH_KV_PAGE * shape->k_dim + slot * shape->v_dim;

  for (size_t d = 0; d < shape->v_dim; d++)
    acc[d] += weight * load_element (shape->type, block, start + d);
}

/* Takes one page into the running softmax of one row and head: part is the accumulator, the
 * maximum and the sum. When the maximum grows, all that was summed before shrinks. */
static void
attend_page (const ChAttnShape *shape, const uint8_t *block, const float *q, ChKvSpan span,
             float *part, float *scores)
{
  float *max = &part[shape->v_dim], *sum = &part[shape->v_dim + 1];
  float grown = *max;

  for (int32_t slot = span.lo; slot < span.hi; slot++)
    {
      scores[slot] = score (shape, block, q, (size_t) slot);
      grown = fmaxf (grown, scores[slot]);
    }
  scale_values (part, shape->v_dim, expf (*max - grown));
  *sum *= expf (*max - grown);
  *max = grown;
  for (int32_t slot = span.lo; slot < span.hi; slot++)
    {
      float weight = expf (scores[slot] - grown);
      *sum += weight;
      add_value (shape, block, (size_t) slot, weight, part);
    }
}

static void
start_part (float *part, size_t v_dim)
{
  memset (part, 0, (v_dim + 2) * sizeof *part);
  part[v_dim] = -INFINITY;
}

static void
attention (const ChAttnShape *shape, const ChKvView *kv, size_t kv_head, const float *q, size_t ldq,
           size_t n_rows, const int32_t *first, const int32_t *last, size_t begin, size_t end,
           float *part, void *scratch)
{
  ch_counter_hit (&count_attention);
  size_t heads = shape->n_heads / shape->n_kv_heads;

  for (size_t i = 0; i < n_rows * heads; i++, part += shape->v_dim + 2)
    {
      size_t row = i / heads, head = kv_head * heads + i % heads;

      start_part (part, shape->v_dim);
      for (size_t position = begin; position < end; position += CH_KV_PAGE)
        {
          ChKvSpan span = ch_kv_span (first[row], last[row], (int64_t) begin, (int64_t) end,
                                      (int64_t) position);
          if (span.lo < span.hi)
            attend_page (shape, ch_kv_block (shape, kv, kv_head, position),
                         q + row * ldq + head * shape->k_dim, span, part, scratch);
        }
    }
}

/* ---- Joining ----------------------------------------------------------------------------- */

static void
attention_join (const float *part, size_t n_parts, size_t part_stride, size_t v_dim,
                const float *sink, float *y)
{
  ch_counter_hit (&count_attention_join);
  float max = sink != NULL ? *sink : -INFINITY;
  double sum;

  for (size_t i = 0; i < n_parts; i++)
    max = fmaxf (max, part[i * part_stride + v_dim]);
  sum = sink != NULL ? exp ((double) *sink - max) : 0.0;
  memset (y, 0, v_dim * sizeof *y);
  for (size_t i = 0; i < n_parts; i++, part += part_stride)
    {
      if (part[v_dim + 1] == 0.0f)
        continue; /* saw no key; its maximum is no number to reckon with */
      double weight = exp ((double) part[v_dim] - max);
      sum += weight * part[v_dim + 1];
      for (size_t d = 0; d < v_dim; d++)
        y[d] += (float) weight * part[d];
    }
  if (sum != 0.0)
    scale_values (y, v_dim, (float) (1.0 / sum));
}

void
ch_attention_init_ref (ChKernels *kernels)
{
#define CH_KERNEL(kernel)                     \
  ch_counter_register (&count_##kernel);      \
  kernels->kernel = kernel;
#include "kernel/attention.def"
#undef CH_KERNEL
}
