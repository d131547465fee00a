/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fixture.h"

#define CAPITAL "What is the capital of France?"

static ChordGeneration *
generate (ChordSession *session)
{
  g_autoptr (ChordSamplingOptions) options = fixture_greedy (30);
  g_autoptr (GError) error = NULL;
  ChordGeneration *generation = chord_session_generate (session, options, NULL, &error);

  g_assert_no_error (error);
  return generation;
}

static ChordSession *
session_with_answer (void)
{
  ChordSession *session = fixture_session (CAPITAL);
  ChordGeneration *generation = generate (session);

  g_object_unref (generation);
  return session;
}

/* A second turn in both must say the same, and compute only what is new. */
static void
assert_go_on_alike (ChordSession *one, ChordSession *other)
{
  g_autoptr (ChordGeneration) first = NULL;
  g_autoptr (ChordGeneration) second = NULL;

  g_assert_true (chord_session_append_text (one, CHORD_ROLE_USER, "And of Italy?", NULL));
  g_assert_true (chord_session_append_text (other, CHORD_ROLE_USER, "And of Italy?", NULL));
  first = generate (one);
  second = generate (other);
  g_assert_cmpstr (chord_generation_get_text (first), ==, chord_generation_get_text (second));
  g_assert_cmpuint (chord_usage_get_cached_tokens (chord_generation_get_usage (first)), ==,
                    chord_usage_get_cached_tokens (chord_generation_get_usage (second)));
  g_assert_cmpuint (chord_usage_get_cached_tokens (chord_generation_get_usage (second)), >, 10);
}

static void
test_fork (void)
{
  g_autoptr (ChordSession) session = session_with_answer ();
  g_autoptr (GError) error = NULL;
  g_autoptr (ChordSession) fork = chord_session_fork (session, 2, &error);
  g_autoptr (ChordSession) shorter = NULL;

  g_assert_no_error (error);
  assert_go_on_alike (session, fork);
  shorter = chord_session_fork (session, 1, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (chord_session_get_messages (shorter)), ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (chord_session_get_messages (session)), ==, 4);
}

static void
test_save (void)
{
  g_autoptr (ChordSession) session = session_with_answer ();
  g_autoptr (ChordSession) restored = NULL;
  g_autoptr (GBytes) state = NULL;
  g_autoptr (GError) error = NULL;

  chord_session_set_system_prompt (session, "Be brief.");
  state = chord_session_save (session, &error);
  g_assert_no_error (error);
  restored = chord_session_restore (fixture_model (), state, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (chord_session_get_system_prompt (restored), ==, "Be brief.");
  g_assert_cmpuint (chord_session_get_n_tokens (restored), ==,
                    chord_session_get_n_tokens (session));
  chord_session_set_system_prompt (session, NULL);
  chord_session_set_system_prompt (restored, NULL);
  assert_go_on_alike (session, restored);
}

static void
test_save_empty (void)
{
  g_autoptr (ChordSession) session = chord_session_new (fixture_model ());
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) state = chord_session_save (session, &error);
  g_autoptr (ChordSession) restored = NULL;

  g_assert_no_error (error);
  restored = chord_session_restore (fixture_model (), state, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (chord_session_get_messages (restored)), ==, 0);
  g_assert_null (chord_session_get_system_prompt (restored));
}

/* A state that is cut short or changed is refused or harmless, never a crash. */
static void
test_damaged (void)
{
  g_autoptr (ChordSession) session = session_with_answer ();
  g_autoptr (GBytes) state = chord_session_save (session, NULL);
  gsize size;
  const guint8 *data = g_bytes_get_data (state, &size);

  for (gsize cut = 0; cut < size; cut += cut < 400 ? 1 : 4999)
    {
      g_autoptr (GBytes) part = g_bytes_new (data, cut);
      g_autoptr (GError) error = NULL;
      g_autoptr (ChordSession) restored = chord_session_restore (fixture_model (), part, &error);

      g_assert_true ((restored != NULL) != (error != NULL));
      if (cut < 16)
        g_assert_error (error, CHORD_ERROR, CHORD_ERROR_INVALID_FILE);
    }
  for (gsize at = 0; at < MIN (size, 600); at++)
    {
      g_autofree guint8 *changed = g_memdup2 (data, size);
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (ChordSession) restored = NULL;

      changed[at] ^= 0x81;
      bytes = g_bytes_new_take (g_steal_pointer (&changed), size);
      restored = chord_session_restore (fixture_model (), bytes, NULL);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/state/fork", test_fork);
  g_test_add_func ("/state/save", test_save);
  g_test_add_func ("/state/save-empty", test_save_empty);
  g_test_add_func ("/state/damaged", test_damaged);
  return g_test_run ();
}
