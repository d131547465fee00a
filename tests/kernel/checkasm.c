/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "checkasm.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/debug.h"

static const CheckTest *const lists[] = { check_matmul_tests };

#define N_LISTS (sizeof lists / sizeof *lists)
#define MAX_MESSAGES 5 /* of one test; the rest is counted */

static size_t n_failures;
static uint64_t random_state;

bool
check_that (bool ok, const char *format, ...)
{
  va_list args;

  if (ok)
    return true;
  if (n_failures++ >= MAX_MESSAGES)
    return false;
  printf ("# ");
  va_start (args, format);
  vprintf (format, args);
  va_end (args);
  printf ("\n");
  return false;
}

/* ---- Guarded memory -------------------------------------------------------------------------- */

#define GUARD 64
#define GUARD_BYTE 0xa5

/* Before the memory lie its size and guard bytes, after it guard bytes alone. */
void *
check_alloc (size_t size)
{
  size_t room = (size + 3 * GUARD + 63) & ~(size_t) 63;
  uint8_t *start = aligned_alloc (64, room);

  if (start == NULL)
    abort ();
  memset (start, GUARD_BYTE, room);
  memcpy (start, &size, sizeof size);
  return start + 2 * GUARD;
}

void
check_free (void *memory)
{
  uint8_t *p = memory, *start = p - 2 * GUARD;
  size_t size;
  bool intact = true;

  memcpy (&size, start, sizeof size);
  for (size_t i = 0; i < GUARD; i++)
    intact &= p[size + i] == GUARD_BYTE && start[GUARD + i] == GUARD_BYTE;
  check_that (intact, "written outside of %zu bytes", size);
  free (start);
}

/* ---- Random numbers -------------------------------------------------------------------------- */

void
check_seed (uint64_t seed)
{
  random_state = seed * 2 + 1;
}

uint32_t
check_random (void)
{
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  return (uint32_t) (random_state >> 32);
}

uint32_t
check_random_below (uint32_t n)
{
  return check_random () % n;
}

/* A sum of uniform numbers is near enough to normal here. */
float
check_random_normal (void)
{
  float sum = 0;

  for (int i = 0; i < 6; i++)
    sum += (float) check_random () * 0x1p-32f - 0.5f;
  return sum * 1.41421356f;
}

void
check_fill_normal (float *x, size_t n)
{
  for (size_t i = 0; i < n; i++)
    x[i] = check_random_normal ();
}

/* ---- Benchmarks ------------------------------------------------------------------------------ */

static double
seconds (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (double) now.tv_sec + 1e-9 * (double) now.tv_nsec;
}

void
check_bench (const char *what, double macs, double bytes, void (*func) (void *data), void *data)
{
  double best = HUGE_VAL, begin = seconds ();

  while (seconds () - begin < 0.15)
    {
      double start = seconds (), taken;

      func (data);
      taken = seconds () - start;
      best = taken < best ? taken : best;
    }
  printf ("%-36s %8.1f GMAC/s %8.1f GB/s %10.1f us\n", what, macs / best * 1e-9,
          bytes / best * 1e-9, best * 1e6);
  fflush (stdout);
}

/* ---- Running --------------------------------------------------------------------------------- */

static uint64_t
counter_of (const CheckTest *test, ChIsa isa)
{
  char name[96];

  snprintf (name, sizeof name, "%s.%s", test->kernel,
            ch_isa_name (isa < test->top ? isa : test->top));
  return ch_counter_value (name);
}

static bool
run_test (const CheckTest *test, ChIsa isa, unsigned number)
{
  const ChKernels *kernels = ch_kernels_for (isa);
  uint64_t before;

  if (kernels == NULL)
    {
      printf ("ok %u %s.%s # SKIP this CPU has no %s\n", number, test->kernel, ch_isa_name (isa),
              ch_isa_name (isa));
      return true;
    }
  n_failures = 0;
  check_seed (number);
  before = counter_of (test, isa);
  test->check (kernels, test->arg);
  check_that (counter_of (test, isa) > before, "the kernel of this level did not run");
  if (n_failures > MAX_MESSAGES)
    printf ("# and %zu more\n", n_failures - MAX_MESSAGES);
  printf ("%s %u %s.%s\n", n_failures == 0 ? "ok" : "not ok", number, test->kernel,
          ch_isa_name (isa));
  return n_failures == 0;
}

static int
run_tests (void)
{
  unsigned number = 0;
  bool passed = true;

  for (size_t i = 0; i < N_LISTS; i++)
    for (const CheckTest *test = lists[i]; test->kernel != NULL; test++)
      for (ChIsa isa = CH_ISA_REF; test->check != NULL && isa < CH_N_ISAS; isa++)
        passed &= run_test (test, isa, ++number);
  printf ("1..%u\n", number);
  return passed ? 0 : 1;
}

/* Benchmarks of the kernels whose name has this in it. */
static int
run_benchmarks (const char *filter)
{
  for (size_t i = 0; i < N_LISTS; i++)
    for (const CheckTest *test = lists[i]; test->kernel != NULL; test++)
      for (ChIsa isa = CH_ISA_AVX2; isa <= test->top; isa++)
        if (test->bench != NULL && strstr (test->kernel, filter) != NULL
            && ch_kernels_for (isa) != NULL)
          {
            printf ("%s.%s\n", test->kernel, ch_isa_name (isa));
            test->bench (ch_kernels_for (isa), test->arg);
          }
  return 0;
}

int
main (int argc, char **argv)
{
  if (argc > 1 && strcmp (argv[1], "--bench") == 0)
    return run_benchmarks (argc > 2 ? argv[2] : "");
  return run_tests ();
}
