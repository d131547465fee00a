/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-search-result.h"

#include <string.h>

#include "catalog/search.h"
#include "chord-catalog-private.h"
#include "chord-param-private.h"

/* How many results are worth showing. */
#define MAX_RESULTS 200

struct _ChordSearchResult
{
  GObject parent_instance;

  ChordConversation *conversation;
  gint64 message_id;
  char *snippet;
};

enum
{
  PROP_0,
  PROP_CONVERSATION,
  PROP_MESSAGE_ID,
  PROP_SNIPPET,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ChordSearchResult, chord_search_result, G_TYPE_OBJECT)

static void
chord_search_result_finalize (GObject *object)
{
  ChordSearchResult *self = CHORD_SEARCH_RESULT (object);

  g_clear_object (&self->conversation);
  g_free (self->snippet);
  G_OBJECT_CLASS (chord_search_result_parent_class)->finalize (object);
}

static void
chord_search_result_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  ChordSearchResult *self = CHORD_SEARCH_RESULT (object);

  switch (prop_id)
    {
    case PROP_CONVERSATION:
      g_value_set_object (value, self->conversation);
      break;
    case PROP_MESSAGE_ID:
      g_value_set_int64 (value, self->message_id);
      break;
    case PROP_SNIPPET:
      g_value_set_string (value, self->snippet);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
chord_search_result_class_init (ChordSearchResultClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = chord_search_result_finalize;
  object_class->get_property = chord_search_result_get_property;

  /**
   * ChordSearchResult:conversation:
   *
   * The conversation.
   */
  properties[PROP_CONVERSATION] = g_param_spec_object (
      "conversation", NULL, NULL, CHORD_TYPE_CONVERSATION, CHORD_PARAM_READABLE);

  /**
   * ChordSearchResult:message-id:
   *
   * The id of the message; 0 when the title was found.
   */
  properties[PROP_MESSAGE_ID] = g_param_spec_int64 ("message-id", NULL, NULL, 0, G_MAXINT64, 0,
                                                    CHORD_PARAM_READABLE);

  /**
   * ChordSearchResult:snippet:
   *
   * The text around what was found, as Pango markup.
   */
  properties[PROP_SNIPPET]
      = g_param_spec_string ("snippet", NULL, NULL, NULL, CHORD_PARAM_READABLE);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
chord_search_result_init (ChordSearchResult *self)
{
}

ChordConversation *
chord_search_result_get_conversation (ChordSearchResult *self)
{
  g_return_val_if_fail (CHORD_IS_SEARCH_RESULT (self), NULL);

  return self->conversation;
}

gint64
chord_search_result_get_message_id (ChordSearchResult *self)
{
  g_return_val_if_fail (CHORD_IS_SEARCH_RESULT (self), 0);

  return self->message_id;
}

const char *
chord_search_result_get_snippet (ChordSearchResult *self)
{
  g_return_val_if_fail (CHORD_IS_SEARCH_RESULT (self), NULL);

  return self->snippet;
}

/* ---- Markup ---- */

/* What the database puts around what it found: control characters, which no one types. */
#define BEGIN '\1'
#define END '\2'

/* Marks that the text had in it do not upset the markup: it is always balanced. */
static char *
make_markup (const char *marked)
{
  g_autofree char *valid = g_utf8_make_valid (marked, -1);
  GString *markup = g_string_new (NULL);
  gboolean is_bold = FALSE;

  for (const char *at = valid; *at;)
    {
      gsize length = strcspn (at, "\1\2");
      g_autofree char *text = g_markup_escape_text (at, (gssize) length);

      g_string_append (markup, text);
      at += length;
      if (*at == (is_bold ? END : BEGIN))
        {
          g_string_append (markup, is_bold ? "</b>" : "<b>");
          is_bold = !is_bold;
        }
      at += *at != '\0';
    }
  if (is_bold)
    g_string_append (markup, "</b>");
  g_strdelimit (markup->str, "\n\r\t", ' ');
  return g_string_free (markup, FALSE);
}

/* ---- Queries ---- */

#define MARKS "char (1), char (2), '…', 16"

/* Conversations whose title fits come first. */
static const char titles_sql[]
    = "SELECT c.id AS conversation, 0 AS message,"
      " snippet (conversations_fts, 0, " MARKS ") AS snippet"
      " FROM conversations_fts JOIN conversations c ON c.id = conversations_fts.rowid"
      " WHERE conversations_fts MATCH :query AND c.trashed = 0"
      " ORDER BY conversations_fts.rank, c.updated DESC LIMIT :limit";

static const char messages_sql[]
    = "SELECT m.conversation_id AS conversation, m.id AS message,"
      " snippet (messages_fts, -1, " MARKS ") AS snippet"
      " FROM messages_fts JOIN messages m ON m.id = messages_fts.rowid"
      " JOIN conversations c ON c.id = m.conversation_id"
      " WHERE messages_fts MATCH :query AND c.trashed = 0"
      " ORDER BY messages_fts.rank, m.id DESC LIMIT :limit";

static const char attachments_sql[]
    = "SELECT m.conversation_id AS conversation, m.id AS message,"
      " snippet (attachments_fts, -1, " MARKS ") AS snippet"
      " FROM attachments_fts JOIN attachments a ON a.id = attachments_fts.rowid"
      " JOIN messages m ON m.id = a.message_id JOIN conversations c ON c.id = m.conversation_id"
      " WHERE attachments_fts MATCH :query AND c.trashed = 0"
      " ORDER BY attachments_fts.rank, a.id DESC LIMIT :limit";

/* Rows of conversation, message and snippet. */
static GPtrArray *
find_rows (ChDatabase *database, const char *text, GError **error)
{
  const char *const statements[] = { titles_sql, messages_sql, attachments_sql };
  g_autofree char *query = ch_search_make_query (text);
  g_autoptr (ChRow) args = ch_row_new ();
  g_autoptr (GPtrArray) rows
      = g_ptr_array_new_with_free_func ((GDestroyNotify) ch_row_free);

  ch_row_set_text (args, "query", query);
  for (guint i = 0; query && i < G_N_ELEMENTS (statements); i++)
    {
      GPtrArray *more;

      ch_row_set_int (args, "limit", MAX_RESULTS - (gint64) rows->len);
      more = ch_database_select (database, statements[i], args, error);
      if (!more)
        return NULL;
      g_ptr_array_extend_and_steal (rows, more);
    }
  return g_steal_pointer (&rows);
}

/* In the thread of the catalog. Conversations that are gone since are left out. */
static GListModel *
make_results (ChordStore *store, GPtrArray *rows)
{
  GListStore *results = g_list_store_new (CHORD_TYPE_SEARCH_RESULT);

  for (guint i = 0; i < rows->len; i++)
    {
      const ChRow *row = rows->pdata[i];
      g_autoptr (ChordSearchResult) result = NULL;
      ChordRecord *conversation = chord_store_load_one (
          store, CHORD_TYPE_CONVERSATION, ch_row_get_int (row, "conversation"), NULL);

      if (!conversation)
        continue;
      result = g_object_new (CHORD_TYPE_SEARCH_RESULT, NULL);
      result->conversation = CHORD_CONVERSATION (conversation);
      result->message_id = ch_row_get_int (row, "message");
      result->snippet = make_markup (ch_row_get_text (row, "snippet"));
      g_list_store_append (results, result);
    }
  return G_LIST_MODEL (results);
}

GListModel *
chord_catalog_search (ChordCatalog *self, const char *query, GError **error)
{
  g_autoptr (GPtrArray) rows = NULL;
  ChordStore *store;

  g_return_val_if_fail (CHORD_IS_CATALOG (self), NULL);
  g_return_val_if_fail (query != NULL, NULL);

  store = chord_catalog_get_store (self);
  rows = find_rows (chord_store_get_database (store), query, error);
  return rows ? make_results (store, rows) : NULL;
}

/* ---- In the background ---- */

typedef struct
{
  char *query;
  GPtrArray *rows;
} Search;

static void
search_free (gpointer data)
{
  Search *search = data;

  g_free (search->query);
  g_clear_pointer (&search->rows, g_ptr_array_unref);
  g_free (search);
}

static gboolean
search_work (ChDatabase *database, gpointer data, GError **error)
{
  Search *search = data;

  search->rows = find_rows (database, search->query, error);
  return search->rows != NULL;
}

static void
search_done (GTask *task, gpointer data, GError *error)
{
  Search *search = data;
  ChordCatalog *catalog = g_task_get_source_object (task);

  if (error)
    g_task_return_error (task, error);
  else if (!g_task_return_error_if_cancelled (task))
    g_task_return_pointer (task, make_results (chord_catalog_get_store (catalog), search->rows),
                           g_object_unref);
}

void
chord_catalog_search_async (ChordCatalog *self, const char *query, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  Search *search;
  GTask *task;

  g_return_if_fail (CHORD_IS_CATALOG (self));
  g_return_if_fail (query != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, chord_catalog_search_async);
  search = g_new0 (Search, 1);
  search->query = g_strdup (query);
  chord_store_queue (chord_catalog_get_store (self), task, search_work, search_done, search,
                     search_free);
}

GListModel *
chord_catalog_search_finish (ChordCatalog *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
