/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib-unix.h>
#include <signal.h>
#include <stdlib.h>

#include "cli.h"

typedef struct
{
  ChordGeneration *generation;
  GMainLoop *loop;
  FILE *out;
  gboolean interrupted;
  GError *error;
} Answer;

/* A prompt of one batch is done at once: there is nothing to show between. */
static void
on_prompt_progress (ChordGeneration *generation, guint64 done, guint64 total, gpointer data)
{
  if (done < total)
    cli_bar_draw ("Reading the prompt", (int) (100 * done / total));
  else
    cli_bar_wipe ();
}

static void
on_text (ChordGeneration *generation, const char *text, gpointer data)
{
  Answer *answer = data;

  if (answer->out == NULL)
    return;
  fputs (text, answer->out);
  fflush (answer->out);
}

/* A second SIGINT ends the program, should the first have no effect. */
static gboolean
on_interrupt (gpointer data)
{
  Answer *answer = data;

  if (answer->interrupted)
    exit (CLI_FAILED);
  answer->interrupted = TRUE;
  chord_generation_cancel (answer->generation);
  return G_SOURCE_CONTINUE;
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  Answer *answer = data;

  chord_generation_wait_finish (CHORD_GENERATION (source), result, &answer->error);
  g_main_loop_quit (answer->loop);
}

gboolean
cli_answer (ChordGeneration *generation, FILE *out, GError **error)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Answer answer = { .generation = generation, .loop = loop, .out = out };
  guint interrupt = g_unix_signal_add (SIGINT, on_interrupt, &answer);
  gulong text = g_signal_connect (generation, "text", G_CALLBACK (on_text), &answer);
  gulong progress = g_signal_connect (generation, "prompt-progress",
                                      G_CALLBACK (on_prompt_progress), NULL);

  chord_generation_wait_async (generation, NULL, on_done, &answer);
  g_main_loop_run (loop);
  g_signal_handler_disconnect (generation, text);
  g_signal_handler_disconnect (generation, progress);
  g_source_remove (interrupt);
  if (answer.error == NULL)
    return TRUE;
  if (chord_generation_get_finish_reason (generation) == CHORD_FINISH_REASON_CANCELLED)
    {
      g_error_free (answer.error);
      return TRUE;
    }
  g_propagate_error (error, answer.error);
  return FALSE;
}

void
cli_print_usage (ChordUsage *usage, FILE *out)
{
  char prompt_rate[G_ASCII_DTOSTR_BUF_SIZE], rate[G_ASCII_DTOSTR_BUF_SIZE];

  if (usage == NULL)
    return;
  g_ascii_formatd (prompt_rate, sizeof prompt_rate, "%.1f", chord_usage_get_prompt_rate (usage));
  g_ascii_formatd (rate, sizeof rate, "%.1f", chord_usage_get_generation_rate (usage));
  fprintf (out,
           "prompt: %" G_GUINT64_FORMAT " tokens (%" G_GUINT64_FORMAT " kept), %s tokens/s; "
           "answer: %" G_GUINT64_FORMAT " tokens, %s tokens/s\n",
           chord_usage_get_prompt_tokens (usage), chord_usage_get_cached_tokens (usage),
           prompt_rate, chord_usage_get_generated_tokens (usage), rate);
}
