/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "device/device.h"

/* Families describe their forward pass with these calls, in the order of the paper; ch_compile()
 * turns what was described into a ChProgram: fusion (residual and bias into matmul), int8
 * quantization of what several fast matmuls share, stages, segments with their copies, and the
 * buffer plan. */

typedef struct ChBuilder ChBuilder;

/* A value under construction. */
typedef struct
{
  gint32 id;
} ChRef;

typedef enum
{
  CH_PRECISION_EXACT,
  CH_PRECISION_FAST
} ChPrecision;

ChBuilder *ch_builder_new (ChPrecision precision);
void ch_builder_free (ChBuilder *b);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChBuilder, ch_builder_free)

/* What follows belongs to this layer (KV storage, device). -1: not to a layer. */
void ch_builder_layer (ChBuilder *b, gint layer, ChDevice *device);

ChRef ch_embed (ChBuilder *b, const ChWeight *table);
ChRef ch_rms_norm (ChBuilder *b, ChRef x, const ChWeight *w, float eps);
/* Each head by itself. */
ChRef ch_rms_norm_heads (ChBuilder *b, ChRef x, const ChWeight *w, guint n_heads, float eps);
ChRef ch_layer_norm (ChBuilder *b, ChRef x, const ChWeight *w, const ChWeight *bias, float eps);
/* bias may be NULL. */
ChRef ch_linear (ChBuilder *b, ChRef x, const ChWeight *w, const ChWeight *bias);
ChRef ch_rope (ChBuilder *b, ChRef x, guint n_heads, const ChRope *rope);
/* Writes k and v to the cache of the layer and attends: causal, or as told. */
ChRef ch_attention (ChBuilder *b, ChRef q, ChRef k, ChRef v, const ChAttnShape *shape, gint window,
                    gboolean bidirectional);
ChRef ch_glu (ChBuilder *b, ChGluKind kind, ChRef gate, ChRef up);
ChRef ch_add (ChBuilder *b, ChRef x, ChRef y);
ChRef ch_mul (ChBuilder *b, ChRef x, ChRef y);
ChRef ch_scale (ChBuilder *b, ChRef x, float s);
ChRef ch_softcap (ChBuilder *b, ChRef x, float cap);
/* Mixture of experts: softmax routing over the n_used best of the router's rows. */
ChRef ch_experts (ChBuilder *b, ChRef x, const ChWeight *router, const ChWeight *gate,
                  const ChWeight *up, const ChWeight *down, guint n_used, gboolean normalise,
                  ChGluKind kind);
/* From here on only rows that want an output. */
ChRef ch_outputs (ChBuilder *b, ChRef x);
void ch_result (ChBuilder *b, ChRef x);

/* Compiles for batches of up to max_rows rows. The builder may be freed after. */
ChProgram *ch_compile (ChBuilder *b, gsize max_rows, gsize max_outputs, GError **error);
void ch_program_free (ChProgram *program);
/* Readable, for CHORD_DEBUG=program and tests. */
char *ch_program_dump (const ChProgram *program);
