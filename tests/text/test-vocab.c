/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/error.h"
#include "small-vocab.h"

#define KEY(name) "tokenizer.ggml." name

/* ---- Helpers -------------------------------------------------------------------------------- */

static GArray *
tokenize (const ChVocab *vocab, const char *text, gssize length, ChTokenizeFlags flags)
{
  GArray *tokens = g_array_new (FALSE, FALSE, sizeof (gint32));

  ch_vocab_tokenize (vocab, text, length < 0 ? strlen (text) : (gsize) length, flags, tokens);
  return tokens;
}

static char *
show (const GArray *tokens)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < tokens->len; i++)
    g_string_append_printf (text, "%s%d", i > 0 ? " " : "", g_array_index (tokens, gint32, i));
  return g_string_free (text, FALSE);
}

static void
check (const ChVocab *vocab, const char *text, ChTokenizeFlags flags, const char *want)
{
  g_autoptr (GArray) tokens = tokenize (vocab, text, -1, flags);
  g_autofree char *got = show (tokens);

  g_test_message ("\"%s\"", text);
  g_assert_cmpstr (got, ==, want);
}

static gboolean
contains (const GArray *tokens, gint32 token)
{
  for (guint i = 0; i < tokens->len; i++)
    if (g_array_index (tokens, gint32, i) == token)
      return TRUE;
  return FALSE;
}

/* ---- Merging -------------------------------------------------------------------------------- */

static void
test_spm (void)
{
  g_autoptr (ChVocab) vocab = small_spm ();

  check (vocab, "", CH_TOKENIZE_PLAIN, "");
  check (vocab, "ab abc", CH_TOKENIZE_PLAIN, "266 266 262");
  check (vocab, "ab abc", CH_TOKENIZE_ADD_SPECIAL, "1 266 266 262");
  check (vocab, "  a", CH_TOKENIZE_PLAIN, "267 265");
  check (vocab, "é", CH_TOKENIZE_PLAIN, "259 268");
  check (vocab, "ü", CH_TOKENIZE_PLAIN, "259 198 191");
  check (vocab, "a<|tag|>b", CH_TOKENIZE_PLAIN, "265 269 259 261");
  check (vocab, "a<|end|>b", CH_TOKENIZE_PARSE_SPECIAL, "265 270 259 261");
  check (vocab, "<|end|><|end_of_text|>", CH_TOKENIZE_PARSE_SPECIAL, "270 271");
}

static void
test_bpe (void)
{
  g_autoptr (ChVocab) gpt2 = small_bpe ("gpt-2");
  g_autoptr (ChVocab) llama = small_bpe ("llama-bpe");
  g_autoptr (ChVocab) qwen = small_bpe ("qwen2");

  check (gpt2, "abc abc", CH_TOKENIZE_ADD_SPECIAL, "257 259 99");
  check (llama, "abc abc", CH_TOKENIZE_PLAIN, "257 259 99");
  check (gpt2, "e\xcc\x81\xc3\xa9", CH_TOKENIZE_PLAIN, "101 204 129 261");
  check (qwen, "e\xcc\x81\xc3\xa9", CH_TOKENIZE_PLAIN, "261 261");
  check (gpt2, "a<|tag|> b", CH_TOKENIZE_PLAIN, "97 262 32 98");
  check (gpt2, "a<|end|>b", CH_TOKENIZE_PARSE_SPECIAL, "97 263 98");
  check (gpt2, "<|end<|end_of_text|>", CH_TOKENIZE_PARSE_SPECIAL, "60 124 101 110 100 264");
}

/* A token that the merges cannot reach is taken where words are looked up first, there alone. */
static void
test_ignore_merges (void)
{
  static const struct
  {
    const char *pre, *want;
  } cases[] = { { "gpt-2", "257" }, { "llama-bpe", "256" } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GgufBuilder) builder = gguf_builder_new ();
      g_autoptr (ChGguf) gguf = NULL;
      g_autoptr (ChVocab) vocab = NULL;

      small_put_bpe (builder, cases[i].pre, "merges");
      small_put_lines (builder, KEY ("merges"), i == 0 ? "a b\nab c" : "b c");
      gguf = small_open (builder);
      vocab = ch_vocab_new (gguf, NULL);
      check (vocab, i == 0 ? "abc" : "ab", CH_TOKENIZE_PLAIN, cases[i].want);
    }
}

