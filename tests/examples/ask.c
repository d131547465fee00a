/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The shortest way from a question to an answer: everything blocks, and no main loop is needed.
 *
 *   cc ask.c -o ask $(pkg-config --cflags --libs chord-1)
 *   ./ask "What is the capital of France?" [MODEL.gguf]
 */

#include <chord.h>

static char *
ask (const char *path, const char *question, GError **error)
{
  g_autoptr (ChordModel) model = NULL;
  g_autoptr (ChordSession) session = NULL;
  g_autoptr (ChordGeneration) answer = NULL;

  model = chord_model_load (path, NULL, NULL, NULL, error);
  if (!model)
    return NULL;
  session = chord_session_new (model);
  if (!chord_session_append_text (session, CHORD_ROLE_USER, question, error))
    return NULL;
  answer = chord_session_generate (session, NULL, NULL, error);
  return answer ? g_strdup (chord_generation_get_text (answer)) : NULL;
}

int
main (int argc, char **argv)
{
  const char *question = argc > 1 ? argv[1] : "What is the capital of France?";
  g_autofree char *path = argc > 2 ? g_strdup (argv[2]) : chord_get_builtin_model_path ();
  g_autofree char *answer = NULL;
  g_autoptr (GError) error = NULL;

  answer = path ? ask (path, question, &error) : NULL;
  if (!answer)
    {
      g_printerr ("%s\n", error ? error->message : "There is no built-in model; name a file");
      return 1;
    }
  g_print ("%s\n", answer);
  return 0;
}
