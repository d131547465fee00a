/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A host that has libsoup 2 loaded downloads a model through libchord. The server is a program of
 * its own.
 *
 * usage: test-beside-soup2 PYTHON SERVER MODEL */

#include <chord.h>
#include <dlfcn.h>
#include <glib/gstdio.h>
#include <string.h>

static const char *const *server_command;

/* ---- The server ---- */

typedef struct
{
  GSubprocess *server;
  GDataInputStream *output;
  char *folder;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *endpoint = NULL;

  self->server = g_subprocess_newv (
      server_command, G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
  g_assert_no_error (error);
  self->output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->server));
  endpoint = g_data_input_stream_read_line (self->output, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (endpoint);
  g_setenv ("HF_ENDPOINT", endpoint, TRUE);
  self->folder = g_dir_make_tmp ("chord-soup-XXXXXX", &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_output_stream_close (g_subprocess_get_stdin_pipe (self->server), NULL, NULL);
  g_subprocess_wait (self->server, NULL, NULL);
  g_clear_object (&self->output);
  g_clear_object (&self->server);
  g_free (self->folder);
}

/* ---- The download ---- */

static gboolean
is_loaded (const char *library)
{
  g_autofree char *maps = NULL;

  g_assert_true (g_file_get_contents ("/proc/self/maps", &maps, NULL, NULL));
  return strstr (maps, library) != NULL;
}

static void
wait_until_ended (ChordDownload *download)
{
  while (chord_download_get_state (download) != CHORD_DOWNLOAD_STATE_DONE
         && chord_download_get_state (download) != CHORD_DOWNLOAD_STATE_FAILED)
    g_main_context_iteration (NULL, TRUE);
}

static void
download_model (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *database = g_build_filename (self->folder, "catalog.db", NULL);
  g_autoptr (ChordCatalog) catalog = chord_catalog_open (database, NULL, &error);
  g_autoptr (ChordRepository) repository = chord_repository_new ("owner/model", &error);
  g_autoptr (GListModel) files = chord_repository_list (repository, NULL, &error);
  g_autoptr (ChordRepositoryFile) file = NULL;
  g_autoptr (ChordDownload) download = NULL;

  g_assert_no_error (error);
  file = chord_repository_choose (files, NULL);
  download = chord_catalog_download (catalog, file, &error);
  g_assert_no_error (error);
  wait_until_ended (download);
  g_assert_cmpstr (chord_download_get_message (download), ==, NULL);
  g_assert_cmpint (chord_download_get_state (download), ==, CHORD_DOWNLOAD_STATE_DONE);
  g_assert_nonnull (chord_download_get_model (download));
  g_assert_true (g_file_test (chord_download_get_path (download), G_FILE_TEST_IS_REGULAR));
  g_assert_cmpint (g_unlink (chord_download_get_path (download)), ==, 0);
}

static void
test_plain (Fixture *self, gconstpointer data)
{
  download_model (self);
  g_assert_false (is_loaded ("libsoup"));
}

static void
test_beside_soup2 (Fixture *self, gconstpointer data)
{
  void *soup = dlopen ("libsoup-2.4.so.1", RTLD_NOW | RTLD_GLOBAL);
  GObject *(*session_new) (void) = NULL;
  g_autoptr (GObject) session = NULL;

  if (soup == NULL)
    {
      g_test_skip ("libsoup 2 is not installed");
      return;
    }
  *(void **) &session_new = dlsym (soup, "soup_session_new");
  g_assert_nonnull (session_new);
  session = session_new ();
  g_assert_nonnull (session);
  download_model (self);
  g_assert_true (is_loaded ("libsoup-2.4"));
  g_assert_false (is_loaded ("libsoup-3"));
}

int
main (int argc, char **argv)
{
  g_autofree char *data_home = g_dir_make_tmp ("chord-data-XXXXXX", NULL);
  int status;

  g_setenv ("XDG_DATA_HOME", data_home, TRUE);
  g_setenv ("no_proxy", "127.0.0.1", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 4);
  server_command = (const char *const *) argv + 1;
  g_test_add ("/download/plain", Fixture, NULL, set_up, test_plain, tear_down);
  g_test_add ("/download/beside-soup2", Fixture, NULL, set_up, test_beside_soup2, tear_down);
  status = g_test_run ();
  return status;
}
