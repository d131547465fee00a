/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"
#include "gguf-builder.h"

/* The reader on files: mapped, on demand, by descriptor, huge (sparse), split. */

#define GIB (G_GUINT64_CONSTANT (1) << 30)

typedef struct
{
  char *folder;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("chord-gguf-XXXXXX", &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (fixture->folder, name, NULL);
      g_unlink (path);
    }
  g_rmdir (fixture->folder);
  g_free (fixture->folder);
}

static char *
write_file (const Fixture *fixture, const char *name, GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  char *path = g_build_filename (fixture->folder, name, NULL);

  g_file_set_contents (path, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes),
                       &error);
  g_assert_no_error (error);
  return path;
}

static ChGguf *
open_good (const char *path, ChGgufFlags flags)
{
  g_autoptr (GError) error = NULL;
  ChGguf *gguf = ch_gguf_open (path, flags, &error);

  g_assert_no_error (error);
  return gguf;
}

static void
assert_refused (const char *path, ChGgufFlags flags, gint code, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (ch_gguf_open (path, flags, &error));
  g_assert_error (error, CH_ERROR, code);
  if (strstr (error->message, text) == NULL)
    g_error ("\"%s\" does not say \"%s\"", error->message, text);
}

/* --- What is no model file --- */

static void
test_strange_paths (Fixture *fixture, gconstpointer data)
{
  g_autofree char *absent = g_build_filename (fixture->folder, "absent.gguf", NULL);
  g_autofree char *fifo = g_build_filename (fixture->folder, "fifo", NULL);
  g_autoptr (GBytes) nothing = g_bytes_new (NULL, 0);
  g_autofree char *empty = write_file (fixture, "empty.gguf", nothing);

  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  for (guint flags = 0; flags <= CH_GGUF_NO_MMAP; flags++)
    {
      assert_refused (absent, flags, CH_ERROR_FAILED, absent);
      assert_refused (absent, flags, CH_ERROR_FAILED, g_strerror (ENOENT));
      assert_refused (fixture->folder, flags, CH_ERROR_INVALID_FILE, "regular file");
      assert_refused (fifo, flags, CH_ERROR_INVALID_FILE, "regular file");
      assert_refused (empty, flags, CH_ERROR_INVALID_FILE, "empty");
      assert_refused ("/dev/zero", flags, CH_ERROR_INVALID_FILE, "regular file");
    }
}

/* --- On demand --- */

static void
assert_same_values (const ChGguf *a, const ChGguf *b)
{
  g_assert_cmpuint (ch_gguf_n_values (a), ==, ch_gguf_n_values (b));
  for (guint64 i = 0; i < ch_gguf_n_values (a); i++)
    {
      const ChGgufValue *x = ch_gguf_value (a, i), *y = ch_gguf_value (b, i);

      g_assert_cmpstr (x->key, ==, y->key);
      g_assert_cmpuint (x->kind, ==, y->kind);
      g_assert_cmpuint (x->item, ==, y->item);
      g_assert_cmpuint (x->n_items, ==, y->n_items);
      for (guint64 k = 0; k < x->n_items; k++)
        if (x->item == CH_GGUF_STRING)
          {
            const ChGgufString s = ch_gguf_item_string (x, k), t = ch_gguf_item_string (y, k);
            g_assert_cmpmem (s.data, s.length, t.data, t.length);
          }
        else
          g_assert_cmpfloat (ch_gguf_item_float (x, k), ==, ch_gguf_item_float (y, k));
    }
}

