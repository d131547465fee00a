/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fixture.h"

#define STORY "Tell me a story about a fox."

static ChordGeneration *
start (ChordSession *session, gint64 n)
{
  g_autoptr (ChordSamplingOptions) options = fixture_greedy (n);
  g_autoptr (GError) error = NULL;
  ChordGeneration *generation = chord_session_start (session, options, &error);

  g_assert_no_error (error);
  return generation;
}

static void
test_stream (void)
{
  g_autoptr (ChordSession) session = fixture_session (STORY);
  g_autoptr (ChordGeneration) generation = start (session, -1);
  g_auto (FixtureWatch) watch;
  ChordUsage *usage;

  fixture_watch (&watch, generation);
  g_assert_true (chord_generation_get_running (generation));
  fixture_iterate_until (&watch.finished);

  g_assert_cmpuint (watch.n_finished, ==, 1);
  g_assert_cmpint (watch.reason, ==, CHORD_FINISH_REASON_STOP);
  g_assert_cmpuint (watch.n_texts, >, 1);
  g_assert_cmpuint (watch.n_progress, >, 0);
  g_assert_cmpuint (watch.progress_done, ==, watch.progress_total);
  g_assert_cmpstr (watch.text->str, ==, chord_generation_get_text (generation));
  g_assert_nonnull (strstr (watch.text->str, "fox"));
  g_assert_null (strstr (watch.text->str, "<|im_end|>"));

  usage = chord_generation_get_usage (generation);
  g_assert_cmpuint (chord_usage_get_prompt_tokens (usage), >, 5);
  g_assert_cmpuint (chord_usage_get_cached_tokens (usage), ==, 0);
  g_assert_cmpuint (chord_usage_get_generated_tokens (usage), >, 20);
  g_assert_cmpfloat (chord_usage_get_generation_rate (usage), >, 0);
  g_assert_cmpint (chord_usage_get_first_token_time (usage), >, 0);
}

