/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "catalog/file-work.h"
#include "catalog/model-scan.h"
#include "gguf-builder.h"

/* The finder of model files: what it takes for a model, what it passes over, and long work on
 * files. */

typedef struct
{
  char *folder;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("chord-models-XXXXXX", NULL);
}

static void
remove_tree (const char *path)
{
  GDir *dir = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *below = g_build_filename (path, name, NULL);
      remove_tree (below);
    }
  g_clear_pointer (&dir, g_dir_close);
  g_remove (path);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  remove_tree (fixture->folder);
  g_free (fixture->folder);
}

/* ---- Files to find --------------------------------------------------------------------------- */

static char *
path_of (Fixture *fixture, const char *name)
{
  return g_build_filename (fixture->folder, name, NULL);
}

static void
make_folder_of (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
}

static void
put_bytes (Fixture *fixture, const char *name, const void *bytes, gsize n)
{
  g_autofree char *path = path_of (fixture, name);

  make_folder_of (path);
  g_assert_true (g_file_set_contents (path, bytes, (gssize) n, NULL));
}

static void
put_text (Fixture *fixture, const char *name, const char *text)
{
  put_bytes (fixture, name, text, strlen (text));
}

static void
put_link (Fixture *fixture, const char *target, const char *name)
{
  g_autofree char *path = path_of (fixture, name);

  make_folder_of (path);
  g_assert_cmpint (symlink (target, path), ==, 0);
}

static void
put_model (Fixture *fixture, const char *name, GgufBuilder *builder)
{
  const guint64 n = 32;
  g_autoptr (GBytes) bytes = NULL;

  gguf_builder_tensor (builder, "token_embd.weight", 0, 1, &n, 0);
  bytes = gguf_builder_finish (builder, 32, n * 4);
  put_bytes (fixture, name, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static void
put_llama (Fixture *fixture, const char *name)
{
  g_autoptr (GgufBuilder) builder = gguf_builder_new ();

  gguf_builder_string (builder, "general.architecture", "llama");
  gguf_builder_string (builder, "general.name", "A Model");
  gguf_builder_uint32 (builder, "llama.context_length", 2048);
  gguf_builder_uint32 (builder, "llama.block_count", 3);
  gguf_builder_uint32 (builder, "llama.embedding_length", 32);
  put_model (fixture, name, builder);
}

static void
put_part (Fixture *fixture, const char *name, guint number, guint count)
{
  g_autoptr (GgufBuilder) builder = gguf_builder_new ();
  const guint64 n = 32;
  g_autofree char *tensor = g_strdup_printf ("part.%u", number);
  g_autoptr (GBytes) bytes = NULL;

  gguf_builder_string (builder, "general.architecture", "llama");
  gguf_builder_number (builder, "split.no", CH_GGUF_UINT16, number - 1, 2);
  gguf_builder_number (builder, "split.count", CH_GGUF_UINT16, count, 2);
  gguf_builder_tensor (builder, tensor, 0, 1, &n, 0);
  bytes = gguf_builder_finish (builder, 32, n * 4);
  put_bytes (fixture, name, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static GPtrArray *
scan (Fixture *fixture, const char *below)
{
  g_autofree char *path = path_of (fixture, below);
  g_autoptr (GError) error = NULL;
  GPtrArray *found = ch_model_scan (path, NULL, NULL, &error);

  g_assert_no_error (error);
  return found;
}

/* The names of what was found, in their order. */
static void
assert_found (GPtrArray *found, const char *names)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < found->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "",
                            ((const ChFoundModel *) found->pdata[i])->name);
  g_assert_cmpstr (text->str, ==, names);
}

/* ---- Finding --------------------------------------------------------------------------------- */

static void
test_plain (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) found = NULL;

  put_llama (fixture, "b.gguf");
  put_llama (fixture, "deep/er/A.GGUF");
  put_text (fixture, "deep/notes.txt", "not a model");
  put_text (fixture, "c.gguf.part", "half a model");
  put_text (fixture, ".gguf", "no name");
  put_llama (fixture, ".git/hidden.gguf");
  found = scan (fixture, "");
  assert_found (found, "b A");
}

static void
test_links (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) found = NULL;

  put_llama (fixture, "real/model.gguf");
  put_link (fixture, "real/model.gguf", "z-again.gguf");
  put_link (fixture, "nowhere", "broken.gguf");
  put_link (fixture, "..", "real/up");
  put_link (fixture, ".", "self");
  put_link (fixture, "loop", "loop");
  found = scan (fixture, "");
  assert_found (found, "model");
}

