/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* chord models: what shows the catalog's. */
#include "models.h"

/* ---- Figures --------------------------------------------------------------------------------- */

const char *
cli_model_state (ChordCatalogModel *model)
{
  static const char *const words[] = {
    [CHORD_MODEL_STATE_AVAILABLE] = "available",
    [CHORD_MODEL_STATE_MISSING] = "missing",
    [CHORD_MODEL_STATE_CHANGED] = "changed",
    [CHORD_MODEL_STATE_INCOMPLETE] = "incomplete",
    [CHORD_MODEL_STATE_UNREADABLE] = "unreadable",
  };

  return words[chord_catalog_model_get_state (model)];
}

/* Three digits and a unit of a thousand: "1.24 B". */
static char *
short_count (guint64 n)
{
  static const char units[] = " kMBT";
  double value = (double) n;
  guint unit = 0;

  while (value >= 999.5 && unit < sizeof units - 2)
    {
      value /= 1000;
      unit++;
    }
  if (n == 0)
    return g_strdup ("-");
  if (unit == 0)
    return g_strdup_printf ("%.0f", value);
  return g_strdup_printf ("%.*f %c", value < 9.995 ? 2 : value < 99.95 ? 1 : 0, value,
                          units[unit]);
}

/* Whether it fits here; NULL for a file that cannot be run. */
static ChordFit *
fit_of (ChordCatalogModel *model)
{
  g_autoptr (ChordModelFile) file = NULL;
  g_autoptr (ChordModelOptions) options = NULL;

  if (chord_catalog_model_get_state (model) != CHORD_MODEL_STATE_AVAILABLE)
    return NULL;
  file = chord_model_file_new_for_path (chord_catalog_model_get_path (model),
                                        CHORD_MODEL_FILE_FLAGS_NONE, NULL);
  options = chord_model_settings_create_model_options (chord_catalog_model_get_settings (model));
  return file != NULL ? chord_fit_new_for_file (file, options, NULL, NULL) : NULL;
}

static char *
describe_fit (ChordCatalogModel *model)
{
  static const char *const words[] = {
    [CHORD_FIT_GOOD] = "good",
    [CHORD_FIT_TIGHT] = "tight",
    [CHORD_FIT_TOO_LARGE] = "too large",
  };
  g_autoptr (ChordFit) fit = fit_of (model);
  double rate = fit != NULL ? chord_fit_get_tokens_per_second (fit) : 0;
  const char *word = fit != NULL ? words[chord_fit_get_level (fit)] : "-";

  return rate > 0 ? g_strdup_printf ("%s, %.*f t/s", word, rate < 10 ? 1 : 0, rate)
                  : g_strdup (word);
}

/* ---- JSON ------------------------------------------------------------------------------------ */

void
cli_put_model (ChJson *json, ChordCatalogModel *model)
{
  ch_json_open (json, NULL, '{');
  ch_json_int (json, "id", chord_record_get_id (CHORD_RECORD (model)));
  ch_json_text (json, "name", chord_catalog_model_get_name (model));
  ch_json_text (json, "title", chord_catalog_model_get_title (model));
  ch_json_text (json, "path", chord_catalog_model_get_path (model));
  ch_json_text (json, "arch", chord_catalog_model_get_architecture (model));
  ch_json_text (json, "quant", chord_catalog_model_get_quantization (model));
  ch_json_uint (json, "bytes", chord_catalog_model_get_bytes (model));
  ch_json_text (json, "sha256", chord_catalog_model_get_sha256 (model));
  ch_json_text (json, "state", cli_model_state (model));
  ch_json_text (json, "problem", chord_catalog_model_get_problem (model));
  ch_json_text (json, "source", chord_catalog_model_get_source (model));
  ch_json_text (json, "repository", chord_catalog_model_get_repository (model));
  ch_json_text (json, "license", chord_catalog_model_get_license (model));
  ch_json_text (json, "template", chord_catalog_model_get_template_name (model));
  ch_json_uint (json, "parameters", chord_catalog_model_get_n_parameters (model));
  ch_json_uint (json, "context_length", chord_catalog_model_get_context_length (model));
  ch_json_uint (json, "embedding_length", chord_catalog_model_get_embedding_length (model));
  ch_json_uint (json, "layers", chord_catalog_model_get_n_layers (model));
  ch_json_uint (json, "files", chord_catalog_model_get_n_files (model));
  ch_json_int (json, "modified", chord_catalog_model_get_modified (model));
  ch_json_int (json, "added", chord_catalog_model_get_added (model));
  ch_json_int (json, "last_used", chord_catalog_model_get_last_used (model));
  ch_json_close (json, '}');
}

