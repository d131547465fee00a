/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>
#include <chord.h>

G_BEGIN_DECLS

/* Asks what to do about a conversation that no longer fits into the context of its model.
 * Responses: "drop", "larger" (when a larger context is possible), "stop".
 *
 * larger: where the length of the larger context goes, 0 when there is none */
AdwMessageDialog *chord_overflow_dialog_new (GtkWindow *parent, ChordModel *model,
                                             guint64 *larger);

G_END_DECLS
