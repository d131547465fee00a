/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-info.h"

#include "base/cpu.h"
#include "base/memory.h"

const char *
chord_get_version (void)
{
  return CHORD_VERSION_S;
}

char *
chord_get_cpu_description (void)
{
  int n_threads = ch_cpu_default_threads ();

  return g_strdup_printf ("%s, %s, %d %s", ch_cpu_name (), ch_isa_name (ch_isa_best ()), n_threads,
                          n_threads == 1 ? "thread" : "threads");
}

int
chord_get_default_n_threads (void)
{
  return ch_cpu_default_threads ();
}

guint64
chord_get_peak_memory (void)
{
  return ch_memory_peak_rss ();
}

char *
chord_get_builtin_model_path (void)
{
  const char *path = g_getenv ("CHORD_BUILTIN_MODEL");

  if (!path || !*path)
    path = CHORD_MODEL_DIR G_DIR_SEPARATOR_S "chord-tiny-q8_0.gguf";
  return g_file_test (path, G_FILE_TEST_IS_REGULAR) ? g_strdup (path) : NULL;
}
