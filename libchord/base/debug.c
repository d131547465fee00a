/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/debug.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct
{
  const char *name;
  ChDebugKey key;
} debug_names[] = {
  { "kernels", CH_DEBUG_KERNELS },
  { "program", CH_DEBUG_PROGRAM },
  { "memory", CH_DEBUG_MEMORY },
  { "pool", CH_DEBUG_POOL },
};

static pthread_once_t debug_once = PTHREAD_ONCE_INIT;
static unsigned debug_keys;

static pthread_mutex_t counters_lock = PTHREAD_MUTEX_INITIALIZER;
static ChCounter *counters; /* guarded by counters_lock; the counters themselves live forever */

static unsigned
parse_key (const char *word, size_t length)
{
  for (size_t i = 0; i < sizeof debug_names / sizeof debug_names[0]; i++)
    if (strlen (debug_names[i].name) == length && strncmp (debug_names[i].name, word, length) == 0)
      return debug_names[i].key;
  return 0;
}

static void
read_environment (void)
{
  const char *word = getenv ("CHORD_DEBUG");

  while (word != NULL && *word != '\0')
    {
      size_t length = strcspn (word, ", ");
      debug_keys |= parse_key (word, length);
      word += length;
      word += strspn (word, ", ");
    }
}

bool
ch_debug (ChDebugKey key)
{
  pthread_once (&debug_once, read_environment);
  return (debug_keys & key) != 0;
}

static const char *
key_name (ChDebugKey key)
{
  for (size_t i = 0; i < sizeof debug_names / sizeof debug_names[0]; i++)
    if (debug_names[i].key == key)
      return debug_names[i].name;
  return "debug";
}

void
ch_debug_log (ChDebugKey key, const char *format, ...)
{
  char text[1024];
  va_list args;

  if (!ch_debug (key))
    return;
  va_start (args, format);
  vsnprintf (text, sizeof text, format, args);
  va_end (args);
  /* One call: lines of threads do not mix. */
  fprintf (stderr, "chord-%s: %s\n", key_name (key), text);
}

static ChCounter *
find_counter (const char *name)
{
  ChCounter *counter = counters;

  while (counter != NULL && strcmp (counter->name, name) != 0)
    counter = counter->next;
  return counter;
}

void
ch_counter_register (ChCounter *counter)
{
  pthread_mutex_lock (&counters_lock);
  if (find_counter (counter->name) == NULL)
    {
      counter->next = counters;
      counters = counter;
    }
  pthread_mutex_unlock (&counters_lock);
}

uint64_t
ch_counter_value (const char *name)
{
  ChCounter *counter;

  pthread_mutex_lock (&counters_lock);
  counter = find_counter (name);
  pthread_mutex_unlock (&counters_lock);
  return counter != NULL ? atomic_load_explicit (&counter->calls, memory_order_relaxed) : 0;
}

void
ch_counter_foreach (void (*func) (const char *name, uint64_t calls, void *data), void *data)
{
  ChCounter *first;

  pthread_mutex_lock (&counters_lock);
  first = counters; /* counters are only ever put in front, so what follows stays as it is */
  pthread_mutex_unlock (&counters_lock);
  for (ChCounter *counter = first; counter != NULL; counter = counter->next)
    func (counter->name, atomic_load_explicit (&counter->calls, memory_order_relaxed), data);
}

typedef struct
{
  FILE *file;
  bool any;
} Report;

static void
report_counter (const char *name, uint64_t calls, void *data)
{
  Report *report = data;

  if (calls == 0)
    return;
  fprintf (report->file, "%s\"%s\": %llu", report->any ? ", " : "", name,
           (unsigned long long) calls);
  report->any = true;
}

/* A destructor, not atexit(): a host may unload the library long before it ends itself. The line
 * is built in memory first, so that it comes out whole. */
__attribute__ ((destructor)) static void
report_counters (void)
{
  char *line = NULL;
  size_t size = 0;
  Report report = { 0 };

  if (!ch_debug (CH_DEBUG_KERNELS) || (report.file = open_memstream (&line, &size)) == NULL)
    return;
  fputc ('{', report.file);
  ch_counter_foreach (report_counter, &report);
  fputs ("}\n", report.file);
  if (fclose (report.file) == 0)
    fputs (line, stderr);
  free (line);
}
