/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-fetch-private.h"

#include <string.h>

#include "base/error.h"
#include "chord-info-private.h"
#include "json/json.h"

#define PROGRAM "chord-fetch"
#define DEFAULT_ENDPOINT "https://huggingface.co"

char *
chord_fetch_get_endpoint (void)
{
  const char *asked = g_getenv ("HF_ENDPOINT");
  char *endpoint = g_strdup (asked != NULL && *asked != '\0' ? asked : DEFAULT_ENDPOINT);

  while (g_str_has_suffix (endpoint, "/"))
    endpoint[strlen (endpoint) - 1] = '\0';
  return endpoint;
}

/* ---- Where the program is ---- */

static char *
find_program (GError **error)
{
  const char *asked = g_getenv ("CHORD_FETCH");
  g_autofree char *beside = chord_path_beside_library ("fetch" G_DIR_SEPARATOR_S PROGRAM);
  const char *installed = CHORD_LIBEXEC_DIR G_DIR_SEPARATOR_S PROGRAM;

  if (asked != NULL && *asked != '\0')
    return g_strdup (asked); /* what is wrong with it, starting it tells */
  if (beside != NULL && g_file_test (beside, G_FILE_TEST_IS_EXECUTABLE))
    return g_steal_pointer (&beside);
  if (g_file_test (installed, G_FILE_TEST_IS_EXECUTABLE))
    return g_strdup (installed);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
               "Models cannot be downloaded: the program %s is not installed", installed);
  return NULL;
}

/* ---- A run ---- */

typedef struct
{
  GSubprocess *process;
  GDataInputStream *output;
  GCancellable *cancellable;
  gulong cancelled;
  ChordFetchFunc func;
  gpointer data;
  gboolean done, paused;
  GError *error; /* that the program told */
} Run;

static void
run_free (gpointer data)
{
  Run *run = data;

  g_cancellable_disconnect (run->cancellable, run->cancelled);
  g_clear_object (&run->cancellable);
  g_clear_object (&run->process);
  g_clear_object (&run->output);
  g_clear_error (&run->error);
  g_free (run);
}

static GError *
error_of_event (GVariant *event)
{
  static const struct
  {
    const char *name;
    GIOErrorEnum code;
  } codes[] = {
    { "not-found", G_IO_ERROR_NOT_FOUND },
    { "unauthorized", G_IO_ERROR_PERMISSION_DENIED },
    { "no-space", G_IO_ERROR_NO_SPACE },
    { "busy", G_IO_ERROR_BUSY },
    { "network", G_IO_ERROR_CONNECTION_CLOSED },
    { "rate-limited", G_IO_ERROR_CONNECTION_REFUSED },
    { "server", G_IO_ERROR_CONNECTION_REFUSED },
  };
  g_autofree char *code = ch_json_string (event, "code");
  g_autofree char *message = ch_json_string (event, "message");

  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
    if (g_strcmp0 (code, codes[i].name) == 0)
      return g_error_new_literal (G_IO_ERROR, codes[i].code, message != NULL ? message : code);
  return g_error_new_literal (
      CH_ERROR,
      g_strcmp0 (code, "checksum") == 0 || g_strcmp0 (code, "content") == 0 ? CH_ERROR_INVALID_FILE
                                                                            : CH_ERROR_FAILED,
      message != NULL ? message : "The download failed");
}

static void
take_line (Run *run, const char *line)
{
  g_autoptr (GVariant) event = ch_json_parse (line, strlen (line), NULL);
  g_autofree char *kind = ch_json_string (event, "event");

  if (kind == NULL)
    return;
  if (strcmp (kind, "done") == 0)
    run->done = TRUE;
  else if (strcmp (kind, "paused") == 0)
    run->paused = TRUE;
  else if (strcmp (kind, "error") == 0 && run->error == NULL)
    run->error = error_of_event (event);
  if (run->func != NULL)
    run->func (kind, event, run->data);
}

/* What the loader of programs returns where it lacks a library. */
#define CANNOT_START 127

