/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* CHORD_DEBUG is a comma-separated list of these keys. Read once. */
typedef enum
{
  CH_DEBUG_KERNELS = 1 << 0, /* one JSON line {kernel: calls} on stderr when the process ends */
  CH_DEBUG_PROGRAM = 1 << 1, /* the compiled program, op by op */
  CH_DEBUG_MEMORY = 1 << 2,  /* needs, reservations and commits */
  CH_DEBUG_POOL = 1 << 3,    /* thread counts and placement */
} ChDebugKey;

bool ch_debug (ChDebugKey key);
void ch_debug_log (ChDebugKey key, const char *format, ...) __attribute__ ((format (printf, 2, 3)));

/* A named counter. Registration is thread-safe and idempotent by name (a name must be a
 * string that lives forever); counting is one relaxed atomic add. Counters say which
 * kernel ran how often, and tests assert them. */
typedef struct ChCounter
{
  const char *name;
  atomic_uint_fast64_t calls;
  struct ChCounter *next;
} ChCounter;

void ch_counter_register (ChCounter *counter);
uint64_t ch_counter_value (const char *name); /* 0 when the name is unknown */
void ch_counter_foreach (void (*func) (const char *name, uint64_t calls, void *data), void *data);

static inline void
ch_counter_hit (ChCounter *counter)
{
  atomic_fetch_add_explicit (&counter->calls, 1, memory_order_relaxed);
}