void
cli_print_model_json (ChordCatalogModel *model)
{
  ChJson json = CH_JSON_INIT;

  cli_put_model (&json, model);
  ch_json_print (&json);
}

static void
print_json (GListModel *models)
{
  ChJson json = CH_JSON_INIT;

  ch_json_open (&json, NULL, '[');
  for (guint i = 0; i < g_list_model_get_n_items (models); i++)
    {
      g_autoptr (ChordCatalogModel) model = g_list_model_get_item (models, i);
      cli_put_model (&json, model);
    }
  ch_json_close (&json, ']');
  ch_json_print (&json);
}

/* ---- list ------------------------------------------------------------------------------------ */

enum
{
  NAME,
  ARCHITECTURE,
  PARAMETERS,
  QUANTIZATION,
  SIZE,
  CONTEXT,
  FIT,
  STATE,
  N_COLUMNS
};

static const struct
{
  const char *title;
  gboolean is_number;
} columns[N_COLUMNS] = {
  [NAME] = { "NAME", FALSE },      [ARCHITECTURE] = { "FAMILY", FALSE },
  [PARAMETERS] = { "WEIGHTS", TRUE }, [QUANTIZATION] = { "QUANT", FALSE },
  [SIZE] = { "SIZE", TRUE },       [CONTEXT] = { "CONTEXT", TRUE },
  [FIT] = { "FIT", FALSE },        [STATE] = { "STATE", FALSE },
};

static char *
or_dash (const char *text)
{
  return text != NULL && *text != '\0' ? cli_one_line (text) : g_strdup ("-");
}

/* The cells of a line, to be freed as strings. */
static char **
make_line (ChordCatalogModel *model, gboolean is_default)
{
  char **cells = g_new0 (char *, N_COLUMNS + 1);
  g_autofree char *name = or_dash (chord_catalog_model_get_name (model));

  cells[NAME] = g_strconcat (is_default ? "* " : "  ", name, NULL);
  cells[ARCHITECTURE] = or_dash (chord_catalog_model_get_architecture (model));
  cells[PARAMETERS] = short_count (chord_catalog_model_get_n_parameters (model));
  cells[QUANTIZATION] = or_dash (chord_catalog_model_get_quantization (model));
  cells[SIZE] = g_format_size (chord_catalog_model_get_bytes (model));
  cells[CONTEXT] = short_count (chord_catalog_model_get_context_length (model));
  cells[FIT] = describe_fit (model);
  cells[STATE] = g_strdup (cli_model_state (model));
  return cells;
}

static char **
make_head (void)
{
  char **cells = g_new0 (char *, N_COLUMNS + 1);

  for (guint i = 0; i < N_COLUMNS; i++)
    cells[i] = g_strconcat (i == NAME ? "  " : "", columns[i].title, NULL);
  return cells;
}

static void
print_cell (const char *text, glong width, gboolean is_number, gboolean is_last)
{
  const int pad = (int) (width - g_utf8_strlen (text, -1));

  if (is_number)
    printf ("%*s%s", pad, "", text);
  else
    printf ("%s%*s", text, is_last ? 0 : pad, "");
  fputs (is_last ? "\n" : "  ", stdout);
}

static void
print_table (GPtrArray *lines)
{
  glong widths[N_COLUMNS] = { 0 };

  for (guint i = 0; i < lines->len; i++)
    for (guint c = 0; c < N_COLUMNS; c++)
      widths[c] = MAX (widths[c], g_utf8_strlen (((char **) lines->pdata[i])[c], -1));
  for (guint i = 0; i < lines->len; i++)
    for (guint c = 0; c < N_COLUMNS; c++)
      print_cell (((char **) lines->pdata[i])[c], widths[c], columns[c].is_number,
                  c == N_COLUMNS - 1);
}

static void
print_models (ChordCatalog *catalog)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  GListModel *models = chord_catalog_get_models (catalog);
  ChordCatalogModel *chosen = chord_catalog_get_default_model (catalog);

  chord_machine_load (chord_machine_get_default (), catalog);
  g_ptr_array_add (lines, make_head ());
  for (guint i = 0; i < g_list_model_get_n_items (models); i++)
    {
      g_autoptr (ChordCatalogModel) model = g_list_model_get_item (models, i);
      g_ptr_array_add (lines, make_line (model, model == chosen));
    }
  print_table (lines);
}

