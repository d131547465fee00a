/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "fetch.h"

/* Longer than this nobody waits for a server: the user is told, and may come back. */
#define LONGEST_WAIT (120 * 1000)

gint64
fetch_parse_retry_after (const char *text)
{
  g_autoptr (GDateTime) then = NULL;
  g_autoptr (GDateTime) now = NULL;
  char *end = NULL;
  gint64 seconds;

  if (text == NULL)
    return 0;
  seconds = g_ascii_strtoll (text, &end, 10);
  if (end != text && *end == '\0')
    return MAX (seconds, 0);
  then = soup_date_time_new_from_http_string (text);
  if (then == NULL)
    return 0;
  now = g_date_time_new_now_utc ();
  return MAX (g_date_time_difference (then, now) / G_USEC_PER_SEC + 1, 0);
}

static gboolean
may_pass (const GError *error)
{
  return g_error_matches (error, FETCH_ERROR, FETCH_ERROR_NETWORK)
         || g_error_matches (error, FETCH_ERROR, FETCH_ERROR_SERVER)
         || g_error_matches (error, FETCH_ERROR, FETCH_ERROR_RATE_LIMITED);
}

/* Twice as long each time, but never shorter than the server asked for. */
static gint64
wait_for_attempt (Fetch *self, int attempt)
{
  gint64 wait = (gint64) self->backoff << MIN (attempt - 1, 16);

  return MAX (MIN (wait, LONGEST_WAIT), self->retry_after * 1000);
}

static void
report (int attempt, gint64 wait, const char *message)
{
  ChJson builder = fetch_report_begin ("retry");

  ch_json_int (&builder, "attempt", attempt);
  ch_json_int (&builder, "wait", wait);
  fetch_report_text (&builder, "message", message);
  fetch_report_end (&builder);
}

/* FALSE when the wait was cut short. */
static gboolean
wait_cancellable (GCancellable *cancellable, gint64 milliseconds)
{
  GPollFD poll_fd;

  if (!g_cancellable_make_pollfd (cancellable, &poll_fd))
    return TRUE;
  g_poll (&poll_fd, 1, (int) milliseconds);
  g_cancellable_release_fd (cancellable);
  return !g_cancellable_is_cancelled (cancellable);
}

gboolean
fetch_retry (Fetch *self, int *attempt, GError **error)
{
  gint64 wait;

  if (!may_pass (*error) || ++*attempt > self->retries)
    return FALSE;
  wait = wait_for_attempt (self, *attempt);
  if (wait > LONGEST_WAIT)
    {
      g_prefix_error (error, "the server asks to come back in %" G_GINT64_FORMAT " minutes: ",
                      (wait + 59999) / 60000);
      return FALSE;
    }
  report (*attempt, wait, (*error)->message);
  g_clear_error (error);
  if (wait_cancellable (self->cancellable, wait))
    return TRUE;
  return !g_cancellable_set_error_if_cancelled (self->cancellable, error);
}
