/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <locale.h>
#include <string.h>

#include "cli.h"

static const struct
{
  const char *name;
  int (*run) (int argc, char **argv);
  const char *summary;
} commands[] = {
  { "run", cli_run, "Answer one prompt" },
  { "chat", cli_chat, "Talk with a model" },
  { "models", cli_models, "List, add, download and verify models" },
  { "chats", cli_chats, "Show, search, export and import conversations" },
  { "presets", cli_presets, "Show, add and change presets" },
  { "bench", cli_bench, "Measure how fast a model runs" },
  { "inspect", cli_inspect, "Show what a model file holds, and the memory it needs" },
  { "tokenize", cli_tokenize, "Turn text into token ids" },
  { "detokenize", cli_detokenize, "Turn token ids into text" },
  { "perplexity", cli_perplexity, "Measure how well a model predicts a text" },
  { "quantize", cli_quantize, "Write a model with smaller weights" },
  { "synth", cli_synth, "Write a model with made-up weights, to measure with" },
  { "logits", cli_logits, "Write what a model computes for given tokens" },
  { "devices", cli_devices, "List what models can run on" },
};

static void
print_help (FILE *out)
{
  fputs ("Usage:\n  chord COMMAND [OPTION…]\n\n"
         "Runs language models on this machine.\n\n"
         "Commands:\n",
         out);
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    fprintf (out, "  %-12s%s\n", commands[i].name, commands[i].summary);
  fputs ("\nOptions:\n"
         "  -h, --help  Show this; chord COMMAND --help shows the options of a command\n"
         "  --version   Show the version and the processor\n"
         "\nExit status: 0 done, 1 failed, 2 wrong use.\n",
         out);
}

static int
print_version (void)
{
  g_autofree char *cpu = chord_get_cpu_description ();

  printf ("chord %s\n%s\n", chord_get_version (), cpu);
  return cli_flush ();
}

static int
run_command (int argc, char **argv)
{
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (strcmp (argv[0], commands[i].name) == 0)
      {
        g_autofree char *name = g_strconcat ("chord ", argv[0], NULL);
        g_set_prgname (name);
        return commands[i].run (argc, argv);
      }
  cli_complain ("no command \"%s\" (see chord --help)", argv[0]);
  return CLI_USAGE;
}

static gboolean
is_one_of (const char *word, const char *a, const char *b, const char *c)
{
  return strcmp (word, a) == 0 || strcmp (word, b) == 0 || strcmp (word, c) == 0;
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_set_prgname ("chord");
  if (argc < 2)
    {
      print_help (stderr);
      return CLI_USAGE;
    }
  if (is_one_of (argv[1], "-h", "--help", "help"))
    {
      print_help (stdout);
      return cli_flush ();
    }
  if (is_one_of (argv[1], "-V", "--version", "version"))
    return print_version ();
  return run_command (argc - 1, argv + 1);
}
