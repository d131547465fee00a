/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel/kv.h"

size_t
ch_kv_page_bytes (ChKvType type, size_t n_kv_heads, size_t k_dim, size_t v_dim)
{
  return ch_kv_head_offset (type, n_kv_heads, k_dim, v_dim);
}

/* The scores of one tile of queries with one page. */
size_t
ch_attention_scratch (const ChAttnShape *shape)
{
  return CH_KV_TILE_ROWS * CH_KV_PAGE * sizeof (float);
}
