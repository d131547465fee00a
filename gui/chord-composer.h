/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CHORD_TYPE_COMPOSER (chord_composer_get_type ())
G_DECLARE_FINAL_TYPE (ChordComposer, chord_composer, CHORD, COMPOSER, GtkWidget)

/* Signals: send (const char *text), when there is something to send and nothing is generated;
 * stop (); edit-last (), Up in an empty composer; changed (), for drafts;
 * problem (GError *error), when a file cannot be attached. */
void        chord_composer_clear           (ChordComposer *self);
void        chord_composer_set_generating  (ChordComposer *self, gboolean generating);
/* Whether there is a model that could answer. */
void        chord_composer_set_ready       (ChordComposer *self, gboolean ready);
/* Returns: (transfer full): what is written */
char       *chord_composer_dup_text        (ChordComposer *self);
void        chord_composer_set_text        (ChordComposer *self, const char *text);
/* Returns: (transfer none): a list of ChordAttachment */
GListModel *chord_composer_get_attachments (ChordComposer *self);
/* Returns: (transfer none): where more controls have room, beside the button for files */
GtkBox     *chord_composer_get_tools       (ChordComposer *self);

G_END_DECLS
