/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "chord-application.h"

G_BEGIN_DECLS

#define CHORD_TYPE_WINDOW (chord_window_get_type ())
G_DECLARE_FINAL_TYPE (ChordWindow, chord_window, CHORD, WINDOW, AdwApplicationWindow)

ChordWindow *chord_window_new (ChordApplication *application);
/* page: "chat", "models" or "benchmark" */
void chord_window_show_page (ChordWindow *self, const char *page);
/* toast: (transfer full) */
void chord_window_add_toast (ChordWindow *self, AdwToast *toast);

G_END_DECLS
