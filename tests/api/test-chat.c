/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fixture.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#define CAPITAL "What is the capital of France?"
#define STORY "Tell me a story about a fox."

static const char *program;

/* A chat in a catalog that nothing is kept of. */
typedef struct
{
  ChordCatalog *catalog;
  ChordConversation *conversation;
  ChordChat *chat;
  guint n_finished;
  guint n_overflows;
  gboolean before_start;
} Talk;

static void
on_finished (ChordChat *chat, ChordConversationMessage *answer, Talk *talk)
{
  g_assert_false (chord_chat_get_running (chat));
  g_assert_false (chord_conversation_message_get_running (answer));
  talk->n_finished++;
}

static void
on_overflow (ChordChat *chat, gboolean before_start, Talk *talk)
{
  talk->n_overflows++;
  talk->before_start = before_start;
}

static void
set_up_with (Talk *talk, ChordModel *model)
{
  g_autoptr (GError) error = NULL;

  *talk = (Talk){ .catalog = chord_catalog_open (":memory:", NULL, &error) };
  g_assert_no_error (error);
  talk->conversation = chord_catalog_add_conversation (talk->catalog, &error);
  g_assert_no_error (error);
  talk->chat = chord_chat_new (talk->conversation, model);
  g_signal_connect (talk->chat, "finished", G_CALLBACK (on_finished), talk);
  g_signal_connect (talk->chat, "overflow", G_CALLBACK (on_overflow), talk);
}

static void
set_up (Talk *talk, gconstpointer data)
{
  set_up_with (talk, fixture_model ());
}

static void
tear_down (Talk *talk, gconstpointer data)
{
  g_clear_object (&talk->chat);
  g_clear_object (&talk->conversation);
  g_clear_object (&talk->catalog);
}

/* Greedy answers; without an end when n is -1 and endless. */
static void
choose (Talk *talk, gint64 n, gboolean endless)
{
  g_autoptr (ChordSamplingOptions) options = fixture_greedy (n);
  ChordTokenizer *tokenizer = chord_model_get_tokenizer (fixture_model (), NULL);

  for (gint32 token = 0; endless && token < 4096; token++)
    if (chord_tokenizer_is_end_token (tokenizer, token))
      chord_sampling_options_set_logit_bias (options, token, -INFINITY);
  chord_chat_set_sampling (talk->chat, options);
}

static void
wait (Talk *talk)
{
  while (chord_chat_get_running (talk->chat))
    g_main_context_iteration (NULL, TRUE);
}

/* The last message, which the tree keeps. */
static ChordConversationMessage *
last (Talk *talk)
{
  GListModel *path = chord_conversation_get_path (talk->conversation);
  guint n = g_list_model_get_n_items (path);
  g_autoptr (ChordConversationMessage) message = n > 0 ? g_list_model_get_item (path, n - 1) : NULL;

  return message;
}

static const char *
last_text (Talk *talk)
{
  return chord_conversation_message_get_content (last (talk));
}

static guint
length (Talk *talk)
{
  return g_list_model_get_n_items (chord_conversation_get_path (talk->conversation));
}

static void
send (Talk *talk, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (chord_chat_send (talk->chat, text, NULL, &error));
  g_assert_no_error (error);
  wait (talk);
}

/* ---- Turns ---- */

static void
test_turns (Talk *talk, gconstpointer data)
{
  ChordConversationMessage *answer;
  guint64 prompt, generated;

  choose (talk, 40, FALSE);
  send (talk, CAPITAL);
  answer = last (talk);
  g_assert_nonnull (strstr (last_text (talk), "Paris"));
  g_assert_cmpuint (talk->n_finished, ==, 1);
  g_assert_cmpint (chord_conversation_message_get_finish_reason (answer), ==,
                   CHORD_FINISH_REASON_STOP);
  g_assert_cmpstr (chord_conversation_message_get_model_name (answer), ==,
                   chord_model_get_name (fixture_model ()));
  g_assert_nonnull (strstr (chord_conversation_message_get_sampling (answer),
                            "\"temperature\": 0,"));
  g_assert_cmpstr (chord_conversation_get_title (talk->conversation), ==, CAPITAL);
  prompt = chord_conversation_message_get_prompt_tokens (answer);
  generated = chord_conversation_message_get_generated_tokens (answer);
  g_assert_cmpuint (prompt, >, 5);
  g_assert_cmpuint (generated, >, 2);
  g_assert_cmpint (chord_conversation_message_get_first_token_time (answer), >, 0);
  g_assert_cmpuint (chord_chat_get_context_used (talk->chat), ==, prompt + generated);
  g_assert_cmpuint (chord_chat_get_context_length (talk->chat), ==, 768);
  g_assert_cmpfloat (chord_chat_get_prompt_progress (talk->chat), ==, 1);

  send (talk, "And of Italy?");
  g_assert_cmpuint (length (talk), ==, 4);
  g_assert_cmpuint (chord_conversation_message_get_cached_tokens (last (talk)), >=,
                    prompt + generated - 1);
}

