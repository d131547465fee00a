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
/* message: the id of one that is to be seen, or 0 */
void chord_window_open_conversation (ChordWindow *self, ChordConversation *conversation,
                                     gint64 message);
void chord_window_search (ChordWindow *self, const char *text);
/* toast: (transfer full) */
void chord_window_add_toast (ChordWindow *self, AdwToast *toast);
void chord_window_show_error (ChordWindow *self, const GError *error);

G_END_DECLS
