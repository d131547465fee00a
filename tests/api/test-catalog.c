/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "fixture.h"

/* Each test has a folder of its own, with a catalog that does not exist yet. */
typedef struct
{
  char *folder;
  char *path;
} Place;

static char *program;

static void
set_up (Place *place, gconstpointer data)
{
  place->folder = g_dir_make_tmp ("chord-api-XXXXXX", NULL);
  place->path = g_build_filename (place->folder, "catalog.db", NULL);
}

static void
tear_down (Place *place, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (place->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)))
    {
      g_autofree char *file = g_build_filename (place->folder, name, NULL);

      g_unlink (file);
    }
  g_rmdir (place->folder);
  g_free (place->folder);
  g_free (place->path);
}

static ChordCatalog *
open_catalog (const char *path)
{
  g_autoptr (GError) error = NULL;
  ChordCatalog *catalog = chord_catalog_open (path, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (chord_catalog_get_path (catalog), ==, path);
  return catalog;
}

static char *
get_names (GListModel *presets)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (presets); i++)
    {
      g_autoptr (ChordPreset) preset = g_list_model_get_item (presets, i);

      g_string_append_printf (names, "%s%s", i ? "," : "", chord_preset_get_name (preset));
    }
  return g_string_free (names, FALSE);
}

#define assert_names(presets, expected) \
  do \
    { \
      g_autofree char *names = get_names (presets); \
      g_assert_cmpstr (names, ==, expected); \
    } \
  while (0)

/* (transfer full) */
static ChordPreset *
find_preset (ChordCatalog *catalog, const char *name)
{
  GListModel *presets = chord_catalog_get_presets (catalog);

  for (guint i = 0; i < g_list_model_get_n_items (presets); i++)
    {
      g_autoptr (ChordPreset) preset = g_list_model_get_item (presets, i);

      if (g_strcmp0 (chord_preset_get_name (preset), name) == 0)
        return g_steal_pointer (&preset);
    }
  return NULL;
}

/* ---- Opening ---- */

static void
test_open_async (Place *place, gconstpointer data)
{
  g_auto (FixtureReply) reply = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (ChordCatalog) catalog = NULL;

  chord_catalog_open_async (place->path, NULL, fixture_reply, &reply);
  fixture_iterate_until (&reply.done);
  catalog = chord_catalog_open_finish (reply.result, &error);
  g_assert_no_error (error);
  assert_names (chord_catalog_get_presets (catalog), "Balanced,Coder,Creative,Precise");
  g_assert_null (chord_catalog_get_set_aside_path (catalog));
}

