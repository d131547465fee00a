/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fixture.h"

#include <glib/gstdio.h>
#include <string.h>

/* Made-up models of every type load and run, and are what they say they are. */

typedef struct
{
  char *folder, *path;
  GFile *file;
} Place;

static void
place_init (Place *place)
{
  place->folder = g_dir_make_tmp ("chord-synth-XXXXXX", NULL);
  place->path = g_build_filename (place->folder, "made-up.gguf", NULL);
  place->file = g_file_new_for_path (place->path);
}

static void
place_clear (Place *place)
{
  g_remove (place->path);
  g_rmdir (place->folder);
  g_free (place->folder);
  g_free (place->path);
  g_object_unref (place->file);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Place, place_clear)

/* What it computes must be numbers, of a size that a model's results have. */
static void
assert_runs (ChordModel *model)
{
  static const gint32 tokens[] = { 1, 260, 300, 270 };
  g_autoptr (ChordEvaluation) evaluation = chord_evaluation_new (model);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) rows = chord_evaluation_run (evaluation, tokens, 4, NULL, NULL, &error);
  gsize size;
  const float *values;

  g_assert_no_error (error);
  values = g_bytes_get_data (rows, &size);
  for (gsize i = 0; i < size / sizeof *values; i++)
    {
      g_assert_cmpfloat (values[i], >, -1000);
      g_assert_cmpfloat (values[i], <, 1000);
    }
}

static void
check_type (gconstpointer type)
{
  g_auto (Place) place = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (ChordModel) model = NULL;

  place_init (&place);
  g_assert_true (chord_synthesize_model ("tiny", type, place.file, NULL, NULL, &error));
  g_assert_no_error (error);
  model = chord_model_load (place.path, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (
      chord_model_file_get_quantization (chord_model_get_file (model)), type));
  assert_runs (model);
}

static void
test_text (void)
{
  g_auto (Place) place = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (ChordModel) model = NULL;
  ChordTokenizer *tokenizer;
  g_autofree gint32 *tokens = NULL;
  g_autofree char *text = NULL;
  gsize n;

  place_init (&place);
  g_assert_true (chord_synthesize_model ("tiny", "Q8_0", place.file, NULL, NULL, &error));
  model = chord_model_load (place.path, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  tokenizer = chord_model_get_tokenizer (model, &error);
  g_assert_no_error (error);
  tokens = chord_tokenizer_tokenize (tokenizer, "the fox, 42", -1, CHORD_TOKENIZE_FLAGS_NONE, &n);
  text = chord_tokenizer_detokenize (tokenizer, tokens, n, FALSE, NULL);
  g_assert_nonnull (strstr (text, "the fox, 42"));
  g_assert_cmpuint (n, <, 12); /* pieces, not bytes */
}

static void
test_same (void)
{
  g_auto (Place) a = { 0 }, b = { 0 };
  g_autofree char *first = NULL, *second = NULL;
  gsize n_first, n_second;

  place_init (&a);
  place_init (&b);
  g_assert_true (chord_synthesize_model ("tiny", "Q4_K", a.file, NULL, NULL, NULL));
  g_assert_true (chord_synthesize_model ("tiny", "Q4_K", b.file, NULL, NULL, NULL));
  g_assert_true (g_file_get_contents (a.path, &first, &n_first, NULL));
  g_assert_true (g_file_get_contents (b.path, &second, &n_second, NULL));
  g_assert_cmpmem (first, n_first, second, n_second);
}

static void
test_errors (void)
{
  g_auto (Place) place = { 0 };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  place_init (&place);
  g_assert_false (chord_synthesize_model ("gpt-9", "Q4_K", place.file, NULL, NULL, &error));
  g_assert_error (error, CHORD_ERROR, CHORD_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_false (chord_synthesize_model ("tiny", "Q9_Z", place.file, NULL, NULL, &error));
  g_assert_error (error, CHORD_ERROR, CHORD_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_cancellable_cancel (cancellable);
  g_assert_false (chord_synthesize_model ("tiny", "Q4_K", place.file, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (g_file_test (place.path, G_FILE_TEST_EXISTS));
}

int
main (int argc, char **argv)
{
  g_auto (GStrv) types = chord_list_synthetic_types ();

  g_test_init (&argc, &argv, NULL);
  for (char **type = types; *type; type++)
    {
      g_autofree char *name = g_strdup_printf ("/synthesizer/type/%s", *type);
      g_test_add_data_func (name, *type, check_type);
    }
  g_test_add_func ("/synthesizer/text", test_text);
  g_test_add_func ("/synthesizer/same", test_same);
  g_test_add_func ("/synthesizer/errors", test_errors);
  return g_test_run ();
}
