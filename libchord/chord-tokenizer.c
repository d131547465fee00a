/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-tokenizer-private.h"

#include "base/error.h"
#include "chord-model-file-private.h"
#include "chord-param-private.h"

struct _ChordTokenizer
{
  GObject parent_instance;

  ChVocab *vocab;
};

enum
{
  PROP_0,
  PROP_N_TOKENS,
  PROP_MODEL,
  PROP_PRE_TOKENIZER,
  PROP_BOS_TOKEN,
  PROP_EOS_TOKEN,
  PROP_ADDS_BOS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ChordTokenizer, chord_tokenizer, G_TYPE_OBJECT)

/* The public kinds are the numbers of the file format, as those of the layer below. */
G_STATIC_ASSERT ((int) CHORD_TOKEN_KIND_NORMAL == (int) CH_TOKEN_NORMAL);
G_STATIC_ASSERT ((int) CHORD_TOKEN_KIND_BYTE == (int) CH_TOKEN_BYTE);

static void
chord_tokenizer_finalize (GObject *object)
{
  ChordTokenizer *self = CHORD_TOKENIZER (object);

  g_clear_pointer (&self->vocab, ch_vocab_unref);
  G_OBJECT_CLASS (chord_tokenizer_parent_class)->finalize (object);
}

static void
chord_tokenizer_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  ChordTokenizer *self = CHORD_TOKENIZER (object);

  switch (prop_id)
    {
    case PROP_N_TOKENS:
      g_value_set_uint (value, ch_vocab_size (self->vocab));
      break;
    case PROP_MODEL:
      g_value_set_string (value, ch_vocab_model (self->vocab));
      break;
    case PROP_PRE_TOKENIZER:
      g_value_set_string (value, ch_vocab_pre (self->vocab));
      break;
    case PROP_BOS_TOKEN:
      g_value_set_int (value, ch_vocab_bos (self->vocab));
      break;
    case PROP_EOS_TOKEN:
      g_value_set_int (value, ch_vocab_eos (self->vocab));
      break;
    case PROP_ADDS_BOS:
      g_value_set_boolean (value, ch_vocab_adds_bos (self->vocab));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
chord_tokenizer_class_init (ChordTokenizerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = chord_tokenizer_finalize;
  object_class->get_property = chord_tokenizer_get_property;

  /**
   * ChordTokenizer:n-tokens:
   *
   * The size of the vocabulary.
   */
  properties[PROP_N_TOKENS]
      = g_param_spec_uint ("n-tokens", NULL, NULL, 0, G_MAXUINT, 0, CHORD_PARAM_READABLE);

  /**
   * ChordTokenizer:model:
   *
   * The kind of the vocabulary, as the file names it: "llama", "gpt2".
   */
  properties[PROP_MODEL] = g_param_spec_string ("model", NULL, NULL, NULL, CHORD_PARAM_READABLE);

  /**
   * ChordTokenizer:pre-tokenizer:
   *
   * How text is cut before it is tokenized, as the file names it; empty when it does not.
   */
  properties[PROP_PRE_TOKENIZER]
      = g_param_spec_string ("pre-tokenizer", NULL, NULL, NULL, CHORD_PARAM_READABLE);

  /**
   * ChordTokenizer:bos-token:
   *
   * The token that begins a text; -1 when there is none.
   */
  properties[PROP_BOS_TOKEN]
      = g_param_spec_int ("bos-token", NULL, NULL, -1, G_MAXINT32, -1, CHORD_PARAM_READABLE);

  /**
   * ChordTokenizer:eos-token:
   *
   * The token that ends a text; -1 when there is none.
   */
  properties[PROP_EOS_TOKEN]
      = g_param_spec_int ("eos-token", NULL, NULL, -1, G_MAXINT32, -1, CHORD_PARAM_READABLE);

  /**
   * ChordTokenizer:adds-bos:
   *
   * Whether the model wants its token for the beginning before every text.
   */
  properties[PROP_ADDS_BOS]
      = g_param_spec_boolean ("adds-bos", NULL, NULL, FALSE, CHORD_PARAM_READABLE);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
chord_tokenizer_init (ChordTokenizer *self)
{
}

ChordTokenizer *
chord_tokenizer_new (ChordModelFile *file, GError **error)
{
  g_autoptr (ChVocab) vocab = NULL;

  g_return_val_if_fail (CHORD_IS_MODEL_FILE (file), NULL);

  vocab = ch_vocab_new (chord_model_file_get_gguf (file), error);
  return vocab ? chord_tokenizer_new_for_vocab (vocab) : NULL;
}

ChordTokenizer *
chord_tokenizer_new_for_vocab (ChVocab *vocab)
{
  ChordTokenizer *self = g_object_new (CHORD_TYPE_TOKENIZER, NULL);

  self->vocab = ch_vocab_ref (vocab);
  return self;
}

ChVocab *
chord_tokenizer_get_vocab (ChordTokenizer *self)
{
  return self->vocab;
}

guint
chord_tokenizer_get_n_tokens (ChordTokenizer *self)
{
  g_return_val_if_fail (CHORD_IS_TOKENIZER (self), 0);

  return ch_vocab_size (self->vocab);
}

const char *
chord_tokenizer_get_model (ChordTokenizer *self)
{
  g_return_val_if_fail (CHORD_IS_TOKENIZER (self), NULL);

  return ch_vocab_model (self->vocab);
}

const char *
chord_tokenizer_get_pre_tokenizer (ChordTokenizer *self)
{
  g_return_val_if_fail (CHORD_IS_TOKENIZER (self), NULL);

  return ch_vocab_pre (self->vocab);
}

gint32
chord_tokenizer_get_bos_token (ChordTokenizer *self)
{
  g_return_val_if_fail (CHORD_IS_TOKENIZER (self), -1);

  return ch_vocab_bos (self->vocab);
}

gint32
chord_tokenizer_get_eos_token (ChordTokenizer *self)
{
  g_return_val_if_fail (CHORD_IS_TOKENIZER (self), -1);

  return ch_vocab_eos (self->vocab);
}

gboolean
chord_tokenizer_get_adds_bos (ChordTokenizer *self)
{
  g_return_val_if_fail (CHORD_IS_TOKENIZER (self), FALSE);

  return ch_vocab_adds_bos (self->vocab);
}

static ChTokenizeFlags
vocab_flags (ChordTokenizeFlags flags)
{
  ChTokenizeFlags result = CH_TOKENIZE_PLAIN;

  if (flags & CHORD_TOKENIZE_FLAGS_ADD_SPECIAL)
    result |= CH_TOKENIZE_ADD_SPECIAL;
  if (flags & CHORD_TOKENIZE_FLAGS_PARSE_SPECIAL)
    result |= CH_TOKENIZE_PARSE_SPECIAL;
  return result;
}

gint32 *
chord_tokenizer_tokenize (ChordTokenizer *self, const char *text, gssize length,
                          ChordTokenizeFlags flags, gsize *n_tokens)
{
  g_autoptr (GArray) tokens = NULL;

  g_return_val_if_fail (CHORD_IS_TOKENIZER (self), NULL);
  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (n_tokens != NULL, NULL);

  tokens = g_array_new (FALSE, FALSE, sizeof (gint32));
  ch_vocab_tokenize (self->vocab, text, length < 0 ? strlen (text) : (gsize) length,
                     vocab_flags (flags), tokens);
  return g_array_steal (tokens, n_tokens);
}

static gboolean
is_token (ChordTokenizer *self, gint32 token)
{
  return token >= 0 && (guint) token < ch_vocab_size (self->vocab);
}

static char *
detokenize (ChordTokenizer *self, const gint32 *tokens, gsize n_tokens, gboolean special,
            gsize *length, GError **error)
{
  for (gsize i = 0; i < n_tokens; i++)
    if (!is_token (self, tokens[i]))
      {
        g_set_error (error, CH_ERROR, CH_ERROR_INVALID_ARGUMENT,
                     "Token %" G_GINT32_FORMAT " is not in the vocabulary, which has %u tokens",
                     tokens[i], ch_vocab_size (self->vocab));
        return NULL;
      }
  return ch_vocab_detokenize (self->vocab, tokens, n_tokens, special, length);
}

char *
chord_tokenizer_detokenize (ChordTokenizer *self, const gint32 *tokens, gsize n_tokens,
                            gboolean special, GError **error)
{
  g_autofree char *bytes = NULL;
  gsize length = 0;

  g_return_val_if_fail (CHORD_IS_TOKENIZER (self), NULL);
  g_return_val_if_fail (tokens != NULL || n_tokens == 0, NULL);

  bytes = detokenize (self, tokens, n_tokens, special, &length, error);
  return bytes ? g_utf8_make_valid (bytes, (gssize) length) : NULL;
}

GBytes *
chord_tokenizer_detokenize_bytes (ChordTokenizer *self, const gint32 *tokens, gsize n_tokens,
                                  gboolean special, GError **error)
{
  char *bytes;
  gsize length = 0;

  g_return_val_if_fail (CHORD_IS_TOKENIZER (self), NULL);
  g_return_val_if_fail (tokens != NULL || n_tokens == 0, NULL);

  bytes = detokenize (self, tokens, n_tokens, special, &length, error);
  return bytes ? g_bytes_new_take (bytes, length) : NULL;
}

char *
chord_tokenizer_get_token_text (ChordTokenizer *self, gint32 token)
{
  const char *text;
  gsize length = 0;

  g_return_val_if_fail (CHORD_IS_TOKENIZER (self), NULL);

  if (!is_token (self, token))
    return NULL;
  text = ch_vocab_text (self->vocab, token, &length);
  return g_utf8_make_valid (text, (gssize) length);
}

ChordTokenKind
chord_tokenizer_get_token_kind (ChordTokenizer *self, gint32 token)
{
  g_return_val_if_fail (CHORD_IS_TOKENIZER (self), CHORD_TOKEN_KIND_UNDEFINED);

  return is_token (self, token) ? (ChordTokenKind) ch_vocab_kind (self->vocab, token)
                                : CHORD_TOKEN_KIND_UNDEFINED;
}

gboolean
chord_tokenizer_is_end_token (ChordTokenizer *self, gint32 token)
{
  g_return_val_if_fail (CHORD_IS_TOKENIZER (self), FALSE);

  return is_token (self, token) && ch_vocab_is_eog (self->vocab, token);
}

gint32
chord_tokenizer_lookup (ChordTokenizer *self, const char *text)
{
  g_return_val_if_fail (CHORD_IS_TOKENIZER (self), -1);
  g_return_val_if_fail (text != NULL, -1);

  return ch_vocab_lookup (self->vocab, text, strlen (text));
}
