/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fixture.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* Models in the catalog: by reference, by copy, in folders that are watched; what becomes of them
 * when their files change. */

typedef struct
{
  char *folder;
  ChordCatalog *catalog;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  f->folder = g_dir_make_tmp ("chord-catalog-XXXXXX", NULL);
  path = g_build_filename (f->folder, "catalog.db", NULL);
  f->catalog = chord_catalog_open (path, NULL, &error);
  g_assert_no_error (error);
}

static void
remove_folder (const char *path)
{
  const char *const argv[] = { "rm", "-rf", path, NULL };

  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
                               NULL, NULL, NULL));
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_autofree char *models = g_build_filename (g_get_user_data_dir (), "chord", "models", NULL);

  /* A look at the folders that is still under way holds it. */
  g_object_add_weak_pointer (G_OBJECT (f->catalog), (gpointer *) &f->catalog);
  g_object_unref (f->catalog);
  while (f->catalog)
    g_main_context_iteration (NULL, TRUE);
  remove_folder (models);
  remove_folder (f->folder);
  g_free (f->folder);
}

/* A copy of the built-in model, with more bytes at its end. */
static GFile *
put_model (Fixture *f, const char *name, gsize more)
{
  g_autofree char *source = fixture_model_path (), *path = g_build_filename (f->folder, name, NULL);
  g_autofree char *folder = g_path_get_dirname (path), *contents = NULL;
  gsize length;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  g_assert_true (g_file_get_contents (source, &contents, &length, NULL));
  contents = g_realloc (contents, length + more);
  memset (contents + length, 7, more);
  g_assert_true (g_file_set_contents (path, contents, (gssize) (length + more), NULL));
  return g_file_new_for_path (path);
}

static ChordCatalogModel *
add_model (Fixture *f, GFile *file)
{
  g_autoptr (GError) error = NULL;
  ChordCatalogModel *model = chord_catalog_add_model (f->catalog, file, NULL, &error);

  g_assert_no_error (error);
  return model;
}

static void
scan (Fixture *f)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (chord_catalog_scan (f->catalog, NULL, &error));
  g_assert_no_error (error);
}

static guint
n_models (Fixture *f)
{
  return g_list_model_get_n_items (chord_catalog_get_models (f->catalog));
}

