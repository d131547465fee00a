/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(CHORD_INSIDE) && !defined(CHORD_COMPILATION)
#error "Only <chord.h> can be included directly."
#endif

#include "chord-catalog.h"
#include "chord-conversation-message.h"
#include "chord-enums.h"
#include "chord-record.h"
#include "chord-version.h"

G_BEGIN_DECLS

#define CHORD_TYPE_CONVERSATION (chord_conversation_get_type ())

/**
 * ChordConversation:
 *
 * A conversation that is stored in a [class@Catalog]: a tree of messages, of which one path is
 * shown, from a beginning to a leaf. Who edits a message or asks for another answer makes a branch.
 *
 * Changes of the tree are stored at once, changes of properties with [method@Record.save]. Belongs
 * to the thread of the catalog.
 */
CHORD_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (ChordConversation, chord_conversation, CHORD, CONVERSATION, ChordRecord)

/**
 * chord_conversation_get_title: (get-property title)
 * @self: a #ChordConversation
 *
 * Gets the title; empty until something was said: then its first words.
 *
 * Returns: (transfer none) (nullable): the title
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_conversation_get_title (ChordConversation *self);

/**
 * chord_conversation_set_title: (set-property title)
 * @self: a #ChordConversation
 * @title: (nullable): the title
 *
 * Sets the title.
 */
CHORD_AVAILABLE_IN_ALL
void chord_conversation_set_title (ChordConversation *self, const char *title);

/**
 * chord_conversation_get_title_set: (get-property title-set)
 * @self: a #ChordConversation
 *
 * Gets whether the user chose the title.
 *
 * Returns: whether the user chose the title
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_conversation_get_title_set (ChordConversation *self);

/**
 * chord_conversation_set_title_set: (set-property title-set)
 * @self: a #ChordConversation
 * @title_set: whether the user chose the title
 *
 * Sets whether the user chose the title.
 */
CHORD_AVAILABLE_IN_ALL
void chord_conversation_set_title_set (ChordConversation *self, gboolean title_set);

/**
 * chord_conversation_get_system_prompt: (get-property system-prompt)
 * @self: a #ChordConversation
 *
 * Gets the instructions that stand before all messages.
 *
 * Returns: (transfer none) (nullable): the instructions that stand before all messages
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_conversation_get_system_prompt (ChordConversation *self);

/**
 * chord_conversation_set_system_prompt: (set-property system-prompt)
 * @self: a #ChordConversation
 * @system_prompt: (nullable): the instructions that stand before all messages
 *
 * Sets the instructions that stand before all messages.
 */
CHORD_AVAILABLE_IN_ALL
void chord_conversation_set_system_prompt (ChordConversation *self, const char *system_prompt);

/**
 * chord_conversation_get_draft: (get-property draft)
 * @self: a #ChordConversation
 *
 * Gets what the user has written and not sent.
 *
 * Returns: (transfer none) (nullable): what the user has written and not sent
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_conversation_get_draft (ChordConversation *self);

/**
 * chord_conversation_set_draft: (set-property draft)
 * @self: a #ChordConversation
 * @draft: (nullable): what the user has written and not sent
 *
 * Sets what the user has written and not sent.
 */
CHORD_AVAILABLE_IN_ALL
void chord_conversation_set_draft (ChordConversation *self, const char *draft);

/**
 * chord_conversation_get_created: (get-property created)
 * @self: a #ChordConversation
 *
 * Gets when it began, in microseconds since 1970 (UTC).
 *
 * Returns: when it began, in microseconds since 1970 (UTC)
 */
CHORD_AVAILABLE_IN_ALL
gint64 chord_conversation_get_created (ChordConversation *self);

/**
 * chord_conversation_get_updated: (get-property updated)
 * @self: a #ChordConversation
 *
 * Gets when something was said last, in microseconds since 1970 (UTC).
 *
 * Returns: when something was said last, in microseconds since 1970 (UTC)
 */
CHORD_AVAILABLE_IN_ALL
gint64 chord_conversation_get_updated (ChordConversation *self);

