/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stop.h"

#include <string.h>

#include "base/error.h"

struct ChStop
{
  char **strings;
  GString *held;
};

ChStop *
ch_stop_new (const char *const *strings, GError **error)
{
  for (gsize i = 0; strings != NULL && strings[i] != NULL; i++)
    if (strings[i][0] == '\0' || !g_utf8_validate (strings[i], -1, NULL))
      {
        g_set_error (error, CH_ERROR, CH_ERROR_INVALID_ARGUMENT,
                     "Stop string %" G_GSIZE_FORMAT " is %s", i + 1,
                     strings[i][0] == '\0' ? "empty" : "not valid UTF-8");
        return NULL;
      }
  ChStop *stop = g_new0 (ChStop, 1);
  stop->strings = g_strdupv ((char **) strings);
  stop->held = g_string_new (NULL);
  return stop;
}

void
ch_stop_free (ChStop *stop)
{
  g_strfreev (stop->strings);
  g_string_free (stop->held, TRUE);
  g_free (stop);
}

/* Where the first of all stop strings begins, or -1. */
static gssize
find_first (const ChStop *stop)
{
  gssize first = -1;
  for (gsize i = 0; stop->strings[i] != NULL; i++)
    {
      const char *found =
          memmem (stop->held->str, stop->held->len, stop->strings[i], strlen (stop->strings[i]));
      if (found != NULL && (first < 0 || found - stop->held->str < first))
        first = found - stop->held->str;
    }
  return first;
}

/* Length of the longest end of the held text that begins this stop string without being all of it.
 */
static gsize
open_end (const GString *held, const char *string)
{
  gsize n = MIN (held->len, strlen (string) - 1);
  while (n > 0 && memcmp (held->str + held->len - n, string, n) != 0)
    n--;
  return n;
}

static gsize
longest_open_end (const ChStop *stop)
{
  gsize longest = 0;
  for (gsize i = 0; stop->strings[i] != NULL; i++)
    longest = MAX (longest, open_end (stop->held, stop->strings[i]));
  return longest;
}

static void
release (ChStop *stop, gsize n, GString *out)
{
  g_string_append_len (out, stop->held->str, (gssize) n);
  g_string_erase (stop->held, 0, (gssize) n);
}

gboolean
ch_stop_push (ChStop *stop, const char *text, gsize length, GString *out)
{
  if (stop->strings == NULL)
    {
      g_string_append_len (out, text, (gssize) length);
      return FALSE;
    }
  g_string_append_len (stop->held, text, (gssize) length);
  gssize first = find_first (stop);
  if (first >= 0)
    {
      release (stop, (gsize) first, out);
      g_string_truncate (stop->held, 0);
      return TRUE;
    }
  release (stop, stop->held->len - longest_open_end (stop), out);
  return FALSE;
}

void
ch_stop_flush (ChStop *stop, GString *out)
{
  release (stop, stop->held->len, out);
}
