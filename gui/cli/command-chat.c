/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* chord chat: a conversation, a line a turn, that is kept in the catalog. SIGINT stops an answer,
 * and what came of it stays in the conversation; at the prompt it only begins a new line. */
#include <gio/gunixinputstream.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

static const char help[] = "/reset     begin a new conversation\n"
                           "/retry     let the model answer again\n"
                           "/continue  let a cut answer go on\n"
                           "/drop      leave out the oldest messages where the context is full\n"
                           "/stats     show counts and rates of the last answer\n"
                           "/help      show this\n"
                           "/quit      leave (or Ctrl+D); Ctrl+C stops an answer\n";

typedef struct
{
  ChordCatalog *catalog;
  ChordModel *model;
  ChordSamplingOptions *options;
  const char *system;
  ChordChat *chat;
  ChordConversationMessage *refused; /* no room for it; the next line replaces it */
  GDataInputStream *input;
  gboolean terminal;
  gboolean failed;
} Chat;

/* ---- Input ---- */

typedef struct
{
  GMainLoop *loop;
  char *line;
  GError *error;
} Reading;

static void
on_line (GObject *source, GAsyncResult *result, gpointer data)
{
  Reading *reading = data;

  reading->line = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL,
                                                        &reading->error);
  g_main_loop_quit (reading->loop);
}

static gboolean
on_interrupt (gpointer data)
{
  fputs ("\n> ", stderr);
  return G_SOURCE_CONTINUE;
}

/* The next line, or NULL at the end of the input. Reading runs the main loop, so that an interrupt
 * is dealt with here and not left for the next answer. */
static char *
read_line (Chat *chat, GError **error)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Reading reading = { .loop = loop };
  guint interrupt = chat->terminal ? g_unix_signal_add (SIGINT, on_interrupt, NULL) : 0;

  if (chat->terminal)
    fputs ("> ", stderr);
  g_data_input_stream_read_line_async (chat->input, G_PRIORITY_DEFAULT, NULL, on_line, &reading);
  g_main_loop_run (loop);
  if (interrupt != 0)
    g_source_remove (interrupt);
  if (reading.error != NULL)
    g_propagate_prefixed_error (error, reading.error, "standard input: ");
  return reading.line;
}

/* ---- Answers ---- */

typedef struct
{
  Chat *chat;
  GMainLoop *loop;
  gboolean interrupted;
  gboolean is_dim; /* reasoning is being shown */
} Turn;

static void
set_dim (Turn *turn, gboolean is_dim)
{
  if (turn->is_dim == is_dim)
    return;
  fputs (is_dim ? "\033[2m" : "\033[0m\n\n", stdout);
  turn->is_dim = is_dim;
}

/* Reasoning is for people alone. */
static void
on_appended (ChordConversationMessage *answer, const char *text, gboolean is_reasoning, Turn *turn)
{
  if (is_reasoning && !isatty (STDOUT_FILENO))
    return;
  set_dim (turn, is_reasoning);
  fputs (text, stdout);
  fflush (stdout);
}

static void
on_prompt_progress (ChordChat *chat, GParamSpec *pspec, Turn *turn)
{
  double progress = chord_chat_get_prompt_progress (chat);

  if (progress > 0 && progress < 1)
    cli_bar_draw ("Reading the prompt", (int) (100 * progress));
  else
    cli_bar_wipe ();
}

static void
on_finished (ChordChat *chat, ChordConversationMessage *answer, Turn *turn)
{
  g_main_loop_quit (turn->loop);
}

/* A second SIGINT ends the program, should the first have no effect. */
static gboolean
on_stop (gpointer data)
{
  Turn *turn = data;

  if (turn->interrupted)
    exit (CLI_FAILED);
  turn->interrupted = TRUE;
  chord_chat_stop (turn->chat->chat);
  return G_SOURCE_CONTINUE;
}

static void
show_problem (Chat *chat, ChordConversationMessage *answer)
{
  const char *problem = chord_conversation_message_get_error (answer);

  if (problem == NULL)
    return;
  cli_complain ("%s", problem);
  if (chord_conversation_message_get_finish_reason (answer) == CHORD_FINISH_REASON_ERROR)
    chat->failed = TRUE;
}

