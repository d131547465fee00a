/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-generation-private.h"

#include "chord-delivery-private.h"
#include "chord-enum-types.h"
#include "chord-message-private.h"
#include "chord-param-private.h"
#include "chord-sampling-options-private.h"
#include "chord-session-private.h"
#include "chord-token-private.h"
#include "chord-usage-private.h"

struct _ChordGeneration
{
  GObject parent_instance;

  ChordSession *session;
  ChordMessage *message; /* or NULL: a raw prompt */
  ChordDelivery *delivery;
  ChJob *job;
  GString *text;
  GArray *ids;        /* gint32: the tokens of the text */
  gsize n_prompt;
  guint n_generated;
  gboolean continues; /* the message said something before */
  GListStore *tokens; /* ChordToken, when probabilities were asked for */
  guint top_logprobs;
  guint64 seed;
  ChordFinishReason finish_reason;
  GError *error;
  ChordUsage *usage;
  GPtrArray *waiters; /* GTasks of chord_generation_wait_async() */
};

enum
{
  PROP_0,
  PROP_SESSION,
  PROP_MESSAGE,
  PROP_RUNNING,
  PROP_FINISH_REASON,
  PROP_ERROR,
  PROP_USAGE,
  PROP_SEED,
  PROP_TOKENS,
  N_PROPS
};

enum
{
  PROMPT_PROGRESS,
  TEXT,
  FINISHED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ChordGeneration, chord_generation, G_TYPE_OBJECT)

static void finish_message (ChordGeneration *self, ChordFinishReason reason);

/* Whoever drops a running generation cancels it: what was delivered stays in the conversation. */
static void
chord_generation_dispose (GObject *object)
{
  ChordGeneration *self = CHORD_GENERATION (object);

  chord_generation_cancel (self);
  if (self->session && chord_generation_get_running (self))
    finish_message (self, CHORD_FINISH_REASON_CANCELLED);
  if (self->session)
    chord_session_end_generation (self->session, self);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (chord_generation_parent_class)->dispose (object);
}

static void
chord_generation_finalize (GObject *object)
{
  ChordGeneration *self = CHORD_GENERATION (object);

  g_clear_pointer (&self->job, ch_job_unref);
  g_clear_pointer (&self->delivery, chord_delivery_unref);
  g_clear_object (&self->message);
  g_string_free (self->text, TRUE);
  g_array_unref (self->ids);
  g_object_unref (self->tokens);
  g_clear_error (&self->error);
  g_clear_object (&self->usage);
  g_ptr_array_unref (self->waiters);
  G_OBJECT_CLASS (chord_generation_parent_class)->finalize (object);
}

static void
chord_generation_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  ChordGeneration *self = CHORD_GENERATION (object);

  switch (prop_id)
    {
    case PROP_SESSION:
      g_value_set_object (value, self->session);
      break;
    case PROP_MESSAGE:
      g_value_set_object (value, self->message);
      break;
    case PROP_RUNNING:
      g_value_set_boolean (value, chord_generation_get_running (self));
      break;
    case PROP_FINISH_REASON:
      g_value_set_enum (value, self->finish_reason);
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, self->error);
      break;
    case PROP_USAGE:
      g_value_set_object (value, self->usage);
      break;
    case PROP_SEED:
      g_value_set_uint64 (value, self->seed);
      break;
    case PROP_TOKENS:
      g_value_set_object (value, self->tokens);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
install_signals (void)
{
  /**
   * ChordGeneration::prompt-progress:
   * @self: a #ChordGeneration
   * @done: how many tokens of the prompt have been computed
   * @total: how many there are to compute
   *
   * Tells how far the prompt is, not counting what was in memory already.
   */
  signals[PROMPT_PROGRESS]
      = g_signal_new ("prompt-progress", CHORD_TYPE_GENERATION, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                      NULL, G_TYPE_NONE, 2, G_TYPE_UINT64, G_TYPE_UINT64);

  /**
   * ChordGeneration::text:
   * @self: a #ChordGeneration
   * @text: what came since the last signal
   *
   * Brings new text, always in whole characters. Text that came while the main context was busy
   * comes in one piece.
   */
  signals[TEXT] = g_signal_new ("text", CHORD_TYPE_GENERATION, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  /**
   * ChordGeneration::finished:
   * @self: a #ChordGeneration
   * @reason: why
   *
   * Comes once, last. All properties have their final values then.
   */
  signals[FINISHED]
      = g_signal_new ("finished", CHORD_TYPE_GENERATION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                      G_TYPE_NONE, 1, CHORD_TYPE_FINISH_REASON);
}

static void
install_result_properties (void)
{
  /**
   * ChordGeneration:finish-reason:
   *
   * Why it ended; %CHORD_FINISH_REASON_NONE while it runs.
   */
  properties[PROP_FINISH_REASON]
      = g_param_spec_enum ("finish-reason", NULL, NULL, CHORD_TYPE_FINISH_REASON,
                           CHORD_FINISH_REASON_NONE, CHORD_PARAM_READABLE);

  /**
   * ChordGeneration:error:
   *
   * What went wrong, or %CHORD_ERROR_CONTEXT_FULL when the text ends because the context is full.
   */
  properties[PROP_ERROR]
      = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, CHORD_PARAM_READABLE);

  /**
   * ChordGeneration:usage:
   *
   * What it took; %NULL while it runs.
   */
  properties[PROP_USAGE]
      = g_param_spec_object ("usage", NULL, NULL, CHORD_TYPE_USAGE, CHORD_PARAM_READABLE);

  /**
   * ChordGeneration:seed:
   *
   * The seed that it uses; with [property@SamplingOptions:seed] it gives the same text again.
   */
  properties[PROP_SEED]
      = g_param_spec_uint64 ("seed", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_READABLE);

  /**
   * ChordGeneration:tokens:
   *
   * A list of [class@Token]: the generated tokens with their probabilities. Empty unless
   * [property@SamplingOptions:top-logprobs] asked for them.
   */
  properties[PROP_TOKENS]
      = g_param_spec_object ("tokens", NULL, NULL, G_TYPE_LIST_MODEL, CHORD_PARAM_READABLE);
}

