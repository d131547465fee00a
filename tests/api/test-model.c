/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fixture.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

static void
assert_is_the_model (ChordModel *model)
{
  g_assert_true (CHORD_IS_MODEL (model));
  g_assert_cmpstr (chord_model_get_architecture (model), ==, "llama");
  g_assert_cmpuint (chord_model_get_context_length (model), ==, 768);
  g_assert_cmpuint (chord_model_get_result_width (model), ==, 4096);
  g_assert_true (chord_model_get_has_known_template (model));
}

static void
on_fraction (ChordProgress *progress, GParamSpec *pspec, gpointer data)
{
  double *last = data;

  g_assert_cmpfloat (chord_progress_get_fraction (progress), >=, *last);
  *last = chord_progress_get_fraction (progress);
}

static void
test_load (void)
{
  g_autofree char *path = fixture_model_path ();
  g_autoptr (ChordProgress) progress = chord_progress_new ();
  g_autoptr (GError) error = NULL;
  double fraction = 0;
  g_autoptr (ChordModel) model = NULL;

  g_signal_connect (progress, "notify::fraction", G_CALLBACK (on_fraction), &fraction);
  model = chord_model_load (path, NULL, progress, NULL, &error);
  g_assert_no_error (error);
  assert_is_the_model (model);
  g_assert_cmpint (chord_model_get_precision (model), ==, CHORD_PRECISION_FAST);
  g_assert_cmpint (chord_model_get_kv_type (model), ==, CHORD_KV_TYPE_F16);
  g_assert_cmpfloat (fraction, ==, 1);
}

static void
test_load_async (void)
{
  g_autofree char *path = fixture_model_path ();
  g_autoptr (ChordProgress) progress = chord_progress_new ();
  g_autoptr (GError) error = NULL;
  g_auto (FixtureReply) reply = { 0 };
  g_autoptr (ChordModel) model = NULL;
  double fraction = 0;

  g_signal_connect (progress, "notify::fraction", G_CALLBACK (on_fraction), &fraction);
  chord_model_load_async (path, NULL, progress, NULL, fixture_reply, &reply);
  g_assert_false (reply.done);
  fixture_iterate_until (&reply.done);
  model = chord_model_load_finish (reply.result, &error);
  g_assert_no_error (error);
  assert_is_the_model (model);
  g_assert_true (reply.thread == g_thread_self ());
  g_assert_cmpfloat (fraction, ==, 1);
}

