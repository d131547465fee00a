/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "arch/arch.h"

/* Drives a model without the engine: hand-made page tables, tokens in, logits out. */

typedef struct
{
  ChGguf *gguf;
  ChWeights *weights;
  ChProgram *program;
  ChExecutable **executables; /* one a segment */
  ChKvStore **kvs;            /* one a segment; segments of one device share theirs */
  gsize n_pages;              /* in the stores */
} Runner;

typedef struct
{
  ChPrecision precision;
  ChKvType kv_type;
  gsize max_rows, n_pages;
  ChDevice *const *devices; /* or NULL */
  ChGgufFlags flags;
} RunnerOptions;

typedef struct
{
  const gint32 *tokens;
  gsize n_tokens;
  gint32 first_page; /* its pages go down from here */
  gsize done;        /* tokens that are in the cache */
} RunnerSeq;

Runner *runner_new (const char *path, const RunnerOptions *options, GError **error);
void runner_free (Runner *runner);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Runner, runner_free)

/* One batch of the next n_new[i] tokens of each sequence. Appends the logits of all rows to
 * outputs[i]. */
gboolean runner_batch (Runner *runner, RunnerSeq *seqs, gsize n_seqs, const gsize *n_new,
                       GArray **outputs, gint n_threads, const atomic_bool *cancel, GError **error);

/* A whole sequence from its beginning, in chunks (0: in one). */
GArray *runner_logits (Runner *runner, const gint32 *tokens, gsize n_tokens, gsize chunk,
                       gint n_threads);

/* Files of reference cases. */
GArray *load_tokens (const char *path);
GArray *load_floats (const char *path);
/* Sum of squared differences over sum of squares; infinite when the sizes differ or something is
 * not finite. */
double nmse (const GArray *a, const GArray *reference);
/* Mean over rows of width values of KL (softmax (reference) || softmax (a)). */
double mean_divergence (const GArray *a, const GArray *reference, gsize width);
