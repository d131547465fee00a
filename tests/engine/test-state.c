/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "common.h"

/* Saving and restoring sequences, and what hostile states do. */

static ChEngine *engine;

static void
test_round_trip (void)
{
  ChEngineSeq *seq = new_seq (engine);
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) prompt = filler (100, 1);
  ChGenerateRequest request = greedy_request (IDS (prompt), 100, 10);
  g_autoptr (Heard) first = generate (seq, &request);
  g_autoptr (GBytes) state = ch_engine_seq_save (seq, &error);
  g_assert_no_error (error);
  g_autoptr (GArray) held = ch_engine_seq_tokens (seq);
  ch_engine_seq_free (seq);

  /* Into another engine too. */
  g_autoptr (ChEngine) other = load_small (512, 1);
  ChEngine *engines[] = { engine, other };
  for (gsize i = 0; i < G_N_ELEMENTS (engines); i++)
    {
      ChEngineSeq *restored = ch_engine_seq_restore (engines[i], state, &error);
      g_assert_no_error (error);
      assert_holds (restored, IDS (held), held->len);
      g_autoptr (Heard) again = generate (restored, &request);
      g_assert_cmpuint (again->usage.n_cached, ==, 99);
      assert_same_ids (again->ids, first->ids);
      ch_engine_seq_free (restored);
    }
}

static void
test_other_kind (void)
{
  ChEngineOptions options = { .precision = CH_PRECISION_EXACT, .kv_type = CH_KV_F16, .n_ctx = 256 };
  g_autoptr (ChEngine) halves = load_engine (&options);
  ChEngineSeq *seq = new_seq (halves);
  g_autoptr (GError) error = NULL;
  g_autoptr (Heard) heard = evaluate (seq, hello, N_HELLO, 0, FALSE);
  g_assert_cmpint (heard->why, ==, CH_FINISH_STOP);
  g_autoptr (GBytes) state = ch_engine_seq_save (seq, &error);
  g_assert_no_error (error);
  g_assert_null (ch_engine_seq_restore (engine, state, &error));
  g_assert_error (error, CH_ERROR, CH_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);

  options.n_ctx = 8;
  g_autoptr (ChEngine) narrow = load_engine (&options);
  g_assert_null (ch_engine_seq_restore (narrow, state, &error));
  g_assert_nonnull (error);
  ch_engine_seq_free (seq);
}

/* A model whose layers are shared out over two devices: the same text, and states of its own kind.
 */
static void
test_two_devices (void)
{
  gsize n_layers = ch_engine_hparams (engine)->n_layers;
  g_autofree ChDevice **devices = g_new0 (ChDevice *, n_layers + 1);
  for (gsize l = 0; l <= n_layers; l++)
    devices[l] = l < n_layers / 2 ? ch_device_cpu () : ch_device_cpu_nth (1);
  ChEngineOptions options = {
    .precision = CH_PRECISION_EXACT,
    .kv_type = -1,
    .n_ctx = 512,
    .n_threads = 2,
    .layer_devices = devices,
  };
  g_autoptr (ChEngine) split = load_engine (&options);
  ChEngineSeq *seq = new_seq (split), *whole = new_seq (engine);
  g_autoptr (GArray) prompt = filler (100, 3);
  ChGenerateRequest request = greedy_request (IDS (prompt), 100, 10);
  g_autoptr (Heard) heard = generate (seq, &request);
  g_autoptr (Heard) expected = generate (whole, &request);
  assert_same_ids (heard->ids, expected->ids);
  g_assert_cmpuint (heard->usage.memory, ==, expected->usage.memory);

  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) state = ch_engine_seq_save (seq, &error);
  g_assert_no_error (error);
  ChEngineSeq *restored = ch_engine_seq_restore (split, state, &error);
  g_assert_no_error (error);
  g_autoptr (Heard) again = generate (restored, &request);
  g_assert_cmpuint (again->usage.n_cached, ==, 99);
  assert_same_ids (again->ids, expected->ids);
  g_assert_null (ch_engine_seq_restore (engine, state, &error));
  g_assert_error (error, CH_ERROR, CH_ERROR_INVALID_ARGUMENT);
  ch_engine_seq_free (seq);
  ch_engine_seq_free (whole);
  ch_engine_seq_free (restored);
}

