/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "catalog/database-private.h"

#include <string.h>

#include "base/error.h"

/* How long to wait for another process, in milliseconds. */
#define BUSY_TIMEOUT 5000
/* A record that changes writes just those columns, so there is a statement for each set of them. */
#define MAX_STATEMENTS 200

struct _ChDatabase
{
  char *path;
  sqlite3 *handle;
  GRecMutex lock;
  GHashTable *statements; /* SQL → sqlite3_stmt */
};

static ChErrorCode
error_code (int code)
{
  switch (code & 0xff)
    {
    case SQLITE_FULL:
      return CH_ERROR_NO_SPACE;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return CH_ERROR_BUSY;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
      return CH_ERROR_READ_ONLY;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return CH_ERROR_INVALID_FILE;
    case SQLITE_NOMEM:
      return CH_ERROR_NO_MEMORY;
    case SQLITE_CONSTRAINT:
      return code == SQLITE_CONSTRAINT_UNIQUE ? CH_ERROR_EXISTS : CH_ERROR_INVALID_ARGUMENT;
    default:
      return CH_ERROR_FAILED;
    }
}

gboolean
ch_database_fail (ChDatabase *self, GError **error)
{
  int code = sqlite3_extended_errcode (self->handle);

  g_set_error (error, CH_ERROR, error_code (code), "%s: %s", self->path,
               sqlite3_errmsg (self->handle));
  return FALSE;
}

static void
finalize_statement (gpointer statement)
{
  sqlite3_finalize (statement);
}

ChDatabase *
ch_database_connect (const char *path, GError **error)
{
  g_autoptr (ChDatabase) self = g_new0 (ChDatabase, 1);
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX
              | SQLITE_OPEN_EXRESCODE;

  self->path = g_strdup (path);
  g_rec_mutex_init (&self->lock);
  self->statements = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, finalize_statement);
  if (sqlite3_open_v2 (path, &self->handle, flags, NULL) != SQLITE_OK)
    {
      ch_database_fail (self, error);
      return NULL;
    }
  sqlite3_busy_timeout (self->handle, BUSY_TIMEOUT);
  return g_steal_pointer (&self);
}

void
ch_database_free (ChDatabase *self)
{
  if (!self)
    return;
  g_hash_table_unref (self->statements);
  sqlite3_close_v2 (self->handle);
  g_rec_mutex_clear (&self->lock);
  g_free (self->path);
  g_free (self);
}

const char *
ch_database_get_path (ChDatabase *self)
{
  return self->path;
}

sqlite3 *
ch_database_get_handle (ChDatabase *self)
{
  return self->handle;
}

gboolean
ch_database_execute (ChDatabase *self, const char *sql, GError **error)
{
  g_autoptr (GRecMutexLocker) locker G_GNUC_UNUSED = g_rec_mutex_locker_new (&self->lock);

  return sqlite3_exec (self->handle, sql, NULL, NULL, NULL) == SQLITE_OK
         || ch_database_fail (self, error);
}

/* ---- Statements ---- */

/* A statement of the cache, ready to be bound; NULL and error set where the SQL is wrong. */
static sqlite3_stmt *
prepare (ChDatabase *self, const char *sql, GError **error)
{
  sqlite3_stmt *statement = g_hash_table_lookup (self->statements, sql);

  if (statement)
    return statement;
  if (g_hash_table_size (self->statements) >= MAX_STATEMENTS)
    g_hash_table_remove_all (self->statements);
  if (sqlite3_prepare_v3 (self->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL)
      != SQLITE_OK)
    {
      ch_database_fail (self, error);
      return NULL;
    }
  g_hash_table_insert (self->statements, g_strdup (sql), statement);
  return statement;
}

static void
bind_field (sqlite3_stmt *statement, int index, const ChField *field)
{
  switch (field->type)
    {
    case CH_VALUE_INT:
      sqlite3_bind_int64 (statement, index, field->value.integer);
      break;
    case CH_VALUE_DOUBLE:
      sqlite3_bind_double (statement, index, field->value.number);
      break;
    case CH_VALUE_TEXT:
      sqlite3_bind_text64 (statement, index, field->value.text, strlen (field->value.text),
                           SQLITE_STATIC, SQLITE_UTF8);
      break;
    case CH_VALUE_NULL:
    default:
      sqlite3_bind_null (statement, index);
    }
}

