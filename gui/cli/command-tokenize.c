/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* chord tokenize and chord detokenize. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

static ChordTokenizer *
open_tokenizer (const CliModelArgs *args, GError **error)
{
  g_autoptr (ChordModelFile) file = cli_open_file (args, error);

  return file != NULL ? chord_tokenizer_new (file, error) : NULL;
}

typedef gboolean (*LineFunc) (ChordTokenizer *tokenizer, const char *line, gsize length,
                              gpointer data, GError **error);

/* Hands each line of stdin to func; what is printed for one is out before the next is read. */
static gboolean
for_each_line (ChordTokenizer *tokenizer, LineFunc func, gpointer data, GError **error)
{
  char *line = NULL;
  size_t room = 0;
  ssize_t length;
  guint number = 1;
  gboolean good = TRUE;

  for (; good && (length = getline (&line, &room, stdin)) > 0; number++)
    {
      if (line[length - 1] == '\n')
        length--;
      if (length == 0)
        continue;
      good = func (tokenizer, line, (gsize) length, data, error);
      if (!good)
        g_prefix_error (error, "standard input, line %u: ", number);
      fflush (stdout);
    }
  free (line);
  if (good && ferror (stdin))
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "standard input: %s",
                   g_strerror (errno));
      return FALSE;
    }
  return good;
}

/* ---- tokenize ---- */

typedef struct
{
  ChordTokenizeFlags flags;
  gboolean pieces;
} TokenizeArgs;

static void
print_ids (const gint32 *tokens, gsize n_tokens)
{
  ChJson json = CH_JSON_INIT;

  ch_json_open (&json, NULL, '[');
  for (gsize i = 0; i < n_tokens; i++)
    ch_json_int (&json, NULL, tokens[i]);
  ch_json_close (&json, ']');
  ch_json_print (&json);
}

static void
print_pieces (ChordTokenizer *tokenizer, const gint32 *tokens, gsize n_tokens)
{
  for (gsize i = 0; i < n_tokens; i++)
    {
      g_autofree char *text = chord_tokenizer_get_token_text (tokenizer, tokens[i]);
      ChJson json = CH_JSON_INIT;

      g_string_append_printf (json.text, "%d\t", tokens[i]);
      ch_json_text (&json, NULL, text);
      ch_json_print (&json);
    }
}

static gboolean
get_flag (GVariant *object, const char *key)
{
  gboolean value = FALSE;

  g_variant_lookup (object, key, "b", &value);
  return value;
}

static gboolean
tokenize_line (ChordTokenizer *tokenizer, const char *line, gsize length, gpointer data,
               GError **error)
{
  g_autoptr (GVariant) object = ch_json_parse (line, length, error);
  g_autoptr (GVariant) text = NULL;
  g_autofree gint32 *tokens = NULL;
  ChordTokenizeFlags flags = CHORD_TOKENIZE_FLAGS_NONE;
  gsize n_bytes, n_tokens;
  const char *bytes;

  if (object == NULL)
    return FALSE;
  if (g_variant_is_of_type (object, G_VARIANT_TYPE_VARDICT))
    text = g_variant_lookup_value (object, "text", G_VARIANT_TYPE_BYTESTRING);
  if (text == NULL)
    {
      g_set_error (error, CHORD_ERROR, CHORD_ERROR_INVALID_ARGUMENT,
                   "no object with a string \"text\"");
      return FALSE;
    }
  if (get_flag (object, "add_special"))
    flags |= CHORD_TOKENIZE_FLAGS_ADD_SPECIAL;
  if (get_flag (object, "parse_special"))
    flags |= CHORD_TOKENIZE_FLAGS_PARSE_SPECIAL;
  bytes = g_variant_get_fixed_array (text, &n_bytes, 1);
  tokens = chord_tokenizer_tokenize (tokenizer, n_bytes > 0 ? bytes : "", (gssize) n_bytes, flags,
                                     &n_tokens);
  print_ids (tokens, n_tokens);
  return TRUE;
}

static gboolean
tokenize_text (ChordTokenizer *tokenizer, int argc, char **argv, const TokenizeArgs *args,
               GError **error)
{
  gsize length, n_tokens;
  g_autofree char *text = cli_text_of_args (argc, argv, &length, error);
  g_autofree gint32 *tokens = NULL;

  if (text == NULL)
    return FALSE;
  tokens = chord_tokenizer_tokenize (tokenizer, text, (gssize) length, args->flags, &n_tokens);
  if (args->pieces)
    print_pieces (tokenizer, tokens, n_tokens);
  else
    print_ids (tokens, n_tokens);
  return TRUE;
}

