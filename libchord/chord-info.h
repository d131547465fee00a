/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(CHORD_INSIDE) && !defined(CHORD_COMPILATION)
#error "Only <chord.h> can be included directly."
#endif

#include <glib.h>

#include "chord-version.h"

G_BEGIN_DECLS

/**
 * chord_get_version:
 *
 * The version of the library that is running, such as "0.1.0".
 *
 * Returns: (transfer none): the version
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_get_version (void);

/**
 * chord_get_cpu_description:
 *
 * Names the processor, the instruction set that the library uses of it, and the number of threads
 * that a model gets when none is asked for. For people, not for parsing.
 *
 * Returns: (transfer full): a line of text
 */
CHORD_AVAILABLE_IN_ALL
char *chord_get_cpu_description (void) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_get_default_n_threads:
 *
 * The number of threads that a model gets when none is asked for: physical cores, less what the
 * process may not use.
 *
 * Returns: at least 1
 */
CHORD_AVAILABLE_IN_ALL
int chord_get_default_n_threads (void);

/**
 * chord_get_peak_memory:
 *
 * The greatest amount of memory that this process has had resident so far.
 *
 * Returns: bytes
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_get_peak_memory (void);

/**
 * chord_get_builtin_model_path:
 *
 * Finds the small chat model that comes with the library. The environment variable
 * `CHORD_BUILTIN_MODEL` names another one.
 *
 * Returns: (transfer full) (nullable) (type filename): its path, or %NULL when it is not installed
 */
CHORD_AVAILABLE_IN_ALL
char *chord_get_builtin_model_path (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