/* A merge may lead through a text that is no token; what stays such a text goes out as bytes. */
static void
test_merge_without_token (void)
{
  g_autoptr (GgufBuilder) builder = gguf_builder_new ();
  g_autoptr (ChGguf) gguf = NULL;
  g_autoptr (ChVocab) vocab = NULL;

  small_put_bpe (builder, "gpt-2", "merges");
  small_put_lines (builder, KEY ("merges"), "b c\na bc\nx y");
  gguf = small_open (builder);
  vocab = ch_vocab_new (gguf, NULL);
  check (vocab, "abc", CH_TOKENIZE_PLAIN, "257");
  check (vocab, "bc", CH_TOKENIZE_PLAIN, "98 99");
  check (vocab, "xy", CH_TOKENIZE_PLAIN, "120 121");
  g_assert_cmpint (ch_vocab_lookup (vocab, "xy", 2), ==, -1);
  g_assert_cmpuint (ch_vocab_size (vocab), ==, 265);
}

/* ---- Special tokens ------------------------------------------------------------------------- */

static void
test_plain_text_has_no_special_tokens (void)
{
  static const char text[] = "<s></s><unk><|end|> <|end|><|end_of_text|><0x41>";
  g_autoptr (ChVocab) spm = small_spm ();
  g_autoptr (ChVocab) bpe = small_bpe ("llama-bpe");
  g_autoptr (GArray) spm_tokens = tokenize (spm, text, -1, CH_TOKENIZE_PLAIN);
  g_autoptr (GArray) bpe_tokens = tokenize (bpe, text, -1, CH_TOKENIZE_PLAIN);

  for (gint32 token = 0; token < 3; token++)
    g_assert_false (contains (spm_tokens, token));
  g_assert_false (contains (spm_tokens, 3 + 'A'));
  for (gint32 token = 263; token < 265; token++)
    g_assert_false (contains (bpe_tokens, token) || contains (spm_tokens, token + 7));
}

/* Not even by merging or as a whole word. */
static void
test_no_merge_to_control (void)
{
  g_autoptr (GgufBuilder) builder = gguf_builder_new ();
  g_autoptr (ChGguf) gguf = NULL;
  g_autoptr (ChVocab) vocab = NULL;

  small_put_bpe (builder, "llama-bpe", "token_type");
  small_put_numbers (builder, KEY ("token_type"), CH_GGUF_INT32, "", 265);
  builder->values->len -= 265 * 4;
  for (guint i = 0; i < 265; i++)
    gguf_put (builder->values, i == 256 ? CH_TOKEN_CONTROL : CH_TOKEN_NORMAL, 4);
  gguf = small_open (builder);
  vocab = ch_vocab_new (gguf, NULL);
  check (vocab, "ab", CH_TOKENIZE_PLAIN, "97 98");
  check (vocab, "ab", CH_TOKENIZE_PARSE_SPECIAL, "256");
  check (vocab, "abc", CH_TOKENIZE_PLAIN, "257");
}

static void
test_spans (void)
{
  static const struct
  {
    ChTextSpan spans[3];
    const char *want;
  } cases[] = {
    { { { "a", 1, TRUE }, { "b", 1, FALSE }, { "c", 1, TRUE } }, "257" },
    { { { "<|end|>", 7, TRUE }, { "<|end|>", 7, FALSE }, { "a", 1, TRUE } },
      "263 60 124 101 110 100 124 62 97" },
    { { { "<|e", 3, TRUE }, { "nd|", 3, TRUE }, { ">", 1, TRUE } }, "60 124 101 110 100 124 62" },
    { { { "", 0, FALSE }, { "<|end|>", 7, TRUE }, { "", 0, FALSE } }, "263" },
    { { { "<|ta", 4, FALSE }, { "g|>", 3, FALSE }, { "", 0, TRUE } }, "262" },
  };
  g_autoptr (ChVocab) vocab = small_bpe ("gpt-2");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (gint32));
      g_autofree char *got = NULL;

      ch_vocab_tokenize_spans (vocab, cases[i].spans, 3, FALSE, tokens);
      got = show (tokens);
      g_assert_cmpstr (got, ==, cases[i].want);
    }
}

