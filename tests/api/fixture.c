/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fixture.h"

#include <glib/gstdio.h>

void
fixture_remove_catalog (const char *path)
{
  static const char *const ends[] = { "", "-wal", "-shm", ".lock" };
  g_autofree char *folder = g_path_get_dirname (path);

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      g_autofree char *file = g_strconcat (path, ends[i], NULL);
      g_remove (file);
    }
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

char *
fixture_model_path (void)
{
  char *path = chord_get_builtin_model_path ();

  g_assert_nonnull (path);
  return path;
}

ChordModel *
fixture_model (void)
{
  static ChordModel *model;

  if (!model)
    {
      g_autofree char *path = fixture_model_path ();
      g_autoptr (ChordModelOptions) options = chord_model_options_new ();
      g_autoptr (GError) error = NULL;

      chord_model_options_set_precision (options, CHORD_PRECISION_EXACT);
      model = chord_model_load (path, options, NULL, NULL, &error);
      g_assert_no_error (error);
    }
  return model;
}

ChordSession *
fixture_session (const char *text)
{
  ChordSession *session = chord_session_new (fixture_model ());

  g_assert_true (chord_session_append_text (session, CHORD_ROLE_USER, text, NULL));
  return session;
}

ChordSamplingOptions *
fixture_greedy (gint64 n)
{
  ChordSamplingOptions *options = chord_sampling_options_new ();

  chord_sampling_options_set_temperature (options, 0);
  chord_sampling_options_set_max_tokens (options, n);
  return options;
}

void
fixture_iterate_until (const gboolean *done)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();

  while (!*done)
    g_main_context_iteration (context, TRUE);
}

void
fixture_reply (GObject *source, GAsyncResult *result, gpointer data)
{
  FixtureReply *reply = data;

  reply->result = g_object_ref (result);
  reply->thread = g_thread_self ();
  reply->done = TRUE;
}

void
fixture_reply_clear (FixtureReply *reply)
{
  g_clear_object (&reply->result);
}

static void
on_progress (ChordGeneration *generation, guint64 done, guint64 total, FixtureWatch *watch)
{
  watch->n_progress++;
  watch->progress_done = done;
  watch->progress_total = total;
}

static void
on_text (ChordGeneration *generation, const char *text, FixtureWatch *watch)
{
  g_assert_cmpuint (watch->n_finished, ==, 0);
  g_assert_true (g_utf8_validate (text, -1, NULL));
  g_assert_cmpstr (text, !=, "");
  g_string_append (watch->text, text);
  watch->n_texts++;
}

static void
on_finished (ChordGeneration *generation, ChordFinishReason reason, FixtureWatch *watch)
{
  g_assert_false (chord_generation_get_running (generation));
  watch->n_finished++;
  watch->reason = reason;
  watch->finished = TRUE;
  watch->thread = g_thread_self ();
}

void
fixture_watch (FixtureWatch *watch, ChordGeneration *generation)
{
  *watch = (FixtureWatch){ .text = g_string_new (NULL) };
  g_signal_connect (generation, "prompt-progress", G_CALLBACK (on_progress), watch);
  g_signal_connect (generation, "text", G_CALLBACK (on_text), watch);
  g_signal_connect (generation, "finished", G_CALLBACK (on_finished), watch);
}

void
fixture_watch_clear (FixtureWatch *watch)
{
  g_string_free (watch->text, TRUE);
}
