/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdatomic.h>

#include "text/dict.h"
#include "text/pretokenize.h"
#include "text/vocab.h"

typedef enum
{
  CH_VOCAB_SPM, /* "llama": SentencePiece, merges by score, ▁ for the space */
  CH_VOCAB_BPE, /* "gpt2": merges by rank over bytes, each byte a printable character */
} ChVocabType;

#define CH_VOCAB_MAX_EOG 32

/* A special token: one that is looked for in the text before anything else. */
typedef struct
{
  guint32 id;
  gboolean is_control;   /* only looked for where special tokens are parsed */
  gboolean strips_right; /* swallows the white space that follows it */
} ChSpecial;

struct ChVocab
{
  atomic_int refs;
  ChVocabType type;
  char *model;
  char *pre_name;
  const ChPretokenizer *pre; /* of BPE */

  /* The tokens; then (BPE) texts that merges mention without being tokens. */
  ChTexts texts;
  guint n_tokens;
  guint8 *kinds;
  ChDict tokens;
  ChDict others;
  gsize longest; /* bytes of the longest token */

  /* SPM */
  guint32 *ranks;       /* by score: the lower is merged first */
  gboolean words_apart; /* no token has a ▁ after anything else: words can be merged one by one */
  gint32 byte_tokens[256]; /* for what has no token; -1: none */

  /* BPE */
  ChPairs pairs;
  guint32 byte_symbols[256];

  ChSpecial *specials; /* in the order of their texts' bytes */
  guint n_specials;
  guint special_starts[257]; /* where those of a first byte begin */

  gint32 bos, eos, unknown;
  gint32 eog[CH_VOCAB_MAX_EOG];
  guint n_eog;
  gboolean adds_bos, adds_eos, adds_space_prefix, cleans_spaces;
};

/* ---- Reading (vocab-load.c, vocab-merges.c, special.c) -------------------------------------- */

gboolean ch_vocab_load (ChVocab *vocab, const ChGguf *gguf, GError **error);
gboolean ch_vocab_load_merges (ChVocab *vocab, const ChGguf *gguf, GError **error);
gboolean ch_vocab_fail (GError **error, int code, const ChGguf *gguf, const char *format, ...)
    G_GNUC_PRINTF (4, 5);

/* The well-known texts that end a generation; those that a file fails to mark become control
 * tokens. */
void ch_vocab_find_eog (ChVocab *vocab);
void ch_vocab_add_eog (ChVocab *vocab, gint32 token);
/* strips_right: as Phi-3 has it, nearly all special tokens swallow the white space behind them. */
void ch_vocab_index_specials (ChVocab *vocab, gboolean strips_right);

/* ---- Looking up ----------------------------------------------------------------------------- */

/* The longest special token that begins at `at` of the text, NULL if none does. Control tokens must
 * end before control_end. */
const ChSpecial *ch_vocab_match_special (const ChVocab *vocab, const char *text, gsize length,
                                         gsize at, gsize control_end, gsize *match_length);

/* A token that ordinary text may become: control tokens never are. -1: none. */
gint32 ch_vocab_find_plain (const ChVocab *vocab, const char *text, gsize length);

static inline gboolean
ch_vocab_is_special_kind (ChTokenKind kind)
{
  return kind == CH_TOKEN_CONTROL || kind == CH_TOKEN_UNKNOWN;
}

/* ---- Byte-level BPE: bytes and the characters that stand for them (bytes.c) ----------------- */

gunichar ch_byte_to_char (guint8 byte);
int ch_char_to_byte (gunichar c); /* -1: stands for none */

/* ---- Merging (merge.c) ---------------------------------------------------------------------- */

typedef struct ChMerger ChMerger; /* scratch memory of one call */
ChMerger *ch_merger_new (const ChVocab *vocab, GArray *tokens);
void ch_merger_free (ChMerger *merger);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChMerger, ch_merger_free)
/* SPM: UTF-8 with ▁ for spaces. BPE: the bytes of one word. Appends the tokens. */
void ch_merger_run (ChMerger *merger, const char *text, gsize length);
