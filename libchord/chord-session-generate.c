/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-session-private.h"

#include "base/error.h"
#include "chord-generation-private.h"
#include "chord-model-private.h"
#include "chord-prompt-private.h"

static gboolean
ensure_seq (ChordSession *self, GError **error)
{
  if (!self->seq)
    self->seq = ch_engine_seq_new (chord_model_get_engine (self->model), error);
  return self->seq != NULL;
}

static ChordGeneration *
start (ChordSession *self, const gint32 *tokens, gsize n_tokens, ChordMessage *message,
       ChordSamplingOptions *options, gboolean blocking, GError **error)
{
  g_autoptr (ChordGeneration) generation = NULL;

  if (!chord_session_check_idle (self, error))
    return NULL;
  chord_session_settle (self);
  if (!ensure_seq (self, error))
    return NULL;
  generation = chord_generation_new (self, message);
  if (!chord_generation_launch (generation, self->seq, tokens, n_tokens, options, blocking, error))
    return NULL;
  self->job = ch_job_ref (chord_generation_get_job (generation));
  chord_session_begin_generation (self, generation);
  return g_steal_pointer (&generation);
}

static ChordGeneration *
start_chat (ChordSession *self, ChordSamplingOptions *options, gboolean blocking, GError **error)
{
  g_autoptr (ChordMessage) answer = NULL;
  g_autoptr (GArray) tokens = NULL;

  if (!chord_session_check_idle (self, error))
    return NULL;
  tokens = chord_prompt_render (self->model, self->system_prompt, G_LIST_MODEL (self->messages),
                                FALSE, &self->opened, error);
  if (!tokens)
    return NULL;
  answer = chord_message_new (CHORD_ROLE_ASSISTANT, NULL);
  return start (self, (gconstpointer) tokens->data, tokens->len, answer, options, blocking, error);
}

ChordGeneration *
chord_session_start (ChordSession *self, ChordSamplingOptions *options, GError **error)
{
  g_return_val_if_fail (CHORD_IS_SESSION (self), NULL);
  g_return_val_if_fail (!options || CHORD_IS_SAMPLING_OPTIONS (options), NULL);

  return start_chat (self, options, FALSE, error);
}

/* The answer that the conversation ends with. */
static ChordMessage *
get_open_answer (ChordSession *self, GError **error)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->messages));
  g_autoptr (ChordMessage) last
      = n > 0 ? g_list_model_get_item (G_LIST_MODEL (self->messages), n - 1) : NULL;

  if (last && chord_message_get_role (last) == CHORD_ROLE_ASSISTANT)
    return g_steal_pointer (&last);
  g_set_error_literal (error, CH_ERROR, CH_ERROR_INVALID_ARGUMENT,
                       "The conversation does not end with an answer that could go on");
  return NULL;
}

ChordGeneration *
chord_session_start_continue (ChordSession *self, ChordSamplingOptions *options, GError **error)
{
  g_autoptr (ChordMessage) answer = NULL;
  g_autoptr (GArray) tokens = NULL;

  g_return_val_if_fail (CHORD_IS_SESSION (self), NULL);
  g_return_val_if_fail (!options || CHORD_IS_SAMPLING_OPTIONS (options), NULL);

  if (!chord_session_check_idle (self, error))
    return NULL;
  answer = get_open_answer (self, error);
  if (!answer)
    return NULL;
  tokens = chord_prompt_render (self->model, self->system_prompt, G_LIST_MODEL (self->messages),
                                TRUE, &self->opened, error);
  if (!tokens)
    return NULL;
  return start (self, (gconstpointer) tokens->data, tokens->len, answer, options, FALSE, error);
}

int
chord_session_get_opened_reasoning (ChordSession *self)
{
  return self->opened;
}

ChordGeneration *
chord_session_start_tokens (ChordSession *self, const gint32 *tokens, gsize n_tokens,
                            ChordSamplingOptions *options, GError **error)
{
  g_return_val_if_fail (CHORD_IS_SESSION (self), NULL);
  g_return_val_if_fail (tokens != NULL || n_tokens == 0, NULL);
  g_return_val_if_fail (!options || CHORD_IS_SAMPLING_OPTIONS (options), NULL);

  return start (self, tokens, n_tokens, NULL, options, FALSE, error);
}

ChordGeneration *
chord_session_start_prompt (ChordSession *self, const char *prompt, gssize length,
                            ChordTokenizeFlags flags, ChordSamplingOptions *options, GError **error)
{
  g_autofree gint32 *tokens = NULL;
  ChordTokenizer *tokenizer;
  gsize n_tokens;

  g_return_val_if_fail (CHORD_IS_SESSION (self), NULL);
  g_return_val_if_fail (prompt != NULL, NULL);
  g_return_val_if_fail (!options || CHORD_IS_SAMPLING_OPTIONS (options), NULL);

  tokenizer = chord_model_get_tokenizer (self->model, error);
  if (!tokenizer)
    return NULL;
  tokens = chord_tokenizer_tokenize (tokenizer, prompt, length, flags, &n_tokens);
  return start (self, tokens, n_tokens, NULL, options, FALSE, error);
}

ChordGeneration *
chord_session_generate (ChordSession *self, ChordSamplingOptions *options,
                        GCancellable *cancellable, GError **error)
{
  g_autoptr (ChordGeneration) generation = NULL;

  g_return_val_if_fail (CHORD_IS_SESSION (self), NULL);
  g_return_val_if_fail (!options || CHORD_IS_SAMPLING_OPTIONS (options), NULL);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  generation = start_chat (self, options, TRUE, error);
  if (!generation || !chord_generation_wait (generation, cancellable, error))
    return NULL;
  return g_steal_pointer (&generation);
}

static void
on_generated (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (chord_generation_wait_finish (CHORD_GENERATION (source), result, &error))
    g_task_return_pointer (task, g_object_ref (source), g_object_unref);
  else
    g_task_return_error (task, error);
}

void
chord_session_generate_async (ChordSession *self, ChordSamplingOptions *options,
                              GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (ChordGeneration) generation = NULL;
  GError *error = NULL;

  g_return_if_fail (CHORD_IS_SESSION (self));
  g_return_if_fail (!options || CHORD_IS_SAMPLING_OPTIONS (options));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, chord_session_generate_async);
  if (g_task_return_error_if_cancelled (task))
    return;
  generation = start_chat (self, options, FALSE, &error);
  if (generation)
    chord_generation_wait_async (generation, cancellable, on_generated, g_steal_pointer (&task));
  else
    g_task_return_error (task, error);
}

ChordGeneration *
chord_session_generate_finish (ChordSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
