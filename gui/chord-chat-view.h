/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>
#include <chord.h>

G_BEGIN_DECLS

#define CHORD_TYPE_CHAT_VIEW (chord_chat_view_get_type ())
G_DECLARE_FINAL_TYPE (ChordChatView, chord_chat_view, CHORD, CHAT_VIEW, AdwBin)

void chord_chat_view_set_session (ChordChatView *self, ChordSession *session);
void chord_chat_view_stop (ChordChatView *self);

G_END_DECLS
