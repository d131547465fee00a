/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The pool. Assertions are made by the main thread alone: the others only count, with atomics,
 * so that ThreadSanitizer sees the pool's own ordering and nothing else. */
#include <glib.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/pool.h"

#if defined(__SSE2__)
#include <immintrin.h>
#endif

/* ThreadSanitizer adds a thread of its own, and does not follow forks of many threads. */
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define UNDER_TSAN TRUE
#endif
#elif defined(__SANITIZE_THREAD__)
#define UNDER_TSAN TRUE
#endif
#ifndef UNDER_TSAN
#define UNDER_TSAN FALSE
#endif

#define MANY 24 /* more threads than most test machines have CPUs */

/* ---- Shares ---- */

static void
test_share (void)
{
  const size_t sizes[] = { 0, 1, 5, 16, 17, 100, 1000 };

  for (size_t s = 0; s < G_N_ELEMENTS (sizes); s++)
    for (size_t grain = 1; grain < 40; grain += 5)
      for (int size = 1; size < 9; size++)
        {
          size_t at = 0, most = 0, least = SIZE_MAX;
          for (int rank = 0; rank < size; rank++)
            {
              size_t begin, end, steps;
              ch_team_share (sizes[s], grain, rank, size, &begin, &end);
              g_assert_cmpuint (begin, ==, at);
              g_assert_cmpuint (end, >=, begin);
              g_assert_true (end == sizes[s] || end % grain == 0);
              steps = (end - begin + grain - 1) / grain;
              most = MAX (most, steps);
              least = MIN (least, steps);
              at = end;
            }
          g_assert_cmpuint (at, ==, sizes[s]);
          g_assert_cmpuint (most - least, <=, 1);
        }
}

/* ---- Teams and barriers ---- */

typedef struct
{
  int rounds;
  int sums[MANY];  /* plain memory: only the barriers order it */
  atomic_int wrong;
  atomic_int members;
} Relay;

/* Each round every member writes its own slot, and then checks what its neighbour wrote. */
static void
relay (ChTeam *team, int rank, void *data)
{
  Relay *r = data;
  int size = ch_team_size (team);

  atomic_fetch_add (&r->members, 1);
  for (int i = 1; i <= r->rounds; i++)
    {
      r->sums[rank] = i * (rank + 1);
      if (!ch_team_barrier (team, NULL))
        atomic_fetch_add (&r->wrong, 1);
      int next = (rank + 1) % size;
      if (r->sums[next] != i * (next + 1))
        atomic_fetch_add (&r->wrong, 1);
      ch_team_barrier (team, NULL);
    }
}

