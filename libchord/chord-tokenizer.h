/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(CHORD_INSIDE) && !defined(CHORD_COMPILATION)
#error "Only <chord.h> can be included directly."
#endif

#include <gio/gio.h>

#include "chord-enums.h"
#include "chord-model-file.h"
#include "chord-version.h"

G_BEGIN_DECLS

#define CHORD_TYPE_TOKENIZER (chord_tokenizer_get_type ())

/**
 * ChordTokenizer:
 *
 * The vocabulary of a model: turns text into tokens and back. Immutable, so any thread may use it.
 */
CHORD_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (ChordTokenizer, chord_tokenizer, CHORD, TOKENIZER, GObject)

/**
 * chord_tokenizer_new:
 * @file: a model, or a file that has a vocabulary and no tensors
 * @error: return location for an error
 *
 * Makes the tokenizer of a file. One whose vocabulary is of a kind that is not known is refused by
 * name.
 *
 * Returns: (transfer full): a new #ChordTokenizer, or %NULL with @error set
 */
CHORD_AVAILABLE_IN_ALL
ChordTokenizer *chord_tokenizer_new (ChordModelFile *file, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_tokenizer_tokenize:
 * @self: a #ChordTokenizer
 * @text: text in UTF-8; invalid bytes count as U+FFFD
 * @length: bytes of @text, or -1 when it ends with a NUL
 * @flags: how to turn it into tokens
 * @n_tokens: (out): number of tokens
 *
 * Turns text into tokens.
 *
 * Returns: (transfer full) (array length=n_tokens): the token ids; free with g_free()
 */
CHORD_AVAILABLE_IN_ALL
gint32 *chord_tokenizer_tokenize (ChordTokenizer *self, const char *text, gssize length,
                                  ChordTokenizeFlags flags,
                                  gsize *n_tokens) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_tokenizer_detokenize:
 * @self: a #ChordTokenizer
 * @tokens: (array length=n_tokens): token ids
 * @n_tokens: how many
 * @special: whether control tokens are written out
 * @error: return location for an error
 *
 * Turns tokens back into text. Bytes that are not UTF-8 become U+FFFD.
 *
 * Returns: (transfer full): the text, or %NULL with @error set when an id is out of range
 */
CHORD_AVAILABLE_IN_ALL
char *chord_tokenizer_detokenize (ChordTokenizer *self, const gint32 *tokens, gsize n_tokens,
                                  gboolean special, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_tokenizer_detokenize_bytes:
 * @self: a #ChordTokenizer
 * @tokens: (array length=n_tokens): token ids
 * @n_tokens: how many
 * @special: whether control tokens are written out
 * @error: return location for an error
 *
 * Turns tokens back into bytes as they are, which need not be UTF-8 when a character is cut in two.
 *
 * Returns: (transfer full): the bytes, or %NULL with @error set when an id is out of range
 */
CHORD_AVAILABLE_IN_ALL
GBytes *chord_tokenizer_detokenize_bytes (ChordTokenizer *self, const gint32 *tokens,
                                          gsize n_tokens, gboolean special,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_tokenizer_get_n_tokens: (get-property n-tokens)
 * @self: a #ChordTokenizer
 *
 * Gets the size of the vocabulary.
 *
 * Returns: the size of the vocabulary
 */
CHORD_AVAILABLE_IN_ALL
guint chord_tokenizer_get_n_tokens (ChordTokenizer *self);

/**
 * chord_tokenizer_get_model: (get-property model)
 * @self: a #ChordTokenizer
 *
 * Gets the kind of the vocabulary, as the file names it: "llama", "gpt2".
 *
 * Returns: (transfer none): the kind of the vocabulary, as the file names it: "llama", "gpt2"
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_tokenizer_get_model (ChordTokenizer *self);

/**
 * chord_tokenizer_get_pre_tokenizer: (get-property pre-tokenizer)
 * @self: a #ChordTokenizer
 *
 * Gets how text is cut before it is tokenized, as the file names it; empty when it does not.
 *
 * Returns: (transfer none): how text is cut before it is tokenized, as the file names it; empty
 *   when it does not
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_tokenizer_get_pre_tokenizer (ChordTokenizer *self);

/**
 * chord_tokenizer_get_bos_token: (get-property bos-token)
 * @self: a #ChordTokenizer
 *
 * Gets the token that begins a text; -1 when there is none.
 *
 * Returns: the token that begins a text; -1 when there is none
 */
CHORD_AVAILABLE_IN_ALL
gint32 chord_tokenizer_get_bos_token (ChordTokenizer *self);

/**
 * chord_tokenizer_get_eos_token: (get-property eos-token)
 * @self: a #ChordTokenizer
 *
 * Gets the token that ends a text; -1 when there is none.
 *
 * Returns: the token that ends a text; -1 when there is none
 */
CHORD_AVAILABLE_IN_ALL
gint32 chord_tokenizer_get_eos_token (ChordTokenizer *self);

/**
 * chord_tokenizer_get_adds_bos: (get-property adds-bos)
 * @self: a #ChordTokenizer
 *
 * Gets whether the model wants its token for the beginning before every text.
 *
 * Returns: whether the model wants its token for the beginning before every text
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_tokenizer_get_adds_bos (ChordTokenizer *self);

/**
 * chord_tokenizer_get_token_text:
 * @self: a #ChordTokenizer
 * @token: a token id
 *
 * Gets the text of a token as the vocabulary stores it.
 *
 * Returns: (transfer full) (nullable): the text, or %NULL when the id is out of range
 */
CHORD_AVAILABLE_IN_ALL
char *chord_tokenizer_get_token_text (ChordTokenizer *self, gint32 token) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_tokenizer_get_token_kind:
 * @self: a #ChordTokenizer
 * @token: a token id
 *
 * Gets the kind of a token.
 *
 * Returns: the kind; %CHORD_TOKEN_KIND_UNDEFINED when the id is out of range
 */
CHORD_AVAILABLE_IN_ALL
ChordTokenKind chord_tokenizer_get_token_kind (ChordTokenizer *self, gint32 token);

/**
 * chord_tokenizer_is_end_token:
 * @self: a #ChordTokenizer
 * @token: a token id
 *
 * Tells whether a token ends a generation.
 *
 * Returns: %TRUE when it does
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_tokenizer_is_end_token (ChordTokenizer *self, gint32 token);

/**
 * chord_tokenizer_lookup:
 * @self: a #ChordTokenizer
 * @text: the text of a token as the vocabulary stores it
 *
 * Finds a token by its text.
 *
 * Returns: its id, or -1 when there is none
 */
CHORD_AVAILABLE_IN_ALL
gint32 chord_tokenizer_lookup (ChordTokenizer *self, const char *text);

G_END_DECLS