static void
chord_generation_class_init (ChordGenerationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = chord_generation_dispose;
  object_class->finalize = chord_generation_finalize;
  object_class->get_property = chord_generation_get_property;

  /**
   * ChordGeneration:session:
   *
   * The session that it runs in.
   */
  properties[PROP_SESSION]
      = g_param_spec_object ("session", NULL, NULL, CHORD_TYPE_SESSION, CHORD_PARAM_READABLE);

  /**
   * ChordGeneration:message:
   *
   * The answer, which is in the session too; %NULL for a raw prompt.
   */
  properties[PROP_MESSAGE]
      = g_param_spec_object ("message", NULL, NULL, CHORD_TYPE_MESSAGE, CHORD_PARAM_READABLE);

  /**
   * ChordGeneration:running:
   *
   * Whether it has not finished yet.
   */
  properties[PROP_RUNNING]
      = g_param_spec_boolean ("running", NULL, NULL, TRUE, CHORD_PARAM_READABLE);

  install_result_properties ();
  g_object_class_install_properties (object_class, N_PROPS, properties);
  install_signals ();
}

static void
chord_generation_init (ChordGeneration *self)
{
  self->text = g_string_new (NULL);
  self->ids = g_array_new (FALSE, FALSE, sizeof (gint32));
  self->tokens = g_list_store_new (CHORD_TYPE_TOKEN);
  self->waiters = g_ptr_array_new_with_free_func (g_object_unref);
}

ChordGeneration *
chord_generation_new (ChordSession *session, ChordMessage *message)
{
  ChordGeneration *self = g_object_new (CHORD_TYPE_GENERATION, NULL);

  self->session = g_object_ref (session);
  g_set_object (&self->message, message);
  self->continues = message && *chord_message_get_text (message);
  return self;
}

/* ---- News from the engine: first all of the state changes, then the signals tell of it ---- */

static ChordTokenizer *
get_tokenizer (ChordGeneration *self)
{
  return chord_model_get_tokenizer (chord_session_get_model (self->session), NULL);
}

static ChordToken *
make_token (ChordGeneration *self, const ChTokenLogprob *logprob, GListModel *alternatives)
{
  g_autofree char *text
      = chord_tokenizer_detokenize (get_tokenizer (self), &logprob->token, 1, TRUE, NULL);

  return chord_token_new (logprob->token, text, (double) logprob->logprob, alternatives);
}

static void
add_alternative (ChordGeneration *self, GListStore *alternatives, const ChTokenLogprob *logprob)
{
  g_autoptr (ChordToken) token = make_token (self, logprob, NULL);

  g_list_store_append (alternatives, token);
}

/* The engine puts the chosen token first, then the others of the likeliest, falling. The chosen one
 * takes its place among those too, if it is one of them: then there are no more than asked for. */
static void
record_token (ChordGeneration *self, const ChTokenLogprob *logprobs, guint n)
{
  g_autoptr (GListStore) alternatives = g_list_store_new (CHORD_TYPE_TOKEN);
  g_autoptr (ChordToken) token = NULL;
  gboolean is_listed = n > self->top_logprobs;

  for (guint i = 1; i < n; i++)
    {
      if (!is_listed && logprobs[0].logprob >= logprobs[i].logprob)
        {
          add_alternative (self, alternatives, &logprobs[0]);
          is_listed = TRUE;
        }
      add_alternative (self, alternatives, &logprobs[i]);
    }
  if (!is_listed)
    add_alternative (self, alternatives, &logprobs[0]);
  token = make_token (self, &logprobs[0], G_LIST_MODEL (alternatives));
  g_list_store_append (self->tokens, token);
}

