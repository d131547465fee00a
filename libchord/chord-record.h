/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(CHORD_INSIDE) && !defined(CHORD_COMPILATION)
#error "Only <chord.h> can be included directly."
#endif

#include <gio/gio.h>

#include "chord-version.h"

G_BEGIN_DECLS

/* The catalog and its records know each other. */
typedef struct _ChordCatalog ChordCatalog;

#define CHORD_TYPE_RECORD (chord_record_get_type ())

/**
 * ChordRecord:
 *
 * Something that a [class@Catalog] keeps: the base class of presets, conversations and the like.
 *
 * Its properties are the columns of a table. Changing one changes the object alone, until
 * [method@Record.save] or [method@Record.save_async] writes what changed. There is one object for
 * one row, as long as anyone holds it: whoever looks for it finds the same object.
 *
 * A record belongs to the thread that opened its catalog. It does not keep the catalog alive, but
 * can be read and saved when that is gone.
 */
CHORD_AVAILABLE_IN_ALL
G_DECLARE_DERIVABLE_TYPE (ChordRecord, chord_record, CHORD, RECORD, GObject)

struct _ChordRecordClass
{
  GObjectClass parent_class;

  /*< private >*/
  gpointer columns;
};

/**
 * chord_record_get_id: (get-property id)
 * @self: a #ChordRecord
 *
 * Gets the number under which the record is stored. Numbers are not used again.
 *
 * Returns: the number; 0 while it is not stored, or no longer
 */
CHORD_AVAILABLE_IN_ALL
gint64 chord_record_get_id (ChordRecord *self);

/**
 * chord_record_get_catalog: (get-property catalog)
 * @self: a #ChordRecord
 *
 * Gets the catalog of the record.
 *
 * Returns: (transfer none) (nullable): the catalog; %NULL once it is gone
 */
CHORD_AVAILABLE_IN_ALL
ChordCatalog *chord_record_get_catalog (ChordRecord *self);

/**
 * chord_record_save:
 * @self: a #ChordRecord
 * @error: (out) (optional): return location for an error, or %NULL
 *
 * Stores what changed since it was last stored, or all of it the first time. Then it enters the
 * lists of its catalog, where it belongs in one.
 *
 * It waits for what [method@Record.save_async] has begun. %CHORD_ERROR_NOT_FOUND says that another
 * program has deleted it, %CHORD_ERROR_EXISTS that there is one with the same name or path.
 *
 * Returns: whether it is stored
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_record_save (ChordRecord *self, GError **error);

/**
 * chord_record_save_async:
 * @self: a #ChordRecord
 * @cancellable: (nullable): a #GCancellable; what it can still stop is not stored
 * @callback: (nullable) (scope async): called when it is stored or has failed
 * @user_data: data for @callback
 *
 * Stores what changed, as it is now, without waiting. What is saved twice is stored in that order.
 */
CHORD_AVAILABLE_IN_ALL
void chord_record_save_async (ChordRecord *self, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data);

/**
 * chord_record_save_finish:
 * @self: a #ChordRecord
 * @result: the #GAsyncResult that the callback got
 * @error: (out) (optional): return location for an error, or %NULL
 *
 * Gets the result of [method@Record.save_async]. What failed is tried again with the next save.
 *
 * Returns: whether it is stored
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_record_save_finish (ChordRecord *self, GAsyncResult *result, GError **error);

/**
 * chord_record_delete:
 * @self: a #ChordRecord
 * @error: (out) (optional): return location for an error, or %NULL
 *
 * Deletes the record, and what belongs to it, from the catalog and its lists. The object keeps its
 * properties; saved again, it is a new record.
 *
 * Returns: whether it is deleted; also where it was not stored
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_record_delete (ChordRecord *self, GError **error);

G_END_DECLS
