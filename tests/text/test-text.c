/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "small-vocab.h"
#include "text/pretokenize.h"
#include "text/unicode.h"

/* ---- Unicode -------------------------------------------------------------------------------- */

static gunichar
random_char (void)
{
  static const gunichar ranges[][2] = {
    { 0x20, 0x7f },     { 0xc0, 0x250 },    { 0x300, 0x345 },     { 0x300, 0x345 },
    { 0x591, 0x5c7 },   { 0x900, 0x9ff },   { 0x1100, 0x11c2 },   { 0x1e00, 0x1fff },
    { 0xac00, 0xac80 }, { 0xf900, 0xfb4f }, { 0x1d15e, 0x1d1c0 }, { 0x2126, 0x212b },
  };
  guint i = g_test_rand_int_range (0, G_N_ELEMENTS (ranges));

  return g_test_rand_int_range (ranges[i][0], ranges[i][1]);
}

static char *
random_text (guint n)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append_unichar (text, random_char ());
  return g_string_free (text, FALSE);
}

static char *
encode (const GArray *chars)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < chars->len; i++)
    g_string_append_unichar (text, g_array_index (chars, gunichar, i));
  return g_string_free (text, FALSE);
}

/* GLib has a normalization of its own, too slow for hostile text but right. */
static void
test_normalize (void)
{
  for (guint round = 0; round < 20000; round++)
    {
      g_autofree char *text = random_text (g_test_rand_int_range (0, 12));
      g_autofree char *want = g_utf8_normalize (text, -1, G_NORMALIZE_NFC);
      g_autoptr (GArray) chars = g_array_new (FALSE, FALSE, sizeof (gunichar));
      g_autofree char *got = NULL;

      ch_utf8_decode (text, strlen (text), chars);
      ch_normalize_nfc (chars);
      got = encode (chars);
      g_assert_cmpstr (got, ==, want);
    }
}

/* Random bytes: what is taken for a character is one, and what is replaced is none. */
static void
test_utf8 (void)
{
  static const guint8 leads[] = { 0x41, 0x80, 0xbf, 0xc1, 0xc3, 0xe0, 0xed,
                                  0xef, 0xf0, 0xf4, 0xf5, 0x90, 0xa0, 0x9f };

  for (guint round = 0; round < 100000; round++)
    {
      char bytes[4];
      gunichar c;
      gssize step;

      for (guint i = 0; i < 4; i++)
        bytes[i] = leads[g_test_rand_int_range (0, G_N_ELEMENTS (leads))];
      step = ch_utf8_step (bytes, 4, &c);
      g_assert_cmpint (step, !=, 0);
      if (step > 0)
        {
          g_assert_true (g_utf8_validate (bytes, step, NULL));
          g_assert_cmpuint (c, ==, g_utf8_get_char (bytes));
        }
      for (gsize n = 1; n <= 4; n++)
        g_assert_false (step < 0 && g_utf8_validate (bytes, n, NULL));
      for (gssize n = 1; n < ABS (step); n++)
        g_assert_cmpint (ch_utf8_step (bytes, n, &c), ==, 0);
    }
}

static void
test_classes (void)
{
  g_assert_cmpint (ch_char_class ('z'), ==, CH_CHAR_LETTER);
  g_assert_cmpint (ch_char_class ('7'), ==, CH_CHAR_NUMBER);
  g_assert_cmpint (ch_char_class ('_'), ==, CH_CHAR_OTHER);
  g_assert_cmpint (ch_char_class (0x1f), ==, CH_CHAR_OTHER);
  g_assert_cmpint (ch_char_class ('\v'), ==, CH_CHAR_SPACE);
  g_assert_cmpint (ch_char_class (0x85), ==, CH_CHAR_SPACE);
  g_assert_cmpint (ch_char_class (0xa0), ==, CH_CHAR_SPACE);
  g_assert_cmpint (ch_char_class (0x3000), ==, CH_CHAR_SPACE);
  g_assert_cmpint (ch_char_class (0x200b), ==, CH_CHAR_OTHER);
  g_assert_cmpint (ch_char_class (0x4e00), ==, CH_CHAR_LETTER);
  g_assert_cmpint (ch_char_class (0x660), ==, CH_CHAR_NUMBER);
  g_assert_cmpint (ch_char_class (0x301), ==, CH_CHAR_OTHER);
  g_assert_cmpint (ch_char_class (0x10ffff), ==, CH_CHAR_OTHER);
}

/* ---- Cutting into words --------------------------------------------------------------------- */

