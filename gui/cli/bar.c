/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <unistd.h>

#include "cli.h"

#define WIDTH 30

typedef struct
{
  char *label;
  int percent; /* that is drawn; -1: nothing yet */
} Bar;

static void
bar_free (gpointer data, GClosure *closure)
{
  Bar *bar = data;

  g_free (bar->label);
  g_free (bar);
}

void
cli_bar_draw_with (const char *label, int percent, const char *text)
{
  char filled[WIDTH + 1];

  if (!isatty (STDERR_FILENO))
    return;
  for (int i = 0; i < WIDTH; i++)
    filled[i] = i * 100 < percent * WIDTH ? '#' : '.';
  filled[WIDTH] = '\0';
  fprintf (stderr, "\r%s [%s] %3d %%%s%s", label, filled, percent, text != NULL ? "  " : "",
           text != NULL ? text : "");
  if (text != NULL)
    fputs ("\033[K", stderr); /* the text before may have been longer */
}

void
cli_bar_draw (const char *label, int percent)
{
  cli_bar_draw_with (label, percent, NULL);
}

void
cli_bar_wipe (void)
{
  if (isatty (STDERR_FILENO))
    fputs ("\r\033[K", stderr);
}

static void
draw (ChordProgress *progress, GParamSpec *pspec, gpointer data)
{
  Bar *bar = data;
  int percent = (int) (chord_progress_get_fraction (progress) * 100);

  if (percent != bar->percent)
    cli_bar_draw (bar->label, percent);
  bar->percent = percent;
}

ChordProgress *
cli_bar_new (const char *label)
{
  ChordProgress *progress = chord_progress_new ();
  Bar *bar;

  if (!isatty (STDERR_FILENO))
    return progress;
  bar = g_new (Bar, 1);
  bar->label = g_strdup (label);
  bar->percent = -1;
  g_signal_connect_data (progress, "notify::fraction", G_CALLBACK (draw), bar, bar_free, 0);
  return progress;
}

void
cli_bar_free (ChordProgress *progress)
{
  cli_bar_wipe ();
  g_object_unref (progress);
}
