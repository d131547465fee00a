/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "engine/engine.h"

/* Jobs of the engine that the calling thread waits for. For the classes that measure. */

/* Gets the values of the token row; called on the engine's thread, while the caller waits. */
typedef void (*ChordRowFunc) (gsize row, const float *values, gsize n, gpointer data);

/* Appends tokens to the sequence. row (or NULL) gets the result of each, or of the last alone. */
gboolean chord_work_evaluate (ChEngineSeq *seq, const gint32 *tokens, gsize n, guint chunk,
                              gboolean all_rows, ChordRowFunc row, gpointer data,
                              GCancellable *cancellable, GError **error);

/* Generates exactly n_new tokens after the prompt, whatever they are. */
gboolean chord_work_generate (ChEngineSeq *seq, const gint32 *prompt, gsize n_prompt, gsize n_new,
                              GCancellable *cancellable, GError **error);
