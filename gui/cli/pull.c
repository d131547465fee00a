/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Downloading a model by its name: of a repository, of a suggestion, or an address. */

#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "json/json.h"

gboolean
cli_is_remote (const char *name)
{
  g_autoptr (ChordSuggestion) suggestion = chord_suggestion_find (name);

  if (suggestion != NULL)
    return TRUE;
  if (g_str_has_prefix (name, "https://") || g_str_has_prefix (name, "http://"))
    return TRUE;
  return chord_repository_name_is_valid (name) && !g_str_has_suffix (name, ".gguf");
}

/* ---- What is meant ---- */

/* The address of a repository's web page, or of a file there, means that repository: it tells the
 * sum of the file, which the address does not. NULL for any other address. */
static char *
repository_of_address (const char *url)
{
  g_autoptr (ChordRepository) any = chord_repository_new ("a/b", NULL);
  const char *endpoint = chord_repository_get_endpoint (any);
  g_auto (GStrv) parts = NULL;
  g_autofree char *file = NULL;

  if (!g_str_has_prefix (url, endpoint) || url[strlen (endpoint)] != '/')
    return NULL;
  parts = g_strsplit (url + strlen (endpoint) + 1, "/", -1);
  if (g_strv_length (parts) == 2 && !g_str_has_suffix (parts[1], ".gguf"))
    return g_strjoin ("/", parts[0], parts[1], NULL);
  if (g_strv_length (parts) < 5 || strcmp (parts[3], "main") != 0
      || (strcmp (parts[2], "blob") != 0 && strcmp (parts[2], "resolve") != 0))
    return NULL;
  file = g_strjoinv ("/", parts + 4);
  file[strcspn (file, "?#")] = '\0';
  return g_strdup_printf ("%s/%s:%s", parts[0], parts[1], file);
}

/* What a repository has, in words. */
static char *
list_quantizations (GListModel *files)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr (ChordRepositoryFile) file = g_list_model_get_item (files, i);
      const char *label = chord_repository_file_get_quantization (file);

      g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "",
                              label != NULL ? label : chord_repository_file_get_name (file));
    }
  return g_string_free (text, FALSE);
}

static ChordRepositoryFile *
choose (ChordRepository *repository, ChordSuggestion *suggestion, GError **error)
{
  g_autoptr (GListModel) files = chord_repository_list (repository, NULL, error);
  const char *wish = chord_repository_get_quantization (repository);
  ChordRepositoryFile *file;
  g_autofree char *there = NULL;

  if (files == NULL)
    return NULL;
  file = suggestion != NULL ? chord_suggestion_choose (suggestion, files) : NULL;
  if (file == NULL)
    file = chord_repository_choose (files, wish);
  if (file != NULL)
    return file;
  there = list_quantizations (files);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "%s has no %s; it has %s",
               chord_repository_get_id (repository), wish, there);
  return NULL;
}

static ChordRepositoryFile *
find_file (const char *name, GError **error)
{
  g_autoptr (ChordSuggestion) suggestion = chord_suggestion_find (name);
  g_autofree char *meant = NULL;
  g_autoptr (ChordRepository) repository = NULL;

  if (suggestion != NULL)
    meant = g_strdup (chord_suggestion_get_repository (suggestion));
  else if (strstr (name, "://") == NULL)
    meant = g_strdup (name);
  else if ((meant = repository_of_address (name)) == NULL)
    return chord_repository_file_new_for_url (name, error);
  repository = chord_repository_new (meant, error);
  return repository != NULL ? choose (repository, suggestion, error) : NULL;
}

/* ---- The question ---- */

static char *
size_text (ChordRepositoryFile *file)
{
  guint64 bytes = chord_repository_file_get_bytes (file);

  return bytes > 0 ? g_format_size (bytes) : g_strdup ("of unknown size");
}

/* Whether it would run here, as far as its header can be read, and how fast if that is known. */
static void
tell_fit (ChordRepositoryFile *file)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChordCatalog) catalog = chord_catalog_open (NULL, NULL, NULL);
  g_autoptr (ChordModelFile) header = chord_repository_file_inspect (file, NULL, &error);
  g_autoptr (ChordFit) fit = NULL;
  g_autofree char *text = NULL, *line = NULL;

  if (catalog != NULL)
    chord_machine_prepare (chord_machine_get_default (), catalog, NULL, NULL);
  if (header != NULL)
    fit = chord_fit_new_for_file (header, NULL, NULL, &error);
  text = fit != NULL ? chord_fit_describe (fit) : NULL;
  line = cli_one_line (text != NULL ? text : error->message);
  fprintf (stderr, "%s\n", line);
}