static void
assert_same_tensors (ChGguf *a, ChGguf *b)
{
  g_assert_cmpuint (ch_gguf_n_tensors (a), ==, ch_gguf_n_tensors (b));
  for (guint64 i = 0; i < ch_gguf_n_tensors (a); i++)
    {
      const ChGgufTensor *x = ch_gguf_tensor (a, i), *y = ch_gguf_tensor (b, i);
      g_autoptr (GError) error = NULL;
      const void *p = ch_gguf_tensor_data (a, x, &error), *q = ch_gguf_tensor_data (b, y, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (x->name, ==, y->name);
      g_assert_cmpuint (x->type, ==, y->type);
      g_assert_cmpmem (p, x->n_bytes, q, y->n_bytes);
      g_assert_true (ch_gguf_tensor_data (b, y, NULL) == q);
      ch_gguf_release_tensor (a, x);
      ch_gguf_release_tensor (b, y);
      g_assert_cmpmem (ch_gguf_tensor_data (a, x, NULL), x->n_bytes,
                       ch_gguf_tensor_data (b, y, NULL), y->n_bytes);
    }
}

/* Mapped, on demand, by descriptor and in memory: the same. The header is longer than the first
 * part of a file that is read. */
static void
test_all_ways (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GgufBuilder) builder = gguf_builder_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *path = NULL;
  g_autoptr (ChGguf) mapped = NULL, demand = NULL, memory = NULL, by_fd = NULL;
  int fd;

  gguf_builder_all_kinds (builder);
  gguf_builder_strings (builder, "tokens", 40000);
  gguf_builder_vector (builder, "a", 10000, 0);
  gguf_builder_vector (builder, "b", 3, 64000);
  bytes = gguf_builder_finish (builder, 32, 64012);
  path = write_file (fixture, "model.gguf", bytes);
  mapped = open_good (path, CH_GGUF_DEFAULT);
  demand = open_good (path, CH_GGUF_NO_MMAP);
  memory = ch_gguf_open_bytes (bytes, "model", NULL);
  fd = open (path, O_RDONLY | O_CLOEXEC);
  by_fd = ch_gguf_open_fd (fd, NULL, CH_GGUF_NO_MMAP, NULL);
  g_assert_cmpint (lseek (fd, 0, SEEK_CUR), ==, 0);
  close (fd);

  g_assert_cmpstr (ch_gguf_name (by_fd), ==, path);
  for (ChGguf **other = (ChGguf *[]) { demand, memory, by_fd, NULL }; *other != NULL; other++)
    {
      assert_same_values (mapped, *other);
      assert_same_tensors (mapped, *other);
    }
}

/* On demand, damage has the same answer as in memory, wherever the window ends. */
static void
test_truncated_on_demand (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GgufBuilder) builder = gguf_builder_new ();
  g_autoptr (GBytes) bytes = NULL;
  gsize size;

  gguf_builder_strings (builder, "tokens", 20000);
  gguf_builder_vector (builder, "a", 8, 0);
  bytes = gguf_builder_finish (builder, 32, 32);
  size = g_bytes_get_size (bytes);
  for (gsize n = 1; n < size;
       n += n % 65536 < 3 || size - n < 200 ? 1 : MIN (65535 - (n - 1) % 65536, size - n - 199))
    {
      g_autoptr (GBytes) part = g_bytes_new_from_bytes (bytes, 0, n);
      g_autofree char *path = write_file (fixture, "cut.gguf", part);
      g_autoptr (GError) error = NULL, wanted = NULL;

      g_assert_null (ch_gguf_open (path, CH_GGUF_NO_MMAP, &error));
      g_assert_null (ch_gguf_open_bytes (part, path, &wanted));
      g_assert_cmpstr (error->message, ==, wanted->message);
    }
}

static void
test_cut_while_open (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) bytes = gguf_sample ();
  g_autofree char *path = write_file (fixture, "model.gguf", bytes);
  g_autoptr (ChGguf) gguf = open_good (path, CH_GGUF_NO_MMAP);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (truncate (path, (off_t) g_bytes_get_size (bytes) - 1), ==, 0);
  g_assert_null (
      ch_gguf_tensor_data (gguf, ch_gguf_find_tensor (gguf, "output_norm.weight"), &error));
  g_assert_error (error, CH_ERROR, CH_ERROR_INVALID_FILE);
  g_assert_nonnull (strstr (error->message, path));
}

static void
test_no_memory (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GgufBuilder) builder = gguf_builder_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *path = NULL;
  g_autoptr (ChGguf) gguf = NULL;
  g_autoptr (GError) error = NULL;

  gguf_builder_strings (builder, "tokens", 200000);
  gguf_builder_vector (builder, "a", 1 << 19, 0);
  bytes = gguf_builder_finish (builder, 32, 4 << 19);
  path = write_file (fixture, "model.gguf", bytes);
  gguf = open_good (path, CH_GGUF_NO_MMAP);
  g_setenv ("CHORD_MEMORY_LIMIT", "1000000", TRUE);
  g_assert_null (ch_gguf_tensor_data (gguf, ch_gguf_find_tensor (gguf, "a"), &error));
  g_assert_error (error, CH_ERROR, CH_ERROR_NO_MEMORY);
  g_assert_nonnull (strstr (error->message, "tensor \"a\" needs 2097152 bytes (2.0 MiB)"));
  assert_refused (path, CH_GGUF_NO_MMAP, CH_ERROR_NO_MEMORY, "header");
  g_unsetenv ("CHORD_MEMORY_LIMIT");
  g_assert_nonnull (ch_gguf_tensor_data (gguf, ch_gguf_find_tensor (gguf, "a"), NULL));
}

