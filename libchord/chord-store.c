/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-store-private.h"

#include "chord-error.h"
#include "chord-record-private.h"

/* The records of one type that are in memory. */
typedef struct
{
  GHashTable *by_id;     /* id → ChordRecord; none is held */
  ChordRecordList *list; /* the catalog's */
} Records;

struct _ChordStore
{
  gatomicrefcount ref_count;
  ChDatabase *database;
  char *set_aside;
  ChordCatalog *catalog;
  GHashTable *types;    /* GType → Records */
  GPtrArray *unsettled; /* of ChordRecord, which their saves hold */
  gint64 data_version;

  GThreadPool *worker;
  GMutex lock;
  GCond idle;
  guint n_pending; /* jobs that the worker has still to do */
};

static void
free_records (gpointer data)
{
  Records *records = data;

  g_hash_table_unref (records->by_id);
  g_free (records);
}

ChordStore *
chord_store_open (const char *path, GError **error)
{
  g_autofree char *set_aside = NULL;
  ChDatabase *database = ch_database_open (path, &set_aside, error);
  ChordStore *self;

  if (!database)
    return NULL;
  self = g_new0 (ChordStore, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->database = database;
  self->set_aside = g_steal_pointer (&set_aside);
  self->types = g_hash_table_new_full (NULL, NULL, NULL, free_records);
  self->unsettled = g_ptr_array_new ();
  self->data_version = ch_database_get_data_version (database);
  g_mutex_init (&self->lock);
  g_cond_init (&self->idle);
  return self;
}

ChordStore *
chord_store_ref (ChordStore *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
chord_store_unref (ChordStore *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  if (self->worker)
    g_thread_pool_free (self->worker, FALSE, TRUE);
  ch_database_free (self->database);
  g_hash_table_unref (self->types);
  g_ptr_array_unref (self->unsettled);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->idle);
  g_free (self->set_aside);
  g_free (self);
}

ChDatabase *
chord_store_get_database (ChordStore *self)
{
  return self->database;
}

const char *
chord_store_get_set_aside (ChordStore *self)
{
  return self->set_aside;
}

ChordCatalog *
chord_store_get_catalog (ChordStore *self)
{
  return self->catalog;
}

void
chord_store_set_catalog (ChordStore *self, ChordCatalog *catalog)
{
  self->catalog = catalog;
}

/* ---- The worker thread ---- */

typedef struct
{
  ChordStore *store;
  GTask *task;
  ChordStoreWork work;
  ChordStoreDone done;
  gpointer data;
  GDestroyNotify free_data;
  GError *error;
} Job;

/* In the context of the task, which is also where all that the job holds may be let go. */
static gboolean
deliver (gpointer data)
{
  Job *job = data;

  job->done (job->task, job->data, job->error);
  if (job->free_data)
    job->free_data (job->data);
  g_object_unref (job->task);
  chord_store_unref (job->store);
  g_free (job);
  return G_SOURCE_REMOVE;
}

static void
run_job (gpointer data, gpointer user_data)
{
  Job *job = data;
  ChordStore *self = user_data;
  g_autoptr (GSource) source = g_idle_source_new ();

  job->work (self->database, job->data, &job->error);
  g_source_set_priority (source, g_task_get_priority (job->task));
  g_source_set_static_name (source, "[chord] catalog work done");
  g_source_set_callback (source, deliver, job, NULL);

  g_mutex_lock (&self->lock);
  self->n_pending--;
  g_cond_broadcast (&self->idle);
  g_mutex_unlock (&self->lock);
  /* From here on the job, and with it the store, may be gone. */
  g_source_attach (source, g_task_get_context (job->task));
}

void
chord_store_queue (ChordStore *self, GTask *task, ChordStoreWork work, ChordStoreDone done,
                   gpointer data, GDestroyNotify free_data)
{
  Job *job = g_new0 (Job, 1);

  *job = (Job){ chord_store_ref (self), task, work, done, data, free_data, NULL };
  if (!self->worker)
    self->worker = g_thread_pool_new (run_job, self, 1, FALSE, NULL);
  g_mutex_lock (&self->lock);
  self->n_pending++;
  g_mutex_unlock (&self->lock);
  g_thread_pool_push (self->worker, job, NULL);
}

void
chord_store_flush (ChordStore *self)
{
  g_mutex_lock (&self->lock);
  while (self->n_pending > 0)
    g_cond_wait (&self->idle, &self->lock);
  g_mutex_unlock (&self->lock);
}

/* ---- Who stands for which row ---- */

static Records *
records_of (ChordStore *self, GType type)
{
  Records *records = g_hash_table_lookup (self->types, GSIZE_TO_POINTER (type));

  if (records)
    return records;
  records = g_new0 (Records, 1);
  records->by_id = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_hash_table_insert (self->types, GSIZE_TO_POINTER (type), records);
  return records;
}

ChordRecord *
chord_store_lookup (ChordStore *self, GType type, gint64 id)
{
  return g_hash_table_lookup (records_of (self, type)->by_id, &id);
}

void
chord_store_add (ChordStore *self, ChordRecord *record)
{
  Records *records = records_of (self, G_OBJECT_TYPE (record));
  gint64 id = chord_record_get_id (record);

  g_hash_table_insert (records->by_id, g_memdup2 (&id, sizeof id), record);
  if (records->list)
    chord_record_list_place (records->list, record);
}

void
chord_store_forget (ChordStore *self, ChordRecord *record)
{
  gint64 id = chord_record_get_id (record);

  if (chord_store_lookup (self, G_OBJECT_TYPE (record), id) == record)
    g_hash_table_remove (records_of (self, G_OBJECT_TYPE (record))->by_id, &id);
}

void
chord_store_remove (ChordStore *self, ChordRecord *record)
{
  g_autoptr (ChordRecord) held G_GNUC_UNUSED = g_object_ref (record);
  Records *records = records_of (self, G_OBJECT_TYPE (record));

  chord_store_forget (self, record);
  chord_record_lose_row (record);
  if (records->list)
    chord_record_list_remove (records->list, record);
}

void
chord_store_record_changed (ChordStore *self, ChordRecord *record)
{
  Records *records = records_of (self, G_OBJECT_TYPE (record));

  if (records->list)
    chord_record_list_place (records->list, record);
}

void
chord_store_add_unsettled (ChordStore *self, ChordRecord *record)
{
  if (!g_ptr_array_find (self->unsettled, record, NULL))
    g_ptr_array_add (self->unsettled, record);
}

void
chord_store_remove_unsettled (ChordStore *self, ChordRecord *record)
{
  g_ptr_array_remove (self->unsettled, record);
}

/* Rows that the worker has written and nobody has been told of would be taken for others'. */
static void
settle (ChordStore *self)
{
  if (self->unsettled->len == 0)
    return;
  chord_store_flush (self);
  for (guint i = 0; i < self->unsettled->len; i++)
    chord_record_settle (self->unsettled->pdata[i]);
}

void
chord_store_set_list (ChordStore *self, GType type, ChordRecordList *list)
{
  records_of (self, type)->list = list;
}

ChordRecordList *
chord_store_get_list (ChordStore *self, GType type)
{
  return records_of (self, type)->list;
}

/* ---- Loading ---- */

ChordRecord *
chord_store_adopt (ChordStore *self, GType type, const ChRow *row)
{
  ChordRecord *record;

  settle (self);
  record = chord_store_lookup (self, type, ch_row_get_int (row, "id"));
  if (record)
    {
      g_object_ref (record);
      chord_record_update_from_row (record, row);
      return record;
    }
  record = chord_record_new_for_row (self, type, row);
  chord_store_add (self, record);
  return record;
}

char *
chord_store_select_sql (GType type, const char *tail)
{
  g_autofree char *columns = chord_record_type_get_columns (type);

  return g_strdup_printf ("SELECT %s FROM \"%s\" %s", columns,
                          chord_record_type_get_kind (type)->table, tail ? tail : "");
}

GPtrArray *
chord_store_load (ChordStore *self, GType type, const char *tail, const ChRow *args,
                  GError **error)
{
  g_autofree char *sql = chord_store_select_sql (type, tail);
  g_autoptr (GPtrArray) rows = ch_database_select (self->database, sql, args, error);
  g_autoptr (GPtrArray) records = NULL;

  if (!rows)
    return NULL;
  records = g_ptr_array_new_full (rows->len, g_object_unref);
  for (guint i = 0; i < rows->len; i++)
    g_ptr_array_add (records, chord_store_adopt (self, type, rows->pdata[i]));
  return g_steal_pointer (&records);
}

ChordRecord *
chord_store_load_one (ChordStore *self, GType type, gint64 id, GError **error)
{
  ChordRecord *known;
  g_autoptr (ChRow) args = NULL;
  g_autoptr (GPtrArray) records = NULL;

  settle (self);
  known = chord_store_lookup (self, type, id);
  if (known)
    return g_object_ref (known);
  args = ch_row_new ();
  ch_row_set_int (args, "id", id);
  records = chord_store_load (self, type, "WHERE id = :id", args, error);
  if (!records)
    return NULL;
  if (records->len > 0)
    return g_object_ref (records->pdata[0]);
  g_set_error (error, CHORD_ERROR, CHORD_ERROR_NOT_FOUND,
               "%s: there is no row %" G_GINT64_FORMAT " in %s",
               ch_database_get_path (self->database), id, chord_record_type_get_kind (type)->table);
  return NULL;
}

/* ---- What other processes changed ---- */

/* The ids of the records that are in memory, as a JSON array. */
static char *
known_ids (Records *records)
{
  GString *ids = g_string_new ("[");
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, records->by_id);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    g_string_append_printf (ids, "%s%" G_GINT64_FORMAT, ids->len > 1 ? "," : "", *(gint64 *) id);
  return g_string_free (g_string_append_c (ids, ']'), FALSE);
}

