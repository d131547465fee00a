/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

/* Running chord-fetch, the program that speaks HTTP. */

/* Gets each line that the program tells, in the thread-default context of the start. kind is its
 * member "event". */
typedef void (*ChordFetchFunc) (const char *kind, GVariant *event, gpointer data);

/* Starts the program with args (the verb first). data has to live until the callback. Cancelling
 * pauses it: what it has on the disk stays, and the end is G_IO_ERROR_CANCELLED. */
void chord_fetch_run_async (const char *const *args, ChordFetchFunc func, gpointer data,
                            GCancellable *cancellable, GAsyncReadyCallback callback,
                            gpointer user_data);
gboolean chord_fetch_run_finish (GAsyncResult *result, GError **error);
/* The same, waited for. */
gboolean chord_fetch_run (const char *const *args, ChordFetchFunc func, gpointer data,
                          GCancellable *cancellable, GError **error);

/* HF_ENDPOINT or https://huggingface.co, without a slash at its end. */
char *chord_fetch_get_endpoint (void);
