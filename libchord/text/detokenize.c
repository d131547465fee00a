/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "text/unicode.h"
#include "text/vocab-private.h"

/* ---- One token ------------------------------------------------------------------------------ */

static void
append_unescaped (GString *bytes, const char *text, gsize length)
{
  for (gsize i = 0; i < length;)
    {
      gboolean space = length - i >= 3 && memcmp (text + i, "▁", 3) == 0;

      g_string_append_c (bytes, space ? ' ' : text[i]);
      i += space ? 3 : 1;
    }
}

/* <0x0A> */
static void
append_named_byte (GString *bytes, const char *text, gsize length)
{
  if (length == 6 && g_ascii_isxdigit (text[3]) && g_ascii_isxdigit (text[4]))
    g_string_append_c (bytes, g_ascii_xdigit_value (text[3]) << 4 | g_ascii_xdigit_value (text[4]));
}

/* Characters that stand for no byte, which no sound vocabulary has, are left as they are. */
static void
append_mapped (GString *bytes, const char *text, gsize length)
{
  for (gsize i = 0; i < length;)
    {
      gunichar c;
      gssize step = ch_utf8_step (text + i, length - i, &c);
      int byte = step > 0 ? ch_char_to_byte (c) : -1;

      step = MAX (step, 1);
      if (byte >= 0)
        g_string_append_c (bytes, byte);
      else
        g_string_append_len (bytes, text + i, step);
      i += step;
    }
}

void
ch_vocab_append_bytes (const ChVocab *vocab, gint32 token, gboolean special, GString *bytes)
{
  gsize length;
  const char *text = ch_vocab_text (vocab, token, &length);

  switch (ch_vocab_kind (vocab, token))
    {
    case CH_TOKEN_NORMAL:
      (vocab->type == CH_VOCAB_SPM ? append_unescaped : append_mapped) (bytes, text, length);
      break;
    case CH_TOKEN_CONTROL:
    case CH_TOKEN_UNKNOWN:
      if (special)
        g_string_append_len (bytes, text, length);
      break;
    case CH_TOKEN_USER_DEFINED:
      g_string_append_len (bytes, text, length);
      break;
    case CH_TOKEN_BYTE:
      append_named_byte (bytes, text, length);
      break;
    case CH_TOKEN_UNUSED:
      break;
    }
}

/* ---- Cleaning ------------------------------------------------------------------------------- */

/* Some vocabularies' texts are cleaned of spaces that old tokenizers put between words and signs.
 * Each pass goes once over the text, drops the space before what its rule finds, and looks at the
 * text as it was before the pass. */

/* How many bytes from here on (0: none) want no space before them. */
typedef gsize (*CleanRule) (const char *text, gsize n);

static gsize
is_closing_sign (const char *text, gsize n)
{
  return strchr ("?!.,", *text) != NULL && *text != '\0';
}

/* The space behind a lone apostrophe goes too: see clean(). */
static gsize
is_lone_apostrophe (const char *text, gsize n)
{
  return n > 1 && text[0] == '\'' && text[1] == ' ' ? 2 : 0;
}

static gsize
is_contraction (const char *text, gsize n)
{
  if (n < 2 || text[0] != '\'')
    return 0;
  if (text[1] == 's' || text[1] == 'm')
    return 1;
  return n > 2 && (text[1] == 'r' || text[1] == 'v') && text[2] == 'e';
}

static gsize
clean (char *text, gsize n, CleanRule rule)
{
  gsize kept = 0;
  char before = '\0';

  for (gsize i = 0; i < n; i++)
    {
      gsize found = before == ' ' ? rule (text + i, n - i) : 0;
      char c = text[i];

      kept -= found > 0;
      before = c;
      if (found == 2)
        {
          i++;
          before = '\0';
        }
      text[kept++] = c;
    }
  return kept;
}

static void
clean_spaces (GString *bytes)
{
  static const CleanRule rules[] = { is_closing_sign, is_lone_apostrophe, is_contraction };

  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    g_string_truncate (bytes, clean (bytes->str, bytes->len, rules[i]));
}

/* ---- Whole texts ---------------------------------------------------------------------------- */

static void
strip_leading_space (GString *bytes)
{
  if (bytes->len > 0 && bytes->str[0] == ' ')
    g_string_erase (bytes, 0, 1);
}

char *
ch_vocab_detokenize (const ChVocab *vocab, const gint32 *tokens, gsize n, gboolean special,
                     gsize *length)
{
  GString *bytes = g_string_new (NULL);

  for (gsize i = 0; i < n; i++)
    {
      ch_vocab_append_bytes (vocab, tokens[i], special, bytes);
      if (i == 0 && vocab->adds_space_prefix)
        strip_leading_space (bytes);
    }
  if (vocab->cleans_spaces)
    clean_spaces (bytes);
  if (length != NULL)
    *length = bytes->len;
  return g_string_free (bytes, FALSE);
}

/* ---- Streaming ------------------------------------------------------------------------------ */

struct ChDetokenizer
{
  ChVocab *vocab;
  GString *pending; /* not out yet: between calls at most the beginning of a character */
  gboolean special;
  gboolean strips; /* the next byte that comes is the first of the text */
};

ChDetokenizer *
ch_detokenizer_new (ChVocab *vocab, gboolean special, gboolean first_of_text)
{
  ChDetokenizer *detok = g_new0 (ChDetokenizer, 1);

  detok->vocab = ch_vocab_ref (vocab);
  detok->pending = g_string_new (NULL);
  detok->special = special;
  detok->strips = first_of_text && vocab->adds_space_prefix;
  return detok;
}

void
ch_detokenizer_free (ChDetokenizer *detok)
{
  if (detok == NULL)
    return;
  ch_vocab_unref (detok->vocab);
  g_string_free (detok->pending, TRUE);
  g_free (detok);
}

/* Moves what is whole to out; what is invalid becomes U+FFFD. */
static void
drain (GString *pending, GString *out, gboolean last)
{
  gsize at = 0;

  while (at < pending->len)
    {
      gunichar c;
      gssize step = ch_utf8_step (pending->str + at, pending->len - at, &c);

      if (step == 0 && !last)
        break;
      if (step > 0)
        g_string_append_len (out, pending->str + at, step);
      else
        g_string_append_unichar (out, CH_REPLACEMENT_CHARACTER);
      at += step > 0 ? step : step < 0 ? -step : (gssize) (pending->len - at);
    }
  g_string_erase (pending, 0, at);
}

void
ch_detokenizer_push (ChDetokenizer *detok, gint32 token, GString *out)
{
  ch_vocab_append_bytes (detok->vocab, token, detok->special, detok->pending);
  if (detok->strips && detok->pending->len > 0)
    {
      strip_leading_space (detok->pending);
      detok->strips = FALSE;
    }
  drain (detok->pending, out, FALSE);
}

void
ch_detokenizer_flush (ChDetokenizer *detok, GString *out)
{
  drain (detok->pending, out, TRUE);
}
