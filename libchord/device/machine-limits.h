/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>

/* What this machine can do at best, measured in about a second on all of n_threads. Each figure is
 * the best of several short runs, since whatever else runs can only slow one down. */
typedef struct
{
  double read_all; /* bytes a second from DRAM, all threads together */
  double read_one; /* and one thread alone */
  double fma;      /* f32 operations a second: two a multiply-add */
  double dot;      /* likewise of 8-bit integers */
} ChLimits;

/* False when *cancel was set (may be NULL), or there is no memory for buffers that the caches
 * cannot hold. */
bool ch_limits_measure (int n_threads, const atomic_bool *cancel, ChLimits *limits);