/* Runs the main loop until the answer has ended. */
static void
show_answer (Chat *chat)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (ChordConversationMessage) answer = g_object_ref (chord_chat_get_answer (chat->chat));
  Turn turn = { .chat = chat, .loop = loop };
  guint interrupt = g_unix_signal_add (SIGINT, on_stop, &turn);

  g_signal_connect (answer, "appended", G_CALLBACK (on_appended), &turn);
  g_signal_connect (chat->chat, "notify::prompt-progress", G_CALLBACK (on_prompt_progress), &turn);
  g_signal_connect (chat->chat, "finished", G_CALLBACK (on_finished), &turn);
  g_main_loop_run (loop);
  g_signal_handlers_disconnect_by_data (answer, &turn);
  g_signal_handlers_disconnect_by_data (chat->chat, &turn);
  g_source_remove (interrupt);
  set_dim (&turn, FALSE);
  putchar ('\n');
  fflush (stdout);
  show_problem (chat, answer);
}

/* What a call that lets the model answer has come to. */
static void
follow (Chat *chat, gboolean started, const GError *error)
{
  if (!started)
    {
      chat->failed = TRUE;
      cli_complain ("%s", error->message);
    }
  else if (chord_chat_get_running (chat->chat))
    show_answer (chat);
}

/* ---- Turns ---- */

static ChordConversationMessage *
get_last (Chat *chat)
{
  GListModel *path = chord_conversation_get_path (chord_chat_get_conversation (chat->chat));

  return g_list_model_get_item (path, g_list_model_get_n_items (path) - 1);
}

static void
on_overflow (ChordChat *chord_chat, gboolean before_start, Chat *chat)
{
  cli_complain ("the conversation does not fit into the context of %" G_GUINT64_FORMAT
                " tokens (/drop leaves out the oldest messages, /reset begins anew)",
                chord_chat_get_context_length (chord_chat));
  if (!before_start)
    return;
  chat->failed = TRUE;
  chat->refused = get_last (chat);
}

/* The app goes on with the same model, where the catalog knows it. */
static void
set_model (Chat *chat, ChordConversation *conversation)
{
  ChordModelFile *file = chord_model_get_file (chat->model);
  const char *path = chord_model_file_get_path (file);
  g_autoptr (ChordCatalogModel) model
      = path != NULL ? chord_catalog_find_model (chat->catalog, path) : NULL;

  chord_conversation_set_model_name (conversation, chord_model_get_name (chat->model));
  if (model != NULL)
    chord_conversation_set_model_id (conversation, chord_record_get_id (CHORD_RECORD (model)));
}

static void
set_conversation (Chat *chat, ChordConversation *conversation)
{
  g_clear_object (&chat->refused);
  g_clear_object (&chat->chat);
  if (chat->system != NULL)
    chord_conversation_set_system_prompt (conversation, chat->system);
  set_model (chat, conversation);
  chat->chat = chord_chat_new (conversation, chat->model);
  chord_chat_set_sampling (chat->chat, chat->options);
  g_signal_connect (chat->chat, "overflow", G_CALLBACK (on_overflow), chat);
}

static void
begin_conversation (Chat *chat)
{
  g_autoptr (ChordConversation) conversation = chord_catalog_add_conversation (chat->catalog, NULL);

  set_conversation (chat, conversation);
}

/* A message that was too long is said otherwise, so that the conversation can go on. */
static void
take_turn (Chat *chat, const char *text)
{
  g_autoptr (ChordConversationMessage) refused = g_steal_pointer (&chat->refused);
  g_autoptr (GError) error = NULL;
  gboolean started;

  if (refused != NULL)
    started = chord_chat_edit (chat->chat, refused, text, &error);
  else
    started = chord_chat_send (chat->chat, text, NULL, &error);
  follow (chat, started, error);
}

/* ---- Commands ---- */

typedef gboolean (*AnswerFunc) (ChordChat *chat, ChordConversationMessage *message, GError **error);

static void
answer_last (Chat *chat, AnswerFunc func)
{
  g_autoptr (ChordConversationMessage) last = get_last (chat);
  g_autoptr (GError) error = NULL;

  if (last != NULL)
    follow (chat, func (chat->chat, last, &error), error);
  else
    cli_complain ("nothing has been said yet");
}

static void
drop (Chat *chat)
{
  g_autoptr (GError) error = NULL;
  guint n;

  g_clear_object (&chat->refused);
  n = chord_chat_drop_oldest (chat->chat, &error);
  if (n > 0)
    fprintf (stderr, "%u messages are no longer sent to the model\n", n);
  follow (chat, n > 0, error);
}

