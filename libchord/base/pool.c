/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/pool.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cpu-private.h"
#include "base/debug.h"
#include "base/memory.h"

#if defined(__SSE2__)
#include <immintrin.h>
#endif

/* How a team comes together. Its caller waits for its turn (a ticket, so that callers are served
 * in the order they came), writes the team, and puts a new order number into the mailbox of each
 * worker that it wants. A worker that finds a new number runs the function and signs off.
 *
 * All waiting is the same: look at one atomic word for at most SPIN_NS, then sleep on a condition.
 * The sleeper announces itself before its last look, and the waker looks for sleepers after its
 * write, both in sequentially consistent order, so no wake-up is lost. When a team has more
 * members than there are CPUs for them, nobody spins: the one waited for may need the CPU.
 *
 * Other processes may have taken that CPU as well, which nobody tells us. But then the spinning
 * keeps being in vain, and each thread learns from that: see Patience. */

#define MAX_THREADS  256
#define SPIN_NS      50000
#define SPIN_LOOKS   32  /* between two looks at the clock */
#define MAX_HALVINGS 6   /* of SPIN_NS: the shortest spinning is less than a microsecond */
#define TRUST_EVERY  128 /* waits */

/* How long a thread spins: half as long after each time in vain, twice as long after each success.
 * What comes a little later than a short spinning lasts would never be met by it again, so that one
 * wait in TRUST_EVERY spins in full, and takes all back when it succeeds. */
typedef struct
{
  unsigned halvings;
  unsigned n_waits;
} Patience;

typedef struct
{
  pthread_mutex_t lock;
  pthread_cond_t changed;
  atomic_int sleepers;
} Bed;

struct ChTeam
{
  int size;
  bool spin;
  ChTeamFunc func;
  void *data;
  bool going_on; /* what the barrier tells all; written by the last to arrive */

  _Alignas (CH_CACHE_LINE) atomic_int arrived;
  _Alignas (CH_CACHE_LINE) atomic_uint phase;   /* grows with each barrier passed */
  _Alignas (CH_CACHE_LINE) atomic_int running; /* workers that have not signed off */
  atomic_uint finished;                         /* teams whose workers have all signed off */
  Bed barrier_bed;
  Bed caller_bed;
};

typedef struct
{
  _Alignas (CH_CACHE_LINE) atomic_uint order; /* the mailbox */
  int rank;
  Bed bed;
} Worker;

static struct
{
  pthread_mutex_t lock; /* of the two tickets */
  pthread_cond_t turn;
  uint64_t next_ticket;
  uint64_t serving;

  /* The rest belongs to the caller whose turn it is. */
  Worker *workers[MAX_THREADS]; /* by rank; none has rank 0 */
  int n_threads;                /* those of the workers, and the caller */
  int usable_cpus;
  ChTeam team;
} pool;

static pthread_once_t pool_once = PTHREAD_ONCE_INIT;
static _Thread_local bool in_team;
static _Thread_local Patience patience;

/* ---- Waiting ---- */

static void
bed_init (Bed *bed)
{
  pthread_mutex_init (&bed->lock, NULL);
  pthread_cond_init (&bed->changed, NULL);
  atomic_init (&bed->sleepers, 0);
}

static inline void
relax (void)
{
#if defined(__SSE2__)
  _mm_pause ();
#endif
}

static uint64_t
now_ns (void)
{
  struct timespec time;

  clock_gettime (CLOCK_MONOTONIC, &time);
  return (uint64_t) time.tv_sec * 1000000000u + (uint64_t) time.tv_nsec;
}

static bool
spin_while (const atomic_uint *word, unsigned old, unsigned ns)
{
  uint64_t end = now_ns () + ns;

  do
    for (int i = 0; i < SPIN_LOOKS; i++)
      {
        if (atomic_load_explicit (word, memory_order_acquire) != old)
          return true;
        relax ();
      }
  while (now_ns () < end);
  return false;
}

static bool
spin_patiently (const atomic_uint *word, unsigned old)
{
  Patience *p = &patience;
  bool trust = ++p->n_waits % TRUST_EVERY == 0;
  bool met = spin_while (word, old, SPIN_NS >> (trust ? 0 : p->halvings));

  if (met)
    p->halvings = trust || p->halvings == 0 ? 0 : p->halvings - 1;
  else if (p->halvings < MAX_HALVINGS)
    p->halvings++;
  return met;
}

