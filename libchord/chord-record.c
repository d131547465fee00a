/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-record-private.h"

#include "chord-catalog-private.h"
#include "chord-error.h"
#include "chord-record-value-private.h"

/* What is changed is kept as a bit a column. */
#define MAX_COLUMNS 64

typedef struct
{
  const char *name;
  GParamSpec *pspec;
} Column;

/* How the properties of a class are stored; one for each class, for ever. */
typedef struct
{
  const ChordRecordKind *kind;
  guint n_columns;
  Column columns[MAX_COLUMNS];
  GHashTable *by_name;  /* → index + 1 */
  GHashTable *by_pspec; /* → index + 1 */
} Columns;

typedef struct
{
  ChordStore *store; /* NULL: made without a catalog */
  gint64 id;
  gint64 stored_id; /* the worker's while something is queued, else the same as id */
  guint64 changed;
  guint64 queued; /* columns on their way to the table: newer than what is read there */
  guint n_queued;
  guint n_lost; /* rows that it had and that are gone */
  GValue *values;
} ChordRecordPrivate;

enum
{
  PROP_0,
  PROP_ID,
  PROP_CATALOG,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (ChordRecord, chord_record, G_TYPE_OBJECT)

static void chord_record_get_property (GObject *object, guint prop_id, GValue *value,
                                       GParamSpec *pspec);
static void chord_record_set_property (GObject *object, guint prop_id, const GValue *value,
                                       GParamSpec *pspec);

static ChordRecordPrivate *
get_private (ChordRecord *self)
{
  return chord_record_get_instance_private (self);
}

/* ---- Columns ---- */

static const Columns *
columns_of (ChordRecord *self)
{
  return CHORD_RECORD_GET_CLASS (self)->columns;
}

static void
add_column (Columns *self, GParamSpec *pspec)
{
  g_autofree char *name = g_strdelimit (g_strdup (pspec->name), "-", '_');
  Column *column = &self->columns[self->n_columns++];

  g_assert (self->n_columns <= MAX_COLUMNS && chord_record_value_is_storable (pspec));
  *column = (Column){ g_intern_string (name), pspec };
  g_hash_table_insert (self->by_name, (gpointer) column->name, GUINT_TO_POINTER (self->n_columns));
  g_hash_table_insert (self->by_pspec, pspec, GUINT_TO_POINTER (self->n_columns));
}

void
chord_record_class_set_kind (ChordRecordClass *klass, const ChordRecordKind *kind)
{
  Columns *self = g_new0 (Columns, 1);
  guint n_properties;
  g_autofree GParamSpec **pspecs
      = g_object_class_list_properties (G_OBJECT_CLASS (klass), &n_properties);

  self->kind = kind;
  self->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  self->by_pspec = g_hash_table_new (NULL, NULL);
  for (guint i = 0; i < n_properties; i++)
    if (pspecs[i]->flags & CHORD_PARAM_COLUMN)
      add_column (self, pspecs[i]);
  klass->columns = self;
}

void
chord_record_class_install_properties (ChordRecordClass *klass, guint n_properties,
                                       GParamSpec **pspecs)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  if (!object_class->get_property)
    object_class->get_property = chord_record_get_property;
  if (!object_class->set_property)
    object_class->set_property = chord_record_set_property;
  g_object_class_install_properties (object_class, n_properties, pspecs);
}

/* The classes live for ever: their types are static. */
static const Columns *
columns_of_type (GType type)
{
  g_autoptr (GTypeClass) klass = g_type_class_ref (type);

  return ((ChordRecordClass *) klass)->columns;
}

const ChordRecordKind *
chord_record_type_get_kind (GType type)
{
  return columns_of_type (type)->kind;
}

char *
chord_record_type_get_columns (GType type)
{
  const Columns *columns = columns_of_type (type);
  GString *names = g_string_new ("\"id\"");

  for (guint i = 0; i < columns->n_columns; i++)
    g_string_append_printf (names, ", \"%s\"", columns->columns[i].name);
  return g_string_free (names, FALSE);
}

static guint
index_of (ChordRecord *self, const char *name)
{
  guint number = GPOINTER_TO_UINT (g_hash_table_lookup (columns_of (self)->by_name, name));

  g_assert (number > 0);
  return number - 1;
}

/* ---- Values ---- */

static void
set_value (ChordRecord *self, guint index, const GValue *value)
{
  ChordRecordPrivate *priv = get_private (self);
  GParamSpec *pspec = columns_of (self)->columns[index].pspec;

  if (chord_record_value_equal (pspec, &priv->values[index], value))
    return;
  g_value_copy (value, &priv->values[index]);
  priv->changed |= G_GUINT64_CONSTANT (1) << index;
  g_object_notify_by_pspec (G_OBJECT (self), pspec);
  if (priv->id)
    chord_store_record_changed (priv->store, self);
}

