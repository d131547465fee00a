/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "catalog/row.h"

/* The catalog's database. One connection, which threads may share: each call has it alone, and so
 * has a transaction from its begin to its end. Errors are of CH_ERROR and name the file. */

typedef struct _ChDatabase ChDatabase;

#define CH_DATABASE_IN_MEMORY ":memory:" /* a path: nothing is kept in any file */

/* Opens the database, or makes a new one, with its folders, that only the user can read. Its tables
 * are brought up to date in one transaction. A file that is damaged or no database at all is moved
 * aside to set_aside (else NULL; to free), never deleted, and a new one takes its place. A file of
 * a newer version of the program, or of another program, is an error and stays as it is. */
ChDatabase *ch_database_open (const char *path, char **set_aside, GError **error);
void ch_database_free (ChDatabase *self);

const char *ch_database_get_path (ChDatabase *self);

/* Runs one statement. The values of args (NULL: none) are bound to :name by their names; a name
 * that the statement lacks is ignored. */
gboolean ch_database_run (ChDatabase *self, const char *sql, const ChRow *args, GError **error);
/* Runs a statement and returns its rows, as a GPtrArray of ChRow. */
GPtrArray *ch_database_select (ChDatabase *self, const char *sql, const ChRow *args,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Rows of the tables, which all have the key "id". Changing or deleting a row that is not there is
 * CH_ERROR_NOT_FOUND. */
gboolean ch_database_insert (ChDatabase *self, const char *table, const ChRow *row, gint64 *id,
                             GError **error);
gboolean ch_database_update (ChDatabase *self, const char *table, gint64 id, const ChRow *row,
                             GError **error);
gboolean ch_database_delete (ChDatabase *self, const char *table, gint64 id, GError **error);

/* A transaction; they do not nest. Other threads wait from begin to end. The end commits where ok
 * is TRUE, and takes everything back where it is not or where that fails; it returns whether the
 * work is kept. */
gboolean ch_database_begin (ChDatabase *self, GError **error);
gboolean ch_database_end (ChDatabase *self, gboolean ok, GError **error);

/* A number that changes when another connection, of this process or another, changed something. */
gint64 ch_database_get_data_version (ChDatabase *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChDatabase, ch_database_free)
