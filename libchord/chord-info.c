/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-info-private.h"
#include "chord-info.h"

#include <dlfcn.h>

#include "base/cpu.h"
#include "base/memory.h"

#define BUILTIN_MODEL "chord-tiny-q8_0.gguf"

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
chord_path_beside_library (const char *relative)
{
  Dl_info info;
  g_autofree char *folder = NULL;

  if (dladdr ((gconstpointer) chord_path_beside_library, &info) == 0 || info.dli_fname == NULL)
    return NULL;
  folder = g_path_get_dirname (info.dli_fname);
  return g_build_filename (folder, relative, NULL);
}

static char *
dup_if_file (const char *path)
{
  return path && g_file_test (path, G_FILE_TEST_IS_REGULAR) ? g_strdup (path) : NULL;
}

/* In a build tree a link beside the library leads to the model, so that nothing has to be set. */
static char *
find_beside_library (void)
{
  g_autofree char *link = chord_path_beside_library (BUILTIN_MODEL);
  g_autofree char *target = link ? g_file_read_link (link, NULL) : NULL;

  return dup_if_file (target);
}

/* A path that was asked for and is wrong is not replaced by another: nobody would notice. */
char *
chord_get_builtin_model_path (void)
{
  const char *asked = g_getenv ("CHORD_BUILTIN_MODEL");
  char *beside;

  if (asked && *asked)
    return dup_if_file (asked);
  beside = find_beside_library ();
  return beside ? beside : dup_if_file (CHORD_MODEL_DIR G_DIR_SEPARATOR_S BUILTIN_MODEL);
}
