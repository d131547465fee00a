/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "catalog/database-private.h"
#include "folder.h"

static ChDatabase *
open_catalog (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *aside = NULL;
  ChDatabase *database = ch_database_open (path, &aside, &error);

  g_assert_no_error (error);
  g_assert_null (aside);
  return database;
}

static gint64
add_preset (ChDatabase *database, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChRow) row = ch_row_new ();
  gint64 id = 0;

  ch_row_set_text (row, "name", name);
  g_assert_true (ch_database_insert (database, "presets", row, &id, &error));
  g_assert_no_error (error);
  return id;
}

static guint
count (ChDatabase *database, const char *sql)
{
  g_autoptr (GPtrArray) rows = ch_database_select (database, sql, NULL, NULL);

  g_assert_nonnull (rows);
  return rows->len;
}

static guint
get_mode (const char *path)
{
  GStatBuf status;

  g_assert_cmpint (g_stat (path, &status), ==, 0);
  return status.st_mode & 0777;
}

static void
test_private (Folder *folder, gconstpointer data)
{
  g_autofree char *deep = g_build_filename (folder->path, "a", "b", "catalog.db", NULL);
  g_autofree char *above = g_path_get_dirname (deep);
  g_autofree char *wal = g_strconcat (deep, "-wal", NULL);
  g_autoptr (ChDatabase) database = open_catalog (deep);

  add_preset (database, "x");
  g_assert_cmpuint (get_mode (above), ==, 0700);
  g_assert_cmpuint (get_mode (deep), ==, 0600);
  g_assert_cmpuint (get_mode (wal), ==, 0600);
}

static void
test_pragmas (Folder *folder, gconstpointer data)
{
  g_autoptr (ChDatabase) database = open_catalog (folder->catalog);
  g_autoptr (GPtrArray) mode = ch_database_select (database, "PRAGMA journal_mode", NULL, NULL);

  g_assert_cmpstr (ch_row_get_text (mode->pdata[0], "journal_mode"), ==, "wal");
  g_assert_cmpint (ch_database_get_pragma (database, "foreign_keys"), ==, 1);
  g_assert_cmpint (ch_database_get_pragma (database, "synchronous"), ==, 1);
  g_assert_cmpint (ch_database_get_pragma (database, "application_id"), ==,
                   CH_DATABASE_APPLICATION_ID);
  g_assert_cmpint (ch_database_get_pragma (database, "user_version"), ==,
                   ch_migrations_get_latest ());
}

static void
test_rows (Folder *folder, gconstpointer data)
{
  g_autoptr (ChDatabase) database = open_catalog (folder->catalog);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChRow) row = ch_row_new ();
  g_autoptr (GPtrArray) rows = NULL;
  gint64 id;

  ch_row_set_text (row, "name", "first");
  ch_row_set_double (row, "temperature", 0.1);
  ch_row_set_int (row, "seed", G_MAXINT64);
  ch_row_set_null (row, "system_prompt");
  g_assert_true (ch_database_insert (database, "presets", row, &id, &error));
  ch_row_set_text (row, "name", "second");
  g_assert_true (ch_database_update (database, "presets", id, row, &error));
  ch_row_set_int (row, "id", id);
  rows = ch_database_select (database, "SELECT * FROM presets WHERE id = :id", row, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, 1);
  g_assert_cmpstr (ch_row_get_text (rows->pdata[0], "name"), ==, "second");
  g_assert_cmpfloat (ch_row_get_double (rows->pdata[0], "temperature"), ==, 0.1);
  g_assert_cmpint (ch_row_get_int (rows->pdata[0], "seed"), ==, G_MAXINT64);
  g_assert_null (ch_row_get_text (rows->pdata[0], "system_prompt"));
  g_assert_null (ch_row_find (rows->pdata[0], "no such column"));
  g_assert_true (ch_database_delete (database, "presets", id, &error));
  g_assert_false (ch_database_delete (database, "presets", id, &error));
  g_assert_error (error, CH_ERROR, CH_ERROR_NOT_FOUND);
}

