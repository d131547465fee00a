/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-chat-private.h"

#include "chord-conversation-message-private.h"
#include "chord-error.h"
#include "chord-generation-private.h"
#include "chord-message-private.h"
#include "chord-session-private.h"

/* How long text waits to be stored, in milliseconds. */
#define STORE_INTERVAL 250

/* ---- Storing ---- */

static gboolean
on_store_timer (gpointer data)
{
  ChordChat *self = data;

  g_clear_pointer (&self->store_timer, g_source_unref);
  chord_conversation_message_store (self->answer);
  return G_SOURCE_REMOVE;
}

/* In the main context where the text comes, which may be that of another thread. */
static void
store_soon (ChordChat *self)
{
  g_autoptr (GMainContext) context = NULL;

  if (self->store_timer)
    return;
  context = g_main_context_ref_thread_default ();
  self->store_timer = g_timeout_source_new (STORE_INTERVAL);
  g_source_set_callback (self->store_timer, on_store_timer, self, NULL);
  g_source_set_static_name (self->store_timer, "[chord] store answer");
  g_source_attach (self->store_timer, context);
}

static void
stop_store_timer (ChordChat *self)
{
  if (self->store_timer)
    g_source_destroy (self->store_timer);
  g_clear_pointer (&self->store_timer, g_source_unref);
}

/* ---- Text ---- */

static void
end_reasoning (ChordChat *self)
{
  gint64 before, now = g_get_monotonic_time ();

  if (self->reasoning_start == 0)
    return;
  before = chord_conversation_message_get_reasoning_time (self->answer);
  g_object_set (self->answer, "reasoning-time", before + now - self->reasoning_start, NULL);
  self->reasoning_start = 0;
}

/* What a call of the splitter gave. It never goes back from the answer to reasoning. */
typedef struct
{
  GString *reasoning;
  GString *content;
} Pieces;

static void
on_piece (const char *text, gsize length, gboolean is_reasoning, gpointer data)
{
  Pieces *pieces = data;

  g_string_append_len (is_reasoning ? pieces->reasoning : pieces->content, text, (gssize) length);
}

/* Who listens to the message may drop the chat, or all that this works with. */
static void
add_pieces (ChordChat *self, Pieces *pieces)
{
  g_autoptr (ChordConversationMessage) answer = g_object_ref (self->answer);

  if (pieces->reasoning->len > 0 && self->reasoning_start == 0)
    self->reasoning_start = g_get_monotonic_time ();
  if (pieces->content->len > 0)
    end_reasoning (self);
  chord_conversation_message_append_text (answer, pieces->reasoning->str, TRUE);
  chord_conversation_message_append_text (answer, pieces->content->str, FALSE);
  g_string_free (pieces->reasoning, TRUE);
  g_string_free (pieces->content, TRUE);
}

#define PIECES_INIT { g_string_new (NULL), g_string_new (NULL) }

static void
update_figures (ChordChat *self)
{
  guint64 n_generated = chord_generation_get_n_generated (self->generation);
  gint64 now = g_get_monotonic_time ();

  if (self->first_token == 0)
    self->first_token = now;
  self->context_used = chord_generation_get_n_prompt (self->generation) + n_generated;
  if (n_generated > 1 && now > self->first_token)
    self->rate = (double) (n_generated - 1) * G_USEC_PER_SEC / (double) (now - self->first_token);
  chord_chat_notify (self, CHORD_CHAT_PROP_CONTEXT_USED);
  chord_chat_notify (self, CHORD_CHAT_PROP_RATE);
}

static void
on_text (ChordGeneration *generation, const char *text, ChordChat *self)
{
  g_autoptr (ChordChat) keep = NULL;
  Pieces pieces = PIECES_INIT;

  /* Who listens may drop the chat. */
  keep = g_object_ref (self);
  store_soon (self);
  ch_reasoning_push (self->splitter, text, on_piece, &pieces);
  add_pieces (self, &pieces);
  if (self->generation == generation)
    update_figures (self);
}

static void
set_prompt_progress (ChordChat *self, double progress)
{
  if (self->prompt_progress == progress)
    return;
  self->prompt_progress = progress;
  chord_chat_notify (self, CHORD_CHAT_PROP_PROMPT_PROGRESS);
}

static void
on_prompt_progress (ChordGeneration *generation, guint64 done, guint64 total, ChordChat *self)
{
  set_prompt_progress (self, total > 0 ? (double) done / (double) total : 1);
}

/* ---- The end ---- */

/* An answer that went on took what it took before, too. */
static void
set_figures (ChordConversationMessage *answer, ChordUsage *usage)
{
  guint64 generated = chord_conversation_message_get_generated_tokens (answer);
  gint64 time = chord_conversation_message_get_generation_time (answer);
  gint64 first_token_time = chord_conversation_message_get_first_token_time (answer);

  if (first_token_time == 0)
    first_token_time = chord_usage_get_first_token_time (usage);
  g_object_set (answer,
                "prompt-tokens", chord_usage_get_prompt_tokens (usage),
                "cached-tokens", chord_usage_get_cached_tokens (usage),
                "generated-tokens", generated + chord_usage_get_generated_tokens (usage),
                "prompt-time", chord_usage_get_prompt_time (usage),
                "generation-time", time + chord_usage_get_generation_time (usage),
                "first-token-time", first_token_time,
                "rate", chord_usage_get_generation_rate (usage),
                "memory", chord_usage_get_memory (usage),
                NULL);
}

