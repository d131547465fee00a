/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* chord models: what changes the catalog. */
#include <glib-unix.h>
#include <signal.h>
#include <string.h>

#include "models.h"

/* Interrupted, long work ends by itself and leaves nothing half done. */
static gboolean
on_signal (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
  return G_SOURCE_CONTINUE;
}

typedef struct
{
  GCancellable *cancellable;
  guint interrupt, terminate;
  GAsyncResult *result;
} Wait;

static void
wait_begin (Wait *wait)
{
  *wait = (Wait) { .cancellable = g_cancellable_new () };
  wait->interrupt = g_unix_signal_add (SIGINT, on_signal, wait->cancellable);
  wait->terminate = g_unix_signal_add (SIGTERM, on_signal, wait->cancellable);
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  ((Wait *) data)->result = g_object_ref (result);
}

static void
wait_end (Wait *wait)
{
  while (wait->result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (wait->interrupt);
  g_source_remove (wait->terminate);
  g_object_unref (wait->cancellable);
}

/* Parses and opens the catalog; wants names the arguments, of which at least one is needed. */
static ChordCatalog *
begin (GOptionContext *context, int *argc, char ***argv, const char *wants, GError **error)
{
  if (!cli_parse (context, argc, argv, error))
    return NULL;
  if (*argc < 2)
    {
      cli_set_usage_error (error, "%s is to be named", wants);
      return NULL;
    }
  return chord_catalog_open (NULL, NULL, error);
}

static void
print_model (ChordCatalogModel *model, gboolean as_json)
{
  g_autofree char *name = cli_one_line (chord_catalog_model_get_name (model));

  if (as_json)
    cli_print_model_json (model);
  else
    printf ("%s\n", name);
}

static char *
count_models (ChordCatalogFolder *folder)
{
  const guint n = chord_catalog_folder_get_n_models (folder);

  return g_strdup_printf ("%u %s", n, n == 1 ? "model" : "models");
}

/* ---- add, import ----------------------------------------------------------------------------- */

static gboolean
add_folder (ChordCatalog *catalog, GFile *file, gboolean watch, gboolean as_json, GError **error)
{
  g_autoptr (ChordCatalogFolder) folder
      = chord_catalog_add_folder (catalog, file, watch, NULL, error);
  ChJson json;

  if (folder == NULL)
    return FALSE;
  if (!as_json)
    {
      g_autofree char *path = cli_one_line (chord_catalog_folder_get_path (folder));
      g_autofree char *models = count_models (folder);

      printf ("%s: %s\n", path, models);
      return TRUE;
    }
  json = (ChJson) CH_JSON_INIT;
  ch_json_open (&json, NULL, '{');
  ch_json_text (&json, "folder", chord_catalog_folder_get_path (folder));
  ch_json_bool (&json, "watched", chord_catalog_folder_get_watched (folder));
  ch_json_uint (&json, "models", chord_catalog_folder_get_n_models (folder));
  ch_json_close (&json, '}');
  ch_json_print (&json);
  return TRUE;
}

static gboolean
add (ChordCatalog *catalog, const char *path, gboolean watch, gboolean as_json, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  g_autoptr (ChordCatalogModel) model = NULL;

  if (g_file_query_file_type (file, G_FILE_QUERY_INFO_NONE, NULL) == G_FILE_TYPE_DIRECTORY)
    return add_folder (catalog, file, watch, as_json, error);
  model = chord_catalog_add_model (catalog, file, NULL, error);
  if (model != NULL)
    print_model (model, as_json);
  return model != NULL;
}

int
cli_models_add (int argc, char **argv)
{
  gboolean as_json = FALSE, no_watch = FALSE;
  const GOptionEntry entries[] = {
    { "no-watch", 0, 0, G_OPTION_ARG_NONE, &no_watch,
      "Do not follow the folder while the app runs", NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print a JSON object for each", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = cli_context_new (
      "FILE|FOLDER…",
      "Adds models to the catalog where they are; nothing is copied. Of a folder all models in it\n"
      "and below it are added, whichever program put them there.",
      entries, NULL, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChordCatalog) catalog = begin (context, &argc, &argv, "a file or folder", &error);

  for (int i = 1; catalog != NULL && error == NULL && i < argc; i++)
    add (catalog, argv[i], !no_watch, as_json, &error);
  return error != NULL ? cli_fail (error) : cli_flush ();
}

static ChordCatalogModel *
import (ChordCatalog *catalog, const char *path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  ChordProgress *bar = cli_bar_new ("Copying");
  g_autoptr (GAsyncResult) result = NULL;
  Wait wait;

  wait_begin (&wait);
  chord_catalog_import_model_async (catalog, file, bar, wait.cancellable, on_done, &wait);
  wait_end (&wait);
  result = wait.result;
  cli_bar_free (bar);
  return chord_catalog_import_model_finish (catalog, result, error);
}

int
cli_models_import (int argc, char **argv)
{
  gboolean as_json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print a JSON object for each", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = cli_context_new (
      "FILE…", "Copies models into the folder that Chord keeps its own in, and adds them.", entries,
      NULL, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChordCatalog) catalog = begin (context, &argc, &argv, "a file", &error);

  for (int i = 1; catalog != NULL && error == NULL && i < argc; i++)
    {
      g_autoptr (ChordCatalogModel) model = import (catalog, argv[i], &error);

      if (model != NULL)
        print_model (model, as_json);
    }
  return error != NULL ? cli_fail (error) : cli_flush ();
}

/* ---- scan, verify ---------------------------------------------------------------------------- */

static void
count_states (GListModel *models, guint *counts)
{
  for (guint i = 0; i < g_list_model_get_n_items (models); i++)
    {
      g_autoptr (ChordCatalogModel) model = g_list_model_get_item (models, i);

      counts[chord_catalog_model_get_state (model)]++;
    }
}

int
cli_models_scan (int argc, char **argv)
{
  gboolean as_json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print the counts as a JSON object", NULL },
    G_OPTION_ENTRY_NULL,
  };
  static const char *const words[]
      = { "available", "missing", "changed", "incomplete", "unreadable" };
  g_autoptr (GOptionContext) context = cli_context_new (
      NULL,
      "Looks at all files and folders of the catalog again: new models are added, and those that\n"
      "were moved are found.",
      entries, NULL, NULL);
  guint counts[G_N_ELEMENTS (words)] = { 0 };
  g_autoptr (ChordCatalog) catalog = NULL;
  g_autoptr (GError) error = NULL;
  ChJson json;

  if (!cli_parse (context, &argc, &argv, &error) || !cli_no_more_args (argc, argv, &error)
      || (catalog = chord_catalog_open (NULL, NULL, &error)) == NULL
      || !chord_catalog_scan (catalog, NULL, &error))
    return cli_fail (error);
  count_states (chord_catalog_get_models (catalog), counts);
  if (!as_json)
    {
      for (guint i = 0; i < G_N_ELEMENTS (words); i++)
        if (i == 0 || counts[i] > 0)
          printf ("%s%u %s", i > 0 ? ", " : "", counts[i], words[i]);
      fputs ("\n", stdout);
      return cli_flush ();
    }
  json = (ChJson) CH_JSON_INIT;
  ch_json_open (&json, NULL, '{');
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    ch_json_uint (&json, words[i], counts[i]);
  ch_json_close (&json, '}');
  ch_json_print (&json);
  return cli_flush ();
}

