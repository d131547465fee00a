/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(CHORD_INSIDE) && !defined(CHORD_COMPILATION)
#error "Only <chord.h> can be included directly."
#endif

#include <gio/gio.h>

#include "chord-progress.h"
#include "chord-version.h"

G_BEGIN_DECLS

/**
 * chord_synthesize_model:
 * @shape: the name of a shape, see [func@list_synthetic_shapes]
 * @type: the type of the matrices, see [func@list_synthetic_types]
 * @destination: the file to write
 * @progress: (nullable): told how many bytes are written
 * @cancellable: (nullable): a #GCancellable
 * @error: return location for an error
 *
 * Writes a model file with the shape of a well-known model and made-up weights, which is as fast as
 * the real one and says nothing that makes sense. The embedding and the output have the types that
 * files of this kind usually have. The same arguments give the same bytes.
 *
 * Returns: whether it went well
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_synthesize_model (const char *shape, const char *type, GFile *destination,
                                 ChordProgress *progress, GCancellable *cancellable,
                                 GError **error);

/**
 * chord_list_synthetic_shapes:
 *
 * Lists the shapes that models can be made up in.
 *
 * Returns: (transfer full): names, such as "llama-1b"
 */
CHORD_AVAILABLE_IN_ALL
GStrv chord_list_synthetic_shapes (void) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_list_synthetic_types:
 *
 * Lists the types that weights can be made up in.
 *
 * Returns: (transfer full): names, such as "Q4_K"
 */
CHORD_AVAILABLE_IN_ALL
GStrv chord_list_synthetic_types (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
