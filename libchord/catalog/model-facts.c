/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "catalog/model-facts.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

/* ---- The header ------------------------------------------------------------------------------ */

void
ch_model_facts_free (ChModelFacts *facts)
{
  g_free (facts->title);
  g_free (facts->architecture);
  g_free (facts->license);
  g_free (facts->chat_template);
  g_free (facts->quantization);
  g_free (facts);
}

const char *
ch_model_kind_describe (ChModelKind kind)
{
  static const char *const words[] = {
    [CH_MODEL_KIND_TEXT] = "a language model",
    [CH_MODEL_KIND_PROJECTOR] = "a projector, which belongs to another model",
    [CH_MODEL_KIND_ADAPTER] = "an adapter, which belongs to another model",
    [CH_MODEL_KIND_VOCABULARY] = "a vocabulary without weights",
    [CH_MODEL_KIND_DATA] = "not a model, but data of a tool",
  };

  return words[kind];
}

/* A key that is missing or of the wrong kind is no reason to refuse the others. */
static const char *
text_of (const ChGguf *gguf, const char *key)
{
  const char *text = NULL;

  ch_gguf_get_string (gguf, key, &text, NULL);
  return text;
}

static guint64
number_of (const ChGguf *gguf, const char *architecture, const char *key)
{
  g_autofree char *full = g_strconcat (architecture != NULL ? architecture : "", ".", key, NULL);
  guint64 number = 0;

  ch_gguf_get_uint (gguf, full, G_MAXINT64, &number, NULL);
  return number;
}

static ChModelKind
kind_of (const ChGguf *gguf)
{
  const char *type = text_of (gguf, "general.type");
  const char *architecture = text_of (gguf, "general.architecture");

  if (g_strcmp0 (architecture, "clip") == 0 || g_strcmp0 (type, "mmproj") == 0)
    return CH_MODEL_KIND_PROJECTOR;
  if (g_strcmp0 (type, "adapter") == 0 || ch_gguf_find (gguf, "adapter.type") != NULL)
    return CH_MODEL_KIND_ADAPTER;
  if (g_strcmp0 (type, "imatrix") == 0 || g_strcmp0 (architecture, "imatrix") == 0)
    return CH_MODEL_KIND_DATA;
  if (ch_gguf_n_tensors (gguf) == 0 || g_strcmp0 (type, "vocab") == 0)
    return CH_MODEL_KIND_VOCABULARY;
  return CH_MODEL_KIND_TEXT;
}

/* The names that quantizers give to their mixes of types, by the number in general.file_type. */
static const struct
{
  guint64 number;
  const char *name;
} mixes[] = {
  { 10, "Q2_K" },    { 11, "Q3_K_S" },  { 12, "Q3_K_M" },  { 13, "Q3_K_L" },  { 14, "Q4_K_S" },
  { 15, "Q4_K_M" },  { 16, "Q5_K_S" },  { 17, "Q5_K_M" },  { 18, "Q6_K" },    { 19, "IQ2_XXS" },
  { 20, "IQ2_XS" },  { 21, "Q2_K_S" },  { 22, "IQ3_XS" },  { 23, "IQ3_XXS" }, { 24, "IQ1_S" },
  { 25, "IQ4_NL" },  { 26, "IQ3_S" },   { 27, "IQ3_M" },   { 28, "IQ2_S" },   { 29, "IQ2_M" },
  { 30, "IQ4_XS" },  { 31, "IQ1_M" },
};

/* The mix that the file names, if it is one of the type that it is mostly made of: many files that
 * were converted twice still carry the number of the first time. */
static const char *
refine_label (const ChGguf *gguf, const char *type_name)
{
  guint64 number = G_MAXUINT64;

  ch_gguf_get_uint (gguf, "general.file_type", 1023, &number, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (mixes); i++)
    if (mixes[i].number == number && g_str_has_prefix (mixes[i].name, type_name))
      return mixes[i].name;
  return type_name;
}

/* Counts the weights, and labels them by the type that most of their bytes have. */
static void
sum_tensors (const ChGguf *gguf, ChModelFacts *facts)
{
  g_autoptr (GHashTable) bytes_of_type = g_hash_table_new (NULL, NULL);
  const char *label = "";
  gsize most = 0;

  for (guint64 i = 0; i < ch_gguf_n_tensors (gguf); i++)
    {
      const ChGgufTensor *tensor = ch_gguf_tensor (gguf, i);
      gpointer type = GUINT_TO_POINTER (tensor->type);
      gsize bytes = GPOINTER_TO_SIZE (g_hash_table_lookup (bytes_of_type, type));

      bytes += tensor->n_bytes;
      g_hash_table_insert (bytes_of_type, type, GSIZE_TO_POINTER (bytes));
      facts->n_parameters += tensor->n_values;
      if (bytes > most)
        {
          most = bytes;
          label = ch_type_info (tensor->type)->name;
        }
    }
  facts->quantization = g_strdup (refine_label (gguf, label));
}

