/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-conversation-private.h"

#include <string.h>

#include "chord-attachment-private.h"
#include "chord-catalog-private.h"
#include "chord-conversation-message-private.h"
#include "chord-record-private.h"

/* Another process may still offer to undo the deletion of what is in the trash for less. */
#define PURGE_AFTER (60 * G_USEC_PER_SEC)

struct _ChordConversation
{
  ChordRecord parent_instance;

  /* The tree, once it is needed. */
  gboolean is_loaded;
  GPtrArray *messages; /* ChordConversationMessage, parents before their children */
  GHashTable *by_id;   /* of the message to it */
  GPtrArray *roots;    /* siblings without a parent */
  GListStore *path;
};

enum
{
  PROP_0,
  PROP_TITLE,
  PROP_TITLE_SET,
  PROP_SYSTEM_PROMPT,
  PROP_DRAFT,
  PROP_CREATED,
  PROP_UPDATED,
  PROP_MODEL_ID,
  PROP_MODEL_NAME,
  PROP_PRESET_ID,
  PROP_LEAF,
  PROP_FIRST_SENT,
  PROP_TRASHED,
  PROP_PATH,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ChordConversation, chord_conversation, CHORD_TYPE_RECORD)

/* ---- The object ---- */

static void
chord_conversation_finalize (GObject *object)
{
  ChordConversation *self = CHORD_CONVERSATION (object);

  for (guint i = 0; i < self->messages->len; i++)
    chord_conversation_message_unlink (self->messages->pdata[i]);
  g_hash_table_unref (self->by_id);
  g_ptr_array_unref (self->messages);
  g_ptr_array_unref (self->roots);
  g_object_unref (self->path);
  G_OBJECT_CLASS (chord_conversation_parent_class)->finalize (object);
}

static void
chord_conversation_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  if (prop_id == PROP_PATH)
    g_value_set_object (value, chord_conversation_get_path (CHORD_CONVERSATION (object)));
  else
    G_OBJECT_CLASS (chord_conversation_parent_class)->get_property (object, prop_id, value, pspec);
}

/* The newest first. */
static int
compare (ChordRecord *a, ChordRecord *b)
{
  gint64 first = chord_record_get_int (a, "updated"), second = chord_record_get_int (b, "updated");

  if (first != second)
    return first > second ? -1 : 1;
  first = chord_record_get_id (a);
  second = chord_record_get_id (b);
  return first > second ? -1 : first < second;
}

static gboolean
is_listed (ChordRecord *record)
{
  return chord_record_get_int (record, "trashed") == 0;
}

/* Another process may have added to it: the tree is looked at again when it is needed next. */
static void
loaded (ChordRecord *record)
{
  CHORD_CONVERSATION (record)->is_loaded = FALSE;
}

static void
install_text_properties (void)
{
  /**
   * ChordConversation:title:
   *
   * The title. Empty until something was said: then its first words.
   */
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, CHORD_PARAM_STORED);

  /**
   * ChordConversation:title-set:
   *
   * Whether the user chose the title.
   */
  properties[PROP_TITLE_SET]
      = g_param_spec_boolean ("title-set", NULL, NULL, FALSE, CHORD_PARAM_STORED);

  /**
   * ChordConversation:system-prompt:
   *
   * The instructions that stand before all messages.
   */
  properties[PROP_SYSTEM_PROMPT]
      = g_param_spec_string ("system-prompt", NULL, NULL, NULL, CHORD_PARAM_STORED);

  /**
   * ChordConversation:draft:
   *
   * What the user has written and not sent.
   */
  properties[PROP_DRAFT] = g_param_spec_string ("draft", NULL, NULL, NULL, CHORD_PARAM_STORED);

  /**
   * ChordConversation:created:
   *
   * When it began, in microseconds since 1970 (UTC).
   */
  properties[PROP_CREATED]
      = g_param_spec_int64 ("created", NULL, NULL, 0, G_MAXINT64, 0, CHORD_PARAM_STORED);

  /**
   * ChordConversation:updated:
   *
   * When something was said last, in microseconds since 1970 (UTC).
   */
  properties[PROP_UPDATED]
      = g_param_spec_int64 ("updated", NULL, NULL, 0, G_MAXINT64, 0, CHORD_PARAM_STORED);
}

