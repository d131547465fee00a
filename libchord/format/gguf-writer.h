/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "format/gguf-private.h"

/* What a writer has collected. */

typedef struct
{
  char *key;
  ChGgufKind kind;
  ChGgufKind item;  /* as kind, unless an array */
  guint64 n_items;
  GBytes *items;    /* as they will be in the file */
} ChGgufDraft;

struct ChGgufWriter
{
  GPtrArray *drafts;     /* of ChGgufDraft, in order of arrival */
  GTree *by_key;         /* the same by name; borrowed */
  GArray *tensors;       /* of ChGgufTensor */
  GStringChunk *strings; /* their names */
};

/* Checks everything that was collected and gives each tensor its offset, counted from the beginning
 * of the data. data_bytes is what the tensors have together, without the gaps. */
gboolean ch_gguf_writer_plan (ChGgufWriter *writer, const char *file, guint64 *alignment,
                              guint64 *data_bytes, GError **error);
