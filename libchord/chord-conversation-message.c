/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-conversation-message-private.h"

#include <string.h>

#include "chord-attachment-private.h"
#include "chord-enum-types.h"
#include "chord-record-private.h"

struct _ChordConversationMessage
{
  ChordRecord parent_instance;

  /* The tree. */
  ChordConversationMessage *parent; /* not owned */
  GPtrArray *siblings;              /* of which this is one */
  GPtrArray *children;              /* not owned; NULL: none */
  guint index;                      /* among the siblings */

  GListStore *attachments; /* NULL until there are any, or someone asks */

  /* While it is written: the text, ahead of the record's. */
  GString *content;
  GString *reasoning;
  gboolean is_running;
  gboolean is_dirty;   /* there is text that is not stored */
  gboolean is_storing; /* and some is on its way */
};

enum
{
  PROP_0,
  PROP_CONVERSATION_ID,
  PROP_PARENT_ID,
  PROP_ROLE,
  PROP_CONTENT,
  PROP_REASONING,
  PROP_MODEL_NAME,
  PROP_CREATED,
  PROP_FINISH_REASON,
  PROP_PROMPT_TOKENS,
  PROP_CACHED_TOKENS,
  PROP_GENERATED_TOKENS,
  PROP_PROMPT_TIME,
  PROP_GENERATION_TIME,
  PROP_FIRST_TOKEN_TIME,
  PROP_REASONING_TIME,
  PROP_RATE,
  PROP_MEMORY,
  PROP_SAMPLING,
  PROP_ERROR,
  PROP_RUNNING,
  PROP_N_SIBLINGS,
  PROP_SIBLING_INDEX,
  PROP_ATTACHMENTS,
  N_PROPS
};

enum
{
  APPENDED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ChordConversationMessage, chord_conversation_message, CHORD_TYPE_RECORD)

/* ---- The object ---- */

static void
chord_conversation_message_finalize (GObject *object)
{
  ChordConversationMessage *self = CHORD_CONVERSATION_MESSAGE (object);

  g_clear_pointer (&self->siblings, g_ptr_array_unref);
  g_clear_pointer (&self->children, g_ptr_array_unref);
  g_clear_object (&self->attachments);
  if (self->content)
    g_string_free (self->content, TRUE);
  if (self->reasoning)
    g_string_free (self->reasoning, TRUE);
  G_OBJECT_CLASS (chord_conversation_message_parent_class)->finalize (object);
}

static void
chord_conversation_message_get_property (GObject *object, guint prop_id, GValue *value,
                                         GParamSpec *pspec)
{
  ChordConversationMessage *self = CHORD_CONVERSATION_MESSAGE (object);

  switch (prop_id)
    {
    case PROP_CONTENT:
      g_value_set_string (value, chord_conversation_message_get_content (self));
      break;
    case PROP_REASONING:
      g_value_set_string (value, chord_conversation_message_get_reasoning (self));
      break;
    case PROP_RUNNING:
      g_value_set_boolean (value, self->is_running);
      break;
    case PROP_N_SIBLINGS:
      g_value_set_uint (value, chord_conversation_message_get_n_siblings (self));
      break;
    case PROP_SIBLING_INDEX:
      g_value_set_uint (value, self->index);
      break;
    case PROP_ATTACHMENTS:
      g_value_set_object (value, chord_conversation_message_get_attachments (self));
      break;
    default:
      G_OBJECT_CLASS (chord_conversation_message_parent_class)
          ->get_property (object, prop_id, value, pspec);
    }
}

