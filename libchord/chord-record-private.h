/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "catalog/row.h"
#include "chord-param-private.h"
#include "chord-record.h"
#include "chord-store-private.h"

/* How to add a class of records
 *
 * 1. Its table, with the key "id INTEGER PRIMARY KEY AUTOINCREMENT", in a new migration
 *    (catalog/schema/, catalog/migrations.c).
 * 2. G_DECLARE_FINAL_TYPE (ChordThing, chord_thing, CHORD, THING, ChordRecord) in its header. Its
 *    class_init makes a property for each column, with CHORD_PARAM_STORED: "context-length" is the
 *    column context_length. That is all such a property needs: the base class holds the value, and
 *    gets, sets, compares, notifies and stores it. chord_record_class_install_properties() installs
 *    them.
 *      string → TEXT; boolean, (u)int, (u)int64 → INTEGER; double → REAL; enum → TEXT, its nick;
 *      GStrv → TEXT, a JSON array. NULL in the table is the default of the property.
 *    Then it calls chord_record_class_set_kind() with a static ChordRecordKind.
 *      A class that has other properties too sets get_property and set_property before it installs
 *    them, and passes what it does not know to the parent class.
 * 3. Getters and setters in C are made by the macros below; the header documents them.
 * 4. Where the catalog has a list of them: one line in the table of chord-catalog-lists.c, and a
 *    getter there.
 *
 * A new one is g_object_new (CHORD_TYPE_THING, "catalog", catalog, ..., NULL), and
 * chord_record_save() stores it. Those in the table come from chord_store_load(). */

/* A property that is a column, and that all may set. */
#define CHORD_PARAM_STORED (CHORD_PARAM_READWRITE | CHORD_PARAM_COLUMN)
/* A column that only the library sets, by the functions below. */
#define CHORD_PARAM_STORED_READABLE (CHORD_PARAM_READABLE | CHORD_PARAM_COLUMN)
/* Added to either: the id of another row, where 0 is stored as NULL. */
#define CHORD_PARAM_REFERENCE ((GParamFlags) (1 << (G_PARAM_USER_SHIFT + 1)))

#define CHORD_PARAM_COLUMN ((GParamFlags) (1 << G_PARAM_USER_SHIFT))

/* What the catalog needs to know of a class of records. */
typedef struct
{
  const char *table;
  /* The order of the live list, and who is in it (NULL: all). It is asked again when a property
   * changes. compare is NULL where the catalog has no list of them. */
  int (*compare) (ChordRecord *a, ChordRecord *b);
  gboolean (*is_listed) (ChordRecord *self);
  /* NULL, or called when values came from the table, for the first time or again. */
  void (*loaded) (ChordRecord *self);
} ChordRecordKind;

/* Installs them like g_object_class_install_properties(). GObject does not inherit get_property and
 * set_property: a class that has none of its own gets those of the base class here. */
void chord_record_class_install_properties (ChordRecordClass *klass, guint n_properties,
                                            GParamSpec **properties);
/* To be called last in class_init. */
void chord_record_class_set_kind (ChordRecordClass *klass, const ChordRecordKind *kind);
const ChordRecordKind *chord_record_type_get_kind (GType type);
/* The columns of the type as SQL: "id", "name", ... */
char *chord_record_type_get_columns (GType type) G_GNUC_WARN_UNUSED_RESULT;

ChordStore *chord_record_get_store (ChordRecord *self);

/* ---- Values, by the name of the column ---- */

/* get_int and set_int are for all that is no text, double or list: numbers are converted. The
 * setters notify. */
gint64 chord_record_get_int (ChordRecord *self, const char *column);
double chord_record_get_double (ChordRecord *self, const char *column);
const char *chord_record_get_text (ChordRecord *self, const char *column);
const char *const *chord_record_get_list (ChordRecord *self, const char *column);
void chord_record_set_int (ChordRecord *self, const char *column, gint64 value);
void chord_record_set_double (ChordRecord *self, const char *column, double value);
void chord_record_set_text (ChordRecord *self, const char *column, const char *value);
void chord_record_set_list (ChordRecord *self, const char *column, const char *const *value);

/* CHORD_RECORD_GETTER (ChordThing, chord_thing, THING, guint, n_parts, int) defines
 * guint chord_thing_get_n_parts (ChordThing *self). The last argument is int, double, text or
 * list. */
#define CHORD_RECORD_GETTER(Type, prefix, NAME, c_type, column, access) \
  c_type prefix##_get_##column (Type *self) \
  { \
    g_return_val_if_fail (CHORD_IS_##NAME (self), (c_type) 0); \
    return (c_type) chord_record_get_##access (CHORD_RECORD (self), #column); \
  }

/* CHORD_RECORD_SETTER (ChordThing, chord_thing, THING, const char *, name, text) defines
 * void chord_thing_set_name (ChordThing *self, const char *name). */
#define CHORD_RECORD_SETTER(Type, prefix, NAME, c_type, column, access) \
  void prefix##_set_##column (Type *self, c_type column) \
  { \
    g_return_if_fail (CHORD_IS_##NAME (self)); \
    chord_record_set_##access (CHORD_RECORD (self), #column, column); \
  }

/* ---- For the store ---- */

/* A record that has the values of a row which has been selected. */
ChordRecord *chord_record_new_for_row (ChordStore *store, GType type, const ChRow *row);
/* Takes over the values of the row, except those that have been changed here and not stored. */
void chord_record_update_from_row (ChordRecord *self, const ChRow *row);
/* The row is gone. */
void chord_record_lose_row (ChordRecord *self);
/* Takes over the id that the worker has given it, if it has, which must have been waited for. */
void chord_record_settle (ChordRecord *self);
