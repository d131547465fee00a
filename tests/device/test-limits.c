/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib.h>

#include "base/cpu.h"
#include "device/machine-limits.h"

/* That the figures make sense. How large they are is the machine's affair. */

static void
assert_sane (const ChLimits *limits)
{
  g_assert_cmpfloat (limits->read_all, >, 1e7);
  g_assert_cmpfloat (limits->read_all, <, 1e14);
  g_assert_cmpfloat (limits->read_one, >, 1e7);
  g_assert_cmpfloat (limits->fma, >, 1e6);
  g_assert_cmpfloat (limits->dot, >, 1e6);
}

static void
test_measure (void)
{
  ChLimits limits = { 0 };

  g_assert_true (ch_limits_measure (ch_cpu_default_threads (), NULL, &limits));
  assert_sane (&limits);
  g_test_message ("DRAM %.1f GB/s, one thread %.1f; f32 %.0f GFLOP/s, int8 %.0f GOP/s",
                  limits.read_all / 1e9, limits.read_one / 1e9, limits.fma / 1e9,
                  limits.dot / 1e9);
}

static void
test_one_thread (void)
{
  ChLimits limits = { 0 };

  g_assert_true (ch_limits_measure (1, NULL, &limits));
  assert_sane (&limits);
  g_assert_cmpfloat (limits.read_one, ==, limits.read_all);
}

static void
test_cancelled (void)
{
  ChLimits limits = { 0 };
  atomic_bool cancel = TRUE;

  g_assert_false (ch_limits_measure (1, &cancel, &limits));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/limits/measure", test_measure);
  g_test_add_func ("/limits/one-thread", test_one_thread);
  g_test_add_func ("/limits/cancelled", test_cancelled);
  return g_test_run ();
}
