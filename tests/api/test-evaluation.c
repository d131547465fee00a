/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fixture.h"

#include <math.h>

#define PROMPT "<|im_start|>user\nTell me a story about a fox.<|im_end|>\n<|im_start|>assistant\n"
#define N_VOCAB 4096

static gint32 *
prompt_tokens (gsize *n)
{
  return chord_tokenizer_tokenize (chord_model_get_tokenizer (fixture_model (), NULL), PROMPT, -1,
                                   CHORD_TOKENIZE_FLAGS_PARSE_SPECIAL, n);
}

static GBytes *
evaluate (ChordEvaluation *evaluation, const gint32 *tokens, gsize n)
{
  g_autoptr (GError) error = NULL;
  GBytes *rows = chord_evaluation_run (evaluation, tokens, n, NULL, NULL, &error);

  g_assert_no_error (error);
  return rows;
}

static gint32
best (const float *row)
{
  gint32 best_token = 0;

  for (gint32 i = 1; i < N_VOCAB; i++)
    if (row[i] > row[best_token])
      best_token = i;
  return best_token;
}

/* Taking the likeliest token each time must give the text of a greedy generation. */
static void
test_against_generation (void)
{
  g_autoptr (ChordEvaluation) evaluation = chord_evaluation_new (fixture_model ());
  g_autoptr (ChordSession) session = chord_session_new (fixture_model ());
  g_autoptr (ChordSamplingOptions) options = fixture_greedy (12);
  g_autoptr (ChordGeneration) generation = NULL;
  g_autofree char *text = NULL;
  gint32 generated[12];
  gsize n;
  g_autofree gint32 *tokens = prompt_tokens (&n);

  chord_evaluation_set_all_rows (evaluation, FALSE);
  for (gsize i = 0; i < G_N_ELEMENTS (generated); i++)
    {
      g_autoptr (GBytes) row = i == 0 ? evaluate (evaluation, tokens, n)
                                      : evaluate (evaluation, &generated[i - 1], 1);

      g_assert_cmpuint (g_bytes_get_size (row), ==, N_VOCAB * sizeof (float));
      generated[i] = best (g_bytes_get_data (row, NULL));
    }
  g_assert_cmpuint (chord_evaluation_get_n_tokens (evaluation), ==, n + 11);

  generation = chord_session_start_tokens (session, tokens, n, options, NULL);
  g_assert_true (chord_generation_wait (generation, NULL, NULL));
  text = chord_tokenizer_detokenize (chord_model_get_tokenizer (fixture_model (), NULL), generated,
                                     G_N_ELEMENTS (generated), FALSE, NULL);
  g_assert_cmpstr (text, ==, chord_generation_get_text (generation));
}

/* How the tokens are cut into chunks and calls makes no difference. */
static void
test_chunks (void)
{
  g_autoptr (ChordEvaluation) whole = chord_evaluation_new (fixture_model ());
  g_autoptr (ChordEvaluation) cut = chord_evaluation_new (fixture_model ());
  gsize n;
  g_autofree gint32 *tokens = prompt_tokens (&n);
  g_autoptr (GBytes) all = evaluate (whole, tokens, n);
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GBytes) second = NULL;
  const float *rows = g_bytes_get_data (all, NULL);

  chord_evaluation_set_chunk_size (cut, 7);
  first = evaluate (cut, tokens, 9);
  second = evaluate (cut, tokens + 9, n - 9);
  g_assert_cmpuint (g_bytes_get_size (all), ==, n * N_VOCAB * sizeof (float));
  g_assert_cmpmem (g_bytes_get_data (first, NULL), g_bytes_get_size (first), rows,
                   9 * N_VOCAB * sizeof (float));
  g_assert_cmpmem (g_bytes_get_data (second, NULL), g_bytes_get_size (second), rows + 9 * N_VOCAB,
                   (n - 9) * N_VOCAB * sizeof (float));
}