static gboolean
ask (ChordRepositoryFile *file, GError **error)
{
  g_autofree char *size = size_text (file);
  g_autofree char *name = cli_one_line (chord_repository_file_get_name (file));
  const char *repository = chord_repository_file_get_repository (file);
  char answer[16] = "";

  if (!isatty (STDIN_FILENO) || !isatty (STDERR_FILENO))
    {
      cli_set_usage_error (error, "%s (%s) would be downloaded: say so by --yes", name, size);
      return FALSE;
    }
  fprintf (stderr, "%s, %s, from %s\n", name, size,
           repository != NULL ? repository : chord_repository_file_get_url (file));
  tell_fit (file);
  fputs ("Download it? [Y/n] ", stderr);
  if (fgets (answer, sizeof answer, stdin) != NULL && strchr ("yYjJ\n", *answer) != NULL)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "%s was not downloaded", name);
  return FALSE;
}

/* ---- The download ---- */

static gboolean
has_ended (ChordDownload *download)
{
  ChordDownloadState state = chord_download_get_state (download);

  return state == CHORD_DOWNLOAD_STATE_DONE || state == CHORD_DOWNLOAD_STATE_FAILED
         || state == CHORD_DOWNLOAD_STATE_PAUSED;
}

static char *
figures (ChordDownload *download)
{
  g_autofree char *done = g_format_size (chord_download_get_bytes_done (download));
  g_autofree char *total = g_format_size (chord_download_get_bytes_total (download));
  g_autofree char *speed = g_format_size ((guint64) chord_download_get_speed (download));
  gint64 left = chord_download_get_time_left (download) / G_USEC_PER_SEC;

  if (chord_download_get_message (download) != NULL)
    return g_strdup_printf ("%s of %s, trying again", done, total);
  if (chord_download_get_speed (download) <= 0 || left < 0)
    return g_strdup_printf ("%s of %s", done, total);
  return g_strdup_printf ("%s of %s, %s/s, %d:%02d left", done, total, speed, (int) (left / 60),
                          (int) (left % 60));
}

static void
draw (ChordDownload *download, GParamSpec *pspec, gpointer data)
{
  guint64 total = chord_download_get_bytes_total (download);
  guint64 done = chord_download_get_bytes_done (download);
  g_autofree char *text = figures (download);

  cli_bar_draw_with (chord_download_get_state (download) == CHORD_DOWNLOAD_STATE_VERIFYING
                         ? "Checking"
                         : "Downloading",
                     total > 0 ? (int) (done * 100 / total) : 0, text);
}

static gboolean
on_interrupt (gpointer data)
{
  chord_download_pause (data);
  return G_SOURCE_CONTINUE;
}

static void
wait_for (ChordDownload *download)
{
  guint interrupt = g_unix_signal_add (SIGINT, on_interrupt, download);
  guint terminate = g_unix_signal_add (SIGTERM, on_interrupt, download);
  gulong handler
      = g_signal_connect (download, "notify::bytes-done", G_CALLBACK (draw), NULL);

  while (!has_ended (download))
    g_main_context_iteration (NULL, TRUE);
  g_signal_handler_disconnect (download, handler);
  g_source_remove (interrupt);
  g_source_remove (terminate);
  cli_bar_wipe ();
}

/* The path that the model has now. */
static char *
result_of (ChordDownload *download, GError **error)
{
  g_autofree char *text = NULL;

  if (chord_download_get_state (download) == CHORD_DOWNLOAD_STATE_DONE)
    return g_strdup (chord_download_get_path (download));
  text = figures (download);
  if (chord_download_get_state (download) == CHORD_DOWNLOAD_STATE_FAILED)
    g_set_error (error, CHORD_ERROR, CHORD_ERROR_FAILED, "%s",
                 chord_download_get_message (download));
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                 "%s: paused after %s; the same command goes on from there",
                 chord_download_get_file (download), text);
  return NULL;
}

static char *
download (ChordCatalog *catalog, ChordRepositoryFile *file, gboolean yes, GError **error)
{
  g_autoptr (ChordDownload) running = NULL;

  if (!yes && !ask (file, error))
    return NULL;
  running = chord_catalog_download (catalog, file, error);
  if (running == NULL)
    return NULL;
  wait_for (running);
  return result_of (running, error);
}

/* ---- What is there already ---- */