static void
test_ends (void)
{
  g_autoptr (ChVocab) spm = small_spm ();
  g_autoptr (ChVocab) bpe = small_bpe ("gpt-2");

  g_assert_cmpint (ch_vocab_bos (spm), ==, 1);
  g_assert_cmpint (ch_vocab_eos (spm), ==, 2);
  g_assert_true (ch_vocab_adds_bos (spm));
  g_assert_true (ch_vocab_is_eog (spm, 2) && ch_vocab_is_eog (spm, 270)
                 && ch_vocab_is_eog (spm, 271));
  g_assert_false (ch_vocab_is_eog (spm, 269) || ch_vocab_is_eog (spm, 1)
                  || ch_vocab_is_eog (spm, -1));
  g_assert_cmpint (ch_vocab_bos (bpe), ==, -1);
  g_assert_cmpint (ch_vocab_eos (bpe), ==, -1);
  g_assert_false (ch_vocab_adds_bos (bpe));
  g_assert_true (ch_vocab_is_eog (bpe, 263));
  g_assert_cmpint (ch_vocab_kind (bpe, 263), ==, CH_TOKEN_CONTROL);
  g_assert_cmpint (ch_vocab_kind (bpe, 1 << 30), ==, CH_TOKEN_UNUSED);
  g_assert_cmpstr (ch_vocab_text (bpe, -1, NULL), ==, "");
}

/* ---- Odd input ------------------------------------------------------------------------------ */

static void
test_invalid_text (void)
{
  static const struct
  {
    const char *bad;
    gsize length;
    const char *good;
  } cases[] = {
    { "a\xff"
      "b",
      3,
      "a\xef\xbf\xbd"
      "b" },
    { "\xe2\x82", 2, "\xef\xbf\xbd" },
    { "\xed\xa0\x80", 3, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
    { "\xc0\xaf", 2, "\xef\xbf\xbd\xef\xbf\xbd" },
    { "\xf0\x9f\x98"
      "a",
      4,
      "\xef\xbf\xbd"
      "a" },
  };
  g_autoptr (ChVocab) vocab = small_bpe ("gpt-2");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GArray) bad = tokenize (vocab, cases[i].bad, cases[i].length, CH_TOKENIZE_PLAIN);
      g_autoptr (GArray) good = tokenize (vocab, cases[i].good, -1, CH_TOKENIZE_PLAIN);

      g_assert_cmpmem (bad->data, bad->len * 4, good->data, good->len * 4);
    }
}

static void
test_zero_byte (void)
{
  g_autoptr (ChVocab) vocab = small_bpe ("qwen2");
  g_autoptr (GArray) tokens = tokenize (vocab, "a\0b", 3, CH_TOKENIZE_PLAIN);
  g_autofree char *got = show (tokens);

  g_assert_cmpstr (got, ==, "97 0 98");
}

/* Nothing here takes quadratic time, or this test would not end. */
static void
test_long_text (void)
{
  static const char *const units[] = { "a",    " ", "\n", "ab", "<|end", "\xcc\x81\xcc\xa3",
                                       "\xff", "'", "▁",  "0" };
  ChVocab *vocabs[] = { small_spm (), small_bpe ("gpt-2"), small_bpe ("llama-bpe"),
                        small_bpe ("qwen2"), small_bpe ("") };

  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    for (guint v = 0; v < G_N_ELEMENTS (vocabs); v++)
      {
        g_autoptr (GString) text = g_string_new (NULL);
        g_autoptr (GArray) tokens = NULL;

        while (text->len < 200000)
          g_string_append (text, units[i]);
        tokens = tokenize (vocabs[v], text->str, text->len, CH_TOKENIZE_PARSE_SPECIAL);
        g_assert_cmpuint (tokens->len, >, 0);
      }
  for (guint v = 0; v < G_N_ELEMENTS (vocabs); v++)
    ch_vocab_unref (vocabs[v]);
}

/* ---- Files that lie ------------------------------------------------------------------------- */

typedef void (*Spoil) (GgufBuilder *builder);

static void
no_pre (GgufBuilder *builder)
{
  small_put_bpe (builder, "klingon", NULL);
}

static void
no_model (GgufBuilder *builder)
{
  small_put_bpe (builder, "gpt-2", "model");
}

