/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* chord presets: the named ways to answer of the catalog. */
#include <string.h>

#include "cli.h"

typedef struct
{
  gboolean json;
  char *name;
  CliSamplingArgs sampling;
  ChordCatalog *catalog;
} Presets;

/* ---- Which one ---- */

ChordPreset *
cli_find_preset (ChordCatalog *catalog, const char *name, GError **error)
{
  GListModel *list = chord_catalog_get_presets (catalog);

  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (ChordPreset) preset = g_list_model_get_item (list, i);

      if (g_strcmp0 (chord_preset_get_name (preset), name) == 0)
        return g_steal_pointer (&preset);
    }
  g_set_error (error, CHORD_ERROR, CHORD_ERROR_NOT_FOUND,
               "there is no preset \"%s\" (see chord presets list)", name);
  return NULL;
}

static ChordPreset *
find_argument (Presets *presets, int argc, char **argv, GError **error)
{
  if (argc == 2)
    return cli_find_preset (presets->catalog, argv[1], error);
  cli_set_usage_error (error, "one preset is to be named");
  return NULL;
}

/* ---- list, show ---- */

/* What a preset says, in the order in which it is documented. */
static const char *const columns[] = {
  "temperature",       "top-k",          "top-p", "min-p",      "typical-p", "repetition-penalty",
  "frequency-penalty", "presence-penalty", "penalty-last-n", "seed", "max-tokens", "stop",
};

static void
put_list (ChJson *json, const char *key, const char *const *list)
{
  ch_json_open (json, key, '[');
  for (; list != NULL && *list != NULL; list++)
    ch_json_text (json, NULL, *list);
  ch_json_close (json, ']');
}

static void
put_value (ChJson *json, const char *key, ChordPreset *preset, const char *column)
{
  g_auto (GValue) value = G_VALUE_INIT;

  g_object_get_property (G_OBJECT (preset), column, &value);
  if (G_VALUE_HOLDS_DOUBLE (&value))
    ch_json_real (json, key, g_value_get_double (&value));
  else if (G_VALUE_HOLDS_INT (&value))
    ch_json_int (json, key, g_value_get_int (&value));
  else if (G_VALUE_HOLDS_INT64 (&value))
    ch_json_int (json, key, g_value_get_int64 (&value));
  else
    put_list (json, key, g_value_get_boxed (&value));
}

static const char *
system_of (ChordPreset *preset)
{
  return chord_sampling_record_get_system_prompt (CHORD_SAMPLING_RECORD (preset));
}

static void
put_preset (ChJson *json, ChordPreset *preset)
{
  ch_json_open (json, NULL, '{');
  ch_json_int (json, "id", chord_record_get_id (CHORD_RECORD (preset)));
  ch_json_text (json, "name", chord_preset_get_name (preset));
  ch_json_text (json, "system_prompt", system_of (preset));
  for (gsize i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      g_autofree char *key = g_strdelimit (g_strdup (columns[i]), "-", '_');

      put_value (json, key, preset, columns[i]);
    }
  ch_json_close (json, '}');
}

static void
print_real (const char *label, ChordPreset *preset, const char *column)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];
  double value;

  g_object_get (preset, column, &value, NULL);
  printf ("  %s %s", label, g_ascii_formatd (digits, sizeof digits, "%g", value));
}

static void
print_line (ChordPreset *preset)
{
  g_autofree char *name = cli_one_line (chord_preset_get_name (preset));
  int top_k;

  g_object_get (preset, "top-k", &top_k, NULL);
  printf ("%-16s", name);
  print_real ("temperature", preset, "temperature");
  printf ("  top-k %d", top_k);
  print_real ("top-p", preset, "top-p");
  print_real ("min-p", preset, "min-p");
  putchar ('\n');
}

static void
print_json (GListModel *list)
{
  ChJson json = CH_JSON_INIT;

  ch_json_open (&json, NULL, '[');
  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (ChordPreset) preset = g_list_model_get_item (list, i);

      put_preset (&json, preset);
    }
  ch_json_close (&json, ']');
  ch_json_print (&json);
}

static int
list_presets (Presets *presets, int argc, char **argv, GError **error)
{
  GListModel *list = chord_catalog_get_presets (presets->catalog);

  if (!cli_no_more_args (argc, argv, error))
    return CLI_USAGE;
  if (presets->json)
    print_json (list);
  for (guint i = 0; !presets->json && i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (ChordPreset) preset = g_list_model_get_item (list, i);

      print_line (preset);
    }
  return cli_flush ();
}

/* A line for each value, as it would be written in JSON. */
static void
print_values (ChordPreset *preset)
{
  printf ("name: %s\n", chord_preset_get_name (preset));
  for (gsize i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      ChJson json = CH_JSON_INIT;

      printf ("%s: ", columns[i]);
      put_value (&json, NULL, preset, columns[i]);
      ch_json_print (&json);
    }
  if (system_of (preset) != NULL)
    printf ("\n%s\n", system_of (preset));
}