static void
append_piece (const gunichar *c, gsize n, gpointer data)
{
  GString *text = data;

  if (text->len > 0)
    g_string_append_c (text, '|');
  for (gsize i = 0; i < n; i++)
    g_string_append_unichar (text, c[i]);
}

static void
test_words (void)
{
  static const struct
  {
    const char *pre, *text, *want;
  } cases[] = {
    { "gpt-2", "Hello world's  x\n\n y", "Hello| world|'s| | x|\n\n| y" },
    { "gpt-2", "it'S we'll 123abc !? \t", "it|'|S| we|'ll| 123|abc| !?| \t" },
    { "gpt-2", " ", " " },
    { "gpt-2",
      "a\xc2\xa0"
      "b\tc",
      "a|\xc2\xa0|b|\t|c" },
    { "llama-bpe", "Hello world'S 12345 a\n\n\nb !!\n",
      "Hello| world|'S| |123|45| a|\n\n\n|b| !!\n" },
    { "llama3", "\tx  y \n z'll've", "\tx| | y| \n| z|'ll|'ve" },
    { "llama-v3", "(foo)--bar", "(foo|)--|bar" },
    { "qwen2", "v12\r\n\r\n  ok", "v|1|2|\r\n\r\n| | ok" },
    { "deepseek-r1-qwen", "e\xcc\x81t\xc3\xa9", "e|\xcc\x81t\xc3\xa9" },
    { "starcoder", "a12 3", "a|1|2| |3" },
    { "", "a+b 1234's", "a|+|b| |123|4|'|s" },
    { "default", "x = 12", "x| |=| |12" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const ChPretokenizer *pre = ch_pretokenizer_find (cases[i].pre);
      g_autoptr (GArray) chars = g_array_new (FALSE, FALSE, sizeof (gunichar));
      g_autoptr (GString) got = g_string_new (NULL);

      g_assert_nonnull (pre);
      ch_utf8_decode (cases[i].text, strlen (cases[i].text), chars);
      ch_pretokenizer_split (pre, &g_array_index (chars, gunichar, 0), chars->len, append_piece,
                             got);
      g_assert_cmpstr (got->str, ==, cases[i].want);
    }
  g_assert_null (ch_pretokenizer_find ("klingon"));
}

/* ---- Detokenizing --------------------------------------------------------------------------- */

static char *
stream (ChVocab *vocab, const gint32 *tokens, gsize n, gboolean special, gboolean first)
{
  g_autoptr (ChDetokenizer) detok = ch_detokenizer_new (vocab, special, first);
  GString *out = g_string_new (NULL);

  for (gsize i = 0; i < n; i++)
    {
      ch_detokenizer_push (detok, tokens[i], out);
      g_assert_true (g_utf8_validate (out->str, out->len, NULL));
    }
  ch_detokenizer_flush (detok, out);
  g_assert_true (g_utf8_validate (out->str, out->len, NULL));
  return g_string_free (out, FALSE);
}

/* Any text, cut into tokens anyhow, streams back as it was. */
static void
test_round_trip (void)
{
  g_autoptr (ChVocab) spm = small_spm ();
  g_autoptr (ChVocab) bpe = small_bpe ("llama-bpe");
  ChVocab *vocabs[] = { spm, bpe };

  for (guint round = 0; round < 2000; round++)
    for (guint v = 0; v < G_N_ELEMENTS (vocabs); v++)
      {
        g_autofree char *text = random_text (g_test_rand_int_range (0, 20));
        g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (gint32));
        g_autofree char *got = NULL;

        ch_vocab_tokenize (vocabs[v], text, strlen (text), CH_TOKENIZE_PLAIN, tokens);
        got = stream (vocabs[v], (gint32 *) (void *) tokens->data, tokens->len, FALSE, TRUE);
        g_assert_cmpstr (got, ==, text);
      }
}

/* Random bytes, one a token: the stream is that of all bytes at once. */
static void
test_stream_of_bytes (void)
{
  g_autoptr (ChVocab) vocab = small_bpe ("gpt-2");

  for (guint round = 0; round < 3000; round++)
    {
      gint32 tokens[12];
      char bytes[12];
      g_autoptr (GArray) chars = g_array_new (FALSE, FALSE, sizeof (gunichar));
      g_autofree char *want = NULL, *got = NULL;

      for (guint i = 0; i < 12; i++)
        {
          tokens[i] = g_test_rand_bit () ? g_test_rand_int_range (0x80, 0x100)
                                         : g_test_rand_int_range (0xe0, 0xf5);
          bytes[i] = tokens[i];
        }
      ch_utf8_decode (bytes, 12, chars);
      want = encode (chars);
      got = stream (vocab, tokens, 12, FALSE, FALSE);
      g_assert_cmpstr (got, ==, want);
    }
}