static void
unknown_model (GgufBuilder *builder)
{
  small_put_bpe (builder, "gpt-2", "model");
  gguf_builder_string (builder, KEY ("model"), "runes");
}

static void
no_tokens (GgufBuilder *builder)
{
  small_put_bpe (builder, "gpt-2", "tokens");
}

static void
tokens_of_numbers (GgufBuilder *builder)
{
  small_put_bpe (builder, "gpt-2", "tokens");
  small_put_numbers (builder, KEY ("tokens"), CH_GGUF_INT32, "1 2 3", 3);
}

static void
few_types (GgufBuilder *builder)
{
  small_put_bpe (builder, "gpt-2", "token_type");
  small_put_numbers (builder, KEY ("token_type"), CH_GGUF_INT32, "1 1", 2);
}

static void
wild_type (GgufBuilder *builder)
{
  small_put_bpe (builder, "gpt-2", "token_type");
  small_put_numbers (builder, KEY ("token_type"), CH_GGUF_INT32, "77", 265);
}

static void
types_of_floats (GgufBuilder *builder)
{
  small_put_bpe (builder, "gpt-2", "token_type");
  small_put_numbers (builder, KEY ("token_type"), CH_GGUF_FLOAT32, "1", 265);
}

static void
no_merges (GgufBuilder *builder)
{
  small_put_bpe (builder, "gpt-2", "merges");
}

static void
merge_of_one (GgufBuilder *builder)
{
  small_put_bpe (builder, "gpt-2", "merges");
  small_put_lines (builder, KEY ("merges"), "a b\nab");
}

static void
merge_with_nothing (GgufBuilder *builder)
{
  small_put_bpe (builder, "gpt-2", "merges");
  small_put_lines (builder, KEY ("merges"), "a b\nab ");
}

static void
no_scores (GgufBuilder *builder)
{
  small_put_spm (builder, "scores");
}

static void
many_scores (GgufBuilder *builder)
{
  small_put_spm (builder, "scores");
  small_put_numbers (builder, KEY ("scores"), CH_GGUF_FLOAT32, "", 1000);
}

static void
bos_beyond (GgufBuilder *builder)
{
  small_put_spm (builder, NULL);
  gguf_builder_uint32 (builder, KEY ("bos_token_id"), 5000);
}

static void
eot_beyond (GgufBuilder *builder)
{
  small_put_spm (builder, NULL);
  gguf_builder_uint32 (builder, KEY ("eot_token_id"), 272);
}

static void
eos_of_text (GgufBuilder *builder)
{
  small_put_spm (builder, NULL);
  gguf_builder_string (builder, KEY ("eos_token_id"), "2");
}

static void
test_lying_files (void)
{
  static const struct
  {
    Spoil spoil;
    const char *named;
    int code;
  } cases[] = {
    { no_pre, "klingon", CH_ERROR_UNSUPPORTED },
    { unknown_model, "runes", CH_ERROR_UNSUPPORTED },
    { no_model, "model", CH_ERROR_INVALID_FILE },
    { no_tokens, "tokens", CH_ERROR_INVALID_FILE },
    { tokens_of_numbers, "tokens", CH_ERROR_INVALID_FILE },
    { few_types, "token_type", CH_ERROR_INVALID_FILE },
    { wild_type, "token_type", CH_ERROR_INVALID_FILE },
    { types_of_floats, "token_type", CH_ERROR_INVALID_FILE },
    { no_merges, "merges", CH_ERROR_INVALID_FILE },
    { merge_of_one, "merges", CH_ERROR_INVALID_FILE },
    { merge_with_nothing, "merges", CH_ERROR_INVALID_FILE },
    { no_scores, "scores", CH_ERROR_INVALID_FILE },
    { many_scores, "scores", CH_ERROR_INVALID_FILE },
    { bos_beyond, "bos_token_id", CH_ERROR_INVALID_FILE },
    { eot_beyond, "eot_token_id", CH_ERROR_INVALID_FILE },
    { eos_of_text, "eos_token_id", CH_ERROR_INVALID_FILE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GgufBuilder) builder = gguf_builder_new ();
      g_autoptr (ChGguf) gguf = NULL;
      g_autoptr (GError) error = NULL;

      cases[i].spoil (builder);
      gguf = small_open (builder);
      g_assert_null (ch_vocab_new (gguf, &error));
      g_test_message ("%s", error->message);
      g_assert_error (error, CH_ERROR, cases[i].code);
      g_assert_nonnull (strstr (error->message, cases[i].named));
      g_assert_nonnull (strstr (error->message, "small.gguf"));
    }
}

