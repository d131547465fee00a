/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* A row of a table, or the arguments of a statement: values under names. Names are those of
 * columns, in lower case with underscores. */

typedef enum
{
  CH_VALUE_NULL,
  CH_VALUE_INT,
  CH_VALUE_DOUBLE,
  CH_VALUE_TEXT,
} ChValueType;

typedef struct
{
  const char *name; /* interned */
  ChValueType type;
  union
  {
    gint64 integer;
    double number;
    char *text;
  } value;
} ChField;

typedef struct _ChRow ChRow;

ChRow *ch_row_new (void) G_GNUC_WARN_UNUSED_RESULT;
void ch_row_free (ChRow *self);

/* Each replaces what the row had under the name. A text of NULL is the value NULL. */
void ch_row_set_null (ChRow *self, const char *name);
void ch_row_set_int (ChRow *self, const char *name, gint64 value);
void ch_row_set_double (ChRow *self, const char *name, double value);
void ch_row_set_text (ChRow *self, const char *name, const char *value);
void ch_row_take_text (ChRow *self, const char *name, char *value);

/* For rows that are read by the thousand: a new field without a value, whose name is interned and
 * which the row does not have yet. It is to be filled. */
ChField *ch_row_append (ChRow *self, const char *name);

guint ch_row_get_n_fields (const ChRow *self);
const ChField *ch_row_get_field (const ChRow *self, guint index);
/* NULL where the row has no such name. */
const ChField *ch_row_find (const ChRow *self, const char *name);

/* 0 or NULL where the row has no such name, or something else under it. */
gint64 ch_row_get_int (const ChRow *self, const char *name);
double ch_row_get_double (const ChRow *self, const char *name);
const char *ch_row_get_text (const ChRow *self, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChRow, ch_row_free)