static void
install_reference_properties (void)
{
  /**
   * ChordConversation:model-id:
   *
   * The id of the [class@CatalogModel] to talk with; 0 for none.
   */
  properties[PROP_MODEL_ID]
      = g_param_spec_int64 ("model-id", NULL, NULL, 0, G_MAXINT64, 0,
                            CHORD_PARAM_STORED | CHORD_PARAM_REFERENCE);

  /**
   * ChordConversation:model-name:
   *
   * The name of that model, also when it is gone.
   */
  properties[PROP_MODEL_NAME]
      = g_param_spec_string ("model-name", NULL, NULL, NULL, CHORD_PARAM_STORED);

  /**
   * ChordConversation:preset-id:
   *
   * The id of the [class@Preset]; 0 for none.
   */
  properties[PROP_PRESET_ID]
      = g_param_spec_int64 ("preset-id", NULL, NULL, 0, G_MAXINT64, 0,
                            CHORD_PARAM_STORED | CHORD_PARAM_REFERENCE);

  /**
   * ChordConversation:leaf:
   *
   * The id of the message at the end of the path; 0 while there is none.
   */
  properties[PROP_LEAF]
      = g_param_spec_int64 ("leaf", NULL, NULL, 0, G_MAXINT64, 0, CHORD_PARAM_STORED);

  /**
   * ChordConversation:first-sent:
   *
   * The id of the first message that is sent to the model; 0 when all are.
   */
  properties[PROP_FIRST_SENT]
      = g_param_spec_int64 ("first-sent", NULL, NULL, 0, G_MAXINT64, 0, CHORD_PARAM_STORED);

  /**
   * ChordConversation:trashed:
   *
   * When it was put into the trash, in microseconds since 1970 (UTC); 0 when it was not.
   */
  properties[PROP_TRASHED]
      = g_param_spec_int64 ("trashed", NULL, NULL, 0, G_MAXINT64, 0, CHORD_PARAM_STORED);
}

static void
chord_conversation_class_init (ChordConversationClass *klass)
{
  static const ChordRecordKind kind = {
    .table = "conversations",
    .compare = compare,
    .is_listed = is_listed,
    .loaded = loaded,
  };
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = chord_conversation_finalize;
  object_class->get_property = chord_conversation_get_property;
  install_text_properties ();
  install_reference_properties ();

  /**
   * ChordConversation:path:
   *
   * The messages that are shown, from the beginning to the leaf: a live list of
   * [class@ConversationMessage].
   */
  properties[PROP_PATH]
      = g_param_spec_object ("path", NULL, NULL, G_TYPE_LIST_MODEL, CHORD_PARAM_READABLE);

  chord_record_class_install_properties (CHORD_RECORD_CLASS (klass), N_PROPS, properties);
  chord_record_class_set_kind (CHORD_RECORD_CLASS (klass), &kind);
}

static void
chord_conversation_init (ChordConversation *self)
{
  self->messages = g_ptr_array_new_with_free_func (g_object_unref);
  self->by_id = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->roots = g_ptr_array_new ();
  self->path = g_list_store_new (CHORD_TYPE_CONVERSATION_MESSAGE);
}

/* ---- What is stored ---- */

#define FIELD(c_type, column, access)                                                              \
  CHORD_RECORD_GETTER (ChordConversation, chord_conversation, CONVERSATION, c_type, column, access)
#define SETTABLE_FIELD(c_type, column, access)                                                     \
  FIELD (c_type, column, access)                                                                   \
  CHORD_RECORD_SETTER (ChordConversation, chord_conversation, CONVERSATION, c_type, column, access)

SETTABLE_FIELD (const char *, title, text)
SETTABLE_FIELD (gboolean, title_set, int)
SETTABLE_FIELD (const char *, system_prompt, text)
SETTABLE_FIELD (const char *, draft, text)
FIELD (gint64, created, int)
FIELD (gint64, updated, int)
SETTABLE_FIELD (gint64, model_id, int)
SETTABLE_FIELD (const char *, model_name, text)
SETTABLE_FIELD (gint64, preset_id, int)
FIELD (gint64, leaf, int)
SETTABLE_FIELD (gint64, first_sent, int)
FIELD (gint64, trashed, int)

/* ---- The tree ---- */

static ChordConversationMessage *
find (ChordConversation *self, gint64 id)
{
  return g_hash_table_lookup (self->by_id, &id);
}

