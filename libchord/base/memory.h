/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Checked arithmetic for sizes that come from files: false when the result wraps. */
static inline bool
ch_size_mul (size_t a, size_t b, size_t *out)
{
  return !__builtin_mul_overflow (a, b, out);
}

static inline bool
ch_size_add (size_t a, size_t b, size_t *out)
{
  return !__builtin_add_overflow (a, b, out);
}

#define CH_CACHE_LINE 64

/* Zeroed memory aligned to a cache line, or NULL. Freed by ch_aligned_free(). */
void *ch_aligned_alloc (size_t size);
void ch_aligned_free (void *memory);

/* A range of addresses reserved whole, whose pages the kernel commits (zeroed) as they are first
 * touched. NULL when there is no address space. ch_reserve_drop() gives the pages of a part back:
 * they read as zero again. */
void *ch_reserve (size_t size);
void ch_reserve_drop (void *base, size_t offset, size_t size);
void ch_reserve_free (void *base, size_t size);

/* Tells the kernel that the pages of a read-only file mapping are not needed for now. */
void ch_mapping_forget (const void *start, size_t size);

/* Bytes that this process may still take: the least of MemAvailable and of what each cgroup
 * (v1 or v2) above it leaves. CHORD_MEMORY_LIMIT (bytes) lowers it, for tests and for users. */
uint64_t ch_memory_available (void);
uint64_t ch_memory_total (void);
uint64_t ch_memory_rss (void);
uint64_t ch_memory_peak_rss (void);