static gboolean
is_wanted (ChordCatalogModel *model, ChordRepository *repository)
{
  const char *wish = chord_repository_get_quantization (repository);
  const char *path = chord_catalog_model_get_path (model);
  g_autofree char *name = NULL, *upper = NULL, *upper_wish = NULL;

  if (g_strcmp0 (chord_catalog_model_get_repository (model), chord_repository_get_id (repository))
          != 0
      || !g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return FALSE;
  name = g_path_get_basename (path);
  upper = g_ascii_strup (name, -1);
  upper_wish = wish != NULL ? g_ascii_strup (wish, -1) : NULL;
  return wish == NULL || strstr (upper, upper_wish) != NULL;
}

/* A model of the repository that was downloaded before needs no network; NULL: there is none. */
static char *
find_downloaded (ChordCatalog *catalog, const char *name)
{
  g_autoptr (ChordSuggestion) suggestion = chord_suggestion_find (name);
  g_autoptr (ChordRepository) repository = chord_repository_new (
      suggestion != NULL ? chord_suggestion_get_repository (suggestion) : name, NULL);
  GListModel *models = chord_catalog_get_models (catalog);

  for (guint i = 0; repository != NULL && i < g_list_model_get_n_items (models); i++)
    {
      g_autoptr (ChordCatalogModel) model = g_list_model_get_item (models, i);

      if (is_wanted (model, repository))
        return g_strdup (chord_catalog_model_get_path (model));
    }
  return NULL;
}

char *
cli_fetch_model (const char *name, gboolean yes, GError **error)
{
  g_autoptr (ChordCatalog) catalog = chord_catalog_open (NULL, NULL, error);
  char *path = catalog != NULL ? find_downloaded (catalog, name) : NULL;
  g_autoptr (ChordRepositoryFile) file = NULL;

  if (catalog == NULL || path != NULL)
    return path;
  file = find_file (name, error);
  return file != NULL ? download (catalog, file, yes, error) : NULL;
}

/* ---- The commands ---- */

int
cli_models_pull (int argc, char **argv)
{
  gboolean yes = FALSE;
  const GOptionEntry entries[] = {
    { "yes", 'y', 0, G_OPTION_ARG_NONE, &yes, "Download without a question", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = cli_context_new (
      "OWNER/NAME[:QUANTIZATION]|SUGGESTION|URL",
      "Downloads a model into the catalog, and prints where it is. Interrupted, it goes on from\n"
      "there the next time. HF_ENDPOINT and HF_TOKEN are heeded.",
      entries, NULL, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChordRepositoryFile) file = NULL;
  g_autoptr (ChordCatalog) catalog = NULL;
  g_autofree char *path = NULL;

  if (!cli_parse (context, &argc, &argv, &error))
    return cli_fail (error);
  if (argc != 2)
    {
      cli_set_usage_error (&error, "pull takes the name of one model");
      return cli_fail (error);
    }
  if ((file = find_file (argv[1], &error)) == NULL
      || (catalog = chord_catalog_open (NULL, NULL, &error)) == NULL
      || (path = download (catalog, file, yes, &error)) == NULL)
    return cli_fail (error);
  printf ("%s\n", path);
  return cli_flush ();
}

static void
add_suggestion (ChJson *json, ChordSuggestion *suggestion)
{
  ch_json_open (json, NULL, '{');
  ch_json_text (json, "id", chord_suggestion_get_id (suggestion));
  ch_json_text (json, "name", chord_suggestion_get_name (suggestion));
  ch_json_text (json, "repository", chord_suggestion_get_repository (suggestion));
  ch_json_uint (json, "parameters", chord_suggestion_get_n_parameters (suggestion));
  ch_json_text (json, "license", chord_suggestion_get_license (suggestion));
  ch_json_text (json, "summary", chord_suggestion_get_summary (suggestion));
  ch_json_close (json, '}');
}

static void
print_json (GListModel *list)
{
  ChJson json = CH_JSON_INIT;

  ch_json_open (&json, NULL, '[');
  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (ChordSuggestion) suggestion = g_list_model_get_item (list, i);
      add_suggestion (&json, suggestion);
    }
  ch_json_close (&json, ']');
  ch_json_print (&json);
}

int
cli_models_suggestions (int argc, char **argv)
{
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, "Print JSON", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = cli_context_new (
      NULL, "Lists models that are worth downloading; chord models pull takes their names.",
      entries, NULL, NULL);
  g_autoptr (GListModel) list = chord_suggestion_list ();
  g_autoptr (GError) error = NULL;

  if (!cli_parse (context, &argc, &argv, &error) || !cli_no_more_args (argc, argv, &error))
    return cli_fail (error);
  if (json)
    print_json (list);
  for (guint i = 0; !json && i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (ChordSuggestion) suggestion = g_list_model_get_item (list, i);

      printf ("%-18s  %5.1f B  %-10s  %s\n", chord_suggestion_get_id (suggestion),
              (double) chord_suggestion_get_n_parameters (suggestion) / 1e9,
              chord_suggestion_get_license (suggestion),
              chord_suggestion_get_summary (suggestion));
    }
  return cli_flush ();
}
