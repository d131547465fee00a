/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-record-value-private.h"

#include <string.h>

#include "chord-record-private.h"
#include "json/json.h"

gboolean
chord_record_value_is_storable (GParamSpec *pspec)
{
  switch (G_TYPE_FUNDAMENTAL (pspec->value_type))
    {
    case G_TYPE_BOOLEAN:
    case G_TYPE_INT:
    case G_TYPE_UINT:
    case G_TYPE_INT64:
    case G_TYPE_UINT64:
    case G_TYPE_ENUM:
    case G_TYPE_DOUBLE:
    case G_TYPE_STRING:
      return TRUE;
    default:
      return pspec->value_type == G_TYPE_STRV;
    }
}

gint64
chord_record_value_get_int (const GValue *value)
{
  switch (G_TYPE_FUNDAMENTAL (G_VALUE_TYPE (value)))
    {
    case G_TYPE_BOOLEAN:
      return g_value_get_boolean (value);
    case G_TYPE_INT:
      return g_value_get_int (value);
    case G_TYPE_UINT:
      return g_value_get_uint (value);
    case G_TYPE_INT64:
      return g_value_get_int64 (value);
    case G_TYPE_UINT64:
      return (gint64) g_value_get_uint64 (value);
    case G_TYPE_ENUM:
      return g_value_get_enum (value);
    default:
      g_return_val_if_reached (0);
    }
}

void
chord_record_value_set_int (GValue *value, gint64 number)
{
  switch (G_TYPE_FUNDAMENTAL (G_VALUE_TYPE (value)))
    {
    case G_TYPE_BOOLEAN:
      g_value_set_boolean (value, number != 0);
      break;
    case G_TYPE_INT:
      g_value_set_int (value, (int) CLAMP (number, G_MININT, G_MAXINT));
      break;
    case G_TYPE_UINT:
      g_value_set_uint (value, (guint) CLAMP (number, 0, (gint64) G_MAXUINT));
      break;
    case G_TYPE_INT64:
      g_value_set_int64 (value, number);
      break;
    case G_TYPE_UINT64:
      g_value_set_uint64 (value, (guint64) number);
      break;
    case G_TYPE_ENUM:
      g_value_set_enum (value, (int) number);
      break;
    default:
      g_return_if_reached ();
    }
}

/* ---- Storing ---- */

static char *
list_to_json (const char *const *list)
{
  ChJson json = CH_JSON_INIT;

  ch_json_open (&json, NULL, '[');
  for (; *list; list++)
    ch_json_text (&json, NULL, *list);
  ch_json_close (&json, ']');
  return g_string_free (json.text, FALSE);
}

static const char *
enum_nick (GType type, int number)
{
  g_autoptr (GTypeClass) klass = g_type_class_ref (type);
  const GEnumValue *known = g_enum_get_value ((GEnumClass *) klass, number);

  return known ? known->value_nick : NULL;
}

void
chord_record_value_store (GParamSpec *pspec, const GValue *value, const char *name, ChRow *row)
{
  const char *const *list;

  switch (G_TYPE_FUNDAMENTAL (pspec->value_type))
    {
    case G_TYPE_STRING:
      ch_row_set_text (row, name, g_value_get_string (value));
      break;
    case G_TYPE_DOUBLE:
      ch_row_set_double (row, name, g_value_get_double (value));
      break;
    case G_TYPE_ENUM:
      ch_row_set_text (row, name, enum_nick (pspec->value_type, g_value_get_enum (value)));
      break;
    case G_TYPE_BOXED:
      list = g_value_get_boxed (value);
      ch_row_take_text (row, name, list ? list_to_json (list) : NULL);
      break;
    default:
      if ((pspec->flags & CHORD_PARAM_REFERENCE) && chord_record_value_get_int (value) == 0)
        ch_row_set_null (row, name);
      else
        ch_row_set_int (row, name, chord_record_value_get_int (value));
    }
}

/* ---- Loading ---- */

static void
load_list (const char *text, GValue *value)
{
  g_autoptr (GVariant) array = ch_json_parse (text, strlen (text), NULL);
  g_autoptr (GStrvBuilder) list = g_strv_builder_new ();

  if (!array || !g_variant_is_of_type (array, G_VARIANT_TYPE ("av")))
    return;
  for (gsize i = 0; i < g_variant_n_children (array); i++)
    {
      g_autoptr (GVariant) boxed = g_variant_get_child_value (array, i);
      g_autoptr (GVariant) element = g_variant_get_variant (boxed);
      g_autofree char *string = ch_json_value_text (element);

      if (string)
        g_strv_builder_add (list, string);
    }
  g_value_take_boxed (value, g_strv_builder_end (list));
}

/* A nick that is not known was written by a newer program. */
static void
load_enum (const char *nick, GValue *value)
{
  g_autoptr (GTypeClass) klass = g_type_class_ref (G_VALUE_TYPE (value));
  const GEnumValue *known = g_enum_get_value_by_nick ((GEnumClass *) klass, nick);

  if (known)
    g_value_set_enum (value, known->value);
}

static void
load_text (const char *text, GValue *value)
{
  if (G_VALUE_HOLDS_STRING (value))
    g_value_set_string (value, text);
  else if (G_VALUE_HOLDS_ENUM (value))
    load_enum (text, value);
  else if (G_VALUE_HOLDS (value, G_TYPE_STRV))
    load_list (text, value);
}

static gboolean
holds_integer (const GValue *value)
{
  return !G_VALUE_HOLDS_STRING (value) && !G_VALUE_HOLDS_DOUBLE (value)
         && !G_VALUE_HOLDS_ENUM (value) && !G_VALUE_HOLDS (value, G_TYPE_STRV);
}

void
chord_record_value_load (GParamSpec *pspec, const ChField *field, GValue *value)
{
  g_param_value_set_default (pspec, value);
  switch (field->type)
    {
    case CH_VALUE_INT:
      if (G_VALUE_HOLDS_DOUBLE (value))
        g_value_set_double (value, (double) field->value.integer);
      else if (holds_integer (value))
        chord_record_value_set_int (value, field->value.integer);
      break;
    case CH_VALUE_DOUBLE:
      if (G_VALUE_HOLDS_DOUBLE (value))
        g_value_set_double (value, field->value.number);
      break;
    case CH_VALUE_TEXT:
      load_text (field->value.text, value);
      break;
    case CH_VALUE_NULL:
    default:
      break;
    }
  g_param_value_validate (pspec, value);
}

gboolean
chord_record_value_equal (GParamSpec *pspec, const GValue *a, const GValue *b)
{
  const char *const *list_a;
  const char *const *list_b;

  if (!G_VALUE_HOLDS (a, G_TYPE_STRV))
    return g_param_values_cmp (pspec, a, b) == 0;
  list_a = g_value_get_boxed (a);
  list_b = g_value_get_boxed (b);
  return list_a == list_b || (list_a && list_b && g_strv_equal (list_a, list_b));
}
