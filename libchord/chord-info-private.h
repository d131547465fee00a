/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

/* Where a file would lie that is found relative to the library's own folder, as in a build tree;
 * NULL when the folder is not known. */
char *chord_path_beside_library (const char *relative);
