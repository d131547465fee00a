/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chord-catalog.h"

/* One look at all folders and files: prepared and applied in the catalog's thread, run in any. */
typedef struct _ChordScan ChordScan;

ChordScan *chord_scan_new (ChordCatalog *catalog) G_GNUC_WARN_UNUSED_RESULT;
void chord_scan_free (ChordScan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChordScan, chord_scan_free)

/* Sees what is on the disks. Fails only when it was cancelled. */
gboolean chord_scan_run (ChordScan *self, GCancellable *cancellable, GError **error);
/* Brings the catalog up to date with it, and watches what is to be watched. */
gboolean chord_scan_apply (ChordScan *self, ChordCatalog *catalog, GError **error);

/* ---- Watching (chord-catalog-watch.c) ---- */

/* Follows these folders (paths) from now on, and no others. Where something happens in one, the
 * catalog is looked at again soon after. Nothing in a sandbox, where monitors see nothing. */
void chord_catalog_watch_folders (ChordCatalog *self, GPtrArray *paths);
