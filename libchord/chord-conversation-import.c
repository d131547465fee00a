/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-conversation-private.h"

#include <string.h>

#include "chord-catalog-private.h"
#include "chord-conversation-json-private.h"
#include "chord-record-private.h"
#include "chord-record-value-private.h"
#include "transcript/transcript.h"

/* Rows are written without records: those would have to be taken back if the file turned out to be
 * bad, or the disk full, halfway. */

typedef struct
{
  ChDatabase *database;
  GHashTable *ids; /* of messages: the number in the file (int) to the row's id */
  gint64 conversation;
} Importer;

/* The columns of a record that is no more than its properties. */
static ChRow *
make_row (ChordRecord *record)
{
  g_autofree GParamSpec **specs = NULL;
  ChRow *row = ch_row_new ();
  guint n;

  specs = g_object_class_list_properties (G_OBJECT_GET_CLASS (record), &n);
  for (guint i = 0; i < n; i++)
    {
      g_auto (GValue) value = G_VALUE_INIT;
      g_autofree char *column = g_strdelimit (g_strdup (specs[i]->name), "-", '_');

      if (!(specs[i]->flags & CHORD_PARAM_COLUMN))
        continue;
      g_object_get_property (G_OBJECT (record), specs[i]->name, &value);
      chord_record_value_store (specs[i], &value, column, row);
    }
  return row;
}

static gboolean
insert (Importer *self, ChordRecord *record, gint64 *id, GError **error)
{
  g_autoptr (ChRow) row = make_row (record);

  return ch_database_insert (self->database,
                             chord_record_type_get_kind (G_OBJECT_TYPE (record))->table, row, id,
                             error);
}

/* The id of the row of a message, by its number under the key; 0 for none. */
static gint64
find_id (Importer *self, GVariant *object, const char *key)
{
  gint64 number = ch_json_integer (object, key, 0);
  gint64 *id = g_hash_table_lookup (self->ids, &number);

  return id ? *id : 0;
}

/* ---- Attachments ---- */

static gboolean
import_attachments (Importer *self, GVariant *message, gint64 message_id, GError **error)
{
  static const char *const left_out[] = { "message-id", NULL };
  g_autoptr (GVariant) list = ch_json_array (message, "attachments");
  gsize n = list ? g_variant_n_children (list) : 0;

  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (ChordRecord) attachment
          = g_object_new (CHORD_TYPE_ATTACHMENT, "message-id", message_id, NULL);
      g_autoptr (GVariant) object = NULL;
      gint64 id;

      g_variant_get_child (list, i, "v", &object);
      chord_record_read_json (attachment, left_out, object);
      if (!insert (self, attachment, &id, error))
        return FALSE;
    }
  return TRUE;
}

/* ---- Messages ---- */

/* A JSON object becomes the text that it is stored as. */
static char *
get_sampling (GVariant *message)
{
  g_autoptr (GVariant) sampling = ch_json_object (message, "sampling");
  ChJson json = CH_JSON_INIT;

  if (sampling)
    ch_json_value (&json, NULL, sampling);
  return g_string_free (json.text, !sampling);
}

static ChordRecord *
make_message (Importer *self, GVariant *object)
{
  static const char *const left_out[] = { "conversation-id", "parent-id", "sampling", NULL };
  g_autofree char *sampling = get_sampling (object);
  ChordRecord *message = g_object_new (CHORD_TYPE_CONVERSATION_MESSAGE, NULL);

  chord_record_read_json (message, left_out, object);
  chord_record_set_int (message, "conversation_id", self->conversation);
  chord_record_set_int (message, "parent_id", find_id (self, object, "parent"));
  chord_record_set_text (message, "sampling", sampling);
  /* Where nothing is said of it an answer has come to its end. */
  if (chord_record_get_int (message, "role") == CHORD_ROLE_ASSISTANT
      && chord_record_get_int (message, "finish_reason") == CHORD_FINISH_REASON_NONE)
    chord_record_set_int (message, "finish_reason", CHORD_FINISH_REASON_STOP);
  return message;
}

static gboolean
import_message (Importer *self, GVariant *object, GError **error)
{
  g_autoptr (ChordRecord) message = make_message (self, object);
  gint64 number = ch_json_integer (object, "id", 0), id;

  if (!insert (self, message, &id, error))
    return FALSE;
  g_hash_table_insert (self->ids, g_memdup2 (&number, sizeof number), g_memdup2 (&id, sizeof id));
  return import_attachments (self, object, id, error);
}

/* ---- Conversations ---- */

/* Others do not say when, or only of the messages. */
static void
complete_times (ChordRecord *conversation, GVariant *messages)
{
  gint64 first = 0, last = 0, now = g_get_real_time ();

  for (gsize i = 0; i < g_variant_n_children (messages); i++)
    {
      g_autoptr (GVariant) message = NULL;
      gint64 created;

      g_variant_get_child (messages, i, "v", &message);
      created = ch_json_integer (message, "created", 0);
      first = first == 0 ? created : first;
      last = MAX (last, created);
    }
  if (chord_record_get_int (conversation, "created") == 0)
    chord_record_set_int (conversation, "created", first > 0 ? first : now);
  if (chord_record_get_int (conversation, "updated") == 0)
    chord_record_set_int (conversation, "updated", last > 0 ? last : now);
}

