/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "arch/arch.h"
#include "base/error.h"
#include "format/gguf.h"
#include "fuzz.h"
#include "text/vocab.h"

/* Any bytes as a model file: an error that says why, or a model of which everything can be read.
 * Read on demand the same bytes have to give the same answer. */

/* abort() is what the fuzzer understands, and unlike g_assert() it stays in every build. */
static void
insist (gboolean truth)
{
  if (!truth)
    abort ();
}

static void
check_error (const GError *error)
{
  insist (error != NULL && error->domain == CH_ERROR);
  insist (g_utf8_validate (error->message, -1, NULL));
  insist (strchr (error->message, '\n') == NULL && strlen (error->message) < 1000);
}

static guint64
walk_value (const ChGgufValue *value)
{
  guint64 sum = value->kind + value->n_items;

  for (guint64 i = 0; i < value->n_items; i++)
    if (value->item == CH_GGUF_STRING)
      {
        const ChGgufString string = ch_gguf_item_string (value, i);

        for (gsize k = 0; k < string.length; k++)
          sum = sum * 31 + (guint8) string.data[k];
      }
    else
      sum = sum * 31 + (guint64) ch_gguf_item_int (value, i) + !(ch_gguf_item_float (value, i) < 0);
  return sum;
}

static void
read_typed (const ChGguf *gguf, const char *key)
{
  const char *text = NULL;
  guint64 number = 0;
  gboolean flag = FALSE;
  double real = 0;

  insist (ch_gguf_find (gguf, key) != NULL);
  ch_gguf_get_uint (gguf, key, G_MAXUINT32, &number, NULL);
  insist (number <= G_MAXUINT32);
  ch_gguf_get_float (gguf, key, &real, NULL);
  ch_gguf_get_bool (gguf, key, &flag, NULL);
  ch_gguf_get_string (gguf, key, &text, NULL);
  insist (text == NULL || g_utf8_validate (text, -1, NULL));
}

static guint64
walk_tensor (ChGguf *gguf, const ChGgufTensor *tensor)
{
  const guint8 *data = ch_gguf_tensor_data (gguf, tensor, NULL);
  guint64 sum = tensor->n_bytes;

  insist (ch_gguf_find_tensor (gguf, tensor->name) == tensor);
  insist (tensor->offset + tensor->n_bytes <= ch_gguf_file_bytes (gguf));
  insist (data != NULL && tensor->n_values > 0);
  for (guint64 i = 0; i < tensor->n_bytes; i++)
    sum = sum * 31 + data[i];
  ch_gguf_release_tensor (gguf, tensor);
  return sum;
}

/* A figure that depends on everything in the file. */
static guint64
walk (ChGguf *gguf)
{
  guint64 sum = 0;

  for (guint64 i = 0; i < ch_gguf_n_values (gguf); i++)
    {
      const ChGgufValue *value = ch_gguf_value (gguf, i);

      sum = sum * 31 + walk_value (value);
      read_typed (gguf, value->key);
    }
  for (guint64 i = 0; i < ch_gguf_n_tensors (gguf); i++)
    sum = sum * 31 + walk_tensor (gguf, ch_gguf_tensor (gguf, i));
  return sum;
}

static void
try_hparams (const ChGguf *gguf)
{
  g_autoptr (GError) error = NULL;
  ChHparams hparams;

  if (!ch_hparams_read (gguf, &hparams, &error))
    check_error (error);
}

/* Whatever vocabulary there is, tokens are its own and come out as some bytes. */
static void
try_vocab (const ChGguf *gguf)
{
  static const char text[] = "ab <|im_end|>\nGr\xc3\xbc\xc3\x9f" "e, 12 \xf0\x9f\xa6\x8a\xff!";
  g_autoptr (GError) error = NULL;
  g_autoptr (ChVocab) vocab = ch_vocab_new (gguf, &error);
  g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (gint32));
  g_autoptr (GString) bytes = g_string_new (NULL);

  if (vocab == NULL)
    {
      check_error (error);
      return;
    }
  ch_vocab_tokenize (vocab, text, sizeof text - 1,
                     CH_TOKENIZE_ADD_SPECIAL | CH_TOKENIZE_PARSE_SPECIAL, tokens);
  for (guint i = 0; i < tokens->len; i++)
    {
      const gint32 token = g_array_index (tokens, gint32, i);

      insist (token >= 0 && (guint) token < ch_vocab_size (vocab));
      ch_vocab_append_bytes (vocab, token, TRUE, bytes);
    }
}

static void
compare_on_demand (const guint8 *data, gsize size, guint64 sum, const GError *error)
{
  const int fd = memfd_create ("fuzz", MFD_CLOEXEC);
  g_autoptr (GError) other = NULL;
  g_autoptr (ChGguf) gguf = NULL;

  if (fd < 0 || write (fd, data, size) != (gssize) size)
    abort ();
  gguf = ch_gguf_open_fd (fd, "fuzz", CH_GGUF_NO_MMAP | CH_GGUF_NO_SPLITS, &other);
  close (fd);
  if (gguf != NULL)
    insist (error == NULL && walk (gguf) == sum);
  else
    insist (error != NULL && other != NULL && strcmp (error->message, other->message) == 0);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChGguf) gguf = ch_gguf_open_bytes (bytes, "fuzz", &error);
  guint64 sum = 0;

  insist ((gguf == NULL) == (error != NULL));
  if (gguf == NULL)
    check_error (error);
  else
    {
      sum = walk (gguf);
      try_hparams (gguf);
      try_vocab (gguf);
    }
  if (size > 0)
    compare_on_demand (data, size, sum, error);
  return 0;
}