static void
bind_row (sqlite3_stmt *statement, const ChRow *args)
{
  for (int i = 1; args && i <= sqlite3_bind_parameter_count (statement); i++)
    {
      const char *name = sqlite3_bind_parameter_name (statement, i);
      const ChField *field = name ? ch_row_find (args, name + 1) : NULL;

      if (field)
        bind_field (statement, i, field);
    }
}

static void
read_column (sqlite3_stmt *statement, int column, ChField *field)
{
  switch (sqlite3_column_type (statement, column))
    {
    case SQLITE_INTEGER:
      field->type = CH_VALUE_INT;
      field->value.integer = sqlite3_column_int64 (statement, column);
      break;
    case SQLITE_FLOAT:
      field->type = CH_VALUE_DOUBLE;
      field->value.number = sqlite3_column_double (statement, column);
      break;
    case SQLITE_NULL:
      break;
    default:
      field->type = CH_VALUE_TEXT;
      field->value.text = g_strdup ((const char *) sqlite3_column_text (statement, column));
    }
}

static ChRow *
read_row (sqlite3_stmt *statement, const char *const *names)
{
  ChRow *row = ch_row_new ();

  for (int i = 0; i < sqlite3_column_count (statement); i++)
    read_column (statement, i, ch_row_append (row, names[i]));
  return row;
}

static const char **
intern_names (sqlite3_stmt *statement)
{
  int n = sqlite3_column_count (statement);
  const char **names = g_new (const char *, n);

  for (int i = 0; i < n; i++)
    names[i] = g_intern_string (sqlite3_column_name (statement, i));
  return names;
}

/* Runs the statement to its end; rows may be NULL. */
static gboolean
step_through (ChDatabase *self, sqlite3_stmt *statement, GPtrArray *rows, GError **error)
{
  g_autofree const char **names = NULL;
  gboolean ok;
  int code;

  /* The first step comes first: it prepares the statement anew where the tables have changed. */
  while ((code = sqlite3_step (statement)) == SQLITE_ROW)
    {
      if (!names)
        names = intern_names (statement);
      if (rows)
        g_ptr_array_add (rows, read_row (statement, names));
    }
  ok = code == SQLITE_DONE || ch_database_fail (self, error);
  sqlite3_reset (statement);
  sqlite3_clear_bindings (statement);
  return ok;
}

static gboolean
run (ChDatabase *self, const char *sql, const ChRow *args, GPtrArray *rows, GError **error)
{
  sqlite3_stmt *statement = prepare (self, sql, error);

  if (!statement)
    return FALSE;
  bind_row (statement, args);
  return step_through (self, statement, rows, error);
}

gboolean
ch_database_run (ChDatabase *self, const char *sql, const ChRow *args, GError **error)
{
  g_autoptr (GRecMutexLocker) locker G_GNUC_UNUSED = g_rec_mutex_locker_new (&self->lock);

  return run (self, sql, args, NULL, error);
}

GPtrArray *
ch_database_select (ChDatabase *self, const char *sql, const ChRow *args, GError **error)
{
  g_autoptr (GRecMutexLocker) locker G_GNUC_UNUSED = g_rec_mutex_locker_new (&self->lock);
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) ch_row_free);

  return run (self, sql, args, rows, error) ? g_steal_pointer (&rows) : NULL;
}

/* ---- Rows of a table ---- */

/* Names are quoted: some columns are called like words of SQL. */
static char *
insert_sql (const char *table, const ChRow *row)
{
  g_autoptr (GString) names = g_string_new (NULL);
  g_autoptr (GString) values = g_string_new (NULL);

  if (ch_row_get_n_fields (row) == 0)
    return g_strdup_printf ("INSERT INTO \"%s\" DEFAULT VALUES", table);
  for (guint i = 0; i < ch_row_get_n_fields (row); i++)
    {
      const char *name = ch_row_get_field (row, i)->name;

      g_string_append_printf (names, "%s\"%s\"", i ? ", " : "", name);
      g_string_append_printf (values, "%s:%s", i ? ", " : "", name);
    }
  return g_strdup_printf ("INSERT INTO \"%s\" (%s) VALUES (%s)", table, names->str, values->str);
}