static void *
ask_often (void *data)
{
  ChGguf *gguf = data;
  const char *text, *first = NULL;

  for (guint i = 0; i < 1000; i++)
    {
      g_assert_true (ch_gguf_get_string (gguf, "one.string", &text, NULL));
      first = first != NULL ? first : text;
      g_assert_true (text == first);
      g_assert_nonnull (ch_gguf_tensor_data (gguf, ch_gguf_tensor (gguf, i % 3), NULL));
    }
  return (void *) first;
}

static void
test_threads (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) bytes = gguf_sample ();
  g_autofree char *path = write_file (fixture, "model.gguf", bytes);
  g_autoptr (ChGguf) gguf = open_good (path, CH_GGUF_NO_MMAP);
  pthread_t threads[4];
  void *texts[4];

  for (guint i = 0; i < 4; i++)
    g_assert_cmpint (pthread_create (&threads[i], NULL, ask_often, gguf), ==, 0);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpint (pthread_join (threads[i], &texts[i]), ==, 0);
  for (guint i = 1; i < 4; i++)
    g_assert_true (texts[i] == texts[0]);
}

/* --- Descriptors --- */

static void
test_strange_descriptors (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) bytes = gguf_sample ();
  g_autofree char *path = write_file (fixture, "model.gguf", bytes);
  int pipes[2], write_only = open (path, O_WRONLY | O_CLOEXEC);

  g_assert_cmpint (pipe (pipes), ==, 0);
  for (guint flags = 0; flags <= CH_GGUF_NO_MMAP; flags++)
    for (const int *fd = (const int[]) { pipes[0], write_only, -1, -2 }; *fd != -2; fd++)
      {
        g_autoptr (GError) error = NULL;

        g_assert_null (ch_gguf_open_fd (*fd, "given.gguf", flags, &error));
        g_assert_nonnull (error);
        g_assert_true (g_str_has_prefix (error->message, "given.gguf: "));
      }
  close (pipes[0]);
  close (pipes[1]);
  close (write_only);
}

/* A file that has no name any more. */
static void
test_deleted (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) bytes = gguf_sample ();
  g_autofree char *path = write_file (fixture, "model.gguf", bytes);
  const int fd = open (path, O_RDONLY | O_CLOEXEC);
  g_autoptr (ChGguf) gguf = NULL, memory = ch_gguf_open_bytes (bytes, NULL, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_unlink (path), ==, 0);
  gguf = ch_gguf_open_fd (fd, NULL, CH_GGUF_DEFAULT, &error);
  g_assert_no_error (error);
  close (fd);
  assert_same_tensors (gguf, memory);
}

/* --- Sparse giants --- */

/* A file of a header and nothing but a hole to size bytes, or NULL where the file system has
 * none. */
static char *
write_sparse (const Fixture *fixture, GgufBuilder *builder, guint64 size)
{
  g_autoptr (GBytes) header = gguf_builder_header (builder);
  char *path = write_file (fixture, "giant.gguf", header);

  if (truncate (path, (off_t) (g_bytes_get_size (header) + size)) == 0)
    return path;
  g_test_skip ("the file system takes no sparse files of this size");
  g_free (path);
  return NULL;
}

static void
poke (const char *path, guint64 offset, const char *text)
{
  const int fd = open (path, O_WRONLY | O_CLOEXEC);

  g_assert_cmpint (pwrite (fd, text, strlen (text), (off_t) offset), ==, strlen (text));
  close (fd);
}