/* The message's parent is in the tree already. */
static void
take_message (ChordConversation *self, ChordConversationMessage *message)
{
  gint64 id = chord_record_get_id (CHORD_RECORD (message));
  ChordConversationMessage *parent
      = find (self, chord_conversation_message_get_parent_id (message));
  GPtrArray *siblings
      = parent ? chord_conversation_message_get_children (parent) : self->roots;

  if (chord_conversation_message_is_linked (message))
    return;
  g_ptr_array_add (self->messages, g_object_ref (message));
  g_hash_table_insert (self->by_id, g_memdup2 (&id, sizeof id), message);
  chord_conversation_message_link (message, parent, siblings);
}

static ChordConversationMessage *
newest_leaf_below (ChordConversationMessage *message)
{
  ChordConversationMessage *child;

  while ((child = chord_conversation_message_get_newest_child (message)))
    message = child;
  return message;
}

/* Makes the path end with the leaf, and tells of what differs alone. */
static void
update_path (ChordConversation *self, ChordConversationMessage *leaf)
{
  GListModel *path = G_LIST_MODEL (self->path);
  g_autoptr (GPtrArray) line = g_ptr_array_new ();
  guint n = g_list_model_get_n_items (path), same = 0;
  g_autoptr (ChordConversationMessage) last = n > 0 ? g_list_model_get_item (path, n - 1) : NULL;

  if (last && leaf && chord_conversation_message_get_parent (leaf) == last)
    {
      g_list_store_append (self->path, leaf);
      return;
    }
  for (; leaf; leaf = chord_conversation_message_get_parent (leaf))
    g_ptr_array_add (line, leaf);
  for (guint i = 0; i < line->len / 2; i++)
    {
      gpointer swap = line->pdata[i];

      line->pdata[i] = line->pdata[line->len - 1 - i];
      line->pdata[line->len - 1 - i] = swap;
    }
  for (; same < MIN (n, line->len); same++)
    {
      g_autoptr (ChordConversationMessage) there = g_list_model_get_item (path, same);
      if (there != line->pdata[same])
        break;
    }
  if (same < n || same < line->len)
    g_list_store_splice (self->path, same, n - same, line->pdata + same, line->len - same);
}

static GPtrArray *
load_rows (ChordConversation *self, GType type, const char *tail, GError **error)
{
  g_autoptr (ChRow) args = ch_row_new ();

  ch_row_set_int (args, "conversation", chord_record_get_id (CHORD_RECORD (self)));
  return chord_store_load (chord_record_get_store (CHORD_RECORD (self)), type, tail, args, error);
}

/* Two queries, however long the conversation is. Ids grow, so parents come first. */
static gboolean
load_tree (ChordConversation *self, GError **error)
{
  g_autoptr (GPtrArray) messages
      = load_rows (self, CHORD_TYPE_CONVERSATION_MESSAGE,
                   "WHERE conversation_id = :conversation ORDER BY id", error);
  g_autoptr (GPtrArray) attachments = NULL;

  if (!messages)
    return FALSE;
  attachments = load_rows (self, CHORD_TYPE_ATTACHMENT,
                           "WHERE message_id IN (SELECT id FROM messages"
                           " WHERE conversation_id = :conversation) ORDER BY id", error);
  if (!attachments)
    return FALSE;
  for (guint i = 0; i < messages->len; i++)
    {
      chord_conversation_message_recover (messages->pdata[i]);
      take_message (self, messages->pdata[i]);
    }
  for (guint i = 0; i < messages->len; i++)
    if (!chord_conversation_message_get_sibling (messages->pdata[i], 1))
      chord_conversation_message_notify_siblings (messages->pdata[i]);
  for (guint i = 0; i < attachments->len; i++)
    {
      ChordConversationMessage *message
          = find (self, chord_record_get_int (attachments->pdata[i], "message_id"));
      if (message)
        chord_conversation_message_take_attachment (message, attachments->pdata[i]);
    }
  return TRUE;
}

gboolean
chord_conversation_load (ChordConversation *self, GError **error)
{
  ChordConversationMessage *leaf;

  if (self->is_loaded)
    return TRUE;
  if (chord_record_get_id (CHORD_RECORD (self)) != 0 && !load_tree (self, error))
    return FALSE;
  self->is_loaded = TRUE;
  leaf = find (self, chord_conversation_get_leaf (self));
  if (!leaf && self->messages->len > 0)
    leaf = g_ptr_array_index (self->messages, self->messages->len - 1);
  update_path (self, leaf);
  return TRUE;
}

