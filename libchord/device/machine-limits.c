/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "device/machine-limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "base/cgroup.h"
#include "base/memory.h"
#include "base/pool.h"
#include "kernel/kernel.h"

#define MIB ((size_t) 1 << 20)

/* What a kind of measurement may take, and a run of a loop in registers. */
#define READ_SECONDS 0.25
#define COMPUTE_SECONDS 0.1
#define RUN_SECONDS 0.008

/* A share is a whole number of the grains of eight streams. */
#define SHARE_GRAIN (8 * CH_PROBE_GRAIN)

static double
now (void)
{
  struct timespec time;

  clock_gettime (CLOCK_MONOTONIC, &time);
  return (double) time.tv_sec + (double) time.tv_nsec * 1e-9;
}

static bool
cancelled (const atomic_bool *cancel)
{
  return cancel != NULL && atomic_load_explicit (cancel, memory_order_relaxed);
}

/* ---- Reading --------------------------------------------------------------------------------- */

/* The largest cache by the files of the first CPU; what is unknown counts as a large one. */
static size_t
last_level_cache (void)
{
  char path[80], text[32];
  size_t largest = 0;

  for (int i = 0; i < 8; i++)
    {
      snprintf (path, sizeof path, "/sys/devices/system/cpu/cpu0/cache/index%d/size", i);
      if (ch_read_text (path, text, sizeof text))
        {
          size_t size = strtoull (text, NULL, 10) * (strchr (text, 'M') != NULL ? MIB : 1024);
          largest = size > largest ? size : largest;
        }
    }
  return largest > 0 ? largest : 32 * MIB;
}

/* Far more than the caches, but never more than a quarter of what is left. */
static size_t
buffer_size (int n_threads)
{
  size_t wanted = 6 * last_level_cache (), most = ch_memory_available () / 4;
  size_t grain = (size_t) n_threads * SHARE_GRAIN;

  wanted = wanted < 192 * MIB ? 192 * MIB : wanted;
  wanted = wanted > 1024 * MIB ? 1024 * MIB : wanted;
  wanted = wanted > most ? most : wanted;
  return wanted / grain * grain;
}

/* How to read: neither the number of streams nor the distance is best on every machine. */
static const struct
{
  size_t n_streams, ahead;
} read_ways[] = { { 2, 4096 }, { 1, 2048 }, { 4, 4096 }, { 4, 1024 }, { 8, 2048 }, { 2, 1024 } };

#define N_READ_WAYS (sizeof read_ways / sizeof read_ways[0])

typedef struct
{
  uint8_t *data;
  size_t bytes;
  size_t way;
  double seconds;
  atomic_uint sink; /* so that the compiler keeps the reads */
} Read;

static uint8_t *
share_of (const Read *read, int rank, int size, size_t *bytes)
{
  size_t begin, end;

  ch_team_share (read->bytes, SHARE_GRAIN, rank, size, &begin, &end);
  *bytes = end - begin;
  return read->data + begin;
}

/* Each thread touches its own share first, so that its pages lie near it. */
static void
fill_share (ChTeam *team, int rank, void *data)
{
  Read *read = data;
  size_t bytes;
  uint8_t *share = share_of (read, rank, ch_team_size (team), &bytes);

  memset (share, 1 + rank, bytes);
}

static void
read_share (ChTeam *team, int rank, void *data)
{
  Read *read = data;
  size_t bytes, n_streams = read_ways[read->way].n_streams;
  const uint8_t *share = share_of (read, rank, ch_team_size (team), &bytes);
  double start;

  ch_team_barrier (team, NULL);
  start = now ();
  atomic_fetch_add (&read->sink, ch_kernels ()->probe_read (share, bytes, n_streams,
                                                            read_ways[read->way].ahead));
  ch_team_barrier (team, NULL);
  if (rank == 0)
    read->seconds = now () - start;
}

/* The best rate of as many runs as fit into the time, each way at least once. */
static double
measure_reads (Read *read, int n_threads, const atomic_bool *cancel)
{
  double best = 0, end = now () + READ_SECONDS;

  for (size_t i = 0; (i < N_READ_WAYS || now () < end) && !cancelled (cancel); i++)
    {
      double rate;

      read->way = i % N_READ_WAYS;
      ch_pool_run (n_threads, read_share, read);
      rate = (double) read->bytes / read->seconds;
      best = rate > best ? rate : best;
    }
  return best;
}

static bool
measure_memory (int n_threads, const atomic_bool *cancel, ChLimits *limits)
{
  Read read = { .bytes = buffer_size (n_threads) };

  if (read.bytes == 0 || (read.data = ch_reserve (read.bytes)) == NULL)
    return false;
  madvise (read.data, read.bytes, MADV_HUGEPAGE); /* a wish: page walks are not what is measured */
  ch_pool_run (n_threads, fill_share, &read);
  limits->read_all = measure_reads (&read, n_threads, cancel);
  limits->read_one = n_threads > 1 ? measure_reads (&read, 1, cancel) : limits->read_all;
  ch_reserve_free (read.data, read.bytes);
  return true;
}

/* ---- Computing ------------------------------------------------------------------------------- */

typedef struct
{
  double (*probe) (size_t steps);
  size_t steps;
  double count; /* multiply-adds of one thread */
  double seconds;
} Compute;

static void
compute (ChTeam *team, int rank, void *data)
{
  Compute *work = data;
  double start, count;

  ch_team_barrier (team, NULL);
  start = now ();
  count = work->probe (work->steps);
  ch_team_barrier (team, NULL);
  if (rank == 0)
    {
      work->seconds = now () - start;
      work->count = count * ch_team_size (team);
    }
}

/* So many steps that starting and ending together do not count, and a run is still short. */
static size_t
choose_steps (double (*probe) (size_t steps))
{
  size_t steps = 1024;
  double start = now ();

  probe (steps);
  while (steps < CH_PROBE_STEPS && now () - start < RUN_SECONDS)
    {
      steps *= 2;
      start = now ();
      probe (steps);
    }
  return steps;
}

static double
measure_compute (double (*probe) (size_t steps), int n_threads, const atomic_bool *cancel)
{
  Compute work = { .probe = probe, .steps = choose_steps (probe) };
  double best = 0, end = now () + COMPUTE_SECONDS;

  do
    {
      double rate;

      ch_pool_run (n_threads, compute, &work);
      rate = 2 * work.count / work.seconds;
      best = rate > best ? rate : best;
    }
  while (now () < end && !cancelled (cancel));
  return best;
}

bool
ch_limits_measure (int n_threads, const atomic_bool *cancel, ChLimits *limits)
{
  const ChKernels *kernels = ch_kernels ();

  if (!measure_memory (n_threads, cancel, limits) || cancelled (cancel))
    return false;
  limits->fma = measure_compute (kernels->probe_fma, n_threads, cancel);
  limits->dot = measure_compute (kernels->probe_dot, n_threads, cancel);
  return !cancelled (cancel);
}