static void
install_text_properties (void)
{
  /**
   * ChordConversationMessage:conversation-id:
   *
   * The id of the conversation.
   */
  properties[PROP_CONVERSATION_ID]
      = g_param_spec_int64 ("conversation-id", NULL, NULL, 0, G_MAXINT64, 0,
                            CHORD_PARAM_STORED | CHORD_PARAM_REFERENCE);

  /**
   * ChordConversationMessage:parent-id:
   *
   * The id of the message that it follows; 0 at the beginning.
   */
  properties[PROP_PARENT_ID]
      = g_param_spec_int64 ("parent-id", NULL, NULL, 0, G_MAXINT64, 0,
                            CHORD_PARAM_STORED | CHORD_PARAM_REFERENCE);

  /**
   * ChordConversationMessage:role:
   *
   * Who speaks.
   */
  properties[PROP_ROLE]
      = g_param_spec_enum ("role", NULL, NULL, CHORD_TYPE_ROLE, CHORD_ROLE_USER,
                           CHORD_PARAM_STORED);

  /**
   * ChordConversationMessage:content:
   *
   * What is said, without reasoning.
   */
  properties[PROP_CONTENT] = g_param_spec_string ("content", NULL, NULL, NULL, CHORD_PARAM_STORED);

  /**
   * ChordConversationMessage:reasoning:
   *
   * What the model thought before it answered.
   */
  properties[PROP_REASONING]
      = g_param_spec_string ("reasoning", NULL, NULL, NULL, CHORD_PARAM_STORED);

  /**
   * ChordConversationMessage:model-name:
   *
   * The name of the model that answered.
   */
  properties[PROP_MODEL_NAME]
      = g_param_spec_string ("model-name", NULL, NULL, NULL, CHORD_PARAM_STORED);

  /**
   * ChordConversationMessage:created:
   *
   * When it was said, in microseconds since 1970 (UTC).
   */
  properties[PROP_CREATED]
      = g_param_spec_int64 ("created", NULL, NULL, 0, G_MAXINT64, 0, CHORD_PARAM_STORED);

  /**
   * ChordConversationMessage:finish-reason:
   *
   * Why the answer ended; %CHORD_FINISH_REASON_NONE while it is written and in messages of
   * others.
   */
  properties[PROP_FINISH_REASON]
      = g_param_spec_enum ("finish-reason", NULL, NULL, CHORD_TYPE_FINISH_REASON,
                           CHORD_FINISH_REASON_NONE, CHORD_PARAM_STORED);
}

static void
install_figure_properties (void)
{
  /**
   * ChordConversationMessage:prompt-tokens:
   *
   * The number of tokens in the prompt.
   */
  properties[PROP_PROMPT_TOKENS]
      = g_param_spec_uint64 ("prompt-tokens", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_STORED);

  /**
   * ChordConversationMessage:cached-tokens:
   *
   * How many tokens of the prompt were in memory already.
   */
  properties[PROP_CACHED_TOKENS]
      = g_param_spec_uint64 ("cached-tokens", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_STORED);

  /**
   * ChordConversationMessage:generated-tokens:
   *
   * The number of tokens that were generated.
   */
  properties[PROP_GENERATED_TOKENS]
      = g_param_spec_uint64 ("generated-tokens", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_STORED);

  /**
   * ChordConversationMessage:prompt-time:
   *
   * How long the prompt took, in microseconds.
   */
  properties[PROP_PROMPT_TIME]
      = g_param_spec_int64 ("prompt-time", NULL, NULL, 0, G_MAXINT64, 0, CHORD_PARAM_STORED);

  /**
   * ChordConversationMessage:generation-time:
   *
   * How long the generated tokens took, in microseconds.
   */
  properties[PROP_GENERATION_TIME]
      = g_param_spec_int64 ("generation-time", NULL, NULL, 0, G_MAXINT64, 0, CHORD_PARAM_STORED);

  /**
   * ChordConversationMessage:first-token-time:
   *
   * The time from the start to the first token, in microseconds.
   */
  properties[PROP_FIRST_TOKEN_TIME]
      = g_param_spec_int64 ("first-token-time", NULL, NULL, 0, G_MAXINT64, 0, CHORD_PARAM_STORED);

  /**
   * ChordConversationMessage:reasoning-time:
   *
   * How long the model reasoned, in microseconds.
   */
  properties[PROP_REASONING_TIME]
      = g_param_spec_int64 ("reasoning-time", NULL, NULL, 0, G_MAXINT64, 0, CHORD_PARAM_STORED);

  /**
   * ChordConversationMessage:rate:
   *
   * The tokens generated per second.
   */
  properties[PROP_RATE]
      = g_param_spec_double ("rate", NULL, NULL, 0, G_MAXDOUBLE, 0, CHORD_PARAM_STORED);

  /**
   * ChordConversationMessage:memory:
   *
   * The bytes that the context took.
   */
  properties[PROP_MEMORY]
      = g_param_spec_uint64 ("memory", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_STORED);

  /**
   * ChordConversationMessage:sampling:
   *
   * How tokens were chosen: a JSON object with the names of [class@SamplingOptions].
   */
  properties[PROP_SAMPLING]
      = g_param_spec_string ("sampling", NULL, NULL, NULL, CHORD_PARAM_STORED);

  /**
   * ChordConversationMessage:error:
   *
   * What went wrong.
   */
  properties[PROP_ERROR] = g_param_spec_string ("error", NULL, NULL, NULL, CHORD_PARAM_STORED);
}

