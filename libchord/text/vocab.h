/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "format/gguf.h"

/* Vocabulary and tokenizer of a model. Immutable after creation: any thread may use it. */
typedef struct ChVocab ChVocab;

typedef enum
{
  CH_TOKEN_NORMAL = 1,
  CH_TOKEN_UNKNOWN,
  CH_TOKEN_CONTROL,
  CH_TOKEN_USER_DEFINED,
  CH_TOKEN_UNUSED,
  CH_TOKEN_BYTE,
} ChTokenKind; /* numbers of tokenizer.ggml.token_type */

typedef enum
{
  CH_TOKENIZE_PLAIN = 0,
  CH_TOKENIZE_ADD_SPECIAL = 1 << 0,   /* BOS/EOS as the model's metadata ask */
  CH_TOKENIZE_PARSE_SPECIAL = 1 << 1, /* control tokens written out in the text are recognised */
} ChTokenizeFlags;

/* A vocabulary whose model or pre-tokenizer is not known is refused by name. */
ChVocab *ch_vocab_new (const ChGguf *gguf, GError **error);
ChVocab *ch_vocab_ref (ChVocab *vocab);
void ch_vocab_unref (ChVocab *vocab);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChVocab, ch_vocab_unref)

guint ch_vocab_size (const ChVocab *vocab);
const char *ch_vocab_model (const ChVocab *vocab); /* "llama", "gpt2" */
const char *ch_vocab_pre (const ChVocab *vocab);   /* "qwen2" ...; "" if none */
gint32 ch_vocab_bos (const ChVocab *vocab);        /* -1 if none; so the others */
gint32 ch_vocab_eos (const ChVocab *vocab);
gboolean ch_vocab_adds_bos (const ChVocab *vocab);
/* Whether the token ends a generation: eos, eot, eom, ... */
gboolean ch_vocab_is_eog (const ChVocab *vocab, gint32 token);
ChTokenKind ch_vocab_kind (const ChVocab *vocab, gint32 token);
/* The token's text as stored, and its exact lookup (-1 when there is none). */
const char *ch_vocab_text (const ChVocab *vocab, gint32 token, gsize *length);
gint32 ch_vocab_lookup (const ChVocab *vocab, const char *text, gsize length);

/* Appends ids (gint32) to tokens. text is UTF-8; invalid bytes become U+FFFD. Linear time but for
 * log factors: hostile input of megabytes is fine. */
void ch_vocab_tokenize (const ChVocab *vocab, const char *text, gsize length, ChTokenizeFlags flags,
                        GArray *tokens);

/* One text made of spans: words go across their borders as if it were one piece, but a control
 * token is recognised only where it lies within one span that asks for it. So a prompt is tokenized
 * as the model was trained, and what users wrote in it cannot forge a turn. */
typedef struct
{
  const char *text;
  gsize length;
  gboolean parse_special;
} ChTextSpan;
void ch_vocab_tokenize_spans (const ChVocab *vocab, const ChTextSpan *spans, gsize n,
                              gboolean add_special, GArray *tokens);

/* Appends the bytes of one token, maybe part of a character; special tokens only when asked for. */
void ch_vocab_append_bytes (const ChVocab *vocab, gint32 token, gboolean special, GString *bytes);
/* Whole texts: as llama_detokenize(remove_special = false, unparse_special = special); invalid
 * UTF-8 is kept. As there, some byte-level vocabularies lose spaces before signs and contractions;
 * streaming never does. */
char *ch_vocab_detokenize (const ChVocab *vocab, const gint32 *tokens, gsize n, gboolean special,
                           gsize *length);

/* Streaming: what is whole UTF-8 comes out, the beginning of a character is held back; bytes that
 * can never become a character come out as U+FFFD. flush gives what is left. Strips the space that
 * an SPM vocabulary puts before the first word where first_of_text was set. */
typedef struct ChDetokenizer ChDetokenizer;
ChDetokenizer *ch_detokenizer_new (ChVocab *vocab, gboolean special, gboolean first_of_text);
void ch_detokenizer_free (ChDetokenizer *detok);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChDetokenizer, ch_detokenizer_free)
void ch_detokenizer_push (ChDetokenizer *detok, gint32 token, GString *out);
void ch_detokenizer_flush (ChDetokenizer *detok, GString *out);
