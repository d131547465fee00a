/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <string.h>

#include "base/cpu-private.h"

static void
test_names (void)
{
  for (int i = 0; i < CH_N_ISAS; i++)
    {
      ChIsa isa = CH_N_ISAS;
      g_assert_true (ch_isa_from_name (ch_isa_name ((ChIsa) i), &isa));
      g_assert_cmpint (isa, ==, i);
    }
  ChIsa untouched = CH_ISA_AVX2;
  g_assert_false (ch_isa_from_name ("sse9", &untouched));
  g_assert_false (ch_isa_from_name ("", &untouched));
  g_assert_cmpint (untouched, ==, CH_ISA_AVX2);
}

/* What is claimed agrees with what the kernel tells of the processor. */
static void
test_support (void)
{
  g_autofree char *info = NULL;

  g_assert_true (ch_isa_supported (CH_ISA_REF));
  for (int i = 1; i < CH_N_ISAS; i++)
    if (ch_isa_supported ((ChIsa) i))
      g_assert_true (ch_isa_supported ((ChIsa) (i - 1)));
#if defined(__x86_64__)
  g_assert_true (g_file_get_contents ("/proc/cpuinfo", &info, NULL, NULL));
  g_assert_cmpint (ch_isa_supported (CH_ISA_AVX2), ==,
                   strstr (info, " avx2 ") != NULL && strstr (info, " f16c ") != NULL
                       && strstr (info, " fma ") != NULL);
  g_assert_cmpint (ch_isa_supported (CH_ISA_AVX512VNNI), ==,
                   strstr (info, "avx512_vnni") != NULL && strstr (info, "avx512bw") != NULL);
#endif
}

static void
test_cap (void)
{
  ChIsa best;

  g_unsetenv ("CHORD_CPU");
  best = ch_isa_best ();
  g_assert_true (ch_isa_supported (best));
  g_assert_true (best == CH_N_ISAS - 1 || !ch_isa_supported ((ChIsa) (best + 1)));
  for (int i = 0; i < CH_N_ISAS; i++)
    {
      g_setenv ("CHORD_CPU", ch_isa_name ((ChIsa) i), TRUE);
      g_assert_cmpint (ch_isa_best (), ==, MIN (i, (int) best));
    }
  g_setenv ("CHORD_CPU", "no such level", TRUE);
  g_assert_cmpint (ch_isa_best (), ==, best);
  g_unsetenv ("CHORD_CPU");
}

static void
put_siblings (const char *root, int cpu, const char *list)
{
  g_autofree char *dir = g_strdup_printf ("%s/sys/devices/system/cpu/cpu%d/topology", root, cpu);
  g_autofree char *path = g_build_filename (dir, "thread_siblings_list", NULL);

  g_assert_cmpint (g_mkdir_with_parents (dir, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, list, -1, NULL));
}

static void
drop_siblings (const char *root, int cpu)
{
  g_autofree char *dir = g_strdup_printf ("%s/sys/devices/system/cpu/cpu%d/topology", root, cpu);
  g_autofree char *path = g_build_filename (dir, "thread_siblings_list", NULL);

  g_remove (path);
  for (; strlen (dir) >= strlen (root); *strrchr (dir, '/') = '\0')
    g_rmdir (dir);
}

static void
test_cores (void)
{
  g_autofree char *root = g_dir_make_tmp ("chord-cpu-XXXXXX", NULL);
  const int all[] = { 0, 1, 2, 3, 4 }, some[] = { 1, 3 }, twins[] = { 0, 2 };

  put_siblings (root, 0, "0,2\n");
  put_siblings (root, 1, "1,3\n");
  put_siblings (root, 2, "0,2\n");
  put_siblings (root, 3, "1,3\n");
  g_assert_cmpint (ch_cpu_count_cores (root, all, 4), ==, 2);
  g_assert_cmpint (ch_cpu_count_cores (root, all, 5), ==, 3); /* the fifth tells nothing */
  g_assert_cmpint (ch_cpu_count_cores (root, some, 2), ==, 1);
  g_assert_cmpint (ch_cpu_count_cores (root, twins, 2), ==, 1);
  g_assert_cmpint (ch_cpu_count_cores (root, all, 2), ==, 2);
  g_assert_cmpint (ch_cpu_count_cores (root, all, 0), ==, 0);
  for (int i = 0; i < 4; i++)
    drop_siblings (root, i);
}

static void
test_threads (void)
{
  g_assert_cmpint (ch_cpu_threads_for (8, 0), ==, 8);
  g_assert_cmpint (ch_cpu_threads_for (8, 16), ==, 8);
  g_assert_cmpint (ch_cpu_threads_for (8, 2), ==, 2);
  g_assert_cmpint (ch_cpu_threads_for (8, 1.5), ==, 2);
  g_assert_cmpint (ch_cpu_threads_for (8, 0.1), ==, 1);
  g_assert_cmpint (ch_cpu_threads_for (0, 0), ==, 1);
}

/* A process that is bound to one CPU has one core. */
static void
test_affinity (void)
{
  cpu_set_t before, one;
  int cpu = 0;

  g_assert_cmpint (sched_getaffinity (0, sizeof before, &before), ==, 0);
  while (!CPU_ISSET (cpu, &before))
    cpu++;
  CPU_ZERO (&one);
  CPU_SET (cpu, &one);
  if (sched_setaffinity (0, sizeof one, &one) != 0)
    {
      g_test_skip ("the affinity mask cannot be changed here");
      return;
    }
  g_assert_cmpint (ch_cpu_physical_cores (), ==, 1);
  g_assert_cmpint (ch_cpu_default_threads (), ==, 1);
  g_assert_cmpint (ch_cpu_usable (), ==, 1);
  sched_setaffinity (0, sizeof before, &before);
  g_assert_cmpint (ch_cpu_physical_cores (), <=, CPU_COUNT (&before));
  g_assert_cmpint (ch_cpu_default_threads (), >=, 1);
}

static void
test_name (void)
{
  g_assert_cmpstr (ch_cpu_name (), !=, "");
  g_assert_null (strchr (ch_cpu_name (), '\n'));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/cpu/names", test_names);
  g_test_add_func ("/base/cpu/support", test_support);
  g_test_add_func ("/base/cpu/cap", test_cap);
  g_test_add_func ("/base/cpu/cores", test_cores);
  g_test_add_func ("/base/cpu/threads", test_threads);
  g_test_add_func ("/base/cpu/affinity", test_affinity);
  g_test_add_func ("/base/cpu/name", test_name);
  return g_test_run ();
}
