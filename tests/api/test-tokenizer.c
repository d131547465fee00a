/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fixture.h"

static ChordTokenizer *
get_tokenizer (void)
{
  g_autoptr (GError) error = NULL;
  ChordTokenizer *tokenizer = chord_model_get_tokenizer (fixture_model (), &error);

  g_assert_no_error (error);
  return tokenizer;
}

static void
test_round_trip (void)
{
  const char *text = "Hello, \xc3\xa9t\xc3\xa9 and \xf0\x9f\xa6\x8a!\n  Two spaces.";
  g_autoptr (GError) error = NULL;
  gsize n;
  g_autofree gint32 *tokens
      = chord_tokenizer_tokenize (get_tokenizer (), text, -1, CHORD_TOKENIZE_FLAGS_NONE, &n);
  g_autofree char *back
      = chord_tokenizer_detokenize (get_tokenizer (), tokens, n, FALSE, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (n, >, 5);
  g_assert_cmpstr (back, ==, text);
}

static void
test_special (void)
{
  ChordTokenizer *tokenizer = get_tokenizer ();
  gint32 turn = chord_tokenizer_lookup (tokenizer, "<|im_end|>");
  gsize n;
  g_autofree gint32 *parsed = NULL;
  g_autofree gint32 *plain = NULL;
  g_autofree char *text = NULL;

  g_assert_cmpint (turn, >=, 0);
  g_assert_cmpint (chord_tokenizer_get_token_kind (tokenizer, turn), ==, CHORD_TOKEN_KIND_CONTROL);
  g_assert_true (chord_tokenizer_is_end_token (tokenizer, turn));
  parsed = chord_tokenizer_tokenize (tokenizer, "<|im_end|>", -1,
                                     CHORD_TOKENIZE_FLAGS_PARSE_SPECIAL, &n);
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpint (parsed[0], ==, turn);
  plain = chord_tokenizer_tokenize (tokenizer, "<|im_end|>", -1, CHORD_TOKENIZE_FLAGS_NONE, &n);
  g_assert_cmpuint (n, >, 1);
  text = chord_tokenizer_detokenize (tokenizer, &turn, 1, FALSE, NULL);
  g_assert_cmpstr (text, ==, "");
}

static void
test_ranges (void)
{
  ChordTokenizer *tokenizer = get_tokenizer ();
  gint32 bad = 4096;
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (chord_tokenizer_get_n_tokens (tokenizer), ==, 4096);
  g_assert_null (chord_tokenizer_get_token_text (tokenizer, bad));
  g_assert_null (chord_tokenizer_get_token_text (tokenizer, -1));
  g_assert_false (chord_tokenizer_is_end_token (tokenizer, bad));
  g_assert_null (chord_tokenizer_detokenize (tokenizer, &bad, 1, FALSE, &error));
  g_assert_error (error, CHORD_ERROR, CHORD_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "4096"));
}

/* Half a character: the bytes come back as they are, the text with a replacement. */
static void
test_bytes (void)
{
  ChordTokenizer *tokenizer = get_tokenizer ();
  gsize n;
  g_autofree gint32 *tokens
      = chord_tokenizer_tokenize (tokenizer, "\xf0\x9f\xa6\x8a", -1, CHORD_TOKENIZE_FLAGS_NONE, &n);
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *text = NULL;

  g_assert_cmpuint (n, >, 1);
  bytes = chord_tokenizer_detokenize_bytes (tokenizer, tokens, n - 1, FALSE, NULL);
  g_assert_cmpuint (g_bytes_get_size (bytes), <, 4);
  text = chord_tokenizer_detokenize (tokenizer, tokens, n - 1, FALSE, NULL);
  g_assert_true (g_utf8_validate (text, -1, NULL));
}

static void
test_own_file (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChordTokenizer) tokenizer
      = chord_tokenizer_new (chord_model_get_file (fixture_model ()), &error);

  g_assert_no_error (error);
  g_assert_cmpstr (chord_tokenizer_get_model (tokenizer), ==, "gpt2");
  g_assert_false (chord_tokenizer_get_adds_bos (tokenizer));
  g_assert_cmpint (chord_tokenizer_get_eos_token (tokenizer), >=, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tokenizer/round-trip", test_round_trip);
  g_test_add_func ("/tokenizer/special", test_special);
  g_test_add_func ("/tokenizer/ranges", test_ranges);
  g_test_add_func ("/tokenizer/bytes", test_bytes);
  g_test_add_func ("/tokenizer/own-file", test_own_file);
  return g_test_run ();
}
