/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gio/gio.h>
#include <pthread.h>
#include <stdatomic.h>

#include "runner.h"

/* What must not change an answer, not by one bit: the number of threads, what else is in the batch,
 * how the prompt is cut, which device has which layer. And cancelling. */

#define N_PAGES  32
#define MAX_ROWS 640

static char *data_folder;

typedef struct
{
  const char *path, *model;
  ChPrecision precision;
  ChKvType kv_type;
} Setup;

static const Setup setups[] = {
  { "exact-f32", "qwen3", CH_PRECISION_EXACT, CH_KV_F32 },
  { "exact-q2_k", "llama-q2_k", CH_PRECISION_EXACT, CH_KV_F32 },
  { "fast-f16", "qwen2-q4_0", CH_PRECISION_FAST, CH_KV_F16 },
};

static Runner *
open_with (const Setup *setup, ChDevice *const *devices, ChGgufFlags flags)
{
  g_autofree char *name = g_strconcat (setup->model, ".gguf", NULL);
  g_autofree char *path = g_build_filename (data_folder, name, NULL);
  RunnerOptions options = { setup->precision, setup->kv_type, MAX_ROWS, N_PAGES, devices, flags };
  g_autoptr (GError) error = NULL;
  Runner *runner = runner_new (path, &options, &error);

  g_assert_no_error (error);
  return runner;
}

static Runner *
open_setup (const Setup *setup, ChDevice *const *devices)
{
  return open_with (setup, devices, CH_GGUF_DEFAULT);
}

static GArray *
make_tokens (gsize n, guint seed)
{
  GArray *tokens = g_array_new (FALSE, FALSE, sizeof (gint32));
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);

  for (gsize i = 0; i < n; i++)
    {
      gint32 token = g_rand_int_range (rand, 0, 288);

      g_array_append_val (tokens, token);
    }
  return tokens;
}

static void
assert_same (const GArray *a, const GArray *b)
{
  g_assert_cmpuint (a->len, ==, b->len);
  g_assert_cmpmem (a->data, a->len * sizeof (float), b->data, b->len * sizeof (float));
}

/* ---- Threads and chunks --------------------------------------------------------------------- */

/* Long enough that the context of the last rows is cut up over the threads. */
static void
test_threads (gconstpointer data)
{
  g_autoptr (Runner) runner = open_setup (data, NULL);
  g_autoptr (GArray) tokens = make_tokens (530, 1);
  g_autoptr (GArray) reference =
      runner_logits (runner, &g_array_index (tokens, gint32, 0), tokens->len, 0, 1);

  for (gint n_threads = 2; n_threads <= 5; n_threads++)
    {
      g_autoptr (GArray) logits =
          runner_logits (runner, &g_array_index (tokens, gint32, 0), tokens->len, 0, n_threads);

      assert_same (logits, reference);
    }
}

static void
test_chunks (gconstpointer data)
{
  g_autoptr (Runner) runner = open_setup (data, NULL);
  g_autoptr (GArray) tokens = make_tokens (530, 2);
  g_autoptr (GArray) whole =
      runner_logits (runner, &g_array_index (tokens, gint32, 0), tokens->len, 0, 2);
  g_autoptr (GArray) sevens =
      runner_logits (runner, &g_array_index (tokens, gint32, 0), tokens->len, 7, 2);
  g_autoptr (GArray) halves =
      runner_logits (runner, &g_array_index (tokens, gint32, 0), tokens->len, 265, 3);

  assert_same (sevens, whole);
  assert_same (halves, whole);
}

/* A file that is read instead of mapped; twice, for after the first run its tensors are let go. */
static void
test_no_mapping (gconstpointer data)
{
  g_autoptr (Runner) mapped = open_setup (data, NULL);
  g_autoptr (Runner) read = open_with (data, NULL, CH_GGUF_NO_MMAP);
  g_autoptr (GArray) tokens = make_tokens (20, 6);
  g_autoptr (GArray) expected =
      runner_logits (mapped, &g_array_index (tokens, gint32, 0), tokens->len, 0, 2);

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GArray) logits =
          runner_logits (read, &g_array_index (tokens, gint32, 0), tokens->len, 0, 2);

      assert_same (logits, expected);
    }
}

/* ---- Company -------------------------------------------------------------------------------- */

/* Three sequences go on together, each at its own pace. */
static void
test_batches (gconstpointer data)
{
  static const gsize lengths[] = { 90, 40, 121 };
  static const gsize steps[][3] = { { 30, 1, 64 }, { 1, 5, 1 }, { 58, 33, 55 }, { 1, 1, 1 } };
  g_autoptr (Runner) runner = open_setup (data, NULL);
  GArray *tokens[3], *outputs[3];
  RunnerSeq seqs[3];

  for (guint s = 0; s < 3; s++)
    {
      tokens[s] = make_tokens (lengths[s], 10 + s);
      outputs[s] = g_array_new (FALSE, FALSE, sizeof (float));
      seqs[s] =
          (RunnerSeq) { &g_array_index (tokens[s], gint32, 0), lengths[s], N_PAGES - 1 - s * 4, 0 };
    }
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (GError) error = NULL;

      runner_batch (runner, seqs, 3, steps[i], outputs, 2, NULL, &error);
      g_assert_no_error (error);
    }
  for (guint s = 0; s < 3; s++)
    {
      g_autoptr (GArray) solo =
          runner_logits (runner, &g_array_index (tokens[s], gint32, 0), lengths[s], 0, 2);

      assert_same (outputs[s], solo);
      g_array_unref (outputs[s]);
      g_array_unref (tokens[s]);
    }
}

