/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <json-glib/json-glib.h>
#include <string.h>

#include "text/vocab.h"

/* Vocabularies of well-known models against recorded lines: every line's tokens and texts. The data
 * are too big for the repository; where they are not there, this is skipped. */

static char *
data_folder (void)
{
  const char *shared = g_getenv ("CHORD_SHARED");

  return g_build_filename (shared != NULL ? shared : "../shared", "ref", "tokenizers", NULL);
}

static GArray *
read_ids (JsonObject *line, const char *member)
{
  JsonArray *array =
      json_object_has_member (line, member) ? json_object_get_array_member (line, member) : NULL;
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (gint32));

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      gint32 id = json_array_get_int_element (array, i);

      g_array_append_val (ids, id);
    }
  return ids;
}

static gboolean
equal_ids (const GArray *a, const GArray *b)
{
  return a->len == b->len
         && (a->len == 0 || memcmp (a->data, b->data, a->len * sizeof (gint32)) == 0);
}

static char *
show_ids (const GArray *ids)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < ids->len; i++)
    g_string_append_printf (text, " %d", g_array_index (ids, gint32, i));
  return g_string_free (text, FALSE);
}

/* The vendors' own tokens were recorded for lines without BOS and EOS; they hold for the same text
 * with them where the vocabulary adds none. */
static GArray *
vendor_ids (const ChVocab *vocab, JsonObject *line, GHashTable *vendor)
{
  const char *text = json_object_get_string_member (line, "text");
  JsonObject *twin =
      json_object_has_member (line, "hf_ids") ? line : g_hash_table_lookup (vendor, text);

  if (twin == NULL || ch_vocab_adds_bos (vocab)
      || json_object_get_boolean_member (twin, "parse_special")
             != json_object_get_boolean_member (line, "parse_special"))
    return read_ids (line, "hf_ids");
  return read_ids (twin, "hf_ids");
}

static gboolean
check_tokens (ChVocab *vocab, JsonObject *line, GHashTable *vendor)
{
  const char *text = json_object_get_string_member (line, "text");
  g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (gint32));
  g_autoptr (GArray) want = read_ids (line, "ids");
  g_autoptr (GArray) want_vendor = vendor_ids (vocab, line, vendor);
  ChTokenizeFlags flags = CH_TOKENIZE_PLAIN;

  if (json_object_get_boolean_member (line, "add_special"))
    flags |= CH_TOKENIZE_ADD_SPECIAL;
  if (json_object_get_boolean_member (line, "parse_special"))
    flags |= CH_TOKENIZE_PARSE_SPECIAL;
  ch_vocab_tokenize (vocab, text, strlen (text), flags, tokens);
  if (equal_ids (tokens, want) || (want_vendor->len > 0 && equal_ids (tokens, want_vendor)))
    return TRUE;
  {
    g_autofree char *got_text = show_ids (tokens);
    g_autofree char *want_text = show_ids (want);

    g_test_message ("tokens of \"%s\" (flags %u):%s, not%s", text, flags, got_text, want_text);
  }
  return FALSE;
}

/* What the recorded text is, which may be no UTF-8. */
static GString *
recorded_text (JsonObject *line, const char *member, const char *hex_member)
{
  const char *hex = json_object_get_string_member_with_default (line, hex_member, NULL);
  GString *text = g_string_new (NULL);

  if (hex == NULL)
    return g_string_append (text, json_object_get_string_member (line, member));
  for (; hex[0] != '\0' && hex[1] != '\0'; hex += 2)
    g_string_append_c (text, g_ascii_xdigit_value (hex[0]) << 4 | g_ascii_xdigit_value (hex[1]));
  return text;
}

