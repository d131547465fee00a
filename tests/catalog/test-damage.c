/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"
#include "catalog/database-private.h"
#include "folder.h"

/* A catalog with enough in it to have a page to damage. */
static void
make_catalog (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChDatabase) database = ch_database_open (path, NULL, &error);
  g_autoptr (ChRow) row = ch_row_new ();

  g_assert_no_error (error);
  for (int i = 0; i < 400; i++)
    {
      ch_row_take_text (row, "name", g_strdup_printf ("preset %d", i));
      ch_row_take_text (row, "system_prompt", g_strnfill (200, 'x'));
      g_assert_true (ch_database_insert (database, "presets", row, NULL, &error));
    }
}

/* Opens it, and sees that what was there is kept as it was and a new catalog is in its place. */
static void
expect_set_aside (Folder *folder)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *aside = NULL;
  g_autoptr (ChDatabase) database = NULL;
  g_autoptr (GPtrArray) presets = NULL;
  gsize n_before, n_after;

  g_assert_true (g_file_get_contents (folder->catalog, &before, &n_before, NULL));
  g_test_expect_message ("Chord", G_LOG_LEVEL_MESSAGE, "*damaged*");
  database = ch_database_open (folder->catalog, &aside, &error);
  g_test_assert_expected_messages ();
  g_assert_no_error (error);
  g_assert_nonnull (aside);
  g_assert_nonnull (strstr (aside, "catalog.db.damaged-2"));
  g_assert_true (g_file_get_contents (aside, &after, &n_after, NULL));
  g_assert_cmpmem (before, n_before, after, n_after);
  presets = ch_database_select (database, "SELECT name FROM presets", NULL, NULL);
  g_assert_cmpuint (presets->len, ==, 4);
}

static void
test_no_database (Folder *folder, gconstpointer data)
{
  g_assert_true (g_file_set_contents (folder->catalog, "This is a letter.\n", -1, NULL));
  expect_set_aside (folder);
}

static void
test_truncated (Folder *folder, gconstpointer data)
{
  g_autofree char *contents = NULL;
  gsize length;

  make_catalog (folder->catalog);
  g_assert_true (g_file_get_contents (folder->catalog, &contents, &length, NULL));
  g_assert_true (g_file_set_contents (folder->catalog, contents, (gssize) length / 2 + 100, NULL));
  expect_set_aside (folder);
}

static void
test_overwritten_page (Folder *folder, gconstpointer data)
{
  g_autofree char *contents = NULL;
  gsize length;

  make_catalog (folder->catalog);
  g_assert_true (g_file_get_contents (folder->catalog, &contents, &length, NULL));
  g_assert_cmpuint (length, >, 4 * 4096);
  memset (contents + 4096, 0xa5, length - 3 * 4096);
  g_assert_true (g_file_set_contents (folder->catalog, contents, (gssize) length, NULL));
  expect_set_aside (folder);
}

/* The write-ahead log belongs to the damaged file and must not be applied to the new one. */
static void
test_log_goes_along (Folder *folder, gconstpointer data)
{
  g_autofree char *wal = g_strconcat (folder->catalog, "-wal", NULL);
  g_autoptr (GPtrArray) logs = NULL;

  g_assert_true (g_file_set_contents (folder->catalog, "no database", -1, NULL));
  g_assert_true (g_file_set_contents (wal, "a log", -1, NULL));
  expect_set_aside (folder);
  logs = folder_list (folder, "catalog.db.damaged-");
  g_assert_cmpuint (logs->len, ==, 2);
}

/* A database that was cut to nothing may have all that is left in its log. */
static void
test_log_alone (Folder *folder, gconstpointer data)
{
  g_autofree char *wal = g_strconcat (folder->catalog, "-wal", NULL);

  g_assert_true (g_file_set_contents (folder->catalog, "", 0, NULL));
  g_assert_true (g_file_set_contents (wal, "a log", -1, NULL));
  expect_set_aside (folder);
}

/* Two damaged files of one second do not replace each other. */
static void
test_twice (Folder *folder, gconstpointer data)
{
  g_autoptr (GPtrArray) kept = NULL;

  for (int i = 0; i < 2; i++)
    {
      g_autofree char *wal = g_strconcat (folder->catalog, "-wal", NULL);

      g_unlink (wal);
      g_assert_true (g_file_set_contents (folder->catalog, i ? "second" : "first", -1, NULL));
      expect_set_aside (folder);
    }
  kept = folder_list (folder, "catalog.db.damaged-");
  g_assert_cmpuint (kept->len, >=, 2);
}

static void
test_empty_is_new (Folder *folder, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *aside = NULL;
  g_autoptr (ChDatabase) database = NULL;

  g_assert_true (g_file_set_contents (folder->catalog, "", 0, NULL));
  database = ch_database_open (folder->catalog, &aside, &error);
  g_assert_no_error (error);
  g_assert_null (aside);
}

/* Neither is damaged, and both must stay as they are. */
static void
expect_refusal (Folder *folder, const char *sql, const char *word)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *aside = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  gsize n_before, n_after;
  ChDatabase *database = ch_database_connect (folder->catalog, &error);

  g_assert_true (ch_database_execute (database, sql, &error));
  ch_database_free (database);
  g_assert_true (g_file_get_contents (folder->catalog, &before, &n_before, NULL));
  g_assert_null (ch_database_open (folder->catalog, &aside, &error));
  g_assert_error (error, CH_ERROR, CH_ERROR_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, word));
  g_assert_null (aside);
  g_assert_true (g_file_get_contents (folder->catalog, &after, &n_after, NULL));
  g_assert_cmpmem (before, n_before, after, n_after);
}

static void
test_newer (Folder *folder, gconstpointer data)
{
  make_catalog (folder->catalog);
  expect_refusal (folder, "PRAGMA user_version = 4711", "4711");
}

static void
test_foreign (Folder *folder, gconstpointer data)
{
  expect_refusal (folder, "CREATE TABLE stamps (id INTEGER)", "another program");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  FOLDER_TEST ("/catalog/damage/no-database", test_no_database);
  FOLDER_TEST ("/catalog/damage/truncated", test_truncated);
  FOLDER_TEST ("/catalog/damage/overwritten-page", test_overwritten_page);
  FOLDER_TEST ("/catalog/damage/log-goes-along", test_log_goes_along);
  FOLDER_TEST ("/catalog/damage/log-alone", test_log_alone);
  FOLDER_TEST ("/catalog/damage/twice", test_twice);
  FOLDER_TEST ("/catalog/damage/empty-is-new", test_empty_is_new);
  FOLDER_TEST ("/catalog/damage/newer", test_newer);
  FOLDER_TEST ("/catalog/damage/foreign", test_foreign);
  return g_test_run ();
}
