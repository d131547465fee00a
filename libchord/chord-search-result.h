/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(CHORD_INSIDE) && !defined(CHORD_COMPILATION)
#error "Only <chord.h> can be included directly."
#endif

#include <gio/gio.h>

#include "chord-catalog.h"
#include "chord-conversation.h"
#include "chord-version.h"

G_BEGIN_DECLS

#define CHORD_TYPE_SEARCH_RESULT (chord_search_result_get_type ())

/**
 * ChordSearchResult:
 *
 * A place in a conversation where something was found. Immutable.
 */
CHORD_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (ChordSearchResult, chord_search_result, CHORD, SEARCH_RESULT, GObject)

/**
 * chord_search_result_get_conversation: (get-property conversation)
 * @self: a #ChordSearchResult
 *
 * Gets the conversation.
 *
 * Returns: (transfer none): the conversation
 */
CHORD_AVAILABLE_IN_ALL
ChordConversation *chord_search_result_get_conversation (ChordSearchResult *self);

/**
 * chord_search_result_get_message_id: (get-property message-id)
 * @self: a #ChordSearchResult
 *
 * Gets the message; 0 when the title was found.
 *
 * Returns: the [property@Record:id] of the message, or 0
 */
CHORD_AVAILABLE_IN_ALL
gint64 chord_search_result_get_message_id (ChordSearchResult *self);

/**
 * chord_search_result_get_snippet: (get-property snippet)
 * @self: a #ChordSearchResult
 *
 * Gets the text around what was found, as Pango markup: escaped, what was found between `<b>` and
 * `</b>`.
 *
 * Returns: (transfer none): the text around what was found
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_search_result_get_snippet (ChordSearchResult *self);

/**
 * chord_catalog_search:
 * @self: a #ChordCatalog
 * @query: what the user typed
 * @error: return location for an error
 *
 * Finds conversations by their titles and by what is said in them. All words have to be there; the
 * last may be the beginning of one, and "words in quotes" must follow each other. Nothing that is
 * typed is an error. Conversations that were deleted are not found.
 *
 * Returns: (transfer full): a list of [class@SearchResult], best first, at most 200, or %NULL with
 *   @error set
 */
CHORD_AVAILABLE_IN_ALL
GListModel *chord_catalog_search (ChordCatalog *self, const char *query, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_catalog_search_async:
 * @self: a #ChordCatalog
 * @query: what the user typed
 * @cancellable: (nullable): a #GCancellable
 * @callback: (scope async): called when it is done
 * @user_data: data for @callback
 *
 * Searches as [method@Catalog.search] does, without holding up the caller.
 */
CHORD_AVAILABLE_IN_ALL
void chord_catalog_search_async (ChordCatalog *self, const char *query, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data);

/**
 * chord_catalog_search_finish:
 * @self: a #ChordCatalog
 * @result: the result
 * @error: return location for an error
 *
 * Finishes [method@Catalog.search_async].
 *
 * Returns: (transfer full): a list of [class@SearchResult], best first, or %NULL with @error set
 */
CHORD_AVAILABLE_IN_ALL
GListModel *chord_catalog_search_finish (ChordCatalog *self, GAsyncResult *result, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
