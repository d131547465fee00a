/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chord-model-text.h"

#include <string.h>

#define SECOND G_GINT64_CONSTANT (1000000)

/* What the models page finds and says, without a display. */

static void
test_matches (void)
{
  const char *fields[] = { "Qwen2.5 7B Instruct", "qwen2", "Q4_K_M", "/models/Größe.gguf", NULL };

  g_assert_true (chord_model_text_matches ("", fields));
  g_assert_true (chord_model_text_matches (NULL, fields));
  g_assert_true (chord_model_text_matches ("  ", fields));
  g_assert_true (chord_model_text_matches ("qWEN", fields));
  g_assert_true (chord_model_text_matches ("k_m instruct", fields));
  g_assert_true (chord_model_text_matches ("GRÖSSE", fields));
  /* the same letter of one code point or of two */
  g_assert_true (chord_model_text_matches ("gro\xcc\x88\xc3\x9f" "e", fields));
  g_assert_false (chord_model_text_matches ("llama", fields));
  g_assert_false (chord_model_text_matches ("qwen llama", fields));
  /* words, not letters across fields */
  g_assert_false (chord_model_text_matches ("Instructqwen2", fields));
}

static void
test_matches_bytes_that_are_no_text (void)
{
  const char *fields[] = { "/models/\xff\xfe.gguf", NULL };

  g_assert_true (chord_model_text_matches ("gguf", fields));
  g_assert_false (chord_model_text_matches ("\xff\xff\xff\xff", fields));
}

static void
assert_text (char *text, const char *expected)
{
  g_assert_cmpstr (text, ==, expected);
  g_free (text);
}

static void
test_parameters (void)
{
  assert_text (chord_model_text_parameters (0), NULL);
  assert_text (chord_model_text_parameters (1), "1 parameter");
  assert_text (chord_model_text_parameters (999499), "999499 parameters");
  assert_text (chord_model_text_parameters (1234567), "1.2 M parameters");
  assert_text (chord_model_text_parameters (361821120), "362 M parameters");
  assert_text (chord_model_text_parameters (999500000), "1.0 B parameters");
  assert_text (chord_model_text_parameters (7615616512), "7.6 B parameters");
}

static void
test_time_left (void)
{
  assert_text (chord_model_text_time_left (-1), NULL);
  assert_text (chord_model_text_time_left (0), "0 seconds left");
  assert_text (chord_model_text_time_left (1 * SECOND), "1 second left");
  assert_text (chord_model_text_time_left (59 * SECOND), "59 seconds left");
  assert_text (chord_model_text_time_left (60 * SECOND), "1 minute left");
  assert_text (chord_model_text_time_left (89 * 60 * SECOND), "89 minutes left");
  assert_text (chord_model_text_time_left (90 * 60 * SECOND), "2 hours left");
  assert_text (chord_model_text_time_left (G_MAXINT64), "596523 hours left");
}

static void
test_states_have_texts (void)
{
  for (int state = CHORD_MODEL_STATE_AVAILABLE; state <= CHORD_MODEL_STATE_UNREADABLE; state++)
    for (int other = CHORD_MODEL_STATE_AVAILABLE; other < state; other++)
      g_assert_cmpstr (chord_model_text_state (state), !=, chord_model_text_state (other));
  g_assert_cmpstr (chord_model_text_fit_level (CHORD_FIT_GOOD), !=,
                   chord_model_text_fit_level (CHORD_FIT_TIGHT));
  g_assert_cmpstr (chord_model_text_fit_level (CHORD_FIT_TIGHT), !=,
                   chord_model_text_fit_level (CHORD_FIT_TOO_LARGE));
}

static void
test_suggestions_are_found (void)
{
  g_autoptr (GListModel) suggestions = chord_suggestion_list ();

  g_assert_cmpuint (g_list_model_get_n_items (suggestions), >, 0);
  for (guint i = 0; i < g_list_model_get_n_items (suggestions); i++)
    {
      g_autoptr (ChordSuggestion) suggestion = g_list_model_get_item (suggestions, i);
      g_autofree char *facts = chord_model_text_suggestion (suggestion);

      g_assert_nonnull (strstr (facts, chord_suggestion_get_license (suggestion)));
      g_assert_true (chord_model_text_suggestion_matches (
          suggestion, chord_suggestion_get_repository (suggestion)));
      g_assert_false (chord_model_text_suggestion_matches (suggestion, "nothing is called this"));
    }
}

static void
test_fit_of_a_size (void)
{
  g_autoptr (ChordFit) small = chord_fit_new_for_size (1000000, NULL);
  g_autoptr (ChordFit) large = chord_fit_new_for_size (G_MAXINT64, NULL);
  g_autofree char *text = chord_model_text_fit (small);
  g_autofree char *parts = chord_model_text_fit_parts (small);

  g_assert_cmpint (chord_fit_get_level (small), ==, CHORD_FIT_GOOD);
  g_assert_cmpint (chord_fit_get_level (large), ==, CHORD_FIT_TOO_LARGE);
  g_assert_nonnull (strstr (text, "Needs "));
  g_assert_nonnull (strstr (parts, "Weights "));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model-text/matches", test_matches);
  g_test_add_func ("/model-text/matches-bytes", test_matches_bytes_that_are_no_text);
  g_test_add_func ("/model-text/parameters", test_parameters);
  g_test_add_func ("/model-text/time-left", test_time_left);
  g_test_add_func ("/model-text/states", test_states_have_texts);
  g_test_add_func ("/model-text/suggestions", test_suggestions_are_found);
  g_test_add_func ("/model-text/fit", test_fit_of_a_size);
  return g_test_run ();
}
