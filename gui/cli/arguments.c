/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gio/gunixinputstream.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

void
cli_model_args_clear (CliModelArgs *args)
{
  g_free (args->path);
  g_free (args->precision);
  g_free (args->kv_type);
  g_free (args->device);
}

void
cli_sampling_args_clear (CliSamplingArgs *args)
{
  g_free (args->preset);
  g_free (args->system);
  g_strfreev (args->stop);
}

/* ---- Options ---- */

/* Paths and texts are taken as they are (FILENAME): their bytes must not depend on the locale. */

void
cli_context_add_file_option (GOptionContext *context, CliModelArgs *model)
{
  const GOptionEntry entries[] = {
    { "model", 'm', 0, G_OPTION_ARG_FILENAME, &model->path,
      "The model: a GGUF file, a name of chord models list, or OWNER/NAME[:QUANTIZATION] of a "
      "repository, which is downloaded after a question", "MODEL" },
    { "yes", 'y', 0, G_OPTION_ARG_NONE, &model->yes, "Download the model without a question",
      NULL },
    { "no-mmap", 0, 0, G_OPTION_ARG_NONE, &model->no_mmap, "Read the file instead of mapping it",
      NULL },
    G_OPTION_ENTRY_NULL,
  };

  g_option_context_add_main_entries (context, entries, NULL);
}

static void
add_model_options (GOptionContext *context, CliModelArgs *model)
{
  const GOptionEntry entries[] = {
    { "context", 'c', 0, G_OPTION_ARG_INT64, &model->context,
      "Length of the context in tokens (default: the model's own, as memory allows)", "N" },
    { "threads", 't', 0, G_OPTION_ARG_INT, &model->n_threads,
      "Threads that compute (default: one for each physical core, fewer while faster)", "N" },
    { "precision", 0, 0, G_OPTION_ARG_STRING, &model->precision,
      "fast: integer arithmetic (default); exact: 32-bit floating point", "P" },
    { "kv", 0, 0, G_OPTION_ARG_STRING, &model->kv_type,
      "How the context is kept: f16 or f32 (default: f16, in the exact precision f32)", "TYPE" },
    { "chunk", 0, 0, G_OPTION_ARG_INT, &model->chunk, "Tokens of a prompt to compute at once",
      "N" },
    { "device", 0, 0, G_OPTION_ARG_STRING, &model->device, "What to compute on, see chord devices",
      "ID" },
    G_OPTION_ENTRY_NULL,
  };

  cli_context_add_file_option (context, model);
  g_option_context_add_main_entries (context, entries, NULL);
}

static void
add_sampling_options (GOptionContext *context, CliSamplingArgs *args)
{
  const GOptionEntry entries[] = {
    { "preset", 0, 0, G_OPTION_ARG_STRING, &args->preset,
      "Answer as this preset says, see chord presets list; other options go before it", "NAME" },
    { "system", 0, 0, G_OPTION_ARG_FILENAME, &args->system, "Instructions for the model", "TEXT" },
    { "tokens", 'n', 0, G_OPTION_ARG_INT64, &args->max_tokens,
      "Generate at most N tokens (default: until the answer ends)", "N" },
    { "temp", 0, 0, G_OPTION_ARG_DOUBLE, &args->temperature,
      "Temperature; 0 takes the likeliest token each time", "T" },
    { "top-k", 0, 0, G_OPTION_ARG_INT, &args->top_k, "Choose among the K likeliest tokens", "K" },
    { "top-p", 0, 0, G_OPTION_ARG_DOUBLE, &args->top_p,
      "Choose among the likeliest tokens of this total probability", "P" },
    { "min-p", 0, 0, G_OPTION_ARG_DOUBLE, &args->min_p,
      "Leave out tokens below this share of the greatest probability", "P" },
    { "typical", 0, 0, G_OPTION_ARG_DOUBLE, &args->typical_p, "Locally typical sampling", "P" },
    { "repeat-penalty", 0, 0, G_OPTION_ARG_DOUBLE, &args->repetition,
      "Divide the logits of tokens that came before", "X" },
    { "frequency-penalty", 0, 0, G_OPTION_ARG_DOUBLE, &args->frequency,
      "Lower the logits of tokens each time they came", "X" },
    { "presence-penalty", 0, 0, G_OPTION_ARG_DOUBLE, &args->presence,
      "Lower the logits of tokens that came at all", "X" },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &args->seed, "The same seed gives the same text", "N" },
    { "stop", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &args->stop,
      "End the answer where this text comes; may be given several times", "TEXT" },
    G_OPTION_ENTRY_NULL,
  };

  *args = (CliSamplingArgs) { NULL, NULL, NAN, NAN, NAN, NAN, NAN, NAN, NAN,
                              CLI_NOT_GIVEN, CLI_NOT_GIVEN, CLI_NOT_GIVEN, NULL };
  g_option_context_add_main_entries (context, entries, NULL);
}