static void
install_tree_properties (void)
{
  /**
   * ChordConversationMessage:running:
   *
   * Whether the answer is being written.
   */
  properties[PROP_RUNNING]
      = g_param_spec_boolean ("running", NULL, NULL, FALSE, CHORD_PARAM_READABLE);

  /**
   * ChordConversationMessage:n-siblings:
   *
   * How many messages follow the same one, with this.
   */
  properties[PROP_N_SIBLINGS]
      = g_param_spec_uint ("n-siblings", NULL, NULL, 1, G_MAXUINT, 1, CHORD_PARAM_READABLE);

  /**
   * ChordConversationMessage:sibling-index:
   *
   * Which of them this is, from 0 on, in the order of their making.
   */
  properties[PROP_SIBLING_INDEX]
      = g_param_spec_uint ("sibling-index", NULL, NULL, 0, G_MAXUINT, 0, CHORD_PARAM_READABLE);

  /**
   * ChordConversationMessage:attachments:
   *
   * The attachments, a list of [class@Attachment].
   */
  properties[PROP_ATTACHMENTS]
      = g_param_spec_object ("attachments", NULL, NULL, G_TYPE_LIST_MODEL, CHORD_PARAM_READABLE);
}

static void
chord_conversation_message_class_init (ChordConversationMessageClass *klass)
{
  static const ChordRecordKind kind = { .table = "messages" };
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = chord_conversation_message_finalize;
  object_class->get_property = chord_conversation_message_get_property;
  install_text_properties ();
  install_figure_properties ();
  install_tree_properties ();
  chord_record_class_install_properties (CHORD_RECORD_CLASS (klass), N_PROPS, properties);
  chord_record_class_set_kind (CHORD_RECORD_CLASS (klass), &kind);

  /**
   * ChordConversationMessage::appended:
   * @self: a #ChordConversationMessage
   * @text: what is new
   * @is_reasoning: whether the reasoning has grown, else the content
   *
   * Brings what is new in an answer that is being written, in whole characters.
   */
  signals[APPENDED] = g_signal_new ("appended", CHORD_TYPE_CONVERSATION_MESSAGE, G_SIGNAL_RUN_LAST,
                                    0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                    G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE, G_TYPE_BOOLEAN);
}

static void
chord_conversation_message_init (ChordConversationMessage *self)
{
}

/* ---- What is stored ---- */

#define FIELD(c_type, column, access)                                                              \
  CHORD_RECORD_GETTER (ChordConversationMessage, chord_conversation_message, CONVERSATION_MESSAGE, \
                       c_type, column, access)