/* Takes those from memory and the list whose row is gone. */
static void
remove_others (ChordStore *self, Records *records, GPtrArray *present)
{
  g_autoptr (GHashTable) kept = g_hash_table_new (NULL, NULL);
  g_autoptr (GPtrArray) gone = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer record;

  for (guint i = 0; i < present->len; i++)
    g_hash_table_add (kept, present->pdata[i]);
  g_hash_table_iter_init (&iter, records->by_id);
  while (g_hash_table_iter_next (&iter, NULL, &record))
    if (!g_hash_table_contains (kept, record))
      g_ptr_array_add (gone, g_object_ref (record));
  for (guint i = 0; i < gone->len; i++)
    chord_store_remove (self, gone->pdata[i]);
}

static gboolean
refresh_type (ChordStore *self, GType type, GError **error)
{
  Records *records = records_of (self, type);
  g_autoptr (ChRow) args = ch_row_new ();
  g_autoptr (GPtrArray) present = NULL;
  const char *tail = NULL;

  if (!records->list)
    {
      tail = "WHERE id IN (SELECT value FROM json_each (:ids))";
      ch_row_take_text (args, "ids", known_ids (records));
    }
  present = chord_store_load (self, type, tail, args, error);
  if (!present)
    return FALSE;
  remove_others (self, records, present);
  return TRUE;
}

gboolean
chord_store_refresh (ChordStore *self, gboolean *changed, GError **error)
{
  gint64 version = ch_database_get_data_version (self->database);
  g_autofree gpointer *types = NULL;
  guint n_types;

  *changed = version != self->data_version;
  if (!*changed)
    return TRUE;
  chord_store_flush (self);
  settle (self);
  types = g_hash_table_get_keys_as_array (self->types, &n_types);
  for (guint i = 0; i < n_types; i++)
    if (!refresh_type (self, GPOINTER_TO_SIZE (types[i]), error))
      return FALSE;
  self->data_version = version;
  return TRUE;
}
