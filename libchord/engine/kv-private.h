/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "engine/memory.h"

/* The KV cache: one pool of pages, each of which holds CH_KV_PAGE positions of every layer. The
 * layers of one device are its *part*; page numbers are the same in all parts. Sequences, forks and
 * checkpoints hold references to pages; a page that more than one holds is never written (kv_append
 * copies it first). */

typedef struct
{
  ChDevice *device;
  ChKvStore *kv;
  gsize page_bytes;
} KvPart;

typedef struct
{
  ChMemory parent;
  ChKvLayer *layers;
  guint32 *layer_part; /* the part that holds each layer */
  gsize n_layers;
  KvPart *parts;
  gsize n_parts;
  gsize page_bytes; /* over all parts */
  gsize n_ctx;
  gsize n_pages, n_free;
  gint32 *free_pages; /* a stack */
  guint32 *refs;      /* one a page */
} KvCache;

typedef struct
{
  GArray *pages; /* gint32; always kv_pages_for (length) of them */
  gsize length;
} KvSeq;

static inline gsize
kv_pages_for (gsize n_positions)
{
  return (n_positions + CH_KV_PAGE - 1) / CH_KV_PAGE;
}

ChSeq *ch_kv_seq_new (ChMemory *memory);
void ch_kv_seq_free (ChMemory *memory, ChSeq *seq);
gboolean ch_kv_append (ChMemory *memory, ChSeq *seq, gsize n, GError **error);

GBytes *ch_kv_save (ChMemory *memory, ChSeq *seq, GError **error);
ChSeq *ch_kv_restore (ChMemory *memory, GBytes *state, GError **error);
