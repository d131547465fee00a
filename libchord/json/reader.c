/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A reader of JSON (RFC 8259). json-glib will not do here: a text that holds NUL ends there, a
 * surrogate that stands alone spoils what follows, and many brackets exhaust the stack. */
#include "json/json.h"

#include <string.h>

#include "base/error.h"

#define MAX_DEPTH 64

typedef struct
{
  const char *start;
  const char *at;
  const char *end;
  int depth;
} Reader;

static GVariant *read_value (Reader *reader, GError **error);

static gpointer
fail (Reader *reader, GError **error, const char *expected)
{
  g_set_error (error, CH_ERROR, CH_ERROR_INVALID_ARGUMENT,
               "not JSON: %s expected at byte %" G_GSIZE_FORMAT, expected,
               (gsize) (reader->at - reader->start));
  return NULL;
}

static void
skip_space (Reader *reader)
{
  while (reader->at < reader->end && strchr (" \t\r\n", *reader->at) != NULL && *reader->at != '\0')
    reader->at++;
}

static gboolean
take (Reader *reader, char c)
{
  skip_space (reader);
  if (reader->at == reader->end || *reader->at != c)
    return FALSE;
  reader->at++;
  return TRUE;
}

/* ---- Strings ---- */

static gboolean
read_hex4 (Reader *reader, gunichar *code)
{
  *code = 0;
  if (reader->end - reader->at < 4)
    return FALSE;
  for (int i = 0; i < 4; i++, reader->at++)
    {
      if (!g_ascii_isxdigit (*reader->at))
        return FALSE;
      *code = *code * 16 + (gunichar) g_ascii_xdigit_value (*reader->at);
    }
  return TRUE;
}

/* After "\u": one code unit, or two that make up a character. One that is left alone stands for
 * nothing, and becomes U+FFFD. */
static gboolean
read_unicode (Reader *reader, GString *out)
{
  gunichar code, low;
  const char *mark;

  if (!read_hex4 (reader, &code))
    return FALSE;
  mark = reader->at;
  if (code >= 0xd800 && code < 0xdc00 && reader->end - mark >= 6 && mark[0] == '\\'
      && mark[1] == 'u')
    {
      reader->at += 2;
      if (!read_hex4 (reader, &low))
        return FALSE;
      if (low >= 0xdc00 && low < 0xe000)
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
      else
        reader->at = mark;
    }
  if (code >= 0xd800 && code < 0xe000)
    code = 0xfffd;
  if (code == 0)
    g_string_append_c (out, '\0');
  else
    g_string_append_unichar (out, code);
  return TRUE;
}

static gboolean
read_escape (Reader *reader, GString *out)
{
  static const char letters[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
  const char *letter;

  if (reader->at == reader->end || *reader->at == '\0')
    return FALSE;
  if (*reader->at == 'u')
    {
      reader->at++;
      return read_unicode (reader, out);
    }
  letter = strchr (letters, *reader->at);
  if (letter == NULL)
    return FALSE;
  g_string_append_c (out, values[letter - letters]);
  reader->at++;
  return TRUE;
}

static GString *
read_string (Reader *reader, GError **error)
{
  g_autoptr (GString) out = g_string_new (NULL);

  if (!take (reader, '"'))
    return fail (reader, error, "a string");
  while (reader->at < reader->end && *reader->at != '"')
    {
      if ((guchar) *reader->at < 0x20)
        return fail (reader, error, "an escaped control character");
      if (*reader->at != '\\')
        g_string_append_c (out, *reader->at++);
      else if (reader->at++, !read_escape (reader, out))
        return fail (reader, error, "an escape sequence");
    }
  if (reader->at == reader->end)
    return fail (reader, error, "the end of the string");
  reader->at++;
  return g_steal_pointer (&out);
}

/* ---- Values ---- */

static GVariant *
read_object (Reader *reader, GError **error)
{
  g_auto (GVariantDict) dict;

  g_variant_dict_init (&dict, NULL);
  if (take (reader, '}'))
    return g_variant_dict_end (&dict);
  do
    {
      g_autoptr (GString) key = read_string (reader, error);
      g_autoptr (GVariant) value = NULL;

      if (key == NULL)
        return NULL;
      if (!take (reader, ':'))
        return fail (reader, error, "a colon");
      value = read_value (reader, error);
      if (value == NULL)
        return NULL;
      if (g_utf8_validate_len (key->str, key->len, NULL))
        g_variant_dict_insert_value (&dict, key->str, value);
    }
  while (take (reader, ','));
  if (!take (reader, '}'))
    return fail (reader, error, "a comma or a closing brace");
  return g_variant_dict_end (&dict);
}

static GVariant *
read_array (Reader *reader, GError **error)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("av"));

  if (take (reader, ']'))
    return g_variant_builder_end (&builder);
  do
    {
      g_autoptr (GVariant) value = read_value (reader, error);
      if (value == NULL)
        return NULL;
      g_variant_builder_add (&builder, "v", value);
    }
  while (take (reader, ','));
  if (!take (reader, ']'))
    return fail (reader, error, "a comma or a closing bracket");
  return g_variant_builder_end (&builder);
}

