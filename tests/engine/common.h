/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "base/error.h"
#include "engine/engine.h"

/* The items of a GArray, whose data is of characters. */
#define IDS(array)    ((gint32 *) (void *) (array)->data)
#define FLOATS(array) ((float *) (void *) (array)->data)

/* What the tests of the engine share: the built-in model, and jobs that note all they hear. */

/* "<start>user\nHello!<end>\n<start>assistant\n" in the vocabulary of the built-in model, which
 * answers it with text and an end-of-generation token. */
extern const gint32 hello[10];
#define N_HELLO G_N_ELEMENTS (hello)
/* Tokens of ordinary words, for long prompts. */
GArray *filler (gsize n, guint seed);

ChEngine *load_engine (const ChEngineOptions *options);
/* Exact precision with a small context, f32 KV. */
ChEngine *load_small (guint64 n_ctx, guint n_seqs);
ChEngineSeq *new_seq (ChEngine *engine);

typedef struct Heard Heard;
struct Heard
{
  GArray *ids; /* gint32 */
  GString *text;
  GArray *logprobs;  /* ChTokenLogprob of the chosen tokens */
  GArray *outputs;   /* float */
  GArray *rows;      /* gsize: the row of each output */
  gsize done, total; /* of the last progress */
  guint n_progress, n_finished, n_freed;
  ChFinish why;
  ChJobUsage usage;
  GError *error;
  /* Called on the engine's thread after each token, progress or output was noted; may be NULL. */
  void (*hook) (Heard *heard);
  gpointer hook_data;
  ChJob *job;        /* for hooks, where a test sets it before it opens the gate */
  struct Gate *gate; /* if any, the first call waits here, before its hook */
};

Heard *heard_new (void);
void heard_free (Heard *heard);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Heard, heard_free)
extern const ChJobCallbacks hearing;

/* Greedy, without end but for max_tokens. */
ChGenerateRequest greedy_request (const gint32 *prompt, gsize n, gint64 max_tokens);
/* Submits; fails the test when it is refused. */
ChJob *start (ChEngineSeq *seq, const ChGenerateRequest *request, Heard *heard);
ChJob *start_evaluation (ChEngineSeq *seq, const gint32 *tokens, gsize n, guint chunk, gboolean all,
                         Heard *heard);
/* And waits for the end. */
Heard *generate (ChEngineSeq *seq, const ChGenerateRequest *request);
Heard *evaluate (ChEngineSeq *seq, const gint32 *tokens, gsize n, guint chunk, gboolean all);

void assert_same_ids (const GArray *a, const GArray *b);
void assert_same_floats (const GArray *a, const GArray *b);
/* The tokens of the sequence are these n. */
void assert_holds (ChEngineSeq *seq, const gint32 *tokens, gsize n);

/* A gate that a callback waits at, so that a test can lay out what happens in which order. */
typedef struct Gate Gate;
Gate *gate_new (void);
void gate_free (Gate *gate);
void gate_open (Gate *gate);
void gate_wait (Gate *gate);