static void
do_command (Chat *chat, const char *line)
{
  if (strcmp (line, "/help") == 0)
    fputs (help, stderr);
  else if (strcmp (line, "/reset") == 0)
    begin_conversation (chat);
  else if (strcmp (line, "/retry") == 0)
    answer_last (chat, chord_chat_regenerate);
  else if (strcmp (line, "/continue") == 0)
    answer_last (chat, chord_chat_continue);
  else if (strcmp (line, "/drop") == 0)
    drop (chat);
  else if (strcmp (line, "/stats") == 0)
    cli_print_usage (chord_chat_get_usage (chat->chat), stderr);
  else
    cli_complain ("no command \"%s\"; /help shows them all", line);
}

static int
converse (Chat *chat)
{
  for (;;)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *line = read_line (chat, &error);

      if (error != NULL)
        return cli_fail (error);
      if (line == NULL || strcmp (line, "/quit") == 0)
        break;
      if (*line == '/')
        do_command (chat, line);
      else if (*g_strstrip (line) != '\0')
        take_turn (chat, line);
    }
  if (chat->terminal)
    fputc ('\n', stderr);
  return chat->failed && !chat->terminal ? CLI_FAILED : cli_flush ();
}

static GDataInputStream *
open_stdin (void)
{
  g_autoptr (GInputStream) raw = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  GDataInputStream *input = g_data_input_stream_new (raw);

  g_data_input_stream_set_newline_type (input, G_DATA_STREAM_NEWLINE_TYPE_LF);
  return input;
}

/* ---- The command ---- */

/* What was said before, for who goes on with it. */
static void
show_past (Chat *chat)
{
  ChordConversation *conversation = chord_chat_get_conversation (chat->chat);
  g_autofree char *text
      = chord_conversation_export (conversation, CHORD_EXPORT_FORMAT_TEXT, NULL);

  if (text != NULL && chat->terminal)
    fprintf (stderr, "%s\n", text);
}

static gboolean
open_conversation (Chat *chat, const char *resume, gboolean no_save, GError **error)
{
  g_autoptr (ChordConversation) conversation = NULL;

  chat->catalog = chord_catalog_open (no_save ? ":memory:" : NULL, NULL, error);
  if (chat->catalog == NULL)
    return FALSE;
  if (resume == NULL)
    {
      begin_conversation (chat);
      return TRUE;
    }
  conversation = cli_find_conversation (chat->catalog, resume, error);
  if (conversation == NULL)
    return FALSE;
  set_conversation (chat, conversation);
  show_past (chat);
  return TRUE;
}

/* How to find it again. */
static void
say_farewell (Chat *chat, gboolean no_save)
{
  gint64 id = chord_record_get_id (CHORD_RECORD (chord_chat_get_conversation (chat->chat)));

  if (chat->terminal && !no_save && id != 0)
    fprintf (stderr, "Kept as conversation %" G_GINT64_FORMAT ": chord chat --resume %"
             G_GINT64_FORMAT "\n", id, id);
}

static void
chat_clear (Chat *chat)
{
  g_clear_object (&chat->refused);
  g_clear_object (&chat->chat);
  g_clear_object (&chat->catalog);
  g_clear_object (&chat->input);
  g_clear_object (&chat->options);
  g_clear_object (&chat->model);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Chat, chat_clear)

int
cli_chat (int argc, char **argv)
{
  g_auto (CliModelArgs) model_args = { 0 };
  g_auto (CliSamplingArgs) sampling_args = { 0 };
  g_autofree char *resume = NULL;
  gboolean no_save = FALSE;
  const GOptionEntry entries[] = {
    { "resume", 'r', 0, G_OPTION_ARG_STRING, &resume,
      "Go on with a conversation (see chord chats list)", "ID" },
    { "no-save", 0, 0, G_OPTION_ARG_NONE, &no_save, "Keep nothing of the conversation", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context
      = cli_context_new (NULL, "Talks with a model: each line of the input is answered in turn.",
                         entries, &model_args, &sampling_args);
  g_autoptr (GError) error = NULL;
  g_auto (Chat) chat = { 0 };
  int status;

  if (!cli_parse (context, &argc, &argv, &error) || !cli_no_more_args (argc, argv, &error))
    return cli_fail (error);
  if (no_save && resume != NULL)
    cli_set_usage_error (&error, "--resume and --no-save contradict each other");
  chat.terminal = isatty (STDIN_FILENO) && isatty (STDERR_FILENO);
  if (error != NULL || (chat.options = cli_sampling_options (&sampling_args, &error)) == NULL)
    return cli_fail (error);
  chat.system = sampling_args.system;
  if ((chat.model = cli_load_model (&model_args, &error)) == NULL
      || !open_conversation (&chat, resume, no_save, &error))
    return cli_fail (error);
  chat.input = open_stdin ();
  status = converse (&chat);
  say_farewell (&chat, no_save);
  return status;
}
