/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "common.h"
#include "engine/memory.h"

#include <string.h>

/* The page tables of the KV cache, without a forward pass: pages are marked through the device. */

#define N_CTX 256

typedef struct
{
  ChWeights *weights;
  ChMemory *memory;
  const ChMemoryClass *k;
  guint64 page; /* bytes */
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChGguf) gguf = ch_gguf_open (g_getenv ("CHORD_TEST_MODEL"), CH_GGUF_DEFAULT, &error);
  g_assert_no_error (error);
  f->weights = ch_weights_load (gguf, &(ChWeightsOptions){ .precision = CH_PRECISION_EXACT }, NULL,
                                NULL, &error);
  g_assert_no_error (error);
  f->memory = ch_kv_cache_new (f->weights, GPOINTER_TO_INT (data), N_CTX, 2, &error);
  g_assert_no_error (error);
  f->k = f->memory->klass;
  ChSeq *seq = f->k->seq_new (f->memory);
  g_assert_true (f->k->append (f->memory, seq, 1, NULL));
  f->page = f->k->bytes_used (f->memory);
  f->k->seq_free (f->memory, seq);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_cmpuint (f->k->bytes_used (f->memory), ==, 0);
  f->k->free (f->memory);
  ch_weights_free (f->weights);
}

static void
append (Fixture *f, ChSeq *seq, gsize n)
{
  g_autoptr (GError) error = NULL;
  gsize before = f->k->length (f->memory, seq);
  g_assert_true (f->k->append (f->memory, seq, n, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (f->k->length (f->memory, seq), ==, before + n);
}

static void
assert_pages (Fixture *f, gsize n)
{
  g_assert_cmpuint (f->k->bytes_used (f->memory), ==, n * f->page);
}

static ChKvStore *
store_of (Fixture *f, ChDevice **device)
{
  *device = ch_weights_device (f->weights, 0);
  return f->k->store (f->memory, *device);
}

/* Fills the page at this index of a sequence. The bytes are sound floats of both KV types. */
static void
mark (Fixture *f, ChSeq *seq, gsize index, guint8 value)
{
  ChDevice *device;
  ChKvStore *kv = store_of (f, &device);
  ChSeqView view;
  f->k->view (f->memory, seq, &view);
  gsize n = device->klass->kv_page_bytes (device, kv);
  g_autofree guint8 *bytes = g_malloc (n);
  memset (bytes, value, n);
  device->klass->kv_write_page (device, kv, view.pages[index], bytes);
}

static guint8 *
read_page (Fixture *f, ChSeq *seq, gsize index, gsize *n)
{
  ChDevice *device;
  ChKvStore *kv = store_of (f, &device);
  ChSeqView view;
  f->k->view (f->memory, seq, &view);
  *n = device->klass->kv_page_bytes (device, kv);
  guint8 *bytes = g_malloc (*n);
  device->klass->kv_read_page (device, kv, view.pages[index], bytes);
  return bytes;
}

static void
assert_marked (Fixture *f, ChSeq *seq, gsize index, guint8 value)
{
  gsize n;
  g_autofree guint8 *bytes = read_page (f, seq, index, &n);
  for (gsize i = 0; i < n; i++)
    g_assert_cmpuint (bytes[i], ==, value);
}

static void
test_growth (Fixture *f, gconstpointer data)
{
  ChSeq *seq = f->k->seq_new (f->memory);
  g_autoptr (GError) error = NULL;
  append (f, seq, 63);
  assert_pages (f, 1);
  append (f, seq, 1);
  assert_pages (f, 1);
  append (f, seq, 1);
  assert_pages (f, 2);
  append (f, seq, N_CTX - 65);
  assert_pages (f, 4);
  g_assert_false (f->k->append (f->memory, seq, 1, &error));
  g_assert_error (error, CH_ERROR, CH_ERROR_CONTEXT_FULL);
  g_assert_nonnull (strstr (error->message, "256"));
  g_assert_nonnull (strstr (error->message, "257"));
  g_assert_true (f->k->truncate (f->memory, seq, 65));
  assert_pages (f, 2);
  g_assert_true (f->k->truncate (f->memory, seq, 64));
  assert_pages (f, 1);
  g_assert_cmpuint (f->k->seq_bytes (f->memory, seq), ==, f->page);
  f->k->seq_free (f->memory, seq);
}

static void
test_fork (Fixture *f, gconstpointer data)
{
  ChSeq *seq = f->k->seq_new (f->memory);
  append (f, seq, 130);
  for (guint8 i = 0; i < 3; i++)
    mark (f, seq, i, 1 + i);
  ChSeq *fork = f->k->fork (f->memory, seq, 100, NULL);
  g_assert_cmpuint (f->k->length (f->memory, fork), ==, 100);
  assert_pages (f, 3); /* all of the fork is shared */

  append (f, fork, 1); /* now it has its own copy of the page that it writes */
  assert_pages (f, 4);
  mark (f, fork, 1, 9);
  assert_marked (f, seq, 1, 2);
  assert_marked (f, fork, 0, 1);
  append (f, seq, 1); /* that page was never shared */
  assert_pages (f, 4);

  f->k->seq_free (f->memory, seq);
  assert_pages (f, 2);
  assert_marked (f, fork, 0, 1);
  assert_marked (f, fork, 1, 9);
  f->k->seq_free (f->memory, fork);
}

/* A shared page that is only partly used is copied as far as it is used, by whoever writes first.
 */
static void
test_copy_on_write (Fixture *f, gconstpointer data)
{
  ChSeq *seq = f->k->seq_new (f->memory);
  append (f, seq, 64);
  mark (f, seq, 0, 5);
  g_assert_true (f->k->truncate (f->memory, seq, 63));
  ChSeq *fork = f->k->fork (f->memory, seq, 63, NULL);
  append (f, seq, 1);
  append (f, fork, 1);
  assert_pages (f, 2);
  mark (f, seq, 0, 6);
  assert_marked (f, seq, 0, 6);
  assert_marked (f, fork, 0, 5);
  f->k->seq_free (f->memory, fork);
  f->k->seq_free (f->memory, seq);
}

static void
test_checkpoint (Fixture *f, gconstpointer data)
{
  ChSeq *seq = f->k->seq_new (f->memory);
  append (f, seq, 64);
  mark (f, seq, 0, 5);
  g_assert_true (f->k->truncate (f->memory, seq, 40));
  ChCheckpoint *point = f->k->checkpoint (f->memory, seq);
  assert_pages (f, 1);
  append (f, seq, 60);
  assert_pages (f, 3);
  g_assert_true (f->k->rollback (f->memory, seq, point));
  g_assert_cmpuint (f->k->length (f->memory, seq), ==, 40);
  assert_pages (f, 1);

  /* Even after what it stood on was cut away and written anew. */
  g_assert_true (f->k->truncate (f->memory, seq, 0));
  append (f, seq, 64);
  mark (f, seq, 0, 7);
  assert_pages (f, 2);
  g_assert_true (f->k->rollback (f->memory, seq, point));
  assert_marked (f, seq, 0, 5);
  f->k->checkpoint_free (f->memory, point);
  append (f, seq, 1);
  assert_pages (f, 1);
  f->k->seq_free (f->memory, seq);
}

static void
test_pool_full (Fixture *f, gconstpointer data)
{
  ChSeq *a = f->k->seq_new (f->memory), *b = f->k->seq_new (f->memory),
        *c = f->k->seq_new (f->memory);
  g_autoptr (GError) error = NULL;
  append (f, a, N_CTX);
  append (f, b, N_CTX - 64);
  append (f, c, 64);
  g_assert_false (f->k->append (f->memory, c, 1, &error));
  g_assert_error (error, CH_ERROR, CH_ERROR_NO_MEMORY);
  g_assert_cmpuint (f->k->length (f->memory, c), ==, 64);
  f->k->seq_free (f->memory, a);
  append (f, c, N_CTX - 64);
  f->k->seq_free (f->memory, b);
  f->k->seq_free (f->memory, c);
}

static void
test_memory_limit (Fixture *f, gconstpointer data)
{
  ChSeq *seq = f->k->seq_new (f->memory);
  g_autoptr (GError) error = NULL;
  g_autofree char *limit = g_strdup_printf ("%" G_GUINT64_FORMAT, f->page * 2 - 1);
  g_autofree char *need = g_strdup_printf ("%" G_GUINT64_FORMAT, f->page * 2);
  g_setenv ("CHORD_MEMORY_LIMIT", limit, TRUE);
  g_assert_false (f->k->append (f->memory, seq, 65, &error));
  g_assert_error (error, CH_ERROR, CH_ERROR_NO_MEMORY);
  g_assert_nonnull (strstr (error->message, limit));
  g_assert_nonnull (strstr (error->message, need));
  append (f, seq, 64);
  g_unsetenv ("CHORD_MEMORY_LIMIT");
  f->k->seq_free (f->memory, seq);
}

static void
test_state (Fixture *f, gconstpointer data)
{
  ChSeq *seq = f->k->seq_new (f->memory);
  g_autoptr (GError) error = NULL;
  append (f, seq, 100);
  mark (f, seq, 0, 3);
  mark (f, seq, 1, 4);
  g_autoptr (GBytes) state = f->k->save (f->memory, seq, &error);
  g_assert_no_error (error);
  ChSeq *restored = f->k->restore (f->memory, state, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (f->k->length (f->memory, restored), ==, 100);
  assert_marked (f, restored, 0, 3);
  assert_marked (f, restored, 1, 4);
  assert_pages (f, 4);
  f->k->seq_free (f->memory, restored);
  f->k->seq_free (f->memory, seq);
}

/* Every state that is cut short or has another byte in its header is refused, without a page taken.
 */
static void
test_damaged_state (Fixture *f, gconstpointer data)
{
  ChSeq *seq = f->k->seq_new (f->memory);
  append (f, seq, 1);
  g_autoptr (GBytes) state = f->k->save (f->memory, seq, NULL);
  f->k->seq_free (f->memory, seq);
  gsize size = g_bytes_get_size (state), header = size - f->page;
  g_assert_cmpuint (header, <, 4096);
  for (gsize i = 0; i < header; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) cut = g_bytes_new_from_bytes (state, 0, i);
      g_assert_null (f->k->restore (f->memory, cut, &error));
      g_assert_nonnull (error);
    }
  g_autofree guint8 *bytes = g_memdup2 (g_bytes_get_data (state, NULL), size);
  for (gsize i = 0; i < header; i++)
    {
      g_autoptr (GBytes) changed = g_bytes_new_static (bytes, size);
      g_autoptr (GError) error = NULL;
      bytes[i] ^= 0xff;
      g_assert_null (f->k->restore (f->memory, changed, &error));
      g_assert_nonnull (error);
      bytes[i] ^= 0xff;
    }
  assert_pages (f, 0);
}

#define ADD(name, func, type)                                                                      \
  g_test_add (name, Fixture, GINT_TO_POINTER (type), set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/engine/kv/growth", test_growth, CH_KV_F32);
  ADD ("/engine/kv/fork", test_fork, CH_KV_F16);
  ADD ("/engine/kv/copy-on-write/f32", test_copy_on_write, CH_KV_F32);
  ADD ("/engine/kv/copy-on-write/f16", test_copy_on_write, CH_KV_F16);
  ADD ("/engine/kv/checkpoint", test_checkpoint, CH_KV_F16);
  ADD ("/engine/kv/pool-full", test_pool_full, CH_KV_F32);
  ADD ("/engine/kv/memory-limit", test_memory_limit, CH_KV_F16);
  ADD ("/engine/kv/state/f32", test_state, CH_KV_F32);
  ADD ("/engine/kv/state/f16", test_state, CH_KV_F16);
  ADD ("/engine/kv/damaged-state", test_damaged_state, CH_KV_F32);
  return g_test_run ();
}
