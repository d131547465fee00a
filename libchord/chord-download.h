/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(CHORD_INSIDE) && !defined(CHORD_COMPILATION)
#error "Only <chord.h> can be included directly."
#endif

#include <gio/gio.h>

#include "chord-catalog-model.h"
#include "chord-catalog.h"
#include "chord-enums.h"
#include "chord-record.h"
#include "chord-repository-file.h"
#include "chord-version.h"

G_BEGIN_DECLS

#define CHORD_TYPE_DOWNLOAD (chord_download_get_type ())

/**
 * ChordDownload:
 *
 * A model on its way into the catalog.
 *
 * The bytes come from a program of its own, at most two downloads at once; more wait in a queue.
 * What has arrived is kept beside the final name until all of it is there and its SHA-256 is right,
 * and a download goes on from there after a pause, a broken connection, or the end of the process:
 * the catalog then has it as paused. A finished one leaves the catalog's list and becomes a
 * [class@CatalogModel].
 */
CHORD_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (ChordDownload, chord_download, CHORD, DOWNLOAD, ChordRecord)

/**
 * chord_catalog_download:
 * @self: a catalog
 * @file: what to download
 * @error: return location for an error
 *
 * Downloads a model, or goes on with a download of the same that was begun before.
 *
 * Returns: (transfer full): the download; %NULL with @error set when it could not be stored
 */
CHORD_AVAILABLE_IN_ALL
ChordDownload *chord_catalog_download (ChordCatalog *self, ChordRepositoryFile *file,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_catalog_get_suggestions:
 * @self: a catalog
 *
 * Gets models that are worth downloading.
 *
 * Returns: (transfer none): a list of [class@Suggestion]
 */
CHORD_AVAILABLE_IN_ALL
GListModel *chord_catalog_get_suggestions (ChordCatalog *self);

/**
 * chord_download_start:
 * @self: a download
 *
 * Starts the download, or goes on with it after a pause or a failure; where others are running it
 * is queued. One that runs or has finished stays as it is.
 */
CHORD_AVAILABLE_IN_ALL
void chord_download_start (ChordDownload *self);

/**
 * chord_download_pause:
 * @self: a download
 *
 * Stops the download. What has arrived is kept.
 */
CHORD_AVAILABLE_IN_ALL
void chord_download_pause (ChordDownload *self);

/**
 * chord_download_cancel:
 * @self: a download
 *
 * Gives the download up: it leaves the catalog, and what has arrived is deleted. A finished one
 * stays as it is.
 */
CHORD_AVAILABLE_IN_ALL
void chord_download_cancel (ChordDownload *self);

/**
 * chord_download_get_repository: (get-property repository)
 * @self: a download
 *
 * Gets the repository that the model is in.
 *
 * Returns: (nullable): "owner/name"; %NULL when only an address was known
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_download_get_repository (ChordDownload *self);

/**
 * chord_download_get_file: (get-property file)
 * @self: a download
 *
 * Gets the path of the (first) file in the repository.
 *
 * Returns: the path
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_download_get_file (ChordDownload *self);

/**
 * chord_download_get_url: (get-property url)
 * @self: a download
 *
 * Gets where the (first) file comes from.
 *
 * Returns: the address
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_download_get_url (ChordDownload *self);

/**
 * chord_download_get_path: (get-property path)
 * @self: a download
 *
 * Gets where the (first) file will be.
 *
 * Returns: the path
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_download_get_path (ChordDownload *self);

/**
 * chord_download_get_sha256: (get-property sha256)
 * @self: a download
 *
 * Gets the SHA-256 that the file has to have, or has.
 *
 * Returns: (nullable): the sum; %NULL until it is known, and for a model of several files
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_download_get_sha256 (ChordDownload *self);

/**
 * chord_download_get_parts: (get-property parts)
 * @self: a download
 *
 * Gets the files of the model as JSON: an array of objects with path, url, size and sha256.
 *
 * Returns: the text
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_download_get_parts (ChordDownload *self);

/**
 * chord_download_get_created: (get-property created)
 * @self: a download
 *
 * Gets when the download was begun.
 *
 * Returns: microseconds since 1970 (UTC)
 */
CHORD_AVAILABLE_IN_ALL
gint64 chord_download_get_created (ChordDownload *self);

/**
 * chord_download_get_bytes_total: (get-property bytes-total)
 * @self: a download
 *
 * Gets the size of all files.
 *
 * Returns: the size in bytes; 0 until it is known
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_download_get_bytes_total (ChordDownload *self);

/**
 * chord_download_get_bytes_done: (get-property bytes-done)
 * @self: a download
 *
 * Gets how much has arrived.
 *
 * Returns: the size in bytes
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_download_get_bytes_done (ChordDownload *self);

/**
 * chord_download_get_speed: (get-property speed)
 * @self: a download
 *
 * Gets how fast it comes, smoothed over some seconds.
 *
 * Returns: bytes per second; 0 when nothing comes
 */
CHORD_AVAILABLE_IN_ALL
double chord_download_get_speed (ChordDownload *self);

/**
 * chord_download_get_time_left: (get-property time-left)
 * @self: a download
 *
 * Gets how long the rest will take at this speed.
 *
 * Returns: microseconds; -1 when it is not known
 */
CHORD_AVAILABLE_IN_ALL
gint64 chord_download_get_time_left (ChordDownload *self);

/**
 * chord_download_get_state: (get-property state)
 * @self: a download
 *
 * Gets what the download is doing.
 *
 * Returns: the state
 */
CHORD_AVAILABLE_IN_ALL
ChordDownloadState chord_download_get_state (ChordDownload *self);

/**
 * chord_download_get_message: (get-property message)
 * @self: a download
 *
 * Gets why the download failed, or what it is waiting for just now.
 *
 * Returns: (nullable): a sentence
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_download_get_message (ChordDownload *self);

/**
 * chord_download_get_model: (get-property model)
 * @self: a download
 *
 * Gets the model that the download has become.
 *
 * Returns: (transfer none) (nullable): the model; %NULL until the download is done
 */
CHORD_AVAILABLE_IN_ALL
ChordCatalogModel *chord_download_get_model (ChordDownload *self);

G_END_DECLS