static void
test_barrier (void)
{
  static const int sizes[] = { 1, 2, 3, 4, 8, 2, MANY, 1, 5 };

  for (size_t i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (int again = 0; again < 20; again++)
      {
        Relay r = { .rounds = 10 };
        ch_pool_run (sizes[i], relay, &r);
        g_assert_cmpint (r.wrong, ==, 0);
        g_assert_cmpint (r.members, ==, sizes[i]);
      }
}

static void
test_odd_sizes (void)
{
  Relay r = { .rounds = 1 };

  ch_pool_run (0, relay, &r);
  g_assert_cmpint (r.members, ==, 1);
  ch_pool_run (-3, relay, &r);
  g_assert_cmpint (r.members, ==, 2);
}

typedef struct
{
  atomic_bool cancel;
  atomic_int rounds[MANY];
  int cancel_at;
} Cancelled;

static void
until_cancelled (ChTeam *team, int rank, void *data)
{
  Cancelled *c = data;

  for (;;)
    {
      if (rank == ch_team_size (team) - 1 && c->rounds[rank] == c->cancel_at)
        atomic_store (&c->cancel, true);
      if (!ch_team_barrier (team, &c->cancel))
        return;
      atomic_fetch_add (&c->rounds[rank], 1);
    }
}

/* All members leave at the same barrier. */
static void
test_cancel (void)
{
  for (int size = 1; size <= MANY; size += 3)
    for (int at = 0; at < 30; at += 7)
      {
        Cancelled c = { .cancel_at = at };
        ch_pool_run (size, until_cancelled, &c);
        for (int rank = 0; rank < size; rank++)
          g_assert_cmpint (c.rounds[rank], ==, at);
      }
}

static atomic_bool outside_cancel;

static void *
cancel_soon (void *data)
{
  atomic_int *ticks = data;

  while (atomic_load (ticks) < 100)
    sched_yield ();
  atomic_store (&outside_cancel, true);
  return NULL;
}

static void
tick (ChTeam *team, int rank, void *data)
{
  atomic_int *ticks = data;

  do
    atomic_fetch_add (ticks, 1);
  while (ch_team_barrier (team, &outside_cancel));
}

/* A cancel that comes from outside of the team, at any moment. */
static void
test_cancel_outside (void)
{
  for (int size = 1; size < 7; size++)
    {
      atomic_int ticks = 0;
      pthread_t thread;

      atomic_store (&outside_cancel, false);
      g_assert_cmpint (pthread_create (&thread, NULL, cancel_soon, &ticks), ==, 0);
      ch_pool_run (size, tick, &ticks);
      pthread_join (thread, NULL);
      g_assert_cmpint (ticks, >=, 100);
      g_assert_cmpint (ticks % size, ==, 0);
    }
}

/* ---- Several callers ---- */

typedef struct
{
  int size;
  int runs;
  atomic_int *inside;
  atomic_int overlaps;
  Relay relay;
} Caller;

static void
alone (ChTeam *team, int rank, void *data)
{
  Caller *caller = data;

  if (rank == 0 && atomic_fetch_add (caller->inside, 1) != 0)
    atomic_fetch_add (&caller->overlaps, 1);
  relay (team, rank, &caller->relay);
  if (rank == 0)
    atomic_fetch_sub (caller->inside, 1);
}

static void *
call_often (void *data)
{
  Caller *caller = data;

  for (int i = 0; i < caller->runs; i++)
    ch_pool_run (caller->size, alone, caller);
  return NULL;
}

static void
test_callers (void)
{
  enum { N = 6 };
  Caller callers[N];
  pthread_t threads[N];
  atomic_int inside = 0;

  memset (callers, 0, sizeof callers);
  for (int i = 0; i < N; i++)
    {
      callers[i].size = 1 + i;
      callers[i].runs = 40;
      callers[i].inside = &inside;
      callers[i].relay.rounds = 3;
      g_assert_cmpint (pthread_create (&threads[i], NULL, call_often, &callers[i]), ==, 0);
    }
  for (int i = 0; i < N; i++)
    {
      pthread_join (threads[i], NULL);
      g_assert_cmpint (callers[i].overlaps, ==, 0);
      g_assert_cmpint (callers[i].relay.wrong, ==, 0);
      g_assert_cmpint (callers[i].relay.members, ==, callers[i].runs * callers[i].size);
    }
}

/* ---- In a host process ---- */

typedef struct
{
  atomic_int blocking;
  atomic_int flushing;
  atomic_int members;
} Manners;

static gboolean
blocks_everything (void)
{
  sigset_t mask;

  pthread_sigmask (SIG_BLOCK, NULL, &mask);
  return sigismember (&mask, SIGINT) && sigismember (&mask, SIGCHLD) && sigismember (&mask, SIGTERM)
         && sigismember (&mask, SIGUSR1);
}

static gboolean
flushes_to_zero (void)
{
#if defined(__SSE2__)
  volatile float tiny = 1e-38f;
  return tiny * 0.01f == 0 && _mm_getcsr () & 0x40;
#else
  return TRUE;
#endif
}

static void
observe (ChTeam *team, int rank, void *data)
{
  Manners *manners = data;

  atomic_fetch_add (&manners->members, 1);
  if (rank > 0 && blocks_everything ())
    atomic_fetch_add (&manners->blocking, 1);
  if (flushes_to_zero ())
    atomic_fetch_add (&manners->flushing, 1);
}

static void
test_manners (void)
{
  Manners manners = { 0 };
  sigset_t before, after;

  pthread_sigmask (SIG_BLOCK, NULL, &before);
#if defined(__SSE2__)
  unsigned odd = (_mm_getcsr () & ~0x6000u) | 0x4000u; /* the caller rounds upwards */
  unsigned usual = _mm_getcsr ();
  _mm_setcsr (odd);
#endif
  ch_pool_run (4, observe, &manners);
#if defined(__SSE2__)
  unsigned left = _mm_getcsr ();
  _mm_setcsr (usual);
  g_assert_cmphex (left, ==, odd);
  g_assert_cmpint (manners.flushing, ==, 4);
#endif
  pthread_sigmask (SIG_BLOCK, NULL, &after);
  g_assert_cmpint (manners.members, ==, 4);
  g_assert_cmpint (manners.blocking, ==, 3);
  for (int number = 1; number < NSIG; number++)
    g_assert_cmpint (sigismember (&before, number), ==, sigismember (&after, number));
}

/* Whether every other thread of the process sleeps, by /proc. Counts them. */
static gboolean
others_sleep (int *n_threads)
{
  GDir *dir = g_dir_open ("/proc/self/task", 0, NULL);
  const char *name;
  gboolean asleep = TRUE;

  *n_threads = 0;
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_strdup_printf ("/proc/self/task/%s/stat", name);
      g_autofree char *text = NULL;
      const char *state;

      if (g_ascii_strtoll (name, NULL, 10) == getpid ()
          || !g_file_get_contents (path, &text, NULL, NULL))
        continue;
      state = strrchr (text, ')');
      asleep = asleep && state != NULL && strncmp (state, ") S", 3) == 0;
      ++*n_threads;
    }
  g_dir_close (dir);
  return asleep;
}