static const GValue *
get_value (ChordRecord *self, const char *column)
{
  return &get_private (self)->values[index_of (self, column)];
}

gint64
chord_record_get_int (ChordRecord *self, const char *column)
{
  return chord_record_value_get_int (get_value (self, column));
}

double
chord_record_get_double (ChordRecord *self, const char *column)
{
  return g_value_get_double (get_value (self, column));
}

const char *
chord_record_get_text (ChordRecord *self, const char *column)
{
  return g_value_get_string (get_value (self, column));
}

const char *const *
chord_record_get_list (ChordRecord *self, const char *column)
{
  return g_value_get_boxed (get_value (self, column));
}

void
chord_record_set_int (ChordRecord *self, const char *column, gint64 value)
{
  guint index = index_of (self, column);
  g_auto (GValue) wrapped = G_VALUE_INIT;

  g_value_init (&wrapped, columns_of (self)->columns[index].pspec->value_type);
  chord_record_value_set_int (&wrapped, value);
  set_value (self, index, &wrapped);
}

void
chord_record_set_double (ChordRecord *self, const char *column, double value)
{
  g_auto (GValue) wrapped = G_VALUE_INIT;

  g_value_init (&wrapped, G_TYPE_DOUBLE);
  g_value_set_double (&wrapped, value);
  set_value (self, index_of (self, column), &wrapped);
}

void
chord_record_set_text (ChordRecord *self, const char *column, const char *value)
{
  g_auto (GValue) wrapped = G_VALUE_INIT;

  g_value_init (&wrapped, G_TYPE_STRING);
  g_value_set_static_string (&wrapped, value);
  set_value (self, index_of (self, column), &wrapped);
}

void
chord_record_set_list (ChordRecord *self, const char *column, const char *const *value)
{
  g_auto (GValue) wrapped = G_VALUE_INIT;

  g_value_init (&wrapped, G_TYPE_STRV);
  g_value_set_static_boxed (&wrapped, value);
  set_value (self, index_of (self, column), &wrapped);
}

/* ---- The object ---- */

/* -1 for what is no column. */
static int
column_of_property (ChordRecord *self, GParamSpec *pspec)
{
  return GPOINTER_TO_INT (g_hash_table_lookup (columns_of (self)->by_pspec, pspec)) - 1;
}

static void
chord_record_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  ChordRecord *self = CHORD_RECORD (object);
  int index = column_of_property (self, pspec);

  if (index >= 0)
    g_value_copy (&get_private (self)->values[index], value);
  else if (pspec == properties[PROP_ID])
    g_value_set_int64 (value, chord_record_get_id (self));
  else if (pspec == properties[PROP_CATALOG])
    g_value_set_object (value, chord_record_get_catalog (self));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
chord_record_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  ChordRecord *self = CHORD_RECORD (object);
  ChordRecordPrivate *priv = get_private (self);
  int index = column_of_property (self, pspec);

  if (index >= 0)
    set_value (self, (guint) index, value);
  else if (pspec != properties[PROP_CATALOG])
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  else if (g_value_get_object (value))
    priv->store = chord_store_ref (chord_catalog_get_store (g_value_get_object (value)));
}

/* Runs before the properties are set: none of the columns is set in construction. */
static void
chord_record_constructed (GObject *object)
{
  ChordRecord *self = CHORD_RECORD (object);
  ChordRecordPrivate *priv = get_private (self);
  const Columns *columns = columns_of (self);

  G_OBJECT_CLASS (chord_record_parent_class)->constructed (object);
  priv->values = g_new0 (GValue, columns->n_columns);
  for (guint i = 0; i < columns->n_columns; i++)
    {
      g_value_init (&priv->values[i], columns->columns[i].pspec->value_type);
      g_param_value_set_default (columns->columns[i].pspec, &priv->values[i]);
    }
}

static void
chord_record_dispose (GObject *object)
{
  ChordRecord *self = CHORD_RECORD (object);
  ChordRecordPrivate *priv = get_private (self);

  if (priv->id)
    chord_store_forget (priv->store, self);
  G_OBJECT_CLASS (chord_record_parent_class)->dispose (object);
}