static void
test_log_probabilities (void)
{
  g_autoptr (ChordEvaluation) evaluation = chord_evaluation_new (fixture_model ());
  gsize n;
  g_autofree gint32 *tokens = prompt_tokens (&n);
  g_autoptr (GBytes) bytes = NULL;
  const float *rows;

  chord_evaluation_set_log_probabilities (evaluation, TRUE);
  bytes = evaluate (evaluation, tokens, n);
  rows = g_bytes_get_data (bytes, NULL);
  for (gsize row = 0; row < n; row++)
    {
      double sum = 0;

      for (gsize i = 0; i < N_VOCAB; i++)
        sum += exp ((double) rows[row * N_VOCAB + i]);
      g_assert_cmpfloat_with_epsilon (sum, 1.0, 1e-4);
    }
}

static void
test_truncate (void)
{
  g_autoptr (ChordEvaluation) evaluation = chord_evaluation_new (fixture_model ());
  gsize n;
  g_autofree gint32 *tokens = prompt_tokens (&n);
  g_autoptr (GBytes) first = evaluate (evaluation, tokens, n);
  g_autoptr (GBytes) again = NULL;

  g_assert_true (chord_evaluation_truncate (evaluation, 5, NULL));
  g_assert_cmpuint (chord_evaluation_get_n_tokens (evaluation), ==, 5);
  again = evaluate (evaluation, tokens + 5, n - 5);
  g_assert_cmpmem (g_bytes_get_data (again, NULL), g_bytes_get_size (again),
                   (const float *) g_bytes_get_data (first, NULL) + 5 * N_VOCAB,
                   (n - 5) * N_VOCAB * sizeof (float));
}

static void
test_async (void)
{
  g_autoptr (ChordEvaluation) evaluation = chord_evaluation_new (fixture_model ());
  g_autoptr (ChordProgress) progress = chord_progress_new ();
  g_autoptr (GError) error = NULL;
  g_auto (FixtureReply) reply = { 0 };
  gsize n;
  g_autofree gint32 *tokens = prompt_tokens (&n);
  g_autoptr (GBytes) rows = NULL;

  chord_evaluation_run_async (evaluation, tokens, n, progress, NULL, fixture_reply, &reply);
  fixture_iterate_until (&reply.done);
  rows = chord_evaluation_run_finish (evaluation, reply.result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (rows), ==, n * N_VOCAB * sizeof (float));
  g_assert_cmpfloat (chord_progress_get_fraction (progress), ==, 1);
}

static void
test_errors (void)
{
  g_autoptr (ChordEvaluation) evaluation = chord_evaluation_new (fixture_model ());
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree gint32 *many = g_new0 (gint32, 1000);
  g_autoptr (GError) error = NULL;
  gint32 bad = N_VOCAB;

  g_assert_null (chord_evaluation_run (evaluation, NULL, 0, NULL, NULL, &error));
  g_assert_error (error, CHORD_ERROR, CHORD_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_null (chord_evaluation_run (evaluation, &bad, 1, NULL, NULL, &error));
  g_assert_error (error, CHORD_ERROR, CHORD_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_null (chord_evaluation_run (evaluation, many, 1000, NULL, NULL, &error));
  g_assert_error (error, CHORD_ERROR, CHORD_ERROR_CONTEXT_FULL);
  g_clear_error (&error);
  g_cancellable_cancel (cancellable);
  g_assert_null (chord_evaluation_run (evaluation, many, 1, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (chord_evaluation_get_n_tokens (evaluation), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/evaluation/against-generation", test_against_generation);
  g_test_add_func ("/evaluation/chunks", test_chunks);
  g_test_add_func ("/evaluation/log-probabilities", test_log_probabilities);
  g_test_add_func ("/evaluation/truncate", test_truncate);
  g_test_add_func ("/evaluation/async", test_async);
  g_test_add_func ("/evaluation/errors", test_errors);
  return g_test_run ();
}
