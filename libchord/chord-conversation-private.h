/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "catalog/database.h"
#include "chord-conversation.h"

/* Reads the tree, unless that was done. */
gboolean chord_conversation_load (ChordConversation *self, GError **error);

/* The message at the end of the path, or NULL. */
ChordConversationMessage *chord_conversation_get_leaf_message (ChordConversation *self);

/* All messages, parents before their children (borrowed). */
GPtrArray *chord_conversation_get_messages (ChordConversation *self);

/* Adds a message below parent (NULL: a beginning), with copies of the attachments (or NULL), and
 * stores it. The path ends with it. */
ChordConversationMessage *chord_conversation_add_message (ChordConversation *self,
                                                          ChordConversationMessage *parent,
                                                          ChordRole role, const char *content,
                                                          GListModel *attachments, GError **error);

/* The first words of what the user said, up to 60 characters. */
char *chord_conversation_make_title (const char *content);

/* Deletes for good what has been in the trash for a while; in any thread. */
gboolean chord_conversations_purge (ChDatabase *database, GError **error);