int
cli_models_list (int argc, char **argv)
{
  gboolean as_json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print them as a JSON array", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = cli_context_new (
      NULL, "Lists the models of the catalog; * marks the default one. Folders are looked at.",
      entries, NULL, NULL);
  g_autoptr (ChordCatalog) catalog = NULL;
  g_autoptr (GError) error = NULL;

  if (!cli_parse (context, &argc, &argv, &error) || !cli_no_more_args (argc, argv, &error)
      || (catalog = chord_catalog_open (NULL, NULL, &error)) == NULL
      || !chord_catalog_scan (catalog, NULL, &error))
    return cli_fail (error);
  if (as_json)
    print_json (chord_catalog_get_models (catalog));
  else
    print_models (catalog);
  return cli_flush ();
}

/* ---- show ------------------------------------------------------------------------------------ */

static void
print_line (const char *label, const char *text)
{
  g_autofree char *line = text != NULL ? cli_one_line (text) : NULL;

  if (line != NULL && *line != '\0')
    printf ("%-16s%s\n", label, line);
}

static void
print_time (const char *label, gint64 time)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = utc != NULL ? g_date_time_to_local (utc) : NULL;
  g_autofree char *text = local != NULL ? g_date_time_format (local, "%Y-%m-%d %H:%M") : NULL;

  if (time > 0)
    print_line (label, text);
}

static void
print_number (const char *label, guint64 n)
{
  if (n > 0)
    printf ("%-16s%" G_GUINT64_FORMAT "\n", label, n);
}

static void
print_details (ChordCatalogModel *model)
{
  g_autofree char *size = g_format_size_full (chord_catalog_model_get_bytes (model),
                                              G_FORMAT_SIZE_LONG_FORMAT);
  g_autoptr (ChordFit) fit = fit_of (model);
  g_autofree char *sentence = fit != NULL ? chord_fit_describe (fit) : NULL;

  print_line ("Name", chord_catalog_model_get_name (model));
  print_line ("Title", chord_catalog_model_get_title (model));
  print_line ("File", chord_catalog_model_get_path (model));
  print_line ("State", cli_model_state (model));
  print_line ("Problem", chord_catalog_model_get_problem (model));
  print_line ("Family", chord_catalog_model_get_architecture (model));
  print_line ("Quantization", chord_catalog_model_get_quantization (model));
  print_line ("Size", size);
  print_number ("Files", chord_catalog_model_get_n_files (model));
  print_number ("Weights", chord_catalog_model_get_n_parameters (model));
  print_number ("Context", chord_catalog_model_get_context_length (model));
  print_number ("Layers", chord_catalog_model_get_n_layers (model));
  print_number ("Width", chord_catalog_model_get_embedding_length (model));
  print_line ("Template", chord_catalog_model_get_template_name (model));
  print_line ("Licence", chord_catalog_model_get_license (model));
  print_line ("SHA-256", chord_catalog_model_get_sha256 (model));
  print_line ("Source", chord_catalog_model_get_source (model));
  print_line ("Repository", chord_catalog_model_get_repository (model));
  print_time ("Added", chord_catalog_model_get_added (model));
  print_time ("Last used", chord_catalog_model_get_last_used (model));
  print_line ("Here", sentence);
}

ChordCatalogModel *
cli_find_model (ChordCatalog *catalog, const char *name, GError **error)
{
  ChordCatalogModel *model = chord_catalog_find_model (catalog, name);

  if (model == NULL)
    g_set_error (error, CHORD_ERROR, CHORD_ERROR_NOT_FOUND,
                 "no model \"%s\", or several begin so: chord models list shows all", name);
  return model;
}

int
cli_models_show (int argc, char **argv)
{
  gboolean as_json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print a JSON object", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = cli_context_new (
      "NAME", "Shows what the catalog knows of a model.", entries, NULL, NULL);
  g_autoptr (ChordCatalogModel) model = NULL;
  g_autoptr (ChordCatalog) catalog = NULL;
  g_autoptr (GError) error = NULL;

  if (!cli_parse (context, &argc, &argv, &error))
    return cli_fail (error);
  if (argc != 2)
    {
      cli_set_usage_error (&error, "show takes the name of one model");
      return cli_fail (error);
    }
  if ((catalog = chord_catalog_open (NULL, NULL, &error)) == NULL
      || !chord_catalog_scan (catalog, NULL, &error)
      || (model = cli_find_model (catalog, argv[1], &error)) == NULL)
    return cli_fail (error);
  if (as_json)
    cli_print_model_json (model);
  else
    {
      /* Where this fails no speed is told. */
      chord_machine_prepare (chord_machine_get_default (), catalog, NULL, NULL);
      print_details (model);
    }
  return cli_flush ();
}