static void
sleep_while (Bed *bed, const atomic_uint *word, unsigned old)
{
  pthread_mutex_lock (&bed->lock);
  atomic_fetch_add (&bed->sleepers, 1);
  while (atomic_load (word) == old)
    pthread_cond_wait (&bed->changed, &bed->lock);
  atomic_fetch_sub (&bed->sleepers, 1);
  pthread_mutex_unlock (&bed->lock);
}

static void
wait_while (Bed *bed, const atomic_uint *word, unsigned old, bool spin)
{
  if (atomic_load_explicit (word, memory_order_acquire) != old)
    return;
  if (!spin || !spin_patiently (word, old))
    sleep_while (bed, word, old);
}

/* To be called after the word has changed (in sequentially consistent order). */
static void
wake (Bed *bed)
{
  if (atomic_load (&bed->sleepers) == 0)
    return;
  pthread_mutex_lock (&bed->lock);
  pthread_cond_broadcast (&bed->changed);
  pthread_mutex_unlock (&bed->lock);
}

/* ---- Floating point ---- */

/* All exceptions masked, rounding to nearest, denormal numbers taken and made as zero: they cost a
 * hundred cycles each and mean nothing here. Returns the state to go back to. */
static unsigned
enter_fast_float (void)
{
#if defined(__SSE2__)
  unsigned before = _mm_getcsr ();
  _mm_setcsr (0x1f80 | 0x8000 | 0x0040);
  return before;
#else
  return 0;
#endif
}

static void
leave_fast_float (unsigned before)
{
#if defined(__SSE2__)
  _mm_setcsr (before);
#endif
}

/* ---- Workers ---- */

/* The last to sign off tells the caller; by then the next team may be forming, but the word and
 * the bed stay in place. */
static void
sign_off (ChTeam *team)
{
  if (atomic_fetch_sub (&team->running, 1) > 1)
    return;
  atomic_fetch_add (&team->finished, 1);
  wake (&team->caller_bed);
}

static void *
work (void *data)
{
  Worker *worker = data;
  ChTeam *team = &pool.team;
  unsigned seen = 0;
  bool spin = true;

  enter_fast_float ();
  in_team = true;
  for (;;)
    {
      wait_while (&worker->bed, &worker->order, seen, spin);
      seen = atomic_load_explicit (&worker->order, memory_order_acquire);
      spin = team->spin;
      team->func (team, worker->rank, team->data);
      sign_off (team);
    }
  return NULL;
}

static Worker *
worker_new (int rank)
{
  Worker *worker = ch_aligned_alloc (sizeof *worker);

  if (worker == NULL)
    return NULL;
  worker->rank = rank;
  atomic_init (&worker->order, 0);
  bed_init (&worker->bed);
  return worker;
}

/* A new thread inherits the signal mask of its maker: with all signals blocked, those meant for
 * the host program are never delivered to a worker. */
static bool
start_worker (int rank)
{
  sigset_t all, before;
  pthread_t thread;
  char name[16];
  Worker *worker = worker_new (rank);
  bool started;

  if (worker == NULL)
    return false;
  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, &before);
  started = pthread_create (&thread, NULL, work, worker) == 0;
  pthread_sigmask (SIG_SETMASK, &before, NULL);
  if (!started)
    {
      ch_aligned_free (worker);
      return false;
    }
  snprintf (name, sizeof name, "chord-%d", rank);
  pthread_setname_np (thread, name);
  pthread_detach (thread);
  pool.workers[rank] = worker;
  return true;
}

/* Workers are made when first wanted and stay. Returns how many threads there are for a team. */
static int
provide_threads (int n)
{
  if (n > MAX_THREADS)
    n = MAX_THREADS;
  while (pool.n_threads < n && start_worker (pool.n_threads))
    pool.n_threads++;
  if (n > pool.n_threads)
    ch_debug_log (CH_DEBUG_POOL, "no more than %d of %d threads can be started", pool.n_threads, n);
  return n < pool.n_threads ? n : pool.n_threads;
}

