/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "device/cpu/cpu.h"

/* What the CPU device holds: weights that pack themselves as they are used, and pages of keys and
 * values. */

#define COLS    256
#define ROWS    1000 /* not whole panels */
#define N_STACK 3

typedef struct
{
  char *path;
  ChGguf *gguf;
  GBytes *values; /* of all matrices, in F32 */
} Fixture;

static const void *
fetch (guint index, gpointer data, GError **error)
{
  Fixture *f = data;

  return g_bytes_get_data (f->values, NULL);
}

/* "stack" has N_STACK matrices in F32; "vector" is their first row. */
static void
fixture_init (Fixture *f)
{
  const guint64 stack[] = { COLS, ROWS, N_STACK }, vector[] = { COLS };
  g_autoptr (ChGgufWriter) writer = ch_gguf_writer_new ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  g_autoptr (GError) error = NULL;
  float *values = g_new (float, COLS *ROWS *N_STACK);

  for (gsize i = 0; i < COLS * ROWS * N_STACK; i++)
    values[i] = g_rand_double_range (rand, -1, 1);
  f->values = g_bytes_new_take (values, COLS * ROWS * N_STACK * sizeof (float));
  close (g_file_open_tmp ("chord-device-XXXXXX.gguf", &f->path, NULL));
  ch_gguf_writer_add_tensor (writer, "stack", CH_TYPE_F32, 3, stack);
  ch_gguf_writer_add_tensor (writer, "vector", CH_TYPE_F32, 1, vector);
  ch_gguf_writer_write (writer, f->path, fetch, NULL, f, &error);
  g_assert_no_error (error);
  f->gguf = ch_gguf_open (f->path, CH_GGUF_DEFAULT, &error);
  g_assert_no_error (error);
}

static void
fixture_clear (Fixture *f)
{
  ch_gguf_unref (f->gguf);
  g_bytes_unref (f->values);
  g_unlink (f->path);
  g_free (f->path);
}

static ChWeight *
load (Fixture *f, const char *name)
{
  g_autoptr (GError) error = NULL;
  ChDevice *cpu = ch_device_cpu ();
  ChWeight *weight =
      cpu->klass->load_weight (cpu, f->gguf, ch_gguf_find_tensor (f->gguf, name), &error);

  g_assert_no_error (error);
  return weight;
}

static void
test_vector (void)
{
  ChDevice *cpu = ch_device_cpu ();
  Fixture f;
  ChWeight *weight;

  fixture_init (&f);
  weight = load (&f, "vector");
  g_assert_cmpuint (weight->rows, ==, 1);
  g_assert_cmpuint (weight->cols, ==, COLS);
  g_assert_cmpmem (ch_cpu_weight_values (weight), COLS * sizeof (float),
                   g_bytes_get_data (f.values, NULL), COLS * sizeof (float));
  cpu->klass->free_weight (cpu, weight);
  fixture_clear (&f);
}

/* ---- Packing by several threads at once ----------------------------------------------------- */

typedef struct
{
  ChWeight *weight;
  gsize start;
} Packer;

/* Asks for every panel of every matrix, beginning elsewhere than the others. */
static void *
pack_all (void *data)
{
  Packer *p = data;
  gsize n_panels = (ROWS + CH_PANEL_ROWS - 1) / CH_PANEL_ROWS;

  for (gsize i = 0; i < n_panels * N_STACK; i++)
    {
      gsize panel = (i + p->start) % (n_panels * N_STACK);
      ChMatrix matrix;

      if (!ch_cpu_weight_matrix (p->weight, panel / n_panels, panel % n_panels,
                                 panel % n_panels + 1, &matrix, NULL))
        return p;
    }
  return NULL;
}

static void
check_packed (Fixture *f, ChWeight *weight)
{
  const float *values = g_bytes_get_data (f->values, NULL);
  gsize n_panels = (ROWS + CH_PANEL_ROWS - 1) / CH_PANEL_ROWS;
  gsize bytes = ch_panel_bytes (CH_CLASS_F32, CH_TYPE_F32, COLS);
  g_autofree guint8 *expected = g_malloc (bytes);

  for (gsize i = 0; i < n_panels * N_STACK; i++)
    {
      gsize stack = i / n_panels, panel = i % n_panels, row = panel * CH_PANEL_ROWS;
      ChMatrix matrix;

      g_assert_true (ch_cpu_weight_matrix (weight, stack, panel, panel + 1, &matrix, NULL));
      g_assert_cmpuint (matrix.rows, ==, ROWS);
      ch_pack_panel (CH_CLASS_F32, CH_TYPE_F32, values + (stack * ROWS + row) * COLS,
                     COLS * sizeof (float), MIN (ROWS - row, CH_PANEL_ROWS), COLS, expected);
      g_assert_cmpmem (matrix.data + panel * matrix.stride, bytes, expected, bytes);
    }
}