/* Missing types and odd scores are no reason to refuse a file. */
static void
test_tolerated (void)
{
  g_autoptr (GgufBuilder) bpe = gguf_builder_new ();
  g_autoptr (GgufBuilder) spm = gguf_builder_new ();
  g_autoptr (ChGguf) bpe_file = NULL;
  g_autoptr (ChGguf) spm_file = NULL;
  g_autoptr (ChVocab) bpe_vocab = NULL;
  g_autoptr (ChVocab) spm_vocab = NULL;

  small_put_bpe (bpe, "gpt-2", "token_type");
  gguf_builder_uint32 (bpe, KEY ("bos_token_id"), G_MAXUINT32);
  bpe_file = small_open (bpe);
  bpe_vocab = ch_vocab_new (bpe_file, NULL);
  check (bpe_vocab, "abc", CH_TOKENIZE_ADD_SPECIAL, "257");
  small_put_spm (spm, "scores");
  small_put_numbers (spm, KEY ("scores"), CH_GGUF_FLOAT32, "nan nan inf -inf nan", 272);
  spm_file = small_open (spm);
  spm_vocab = ch_vocab_new (spm_file, NULL);
  check (spm_vocab, "ab", CH_TOKENIZE_PLAIN, "266");
}

/* ---- The built-in model --------------------------------------------------------------------- */

static void
test_model (void)
{
  static const char text[] = "<|im_start|>user\nIt's 12:30 — tell me a story!<|im_end|>\n";
  g_autoptr (GError) error = NULL;
  g_autoptr (ChGguf) gguf = ch_gguf_open (g_getenv ("CHORD_TEST_MODEL"), CH_GGUF_DEFAULT, &error);
  g_autoptr (ChVocab) vocab = NULL;
  g_autoptr (GArray) tokens = NULL;
  g_autoptr (ChDetokenizer) detok = NULL;
  g_autoptr (GString) out = g_string_new (NULL);

  g_assert_no_error (error);
  vocab = ch_vocab_new (gguf, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (ch_vocab_size (vocab), ==, 4096);
  g_assert_cmpstr (ch_vocab_model (vocab), ==, "gpt2");
  g_assert_cmpstr (ch_vocab_pre (vocab), ==, "gpt-2");
  g_assert_true (ch_vocab_is_eog (vocab, 4095) && ch_vocab_is_eog (vocab, 4093));
  tokens = tokenize (vocab, text, -1, CH_TOKENIZE_PARSE_SPECIAL);
  g_assert_cmpint (g_array_index (tokens, gint32, 0), ==, 4094);
  g_assert_true (contains (tokens, 4095));
  g_assert_cmpuint (tokens->len, <, sizeof text / 2);
  detok = ch_detokenizer_new (vocab, TRUE, TRUE);
  for (guint i = 0; i < tokens->len; i++)
    ch_detokenizer_push (detok, g_array_index (tokens, gint32, i), out);
  g_assert_cmpstr (out->str, ==, text);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text/vocab/spm", test_spm);
  g_test_add_func ("/text/vocab/bpe", test_bpe);
  g_test_add_func ("/text/vocab/ignore-merges", test_ignore_merges);
  g_test_add_func ("/text/vocab/merge-without-token", test_merge_without_token);
  g_test_add_func ("/text/vocab/plain-text", test_plain_text_has_no_special_tokens);
  g_test_add_func ("/text/vocab/no-merge-to-control", test_no_merge_to_control);
  g_test_add_func ("/text/vocab/spans", test_spans);
  g_test_add_func ("/text/vocab/ends", test_ends);
  g_test_add_func ("/text/vocab/invalid-text", test_invalid_text);
  g_test_add_func ("/text/vocab/zero-byte", test_zero_byte);
  g_test_add_func ("/text/vocab/long-text", test_long_text);
  g_test_add_func ("/text/vocab/lying-files", test_lying_files);
  g_test_add_func ("/text/vocab/tolerated", test_tolerated);
  g_test_add_func ("/text/vocab/model", test_model);
  return g_test_run ();
}