GOptionContext *
cli_context_new (const char *parameters, const char *summary, const GOptionEntry *entries,
                 CliModelArgs *model, CliSamplingArgs *sampling)
{
  GOptionContext *context = g_option_context_new (parameters);

  g_option_context_set_summary (context, summary);
  g_option_context_set_help_enabled (context, FALSE);
  if (entries != NULL)
    g_option_context_add_main_entries (context, entries, NULL);
  if (model != NULL)
    add_model_options (context, model);
  if (sampling != NULL)
    add_sampling_options (context, sampling);
  return context;
}

/* GLib's own help would take no notice of a full disk. */
static void
add_help (GOptionContext *context, gboolean *help)
{
  const GOptionEntry entries[] = {
    { "help", 'h', 0, G_OPTION_ARG_NONE, help, "Show this", NULL },
    G_OPTION_ENTRY_NULL,
  };

  g_option_context_add_main_entries (context, entries, NULL);
}

static G_NORETURN void
help_and_exit (GOptionContext *context)
{
  char *text = g_option_context_get_help (context, TRUE, NULL);

  fputs (text, stdout);
  g_free (text);
  exit (cli_flush ());
}

gboolean
cli_parse (GOptionContext *context, int *argc, char ***argv, GError **error)
{
  gboolean help = FALSE;

  add_help (context, &help);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  if (help)
    help_and_exit (context);
  if (*argc > 1 && strcmp ((*argv)[1], "--") == 0)
    {
      memmove (*argv + 1, *argv + 2, (*argc - 1) * sizeof **argv);
      --*argc;
    }
  return TRUE;
}

gboolean
cli_no_more_args (int argc, char **argv, GError **error)
{
  if (argc <= 1)
    return TRUE;
  cli_set_usage_error (error, "unexpected argument \"%s\"", argv[1]);
  return FALSE;
}

/* From where stdin stands, and of whatever kind it is: it may be a socket, which has no path. */
static char *
read_stdin (gsize *length, GError **error)
{
  g_autoptr (GInputStream) input = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (GOutputStream) text = g_memory_output_stream_new_resizable ();

  if (g_output_stream_splice (text, input, G_OUTPUT_STREAM_SPLICE_NONE, NULL, error) < 0
      || !g_output_stream_write_all (text, "", 1, NULL, NULL, error)
      || !g_output_stream_close (text, NULL, error))
    {
      g_prefix_error (error, "standard input: ");
      return NULL;
    }
  *length = g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (text)) - 1;
  return g_memory_output_stream_steal_data (G_MEMORY_OUTPUT_STREAM (text));
}

char *
cli_text_of_args (int argc, char **argv, gsize *length, GError **error)
{
  char *text;

  if (argc <= 1)
    return read_stdin (length, error);
  text = g_strjoinv (" ", argv + 1);
  *length = strlen (text);
  return text;
}

/* ---- Models ---- */

char *
cli_model_path (const CliModelArgs *args, GError **error)
{
  return args->path != NULL ? cli_resolve_model (args->path, args->yes, error)
                            : cli_default_model (error);
}

ChordModelFile *
cli_open_file (const CliModelArgs *args, GError **error)
{
  g_autofree char *path = cli_model_path (args, error);

  if (path == NULL)
    return NULL;
  return chord_model_file_new_for_path (path, args->no_mmap ? CHORD_MODEL_FILE_FLAGS_NO_MMAP
                                                            : CHORD_MODEL_FILE_FLAGS_NONE, error);
}

static gboolean
parse_precision (const char *name, ChordModelOptions *options, GError **error)
{
  if (name == NULL)
    return TRUE;
  if (strcmp (name, "exact") == 0)
    chord_model_options_set_precision (options, CHORD_PRECISION_EXACT);
  else if (strcmp (name, "fast") == 0)
    chord_model_options_set_precision (options, CHORD_PRECISION_FAST);
  else
    {
      cli_set_usage_error (error, "no precision \"%s\": exact and fast are known", name);
      return FALSE;
    }
  return TRUE;
}

