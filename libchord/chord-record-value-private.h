/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "catalog/row.h"

/* From the value of a property to that of a column, and back. */

/* Whether properties of the type can be stored. */
gboolean chord_record_value_is_storable (GParamSpec *pspec);
/* Adds the value to the row under the name. */
void chord_record_value_store (GParamSpec *pspec, const GValue *value, const char *name,
                               ChRow *row);
/* Sets the value, which is initialised; what makes no sense for the property gives its default. */
void chord_record_value_load (GParamSpec *pspec, const ChField *field, GValue *value);
gboolean chord_record_value_equal (GParamSpec *pspec, const GValue *a, const GValue *b);

/* A number of whatever type. */
gint64 chord_record_value_get_int (const GValue *value);
void chord_record_value_set_int (GValue *value, gint64 number);
