/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "device/cpu/cpu-crew.h"

/* A judgement needs as many runs as last JUDGE_US, and never fewer than JUDGE_RUNS: a scheduler
 * gives a CPU away for some milliseconds at a time, and a number of threads that suffers from that
 * runs well in between. */
#define JUDGE_US     20000.0
#define JUDGE_RUNS   8
#define MAX_PATIENCE 32  /* judgements from one trial to the next */
#define FASTER       0.9 /* of the present time: worth a move */
#define WORSE        1.5 /* of the best time: something has changed, so try soon */

/* ---- The levels: all threads, all but one, and then halves of all ---------------------------- */

static gint
threads_at (gint max, guint level)
{
  if (max <= 2 || level == 0)
    return max >> level;
  return level == 1 ? max - 1 : max >> (level - 1);
}

static gboolean
has_level (const ChCpuCrew *crew, gint level)
{
  return level >= 0 && level < 31 && threads_at (crew->max, (guint)level) >= 1;
}

/* Fewer, more, and also those behind the neighbours: with two CPUs taken, all threads but one are
 * no better than all, and half of them are. */
static guint
next_neighbour (ChCpuCrew *crew)
{
  static const gint steps[] = { 1, -1, 2, -2 };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      gint level = (gint)crew->level + steps[crew->turn++ % G_N_ELEMENTS (steps)];

      if (has_level (crew, level))
        return (guint)level;
    }
  return crew->level;
}

/* ---- Learning -------------------------------------------------------------------------------- */

static guint
runs_to_judge (const ChCpuCrew *crew)
{
  return (guint)CLAMP (JUDGE_US / MAX (crew->mean, 1), JUDGE_RUNS, JUDGE_US);
}

static void
settle (ChCpuCrew *crew, guint level)
{
  crew->level = crew->trial = level;
  crew->n_runs = 0;
}

static void
begin_trial (ChCpuCrew *crew)
{
  crew->trial = next_neighbour (crew);
  crew->n_runs = 0;
  crew->spent = 0;
}

static void
learn_of_level (ChCpuCrew *crew, double us)
{
  guint needed = runs_to_judge (crew);

  crew->n_known = MIN (crew->n_known + 1, needed);
  crew->mean += (us - crew->mean) / crew->n_known;
  crew->n_runs++;
  if (crew->n_known < needed)
    return;
  if (crew->best == 0 || crew->mean < crew->best)
    crew->best = crew->mean;
  if (crew->mean > WORSE * crew->best)
    {
      crew->best = crew->mean;
      crew->patience = 1;
    }
  if (crew->n_runs >= crew->patience * needed)
    begin_trial (crew);
}

/* A trial ends as soon as it cannot be won any more. */
static void
learn_of_trial (ChCpuCrew *crew, double us)
{
  guint needed = runs_to_judge (crew);

  crew->spent += us;
  crew->n_runs++;
  if (crew->spent >= FASTER * crew->mean * needed)
    {
      crew->patience = MIN (2 * crew->patience, MAX_PATIENCE);
      settle (crew, crew->level);
    }
  else if (crew->n_runs >= needed)
    {
      crew->best = crew->mean = crew->spent / crew->n_runs;
      crew->n_known = crew->n_runs;
      crew->patience = 1;
      settle (crew, crew->trial);
    }
}

gint
ch_cpu_crew_size (ChCpuCrew *crew, gint max)
{
  if (crew->max != max)
    *crew = (ChCpuCrew) { .max = max, .patience = 1 };
  return threads_at (max, crew->trial);
}

void
ch_cpu_crew_learn (ChCpuCrew *crew, double us)
{
  if (!crew->warm)
    crew->warm = TRUE;
  else if (crew->trial == crew->level)
    learn_of_level (crew, us);
  else
    learn_of_trial (crew, us);
}