#define assert_state(model, expected) \
  g_assert_cmpint (chord_catalog_model_get_state (model), ==, CHORD_MODEL_STATE_##expected)

/* ---- By reference ---------------------------------------------------------------------------- */

static void
test_add (Fixture *f, gconstpointer data)
{
  g_autoptr (GFile) file = put_model (f, "one.gguf", 0);
  g_autoptr (ChordCatalogModel) model = add_model (f, file);
  g_autoptr (ChordCatalogModel) again = add_model (f, file);
  g_autoptr (GFile) same = chord_catalog_model_get_file (model);

  g_assert_true (model == again);
  g_assert_true (g_file_equal (file, same));
  g_assert_cmpuint (n_models (f), ==, 2);
  g_assert_cmpstr (chord_catalog_model_get_name (model), ==, "one");
  g_assert_cmpstr (chord_catalog_model_get_title (model), ==, "Chord Tiny");
  g_assert_cmpstr (chord_catalog_model_get_architecture (model), ==, "llama");
  g_assert_cmpstr (chord_catalog_model_get_quantization (model), ==, "Q8_0");
  g_assert_cmpstr (chord_catalog_model_get_template_name (model), ==, "chatml");
  g_assert_cmpstr (chord_catalog_model_get_license (model), ==, "CC0-1.0");
  g_assert_cmpstr (chord_catalog_model_get_source (model), ==, "file");
  g_assert_cmpuint (chord_catalog_model_get_context_length (model), ==, 768);
  g_assert_cmpuint (chord_catalog_model_get_n_layers (model), ==, 4);
  g_assert_cmpuint (chord_catalog_model_get_n_files (model), ==, 1);
  assert_state (model, AVAILABLE);
}

static void
test_add_async (Fixture *f, gconstpointer data)
{
  g_autoptr (GFile) file = put_model (f, "one.gguf", 0);
  g_autoptr (ChordCatalogModel) model = NULL;
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  {
    g_auto (FixtureReply) reply = { 0 };

    g_cancellable_cancel (cancelled);
    chord_catalog_add_model_async (f->catalog, file, cancelled, fixture_reply, &reply);
    fixture_iterate_until (&reply.done);
    g_assert_null (chord_catalog_add_model_finish (f->catalog, reply.result, &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_clear_error (&error);
  }
  {
    g_auto (FixtureReply) reply = { 0 };

    chord_catalog_add_model_async (f->catalog, file, NULL, fixture_reply, &reply);
    fixture_iterate_until (&reply.done);
    model = chord_catalog_add_model_finish (f->catalog, reply.result, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (chord_catalog_model_get_name (model), ==, "one");
    g_assert_true (reply.thread == g_thread_self ());
  }
}

static void
test_refused (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->folder, "bad.gguf", NULL);
  g_autoptr (GFile) bad = g_file_new_for_path (path);
  g_autoptr (GFile) remote = g_file_new_for_uri ("https://example.org/m.gguf");
  g_autoptr (GError) error = NULL;

  g_assert_null (chord_catalog_add_model (f->catalog, bad, NULL, &error));
  g_assert_error (error, CHORD_ERROR, CHORD_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_true (g_file_set_contents (path, "GGUF\3\0\0\0\377\377\377\377", 12, NULL));
  g_assert_null (chord_catalog_add_model (f->catalog, bad, NULL, &error));
  g_assert_error (error, CHORD_ERROR, CHORD_ERROR_INVALID_FILE);
  g_assert_nonnull (strstr (error->message, "bad.gguf"));
  g_clear_error (&error);
  g_assert_null (chord_catalog_add_model (f->catalog, remote, NULL, &error));
  g_assert_error (error, CHORD_ERROR, CHORD_ERROR_UNSUPPORTED);
  g_assert_cmpuint (n_models (f), ==, 1);
}

/* ---- What becomes of files ------------------------------------------------------------------- */

static void
move (Fixture *f, const char *from, const char *to)
{
  g_autofree char *old = g_build_filename (f->folder, from, NULL);
  g_autofree char *new = g_build_filename (f->folder, to, NULL);
  g_autofree char *folder = g_path_get_dirname (new);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  g_assert_cmpint (g_rename (old, new), ==, 0);
}

/* The row stays, and with it the settings. */
static void
test_moved (Fixture *f, gconstpointer data)
{
  g_autoptr (GFile) file = put_model (f, "one.gguf", 0);
  g_autoptr (ChordCatalogModel) model = add_model (f, file);
  g_autofree char *folder = g_build_filename (f->folder, "folder", NULL);
  g_autoptr (GFile) folder_file = g_file_new_for_path (folder);
  g_autoptr (ChordCatalogFolder) record = NULL;
  ChordModelSettings *settings = chord_catalog_model_get_settings (model);
  gint64 id = chord_record_get_id (CHORD_RECORD (model));

  chord_model_settings_set_context_length (settings, 321);
  g_assert_true (chord_record_save (CHORD_RECORD (settings), NULL));
  move (f, "one.gguf", "two.gguf");
  scan (f);
  assert_state (model, AVAILABLE);
  g_assert_true (g_str_has_suffix (chord_catalog_model_get_path (model), "two.gguf"));
  g_assert_cmpstr (chord_catalog_model_get_name (model), ==, "two");

  move (f, "two.gguf", "folder/below/three.gguf");
  scan (f);
  assert_state (model, MISSING);
  g_assert_nonnull (chord_catalog_model_get_problem (model));
  record = chord_catalog_add_folder (f->catalog, folder_file, FALSE, NULL, NULL);
  g_assert_nonnull (record);
  assert_state (model, AVAILABLE);
  g_assert_null (chord_catalog_model_get_problem (model));
  g_assert_cmpint (chord_record_get_id (CHORD_RECORD (model)), ==, id);
  g_assert_cmpuint (n_models (f), ==, 2);
  g_assert_cmpuint (chord_model_settings_get_context_length (
                        chord_catalog_model_get_settings (model)), ==, 321);
}

static void
test_changed (Fixture *f, gconstpointer data)
{
  g_autoptr (GFile) file = put_model (f, "one.gguf", 0);
  g_autoptr (ChordCatalogModel) model = add_model (f, file);
  g_autofree char *sum = g_strdup (chord_catalog_model_get_sha256 (model));
  g_autoptr (GFile) other = NULL;
  g_autoptr (GError) error = NULL;

  g_clear_object (&file);
  file = put_model (f, "one.gguf", 3);
  scan (f);
  assert_state (model, CHANGED);
  g_assert_false (chord_catalog_model_verify (model, NULL, NULL, &error));
  g_assert_error (error, CHORD_ERROR, CHORD_ERROR_INVALID_FILE);
  g_assert_nonnull (strstr (error->message, sum));

  other = put_model (f, "one.gguf", 0);
  scan (f);
  assert_state (model, AVAILABLE);
  g_clear_object (&other);
  other = put_model (f, "one.gguf", 5);
  g_object_unref (add_model (f, other));
  assert_state (model, AVAILABLE);
  g_assert_cmpstr (chord_catalog_model_get_sha256 (model), !=, sum);
}

static void
test_verify_async (Fixture *f, gconstpointer data)
{
  g_autoptr (GFile) file = put_model (f, "one.gguf", 0);
  g_autoptr (ChordCatalogModel) model = add_model (f, file);
  g_autoptr (ChordProgress) progress = chord_progress_new ();
  g_autoptr (GError) error = NULL;
  g_auto (FixtureReply) reply = { 0 };

  chord_catalog_model_verify_async (model, progress, NULL, fixture_reply, &reply);
  fixture_iterate_until (&reply.done);
  g_assert_true (chord_catalog_model_verify_finish (model, reply.result, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (chord_progress_get_total (progress), ==,
                    chord_catalog_model_get_bytes (model));
  g_assert_cmpuint (strlen (chord_catalog_model_get_sha256 (model)), ==, 64);
}

/* ---- By copy --------------------------------------------------------------------------------- */

static void
test_import (Fixture *f, gconstpointer data)
{
  g_autoptr (GFile) file = put_model (f, "one.gguf", 0);
  g_autofree char *target
      = g_build_filename (g_get_user_data_dir (), "chord", "models", "one.gguf", NULL);
  g_autofree char *part = g_strconcat (target, ".part", NULL);
  g_autoptr (ChordProgress) progress = chord_progress_new ();
  g_autoptr (ChordCatalogModel) model = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (FixtureReply) reply = { 0 };

  chord_catalog_import_model_async (f->catalog, file, progress, NULL, fixture_reply, &reply);
  fixture_iterate_until (&reply.done);
  model = chord_catalog_import_model_finish (f->catalog, reply.result, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (chord_catalog_model_get_path (model), ==, target);
  g_assert_cmpstr (chord_catalog_model_get_source (model), ==, "import");
  g_assert_false (g_file_test (part, G_FILE_TEST_EXISTS));
  g_assert_true (chord_catalog_model_remove (model, TRUE, &error));
  g_assert_false (g_file_test (target, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (n_models (f), ==, 1);
}

static void
test_import_cancelled (Fixture *f, gconstpointer data)
{
  g_autoptr (GFile) file = put_model (f, "one.gguf", 0);
  g_autofree char *folder = g_build_filename (g_get_user_data_dir (), "chord", "models", NULL);
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autoptr (GDir) dir = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (FixtureReply) reply = { 0 };

  g_cancellable_cancel (cancelled);
  chord_catalog_import_model_async (f->catalog, file, NULL, cancelled, fixture_reply, &reply);
  fixture_iterate_until (&reply.done);
  g_assert_null (chord_catalog_import_model_finish (f->catalog, reply.result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  dir = g_dir_open (folder, 0, NULL);
  g_assert_true (dir == NULL || g_dir_read_name (dir) == NULL);
  g_assert_cmpuint (n_models (f), ==, 1);
}

/* ---- Folders --------------------------------------------------------------------------------- */

static gboolean
give_up (gpointer data)
{
  g_error ("nothing happened for a minute");
  return G_SOURCE_REMOVE;
}

/* Iterates until so many models are listed. */
static void
wait_for_models (Fixture *f, guint n)
{
  guint timer = g_timeout_add_seconds (60, give_up, NULL);

  while (n_models (f) != n)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timer);
}

static ChordCatalogFolder *
add_folder (Fixture *f, const char *name)
{
  g_autofree char *path = g_build_filename (f->folder, name, NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  g_auto (FixtureReply) reply = { 0 };
  ChordCatalogFolder *folder;

  g_assert_cmpint (g_mkdir_with_parents (path, 0755), ==, 0);
  chord_catalog_add_folder_async (f->catalog, file, TRUE, NULL, fixture_reply, &reply);
  fixture_iterate_until (&reply.done);
  folder = chord_catalog_add_folder_finish (f->catalog, reply.result, &error);
  g_assert_no_error (error);
  return folder;
}

static void
test_watch (Fixture *f, gconstpointer data)
{
  g_autoptr (ChordCatalogFolder) folder = add_folder (f, "watched");
  g_autoptr (ChordCatalogModel) model = NULL;

  g_assert_cmpuint (chord_catalog_folder_get_n_models (folder), ==, 0);
  g_object_unref (put_model (f, "watched/a.gguf", 0));
  wait_for_models (f, 2);
  model = chord_catalog_find_model (f->catalog, "a");
  assert_state (model, AVAILABLE);
  g_assert_cmpstr (chord_catalog_model_get_source (model), ==, "folder");
  g_object_unref (put_model (f, "watched/new/b.gguf", 1));
  wait_for_models (f, 3);
  move (f, "watched/a.gguf", "elsewhere/a.gguf");
  while (chord_catalog_model_get_state (model) != CHORD_MODEL_STATE_MISSING)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (n_models (f), ==, 3);
  g_assert_true (chord_catalog_folder_remove (folder, NULL));
  g_assert_cmpuint (n_models (f), ==, 1);
}

/* In a sandbox nothing is watched; a look finds it. */
static void
test_sandbox (Fixture *f, gconstpointer data)
{
  g_autoptr (ChordCatalogFolder) folder = NULL;
  gint64 end;

  g_setenv ("CHORD_SANDBOX", "1", TRUE);
  folder = add_folder (f, "portal");
  g_object_unref (put_model (f, "portal/a.gguf", 0));
  end = g_get_monotonic_time () + 1200 * 1000;
  while (g_get_monotonic_time () < end)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (10000);
  g_assert_cmpuint (n_models (f), ==, 1);
  scan (f);
  g_assert_cmpuint (n_models (f), ==, 2);
  g_setenv ("CHORD_SANDBOX", "0", TRUE);
}

/* ---- Names ----------------------------------------------------------------------------------- */

static void
assert_finds (Fixture *f, const char *wanted, const char *name)
{
  g_autoptr (ChordCatalogModel) model = chord_catalog_find_model (f->catalog, wanted);

  g_assert_cmpstr (model ? chord_catalog_model_get_name (model) : NULL, ==, name);
}

static void
test_find (Fixture *f, gconstpointer data)
{
  g_autoptr (GFile) file = put_model (f, "One.gguf", 1);
  g_autoptr (GFile) other = put_model (f, "onerous.gguf", 2);
  g_autoptr (GFile) twin = put_model (f, "below/One.gguf", 3);
  g_autoptr (ChordCatalogModel) one = add_model (f, file);
  g_autoptr (ChordCatalogModel) onerous = add_model (f, other);
  g_autoptr (ChordCatalogModel) second = add_model (f, twin);

  g_assert_true (one != onerous);
  assert_finds (f, "One", "One");
  assert_finds (f, "one", "One");
  assert_finds (f, "oner", "onerous");
  assert_finds (f, "on", NULL);
  assert_finds (f, "one-2", "One-2");
  assert_finds (f, "", NULL);
  assert_finds (f, "\377", NULL);
  assert_finds (f, chord_catalog_model_get_path (second), "One-2");

  g_assert_null (chord_catalog_get_chosen_model (f->catalog));
  g_assert_true (chord_catalog_get_default_model (f->catalog)
                 == chord_catalog_get_builtin_model (f->catalog));
  chord_catalog_set_default_model (f->catalog, chord_catalog_get_builtin_model (f->catalog));
  g_assert_true (chord_catalog_get_chosen_model (f->catalog)
                 == chord_catalog_get_builtin_model (f->catalog));
  chord_catalog_set_default_model (f->catalog, one);
  g_assert_true (chord_catalog_get_default_model (f->catalog) == one);
  g_assert_true (chord_catalog_model_remove (one, FALSE, NULL));
  g_assert_true (g_file_query_exists (file, NULL));
  g_assert_true (chord_catalog_get_default_model (f->catalog)
                 == chord_catalog_get_builtin_model (f->catalog));
}

static void
add (const char *name, void (*test) (Fixture *f, gconstpointer data))
{
  g_test_add (name, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_autofree char *home = g_dir_make_tmp ("chord-home-XXXXXX", NULL);
  int status;

  /* GLib's own isolation leaks. */
  g_setenv ("XDG_DATA_HOME", home, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_setenv ("CHORD_SANDBOX", "0", TRUE);
  add ("/models/add", test_add);
  add ("/models/add-async", test_add_async);
  add ("/models/refused", test_refused);
  add ("/models/moved", test_moved);
  add ("/models/changed", test_changed);
  add ("/models/verify-async", test_verify_async);
  add ("/models/import", test_import);
  add ("/models/import-cancelled", test_import_cancelled);
  add ("/models/watch", test_watch);
  add ("/models/sandbox", test_sandbox);
  add ("/models/find", test_find);
  status = g_test_run ();
  remove_folder (home);
  return status;
}