static void
test_packing (void)
{
  ChDevice *cpu = ch_device_cpu ();
  pthread_t threads[4];
  Packer packers[4];
  Fixture f;
  ChWeight *weight;

  fixture_init (&f);
  weight = load (&f, "stack");
  g_assert_cmpuint (weight->n_stack, ==, N_STACK);
  for (guint i = 0; i < 4; i++)
    {
      packers[i] = (Packer) { weight, i * 5 };
      g_assert_cmpint (pthread_create (&threads[i], NULL, pack_all, &packers[i]), ==, 0);
    }
  for (guint i = 0; i < 4; i++)
    {
      void *failed;

      pthread_join (threads[i], &failed);
      g_assert_null (failed);
    }
  check_packed (&f, weight);
  cpu->klass->free_weight (cpu, weight);
  fixture_clear (&f);
}

/* ---- Memory of weights ---------------------------------------------------------------------- */

/* The sanitizers' shadow memory is counted with the process. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define RSS_IS_OURS FALSE
#else
#define RSS_IS_OURS TRUE
#endif

#define BIG_COLS  2048
#define BIG_ROWS  8192
#define BIG_BYTES ((guint64) BIG_COLS * BIG_ROWS * 2)

static char *
write_big (guint64 n_stack)
{
  const guint64 ne[] = { BIG_COLS, BIG_ROWS / n_stack, n_stack };
  g_autoptr (ChGgufWriter) writer = ch_gguf_writer_new ();
  g_autoptr (GError) error = NULL;
  Fixture f = { .values = g_bytes_new_take (g_malloc0 (BIG_BYTES), BIG_BYTES) };
  char *path = NULL;

  close (g_file_open_tmp ("chord-device-XXXXXX.gguf", &path, NULL));
  ch_gguf_writer_add_tensor (writer, "big", CH_TYPE_F16, 3, ne);
  ch_gguf_writer_write (writer, path, fetch, NULL, &f, &error);
  g_assert_no_error (error);
  g_bytes_unref (f.values);
  return path;
}

static void
use_whole (const ChWeight *weight, gsize stack)
{
  ChMatrix matrix;

  for (gsize panel = 0; panel < weight->rows / CH_PANEL_ROWS; panel++)
    g_assert_true (ch_cpu_weight_matrix (weight, stack, panel, panel + 1, &matrix, NULL));
}

/* Loading takes nothing, and a matrix that was used lies in memory once: its panels, and no longer
 * what the file has, be it mapped or read. */
static void
test_no_doubling (void)
{
  g_autofree char *path = write_big (1);

  for (guint flags = 0; flags <= CH_GGUF_NO_MMAP; flags++)
    {
      g_autoptr (GError) error = NULL;
      Fixture f = { .gguf = ch_gguf_open (path, flags, &error) };
      guint64 before = ch_memory_rss ();
      ChWeight *weight = load (&f, "big");

      if (RSS_IS_OURS)
        g_assert_cmpuint (ch_memory_rss (), <, before + BIG_BYTES / 8);
      use_whole (weight, 0);
      if (RSS_IS_OURS)
        {
          g_assert_cmpuint (ch_memory_rss (), >, before + BIG_BYTES / 8 * 7);
          g_assert_cmpuint (ch_memory_rss (), <, before + BIG_BYTES / 8 * 10);
        }
      ch_device_cpu ()->klass->free_weight (ch_device_cpu (), weight);
      ch_gguf_unref (f.gguf);
    }
  g_unlink (path);
}

/* Nor does it while it is packed: what is done with goes as the work goes on. */
static void
test_no_doubling_on_the_way (void)
{
  g_autofree char *path = write_big (1);
  g_autoptr (GError) error = NULL;
  Fixture f = { .gguf = ch_gguf_open (path, CH_GGUF_DEFAULT, &error) };
  guint64 before = ch_memory_rss ();
  ChWeight *weight = load (&f, "big");
  ChMatrix matrix;

  g_assert_true (
      ch_cpu_weight_matrix (weight, 0, 0, BIG_ROWS / CH_PANEL_ROWS / 2, &matrix, &error));
  if (RSS_IS_OURS)
    g_assert_cmpuint (ch_memory_rss (), <, before + BIG_BYTES / 8 * 5);
  ch_device_cpu ()->klass->free_weight (ch_device_cpu (), weight);
  ch_gguf_unref (f.gguf);
  g_unlink (path);
}

