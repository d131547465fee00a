/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* How much of the processor others use: other programs, or other guests of the same host. Without
 * GTK. */

typedef struct
{
  guint64 total, busy; /* of all processors, in clock ticks since the machine started */
  guint64 own;         /* of this process */
} ChordNoiseSample;

/* Takes the text of /proc/stat, and the ticks of this process. FALSE when the text is none. */
gboolean chord_noise_parse (const char *text, guint64 own, ChordNoiseSample *sample);
gboolean chord_noise_sample (ChordNoiseSample *sample);
/* The share of all processors that others used between two samples, 0 to 1. */
double chord_noise_between (const ChordNoiseSample *before, const ChordNoiseSample *after);
