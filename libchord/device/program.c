/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "device/program.h"

#include "kernel/kernel.h"

static const char *const names[CH_N_OPS] = {
  [CH_OP_EMBED] = "embed",
  [CH_OP_RMS_NORM] = "rms-norm",
  [CH_OP_LAYER_NORM] = "layer-norm",
  [CH_OP_QUANTIZE] = "quantize",
  [CH_OP_MATMUL] = "matmul",
  [CH_OP_ROPE] = "rope",
  [CH_OP_KV_WRITE] = "kv-write",
  [CH_OP_ATTENTION] = "attention",
  [CH_OP_ATTENTION_JOIN] = "attention-join",
  [CH_OP_GLU] = "glu",
  [CH_OP_ADD] = "add",
  [CH_OP_MUL] = "mul",
  [CH_OP_SCALE] = "scale",
  [CH_OP_SOFTCAP] = "softcap",
  [CH_OP_TOP_EXPERTS] = "top-experts",
  [CH_OP_WEIGHTED_SUM] = "weighted-sum",
  [CH_OP_GATHER] = "gather",
  [CH_OP_COPY] = "copy",
};

const char *
ch_op_name (ChOpKind kind)
{
  return names[kind];
}

bool
ch_op_is_row_local (ChOpKind kind)
{
  switch (kind)
    {
    case CH_OP_MATMUL:
    case CH_OP_ATTENTION:
    case CH_OP_ATTENTION_JOIN:
    case CH_OP_COPY:
      return false;
    default:
      return true;
    }
}

size_t
ch_act8_stride (size_t n)
{
  return (ch_act8_bytes (n) + 63) & ~(size_t) 63;
}
