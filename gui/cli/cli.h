/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <chord.h>
#include <stdio.h>

#include "json/json.h"

/* What the commands share. A command takes its own arguments (argv[0] is its name) and returns the
 * status that the program ends with. What it answers goes to stdout; bars, notes and errors, one
 * line each, go to stderr. */

enum
{
  CLI_DONE = 0,
  CLI_FAILED = 1,
  CLI_USAGE = 2,
};

int cli_run (int argc, char **argv);
int cli_chat (int argc, char **argv);
int cli_models (int argc, char **argv);
int cli_models_pull (int argc, char **argv);
int cli_models_suggestions (int argc, char **argv);
int cli_chats (int argc, char **argv);
int cli_presets (int argc, char **argv);
int cli_bench (int argc, char **argv);
int cli_inspect (int argc, char **argv);
int cli_tokenize (int argc, char **argv);
int cli_detokenize (int argc, char **argv);
int cli_perplexity (int argc, char **argv);
int cli_quantize (int argc, char **argv);
int cli_synth (int argc, char **argv);
int cli_logits (int argc, char **argv);
int cli_devices (int argc, char **argv);

/* ---- Errors (errors.c) ---- */

/* Tells a problem on stderr in one line. */
void cli_complain (const char *format, ...) G_GNUC_PRINTF (1, 2);

/* A copy without control characters, which names in files may hold to play tricks on a terminal. */
char *cli_one_line (const char *text);

/* Tells an error, and returns the status for it: wrong use is an error of G_OPTION_ERROR. */
int cli_fail (const GError *error);

/* Turns an error about the value of an option into one of usage. */
void cli_blame_usage (GError **error);

void cli_set_usage_error (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* Writes what is still on the way to stdout; a full disk is an error then. */
int cli_flush (void);

/* ---- Arguments (arguments.c) ---- */

typedef struct
{
  char *path;
  char *precision;
  char *kv_type;
  char *device;
  gint64 context;
  int n_threads;
  int chunk;
  gboolean no_mmap;
  gboolean yes; /* models are downloaded without a question */
} CliModelArgs;

typedef struct
{
  char *preset;
  char *system; /* that of the preset, after cli_sampling_options(), where none is given */
  double temperature, top_p, min_p, typical_p; /* NAN: not given */
  double repetition, frequency, presence;
  int top_k;
  gint64 seed, max_tokens; /* CLI_NOT_GIVEN, as top_k */
  char **stop;
} CliSamplingArgs;

#define CLI_NOT_GIVEN G_MININT

void cli_model_args_clear (CliModelArgs *args);
void cli_sampling_args_clear (CliSamplingArgs *args);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CliModelArgs, cli_model_args_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CliSamplingArgs, cli_sampling_args_clear)

/* The options of a command: "-m" and those about loading when model is given, those about choosing
 * tokens when sampling is given, and its own. */
GOptionContext *cli_context_new (const char *parameters, const char *summary,
                                 const GOptionEntry *entries, CliModelArgs *model,
                                 CliSamplingArgs *sampling);
void cli_context_add_file_option (GOptionContext *context, CliModelArgs *model);

/* Parses in place: argv keeps the command and what is no option. */
gboolean cli_parse (GOptionContext *context, int *argc, char ***argv, GError **error);
gboolean cli_no_more_args (int argc, char **argv, GError **error);

/* Of the arguments that are no options, or where there are none, of stdin. */
char *cli_text_of_args (int argc, char **argv, gsize *length, GError **error);

/* ---- Names of models (model-name.c) ---- */

/* The path of what -m names: a path, a model of the catalog by its name or the beginning of it, or
 * one of a repository, which is downloaded. */
char *cli_resolve_model (const char *name, gboolean yes, GError **error);
/* The path of the catalog's default model, else of the built-in one. */
char *cli_default_model (GError **error);

/* The model file that was asked for, else the default one. */
char *cli_model_path (const CliModelArgs *args, GError **error);
ChordModelFile *cli_open_file (const CliModelArgs *args, GError **error);
ChordModelOptions *cli_model_options (const CliModelArgs *args, GError **error);
ChordModel *cli_load_model (const CliModelArgs *args, GError **error);
/* The preset's values, or the usual ones, and over them what was given. */
ChordSamplingOptions *cli_sampling_options (CliSamplingArgs *args, GError **error);
/* Sets what was given, and leaves the rest as it is. */
gboolean cli_apply_sampling (const CliSamplingArgs *args, ChordSamplingOptions *options,
                             GError **error);

/* Token ids as decimal text, apart by white space or commas. */
GArray *cli_parse_tokens (const char *text, gsize length, const char *name, GError **error);

/* ---- Progress (bar.c) ---- */

/* A progress that is drawn on stderr, where that is a terminal. */
ChordProgress *cli_bar_new (const char *label);
void cli_bar_free (ChordProgress *progress); /* wipes it off */
/* For what tells of its progress in another way. */
void cli_bar_draw (const char *label, int percent);
/* With some text behind it. */
void cli_bar_draw_with (const char *label, int percent, const char *text);
void cli_bar_wipe (void);

/* ---- Downloads (pull.c) ---- */

/* Whether a name is that of a model elsewhere: OWNER/NAME[:QUANTIZATION], a suggestion, or an
 * address. */
gboolean cli_is_remote (const char *name);
/* The path of such a model: it is downloaded, after a question unless yes is
 * given, where that was not done before. */
char *cli_fetch_model (const char *name, gboolean yes, GError **error);

/* ---- Answers (answer.c) ---- */

/* Runs the main loop until a generation has finished, and writes its text to out as it comes (may
 * be NULL). SIGINT ends the generation alone. FALSE with error set when it failed; an answer that
 * was stopped is no failure, see its finish reason. */
gboolean cli_answer (ChordGeneration *generation, FILE *out, GError **error);

void cli_print_usage (ChordUsage *usage, FILE *out);

/* ---- Presets (command-presets.c) ---- */

ChordPreset *cli_find_preset (ChordCatalog *catalog, const char *name, GError **error);

/* ---- Conversations (command-chats.c) ---- */

/* By its id, or else a unique beginning of its title. */
ChordConversation *cli_find_conversation (ChordCatalog *catalog, const char *name, GError **error);