/* ---- The pool ---- */

static void
pool_init (void)
{
  memset (&pool, 0, sizeof pool);
  pthread_mutex_init (&pool.lock, NULL);
  pthread_cond_init (&pool.turn, NULL);
  pool.n_threads = 1;
  pool.usable_cpus = ch_cpu_usable ();
  bed_init (&pool.team.barrier_bed);
  bed_init (&pool.team.caller_bed);
}

/* The child of a fork has no workers, and locks may have been held as it split off. It starts
 * over with a pool of its own; the little that described the old one is left behind. */
static void
pool_init_and_watch_forks (void)
{
  pool_init ();
  pthread_atfork (NULL, NULL, pool_init);
  ch_debug_log (CH_DEBUG_POOL, "%d usable CPUs, %d physical cores", pool.usable_cpus,
                ch_cpu_physical_cores ());
}

static void
take_turn (void)
{
  uint64_t ticket;

  pthread_mutex_lock (&pool.lock);
  ticket = pool.next_ticket++;
  while (pool.serving != ticket)
    pthread_cond_wait (&pool.turn, &pool.lock);
  pthread_mutex_unlock (&pool.lock);
}

static void
pass_turn (void)
{
  pthread_mutex_lock (&pool.lock);
  pool.serving++;
  if (pool.serving != pool.next_ticket)
    pthread_cond_broadcast (&pool.turn);
  pthread_mutex_unlock (&pool.lock);
}

static void
team_prepare (ChTeam *team, int size, ChTeamFunc func, void *data)
{
  team->size = size;
  team->spin = size <= pool.usable_cpus;
  team->func = func;
  team->data = data;
  atomic_store_explicit (&team->arrived, 0, memory_order_relaxed);
  atomic_store_explicit (&team->running, size - 1, memory_order_relaxed);
}

static void
send_orders (int size)
{
  for (int rank = 1; rank < size; rank++)
    {
      atomic_fetch_add (&pool.workers[rank]->order, 1);
      wake (&pool.workers[rank]->bed);
    }
}

void
ch_pool_run (int n_threads, ChTeamFunc func, void *data)
{
  ChTeam *team = &pool.team;
  unsigned float_state, finished;
  int size;

  assert (!in_team);
  pthread_once (&pool_once, pool_init_and_watch_forks);
  take_turn ();
  size = provide_threads (n_threads > 1 ? n_threads : 1);
  team_prepare (team, size, func, data);
  finished = atomic_load_explicit (&team->finished, memory_order_relaxed);
  send_orders (size);

  float_state = enter_fast_float ();
  in_team = true;
  func (team, 0, data);
  in_team = false;
  leave_fast_float (float_state);

  if (size > 1)
    wait_while (&team->caller_bed, &team->finished, finished, team->spin);
  pass_turn ();
}

int
ch_team_size (const ChTeam *team)
{
  return team->size;
}

bool
ch_team_barrier (ChTeam *team, const atomic_bool *cancel)
{
  unsigned phase = atomic_load_explicit (&team->phase, memory_order_relaxed);

  if (atomic_fetch_add_explicit (&team->arrived, 1, memory_order_acq_rel) + 1 < team->size)
    {
      wait_while (&team->barrier_bed, &team->phase, phase, team->spin);
      return team->going_on;
    }
  /* Nobody can arrive again, and so overwrite this, before all have read it. */
  team->going_on = cancel == NULL || !atomic_load_explicit (cancel, memory_order_acquire);
  atomic_store_explicit (&team->arrived, 0, memory_order_relaxed);
  atomic_store (&team->phase, phase + 1);
  wake (&team->barrier_bed);
  return team->going_on;
}

void
ch_team_share (size_t n, size_t grain, int rank, int size, size_t *begin, size_t *end)
{
  size_t steps = n / grain + (n % grain != 0);
  size_t each = steps / (size_t) size, more = steps % (size_t) size, r = (size_t) rank;
  size_t first = r * each + (r < more ? r : more);
  size_t last = first + each + (r < more);

  *begin = first < steps ? first * grain : n;
  *end = last < steps ? last * grain : n;
}