static gboolean
verify (ChordCatalogModel *model, GError **error)
{
  ChordProgress *bar = cli_bar_new ("Checking");
  g_autoptr (GAsyncResult) result = NULL;
  Wait wait;

  wait_begin (&wait);
  chord_catalog_model_verify_async (model, bar, wait.cancellable, on_done, &wait);
  wait_end (&wait);
  result = wait.result;
  cli_bar_free (bar);
  return chord_catalog_model_verify_finish (model, result, error);
}

int
cli_models_verify (int argc, char **argv)
{
  gboolean as_json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print a JSON object for each", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = cli_context_new (
      "NAME…",
      "Reads whole files and compares them with their SHA-256; where that is not known yet, it is\n"
      "stored.",
      entries, NULL, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChordCatalog) catalog = begin (context, &argc, &argv, "a model", &error);

  for (int i = 1; catalog != NULL && error == NULL && i < argc; i++)
    {
      g_autoptr (ChordCatalogModel) model = cli_find_model (catalog, argv[i], &error);

      if (model == NULL || !verify (model, &error))
        continue;
      if (as_json)
        cli_print_model_json (model);
      else
        printf ("%s  %s\n", chord_catalog_model_get_sha256 (model),
                chord_catalog_model_get_path (model));
    }
  return error != NULL ? cli_fail (error) : cli_flush ();
}