static void
test_depth (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) name = g_string_new (NULL);
  g_autoptr (GPtrArray) found = NULL;

  for (guint i = 0; i < 16; i++)
    g_string_append (name, "d/");
  g_string_append (name, "last.gguf");
  put_llama (fixture, name->str);
  g_string_prepend (name, "d/");
  g_string_replace (name, "last", "beyond", 0);
  put_llama (fixture, name->str);
  found = scan (fixture, "");
  assert_found (found, "last");
}

static void
test_split (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) found = NULL;
  const ChFoundModel *whole, *half;

  for (guint i = 1; i <= 3; i++)
    {
      g_autofree char *name = g_strdup_printf ("whole-%05u-of-00003.gguf", i);
      put_part (fixture, name, i, 3);
    }
  put_part (fixture, "half-00002-of-00003.gguf", 2, 3);
  put_part (fixture, "half-00003-of-00003.gguf", 3, 3);
  found = scan (fixture, "");
  assert_found (found, "half whole");
  half = found->pdata[0];
  whole = found->pdata[1];
  g_assert_cmpuint (whole->files.n_expected, ==, 3);
  g_assert_cmpuint (whole->files.n_found, ==, 3);
  g_assert_true (g_str_has_suffix (whole->path, "whole-00001-of-00003.gguf"));
  g_assert_cmpuint (half->files.n_expected, ==, 3);
  g_assert_cmpuint (half->files.n_found, ==, 2);
}

static void
test_hub (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) found = NULL;

  put_llama (fixture, "models--owner--name/blobs/0123");
  put_link (fixture, "../../blobs/0123", "models--owner--name/snapshots/aa/name-Q4_K_M.gguf");
  put_link (fixture, "../../blobs/0123", "models--owner--name/snapshots/bb/name-Q4_K_M.gguf");
  found = scan (fixture, "");
  assert_found (found, "name-Q4_K_M");
}

#define SUM "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static const char manifest[]
    = "{\"schemaVersion\": 2, \"layers\": ["
      "{\"mediaType\": \"application/vnd.ollama.image.template\", \"digest\": \"sha256:ff\"},"
      "{\"mediaType\": \"application/vnd.ollama.image.model\", \"digest\": \"sha256:" SUM "\"}]}";

static void
test_ollama (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) found = NULL;
  g_autofree char *deep = g_strnfill (60000, '[');

  put_llama (fixture, "store/blobs/sha256-" SUM);
  put_text (fixture, "store/manifests/registry.ollama.ai/library/llama3.2/3b", manifest);
  put_text (fixture, "store/manifests/registry.ollama.ai/library/lost/latest",
            "{\"layers\": [{\"mediaType\": \"application/vnd.ollama.image.model\","
            " \"digest\": \"sha256:../../../../etc/passwd\"}]}");
  put_text (fixture, "store/manifests/registry.ollama.ai/library/deep/latest", deep);
  put_text (fixture, "store/manifests/registry.ollama.ai/library/odd/latest", "{\"layers\": 7}");
  found = scan (fixture, "");
  assert_found (found, "llama3.2:3b");
  g_assert_cmpstr (((const ChFoundModel *) found->pdata[0])->sha256, ==, SUM);
}

