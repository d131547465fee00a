/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "common.h"

#include <json-glib/json-glib.h>

/* The greedy text of the built-in model in exact precision, against recorded answers. */

static JsonArray *cases; /* of the Q8_0 model */
static ChEngine *engine;

static void
check_ids (const GArray *ids, JsonArray *expected)
{
  g_assert_cmpuint (ids->len, ==, json_array_get_length (expected));
  for (guint i = 0; i < ids->len; i++)
    g_assert_cmpint (g_array_index (ids, gint32, i), ==, json_array_get_int_element (expected, i));
}

/* Raw: nothing is added, special tokens in the prompt are recognised. */
static void
test_answers (void)
{
  ChVocab *vocab = ch_engine_vocab (engine, NULL);
  ChEngineSeq *seq = new_seq (engine);
  for (guint i = 0; i < json_array_get_length (cases); i++)
    {
      JsonObject *c = json_array_get_object_element (cases, i);
      const char *prompt = json_object_get_string_member (c, "prompt");
      JsonArray *ids = json_object_get_array_member (c, "ids");
      g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (gint32));
      ch_vocab_tokenize (vocab, prompt, strlen (prompt), CH_TOKENIZE_PARSE_SPECIAL, tokens);
      check_ids (tokens, json_object_get_array_member (c, "prompt_ids"));
      ChGenerateRequest request =
          greedy_request (IDS (tokens), tokens->len, json_array_get_length (ids));
      request.ignore_eog = FALSE;
      g_autoptr (Heard) heard = generate (seq, &request);
      check_ids (heard->ids, ids);
      g_assert_cmpstr (heard->text->str, ==, json_object_get_string_member (c, "text"));
      g_assert_cmpint (heard->why, ==,
                       json_object_get_boolean_member (c, "ended") ? CH_FINISH_STOP
                                                                   : CH_FINISH_LENGTH);
    }
  ch_engine_seq_free (seq);
}

static JsonParser *
read_cases (void)
{
  g_autofree char *path =
      g_build_filename (g_getenv ("CHORD_SHARED"), "models", "greedy.json", NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();
  if (!json_parser_load_from_file (parser, path, NULL))
    return NULL;
  JsonObject *root = json_node_get_object (json_parser_get_root (parser));
  cases = json_object_get_array_member (json_object_get_object_member (root, "models"), "Q8_0");
  return g_steal_pointer (&parser);
}

static void
test_absent (void)
{
  g_test_skip ("the recorded answers (models/greedy.json in $CHORD_SHARED) are not here");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_autoptr (JsonParser) parser = read_cases ();
  if (parser == NULL)
    {
      g_test_add_func ("/engine/greedy", test_absent);
      return g_test_run ();
    }
  engine = load_small (1024, 1);
  g_test_add_func ("/engine/greedy", test_answers);
  int failed = g_test_run ();
  ch_engine_unref (engine);
  return failed;
}