/* Of a stack of experts, those that were used lie in memory once, and the others not at all. */
static void
test_unused_experts (void)
{
  g_autofree char *path = write_big (8);
  g_autoptr (GError) error = NULL;
  Fixture f = { .gguf = ch_gguf_open (path, CH_GGUF_DEFAULT, &error) };
  guint64 before = ch_memory_rss ();
  ChWeight *weight = load (&f, "big");

  g_assert_cmpuint (weight->n_stack, ==, 8);
  for (gsize stack = 1; stack < 5; stack++)
    use_whole (weight, stack);
  if (RSS_IS_OURS)
    g_assert_cmpuint (ch_memory_rss (), <, before + BIG_BYTES / 8 * 5);
  ch_device_cpu ()->klass->free_weight (ch_device_cpu (), weight);
  ch_gguf_unref (f.gguf);
  g_unlink (path);
}

/* ---- Keys and values ------------------------------------------------------------------------ */

static void
test_pages (void)
{
  const ChKvLayer layers[] = { { CH_KV_F16, 2, 32, 48 },
                               { CH_KV_F16, 0, 0, 0 },
                               { CH_KV_F32, 1, 16, 16 } };
  ChDevice *cpu = ch_device_cpu ();
  g_autoptr (GError) error = NULL;
  ChKvStore *kv = cpu->klass->kv_new (cpu, layers, 3, 10, &error);
  gsize n = cpu->klass->kv_page_bytes (cpu, kv);
  g_autofree guint8 *written = g_malloc (n), *read = g_malloc (n), *zeros = g_malloc0 (n);

  g_assert_no_error (error);
  g_assert_cmpuint (
      n, ==, ch_kv_page_bytes (CH_KV_F16, 2, 32, 48) + ch_kv_page_bytes (CH_KV_F32, 1, 16, 16));
  for (gsize i = 0; i < n; i++)
    written[i] = i * 31 >> 3;
  cpu->klass->kv_write_page (cpu, kv, 4, written);
  cpu->klass->kv_write_page (cpu, kv, 9, zeros);
  cpu->klass->kv_copy_page (cpu, kv, 4, 9, CH_KV_PAGE);
  cpu->klass->kv_drop_page (cpu, kv, 4);
  cpu->klass->kv_read_page (cpu, kv, 9, read);
  g_assert_cmpmem (read, n, written, n);
  cpu->klass->kv_read_page (cpu, kv, 4, read);
  g_assert_cmpmem (read, n, zeros, n);
  cpu->klass->kv_read_page (cpu, kv, 5, read);
  g_assert_cmpmem (read, n, zeros, n);
  cpu->klass->kv_free (cpu, kv);
}

/* A context for which there is no address space is an error; a great one costs nothing before it
 * fills. */
static void
test_reservation (void)
{
  const ChKvLayer layer = { CH_KV_F32, 8, 128, 128 };
  ChDevice *cpu = ch_device_cpu ();
  g_autoptr (GError) error = NULL;
  guint64 before = ch_memory_rss ();
  ChKvStore *kv = cpu->klass->kv_new (cpu, &layer, 1, 1 << 14, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (ch_memory_rss (), <, before + (16 << 20));
  cpu->klass->kv_free (cpu, kv);
  g_assert_null (cpu->klass->kv_new (cpu, &layer, 1, G_MAXSIZE / 4, &error));
  g_assert_nonnull (error);
}

/* ---- Devices -------------------------------------------------------------------------------- */

static void
test_devices (void)
{
  g_autoptr (GError) error = NULL;
  ChDeviceInfo info;

  g_assert_true (ch_devices ()[0] == ch_device_cpu ());
  g_assert_null (ch_devices ()[1]);
  g_assert_true (ch_device_find ("cpu", &error) == ch_device_cpu ());
  g_assert_true (ch_device_find ("cpu:1", &error) == ch_device_cpu_nth (1));
  g_assert_no_error (error);
  ch_device_cpu ()->klass->info (ch_device_cpu (), &info);
  g_assert_cmpstr (info.id, ==, "cpu");
  g_assert_cmpuint (info.memory_total, >, 0);
  g_assert_null (ch_device_find ("abacus", &error));
  g_assert_nonnull (strstr (error->message, "abacus"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cpu/vector", test_vector);
  g_test_add_func ("/cpu/packing", test_packing);
  g_test_add_func ("/cpu/no-doubling", test_no_doubling);
  g_test_add_func ("/cpu/no-doubling-on-the-way", test_no_doubling_on_the_way);
  g_test_add_func ("/cpu/unused-experts", test_unused_experts);
  g_test_add_func ("/cpu/pages", test_pages);
  g_test_add_func ("/cpu/reservation", test_reservation);
  g_test_add_func ("/cpu/devices", test_devices);
  return g_test_run ();
}
