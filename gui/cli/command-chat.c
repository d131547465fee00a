/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* chord chat: a conversation, a line a turn. SIGINT stops an answer, and what came of it stays in
 * the conversation; at the prompt it only begins a new line. */
#include <gio/gunixinputstream.h>
#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

static const char help[] = "/reset    begin a new conversation\n"
                           "/stats    show counts and rates of the last answer\n"
                           "/help     show this\n"
                           "/quit     leave (or Ctrl+D); Ctrl+C stops an answer\n";

typedef struct
{
  ChordModel *model;
  ChordSession *session;
  ChordSamplingOptions *options;
  ChordUsage *usage; /* of the last answer */
  const char *system;
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

/* ---- Turns ---- */

static void
begin_conversation (Chat *chat)
{
  g_set_object (&chat->session, NULL);
  chat->session = chord_session_new (chat->model);
  if (chat->system != NULL)
    chord_session_set_system_prompt (chat->session, chat->system);
}

static void
turn_failed (Chat *chat, const GError *error)
{
  chat->failed = TRUE;
  if (g_error_matches (error, CHORD_ERROR, CHORD_ERROR_CONTEXT_FULL))
    cli_complain ("%s (/reset begins a new conversation)", error->message);
  else
    cli_complain ("%s", error->message);
}

/* A message that cannot be answered is taken back, so that the conversation can go on. */
static ChordGeneration *
start_turn (Chat *chat, const char *text)
{
  guint n = g_list_model_get_n_items (chord_session_get_messages (chat->session));
  g_autoptr (GError) error = NULL;
  ChordGeneration *generation = NULL;

  if (chord_session_append_text (chat->session, CHORD_ROLE_USER, text, &error))
    generation = chord_session_start (chat->session, chat->options, &error);
  if (generation != NULL)
    return generation;
  turn_failed (chat, error);
  if (g_list_model_get_n_items (chord_session_get_messages (chat->session)) > n)
    chord_session_truncate (chat->session, n, NULL);
  return NULL;
}

static void
take_turn (Chat *chat, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChordGeneration) generation = start_turn (chat, text);

  if (generation == NULL)
    return;
  if (!cli_answer (generation, stdout, &error))
    turn_failed (chat, error);
  putchar ('\n');
  fflush (stdout);
  g_set_object (&chat->usage, chord_generation_get_usage (generation));
  if (error == NULL && chord_generation_get_error (generation) != NULL)
    cli_complain ("%s (/reset begins a new conversation)",
                  chord_generation_get_error (generation)->message);
}

/* ---- Commands ---- */

static void
do_command (Chat *chat, const char *line)
{
  if (strcmp (line, "/help") == 0)
    fputs (help, stderr);
  else if (strcmp (line, "/reset") == 0)
    begin_conversation (chat);
  else if (strcmp (line, "/stats") == 0)
    cli_print_usage (chat->usage, stderr);
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

int
cli_chat (int argc, char **argv)
{
  g_auto (CliModelArgs) model_args = { 0 };
  g_auto (CliSamplingArgs) sampling_args = { 0 };
  g_autofree char *system = NULL;
  const GOptionEntry entries[] = {
    { "system", 0, 0, G_OPTION_ARG_FILENAME, &system, "Instructions for the model", "TEXT" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context
      = cli_context_new (NULL, "Talks with a model: each line of the input is answered in turn.",
                         entries, &model_args, &sampling_args);
  g_autoptr (ChordSamplingOptions) options = NULL;
  g_autoptr (GError) error = NULL;
  Chat chat = { 0 };
  int status;

  if (!cli_parse (context, &argc, &argv, &error) || !cli_no_more_args (argc, argv, &error)
      || (options = cli_sampling_options (&sampling_args, &error)) == NULL
      || (chat.model = cli_load_model (&model_args, &error)) == NULL)
    return cli_fail (error);
  chat.system = system;
  chat.options = options;
  chat.terminal = isatty (STDIN_FILENO) && isatty (STDERR_FILENO);
  chat.input = open_stdin ();
  begin_conversation (&chat);
  status = converse (&chat);
  g_clear_object (&chat.usage);
  g_clear_object (&chat.session);
  g_clear_object (&chat.input);
  g_clear_object (&chat.model);
  return status;
}
