/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* How many threads pay. More of them are not always faster: a small model spends its time at
 * barriers, and when another process keeps one CPU busy, all wait for the member that shares it.
 * Which is the case cannot be told beforehand, so a crew tries: it goes on with the number of
 * threads that it has, and now and then runs a while with another one; when that was clearly
 * faster, it stays there. While nothing changes, trials become so rare that they cost about 3%.
 *
 * A crew knows runs that are alike (the same program, about the same number of rows). It looks at
 * no clock: the times are told to it. A crew of zeros is a new one. */

typedef struct
{
  gint max;       /* the greatest number allowed */
  gboolean warm;  /* the first run, which packs weights and touches memory, is behind it */
  guint level;    /* the steps down from max that it stands at */
  guint trial;    /* and those that it tries now; or the same */
  guint turn;     /* which neighbour the next trial is of */
  guint n_runs;   /* since the trial or the time between two trials began */
  guint n_known;  /* runs that the mean is made of, as far as that matters */
  guint patience; /* between two trials, in judgements' worth of runs */
  double mean;    /* microseconds a run, at the level; recent runs count most */
  double best;    /* the least mean at the level */
  double spent;   /* microseconds that the trial took until now */
} ChCpuCrew;

/* How many threads the next run is to have, of at most max. */
gint ch_cpu_crew_size (ChCpuCrew *crew, gint max);
/* How long that run took. Runs that did not come to their end are not to be told of. */
void ch_cpu_crew_learn (ChCpuCrew *crew, double us);