/* For those who cannot be told of an error: what cannot be read is not there. */
static void
try_load (ChordConversation *self)
{
  g_autoptr (GError) error = NULL;

  if (!chord_conversation_load (self, &error))
    g_warning ("%s", error->message);
}

GListModel *
chord_conversation_get_path (ChordConversation *self)
{
  g_return_val_if_fail (CHORD_IS_CONVERSATION (self), NULL);

  try_load (self);
  return G_LIST_MODEL (self->path);
}

GPtrArray *
chord_conversation_get_messages (ChordConversation *self)
{
  try_load (self);
  return self->messages;
}

ChordConversationMessage *
chord_conversation_get_leaf_message (ChordConversation *self)
{
  GListModel *path = chord_conversation_get_path (self);
  guint n = g_list_model_get_n_items (path);
  g_autoptr (ChordConversationMessage) last = n > 0 ? g_list_model_get_item (path, n - 1) : NULL;

  /* The tree keeps it. */
  return last;
}

ChordConversationMessage *
chord_conversation_find_message (ChordConversation *self, gint64 id)
{
  g_return_val_if_fail (CHORD_IS_CONVERSATION (self), NULL);

  try_load (self);
  return find (self, id);
}

void
chord_conversation_select (ChordConversation *self, ChordConversationMessage *message)
{
  ChordConversationMessage *leaf;
  gint64 id;

  g_return_if_fail (CHORD_IS_CONVERSATION (self));
  g_return_if_fail (CHORD_IS_CONVERSATION_MESSAGE (message));

  try_load (self);
  leaf = newest_leaf_below (message);
  id = chord_record_get_id (CHORD_RECORD (leaf));
  g_return_if_fail (find (self, id) == leaf);
  if (id == chord_conversation_get_leaf (self))
    return;
  chord_record_set_int (CHORD_RECORD (self), "leaf", id);
  update_path (self, leaf);
  chord_record_save_async (CHORD_RECORD (self), NULL, NULL, NULL);
}

/* ---- Adding to it ---- */

char *
chord_conversation_make_title (const char *content)
{
  g_autofree char *line = g_strdup (content);
  g_auto (GStrv) words = NULL;
  g_autoptr (GString) title = g_string_new (NULL);

  for (char *at = line; *at; at++)
    if (g_ascii_isspace (*at) || g_ascii_iscntrl (*at))
      *at = ' ';
  words = g_strsplit (g_strstrip (line), " ", -1);
  for (guint i = 0; words[i]; i++)
    {
      glong length = g_utf8_strlen (title->str, -1), more = g_utf8_strlen (words[i], -1);

      if (!*words[i])
        continue;
      if (length + more + 1 > 60)
        break;
      g_string_append_printf (title, "%s%s", length > 0 ? " " : "", words[i]);
    }
  /* One long word, as of a script without spaces. */
  if (title->len == 0)
    return g_utf8_substring (line, 0, MIN (g_utf8_strlen (line, -1), 60));
  return g_string_free (g_steal_pointer (&title), FALSE);
}

static void
name_after (ChordConversation *self, ChordRole role, const char *content)
{
  const char *title = chord_conversation_get_title (self);
  g_autofree char *words = NULL;

  if (role != CHORD_ROLE_USER || chord_conversation_get_title_set (self) || (title && *title))
    return;
  words = chord_conversation_make_title (content);
  chord_conversation_set_title (self, words);
}

static gboolean
store_attachments (ChordConversation *self, ChordConversationMessage *message,
                   GListModel *attachments, GError **error)
{
  guint n = attachments ? g_list_model_get_n_items (attachments) : 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ChordAttachment) given = g_list_model_get_item (attachments, i);
      g_autoptr (ChordAttachment) attachment = g_object_new (
          CHORD_TYPE_ATTACHMENT, "catalog", chord_record_get_catalog (CHORD_RECORD (self)),
          "message-id", chord_record_get_id (CHORD_RECORD (message)),
          "name", chord_attachment_get_name (given), "text", chord_attachment_get_text (given),
          "content-type", chord_attachment_get_content_type (given), NULL);

      if (!chord_record_save (CHORD_RECORD (attachment), error))
        return FALSE;
      chord_conversation_message_take_attachment (message, attachment);
    }
  return TRUE;
}