static void
record_tokens (ChordGeneration *self, const ChordNews *news)
{
  const ChTokenLogprob *logprobs = (gconstpointer) news->logprobs->data;

  for (guint i = 0; i < news->n_logprobs->len; i++)
    {
      guint n = g_array_index (news->n_logprobs, guint, i);

      if (n > 0)
        record_token (self, logprobs, n);
      logprobs += n;
    }
}

static void
add_text (ChordGeneration *self, const ChordNews *news)
{
  g_array_append_vals (self->ids, news->ids->data, news->ids->len);
  self->n_generated += news->ids->len;
  record_tokens (self, news);
  if (news->text->len == 0)
    return;
  g_string_append_len (self->text, news->text->str, (gssize) news->text->len);
  if (self->message)
    chord_message_append_text (self->message, news->text->str);
}

static ChordFinishReason
finish_reason (ChFinish why)
{
  switch (why)
    {
    case CH_FINISH_STOP:
      return CHORD_FINISH_REASON_STOP;
    case CH_FINISH_LENGTH:
      return CHORD_FINISH_REASON_LENGTH;
    case CH_FINISH_CANCELLED:
      return CHORD_FINISH_REASON_CANCELLED;
    case CH_FINISH_ERROR:
    default:
      return CHORD_FINISH_REASON_ERROR;
    }
}

/* The tokens are worth keeping only if they stand for the text: not when a stop string was cut off,
 * or the end came in the middle of a character. */
static void
keep_token_ids (ChordGeneration *self)
{
  ChordTokenizer *tokenizer = get_tokenizer (self);
  g_autofree char *text = NULL;
  guint n = self->ids->len;

  while (n > 0
         && chord_tokenizer_is_end_token (tokenizer, g_array_index (self->ids, gint32, n - 1)))
    n--;
  g_array_set_size (self->ids, n);
  text = chord_tokenizer_detokenize (tokenizer, (gconstpointer) self->ids->data, n, FALSE, NULL);
  chord_message_add_token_ids (
      self->message, g_strcmp0 (text, self->text->str) == 0 ? self->ids : NULL, self->continues);
}

static void
finish_message (ChordGeneration *self, ChordFinishReason reason)
{
  if (!self->message)
    return;
  keep_token_ids (self);
  chord_message_set_finish_reason (self->message, reason);
}

static void
set_finished (ChordGeneration *self, const ChordNews *news)
{
  self->finish_reason = finish_reason (news->why);
  self->error = news->error ? g_error_copy (news->error) : NULL;
  self->usage = chord_usage_new (&news->usage);
  finish_message (self, self->finish_reason);
  chord_session_end_generation (self->session, self);

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_USAGE]);
  if (self->error)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FINISH_REASON]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUNNING]);
}

static void
return_result (ChordGeneration *self, GTask *task)
{
  if (self->finish_reason == CHORD_FINISH_REASON_CANCELLED)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                             "The generation was cancelled");
  else if (self->finish_reason == CHORD_FINISH_REASON_ERROR)
    g_task_return_error (task, g_error_copy (self->error));
  else
    g_task_return_boolean (task, TRUE);
}

static void
answer_waiters (ChordGeneration *self)
{
  g_autoptr (GPtrArray) waiters = g_steal_pointer (&self->waiters);

  self->waiters = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < waiters->len; i++)
    return_result (self, g_ptr_array_index (waiters, i));
}

static void
tell (gpointer listener, const ChordNews *news)
{
  ChordGeneration *self = listener;

  add_text (self, news);
  if (news->has_finished)
    set_finished (self, news);

  if (news->has_progress)
    g_signal_emit (self, signals[PROMPT_PROGRESS], 0, news->done, news->total);
  if (news->text->len > 0)
    g_signal_emit (self, signals[TEXT], 0, news->text->str);
  if (news->has_finished)
    {
      g_signal_emit (self, signals[FINISHED], 0, self->finish_reason);
      answer_waiters (self);
    }
}

gboolean
chord_generation_launch (ChordGeneration *self, ChEngineSeq *seq, const gint32 *tokens,
                         gsize n_tokens, ChordSamplingOptions *options, gboolean blocking,
                         GError **error)
{
  g_autoptr (ChordSamplingOptions) chosen = NULL;
  g_autoptr (GMainContext) context = NULL;
  ChGenerateRequest request = { .prompt = tokens, .n_prompt = n_tokens };

  chosen = options ? g_object_ref (options) : chord_sampling_options_new ();
  chord_sampling_options_to_request (chosen, &request);
  self->n_prompt = n_tokens;
  self->seed = request.sampling.seed;
  self->top_logprobs = request.n_logprobs;

  context = blocking ? NULL : g_main_context_ref_thread_default ();
  self->delivery = chord_delivery_new (G_OBJECT (self), tell, context);
  self->job = ch_engine_generate (seq, &request, &chord_delivery_callbacks,
                                  chord_delivery_ref (self->delivery), error);
  if (!self->job)
    chord_delivery_unref (self->delivery);
  return self->job != NULL;
}

