/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chord-model-loader.h"

G_BEGIN_DECLS

/* Signal "finished" (ChordChat *, ChordConversationMessage *answer, gint64 duration in µs): an
 * answer came to its end, in whatever chat. */
#define CHORD_TYPE_CHATS (chord_chats_get_type ())
G_DECLARE_FINAL_TYPE (ChordChats, chord_chats, CHORD, CHATS, GObject)

ChordChats *chord_chats_new (ChordModelLoader *loader);
/* The one chat of this conversation. */
ChordChat *chord_chats_get (ChordChats *self, ChordConversation *conversation)
  G_GNUC_WARN_UNUSED_RESULT;
gboolean chord_chats_get_running (ChordChats *self);
/* Lets go of those that nobody looks at and that do nothing. */
void chord_chats_forget_idle (ChordChats *self);

G_END_DECLS
