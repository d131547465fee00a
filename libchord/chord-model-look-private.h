/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "catalog/model-scan.h"
#include "chord-enums.h"

/* What was seen of a model file. Made in any thread, applied to a record in the catalog's. */
typedef struct
{
  gint64 id;        /* of the record that it is of; 0: none yet */
  gint64 folder_id; /* that it was found in; 0: none */
  char *path;
  char *name;
  char *sha256;        /* of a small file, or as the place says that it is in; else NULL */
  char *fingerprint;   /* NULL where the file could not be read; so too facts */
  char *template_name; /* NULL: not known */
  ChModelFiles files;
  ChModelFacts *facts;
  ChordModelState state; /* of the file by itself: never CHANGED */
  GError *error;         /* what is wrong; also where the state is AVAILABLE but it cannot run */
} ChordModelLook;

/* Looks at the file with all that belongs to it. NULL only when it was cancelled. */
ChordModelLook *chord_model_look_new (const char *path, GCancellable *cancellable,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whether it is a model that can answer; the families that Chord lacks still pass. */
gboolean chord_model_look_check (const ChordModelLook *self, GError **error);
void chord_model_look_free (ChordModelLook *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChordModelLook, chord_model_look_free)

/* Only what is on this machine has one. */
char *chord_model_path_of_file (GFile *file, GError **error);
