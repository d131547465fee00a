/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the control groups above this process allow. Every function takes the folder that stands
 * for "/" ("" in earnest), so that tests can lay out a machine of their own in files. */

/* Reads at most size - 1 bytes of a small text file and ends them with a NUL.
 * False, and an empty text, when it cannot be read. */
bool ch_read_text (const char *path, char *text, size_t size);

/* The CPUs that cpu.max (v2: "150000 100000", "max 100000") grants, or 0 for no limit or an
 * unreadable text. */
double ch_parse_cpu_max (const char *text);

/* The least limit of the hierarchy from the group of this process up to the root. */
double ch_cgroup_cpus (const char *root);          /* CPUs; 0: unlimited */
uint64_t ch_cgroup_memory_limit (const char *root); /* bytes; UINT64_MAX: unlimited */
uint64_t ch_cgroup_memory_left (const char *root);  /* limit less what cannot be reclaimed */
