/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Makes a database of a version, with rows in it, for the tests of migrations:
 *
 *   make-database VERSION ROWS... FILE
 *
 * ROWS are files of SQL that fill it. When a migration is added, the database of the version before
 * it is made, while the program still makes that one by itself, and kept:
 *
 *   build/tests/catalog/make-database 2 tests/catalog/data/rows-v1.sql \
 *     tests/catalog/data/rows-v2.sql tests/catalog/data/catalog-v2.db */

#include <stdlib.h>

#include "catalog/database-private.h"

static gboolean
fill (ChDatabase *database, const char *rows, GError **error)
{
  g_autofree char *sql = NULL;

  return g_file_get_contents (rows, &sql, NULL, error)
         && ch_database_execute (database, sql, error);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChDatabase) database = NULL;
  gboolean ok;

  if (argc < 3)
    {
      g_printerr ("usage: make-database VERSION [ROWS...] FILE\n");
      return 2;
    }
  database = ch_database_connect (argv[argc - 1], &error);
  /* Small pages make a small file. */
  ok = database && ch_database_execute (database, "PRAGMA page_size = 512", &error)
       && ch_search_register (database, &error)
       && ch_migrations_apply (database, atoi (argv[1]), &error);
  for (int i = 2; ok && i < argc - 1; i++)
    ok = fill (database, argv[i], &error);
  if (!ok || !ch_database_execute (database, "VACUUM; PRAGMA journal_mode = WAL", &error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  return 0;
}
