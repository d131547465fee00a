/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "text/pretokenize.h"

#include <string.h>

#include "text/unicode.h"

/* ---- Parts of the expressions --------------------------------------------------------------- */

static gsize
run_of (const gunichar *c, gsize n, gsize at, ChCharClass class)
{
  while (at < n && ch_char_class (c[at]) == class)
    at++;
  return at;
}

static gboolean
is_newline (gunichar c)
{
  return c == '\r' || c == '\n';
}

/* 's|'t|'re|'ve|'m|'ll|'d: where it ends, or `at` if there is none. */
static gsize
contraction (const gunichar *c, gsize n, gsize at, gboolean any_case)
{
  static const char pairs[][2] = { { 'r', 'e' }, { 'v', 'e' }, { 'l', 'l' } };
  gunichar x = at + 1 < n ? c[at + 1] : 0, y = at + 2 < n ? c[at + 2] : 0;

  if (c[at] != '\'')
    return at;
  if (any_case)
    {
      x = x < 128 ? (gunichar) g_ascii_tolower (x) : x;
      y = y < 128 ? (gunichar) g_ascii_tolower (y) : y;
    }
  if (x == 's' || x == 't' || x == 'm' || x == 'd')
    return at + 2;
  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    if (x == (gunichar) pairs[i][0] && y == (gunichar) pairs[i][1])
      return at + 3;
  return at;
}

/* \s+(?!\S)|\s+: the last space before a word is left to the word. */
static gsize
spaces (const gunichar *c, gsize n, gsize at)
{
  gsize end = run_of (c, n, at, CH_CHAR_SPACE);

  return end < n && end > at + 1 ? end - 1 : end;
}

/* \s*[\r\n]+: where it ends, or `at` if there is none. */
static gsize
spaces_and_newlines (const gunichar *c, gsize n, gsize at)
{
  gsize end = run_of (c, n, at, CH_CHAR_SPACE);

  while (end > at && !is_newline (c[end - 1]))
    end--;
  return end;
}

/* ---- The expressions ------------------------------------------------------------------------ */

/* 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+ */
static gsize
scan_gpt2 (const gunichar *c, gsize n, gsize at)
{
  gsize end = contraction (c, n, at, FALSE);
  gsize begin = c[at] == ' ' && at + 1 < n ? at + 1 : at;
  ChCharClass class = ch_char_class (c[begin]);

  if (end > at)
    return end;
  return class == CH_CHAR_SPACE ? spaces (c, n, at) : run_of (c, n, begin, class);
}

/* [^\r\n\p{L}\p{N}]?\p{L}+: where it ends, or `at` if there is none. */
static gsize
letters (const gunichar *c, gsize n, gsize at)
{
  ChCharClass class = ch_char_class (c[at]);
  gsize begin = class == CH_CHAR_LETTER ? at : at + 1;

  if (class == CH_CHAR_NUMBER || is_newline (c[at]) || begin == n
      || ch_char_class (c[begin]) != CH_CHAR_LETTER)
    return at;
  return run_of (c, n, begin, CH_CHAR_LETTER);
}

/* (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,digits}| ?[^\s\p{L}\p{N}]+[\r\n]*|
 * \s*[\r\n]+|\s+(?!\S)|\s+ */
static gsize
scan_tiktoken (const gunichar *c, gsize n, gsize at, gsize digits)
{
  gsize end = contraction (c, n, at, TRUE);
  gsize begin = c[at] == ' ' && at + 1 < n ? at + 1 : at;

  if (end > at)
    return end;
  end = letters (c, n, at);
  if (end > at)
    return end;
  if (ch_char_class (c[at]) == CH_CHAR_NUMBER)
    return run_of (c, MIN (n, at + digits), at, CH_CHAR_NUMBER);
  if (ch_char_class (c[begin]) == CH_CHAR_OTHER)
    {
      end = run_of (c, n, begin, CH_CHAR_OTHER);
      while (end < n && is_newline (c[end]))
        end++;
      return end;
    }
  end = spaces_and_newlines (c, n, at);
  return end > at ? end : spaces (c, n, at);
}

static gsize
scan_llama3 (const gunichar *c, gsize n, gsize at)
{
  return scan_tiktoken (c, n, at, 3);
}

static gsize
scan_qwen2 (const gunichar *c, gsize n, gsize at)
{
  return scan_tiktoken (c, n, at, 1);
}

/* \p{N}, and what is between. */
static gsize
scan_single_numbers (const gunichar *c, gsize n, gsize at)
{
  if (ch_char_class (c[at]) == CH_CHAR_NUMBER)
    return at + 1;
  while (at < n && ch_char_class (c[at]) != CH_CHAR_NUMBER)
    at++;
  return at;
}

