/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "format/quant-ref.h"

/* The scalar specification of every type: ch_dequantize(). Kernels are tested against it. */

static void
dequantize_plain (ChType type, const uint8_t *src, float *dst, size_t n)
{
  size_t size = ch_type_row_bytes (type, 1);

  for (size_t i = 0; i < n; i++, src += size)
    {
      int8_t i8;
      int16_t i16;
      int32_t i32;
      int64_t i64;
      double f64;

      switch ((int) type)
        {
        case CH_TYPE_F32: memcpy (&dst[i], src, size); break;
        case CH_TYPE_F16: dst[i] = ch_read_half (src); break;
        case CH_TYPE_BF16: dst[i] = ch_bf16_to_f32 (ch_read_u16 (src)); break;
        case CH_TYPE_F64: memcpy (&f64, src, size); dst[i] = (float) f64; break;
        case CH_TYPE_I8: memcpy (&i8, src, size); dst[i] = (float) i8; break;
        case CH_TYPE_I16: memcpy (&i16, src, size); dst[i] = (float) i16; break;
        case CH_TYPE_I32: memcpy (&i32, src, size); dst[i] = (float) i32; break;
        case CH_TYPE_I64: memcpy (&i64, src, size); dst[i] = (float) i64; break;
        default: break;
        }
    }
}

static ChDequantizeBlock
block_function (ChType type)
{
  switch ((int) type)
    {
    case CH_TYPE_Q4_0: return ch_dequantize_q4_0;
    case CH_TYPE_Q4_1: return ch_dequantize_q4_1;
    case CH_TYPE_Q5_0: return ch_dequantize_q5_0;
    case CH_TYPE_Q5_1: return ch_dequantize_q5_1;
    case CH_TYPE_Q8_0: return ch_dequantize_q8_0;
    case CH_TYPE_Q8_1: return ch_dequantize_q8_1;
    case CH_TYPE_Q2_K: return ch_dequantize_q2_k;
    case CH_TYPE_Q3_K: return ch_dequantize_q3_k;
    case CH_TYPE_Q4_K: return ch_dequantize_q4_k;
    case CH_TYPE_Q5_K: return ch_dequantize_q5_k;
    case CH_TYPE_Q6_K: return ch_dequantize_q6_k;
    case CH_TYPE_Q8_K: return ch_dequantize_q8_k;
    case CH_TYPE_IQ1_S: return ch_dequantize_iq1_s;
    case CH_TYPE_IQ1_M: return ch_dequantize_iq1_m;
    case CH_TYPE_IQ2_XXS: return ch_dequantize_iq2_xxs;
    case CH_TYPE_IQ2_XS: return ch_dequantize_iq2_xs;
    case CH_TYPE_IQ2_S: return ch_dequantize_iq2_s;
    case CH_TYPE_IQ3_XXS: return ch_dequantize_iq3_xxs;
    case CH_TYPE_IQ3_S: return ch_dequantize_iq3_s;
    case CH_TYPE_IQ4_NL: return ch_dequantize_iq4_nl;
    case CH_TYPE_IQ4_XS: return ch_dequantize_iq4_xs;
    case CH_TYPE_TQ1_0: return ch_dequantize_tq1_0;
    case CH_TYPE_TQ2_0: return ch_dequantize_tq2_0;
    case CH_TYPE_MXFP4: return ch_dequantize_mxfp4;
    case CH_TYPE_NVFP4: return ch_dequantize_nvfp4;
    case CH_TYPE_Q1_0: return ch_dequantize_q1_0;
    case CH_TYPE_Q2_0: return ch_dequantize_q2_0;
    default: return NULL;
    }
}

bool
ch_dequantize (ChType type, const void *src, float *dst, size_t n)
{
  const ChTypeInfo *info = ch_type_info (type);
  ChDequantizeBlock dequantize = block_function (type);
  const uint8_t *block = src;

  if (info == NULL)
    return false;
  if (dequantize == NULL)
    {
      dequantize_plain (type, src, dst, n);
      return true;
    }
  for (size_t i = 0; i < n; i += info->block, block += info->bytes)
    dequantize (block, dst + i);
  return true;
}