static void
test_unreadable_folder (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autofree char *path = path_of (fixture, "none");
  g_autoptr (GError) error = NULL;

  g_assert_null (ch_model_scan (path, NULL, NULL, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  g_clear_error (&error);
  put_llama (fixture, "a.gguf");
  g_cancellable_cancel (cancelled);
  g_assert_null (ch_model_scan (fixture->folder, NULL, cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_known_folders (Fixture *fixture, gconstpointer data)
{
  g_autofree char *lm_studio = path_of (fixture, ".lmstudio/models/x");
  g_autofree char *ollama = path_of (fixture, ".ollama/models/x");
  g_autoptr (GArray) folders = ch_known_folders (fixture->folder);

  g_assert_cmpuint (folders->len, ==, 0);
  g_clear_pointer (&folders, g_array_unref);
  make_folder_of (lm_studio);
  make_folder_of (ollama);
  folders = ch_known_folders (fixture->folder);
  g_assert_cmpuint (folders->len, ==, 2);
  g_assert_cmpstr (g_array_index (folders, ChKnownFolder, 0).program, ==, "LM Studio");
  g_assert_cmpstr (g_array_index (folders, ChKnownFolder, 1).program, ==, "Ollama");
  g_assert_true (g_str_has_prefix (ollama, g_array_index (folders, ChKnownFolder, 1).path));
}

/* ---- Headers --------------------------------------------------------------------------------- */

static void
test_facts (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = path_of (fixture, "model.gguf");
  g_autoptr (ChModelFacts) facts = NULL;
  g_autoptr (GError) error = NULL;

  put_llama (fixture, "model.gguf");
  facts = ch_model_facts_read (path, &error);
  g_assert_no_error (error);
  g_assert_cmpint (facts->kind, ==, CH_MODEL_KIND_TEXT);
  g_assert_cmpstr (facts->title, ==, "A Model");
  g_assert_cmpstr (facts->architecture, ==, "llama");
  g_assert_cmpstr (facts->quantization, ==, "F32");
  g_assert_null (facts->license);
  g_assert_cmpuint (facts->n_parameters, ==, 32);
  g_assert_cmpuint (facts->context_length, ==, 2048);
  g_assert_cmpuint (facts->n_layers, ==, 3);
}

static ChModelKind
kind_of (Fixture *fixture, const char *key, const char *value, gboolean has_tensors)
{
  g_autoptr (GgufBuilder) builder = gguf_builder_new ();
  g_autofree char *path = path_of (fixture, "kind.gguf");
  g_autoptr (ChModelFacts) facts = NULL;
  g_autoptr (GBytes) header = NULL;
  g_autoptr (GError) error = NULL;

  gguf_builder_string (builder, key, value);
  if (has_tensors)
    put_model (fixture, "kind.gguf", builder);
  else
    {
      header = gguf_builder_header (builder);
      put_bytes (fixture, "kind.gguf", g_bytes_get_data (header, NULL), g_bytes_get_size (header));
    }
  facts = ch_model_facts_read (path, &error);
  g_assert_no_error (error);
  return facts->kind;
}

static void
test_kinds (Fixture *fixture, gconstpointer data)
{
  const char *const architecture = "general.architecture";

  g_assert_cmpint (kind_of (fixture, architecture, "llama", TRUE), ==, CH_MODEL_KIND_TEXT);
  g_assert_cmpint (kind_of (fixture, architecture, "clip", TRUE), ==, CH_MODEL_KIND_PROJECTOR);
  g_assert_cmpint (kind_of (fixture, architecture, "llama", FALSE), ==, CH_MODEL_KIND_VOCABULARY);
  g_assert_cmpint (kind_of (fixture, "adapter.type", "lora", TRUE), ==, CH_MODEL_KIND_ADAPTER);
  g_assert_cmpint (kind_of (fixture, "general.type", "imatrix", TRUE), ==, CH_MODEL_KIND_DATA);
}

static void
test_hostile (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = path_of (fixture, "bad.gguf");
  g_autoptr (GError) error = NULL;

  put_text (fixture, "bad.gguf", "GGUF\3\0\0\0\377\377\377\377\377\377\377\177");
  g_assert_null (ch_model_facts_read (path, &error));
  g_assert_error (error, CH_ERROR, CH_ERROR_INVALID_FILE);
  g_assert_nonnull (strstr (error->message, "bad.gguf"));
}

/* ---- Knowing files again --------------------------------------------------------------------- */

static char *
fingerprint (Fixture *fixture, const char *name)
{
  g_autofree char *path = path_of (fixture, name);
  g_autoptr (GError) error = NULL;
  char *print = ch_model_fingerprint (path, NULL, &error);

  g_assert_no_error (error);
  return print;
}

/* Each byte of a small file counts, and of a large one its size and both ends. */
static void
test_fingerprint (Fixture *fixture, gconstpointer data)
{
  const gsize sizes[] = { 100, 700 * 1024, 8 * 1024 * 1024 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree guint8 *bytes = g_malloc0 (sizes[i] + 1);
      const gsize places[] = { 0, sizes[i] / 2, sizes[i] - 1 };
      g_autofree char *plain = NULL, *longer = NULL, *again = NULL;

      put_bytes (fixture, "f", bytes, sizes[i]);
      put_bytes (fixture, "g", bytes, sizes[i]);
      plain = fingerprint (fixture, "f");
      again = fingerprint (fixture, "g");
      g_assert_cmpstr (plain, ==, again);
      put_bytes (fixture, "f", bytes, sizes[i] + 1);
      longer = fingerprint (fixture, "f");
      g_assert_cmpstr (plain, !=, longer);
      for (guint p = 0; p < G_N_ELEMENTS (places); p++)
        {
          g_autofree char *other = NULL;

          if (p == 1 && sizes[i] > 1024 * 1024)
            continue;
          bytes[places[p]] = 1;
          put_bytes (fixture, "f", bytes, sizes[i]);
          bytes[places[p]] = 0;
          other = fingerprint (fixture, "f");
          g_assert_cmpstr (plain, !=, other);
        }
    }
}

/* ---- Long work ------------------------------------------------------------------------------- */

typedef struct
{
  guint64 done, total;
  GCancellable *cancel; /* at the first report, unless NULL */
} Heard;

static void
hear (guint64 done, guint64 total, gpointer data)
{
  Heard *heard = data;

  g_assert_cmpuint (done, >, heard->done);
  g_assert_cmpuint (done, <=, total);
  heard->done = done;
  heard->total = total;
  g_cancellable_cancel (heard->cancel);
}

static void
test_sum (Fixture *fixture, gconstpointer data)
{
  g_autofree char *a = path_of (fixture, "a"), *b = path_of (fixture, "b"), *sum = NULL;
  const char *const paths[] = { a, b, NULL };
  g_autoptr (GCancellable) cancel = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  Heard heard = { 0 };

  put_text (fixture, "a", "ab");
  put_text (fixture, "b", "c");
  sum = ch_file_sha256 (paths, hear, &heard, NULL, &error);
  g_assert_cmpstr (sum, ==, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  g_assert_cmpuint (heard.done, ==, 3);
  g_assert_cmpuint (heard.total, ==, 3);
  heard = (Heard) { .cancel = cancel };
  g_assert_null (ch_file_sha256 (paths, hear, &heard, cancel, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static guint
count_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
test_copy (Fixture *fixture, gconstpointer data)
{
  g_autofree char *from = path_of (fixture, "from/a.gguf"), *to = path_of (fixture, "to");
  g_autofree char *target = path_of (fixture, "to/a.gguf");
  g_autofree guint8 *bytes = g_malloc0 (3 * 1024 * 1024);
  const char *const paths[] = { from, NULL };
  g_autoptr (GCancellable) cancel = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  Heard heard = { .cancel = cancel };

  put_bytes (fixture, "from/a.gguf", bytes, 3 * 1024 * 1024);
  g_assert_cmpint (g_mkdir (to, 0755), ==, 0);
  g_assert_false (ch_file_copy (paths, to, hear, &heard, cancel, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_cmpuint (count_files (to), ==, 0);

  heard = (Heard) { 0 };
  g_assert_true (ch_file_copy (paths, to, hear, &heard, NULL, &error));
  g_assert_cmpuint (heard.done, ==, 3 * 1024 * 1024);
  g_assert_true (g_file_test (target, G_FILE_TEST_IS_REGULAR));
  g_assert_cmpuint (count_files (to), ==, 1);
  g_assert_false (ch_file_copy (paths, to, NULL, NULL, NULL, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_EXIST);
  g_assert_cmpuint (count_files (to), ==, 1);
}

/* A sparse file that claims more than any disk of a test has. */
static void
test_copy_too_large (Fixture *fixture, gconstpointer data)
{
  g_autofree char *from = path_of (fixture, "huge.gguf"), *to = path_of (fixture, "to");
  const char *const paths[] = { from, NULL };
  g_autoptr (GError) error = NULL;

  put_text (fixture, "huge.gguf", "x");
  g_assert_cmpint (g_mkdir (to, 0755), ==, 0);
  if (truncate (from, (off_t) 15 << 40) != 0)
    {
      g_test_skip ("no such large files here");
      return;
    }
  g_assert_false (ch_file_copy (paths, to, NULL, NULL, NULL, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOSPC);
  g_assert_cmpuint (count_files (to), ==, 0);
}

static void
add (const char *name, void (*test) (Fixture *fixture, gconstpointer data))
{
  g_test_add (name, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("/catalog/scan/plain", test_plain);
  add ("/catalog/scan/links", test_links);
  add ("/catalog/scan/depth", test_depth);
  add ("/catalog/scan/split", test_split);
  add ("/catalog/scan/hub", test_hub);
  add ("/catalog/scan/ollama", test_ollama);
  add ("/catalog/scan/unreadable", test_unreadable_folder);
  add ("/catalog/scan/known-folders", test_known_folders);
  add ("/catalog/facts/read", test_facts);
  add ("/catalog/facts/kinds", test_kinds);
  add ("/catalog/facts/hostile", test_hostile);
  add ("/catalog/facts/fingerprint", test_fingerprint);
  add ("/catalog/work/sum", test_sum);
  add ("/catalog/work/copy", test_copy);
  add ("/catalog/work/copy-too-large", test_copy_too_large);
  return g_test_run ();
}
