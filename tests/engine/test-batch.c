/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "common.h"

#include <string.h>

/* Several sequences at once: shared batches, forks, and who may interfere with whom. */

#define N_JOBS 3

static ChEngine *engine; /* context of 512 tokens, 4 sequences */

/* ---- Shared batches -------------------------------------------------------------------------- */

/* The order in which jobs hear of their tokens; noted on the engine's thread. */
static GString *order;

static void
note_order (Heard *heard)
{
  if (heard->ids->len > 0)
    g_string_append_c (order, GPOINTER_TO_INT (heard->hook_data));
}

/* Starts all jobs while the engine's thread waits in a call of another one, so that they meet in
 * its next batch. */
static void
run_together (ChEngineSeq **seqs, const ChGenerateRequest *requests, Heard **heard)
{
  ChEngineSeq *blocker = new_seq (engine);
  g_autoptr (Heard) blocked = heard_new ();
  ChGenerateRequest request = greedy_request (hello, N_HELLO, 0);
  ChJob *jobs[N_JOBS];
  blocked->gate = gate_new ();
  ChJob *first = start (blocker, &request, blocked);
  for (gsize i = 0; i < N_JOBS; i++)
    {
      heard[i] = heard_new ();
      heard[i]->hook = note_order;
      heard[i]->hook_data = GINT_TO_POINTER ('a' + (gint) i);
      jobs[i] = start (seqs[i], &requests[i], heard[i]);
    }
  gate_open (blocked->gate);
  for (gsize i = 0; i < N_JOBS; i++)
    {
      ch_job_wait (jobs[i]);
      ch_job_unref (jobs[i]);
    }
  ch_job_wait (first);
  ch_job_unref (first);
  ch_engine_seq_free (blocker);
}

/* Once all have begun, each batch gives every job one token. */
static void
assert_interleaved (const char *tokens, gsize n_each)
{
  g_assert_cmpuint (strlen (tokens), ==, n_each * N_JOBS);
  for (gsize i = 0; i + N_JOBS <= strlen (tokens); i += N_JOBS)
    for (char c = 'a'; c < 'a' + N_JOBS; c++)
      g_assert_nonnull (memchr (tokens + i, c, N_JOBS));
}

static void
test_three_as_alone (void)
{
  ChEngineSeq *seqs[N_JOBS];
  ChGenerateRequest requests[N_JOBS];
  Heard *together[N_JOBS];
  GArray *prompts[N_JOBS];
  for (guint i = 0; i < N_JOBS; i++)
    {
      prompts[i] = filler (20 + 30 * i, 10 + i);
      requests[i] = greedy_request (IDS (prompts[i]), prompts[i]->len, 30);
      requests[i].n_logprobs = 1;
      requests[i].sampling.temperature = 0.5 * i;
      requests[i].sampling.seed = i;
      seqs[i] = new_seq (engine);
    }
  order = g_string_new (NULL);
  run_together (seqs, requests, together);
  assert_interleaved (order->str, 30);
  for (guint i = 0; i < N_JOBS; i++)
    {
      ChEngineSeq *solo = new_seq (engine);
      g_autoptr (Heard) alone = generate (solo, &requests[i]);
      assert_same_ids (alone->ids, together[i]->ids);
      g_assert_cmpmem (alone->logprobs->data, 30 * sizeof (ChTokenLogprob),
                       together[i]->logprobs->data, 30 * sizeof (ChTokenLogprob));
      ch_engine_seq_free (solo);
      ch_engine_seq_free (seqs[i]);
      heard_free (together[i]);
      g_array_unref (prompts[i]);
    }
  g_string_free (order, TRUE);
}