/* ---- default, remove ------------------------------------------------------------------------- */

int
cli_models_default (int argc, char **argv)
{
  gboolean as_json = FALSE, unset = FALSE;
  const GOptionEntry entries[] = {
    { "unset", 0, 0, G_OPTION_ARG_NONE, &unset, "Make it the built-in one again", NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print a JSON object", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = cli_context_new (
      "[NAME]", "Shows the model that is used without -m, or sets it.", entries, NULL, NULL);
  g_autoptr (ChordCatalogModel) chosen = NULL;
  g_autoptr (ChordCatalog) catalog = NULL;
  g_autoptr (GError) error = NULL;
  ChordCatalogModel *model;

  if (!cli_parse (context, &argc, &argv, &error)
      || !cli_no_more_args (argc - 1, argv + 1, &error)
      || (catalog = chord_catalog_open (NULL, NULL, &error)) == NULL
      || (argc > 1 && (chosen = cli_find_model (catalog, argv[1], &error)) == NULL))
    return cli_fail (error);
  if (chosen != NULL || unset)
    chord_catalog_set_default_model (catalog, chosen);
  model = chord_catalog_get_default_model (catalog);
  if (model != NULL)
    print_model (model, as_json);
  return cli_flush ();
}

static ChordCatalogFolder *
find_folder (ChordCatalog *catalog, const char *path)
{
  GListModel *folders = chord_catalog_get_folders (catalog);
  g_autoptr (GFile) wanted = g_file_new_for_commandline_arg (path);

  for (guint i = 0; i < g_list_model_get_n_items (folders); i++)
    {
      g_autoptr (ChordCatalogFolder) folder = g_list_model_get_item (folders, i);
      g_autoptr (GFile) file = g_file_new_for_path (chord_catalog_folder_get_path (folder));

      if (g_file_equal (file, wanted))
        return g_steal_pointer (&folder);
    }
  return NULL;
}

/* The beginning of a name finds a model to run; to delete one, that would be too little. */
static gboolean
is_named_in_full (ChordCatalogModel *model, const char *name, GError **error)
{
  g_autoptr (GFile) file = chord_catalog_model_get_file (model);
  g_autoptr (GFile) other = g_file_new_for_commandline_arg (name);
  g_autofree char *have = g_utf8_casefold (chord_catalog_model_get_name (model), -1);
  g_autofree char *wanted = g_utf8_validate (name, -1, NULL) ? g_utf8_casefold (name, -1) : NULL;

  if (g_strcmp0 (have, wanted) == 0 || g_file_equal (file, other))
    return TRUE;
  g_set_error (error, CHORD_ERROR, CHORD_ERROR_NOT_FOUND,
               "no model is named \"%s\": what is removed is to be named in full, as \"%s\"", name,
               chord_catalog_model_get_name (model));
  return FALSE;
}

static gboolean
remove_one (ChordCatalog *catalog, const char *name, gboolean delete_files, GError **error)
{
  g_autoptr (ChordCatalogFolder) folder = find_folder (catalog, name);
  g_autoptr (ChordCatalogModel) model = NULL;

  if (folder != NULL)
    return chord_catalog_folder_remove (folder, error);
  model = cli_find_model (catalog, name, error);
  return model != NULL && is_named_in_full (model, name, error)
         && chord_catalog_model_remove (model, delete_files, error);
}

int
cli_models_remove (int argc, char **argv)
{
  gboolean delete_files = FALSE;
  const GOptionEntry entries[] = {
    { "delete", 0, 0, G_OPTION_ARG_NONE, &delete_files,
      "Delete the file, too, of a model that was imported or downloaded", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = cli_context_new (
      "NAME|FOLDER…", "Removes models, or folders with theirs, from the catalog. Files stay.",
      entries, NULL, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChordCatalog) catalog = begin (context, &argc, &argv, "a model or folder", &error);

  for (int i = 1; catalog != NULL && error == NULL && i < argc; i++)
    remove_one (catalog, argv[i], delete_files, &error);
  return error != NULL ? cli_fail (error) : cli_flush ();
}

/* ---- folders --------------------------------------------------------------------------------- */

/* One line, or one object, for a folder: the catalog's, or (folder is NULL) one of a program. */
static void
put_folder (ChJson *json, const char *path, const char *program, ChordCatalogFolder *folder)
{
  g_autofree char *line = cli_one_line (path);

  if (json == NULL && folder != NULL)
    {
      g_autofree char *models = count_models (folder);

      printf ("%s  (%s%s)\n", line, models,
              chord_catalog_folder_get_watched (folder) ? ", watched" : "");
    }
  else if (json == NULL)
    printf ("%s  (%s, not added)\n", line, program);
  if (json == NULL)
    return;
  ch_json_open (json, NULL, '{');
  ch_json_text (json, "path", path);
  ch_json_text (json, "program", program);
  ch_json_bool (json, "added", folder != NULL);
  ch_json_bool (json, "watched", folder != NULL && chord_catalog_folder_get_watched (folder));
  ch_json_uint (json, "models", folder != NULL ? chord_catalog_folder_get_n_models (folder) : 0);
  ch_json_close (json, '}');
}

static void
put_folders (ChordCatalog *catalog, ChJson *json)
{
  g_autoptr (GHashTable) known = chord_catalog_list_known_folders ();
  GListModel *folders = chord_catalog_get_folders (catalog);
  GHashTableIter iter;
  gpointer path, program;

  for (guint i = 0; i < g_list_model_get_n_items (folders); i++)
    {
      g_autoptr (ChordCatalogFolder) folder = g_list_model_get_item (folders, i);
      const char *its_path = chord_catalog_folder_get_path (folder);

      put_folder (json, its_path, g_hash_table_lookup (known, its_path), folder);
      g_hash_table_remove (known, its_path);
    }
  g_hash_table_iter_init (&iter, known);
  while (g_hash_table_iter_next (&iter, &path, &program))
    put_folder (json, path, program, NULL);
}

int
cli_models_folders (int argc, char **argv)
{
  gboolean as_json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print them as a JSON array", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = cli_context_new (
      NULL, "Lists the folders of the catalog, and those that other programs keep models in.",
      entries, NULL, NULL);
  g_autoptr (ChordCatalog) catalog = NULL;
  g_autoptr (GError) error = NULL;
  ChJson json;

  if (!cli_parse (context, &argc, &argv, &error) || !cli_no_more_args (argc, argv, &error)
      || (catalog = chord_catalog_open (NULL, NULL, &error)) == NULL)
    return cli_fail (error);
  if (!as_json)
    {
      put_folders (catalog, NULL);
      return cli_flush ();
    }
  json = (ChJson) CH_JSON_INIT;
  ch_json_open (&json, NULL, '[');
  put_folders (catalog, &json);
  ch_json_close (&json, ']');
  ch_json_print (&json);
  return cli_flush ();
}
