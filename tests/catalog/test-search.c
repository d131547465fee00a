/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "catalog/database.h"
#include "catalog/search.h"
#include "folder.h"

static const char *const texts[] = {
  "Ich möchte GPU加速计算 verstehen",
  "hello world, this is a test",
  "ラーメンを食べたい。",
  "ภาษาไทยไม่มีช่องว่าง",
  "한국어를 배우고 싶어요",
  "Ελληνικά: καφές",
  "the world says hello",
};

static ChDatabase *
make_catalog (Folder *folder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChRow) row = ch_row_new ();
  ChDatabase *database = ch_database_open (folder->catalog, NULL, &error);

  g_assert_no_error (error);
  ch_row_set_text (row, "title", "Überschrift");
  g_assert_true (ch_database_insert (database, "conversations", row, NULL, &error));
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (ChRow) message = ch_row_new ();

      ch_row_set_int (message, "conversation_id", 1);
      ch_row_set_text (message, "content", texts[i]);
      g_assert_true (ch_database_insert (database, "messages", message, NULL, &error));
    }
  return database;
}

/* The texts that are found, as "1,3"; "" for none, "-" where there is nothing to look for. */
static char *
find (ChDatabase *database, const char *typed)
{
  g_autofree char *query = ch_search_make_query (typed);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChRow) args = ch_row_new ();
  g_autoptr (GPtrArray) rows = NULL;
  GString *found = g_string_new (NULL);

  if (!query)
    return g_string_free (g_string_append (found, "-"), FALSE);
  ch_row_set_text (args, "query", query);
  rows = ch_database_select (database, "SELECT rowid AS id FROM messages_fts"
                             " WHERE messages_fts MATCH :query ORDER BY rowid", args, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < rows->len; i++)
    g_string_append_printf (found, "%s%d", i ? "," : "",
                            (int) ch_row_get_int (rows->pdata[i], "id"));
  return g_string_free (found, FALSE);
}

static void
test_queries (Folder *folder, gconstpointer data)
{
  static const struct
  {
    const char *typed;
    const char *found;
  } cases[] = {
    { "hello", "2,7" },        { "HELLO World", "2,7" },  { "wor", "2,7" },
    { "\"hello world\"", "2" }, { "world \"test", "2" },   { "mochte", "1" },
    { "MÖCHTE", "1" },         { "gpu", "1" },            { "加速", "1" },
    { "速计", "1" },           { "算", "1" },             { "加算", "" },
    { "gpu加", "1" },          { "ラ", "3" },             { "メン", "3" },
    { "食べ", "3" },           { "ไทย", "4" },            { "ช่อง", "4" },
    { "한국", "5" },           { "ΚΑΦΈΣ", "6" },          { "hello !!!", "2,7" },
    { "!!!", "-" },            { "  ", "-" },             { "\"\"", "-" },
    { "a AND (b", "" },        { "NEAR(", "" },           { "content:hello", "" },
    { "test*", "2" },          { "\xff hello", "2,7" },   { "nothing", "" },
  };
  g_autoptr (ChDatabase) database = make_catalog (folder);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *found = find (database, cases[i].typed);

      if (g_strcmp0 (found, cases[i].found) != 0)
        g_test_message ("“%s” finds “%s”", cases[i].typed, found);
      g_assert_cmpstr (found, ==, cases[i].found);
    }
}

#define assert_found(database, typed, expected) \
  do \
    { \
      g_autofree char *found = find (database, typed); \
      g_assert_cmpstr (found, ==, expected); \
    } \
  while (0)

/* The index follows what happens to the rows. */
static void
test_changes (Folder *folder, gconstpointer data)
{
  g_autoptr (ChDatabase) database = make_catalog (folder);
  g_autoptr (ChRow) row = ch_row_new ();
  g_autoptr (GError) error = NULL;

  ch_row_set_text (row, "content", "gone elsewhere");
  ch_row_set_text (row, "reasoning", "因为所以");
  g_assert_true (ch_database_update (database, "messages", 2, row, &error));
  assert_found (database, "hello", "7");
  assert_found (database, "elsewhere", "2");
  assert_found (database, "所", "2");
  g_assert_true (ch_database_delete (database, "messages", 2, &error));
  assert_found (database, "elsewhere", "");
  g_assert_true (ch_database_delete (database, "conversations", 1, &error));
  assert_found (database, "hello", "");
  g_assert_true (ch_database_run (
      database, "INSERT INTO messages_fts (messages_fts) VALUES ('integrity-check')", NULL,
      &error));
  g_assert_true (ch_database_run (
      database, "INSERT INTO conversations_fts (conversations_fts) VALUES ('integrity-check')",
      NULL, &error));
  g_assert_no_error (error);
}

/* A long chain of messages goes with its conversation, without nesting as deep as it is long. */
static void
test_long_conversation (Folder *folder, gconstpointer data)
{
  g_autoptr (ChDatabase) database = make_catalog (folder);
  g_autoptr (GError) error = NULL;

  g_assert_true (ch_database_run (
      database,
      "WITH RECURSIVE n (i) AS (VALUES (101) UNION ALL SELECT i + 1 FROM n WHERE i < 5000)"
      " INSERT INTO messages (id, conversation_id, parent_id, content)"
      " SELECT i, 1, iif (i = 101, NULL, i - 1), 'word' || i FROM n",
      NULL, &error));
  assert_found (database, "word4999", "4999");
  g_assert_true (ch_database_delete (database, "conversations", 1, &error));
  g_assert_no_error (error);
  assert_found (database, "word4999", "");
}

/* Marks stand where the words are, also among signs that are indexed one by one. */
static void
test_snippet (Folder *folder, gconstpointer data)
{
  g_autoptr (ChDatabase) database = make_catalog (folder);
  g_autoptr (GPtrArray) rows = ch_database_select (
      database, "SELECT highlight (messages_fts, 0, '[', ']') AS text FROM messages_fts"
      " WHERE messages_fts MATCH '\"加速\" \"mochte\"'", NULL, NULL);

  g_assert_cmpuint (rows->len, ==, 1);
  g_assert_cmpstr (ch_row_get_text (rows->pdata[0], "text"), ==,
                   "Ich [möchte] GPU[加速]计算 verstehen");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  FOLDER_TEST ("/catalog/search/queries", test_queries);
  FOLDER_TEST ("/catalog/search/changes", test_changes);
  FOLDER_TEST ("/catalog/search/long-conversation", test_long_conversation);
  FOLDER_TEST ("/catalog/search/snippet", test_snippet);
  return g_test_run ();
}