static void
test_load_cancelled (void)
{
  g_autofree char *path = fixture_model_path ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_auto (FixtureReply) reply = { 0 };

  g_cancellable_cancel (cancellable);
  g_assert_null (chord_model_load (path, NULL, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);

  chord_model_load_async (path, NULL, NULL, cancellable, fixture_reply, &reply);
  fixture_iterate_until (&reply.done);
  g_assert_null (chord_model_load_finish (reply.result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_options (void)
{
  g_autofree char *path = fixture_model_path ();
  g_autoptr (ChordModelOptions) options = chord_model_options_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (ChordModel) model = NULL;

  g_object_set (options, "context-length", (guint64) 128, "precision", CHORD_PRECISION_EXACT,
                "n-threads", 1, "device", "cpu", "use-mmap", FALSE, "n-sessions", 1, NULL);
  model = chord_model_load (path, options, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (chord_model_get_context_length (model), ==, 128);
  g_assert_cmpint (chord_model_get_precision (model), ==, CHORD_PRECISION_EXACT);
  g_assert_cmpint (chord_model_get_kv_type (model), ==, CHORD_KV_TYPE_F32);
  g_assert_cmpint (chord_model_get_n_threads (model), ==, 1);
}

static void
test_file_properties (void)
{
  ChordModel *model = fixture_model ();
  g_autofree char *quantization = NULL;
  g_autofree char *chat_template = NULL;
  guint64 n_parameters, file_size, trained, n_layers, n_vocab, width;

  g_object_get (model, "quantization", &quantization, "chat-template", &chat_template,
                "n-parameters", &n_parameters, "file-size", &file_size, "trained-context-length",
                &trained, "n-layers", &n_layers, "n-vocab", &n_vocab, "embedding-length", &width,
                NULL);
  g_assert_cmpstr (quantization, ==, "Q8_0");
  g_assert_nonnull (strstr (chat_template, "im_start"));
  g_assert_cmpuint (n_parameters, ==, 4196608);
  g_assert_cmpuint (file_size, ==, 4597088);
  g_assert_cmpuint (trained, ==, 768);
  g_assert_cmpuint (n_layers, ==, 4);
  g_assert_cmpuint (n_vocab, ==, 4096);
  g_assert_cmpuint (width, ==, 256);
}

static void
test_sources (void)
{
  g_autofree char *path = fixture_model_path ();
  g_autoptr (GFile) location = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChordModelFile) by_file = NULL;
  g_autoptr (ChordModelFile) by_fd = NULL;
  g_autoptr (ChordModel) model = NULL;
  int fd;

  by_file = chord_model_file_new_for_file (location, CHORD_MODEL_FILE_FLAGS_NO_MMAP, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (chord_model_file_get_n_layers (by_file), ==, 4);

  fd = g_open (path, O_RDONLY | O_CLOEXEC, 0);
  g_assert_cmpint (fd, >=, 0);
  by_fd = chord_model_file_new_for_fd (fd, "a model", CHORD_MODEL_FILE_FLAGS_NONE, &error);
  g_assert_no_error (error);
  g_close (fd, NULL);
  model = chord_model_load_file (by_fd, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  assert_is_the_model (model);
  g_assert_true (chord_model_get_file (model) == by_fd);
}

static void
test_open_async (void)
{
  g_autofree char *path = fixture_model_path ();
  g_autoptr (GFile) location = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  g_auto (FixtureReply) reply = { 0 };
  g_autoptr (ChordModelFile) file = NULL;

  chord_model_file_open_async (location, CHORD_MODEL_FILE_FLAGS_NONE, NULL, fixture_reply, &reply);
  fixture_iterate_until (&reply.done);
  file = chord_model_file_open_finish (reply.result, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (chord_model_file_get_architecture (file), ==, "llama");
}

static void
test_metadata (void)
{
  ChordModelFile *file = chord_model_get_file (fixture_model ());
  g_auto (GStrv) keys = chord_model_file_list_keys (file);
  g_autoptr (GVariant) width = chord_model_file_get_metadata (file, "llama.embedding_length");
  g_autoptr (GVariant) tokens = chord_model_file_get_metadata (file, "tokenizer.ggml.tokens");

  g_assert_true (g_strv_contains ((const char *const *) keys, "general.architecture"));
  g_assert_cmpuint (g_variant_get_uint32 (width), ==, 256);
  g_assert_cmpuint (g_variant_n_children (tokens), ==, 4096);
  g_assert_null (chord_model_file_get_metadata (file, "no.such.key"));
}

static void
test_tensors (void)
{
  GListModel *tensors = chord_model_file_get_tensors (chord_model_get_file (fixture_model ()));
  guint64 n_values = 0;
  gboolean seen = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (tensors); i++)
    {
      g_autoptr (ChordTensorInfo) info = g_list_model_get_item (tensors, i);
      gsize n_dims;
      const guint64 *shape = chord_tensor_info_get_shape (info, &n_dims);

      n_values += chord_tensor_info_get_n_values (info);
      if (g_strcmp0 (chord_tensor_info_get_name (info), "token_embd.weight") != 0)
        continue;
      seen = TRUE;
      g_assert_cmpstr (chord_tensor_info_get_type_name (info), ==, "Q8_0");
      g_assert_cmpuint (n_dims, ==, 2);
      g_assert_cmpuint (shape[0], ==, 256);
      g_assert_cmpuint (shape[1], ==, 4096);
      g_assert_cmpuint (chord_tensor_info_get_n_bytes (info), ==, 4096 * 256 / 32 * 34);
    }
  g_assert_true (seen);
  g_assert_cmpuint (n_values, ==, 4196608);
}

static void
test_memory_need (void)
{
  ChordModelFile *file = chord_model_get_file (fixture_model ());
  g_autoptr (ChordModelOptions) options = chord_model_options_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (ChordMemoryNeed) whole = chord_model_file_estimate_memory (file, NULL, &error);
  g_autoptr (ChordMemoryNeed) small = NULL;

  g_assert_no_error (error);
  chord_model_options_set_context_length (options, 64);
  small = chord_model_file_estimate_memory (file, options, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (chord_memory_need_get_weights (whole), >, 4000000);
  g_assert_cmpuint (chord_memory_need_get_available (whole), >, 0);
  g_assert_cmpuint (chord_memory_need_get_context_length (small), ==, 64);
  g_assert_cmpuint (chord_memory_need_get_context (small), <,
                    chord_memory_need_get_context (whole));
  g_assert_cmpuint (chord_memory_need_get_total (whole), >=,
                    chord_memory_need_get_weights (whole) + chord_memory_need_get_context (whole));
}

/* A file that is not mapped and then cut by another program is an error, where a mapped one would
 * be SIGBUS. */
static void
test_cut_while_loaded (void)
{
  g_autofree char *path = fixture_model_path ();
  g_autofree char *contents = NULL;
  g_autofree char *copy = g_build_filename (g_get_tmp_dir (), "chord-cut-XXXXXX", NULL);
  g_autoptr (ChordModelOptions) options = chord_model_options_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (ChordModel) model = NULL;
  g_autoptr (ChordSession) session = NULL;
  gsize length;

  g_close (g_mkstemp (copy), NULL);
  g_assert_true (g_file_get_contents (path, &contents, &length, NULL));
  g_assert_true (g_file_set_contents (copy, contents, (gssize) length, NULL));
  chord_model_options_set_use_mmap (options, FALSE);
  model = chord_model_load (copy, options, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (truncate (copy, (off_t) length / 2), ==, 0);

  session = chord_session_new (model);
  g_assert_true (chord_session_append_text (session, CHORD_ROLE_USER, "Hello", NULL));
  g_assert_null (chord_session_generate (session, NULL, NULL, &error));
  g_assert_error (error, CHORD_ERROR, CHORD_ERROR_INVALID_FILE);
  g_assert_nonnull (strstr (error->message, copy));
  g_unlink (copy);
}

/* An error is told by its code, and its message names the file and the cause. */
static void
test_missing_file (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (chord_model_load ("/nonexistent/model.gguf", NULL, NULL, NULL, &error));
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, "/nonexistent/model.gguf"));
}

static void
test_damaged_file (void)
{
  g_autofree char *path = fixture_model_path ();
  g_autofree char *contents = NULL;
  g_autofree char *copy = g_build_filename (g_get_tmp_dir (), "chord-damaged-XXXXXX", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *name = NULL;
  gsize length;
  int fd = g_mkstemp (copy);

  g_assert_cmpint (fd, >=, 0);
  g_close (fd, NULL);
  name = g_path_get_basename (copy);
  g_assert_true (g_file_get_contents (path, &contents, &length, NULL));
  g_assert_true (g_file_set_contents (copy, contents, (gssize) (length / 2), NULL));

  g_assert_null (chord_model_load (copy, NULL, NULL, NULL, &error));
  g_assert_error (error, CHORD_ERROR, CHORD_ERROR_INVALID_FILE);
  g_assert_nonnull (strstr (error->message, name));
  g_clear_error (&error);

  g_assert_true (g_file_set_contents (copy, "This is no model at all.", -1, NULL));
  g_assert_null (chord_model_file_new_for_path (copy, CHORD_MODEL_FILE_FLAGS_NONE, &error));
  g_assert_error (error, CHORD_ERROR, CHORD_ERROR_INVALID_FILE);
  g_unlink (copy);
}

static void
test_bad_options (void)
{
  g_autofree char *path = fixture_model_path ();
  g_autoptr (ChordModelOptions) options = chord_model_options_new ();
  g_autoptr (GError) error = NULL;

  chord_model_options_set_device (options, "abacus");
  g_assert_null (chord_model_load (path, options, NULL, NULL, &error));
  g_assert_error (error, CHORD_ERROR, CHORD_ERROR_DEVICE);
  g_assert_nonnull (strstr (error->message, "abacus"));
  g_clear_error (&error);

  chord_model_options_set_device (options, NULL);
  chord_model_options_set_context_length (options, 1 << 30);
  g_assert_null (chord_model_load (path, options, NULL, NULL, &error));
  g_assert_error (error, CHORD_ERROR, CHORD_ERROR_NO_MEMORY);
}

static void
test_devices (void)
{
  g_autoptr (GListModel) devices = chord_device_list ();
  guint n = g_list_model_get_n_items (devices);
  g_autoptr (ChordDevice) last = NULL;

  g_assert_cmpuint (n, >, 0);
  last = g_list_model_get_item (devices, n - 1);
  g_assert_cmpstr (chord_device_get_id (last), ==, "cpu");
  g_assert_cmpuint (chord_device_get_memory_total (last), >, 0);
}

static void
test_info (void)
{
  g_autofree char *cpu = chord_get_cpu_description ();

  g_assert_cmpstr (chord_get_version (), ==, CHORD_VERSION_S);
  g_assert_true (CHORD_CHECK_VERSION (CHORD_MAJOR_VERSION, CHORD_MINOR_VERSION, 0));
  g_assert_nonnull (strstr (cpu, "thread"));
  g_assert_cmpint (chord_get_default_n_threads (), >=, 1);
  g_assert_cmpuint (chord_get_peak_memory (), >, 1000000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/load", test_load);
  g_test_add_func ("/model/load-async", test_load_async);
  g_test_add_func ("/model/load-cancelled", test_load_cancelled);
  g_test_add_func ("/model/options", test_options);
  g_test_add_func ("/model/file-properties", test_file_properties);
  g_test_add_func ("/model/sources", test_sources);
  g_test_add_func ("/model/open-async", test_open_async);
  g_test_add_func ("/model/metadata", test_metadata);
  g_test_add_func ("/model/tensors", test_tensors);
  g_test_add_func ("/model/memory-need", test_memory_need);
  g_test_add_func ("/model/missing-file", test_missing_file);
  g_test_add_func ("/model/cut-while-loaded", test_cut_while_loaded);
  g_test_add_func ("/model/damaged-file", test_damaged_file);
  g_test_add_func ("/model/bad-options", test_bad_options);
  g_test_add_func ("/model/devices", test_devices);
  g_test_add_func ("/model/info", test_info);
  return g_test_run ();
}