static gboolean
check_text (ChVocab *vocab, const GArray *ids, gboolean special, const GString *want)
{
  gsize length;
  g_autofree char *text = ch_vocab_detokenize (vocab, (const gint32 *) (const void *) ids->data,
                                               ids->len, special, &length);

  if (length == want->len && memcmp (text, want->str, length) == 0)
    return TRUE;
  g_test_message ("text \"%s\", not \"%s\"", text, want->str);
  return FALSE;
}

/* Where the vendor disagrees on what is special, texts without special tokens differ too. */
static gboolean
check_texts (ChVocab *vocab, JsonObject *line, GHashTable *vendor)
{
  g_autoptr (GArray) ids = read_ids (line, "ids");
  g_autoptr (GString) shown = recorded_text (line, "detok", "detok_hex");
  gboolean right = check_text (vocab, ids, TRUE, shown);

  if (right && json_object_has_member (line, "detok_no_special")
      && !g_hash_table_contains (vendor, json_object_get_string_member (line, "text")))
    {
      g_autoptr (GString) hidden = recorded_text (line, "detok_no_special", "detok_no_special_hex");

      right = check_text (vocab, ids, FALSE, hidden);
    }
  return right;
}

/* The lines of a file, and by their text those for which the vendor has other tokens. */
static GPtrArray *
read_lines (const char *contents, GHashTable *vendor)
{
  GPtrArray *objects = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  g_auto (GStrv) lines = g_strsplit (contents, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) node = lines[i][0] != '\0' ? json_from_string (lines[i], &error) : NULL;
      JsonObject *object;

      g_assert_no_error (error);
      if (node == NULL)
        continue;
      object = json_node_dup_object (node);
      g_ptr_array_add (objects, object);
      if (json_object_has_member (object, "hf_ids"))
        g_hash_table_insert (vendor, (gpointer) json_object_get_string_member (object, "text"),
                             object);
    }
  return objects;
}

static ChVocab *
open_vocab (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChGguf) gguf = ch_gguf_open (path, CH_GGUF_DEFAULT, &error);
  gint64 begin = g_get_monotonic_time ();
  ChVocab *vocab;

  g_assert_no_error (error);
  vocab = ch_vocab_new (gguf, &error);
  g_assert_no_error (error);
  g_test_message ("%u tokens read in %.1f ms", ch_vocab_size (vocab),
                  (g_get_monotonic_time () - begin) / 1e3);
  return vocab;
}

static void
test_vocabulary (gconstpointer name)
{
  g_autofree char *folder = data_folder ();
  g_autofree char *gguf_name = g_strconcat (name, ".gguf", NULL);
  g_autofree char *lines_name = g_strconcat (name, ".jsonl", NULL);
  g_autofree char *path = g_build_filename (folder, gguf_name, NULL);
  g_autofree char *lines_path = g_build_filename (folder, lines_name, NULL);
  g_autoptr (GHashTable) vendor = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) lines = NULL;
  g_autoptr (ChVocab) vocab = NULL;
  g_autofree char *contents = NULL;
  guint right = 0;

  if (!g_file_get_contents (lines_path, &contents, NULL, NULL))
    {
      g_test_skip ("the shared tokenizer data are not here");
      return;
    }
  vocab = open_vocab (path);
  lines = read_lines (contents, vendor);
  for (guint i = 0; i < lines->len; i++)
    {
      gboolean tokens_right = check_tokens (vocab, lines->pdata[i], vendor);

      right += check_texts (vocab, lines->pdata[i], vendor) && tokens_right;
    }
  g_test_message ("%u of %u lines", right, lines->len);
  g_assert_cmpuint (lines->len, >, 0);
  g_assert_cmpuint (right, ==, lines->len);
}

int
main (int argc, char **argv)
{
  static const char *const names[] = { "gpt-2", "llama-bpe", "llama-spm", "phi-3",
                                       "qwen3", "starcoder", "gemma3" };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_strconcat ("/text/tokenizers/", names[i], NULL);

      g_test_add_data_func (path, names[i], test_vocabulary);
    }
  return g_test_run ();
}
