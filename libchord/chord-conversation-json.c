/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-conversation-json-private.h"

#include <math.h>
#include <string.h>

#include "chord-enum-types.h"
#include "chord-record-private.h"

static char *
member_name (GParamSpec *pspec)
{
  return g_strdelimit (g_strdup (pspec->name), "-", '_');
}

static gboolean
is_wanted (GParamSpec *pspec, const char *const *left_out)
{
  return (pspec->flags & CHORD_PARAM_COLUMN) && !g_strv_contains (left_out, pspec->name);
}

/* ---- Writing ---- */

static void
write_enum (ChJson *json, const char *name, const GValue *value)
{
  g_autoptr (GTypeClass) class = g_type_class_ref (G_VALUE_TYPE (value));
  GEnumValue *member = g_enum_get_value (G_ENUM_CLASS (class), g_value_get_enum (value));

  ch_json_text (json, name, member ? member->value_nick : NULL);
}

static void
write_value (ChJson *json, const char *name, const GValue *value)
{
  if (G_VALUE_HOLDS_STRING (value))
    ch_json_text (json, name, g_value_get_string (value));
  else if (G_VALUE_HOLDS_BOOLEAN (value))
    ch_json_bool (json, name, g_value_get_boolean (value));
  else if (G_VALUE_HOLDS_INT64 (value))
    ch_json_int (json, name, g_value_get_int64 (value));
  else if (G_VALUE_HOLDS_UINT64 (value))
    ch_json_uint (json, name, g_value_get_uint64 (value));
  else if (G_VALUE_HOLDS_DOUBLE (value))
    ch_json_real (json, name, g_value_get_double (value));
  else if (G_VALUE_HOLDS_ENUM (value))
    write_enum (json, name, value);
}

void
chord_record_write_json (ChordRecord *self, const char *const *left_out, ChJson *json)
{
  g_autofree GParamSpec **specs = NULL;
  guint n;

  specs = g_object_class_list_properties (G_OBJECT_GET_CLASS (self), &n);
  for (guint i = 0; i < n; i++)
    {
      g_auto (GValue) value = G_VALUE_INIT;
      g_autofree char *name = member_name (specs[i]);

      if (!is_wanted (specs[i], left_out))
        continue;
      g_object_get_property (G_OBJECT (self), specs[i]->name, &value);
      if (!g_param_value_defaults (specs[i], &value))
        write_value (json, name, &value);
    }
}

/* ---- Reading ---- */

/* Numbers are doubles; what is out of a property's range becomes its nearest value. */
static gboolean
read_number (GValue *value, double number)
{
  gint64 whole = CLAMP (number, -CH_JSON_MAX_INTEGER, CH_JSON_MAX_INTEGER);

  if (G_VALUE_HOLDS_INT64 (value))
    g_value_set_int64 (value, whole);
  else if (G_VALUE_HOLDS_UINT64 (value))
    g_value_set_uint64 (value, (guint64) MAX (whole, 0));
  else if (G_VALUE_HOLDS_DOUBLE (value))
    g_value_set_double (value, number);
  else
    return FALSE;
  return TRUE;
}

static gboolean
read_text (GValue *value, char *text)
{
  g_autoptr (GTypeClass) class = NULL;
  GEnumValue *member;

  if (G_VALUE_HOLDS_STRING (value))
    {
      g_value_take_string (value, text);
      return TRUE;
    }
  if (!G_VALUE_HOLDS_ENUM (value))
    {
      g_free (text);
      return FALSE;
    }
  class = g_type_class_ref (G_VALUE_TYPE (value));
  member = g_enum_get_value_by_nick (G_ENUM_CLASS (class), text);
  g_free (text);
  if (member)
    g_value_set_enum (value, member->value);
  return member != NULL;
}

static gboolean
read_value (GValue *value, GVariant *member)
{
  if (g_variant_is_of_type (member, G_VARIANT_TYPE_DOUBLE))
    return isfinite (g_variant_get_double (member))
           && read_number (value, g_variant_get_double (member));
  if (g_variant_is_of_type (member, G_VARIANT_TYPE_BYTESTRING))
    return read_text (value, ch_json_value_text (member));
  if (!g_variant_is_of_type (member, G_VARIANT_TYPE_BOOLEAN) || !G_VALUE_HOLDS_BOOLEAN (value))
    return FALSE;
  g_value_set_boolean (value, g_variant_get_boolean (member));
  return TRUE;
}

void
chord_record_read_json (ChordRecord *self, const char *const *left_out, GVariant *object)
{
  g_autofree GParamSpec **specs = NULL;
  guint n;

  specs = g_object_class_list_properties (G_OBJECT_GET_CLASS (self), &n);
  for (guint i = 0; i < n; i++)
    {
      g_auto (GValue) value = G_VALUE_INIT;
      g_autofree char *name = member_name (specs[i]);
      g_autoptr (GVariant) member = ch_json_member (object, name);

      if (!member || !is_wanted (specs[i], left_out))
        continue;
      g_value_init (&value, specs[i]->value_type);
      if (!read_value (&value, member))
        continue;
      g_param_value_validate (specs[i], &value);
      g_object_set_property (G_OBJECT (self), specs[i]->name, &value);
    }
}
