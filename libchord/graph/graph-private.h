/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "graph/builder.h"

/* A program under construction. Operations stand in an order in which they could be run; each value
 * is written by one operation (two, where the second completes it in place). The passes of
 * ch_compile() rewrite the list. */

typedef struct
{
  ChOp op;
  ChDevice *device;
} ChBuildOp;

struct ChBuilder
{
  ChPrecision precision;
  ChDevice *device; /* of what follows */
  gint layer;
  GArray *ops;    /* ChBuildOp */
  GArray *values; /* ChValue */
  ChValueId result;
};

static inline ChBuildOp *
ch_graph_op (const ChBuilder *b, guint i)
{
  return &g_array_index (b->ops, ChBuildOp, i);
}

static inline ChValue *
ch_graph_value (const ChBuilder *b, ChValueId id)
{
  return &g_array_index (b->values, ChValue, id);
}

/* An operation without operands yet. */
ChBuildOp ch_graph_op_new (ChBuilder *b, ChOpKind kind);
ChValueId ch_graph_value_new (ChBuilder *b, ChValueFormat format, ChRowSpace rows, guint width);

/* The row space in which an operation works. */
ChRowSpace ch_graph_op_space (const ChBuilder *b, const ChOp *op);
/* How many operations read each value; g_free(). The result of the program counts as read. */
guint *ch_graph_count_uses (const ChBuilder *b);

/* The passes, in this order. */
void ch_graph_fuse_residuals (ChBuilder *b);  /* an addition into the matmul before it */
void ch_graph_cut_segments (ChBuilder *b);    /* one a device in turn, with copies between */
void ch_graph_share_quantized (ChBuilder *b); /* one int8 form of a value for all its matmuls */
void ch_graph_rope_in_place (ChBuilder *b);
void ch_graph_assign_stages (ChBuilder *b);
/* Gives every value its place; fills in the sizes of the arenas. */
gboolean ch_graph_plan_buffers (ChBuilder *b, ChSegment *segments, guint n_segments, gsize max_rows,
                                gsize max_outputs, GError **error);

/* The stages from the first to the last that touch a value; first > last for one that nothing
 * touches. */
typedef struct
{
  guint first, last;
} ChLifetime;

ChLifetime *ch_graph_lifetimes (const ChOp *ops, gsize n_ops, gsize n_values, ChValueId result);