static GVariant *
read_number (Reader *reader, GError **error)
{
  gsize length = 0, left = (gsize) (reader->end - reader->at);
  g_autofree char *digits = NULL;
  char *after;
  double value;

  while (length < left && strchr ("+-.0123456789eE", reader->at[length]) != NULL
         && reader->at[length] != '\0')
    length++;
  digits = g_strndup (reader->at, length);
  value = g_ascii_strtod (digits, &after);
  if (length == 0 || *after != '\0')
    return fail (reader, error, "a value");
  reader->at += length;
  return g_variant_new_double (value);
}

static gboolean
take_word (Reader *reader, const char *word)
{
  gsize length = strlen (word);

  if ((gsize) (reader->end - reader->at) < length || memcmp (reader->at, word, length) != 0)
    return FALSE;
  reader->at += length;
  return TRUE;
}

static GVariant *
read_scalar (Reader *reader, GError **error)
{
  if (take_word (reader, "true"))
    return g_variant_new_boolean (TRUE);
  if (take_word (reader, "false"))
    return g_variant_new_boolean (FALSE);
  if (take_word (reader, "null"))
    return g_variant_new_tuple (NULL, 0);
  return read_number (reader, error);
}

static GVariant *
read_text (Reader *reader, GError **error)
{
  g_autoptr (GString) text = read_string (reader, error);

  if (text == NULL)
    return NULL;
  return g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, text->str, text->len, 1);
}

static GVariant *
read_value (Reader *reader, GError **error)
{
  GVariant *value;

  if (reader->depth == MAX_DEPTH)
    return fail (reader, error, "a value that is less deep");
  skip_space (reader);
  reader->depth++;
  if (take (reader, '{'))
    value = read_object (reader, error);
  else if (take (reader, '['))
    value = read_array (reader, error);
  else if (reader->at < reader->end && *reader->at == '"')
    value = read_text (reader, error);
  else
    value = read_scalar (reader, error);
  reader->depth--;
  return value != NULL ? g_variant_take_ref (value) : NULL;
}

/* ---- The whole ---- */

GVariant *
ch_json_parse (const char *text, gsize length, GError **error)
{
  Reader reader = { .start = text, .at = text, .end = text + length };
  g_autoptr (GVariant) value = read_value (&reader, error);

  if (value == NULL)
    return NULL;
  skip_space (&reader);
  if (reader.at != reader.end)
    return fail (&reader, error, "the end");
  return g_steal_pointer (&value);
}

/* ---- Looking things up ---- */

GVariant *
ch_json_member (GVariant *object, const char *key)
{
  if (object == NULL || !g_variant_is_of_type (object, G_VARIANT_TYPE_VARDICT))
    return NULL;
  return g_variant_lookup_value (object, key, NULL);
}

static GVariant *
member_of_type (GVariant *object, const char *key, const GVariantType *type)
{
  g_autoptr (GVariant) member = ch_json_member (object, key);

  return member != NULL && g_variant_is_of_type (member, type) ? g_steal_pointer (&member) : NULL;
}

GVariant *
ch_json_object (GVariant *object, const char *key)
{
  return member_of_type (object, key, G_VARIANT_TYPE_VARDICT);
}

GVariant *
ch_json_array (GVariant *object, const char *key)
{
  return member_of_type (object, key, G_VARIANT_TYPE ("av"));
}

char *
ch_json_value_text (GVariant *value)
{
  const char *bytes;
  gsize length;

  if (value == NULL || !g_variant_is_of_type (value, G_VARIANT_TYPE_BYTESTRING))
    return NULL;
  bytes = g_variant_get_fixed_array (value, &length, 1);
  /* This takes a NUL for a fault too. */
  return length > 0 ? g_utf8_make_valid (bytes, (gssize) length) : g_strdup ("");
}

char *
ch_json_string (GVariant *object, const char *key)
{
  g_autoptr (GVariant) member = ch_json_member (object, key);

  return ch_json_value_text (member);
}

double
ch_json_number (GVariant *object, const char *key, double otherwise)
{
  g_autoptr (GVariant) member = member_of_type (object, key, G_VARIANT_TYPE_DOUBLE);

  return member != NULL ? g_variant_get_double (member) : otherwise;
}

gint64
ch_json_integer (GVariant *object, const char *key, gint64 otherwise)
{
  double value = ch_json_number (object, key, (double) otherwise);

  /* No JSON that others write has whole numbers beyond what a double holds exactly. */
  return value >= -CH_JSON_MAX_INTEGER && value <= CH_JSON_MAX_INTEGER ? (gint64) value : otherwise;
}

gboolean
ch_json_boolean (GVariant *object, const char *key)
{
  g_autoptr (GVariant) member = member_of_type (object, key, G_VARIANT_TYPE_BOOLEAN);

  return member != NULL && g_variant_get_boolean (member);
}
