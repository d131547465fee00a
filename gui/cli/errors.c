/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "cli.h"

char *
cli_one_line (const char *text)
{
  char *line = g_strdup (text);

  for (char *at = line; *at != '\0'; at++)
    if (g_ascii_iscntrl (*at))
      *at = ' ';
  return line;
}

void
cli_complain (const char *format, ...)
{
  g_autofree char *text = NULL, *line = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  line = cli_one_line (text);
  fprintf (stderr, "chord: %s\n", line);
}

int
cli_fail (const GError *error)
{
  if (error->domain == G_OPTION_ERROR)
    {
      cli_complain ("%s (see %s --help)", error->message, g_get_prgname ());
      return CLI_USAGE;
    }
  cli_complain ("%s", error->message);
  return CLI_FAILED;
}

void
cli_blame_usage (GError **error)
{
  GError *usage = g_error_new_literal (G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, (*error)->message);

  g_clear_error (error);
  g_propagate_error (error, usage);
}

void
cli_set_usage_error (GError **error, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_propagate_error (error, g_error_new_valist (G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, format,
                                                args));
  va_end (args);
}

int
cli_flush (void)
{
  if (fflush (stdout) == 0 && !ferror (stdout))
    return CLI_DONE;
  cli_complain ("standard output: %s", g_strerror (errno));
  return CLI_FAILED;
}
