/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fixture.h"

#include <glib/gstdio.h>
#include <unistd.h>

static GFile *
temporary_file (void)
{
  g_autofree char *name = g_strdup_printf ("chord-quantized-%u-%x.gguf", (guint) getpid (),
                                           g_random_int ());

  return g_file_new_build_filename (g_get_tmp_dir (), name, NULL);
}

static void
assert_types (ChordModelFile *file, const char *type)
{
  GListModel *tensors = chord_model_file_get_tensors (file);

  for (guint i = 0; i < g_list_model_get_n_items (tensors); i++)
    {
      g_autoptr (ChordTensorInfo) info = g_list_model_get_item (tensors, i);
      gsize n_dims;

      chord_tensor_info_get_shape (info, &n_dims);
      g_assert_cmpstr (chord_tensor_info_get_type_name (info), ==, n_dims > 1 ? type : "F32");
    }
}

static void
assert_answers (ChordModelFile *file)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChordModel) model = chord_model_load_file (file, NULL, NULL, NULL, &error);
  g_autoptr (ChordSession) session = NULL;
  g_autoptr (ChordSamplingOptions) options = fixture_greedy (-1);
  g_autoptr (ChordGeneration) generation = NULL;

  g_assert_no_error (error);
  session = chord_session_new (model);
  chord_session_append_text (session, CHORD_ROLE_USER, "What is the capital of France?", NULL);
  generation = chord_session_generate (session, options, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (chord_generation_get_text (generation), "Paris"));
}

/* From the built-in model to each type and back into memory: it still knows what it knew. */
static void
test_type (gconstpointer data)
{
  const char *type = data;
  g_autoptr (GFile) destination = temporary_file ();
  g_autoptr (ChordProgress) progress = chord_progress_new ();
  g_autoptr (ChordQuantizer) quantizer
      = chord_quantizer_new (chord_model_get_file (fixture_model ()), type);
  g_autoptr (ChordModelFile) file = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (chord_quantizer_run (quantizer, destination, progress, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpfloat (chord_progress_get_fraction (progress), ==, 1);
  file = chord_model_file_new_for_file (destination, CHORD_MODEL_FILE_FLAGS_NONE, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (chord_model_file_get_quantization (file), ==, type);
  assert_types (file, type);
  assert_answers (file);
  g_file_delete (destination, NULL, NULL);
}

static void
test_async (void)
{
  g_autoptr (GFile) destination = temporary_file ();
  g_autoptr (ChordQuantizer) quantizer
      = chord_quantizer_new (chord_model_get_file (fixture_model ()), "f16");
  g_autoptr (GError) error = NULL;
  g_auto (FixtureReply) reply = { 0 };

  chord_quantizer_run_async (quantizer, destination, NULL, NULL, fixture_reply, &reply);
  fixture_iterate_until (&reply.done);
  g_assert_true (chord_quantizer_run_finish (quantizer, reply.result, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_query_exists (destination, NULL));
  g_file_delete (destination, NULL, NULL);
}

static void
test_unknown_type (void)
{
  g_autoptr (GFile) destination = temporary_file ();
  g_autoptr (ChordQuantizer) quantizer
      = chord_quantizer_new (chord_model_get_file (fixture_model ()), "Q9_X");
  g_autoptr (GError) error = NULL;

  g_assert_false (chord_quantizer_run (quantizer, destination, NULL, NULL, &error));
  g_assert_error (error, CHORD_ERROR, CHORD_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "Q9_X"));
  g_assert_nonnull (strstr (error->message, "Q4_K"));
}

static void
cancel (ChordProgress *progress, GParamSpec *pspec, gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
}

/* What was not finished leaves no file. */
static void
test_cancelled (void)
{
  g_autoptr (GFile) destination = temporary_file ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (ChordProgress) progress = chord_progress_new ();
  g_autoptr (ChordQuantizer) quantizer
      = chord_quantizer_new (chord_model_get_file (fixture_model ()), "Q4_0");
  g_autoptr (GError) error = NULL;

  g_signal_connect (progress, "notify::fraction", G_CALLBACK (cancel), cancellable);
  g_assert_false (chord_quantizer_run (quantizer, destination, progress, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (g_file_query_exists (destination, NULL));
}

static void
test_bad_destination (void)
{
  g_autoptr (GFile) destination = g_file_new_for_path ("/nonexistent/folder/model.gguf");
  g_autoptr (ChordQuantizer) quantizer
      = chord_quantizer_new (chord_model_get_file (fixture_model ()), "F16");
  g_autoptr (GError) error = NULL;

  g_assert_false (chord_quantizer_run (quantizer, destination, NULL, NULL, &error));
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, "/nonexistent/folder"));
}

int
main (int argc, char **argv)
{
  static const char *const types[] = { "F32", "BF16", "Q8_0", "Q4_0", "Q4_K" };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autofree char *path = g_strconcat ("/quantizer/type/", types[i], NULL);
      g_test_add_data_func (path, types[i], test_type);
    }
  g_test_add_func ("/quantizer/async", test_async);
  g_test_add_func ("/quantizer/unknown-type", test_unknown_type);
  g_test_add_func ("/quantizer/cancelled", test_cancelled);
  g_test_add_func ("/quantizer/bad-destination", test_bad_destination);
  return g_test_run ();
}