static void
test_stream_holds_back (void)
{
  g_autoptr (ChVocab) vocab = small_bpe ("gpt-2");
  g_autoptr (ChDetokenizer) detok = ch_detokenizer_new (vocab, FALSE, FALSE);
  g_autoptr (GString) out = g_string_new (NULL);

  ch_detokenizer_push (detok, 0xe2, out);
  ch_detokenizer_push (detok, 0x82, out);
  g_assert_cmpstr (out->str, ==, "");
  ch_detokenizer_push (detok, 0xac, out);
  g_assert_cmpstr (out->str, ==, "€");
  ch_detokenizer_push (detok, 0xe2, out);
  ch_detokenizer_push (detok, 263, out); /* a control token, hidden */
  ch_detokenizer_push (detok, 'a', out);
  g_assert_cmpstr (out->str, ==,
                   "€\xef\xbf\xbd"
                   "a");
  ch_detokenizer_push (detok, 0xf0, out);
  ch_detokenizer_flush (detok, out);
  g_assert_cmpstr (out->str, ==,
                   "€\xef\xbf\xbd"
                   "a\xef\xbf\xbd");
}

static void
check_whole (ChVocab *vocab, const gint32 *tokens, gsize n, gboolean special, const char *want)
{
  gsize length;
  g_autofree char *text = ch_vocab_detokenize (vocab, tokens, n, special, &length);

  g_assert_cmpstr (text, ==, want);
  g_assert_cmpuint (length, ==, strlen (want));
}

static void
test_whole (void)
{
  static const gint32 tokens[] = { 1, 266, 269, 270, 3 + 'x', -1, 99999 };
  g_autoptr (ChVocab) vocab = small_spm ();
  g_autofree char *first = stream (vocab, tokens, G_N_ELEMENTS (tokens), FALSE, TRUE);
  g_autofree char *later = stream (vocab, tokens, G_N_ELEMENTS (tokens), TRUE, FALSE);

  check_whole (vocab, tokens, G_N_ELEMENTS (tokens), TRUE, "<s> ab<|tag|><|end|>x");
  check_whole (vocab, tokens, G_N_ELEMENTS (tokens), FALSE, " ab<|tag|>x");
  check_whole (vocab, tokens + 1, 1, FALSE, "ab");
  g_assert_cmpstr (first, ==, "ab<|tag|>x");
  g_assert_cmpstr (later, ==, "<s> ab<|tag|><|end|>x");
}

static void
test_clean (void)
{
  static const struct
  {
    const char *text, *want;
  } cases[] = {
    { "a . b , c ! d ?", "a. b, c! d?" },
    { " .", "." },
    { "a ' b", "a'b" },
    { "a 's b 'm c", "a's b'm c" },
    { "a 're b 've", "a're b've" },
    { "a 't", "a 't" },
    { "a 'll", "a 'll" },
    { "a  .", "a ." },
    { "", "" },
    { " ' ' '", "'' '" },
  };
  g_autoptr (ChVocab) cleaning = small_bpe ("gpt-2");
  g_autoptr (ChVocab) keeping = small_bpe ("qwen2");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (gint32));

      ch_vocab_tokenize (cleaning, cases[i].text, strlen (cases[i].text), CH_TOKENIZE_PLAIN,
                         tokens);
      check_whole (cleaning, (gint32 *) (void *) tokens->data, tokens->len, FALSE, cases[i].want);
      check_whole (keeping, (gint32 *) (void *) tokens->data, tokens->len, FALSE, cases[i].text);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text/unicode/normalize", test_normalize);
  g_test_add_func ("/text/unicode/utf8", test_utf8);
  g_test_add_func ("/text/unicode/classes", test_classes);
  g_test_add_func ("/text/words", test_words);
  g_test_add_func ("/text/detokenize/round-trip", test_round_trip);
  g_test_add_func ("/text/detokenize/stream-of-bytes", test_stream_of_bytes);
  g_test_add_func ("/text/detokenize/stream-holds-back", test_stream_holds_back);
  g_test_add_func ("/text/detokenize/whole", test_whole);
  g_test_add_func ("/text/detokenize/clean", test_clean);
  return g_test_run ();
}
