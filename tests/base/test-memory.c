/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/memory.h"

/* The sanitizers' shadow memory is counted with the process. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define RSS_IS_OURS FALSE
#else
#define RSS_IS_OURS TRUE
#endif

#define MIB ((size_t) 1 << 20)

static void
test_checked (void)
{
  size_t out = 7;

  g_assert_true (ch_size_mul (3, 5, &out));
  g_assert_cmpuint (out, ==, 15);
  g_assert_false (ch_size_mul (SIZE_MAX / 2, 3, &out));
  g_assert_true (ch_size_add (SIZE_MAX - 1, 1, &out));
  g_assert_cmpuint (out, ==, SIZE_MAX);
  g_assert_false (ch_size_add (SIZE_MAX, 1, &out));
}

static gboolean
all_zero (const char *bytes, size_t size)
{
  for (size_t i = 0; i < size; i++)
    if (bytes[i] != 0)
      return FALSE;
  return TRUE;
}

static void
test_aligned (void)
{
  for (size_t size = 0; size < 3000; size = size * 2 + 1)
    {
      char *block = ch_aligned_alloc (size);
      g_assert_nonnull (block);
      g_assert_cmpuint ((uintptr_t) block % CH_CACHE_LINE, ==, 0);
      g_assert_true (all_zero (block, size));
      memset (block, 0xa5, size);
      ch_aligned_free (block);
    }
  ch_aligned_free (NULL);
  g_assert_null (ch_aligned_alloc (SIZE_MAX));
  g_assert_null (ch_aligned_alloc (SIZE_MAX - CH_CACHE_LINE));
}

/* Only what is touched is taken, and what is dropped is given back and zero. */
static void
test_reserve (void)
{
  size_t size = (size_t) 1 << 36; /* 64 GiB, more than the machine need have */
  char *base = ch_reserve (size);
  uint64_t before = ch_memory_rss (), touched;

  if (base == NULL)
    {
      g_test_skip ("no 64 GiB of address space here");
      return;
    }
  memset (base + size / 2, 1, 32 * MIB);
  touched = ch_memory_rss ();
  ch_reserve_drop (base, size / 2 + 100, 32 * MIB - 300);
  if (RSS_IS_OURS)
    {
      g_assert_cmpuint (touched, >=, before + 31 * MIB);
      g_assert_cmpuint (touched, <, before + 200 * MIB);
      g_assert_cmpuint (ch_memory_rss (), <, touched - 30 * MIB);
    }
  g_assert_cmpint (base[size / 2 + 99], ==, 1);
  g_assert_true (all_zero (base + size / 2 + 100, 32 * MIB - 300));
  g_assert_cmpint (base[size / 2 + 32 * MIB - 200], ==, 1);
  ch_reserve_drop (base, size / 2 + 10, 50); /* within one page */
  g_assert_cmpint (base[size / 2 + 9], ==, 1);
  g_assert_true (all_zero (base + size / 2 + 10, 50));
  g_assert_cmpint (base[size / 2 + 60], ==, 1);
  ch_reserve_free (base, size);
  ch_reserve_free (NULL, 0);
}

static void
test_forget (void)
{
  g_autofree char *path = NULL;
  g_autofree char *content = g_malloc (16 * MIB);
  int fd = g_file_open_tmp ("chord-memory-XXXXXX", &path, NULL);
  const char *map;
  uint64_t seen;
  long sum = 0;

  memset (content, 3, 16 * MIB);
  g_assert_cmpint (write (fd, content, 16 * MIB), ==, 16 * MIB);
  map = mmap (NULL, 16 * MIB, PROT_READ, MAP_PRIVATE, fd, 0);
  g_assert_true (map != MAP_FAILED);
  for (size_t i = 0; i < 16 * MIB; i += 512)
    sum += map[i];
  seen = ch_memory_rss ();
  ch_mapping_forget (map + 10, 16 * MIB - 10);
  if (RSS_IS_OURS)
    g_assert_cmpuint (ch_memory_rss (), <, seen - 14 * MIB);
  g_assert_cmpint (sum, ==, 3 * 16 * MIB / 512);
  g_assert_cmpint (map[12345], ==, 3);
  munmap ((void *) map, 16 * MIB);
  close (fd);
  g_unlink (path);
}

static void
test_figures (void)
{
  uint64_t now = ch_memory_rss ();

  g_unsetenv ("CHORD_MEMORY_LIMIT");
  g_assert_cmpuint (ch_memory_total (), >, 16 * MIB);
  g_assert_cmpuint (ch_memory_available (), >, 0);
  g_assert_cmpuint (ch_memory_available (), <=, ch_memory_total ());
  g_assert_cmpuint (now, >, 0);
  g_assert_cmpuint (ch_memory_peak_rss (), >=, now);

  g_setenv ("CHORD_MEMORY_LIMIT", "1000000", TRUE);
  g_assert_cmpuint (ch_memory_available (), <=, 1000000);
  g_setenv ("CHORD_MEMORY_LIMIT", "0", TRUE);
  g_assert_cmpuint (ch_memory_available (), ==, 0);
  g_setenv ("CHORD_MEMORY_LIMIT", "a lot", TRUE);
  g_assert_cmpuint (ch_memory_available (), >, 0);
  g_unsetenv ("CHORD_MEMORY_LIMIT");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/memory/checked", test_checked);
  g_test_add_func ("/base/memory/aligned", test_aligned);
  g_test_add_func ("/base/memory/figures", test_figures);
  g_test_add_func ("/base/memory/reserve", test_reserve);
  g_test_add_func ("/base/memory/forget", test_forget);
  return g_test_run ();
}
