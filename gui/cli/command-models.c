/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* chord models: what is installed, and what can be. */

#include <string.h>

#include "models.h"

static const struct
{
  const char *name;
  int (*run) (int argc, char **argv);
  const char *summary;
} commands[] = {
  { "list", cli_models_list, "List the models of the catalog" },
  { "show", cli_models_show, "Show one" },
  { "add", cli_models_add, "Add files or folders, where they are" },
  { "import", cli_models_import, "Add a file by copying it" },
  { "pull", cli_models_pull, "Download a model" },
  { "suggestions", cli_models_suggestions, "List models that are worth downloading" },
  { "scan", cli_models_scan, "Look at all files and folders again" },
  { "verify", cli_models_verify, "Compare files with their SHA-256" },
  { "default", cli_models_default, "Show or set the model that is used without -m" },
  { "remove", cli_models_remove, "Remove models or folders from the catalog" },
  { "folders", cli_models_folders, "List folders, and those of other programs" },
};

static void
print_help (FILE *out)
{
  fputs ("Usage:\n  chord models COMMAND [OPTION…]\n\nCommands:\n", out);
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    fprintf (out, "  %-13s%s\n", commands[i].name, commands[i].summary);
  fputs ("\nchord models COMMAND --help shows the options of a command.\n", out);
}

int
cli_models (int argc, char **argv)
{
  if (argc < 2)
    {
      print_help (stderr);
      return CLI_USAGE;
    }
  if (strcmp (argv[1], "-h") == 0 || strcmp (argv[1], "--help") == 0)
    {
      print_help (stdout);
      return cli_flush ();
    }
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (strcmp (argv[1], commands[i].name) == 0)
      {
        g_autofree char *name = g_strconcat ("chord models ", argv[1], NULL);
        g_set_prgname (name);
        return commands[i].run (argc - 1, argv + 1);
      }
  cli_complain ("no command \"models %s\" (see chord models --help)", argv[1]);
  return CLI_USAGE;
}