static void
test_beyond_4_gib (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GgufBuilder) builder = gguf_builder_new ();
  g_autofree char *path = NULL;

  gguf_builder_tensor (builder, "low", CH_TYPE_I8, 1, (const guint64[]) { 64 }, 0);
  gguf_builder_tensor (builder, "big", CH_TYPE_I8, 2, (const guint64[]) { GIB, 5 }, 64);
  gguf_builder_tensor (builder, "high", CH_TYPE_I8, 1, (const guint64[]) { 64 }, 5 * GIB + 64);
  path = write_sparse (fixture, builder, 5 * GIB + 4096);
  if (path == NULL)
    return;
  for (guint flags = 0; flags <= CH_GGUF_NO_MMAP; flags++)
    {
      const guint64 before = ch_memory_rss ();
      g_autoptr (ChGguf) gguf = open_good (path, flags);
      const ChGgufTensor *low = ch_gguf_find_tensor (gguf, "low"),
                         *high = ch_gguf_find_tensor (gguf, "high");

      g_assert_cmpuint (ch_memory_rss (), <, before + (2 << 20));
      g_assert_cmpuint (ch_gguf_file_bytes (gguf), >, 5 * GIB);
      g_assert_cmpuint (high->offset - low->offset, ==, 5 * GIB + 64);
      poke (path, low->offset, "near");
      poke (path, high->offset, "far!");
      g_assert_cmpmem (ch_gguf_tensor_data (gguf, low, NULL), 4, "near", 4);
      g_assert_cmpmem (ch_gguf_tensor_data (gguf, high, NULL), 4, "far!", 4);
      g_assert_cmpuint (ch_memory_rss (), <, before + (2 << 20));
    }
}

static void
check_giant (Fixture *fixture, ChType type, guint64 columns, guint64 rows)
{
  const ChTypeInfo *info = ch_type_info (type);
  const guint64 n_bytes = columns / info->block * info->bytes * rows;
  g_autoptr (GgufBuilder) builder = gguf_builder_new ();
  g_autofree char *path = NULL;
  g_autoptr (ChGguf) gguf = NULL;
  const ChGgufTensor *tensor;
  const guint8 *bytes;

  gguf_builder_tensor (builder, "giant", type, 2, (const guint64[]) { columns, rows }, 0);
  path = write_sparse (fixture, builder, n_bytes + 32);
  if (path == NULL)
    return;
  gguf = open_good (path, CH_GGUF_DEFAULT);
  tensor = ch_gguf_find_tensor (gguf, "giant");
  g_assert_cmpuint (tensor->n_values, ==, columns * rows);
  g_assert_cmpuint (tensor->n_bytes, ==, n_bytes);
  poke (path, tensor->offset + n_bytes - 4, "last");
  bytes = ch_gguf_tensor_data (gguf, tensor, NULL);
  g_assert_cmpmem (bytes + n_bytes - 4, 4, "last", 4);
  g_clear_pointer (&gguf, ch_gguf_unref);

  g_assert_cmpint (truncate (path, (off_t) n_bytes - 1), ==, 0);
  assert_refused (path, CH_GGUF_DEFAULT, CH_ERROR_INVALID_FILE, "tensor \"giant\"");
}

static void
test_many_elements (Fixture *fixture, gconstpointer data)
{
  check_giant (fixture, CH_TYPE_F16, 65536, 49152);      /* 3 * 2^30 values */
  check_giant (fixture, CH_TYPE_Q4_0, 65536, 65536 + 8); /* just above 2^32 */
  check_giant (fixture, CH_TYPE_Q4_0, G_GUINT64_CONSTANT (3) << 30, 1);
}

/* 2^32 rows of one byte: the hole is there, so only arithmetic that wraps could refuse it. */
static void
test_wrapping_product_that_fits (Fixture *fixture, gconstpointer data)
{
  check_giant (fixture, CH_TYPE_I8, 1 << 16, 1 << 16);
}

/* A header that claims to be gigabytes long costs nothing until it is believed. */
static void
test_giant_metadata (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GgufBuilder) builder = gguf_builder_new ();
  const guint64 before = ch_memory_rss ();
  g_autofree char *path = NULL;

  gguf_builder_number (builder, "tokens", CH_GGUF_ARRAY, CH_GGUF_STRING, 4);
  gguf_put (builder->values, GIB / 4, 8);
  path = write_sparse (fixture, builder, 5 * GIB);
  if (path == NULL)
    return;
  assert_refused (path, CH_GGUF_DEFAULT, CH_ERROR_INVALID_FILE, "key \"tokens\"");
  assert_refused (path, CH_GGUF_NO_MMAP, CH_ERROR_INVALID_FILE, "key \"tokens\"");
  builder->n_values = GIB / 4;
  g_free (path);
  path = write_sparse (fixture, builder, 5 * GIB);
  assert_refused (path, CH_GGUF_DEFAULT, CH_ERROR_INVALID_FILE, "metadata keys");
  g_assert_cmpuint (ch_memory_rss (), <, before + (2 << 20));
}

