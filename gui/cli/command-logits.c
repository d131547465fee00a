/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* chord logits: the raw results of a model for given tokens, for checks from outside. */
#include <errno.h>

#include "cli.h"

#define MAX_PIECE_BYTES ((gsize) 256 << 20) /* of results that are held at once */

typedef struct
{
  char *tokens;
  char *output;
} LogitsArgs;

static gboolean
check_args (const LogitsArgs *args, GError **error)
{
  if (args->tokens == NULL)
    cli_set_usage_error (error, "no tokens: name a file by --tokens");
  else if (args->output == NULL)
    cli_set_usage_error (error, "no output: name a file by -o");
  else
    return TRUE;
  return FALSE;
}

static GArray *
read_tokens (const char *path, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GArray) tokens = NULL;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, error))
    return NULL;
  tokens = cli_parse_tokens (text, length, path, error);
  if (tokens != NULL && tokens->len == 0)
    {
      g_set_error (error, CHORD_ERROR, CHORD_ERROR_INVALID_FILE, "%s: no tokens in it", path);
      return NULL;
    }
  return g_steal_pointer (&tokens);
}

/* Whole chunks, as many as have room. */
static gsize
piece_length (ChordModel *model, guint chunk)
{
  gsize row = MAX (chord_model_get_result_width (model) * sizeof (float), 1);
  gsize n = MAX (MAX_PIECE_BYTES / row, 1);

  return chunk > 0 ? MAX (n / chunk, 1) * chunk : n;
}

static gboolean
write_rows (GBytes *rows, const char *path, FILE **out, GError **error)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (rows, &size);

  if (*out == NULL)
    *out = fopen (path, "wb");
  if (*out != NULL && fwrite (data, 1, size, *out) == size && fflush (*out) == 0)
    return TRUE;
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s: %s", path,
               g_strerror (errno));
  return FALSE;
}

/* The output is opened when there is something to write, so that a failure leaves none behind. */
static gboolean
evaluate (ChordModel *model, GArray *tokens, guint chunk, const LogitsArgs *args, FILE **out,
          GError **error)
{
  g_autoptr (ChordEvaluation) evaluation = chord_evaluation_new (model);
  gsize piece = piece_length (model, chunk);

  chord_evaluation_set_chunk_size (evaluation, chunk);
  chord_evaluation_set_all_rows (evaluation, TRUE);
  for (gsize at = 0; at < tokens->len; at += piece)
    {
      g_autoptr (GBytes) rows = NULL;
      ChordProgress *bar = cli_bar_new ("Computing");

      rows = chord_evaluation_run (evaluation, &g_array_index (tokens, gint32, at),
                                   MIN (piece, tokens->len - at), bar, NULL, error);
      cli_bar_free (bar);
      if (rows == NULL)
        g_prefix_error (error, "%s: ", args->tokens);
      if (rows == NULL || !write_rows (rows, args->output, out, error))
        return FALSE;
    }
  return TRUE;
}

static int
run (ChordModel *model, const LogitsArgs *args, guint chunk)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) tokens = read_tokens (args->tokens, &error);
  FILE *out = NULL;
  gboolean good
      = tokens != NULL && evaluate (model, tokens, chunk, args, &out, &error);

  if (out != NULL && fclose (out) != 0 && good)
    {
      cli_complain ("%s: %s", args->output, g_strerror (errno));
      return CLI_FAILED;
    }
  return good ? CLI_DONE : cli_fail (error);
}

int
cli_logits (int argc, char **argv)
{
  g_auto (CliModelArgs) model_args = { 0 };
  g_autofree char *tokens = NULL, *output = NULL;
  const GOptionEntry entries[] = {
    { "tokens", 0, 0, G_OPTION_ARG_FILENAME, &tokens, "Token ids as decimal text", "FILE" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output,
      "The file to write: a row of 32-bit floats, the lowest byte first, for each token", "FILE" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = cli_context_new (
      NULL, "Writes what a model computes for each of the given tokens.", entries, &model_args,
      NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChordModel) model = NULL;
  LogitsArgs args;

  if (!cli_parse (context, &argc, &argv, &error) || !cli_no_more_args (argc, argv, &error))
    return cli_fail (error);
  args = (LogitsArgs) { tokens, output };
  if (!check_args (&args, &error) || (model = cli_load_model (&model_args, &error)) == NULL)
    return cli_fail (error);
  return run (model, &args, (guint) model_args.chunk);
}