/* ---- Segments ------------------------------------------------------------------------------- */

static void
test_segments (gconstpointer data)
{
  ChDevice *cpu = ch_device_cpu (), *second = ch_device_cpu_nth (1);
  ChDevice *const splits[][3] = { { cpu, second, second },
                                  { cpu, cpu, second },
                                  { second, cpu, second } };
  const Setup *setup = data;
  g_autoptr (Runner) whole = open_setup (setup, NULL);
  g_autoptr (GArray) tokens = make_tokens (50, 3);
  g_autoptr (GArray) reference =
      runner_logits (whole, &g_array_index (tokens, gint32, 0), tokens->len, 0, 2);

  g_assert_cmpuint (whole->program->n_segments, ==, 1);
  g_assert_cmpuint (ch_weights_hparams (whole->weights)->n_layers, ==, 2);
  for (guint i = 0; i < G_N_ELEMENTS (splits); i++)
    {
      g_autoptr (Runner) split = open_setup (setup, splits[i]);
      g_autoptr (GArray) logits =
          runner_logits (split, &g_array_index (tokens, gint32, 0), tokens->len, 13, 2);

      g_assert_cmpuint (split->program->n_segments, ==, i < 2 ? 2 : 3);
      assert_same (logits, reference);
    }
}

/* ---- Cancelling ----------------------------------------------------------------------------- */

static gboolean
run_cancellable (Runner *runner, RunnerSeq *seq, const atomic_bool *cancel, GArray *output,
                 GError **error)
{
  gsize n = seq->n_tokens;

  return runner_batch (runner, seq, 1, &n, &output, 2, cancel, error);
}

static void
test_cancelled_before (gconstpointer data)
{
  g_autoptr (Runner) runner = open_setup (data, NULL);
  g_autoptr (GArray) tokens = make_tokens (60, 4);
  g_autoptr (GArray) output = g_array_new (FALSE, FALSE, sizeof (float));
  g_autoptr (GArray) reference = NULL;
  g_autoptr (GError) error = NULL;
  RunnerSeq seq = { &g_array_index (tokens, gint32, 0), tokens->len, N_PAGES - 1, 0 };
  atomic_bool cancel = true;

  g_assert_false (run_cancellable (runner, &seq, &cancel, output, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  /* What was left half done does no harm to the next run. */
  g_assert_true (run_cancellable (runner, &seq, NULL, output, &error));
  reference = runner_logits (runner, &g_array_index (tokens, gint32, 0), tokens->len, 1, 1);
  assert_same (output, reference);
}

static void *
cancel_soon (void *data)
{
  g_usleep (500);
  atomic_store ((atomic_bool *) data, true);
  return NULL;
}

/* Whenever the flag is set, a run ends at once, well or cancelled; and no thread is left at a
 * barrier. */
static void
test_cancelled_within (gconstpointer data)
{
  g_autoptr (Runner) runner = open_setup (data, NULL);
  g_autoptr (GArray) tokens = make_tokens (300, 5);

  for (guint i = 0; i < 30; i++)
    {
      g_autoptr (GArray) output = g_array_new (FALSE, FALSE, sizeof (float));
      g_autoptr (GError) error = NULL;
      RunnerSeq seq = { &g_array_index (tokens, gint32, 0), tokens->len, N_PAGES - 1, 0 };
      atomic_bool cancel = false;
      pthread_t thread;

      g_assert_cmpint (pthread_create (&thread, NULL, cancel_soon, &cancel), ==, 0);
      if (!run_cancellable (runner, &seq, &cancel, output, &error))
        g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      pthread_join (thread, NULL);
    }
}

/* ---- */

static void
add (const char *name, const Setup *setup, GTestDataFunc func)
{
  g_autofree char *path = g_strdup_printf ("/invariance/%s/%s", name, setup->path);

  g_test_add_data_func (path, setup, func);
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  data_folder = g_test_build_filename (G_TEST_DIST, "data", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (setups); i++)
    {
      add ("threads", &setups[i], test_threads);
      add ("chunks", &setups[i], test_chunks);
      add ("batches", &setups[i], test_batches);
      add ("segments", &setups[i], test_segments);
      add ("no-mapping", &setups[i], test_no_mapping);
    }
  add ("cancelled-before", &setups[0], test_cancelled_before);
  add ("cancelled-within", &setups[2], test_cancelled_within);
  result = g_test_run ();
  g_free (data_folder);
  return result;
}
