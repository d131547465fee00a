/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(CHORD_INSIDE) && !defined(CHORD_COMPILATION)
#error "Only <chord.h> can be included directly."
#endif

#include <gio/gio.h>

#include "chord-preset.h"
#include "chord-record.h"
#include "chord-version.h"

G_BEGIN_DECLS

#define CHORD_TYPE_CATALOG (chord_catalog_get_type ())

/**
 * ChordCatalog:
 *
 * What the user has: models, conversations, presets, benchmark runs and settings, in one database.
 *
 * The lists are live: what is added, changed or deleted through the catalog appears in them at
 * once, and what other programs did after [method@Catalog.refresh]. Several programs may have the
 * same catalog open.
 *
 * A catalog, its lists and its records belong to the thread that opened it, whose thread-default
 * main context gets the results of what runs asynchronously.
 */
CHORD_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (ChordCatalog, chord_catalog, CHORD, CATALOG, GObject)

/**
 * chord_catalog_get_default_path:
 *
 * Gets where the user's catalog is: chord/catalog.db in the user's data folder (`XDG_DATA_HOME`).
 *
 * Returns: (transfer full) (type filename): the path
 */
CHORD_AVAILABLE_IN_ALL
char *chord_catalog_get_default_path (void) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_catalog_open:
 * @path: (nullable) (type filename): the database; %NULL: the user's own; ":memory:": one that
 *   nothing is kept of
 * @cancellable: (nullable): a #GCancellable
 * @error: (out) (optional): return location for an error, or %NULL
 *
 * Opens a catalog, or makes a new one, with its folders, that only the user can read.
 *
 * A file that is damaged is moved aside, never deleted, and a new one takes its place: then
 * [property@Catalog:set-aside-path] says where it is. One that a newer version of Chord made is
 * %CHORD_ERROR_UNSUPPORTED and stays untouched.
 *
 * Returns: (transfer full): the catalog, or %NULL with @error set
 */
CHORD_AVAILABLE_IN_ALL
ChordCatalog *chord_catalog_open (const char *path, GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_catalog_open_async:
 * @path: (nullable) (type filename): the database; %NULL: the user's own
 * @cancellable: (nullable): a #GCancellable
 * @callback: (nullable) (scope async): called when it is open or has failed
 * @user_data: data for @callback
 *
 * Opens a catalog without waiting, as [func@Catalog.open] does. It belongs to this thread.
 */
CHORD_AVAILABLE_IN_ALL
void chord_catalog_open_async (const char *path, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data);

/**
 * chord_catalog_open_finish:
 * @result: the #GAsyncResult that the callback got
 * @error: (out) (optional): return location for an error, or %NULL
 *
 * Gets the result of [func@Catalog.open_async].
 *
 * Returns: (transfer full): the catalog, or %NULL with @error set
 */
CHORD_AVAILABLE_IN_ALL
ChordCatalog *chord_catalog_open_finish (GAsyncResult *result, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_catalog_get_path: (get-property path)
 * @self: a #ChordCatalog
 *
 * Gets the path of the database.
 *
 * Returns: (transfer none) (type filename): the path
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_catalog_get_path (ChordCatalog *self);

/**
 * chord_catalog_get_set_aside_path: (get-property set-aside-path)
 * @self: a #ChordCatalog
 *
 * Gets where the damaged database was moved that was found on opening.
 *
 * Returns: (transfer none) (nullable) (type filename): its path; %NULL: all was sound
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_catalog_get_set_aside_path (ChordCatalog *self);

/**
 * chord_catalog_get_conversations: (get-property conversations)
 * @self: a #ChordCatalog
 *
 * Gets the conversations, those in which something was said last first. The list is live.
 *
 * Returns: (transfer none): a list of [class@Conversation]
 */
CHORD_AVAILABLE_IN_ALL
GListModel *chord_catalog_get_conversations (ChordCatalog *self);

/**
 * chord_catalog_get_downloads: (get-property downloads)
 * @self: a #ChordCatalog
 *
 * Gets the downloads that are not done: those that run, wait, are paused or have failed.
 *
 * Returns: (transfer none): a live #GListModel of [class@Download], the oldest first
 */
CHORD_AVAILABLE_IN_ALL
GListModel *chord_catalog_get_downloads (ChordCatalog *self);

/**
 * chord_catalog_get_presets: (get-property presets)
 * @self: a #ChordCatalog
 *
 * Gets the presets, by name.
 *
 * Returns: (transfer none): a #GListModel of [class@Preset]
 */
CHORD_AVAILABLE_IN_ALL
GListModel *chord_catalog_get_presets (ChordCatalog *self);

/**
 * chord_catalog_get_benchmark_runs: (get-property benchmark-runs)
 * @self: a #ChordCatalog
 *
 * Gets the benchmark runs, the newest first.
 *
 * Returns: (transfer none): a #GListModel of [class@BenchmarkRun]
 */
CHORD_AVAILABLE_IN_ALL
GListModel *chord_catalog_get_benchmark_runs (ChordCatalog *self);

/**
 * chord_catalog_add_preset:
 * @self: a #ChordCatalog
 * @name: its name
 * @error: (out) (optional): return location for an error, or %NULL
 *
 * Adds a preset with the usual values. A name that is taken is %CHORD_ERROR_EXISTS, an empty one
 * %CHORD_ERROR_INVALID_ARGUMENT.
 *
 * Returns: (transfer full): the preset, which is stored, or %NULL with @error set
 */
CHORD_AVAILABLE_IN_ALL
ChordPreset *chord_catalog_add_preset (ChordCatalog *self, const char *name, GError **error);

/**
 * chord_catalog_refresh:
 * @self: a #ChordCatalog
 * @error: (out) (optional): return location for an error, or %NULL
 *
 * Takes over what another program has changed. It costs next to nothing where none has. What is
 * changed here and not saved stays as it is.
 *
 * Returns: whether everything could be read
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_catalog_refresh (ChordCatalog *self, GError **error);

/**
 * chord_catalog_flush:
 * @self: a #ChordCatalog
 *
 * Waits until all is stored that was to be stored asynchronously. A program that ends calls it.
 */
CHORD_AVAILABLE_IN_ALL
void chord_catalog_flush (ChordCatalog *self);

/**
 * chord_catalog_get_setting:
 * @self: a #ChordCatalog
 * @key: the name of the setting
 *
 * Gets a text that was stored under a name.
 *
 * Returns: (transfer full) (nullable): the text; %NULL: there is none
 */
CHORD_AVAILABLE_IN_ALL
char *chord_catalog_get_setting (ChordCatalog *self, const char *key) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_catalog_set_setting:
 * @self: a #ChordCatalog
 * @key: the name of the setting
 * @value: (nullable): a text; %NULL: none
 *
 * Stores a text under a name. Where that fails, a message is logged.
 */
CHORD_AVAILABLE_IN_ALL
void chord_catalog_set_setting (ChordCatalog *self, const char *key, const char *value);

G_END_DECLS
