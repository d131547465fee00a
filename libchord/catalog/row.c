/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "catalog/row.h"

#include <string.h>

struct _ChRow
{
  GArray *fields; /* of ChField */
};

static void
clear_field (gpointer data)
{
  ChField *field = data;

  if (field->type == CH_VALUE_TEXT)
    g_free (field->value.text);
}

ChRow *
ch_row_new (void)
{
  ChRow *self = g_new0 (ChRow, 1);

  self->fields = g_array_new (FALSE, FALSE, sizeof (ChField));
  g_array_set_clear_func (self->fields, clear_field);
  return self;
}

void
ch_row_free (ChRow *self)
{
  if (!self)
    return;
  g_array_unref (self->fields);
  g_free (self);
}

guint
ch_row_get_n_fields (const ChRow *self)
{
  return self->fields->len;
}

const ChField *
ch_row_get_field (const ChRow *self, guint index)
{
  return &g_array_index (self->fields, ChField, index);
}

const ChField *
ch_row_find (const ChRow *self, const char *name)
{
  for (guint i = 0; i < self->fields->len; i++)
    {
      const ChField *field = ch_row_get_field (self, i);

      if (field->name == name || strcmp (field->name, name) == 0)
        return field;
    }
  return NULL;
}

ChField *
ch_row_append (ChRow *self, const char *name)
{
  ChField field = { name, CH_VALUE_NULL, { 0 } };

  g_array_append_val (self->fields, field);
  return &g_array_index (self->fields, ChField, self->fields->len - 1);
}

/* The field of that name without its value. */
static ChField *
fresh_field (ChRow *self, const char *name)
{
  ChField *known = (ChField *) ch_row_find (self, name);

  if (known)
    {
      clear_field (known);
      return known;
    }
  return ch_row_append (self, g_intern_string (name));
}

void
ch_row_set_null (ChRow *self, const char *name)
{
  fresh_field (self, name)->type = CH_VALUE_NULL;
}

void
ch_row_set_int (ChRow *self, const char *name, gint64 value)
{
  ChField *field = fresh_field (self, name);

  field->type = CH_VALUE_INT;
  field->value.integer = value;
}

void
ch_row_set_double (ChRow *self, const char *name, double value)
{
  ChField *field = fresh_field (self, name);

  field->type = CH_VALUE_DOUBLE;
  field->value.number = value;
}

void
ch_row_take_text (ChRow *self, const char *name, char *value)
{
  ChField *field = fresh_field (self, name);

  field->type = value ? CH_VALUE_TEXT : CH_VALUE_NULL;
  field->value.text = value;
}

void
ch_row_set_text (ChRow *self, const char *name, const char *value)
{
  ch_row_take_text (self, name, g_strdup (value));
}

gint64
ch_row_get_int (const ChRow *self, const char *name)
{
  const ChField *field = ch_row_find (self, name);

  return field && field->type == CH_VALUE_INT ? field->value.integer : 0;
}

double
ch_row_get_double (const ChRow *self, const char *name)
{
  const ChField *field = ch_row_find (self, name);

  if (field && field->type == CH_VALUE_INT)
    return (double) field->value.integer;
  return field && field->type == CH_VALUE_DOUBLE ? field->value.number : 0;
}

const char *
ch_row_get_text (const ChRow *self, const char *name)
{
  const ChField *field = ch_row_find (self, name);

  return field && field->type == CH_VALUE_TEXT ? field->value.text : NULL;
}
