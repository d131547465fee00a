/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine-private.h"

#include <gio/gio.h>

#include "base/debug.h"
#include "base/error.h"
#include "state-io.h"

/* ---- With the lock held ---------------------------------------------------------------------- */

gsize
ch_engine_seq_length (ChEngineSeq *seq)
{
  ChMemory *memory = seq->engine->memory;
  return memory->klass->length (memory, seq->mem);
}

/* A kind of memory that cannot be cut is emptied: the tokens are still known, and are fed again. */
void
ch_engine_seq_cut_memory (ChEngineSeq *seq, gsize n)
{
  ChMemory *memory = seq->engine->memory;
  if (!memory->klass->truncate (memory, seq->mem, n))
    memory->klass->truncate (memory, seq->mem, 0);
}

void
ch_engine_seq_cut (ChEngineSeq *seq, gsize n)
{
  ch_engine_seq_cut_memory (seq, n);
  if (n < seq->tokens->len)
    g_array_set_size (seq->tokens, n);
}

gboolean
ch_engine_seq_check_idle (ChEngineSeq *seq, GError **error)
{
  if (seq->job == NULL && !seq->busy)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PENDING,
                       "Another operation is under way in this sequence");
  return FALSE;
}

ChEngineSeq *
ch_engine_seq_add (ChEngine *engine, ChSeq *mem, GArray *tokens)
{
  ChEngineSeq *seq = g_new0 (ChEngineSeq, 1);
  seq->engine = ch_engine_ref (engine);
  seq->mem = mem;
  seq->tokens = tokens;
  seq->last_used = ++engine->clock;
  g_ptr_array_add (engine->seqs, seq);
  return seq;
}

void
ch_engine_seq_remove (ChEngineSeq *seq)
{
  ChEngine *engine = seq->engine;
  g_ptr_array_remove_fast (engine->seqs, seq);
  engine->memory->klass->seq_free (engine->memory, seq->mem);
  g_array_unref (seq->tokens);
  g_free (seq);
}

/* The sequence that was not used for longest, of those that hold memory and are not in use. */
static ChEngineSeq *
find_idlest (ChEngine *engine)
{
  ChEngineSeq *idlest = NULL;
  for (guint i = 0; i < engine->seqs->len; i++)
    {
      ChEngineSeq *seq = g_ptr_array_index (engine->seqs, i);
      if (seq->job == NULL && !seq->busy && ch_engine_seq_length (seq) > 0
          && (idlest == NULL || seq->last_used < idlest->last_used))
        idlest = seq;
    }
  return idlest;
}

gboolean
ch_engine_give_up_idlest (ChEngine *engine)
{
  ChEngineSeq *idlest = find_idlest (engine);
  if (idlest == NULL)
    return FALSE;
  ch_debug_log (CH_DEBUG_MEMORY, "giving up the cache of an idle sequence of %u tokens",
                idlest->tokens->len);
  ch_engine_seq_cut_memory (idlest, 0);
  return TRUE;
}

gboolean
ch_engine_seq_grow (ChEngineSeq *seq, gsize n, GError **error)
{
  ChMemory *memory = seq->engine->memory;
  for (;;)
    {
      g_autoptr (GError) failed = NULL;
      if (memory->klass->append (memory, seq->mem, n, &failed))
        return TRUE;
      if (!g_error_matches (failed, CH_ERROR, CH_ERROR_NO_MEMORY)
          || !ch_engine_give_up_idlest (seq->engine))
        {
          g_propagate_error (error, g_steal_pointer (&failed));
          return FALSE;
        }
    }
}

/* ---- Calls from any thread ------------------------------------------------------------------- */

static void
lock (ChEngineSeq *seq)
{
  pthread_mutex_lock (&seq->engine->lock);
}

static void
unlock (ChEngineSeq *seq)
{
  pthread_mutex_unlock (&seq->engine->lock);
}

void
ch_engine_trim (ChEngine *engine)
{
  pthread_mutex_lock (&engine->lock);
  while (ch_engine_give_up_idlest (engine))
    ;
  pthread_mutex_unlock (&engine->lock);
}

static GArray *
copy_tokens (const GArray *tokens, gsize n)
{
  GArray *copy = g_array_sized_new (FALSE, FALSE, sizeof (gint32), n);
  if (n > 0)
    g_array_append_vals (copy, tokens->data, n);
  return copy;
}