static void
test_open_cancelled (Place *place, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (chord_catalog_open (place->path, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (g_file_test (place->path, G_FILE_TEST_EXISTS));
}

static void
test_damaged (Place *place, gconstpointer data)
{
  g_autoptr (ChordCatalog) catalog = NULL;

  g_assert_true (g_file_set_contents (place->path, "no database", -1, NULL));
  g_test_expect_message ("Chord", G_LOG_LEVEL_MESSAGE, "*damaged*");
  catalog = open_catalog (place->path);
  g_test_assert_expected_messages ();
  g_assert_true (g_file_test (chord_catalog_get_set_aside_path (catalog), G_FILE_TEST_EXISTS));
}

static void
test_default_path (Place *place, gconstpointer data)
{
  g_autofree char *path = chord_catalog_get_default_path ();
  g_autofree char *expected
      = g_build_filename (g_get_user_data_dir (), "chord", "catalog.db", NULL);

  g_assert_cmpstr (path, ==, expected);
}

/* ---- Records ---- */

/* Every type of column, at its ends: stored, and read again by another catalog. */
static void
test_every_type (Place *place, gconstpointer data)
{
  static const char *stop[] = { "END", "\"quoted\"", "\n", "日本", "", NULL };
  g_autoptr (ChordCatalog) catalog = open_catalog (place->path);
  g_autoptr (ChordCatalog) other = NULL;
  g_autoptr (ChordPreset) preset = NULL;
  g_autoptr (ChordPreset) found = NULL;
  g_autoptr (ChordBenchmarkRun) run = NULL;
  g_autoptr (ChordBenchmarkRun) found_run = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChordSamplingOptions) options = NULL;
  g_auto (GStrv) found_stop = NULL;
  g_autofree char *prompt = NULL;
  double temperature;
  gint64 seed;
  int top_k;

  preset = g_object_new (CHORD_TYPE_PRESET, "catalog", catalog, "name", "Ends", "temperature", 0.1,
                         "top-k", G_MAXINT, "seed", G_MAXINT64, "stop", stop, "system-prompt",
                         "line\nline\ttab “quoted” 日本", NULL);
  g_assert_true (chord_record_save (CHORD_RECORD (preset), &error));
  run = g_object_new (CHORD_TYPE_BENCHMARK_RUN, "catalog", catalog, "model-bytes", G_MAXUINT64,
                      "n-tokens", G_MAXUINT, "rate", 1.0 / 3, "group", NULL, "label", "", NULL);
  g_assert_true (chord_record_save (CHORD_RECORD (run), &error));
  g_assert_no_error (error);

  other = open_catalog (place->path);
  found = find_preset (other, "Ends");
  g_object_get (found, "temperature", &temperature, "top-k", &top_k, "seed", &seed, "stop",
                &found_stop, "system-prompt", &prompt, NULL);
  g_assert_cmpfloat (temperature, ==, 0.1);
  g_assert_cmpint (top_k, ==, G_MAXINT);
  g_assert_cmpint (seed, ==, G_MAXINT64);
  g_assert_cmpstrv (found_stop, (char **) stop);
  g_assert_cmpstr (prompt, ==, "line\nline\ttab “quoted” 日本");
  options = chord_preset_create_sampling_options (found);
  g_assert_cmpint (chord_sampling_options_get_seed (options), ==, G_MAXINT64);
  g_assert_cmpint (chord_sampling_options_get_penalty_last_n (options), ==, 64);

  found_run = g_list_model_get_item (chord_catalog_get_benchmark_runs (other), 0);
  g_assert_cmpuint (chord_benchmark_run_get_model_bytes (found_run), ==, G_MAXUINT64);
  g_assert_cmpuint (chord_benchmark_run_get_n_tokens (found_run), ==, G_MAXUINT);
  g_assert_cmpfloat (chord_benchmark_run_get_rate (found_run), ==, 1.0 / 3);
  g_assert_null (chord_benchmark_run_get_group (found_run));
  g_assert_cmpstr (chord_benchmark_run_get_label (found_run), ==, "");
}

static void
count_notify (GObject *object, GParamSpec *pspec, gpointer count)
{
  ++*(guint *) count;
}

static void
test_notify (Place *place, gconstpointer data)
{
  g_autoptr (ChordCatalog) catalog = open_catalog (place->path);
  g_autoptr (ChordPreset) preset = find_preset (catalog, "Coder");
  guint n = 0;

  g_signal_connect (preset, "notify::system-prompt", G_CALLBACK (count_notify), &n);
  chord_sampling_record_set_system_prompt (CHORD_SAMPLING_RECORD (preset), "new");
  g_assert_cmpuint (n, ==, 1);
  chord_sampling_record_set_system_prompt (CHORD_SAMPLING_RECORD (preset), "new");
  g_assert_cmpuint (n, ==, 1);
  g_object_set (preset, "system-prompt", NULL, NULL);
  g_assert_cmpuint (n, ==, 2);
  g_assert_null (chord_sampling_record_get_system_prompt (CHORD_SAMPLING_RECORD (preset)));
}

static void
test_errors (Place *place, gconstpointer data)
{
  g_autoptr (ChordCatalog) catalog = open_catalog (place->path);
  g_autoptr (ChordPreset) homeless = g_object_new (CHORD_TYPE_PRESET, "name", "x", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (chord_catalog_add_preset (catalog, "Coder", &error));
  g_assert_error (error, CHORD_ERROR, CHORD_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_null (chord_catalog_add_preset (catalog, "", &error));
  g_assert_error (error, CHORD_ERROR, CHORD_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_false (chord_record_save (CHORD_RECORD (homeless), &error));
  g_assert_error (error, CHORD_ERROR, CHORD_ERROR_INVALID_ARGUMENT);
  g_assert_cmpuint (g_list_model_get_n_items (chord_catalog_get_presets (catalog)), ==, 4);
}

static void
test_delete (Place *place, gconstpointer data)
{
  g_autoptr (ChordCatalog) catalog = open_catalog (place->path);
  g_autoptr (ChordPreset) preset = find_preset (catalog, "Coder");
  gint64 id = chord_record_get_id (CHORD_RECORD (preset));

  g_assert_true (chord_record_delete (CHORD_RECORD (preset), NULL));
  g_assert_cmpint (chord_record_get_id (CHORD_RECORD (preset)), ==, 0);
  assert_names (chord_catalog_get_presets (catalog), "Balanced,Creative,Precise");
  g_assert_true (chord_record_delete (CHORD_RECORD (preset), NULL));
  /* Brought back, it is another row: numbers are not used again. */
  g_assert_true (chord_record_save (CHORD_RECORD (preset), NULL));
  g_assert_cmpint (chord_record_get_id (CHORD_RECORD (preset)), >, id);
  assert_names (chord_catalog_get_presets (catalog), "Balanced,Coder,Creative,Precise");
}

/* What was deleted stays deleted: the four presets come with a new catalog alone. */
static void
test_presets_stay_deleted (Place *place, gconstpointer data)
{
  ChordCatalog *catalog = open_catalog (place->path);
  ChordPreset *preset = find_preset (catalog, "Creative");

  g_assert_true (chord_record_delete (CHORD_RECORD (preset), NULL));
  g_object_unref (preset);
  g_object_unref (catalog);
  catalog = open_catalog (place->path);
  assert_names (chord_catalog_get_presets (catalog), "Balanced,Coder,Precise");
  g_object_unref (catalog);
}

static void
test_sampling_options (Place *place, gconstpointer data)
{
  g_autoptr (ChordCatalog) catalog = open_catalog (place->path);
  g_autoptr (ChordPreset) preset = find_preset (catalog, "Balanced");
  g_autoptr (ChordSamplingOptions) options = chord_sampling_options_new ();
  g_autoptr (ChordSamplingOptions) made = NULL;

  chord_sampling_options_set_top_k (options, 7);
  chord_sampling_options_set_frequency_penalty (options, 0.5);
  chord_sampling_record_set_sampling_options (CHORD_SAMPLING_RECORD (preset), options);
  made = chord_preset_create_sampling_options (preset);
  g_assert_cmpint (chord_sampling_options_get_top_k (made), ==, 7);
  g_assert_cmpfloat (chord_sampling_options_get_frequency_penalty (made), ==, 0.5);
  g_assert_cmpfloat (chord_sampling_options_get_temperature (made), ==, 0.8);
  g_assert_true (chord_sampling_options_validate (made, NULL));
}

/* ---- Saving without waiting ---- */

static void
test_save_async (Place *place, gconstpointer data)
{
  g_autoptr (ChordCatalog) catalog = open_catalog (place->path);
  g_autoptr (ChordPreset) preset
      = g_object_new (CHORD_TYPE_PRESET, "catalog", catalog, "name", "A", NULL);
  g_auto (FixtureReply) first = { 0 };
  g_auto (FixtureReply) last = { 0 };
  g_autoptr (ChordCatalog) other = NULL;
  g_autoptr (ChordPreset) found = NULL;
  int top_k;

  /* The same row is written, however many saves are under way, and the last wins. */
  chord_record_save_async (CHORD_RECORD (preset), NULL, fixture_reply, &first);
  for (int i = 0; i < 20; i++)
    {
      g_object_set (preset, "top-k", i, NULL);
      chord_record_save_async (CHORD_RECORD (preset), NULL, NULL, NULL);
    }
  chord_preset_set_name (preset, "B");
  chord_record_save_async (CHORD_RECORD (preset), NULL, fixture_reply, &last);
  fixture_iterate_until (&last.done);
  g_assert_true (first.done);
  g_assert_true (chord_record_save_finish (CHORD_RECORD (preset), first.result, NULL));
  g_assert_true (chord_record_save_finish (CHORD_RECORD (preset), last.result, NULL));
  g_assert_true (last.thread == g_thread_self ());
  assert_names (chord_catalog_get_presets (catalog), "B,Balanced,Coder,Creative,Precise");

  other = open_catalog (place->path);
  found = find_preset (other, "B");
  g_object_get (found, "top-k", &top_k, NULL);
  g_assert_cmpint (top_k, ==, 19);
}

/* Nor does the answer to a save that was under way bring back what was deleted since. */
static void
test_delete_while_saving (Place *place, gconstpointer data)
{
  g_autoptr (ChordCatalog) catalog = open_catalog (place->path);
  g_autoptr (ChordPreset) preset = find_preset (catalog, "Creative");
  g_auto (FixtureReply) reply = { 0 };

  chord_preset_set_name (preset, "A");
  chord_record_save_async (CHORD_RECORD (preset), NULL, fixture_reply, &reply);
  g_assert_true (chord_record_delete (CHORD_RECORD (preset), NULL));
  fixture_iterate_until (&reply.done);
  g_assert_cmpint (chord_record_get_id (CHORD_RECORD (preset)), ==, 0);
  assert_names (chord_catalog_get_presets (catalog), "Balanced,Coder,Precise");
}

/* A synchronous call comes after what was queued before it. */
static void
test_save_mixed (Place *place, gconstpointer data)
{
  g_autoptr (ChordCatalog) catalog = open_catalog (place->path);
  g_autoptr (ChordPreset) preset
      = g_object_new (CHORD_TYPE_PRESET, "catalog", catalog, "name", "A", NULL);
  g_auto (FixtureReply) reply = { 0 };
  gint64 id;

  chord_record_save_async (CHORD_RECORD (preset), NULL, fixture_reply, &reply);
  chord_preset_set_name (preset, "B");
  g_assert_true (chord_record_save (CHORD_RECORD (preset), NULL));
  id = chord_record_get_id (CHORD_RECORD (preset));
  g_assert_cmpint (id, >, 0);
  assert_names (chord_catalog_get_presets (catalog), "B,Balanced,Coder,Creative,Precise");
  fixture_iterate_until (&reply.done);
  g_assert_cmpint (chord_record_get_id (CHORD_RECORD (preset)), ==, id);
  assert_names (chord_catalog_get_presets (catalog), "B,Balanced,Coder,Creative,Precise");
}

/* A list that is read while a save is under way does not take its row for another's. */
static void
test_list_during_save (Place *place, gconstpointer data)
{
  g_autoptr (ChordCatalog) catalog = open_catalog (place->path);
  g_autoptr (ChordPreset) preset
      = g_object_new (CHORD_TYPE_PRESET, "catalog", catalog, "name", "A", NULL);
  g_autoptr (ChordPreset) found = NULL;
  g_auto (FixtureReply) reply = { 0 };

  chord_record_save_async (CHORD_RECORD (preset), NULL, fixture_reply, &reply);
  chord_catalog_flush (catalog);
  found = find_preset (catalog, "A");
  g_assert_true (found == preset);
  fixture_iterate_until (&reply.done);
  assert_names (chord_catalog_get_presets (catalog), "A,Balanced,Coder,Creative,Precise");
}

/* What failed is written by the next save. */
static void
test_save_again (Place *place, gconstpointer data)
{
  g_autoptr (ChordCatalog) catalog = open_catalog (place->path);
  g_autoptr (ChordPreset) preset = find_preset (catalog, "Balanced");
  g_autoptr (ChordPreset) obstacle = find_preset (catalog, "Coder");
  g_autoptr (GError) error = NULL;
  g_auto (FixtureReply) reply = { 0 };
  g_autoptr (ChordCatalog) other = NULL;
  g_autoptr (ChordPreset) found = NULL;

  chord_preset_set_name (preset, "Coder");
  chord_record_save_async (CHORD_RECORD (preset), NULL, fixture_reply, &reply);
  fixture_iterate_until (&reply.done);
  g_assert_false (chord_record_save_finish (CHORD_RECORD (preset), reply.result, &error));
  g_assert_error (error, CHORD_ERROR, CHORD_ERROR_EXISTS);
  g_assert_true (chord_record_delete (CHORD_RECORD (obstacle), NULL));
  g_assert_true (chord_record_save (CHORD_RECORD (preset), NULL));
  other = open_catalog (place->path);
  found = find_preset (other, "Coder");
  g_assert_cmpint (chord_record_get_id (CHORD_RECORD (found)), ==,
                   chord_record_get_id (CHORD_RECORD (preset)));
}

static void
test_save_cancelled (Place *place, gconstpointer data)
{
  g_autoptr (ChordCatalog) catalog = open_catalog (place->path);
  g_autoptr (ChordPreset) preset
      = g_object_new (CHORD_TYPE_PRESET, "catalog", catalog, "name", "A", NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_auto (FixtureReply) reply = { 0 };

  g_cancellable_cancel (cancellable);
  chord_record_save_async (CHORD_RECORD (preset), cancellable, fixture_reply, &reply);
  fixture_iterate_until (&reply.done);
  g_assert_false (chord_record_save_finish (CHORD_RECORD (preset), reply.result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (chord_record_get_id (CHORD_RECORD (preset)), ==, 0);
  g_assert_true (chord_record_save (CHORD_RECORD (preset), NULL));
}

/* ---- Lists ---- */

typedef struct
{
  guint n;
  guint position, removed, added;
} Changes;

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, gpointer data)
{
  Changes *changes = data;

  *changes = (Changes){ changes->n + 1, position, removed, added };
}

#define assert_changes(changes, position_, removed_, added_) \
  do \
    { \
      g_assert_cmpuint ((changes)->n, ==, 1); \
      g_assert_cmpuint ((changes)->position, ==, position_); \
      g_assert_cmpuint ((changes)->removed, ==, removed_); \
      g_assert_cmpuint ((changes)->added, ==, added_); \
      (changes)->n = 0; \
    } \
  while (0)

static void
test_live_list (Place *place, gconstpointer data)
{
  g_autoptr (ChordCatalog) catalog = open_catalog (place->path);
  GListModel *presets = chord_catalog_get_presets (catalog);
  g_autoptr (ChordPreset) preset = NULL;
  Changes changes = { 0 };

  g_assert_true (g_list_model_get_item_type (presets) == CHORD_TYPE_PRESET);
  g_assert_true (chord_catalog_get_presets (catalog) == presets);
  g_signal_connect (presets, "items-changed", G_CALLBACK (on_items_changed), &changes);
  preset = chord_catalog_add_preset (catalog, "Daring", NULL);
  assert_changes (&changes, 3, 0, 1);
  /* A move is one change of all between. */
  chord_preset_set_name (preset, "Able");
  assert_changes (&changes, 0, 4, 4);
  assert_names (presets, "Able,Balanced,Coder,Creative,Precise");
  chord_preset_set_name (preset, "Abler");
  g_assert_cmpuint (changes.n, ==, 0);
  chord_preset_set_name (preset, "Zany");
  assert_changes (&changes, 0, 5, 5);
  g_object_set (preset, "temperature", 0.5, NULL);
  g_assert_cmpuint (changes.n, ==, 0);
  g_assert_true (chord_record_delete (CHORD_RECORD (preset), NULL));
  assert_changes (&changes, 4, 1, 0);
}

static void
test_order_of_runs (Place *place, gconstpointer data)
{
  static const gint64 times[] = { 5, 9, 1, 7 };
  g_autoptr (ChordCatalog) catalog = open_catalog (place->path);
  GListModel *runs = chord_catalog_get_benchmark_runs (catalog);
  gint64 last = G_MAXINT64;

  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    {
      g_autoptr (ChordBenchmarkRun) run = g_object_new (CHORD_TYPE_BENCHMARK_RUN, "catalog",
                                                        catalog, "created", times[i], NULL);

      g_assert_true (chord_record_save (CHORD_RECORD (run), NULL));
    }
  g_assert_cmpuint (g_list_model_get_n_items (runs), ==, G_N_ELEMENTS (times));
  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    {
      g_autoptr (ChordBenchmarkRun) run = g_list_model_get_item (runs, i);

      g_assert_cmpint (chord_benchmark_run_get_created (run), <, last);
      last = chord_benchmark_run_get_created (run);
    }
}

/* Records and lists may outlive the catalog; the records can still be saved. */
static void
test_outlive (Place *place, gconstpointer data)
{
  ChordCatalog *catalog = open_catalog (place->path);
  g_autoptr (GListModel) presets = g_object_ref (chord_catalog_get_presets (catalog));
  g_autoptr (ChordPreset) preset = find_preset (catalog, "Coder");
  g_autoptr (ChordPreset) found = NULL;

  g_assert_true (chord_record_get_catalog (CHORD_RECORD (preset)) == catalog);
  g_assert_finalize_object (catalog);
  g_assert_null (chord_record_get_catalog (CHORD_RECORD (preset)));
  assert_names (presets, "Balanced,Coder,Creative,Precise");
  chord_preset_set_name (preset, "Late");
  g_assert_true (chord_record_save (CHORD_RECORD (preset), NULL));
  catalog = open_catalog (place->path);
  found = find_preset (catalog, "Late");
  g_assert_nonnull (found);
  g_object_unref (catalog);
}

/* ---- Settings, other processes ---- */

static void
test_settings (Place *place, gconstpointer data)
{
  g_autoptr (ChordCatalog) catalog = open_catalog (place->path);
  g_autoptr (ChordCatalog) other = open_catalog (place->path);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  g_assert_null (chord_catalog_get_setting (catalog, "colour"));
  chord_catalog_set_setting (catalog, "colour", "blue");
  first = chord_catalog_get_setting (other, "colour");
  g_assert_cmpstr (first, ==, "blue");
  chord_catalog_set_setting (catalog, "colour", "");
  second = chord_catalog_get_setting (other, "colour");
  g_assert_cmpstr (second, ==, "");
  chord_catalog_set_setting (other, "colour", NULL);
  g_assert_null (chord_catalog_get_setting (catalog, "colour"));
}

/* What the other process does: see test_two_processes(). */
static int
be_other_process (const char *path)
{
  g_autoptr (ChordCatalog) catalog = open_catalog (path);
  g_autoptr (ChordPreset) coder = find_preset (catalog, "Coder");
  g_autoptr (ChordPreset) creative = find_preset (catalog, "Creative");
  g_autoptr (ChordPreset) precise = find_preset (catalog, "Precise");
  g_autoptr (ChordPreset) added = chord_catalog_add_preset (catalog, "Added", NULL);
  gboolean ok;

  chord_preset_set_name (coder, "Programmer");
  g_object_set (precise, "top-k", 3, "temperature", 0.5, NULL);
  ok = added && chord_record_save (CHORD_RECORD (coder), NULL)
       && chord_record_save (CHORD_RECORD (precise), NULL)
       && chord_record_delete (CHORD_RECORD (creative), NULL);
  return ok ? 0 : 1;
}

static void
run_other_process (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) other = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, program,
                                                    "--other-process", path, NULL);

  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait_check (other, NULL, &error));
  g_assert_no_error (error);
}

static void
count_signal (ChordCatalog *catalog, gpointer count)
{
  ++*(guint *) count;
}

static void
test_two_processes (Place *place, gconstpointer data)
{
  g_autoptr (ChordCatalog) catalog = open_catalog (place->path);
  GListModel *presets = chord_catalog_get_presets (catalog);
  g_autoptr (ChordPreset) coder = find_preset (catalog, "Coder");
  g_autoptr (ChordPreset) creative = find_preset (catalog, "Creative");
  g_autoptr (ChordPreset) precise = find_preset (catalog, "Precise");
  g_autoptr (GError) error = NULL;
  guint n_refreshed = 0;
  double temperature;
  int top_k;

  g_signal_connect (catalog, "refreshed", G_CALLBACK (count_signal), &n_refreshed);
  g_assert_true (chord_catalog_refresh (catalog, NULL));
  g_assert_cmpuint (n_refreshed, ==, 0);
  /* This is changed here and not saved, so the other's value does not replace it. */
  g_object_set (precise, "temperature", 0.25, NULL);

  run_other_process (place->path);
  assert_names (presets, "Balanced,Coder,Creative,Precise");
  g_assert_true (chord_catalog_refresh (catalog, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n_refreshed, ==, 1);
  assert_names (presets, "Added,Balanced,Precise,Programmer");
  g_assert_cmpstr (chord_preset_get_name (coder), ==, "Programmer");
  g_assert_cmpint (chord_record_get_id (CHORD_RECORD (creative)), ==, 0);
  g_object_get (precise, "top-k", &top_k, "temperature", &temperature, NULL);
  g_assert_cmpint (top_k, ==, 3);
  g_assert_cmpfloat (temperature, ==, 0.25);
}

/* What is on its way to the table is newer than what another program wrote before, and the rest of
 * the row is the other's. */
static void
test_refresh_during_save (Place *place, gconstpointer data)
{
  g_autoptr (ChordCatalog) catalog = open_catalog (place->path);
  g_autoptr (ChordPreset) precise = find_preset (catalog, "Precise");
  g_auto (FixtureReply) reply = { 0 };
  double temperature;
  int top_k;

  run_other_process (place->path);
  g_object_set (precise, "temperature", 0.25, NULL);
  chord_record_save_async (CHORD_RECORD (precise), NULL, fixture_reply, &reply);
  g_assert_true (chord_catalog_refresh (catalog, NULL));
  g_object_get (precise, "top-k", &top_k, "temperature", &temperature, NULL);
  g_assert_cmpint (top_k, ==, 3);
  g_assert_cmpfloat (temperature, ==, 0.25);
  fixture_iterate_until (&reply.done);
  g_assert_true (chord_record_save_finish (CHORD_RECORD (precise), reply.result, NULL));
}

/* A row that another program has deleted cannot be changed, and is no crash. */
static void
test_deleted_elsewhere (Place *place, gconstpointer data)
{
  g_autoptr (ChordCatalog) catalog = open_catalog (place->path);
  g_autoptr (ChordPreset) creative = find_preset (catalog, "Creative");
  g_autoptr (GError) error = NULL;

  run_other_process (place->path);
  chord_preset_set_name (creative, "Wild");
  g_assert_false (chord_record_save (CHORD_RECORD (creative), &error));
  g_assert_error (error, CHORD_ERROR, CHORD_ERROR_NOT_FOUND);
  g_assert_true (chord_record_delete (CHORD_RECORD (creative), NULL));
  g_assert_true (chord_record_save (CHORD_RECORD (creative), NULL));
}

#define CATALOG_TEST(path, run) g_test_add (path, Place, NULL, set_up, run, tear_down)

int
main (int argc, char **argv)
{
  if (argc == 3 && strcmp (argv[1], "--other-process") == 0)
    return be_other_process (argv[2]);
  program = argv[0];
  g_test_init (&argc, &argv, NULL);
  CATALOG_TEST ("/api/catalog/open-async", test_open_async);
  CATALOG_TEST ("/api/catalog/open-cancelled", test_open_cancelled);
  CATALOG_TEST ("/api/catalog/damaged", test_damaged);
  CATALOG_TEST ("/api/catalog/default-path", test_default_path);
  CATALOG_TEST ("/api/catalog/every-type", test_every_type);
  CATALOG_TEST ("/api/catalog/notify", test_notify);
  CATALOG_TEST ("/api/catalog/errors", test_errors);
  CATALOG_TEST ("/api/catalog/delete", test_delete);
  CATALOG_TEST ("/api/catalog/presets-stay-deleted", test_presets_stay_deleted);
  CATALOG_TEST ("/api/catalog/sampling-options", test_sampling_options);
  CATALOG_TEST ("/api/catalog/save-async", test_save_async);
  CATALOG_TEST ("/api/catalog/delete-while-saving", test_delete_while_saving);
  CATALOG_TEST ("/api/catalog/save-mixed", test_save_mixed);
  CATALOG_TEST ("/api/catalog/list-during-save", test_list_during_save);
  CATALOG_TEST ("/api/catalog/save-again", test_save_again);
  CATALOG_TEST ("/api/catalog/save-cancelled", test_save_cancelled);
  CATALOG_TEST ("/api/catalog/live-list", test_live_list);
  CATALOG_TEST ("/api/catalog/order-of-runs", test_order_of_runs);
  CATALOG_TEST ("/api/catalog/outlive", test_outlive);
  CATALOG_TEST ("/api/catalog/settings", test_settings);
  CATALOG_TEST ("/api/catalog/two-processes", test_two_processes);
  CATALOG_TEST ("/api/catalog/refresh-during-save", test_refresh_during_save);
  CATALOG_TEST ("/api/catalog/deleted-elsewhere", test_deleted_elsewhere);
  return g_test_run ();
}
