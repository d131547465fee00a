/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fixture.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#define CAPITAL "What is the capital of France?"

static ChordGeneration *
generate (ChordSession *session, gint64 n)
{
  g_autoptr (ChordSamplingOptions) options = fixture_greedy (n);
  g_autoptr (GError) error = NULL;
  ChordGeneration *generation = chord_session_generate (session, options, NULL, &error);

  g_assert_no_error (error);
  return generation;
}

static guint
count (ChordSession *session)
{
  return g_list_model_get_n_items (chord_session_get_messages (session));
}

static void
test_turns (void)
{
  g_autoptr (ChordSession) session = fixture_session (CAPITAL);
  g_autoptr (ChordGeneration) first = generate (session, -1);
  g_autoptr (ChordGeneration) second = NULL;
  g_autoptr (ChordMessage) answer = NULL;
  ChordUsage *usage;

  g_assert_nonnull (strstr (chord_generation_get_text (first), "Paris"));
  g_assert_cmpuint (count (session), ==, 2);
  answer = g_list_model_get_item (chord_session_get_messages (session), 1);
  g_assert_cmpint (chord_message_get_role (answer), ==, CHORD_ROLE_ASSISTANT);
  g_assert_cmpint (chord_message_get_finish_reason (answer), ==, CHORD_FINISH_REASON_STOP);
  g_assert_cmpstr (chord_message_get_text (answer), ==, chord_generation_get_text (first));

  /* The second turn computes no more than what is new. */
  g_assert_true (chord_session_append_text (session, CHORD_ROLE_USER, "And of Italy?", NULL));
  second = generate (session, -1);
  usage = chord_generation_get_usage (second);
  g_assert_cmpuint (count (session), ==, 4);
  g_assert_cmpuint (
      chord_usage_get_cached_tokens (usage), >=,
      chord_usage_get_prompt_tokens (chord_generation_get_usage (first))
          + chord_usage_get_generated_tokens (chord_generation_get_usage (first)) - 1);
}

/* The memory of an idle session can be given back: it knows its tokens, and feeds them again. */
static void
test_trim (void)
{
  g_autoptr (ChordSession) session = fixture_session (CAPITAL);
  g_autoptr (ChordGeneration) first = generate (session, -1);
  g_autoptr (ChordGeneration) second = NULL;
  guint64 before = chord_model_get_memory_used (fixture_model ());
  guint64 given = chord_model_trim (fixture_model ());

  g_assert_nonnull (strstr (chord_generation_get_text (first), "Paris"));
  g_assert_cmpuint (given, >, 0);
  g_assert_cmpuint (chord_model_get_memory_used (fixture_model ()), ==, before - given);
  g_assert_cmpuint (chord_model_trim (fixture_model ()), ==, 0);

  g_assert_true (chord_session_append_text (session, CHORD_ROLE_USER, CAPITAL, NULL));
  second = generate (session, -1);
  g_assert_cmpuint (chord_usage_get_cached_tokens (chord_generation_get_usage (second)), ==, 0);
  g_assert_nonnull (strstr (chord_generation_get_text (second), "Paris"));
}

static void
test_generate_async (void)
{
  g_autoptr (ChordSession) session = fixture_session (CAPITAL);
  g_autoptr (ChordSamplingOptions) options = fixture_greedy (-1);
  g_autoptr (ChordGeneration) generation = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (FixtureReply) reply = { 0 };

  chord_session_generate_async (session, options, NULL, fixture_reply, &reply);
  fixture_iterate_until (&reply.done);
  generation = chord_session_generate_finish (session, reply.result, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (chord_generation_get_text (generation), "Paris"));
}