static void
gather (ChordConversationMessage *answer, const char *text, gboolean is_reasoning, GString *all)
{
  g_assert_false (is_reasoning);
  g_assert_true (chord_conversation_message_get_running (answer));
  g_string_append (all, text);
  g_assert_cmpstr (chord_conversation_message_get_content (answer), ==, all->str);
}

static void
test_streams (Talk *talk, gconstpointer data)
{
  g_autoptr (GString) all = g_string_new (NULL);

  choose (talk, 60, FALSE);
  g_assert_true (chord_chat_send (talk->chat, STORY, NULL, NULL));
  g_signal_connect (last (talk), "appended", G_CALLBACK (gather), all);
  wait (talk);
  g_assert_cmpuint (all->len, >, 0);
  g_assert_cmpstr (last_text (talk), ==, all->str);
}

static void
test_refusals (Talk *talk, gconstpointer data)
{
  g_autoptr (ChordChat) silent = chord_chat_new (talk->conversation, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (chord_chat_send (silent, "Hello", NULL, &error));
  g_assert_error (error, CHORD_ERROR, CHORD_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_cmpuint (length (talk), ==, 0);

  g_assert_true (chord_chat_send (talk->chat, STORY, NULL, &error));
  g_assert_false (chord_chat_send (talk->chat, STORY, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  g_clear_error (&error);
  g_assert_cmpuint (length (talk), ==, 2);
  chord_chat_stop (talk->chat);
  wait (talk);
  g_assert_false (chord_chat_edit (talk->chat, last (talk), "x", &error));
  g_assert_error (error, CHORD_ERROR, CHORD_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_false (chord_chat_resume (talk->chat, &error));
  g_assert_error (error, CHORD_ERROR, CHORD_ERROR_INVALID_ARGUMENT);
}

static void
test_regenerate (Talk *talk, gconstpointer data)
{
  ChordConversationMessage *first, *second;

  choose (talk, 10, FALSE);
  send (talk, STORY);
  first = last (talk);
  g_assert_true (chord_chat_regenerate (talk->chat, first, NULL));
  wait (talk);
  second = last (talk);
  g_assert_true (chord_conversation_message_get_sibling (first, 1) == second);
  g_assert_cmpstr (chord_conversation_message_get_content (first), ==, last_text (talk));
  g_assert_cmpuint (chord_conversation_message_get_cached_tokens (second), ==,
                    chord_conversation_message_get_prompt_tokens (second) - 1);

  /* Who asks for an answer to a message gets one, too. */
  g_assert_true (chord_conversation_append (talk->conversation, CHORD_ROLE_USER, CAPITAL, NULL)
                 != NULL);
  g_assert_true (chord_chat_regenerate (talk->chat, last (talk), NULL));
  wait (talk);
  g_assert_cmpuint (length (talk), ==, 4);
}

/* Only what differs is computed, there and back. */
static void
test_edit (Talk *talk, gconstpointer data)
{
  ChordConversationMessage *question, *answer;

  choose (talk, 40, FALSE);
  send (talk, CAPITAL);
  question = g_list_model_get_item (chord_conversation_get_path (talk->conversation), 0);
  answer = last (talk);
  g_assert_true (chord_chat_edit (talk->chat, question, "What is the capital of Italy?", NULL));
  wait (talk);
  g_assert_nonnull (strstr (last_text (talk), "Rome"));
  g_assert_cmpuint (length (talk), ==, 2);
  g_assert_cmpuint (chord_conversation_message_get_n_siblings (question), ==, 2);
  g_assert_cmpuint (chord_conversation_message_get_cached_tokens (last (talk)), >, 3);

  chord_conversation_select (talk->conversation, answer);
  send (talk, "And of Italy?");
  g_assert_cmpuint (length (talk), ==, 4);
  g_object_unref (question);
}

/* An answer that was cut goes on as if it had not been, and its figures add up. */
static void
test_continue (Talk *talk, gconstpointer data)
{
  g_autofree char *whole = NULL;
  ChordConversationMessage *answer;

  choose (talk, 24, FALSE);
  send (talk, STORY);
  whole = g_strdup (last_text (talk));
  choose (talk, 10, FALSE);
  g_assert_true (chord_chat_regenerate (talk->chat, last (talk), NULL));
  wait (talk);
  answer = last (talk);
  g_assert_cmpint (chord_conversation_message_get_finish_reason (answer), ==,
                   CHORD_FINISH_REASON_LENGTH);
  choose (talk, 14, FALSE);
  g_assert_true (chord_chat_continue (talk->chat, answer, NULL));
  wait (talk);
  g_assert_true (last (talk) == answer);
  g_assert_cmpstr (last_text (talk), ==, whole);
  g_assert_cmpuint (chord_conversation_message_get_generated_tokens (answer), ==, 24);
}

static void
stop_at_once (ChordConversationMessage *answer, const char *text, gboolean is_reasoning,
              ChordChat *chat)
{
  chord_chat_stop (chat);
}

static void
test_stop (Talk *talk, gconstpointer data)
{
  choose (talk, -1, TRUE);
  g_assert_true (chord_chat_send (talk->chat, STORY, NULL, NULL));
  g_signal_connect (last (talk), "appended", G_CALLBACK (stop_at_once), talk->chat);
  wait (talk);
  g_assert_cmpint (chord_conversation_message_get_finish_reason (last (talk)), ==,
                   CHORD_FINISH_REASON_CANCELLED);
  g_assert_cmpstr (last_text (talk), !=, "");
  g_assert_cmpuint (talk->n_overflows, ==, 0);
}

/* Whoever listens may drop what the chat works with. */
static void
drop_model (ChordConversationMessage *answer, const char *text, gboolean is_reasoning,
            ChordChat *chat)
{
  chord_chat_set_model (chat, NULL);
}

static void
test_drop_while_running (Talk *talk, gconstpointer data)
{
  choose (talk, -1, TRUE);
  g_assert_true (chord_chat_send (talk->chat, STORY, NULL, NULL));
  g_signal_connect (last (talk), "appended", G_CALLBACK (drop_model), talk->chat);
  wait (talk);
  g_assert_cmpuint (talk->n_finished, ==, 1);
  g_assert_cmpint (chord_conversation_message_get_finish_reason (last (talk)), ==,
                   CHORD_FINISH_REASON_CANCELLED);

  chord_chat_set_model (talk->chat, fixture_model ());
  g_assert_true (chord_chat_send (talk->chat, STORY, NULL, NULL));
  g_clear_object (&talk->chat);
  g_assert_cmpint (chord_conversation_message_get_finish_reason (last (talk)), ==,
                   CHORD_FINISH_REASON_CANCELLED);
}

/* ---- What is sent ---- */

static guint64
prompt_tokens_after (Talk *talk, const char *text)
{
  send (talk, text);
  return chord_conversation_message_get_prompt_tokens (last (talk));
}

static void
test_system_prompt_and_preset (Talk *talk, gconstpointer data)
{
  g_autoptr (ChordPreset) preset = NULL;
  guint64 plain, with_preset, with_own;

  choose (talk, 1, FALSE);
  plain = prompt_tokens_after (talk, "Hi");
  preset = chord_catalog_add_preset (talk->catalog, "Cat", NULL);
  g_object_set (preset, "system-prompt", "You are a cat.", "max-tokens", (gint64) 3,
                "temperature", 0.0, NULL);
  g_assert_true (chord_record_save (CHORD_RECORD (preset), NULL));
  chord_conversation_set_preset_id (talk->conversation,
                                    chord_record_get_id (CHORD_RECORD (preset)));
  chord_chat_set_sampling (talk->chat, NULL);
  g_assert_true (chord_chat_regenerate (talk->chat, last (talk), NULL));
  wait (talk);
  with_preset = chord_conversation_message_get_prompt_tokens (last (talk));
  g_assert_cmpuint (with_preset, >, plain);
  g_assert_cmpuint (chord_conversation_message_get_generated_tokens (last (talk)), ==, 3);

  chord_conversation_set_system_prompt (talk->conversation, "You are a very, very old cat.");
  g_assert_true (chord_chat_regenerate (talk->chat, last (talk), NULL));
  wait (talk);
  with_own = chord_conversation_message_get_prompt_tokens (last (talk));
  g_assert_cmpuint (with_own, >, with_preset);
}

/* Without a preset the settings of the conversation's model say how to answer. */
static void
test_model_settings (Talk *talk, gconstpointer data)
{
  g_autofree char *path = fixture_model_path ();
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (ChordCatalogModel) model = NULL;
  g_autoptr (GError) error = NULL;
  ChordModelSettings *settings;
  guint64 plain;

  choose (talk, 1, FALSE);
  plain = prompt_tokens_after (talk, "Hi");
  model = chord_catalog_add_model (talk->catalog, file, NULL, &error);
  g_assert_no_error (error);
  settings = chord_catalog_model_get_settings (model);
  g_object_set (settings, "system-prompt", "You are a cat.", "max-tokens", (gint64) 2, NULL);
  g_assert_true (chord_record_save (CHORD_RECORD (settings), NULL));
  chord_conversation_set_model_id (talk->conversation, chord_record_get_id (CHORD_RECORD (model)));
  chord_chat_set_sampling (talk->chat, NULL);
  g_assert_true (chord_chat_regenerate (talk->chat, last (talk), NULL));
  wait (talk);
  g_assert_cmpuint (chord_conversation_message_get_prompt_tokens (last (talk)), >, plain);
  g_assert_cmpuint (chord_conversation_message_get_generated_tokens (last (talk)), ==, 2);
}

static void
test_attachments (Talk *talk, gconstpointer data)
{
  g_autoptr (GListStore) files = g_list_store_new (CHORD_TYPE_ATTACHMENT);
  g_autoptr (ChordAttachment) file = chord_attachment_new ("a.c", "int a; ```", "text/x-csrc");
  ChordConversationMessage *question;
  guint64 plain, with_file;

  choose (talk, 1, FALSE);
  plain = prompt_tokens_after (talk, "Hi");
  g_list_store_append (files, file);
  g_assert_true (chord_chat_send (talk->chat, "Hi", G_LIST_MODEL (files), NULL));
  wait (talk);
  with_file = chord_conversation_message_get_prompt_tokens (last (talk));
  g_assert_cmpuint (with_file, >, 2 * plain + 8);

  /* They stay when the message is edited. */
  question = g_list_model_get_item (chord_conversation_get_path (talk->conversation), 2);
  g_assert_true (chord_chat_edit (talk->chat, question, "Ho", NULL));
  g_object_unref (question);
  wait (talk);
  question = g_list_model_get_item (chord_conversation_get_path (talk->conversation), 2);
  g_assert_cmpuint (
      g_list_model_get_n_items (chord_conversation_message_get_attachments (question)), ==, 1);
  g_object_unref (question);
}

/* Makes the chat one in an imported conversation. */
static void
import (Talk *talk, const char *text)
{
  g_autoptr (GBytes) json = g_bytes_new_static (text, strlen (text));
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) list = chord_catalog_import_conversations (talk->catalog, json, &error);

  g_assert_no_error (error);
  g_clear_object (&talk->chat);
  g_clear_object (&talk->conversation);
  talk->conversation = g_list_model_get_item (list, 0);
  talk->chat = chord_chat_new (talk->conversation, fixture_model ());
  g_signal_connect (talk->chat, "overflow", G_CALLBACK (on_overflow), talk);
}

#define SAID(reasoning)                                                                            \
  "{\"messages\": [{\"id\": 1, \"role\": \"user\", \"content\": \"Hi\"}, "                         \
  "{\"id\": 2, \"parent\": 1, \"role\": \"assistant\", \"content\": \"Ho\", "                      \
  "\"reasoning\": \"" reasoning "\"}]}"

/* Earlier reasoning is not sent to the model. */
static void
test_reasoning_not_sent (Talk *talk, gconstpointer data)
{
  guint64 without, with;

  import (talk, SAID (""));
  choose (talk, 1, FALSE);
  without = prompt_tokens_after (talk, "What?");
  import (talk, SAID ("A long and winding road of thought."));
  choose (talk, 1, FALSE);
  with = prompt_tokens_after (talk, "What?");
  g_assert_cmpuint (with, ==, without);
}

/* An answer that was stopped in its reasoning goes on with that, also in a new process. */
static void
test_reasoning_continues (Talk *talk, gconstpointer data)
{
  ChordConversationMessage *answer;
  const char *reasoning;

  import (talk, "{\"messages\": [{\"id\": 1, \"role\": \"user\", \"content\": \"" STORY "\"}, "
                "{\"id\": 2, \"parent\": 1, \"role\": \"assistant\", \"content\": \"\", "
                "\"finish_reason\": \"cancelled\", \"reasoning\": \"Once upon a time\"}]}");
  choose (talk, 8, TRUE);
  answer = last (talk);
  g_assert_true (chord_chat_continue (talk->chat, answer, NULL));
  wait (talk);
  reasoning = chord_conversation_message_get_reasoning (answer);
  g_assert_true (g_str_has_prefix (reasoning, "Once upon a time"));
  g_assert_cmpuint (strlen (reasoning), >, strlen ("Once upon a time"));
  g_assert_cmpstr (chord_conversation_message_get_content (answer), ==, "");
  g_assert_cmpint (chord_conversation_message_get_reasoning_time (answer), >, 0);
}

/* ---- Where the context is too small ---- */

static void
test_too_long (Talk *talk, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  choose (talk, 4, FALSE);
  for (int i = 0; i < 1000; i++)
    g_string_append (text, "One more word. ");
  g_assert_true (chord_chat_send (talk->chat, text->str, NULL, &error));
  g_assert_cmpuint (talk->n_overflows, ==, 1);
  g_assert_true (talk->before_start);
  g_assert_false (chord_chat_get_running (talk->chat));
  g_assert_cmpuint (length (talk), ==, 1);

  /* There is nothing older to leave out. */
  g_assert_cmpuint (chord_chat_drop_oldest (talk->chat, &error), ==, 0);
  g_assert_error (error, CHORD_ERROR, CHORD_ERROR_CONTEXT_FULL);
  g_assert_true (chord_chat_edit (talk->chat, last (talk), CAPITAL, NULL));
  wait (talk);
  g_assert_nonnull (strstr (last_text (talk), "The"));
}

/* Nothing is left out unasked; then half of the context is free, and the answer comes. */
static void
test_drop_oldest (Talk *talk, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  guint n, n_before;

  choose (talk, 4, FALSE);
  for (int i = 0; i < 20; i++)
    g_string_append (text, "One more word. ");
  while (talk->n_overflows == 0)
    send (talk, text->str);
  g_assert_true (talk->before_start);
  g_assert_cmpint (chord_conversation_get_first_sent (talk->conversation), ==, 0);
  n_before = length (talk);
  n = chord_chat_drop_oldest (talk->chat, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n, >, 0);
  wait (talk);
  g_assert_cmpuint (length (talk), ==, n_before + 1);
  g_assert_cmpstr (last_text (talk), !=, "");
  g_assert_cmpuint (chord_chat_get_context_used (talk->chat), <, 768 / 2 + 64);
  g_assert_cmpint (chord_conversation_get_first_sent (talk->conversation), !=, 0);
}

/* An answer that fills the context tells, and goes on with a model that has more. */
static void
test_answer_fills_context (void)
{
  g_autoptr (ChordModelOptions) options = chord_model_options_new ();
  g_autofree char *path = fixture_model_path ();
  g_autoptr (ChordModel) small = NULL;
  ChordConversationMessage *answer;
  Talk talk;
  gsize filled;

  chord_model_options_set_context_length (options, 64);
  small = chord_model_load (path, options, NULL, NULL, NULL);
  set_up_with (&talk, small);
  choose (&talk, -1, TRUE);
  send (&talk, STORY);
  answer = last (&talk);
  g_assert_cmpuint (talk.n_overflows, ==, 1);
  g_assert_false (talk.before_start);
  g_assert_cmpint (chord_conversation_message_get_finish_reason (answer), ==,
                   CHORD_FINISH_REASON_LENGTH);
  g_assert_nonnull (strstr (chord_conversation_message_get_error (answer), "64"));
  filled = strlen (last_text (&talk));

  chord_chat_set_model (talk.chat, fixture_model ());
  choose (&talk, 20, TRUE);
  g_assert_true (chord_chat_resume (talk.chat, NULL));
  wait (&talk);
  g_assert_true (last (&talk) == answer);
  g_assert_cmpuint (strlen (last_text (&talk)), >, filled);
  g_assert_null (chord_conversation_message_get_error (answer));
  tear_down (&talk, NULL);
}

/* ---- A process that is killed ---- */

/* The property changes when a part of the answer is on its way to the disk. */
static void
on_content (ChordConversationMessage *answer, GParamSpec *pspec, char **stored)
{
  const char *content = chord_conversation_message_get_content (answer);

  if (!*stored && *content && chord_conversation_message_get_running (answer))
    *stored = g_strdup (content);
}

/* Says what has been stored first, and waits to be killed. */

static void G_GNUC_NORETURN
run_child (const char *path)
{
  Talk talk = { .catalog = chord_catalog_open (path, NULL, NULL) };
  char *stored = NULL;

  talk.conversation = chord_catalog_add_conversation (talk.catalog, NULL);
  talk.chat = chord_chat_new (talk.conversation, fixture_model ());
  choose (&talk, -1, TRUE);
  g_assert_true (chord_chat_send (talk.chat, STORY, NULL, NULL));
  g_signal_connect (last (&talk), "notify::content", G_CALLBACK (on_content), &stored);
  while (!stored)
    g_main_context_iteration (NULL, TRUE);
  chord_catalog_flush (talk.catalog);
  fputs (stored, stdout);
  fflush (stdout);
  close (STDOUT_FILENO);
  for (;;)
    pause ();
}

static char *
read_all (GSubprocess *child)
{
  GInputStream *out = g_subprocess_get_stdout_pipe (child);
  GString *text = g_string_new (NULL);
  char buffer[4096];
  gssize n;

  while ((n = g_input_stream_read (out, buffer, sizeof buffer, NULL, NULL)) > 0)
    g_string_append_len (text, buffer, n);
  return g_string_free (text, FALSE);
}

static void
test_killed (void)
{
  g_autofree char *folder = g_dir_make_tmp ("chord-chat-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "catalog.db", NULL);
  g_autoptr (GSubprocessLauncher) launcher
      = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GSubprocess) child = NULL;
  g_autofree char *written = NULL;
  Talk talk = { 0 };

  /* The slow way to compute: the answer must not be done before a part of it is stored. */
  g_subprocess_launcher_setenv (launcher, "CHORD_CPU", "ref", TRUE);
  child = g_subprocess_launcher_spawn (launcher, NULL, program, "--child", path, NULL);
  g_assert_nonnull (child);
  written = read_all (child);
  g_subprocess_force_exit (child);
  g_subprocess_wait (child, NULL, NULL);
  g_assert_cmpstr (written, !=, "");

  talk.catalog = chord_catalog_open (path, NULL, NULL);
  talk.conversation
      = g_list_model_get_item (chord_catalog_get_conversations (talk.catalog), 0);
  g_assert_cmpuint (length (&talk), ==, 2);
  g_assert_cmpstr (last_text (&talk), ==, written);
  g_assert_cmpint (chord_conversation_message_get_finish_reason (last (&talk)), ==,
                   CHORD_FINISH_REASON_CANCELLED);

  /* And it can go on. */
  talk.chat = chord_chat_new (talk.conversation, fixture_model ());
  choose (&talk, 4, TRUE);
  g_assert_true (chord_chat_continue (talk.chat, last (&talk), NULL));
  wait (&talk);
  g_assert_true (g_str_has_prefix (last_text (&talk), written));
  g_assert_cmpuint (strlen (last_text (&talk)), >, strlen (written));
  tear_down (&talk, NULL);
  fixture_remove_catalog (path);
}

#define ADD(name, function) g_test_add ("/chat/" name, Talk, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  if (argc == 3 && strcmp (argv[1], "--child") == 0)
    run_child (argv[2]);
  program = argv[0];
  g_test_init (&argc, &argv, NULL);
  ADD ("turns", test_turns);
  ADD ("streams", test_streams);
  ADD ("refusals", test_refusals);
  ADD ("regenerate", test_regenerate);
  ADD ("edit", test_edit);
  ADD ("continue", test_continue);
  ADD ("stop", test_stop);
  ADD ("drop-while-running", test_drop_while_running);
  ADD ("system-prompt-and-preset", test_system_prompt_and_preset);
  ADD ("model-settings", test_model_settings);
  ADD ("attachments", test_attachments);
  ADD ("reasoning-not-sent", test_reasoning_not_sent);
  ADD ("reasoning-continues", test_reasoning_continues);
  ADD ("too-long", test_too_long);
  ADD ("drop-oldest", test_drop_oldest);
  g_test_add_func ("/chat/answer-fills-context", test_answer_fills_context);
  g_test_add_func ("/chat/killed", test_killed);
  return g_test_run ();
}
