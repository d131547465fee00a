/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "cli.h"

void
cli_complain (const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_strdelimit (text, "\n\r", ' ');
  fprintf (stderr, "chord: %s\n", text);
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
