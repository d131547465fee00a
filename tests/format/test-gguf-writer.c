/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "gguf-builder.h"

/* The writer: what was written is read back equal, and a failure leaves nothing behind. */

typedef struct
{
  char *folder, *path, *part;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("chord-writer-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "model.gguf", NULL);
  fixture->part = g_strconcat (fixture->path, ".part", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_unlink (fixture->path);
  g_assert_false (g_file_test (fixture->part, G_FILE_TEST_EXISTS | G_FILE_TEST_IS_SYMLINK));
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
  g_free (fixture->path);
  g_free (fixture->part);
}

/* --- Data for tensors --- */

typedef struct
{
  ChGguf *from;      /* copies its tensors, unless NULL */
  guint fail_at;     /* tensor whose data do not come */
  guint64 stop_at;   /* bytes after which progress says stop; 0: never */
  guint64 done, total;
  guint8 *zeros;
} Source;

static const void *
fetch (guint index, gpointer data, GError **error)
{
  Source *source = data;

  if (index + 1 == source->fail_at)
    {
      g_set_error (error, CH_ERROR, CH_ERROR_FAILED, "tensor %u is lost", index);
      return NULL;
    }
  if (source->from == NULL)
    return source->zeros;
  return ch_gguf_tensor_data (source->from, ch_gguf_tensor (source->from, index), error);
}

static gboolean
progress (guint64 done, guint64 total, gpointer data)
{
  Source *source = data;

  g_assert_cmpuint (done, >, source->done);
  g_assert_cmpuint (done, <=, total);
  source->done = done;
  source->total = total;
  return source->stop_at == 0 || done < source->stop_at;
}

static void
add_tensors (ChGgufWriter *writer, const ChGguf *from)
{
  for (guint64 i = 0; i < ch_gguf_n_tensors (from); i++)
    {
      const ChGgufTensor *tensor = ch_gguf_tensor (from, i);

      ch_gguf_writer_add_tensor (writer, tensor->name, tensor->type, tensor->n_dims, tensor->ne);
    }
}

static void
assert_file_equals (const char *path, GBytes *bytes)
{
  g_autofree char *text = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  g_assert_cmpmem (text, length, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

/* --- Round trips --- */

static void
copy_file (Fixture *fixture, GBytes *bytes)
{
  g_autoptr (ChGguf) from = ch_gguf_open_bytes (bytes, NULL, NULL);
  g_autoptr (ChGgufWriter) writer = ch_gguf_writer_new ();
  g_autoptr (GError) error = NULL;
  Source source = { from };

  ch_gguf_writer_copy_metadata (writer, from);
  add_tensors (writer, from);
  ch_gguf_writer_write (writer, fixture->path, fetch, progress, &source, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (source.done, ==, source.total);
  assert_file_equals (fixture->path, bytes);
}

/* A file in canonical order is the same file after reading and writing, bit for bit. */
static void
test_copy (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) bytes = gguf_sample ();

  copy_file (fixture, bytes);
}

static void
test_copy_alignment (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GgufBuilder) builder = gguf_builder_new ();
  g_autoptr (GBytes) bytes = NULL;

  gguf_builder_all_kinds (builder);
  gguf_builder_uint32 (builder, "general.alignment", 8192);
  gguf_builder_vector (builder, "a", 2048, 0);
  gguf_builder_vector (builder, "b", 1, 8192);
  bytes = gguf_builder_finish (builder, 8192, 8196);
  copy_file (fixture, bytes);
}

static void
test_copy_twice (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) bytes = gguf_sample ();
  g_autoptr (ChGgufWriter) writer = ch_gguf_writer_new ();
  g_autoptr (ChGguf) again = NULL;
  g_autoptr (GError) error = NULL;
  const char *name = NULL;

  {
    /* The writer keeps what it needs of a file that is closed. */
    g_autoptr (ChGguf) from = ch_gguf_open_bytes (bytes, NULL, NULL);
    ch_gguf_writer_copy_metadata (writer, from);
    ch_gguf_writer_copy_metadata (writer, from);
  }
  ch_gguf_writer_set_string (writer, "general.architecture", "qwen3");
  ch_gguf_writer_write (writer, fixture->path, fetch, NULL, NULL, &error);
  g_assert_no_error (error);
  again = ch_gguf_open (fixture->path, CH_GGUF_DEFAULT, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (ch_gguf_value (again, 0)->key, ==, "general.architecture");
  g_assert_true (ch_gguf_get_string (again, "general.architecture", &name, NULL));
  g_assert_cmpstr (name, ==, "qwen3");
}

static void
test_setters (Fixture *fixture, gconstpointer data)
{
  const char *const words[] = { "a", "", "Füchse" };
  const gint32 ints[] = { -1, 0, G_MAXINT32 };
  const float floats[] = { 0.5f, -1e30f };
  g_autoptr (ChGgufWriter) writer = ch_gguf_writer_new ();
  g_autoptr (ChGguf) gguf = NULL;
  g_autoptr (GError) error = NULL;
  const char *text = NULL;
  gboolean flag = FALSE;
  guint64 number = 0;
  double real = 0;

  ch_gguf_writer_set_uint32 (writer, "u32", 1);
  ch_gguf_writer_set_uint32 (writer, "u32", G_MAXUINT32);
  ch_gguf_writer_set_uint64 (writer, "u64", G_MAXUINT64);
  ch_gguf_writer_set_float (writer, "float", 1.25f);
  ch_gguf_writer_set_bool (writer, "bool", 7);
  ch_gguf_writer_set_string (writer, "string", "Füchse");
  ch_gguf_writer_set_strings (writer, "strings", words, 3);
  ch_gguf_writer_set_floats (writer, "floats", floats, 2);
  ch_gguf_writer_set_int32s (writer, "ints", ints, 3);
  ch_gguf_writer_set_int32s (writer, "nothing", NULL, 0);
  ch_gguf_writer_write (writer, fixture->path, fetch, NULL, NULL, &error);
  g_assert_no_error (error);

  gguf = ch_gguf_open (fixture->path, CH_GGUF_NO_MMAP, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (ch_gguf_n_values (gguf), ==, 9);
  g_assert_cmpuint (ch_gguf_version (gguf), ==, 3);
  g_assert_true (ch_gguf_get_uint (gguf, "u32", G_MAXUINT64, &number, NULL)
                 && number == G_MAXUINT32);
  g_assert_true (ch_gguf_get_uint (gguf, "u64", G_MAXUINT64, &number, NULL)
                 && number == G_MAXUINT64);
  g_assert_true (ch_gguf_get_float (gguf, "float", &real, NULL) && real == 1.25);
  g_assert_true (ch_gguf_get_bool (gguf, "bool", &flag, NULL) && flag);
  g_assert_true (ch_gguf_get_string (gguf, "string", &text, NULL) && g_str_equal (text, "Füchse"));
  for (guint i = 0; i < 3; i++)
    {
      const ChGgufString string = ch_gguf_item_string (ch_gguf_find (gguf, "strings"), i);

      g_assert_cmpmem (string.data, string.length, words[i], strlen (words[i]));
      g_assert_cmpint (ch_gguf_item_int (ch_gguf_find (gguf, "ints"), i), ==, ints[i]);
    }
  g_assert_cmpfloat (ch_gguf_item_float (ch_gguf_find (gguf, "floats"), 1), ==, floats[1]);
  g_assert_cmpuint (ch_gguf_find (gguf, "nothing")->n_items, ==, 0);
}

/* Data larger than any buffer, of a row that fills no block of the alignment. */
static void
test_large (Fixture *fixture, gconstpointer data)
{
  const guint64 n = 5000001;
  g_autofree guint8 *zeros = g_malloc0 (4 * n);
  Source source = { .zeros = zeros };
  g_autoptr (ChGgufWriter) writer = ch_gguf_writer_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (ChGguf) gguf = NULL;
  const guint8 *bytes;

  zeros[4 * n - 1] = 99;
  ch_gguf_writer_add_tensor (writer, "a", CH_TYPE_F32, 1, &n);
  ch_gguf_writer_add_tensor (writer, "b", CH_TYPE_F32, 1, &n);
  ch_gguf_writer_write (writer, fixture->path, fetch, progress, &source, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (source.done, ==, 8 * n);
  gguf = ch_gguf_open (fixture->path, CH_GGUF_DEFAULT, &error);
  g_assert_no_error (error);
  bytes = ch_gguf_tensor_data (gguf, ch_gguf_find_tensor (gguf, "b"), NULL);
  g_assert_cmpmem (bytes, 4 * n, zeros, 4 * n);
}

/* The whole of a split model does not claim to be a part. */
static void
test_merge (Fixture *fixture, gconstpointer data)
{
  g_autofree char *first = g_build_filename (fixture->folder, "m-00001-of-00002.gguf", NULL);
  g_autofree char *second = g_build_filename (fixture->folder, "m-00002-of-00002.gguf", NULL);
  g_autoptr (ChGguf) from = NULL, whole = NULL;
  g_autoptr (ChGgufWriter) writer = ch_gguf_writer_new ();
  g_autoptr (GError) error = NULL;
  guint8 zeros[32] = { 0 };

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (ChGgufWriter) part = ch_gguf_writer_new ();

      ch_gguf_writer_set_uint32 (part, "split.no", i);
      ch_gguf_writer_set_uint32 (part, "split.count", 2);
      ch_gguf_writer_set_uint32 (part, "split.tensors.count", 2);
      ch_gguf_writer_set_string (part, "general.name", "whole");
      ch_gguf_writer_add_tensor (part, i == 0 ? "a" : "b", CH_TYPE_F32, 1, (const guint64[]) { 8 });
      ch_gguf_writer_write (part, i == 0 ? first : second, fetch, NULL,
                            &(Source) { .zeros = zeros }, &error);
      g_assert_no_error (error);
    }
  from = ch_gguf_open (second, CH_GGUF_DEFAULT, &error);
  g_assert_no_error (error);
  ch_gguf_writer_copy_metadata (writer, from);
  add_tensors (writer, from);
  ch_gguf_writer_write (writer, fixture->path, fetch, NULL, &(Source) { .from = from }, &error);
  g_assert_no_error (error);
  whole = ch_gguf_open (fixture->path, CH_GGUF_DEFAULT, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (ch_gguf_n_files (whole), ==, 1);
  g_assert_cmpuint (ch_gguf_n_tensors (whole), ==, 2);
  g_assert_cmpuint (ch_gguf_n_values (whole), ==, 1);
  g_unlink (first);
  g_unlink (second);
}

/* --- Failures --- */

/* Writes over a file that is there, which must stay as it was. */
static void
assert_write_fails (Fixture *fixture, ChGgufWriter *writer, Source *source, GQuark domain,
                    gint code, const char *text)
{
  g_autoptr (GBytes) old = g_bytes_new_static ("old", 3);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (fixture->path, "old", 3, NULL));
  g_assert_false (ch_gguf_writer_write (writer, fixture->path, fetch, progress, source, &error));
  g_assert_error (error, domain, code);
  if (strstr (error->message, text) == NULL)
    g_error ("\"%s\" does not say \"%s\"", error->message, text);
  assert_file_equals (fixture->path, old);
  g_assert_false (g_file_test (fixture->part, G_FILE_TEST_EXISTS));
}

static ChGgufWriter *
writer_of_20_mb (Source *source)
{
  ChGgufWriter *writer = ch_gguf_writer_new ();
  const guint64 n = 10 << 20;

  source->zeros = g_malloc0 (n);
  ch_gguf_writer_set_string (writer, "general.name", "large");
  ch_gguf_writer_add_tensor (writer, "a", CH_TYPE_I8, 1, &n);
  ch_gguf_writer_add_tensor (writer, "b", CH_TYPE_I8, 1, &n);
  return writer;
}

static void
test_lost_data (Fixture *fixture, gconstpointer data)
{
  Source source = { .fail_at = 2 };
  g_autoptr (ChGgufWriter) writer = writer_of_20_mb (&source);

  assert_write_fails (fixture, writer, &source, CH_ERROR, CH_ERROR_FAILED, "tensor 1 is lost");
  g_free (source.zeros);
}

static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  Source source = { .stop_at = 9 << 20 };
  g_autoptr (ChGgufWriter) writer = writer_of_20_mb (&source);

  assert_write_fails (fixture, writer, &source, G_IO_ERROR, G_IO_ERROR_CANCELLED, fixture->path);
  g_assert_cmpuint (source.done, <, source.total);
  g_free (source.zeros);
}

/* The partial file is a door to a device that is always full. */
static void
test_full_disk (Fixture *fixture, gconstpointer data)
{
  Source source = { 0 };
  g_autoptr (ChGgufWriter) writer = writer_of_20_mb (&source);

  if (access ("/dev/full", W_OK) != 0)
    g_test_skip ("there is no /dev/full");
  else
    {
      g_assert_cmpint (symlink ("/dev/full", fixture->part), ==, 0);
      assert_write_fails (fixture, writer, &source, CH_ERROR, CH_ERROR_FAILED, g_strerror (ENOSPC));
    }
  g_free (source.zeros);
}

/* At each of many sizes the file may reach, in the header, the padding and the data. */
static void
test_size_limit (Fixture *fixture, gconstpointer data)
{
  const rlim_t limits[] = { 0, 1, 4, 30, 100, 4096, 65536, 1 << 20, 10 << 20, (20 << 20) + 1 };
  Source source = { 0 };
  g_autoptr (ChGgufWriter) writer = writer_of_20_mb (&source);
  struct rlimit old;

  signal (SIGXFSZ, SIG_IGN);
  getrlimit (RLIMIT_FSIZE, &old);
  for (guint i = 0; i < G_N_ELEMENTS (limits); i++)
    {
      g_autoptr (GError) error = NULL;
      gboolean ok;

      source.done = 0;
      setrlimit (RLIMIT_FSIZE, &(struct rlimit) { limits[i], old.rlim_max });
      ok = ch_gguf_writer_write (writer, fixture->path, fetch, progress, &source, &error);
      setrlimit (RLIMIT_FSIZE, &old);
      g_assert_false (ok);
      g_assert_error (error, CH_ERROR, CH_ERROR_FAILED);
      g_assert_nonnull (strstr (error->message, fixture->path));
      g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
      g_assert_false (g_file_test (fixture->part, G_FILE_TEST_EXISTS));
    }
  g_free (source.zeros);
}

static void
test_no_place (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChGgufWriter) writer = ch_gguf_writer_new ();
  g_autofree char *nowhere = g_build_filename (fixture->folder, "no", "model.gguf", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (ch_gguf_writer_write (writer, nowhere, fetch, NULL, NULL, &error));
  g_assert_error (error, CH_ERROR, CH_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_cmpint (g_mkdir (fixture->path, 0700), ==, 0);
  g_assert_false (ch_gguf_writer_write (writer, fixture->path, fetch, NULL, NULL, &error));
  g_assert_error (error, CH_ERROR, CH_ERROR_FAILED);
  g_assert_cmpint (g_rmdir (fixture->path), ==, 0);
}

/* What is no file, such as a pipe or a device, is never replaced by one. */
static void
test_no_file (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChGgufWriter) writer = ch_gguf_writer_new ();
  g_autoptr (GError) error = NULL;
  GStatBuf info;

  g_assert_cmpint (mkfifo (fixture->path, 0600), ==, 0);
  g_assert_false (ch_gguf_writer_write (writer, fixture->path, fetch, NULL, NULL, &error));
  g_assert_error (error, CH_ERROR, CH_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, fixture->path));
  g_assert_cmpint (g_stat (fixture->path, &info), ==, 0);
  g_assert_true (S_ISFIFO (info.st_mode));
}

/* A link goes on naming the file, which is the new one now. */
static void
test_link (Fixture *fixture, gconstpointer data)
{
  g_autofree char *real = g_build_filename (fixture->folder, "real.gguf", NULL);
  g_autoptr (ChGgufWriter) writer = ch_gguf_writer_new ();
  g_autoptr (GError) error = NULL;
  GStatBuf info;

  g_assert_true (g_file_set_contents (real, "old", 3, NULL));
  g_assert_cmpint (symlink ("real.gguf", fixture->path), ==, 0);
  g_assert_true (ch_gguf_writer_write (writer, fixture->path, fetch, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_test (fixture->path, G_FILE_TEST_IS_SYMLINK));
  g_assert_cmpint (g_stat (real, &info), ==, 0);
  g_assert_cmpint (info.st_size, >, 3);
  g_assert_cmpint (g_unlink (real), ==, 0);
}

static void
test_impossible (Fixture *fixture, gconstpointer data)
{
  const guint64 two = 2, zero = 0, huge[] = { G_MAXINT64, 4 };
  const char *names[] = { "twin",    "block",     "zero", "huge",  "far",
                          "unknown", "alignment", "key",  "tensor" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (ChGgufWriter) writer = ch_gguf_writer_new ();
      Source source = { 0 };

      ch_gguf_writer_add_tensor (writer, "twin", CH_TYPE_F32, 1, &two);
      if (i == 0)
        ch_gguf_writer_add_tensor (writer, "twin", CH_TYPE_F16, 1, &two);
      else if (i == 1)
        ch_gguf_writer_add_tensor (writer, "block", CH_TYPE_Q8_0, 1, &two);
      else if (i == 2)
        ch_gguf_writer_add_tensor (writer, "zero", CH_TYPE_F32, 1, &zero);
      else if (i == 3)
        ch_gguf_writer_add_tensor (writer, "huge", CH_TYPE_I8, 2, huge);
      else if (i == 4)
        ch_gguf_writer_add_tensor (writer, "far", CH_TYPE_I8, 1, huge);
      else if (i == 5)
        ch_gguf_writer_add_tensor (writer, "unknown", (ChType) 4, 1, &two);
      else if (i == 6)
        ch_gguf_writer_set_uint32 (writer, "general.alignment", 12);
      else if (i == 7)
        ch_gguf_writer_set_uint32 (writer, "\xff", 1);
      else
        ch_gguf_writer_add_tensor (writer, "", CH_TYPE_F32, 1, &two);
      assert_write_fails (fixture, writer, &source, CH_ERROR, CH_ERROR_INVALID_ARGUMENT, names[i]);
    }
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
  add ("/gguf-writer/copy", test_copy);
  add ("/gguf-writer/copy-alignment", test_copy_alignment);
  add ("/gguf-writer/copy-twice", test_copy_twice);
  add ("/gguf-writer/setters", test_setters);
  add ("/gguf-writer/large", test_large);
  add ("/gguf-writer/merge", test_merge);
  add ("/gguf-writer/lost-data", test_lost_data);
  add ("/gguf-writer/cancel", test_cancel);
  add ("/gguf-writer/full-disk", test_full_disk);
  add ("/gguf-writer/size-limit", test_size_limit);
  add ("/gguf-writer/no-place", test_no_place);
  add ("/gguf-writer/no-file", test_no_file);
  add ("/gguf-writer/link", test_link);
  add ("/gguf-writer/impossible", test_impossible);
  return g_test_run ();
}
