/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chord-progress.h"

/* The side of a progress that operations see. All take NULL for "nobody wants to know". */

/* Begins an operation whose reports come from other threads and are delivered, merged, in context;
 * or, with NULL, one whose reports come from the thread that the caller waits in. */
void chord_progress_begin (ChordProgress *self, GMainContext *context);
void chord_progress_report (ChordProgress *self, guint64 done, guint64 total);
