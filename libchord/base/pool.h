/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

/* One pool of worker threads a process. A *team* is the caller and n - 1 workers that run one
 * function together (SPMD). Workers block all signals and set flush-to-zero for themselves only;
 * they spin at most 50 us for new work and for each other, then sleep; less where spinning keeps
 * being in vain, as when other processes hold the CPUs. Teams of several callers run one after
 * another. When a team has more members than there are CPUs, they sleep at once.
 * C11 atomics and pthreads only, so ThreadSanitizer sees all of it. */

typedef struct ChTeam ChTeam;
typedef void (*ChTeamFunc) (ChTeam *team, int rank, void *data);

/* Runs func on n_threads threads (rank 0 is the caller, who has flush-to-zero set while it runs
 * and its own floating-point state restored after), and returns when all have returned. Fewer
 * threads are used when no more can be started; func must ask ch_team_size(). Safe from any thread;
 * not from within func. The child of a fork starts over with workers of its own. */
void ch_pool_run (int n_threads, ChTeamFunc func, void *data);

int ch_team_size (const ChTeam *team);

/* All members wait for each other; what one wrote before, all see after. Returns false, to all
 * of them alike, when *cancel was set as the last one arrived (cancel may be NULL). */
bool ch_team_barrier (ChTeam *team, const atomic_bool *cancel);

/* The share [*begin, *end) of rank, of n items in steps of grain (the last step may be short). */
void ch_team_share (size_t n, size_t grain, int rank, int size, size_t *begin, size_t *end);