/* A gigabyte of numbers in the metadata is stepped over, not read. */
static void
test_giant_array (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GgufBuilder) builder = gguf_builder_new ();
  const guint64 before = ch_memory_rss ();
  g_autofree char *path = NULL;
  g_autoptr (ChGguf) gguf = NULL;

  gguf_builder_number (builder, "numbers", CH_GGUF_ARRAY, CH_GGUF_UINT64, 4);
  gguf_put (builder->values, GIB / 2, 8);
  path = write_sparse (fixture, builder, 4 * GIB);
  if (path == NULL)
    return;
  gguf = open_good (path, CH_GGUF_DEFAULT);
  g_assert_cmpint (ch_gguf_item_int (ch_gguf_find (gguf, "numbers"), GIB / 2 - 1), ==, 0);
  g_assert_cmpuint (ch_memory_rss (), <, before + (2 << 20));
}

/* --- Split models --- */

typedef struct
{
  guint no, count, of; /* as the metadata say; of: as the name says */
  guint64 total;
  const char *tensor;
} Part;

static char *
write_part (const Fixture *fixture, guint number, const Part *part)
{
  g_autoptr (GgufBuilder) builder = gguf_builder_new ();
  g_autofree char *name = g_strdup_printf ("m-%05u-of-%05u.gguf", number, part->of);
  g_autoptr (GBytes) bytes = NULL;

  if (part->no == 0)
    gguf_builder_string (builder, "general.name", "whole");
  if (part->count > 0)
    {
      gguf_builder_number (builder, "split.no", CH_GGUF_UINT16, part->no, 2);
      gguf_builder_number (builder, "split.count", CH_GGUF_UINT16, part->count, 2);
      gguf_builder_number (builder, "split.tensors.count", CH_GGUF_INT32, part->total, 4);
    }
  if (part->tensor != NULL)
    gguf_builder_vector (builder, part->tensor, number, 0);
  bytes = gguf_builder_finish (builder, 32, part->tensor != NULL ? 4 * number : 0);
  return write_file (fixture, name, bytes);
}

static void
test_split (Fixture *fixture, gconstpointer data)
{
  g_autofree char *first = write_part (fixture, 1, &(Part) { 0, 3, 3, 2, NULL });
  g_autofree char *second = write_part (fixture, 2, &(Part) { 1, 3, 3, 2, "a" });
  g_autofree char *third = write_part (fixture, 3, &(Part) { 2, 3, 3, 2, "b" });
  const char *const paths[] = { first, second, third };

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    for (guint flags = 0; flags <= CH_GGUF_NO_MMAP; flags++)
      {
        g_autoptr (ChGguf) gguf = open_good (paths[i], flags);
        const ChGgufTensor *b = ch_gguf_find_tensor (gguf, "b");
        const guint8 *bytes = ch_gguf_tensor_data (gguf, b, NULL);

        g_assert_cmpuint (ch_gguf_n_files (gguf), ==, 3);
        g_assert_cmpuint (ch_gguf_n_tensors (gguf), ==, 2);
        g_assert_cmpuint (ch_gguf_find_tensor (gguf, "a")->file, ==, 1);
        g_assert_cmpuint (b->file, ==, 2);
        g_assert_cmpuint (b->n_bytes, ==, 12);
        g_assert_cmpuint (bytes[11], ==, 77);
        g_assert_nonnull (ch_gguf_find (gguf, "general.name"));
        g_assert_cmpstr (ch_gguf_name (gguf), ==, first);
      }
}

static void
test_split_alone (Fixture *fixture, gconstpointer data)
{
  g_autofree char *second = write_part (fixture, 2, &(Part) { 1, 3, 3, 2, "a" });
  g_autoptr (ChGguf) gguf = open_good (second, CH_GGUF_NO_SPLITS);

  g_assert_cmpuint (ch_gguf_n_files (gguf), ==, 1);
  g_assert_cmpuint (ch_gguf_n_tensors (gguf), ==, 1);
}

