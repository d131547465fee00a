/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* An answer as it comes, from a main loop, as a program with a window would do it. Nothing blocks:
 * the model loads in another thread, and the text arrives by signals. Ctrl+C stops the answer.
 *
 *   cc stream.c -o stream $(pkg-config --cflags --libs chord-1)
 *   ./stream "Tell me a story about a fox." [MODEL.gguf]
 */

#include <chord.h>
#include <glib-unix.h>
#include <stdio.h>

typedef struct
{
  GMainLoop *loop;
  const char *question;
  ChordSession *session;
  ChordGeneration *generation; /* to be kept: dropping it would cancel it */
  int status;
} App;

static void
give_up (App *app, const GError *error)
{
  g_printerr ("%s\n", error->message);
  app->status = 1;
  g_main_loop_quit (app->loop);
}

static void
on_text (ChordGeneration *generation, const char *text, App *app)
{
  fputs (text, stdout);
  fflush (stdout);
}

static void
on_finished (ChordGeneration *generation, ChordFinishReason reason, App *app)
{
  ChordUsage *usage = chord_generation_get_usage (generation);

  putchar ('\n');
  if (reason == CHORD_FINISH_REASON_ERROR)
    {
      give_up (app, chord_generation_get_error (generation));
      return;
    }
  g_printerr ("%" G_GUINT64_FORMAT " tokens, %.1f a second\n",
              chord_usage_get_generated_tokens (usage), chord_usage_get_generation_rate (usage));
  g_main_loop_quit (app->loop);
}

static gboolean
on_interrupt (gpointer data)
{
  App *app = data;

  if (app->generation)
    chord_generation_cancel (app->generation);
  return G_SOURCE_CONTINUE;
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  App *app = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChordModel) model = chord_model_load_finish (result, &error);

  if (!model)
    {
      give_up (app, error);
      return;
    }
  app->session = chord_session_new (model);
  chord_session_append_text (app->session, CHORD_ROLE_USER, app->question, NULL);
  app->generation = chord_session_start (app->session, NULL, &error);
  if (!app->generation)
    {
      give_up (app, error);
      return;
    }
  g_signal_connect (app->generation, "text", G_CALLBACK (on_text), app);
  g_signal_connect (app->generation, "finished", G_CALLBACK (on_finished), app);
}

int
main (int argc, char **argv)
{
  g_autofree char *path = argc > 2 ? g_strdup (argv[2]) : chord_get_builtin_model_path ();
  App app = { .loop = g_main_loop_new (NULL, FALSE),
              .question = argc > 1 ? argv[1] : "Tell me a story about a fox." };

  if (!path)
    {
      g_printerr ("There is no built-in model; name a file\n");
      return 1;
    }
  g_unix_signal_add (SIGINT, on_interrupt, &app);
  chord_model_load_async (path, NULL, NULL, NULL, on_loaded, &app);
  g_main_loop_run (app.loop);

  g_clear_object (&app.generation);
  g_clear_object (&app.session);
  g_main_loop_unref (app.loop);
  return app.status;
}
