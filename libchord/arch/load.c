/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "arch/arch-private.h"

#include "base/error.h"

/* Finding, checking and loading the tensors that a family names. */

static const ChGgufTensor *
find (const ChWeights *w, const char *name, char full[128])
{
  const char *suffix = g_str_has_suffix (name, ".bias") ? "" : ".weight";

  if (w->layer >= 0)
    g_snprintf (full, 128, "blk.%d.%s%s", w->layer, name, suffix);
  else
    g_snprintf (full, 128, "%s%s", name, suffix);
  return ch_gguf_find_tensor (w->gguf, full);
}

gboolean
ch_load_has (const ChWeights *w, const char *name)
{
  char full[128];

  return find (w, name, full) != NULL;
}

static void G_GNUC_PRINTF (3, 4)
fail (ChWeights *w, const char *tensor, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list args;

  if (w->error != NULL)
    return;
  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (&w->error, CH_ERROR, CH_ERROR_INVALID_FILE, "%s: tensor %s %s",
               ch_gguf_name (w->gguf), tensor, what);
}

static gboolean
is_integer (ChType type)
{
  return type == CH_TYPE_I8 || type == CH_TYPE_I16 || type == CH_TYPE_I32 || type == CH_TYPE_I64;
}

/* Vectors are small and are used as floats; files have them in F32, seldom in F16 or BF16. */
static gboolean
type_fits (ChType type, gboolean vector)
{
  if (vector)
    return type == CH_TYPE_F32 || type == CH_TYPE_F16 || type == CH_TYPE_BF16
           || type == CH_TYPE_F64;
  return !is_integer (type) && type != CH_TYPE_Q8_1 && type != CH_TYPE_Q8_K;
}

static gboolean
check (ChWeights *w, const ChGgufTensor *t, guint64 cols, guint64 rows, guint64 n, gboolean vector)
{
  if (t->ne[0] != cols || t->ne[1] != rows || t->ne[2] != n || t->ne[3] != 1)
    fail (w, t->name,
          "is %" G_GUINT64_FORMAT " x %" G_GUINT64_FORMAT " x %" G_GUINT64_FORMAT
          " x %" G_GUINT64_FORMAT ", not %" G_GUINT64_FORMAT " x %" G_GUINT64_FORMAT
          " x %" G_GUINT64_FORMAT,
          t->ne[0], t->ne[1], t->ne[2], t->ne[3], cols, rows, n);
  else if (!type_fits (t->type, vector))
    fail (w, t->name, "cannot be of type %s", ch_type_info (t->type)->name);
  return w->error == NULL;
}

static ChDevice *
current_device (const ChWeights *w)
{
  return w->devices[w->layer >= 0 ? (guint64) w->layer : w->hparams.n_layers];
}

/* A tensor that is wanted twice on one device (tied embeddings) is loaded once. */
static const ChWeight *
load_on (ChWeights *w, ChDevice *device, const ChGgufTensor *tensor)
{
  ChWeight *weight;

  for (guint i = 0; i < w->tensors->len; i++)
    {
      weight = w->tensors->pdata[i];
      if (weight->device == device && g_str_equal (weight->name, tensor->name))
        return weight;
    }
  weight = device->klass->load_weight (device, w->gguf, tensor, &w->error);
  if (weight != NULL)
    g_ptr_array_add (w->tensors, weight);
  return weight;
}

static const ChWeight *
load (ChWeights *w, const char *name, guint64 cols, guint64 rows, guint64 n, gboolean vector,
      gboolean optional)
{
  char full[128];
  const ChGgufTensor *tensor = find (w, name, full);

  if (w->error != NULL || (tensor == NULL && optional))
    return NULL;
  if (tensor == NULL)
    {
      fail (w, full, "is missing");
      return NULL;
    }
  return check (w, tensor, cols, rows, n, vector) ? load_on (w, current_device (w), tensor) : NULL;
}

const ChWeight *
ch_load_matrix (ChWeights *w, const char *name, guint64 cols, guint64 rows)
{
  const ChWeight *weight = load (w, name, cols, rows, 1, FALSE, FALSE);

  w->bytes_per_token += weight != NULL ? weight->file_bytes : 0;
  return weight;
}

const ChWeight *
ch_load_stack (ChWeights *w, const char *name, guint64 cols, guint64 rows, guint64 n)
{
  const ChWeight *weight = load (w, name, cols, rows, n, FALSE, FALSE);

  w->bytes_per_token += weight != NULL ? weight->file_bytes / n * w->hparams.n_experts_used : 0;
  return weight;
}

const ChWeight *
ch_load_vector (ChWeights *w, const char *name, guint64 n)
{
  return load (w, name, n, 1, 1, TRUE, FALSE);
}

const ChWeight *
ch_load_optional_vector (ChWeights *w, const char *name, guint64 n)
{
  return load (w, name, n, 1, 1, TRUE, TRUE);
}

const ChWeight *
ch_load_embedding (ChWeights *w)
{
  char full[128];
  const ChGgufTensor *tensor = find (w, "token_embd", full);

  if (w->error != NULL || !check (w, tensor, w->hparams.n_embd, w->hparams.n_vocab, 1, FALSE))
    return NULL;
  return load_on (w, w->devices[0], tensor);
}

const ChWeight *
ch_load_head (ChWeights *w)
{
  const char *name = ch_load_has (w, "output") ? "output" : "token_embd";

  return ch_load_matrix (w, name, w->hparams.n_embd, w->hparams.n_vocab);
}
