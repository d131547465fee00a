/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* chord perplexity: how well a model predicts a text. */

#include "cli.h"

#define DEFAULT_WINDOW 512

static void
print_result (ChordPerplexity *perplexity, double value, gboolean as_json)
{
  ChJson json = CH_JSON_INIT;
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  if (!as_json)
    {
      g_string_free (json.text, TRUE);
      printf ("%s\n", g_ascii_formatd (digits, sizeof digits, "%.4f", value));
      return;
    }
  ch_json_open (&json, NULL, '{');
  ch_json_real (&json, "perplexity", value);
  ch_json_uint (&json, "window", chord_perplexity_get_window (perplexity));
  ch_json_uint (&json, "windows", chord_perplexity_get_n_windows (perplexity));
  ch_json_uint (&json, "scored", chord_perplexity_get_n_scored (perplexity));
  ch_json_close (&json, '}');
  ch_json_print (&json);
}

static int
measure (ChordModel *model, const char *path, const char *text, gsize length, guint window,
         gboolean as_json)
{
  g_autoptr (ChordPerplexity) perplexity = chord_perplexity_new (model);
  g_autoptr (GError) error = NULL;
  ChordProgress *bar = cli_bar_new ("Reading");
  double value;

  chord_perplexity_set_window (perplexity, window);
  value = chord_perplexity_run (perplexity, text, (gssize) length, bar, NULL, &error);
  cli_bar_free (bar);
  if (error != NULL)
    {
      g_prefix_error (&error, "%s: ", path);
      return cli_fail (error);
    }
  print_result (perplexity, value, as_json);
  return cli_flush ();
}

/* The context is the window: no more of it is ever used. */
static gboolean
check_args (CliModelArgs *model_args, const char *path, GError **error)
{
  if (model_args->context == 0)
    model_args->context = DEFAULT_WINDOW;
  if (path == NULL)
    cli_set_usage_error (error, "no text: name a file by -f");
  else if (model_args->context < 2 || model_args->context > G_MAXINT)
    cli_set_usage_error (error, "the window that -c sets has at least 2 tokens");
  else
    return TRUE;
  return FALSE;
}

int
cli_perplexity (int argc, char **argv)
{
  g_auto (CliModelArgs) model_args = { 0 };
  g_autofree char *path = NULL, *text = NULL;
  gboolean as_json = FALSE;
  const GOptionEntry entries[] = {
    { "file", 'f', 0, G_OPTION_ARG_FILENAME, &path, "The text, in UTF-8", "FILE" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print the result as a JSON object", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = cli_context_new (
      NULL,
      "Measures how well a model predicts a text: the lower, the better. The text is cut into\n"
      "windows of the context's length (-c, default 512), and the second half of each is scored.",
      entries, &model_args, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChordModel) model = NULL;
  gsize length;

  if (!cli_parse (context, &argc, &argv, &error) || !cli_no_more_args (argc, argv, &error)
      || !check_args (&model_args, path, &error)
      || !g_file_get_contents (path, &text, &length, &error)
      || (model = cli_load_model (&model_args, &error)) == NULL)
    return cli_fail (error);
  return measure (model, path, text, length, (guint) model_args.context, as_json);
}