static void
try_restore (GBytes *state, gboolean must_fail)
{
  g_autoptr (GError) error = NULL;
  ChEngineSeq *seq = ch_engine_seq_restore (engine, state, &error);
  g_assert_cmpint (seq == NULL, ==, error != NULL);
  if (must_fail)
    g_assert_null (seq);
  if (seq != NULL)
    {
      /* What could not be told from a sound state is one as far as the engine goes. */
      g_autoptr (Heard) heard = evaluate (seq, hello, 1, 0, FALSE);
      g_assert_cmpuint (heard->n_finished, ==, 1);
      ch_engine_seq_free (seq);
    }
}

static void
test_damaged (void)
{
  ChEngineSeq *seq = new_seq (engine);
  g_autoptr (Heard) heard = evaluate (seq, hello, N_HELLO, 0, FALSE);
  g_assert_cmpint (heard->why, ==, CH_FINISH_STOP);
  g_autoptr (GBytes) state = ch_engine_seq_save (seq, NULL);
  ch_engine_seq_free (seq);
  gsize size = g_bytes_get_size (state);
  for (gsize i = 0; i < 400; i++)
    {
      g_autoptr (GBytes) cut = g_bytes_new_from_bytes (state, 0, i < 300 ? i : i * (size / 400));
      try_restore (cut, TRUE);
    }
  g_autofree guint8 *bytes = g_memdup2 (g_bytes_get_data (state, NULL), size);
  for (gsize i = 0; i < 400; i++)
    {
      g_autoptr (GBytes) changed = g_bytes_new_static (bytes, size);
      guint8 old = bytes[i];
      bytes[i] = (guint8) (old ^ (i % 2 == 0 ? 0xff : 0x80));
      try_restore (changed, i < 28);
      bytes[i] = old;
    }
}

/* A state full of NaN is of the right shape. Generating from it is an error, not a crash. */
static void
test_nan (void)
{
  ChEngineSeq *seq = new_seq (engine);
  g_autoptr (GArray) prompt = filler (40, 2);
  g_autoptr (Heard) heard = evaluate (seq, IDS (prompt), 40, 0, FALSE);
  guint64 memory = heard->usage.memory;
  g_autoptr (GBytes) state = ch_engine_seq_save (seq, NULL);
  ch_engine_seq_free (seq);
  gsize size = g_bytes_get_size (state);
  guint8 *bytes = g_memdup2 (g_bytes_get_data (state, NULL), size);
  memset (bytes + size - memory, 0xff, memory);
  g_autoptr (GBytes) changed = g_bytes_new_take (bytes, size);
  g_autoptr (GError) error = NULL;
  ChEngineSeq *restored = ch_engine_seq_restore (engine, changed, &error);
  g_assert_no_error (error);
  ChGenerateRequest request = greedy_request (IDS (prompt), 40, 5);
  g_autoptr (Heard) nan = generate (restored, &request);
  g_assert_cmpint (nan->why, ==, CH_FINISH_ERROR);
  g_assert_error (nan->error, CH_ERROR, CH_ERROR_FAILED);
  ch_engine_seq_free (restored);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  engine = load_small (512, 4);
  g_test_add_func ("/engine/state/round-trip", test_round_trip);
  g_test_add_func ("/engine/state/other-kind", test_other_kind);
  g_test_add_func ("/engine/state/two-devices", test_two_devices);
  g_test_add_func ("/engine/state/damaged", test_damaged);
  g_test_add_func ("/engine/state/nan", test_nan);
  int failed = g_test_run ();
  ch_engine_unref (engine);
  return failed;
}