int
cli_tokenize (int argc, char **argv)
{
  g_auto (CliModelArgs) model_args = { 0 };
  TokenizeArgs args = { 0 };
  gboolean add = FALSE, parse = FALSE, jsonl = FALSE, good;
  const GOptionEntry entries[] = {
    { "add-special", 0, 0, G_OPTION_ARG_NONE, &add,
      "Add the tokens for beginning and end that the model asks for", NULL },
    { "parse-special", 0, 0, G_OPTION_ARG_NONE, &parse,
      "Recognise special tokens that are written out in the text", NULL },
    { "pieces", 0, 0, G_OPTION_ARG_NONE, &args.pieces, "Print a line for each token, with its text",
      NULL },
    { "jsonl", 0, 0, G_OPTION_ARG_NONE, &jsonl,
      "Read lines {\"text\":…, \"add_special\":…, \"parse_special\":…}, print an array for each",
      NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = cli_context_new (
      "[TEXT]", "Turns a text, by default that on standard input, into token ids.", entries, NULL,
      NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChordTokenizer) tokenizer = NULL;

  cli_context_add_file_option (context, &model_args);
  if (!cli_parse (context, &argc, &argv, &error)
      || (jsonl && !cli_no_more_args (argc, argv, &error))
      || (tokenizer = open_tokenizer (&model_args, &error)) == NULL)
    return cli_fail (error);
  args.flags = (add ? CHORD_TOKENIZE_FLAGS_ADD_SPECIAL : 0)
               | (parse ? CHORD_TOKENIZE_FLAGS_PARSE_SPECIAL : 0);
  good = jsonl ? for_each_line (tokenizer, tokenize_line, NULL, &error)
               : tokenize_text (tokenizer, argc, argv, &args, &error);
  return good ? cli_flush () : cli_fail (error);
}

/* ---- detokenize ---- */

static gboolean
detokenize_line (ChordTokenizer *tokenizer, const char *line, gsize length, gpointer data,
                 GError **error)
{
  const gboolean *special = data;
  g_autoptr (GVariant) array = ch_json_parse (line, length, error);
  g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (gint32));
  g_autoptr (GBytes) bytes = NULL;
  ChJson json;
  gsize size;
  const char *text;

  if (array == NULL)
    return FALSE;
  for (gsize i = 0; g_variant_is_of_type (array, G_VARIANT_TYPE ("av"))
                    && i < g_variant_n_children (array); i++)
    {
      g_autoptr (GVariant) child = NULL;
      gint32 token = -1;

      g_variant_get_child (array, i, "v", &child);
      if (g_variant_is_of_type (child, G_VARIANT_TYPE_DOUBLE))
        {
          double id = g_variant_get_double (child);
          token = id >= 0 && id <= G_MAXINT32 && id == floor (id) ? (gint32) id : -1;
        }
      g_array_append_val (tokens, token);
    }
  bytes = chord_tokenizer_detokenize_bytes (tokenizer, (gint32 *) (void *) tokens->data,
                                            tokens->len, *special, error);
  if (bytes == NULL)
    return FALSE;
  json = (ChJson) CH_JSON_INIT;
  text = g_bytes_get_data (bytes, &size);
  ch_json_bytes (&json, NULL, size > 0 ? text : "", size);
  ch_json_print (&json);
  return TRUE;
}

static gboolean
detokenize_text (ChordTokenizer *tokenizer, int argc, char **argv, gboolean special, GError **error)
{
  gsize length, size;
  g_autofree char *text = cli_text_of_args (argc, argv, &length, error);
  g_autoptr (GArray) tokens
      = text != NULL ? cli_parse_tokens (text, length, argc > 1 ? "arguments" : "standard input",
                                         error) : NULL;
  g_autoptr (GBytes) bytes = NULL;
  gconstpointer data;

  if (tokens == NULL)
    return FALSE;
  bytes = chord_tokenizer_detokenize_bytes (tokenizer, (gint32 *) (void *) tokens->data,
                                            tokens->len, special, error);
  if (bytes == NULL)
    return FALSE;
  data = g_bytes_get_data (bytes, &size);
  if (size > 0)
    fwrite (data, 1, size, stdout);
  return TRUE;
}

int
cli_detokenize (int argc, char **argv)
{
  g_auto (CliModelArgs) model_args = { 0 };
  gboolean special = FALSE, jsonl = FALSE, good;
  const GOptionEntry entries[] = {
    { "special", 0, 0, G_OPTION_ARG_NONE, &special, "Write special tokens out", NULL },
    { "jsonl", 0, 0, G_OPTION_ARG_NONE, &jsonl, "Read arrays of ids, print a string for each",
      NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = cli_context_new (
      "[ID…]", "Turns token ids, by default those on standard input, into text.", entries, NULL,
      NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChordTokenizer) tokenizer = NULL;

  cli_context_add_file_option (context, &model_args);
  if (!cli_parse (context, &argc, &argv, &error)
      || (jsonl && !cli_no_more_args (argc, argv, &error))
      || (tokenizer = open_tokenizer (&model_args, &error)) == NULL)
    return cli_fail (error);
  good = jsonl ? for_each_line (tokenizer, detokenize_line, &special, &error)
               : detokenize_text (tokenizer, argc, argv, special, &error);
  return good ? cli_flush () : cli_fail (error);
}
