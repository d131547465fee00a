/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fixture.h"

#define CAPITAL "What is the capital of France?"

/* A thread with a main context of its own gets all that it asked for there. */
static gpointer
own_context (gpointer data)
{
  g_autofree char *path = fixture_model_path ();
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (ChordSamplingOptions) options = fixture_greedy (-1);
  g_autoptr (ChordModel) model = NULL;
  g_autoptr (ChordSession) session = NULL;
  g_autoptr (ChordGeneration) generation = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (FixtureReply) reply = { 0 };
  g_auto (FixtureWatch) watch;

  g_main_context_push_thread_default (context);
  chord_model_load_async (path, NULL, NULL, NULL, fixture_reply, &reply);
  fixture_iterate_until (&reply.done);
  model = chord_model_load_finish (reply.result, &error);
  g_assert_no_error (error);
  g_assert_true (reply.thread == g_thread_self ());

  session = chord_session_new (model);
  g_assert_true (chord_session_append_text (session, CHORD_ROLE_USER, CAPITAL, NULL));
  generation = chord_session_start (session, options, &error);
  g_assert_no_error (error);
  fixture_watch (&watch, generation);
  fixture_iterate_until (&watch.finished);
  g_assert_true (watch.thread == g_thread_self ());
  g_assert_nonnull (strstr (watch.text->str, "Paris"));
  g_clear_object (&generation);
  g_main_context_pop_thread_default (context);
  return NULL;
}

static void
test_own_context (void)
{
  g_thread_join (g_thread_new ("own context", own_context, NULL));
}

/* Blocking calls need no main loop anywhere: the main thread is blocked here. */
static gpointer
blocking_twins (gpointer data)
{
  g_autoptr (ChordSession) session = fixture_session (CAPITAL);
  g_autoptr (ChordSamplingOptions) options = fixture_greedy (-1);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChordGeneration) generation
      = chord_session_generate (session, options, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (strstr (chord_generation_get_text (generation), "Paris"));
  return NULL;
}

static void
test_blocking_twins (void)
{
  GThread *threads[3];

  fixture_model ();
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("blocking", blocking_twins, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

/* Another thread may cancel. */
static gpointer
cancel (gpointer generation)
{
  chord_generation_cancel (generation);
  return NULL;
}

static void
cancel_elsewhere (ChordGeneration *generation, const char *text, gpointer data)
{
  g_thread_join (g_thread_new ("cancel", cancel, generation));
}

static void
test_cancel (void)
{
  g_autoptr (ChordSession) session = fixture_session ("Tell me a story about a fox.");
  g_autoptr (ChordGeneration) generation = chord_session_start (session, NULL, NULL);

  g_signal_connect (generation, "text", G_CALLBACK (cancel_elsewhere), NULL);
  g_assert_false (chord_generation_wait (generation, NULL, NULL));
  g_assert_cmpint (chord_generation_get_finish_reason (generation), ==,
                   CHORD_FINISH_REASON_CANCELLED);
}

/* A generation may outlive the main context that it was started in. */
static gpointer
abandon (gpointer data)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (ChordSession) session = fixture_session ("Tell me a story about a fox.");
  ChordGeneration *generation;

  g_main_context_push_thread_default (context);
  generation = chord_session_start (session, NULL, NULL);
  g_main_context_pop_thread_default (context);
  return generation;
}

static void
test_abandoned_context (void)
{
  ChordGeneration *generation;

  fixture_model ();
  generation = g_thread_join (g_thread_new ("abandon", abandon, NULL));
  g_usleep (5000);
  g_assert_true (chord_generation_wait (generation, NULL, NULL));
  g_object_unref (generation);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/threads/own-context", test_own_context);
  g_test_add_func ("/threads/blocking-twins", test_blocking_twins);
  g_test_add_func ("/threads/cancel", test_cancel);
  g_test_add_func ("/threads/abandoned-context", test_abandoned_context);
  return g_test_run ();
}
