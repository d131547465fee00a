/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* chord synth: a model of a known shape with made-up weights, to measure without a download. */

#include "cli.h"

static int
print_list (GStrv names)
{
  for (char **name = names; *name; name++)
    printf ("%s\n", *name);
  return cli_flush ();
}

static int
list_all (void)
{
  g_auto (GStrv) shapes = chord_list_synthetic_shapes (), types = chord_list_synthetic_types ();

  printf ("Shapes:\n");
  print_list (shapes);
  printf ("\nTypes:\n");
  return print_list (types);
}

static gboolean
check_args (const char *shape, const char *type, const char *output, GError **error)
{
  if (shape == NULL)
    cli_set_usage_error (error, "no shape: name one by --shape (--list shows them)");
  else if (type == NULL)
    cli_set_usage_error (error, "no type: name one by --type (--list shows them)");
  else if (output == NULL)
    cli_set_usage_error (error, "no output: name a file by -o");
  else
    return TRUE;
  return FALSE;
}

static gboolean
synthesize (const char *shape, const char *type, const char *output, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (output);
  ChordProgress *bar = cli_bar_new ("Writing");
  gboolean ok = chord_synthesize_model (shape, type, file, bar, NULL, error);

  cli_bar_free (bar);
  return ok;
}

int
cli_synth (int argc, char **argv)
{
  g_autofree char *shape = NULL, *type = NULL, *output = NULL;
  gboolean list = FALSE;
  const GOptionEntry entries[] = {
    { "shape", 0, 0, G_OPTION_ARG_STRING, &shape, "The model whose shape it has, as llama-1b",
      "NAME" },
    { "type", 0, 0, G_OPTION_ARG_STRING, &type, "The type of the weights, such as Q4_K", "TYPE" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "The file to write", "FILE" },
    { "list", 0, 0, G_OPTION_ARG_NONE, &list, "List the shapes and the types", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = cli_context_new (
      NULL, "Writes a model with made-up weights, which is as fast as the real one.", entries, NULL,
      NULL);
  g_autoptr (GError) error = NULL;

  if (!cli_parse (context, &argc, &argv, &error) || !cli_no_more_args (argc, argv, &error))
    return cli_fail (error);
  if (list)
    return list_all ();
  if (!check_args (shape, type, output, &error) || !synthesize (shape, type, output, &error))
    {
      if (g_error_matches (error, CHORD_ERROR, CHORD_ERROR_INVALID_ARGUMENT))
        cli_blame_usage (&error);
      return cli_fail (error);
    }
  return CLI_DONE;
}
