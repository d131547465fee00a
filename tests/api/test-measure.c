/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fixture.h"

#include <math.h>

static ChordBenchmark *
small_benchmark (void)
{
  ChordBenchmark *benchmark = chord_benchmark_new (fixture_model ());

  g_object_set (benchmark, "n-prompt", 16, "n-generate", 4, "depth", 8, "repetitions", 2, NULL);
  return benchmark;
}

static void
assert_result (GListModel *results, guint position, const char *test)
{
  g_autoptr (ChordBenchmarkResult) result = g_list_model_get_item (results, position);
  gsize n;
  const double *rates = chord_benchmark_result_get_rates (result, &n);

  g_assert_cmpstr (chord_benchmark_result_get_test (result), ==, test);
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpfloat (rates[0], >, 0);
  g_assert_cmpfloat (rates[1], >, 0);
  g_assert_cmpfloat_with_epsilon (chord_benchmark_result_get_mean_rate (result),
                                  (rates[0] + rates[1]) / 2, 1e-6);
  g_assert_cmpint (chord_benchmark_result_get_n_threads (result), >=, 1);
  g_assert_cmpuint (chord_benchmark_result_get_bytes_per_token (result), >, 4000000);
  g_assert_cmpuint (chord_benchmark_result_get_peak_memory (result), >, 1000000);
}

static void
test_benchmark (void)
{
  g_autoptr (ChordBenchmark) benchmark = small_benchmark ();
  g_autoptr (ChordProgress) progress = chord_progress_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) results = chord_benchmark_run (benchmark, progress, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (results), ==, 2);
  assert_result (results, 0, "pp16@d8");
  assert_result (results, 1, "tg4@d8");
  g_assert_cmpfloat (chord_progress_get_fraction (progress), ==, 1);
}

static void
test_benchmark_async (void)
{
  g_autoptr (ChordBenchmark) benchmark = small_benchmark ();
  g_autoptr (GListModel) results = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (FixtureReply) reply = { 0 };

  chord_benchmark_set_n_prompt (benchmark, 0);
  chord_benchmark_set_depth (benchmark, 0);
  chord_benchmark_run_async (benchmark, NULL, NULL, fixture_reply, &reply);
  fixture_iterate_until (&reply.done);
  results = chord_benchmark_run_finish (benchmark, reply.result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (results), ==, 1);
  assert_result (results, 0, "tg4");
}

static void
test_benchmark_too_long (void)
{
  g_autoptr (ChordBenchmark) benchmark = small_benchmark ();
  g_autoptr (GError) error = NULL;

  chord_benchmark_set_n_prompt (benchmark, 2000);
  g_assert_null (chord_benchmark_run (benchmark, NULL, NULL, &error));
  g_assert_error (error, CHORD_ERROR, CHORD_ERROR_CONTEXT_FULL);
}

static const char text[] =
    "There once was a fox who lived by a river. Every day he went to the water and looked at the "
    "fish. One day a small bird sat down beside him. \"What are you looking at?\" asked the "
    "bird. \"I am looking at the fish,\" said the fox. \"They never stop.\" The bird thought about "
    "it. \"Neither do you,\" it said, and flew away. The fox went home and slept for a long time.";

/* The same by hand: windows of 32 tokens, the second half of each scored. */
static double
expected_perplexity (void)
{
  ChordTokenizer *tokenizer = chord_model_get_tokenizer (fixture_model (), NULL);
  gsize n;
  g_autofree gint32 *tokens
      = chord_tokenizer_tokenize (tokenizer, text, -1, CHORD_TOKENIZE_FLAGS_NONE, &n);
  double sum = 0;
  guint n_scored = 0;

  for (gsize start = 0; start + 32 <= n; start += 32)
    {
      g_autoptr (ChordEvaluation) evaluation = chord_evaluation_new (fixture_model ());
      g_autoptr (GBytes) rows = NULL;
      const float *row;

      chord_evaluation_set_log_probabilities (evaluation, TRUE);
      rows = chord_evaluation_run (evaluation, tokens + start, 32, NULL, NULL, NULL);
      row = g_bytes_get_data (rows, NULL);
      for (gsize i = 16; i < 31; i++, n_scored++)
        sum -= (double) row[i * 4096 + (gsize) tokens[start + i + 1]];
    }
  return exp (sum / n_scored);
}

static void
test_perplexity (void)
{
  g_autoptr (ChordPerplexity) perplexity = chord_perplexity_new (fixture_model ());
  g_autoptr (GError) error = NULL;
  g_auto (FixtureReply) reply = { 0 };
  double value;

  chord_perplexity_set_window (perplexity, 32);
  value = chord_perplexity_run (perplexity, text, -1, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat_with_epsilon (value, expected_perplexity (), 1e-4);
  g_assert_cmpuint (chord_perplexity_get_n_windows (perplexity), >, 1);
  g_assert_cmpuint (chord_perplexity_get_n_scored (perplexity), ==,
                    15 * chord_perplexity_get_n_windows (perplexity));

  chord_perplexity_run_async (perplexity, text, -1, NULL, NULL, fixture_reply, &reply);
  fixture_iterate_until (&reply.done);
  g_assert_cmpfloat (chord_perplexity_run_finish (perplexity, reply.result, &error), ==, value);
}

static void
test_perplexity_too_short (void)
{
  g_autoptr (ChordPerplexity) perplexity = chord_perplexity_new (fixture_model ());
  g_autoptr (GError) error = NULL;

  g_assert_cmpfloat (chord_perplexity_run (perplexity, "Short.", -1, NULL, NULL, &error), ==, -1);
  g_assert_error (error, CHORD_ERROR, CHORD_ERROR_INVALID_ARGUMENT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/measure/benchmark", test_benchmark);
  g_test_add_func ("/measure/benchmark-async", test_benchmark_async);
  g_test_add_func ("/measure/benchmark-too-long", test_benchmark_too_long);
  g_test_add_func ("/measure/perplexity", test_perplexity);
  g_test_add_func ("/measure/perplexity-too-short", test_perplexity_too_short);
  return g_test_run ();
}
