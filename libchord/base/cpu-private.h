/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/cpu.h"

/* How many physical cores the n_cpus listed logical CPUs belong to, by the topology files below
 * root ("" in earnest). CPUs of unknown topology count as cores of their own. */
int ch_cpu_count_cores (const char *root, const int *cpus, int n_cpus);

/* Threads for cores physical cores and a quota of so many CPUs (0: none). */
int ch_cpu_threads_for (int cores, double quota);

/* Logical CPUs that this process can keep busy at the same time: affinity mask and quota. */
int ch_cpu_usable (void);
