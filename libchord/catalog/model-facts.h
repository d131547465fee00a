/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "format/gguf.h"

/* What a model file says of itself, read from its header alone, and by what it is known again when
 * it was moved or written to. */

typedef enum
{
  CH_MODEL_KIND_TEXT,       /* generates text */
  CH_MODEL_KIND_PROJECTOR,  /* lets another model see or hear */
  CH_MODEL_KIND_ADAPTER,    /* changes another model */
  CH_MODEL_KIND_VOCABULARY, /* has no weights */
  CH_MODEL_KIND_DATA,       /* what tools keep in this format, such as importance matrices */
} ChModelKind;

typedef struct
{
  ChModelKind kind;
  char *title; /* NULL where the file does not say; so too the next four */
  char *architecture;
  char *license;
  char *chat_template;
  char *quantization;
  guint64 n_parameters;
  guint64 context_length;
  guint64 embedding_length;
  guint64 n_layers;
  guint n_files;
} ChModelFacts;

ChModelFacts *ch_model_facts_read (const char *path, GError **error);
void ch_model_facts_free (ChModelFacts *facts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChModelFacts, ch_model_facts_free)

/* The kind of a file in words, as in "FILE is …". */
const char *ch_model_kind_describe (ChModelKind kind);

/* The files of a model on the disk, which may be one or the parts of a split one. */
typedef struct
{
  guint64 bytes;    /* of all that are there */
  gint64 modified;  /* the latest of them; µs since 1970 */
  guint64 device;   /* of the first one: */
  guint64 inode;
  guint n_expected;
  guint n_found;
} ChModelFiles;

/* FALSE when the file itself cannot be examined (the error is one of GFileError); parts of a split
 * model that are missing are no error. */
gboolean ch_model_files_look (const char *path, ChModelFiles *files, GError **error);

/* The paths of all parts; the path alone for a model that is not split. */
char **ch_model_files_list (const char *path);

/* Identifies the contents without reading them whole: the sum of the size and of samples from
 * beginning to end. Files up to 1 MiB are in it entirely. */
char *ch_model_fingerprint (const char *path, GCancellable *cancellable, GError **error);
