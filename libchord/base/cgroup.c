/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/cgroup.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool
ch_read_text (const char *path, char *text, size_t size)
{
  size_t used = 0;
  ssize_t got = 0;
  int fd = open (path, O_RDONLY | O_CLOEXEC);

  text[0] = '\0';
  if (fd < 0)
    return false;
  while (used < size - 1 && (got = read (fd, text + used, size - 1 - used)) > 0)
    used += got;
  text[used] = '\0';
  close (fd);
  return got >= 0;
}

/* ---- Where the groups of this process are ---- */

typedef struct
{
  char dir[PATH_MAX]; /* the folder of the group, changed in place on the way up */
  size_t mount_length; /* of the part of dir that is the mount point */
  int version;
} Group;

/* Whether the comma-separated list holds the word. */
static bool
list_has (const char *list, const char *word)
{
  size_t length = strlen (word);

  for (const char *at = list; (at = strstr (at, word)) != NULL; at += length)
    if ((at == list || at[-1] == ',') && (at[length] == '\0' || at[length] == ','))
      return true;
  return false;
}

/* Finds the path of the process in the hierarchy of a controller, among the lines
 * "id:controllers:path" of /proc/self/cgroup; version 2 has no controllers there. */
static bool
find_path (char *text, const char *controller, int version, char *path, size_t size)
{
  char *save = NULL;

  for (char *line = strtok_r (text, "\n", &save); line; line = strtok_r (NULL, "\n", &save))
    {
      char *list = strchr (line, ':');
      char *tail = list != NULL ? strchr (list + 1, ':') : NULL;
      if (tail == NULL)
        continue;
      *tail++ = '\0';
      list++;
      if (version == 2 ? *list != '\0' : !list_has (list, controller))
        continue;
      snprintf (path, size, "%s", tail);
      return true;
    }
  return false;
}

/* Takes one line of /proc/self/mountinfo apart: "… root mount-point options … - type source
 * super-options". The fields are ended in place. */
static bool
split_mount (char *line, char **top, char **mount, char **type, char **options)
{
  char *fields[64], *save = NULL;
  int n = 0, dash = 0;

  for (char *field = strtok_r (line, " ", &save); field && n < 64;
       field = strtok_r (NULL, " ", &save))
    {
      if (n > 5 && dash == 0 && strcmp (field, "-") == 0)
        dash = n;
      fields[n++] = field;
    }
  if (dash == 0 || n < dash + 4)
    return false;
  *top = fields[3];
  *mount = fields[4];
  *type = fields[dash + 1];
  *options = fields[dash + 3];
  return true;
}

static bool
find_mount (char *text, const char *controller, int version, char **top, char **mount)
{
  char *save = NULL, *type, *options;

  for (char *line = strtok_r (text, "\n", &save); line; line = strtok_r (NULL, "\n", &save))
    {
      if (!split_mount (line, top, mount, &type, &options))
        continue;
      if (version == 2 ? strcmp (type, "cgroup2") == 0
                       : strcmp (type, "cgroup") == 0 && list_has (options, controller))
        return true;
    }
  return false;
}

/* In a container the hierarchy is mounted from the container's own group on (top), while the path
 * may be told from the outside, or the other way round: what cannot be related is taken to be the
 * mount point itself. */
static const char *
relative_path (const char *path, const char *top)
{
  size_t length = strlen (top);

  if (strcmp (top, "/") == 0)
    return strstr (path, "/..") == NULL && strcmp (path, "/") != 0 ? path : "";
  if (strncmp (path, top, length) == 0 && (path[length] == '/' || path[length] == '\0'))
    return path + length;
  return "";
}

static bool
find_group (const char *root, const char *controller, int version, Group *group)
{
  char name[PATH_MAX], path[PATH_MAX], text[32768];
  char *top, *mount;
  int length;

  snprintf (name, sizeof name, "%s/proc/self/cgroup", root);
  if (!ch_read_text (name, text, sizeof text)
      || !find_path (text, controller, version, path, sizeof path))
    return false;
  snprintf (name, sizeof name, "%s/proc/self/mountinfo", root);
  if (!ch_read_text (name, text, sizeof text)
      || !find_mount (text, controller, version, &top, &mount))
    return false;
  group->version = version;
  group->mount_length = strlen (root) + strlen (mount);
  length = snprintf (group->dir, sizeof group->dir, "%s%s%s", root, mount,
                     relative_path (path, top));
  return length > 0 && (size_t) length < sizeof group->dir;
}

