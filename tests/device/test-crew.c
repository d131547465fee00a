/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "device/cpu/cpu-crew.h"

/* The climber on machines that are made up: a run with so many threads takes so long. */

typedef double (*Machine) (gint n_threads, guint run);

#define MANY_RUNS 20000

typedef struct
{
  double us;    /* all runs together */
  guint n_best; /* runs with the number of threads asked about */
  gint last;
} Course;

static Course
go (ChCpuCrew *crew, gint max, Machine machine, guint n_runs, gint best)
{
  Course course = { 0 };

  for (guint i = 0; i < n_runs; i++)
    {
      gint n = ch_cpu_crew_size (crew, max);
      double us = machine (n, i);

      g_assert_cmpint (n, >=, 1);
      g_assert_cmpint (n, <=, max);
      ch_cpu_crew_learn (crew, us);
      course.us += us;
      course.n_best += n == best;
      course.last = n;
    }
  return course;
}

/* ---- Machines ------------------------------------------------------------------------------- */

/* Much work: it is shared without loss. */
static double
idle (gint n_threads, guint run)
{
  return 8000.0 / n_threads;
}

/* Little work, and barriers that cost the more the greater the team is. */
static double
tiny (gint n_threads, guint run)
{
  return 70.0 / n_threads + 20.0 * n_threads;
}

/* With `taken` of eight CPUs busy, a team that needs one of those waits for it all the time. */
static double
crowded (gint n_threads, gint taken)
{
  return 8000.0 / n_threads * (n_threads > 8 - taken ? 10 : 1);
}

static double
one_taken (gint n_threads, guint run)
{
  return crowded (n_threads, 1);
}

static double
two_taken (gint n_threads, guint run)
{
  return crowded (n_threads, 2);
}

/* Two CPUs, one of them busy: two threads are faster, until the scheduler takes the CPU away. */
static double
sliced (gint n_threads, guint run)
{
  if (n_threads == 1)
    return 280;
  return run % 27 == 0 ? 8000 : 150;
}

/* Nothing gained, nothing lost. */
static double
flat (gint n_threads, guint run)
{
  return 500;
}

/* ---- Tests ---------------------------------------------------------------------------------- */

static void
test_ladder (void)
{
  for (gint max = 1; max <= 64; max++)
    {
      ChCpuCrew crew = { 0 };

      g_assert_cmpint (ch_cpu_crew_size (&crew, max), ==, max);
      go (&crew, max, tiny, MANY_RUNS, 1);
    }
}

static void
test_idle (void)
{
  ChCpuCrew crew = { 0 };
  Course course = go (&crew, 8, idle, MANY_RUNS, 8);

  g_assert_cmpfloat (course.us, <, 1.05 * MANY_RUNS * idle (8, 0));
  g_assert_cmpuint (course.n_best, >, MANY_RUNS * 0.9);
}

static void
test_tiny (void)
{
  ChCpuCrew crew = { 0 };
  Course course = go (&crew, 8, tiny, MANY_RUNS, 2);

  g_assert_cmpuint (course.n_best, >, MANY_RUNS * 0.8);
}

/* The number that stands for all CPUs but one is on the ladder, and what lies behind a step that
 * gains nothing is found too. */
static void
test_taken (void)
{
  ChCpuCrew crew = { 0 };

  g_assert_cmpuint (go (&crew, 8, one_taken, MANY_RUNS, 7).n_best, >, MANY_RUNS * 0.9);
  crew = (ChCpuCrew) { 0 };
  g_assert_cmpuint (go (&crew, 8, two_taken, MANY_RUNS, 4).n_best, >, MANY_RUNS * 0.9);
}

/* Load that comes is answered, and when it goes, so are the threads it had driven away. */
static void
test_change (void)
{
  ChCpuCrew crew = { 0 };

  g_assert_cmpuint (go (&crew, 8, idle, MANY_RUNS, 8).n_best, >, MANY_RUNS * 0.9);
  g_assert_cmpuint (go (&crew, 8, two_taken, 200, 4).n_best, >, 100);
  g_assert_cmpuint (go (&crew, 8, idle, MANY_RUNS, 8).n_best, >, MANY_RUNS * 0.9);
}

/* A number of threads that does well for a while and badly now and then is seen through. */
static void
test_slices (void)
{
  ChCpuCrew crew = { 0 };
  Course course = go (&crew, 2, sliced, MANY_RUNS, 1);

  g_assert_cmpfloat (course.us, <, 1.1 * MANY_RUNS * sliced (1, 0));
  g_assert_cmpuint (course.n_best, >, MANY_RUNS * 0.9);
}

/* Without a clear gain nothing moves. */
static void
test_flat (void)
{
  ChCpuCrew crew = { 0 };
  Course course = go (&crew, 2, flat, MANY_RUNS, 2);

  g_assert_cmpuint (course.n_best, >, MANY_RUNS * 0.8);
}

/* The first run packs the weights; what it took is no measure. */
static void
test_first_run (void)
{
  ChCpuCrew crew = { 0 };

  g_assert_cmpint (ch_cpu_crew_size (&crew, 2), ==, 2);
  ch_cpu_crew_learn (&crew, 1e9);
  g_assert_cmpuint (go (&crew, 2, idle, 40, 2).n_best, >, 28);
}

static void
test_other_max (void)
{
  ChCpuCrew crew = { 0 };

  go (&crew, 8, tiny, MANY_RUNS, 2);
  g_assert_cmpint (ch_cpu_crew_size (&crew, 3), ==, 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cpu-crew/ladder", test_ladder);
  g_test_add_func ("/cpu-crew/idle", test_idle);
  g_test_add_func ("/cpu-crew/tiny", test_tiny);
  g_test_add_func ("/cpu-crew/taken", test_taken);
  g_test_add_func ("/cpu-crew/change", test_change);
  g_test_add_func ("/cpu-crew/slices", test_slices);
  g_test_add_func ("/cpu-crew/flat", test_flat);
  g_test_add_func ("/cpu-crew/first-run", test_first_run);
  g_test_add_func ("/cpu-crew/other-max", test_other_max);
  return g_test_run ();
}