static void
test_errors (Folder *folder, gconstpointer data)
{
  g_autoptr (ChDatabase) database = open_catalog (folder->catalog);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChRow) row = ch_row_new ();

  ch_row_set_text (row, "name", "Creative");
  g_assert_false (ch_database_insert (database, "presets", row, NULL, &error));
  g_assert_error (error, CH_ERROR, CH_ERROR_EXISTS);
  g_clear_error (&error);

  g_assert_false (ch_database_update (database, "presets", 999, row, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);

  ch_row_set_int (row, "model_id", 4711);
  g_assert_false (ch_database_run (
      database, "INSERT INTO model_settings (model_id) VALUES (:model_id)", row, &error));
  g_assert_error (error, CH_ERROR, CH_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);

  g_assert_null (ch_database_select (database, "SELECT nonsense FROM nowhere", NULL, &error));
  g_assert_error (error, CH_ERROR, CH_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, folder->catalog));
}

static void
test_transactions (Folder *folder, gconstpointer data)
{
  g_autoptr (ChDatabase) database = open_catalog (folder->catalog);
  g_autoptr (GError) error = NULL;
  guint before = count (database, "SELECT * FROM presets");

  g_assert_true (ch_database_begin (database, &error));
  add_preset (database, "taken back");
  g_assert_false (ch_database_end (database, FALSE, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count (database, "SELECT * FROM presets"), ==, before);

  g_assert_true (ch_database_begin (database, &error));
  add_preset (database, "kept");
  g_assert_true (ch_database_end (database, TRUE, &error));
  g_assert_cmpuint (count (database, "SELECT * FROM presets"), ==, before + 1);
}

/* More kinds of statements than the cache holds. */
static void
test_many_statements (Folder *folder, gconstpointer data)
{
  g_autoptr (ChDatabase) database = open_catalog (folder->catalog);

  for (int i = 0; i < 500; i++)
    {
      g_autofree char *sql = g_strdup_printf ("SELECT name, %d AS number FROM presets", i);
      g_autoptr (GPtrArray) rows = ch_database_select (database, sql, NULL, NULL);

      g_assert_cmpint (ch_row_get_int (rows->pdata[0], "number"), ==, i);
    }
}

static void
test_busy (Folder *folder, gconstpointer data)
{
  g_autoptr (ChDatabase) database = open_catalog (folder->catalog);
  g_autoptr (ChDatabase) other = open_catalog (folder->catalog);
  g_autoptr (GError) error = NULL;
  gint64 version = ch_database_get_data_version (database);

  sqlite3_busy_timeout (ch_database_get_handle (database), 20);
  g_assert_true (ch_database_begin (other, &error));
  g_assert_false (ch_database_begin (database, &error));
  g_assert_error (error, CH_ERROR, CH_ERROR_BUSY);
  add_preset (other, "other's");
  g_assert_true (ch_database_end (other, TRUE, NULL));
  g_assert_cmpint (ch_database_get_data_version (database), !=, version);
  add_preset (database, "mine");
}

/* A disk that is full in the middle of a transaction: all of it is taken back, what was there
 * before stays, and when there is room again it goes on. */
static void
test_full (Folder *folder, gconstpointer data)
{
  g_autoptr (ChDatabase) database = open_catalog (folder->catalog);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChRow) row = ch_row_new ();
  g_autofree char *limit = NULL;

  add_preset (database, "before");
  ch_row_set_text (row, "name", "large");
  ch_row_take_text (row, "system_prompt", g_strnfill (1000000, 'x'));
  limit = g_strdup_printf ("PRAGMA max_page_count = %" G_GINT64_FORMAT,
                           ch_database_get_pragma (database, "page_count") + 3);
  g_assert_true (ch_database_execute (database, limit, &error));

  g_assert_true (ch_database_begin (database, &error));
  g_assert_false (ch_database_insert (database, "presets", row, NULL, &error));
  g_assert_error (error, CH_ERROR, CH_ERROR_NO_SPACE);
  g_assert_false (ch_database_end (database, FALSE, NULL));
  g_assert_cmpuint (count (database, "SELECT * FROM presets WHERE name = 'before'"), ==, 1);
  g_assert_cmpuint (count (database, "SELECT * FROM presets WHERE name = 'large'"), ==, 0);

  g_assert_true (ch_database_execute (database, "PRAGMA max_page_count = 100000", NULL));
  g_assert_true (ch_database_insert (database, "presets", row, NULL, NULL));
}