/* Whole logits of evaluations that are fed side by side, in chunks of different sizes. */
static void
test_logits_as_alone (void)
{
  Heard *together[N_JOBS];
  ChEngineSeq *seqs[N_JOBS], *blocker = new_seq (engine);
  ChJob *jobs[N_JOBS];
  g_autoptr (GArray) tokens = filler (90, 20);
  g_autoptr (Heard) blocked = heard_new ();
  blocked->gate = gate_new ();
  ChJob *first = start_evaluation (blocker, hello, N_HELLO, 0, FALSE, blocked);
  for (guint i = 0; i < N_JOBS; i++)
    {
      together[i] = heard_new ();
      seqs[i] = new_seq (engine);
      jobs[i] =
          start_evaluation (seqs[i], IDS (tokens) + i * 10, 60, 7 + 13 * i, TRUE, together[i]);
    }
  gate_open (blocked->gate);
  for (guint i = 0; i < N_JOBS; i++)
    {
      ChEngineSeq *solo = new_seq (engine);
      ch_job_wait (jobs[i]);
      g_autoptr (Heard) alone = evaluate (solo, IDS (tokens) + i * 10, 60, 0, TRUE);
      assert_same_floats (alone->outputs, together[i]->outputs);
      ch_job_unref (jobs[i]);
      ch_engine_seq_free (solo);
      ch_engine_seq_free (seqs[i]);
      heard_free (together[i]);
    }
  ch_job_wait (first);
  ch_job_unref (first);
  ch_engine_seq_free (blocker);
}

/* ---- A prompt that is cancelled stops the batch, and nobody else notices --------------------- */

typedef struct
{
  ChJob *victim;
  guint at; /* cancelled when the watcher has this many tokens */
} Cancel;

static void
cancel_other (Heard *heard)
{
  Cancel *cancel = heard->hook_data;
  if (heard->ids->len == cancel->at && cancel->victim != NULL)
    ch_job_cancel (cancel->victim);
}

static void
test_cancel_beside_others (void)
{
  ChEngineOptions options = {
    .precision = CH_PRECISION_EXACT, .kv_type = -1, .n_ctx = 512, .n_threads = 2, .chunk = 32
  };
  g_autoptr (ChEngine) own = load_engine (&options);
  ChEngineSeq *watcher = new_seq (own), *victim = new_seq (own), *solo = new_seq (own);
  g_autoptr (GArray) prompt = filler (500, 30);
  ChGenerateRequest chat = greedy_request (hello, N_HELLO, 20),
                    paper = greedy_request (IDS (prompt), 500, 5);
  g_autoptr (Heard) heard = heard_new ();
  g_autoptr (Heard) cancelled = heard_new ();
  Cancel cancel = { .at = 3 };
  heard->gate = gate_new ();
  heard->hook = cancel_other;
  heard->hook_data = &cancel;
  ChJob *first = start (watcher, &chat, heard);
  cancel.victim = start (victim, &paper, cancelled);
  gate_open (heard->gate);
  ch_job_wait (first);
  ch_job_wait (cancel.victim);
  g_assert_cmpint (cancelled->why, ==, CH_FINISH_CANCELLED);
  g_assert_cmpuint (cancelled->ids->len, ==, 0);
  g_assert_cmpint (heard->why, ==, CH_FINISH_LENGTH);
  g_autoptr (Heard) alone = generate (solo, &chat);
  assert_same_ids (alone->ids, heard->ids);
  g_autoptr (GArray) held = ch_engine_seq_tokens (victim);
  g_assert_cmpuint (held->len, >, 0);
  g_assert_cmpuint (held->len, <, 500);
  g_assert_cmpmem (held->data, held->len * sizeof (gint32), prompt->data,
                   held->len * sizeof (gint32));
  ch_job_unref (first);
  ch_job_unref (cancel.victim);
  ch_engine_seq_free (watcher);
  ch_engine_seq_free (victim);
  ch_engine_seq_free (solo);
}

/* ---- Pending --------------------------------------------------------------------------------- */