static gboolean
parse_kv_type (const char *name, ChordModelOptions *options, GError **error)
{
  if (name == NULL)
    return TRUE;
  if (strcmp (name, "f16") == 0)
    chord_model_options_set_kv_type (options, CHORD_KV_TYPE_F16);
  else if (strcmp (name, "f32") == 0)
    chord_model_options_set_kv_type (options, CHORD_KV_TYPE_F32);
  else
    {
      cli_set_usage_error (error, "no context type \"%s\": f16 and f32 are known", name);
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_counts (const CliModelArgs *args, GError **error)
{
  if (args->context >= 0 && args->n_threads >= 0 && args->chunk >= 0)
    return TRUE;
  cli_set_usage_error (error,
                       "the lengths and counts that -c, -t and --chunk take are not negative");
  return FALSE;
}

ChordModelOptions *
cli_model_options (const CliModelArgs *args, GError **error)
{
  g_autoptr (ChordModelOptions) options = chord_model_options_new ();

  if (!parse_precision (args->precision, options, error)
      || !parse_kv_type (args->kv_type, options, error) || !check_counts (args, error))
    return NULL;
  chord_model_options_set_context_length (options, args->context);
  chord_model_options_set_n_threads (options, args->n_threads);
  chord_model_options_set_chunk_size (options, args->chunk);
  chord_model_options_set_use_mmap (options, !args->no_mmap);
  if (args->device != NULL)
    chord_model_options_set_device (options, args->device);
  return g_steal_pointer (&options);
}

ChordModel *
cli_load_model (const CliModelArgs *args, GError **error)
{
  g_autoptr (ChordModelOptions) options = cli_model_options (args, error);
  g_autofree char *path = options != NULL ? cli_model_path (args, error) : NULL;
  ChordProgress *bar;
  ChordModel *model;

  if (path == NULL)
    return NULL;
  bar = cli_bar_new ("Loading");
  model = chord_model_load (path, options, bar, NULL, error);
  cli_bar_free (bar);
  return model;
}

/* The options of the preset that is named, whose instructions hold where no others are given. */
static ChordSamplingOptions *
options_of_preset (CliSamplingArgs *args, GError **error)
{
  g_autoptr (ChordCatalog) catalog = chord_catalog_open (NULL, NULL, error);
  g_autoptr (ChordPreset) preset
      = catalog != NULL ? cli_find_preset (catalog, args->preset, error) : NULL;

  if (preset == NULL)
    return NULL;
  if (args->system == NULL)
    args->system = g_strdup (
        chord_sampling_record_get_system_prompt (CHORD_SAMPLING_RECORD (preset)));
  return chord_preset_create_sampling_options (preset);
}

ChordSamplingOptions *
cli_sampling_options (CliSamplingArgs *args, GError **error)
{
  g_autoptr (ChordSamplingOptions) options = args->preset != NULL ? options_of_preset (args, error)
                                                                  : chord_sampling_options_new ();

  if (options == NULL || !cli_apply_sampling (args, options, error))
    return NULL;
  return g_steal_pointer (&options);
}

gboolean
cli_apply_sampling (const CliSamplingArgs *args, ChordSamplingOptions *options, GError **error)
{
  const struct
  {
    double value;
    void (*set) (ChordSamplingOptions *options, double value);
  } reals[] = {
    { args->temperature, chord_sampling_options_set_temperature },
    { args->top_p, chord_sampling_options_set_top_p },
    { args->min_p, chord_sampling_options_set_min_p },
    { args->typical_p, chord_sampling_options_set_typical_p },
    { args->repetition, chord_sampling_options_set_repetition_penalty },
    { args->frequency, chord_sampling_options_set_frequency_penalty },
    { args->presence, chord_sampling_options_set_presence_penalty },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (reals); i++)
    if (!isnan (reals[i].value))
      reals[i].set (options, reals[i].value);
  if (args->top_k != CLI_NOT_GIVEN)
    chord_sampling_options_set_top_k (options, args->top_k);
  if (args->stop != NULL)
    chord_sampling_options_set_stop (options, (const char *const *) args->stop);
  if (args->seed != CLI_NOT_GIVEN)
    chord_sampling_options_set_seed (options, args->seed);
  if (args->max_tokens != CLI_NOT_GIVEN)
    chord_sampling_options_set_max_tokens (options, args->max_tokens);
  if (chord_sampling_options_validate (options, error))
    return TRUE;
  cli_blame_usage (error);
  return FALSE;
}

/* ---- Tokens ---- */

GArray *
cli_parse_tokens (const char *text, gsize length, const char *name, GError **error)
{
  g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (gint32));
  const char *at = text, *end = text + length;

  for (;;)
    {
      gint64 id;
      char *after;
      gint32 token;

      while (at < end && (g_ascii_isspace (*at) || *at == ','))
        at++;
      if (at == end)
        return g_steal_pointer (&tokens);
      id = g_ascii_strtoll (at, &after, 10);
      if (after == at || id < 0 || id > G_MAXINT32
          || (after < end && !g_ascii_isspace (*after) && *after != ','))
        {
          g_set_error (error, CHORD_ERROR, CHORD_ERROR_INVALID_FILE,
                       "%s: no token id at byte %" G_GSIZE_FORMAT, name, (gsize) (at - text));
          return NULL;
        }
      token = (gint32) id;
      g_array_append_val (tokens, token);
      at = after;
    }
}
