/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "format/quantize.h"

static ChQuantizeBlock
block_function (ChType type)
{
  switch ((int) type)
    {
    case CH_TYPE_F32: return ch_quantize_f32;
    case CH_TYPE_F16: return ch_quantize_f16;
    case CH_TYPE_BF16: return ch_quantize_bf16;
    case CH_TYPE_Q4_0: return ch_quantize_q4_0;
    case CH_TYPE_Q8_0: return ch_quantize_q8_0;
    case CH_TYPE_Q8_1: return ch_quantize_q8_1;
    case CH_TYPE_Q4_K: return ch_quantize_q4_k;
    case CH_TYPE_Q5_K: return ch_quantize_q5_k;
    case CH_TYPE_Q6_K: return ch_quantize_q6_k;
    case CH_TYPE_Q8_K: return ch_quantize_q8_k;
    default: return NULL;
    }
}

bool
ch_can_quantize (ChType type)
{
  return block_function (type) != NULL;
}

bool
ch_quantize (ChType type, const float *src, void *dst, size_t n, const float *importance)
{
  const ChTypeInfo *info = ch_type_info (type);
  ChQuantizeBlock quantize = block_function (type);
  uint8_t *block = dst;

  if (quantize == NULL)
    return false;
  for (size_t i = 0; i < n; i += info->block, block += info->bytes)
    quantize (src + i, block, importance ? importance + i : NULL);
  return true;
}
