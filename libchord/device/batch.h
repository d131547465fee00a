/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The unit of work: rows of several sequences at once. A row is one token (or one embedding) at one
 * place of one sequence. The attention mask follows from the rows: a row sees the rows of its own
 * sequence, up to and with its own slot (causal), within a window where a layer has one, or all of
 * them (bidirectional). */

#define CH_MAX_POSITION_PARTS 4 /* M-RoPE gives a row several positions */

typedef struct
{
  int32_t token;          /* or -1: the row comes from embedding */
  const float *embedding; /* n_embd values, when token is -1 */
  /* The first is for RoPE; the others are for families that have parts. */
  int32_t position[CH_MAX_POSITION_PARTS];
  int32_t slot;           /* index within the sequence, where its keys are kept: 0, 1, 2 ... */
  uint32_t seq;           /* index into the batch's sequences */
  bool wants_output;
} ChRow;

/* What a device needs to know of a sequence's memory. Rows of a sequence stand together in a batch,
 * by rising slot. Pages are those of every layer's KV storage alike (see device.h). */
typedef struct
{
  const int32_t *pages;
  size_t n_pages;
  int32_t length; /* with the rows of this batch */
} ChSeqView;

typedef struct
{
  const ChRow *rows;
  size_t n_rows;
  const ChSeqView *seqs;
  size_t n_seqs;
  size_t n_outputs; /* rows that want one, in row order */
} ChBatch;
