/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "common.h"

#include <pthread.h>

/* Threads that start, cancel, fork, save and free without regard for each other. Run it under
 * ThreadSanitizer and AddressSanitizer; alone it shows that nothing hangs, and that every job ends
 * once. */

#define N_THREADS 4
#define N_ROUNDS  12

static ChEngine *engine;

typedef struct
{
  pthread_t thread;
  guint32 state;
} Worker;

static guint
dice (Worker *worker, guint n)
{
  worker->state = worker->state * 1664525u + 1013904223u;
  return (worker->state >> 16) % n;
}

static void
use_idle (Worker *worker, ChEngineSeq *seq)
{
  g_autoptr (GArray) tokens = ch_engine_seq_tokens (seq);
  ChEngineSeq *fork = ch_engine_seq_fork (seq, dice (worker, tokens->len + 1), NULL);
  g_autoptr (GBytes) state = ch_engine_seq_save (seq, NULL);
  if (state != NULL && dice (worker, 2) == 0)
    {
      ChEngineSeq *restored = ch_engine_seq_restore (engine, state, NULL);
      g_clear_pointer (&restored, ch_engine_seq_free);
    }
  ch_engine_seq_truncate (seq, tokens->len / 2, NULL);
  g_clear_pointer (&fork, ch_engine_seq_free);
}

/* One job, which ends by itself, is cancelled, or loses its sequence. The sequence, if it is left.
 */
static ChEngineSeq *
play (Worker *worker, ChEngineSeq *seq)
{
  g_autoptr (GArray) prompt = filler (1 + dice (worker, 150), dice (worker, 3));
  g_autoptr (Heard) heard = heard_new ();
  ChGenerateRequest request = greedy_request (IDS (prompt), prompt->len, dice (worker, 12));
  ChJob *job = dice (worker, 4) == 0 ? start_evaluation (seq, hello, N_HELLO, 3, TRUE, heard)
                                     : start (seq, &request, heard);
  g_usleep (dice (worker, 3000));
  guint fate = dice (worker, 4);
  if (fate == 0)
    ch_job_cancel (job);
  if (fate == 1)
    g_clear_pointer (&seq, ch_engine_seq_free);
  if (seq != NULL)
    {
      g_autoptr (GArray) tokens = ch_engine_seq_tokens (seq);
      g_assert_cmpuint (tokens->len, <=, ch_engine_n_ctx (engine));
    }
  ch_job_wait (job);
  ch_job_unref (job);
  g_assert_cmpuint (heard->n_finished, ==, 1);
  g_assert_cmpuint (heard->n_freed, ==, 1);
  g_assert_cmpint (heard->why, !=, CH_FINISH_ERROR);
  return seq;
}

static void *
work (void *data)
{
  Worker *worker = data;
  ChEngineSeq *seq = new_seq (engine);
  for (guint i = 0; i < N_ROUNDS; i++)
    {
      seq = play (worker, seq);
      if (seq == NULL)
        seq = new_seq (engine);
      use_idle (worker, seq);
    }
  ch_engine_seq_free (seq);
  return NULL;
}

static void
test_stress (void)
{
  Worker workers[N_THREADS];
  guint64 before = ch_engine_memory_used (engine);
  for (guint i = 0; i < N_THREADS; i++)
    {
      workers[i].state = i * 77 + 1;
      g_assert_cmpint (pthread_create (&workers[i].thread, NULL, work, &workers[i]), ==, 0);
    }
  for (guint i = 0; i < N_THREADS; i++)
    pthread_join (workers[i].thread, NULL);
  g_assert_cmpuint (before, <=, ch_engine_memory_used (engine));

  ChEngineSeq *seq = new_seq (engine);
  g_autoptr (Heard) heard = evaluate (seq, hello, N_HELLO, 0, FALSE);
  g_assert_cmpint (heard->why, ==, CH_FINISH_STOP);
  ch_engine_seq_free (seq);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  engine = load_small (256, N_THREADS + 2);
  g_test_add_func ("/engine/stress", test_stress);
  int failed = g_test_run ();
  ch_engine_unref (engine);
  return failed;
}