/**
 * chord_conversation_get_model_id: (get-property model-id)
 * @self: a #ChordConversation
 *
 * Gets the id of the [class@CatalogModel] to talk with; 0 for none.
 *
 * Returns: the id of the [class@CatalogModel] to talk with
 */
CHORD_AVAILABLE_IN_ALL
gint64 chord_conversation_get_model_id (ChordConversation *self);

/**
 * chord_conversation_set_model_id: (set-property model-id)
 * @self: a #ChordConversation
 * @model_id: the id of the [class@CatalogModel] to talk with
 *
 * Sets the id of the [class@CatalogModel] to talk with.
 */
CHORD_AVAILABLE_IN_ALL
void chord_conversation_set_model_id (ChordConversation *self, gint64 model_id);

/**
 * chord_conversation_get_model_name: (get-property model-name)
 * @self: a #ChordConversation
 *
 * Gets the name of that model, also when it is gone.
 *
 * Returns: (transfer none) (nullable): the name of that model, also when it is gone
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_conversation_get_model_name (ChordConversation *self);

/**
 * chord_conversation_set_model_name: (set-property model-name)
 * @self: a #ChordConversation
 * @model_name: (nullable): the name of that model, also when it is gone
 *
 * Sets the name of that model, also when it is gone.
 */
CHORD_AVAILABLE_IN_ALL
void chord_conversation_set_model_name (ChordConversation *self, const char *model_name);

/**
 * chord_conversation_get_preset_id: (get-property preset-id)
 * @self: a #ChordConversation
 *
 * Gets the id of the [class@Preset]; 0 for none.
 *
 * Returns: the id of the [class@Preset]
 */
CHORD_AVAILABLE_IN_ALL
gint64 chord_conversation_get_preset_id (ChordConversation *self);

/**
 * chord_conversation_set_preset_id: (set-property preset-id)
 * @self: a #ChordConversation
 * @preset_id: the id of the [class@Preset]
 *
 * Sets the id of the [class@Preset].
 */
CHORD_AVAILABLE_IN_ALL
void chord_conversation_set_preset_id (ChordConversation *self, gint64 preset_id);

/**
 * chord_conversation_get_leaf: (get-property leaf)
 * @self: a #ChordConversation
 *
 * Gets the id of the message at the end of the path; 0 while there is none.
 *
 * Returns: the id of the message at the end of the path
 */
CHORD_AVAILABLE_IN_ALL
gint64 chord_conversation_get_leaf (ChordConversation *self);

/**
 * chord_conversation_get_first_sent: (get-property first-sent)
 * @self: a #ChordConversation
 *
 * Gets the id of the first message that is sent to the model; 0 when all are.
 *
 * Returns: the id of the first message that is sent to the model
 */
CHORD_AVAILABLE_IN_ALL
gint64 chord_conversation_get_first_sent (ChordConversation *self);

/**
 * chord_conversation_set_first_sent: (set-property first-sent)
 * @self: a #ChordConversation
 * @first_sent: the id of the first message that is sent to the model
 *
 * Sets the id of the first message that is sent to the model.
 */
CHORD_AVAILABLE_IN_ALL
void chord_conversation_set_first_sent (ChordConversation *self, gint64 first_sent);

/**
 * chord_conversation_get_trashed: (get-property trashed)
 * @self: a #ChordConversation
 *
 * Gets when it was put into the trash, in microseconds since 1970 (UTC); 0 when it was not.
 *
 * Returns: when it was put into the trash, in microseconds since 1970 (UTC)
 */
CHORD_AVAILABLE_IN_ALL
gint64 chord_conversation_get_trashed (ChordConversation *self);

/**
 * chord_conversation_get_path: (get-property path)
 * @self: a #ChordConversation
 *
 * Gets the messages that are shown, from the beginning to the leaf, a live list of
 * [class@ConversationMessage].
 *
 * Returns: (transfer none): the messages that are shown, from the beginning to the leaf, a live
 *   list of [class@ConversationMessage]
 */
CHORD_AVAILABLE_IN_ALL
GListModel *chord_conversation_get_path (ChordConversation *self);