static int
show_preset (Presets *presets, int argc, char **argv, GError **error)
{
  g_autoptr (ChordPreset) preset = find_argument (presets, argc, argv, error);

  if (preset == NULL)
    return CLI_FAILED;
  if (presets->json)
    {
      ChJson json = CH_JSON_INIT;

      put_preset (&json, preset);
      ch_json_print (&json);
    }
  else
    print_values (preset);
  return cli_flush ();
}

/* ---- add, set, remove ---- */

/* Takes over what the options say; what they do not say stays. */
static gboolean
apply (Presets *presets, ChordPreset *preset, GError **error)
{
  ChordSamplingRecord *record = CHORD_SAMPLING_RECORD (preset);
  g_autoptr (ChordSamplingOptions) options
      = chord_sampling_record_create_sampling_options (record);
  const char *system;

  if (!cli_apply_sampling (&presets->sampling, options, error))
    return FALSE;
  chord_sampling_record_set_sampling_options (record, options);
  system = presets->sampling.system;
  if (system != NULL)
    chord_sampling_record_set_system_prompt (record, *system != '\0' ? system : NULL);
  if (presets->name != NULL)
    chord_preset_set_name (preset, presets->name);
  if (chord_record_save (CHORD_RECORD (preset), error))
    return TRUE;
  if (error != NULL && g_error_matches (*error, CHORD_ERROR, CHORD_ERROR_EXISTS))
    {
      g_clear_error (error);
      g_set_error (error, CHORD_ERROR, CHORD_ERROR_EXISTS, "there is a preset \"%s\" already",
                   chord_preset_get_name (preset));
    }
  return FALSE;
}

static int
add_preset (Presets *presets, int argc, char **argv, GError **error)
{
  g_autoptr (ChordPreset) preset = NULL;

  if (argc != 2 || presets->name != NULL)
    {
      cli_set_usage_error (error, "the new preset needs one name");
      return CLI_USAGE;
    }
  preset = chord_catalog_add_preset (presets->catalog, argv[1], error);
  if (preset == NULL)
    return CLI_FAILED;
  if (apply (presets, preset, error))
    return CLI_DONE;
  chord_record_delete (CHORD_RECORD (preset), NULL);
  return CLI_FAILED;
}

static int
set_preset (Presets *presets, int argc, char **argv, GError **error)
{
  g_autoptr (ChordPreset) preset = find_argument (presets, argc, argv, error);

  if (preset == NULL)
    return CLI_FAILED;
  if (presets->name != NULL && *presets->name == '\0')
    {
      cli_set_usage_error (error, "a preset needs a name");
      return CLI_USAGE;
    }
  return apply (presets, preset, error) ? CLI_DONE : CLI_FAILED;
}

static int
remove_preset (Presets *presets, int argc, char **argv, GError **error)
{
  g_autoptr (ChordPreset) preset = find_argument (presets, argc, argv, error);

  if (preset == NULL || !chord_record_delete (CHORD_RECORD (preset), error))
    return CLI_FAILED;
  return CLI_DONE;
}

/* ---- The command ---- */

static const struct
{
  const char *name;
  int (*run) (Presets *presets, int argc, char **argv, GError **error);
} actions[] = {
  { "list", list_presets }, { "show", show_preset },     { "add", add_preset },
  { "set", set_preset },    { "remove", remove_preset },
};

static const char summary[]
    = "Shows and keeps presets: named ways to answer.\n\n"
      "  list         lists them by name (--json)\n"
      "  show NAME    prints all that one says (--json)\n"
      "  add NAME     makes one, with what the options say\n"
      "  set NAME     changes what the options say; --name renames it\n"
      "  remove NAME  deletes one\n\n"
      "chord run --preset NAME and chord chat --preset NAME answer that way.";

static int
run_action (Presets *presets, int argc, char **argv, GError **error)
{
  for (gsize i = 0; argc > 1 && i < G_N_ELEMENTS (actions); i++)
    if (strcmp (argv[1], actions[i].name) == 0)
      {
        presets->catalog = chord_catalog_open (NULL, NULL, error);
        return presets->catalog != NULL ? actions[i].run (presets, argc - 1, argv + 1, error)
                                        : CLI_FAILED;
      }
  if (argc > 1)
    cli_set_usage_error (error, "\"%s\" is nothing to do with presets", argv[1]);
  else
    cli_set_usage_error (error, "what is to be done with presets?");
  return CLI_USAGE;
}

int
cli_presets (int argc, char **argv)
{
  Presets presets = { 0 };
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &presets.json, "Print JSON", NULL },
    { "name", 0, 0, G_OPTION_ARG_STRING, &presets.name, "Give it another name", "NAME" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context
      = cli_context_new ("ACTION [NAME]", summary, entries, NULL, &presets.sampling);
  g_autoptr (GError) error = NULL;
  int status = CLI_USAGE;

  if (cli_parse (context, &argc, &argv, &error))
    status = run_action (&presets, argc, argv, &error);
  if (error != NULL)
    status = cli_fail (error);
  g_clear_object (&presets.catalog);
  cli_sampling_args_clear (&presets.sampling);
  g_free (presets.name);
  return status;
}
