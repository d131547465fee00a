/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/memory.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cgroup.h"

/* calloc() hands out large blocks as untouched pages, which memset() would commit; so the
 * alignment is made by hand, and the address to free is kept just below the block. */
void *
ch_aligned_alloc (size_t size)
{
  size_t whole;
  char *block;
  uintptr_t start;

  if (!ch_size_add (size, CH_CACHE_LINE + sizeof (void *), &whole))
    return NULL;
  block = calloc (1, whole);
  if (block == NULL)
    return NULL;
  start = ((uintptr_t) block + sizeof (void *) + CH_CACHE_LINE - 1)
          & ~(uintptr_t) (CH_CACHE_LINE - 1);
  ((void **) start)[-1] = block;
  return (void *) start;
}

void
ch_aligned_free (void *memory)
{
  if (memory != NULL)
    free (((void **) memory)[-1]);
}

void *
ch_reserve (size_t size)
{
  void *base = mmap (NULL, size, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

  return base != MAP_FAILED ? base : NULL;
}

/* The whole pages within [start, start + size). */
static size_t
inner_pages (uintptr_t start, size_t size, uintptr_t *first)
{
  uintptr_t page = (uintptr_t) sysconf (_SC_PAGESIZE);
  uintptr_t end = (start + size) & ~(page - 1);

  *first = (start + page - 1) & ~(page - 1);
  return *first < end ? end - *first : 0;
}

void
ch_reserve_drop (void *base, size_t offset, size_t size)
{
  char *start = (char *) base + offset;
  uintptr_t first;
  size_t inner = inner_pages ((uintptr_t) start, size, &first), head;

  if (inner == 0 || madvise ((void *) first, inner, MADV_DONTNEED) != 0)
    {
      memset (start, 0, size);
      return;
    }
  head = first - (uintptr_t) start;
  memset (start, 0, head);
  memset (start + head + inner, 0, size - head - inner);
}

void
ch_reserve_free (void *base, size_t size)
{
  if (base != NULL)
    munmap (base, size);
}

void
ch_mapping_forget (const void *start, size_t size)
{
  uintptr_t first;
  size_t inner = inner_pages ((uintptr_t) start, size, &first);

  if (inner > 0)
    madvise ((void *) first, inner, MADV_DONTNEED);
}

/* The number after a key like "MemAvailable:" in a text of lines, in bytes; 0 when it is not
 * there. */
static uint64_t
read_kib (const char *path, const char *key)
{
  char text[8192];
  const char *at;

  if (!ch_read_text (path, text, sizeof text) || (at = strstr (text, key)) == NULL)
    return 0;
  return strtoull (at + strlen (key), NULL, 10) * 1024;
}

static uint64_t
user_limit (void)
{
  const char *text = getenv ("CHORD_MEMORY_LIMIT");
  char *end;
  unsigned long long bytes;

  if (text == NULL)
    return UINT64_MAX;
  bytes = strtoull (text, &end, 10);
  return end != text && *end == '\0' ? bytes : UINT64_MAX;
}

static uint64_t
least (uint64_t a, uint64_t b)
{
  return a < b ? a : b;
}

uint64_t
ch_memory_available (void)
{
  uint64_t machine = read_kib ("/proc/meminfo", "MemAvailable:");

  if (machine == 0) /* no such file in this sandbox: what is free is the best guess */
    machine = (uint64_t) sysconf (_SC_AVPHYS_PAGES) * (uint64_t) sysconf (_SC_PAGESIZE);
  return least (least (machine, ch_cgroup_memory_left ("")), user_limit ());
}

uint64_t
ch_memory_total (void)
{
  uint64_t machine = (uint64_t) sysconf (_SC_PHYS_PAGES) * (uint64_t) sysconf (_SC_PAGESIZE);

  return least (machine, ch_cgroup_memory_limit (""));
}

uint64_t
ch_memory_rss (void)
{
  return read_kib ("/proc/self/status", "VmRSS:");
}

uint64_t
ch_memory_peak_rss (void)
{
  uint64_t peak = read_kib ("/proc/self/status", "VmHWM:"), now = ch_memory_rss ();

  return peak > now ? peak : now; /* the kernel brings the mark up to date only now and then */
}