ChEngineSeq *
ch_engine_seq_new (ChEngine *engine, GError **error)
{
  pthread_mutex_lock (&engine->lock);
  ChSeq *mem = engine->memory->klass->seq_new (engine->memory);
  ChEngineSeq *seq = ch_engine_seq_add (engine, mem, copy_tokens (NULL, 0));
  pthread_mutex_unlock (&engine->lock);
  return seq;
}

static gboolean
check_cut (ChEngineSeq *seq, gsize n, GError **error)
{
  if (!ch_engine_seq_check_idle (seq, error))
    return FALSE;
  if (n <= seq->tokens->len)
    return TRUE;
  g_set_error (error, CH_ERROR, CH_ERROR_INVALID_ARGUMENT,
               "The sequence has %u tokens, fewer than the %" G_GSIZE_FORMAT " that are to be kept",
               seq->tokens->len, n);
  return FALSE;
}

static ChEngineSeq *
fork_locked (ChEngineSeq *seq, gsize n_tokens, GError **error)
{
  ChMemory *memory = seq->engine->memory;
  if (!check_cut (seq, n_tokens, error))
    return NULL;
  ChSeq *mem =
      memory->klass->fork (memory, seq->mem, MIN (n_tokens, ch_engine_seq_length (seq)), error);
  return mem != NULL ? ch_engine_seq_add (seq->engine, mem, copy_tokens (seq->tokens, n_tokens))
                     : NULL;
}

ChEngineSeq *
ch_engine_seq_fork (ChEngineSeq *seq, gsize n_tokens, GError **error)
{
  lock (seq);
  ChEngineSeq *forked = fork_locked (seq, n_tokens, error);
  unlock (seq);
  return forked;
}

void
ch_engine_seq_free (ChEngineSeq *seq)
{
  ChEngine *engine = seq->engine;
  pthread_mutex_lock (&engine->lock);
  gboolean in_job = seq->job != NULL;
  if (in_job)
    {
      seq->freed = TRUE;
      ch_job_cancel_locked (seq->job);
    }
  else
    ch_engine_seq_remove (seq);
  pthread_mutex_unlock (&engine->lock);
  if (!in_job)
    ch_engine_unref (engine);
}

GArray *
ch_engine_seq_tokens (ChEngineSeq *seq)
{
  lock (seq);
  GArray *tokens = copy_tokens (seq->tokens, seq->tokens->len);
  unlock (seq);
  return tokens;
}

gboolean
ch_engine_seq_truncate (ChEngineSeq *seq, gsize n, GError **error)
{
  lock (seq);
  gboolean done = check_cut (seq, n, error);
  if (done)
    ch_engine_seq_cut (seq, n);
  unlock (seq);
  return done;
}

/* ---- States ---------------------------------------------------------------------------------- */

/* A header with the model's fingerprint and the tokens, then the state of the memory. */
#define STATE_MAGIC   "CHORDSEQ"
#define STATE_VERSION 1

static gboolean
begin_work (ChEngineSeq *seq, GError **error)
{
  lock (seq);
  gboolean idle = ch_engine_seq_check_idle (seq, error);
  if (idle)
    seq->busy = TRUE;
  unlock (seq);
  return idle;
}

static void
end_work (ChEngineSeq *seq)
{
  lock (seq);
  seq->busy = FALSE;
  unlock (seq);
}

static GBytes *
join_state (ChEngineSeq *seq, GBytes *memory, GError **error)
{
  gsize body_bytes;
  const void *bytes = g_bytes_get_data (memory, &body_bytes);
  GByteArray *header = g_byte_array_new ();
  g_byte_array_append (header, (const guint8 *) STATE_MAGIC, strlen (STATE_MAGIC));
  ch_state_put_u32 (header, STATE_VERSION);
  ch_state_put_u64 (header, seq->engine->fingerprint);
  ch_state_put_u64 (header, seq->tokens->len);
  for (guint i = 0; i < seq->tokens->len; i++)
    ch_state_put_u32 (header, (guint32) g_array_index (seq->tokens, gint32, i));
  guint8 *body;
  GBytes *state = ch_state_join (header, body_bytes, &body);
  if (state != NULL)
    memcpy (body, bytes, body_bytes);
  else
    g_set_error (error, CH_ERROR, CH_ERROR_NO_MEMORY,
                 "No memory for a state of %" G_GSIZE_FORMAT " bytes", body_bytes);
  return state;
}

/* Without the lock: the sequence is marked busy, and pages that are in use are never written by
 * others. */
