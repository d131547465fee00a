/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel-test.h"

/* The probes do the work that they are timed for: they count their multiply-adds, and sum what they
 * read. */

static void
assert_counts (double (*probe) (size_t steps))
{
  double step = probe (1);

  g_assert_cmpfloat (step, >=, 1);
  g_assert_cmpfloat (probe (0), ==, 0);
  g_assert_cmpfloat (probe (1000), ==, 1000 * step);
  g_assert_cmpfloat (probe (CH_PROBE_STEPS), ==, (double) CH_PROBE_STEPS * step);
}

static void
test_counts (gconstpointer data)
{
  const ChKernels *kernels = data;

  assert_counts (kernels->probe_fma);
  assert_counts (kernels->probe_dot);
}

static void
check_read (const ChKernels *kernels, size_t bytes, size_t n_streams)
{
  g_autofree uint8_t *block = g_malloc (bytes);
  uint64_t state = bytes;

  for (size_t i = 0; i < bytes; i++)
    block[i] = (uint8_t) (test_uniform (&state) * 256);
  g_assert_cmphex (kernels->probe_read (block, bytes, n_streams, 4096), ==,
                   ch_kernels_for (CH_ISA_REF)->probe_read (block, bytes, 1, 0));
}

static void
test_read (gconstpointer data)
{
  check_read (data, CH_PROBE_GRAIN, 1);
  check_read (data, 4 * CH_PROBE_GRAIN, 4);
  check_read (data, 24 * CH_PROBE_GRAIN, 2);
  check_read (data, 24 * CH_PROBE_GRAIN, 8);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  test_add_levels ("probe/counts", test_counts);
  test_add_levels ("probe/read", test_read);
  return g_test_run ();
}