/* The spinning ends by itself, so a pool that is left alone comes to rest. */
static void
test_idle (void)
{
  Relay r = { .rounds = 2 };
  int n_threads;

  if (UNDER_TSAN)
    {
      g_test_skip ("not under ThreadSanitizer, which has a thread of its own");
      return;
    }
  ch_pool_run (4, relay, &r);
  while (!others_sleep (&n_threads))
    g_usleep (1000);
  g_assert_cmpint (n_threads, >=, 3);
}

/* Workers that sleep at a barrier wake up again: the last member arrives after all have gone to
 * sleep, seen in /proc. */
static void
late_member (ChTeam *team, int rank, void *data)
{
  int *n_threads = data;

  if (rank == 0)
    while (!others_sleep (n_threads))
      g_usleep (1000);
  ch_team_barrier (team, NULL);
}

static void
test_late_member (void)
{
  int n_threads = 0;

  if (UNDER_TSAN)
    {
      g_test_skip ("not under ThreadSanitizer, which has a thread of its own");
      return;
    }
  ch_pool_run (2, late_member, &n_threads);
  ch_pool_run (MANY, late_member, &n_threads);
  g_assert_cmpint (n_threads, >=, MANY - 1);
}

/* One member is late for many barriers, longer than anybody spins, then in time for as many, then
 * late again: on the way all others spin less and less, and more again. */
static void
sometimes_late (ChTeam *team, int rank, void *data)
{
  atomic_int *passed = data;

  for (int i = 0; i < 900; i++)
    {
      if (rank == 0 && i / 300 != 1)
        g_usleep (60);
      ch_team_barrier (team, NULL);
      atomic_fetch_add (passed, 1);
      ch_team_barrier (team, NULL);
      if (atomic_load (passed) < (i + 1) * ch_team_size (team))
        atomic_fetch_sub (passed, 1000000);
    }
}

static void
test_patience (void)
{
  for (int size = 1; size < 5; size++)
    {
      atomic_int passed = 0;

      ch_pool_run (size, sometimes_late, &passed);
      g_assert_cmpint (passed, ==, 900 * size);
    }
}

/* The child of a fork has a pool that works. */
static void
test_fork (void)
{
  Relay r = { .rounds = 2 };
  int status = -1;
  pid_t child;

  if (UNDER_TSAN)
    {
      g_test_skip ("not under ThreadSanitizer, which cannot follow a fork of many threads");
      return;
    }
  ch_pool_run (3, relay, &r);
  child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    {
      Relay mine = { .rounds = 5 };
      ch_pool_run (3, relay, &mine);
      _exit (mine.wrong == 0 && mine.members == 3 ? 0 : 1);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (status, ==, 0);
  ch_pool_run (3, relay, &r);
  g_assert_cmpint (r.wrong, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/pool/share", test_share);
  g_test_add_func ("/base/pool/barrier", test_barrier);
  g_test_add_func ("/base/pool/odd-sizes", test_odd_sizes);
  g_test_add_func ("/base/pool/cancel", test_cancel);
  g_test_add_func ("/base/pool/cancel-outside", test_cancel_outside);
  g_test_add_func ("/base/pool/callers", test_callers);
  g_test_add_func ("/base/pool/manners", test_manners);
  g_test_add_func ("/base/pool/idle", test_idle);
  g_test_add_func ("/base/pool/late-member", test_late_member);
  g_test_add_func ("/base/pool/patience", test_patience);
  g_test_add_func ("/base/pool/fork", test_fork);
  return g_test_run ();
}