FIELD (gint64, conversation_id, int)
FIELD (gint64, parent_id, int)
FIELD (ChordRole, role, int)
FIELD (const char *, model_name, text)
FIELD (gint64, created, int)
FIELD (ChordFinishReason, finish_reason, int)
FIELD (guint64, prompt_tokens, int)
FIELD (guint64, cached_tokens, int)
FIELD (guint64, generated_tokens, int)
FIELD (gint64, prompt_time, int)
FIELD (gint64, generation_time, int)
FIELD (gint64, first_token_time, int)
FIELD (gint64, reasoning_time, int)
FIELD (double, rate, double)
FIELD (guint64, memory, int)
FIELD (const char *, sampling, text)
FIELD (const char *, error, text)

const char *
chord_conversation_message_get_content (ChordConversationMessage *self)
{
  g_return_val_if_fail (CHORD_IS_CONVERSATION_MESSAGE (self), NULL);

  return self->content ? self->content->str
                       : chord_record_get_text (CHORD_RECORD (self), "content");
}

const char *
chord_conversation_message_get_reasoning (ChordConversationMessage *self)
{
  g_return_val_if_fail (CHORD_IS_CONVERSATION_MESSAGE (self), NULL);

  return self->reasoning ? self->reasoning->str
                         : chord_record_get_text (CHORD_RECORD (self), "reasoning");
}

gboolean
chord_conversation_message_get_running (ChordConversationMessage *self)
{
  g_return_val_if_fail (CHORD_IS_CONVERSATION_MESSAGE (self), FALSE);

  return self->is_running;
}

GListModel *
chord_conversation_message_get_attachments (ChordConversationMessage *self)
{
  g_return_val_if_fail (CHORD_IS_CONVERSATION_MESSAGE (self), NULL);

  if (!self->attachments)
    self->attachments = g_list_store_new (CHORD_TYPE_ATTACHMENT);
  return G_LIST_MODEL (self->attachments);
}

void
chord_conversation_message_take_attachment (ChordConversationMessage *self,
                                            ChordAttachment *attachment)
{
  GListStore *list = G_LIST_STORE (chord_conversation_message_get_attachments (self));

  if (!g_list_store_find (list, attachment, NULL))
    g_list_store_append (list, attachment);
}

char *
chord_conversation_message_render (ChordConversationMessage *self)
{
  const char *content = chord_conversation_message_get_content (self);

  return chord_attachments_render (self->attachments ? G_LIST_MODEL (self->attachments) : NULL,
                                   content ? content : "");
}

/* ---- The tree ---- */

void
chord_conversation_message_link (ChordConversationMessage *self, ChordConversationMessage *parent,
                                 GPtrArray *siblings)
{
  g_return_if_fail (self->siblings == NULL);

  self->parent = parent;
  self->siblings = g_ptr_array_ref (siblings);
  self->index = siblings->len;
  g_ptr_array_add (siblings, self);
}

gboolean
chord_conversation_message_is_linked (ChordConversationMessage *self)
{
  return self->siblings != NULL;
}

void
chord_conversation_message_unlink (ChordConversationMessage *self)
{
  self->parent = NULL;
  g_clear_pointer (&self->siblings, g_ptr_array_unref);
  g_clear_pointer (&self->children, g_ptr_array_unref);
}

void
chord_conversation_message_notify_siblings (ChordConversationMessage *self)
{
  for (guint i = 0; self->siblings->len > 1 && i < self->siblings->len; i++)
    g_object_notify_by_pspec (self->siblings->pdata[i], properties[PROP_N_SIBLINGS]);
}

ChordConversationMessage *
chord_conversation_message_get_parent (ChordConversationMessage *self)
{
  return self->parent;
}

GPtrArray *
chord_conversation_message_get_children (ChordConversationMessage *self)
{
  if (!self->children)
    self->children = g_ptr_array_new ();
  return self->children;
}

ChordConversationMessage *
chord_conversation_message_get_newest_child (ChordConversationMessage *self)
{
  guint n = self->children ? self->children->len : 0;

  return n > 0 ? self->children->pdata[n - 1] : NULL;
}

guint
chord_conversation_message_get_n_siblings (ChordConversationMessage *self)
{
  g_return_val_if_fail (CHORD_IS_CONVERSATION_MESSAGE (self), 0);

  return self->siblings ? self->siblings->len : 1;
}