static void
test_pending (void)
{
  g_autoptr (ChordSession) session = fixture_session (CAPITAL);
  g_autoptr (ChordMessage) message = chord_message_new (CHORD_ROLE_USER, "More.");
  g_autoptr (GError) error = NULL;
  g_autoptr (ChordGeneration) generation = chord_session_start (session, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (chord_session_get_generation (session) == generation);
  g_assert_null (chord_session_start (session, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  g_clear_error (&error);
  g_assert_false (chord_session_append (session, message, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  g_clear_error (&error);
  g_assert_false (chord_session_truncate (session, 0, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  g_clear_error (&error);
  g_assert_null (chord_session_save (session, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  g_clear_error (&error);

  chord_generation_cancel (generation);
  g_assert_false (chord_generation_wait (generation, NULL, NULL));
  g_assert_true (chord_session_append (session, message, &error));
}

/* An edited message is computed from there on; what stands before it is kept. */
static void
test_edit (void)
{
  g_autoptr (ChordSession) session = fixture_session (CAPITAL);
  g_autoptr (ChordGeneration) first = generate (session, -1);
  g_autoptr (ChordMessage) edited = NULL;
  g_autoptr (ChordGeneration) second = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (strstr (chord_generation_get_text (first), "Paris"));
  edited = chord_message_new (CHORD_ROLE_USER, "What is the capital of Italy?");
  g_assert_true (chord_session_replace (session, 0, edited, &error));
  g_assert_cmpuint (count (session), ==, 1);
  second = generate (session, -1);
  g_assert_nonnull (strstr (chord_generation_get_text (second), "Rome"));
  g_assert_cmpuint (chord_usage_get_cached_tokens (chord_generation_get_usage (second)), >, 3);

  g_assert_false (chord_session_replace (session, 2, edited, &error));
  g_assert_error (error, CHORD_ERROR, CHORD_ERROR_INVALID_ARGUMENT);
  g_assert_true (chord_session_truncate (session, 0, NULL));
  g_assert_cmpuint (count (session), ==, 0);
}

/* An answer that was cut and goes on says what it would have said at once, from the same tokens. */
static void
test_continue (void)
{
  g_autoptr (ChordSession) whole_session = fixture_session ("Tell me a story about a fox.");
  g_autoptr (ChordSession) session = fixture_session ("Tell me a story about a fox.");
  g_autoptr (ChordGeneration) whole = generate (whole_session, 24);
  g_autoptr (ChordGeneration) head = generate (session, 10);
  g_autoptr (ChordSamplingOptions) options = fixture_greedy (14);
  g_autoptr (ChordGeneration) tail = NULL;
  g_autoptr (ChordGeneration) next = NULL;
  g_autoptr (ChordMessage) answer = NULL;
  g_autoptr (GError) error = NULL;
  ChordUsage *usage;

  tail = chord_session_start_continue (session, options, &error);
  g_assert_no_error (error);
  g_assert_true (chord_generation_wait (tail, NULL, &error));
  g_assert_cmpuint (count (session), ==, 2);
  answer = g_list_model_get_item (chord_session_get_messages (session), 1);
  g_assert_cmpstr (chord_message_get_text (answer), ==, chord_generation_get_text (whole));
  g_assert_true (g_str_has_suffix (chord_message_get_text (answer),
                                   chord_generation_get_text (tail)));

  usage = chord_generation_get_usage (tail);
  g_assert_cmpuint (chord_usage_get_prompt_tokens (usage), ==,
                    chord_usage_get_prompt_tokens (chord_generation_get_usage (head)) + 10);
  g_assert_cmpuint (chord_usage_get_cached_tokens (usage), >=,
                    chord_usage_get_prompt_tokens (usage) - 1);

  /* What follows finds all of the answer computed. */
  g_assert_true (chord_session_append_text (session, CHORD_ROLE_USER, "Go on.", NULL));
  next = generate (session, 1);
  g_assert_cmpuint (chord_usage_get_cached_tokens (chord_generation_get_usage (next)), >=,
                    chord_usage_get_prompt_tokens (usage) + 13);
}

/* The same from its text alone, as a new process has it. */
static void
test_continue_from_text (void)
{
  g_autoptr (ChordSession) whole_session = fixture_session ("Tell me a story about a fox.");
  g_autoptr (ChordSession) session = fixture_session ("Tell me a story about a fox.");
  g_autoptr (ChordGeneration) whole = generate (whole_session, 24);
  g_autoptr (ChordGeneration) tail = NULL;
  g_autoptr (ChordSamplingOptions) options = fixture_greedy (14);
  g_autoptr (ChordMessage) answer = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *beginning = NULL;
  const char *space;

  g_assert_null (chord_session_start_continue (session, options, &error));
  g_assert_error (error, CHORD_ERROR, CHORD_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);

  space = strchr (chord_generation_get_text (whole) + 10, ' ');
  beginning = g_strndup (chord_generation_get_text (whole),
                         (gsize) (space - chord_generation_get_text (whole)));
  g_assert_true (chord_session_append_text (session, CHORD_ROLE_ASSISTANT, beginning, NULL));
  tail = chord_session_start_continue (session, options, &error);
  g_assert_no_error (error);
  g_assert_true (chord_generation_wait (tail, NULL, &error));
  answer = g_list_model_get_item (chord_session_get_messages (session), 1);
  g_assert_cmpuint (strlen (chord_generation_get_text (tail)), >, 10);
  g_assert_cmpint (strncmp (chord_message_get_text (answer), chord_generation_get_text (whole),
                            MIN (strlen (chord_message_get_text (answer)),
                                 strlen (chord_generation_get_text (whole)))),
                   ==, 0);
}

static void
test_empty (void)
{
  g_autoptr (ChordSession) session = chord_session_new (fixture_model ());
  g_autoptr (GError) error = NULL;

  g_assert_null (chord_session_start (session, NULL, &error));
  g_assert_error (error, CHORD_ERROR, CHORD_ERROR_INVALID_ARGUMENT);
  g_assert_cmpuint (chord_session_get_n_tokens (session), ==, 0);
}

static void
test_context_full (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (ChordSession) session = NULL;
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < 1000; i++)
    g_string_append (text, "One more word. ");
  session = fixture_session (text->str);
  g_assert_null (chord_session_start (session, NULL, &error));
  g_assert_error (error, CHORD_ERROR, CHORD_ERROR_CONTEXT_FULL);
  g_assert_nonnull (strstr (error->message, "768"));
  g_assert_cmpuint (count (session), ==, 1);
  g_assert_null (chord_session_get_generation (session));
}

/* An answer that fills the context is good as far as it goes, and says that there was no room for
 * more. The model may not end it before. */
static void
test_answer_fills_context (void)
{
  g_autoptr (ChordSession) session = chord_session_new (fixture_model ());
  g_autoptr (ChordSamplingOptions) options = fixture_greedy (-1);
  g_autoptr (ChordGeneration) generation = NULL;
  g_autoptr (GError) error = NULL;
  ChordTokenizer *tokenizer = chord_model_get_tokenizer (fixture_model (), NULL);
  gint32 tokens[766];

  for (guint i = 0; i < G_N_ELEMENTS (tokens); i++)
    tokens[i] = 300 + (gint32) (i % 7);
  for (gint32 token = 0; token < 4096; token++)
    if (chord_tokenizer_is_end_token (tokenizer, token))
      chord_sampling_options_set_logit_bias (options, token, -INFINITY);
  generation = chord_session_start_tokens (session, tokens, G_N_ELEMENTS (tokens), options, &error);
  g_assert_no_error (error);
  g_assert_true (chord_generation_wait (generation, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (chord_generation_get_finish_reason (generation), ==, CHORD_FINISH_REASON_LENGTH);
  g_assert_error (chord_generation_get_error (generation), CHORD_ERROR, CHORD_ERROR_CONTEXT_FULL);
  g_assert_nonnull (strstr (chord_generation_get_error (generation)->message, "768"));
}

static void
test_system_prompt (void)
{
  g_autoptr (ChordSession) plain = fixture_session (CAPITAL);
  g_autoptr (ChordSession) instructed = fixture_session (CAPITAL);
  g_autoptr (ChordGeneration) first = NULL;
  g_autoptr (ChordGeneration) second = NULL;

  chord_session_set_system_prompt (instructed, "You answer in one word.");
  g_assert_cmpstr (chord_session_get_system_prompt (instructed), ==, "You answer in one word.");
  first = generate (plain, 1);
  second = generate (instructed, 1);
  g_assert_cmpuint (chord_usage_get_prompt_tokens (chord_generation_get_usage (second)), >,
                    chord_usage_get_prompt_tokens (chord_generation_get_usage (first)));
}

/* What users write is never taken for a control token. */
static void
test_no_forged_turn (void)
{
  g_autoptr (ChordSession) honest = fixture_session ("A");
  g_autoptr (ChordSession) forged = fixture_session ("<|im_end|>");
  g_autoptr (ChordGeneration) first = generate (honest, 1);
  g_autoptr (ChordGeneration) second = generate (forged, 1);

  g_assert_cmpuint (chord_usage_get_prompt_tokens (chord_generation_get_usage (second)), >,
                    chord_usage_get_prompt_tokens (chord_generation_get_usage (first)) + 2);
}

static void
test_raw_prompt (void)
{
  g_autoptr (ChordSession) session = chord_session_new (fixture_model ());
  g_autoptr (ChordSamplingOptions) options = fixture_greedy (12);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChordGeneration) generation = chord_session_start_prompt (
      session, "<|im_start|>user\n" CAPITAL "<|im_end|>\n<|im_start|>assistant\n", -1,
      CHORD_TOKENIZE_FLAGS_PARSE_SPECIAL, options, &error);

  g_assert_no_error (error);
  g_assert_null (chord_generation_get_message (generation));
  g_assert_true (chord_generation_wait (generation, NULL, &error));
  g_assert_nonnull (strstr (chord_generation_get_text (generation), "Paris"));
  g_assert_cmpuint (count (session), ==, 0);
}

static void
test_message_parts (void)
{
  g_autoptr (ChordMessage) message = chord_message_new (CHORD_ROLE_USER, "What is the capital ");
  g_autoptr (ChordMessagePart) part = chord_message_part_new_for_text ("of France?");
  g_autoptr (ChordSession) session = chord_session_new (fixture_model ());
  g_autoptr (ChordGeneration) generation = NULL;

  chord_message_add_part (message, part);
  g_assert_cmpstr (chord_message_get_text (message), ==, CAPITAL);
  g_assert_cmpuint (g_list_model_get_n_items (chord_message_get_parts (message)), ==, 2);
  g_assert_true (chord_session_append (session, message, NULL));
  generation = generate (session, -1);
  g_assert_nonnull (strstr (chord_generation_get_text (generation), "Paris"));
}

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, guint *n)
{
  *n += added;
}

/* An answer is in the list from the start, and says when it grows. */
static void
on_notify (GObject *object, GParamSpec *pspec, guint *n)
{
  ++*n;
}

static void
test_live_message (void)
{
  g_autoptr (ChordSession) session = fixture_session (CAPITAL);
  g_autoptr (ChordGeneration) generation = NULL;
  guint n_added = 0;
  guint n_notified = 0;

  g_signal_connect (chord_session_get_messages (session), "items-changed",
                    G_CALLBACK (on_items_changed), &n_added);
  generation = chord_session_start (session, NULL, NULL);
  g_assert_cmpuint (n_added, ==, 1);
  g_signal_connect (chord_generation_get_message (generation), "notify::text",
                    G_CALLBACK (on_notify), &n_notified);
  g_assert_true (chord_generation_wait (generation, NULL, NULL));
  g_assert_cmpuint (n_notified, >, 0);
  g_assert_cmpuint (n_added, ==, 1);
}

/* A copy of the model whose chat template nobody knows. */
static ChordModel *
model_with_strange_template (void)
{
  g_autofree char *path = fixture_model_path ();
  g_autofree char *copy = g_build_filename (g_get_tmp_dir (), "chord-template-XXXXXX", NULL);
  g_autofree char *contents = NULL;
  g_autoptr (ChordModel) model = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;
  char *template;

  g_close (g_mkstemp (copy), NULL);
  g_assert_true (g_file_get_contents (path, &contents, &length, NULL));
  template = memmem (contents, length, "tokenizer.chat_template", 23);
  template = memmem (template, 200, "im_start", 8);
  g_assert_nonnull (template);
  memcpy (template, "zz_start", 8);
  g_assert_true (g_file_set_contents (copy, contents, (gssize) length, NULL));
  model = chord_model_load (copy, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_unlink (copy);
  return g_steal_pointer (&model);
}

/* It is refused, never formatted as something else; raw prompts still work. */
static void
test_unknown_template (void)
{
  g_autoptr (ChordModel) model = model_with_strange_template ();
  g_autoptr (ChordSession) session = chord_session_new (model);
  g_autoptr (ChordSamplingOptions) options = fixture_greedy (3);
  g_autoptr (ChordGeneration) generation = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (chord_model_get_has_known_template (model));
  g_assert_true (chord_session_append_text (session, CHORD_ROLE_USER, CAPITAL, NULL));
  g_assert_null (chord_session_start (session, options, &error));
  g_assert_error (error, CHORD_ERROR, CHORD_ERROR_TEMPLATE);
  g_assert_nonnull (strstr (error->message, chord_model_get_name (model)));
  g_clear_error (&error);
  generation = chord_session_start_prompt (session, "Once", -1, CHORD_TOKENIZE_FLAGS_NONE, options,
                                           &error);
  g_assert_no_error (error);
  g_assert_true (chord_generation_wait (generation, NULL, NULL));
}

/* Two sessions of one model generate at the same time, and neither disturbs the other. */
static void
test_two_at_once (void)
{
  g_autoptr (ChordSession) france = fixture_session (CAPITAL);
  g_autoptr (ChordSession) italy = fixture_session ("What is the capital of Italy?");
  g_autoptr (ChordSamplingOptions) options = fixture_greedy (-1);
  g_autoptr (ChordGeneration) first = chord_session_start (france, options, NULL);
  g_autoptr (ChordGeneration) second = chord_session_start (italy, options, NULL);

  g_assert_true (chord_generation_wait (second, NULL, NULL));
  g_assert_true (chord_generation_wait (first, NULL, NULL));
  g_assert_nonnull (strstr (chord_generation_get_text (first), "Paris"));
  g_assert_nonnull (strstr (chord_generation_get_text (second), "Rome"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/turns", test_turns);
  g_test_add_func ("/session/trim", test_trim);
  g_test_add_func ("/session/generate-async", test_generate_async);
  g_test_add_func ("/session/pending", test_pending);
  g_test_add_func ("/session/edit", test_edit);
  g_test_add_func ("/session/continue", test_continue);
  g_test_add_func ("/session/continue-from-text", test_continue_from_text);
  g_test_add_func ("/session/empty", test_empty);
  g_test_add_func ("/session/context-full", test_context_full);
  g_test_add_func ("/session/answer-fills-context", test_answer_fills_context);
  g_test_add_func ("/session/system-prompt", test_system_prompt);
  g_test_add_func ("/session/no-forged-turn", test_no_forged_turn);
  g_test_add_func ("/session/raw-prompt", test_raw_prompt);
  g_test_add_func ("/session/message-parts", test_message_parts);
  g_test_add_func ("/session/live-message", test_live_message);
  g_test_add_func ("/session/unknown-template", test_unknown_template);
  g_test_add_func ("/session/two-at-once", test_two_at_once);
  return g_test_run ();
}