static void
chord_record_finalize (GObject *object)
{
  ChordRecord *self = CHORD_RECORD (object);
  ChordRecordPrivate *priv = get_private (self);

  for (guint i = 0; i < columns_of (self)->n_columns; i++)
    g_value_unset (&priv->values[i]);
  g_free (priv->values);
  g_clear_pointer (&priv->store, chord_store_unref);
  G_OBJECT_CLASS (chord_record_parent_class)->finalize (object);
}

static void
chord_record_class_init (ChordRecordClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = chord_record_constructed;
  object_class->dispose = chord_record_dispose;
  object_class->finalize = chord_record_finalize;
  object_class->get_property = chord_record_get_property;
  object_class->set_property = chord_record_set_property;

  /**
   * ChordRecord:id:
   *
   * The number under which the record is stored; 0: it is not.
   */
  properties[PROP_ID]
      = g_param_spec_int64 ("id", NULL, NULL, 0, G_MAXINT64, 0, CHORD_PARAM_READABLE);

  /**
   * ChordRecord:catalog:
   *
   * The catalog that the record is for.
   */
  properties[PROP_CATALOG]
      = g_param_spec_object ("catalog", NULL, NULL, CHORD_TYPE_CATALOG,
                             CHORD_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
chord_record_init (ChordRecord *self)
{
}

gint64
chord_record_get_id (ChordRecord *self)
{
  g_return_val_if_fail (CHORD_IS_RECORD (self), 0);

  return get_private (self)->id;
}

ChordStore *
chord_record_get_store (ChordRecord *self)
{
  return get_private (self)->store;
}

ChordCatalog *
chord_record_get_catalog (ChordRecord *self)
{
  ChordStore *store;

  g_return_val_if_fail (CHORD_IS_RECORD (self), NULL);

  store = get_private (self)->store;
  return store ? chord_store_get_catalog (store) : NULL;
}

/* ---- Rows ---- */

static void
load_field (ChordRecord *self, const ChField *field, gboolean notify)
{
  ChordRecordPrivate *priv = get_private (self);
  const Columns *columns = columns_of (self);
  guint number = GPOINTER_TO_UINT (g_hash_table_lookup (columns->by_name, field->name));
  g_auto (GValue) value = G_VALUE_INIT;
  GParamSpec *pspec;

  if (number == 0 || ((priv->changed | priv->queued) >> (number - 1) & 1))
    return;
  pspec = columns->columns[number - 1].pspec;
  g_value_init (&value, pspec->value_type);
  chord_record_value_load (pspec, field, &value);
  if (notify && chord_record_value_equal (pspec, &priv->values[number - 1], &value))
    return;
  g_value_copy (&value, &priv->values[number - 1]);
  if (notify)
    g_object_notify_by_pspec (G_OBJECT (self), pspec);
}

static void
load_row (ChordRecord *self, const ChRow *row, gboolean notify)
{
  const ChordRecordKind *kind = columns_of (self)->kind;

  for (guint i = 0; i < ch_row_get_n_fields (row); i++)
    load_field (self, ch_row_get_field (row, i), notify);
  if (kind->loaded)
    kind->loaded (self);
}

ChordRecord *
chord_record_new_for_row (ChordStore *store, GType type, const ChRow *row)
{
  ChordRecord *self = g_object_new (type, NULL);
  ChordRecordPrivate *priv = get_private (self);

  priv->store = chord_store_ref (store);
  priv->id = priv->stored_id = ch_row_get_int (row, "id");
  load_row (self, row, FALSE);
  return self;
}

void
chord_record_update_from_row (ChordRecord *self, const ChRow *row)
{
  g_object_freeze_notify (G_OBJECT (self));
  load_row (self, row, TRUE);
  chord_store_record_changed (get_private (self)->store, self);
  g_object_thaw_notify (G_OBJECT (self));
}

/* What is to be written: all where there is no row yet. */
static ChRow *
make_row (ChordRecord *self, guint64 *written)
{
  ChordRecordPrivate *priv = get_private (self);
  const Columns *columns = columns_of (self);
  ChRow *row = ch_row_new ();

  *written = priv->id ? priv->changed : G_MAXUINT64;
  for (guint i = 0; i < columns->n_columns; i++)
    if (*written >> i & 1)
      chord_record_value_store (columns->columns[i].pspec, &priv->values[i],
                                columns->columns[i].name, row);
  return row;
}

/* On the worker thread, or while the worker has nothing of this record. */
static gboolean
write_row (ChordRecord *self, ChDatabase *database, const ChRow *row, GError **error)
{
  ChordRecordPrivate *priv = get_private (self);
  const char *table = columns_of (self)->kind->table;

  if (priv->stored_id)
    return ch_database_update (database, table, priv->stored_id, row, error);
  return ch_database_insert (database, table, row, &priv->stored_id, error);
}

static void
take_id (ChordRecord *self, gint64 id)
{
  ChordRecordPrivate *priv = get_private (self);

  if (priv->id || !id)
    return;
  priv->id = id;
  chord_store_add (priv->store, self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ID]);
}

void
chord_record_settle (ChordRecord *self)
{
  take_id (self, get_private (self)->stored_id);
}

void
chord_record_lose_row (ChordRecord *self)
{
  ChordRecordPrivate *priv = get_private (self);

  priv->id = priv->stored_id = 0;
  priv->n_lost++;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ID]);
}

