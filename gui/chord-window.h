/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "chord-application.h"

G_BEGIN_DECLS

#define CHORD_TYPE_WINDOW (chord_window_get_type ())
G_DECLARE_FINAL_TYPE (ChordWindow, chord_window, CHORD, WINDOW, AdwApplicationWindow)

ChordWindow *chord_window_new (ChordApplication *application);
gboolean chord_window_has_model (ChordWindow *self);
void chord_window_open_model (ChordWindow *self, GFile *file);

G_END_DECLS
