/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

/* Long work on large files: it reports as it goes and stops soon when it is cancelled. */

typedef void (*ChFileProgressFunc) (guint64 done, guint64 total, gpointer data);

/* The SHA-256 of the files, read one after the other as if they were one; 64 hexadecimal digits. */
char *ch_file_sha256 (const char *const *paths, ChFileProgressFunc progress, gpointer data,
                      GCancellable *cancellable, GError **error);

/* Copies each file into the folder, under the name that it has. They are written as NAME.part,
 * synced, and renamed together at the end; whatever happens before leaves nothing behind. It is
 * refused when the disk has too little room, or when one of the names is taken. */
gboolean ch_file_copy (const char *const *paths, const char *folder, ChFileProgressFunc progress,
                       gpointer data, GCancellable *cancellable, GError **error);