gboolean
ch_database_insert (ChDatabase *self, const char *table, const ChRow *row, gint64 *id,
                    GError **error)
{
  g_autoptr (GRecMutexLocker) locker G_GNUC_UNUSED = g_rec_mutex_locker_new (&self->lock);
  g_autofree char *sql = insert_sql (table, row);

  if (!run (self, sql, row, NULL, error))
    return FALSE;
  if (id)
    *id = sqlite3_last_insert_rowid (self->handle);
  return TRUE;
}

static char *
update_sql (const char *table, gint64 id, const ChRow *row)
{
  GString *sql = g_string_new (NULL);

  g_string_append_printf (sql, "UPDATE \"%s\" SET ", table);
  for (guint i = 0; i < ch_row_get_n_fields (row); i++)
    {
      const char *name = ch_row_get_field (row, i)->name;

      g_string_append_printf (sql, "%s\"%s\" = :%s", i ? ", " : "", name, name);
    }
  g_string_append (sql, " WHERE id = ?");
  return g_string_free (sql, FALSE);
}

/* Runs a statement whose last parameter is the id of the row that it is about. */
static gboolean
run_on_row (ChDatabase *self, const char *sql, gint64 id, const ChRow *row, const char *table,
            GError **error)
{
  sqlite3_stmt *statement = prepare (self, sql, error);

  if (!statement)
    return FALSE;
  bind_row (statement, row);
  sqlite3_bind_int64 (statement, sqlite3_bind_parameter_count (statement), id);
  if (!step_through (self, statement, NULL, error))
    return FALSE;
  if (sqlite3_changes (self->handle) > 0)
    return TRUE;
  g_set_error (error, CH_ERROR, CH_ERROR_NOT_FOUND,
               "%s: there is no row %" G_GINT64_FORMAT " in %s any more", self->path, id, table);
  return FALSE;
}

gboolean
ch_database_update (ChDatabase *self, const char *table, gint64 id, const ChRow *row,
                    GError **error)
{
  g_autoptr (GRecMutexLocker) locker G_GNUC_UNUSED = g_rec_mutex_locker_new (&self->lock);
  g_autofree char *sql = NULL;

  if (ch_row_get_n_fields (row) == 0)
    return TRUE;
  sql = update_sql (table, id, row);
  return run_on_row (self, sql, id, row, table, error);
}

gboolean
ch_database_delete (ChDatabase *self, const char *table, gint64 id, GError **error)
{
  g_autoptr (GRecMutexLocker) locker G_GNUC_UNUSED = g_rec_mutex_locker_new (&self->lock);
  g_autofree char *sql = g_strdup_printf ("DELETE FROM \"%s\" WHERE id = ?", table);

  return run_on_row (self, sql, id, NULL, table, error);
}

/* ---- Transactions ---- */

gboolean
ch_database_begin (ChDatabase *self, GError **error)
{
  g_rec_mutex_lock (&self->lock);
  if (run (self, "BEGIN IMMEDIATE", NULL, NULL, error))
    return TRUE;
  g_rec_mutex_unlock (&self->lock);
  return FALSE;
}

gboolean
ch_database_end (ChDatabase *self, gboolean ok, GError **error)
{
  ok = ok && run (self, "COMMIT", NULL, NULL, error);
  /* Some failures, such as a full disk, have taken the transaction back already. */
  if (!ok && !sqlite3_get_autocommit (self->handle))
    run (self, "ROLLBACK", NULL, NULL, NULL);
  g_rec_mutex_unlock (&self->lock);
  return ok;
}

gint64
ch_database_get_pragma (ChDatabase *self, const char *name)
{
  g_autofree char *sql = g_strdup_printf ("PRAGMA %s", name);
  g_autoptr (GPtrArray) rows = ch_database_select (self, sql, NULL, NULL);

  return rows && rows->len > 0 ? ch_row_get_field (rows->pdata[0], 0)->value.integer : -1;
}

gint64
ch_database_get_data_version (ChDatabase *self)
{
  return ch_database_get_pragma (self, "data_version");
}
