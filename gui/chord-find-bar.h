/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>
#include <chord.h>

G_BEGIN_DECLS

#define CHORD_TYPE_FIND_BAR (chord_find_bar_get_type ())
G_DECLARE_FINAL_TYPE (ChordFindBar, chord_find_bar, CHORD, FIND_BAR, AdwBin)

/* Searches the messages of a list. Signal: found (guint position), G_MAXUINT when nothing is. */
void chord_find_bar_set_messages (ChordFindBar *self, GListModel *messages);
void chord_find_bar_open (ChordFindBar *self);

G_END_DECLS
