/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* chord quantize: the same model with weights of another type. */

#include <glib-unix.h>
#include <signal.h>

#include "cli.h"

static int
list_types (void)
{
  g_auto (GStrv) types = chord_quantizer_list_types ();

  for (char **type = types; *type != NULL; type++)
    printf ("%s\n", *type);
  return cli_flush ();
}

static gboolean
knows_type (const char *name)
{
  g_auto (GStrv) types = chord_quantizer_list_types ();

  for (char **type = types; *type != NULL; type++)
    if (g_ascii_strcasecmp (*type, name) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
check_args (const char *output, const char *type, GError **error)
{
  if (output == NULL)
    cli_set_usage_error (error, "no output: name a file by -o");
  else if (type == NULL)
    cli_set_usage_error (error, "no type: name one by --type (--list shows them)");
  else if (!knows_type (type))
    cli_set_usage_error (error, "models cannot be converted to %s (--list shows the types)", type);
  else
    return TRUE;
  return FALSE;
}

/* ---- Writing ---- */

typedef struct
{
  GMainLoop *loop;
  GCancellable *cancellable;
  gboolean good;
  GError *error;
} Writing;

/* The half of a file that is there by then is taken away. */
static gboolean
on_interrupt (gpointer data)
{
  Writing *writing = data;

  g_cancellable_cancel (writing->cancellable);
  return G_SOURCE_CONTINUE;
}

static void
on_written (GObject *source, GAsyncResult *result, gpointer data)
{
  Writing *writing = data;

  writing->good = chord_quantizer_run_finish (CHORD_QUANTIZER (source), result, &writing->error);
  g_main_loop_quit (writing->loop);
}

static gboolean
quantize (ChordModelFile *source, const char *type, const char *output, GError **error)
{
  g_autoptr (ChordQuantizer) quantizer = chord_quantizer_new (source, type);
  g_autoptr (GFile) destination = g_file_new_for_commandline_arg (output);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Writing writing = { .loop = loop, .cancellable = cancellable };
  ChordProgress *bar = cli_bar_new ("Quantizing");
  guint interrupt = g_unix_signal_add (SIGINT, on_interrupt, &writing);

  chord_quantizer_run_async (quantizer, destination, bar, cancellable, on_written, &writing);
  g_main_loop_run (loop);
  g_source_remove (interrupt);
  cli_bar_free (bar);
  if (g_error_matches (writing.error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_clear_error (&writing.error);
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "%s: stopped; nothing was written",
                   output);
    }
  if (writing.error != NULL)
    g_propagate_error (error, writing.error);
  return writing.good;
}

int
cli_quantize (int argc, char **argv)
{
  g_auto (CliModelArgs) model_args = { 0 };
  g_autofree char *output = NULL, *type = NULL;
  gboolean list = FALSE;
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "The file to write", "FILE" },
    { "type", 0, 0, G_OPTION_ARG_STRING, &type, "The type of the weights, such as Q4_K", "TYPE" },
    { "list", 0, 0, G_OPTION_ARG_NONE, &list, "List the types", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = cli_context_new (
      NULL, "Writes a model again with weights of another type, most often a smaller one.", entries,
      NULL, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChordModelFile) source = NULL;

  cli_context_add_file_option (context, &model_args);
  if (!cli_parse (context, &argc, &argv, &error) || !cli_no_more_args (argc, argv, &error))
    return cli_fail (error);
  if (list)
    return list_types ();
  if (!check_args (output, type, &error) || (source = cli_open_file (&model_args, &error)) == NULL
      || !quantize (source, type, output, &error))
    return cli_fail (error);
  return CLI_DONE;
}