guint
chord_conversation_message_get_sibling_index (ChordConversationMessage *self)
{
  g_return_val_if_fail (CHORD_IS_CONVERSATION_MESSAGE (self), 0);

  return self->index;
}

ChordConversationMessage *
chord_conversation_message_get_sibling (ChordConversationMessage *self, int offset)
{
  gint64 index;

  g_return_val_if_fail (CHORD_IS_CONVERSATION_MESSAGE (self), NULL);

  index = (gint64) self->index + offset;
  if (!self->siblings || index < 0 || index >= self->siblings->len)
    return NULL;
  return self->siblings->pdata[index];
}

/* ---- An answer that is being written ---- */

void
chord_conversation_message_begin (ChordConversationMessage *self)
{
  const char *content = chord_record_get_text (CHORD_RECORD (self), "content");
  const char *reasoning = chord_record_get_text (CHORD_RECORD (self), "reasoning");

  self->content = g_string_new (content);
  self->reasoning = g_string_new (reasoning);
  self->is_running = TRUE;
  chord_record_set_int (CHORD_RECORD (self), "finish_reason", CHORD_FINISH_REASON_NONE);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUNNING]);
}

void
chord_conversation_message_append_text (ChordConversationMessage *self, const char *text,
                                        gboolean is_reasoning)
{
  if (!*text)
    return;
  g_string_append (is_reasoning ? self->reasoning : self->content, text);
  self->is_dirty = TRUE;
  g_signal_emit (self, signals[APPENDED], 0, text, is_reasoning);
}

/* To take the text over costs as much as it is long, so this is not done for every piece. */
static void
take_over (ChordConversationMessage *self)
{
  chord_record_set_text (CHORD_RECORD (self), "content", self->content->str);
  if (self->reasoning->len > 0)
    chord_record_set_text (CHORD_RECORD (self), "reasoning", self->reasoning->str);
  self->is_dirty = FALSE;
}

/* What could not be stored is in the error for now: the answer goes on. */
static void
set_problem (ChordConversationMessage *self, GError *problem)
{
  if (problem)
    chord_record_set_text (CHORD_RECORD (self), "error", problem->message);
  g_clear_error (&problem);
}

static void
on_stored (GObject *source, GAsyncResult *result, gpointer data)
{
  ChordConversationMessage *self = CHORD_CONVERSATION_MESSAGE (source);
  GError *error = NULL;

  self->is_storing = FALSE;
  if (!chord_record_save_finish (CHORD_RECORD (self), result, &error))
    set_problem (self, error);
  else if (self->is_running && self->is_dirty)
    chord_conversation_message_store (self);
}

void
chord_conversation_message_store (ChordConversationMessage *self)
{
  /* A slow disk is not asked for more before it is done. */
  if (self->is_storing || !self->is_dirty)
    return;
  self->is_storing = TRUE;
  take_over (self);
  chord_record_save_async (CHORD_RECORD (self), NULL, on_stored, NULL);
}

void
chord_conversation_message_finish (ChordConversationMessage *self, ChordFinishReason reason)
{
  GError *error = NULL;

  take_over (self);
  g_string_free (g_steal_pointer (&self->content), TRUE);
  g_string_free (g_steal_pointer (&self->reasoning), TRUE);
  self->is_running = FALSE;
  chord_record_set_int (CHORD_RECORD (self), "finish_reason", reason);
  if (!chord_record_save (CHORD_RECORD (self), &error))
    set_problem (self, error);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUNNING]);
}

void
chord_conversation_message_recover (ChordConversationMessage *self)
{
  if (!self->is_running
      && chord_conversation_message_get_role (self) == CHORD_ROLE_ASSISTANT
      && chord_conversation_message_get_finish_reason (self) == CHORD_FINISH_REASON_NONE)
    chord_record_set_int (CHORD_RECORD (self), "finish_reason", CHORD_FINISH_REASON_CANCELLED);
}
