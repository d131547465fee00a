/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* Byte-level BPE merges within words only. How a text is cut into words is written in a model's own
 * tokenizer as regular expressions; here each is a scanner written by hand. */

/* Returns where the piece that begins at `at` ends; the piece is never empty. */
typedef gsize (*ChScanner) (const gunichar *c, gsize n, gsize at);

typedef struct
{
  ChScanner scanners[4];  /* each cuts the pieces of the one before; NULL after the last */
  gboolean ignore_merges; /* a word that is a token is taken whole, whatever the merges say */
  gboolean adds_bos;      /* unless the metadata say otherwise */
  gboolean cleans_spaces; /* see ch_vocab_detokenize() */
  gboolean nfc;           /* the text is normalized first */
} ChPretokenizer;

/* By the value of tokenizer.ggml.pre; NULL if it is not known. */
const ChPretokenizer *ch_pretokenizer_find (const char *name);

typedef void (*ChWordFunc) (const gunichar *c, gsize n, gpointer data);
void ch_pretokenizer_split (const ChPretokenizer *pre, const gunichar *c, gsize n, ChWordFunc func,
                            gpointer data);
