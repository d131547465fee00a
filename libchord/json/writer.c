/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "json/json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

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
put_key (ChJson *json, const char *key)
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
ch_json_open (ChJson *json, const char *key, char bracket)
{
  put_key (json, key);
  g_string_append_c (json->text, bracket);
  json->comma = FALSE;
}

void
ch_json_close (ChJson *json, char bracket)
{
  g_string_append_c (json->text, bracket);
  json->comma = TRUE;
}

void
ch_json_text (ChJson *json, const char *key, const char *value)
{
  put_key (json, key);
  if (value != NULL)
    put_string (json->text, value, strlen (value));
  else
    g_string_append (json->text, "null");
}

void
ch_json_bytes (ChJson *json, const char *key, const char *value, gsize length)
{
  put_key (json, key);
  put_string (json->text, value, length);
}

void
ch_json_int (ChJson *json, const char *key, gint64 value)
{
  put_key (json, key);
  g_string_append_printf (json->text, "%" G_GINT64_FORMAT, value);
}

void
ch_json_uint (ChJson *json, const char *key, guint64 value)
{
  put_key (json, key);
  g_string_append_printf (json->text, "%" G_GUINT64_FORMAT, value);
}

void
ch_json_real (ChJson *json, const char *key, double value)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  put_key (json, key);
  /* As few digits as give the number again. */
  if (value == floor (value) && fabs (value) < CH_JSON_MAX_INTEGER)
    g_ascii_formatd (digits, sizeof digits, "%.0f", value);
  else
    g_ascii_formatd (digits, sizeof digits, "%.15g", value);
  if (isfinite (value) && g_ascii_strtod (digits, NULL) != value)
    g_ascii_dtostr (digits, sizeof digits, value);
  g_string_append (json->text, isfinite (value) ? digits : "null");
}

void
ch_json_bool (ChJson *json, const char *key, gboolean value)
{
  put_key (json, key);
  g_string_append (json->text, value ? "true" : "false");
}

void
ch_json_print (ChJson *json)
{
  g_string_append_c (json->text, '\n');
  fwrite (json->text->str, 1, json->text->len, stdout);
  g_string_free (json->text, TRUE);
  json->text = NULL;
}

/* ---- Values that were read ---- */

static int
compare_entries (gconstpointer a, gconstpointer b)
{
  const char *first, *second;

  g_variant_get_child (*(GVariant *const *) a, 0, "&s", &first);
  g_variant_get_child (*(GVariant *const *) b, 0, "&s", &second);
  return strcmp (first, second);
}

static void
put_members (ChJson *json, GVariant *object)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);

  for (gsize i = 0; i < g_variant_n_children (object); i++)
    g_ptr_array_add (entries, g_variant_get_child_value (object, i));
  g_ptr_array_sort (entries, compare_entries);
  for (guint i = 0; i < entries->len; i++)
    {
      g_autoptr (GVariant) value = NULL;
      const char *key;

      g_variant_get (entries->pdata[i], "{&sv}", &key, &value);
      ch_json_value (json, key, value);
    }
}

void
ch_json_value (ChJson *json, const char *key, GVariant *value)
{
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_VARDICT))
    {
      ch_json_open (json, key, '{');
      put_members (json, value);
      ch_json_close (json, '}');
    }
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE ("av")))
    {
      ch_json_open (json, key, '[');
      for (gsize i = 0; i < g_variant_n_children (value); i++)
        {
          g_autoptr (GVariant) child = NULL;
          g_variant_get_child (value, i, "v", &child);
          ch_json_value (json, NULL, child);
        }
      ch_json_close (json, ']');
    }
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_BYTESTRING))
    {
      gsize length;
      const char *bytes = g_variant_get_fixed_array (value, &length, 1);
      ch_json_bytes (json, key, length > 0 ? bytes : "", length);
    }
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_DOUBLE))
    ch_json_real (json, key, g_variant_get_double (value));
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN))
    ch_json_bool (json, key, g_variant_get_boolean (value));
  else
    ch_json_text (json, key, NULL);
}
