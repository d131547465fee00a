/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* A folder for one test, which is removed with all that is in it. */
typedef struct
{
  char *path;
  char *catalog; /* of a database in it, which does not exist yet */
} Folder;

void folder_set_up (Folder *folder, gconstpointer data);
void folder_tear_down (Folder *folder, gconstpointer data);

/* The names of the files in it that begin with prefix. */
GPtrArray *folder_list (Folder *folder, const char *prefix);

#define FOLDER_TEST(path, run) \
  g_test_add (path, Folder, NULL, folder_set_up, run, folder_tear_down)