static void
test_pending (void)
{
  ChEngineSeq *seq = new_seq (engine);
  g_autoptr (Heard) heard = heard_new ();
  g_autoptr (GError) error = NULL;
  ChGenerateRequest request = greedy_request (hello, N_HELLO, 3);
  heard->gate = gate_new ();
  ChJob *job = start (seq, &request, heard);
  g_assert_null (ch_engine_generate (seq, &request, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  g_clear_error (&error);
  g_assert_null (ch_engine_evaluate (seq, hello, 1, 0, FALSE, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  g_clear_error (&error);
  g_assert_null (ch_engine_seq_fork (seq, 0, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  g_clear_error (&error);
  g_assert_null (ch_engine_seq_save (seq, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  g_clear_error (&error);
  g_assert_false (ch_engine_seq_truncate (seq, 0, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  gate_open (heard->gate);
  ch_job_wait (job);
  ch_job_unref (job);
  g_assert_cmpint (heard->why, ==, CH_FINISH_LENGTH);
  ch_engine_seq_free (seq);
}

/* ---- Forks ----------------------------------------------------------------------------------- */

static void
test_fork (void)
{
  g_autoptr (ChEngine) own = load_small (512, 4);
  ChEngineSeq *seq = new_seq (own);
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) prompt = filler (200, 40);
  ChGenerateRequest request = greedy_request (IDS (prompt), 200, 5);
  /* All programs first, so that only the KV cache grows after. */
  g_autoptr (Heard) warm = evaluate (seq, IDS (prompt), 50, 0, FALSE);
  g_assert_cmpint (warm->why, ==, CH_FINISH_STOP);
  g_autoptr (Heard) first = generate (seq, &request);
  guint64 before = ch_engine_memory_used (own);
  guint64 page = first->usage.memory / 4;

  ChEngineSeq *fork = ch_engine_seq_fork (seq, 150, &error);
  g_assert_no_error (error);
  assert_holds (fork, IDS (prompt), 150);
  g_assert_cmpuint (ch_engine_memory_used (own), ==, before);

  g_autoptr (Heard) forked = generate (fork, &request);
  g_assert_cmpuint (forked->usage.n_cached, ==, 150);
  assert_same_ids (forked->ids, first->ids);
  g_assert_cmpuint (ch_engine_memory_used (own), ==, before + 2 * page);
  g_autoptr (Heard) again = generate (seq, &request);
  g_assert_cmpuint (again->usage.n_cached, ==, 199);
  assert_same_ids (again->ids, first->ids);

  g_assert_null (ch_engine_seq_fork (seq, 999, &error));
  g_assert_error (error, CH_ERROR, CH_ERROR_INVALID_ARGUMENT);
  ch_engine_seq_free (seq);
  ch_engine_seq_free (fork);
}

/* More sequences than there is memory for: idle ones lose their cache, never their meaning. */
static void
test_idle_give_way (void)
{
  g_autoptr (ChEngine) own = load_small (256, 2);
  ChEngineSeq *seqs[4];
  Heard *first[4];
  g_autoptr (GArray) prompt = filler (400, 50);
  for (guint i = 0; i < 4; i++)
    {
      ChGenerateRequest request = greedy_request (IDS (prompt) + 50 * i, 240, 8);
      seqs[i] = new_seq (own);
      first[i] = generate (seqs[i], &request);
      g_assert_cmpint (first[i]->why, ==, CH_FINISH_LENGTH);
    }
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (GArray) held = ch_engine_seq_tokens (seqs[i]);
      g_assert_cmpuint (held->len, ==, 247);
      g_autoptr (Heard) next =
          evaluate (seqs[i], &g_array_index (first[i]->ids, gint32, 7), 1, 0, FALSE);
      g_assert_cmpint (next->why, ==, CH_FINISH_STOP);
      ChEngineSeq *solo = new_seq (own);
      gint32 last = g_array_index (first[i]->ids, gint32, 7);
      g_array_append_val (held, last);
      g_autoptr (Heard) whole = evaluate (solo, IDS (held), held->len, 0, FALSE);
      assert_same_floats (next->outputs, whole->outputs);
      ch_engine_seq_free (solo);
    }
  for (guint i = 0; i < 4; i++)
    {
      ch_engine_seq_free (seqs[i]);
      heard_free (first[i]);
    }
}

/* ---- Freeing --------------------------------------------------------------------------------- */

static void
free_in_callback (Heard *heard)
{
  if (heard->ids->len == 2)
    ch_engine_seq_free (g_steal_pointer (&heard->hook_data));
}

static void
test_free_in_callback (void)
{
  ChEngineSeq *seq = new_seq (engine);
  g_autoptr (Heard) heard = heard_new ();
  ChGenerateRequest request = greedy_request (hello, N_HELLO, 100);
  guint64 before = ch_engine_memory_used (engine);
  heard->hook = free_in_callback;
  heard->hook_data = seq;
  ChJob *job = start (seq, &request, heard);
  ch_job_wait (job);
  ch_job_unref (job);
  g_assert_cmpint (heard->why, ==, CH_FINISH_CANCELLED);
  g_assert_cmpuint (heard->ids->len, ==, 2);
  g_assert_cmpuint (ch_engine_memory_used (engine), ==, before);
}

typedef struct
{
  ChEngine *engine;
  ChEngineSeq *seq;
} Owned;

static void
let_all_go (Heard *heard)
{
  if (heard->ids->len != 1)
    return;
  Owned *owned = heard->hook_data;
  ch_engine_seq_free (owned->seq);
  ch_engine_unref (owned->engine);
}

/* The last references go within a callback: the job still ends properly, and then the engine. */
static void
test_unref_in_callback (void)
{
  Owned owned = { .engine = load_small (256, 1) };
  g_autoptr (Heard) heard = heard_new ();
  ChGenerateRequest request = greedy_request (hello, N_HELLO, 100);
  owned.seq = new_seq (owned.engine);
  heard->hook = let_all_go;
  heard->hook_data = &owned;
  ChJob *job = start (owned.seq, &request, heard);
  ch_job_wait (job);
  ch_job_unref (job);
  g_assert_cmpint (heard->why, ==, CH_FINISH_CANCELLED);
  g_assert_cmpuint (heard->n_finished, ==, 1);
}

/* A sequence keeps its engine, and a job its sequence's end. */
static void
test_free_while_waiting (void)
{
  ChEngine *own = load_small (256, 2);
  ChEngineSeq *seq = new_seq (own);
  g_autoptr (Heard) heard = heard_new ();
  ChGenerateRequest request = greedy_request (hello, N_HELLO, 100);
  heard->gate = gate_new ();
  ChJob *job = start (seq, &request, heard);
  ch_engine_unref (own);
  ch_engine_seq_free (seq);
  gate_open (heard->gate);
  ch_job_wait (job);
  ch_job_unref (job);
  g_assert_cmpint (heard->why, ==, CH_FINISH_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  engine = load_small (512, 4);
  g_test_add_func ("/engine/batch/three-as-alone", test_three_as_alone);
  g_test_add_func ("/engine/batch/logits-as-alone", test_logits_as_alone);
  g_test_add_func ("/engine/batch/cancel-beside-others", test_cancel_beside_others);
  g_test_add_func ("/engine/batch/pending", test_pending);
  g_test_add_func ("/engine/batch/fork", test_fork);
  g_test_add_func ("/engine/batch/idle-give-way", test_idle_give_way);
  g_test_add_func ("/engine/batch/free-in-callback", test_free_in_callback);
  g_test_add_func ("/engine/batch/unref-in-callback", test_unref_in_callback);
  g_test_add_func ("/engine/batch/free-while-waiting", test_free_while_waiting);
  int failed = g_test_run ();
  ch_engine_unref (engine);
  return failed;
}