/* The session may take back a message, or tokens, that were cut off: what the answer was generated
 * as is kept for when it is sent again. */
static void
keep_generated (ChordChat *self)
{
  ChordMessage *message = chord_generation_get_message (self->generation);
  gint64 id = chord_record_get_id (CHORD_RECORD (self->answer));

  if (chord_message_get_token_ids (message))
    g_hash_table_insert (self->generated, g_memdup2 (&id, sizeof id), g_object_ref (message));
  else
    g_hash_table_remove (self->generated, &id);
}

/* Takes the answer and its generation from the chat. */
static void
end_answer (ChordChat *self, ChordFinishReason reason, const GError *error)
{
  Pieces pieces = PIECES_INIT;

  g_signal_handlers_disconnect_by_data (self->generation, self);
  stop_store_timer (self);
  keep_generated (self);
  ch_reasoning_end (self->splitter, on_piece, &pieces);
  g_clear_pointer (&self->splitter, ch_reasoning_free);
  add_pieces (self, &pieces);
  end_reasoning (self);
  g_object_set (self->answer, "error", error ? error->message : NULL, NULL);
  chord_conversation_message_finish (self->answer, reason);
}

static void
notify_end (ChordChat *self)
{
  self->rate = 0;
  set_prompt_progress (self, 1);
  chord_chat_notify (self, CHORD_CHAT_PROP_RATE);
  chord_chat_notify (self, CHORD_CHAT_PROP_ANSWER);
  chord_chat_notify (self, CHORD_CHAT_PROP_GENERATION);
  chord_chat_notify (self, CHORD_CHAT_PROP_RUNNING);
}

static void
on_finished (ChordGeneration *generation, ChordFinishReason reason, ChordChat *self)
{
  const GError *error = chord_generation_get_error (generation);
  gboolean is_full = reason == CHORD_FINISH_REASON_LENGTH && error
                     && g_error_matches (error, CHORD_ERROR, CHORD_ERROR_CONTEXT_FULL);
  g_autoptr (ChordChat) keep = NULL;
  g_autoptr (ChordGeneration) ended = NULL;
  g_autoptr (ChordConversationMessage) answer = NULL;

  keep = g_object_ref (self);
  g_set_object (&self->usage, chord_generation_get_usage (generation));
  set_figures (self->answer, self->usage);
  self->context_used = chord_generation_get_n_prompt (generation)
                       + chord_generation_get_n_generated (generation);
  end_answer (self, reason, error);
  ended = g_steal_pointer (&self->generation);
  answer = g_steal_pointer (&self->answer);
  chord_chat_notify (self, CHORD_CHAT_PROP_USAGE);
  chord_chat_notify (self, CHORD_CHAT_PROP_CONTEXT_USED);
  notify_end (self);
  chord_chat_emit_finished (self, answer);
  if (is_full && !self->generation)
    chord_chat_overflow (self, CHORD_CHAT_CONTINUE, answer);
}

void
chord_chat_abandon_answer (ChordChat *self)
{
  g_autoptr (ChordGeneration) generation = NULL;
  g_autoptr (ChordConversationMessage) answer = NULL;

  if (!self->answer)
    {
      g_clear_object (&self->generation);
      return;
    }
  end_answer (self, CHORD_FINISH_REASON_CANCELLED, NULL);
  generation = g_steal_pointer (&self->generation);
  answer = g_steal_pointer (&self->answer);
  notify_end (self);
  chord_chat_emit_finished (self, answer);
}

/* ---- The beginning ---- */

/* Where an answer goes on, the splitter has to know what came before. */
static ChReasoning *
make_splitter (ChordChat *self, gboolean continues)
{
  ChordMessage *message = chord_generation_get_message (self->generation);
  ChReasoning *splitter = ch_reasoning_new (chord_session_get_opened_reasoning (self->session));

  if (continues)
    ch_reasoning_push (splitter, chord_message_get_text (message), NULL, NULL);
  return splitter;
}

static void
describe_generation (ChordChat *self)
{
  g_autoptr (ChordSamplingOptions) options = chord_chat_create_options (self);
  g_autofree char *sampling
      = chord_chat_describe_options (options, chord_generation_get_seed (self->generation));
  const char *name = chord_conversation_get_model_name (self->conversation);

  if (!name || !*name)
    name = chord_model_get_name (self->model);
  g_object_set (self->answer, "sampling", sampling, "model-name", name, NULL);
}

void
chord_chat_begin_answer (ChordChat *self, ChordConversationMessage *answer, gboolean continues)
{
  self->answer = g_object_ref (answer);
  self->splitter = make_splitter (self, continues);
  self->first_token = 0;
  self->reasoning_start
      = ch_reasoning_is_open (self->splitter) ? g_get_monotonic_time () : 0;
  self->context_used = chord_generation_get_n_prompt (self->generation);
  describe_generation (self);
  chord_conversation_message_begin (answer);
  g_signal_connect (self->generation, "text", G_CALLBACK (on_text), self);
  g_signal_connect (self->generation, "prompt-progress", G_CALLBACK (on_prompt_progress), self);
  g_signal_connect (self->generation, "finished", G_CALLBACK (on_finished), self);
  set_prompt_progress (self, 0);
  chord_chat_notify (self, CHORD_CHAT_PROP_CONTEXT_USED);
  chord_chat_notify (self, CHORD_CHAT_PROP_ANSWER);
  chord_chat_notify (self, CHORD_CHAT_PROP_GENERATION);
  chord_chat_notify (self, CHORD_CHAT_PROP_RUNNING);
}