static void
return_unexpected_end (GTask *task, GSubprocess *process)
{
  if (g_subprocess_get_if_signaled (process))
    g_task_return_new_error (task, CH_ERROR, CH_ERROR_FAILED,
                             "The download program was ended by signal %d (%s)",
                             g_subprocess_get_term_sig (process),
                             g_strsignal (g_subprocess_get_term_sig (process)));
  else if (g_subprocess_get_exit_status (process) == CANNOT_START)
    g_task_return_new_error (task, CH_ERROR, CH_ERROR_FAILED,
                             "The download program cannot start: is libsoup 3 installed?");
  else
    g_task_return_new_error (task, CH_ERROR, CH_ERROR_FAILED,
                             "The download program ended with status %d, and does not say why",
                             g_subprocess_get_exit_status (process));
}

static void
on_ended (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GSubprocess *process = G_SUBPROCESS (source);
  Run *run = g_task_get_task_data (task);

  g_subprocess_wait_finish (process, result, NULL);
  if (run->error != NULL)
    g_task_return_error (task, g_steal_pointer (&run->error));
  else if (run->done)
    g_task_return_boolean (task, TRUE);
  else if (run->paused)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "The download was paused");
  else
    return_unexpected_end (task, process);
}

static void
on_line (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Run *run = g_task_get_task_data (task);
  g_autofree char *line
      = g_data_input_stream_read_line_finish (run->output, result, NULL, NULL);

  if (line == NULL)
    {
      g_subprocess_wait_async (run->process, NULL, on_ended, g_steal_pointer (&task));
      return;
    }
  take_line (run, line);
  g_data_input_stream_read_line_async (run->output, G_PRIORITY_DEFAULT, NULL, on_line,
                                       g_steal_pointer (&task));
}

/* The end of its stdin pauses the program. At once, and in whatever thread: the context of the run
 * may be one that nobody runs any more. */
static void
on_cancelled (GCancellable *cancellable, gpointer data)
{
  Run *run = data;

  g_output_stream_close (g_subprocess_get_stdin_pipe (run->process), NULL, NULL);
}

static void
watch_cancellable (Run *run, GCancellable *cancellable)
{
  if (cancellable == NULL)
    return;
  run->cancellable = g_object_ref (cancellable);
  run->cancelled = g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), run, NULL);
}

/* The arguments of the program: all verbs are told the endpoint, and stop as stdin ends. */
static GStrv
command_line (const char *program, const char *const *args)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree char *endpoint = chord_fetch_get_endpoint ();

  g_strv_builder_add (builder, program);
  g_strv_builder_addv (builder, (const char **) args);
  g_strv_builder_add_many (builder, "--watch-stdin", "--endpoint", endpoint, NULL);
  return g_strv_builder_end (builder);
}

static GSubprocess *
start (const char *const *args, GError **error)
{
  g_autofree char *program = find_program (error);
  g_auto (GStrv) argv = program != NULL ? command_line (program, args) : NULL;
  GSubprocess *process;

  if (argv == NULL)
    return NULL;
  process = g_subprocess_newv ((const char *const *) argv,
                               G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE,
                               error);
  if (process == NULL)
    g_prefix_error (error, "Models cannot be downloaded: %s: ", program);
  return process;
}

void
chord_fetch_run_async (const char *const *args, ChordFetchFunc func, gpointer data,
                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Run *run = g_new0 (Run, 1);
  GError *error = NULL;

  g_task_set_source_tag (task, chord_fetch_run_async);
  g_task_set_task_data (task, run, run_free);
  /* Cancelled or not, the end is what the program says of it. */
  g_task_set_check_cancellable (task, FALSE);
  run->func = func;
  run->data = data;
  run->process = start (args, &error);
  if (run->process == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  run->output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (run->process));
  watch_cancellable (run, cancellable);
  g_data_input_stream_read_line_async (run->output, G_PRIORITY_DEFAULT, NULL, on_line,
                                       g_steal_pointer (&task));
}

gboolean
chord_fetch_run_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
on_result (GObject *source, GAsyncResult *result, gpointer data)
{
  GAsyncResult **place = data;

  *place = g_object_ref (result);
}

gboolean
chord_fetch_run (const char *const *args, ChordFetchFunc func, gpointer data,
                 GCancellable *cancellable, GError **error)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GAsyncResult) result = NULL;

  g_main_context_push_thread_default (context);
  chord_fetch_run_async (args, func, data, cancellable, on_result, &result);
  while (result == NULL)
    g_main_context_iteration (context, TRUE);
  g_main_context_pop_thread_default (context);
  return chord_fetch_run_finish (result, error);
}
