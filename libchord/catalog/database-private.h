/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sqlite3.h>

#include "catalog/database.h"

/* Marks the file as a catalog ("Chrd"), so that no other database is taken for one. */
#define CH_DATABASE_APPLICATION_ID 0x43687264

/* Opens the file without a look at what is in it: no check, no tables. */
ChDatabase *ch_database_connect (const char *path, GError **error);

/* Runs SQL that may hold several statements. */
gboolean ch_database_execute (ChDatabase *self, const char *sql, GError **error);
/* The number that a PRAGMA returns; -1 where it fails, which every use takes for a bad value. */
gint64 ch_database_get_pragma (ChDatabase *self, const char *name);
sqlite3 *ch_database_get_handle (ChDatabase *self);

/* Sets error to what SQLite says of the last call. Returns FALSE. */
gboolean ch_database_fail (ChDatabase *self, GError **error);

/* The version that this program makes. */
int ch_migrations_get_latest (void);
/* Brings the tables up to the version, which is at most the latest. */
gboolean ch_migrations_apply (ChDatabase *self, int version, GError **error);

/* Whether the file is a sound database. Where it is not, damage says why; where that could not be
 * found out, error is set. */
gboolean ch_database_check (ChDatabase *self, char **damage, GError **error);

/* Makes the tokenizer "chord" known to the connection. */
gboolean ch_search_register (ChDatabase *self, GError **error);
