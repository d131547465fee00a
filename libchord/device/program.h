/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/kernel.h"

/* A forward pass as a linear list of operations over values. Plain data: made by graph/, run by any
 * device (the CPU walks it, Vulkan records it, CUDA captures it). Nothing in it depends on the
 * number of rows: that comes with the batch, up to max_rows. */

typedef int32_t ChValueId;
#define CH_NO_VALUE (-1)

typedef enum
{
  CH_ROWS_BATCH,  /* one row for each of the batch */
  CH_ROWS_OUTPUT, /* one for each row that wants an output */
} ChRowSpace;

typedef enum
{
  CH_FORMAT_F32,
  CH_FORMAT_ACT8, /* int8 activations of the kernels, ch_act8_bytes (width) a row */
  CH_FORMAT_IDS,  /* int32: chosen experts */
} ChValueFormat;

typedef struct
{
  ChValueFormat format;
  ChRowSpace rows;
  uint32_t width;   /* values a row */
  uint32_t segment; /* where it lives */
  size_t row_bytes; /* row to row, a multiple of 64 */
  size_t offset;    /* in the arena of its segment: the buffer plan */
} ChValue;

/* A weight that a device holds: a matrix, a stack of experts, or a vector. Made by
 * load_weight() of the device. */
typedef struct ChWeight ChWeight;

typedef enum
{
  CH_OP_EMBED,      /* out = rows of weight[0] by token, or the rows' own embeddings */
  CH_OP_RMS_NORM,   /* out = norm (in[0]) * weight[0]; per head when head_dim > 0 */
  CH_OP_LAYER_NORM, /* ... * weight[0] + weight[1] */
  /* out (ACT8) = in[0], in n_heads parts of head_dim values, ch_act8_stride () apart */
  CH_OP_QUANTIZE,
  /* out = weight[0] in[0] (+ weight[1] as bias) (+ in[1] as residual); in[0] is F32 or ACT8.
   * With in[2] (IDS) weight[0] is a stack, and each row uses its own experts. */
  CH_OP_MATMUL,
  CH_OP_ROPE,      /* out = in[0] turned by the rows' positions; in place where out is in[0] */
  CH_OP_KV_WRITE,  /* keys in[0], values in[1] of every row to the cache of layer */
  CH_OP_ATTENTION, /* out = attention of queries in[0] over the cache of layer, or parts of it */
  /* Completes in[0] = out: joins the parts that the attention before it left where the device cut
   * the context up over its threads; nothing to do where it did not. */
  CH_OP_ATTENTION_JOIN,
  CH_OP_GLU,          /* out = act (in[0]) * in[1] */
  CH_OP_ADD,          /* out = in[0] + in[1] */
  CH_OP_MUL,          /* out = in[0] * in[1] */
  CH_OP_SCALE,        /* out = in[0] * scale */
  CH_OP_SOFTCAP,      /* out = scale * tanh (in[0] / scale) */
  CH_OP_TOP_EXPERTS,  /* out (IDS), out2 (F32 weights) = routing of in[0] */
  CH_OP_WEIGHTED_SUM, /* out = sum over experts of in[0] by in[1] */
  CH_OP_GATHER,       /* out (OUTPUT rows) = those rows of in[0] */
  CH_OP_COPY,         /* out = in[0] of an earlier segment; belongs to the segment that receives */
  CH_N_OPS,
} ChOpKind;

typedef struct
{
  ChOpKind kind;
  uint32_t segment;
  /* A barrier comes only between stages. Operations of one stage depend on each other at most row
   * by row, and only row-local ones (ch_op_is_row_local) of one row space, in list order: a device
   * that shares the rows out alike for all of them needs no barrier in between. */
  uint32_t stage;
  ChValueId in[3], out, out2;
  const ChWeight *weight[2];
  uint32_t layer;
  uint32_t n_heads, head_dim;
  float eps, scale;
  ChGluKind glu;
  uint32_t n_experts, n_experts_used;
  bool normalise_experts;
  ChRope rope; /* freqs are owned by the program's owner */
  ChAttnShape attn;
  /* A row sees this many places, its own the last (bidirectional: on each side); 0: all. */
  int32_t window;
  bool bidirectional;
} ChOp;

typedef struct
{
  struct ChDevice *device;
  uint32_t first_op, n_ops;
  size_t arena_bytes; /* for max_rows rows and max_outputs outputs */
} ChSegment;

typedef struct
{
  ChValue *values;
  size_t n_values;
  ChOp *ops;
  size_t n_ops;
  ChSegment *segments;
  size_t n_segments;
  size_t max_rows, max_outputs;
  ChValueId result; /* logits (OUTPUT rows x n_vocab) or embeddings */
} ChProgram;

const char *ch_op_name (ChOpKind kind);

/* Whether each row of the result is made from the same row of the inputs alone. */
bool ch_op_is_row_local (ChOpKind kind);

/* Bytes of n int8 activations within a value, a multiple of 64. */
size_t ch_act8_stride (size_t n);