static gboolean
store_leaf (ChordConversation *self, ChordConversationMessage *message, GError **error)
{
  chord_record_set_int (CHORD_RECORD (self), "leaf", chord_record_get_id (CHORD_RECORD (message)));
  chord_record_set_int (CHORD_RECORD (self), "updated", g_get_real_time ());
  return chord_record_save (CHORD_RECORD (self), error);
}

ChordConversationMessage *
chord_conversation_add_message (ChordConversation *self, ChordConversationMessage *parent,
                                ChordRole role, const char *content, GListModel *attachments,
                                GError **error)
{
  g_autoptr (ChordConversationMessage) message = NULL;

  name_after (self, role, content);
  if (!chord_conversation_load (self, error)
      || (chord_record_get_id (CHORD_RECORD (self)) == 0
          && !chord_record_save (CHORD_RECORD (self), error)))
    return NULL;
  message = g_object_new (
      CHORD_TYPE_CONVERSATION_MESSAGE, "catalog", chord_record_get_catalog (CHORD_RECORD (self)),
      "conversation-id", chord_record_get_id (CHORD_RECORD (self)),
      "parent-id", parent ? chord_record_get_id (CHORD_RECORD (parent)) : (gint64) 0,
      "role", role, "content", content, "created", g_get_real_time (), NULL);
  if (!chord_record_save (CHORD_RECORD (message), error)
      || !store_attachments (self, message, attachments, error)
      || !store_leaf (self, message, error))
    return NULL;
  take_message (self, message);
  chord_conversation_message_notify_siblings (message);
  update_path (self, message);
  /* The tree keeps it. */
  return message;
}

ChordConversationMessage *
chord_conversation_append (ChordConversation *self, ChordRole role, const char *content,
                           GError **error)
{
  g_return_val_if_fail (CHORD_IS_CONVERSATION (self), NULL);
  g_return_val_if_fail (content != NULL, NULL);

  return chord_conversation_add_message (self, chord_conversation_get_leaf_message (self), role,
                                         content, NULL, error);
}

ChordConversationMessage *
chord_conversation_branch (ChordConversation *self, ChordConversationMessage *sibling,
                           const char *content, GError **error)
{
  g_return_val_if_fail (CHORD_IS_CONVERSATION (self), NULL);
  g_return_val_if_fail (CHORD_IS_CONVERSATION_MESSAGE (sibling), NULL);
  g_return_val_if_fail (content != NULL, NULL);

  return chord_conversation_add_message (self, chord_conversation_message_get_parent (sibling),
                                         chord_conversation_message_get_role (sibling), content,
                                         NULL, error);
}

/* ---- The trash ---- */

static gboolean
set_trashed (ChordConversation *self, gint64 when, GError **error)
{
  gint64 before = chord_conversation_get_trashed (self);

  /* What was never stored is not kept in the trash either. */
  chord_record_set_int (CHORD_RECORD (self), "trashed", when);
  if (chord_record_get_id (CHORD_RECORD (self)) == 0
      || chord_record_save (CHORD_RECORD (self), error))
    return TRUE;
  chord_record_set_int (CHORD_RECORD (self), "trashed", before);
  return FALSE;
}

gboolean
chord_conversation_trash (ChordConversation *self, GError **error)
{
  g_return_val_if_fail (CHORD_IS_CONVERSATION (self), FALSE);

  return set_trashed (self, g_get_real_time (), error);
}

gboolean
chord_conversation_restore (ChordConversation *self, GError **error)
{
  g_return_val_if_fail (CHORD_IS_CONVERSATION (self), FALSE);

  return set_trashed (self, 0, error);
}

/* ---- The catalog ---- */

ChordConversation *
chord_catalog_add_conversation (ChordCatalog *self, GError **error)
{
  gint64 now = g_get_real_time ();

  g_return_val_if_fail (CHORD_IS_CATALOG (self), NULL);

  return g_object_new (CHORD_TYPE_CONVERSATION, "catalog", self, "created", now, "updated", now,
                       NULL);
}

gboolean
chord_conversations_purge (ChDatabase *database, GError **error)
{
  g_autoptr (ChRow) args = ch_row_new ();

  ch_row_set_int (args, "before", g_get_real_time () - PURGE_AFTER);
  return ch_database_run (database,
                          "DELETE FROM conversations WHERE trashed != 0 AND trashed < :before",
                          args, error);
}
