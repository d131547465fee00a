/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CHORD_TYPE_COMPOSER (chord_composer_get_type ())
G_DECLARE_FINAL_TYPE (ChordComposer, chord_composer, CHORD, COMPOSER, GtkWidget)

/* Signals: send (const char *text), when there is text and nothing is generated; stop (). */
void chord_composer_clear (ChordComposer *self);
void chord_composer_set_generating (ChordComposer *self, gboolean generating);

G_END_DECLS
