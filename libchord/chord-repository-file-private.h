/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chord-repository-file.h"

/* One file of a model. */
typedef struct
{
  char *path;   /* in the repository */
  char *url;
  gint64 size;  /* -1: not known */
  char *sha256; /* NULL: not known */
} ChordRepositoryPart;

ChordRepositoryPart *chord_repository_part_new (const char *path, const char *url, gint64 size,
                                                const char *sha256);
void chord_repository_part_free (ChordRepositoryPart *part);

/* A model of these parts; takes them. repository is NULL for a mere address. */
ChordRepositoryFile *chord_repository_file_new (const char *repository, GPtrArray *parts);
GPtrArray *chord_repository_file_get_parts (ChordRepositoryFile *self);

/* Whether a path that a server told may become one below a folder of ours: relative, without "..",
 * control characters and empty parts. */
gboolean chord_repository_path_is_safe (const char *path);
/* How the weights are stored, as far as a file name tells; NULL: it does not. */
char *chord_repository_quantization_of (const char *path);
/* Whether path is one part of several: then its number (from 1), their count and what the names
 * have in common. */
gboolean chord_repository_parse_split (const char *path, char **stem, guint *number, guint *count);
