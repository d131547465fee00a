/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kernel/kernel.h"

/* Where things lie in a page of the KV cache and in the results of attention: shared by the
 * reference and the SIMD kernels, so that they agree by construction. */

#define CH_KV_GROUP 16    /* keys that lie side by side */
#define CH_KV_TILE_ROWS 4 /* queries that go through a page together */

static inline size_t
ch_kv_element_bytes (ChKvType type)
{
  return type == CH_KV_F16 ? sizeof (uint16_t) : sizeof (float);
}

/* Byte offset of head's block in a page: K of all 64 positions, then V. */
static inline size_t
ch_kv_head_offset (ChKvType type, size_t head, size_t k_dim, size_t v_dim)
{
  return head * (k_dim + v_dim) * CH_KV_PAGE * ch_kv_element_bytes (type);
}

/* Index of element d of the key in this slot, within the K block of its head. */
static inline size_t
ch_kv_key_index (size_t slot, size_t d, size_t k_dim)
{
  return ((slot / CH_KV_GROUP) * k_dim + d) * CH_KV_GROUP + slot % CH_KV_GROUP;
}

/* The slots [lo, hi) of a page that a row sees; lo >= hi when it sees none. */
typedef struct
{
  int32_t lo, hi;
} ChKvSpan;

/* What the range [first, last), cut to [begin, end), has in the page that starts at position. */
static inline ChKvSpan
ch_kv_span (int64_t first, int64_t last, int64_t begin, int64_t end, int64_t position)
{
  int64_t lo = (first > begin ? first : begin) - position;
  int64_t hi = (last < end ? last : end) - position;

  lo = lo > 0 ? lo : 0;
  hi = hi < CH_KV_PAGE ? hi : CH_KV_PAGE;
  return lo < hi ? (ChKvSpan) { (int32_t) lo, (int32_t) hi } : (ChKvSpan) { 0, 0 };
}

/* The block of a kv head in the page that holds position. */
static inline const uint8_t *
ch_kv_block (const ChAttnShape *shape, const ChKvView *kv, size_t kv_head, size_t position)
{
  return kv->base + (size_t) kv->pages[position / CH_KV_PAGE] * kv->page_bytes
         + ch_kv_head_offset (shape->type, kv_head, shape->k_dim, shape->v_dim);
}