static bool
group_up (Group *group)
{
  char *slash = strrchr (group->dir, '/');

  if (slash == NULL || (size_t) (slash - group->dir) < group->mount_length)
    return false;
  *slash = '\0';
  return true;
}

static bool
read_in_group (const Group *group, const char *file, char *text, size_t size)
{
  char name[PATH_MAX + 64];

  snprintf (name, sizeof name, "%s/%s", group->dir, file);
  return ch_read_text (name, text, size);
}

/* ---- CPUs ---- */

double
ch_parse_cpu_max (const char *text)
{
  char *end;
  long long quota = strtoll (text, &end, 10), period;

  if (end == text || quota <= 0) /* "max", or nothing that can be read */
    return 0;
  text = end;
  period = strtoll (text, &end, 10);
  if (end == text || period <= 0)
    return 0;
  return (double) quota / period;
}

static double
group_cpus (const Group *group)
{
  char text[256], period[64];
  size_t length;

  if (group->version == 2)
    return read_in_group (group, "cpu.max", text, sizeof text) ? ch_parse_cpu_max (text) : 0;
  if (!read_in_group (group, "cpu.cfs_quota_us", text, 64)
      || !read_in_group (group, "cpu.cfs_period_us", period, sizeof period))
    return 0;
  length = strcspn (text, "\n");
  snprintf (text + length, sizeof text - length, " %s", period);
  return ch_parse_cpu_max (text);
}

double
ch_cgroup_cpus (const char *root)
{
  double least = 0;
  Group group;

  for (int version = 1; version <= 2; version++)
    if (find_group (root, "cpu", version, &group))
      do
        {
          double cpus = group_cpus (&group);
          if (cpus > 0 && (least == 0 || cpus < least))
            least = cpus;
        }
      while (group_up (&group));
  return least;
}

/* ---- Memory ---- */

static uint64_t
read_bytes (const Group *group, const char *file)
{
  char text[64], *end;
  unsigned long long bytes;

  if (!read_in_group (group, file, text, sizeof text))
    return UINT64_MAX;
  bytes = strtoull (text, &end, 10);
  return end != text ? bytes : UINT64_MAX; /* "max" */
}

static uint64_t
group_limit (const Group *group)
{
  uint64_t max, high;

  if (group->version == 1)
    return read_bytes (group, "memory.limit_in_bytes");
  max = read_bytes (group, "memory.max");
  high = read_bytes (group, "memory.high"); /* beyond it the group is throttled to a crawl */
  return max < high ? max : high;
}

static uint64_t
stat_value (const char *text, const char *key)
{
  size_t length = strlen (key);

  for (const char *line = text; line != NULL; line = strchr (line, '\n'))
    {
      line += *line == '\n';
      if (strncmp (line, key, length) == 0 && line[length] == ' ')
        return strtoull (line + length, NULL, 10);
    }
  return 0;
}

/* The page cache of files counts as used, but gives way when memory is needed. */
static uint64_t
group_reclaimable (const Group *group)
{
  char text[16384];

  if (!read_in_group (group, "memory.stat", text, sizeof text))
    return 0;
  if (group->version == 1)
    return stat_value (text, "total_inactive_file") + stat_value (text, "total_active_file");
  return stat_value (text, "inactive_file") + stat_value (text, "active_file");
}

static uint64_t
group_left (const Group *group)
{
  uint64_t limit = group_limit (group);
  uint64_t used = read_bytes (group, group->version == 1 ? "memory.usage_in_bytes"
                                                         : "memory.current");
  uint64_t reclaimable;

  if (limit == UINT64_MAX || used == UINT64_MAX)
    return limit;
  reclaimable = group_reclaimable (group);
  used -= reclaimable < used ? reclaimable : used;
  return used < limit ? limit - used : 0;
}

static uint64_t
least_of_groups (const char *root, uint64_t (*value) (const Group *group))
{
  uint64_t least = UINT64_MAX;
  Group group;

  for (int version = 1; version <= 2; version++)
    if (find_group (root, "memory", version, &group))
      do
        {
          uint64_t bytes = value (&group);
          least = bytes < least ? bytes : least;
        }
      while (group_up (&group));
  return least;
}

uint64_t
ch_cgroup_memory_limit (const char *root)
{
  return least_of_groups (root, group_limit);
}

uint64_t
ch_cgroup_memory_left (const char *root)
{
  return least_of_groups (root, group_left);
}
