/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <chord.h>

G_BEGIN_DECLS

/* Reads a file that is to go with a message: text alone, and not more of it than a model can take.
 * Everything else is an error that says so. */
void chord_attachment_read_async (GFile *file, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer data);
ChordAttachment *chord_attachment_read_finish (GAsyncResult *result, GError **error);

/* About how many tokens a text is, without a model. */
gsize chord_estimate_tokens (const char *text);

G_END_DECLS