GBytes *
ch_engine_seq_save (ChEngineSeq *seq, GError **error)
{
  ChMemory *memory = seq->engine->memory;
  if (!begin_work (seq, error))
    return NULL;
  GBytes *state = NULL;
  g_autoptr (GBytes) mem = memory->klass->save (memory, seq->mem, error);
  if (mem != NULL)
    state = join_state (seq, mem, error);
  end_work (seq);
  return state;
}

static gboolean
damaged (GError **error, const char *what)
{
  g_set_error (error, CH_ERROR, CH_ERROR_INVALID_FILE, "The saved state is damaged: %s", what);
  return FALSE;
}

static gboolean
check_head (ChStateReader *reader, ChEngine *engine, GError **error)
{
  const guint8 *magic = ch_state_take (reader, strlen (STATE_MAGIC));
  if (magic == NULL || memcmp (magic, STATE_MAGIC, strlen (STATE_MAGIC)) != 0)
    return damaged (error, "it does not begin as one");
  guint32 version = ch_state_take_u32 (reader);
  guint64 model = ch_state_take_u64 (reader);
  if (!reader->sound)
    return damaged (error, "it ends in its header");
  if (version != STATE_VERSION)
    {
      g_set_error (error, CH_ERROR, CH_ERROR_UNSUPPORTED,
                   "The saved state has version %u; known is %d", version, STATE_VERSION);
      return FALSE;
    }
  if (model == engine->fingerprint)
    return TRUE;
  g_set_error_literal (error, CH_ERROR, CH_ERROR_INVALID_ARGUMENT,
                       "The saved state is of another model");
  return FALSE;
}

static GArray *
read_tokens (ChStateReader *reader, ChEngine *engine, GError **error)
{
  guint64 n = ch_state_take_u64 (reader);
  if (!reader->sound || n > reader->left / sizeof (gint32) || n > engine->n_ctx)
    {
      damaged (error, "its number of tokens is more than it or the context holds");
      return NULL;
    }
  guint64 n_vocab = ch_engine_hparams (engine)->n_vocab;
  GArray *tokens = g_array_sized_new (FALSE, FALSE, sizeof (gint32), n);
  for (guint64 i = 0; i < n; i++)
    {
      gint32 token = (gint32) ch_state_take_u32 (reader);
      g_array_append_val (tokens, token);
      if (token < 0 || (guint64) token >= n_vocab)
        {
          g_array_unref (tokens);
          damaged (error, "it has a token that the vocabulary does not have");
          return NULL;
        }
    }
  return tokens;
}

static ChSeq *
restore_or_make_room (ChEngine *engine, GBytes *state, GError **error)
{
  for (;;)
    {
      g_autoptr (GError) failed = NULL;
      ChSeq *mem = engine->memory->klass->restore (engine->memory, state, &failed);
      if (mem != NULL)
        return mem;
      if (!g_error_matches (failed, CH_ERROR, CH_ERROR_NO_MEMORY)
          || !ch_engine_give_up_idlest (engine))
        {
          g_propagate_error (error, g_steal_pointer (&failed));
          return NULL;
        }
    }
}

/* Takes tokens. */
static ChEngineSeq *
restore_memory (ChEngine *engine, GBytes *state, GArray *tokens, GError **error)
{
  ChMemory *memory = engine->memory;
  ChEngineSeq *seq = NULL;
  pthread_mutex_lock (&engine->lock);
  ChSeq *mem = restore_or_make_room (engine, state, error);
  if (mem != NULL && memory->klass->length (memory, mem) > tokens->len)
    {
      memory->klass->seq_free (memory, mem);
      mem = NULL;
      damaged (error, "its memory has more tokens than it names");
    }
  if (mem != NULL)
    seq = ch_engine_seq_add (engine, mem, g_array_ref (tokens));
  pthread_mutex_unlock (&engine->lock);
  g_array_unref (tokens);
  return seq;
}

ChEngineSeq *
ch_engine_seq_restore (ChEngine *engine, GBytes *state, GError **error)
{
  ChStateReader reader = ch_state_reader (state);
  if (!check_head (&reader, engine, error))
    return NULL;
  GArray *tokens = read_tokens (&reader, engine, error);
  if (tokens == NULL)
    return NULL;
  gsize total = g_bytes_get_size (state);
  g_autoptr (GBytes) mem = g_bytes_new_from_bytes (state, total - reader.left, reader.left);
  return restore_memory (engine, mem, tokens, error);
}
