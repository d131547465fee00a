/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>

#include "cli.h"

static void
put_character (GString *out, char c)
{
  if (c == '"' || c == '\\')
    g_string_append_printf (out, "\\%c", c);
  else if (c == '\n')
    g_string_append (out, "\\n");
  else if ((guchar) c < 0x20 || c == 0x7f)
    g_string_append_printf (out, "\\u%04x", (guint) c);
  else
    g_string_append_c (out, c);
}

/* Text up to a NUL; what is not UTF-8 becomes U+FFFD. */
static void
put_segment (GString *out, const char *value, gsize length)
{
  g_autofree char *valid = g_utf8_make_valid (value, (gssize) length);

  for (const char *at = valid; *at != '\0'; at++)
    put_character (out, *at);
}

static void
put_string (GString *out, const char *value, gsize length)
{
  const char *end = value + length, *nul;

  g_string_append_c (out, '"');
  while ((nul = memchr (value, '\0', (gsize) (end - value))) != NULL)
    {
      put_segment (out, value, (gsize) (nul - value));
      put_character (out, '\0');
      value = nul + 1;
    }
  put_segment (out, value, (gsize) (end - value));
  g_string_append_c (out, '"');
}

static void
put_key (CliJson *json, const char *key)
{
  if (json->comma)
    g_string_append (json->text, ", ");
  json->comma = TRUE;
  if (key == NULL)
    return;
  put_string (json->text, key, strlen (key));
  g_string_append (json->text, ": ");
}

void
cli_json_open (CliJson *json, const char *key, char bracket)
{
  put_key (json, key);
  g_string_append_c (json->text, bracket);
  json->comma = FALSE;
}

void
cli_json_close (CliJson *json, char bracket)
{
  g_string_append_c (json->text, bracket);
  json->comma = TRUE;
}

void
cli_json_text (CliJson *json, const char *key, const char *value)
{
  put_key (json, key);
  if (value != NULL)
    put_string (json->text, value, strlen (value));
  else
    g_string_append (json->text, "null");
}

void
cli_json_bytes (CliJson *json, const char *key, const char *value, gsize length)
{
  put_key (json, key);
  put_string (json->text, value, length);
}

void
cli_json_int (CliJson *json, const char *key, gint64 value)
{
  put_key (json, key);
  g_string_append_printf (json->text, "%" G_GINT64_FORMAT, value);
}

void
cli_json_uint (CliJson *json, const char *key, guint64 value)
{
  put_key (json, key);
  g_string_append_printf (json->text, "%" G_GUINT64_FORMAT, value);
}

void
cli_json_real (CliJson *json, const char *key, double value)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  put_key (json, key);
  g_string_append (json->text,
                   isfinite (value) ? g_ascii_dtostr (digits, sizeof digits, value) : "null");
}

void
cli_json_bool (CliJson *json, const char *key, gboolean value)
{
  put_key (json, key);
  g_string_append (json->text, value ? "true" : "false");
}

void
cli_json_print (CliJson *json)
{
  g_string_append_c (json->text, '\n');
  fwrite (json->text->str, 1, json->text->len, stdout);
  g_string_free (json->text, TRUE);
  json->text = NULL;
}