/* Not mapped: another program may cut the file at any moment. */
ChModelFacts *
ch_model_facts_read (const char *path, GError **error)
{
  g_autoptr (ChGguf) gguf = ch_gguf_open (path, CH_GGUF_NO_MMAP, error);
  ChModelFacts *facts;
  const char *architecture;

  if (gguf == NULL)
    return NULL;
  architecture = text_of (gguf, "general.architecture");
  facts = g_new0 (ChModelFacts, 1);
  facts->kind = kind_of (gguf);
  facts->title = g_strdup (text_of (gguf, "general.name"));
  facts->architecture = g_strdup (architecture);
  facts->license = g_strdup (text_of (gguf, "general.license"));
  facts->chat_template = g_strdup (text_of (gguf, "tokenizer.chat_template"));
  facts->context_length = number_of (gguf, architecture, "context_length");
  facts->embedding_length = number_of (gguf, architecture, "embedding_length");
  facts->n_layers = number_of (gguf, architecture, "block_count");
  facts->n_files = ch_gguf_n_files (gguf);
  sum_tensors (gguf, facts);
  return facts;
}

/* ---- The files ------------------------------------------------------------------------------- */

char **
ch_model_files_list (const char *path)
{
  guint number, count;
  g_autofree char *prefix = ch_gguf_split_name (path, &number, &count);
  const gboolean is_split = prefix != NULL && number >= 1 && number <= count;
  g_autoptr (GPtrArray) paths = g_ptr_array_new_null_terminated (1, g_free, TRUE);

  if (!is_split)
    g_ptr_array_add (paths, g_strdup (path));
  for (guint i = 1; is_split && i <= count; i++)
    g_ptr_array_add (paths, g_strdup_printf ("%s-%05u-of-%05u.gguf", prefix, i, count));
  return (char **) g_ptr_array_steal (paths, NULL);
}

static gint64
modified_of (const struct stat *status)
{
  return (gint64) status->st_mtim.tv_sec * G_USEC_PER_SEC + status->st_mtim.tv_nsec / 1000;
}

static void
add_part (ChModelFiles *files, const struct stat *status)
{
  if (files->n_found == 0)
    {
      files->device = status->st_dev;
      files->inode = status->st_ino;
    }
  files->n_found++;
  files->bytes += (guint64) status->st_size;
  files->modified = MAX (files->modified, modified_of (status));
}

static gboolean
fail_errno (GError **error, const char *path, int code)
{
  g_autofree char *shown = g_filename_display_name (path);

  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (code), "%s: %s", shown,
               g_strerror (code));
  return FALSE;
}

gboolean
ch_model_files_look (const char *path, ChModelFiles *files, GError **error)
{
  g_auto (GStrv) parts = NULL;
  struct stat status;

  *files = (ChModelFiles) { 0 };
  if (stat (path, &status) != 0)
    return fail_errno (error, path, errno);
  parts = ch_model_files_list (path);
  for (char **part = parts; *part != NULL; part++)
    {
      files->n_expected++;
      if (stat (*part, &status) == 0)
        add_part (files, &status);
    }
  return TRUE;
}

/* ---- The fingerprint ------------------------------------------------------------------------- */

#define N_SAMPLES    16
#define SAMPLE_BYTES (64 * 1024)

/* Adds what is at offset, up to SAMPLE_BYTES. */
static gboolean
add_sample (GChecksum *sum, int fd, guint64 offset, const char *path, GError **error)
{
  g_autofree guint8 *bytes = g_malloc (SAMPLE_BYTES);
  gsize done = 0;

  while (done < SAMPLE_BYTES)
    {
      const ssize_t got = pread (fd, bytes + done, SAMPLE_BYTES - done, (off_t) (offset + done));

      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        return fail_errno (error, path, errno);
      if (got == 0)
        break;
      done += (gsize) got;
    }
  g_checksum_update (sum, bytes, (gssize) done);
  return TRUE;
}

static gboolean
add_samples (GChecksum *sum, int fd, const char *path, GCancellable *cancellable, GError **error)
{
  struct stat status;
  guint64 last, size;

  if (fstat (fd, &status) != 0)
    return fail_errno (error, path, errno);
  size = GUINT64_TO_LE ((guint64) status.st_size);
  g_checksum_update (sum, (const guchar *) &size, sizeof size);
  last = (guint64) MAX (status.st_size, SAMPLE_BYTES) - SAMPLE_BYTES;
  for (guint i = 0; i < N_SAMPLES; i++)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error)
          || !add_sample (sum, fd, last / (N_SAMPLES - 1) * i, path, error))
        return FALSE;
    }
  return add_sample (sum, fd, last, path, error);
}

static gboolean
add_file (GChecksum *sum, const char *path, GCancellable *cancellable, GError **error)
{
  const int fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0);
  gboolean ok;

  if (fd < 0)
    return fail_errno (error, path, errno);
  ok = add_samples (sum, fd, path, cancellable, error);
  close (fd);
  return ok;
}

char *
ch_model_fingerprint (const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_auto (GStrv) parts = ch_model_files_list (path);

  for (char **part = parts; *part != NULL; part++)
    if (!add_file (sum, *part, cancellable, error))
      return NULL;
  return g_strdup (g_checksum_get_string (sum));
}
