/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chord-noise.h"

#include <stdio.h>
#include <sys/times.h>

/* The first line of /proc/stat: user nice system idle iowait irq softirq steal, over all
 * processors. Stolen time went to other guests. */
gboolean
chord_noise_parse (const char *text, guint64 own, ChordNoiseSample *sample)
{
  unsigned long long t[8] = { 0 };
  int n = sscanf (text, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", &t[0], &t[1], &t[2], &t[3],
                  &t[4], &t[5], &t[6], &t[7]);

  if (n < 4)
    return FALSE;
  sample->busy = t[0] + t[1] + t[2] + t[5] + t[6] + t[7];
  sample->total = sample->busy + t[3] + t[4];
  sample->own = own;
  return TRUE;
}

gboolean
chord_noise_sample (ChordNoiseSample *sample)
{
  g_autofree char *text = NULL;
  struct tms own;

  if (times (&own) == (clock_t) -1 || !g_file_get_contents ("/proc/stat", &text, NULL, NULL))
    return FALSE;
  return chord_noise_parse (text, (guint64) (own.tms_utime + own.tms_stime), sample);
}

double
chord_noise_between (const ChordNoiseSample *before, const ChordNoiseSample *after)
{
  double total = (double) (after->total - before->total);
  double others = (double) (after->busy - before->busy) - (double) (after->own - before->own);

  if (after->total <= before->total)
    return 0;
  return CLAMP (others / total, 0, 1);
}