/* Where nothing can be written, whoever asks: also the superuser, who runs some tests. */
static void
test_unwritable (Folder *folder, gconstpointer data)
{
  g_autofree char *file = g_build_filename (folder->path, "file", NULL);
  g_autofree char *below_file = g_build_filename (file, "catalog.db", NULL);
  const char *paths[] = { "/proc/self/chord/catalog.db", folder->path, below_file };

  g_assert_true (g_file_set_contents (file, "x", 1, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (ch_database_open (paths[i], NULL, &error));
      g_assert_error (error, CH_ERROR, CH_ERROR_READ_ONLY);
      g_assert_nonnull (strstr (error->message, i == 0 ? "/proc/self" : folder->path));
    }
}

static void
test_read_only_folder (Folder *folder, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  if (geteuid () == 0)
    {
      g_test_skip ("the superuser may write everywhere");
      return;
    }
  g_assert_cmpint (g_chmod (folder->path, 0500), ==, 0);
  g_assert_null (ch_database_open (folder->catalog, NULL, &error));
  g_assert_cmpint (g_chmod (folder->path, 0700), ==, 0);
  g_assert_error (error, CH_ERROR, CH_ERROR_READ_ONLY);
}

/* A program that ends without closing loses nothing that was committed. */
static void
test_crash (Folder *folder, gconstpointer data)
{
  g_autoptr (ChDatabase) database = NULL;
  pid_t child = fork ();
  int status;

  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    {
      add_preset (open_catalog (folder->catalog), "committed");
      kill (getpid (), SIGKILL);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFSIGNALED (status));
  database = open_catalog (folder->catalog);
  g_assert_cmpuint (count (database, "SELECT * FROM presets WHERE name = 'committed'"), ==, 1);
}

/* Several processes that make the same catalog at once end with one. */
static void
test_race (Folder *folder, gconstpointer data)
{
  g_autoptr (ChDatabase) database = NULL;
  pid_t children[6];

  for (guint i = 0; i < G_N_ELEMENTS (children); i++)
    {
      children[i] = fork ();
      if (children[i] == 0)
        {
          g_autofree char *name = g_strdup_printf ("child %u", i);

          add_preset (open_catalog (folder->catalog), name);
          _exit (0);
        }
    }
  for (guint i = 0; i < G_N_ELEMENTS (children); i++)
    {
      int status;

      g_assert_cmpint (waitpid (children[i], &status, 0), ==, children[i]);
      g_assert_cmpint (status, ==, 0);
    }
  database = open_catalog (folder->catalog);
  g_assert_cmpuint (count (database, "SELECT * FROM presets WHERE name GLOB 'child *'"), ==,
                    G_N_ELEMENTS (children));
}

static gpointer
add_in_transactions (gpointer database)
{
  for (int i = 0; i < 50; i++)
    {
      g_autofree char *name = g_strdup_printf ("thread %d", i);

      g_assert_true (ch_database_begin (database, NULL));
      add_preset (database, name);
      g_assert_true (ch_database_end (database, TRUE, NULL));
    }
  return NULL;
}

static void
test_threads (Folder *folder, gconstpointer data)
{
  g_autoptr (ChDatabase) database = open_catalog (folder->catalog);
  GThread *thread = g_thread_new ("adds", add_in_transactions, database);

  for (int i = 0; i < 50; i++)
    {
      g_autofree char *name = g_strdup_printf ("main %d", i);

      add_preset (database, name);
      g_assert_cmpuint (count (database, "SELECT * FROM presets"), >=, (guint) i);
    }
  g_thread_join (thread);
  g_assert_cmpuint (count (database, "SELECT * FROM presets WHERE name GLOB '* [0-9]*'"), ==, 100);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  FOLDER_TEST ("/catalog/database/private", test_private);
  FOLDER_TEST ("/catalog/database/pragmas", test_pragmas);
  FOLDER_TEST ("/catalog/database/rows", test_rows);
  FOLDER_TEST ("/catalog/database/errors", test_errors);
  FOLDER_TEST ("/catalog/database/transactions", test_transactions);
  FOLDER_TEST ("/catalog/database/many-statements", test_many_statements);
  FOLDER_TEST ("/catalog/database/busy", test_busy);
  FOLDER_TEST ("/catalog/database/full", test_full);
  FOLDER_TEST ("/catalog/database/unwritable", test_unwritable);
  FOLDER_TEST ("/catalog/database/read-only-folder", test_read_only_folder);
  FOLDER_TEST ("/catalog/database/crash", test_crash);
  FOLDER_TEST ("/catalog/database/race", test_race);
  FOLDER_TEST ("/catalog/database/threads", test_threads);
  return g_test_run ();
}
