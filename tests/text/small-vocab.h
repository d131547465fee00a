/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "gguf-builder.h"
#include "text/vocab.h"

/* Vocabularies small enough to follow by hand, as files in memory. */

/* An array of strings, given one a line. */
void small_put_lines (GgufBuilder *builder, const char *key, const char *lines);
/* An array of n numbers of 4 bytes; the numbers are read from text, or 0 where it ends. */
void small_put_numbers (GgufBuilder *builder, const char *key, ChGgufKind kind, const char *numbers,
                        guint n);

/* All keys but `omit` (NULL: none is left out). Both know a, b, c, ab, abc, a space before a and
 * ab, é, the user-defined <|tag|> and the control tokens <|end|> and <|end_of_text|>. SPM has
 * <unk>, <s>, </s> and the bytes first; BPE all bytes first, and pre as its pre-tokenizer. */
void small_put_spm (GgufBuilder *builder, const char *omit);
void small_put_bpe (GgufBuilder *builder, const char *pre, const char *omit);

ChGguf *small_open (GgufBuilder *builder);
ChVocab *small_spm (void);
ChVocab *small_bpe (const char *pre);
