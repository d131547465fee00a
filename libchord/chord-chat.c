/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-chat-private.h"

#include "base/error.h"
#include "chord-attachment-private.h"
#include "chord-conversation-private.h"
#include "chord-conversation-message-private.h"
#include "chord-param-private.h"

enum
{
  FINISHED,
  OVERFLOW,
  N_SIGNALS
};

static GParamSpec *properties[CHORD_CHAT_N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ChordChat, chord_chat, G_TYPE_OBJECT)

/* ---- The object ---- */

static void
chord_chat_dispose (GObject *object)
{
  ChordChat *self = CHORD_CHAT (object);

  chord_chat_abandon_answer (self);
  g_clear_object (&self->task_message);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (chord_chat_parent_class)->dispose (object);
}

static void
chord_chat_finalize (GObject *object)
{
  ChordChat *self = CHORD_CHAT (object);

  g_clear_object (&self->conversation);
  g_clear_object (&self->catalog);
  g_clear_object (&self->model);
  g_clear_object (&self->sampling);
  g_clear_object (&self->usage);
  g_hash_table_unref (self->generated);
  G_OBJECT_CLASS (chord_chat_parent_class)->finalize (object);
}

static void
chord_chat_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  ChordChat *self = CHORD_CHAT (object);

  switch ((ChordChatProp) prop_id)
    {
    case CHORD_CHAT_PROP_CONVERSATION:
      g_value_set_object (value, self->conversation);
      break;
    case CHORD_CHAT_PROP_MODEL:
      g_value_set_object (value, self->model);
      break;
    case CHORD_CHAT_PROP_SAMPLING:
      g_value_set_object (value, self->sampling);
      break;
    case CHORD_CHAT_PROP_RUNNING:
      g_value_set_boolean (value, chord_chat_get_running (self));
      break;
    case CHORD_CHAT_PROP_ANSWER:
      g_value_set_object (value, self->answer);
      break;
    case CHORD_CHAT_PROP_GENERATION:
      g_value_set_object (value, self->generation);
      break;
    case CHORD_CHAT_PROP_USAGE:
      g_value_set_object (value, self->usage);
      break;
    case CHORD_CHAT_PROP_CONTEXT_USED:
      g_value_set_uint64 (value, self->context_used);
      break;
    case CHORD_CHAT_PROP_CONTEXT_LENGTH:
      g_value_set_uint64 (value, chord_chat_get_context_length (self));
      break;
    case CHORD_CHAT_PROP_PROMPT_PROGRESS:
      g_value_set_double (value, self->prompt_progress);
      break;
    case CHORD_CHAT_PROP_RATE:
      g_value_set_double (value, self->rate);
      break;
    case CHORD_CHAT_PROP_0:
    case CHORD_CHAT_N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
chord_chat_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  ChordChat *self = CHORD_CHAT (object);

  switch (prop_id)
    {
    case CHORD_CHAT_PROP_CONVERSATION:
      self->conversation = g_value_dup_object (value);
      g_set_object (&self->catalog, chord_record_get_catalog (CHORD_RECORD (self->conversation)));
      break;
    case CHORD_CHAT_PROP_MODEL:
      chord_chat_set_model (self, g_value_get_object (value));
      break;
    case CHORD_CHAT_PROP_SAMPLING:
      chord_chat_set_sampling (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
install_figure_properties (void)
{
  /**
   * ChordChat:usage:
   *
   * What the last answer took; %NULL before there was one.
   */
  properties[CHORD_CHAT_PROP_USAGE]
      = g_param_spec_object ("usage", NULL, NULL, CHORD_TYPE_USAGE, CHORD_PARAM_READABLE);

  /**
   * ChordChat:context-used:
   *
   * How many tokens of the context are in use, as of the last answer.
   */
  properties[CHORD_CHAT_PROP_CONTEXT_USED]
      = g_param_spec_uint64 ("context-used", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_READABLE);

  /**
   * ChordChat:context-length:
   *
   * How many tokens the context holds; 0 without a model.
   */
  properties[CHORD_CHAT_PROP_CONTEXT_LENGTH]
      = g_param_spec_uint64 ("context-length", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_READABLE);

  /**
   * ChordChat:prompt-progress:
   *
   * How much of the prompt of the answer has been computed, from 0 to 1.
   */
  properties[CHORD_CHAT_PROP_PROMPT_PROGRESS]
      = g_param_spec_double ("prompt-progress", NULL, NULL, 0, 1, 0, CHORD_PARAM_READABLE);

  /**
   * ChordChat:rate:
   *
   * How many tokens are generated per second; 0 while none are.
   */
  properties[CHORD_CHAT_PROP_RATE]
      = g_param_spec_double ("rate", NULL, NULL, 0, G_MAXDOUBLE, 0, CHORD_PARAM_READABLE);
}

static void
install_signals (void)
{
  /**
   * ChordChat::finished:
   * @self: a #ChordChat
   * @answer: the answer
   *
   * Comes when an answer has ended, and is stored, for whatever reason; see
   * [property@ConversationMessage:finish-reason].
   */
  signals[FINISHED]
      = g_signal_new ("finished", CHORD_TYPE_CHAT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                      G_TYPE_NONE, 1, CHORD_TYPE_CONVERSATION_MESSAGE);

  /**
   * ChordChat::overflow:
   * @self: a #ChordChat
   * @before_start: whether the model could not begin to answer; else its answer filled the context
   *
   * Tells that the conversation does not fit into the context of the model. Nothing is left out
   * unasked: one of [method@Chat.drop_oldest], or a model with a larger context and
   * [method@Chat.resume], goes on.
   */
  signals[OVERFLOW] = g_signal_new ("overflow", CHORD_TYPE_CHAT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                    NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
}

static void
chord_chat_class_init (ChordChatClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = chord_chat_dispose;
  object_class->finalize = chord_chat_finalize;
  object_class->get_property = chord_chat_get_property;
  object_class->set_property = chord_chat_set_property;

  /**
   * ChordChat:conversation:
   *
   * The conversation.
   */
  properties[CHORD_CHAT_PROP_CONVERSATION]
      = g_param_spec_object ("conversation", NULL, NULL, CHORD_TYPE_CONVERSATION,
                             CHORD_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY);

  /**
   * ChordChat:model:
   *
   * The model that answers. To set it stops the answer that is being written.
   */
  properties[CHORD_CHAT_PROP_MODEL]
      = g_param_spec_object ("model", NULL, NULL, CHORD_TYPE_MODEL, CHORD_PARAM_READWRITE);

  /**
   * ChordChat:sampling:
   *
   * How to choose tokens; %NULL leaves it to the preset of the conversation, or the settings of its
   * model.
   */
  properties[CHORD_CHAT_PROP_SAMPLING]
      = g_param_spec_object ("sampling", NULL, NULL, CHORD_TYPE_SAMPLING_OPTIONS,
                             CHORD_PARAM_READWRITE);

  /**
   * ChordChat:running:
   *
   * Whether an answer is being written.
   */
  properties[CHORD_CHAT_PROP_RUNNING]
      = g_param_spec_boolean ("running", NULL, NULL, FALSE, CHORD_PARAM_READABLE);

  /**
   * ChordChat:answer:
   *
   * The answer that is being written.
   */
  properties[CHORD_CHAT_PROP_ANSWER]
      = g_param_spec_object ("answer", NULL, NULL, CHORD_TYPE_CONVERSATION_MESSAGE,
                             CHORD_PARAM_READABLE);

  /**
   * ChordChat:generation:
   *
   * The generation of the answer that is being written.
   */
  properties[CHORD_CHAT_PROP_GENERATION] = g_param_spec_object (
      "generation", NULL, NULL, CHORD_TYPE_GENERATION, CHORD_PARAM_READABLE);

  install_figure_properties ();
  g_object_class_install_properties (object_class, CHORD_CHAT_N_PROPS, properties);
  install_signals ();
}

static void
chord_chat_init (ChordChat *self)
{
  self->generated = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_object_unref);
}

void
chord_chat_notify (ChordChat *self, ChordChatProp prop)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[prop]);
}

void
chord_chat_emit_finished (ChordChat *self, ChordConversationMessage *answer)
{
  g_signal_emit (self, signals[FINISHED], 0, answer);
}

void
chord_chat_overflow (ChordChat *self, ChordChatTask task, ChordConversationMessage *message)
{
  self->task = task;
  g_set_object (&self->task_message, message);
  g_signal_emit (self, signals[OVERFLOW], 0, task == CHORD_CHAT_ANSWER);
}

/* ---- Properties ---- */

ChordChat *
chord_chat_new (ChordConversation *conversation, ChordModel *model)
{
  g_return_val_if_fail (CHORD_IS_CONVERSATION (conversation), NULL);
  g_return_val_if_fail (!model || CHORD_IS_MODEL (model), NULL);

  return g_object_new (CHORD_TYPE_CHAT, "conversation", conversation, "model", model, NULL);
}

ChordConversation *
chord_chat_get_conversation (ChordChat *self)
{
  g_return_val_if_fail (CHORD_IS_CHAT (self), NULL);

  return self->conversation;
}

ChordModel *
chord_chat_get_model (ChordChat *self)
{
  g_return_val_if_fail (CHORD_IS_CHAT (self), NULL);

  return self->model;
}

void
chord_chat_set_model (ChordChat *self, ChordModel *model)
{
  g_return_if_fail (CHORD_IS_CHAT (self));
  g_return_if_fail (!model || CHORD_IS_MODEL (model));

  if (self->model == model)
    return;
  chord_chat_abandon_answer (self);
  /* The tokens of one model mean nothing to another. */
  g_clear_object (&self->session);
  g_hash_table_remove_all (self->generated);
  g_set_object (&self->model, model);
  self->context_used = 0;
  chord_chat_notify (self, CHORD_CHAT_PROP_MODEL);
  chord_chat_notify (self, CHORD_CHAT_PROP_CONTEXT_USED);
  chord_chat_notify (self, CHORD_CHAT_PROP_CONTEXT_LENGTH);
}

ChordSamplingOptions *
chord_chat_get_sampling (ChordChat *self)
{
  g_return_val_if_fail (CHORD_IS_CHAT (self), NULL);

  return self->sampling;
}

void
chord_chat_set_sampling (ChordChat *self, ChordSamplingOptions *sampling)
{
  g_return_if_fail (CHORD_IS_CHAT (self));
  g_return_if_fail (!sampling || CHORD_IS_SAMPLING_OPTIONS (sampling));

  if (g_set_object (&self->sampling, sampling))
    chord_chat_notify (self, CHORD_CHAT_PROP_SAMPLING);
}

gboolean
chord_chat_get_running (ChordChat *self)
{
  g_return_val_if_fail (CHORD_IS_CHAT (self), FALSE);

  return self->answer != NULL;
}

ChordConversationMessage *
chord_chat_get_answer (ChordChat *self)
{
  g_return_val_if_fail (CHORD_IS_CHAT (self), NULL);

  return self->answer;
}

ChordGeneration *
chord_chat_get_generation (ChordChat *self)
{
  g_return_val_if_fail (CHORD_IS_CHAT (self), NULL);

  return self->generation;
}

ChordUsage *
chord_chat_get_usage (ChordChat *self)
{
  g_return_val_if_fail (CHORD_IS_CHAT (self), NULL);

  return self->usage;
}

guint64
chord_chat_get_context_used (ChordChat *self)
{
  g_return_val_if_fail (CHORD_IS_CHAT (self), 0);

  return self->context_used;
}

guint64
chord_chat_get_context_length (ChordChat *self)
{
  g_return_val_if_fail (CHORD_IS_CHAT (self), 0);

  return self->model ? chord_model_get_context_length (self->model) : 0;
}

double
chord_chat_get_prompt_progress (ChordChat *self)
{
  g_return_val_if_fail (CHORD_IS_CHAT (self), 0);

  return self->prompt_progress;
}

double
chord_chat_get_rate (ChordChat *self)
{
  g_return_val_if_fail (CHORD_IS_CHAT (self), 0);

  return self->rate;
}

/* ---- Turns ---- */

static gboolean
check_ready (ChordChat *self, GError **error)
{
  if (self->answer)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PENDING, "An answer is being written");
  else if (!self->model)
    g_set_error_literal (error, CH_ERROR, CH_ERROR_INVALID_ARGUMENT,
                         "There is no model to answer");
  else
    {
      self->task = CHORD_CHAT_NOTHING;
      g_clear_object (&self->task_message);
      return TRUE;
    }
  return FALSE;
}

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error_literal (error, CH_ERROR, CH_ERROR_INVALID_ARGUMENT, why);
  return FALSE;
}