/* By descriptor; also where the descriptor leads to another name, as in a store of blobs. */
static void
test_split_by_descriptor (Fixture *fixture, gconstpointer data)
{
  g_autofree char *first = write_part (fixture, 1, &(Part) { 0, 2, 2, 2, "a" });
  g_autofree char *second = write_part (fixture, 2, &(Part) { 1, 2, 2, 2, "b" });
  g_autofree char *blob = g_build_filename (fixture->folder, "blob", NULL);
  int fd = open (second, O_RDONLY | O_CLOEXEC);
  g_autoptr (ChGguf) gguf = ch_gguf_open_fd (fd, NULL, CH_GGUF_DEFAULT, NULL), linked = NULL;

  close (fd);
  g_assert_cmpuint (ch_gguf_n_tensors (gguf), ==, 2);
  g_assert_cmpint (rename (first, blob), ==, 0);
  g_assert_cmpint (symlink ("blob", first), ==, 0);
  fd = open (first, O_RDONLY | O_CLOEXEC);
  linked = ch_gguf_open_fd (fd, first, CH_GGUF_DEFAULT, NULL);
  close (fd);
  g_assert_cmpuint (ch_gguf_n_tensors (linked), ==, 2);
}

static void
test_split_flaws (Fixture *fixture, gconstpointer data)
{
  const struct { Part second; const char *text; } cases[] = {
    { { 2, 2, 2, 2, "b" }, "part 3 of 2" },
    { { 0, 2, 2, 2, "b" }, "should be part 2 of 2 of the model, but says it is part 1 of 2" },
    { { 1, 3, 2, 2, "b" }, "says it is part 2 of 3" },
    { { 0, 0, 2, 2, "b" }, "is not part of any" },
    { { 1, 2, 2, 7, "b" }, "7 tensors" },
    { { 1, 2, 2, 2, NULL }, "2 tensors" },
    { { 1, 2, 2, 2, "a" }, "\"a\" is there twice" },
    { { 1, 2, 2, 0xffffffff, "a" }, "split.tensors.count" },
  };
  g_autofree char *first = write_part (fixture, 1, &(Part) { 0, 2, 2, 2, "a" });

  assert_refused (first, CH_GGUF_DEFAULT, CH_ERROR_FAILED, "part 2 of 2 of the model");
  assert_refused (first, CH_GGUF_DEFAULT, CH_ERROR_FAILED, "m-00002-of-00002.gguf");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_free (write_part (fixture, 2, &cases[i].second));
      assert_refused (first, CH_GGUF_DEFAULT, CH_ERROR_INVALID_FILE, cases[i].text);
    }
}

static void
test_split_names (Fixture *fixture, gconstpointer data)
{
  g_autofree char *wrong = write_part (fixture, 3, &(Part) { 0, 4, 4, 1, "a" });
  g_autofree char *other = g_build_filename (fixture->folder, "other.gguf", NULL);
  g_autofree char *damaged = write_part (fixture, 2, &(Part) { 1, 2, 2, 1, "b" });
  g_autofree char *first = write_part (fixture, 1, &(Part) { 0, 2, 2, 1, "a" });

  assert_refused (wrong, CH_GGUF_DEFAULT, CH_ERROR_INVALID_FILE,
                  "by its name the file is part 3 of 4");
  g_assert_cmpint (rename (wrong, other), ==, 0);
  assert_refused (other, CH_GGUF_DEFAULT, CH_ERROR_INVALID_FILE, "-00001-of-00004.gguf");
  g_assert_cmpint (truncate (damaged, 30), ==, 0);
  assert_refused (first, CH_GGUF_DEFAULT, CH_ERROR_INVALID_FILE, damaged);
}

static void
add (const char *path, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("/gguf-files/strange-paths", test_strange_paths);
  add ("/gguf-files/all-ways", test_all_ways);
  add ("/gguf-files/truncated-on-demand", test_truncated_on_demand);
  add ("/gguf-files/cut-while-open", test_cut_while_open);
  add ("/gguf-files/no-memory", test_no_memory);
  add ("/gguf-files/threads", test_threads);
  add ("/gguf-files/strange-descriptors", test_strange_descriptors);
  add ("/gguf-files/deleted", test_deleted);
  add ("/gguf-files/beyond-4-gib", test_beyond_4_gib);
  add ("/gguf-files/many-elements", test_many_elements);
  add ("/gguf-files/wrapping-product-that-fits", test_wrapping_product_that_fits);
  add ("/gguf-files/giant-metadata", test_giant_metadata);
  add ("/gguf-files/giant-array", test_giant_array);
  add ("/gguf-files/split", test_split);
  add ("/gguf-files/split-alone", test_split_alone);
  add ("/gguf-files/split-by-descriptor", test_split_by_descriptor);
  add ("/gguf-files/split-flaws", test_split_flaws);
  add ("/gguf-files/split-names", test_split_names);
  return g_test_run ();
}