/* One that has no title is named as if it had been begun here. */
static void
complete_title (ChordRecord *conversation, GVariant *messages)
{
  const char *title = chord_record_get_text (conversation, "title");

  for (gsize i = 0; (!title || !*title) && i < g_variant_n_children (messages); i++)
    {
      g_autoptr (GVariant) message = NULL;
      g_autofree char *role = NULL, *content = NULL, *words = NULL;

      g_variant_get_child (messages, i, "v", &message);
      role = ch_json_string (message, "role");
      if (strcmp (role, "user") != 0)
        continue;
      content = ch_json_string (message, "content");
      words = chord_conversation_make_title (content);
      chord_record_set_text (conversation, "title", words);
      return;
    }
}

static gboolean
import_messages (Importer *self, GVariant *messages, GError **error)
{
  for (gsize i = 0; i < g_variant_n_children (messages); i++)
    {
      g_autoptr (GVariant) message = NULL;

      g_variant_get_child (messages, i, "v", &message);
      if (!import_message (self, message, error))
        return FALSE;
    }
  return TRUE;
}

/* Which messages the conversation names is known last. */
static gboolean
set_marks (Importer *self, GVariant *object, GError **error)
{
  g_autoptr (ChRow) row = ch_row_new ();

  ch_row_set_int (row, "leaf", find_id (self, object, "leaf"));
  ch_row_set_int (row, "first_sent", find_id (self, object, "first_sent"));
  return ch_database_update (self->database, "conversations", self->conversation, row, error);
}

static gboolean
import_conversation (ChDatabase *database, GVariant *object, gint64 *id, GError **error)
{
  static const char *const left_out[]
      = { "model-id", "preset-id", "leaf", "first-sent", "trashed", NULL };
  g_autoptr (GHashTable) ids = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  g_autoptr (ChordRecord) conversation = g_object_new (CHORD_TYPE_CONVERSATION, NULL);
  g_autoptr (GVariant) messages = ch_json_array (object, "messages");
  Importer self = { .database = database, .ids = ids };

  chord_record_read_json (conversation, left_out, object);
  complete_times (conversation, messages);
  complete_title (conversation, messages);
  if (!insert (&self, conversation, id, error))
    return FALSE;
  self.conversation = *id;
  return import_messages (&self, messages, error) && set_marks (&self, object, error);
}

/* ---- All of them ---- */

static GArray *
import_all (ChDatabase *database, GPtrArray *transcripts, GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  gboolean ok = TRUE;

  if (!ch_database_begin (database, error))
    return NULL;
  for (guint i = 0; i < transcripts->len && ok; i++)
    {
      gint64 id = 0;

      ok = import_conversation (database, transcripts->pdata[i], &id, error);
      g_array_append_val (ids, id);
    }
  return ch_database_end (database, ok, error) ? g_steal_pointer (&ids) : NULL;
}

GListModel *
chord_catalog_import_conversations (ChordCatalog *self, GBytes *json, GError **error)
{
  g_autoptr (GListStore) conversations = NULL;
  g_autoptr (GPtrArray) transcripts = NULL;
  g_autoptr (GArray) ids = NULL;
  ChordStore *store;
  const char *text;
  gsize length;

  g_return_val_if_fail (CHORD_IS_CATALOG (self), NULL);
  g_return_val_if_fail (json != NULL, NULL);

  store = chord_catalog_get_store (self);
  text = g_bytes_get_data (json, &length);
  transcripts = ch_transcripts_read (text ? text : "", length, error);
  if (!transcripts)
    return NULL;
  ids = import_all (chord_store_get_database (store), transcripts, error);
  if (!ids)
    return NULL;
  conversations = g_list_store_new (CHORD_TYPE_CONVERSATION);
  for (guint i = 0; i < ids->len; i++)
    {
      g_autoptr (ChordRecord) conversation = chord_store_load_one (
          store, CHORD_TYPE_CONVERSATION, g_array_index (ids, gint64, i), error);

      if (!conversation)
        return NULL;
      g_list_store_append (conversations, conversation);
    }
  return G_LIST_MODEL (g_steal_pointer (&conversations));
}

/* A copy is what one gets from a file that holds the conversation. */
ChordConversation *
chord_conversation_duplicate (ChordConversation *self, GError **error)
{
  ChordCatalog *catalog = chord_record_get_catalog (CHORD_RECORD (self));
  g_autofree char *text = NULL;
  g_autoptr (GBytes) json = NULL;
  g_autoptr (GListModel) copies = NULL;
  g_autoptr (ChordConversation) copy = NULL;

  g_return_val_if_fail (CHORD_IS_CONVERSATION (self), NULL);
  g_return_val_if_fail (catalog != NULL, NULL);

  text = chord_conversation_export (self, CHORD_EXPORT_FORMAT_JSON, error);
  if (!text)
    return NULL;
  json = g_bytes_new_static (text, strlen (text));
  copies = chord_catalog_import_conversations (catalog, json, error);
  if (!copies)
    return NULL;
  copy = g_list_model_get_item (copies, 0);
  chord_conversation_set_model_id (copy, chord_conversation_get_model_id (self));
  chord_conversation_set_preset_id (copy, chord_conversation_get_preset_id (self));
  chord_record_set_int (CHORD_RECORD (copy), "updated", g_get_real_time ());
  return chord_record_save (CHORD_RECORD (copy), error) ? g_steal_pointer (&copy) : NULL;
}
