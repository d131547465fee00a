/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* chord run: one prompt, one answer, which alone goes to stdout. */
#include <string.h>

#include "cli.h"

typedef struct
{
  const char *system;
  gboolean raw;
  gboolean stats;
  gboolean json;
} RunArgs;

static ChordGeneration *
start (ChordSession *session, const RunArgs *args, const char *prompt, gsize length,
       ChordSamplingOptions *options, GError **error)
{
  if (args->raw)
    return chord_session_start_prompt (session, prompt, length, CHORD_TOKENIZE_FLAGS_PARSE_SPECIAL,
                                       options, error);
  if (strlen (prompt) != length)
    {
      g_set_error (error, CHORD_ERROR, CHORD_ERROR_INVALID_ARGUMENT,
                   "the prompt has a NUL in it, at byte %" G_GSIZE_FORMAT, strlen (prompt));
      return NULL;
    }
  if (args->system != NULL)
    chord_session_set_system_prompt (session, args->system);
  if (!chord_session_append_text (session, CHORD_ROLE_USER, prompt, error))
    return NULL;
  return chord_session_start (session, options, error);
}

static void
print_json (ChordGeneration *generation)
{
  static const char *const reasons[] = { "none", "stop", "length", "cancelled", "error" };
  ChordUsage *usage = chord_generation_get_usage (generation);
  ChJson json = CH_JSON_INIT;

  ch_json_open (&json, NULL, '{');
  ch_json_text (&json, "text", chord_generation_get_text (generation));
  ch_json_text (&json, "finish_reason",
                 reasons[chord_generation_get_finish_reason (generation)]);
  ch_json_uint (&json, "seed", chord_generation_get_seed (generation));
  ch_json_uint (&json, "prompt_tokens", chord_usage_get_prompt_tokens (usage));
  ch_json_uint (&json, "generated_tokens", chord_usage_get_generated_tokens (usage));
  ch_json_real (&json, "prompt_rate", chord_usage_get_prompt_rate (usage));
  ch_json_real (&json, "generation_rate", chord_usage_get_generation_rate (usage));
  ch_json_real (&json, "first_token_seconds", chord_usage_get_first_token_time (usage) / 1e6);
  ch_json_close (&json, '}');
  ch_json_print (&json);
}

/* The last line is ended, so that a terminal's prompt does not follow the answer. */
static void
end_line (ChordGeneration *generation)
{
  const char *text = chord_generation_get_text (generation);

  if (text != NULL && *text != '\0' && !g_str_has_suffix (text, "\n"))
    putchar ('\n');
}

static int
answer (ChordGeneration *generation, const RunArgs *args)
{
  g_autoptr (GError) error = NULL;
  gboolean good = cli_answer (generation, args->json ? NULL : stdout, &error);

  if (!args->json)
    end_line (generation);
  else if (good)
    print_json (generation);
  if (args->stats)
    cli_print_usage (chord_generation_get_usage (generation), stderr);
  if (!good)
    return cli_fail (error);
  if (chord_generation_get_finish_reason (generation) == CHORD_FINISH_REASON_CANCELLED)
    {
      cli_complain ("stopped; the answer is not finished");
      return CLI_FAILED;
    }
  if (chord_generation_get_error (generation) != NULL)
    {
      cli_complain ("%s (-c sets its length)", chord_generation_get_error (generation)->message);
      return CLI_FAILED;
    }
  return cli_flush ();
}

int
cli_run (int argc, char **argv)
{
  RunArgs args = { 0 };
  g_autofree char *prompt = NULL;
  g_auto (CliModelArgs) model_args = { 0 };
  g_auto (CliSamplingArgs) sampling_args = { 0 };
  const GOptionEntry entries[] = {
    { "raw", 0, 0, G_OPTION_ARG_NONE, &args.raw,
      "Go on from the prompt as it is: no chat template, special tokens in it are recognised",
      NULL },
    { "stats", 0, 0, G_OPTION_ARG_NONE, &args.stats, "Show counts and rates on stderr", NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &args.json, "Print the answer and its figures as JSON",
      NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context
      = cli_context_new ("[PROMPT]", "Answers one prompt, by default the text on standard input.",
                         entries, &model_args, &sampling_args);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChordModel) model = NULL;
  g_autoptr (ChordSession) session = NULL;
  g_autoptr (ChordSamplingOptions) options = NULL;
  g_autoptr (ChordGeneration) generation = NULL;
  gsize length;

  if (!cli_parse (context, &argc, &argv, &error)
      || (options = cli_sampling_options (&sampling_args, &error)) == NULL
      || (prompt = cli_text_of_args (argc, argv, &length, &error)) == NULL
      || (model = cli_load_model (&model_args, &error)) == NULL)
    return cli_fail (error);
  args.system = sampling_args.system;
  session = chord_session_new (model);
  generation = start (session, &args, prompt, length, options, &error);
  if (generation == NULL)
    return cli_fail (error);
  return answer (generation, &args);
}
