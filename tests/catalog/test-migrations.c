/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/error.h"
#include "catalog/database-private.h"
#include "catalog/search.h"
#include "folder.h"

/* A copy of the stored database of that version. */
static void
copy_stored (Folder *folder, int version)
{
  g_autofree char *name = g_strdup_printf ("catalog-v%d.db", version);
  g_autofree char *path = g_build_filename (g_getenv ("CHORD_CATALOG_DATA"), name, NULL);
  g_autofree char *contents = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  g_file_get_contents (path, &contents, &length, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_set_contents (folder->catalog, contents, (gssize) length, NULL));
}

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

/* All tables, indexes and triggers as SQL that does not depend on how they came about: a column
 * that was added stands in the same line as one that was there from the beginning. */
static char *
describe_schema (ChDatabase *database)
{
  g_autoptr (GPtrArray) rows = ch_database_select (
      database,
      "SELECT m.type || ' ' || m.name || ' ' || coalesce (group_concat (c.name || ' ' || c.type"
      " || ' ' || c.\"notnull\" || ' ' || coalesce (c.dflt_value, '')), '') AS line"
      " FROM sqlite_schema AS m LEFT JOIN pragma_table_info (m.name) AS c"
      " GROUP BY m.type, m.name ORDER BY m.type, m.name",
      NULL, NULL);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < rows->len; i++)
    g_string_append_printf (text, "%s\n", ch_row_get_text (rows->pdata[i], "line"));
  return g_string_free (text, FALSE);
}

static char *
get_text (ChDatabase *database, const char *sql)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = ch_database_select (database, sql, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, 1);
  return g_strdup (ch_row_get_text (rows->pdata[0], "value"));
}

#define assert_text(database, sql, expected) \
  do \
    { \
      g_autofree char *found = get_text (database, "SELECT CAST ((" sql ") AS TEXT) AS value"); \
      g_assert_cmpstr (found, ==, expected); \
    } \
  while (0)

/* What the rows of version 1 have become. */
static void
check_rows (ChDatabase *database)
{
  assert_text (database, "SELECT count (*) FROM models", "2");
  assert_text (database, "SELECT state FROM models WHERE id = 2", "available");
  assert_text (database, "SELECT group_concat (name) FROM (SELECT name FROM presets ORDER BY name)",
               "Balanced,Creative,Mine,Precise");
  assert_text (database, "SELECT temperature FROM presets WHERE name = 'Mine'", "0.33");
  assert_text (database, "SELECT preset_id FROM model_settings WHERE model_id = 2", "7");
  assert_text (database, "SELECT count (*) FROM messages WHERE parent_id = 1", "2");
  assert_text (database, "SELECT trashed FROM conversations WHERE id = 1", "0");
  assert_text (database, "SELECT \"group\" IS NULL AND rate = 41.5 FROM benchmark_runs", "1");
  assert_text (database, "SELECT value FROM settings WHERE key = 'default-model'", "2");
}

static void
check_rows_of_2 (ChDatabase *database)
{
  assert_text (database, "SELECT path FROM folders WHERE id ="
               " (SELECT folder_id FROM models WHERE id = 1 AND NOT hidden)", "/models");
  assert_text (database, "SELECT name FROM attachments WHERE message_id = 1", "sonne.txt");
  assert_text (database, "SELECT bandwidth FROM machines WHERE cpu = 'A processor'",
               "25000000000.0");
}

static void
check_rows_of_3 (ChDatabase *database)
{
  assert_text (database, "SELECT fingerprint FROM models WHERE hidden", "ab12");
  assert_text (database, "SELECT rowid FROM attachments_fts WHERE attachments_fts MATCH"
               " '\"stern\"'", "1");
}

/* What was written before there was a search is found. */
static void
check_search (ChDatabase *database)
{
  assert_text (database, "SELECT group_concat (rowid) FROM messages_fts WHERE messages_fts MATCH"
               " '\"gross\" OR \"groß\"'", "1,2");
  assert_text (database, "SELECT rowid FROM messages_fts WHERE messages_fts MATCH '\"塔\"'", "4");
  assert_text (database,
               "SELECT rowid FROM conversations_fts WHERE conversations_fts MATCH '\"grosse\" OR"
               " \"große\"'", "1");
}

static void
test_stored (Folder *folder, gconstpointer data)
{
  g_autofree char *fresh_path = g_build_filename (folder->path, "fresh.db", NULL);
  g_autoptr (ChDatabase) fresh = open_catalog (fresh_path);
  g_autofree char *fresh_schema = describe_schema (fresh);

  for (int version = 1; version < ch_migrations_get_latest (); version++)
    {
      g_autoptr (ChDatabase) database = NULL;
      g_autofree char *schema = NULL;

      copy_stored (folder, version);
      database = open_catalog (folder->catalog);
      g_assert_cmpint (ch_database_get_pragma (database, "user_version"), ==,
                       ch_migrations_get_latest ());
      schema = describe_schema (database);
      g_assert_cmpstr (schema, ==, fresh_schema);
      assert_text (database, "SELECT integrity_check FROM pragma_integrity_check", "ok");
      assert_text (database, "SELECT count (*) FROM pragma_foreign_key_check", "0");
      check_rows (database);
      check_search (database);
      if (version >= 2)
        check_rows_of_2 (database);
      if (version >= 3)
        check_rows_of_3 (database);
    }
}

/* A migration that fails leaves the old database as it was. */
static void
test_failure (Folder *folder, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  ChDatabase *database;

  copy_stored (folder, 1);
  database = ch_database_connect (folder->catalog, NULL);
  g_assert_true (ch_database_execute (database, "CREATE TABLE machines (id INTEGER)", NULL));
  ch_database_free (database);

  g_assert_null (ch_database_open (folder->catalog, NULL, &error));
  g_assert_error (error, CH_ERROR, CH_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "machines"));
  database = ch_database_connect (folder->catalog, NULL);
  g_assert_cmpint (ch_database_get_pragma (database, "user_version"), ==, 1);
  assert_text (database, "SELECT count (*) FROM pragma_table_info ('models')"
               " WHERE name = 'folder_id'", "0");
  assert_text (database, "SELECT count (*) FROM messages", "4");
  ch_database_free (database);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  FOLDER_TEST ("/catalog/migrations/stored", test_stored);
  FOLDER_TEST ("/catalog/migrations/failure", test_failure);
  return g_test_run ();
}
