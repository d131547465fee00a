/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "text/unicode.h"
#include "text/vocab-private.h"

/* Text is cut at special tokens, what is between is normalized and cut into words, and words are
 * merged to tokens. */

/* Longer stretches of plain text are cut here, so that all counts fit in 32 bits. */
#define LONGEST_STRETCH (1u << 26)

typedef struct
{
  const ChVocab *vocab;
  GArray *tokens;
  ChMerger *merger;
  GArray *chars; /* gunichar */
  GString *bytes;
  gboolean after_special; /* or at the beginning */
} Run;

/* ---- BPE ------------------------------------------------------------------------------------ */

/* The token that the whole word is, or -1. */
static gint32
find_word (const ChVocab *vocab, const GString *word)
{
  char text[256];
  gsize length = 0;

  if (word->len > sizeof text / 2)
    return -1;
  for (gsize i = 0; i < word->len; i++)
    length += g_unichar_to_utf8 (ch_byte_to_char (word->str[i]), text + length);
  return ch_vocab_find_plain (vocab, text, length);
}

static void
add_word (const gunichar *c, gsize n, gpointer data)
{
  Run *run = data;
  gint32 token = -1;

  g_string_truncate (run->bytes, 0);
  for (gsize i = 0; i < n; i++)
    g_string_append_unichar (run->bytes, c[i]);
  if (run->vocab->pre->ignore_merges)
    token = find_word (run->vocab, run->bytes);
  if (token >= 0)
    g_array_append_val (run->tokens, token);
  else
    ch_merger_run (run->merger, run->bytes->str, run->bytes->len);
}

static void
add_plain_bpe (Run *run)
{
  if (run->vocab->pre->nfc)
    ch_normalize_nfc (run->chars);
  ch_pretokenizer_split (run->vocab->pre, &g_array_index (run->chars, gunichar, 0), run->chars->len,
                         add_word, run);
}

/* ---- SPM ------------------------------------------------------------------------------------ */

static void
append_escaped (GString *bytes, gunichar c)
{
  if (c == ' ')
    g_string_append (bytes, "▁");
  else
    g_string_append_unichar (bytes, c);
}

static gboolean
is_escape (const GString *bytes, gsize at)
{
  return bytes->len - at >= 3 && memcmp (bytes->str + at, "▁", 3) == 0;
}

/* Where the word that begins at `at` ends: before the next ▁ that follows anything else. */
static gsize
word_end (const GString *bytes, gsize at)
{
  while (at < bytes->len && is_escape (bytes, at))
    at += 3;
  while (at < bytes->len && !is_escape (bytes, at))
    at++;
  return at;
}

static void
add_plain_spm (Run *run)
{
  GString *bytes = run->bytes;

  g_string_truncate (bytes, 0);
  if (run->vocab->adds_space_prefix && run->after_special)
    append_escaped (bytes, ' ');
  for (guint i = 0; i < run->chars->len; i++)
    append_escaped (bytes, g_array_index (run->chars, gunichar, i));
  for (gsize at = 0; at < bytes->len;)
    {
      gsize end = run->vocab->words_apart ? word_end (bytes, at) : bytes->len;

      ch_merger_run (run->merger, bytes->str + at, end - at);
      at = end;
    }
}

/* ---- Special tokens and what is between ----------------------------------------------------- */

static void
add_plain (Run *run, const char *text, gsize length)
{
  while (length > 0)
    {
      gsize part = MIN (length, LONGEST_STRETCH);

      while (part < length && part > 1 && ((guint8) text[part] & 0xc0) == 0x80)
        part--;
      g_array_set_size (run->chars, 0);
      ch_utf8_decode (text, part, run->chars);
      (run->vocab->type == CH_VOCAB_SPM ? add_plain_spm : add_plain_bpe) (run);
      run->after_special = FALSE;
      text += part;
      length -= part;
    }
}

/* Appends the special token; returns where the text goes on. */
static gsize
add_special (Run *run, const ChSpecial *special, const char *text, gsize length, gsize end)
{
  gint32 token = special->id;

  g_array_append_val (run->tokens, token);
  run->after_special = TRUE;
  while (special->strips_right && end < length
         && (g_ascii_isspace (text[end]) || text[end] == '\v'))
    end++;
  return end;
}

static void
add_text (Run *run, const char *text, gsize length, const ChTextSpan *spans)
{
  gsize begin = 0, span_end = spans->length, match_length = 0;

  for (gsize at = 0; at < length;)
    {
      const ChSpecial *special;

      while (at >= span_end)
        span_end += (++spans)->length;
      special = ch_vocab_match_special (run->vocab, text, length, at,
                                        spans->parse_special ? span_end : 0, &match_length);
      if (special == NULL)
        {
          at++;
          continue;
        }
      add_plain (run, text + begin, at - begin);
      begin = at = add_special (run, special, text, length, at + match_length);
    }
  add_plain (run, text + begin, length - begin);
}

static void
append_token (GArray *tokens, gboolean wanted, gint32 token)
{
  if (wanted && token >= 0)
    g_array_append_val (tokens, token);
}

void
ch_vocab_tokenize_spans (const ChVocab *vocab, const ChTextSpan *spans, gsize n, gboolean add_ends,
                         GArray *tokens)
{
  g_autoptr (ChMerger) merger = ch_merger_new (vocab, tokens);
  g_autoptr (GArray) chars = g_array_new (FALSE, FALSE, sizeof (gunichar));
  g_autoptr (GString) bytes = g_string_new (NULL);
  g_autoptr (GString) joined = g_string_new (NULL);
  Run run = { vocab, tokens, merger, chars, bytes, TRUE };

  append_token (tokens, add_ends && vocab->adds_bos, vocab->bos);
  for (gsize i = 0; i < n && n > 1; i++)
    g_string_append_len (joined, spans[i].text, spans[i].length);
  if (n > 1)
    add_text (&run, joined->str, joined->len, spans);
  else if (n == 1)
    add_text (&run, spans->text, spans->length, spans);
  append_token (tokens, add_ends && vocab->adds_eos, vocab->eos);
}

void
ch_vocab_tokenize (const ChVocab *vocab, const char *text, gsize length, ChTokenizeFlags flags,
                   GArray *tokens)
{
  ChTextSpan span = { text, length, (flags & CH_TOKENIZE_PARSE_SPECIAL) != 0 };

  ch_vocab_tokenize_spans (vocab, &span, 1, (flags & CH_TOKENIZE_ADD_SPECIAL) != 0, tokens);
}