/* The blocking twin emits the same signals, and no main context runs meanwhile. */
static gboolean
fail_if_run (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
test_wait (void)
{
  g_autoptr (ChordSession) session = fixture_session (STORY);
  g_autoptr (ChordGeneration) generation = start (session, 20);
  g_autoptr (GError) error = NULL;
  g_auto (FixtureWatch) watch;
  gboolean was_iterated = FALSE;
  guint source = g_idle_add (fail_if_run, &was_iterated);

  fixture_watch (&watch, generation);
  g_assert_true (chord_generation_wait (generation, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (watch.n_finished, ==, 1);
  g_assert_cmpint (watch.reason, ==, CHORD_FINISH_REASON_LENGTH);
  g_assert_cmpstr (watch.text->str, ==, chord_generation_get_text (generation));
  g_assert_false (was_iterated);
  g_source_remove (source);

  /* To wait again is no error, and brings no second signal. */
  g_assert_true (chord_generation_wait (generation, NULL, &error));
  g_assert_cmpuint (watch.n_finished, ==, 1);
}

static void
test_wait_async (void)
{
  g_autoptr (ChordSession) session = fixture_session (STORY);
  g_autoptr (ChordGeneration) generation = start (session, 20);
  g_autoptr (GError) error = NULL;
  g_auto (FixtureReply) reply = { 0 };
  g_auto (FixtureReply) late_reply = { 0 };

  chord_generation_wait_async (generation, NULL, fixture_reply, &reply);
  fixture_iterate_until (&reply.done);
  g_assert_true (chord_generation_wait_finish (generation, reply.result, &error));
  g_assert_no_error (error);

  chord_generation_wait_async (generation, NULL, fixture_reply, &late_reply);
  fixture_iterate_until (&late_reply.done);
  g_assert_true (chord_generation_wait_finish (generation, late_reply.result, &error));
}

/* While nobody iterates the main context, text gathers in one piece. */
static void
test_merge (void)
{
  g_autoptr (ChordSession) session = fixture_session (STORY);
  g_autoptr (ChordGeneration) generation = start (session, 60);
  g_auto (FixtureWatch) watch;

  fixture_watch (&watch, generation);
  while (chord_session_get_n_tokens (session) < 70)
    g_usleep (1000);
  g_assert_cmpuint (watch.n_texts, ==, 0);
  g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (watch.n_texts, ==, 1);
  g_assert_cmpuint (watch.n_progress, ==, 1);
  g_assert_cmpuint (watch.text->len, >, 60);
  fixture_iterate_until (&watch.finished);
}

static void
cancel_at_once (ChordGeneration *generation, const char *text, gpointer data)
{
  chord_generation_cancel (generation);
}

/* What was delivered stays, and the next turn goes on from there. */
static void
test_cancel (void)
{
  g_autoptr (ChordSession) session = fixture_session (STORY);
  g_autoptr (ChordGeneration) generation = start (session, -1);
  g_autoptr (ChordGeneration) next = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (FixtureWatch) watch;
  ChordMessage *message = chord_generation_get_message (generation);
  ChordUsage *usage;

  fixture_watch (&watch, generation);
  g_signal_connect (generation, "text", G_CALLBACK (cancel_at_once), NULL);
  fixture_iterate_until (&watch.finished);
  g_assert_cmpint (watch.reason, ==, CHORD_FINISH_REASON_CANCELLED);
  g_assert_null (chord_generation_get_error (generation));
  g_assert_cmpuint (g_list_model_get_n_items (chord_session_get_messages (session)), ==, 2);
  g_assert_cmpstr (chord_message_get_text (message), ==, watch.text->str);
  g_assert_cmpint (chord_message_get_finish_reason (message), ==, CHORD_FINISH_REASON_CANCELLED);
  g_assert_false (chord_generation_wait (generation, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);

  g_assert_true (chord_session_append_text (session, CHORD_ROLE_USER, "Go on.", &error));
  next = start (session, 5);
  g_assert_true (chord_generation_wait (next, NULL, &error));
  usage = chord_generation_get_usage (generation);
  g_assert_cmpuint (
      chord_usage_get_cached_tokens (chord_generation_get_usage (next)), >=,
      chord_usage_get_prompt_tokens (usage) + chord_usage_get_generated_tokens (usage) - 1);
}

static void
cancel_cancellable (ChordGeneration *generation, const char *text, gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
}

static void
test_cancellable (void)
{
  g_autoptr (ChordSession) session = fixture_session (STORY);
  g_autoptr (ChordGeneration) generation = start (session, -1);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_signal_connect (generation, "text", G_CALLBACK (cancel_cancellable), cancellable);
  g_assert_false (chord_generation_wait (generation, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (chord_generation_get_finish_reason (generation), ==,
                   CHORD_FINISH_REASON_CANCELLED);
}

static void
test_cancellable_async (void)
{
  g_autoptr (ChordSession) session = fixture_session (STORY);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_auto (FixtureReply) reply = { 0 };

  chord_session_generate_async (session, NULL, cancellable, fixture_reply, &reply);
  g_assert_nonnull (chord_session_get_generation (session));
  g_cancellable_cancel (cancellable);
  fixture_iterate_until (&reply.done);
  g_assert_null (chord_session_generate_finish (session, reply.result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (chord_session_get_generation (session));
}

/* Dropping the last reference in the middle cancels; the session can go on at once. */
static void
test_drop (void)
{
  g_autoptr (ChordSession) session = fixture_session (STORY);
  g_autoptr (ChordGeneration) next = NULL;
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < 10; i++)
    {
      ChordGeneration *generation = start (session, -1);

      g_usleep (i * 1000);
      g_object_unref (generation);
      g_assert_null (chord_session_get_generation (session));
    }
  next = start (session, 5);
  g_assert_true (chord_generation_wait (next, NULL, &error));
  g_assert_no_error (error);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
count_text (ChordGeneration *generation, const char *text, guint *n)
{
  ++*n;
}

/* What was delivered before the drop stays in the conversation. */
static void
test_drop_keeps (void)
{
  g_autoptr (ChordSession) session = fixture_session (STORY);
  ChordGeneration *generation = start (session, -1);
  g_autoptr (ChordMessage) message = g_object_ref (chord_generation_get_message (generation));
  guint n = 0;

  g_signal_connect (generation, "text", G_CALLBACK (count_text), &n);
  while (n == 0)
    g_main_context_iteration (NULL, TRUE);
  g_object_unref (generation);
  g_assert_cmpuint (g_list_model_get_n_items (chord_session_get_messages (session)), ==, 2);
  g_assert_cmpstr (chord_message_get_text (message), !=, "");
  g_assert_cmpint (chord_message_get_finish_reason (message), ==, CHORD_FINISH_REASON_CANCELLED);

  /* Without any text there is no answer. */
  g_assert_true (chord_session_truncate (session, 1, NULL));
  g_object_unref (start (session, -1));
  g_assert_cmpuint (g_list_model_get_n_items (chord_session_get_messages (session)), ==, 1);
}

/* A drop with all that the generation belongs to. */
static void
test_drop_all (void)
{
  g_autofree char *path = fixture_model_path ();
  ChordModel *model = chord_model_load (path, NULL, NULL, NULL, NULL);
  ChordSession *session = chord_session_new (model);
  ChordGeneration *generation;

  g_assert_true (chord_session_append_text (session, CHORD_ROLE_USER, STORY, NULL));
  generation = start (session, -1);
  g_object_add_weak_pointer (G_OBJECT (model), (gpointer *) &model);
  g_object_unref (model);
  g_object_unref (session);
  g_usleep (3000);
  g_object_unref (generation);
  g_assert_null (model);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
drop (ChordGeneration *generation, const char *text, ChordGeneration **owner)
{
  g_clear_object (owner);
}

/* The handler of a signal may drop the generation that emits it. */
static void
test_drop_in_handler (void)
{
  g_autoptr (ChordSession) session = fixture_session (STORY);
  ChordGeneration *generation = start (session, -1);

  g_signal_connect (generation, "text", G_CALLBACK (drop), &generation);
  while (generation)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (chord_session_get_generation (session));
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
test_top_logprobs (void)
{
  g_autoptr (ChordSession) session = fixture_session (STORY);
  g_autoptr (ChordSamplingOptions) options = fixture_greedy (10);
  g_autoptr (ChordGeneration) generation = NULL;
  g_autoptr (GError) error = NULL;
  GListModel *tokens;

  chord_sampling_options_set_top_logprobs (options, 3);
  generation = chord_session_generate (session, options, NULL, &error);
  g_assert_no_error (error);
  tokens = chord_generation_get_tokens (generation);
  g_assert_cmpuint (g_list_model_get_n_items (tokens), ==, 10);
  for (guint i = 0; i < 10; i++)
    {
      g_autoptr (ChordToken) token = g_list_model_get_item (tokens, i);
      GListModel *alternatives = chord_token_get_alternatives (token);
      g_autoptr (ChordToken) best = g_list_model_get_item (alternatives, 0);
      g_autoptr (ChordToken) second = g_list_model_get_item (alternatives, 1);

      g_assert_cmpuint (g_list_model_get_n_items (alternatives), ==, 3);
      g_assert_cmpint (chord_token_get_id (best), ==, chord_token_get_id (token));
      g_assert_cmpfloat (chord_token_get_logprob (token), <=, 0);
      g_assert_cmpfloat (chord_token_get_logprob (second), <=, chord_token_get_logprob (best));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/generation/stream", test_stream);
  g_test_add_func ("/generation/wait", test_wait);
  g_test_add_func ("/generation/wait-async", test_wait_async);
  g_test_add_func ("/generation/merge", test_merge);
  g_test_add_func ("/generation/cancel", test_cancel);
  g_test_add_func ("/generation/cancellable", test_cancellable);
  g_test_add_func ("/generation/cancellable-async", test_cancellable_async);
  g_test_add_func ("/generation/drop", test_drop);
  g_test_add_func ("/generation/drop-keeps", test_drop_keeps);
  g_test_add_func ("/generation/drop-all", test_drop_all);
  g_test_add_func ("/generation/drop-in-handler", test_drop_in_handler);
  g_test_add_func ("/generation/top-logprobs", test_top_logprobs);
  return g_test_run ();
}
