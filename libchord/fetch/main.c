/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fetch.h"

#define DEFAULT_ENDPOINT "https://huggingface.co"

typedef struct
{
  Fetch fetch;
  gboolean (*verb) (Fetch *self, GError **error);
  GMainLoop *loop;
  int status;
} Run;

static void
fetch_clear (Fetch *self)
{
  g_free (self->endpoint);
  g_free (self->repository);
  g_free (self->revision);
  g_free (self->url);
  g_free (self->output);
  g_free (self->sha256);
  g_free (self->magic);
  g_clear_object (&self->cancellable);
}

/* ---- The work ---- */

static void
finish (Run *run, gboolean good, GError *error)
{
  if (good)
    run->status = FETCH_DONE;
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      fetch_report_event ("paused");
      run->status = FETCH_PAUSED;
    }
  else
    {
      fetch_report_error (error);
      run->status = FETCH_FAILED;
    }
}

/* From within the loop: the work may be done before the loop has begun. */
static gboolean
on_worked (gpointer data)
{
  Run *run = data;

  g_main_loop_quit (run->loop);
  return G_SOURCE_REMOVE;
}

/* A session belongs to the thread and the context that it is made in, so it gets a context that the
 * main thread does not run. */
static gpointer
work (gpointer data)
{
  Run *run = data;
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GError) error = NULL;
  gboolean good;

  g_main_context_push_thread_default (context);
  good = fetch_http_open (&run->fetch, &error) && run->verb (&run->fetch, &error);
  finish (run, good, error);
  fetch_http_close (&run->fetch);
  g_main_context_pop_thread_default (context);
  g_idle_add (on_worked, run);
  return NULL;
}

/* ---- Being told to stop ---- */

static gboolean
on_signal (gpointer data)
{
  Run *run = data;

  g_cancellable_cancel (run->fetch.cancellable);
  return G_SOURCE_CONTINUE;
}

/* Whoever started the program holds the other end: it is closed to pause, or as that one dies. */
static gboolean
on_stdin (int fd, GIOCondition condition, gpointer data)
{
  Run *run = data;
  char block[256];

  if (read (fd, block, sizeof block) > 0)
    return G_SOURCE_CONTINUE;
  g_cancellable_cancel (run->fetch.cancellable);
  return G_SOURCE_REMOVE;
}

static int
run_verb (Run *run)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  GThread *thread;

  run->loop = loop;
  run->fetch.cancellable = g_cancellable_new ();
  g_unix_signal_add (SIGTERM, on_signal, run);
  g_unix_signal_add (SIGINT, on_signal, run);
  if (run->fetch.watch_stdin)
    g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR, on_stdin, run);
  thread = g_thread_new ("work", work, run);
  g_main_loop_run (loop);
  g_thread_join (thread);
  return run->status;
}

/* ---- The command line ---- */

static GOptionContext *
make_context (Fetch *fetch)
{
  /* What is taken as bytes (FILENAME) does not depend on the locale. */
  const GOptionEntry entries[] = {
    { "endpoint", 0, 0, G_OPTION_ARG_FILENAME, &fetch->endpoint,
      "The repositories' address (default: HF_ENDPOINT, else " DEFAULT_ENDPOINT ")", "URL" },
    { "repository", 0, 0, G_OPTION_ARG_FILENAME, &fetch->repository, "What to list", "OWNER/NAME" },
    { "revision", 0, 0, G_OPTION_ARG_FILENAME, &fetch->revision, "Which of its versions", "NAME" },
    { "url", 0, 0, G_OPTION_ARG_FILENAME, &fetch->url, "The file to get", "URL" },
    { "output", 0, 0, G_OPTION_ARG_FILENAME, &fetch->output, "The file to write", "FILE" },
    { "size", 0, 0, G_OPTION_ARG_INT64, &fetch->size, "Its size, where that is known", "BYTES" },
    { "sha256", 0, 0, G_OPTION_ARG_FILENAME, &fetch->sha256, "Its sum", "HEX" },
    { "magic", 0, 0, G_OPTION_ARG_STRING, &fetch->magic, "What it has to begin with", "TEXT" },
    { "from", 0, 0, G_OPTION_ARG_INT64, &fetch->from, "The first byte that head gets", "BYTE" },
    { "length", 0, 0, G_OPTION_ARG_INT64, &fetch->length, "How many head gets", "BYTES" },
    { "reserve", 0, 0, G_OPTION_ARG_INT64, &fetch->reserve,
      "Disk space that is needed beside the file's own", "BYTES" },
    { "free-space", 0, 0, G_OPTION_ARG_INT64, &fetch->free_space,
      "Take this for the free disk space", "BYTES" },
    { "retries", 0, 0, G_OPTION_ARG_INT, &fetch->retries, "How often to try again", "N" },
    { "backoff", 0, 0, G_OPTION_ARG_INT, &fetch->backoff,
      "How long to wait before that, doubled each time", "MS" },
    { "timeout", 0, 0, G_OPTION_ARG_INT, &fetch->timeout,
      "After how long a silence a connection is given up", "SECONDS" },
    { "watch-stdin", 0, 0, G_OPTION_ARG_NONE, &fetch->watch_stdin,
      "Pause when standard input ends", NULL },
    G_OPTION_ENTRY_NULL,
  };
  GOptionContext *context = g_option_context_new ("list|download|head");

  g_option_context_set_summary (
      context, "Gets models for Chord, which starts this program; it is of no use by itself.");
  g_option_context_add_main_entries (context, entries, NULL);
  return context;
}

static gboolean
choose_verb (Run *run, const char *verb)
{
  Fetch *fetch = &run->fetch;

  if (g_strcmp0 (verb, "list") == 0 && fetch->repository != NULL)
    run->verb = fetch_list;
  else if (g_strcmp0 (verb, "download") == 0 && fetch->url != NULL && fetch->output != NULL)
    run->verb = fetch_download;
  else if (g_strcmp0 (verb, "head") == 0 && fetch->url != NULL && fetch->output != NULL
           && fetch->length > 0 && fetch->from >= 0)
    run->verb = fetch_head;
  return run->verb != NULL;
}

/* Without the slash at its end. */
static char *
default_endpoint (void)
{
  const char *endpoint = g_getenv ("HF_ENDPOINT");

  return g_strdup (endpoint != NULL && *endpoint != '\0' ? endpoint : DEFAULT_ENDPOINT);
}

static void
set_defaults (Fetch *fetch)
{
  if (fetch->endpoint == NULL)
    fetch->endpoint = default_endpoint ();
  while (g_str_has_suffix (fetch->endpoint, "/"))
    fetch->endpoint[strlen (fetch->endpoint) - 1] = '\0';
  if (fetch->revision == NULL)
    fetch->revision = g_strdup ("main");
}

int
main (int argc, char **argv)
{
  Run run = { .fetch = { .size = -1, .free_space = -1, .retries = 5, .backoff = 1000,
                         .timeout = 60 } };
  g_autoptr (GOptionContext) context = make_context (&run.fetch);
  g_autoptr (GError) error = NULL;
  int status = FETCH_USAGE;

  if (!g_option_context_parse (context, &argc, &argv, &error))
    fprintf (stderr, "chord-fetch: %s\n", error->message);
  else if (argc != 2 || !choose_verb (&run, argv[1]))
    fprintf (stderr, "chord-fetch: wrong use (see chord-fetch --help)\n");
  else
    {
      set_defaults (&run.fetch);
      status = run_verb (&run);
    }
  fetch_clear (&run.fetch);
  return status;
}