ChJob *
chord_generation_get_job (ChordGeneration *self)
{
  return self->job;
}

guint64
chord_generation_get_n_prompt (ChordGeneration *self)
{
  return self->n_prompt;
}

guint64
chord_generation_get_n_generated (ChordGeneration *self)
{
  return self->n_generated;
}

/* ---- What users do with it ---- */

void
chord_generation_cancel (ChordGeneration *self)
{
  g_return_if_fail (CHORD_IS_GENERATION (self));

  if (self->job)
    ch_job_cancel (self->job);
}

static void
on_cancelled (GCancellable *cancellable, gpointer data)
{
  ch_job_cancel (data);
}

static gulong
watch_cancellable (ChordGeneration *self, GCancellable *cancellable)
{
  if (!cancellable)
    return 0;
  return g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), ch_job_ref (self->job),
                                (GDestroyNotify) ch_job_unref);
}

gboolean
chord_generation_wait (ChordGeneration *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (ChordGeneration) keep = NULL;
  gulong handler;

  g_return_val_if_fail (CHORD_IS_GENERATION (self), FALSE);

  keep = g_object_ref (self);
  handler = watch_cancellable (self, cancellable);
  chord_delivery_wait (self->delivery);
  g_cancellable_disconnect (cancellable, handler);

  if (self->finish_reason == CHORD_FINISH_REASON_CANCELLED)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "The generation was cancelled");
  else if (self->finish_reason == CHORD_FINISH_REASON_ERROR && error)
    *error = g_error_copy (self->error);
  return self->finish_reason == CHORD_FINISH_REASON_STOP
         || self->finish_reason == CHORD_FINISH_REASON_LENGTH;
}

typedef struct
{
  GCancellable *cancellable;
  gulong handler;
} Watch;

static void
watch_free (gpointer data)
{
  Watch *watch = data;

  g_cancellable_disconnect (watch->cancellable, watch->handler);
  g_clear_object (&watch->cancellable);
  g_free (watch);
}

void
chord_generation_wait_async (ChordGeneration *self, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Watch *watch;

  g_return_if_fail (CHORD_IS_GENERATION (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, chord_generation_wait_async);
  if (!chord_generation_get_running (self))
    {
      return_result (self, task);
      return;
    }

  watch = g_new0 (Watch, 1);
  g_set_object (&watch->cancellable, cancellable);
  watch->handler = watch_cancellable (self, cancellable);
  g_task_set_task_data (task, watch, watch_free);
  g_ptr_array_add (self->waiters, g_steal_pointer (&task));
}

gboolean
chord_generation_wait_finish (ChordGeneration *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

ChordSession *
chord_generation_get_session (ChordGeneration *self)
{
  g_return_val_if_fail (CHORD_IS_GENERATION (self), NULL);

  return self->session;
}

ChordMessage *
chord_generation_get_message (ChordGeneration *self)
{
  g_return_val_if_fail (CHORD_IS_GENERATION (self), NULL);

  return self->message;
}

const char *
chord_generation_get_text (ChordGeneration *self)
{
  g_return_val_if_fail (CHORD_IS_GENERATION (self), NULL);

  return self->text->str;
}

gboolean
chord_generation_get_running (ChordGeneration *self)
{
  g_return_val_if_fail (CHORD_IS_GENERATION (self), FALSE);

  return self->finish_reason == CHORD_FINISH_REASON_NONE;
}

ChordFinishReason
chord_generation_get_finish_reason (ChordGeneration *self)
{
  g_return_val_if_fail (CHORD_IS_GENERATION (self), CHORD_FINISH_REASON_NONE);

  return self->finish_reason;
}

const GError *
chord_generation_get_error (ChordGeneration *self)
{
  g_return_val_if_fail (CHORD_IS_GENERATION (self), NULL);

  return self->error;
}

ChordUsage *
chord_generation_get_usage (ChordGeneration *self)
{
  g_return_val_if_fail (CHORD_IS_GENERATION (self), NULL);

  return self->usage;
}

guint64
chord_generation_get_seed (ChordGeneration *self)
{
  g_return_val_if_fail (CHORD_IS_GENERATION (self), 0);

  return self->seed;
}

GListModel *
chord_generation_get_tokens (ChordGeneration *self)
{
  g_return_val_if_fail (CHORD_IS_GENERATION (self), NULL);

  return G_LIST_MODEL (self->tokens);
}
