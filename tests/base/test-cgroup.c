/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Control groups, laid out in a folder of files that stands for the machine. */
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "base/cgroup.h"

typedef struct
{
  char *root;
} Machine;

static void
machine_up (Machine *machine, gconstpointer unused)
{
  machine->root = g_dir_make_tmp ("chord-cgroup-XXXXXX", NULL);
  g_assert_nonnull (machine->root);
}

static void
remove_tree (const char *path)
{
  GDir *dir = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      remove_tree (child);
    }
  g_clear_pointer (&dir, g_dir_close);
  g_remove (path);
}

static void
machine_down (Machine *machine, gconstpointer unused)
{
  remove_tree (machine->root);
  g_free (machine->root);
}

static void
put (Machine *machine, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (machine->root, name, NULL);
  g_autofree char *dir = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (dir, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
test_parse_cpu_max (void)
{
  g_assert_cmpfloat (ch_parse_cpu_max ("max 100000\n"), ==, 0);
  g_assert_cmpfloat (ch_parse_cpu_max ("150000 100000\n"), ==, 1.5);
  g_assert_cmpfloat (ch_parse_cpu_max ("400000 100000"), ==, 4);
  g_assert_cmpfloat (ch_parse_cpu_max ("-1 100000\n"), ==, 0);
  g_assert_cmpfloat (ch_parse_cpu_max (""), ==, 0);
  g_assert_cmpfloat (ch_parse_cpu_max ("100000"), ==, 0);
  g_assert_cmpfloat (ch_parse_cpu_max ("100000 0"), ==, 0);
  g_assert_cmpfloat (ch_parse_cpu_max ("lots of it"), ==, 0);
}

static void
test_no_groups (Machine *machine, gconstpointer unused)
{
  g_assert_cmpfloat (ch_cgroup_cpus (machine->root), ==, 0);
  g_assert_cmpuint (ch_cgroup_memory_limit (machine->root), ==, UINT64_MAX);
  g_assert_cmpuint (ch_cgroup_memory_left (machine->root), ==, UINT64_MAX);
}

static void
lay_v2 (Machine *machine, const char *path, const char *top)
{
  g_autofree char *groups = g_strdup_printf ("0::%s\n", path);
  g_autofree char *mounts = g_strdup_printf (
      "22 1 0:5 / /proc rw,nosuid - proc proc rw\n"
      "35 24 0:29 %s /sys/fs/cgroup rw,nosuid shared:9 master:1 - cgroup2 cgroup2 rw\n",
      top);

  put (machine, "proc/self/cgroup", groups);
  put (machine, "proc/self/mountinfo", mounts);
}

/* The tightest group counts, wherever in the chain it is. */
static void
test_v2 (Machine *machine, gconstpointer unused)
{
  lay_v2 (machine, "/user.slice/app", "/");
  put (machine, "sys/fs/cgroup/user.slice/cpu.max", "250000 100000\n");
  put (machine, "sys/fs/cgroup/user.slice/app/cpu.max", "max 100000\n");
  put (machine, "sys/fs/cgroup/user.slice/memory.max", "1000000\n");
  put (machine, "sys/fs/cgroup/user.slice/memory.current", "900000\n");
  put (machine, "sys/fs/cgroup/user.slice/memory.stat",
       "anon 1\nfile 300000\ninactive_file 200000\nactive_file 100000\n");
  put (machine, "sys/fs/cgroup/user.slice/app/memory.max", "max\n");
  put (machine, "sys/fs/cgroup/user.slice/app/memory.current", "5\n");

  g_assert_cmpfloat (ch_cgroup_cpus (machine->root), ==, 2.5);
  g_assert_cmpuint (ch_cgroup_memory_limit (machine->root), ==, 1000000);
  g_assert_cmpuint (ch_cgroup_memory_left (machine->root), ==, 400000);

  put (machine, "sys/fs/cgroup/user.slice/app/cpu.max", "50000 100000\n");
  put (machine, "sys/fs/cgroup/user.slice/app/memory.high", "100005\n");
  g_assert_cmpfloat (ch_cgroup_cpus (machine->root), ==, 0.5);
  g_assert_cmpuint (ch_cgroup_memory_left (machine->root), ==, 100000);
}

/* More in use than allowed is nothing left, not a huge number. */
static void
test_overdrawn (Machine *machine, gconstpointer unused)
{
  lay_v2 (machine, "/", "/");
  put (machine, "sys/fs/cgroup/memory.max", "1000\n");
  put (machine, "sys/fs/cgroup/memory.current", "5000\n");
  g_assert_cmpuint (ch_cgroup_memory_left (machine->root), ==, 0);
}

/* The paths that a container sees. */
static void
test_container (Machine *machine, gconstpointer unused)
{
  put (machine, "sys/fs/cgroup/cpu.max", "100000 100000\n");
  put (machine, "sys/fs/cgroup/inner/cpu.max", "50000 100000\n");

  lay_v2 (machine, "/docker/abc", "/docker/abc");
  g_assert_cmpfloat (ch_cgroup_cpus (machine->root), ==, 1);
  lay_v2 (machine, "/docker/abc/inner", "/docker/abc");
  g_assert_cmpfloat (ch_cgroup_cpus (machine->root), ==, 0.5);
  lay_v2 (machine, "/elsewhere", "/docker/abc");
  g_assert_cmpfloat (ch_cgroup_cpus (machine->root), ==, 1);
  lay_v2 (machine, "/../../sibling", "/");
  g_assert_cmpfloat (ch_cgroup_cpus (machine->root), ==, 1);
}

static void
test_v1 (Machine *machine, gconstpointer unused)
{
  put (machine, "proc/self/cgroup",
       "9:name=systemd:/\n4:memory:/jobs/one\n2:cpu,cpuacct:/jobs/one\n0::/\n");
  put (machine, "proc/self/mountinfo",
       "32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu,cpuacct\n"
       "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n");
  put (machine, "sys/fs/cgroup/cpu/jobs/one/cpu.cfs_quota_us", "-1\n");
  put (machine, "sys/fs/cgroup/cpu/jobs/one/cpu.cfs_period_us", "100000\n");
  put (machine, "sys/fs/cgroup/cpu/jobs/cpu.cfs_quota_us", "300000\n");
  put (machine, "sys/fs/cgroup/cpu/jobs/cpu.cfs_period_us", "100000\n");
  put (machine, "sys/fs/cgroup/memory/jobs/one/memory.limit_in_bytes", "4096000\n");
  put (machine, "sys/fs/cgroup/memory/jobs/one/memory.usage_in_bytes", "96000\n");
  put (machine, "sys/fs/cgroup/memory/jobs/one/memory.stat",
       "inactive_file 7\ntotal_inactive_file 50000\ntotal_active_file 6000\n");
  put (machine, "sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  put (machine, "sys/fs/cgroup/memory/memory.usage_in_bytes", "1\n");

  g_assert_cmpfloat (ch_cgroup_cpus (machine->root), ==, 3);
  g_assert_cmpuint (ch_cgroup_memory_limit (machine->root), ==, 4096000);
  g_assert_cmpuint (ch_cgroup_memory_left (machine->root), ==, 4056000);
}

static void
test_damaged (Machine *machine, gconstpointer unused)
{
  put (machine, "proc/self/cgroup", "0\n:\n::\n\n2:cpu");
  put (machine, "proc/self/mountinfo", "1 2 3\n35 24 0:29 / /sys/fs/cgroup rw -\n - - - - - - -\n");
  g_assert_cmpfloat (ch_cgroup_cpus (machine->root), ==, 0);
  g_assert_cmpuint (ch_cgroup_memory_left (machine->root), ==, UINT64_MAX);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/base/cgroup/" name, Machine, NULL, machine_up, func, machine_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/cgroup/parse-cpu-max", test_parse_cpu_max);
  ADD ("no-groups", test_no_groups);
  ADD ("v2", test_v2);
  ADD ("overdrawn", test_overdrawn);
  ADD ("container", test_container);
  ADD ("v1", test_v1);
  ADD ("damaged", test_damaged);
  return g_test_run ();
}