/* \p{N}+, and what is between. */
static gsize
scan_numbers (const gunichar *c, gsize n, gsize at)
{
  gsize end = run_of (c, n, at, CH_CHAR_NUMBER);

  return end > at ? end : scan_single_numbers (c, n, at);
}

static gboolean
is_three_digits (const gunichar *c, gsize n, gsize at)
{
  return at + 3 <= n && c[at] < 128 && c[at + 1] < 128 && c[at + 2] < 128 && g_ascii_isdigit (c[at])
         && g_ascii_isdigit (c[at + 1]) && g_ascii_isdigit (c[at + 2]);
}

/* [0-9][0-9][0-9], and what is between. */
static gsize
scan_three_digits (const gunichar *c, gsize n, gsize at)
{
  if (is_three_digits (c, n, at))
    return at + 3;
  while (at < n && !is_three_digits (c, n, at))
    at++;
  return at;
}

static gboolean
is_sign (gunichar c)
{
  return ch_char_is_punctuation (c) || (c != 0 && c < 128 && strchr ("$+<=>^~|", c) != NULL);
}

/* [\p{P}$+<=>^~|]+, and what is between. */
static gsize
scan_signs (const gunichar *c, gsize n, gsize at)
{
  gboolean signs = is_sign (c[at]);

  while (at < n && is_sign (c[at]) == signs)
    at++;
  return at;
}

/* ---- The table ------------------------------------------------------------------------------ */

static const ChPretokenizer gpt2 = { .scanners = { scan_gpt2 }, .cleans_spaces = TRUE };
static const ChPretokenizer llama3 = {
  .scanners = { scan_llama3 }, .ignore_merges = TRUE, .adds_bos = TRUE, .cleans_spaces = TRUE
};
static const ChPretokenizer qwen2 = { .scanners = { scan_qwen2 }, .nfc = TRUE };
static const ChPretokenizer starcoder = { .scanners = { scan_single_numbers, scan_gpt2 },
                                          .cleans_spaces = TRUE };
static const ChPretokenizer smollm = { .scanners = { scan_single_numbers, scan_gpt2 } };
/* Of files that do not say how they cut: made before there was a key for it. */
static const ChPretokenizer unspecified = {
  .scanners = { scan_signs, scan_gpt2, scan_numbers, scan_three_digits }, .cleans_spaces = TRUE
};

static const struct
{
  const char *name;
  const ChPretokenizer *pre;
} pretokenizers[] = {
  { "", &unspecified },        { "default", &unspecified },
  { "gpt-2", &gpt2 },          { "phi-2", &gpt2 },
  { "gigachat", &gpt2 },       { "a.x-4.0", &gpt2 },
  { "mellum", &gpt2 },         { "jina-es", &gpt2 },
  { "jina-de", &gpt2 },        { "jina-v2-es", &gpt2 },
  { "jina-v2-de", &gpt2 },     { "llama-bpe", &llama3 },
  { "llama3", &llama3 },       { "llama-v3", &llama3 },
  { "falcon3", &llama3 },      { "falcon-h1", &llama3 },
  { "pixtral", &llama3 },      { "midm-2.0", &llama3 },
  { "lfm2", &llama3 },         { "jina-v5-nano", &llama3 },
  { "qwen2", &qwen2 },         { "deepseek-r1-qwen", &qwen2 },
  { "kormo", &qwen2 },         { "f2llmv2", &qwen2 },
  { "starcoder", &starcoder }, { "refact", &starcoder },
  { "smollm", &smollm },       { "codeshell", &starcoder },
};

const ChPretokenizer *
ch_pretokenizer_find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (pretokenizers); i++)
    if (g_str_equal (pretokenizers[i].name, name))
      return pretokenizers[i].pre;
  return NULL;
}

static void
split_from (const ChPretokenizer *pre, guint level, const gunichar *c, gsize n, ChWordFunc func,
            gpointer data)
{
  if (level == G_N_ELEMENTS (pre->scanners) || pre->scanners[level] == NULL)
    {
      func (c, n, data);
      return;
    }
  for (gsize at = 0; at < n;)
    {
      gsize end = pre->scanners[level](c, n, at);

      split_from (pre, level + 1, c + at, end - at, func, data);
      at = end;
    }
}

void
ch_pretokenizer_split (const ChPretokenizer *pre, const gunichar *c, gsize n, ChWordFunc func,
                       gpointer data)
{
  split_from (pre, 0, c, n, func, data);
}