/* The generation runs: gives it a message below the one that it answers. */
static gboolean
begin_below (ChordChat *self, ChordConversationMessage *message, GError **error)
{
  ChordConversationMessage *answer = chord_conversation_add_message (
      self->conversation, message, CHORD_ROLE_ASSISTANT, "", NULL, error);

  if (answer)
    chord_chat_begin_answer (self, answer, FALSE);
  else
    g_clear_object (&self->generation);
  return answer != NULL;
}

/* Starts to generate. TRUE also when there is no room: then there is no generation. */
static gboolean
start (ChordChat *self, gboolean continues, GError **error)
{
  g_autoptr (GError) problem = NULL;

  if (chord_chat_start (self, continues, &problem) || !problem)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

static gboolean
answer_message (ChordChat *self, ChordConversationMessage *message, GError **error)
{
  if (!chord_chat_sync (self, message, FALSE, error) || !start (self, FALSE, error))
    return FALSE;
  if (self->generation)
    return begin_below (self, message, error);
  chord_chat_overflow (self, CHORD_CHAT_ANSWER, message);
  return TRUE;
}

static gboolean
continue_answer (ChordChat *self, ChordConversationMessage *answer, GError **error)
{
  if (!chord_chat_sync (self, answer, TRUE, error) || !start (self, TRUE, error))
    return FALSE;
  if (self->generation)
    {
      chord_conversation_select (self->conversation, answer);
      chord_chat_begin_answer (self, answer, TRUE);
    }
  else
    chord_chat_overflow (self, CHORD_CHAT_CONTINUE, answer);
  return TRUE;
}

/* The model is asked first: what it cannot begin to answer is not said. */
static gboolean
say (ChordChat *self, ChordConversationMessage *after, const char *text, GListModel *attachments,
     GError **error)
{
  g_autofree char *rendered = chord_attachments_render (attachments, text);
  ChordConversationMessage *message;

  if (!chord_chat_sync (self, after, FALSE, error)
      || !chord_session_append_text (self->session, CHORD_ROLE_USER, rendered, error)
      || !start (self, FALSE, error))
    return FALSE;
  message = chord_conversation_add_message (self->conversation, after, CHORD_ROLE_USER, text,
                                            attachments, error);
  if (!message)
    {
      g_clear_object (&self->generation);
      return FALSE;
    }
  if (self->generation)
    return begin_below (self, message, error);
  chord_chat_overflow (self, CHORD_CHAT_ANSWER, message);
  return TRUE;
}

gboolean
chord_chat_send (ChordChat *self, const char *text, GListModel *attachments, GError **error)
{
  g_return_val_if_fail (CHORD_IS_CHAT (self), FALSE);
  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (!attachments || G_IS_LIST_MODEL (attachments), FALSE);

  return check_ready (self, error)
         && say (self, chord_conversation_get_leaf_message (self->conversation), text, attachments,
                 error);
}

gboolean
chord_chat_edit (ChordChat *self, ChordConversationMessage *message, const char *text,
                 GError **error)
{
  g_return_val_if_fail (CHORD_IS_CHAT (self), FALSE);
  g_return_val_if_fail (CHORD_IS_CONVERSATION_MESSAGE (message), FALSE);
  g_return_val_if_fail (text != NULL, FALSE);

  if (!check_ready (self, error))
    return FALSE;
  if (chord_conversation_message_get_role (message) != CHORD_ROLE_USER)
    return refuse (error, "Only what the user said can be said otherwise");
  return say (self, chord_conversation_message_get_parent (message), text,
              chord_conversation_message_get_attachments (message), error);
}

gboolean
chord_chat_regenerate (ChordChat *self, ChordConversationMessage *answer, GError **error)
{
  ChordConversationMessage *question = answer;

  g_return_val_if_fail (CHORD_IS_CHAT (self), FALSE);
  g_return_val_if_fail (CHORD_IS_CONVERSATION_MESSAGE (answer), FALSE);

  if (!check_ready (self, error))
    return FALSE;
  if (chord_conversation_message_get_role (answer) == CHORD_ROLE_ASSISTANT)
    question = chord_conversation_message_get_parent (answer);
  if (!question)
    return refuse (error, "There is no message to answer");
  return answer_message (self, question, error);
}

gboolean
chord_chat_continue (ChordChat *self, ChordConversationMessage *answer, GError **error)
{
  g_return_val_if_fail (CHORD_IS_CHAT (self), FALSE);
  g_return_val_if_fail (CHORD_IS_CONVERSATION_MESSAGE (answer), FALSE);

  if (!check_ready (self, error))
    return FALSE;
  if (chord_conversation_message_get_role (answer) != CHORD_ROLE_ASSISTANT
      || chord_conversation_message_get_newest_child (answer))
    return refuse (error, "Only an answer that nothing follows can go on");
  return continue_answer (self, answer, error);
}

void
chord_chat_stop (ChordChat *self)
{
  g_return_if_fail (CHORD_IS_CHAT (self));

  if (self->generation)
    chord_generation_cancel (self->generation);
}

/* ---- Where the context is too small ---- */

gboolean
chord_chat_resume (ChordChat *self, GError **error)
{
  g_autoptr (ChordConversationMessage) message = NULL;
  ChordChatTask task;

  g_return_val_if_fail (CHORD_IS_CHAT (self), FALSE);

  task = self->task;
  g_set_object (&message, self->task_message);
  if (!check_ready (self, error))
    return FALSE;
  switch (task)
    {
    case CHORD_CHAT_ANSWER:
      return answer_message (self, message, error);
    case CHORD_CHAT_CONTINUE:
      return continue_answer (self, message, error);
    case CHORD_CHAT_NOTHING:
    default:
      return refuse (error, "There is nothing to go on with");
    }
}

guint
chord_chat_drop_oldest (ChordChat *self, GError **error)
{
  ChordConversationMessage *first;
  guint n;

  g_return_val_if_fail (CHORD_IS_CHAT (self), 0);

  if (!self->model || self->task == CHORD_CHAT_NOTHING)
    return refuse (error, "There is nothing to go on with");
  n = chord_chat_choose_first (self, self->task_message, &first);
  if (n == 0)
    {
      g_set_error (error, CH_ERROR, CH_ERROR_CONTEXT_FULL,
                   "What was said last fills the context of %" G_GUINT64_FORMAT " tokens alone",
                   chord_chat_get_context_length (self));
      return 0;
    }
  chord_conversation_set_first_sent (self->conversation,
                                     chord_record_get_id (CHORD_RECORD (first)));
  if (!chord_record_save (CHORD_RECORD (self->conversation), error)
      || !chord_chat_resume (self, error))
    return 0;
  return n;
}