/**
 * chord_conversation_append:
 * @self: a #ChordConversation
 * @role: who speaks
 * @content: what is said
 * @error: return location for an error
 *
 * Adds a message behind the leaf, and stores it. It becomes the leaf.
 *
 * Returns: (transfer none): the new message, or %NULL with @error set
 */
CHORD_AVAILABLE_IN_ALL
ChordConversationMessage *chord_conversation_append (ChordConversation *self, ChordRole role,
                                                     const char *content, GError **error);

/**
 * chord_conversation_branch:
 * @self: a #ChordConversation
 * @sibling: a message of the conversation
 * @content: what is said
 * @error: return location for an error
 *
 * Adds a message of the same role behind the one that @sibling follows, and stores it. It becomes
 * the leaf.
 *
 * Returns: (transfer none): the new message, or %NULL with @error set
 */
CHORD_AVAILABLE_IN_ALL
ChordConversationMessage *chord_conversation_branch (ChordConversation *self,
                                                     ChordConversationMessage *sibling,
                                                     const char *content, GError **error);

/**
 * chord_conversation_find_message:
 * @self: a #ChordConversation
 * @id: the [property@Record:id] of a message
 *
 * Finds a message in the tree, wherever it is.
 *
 * Returns: (transfer none) (nullable): the message, or %NULL
 */
CHORD_AVAILABLE_IN_ALL
ChordConversationMessage *chord_conversation_find_message (ChordConversation *self, gint64 id);

/**
 * chord_conversation_select:
 * @self: a #ChordConversation
 * @message: a message of the conversation
 *
 * Shows the path through the message, down to the newest leaf below it.
 */
CHORD_AVAILABLE_IN_ALL
void chord_conversation_select (ChordConversation *self, ChordConversationMessage *message);

/**
 * chord_conversation_duplicate:
 * @self: a #ChordConversation
 * @error: return location for an error
 *
 * Makes a copy of the conversation with its whole tree, and stores it.
 *
 * Returns: (transfer full): the copy, or %NULL with @error set
 */
CHORD_AVAILABLE_IN_ALL
ChordConversation *chord_conversation_duplicate (ChordConversation *self, GError **error);

/**
 * chord_conversation_trash:
 * @self: a #ChordConversation
 * @error: return location for an error
 *
 * Takes the conversation off the lists. It is deleted for good when the catalog is opened again, or
 * by [method@Record.delete]; until then [method@Conversation.restore] brings it back.
 *
 * Returns: %TRUE, or %FALSE with @error set
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_conversation_trash (ChordConversation *self, GError **error);

/**
 * chord_conversation_restore:
 * @self: a #ChordConversation
 * @error: return location for an error
 *
 * Brings the conversation back from the trash.
 *
 * Returns: %TRUE, or %FALSE with @error set
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_conversation_restore (ChordConversation *self, GError **error);

/**
 * chord_conversation_export:
 * @self: a #ChordConversation
 * @format: in what form
 * @error: return location for an error
 *
 * Writes the conversation as a text: the path as Markdown or plain text, or the whole tree with all
 * that is known of it as JSON.
 *
 * Returns: (transfer full): the text, or %NULL with @error set
 */
CHORD_AVAILABLE_IN_ALL
char *chord_conversation_export (ChordConversation *self, ChordExportFormat format, GError **error);

/**
 * chord_catalog_add_conversation:
 * @self: a #ChordCatalog
 * @error: return location for an error
 *
 * Begins a conversation. It is stored, and listed, once something is said in it or it is saved.
 *
 * Returns: (transfer full): a new conversation, or %NULL with @error set
 */
CHORD_AVAILABLE_IN_ALL
ChordConversation *chord_catalog_add_conversation (ChordCatalog *self, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_catalog_import_conversations:
 * @self: a #ChordCatalog
 * @json: a file's content
 * @error: return location for an error
 *
 * Adds conversations from JSON: as [method@Conversation.export] writes it, or exported by
 * llama.cpp's web UI or Open WebUI, one or several. Either all are stored or none.
 *
 * Returns: (transfer full): a list of the new [class@Conversation]s, or %NULL with @error set
 */
CHORD_AVAILABLE_IN_ALL
GListModel *chord_catalog_import_conversations (ChordCatalog *self, GBytes *json, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
