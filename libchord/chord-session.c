/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-session-private.h"

#include "base/error.h"
#include "chord-model-private.h"
#include "chord-param-private.h"

enum
{
  PROP_0,
  PROP_MODEL,
  PROP_SYSTEM_PROMPT,
  PROP_MESSAGES,
  PROP_GENERATION,
  PROP_N_TOKENS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ChordSession, chord_session, G_TYPE_OBJECT)

static void
chord_session_finalize (GObject *object)
{
  ChordSession *self = CHORD_SESSION (object);

  g_clear_pointer (&self->job, ch_job_unref);
  g_clear_pointer (&self->seq, ch_engine_seq_free);
  g_clear_object (&self->messages);
  g_free (self->system_prompt);
  g_clear_object (&self->model);
  G_OBJECT_CLASS (chord_session_parent_class)->finalize (object);
}

static void
chord_session_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  ChordSession *self = CHORD_SESSION (object);

  switch (prop_id)
    {
    case PROP_MODEL:
      g_value_set_object (value, self->model);
      break;
    case PROP_SYSTEM_PROMPT:
      g_value_set_string (value, self->system_prompt);
      break;
    case PROP_MESSAGES:
      g_value_set_object (value, self->messages);
      break;
    case PROP_GENERATION:
      g_value_set_object (value, self->generation);
      break;
    case PROP_N_TOKENS:
      g_value_set_uint64 (value, chord_session_get_n_tokens (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
chord_session_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  ChordSession *self = CHORD_SESSION (object);

  switch (prop_id)
    {
    case PROP_MODEL:
      self->model = g_value_dup_object (value);
      break;
    case PROP_SYSTEM_PROMPT:
      chord_session_set_system_prompt (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
chord_session_class_init (ChordSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = chord_session_finalize;
  object_class->get_property = chord_session_get_property;
  object_class->set_property = chord_session_set_property;

  /**
   * ChordSession:model:
   *
   * The model.
   */
  properties[PROP_MODEL]
      = g_param_spec_object ("model", NULL, NULL, CHORD_TYPE_MODEL,
                             CHORD_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY);

  /**
   * ChordSession:system-prompt:
   *
   * The instructions that stand before all messages.
   */
  properties[PROP_SYSTEM_PROMPT]
      = g_param_spec_string ("system-prompt", NULL, NULL, NULL, CHORD_PARAM_READWRITE);

  /**
   * ChordSession:messages:
   *
   * The conversation, a list of [class@Message].
   */
  properties[PROP_MESSAGES]
      = g_param_spec_object ("messages", NULL, NULL, G_TYPE_LIST_MODEL, CHORD_PARAM_READABLE);

  /**
   * ChordSession:generation:
   *
   * The generation that runs now.
   */
  properties[PROP_GENERATION] = g_param_spec_object ("generation", NULL, NULL,
                                                     CHORD_TYPE_GENERATION, CHORD_PARAM_READABLE);

  /**
   * ChordSession:n-tokens:
   *
   * How many tokens of the context are in use. It changes with each generation, without
   * notification.
   */
  properties[PROP_N_TOKENS]
      = g_param_spec_uint64 ("n-tokens", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_READABLE);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
chord_session_init (ChordSession *self)
{
  self->messages = g_list_store_new (CHORD_TYPE_MESSAGE);
}

ChordSession *
chord_session_new (ChordModel *model)
{
  g_return_val_if_fail (CHORD_IS_MODEL (model), NULL);

  return g_object_new (CHORD_TYPE_SESSION, "model", model, NULL);
}

ChordModel *
chord_session_get_model (ChordSession *self)
{
  g_return_val_if_fail (CHORD_IS_SESSION (self), NULL);

  return self->model;
}

const char *
chord_session_get_system_prompt (ChordSession *self)
{
  g_return_val_if_fail (CHORD_IS_SESSION (self), NULL);

  return self->system_prompt;
}

void
chord_session_set_system_prompt (ChordSession *self, const char *system_prompt)
{
  char *copy;

  g_return_if_fail (CHORD_IS_SESSION (self));

  if (g_strcmp0 (self->system_prompt, system_prompt) == 0)
    return;
  copy = g_strdup (system_prompt);
  g_free (self->system_prompt);
  self->system_prompt = copy;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SYSTEM_PROMPT]);
}

GListModel *
chord_session_get_messages (ChordSession *self)
{
  g_return_val_if_fail (CHORD_IS_SESSION (self), NULL);

  return G_LIST_MODEL (self->messages);
}

ChordGeneration *
chord_session_get_generation (ChordSession *self)
{
  g_return_val_if_fail (CHORD_IS_SESSION (self), NULL);

  return self->generation;
}

guint64
chord_session_get_n_tokens (ChordSession *self)
{
  g_autoptr (GArray) tokens = NULL;

  g_return_val_if_fail (CHORD_IS_SESSION (self), 0);

  if (!self->seq)
    return 0;
  tokens = ch_engine_seq_tokens (self->seq);
  return tokens->len;
}

/* ---- The conversation ---- */

gboolean
chord_session_check_idle (ChordSession *self, GError **error)
{
  if (!self->generation)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PENDING,
                       "A generation is running in this session");
  return FALSE;
}

gboolean
chord_session_append (ChordSession *self, ChordMessage *message, GError **error)
{
  g_return_val_if_fail (CHORD_IS_SESSION (self), FALSE);
  g_return_val_if_fail (CHORD_IS_MESSAGE (message), FALSE);

  if (!chord_session_check_idle (self, error))
    return FALSE;
  g_list_store_append (self->messages, message);
  return TRUE;
}

gboolean
chord_session_append_text (ChordSession *self, ChordRole role, const char *text, GError **error)
{
  g_autoptr (ChordMessage) message = NULL;

  g_return_val_if_fail (text != NULL, FALSE);

  message = chord_message_new (role, text);
  return chord_session_append (self, message, error);
}

gboolean
chord_session_truncate (ChordSession *self, guint n_messages, GError **error)
{
  guint n;

  g_return_val_if_fail (CHORD_IS_SESSION (self), FALSE);

  if (!chord_session_check_idle (self, error))
    return FALSE;
  n = g_list_model_get_n_items (G_LIST_MODEL (self->messages));
  if (n_messages < n)
    g_list_store_splice (self->messages, n_messages, n - n_messages, NULL, 0);
  return TRUE;
}

gboolean
chord_session_replace (ChordSession *self, guint position, ChordMessage *message, GError **error)
{
  guint n;

  g_return_val_if_fail (CHORD_IS_SESSION (self), FALSE);
  g_return_val_if_fail (CHORD_IS_MESSAGE (message), FALSE);

  if (!chord_session_check_idle (self, error))
    return FALSE;
  n = g_list_model_get_n_items (G_LIST_MODEL (self->messages));
  if (position >= n)
    {
      g_set_error (error, CH_ERROR, CH_ERROR_INVALID_ARGUMENT,
                   "There is no message %u to replace, the conversation has %u", position, n);
      return FALSE;
    }
  g_list_store_splice (self->messages, position, n - position, (gpointer *) &message, 1);
  return TRUE;
}

/* ---- The generation that runs ---- */

void
chord_session_begin_generation (ChordSession *self, ChordGeneration *generation)
{
  ChordMessage *message = chord_generation_get_message (generation);

  self->generation = generation;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_GENERATION]);
  /* An answer that goes on is there already. */
  if (message && !g_list_store_find (self->messages, message, NULL))
    g_list_store_append (self->messages, message);
}

/* An answer of which nothing came before it was cancelled or failed is none. */
static void
remove_if_empty (ChordSession *self, ChordGeneration *generation)
{
  ChordMessage *message = chord_generation_get_message (generation);
  ChordFinishReason reason = chord_generation_get_finish_reason (generation);
  guint position;

  if (!message || *chord_message_get_text (message) || reason == CHORD_FINISH_REASON_STOP
      || reason == CHORD_FINISH_REASON_LENGTH)
    return;
  if (g_list_store_find (self->messages, message, &position))
    g_list_store_remove (self->messages, position);
}

void
chord_session_end_generation (ChordSession *self, ChordGeneration *generation)
{
  if (self->generation != generation)
    return;
  self->generation = NULL;
  remove_if_empty (self, generation);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_GENERATION]);
}

void
chord_session_settle (ChordSession *self)
{
  if (self->job)
    ch_job_wait (self->job);
  g_clear_pointer (&self->job, ch_job_unref);
}
