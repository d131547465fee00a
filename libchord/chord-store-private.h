/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "catalog/database.h"
#include "chord-catalog.h"
#include "chord-record-list-private.h"

/* What a catalog and its records share: the database, the one worker thread, and who stands for
 * which row. Records hold it, not the catalog, so that there is no cycle and a record may outlive
 * its catalog. Unless said otherwise, for the thread of the catalog alone. */
typedef struct _ChordStore ChordStore;

/* Opens the database; in any thread. */
ChordStore *chord_store_open (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
ChordStore *chord_store_ref (ChordStore *self);
void chord_store_unref (ChordStore *self);

ChDatabase *chord_store_get_database (ChordStore *self);
const char *chord_store_get_set_aside (ChordStore *self);

/* NULL once the catalog is gone. */
ChordCatalog *chord_store_get_catalog (ChordStore *self);
void chord_store_set_catalog (ChordStore *self, ChordCatalog *catalog);

/* ---- The worker thread ---- */

/* Runs on the worker thread. Work for the database alone: others wait for what it does there. */
typedef gboolean (*ChordStoreWork) (ChDatabase *database, gpointer data, GError **error);
/* Runs in the context of the task afterwards, and returns the task's result. Takes error, which is
 * NULL where the work was done. */
typedef void (*ChordStoreDone) (GTask *task, gpointer data, GError *error);

/* Queues work behind all that was queued before. Takes task and data, which free_data (or NULL)
 * frees in the context of the task. */
void chord_store_queue (ChordStore *self, GTask *task, ChordStoreWork work, ChordStoreDone done,
                        gpointer data, GDestroyNotify free_data);
/* Waits until the worker has done all that is queued. */
void chord_store_flush (ChordStore *self);

/* ---- Records ---- */

/* The record of the row, or NULL where there is none in memory. */
ChordRecord *chord_store_lookup (ChordStore *self, GType type, gint64 id);
/* A record has a row now, or lost it: it enters or leaves the live list too. */
void chord_store_add (ChordStore *self, ChordRecord *record);
void chord_store_remove (ChordStore *self, ChordRecord *record);
/* Forgets a record that is being disposed of. */
void chord_store_forget (ChordStore *self, ChordRecord *record);
/* What the order of the list or a place in it depends on may have changed. */
void chord_store_record_changed (ChordStore *self, ChordRecord *record);

/* Records whose first row the worker is about to write. */
void chord_store_add_unsettled (ChordStore *self, ChordRecord *record);
void chord_store_remove_unsettled (ChordStore *self, ChordRecord *record);

/* The live list of the type; NULL where nobody has asked for it, or that failed. */
void chord_store_set_list (ChordStore *self, GType type, ChordRecordList *list);
ChordRecordList *chord_store_get_list (ChordStore *self, GType type);

/* The record of a row that was selected, new or known; where known, it takes over what it has not
 * changed itself. (transfer full) */
ChordRecord *chord_store_adopt (ChordStore *self, GType type, const ChRow *row);
/* Selects rows of the type's table: tail is the rest of the SQL, such as "WHERE parent_id = :parent
 * ORDER BY id", args its arguments (or NULL). Returns ChordRecords. */
GPtrArray *chord_store_load (ChordStore *self, GType type, const char *tail, const ChRow *args,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The record of that id. Where there is none, that is CHORD_ERROR_NOT_FOUND. (transfer full) */
ChordRecord *chord_store_load_one (ChordStore *self, GType type, gint64 id, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
/* The SQL that chord_store_load() runs, for work that selects rows to be adopted. */
char *chord_store_select_sql (GType type, const char *tail) G_GNUC_WARN_UNUSED_RESULT;
/* Reads all records in memory again, if another connection has changed the database. changed says
 * whether it had. */
gboolean chord_store_refresh (ChordStore *self, gboolean *changed, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChordStore, chord_store_unref)
