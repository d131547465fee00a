/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fixture.h"

#include <math.h>

#define STORY "Tell me a story about a fox."

static char *
generate_with (ChordModel *model, ChordSamplingOptions *options, guint64 *seed)
{
  g_autoptr (ChordSession) session = chord_session_new (model);
  g_autoptr (ChordGeneration) generation = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (chord_session_append_text (session, CHORD_ROLE_USER, STORY, NULL));
  generation = chord_session_generate (session, options, NULL, &error);
  g_assert_no_error (error);
  if (seed)
    *seed = chord_generation_get_seed (generation);
  return g_strdup (chord_generation_get_text (generation));
}

static ChordSamplingOptions *
free_options (gint64 seed)
{
  ChordSamplingOptions *options = chord_sampling_options_new ();

  g_object_set (options, "temperature", 1.2, "seed", seed, "max-tokens", (gint64) 40, NULL);
  return options;
}

/* The same seed gives the same text, whatever the number of threads. */
static void
test_seed (void)
{
  g_autofree char *path = fixture_model_path ();
  g_autoptr (ChordModelOptions) one_thread = chord_model_options_new ();
  g_autoptr (ChordModel) model = NULL;
  g_autoptr (ChordSamplingOptions) options = free_options (7);
  g_autoptr (ChordSamplingOptions) other_options = free_options (8);
  g_autofree char *first = generate_with (fixture_model (), options, NULL);
  g_autofree char *again = generate_with (fixture_model (), options, NULL);
  g_autofree char *other = generate_with (fixture_model (), other_options, NULL);
  g_autofree char *alone = NULL;

  g_object_set (one_thread, "n-threads", 1, "precision", CHORD_PRECISION_EXACT, NULL);
  model = chord_model_load (path, one_thread, NULL, NULL, NULL);
  alone = generate_with (model, options, NULL);
  g_assert_cmpstr (first, ==, again);
  g_assert_cmpstr (first, ==, alone);
  g_assert_cmpstr (first, !=, other);
}

static void
test_fresh_seed (void)
{
  g_autoptr (ChordSamplingOptions) options = free_options (-1);
  guint64 first, second;
  g_autofree char *one = generate_with (fixture_model (), options, &first);
  g_autofree char *two = generate_with (fixture_model (), options, &second);
  g_autoptr (ChordSamplingOptions) repeated = free_options ((gint64) first);
  g_autofree char *again = generate_with (fixture_model (), repeated, NULL);

  g_assert_cmpuint (first, !=, second);
  g_assert_cmpstr (one, !=, two);
  g_assert_cmpstr (one, ==, again);
}

static void
test_stop (void)
{
  g_autoptr (ChordSamplingOptions) options = fixture_greedy (40);
  g_autofree char *whole = generate_with (fixture_model (), options, NULL);
  const char *stop[] = { "no such text", " fox", NULL };
  g_autofree char *cut = NULL;
  g_autofree char *expected = NULL;

  g_assert_nonnull (strstr (whole, " fox"));
  chord_sampling_options_set_stop (options, stop);
  g_assert_cmpstr (chord_sampling_options_get_stop (options)[1], ==, " fox");
  cut = generate_with (fixture_model (), options, NULL);
  expected = g_strndup (whole, (gsize) (strstr (whole, " fox") - whole));
  g_assert_cmpstr (cut, ==, expected);
}

static void
test_logit_bias (void)
{
  g_autoptr (ChordSamplingOptions) options = fixture_greedy (10);
  ChordTokenizer *tokenizer = chord_model_get_tokenizer (fixture_model (), NULL);
  gsize n;
  g_autofree gint32 *tokens = NULL;
  g_autofree char *text = NULL;

  tokens = chord_tokenizer_tokenize (tokenizer, "x", -1, CHORD_TOKENIZE_FLAGS_NONE, &n);
  g_assert_cmpuint (n, ==, 1);
  chord_sampling_options_set_logit_bias (options, tokens[0], 1000);
  g_assert_cmpfloat (chord_sampling_options_get_logit_bias (options, tokens[0]), ==, 1000);
  text = generate_with (fixture_model (), options, NULL);
  g_assert_cmpstr (text, ==, "xxxxxxxxxx");
  chord_sampling_options_set_logit_bias (options, tokens[0], 0);
  g_assert_cmpfloat (chord_sampling_options_get_logit_bias (options, tokens[0]), ==, 0);
}

/* Values out of range are told when a generation starts, by the name of the property. */
static void
test_range (void)
{
  static const struct
  {
    const char *property;
    double value;
  } bad[] = { { "temperature", -1 }, { "temperature", NAN }, { "top-p", -0.5 }, { "min-p", 7 } };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (ChordSession) session = fixture_session (STORY);
      g_autoptr (ChordSamplingOptions) options = chord_sampling_options_new ();
      g_autoptr (GError) error = NULL;

      if (isnan (bad[i].value))
        chord_sampling_options_set_temperature (options, NAN);
      else
        g_object_set (options, bad[i].property, bad[i].value, NULL);
      g_assert_false (chord_sampling_options_validate (options, NULL));
      g_assert_null (chord_session_start (session, options, &error));
      g_assert_error (error, CHORD_ERROR, CHORD_ERROR_INVALID_ARGUMENT);
      g_assert_nonnull (strstr (error->message, bad[i].property));
    }
}

static void
test_copy (void)
{
  g_autoptr (ChordSamplingOptions) options = free_options (5);
  g_autoptr (ChordSamplingOptions) copy = NULL;

  chord_sampling_options_set_logit_bias (options, 3, -2);
  chord_sampling_options_set_top_k (options, 11);
  copy = chord_sampling_options_copy (options);
  g_assert_cmpint (chord_sampling_options_get_seed (copy), ==, 5);
  g_assert_cmpint (chord_sampling_options_get_top_k (copy), ==, 11);
  g_assert_cmpfloat (chord_sampling_options_get_logit_bias (copy, 3), ==, -2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sampling/seed", test_seed);
  g_test_add_func ("/sampling/fresh-seed", test_fresh_seed);
  g_test_add_func ("/sampling/stop", test_stop);
  g_test_add_func ("/sampling/logit-bias", test_logit_bias);
  g_test_add_func ("/sampling/range", test_range);
  g_test_add_func ("/sampling/copy", test_copy);
  return g_test_run ();
}