/* ---- Saving and deleting ---- */

static gboolean
check_store (ChordRecord *self, GError **error)
{
  if (get_private (self)->store)
    return TRUE;
  g_set_error (error, CHORD_ERROR, CHORD_ERROR_INVALID_ARGUMENT,
               "This %s was made without a catalog", G_OBJECT_TYPE_NAME (self));
  return FALSE;
}

static void
wait_for_worker (ChordRecord *self)
{
  ChordRecordPrivate *priv = get_private (self);

  if (priv->n_queued == 0)
    return;
  chord_store_flush (priv->store);
  chord_record_settle (self);
}

gboolean
chord_record_save (ChordRecord *self, GError **error)
{
  ChordRecordPrivate *priv;
  g_autoptr (ChRow) row = NULL;
  guint64 written;

  g_return_val_if_fail (CHORD_IS_RECORD (self), FALSE);

  if (!check_store (self, error))
    return FALSE;
  priv = get_private (self);
  wait_for_worker (self);
  row = make_row (self, &written);
  if (!write_row (self, chord_store_get_database (priv->store), row, error))
    return FALSE;
  priv->changed &= ~written;
  chord_record_settle (self);
  return TRUE;
}

typedef struct
{
  ChordRecord *record; /* the task holds it */
  GCancellable *cancellable;
  ChRow *row;
  guint64 written;
  guint n_lost; /* when it was queued */
  gint64 id;    /* where it was written */
} Save;

static void
free_save (gpointer data)
{
  Save *save = data;

  ch_row_free (save->row);
  g_free (save);
}

static gboolean
run_save (ChDatabase *database, gpointer data, GError **error)
{
  Save *save = data;

  if (g_cancellable_set_error_if_cancelled (save->cancellable, error)
      || !write_row (save->record, database, save->row, error))
    return FALSE;
  save->id = get_private (save->record)->stored_id;
  return TRUE;
}

static void
on_saved (GTask *task, gpointer data, GError *error)
{
  Save *save = data;
  ChordRecordPrivate *priv = get_private (save->record);

  if (--priv->n_queued == 0)
    {
      priv->queued = 0;
      chord_store_remove_unsettled (priv->store, save->record);
    }
  /* The row may have been deleted since. */
  if (save->n_lost == priv->n_lost)
    take_id (save->record, save->id);
  if (!error)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  priv->changed |= save->written;
  g_task_return_error (task, error);
}

void
chord_record_save_async (ChordRecord *self, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  ChordRecordPrivate *priv;
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;
  Save *save;

  g_return_if_fail (CHORD_IS_RECORD (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, chord_record_save_async);
  g_task_set_check_cancellable (task, FALSE);
  if (!check_store (self, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  priv = get_private (self);
  save = g_new0 (Save, 1);
  save->record = self;
  save->cancellable = cancellable;
  save->n_lost = priv->n_lost;
  save->row = make_row (self, &save->written);
  priv->changed &= ~save->written;
  priv->queued |= save->written;
  priv->n_queued++;
  if (!priv->id)
    chord_store_add_unsettled (priv->store, self);
  chord_store_queue (priv->store, g_steal_pointer (&task), run_save, on_saved, save, free_save);
}

gboolean
chord_record_save_finish (ChordRecord *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

gboolean
chord_record_delete (ChordRecord *self, GError **error)
{
  ChordRecordPrivate *priv;
  g_autoptr (GError) local_error = NULL;

  g_return_val_if_fail (CHORD_IS_RECORD (self), FALSE);

  if (!check_store (self, error))
    return FALSE;
  priv = get_private (self);
  wait_for_worker (self);
  if (!priv->id)
    return TRUE;
  if (!ch_database_delete (chord_store_get_database (priv->store), columns_of (self)->kind->table,
                           priv->id, &local_error)
      && !g_error_matches (local_error, CHORD_ERROR, CHORD_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  chord_store_remove (priv->store, self);
  return TRUE;
}
