/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-quantizer.h"

#include "chord-param-private.h"
#include "base/cpu.h"
#include "base/error.h"
#include "base/pool.h"
#include "chord-model-file-private.h"
#include "chord-progress-private.h"

struct _ChordQuantizer
{
  GObject parent_instance;

  ChordModelFile *source;
  char *target_type;
};

enum
{
  PROP_0,
  PROP_SOURCE,
  PROP_TARGET_TYPE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ChordQuantizer, chord_quantizer, G_TYPE_OBJECT)

static void
chord_quantizer_finalize (GObject *object)
{
  ChordQuantizer *self = CHORD_QUANTIZER (object);

  g_clear_object (&self->source);
  g_free (self->target_type);
  G_OBJECT_CLASS (chord_quantizer_parent_class)->finalize (object);
}

static void
chord_quantizer_get_property (GObject *object, guint prop_id, GValue *value,
                              GParamSpec *pspec)
{
  ChordQuantizer *self = CHORD_QUANTIZER (object);

  switch (prop_id)
    {
    case PROP_SOURCE:
      g_value_set_object (value, self->source);
      break;
    case PROP_TARGET_TYPE:
      g_value_set_string (value, self->target_type);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
chord_quantizer_class_init (ChordQuantizerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = chord_quantizer_finalize;
  object_class->get_property = chord_quantizer_get_property;

  /**
   * ChordQuantizer:source:
   *
   * The model to convert.
   */
  properties[PROP_SOURCE]
      = g_param_spec_object ("source", NULL, NULL, CHORD_TYPE_MODEL_FILE, CHORD_PARAM_READABLE);

  /**
   * ChordQuantizer:target-type:
   *
   * The type to convert to.
   */
  properties[PROP_TARGET_TYPE]
      = g_param_spec_string ("target-type", NULL, NULL, NULL, CHORD_PARAM_READABLE);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
chord_quantizer_init (ChordQuantizer *self)
{
}

ChordQuantizer *
chord_quantizer_new (ChordModelFile *source, const char *type)
{
  ChordQuantizer *self;

  g_return_val_if_fail (CHORD_IS_MODEL_FILE (source), NULL);
  g_return_val_if_fail (type != NULL, NULL);

  self = g_object_new (CHORD_TYPE_QUANTIZER, NULL);
  self->source = g_object_ref (source);
  self->target_type = g_strdup (type);
  return self;
}

ChordModelFile *
chord_quantizer_get_source (ChordQuantizer *self)
{
  g_return_val_if_fail (CHORD_IS_QUANTIZER (self), NULL);

  return self->source;
}

const char *
chord_quantizer_get_target_type (ChordQuantizer *self)
{
  g_return_val_if_fail (CHORD_IS_QUANTIZER (self), NULL);

  return self->target_type;
}

/* ---- Types ---- */

/* The types that whole models are stored in, and the number that files have for each. */
static const struct
{
  ChType type;
  guint32 file_type;
} targets[] = {
  { CH_TYPE_F32, 0 },   { CH_TYPE_F16, 1 },   { CH_TYPE_BF16, 32 }, { CH_TYPE_Q8_0, 7 },
  { CH_TYPE_Q6_K, 18 }, { CH_TYPE_Q5_K, 16 }, { CH_TYPE_Q4_K, 14 }, { CH_TYPE_Q4_0, 2 },
};

char **
chord_quantizer_list_types (void)
{
  char **names = g_new0 (char *, G_N_ELEMENTS (targets) + 1);

  for (gsize i = 0; i < G_N_ELEMENTS (targets); i++)
    names[i] = g_strdup (ch_type_info (targets[i].type)->name);
  return names;
}

static gboolean
find_target (const char *name, ChType *type, guint32 *file_type, GError **error)
{
  const ChTypeInfo *info = ch_type_from_name (name);
  g_auto (GStrv) names = NULL;
  g_autofree char *list = NULL;

  for (gsize i = 0; info && i < G_N_ELEMENTS (targets); i++)
    if (targets[i].type == info->type)
      {
        *type = info->type;
        *file_type = targets[i].file_type;
        return TRUE;
      }
  names = chord_quantizer_list_types ();
  list = g_strjoinv (", ", names);
  g_set_error (error, CH_ERROR, CH_ERROR_INVALID_ARGUMENT,
               "Models cannot be converted to %s, but to %s", name, list);
  return FALSE;
}

/* Matrices are converted. Norms and other vectors, tables that are not weights, and the small
 * matrix that chooses experts stay as they are: they cost little and err much. */
static gboolean
is_converted (const ChGgufTensor *tensor)
{
  return tensor->n_dims >= 2 && tensor->ne[0] > 1 && tensor->ne[1] > 1
         && g_str_has_suffix (tensor->name, ".weight")
         && !g_str_has_suffix (tensor->name, "_norm.weight")
         && !g_str_has_suffix (tensor->name, "ffn_gate_inp.weight") && tensor->type != CH_TYPE_I32;
}

/* Rows must be whole blocks: else the next type with smaller blocks, and 16-bit floats at last. */
static ChType
fitting_type (const ChGgufTensor *tensor, ChType wanted)
{
  if (!is_converted (tensor))
    return tensor->type;
  if (tensor->ne[0] % ch_type_info (wanted)->block == 0)
    return wanted;
  if (tensor->ne[0] % ch_type_info (CH_TYPE_Q8_0)->block == 0)
    return CH_TYPE_Q8_0;
  return CH_TYPE_F16;
}

/* ---- Conversion ---- */

typedef struct
{
  ChGguf *gguf;
  ChType wanted;
  guint8 *buffer; /* one converted tensor */
  ChordProgress *progress;
  GCancellable *cancellable;
} Conversion;

typedef struct
{
  const ChGgufTensor *tensor;
  ChType type;
  const guint8 *from;
  guint8 *to;
  GCancellable *cancellable;
  atomic_bool failed;
} Rows;

static gboolean
convert_row (const Rows *rows, gsize row, float *values)
{
  gsize n = rows->tensor->ne[0];
  gsize from_bytes = ch_type_row_bytes (rows->tensor->type, n);
  gsize to_bytes = ch_type_row_bytes (rows->type, n);

  return ch_dequantize (rows->tensor->type, rows->from + row * from_bytes, values, n)
         && ch_quantize (rows->type, values, rows->to + row * to_bytes, n, NULL);
}

static void
convert_share (ChTeam *team, int rank, void *data)
{
  Rows *rows = data;
  gsize n_rows = rows->tensor->n_values / rows->tensor->ne[0];
  float *values = g_new (float, rows->tensor->ne[0]);
  size_t begin, end;

  ch_team_share (n_rows, 1, rank, ch_team_size (team), &begin, &end);
  for (size_t row = begin; row < end && !g_cancellable_is_cancelled (rows->cancellable); row++)
    if (!convert_row (rows, row, values))
      atomic_store (&rows->failed, TRUE);
  g_free (values);
}

static const void *
convert (Conversion *conversion, const ChGgufTensor *tensor, ChType type, const void *from,
         GError **error)
{
  gsize n_rows = tensor->n_values / tensor->ne[0];
  Rows rows = { .tensor = tensor, .type = type, .from = from,
                .cancellable = conversion->cancellable };

  g_free (conversion->buffer);
  conversion->buffer = rows.to = g_try_malloc (n_rows * ch_type_row_bytes (type, tensor->ne[0]));
  if (!rows.to)
    {
      g_set_error (error, CH_ERROR, CH_ERROR_NO_MEMORY, "%s: no memory to convert tensor %s",
                   ch_gguf_name (conversion->gguf), tensor->name);
      return NULL;
    }
  ch_pool_run (ch_cpu_default_threads (), convert_share, &rows);
  if (g_cancellable_set_error_if_cancelled (conversion->cancellable, error))
    return NULL;
  if (atomic_load (&rows.failed))
    {
      g_set_error (error, CH_ERROR, CH_ERROR_UNSUPPORTED,
                   "%s: tensor %s of type %s cannot be converted to %s",
                   ch_gguf_name (conversion->gguf), tensor->name,
                   ch_type_info (tensor->type)->name, ch_type_info (type)->name);
      return NULL;
    }
  return rows.to;
}

/* Tensors are fetched one after the other, so what is behind is let go. */
static const void *
fetch_tensor (guint index, gpointer data, GError **error)
{
  Conversion *conversion = data;
  const ChGgufTensor *tensor = ch_gguf_tensor (conversion->gguf, index);
  ChType type = fitting_type (tensor, conversion->wanted);
  const void *from;

  if (index > 0)
    ch_gguf_release_tensor (conversion->gguf, ch_gguf_tensor (conversion->gguf, index - 1));
  from = ch_gguf_tensor_data (conversion->gguf, tensor, error);
  if (!from || type == tensor->type)
    return from;
  return convert (conversion, tensor, type, from, error);
}

static gboolean
report_written (guint64 done, guint64 total, gpointer data)
{
  Conversion *conversion = data;

  chord_progress_report (conversion->progress, done, total);
  return !g_cancellable_is_cancelled (conversion->cancellable);
}

static ChGgufWriter *
plan_file (const Conversion *conversion, guint32 file_type)
{
  ChGgufWriter *writer = ch_gguf_writer_new ();

  ch_gguf_writer_copy_metadata (writer, conversion->gguf);
  ch_gguf_writer_set_uint32 (writer, "general.file_type", file_type);
  ch_gguf_writer_set_uint32 (writer, "general.quantization_version", 2);
  if (ch_gguf_find (conversion->gguf, "split.count")) /* the parts become one file */
    ch_gguf_writer_set_uint32 (writer, "split.count", 1);
  for (guint64 i = 0; i < ch_gguf_n_tensors (conversion->gguf); i++)
    {
      const ChGgufTensor *tensor = ch_gguf_tensor (conversion->gguf, i);
      ch_gguf_writer_add_tensor (writer, tensor->name, fitting_type (tensor, conversion->wanted),
                                 tensor->n_dims, tensor->ne);
    }
  return writer;
}

static gboolean
run (ChordQuantizer *self, GFile *destination, ChordProgress *progress, GCancellable *cancellable,
     GError **error)
{
  g_autofree char *path = g_file_get_path (destination);
  g_autoptr (ChGgufWriter) writer = NULL;
  Conversion conversion = { .gguf = chord_model_file_get_gguf (self->source),
                            .progress = progress,
                            .cancellable = cancellable };
  guint32 file_type;
  gboolean ok;

  if (g_cancellable_set_error_if_cancelled (cancellable, error)
      || !find_target (self->target_type, &conversion.wanted, &file_type, error))
    return FALSE;
  if (!path)
    {
      g_set_error_literal (error, CH_ERROR, CH_ERROR_UNSUPPORTED,
                           "A model can only be written to a file that has a local path");
      return FALSE;
    }
  writer = plan_file (&conversion, file_type);
  ok = ch_gguf_writer_write (writer, path, fetch_tensor, report_written, &conversion, error);
  g_free (conversion.buffer);
  return ok;
}

gboolean
chord_quantizer_run (ChordQuantizer *self, GFile *destination, ChordProgress *progress,
                     GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (CHORD_IS_QUANTIZER (self), FALSE);
  g_return_val_if_fail (G_IS_FILE (destination), FALSE);

  chord_progress_begin (progress, NULL);
  return run (self, destination, progress, cancellable, error);
}

typedef struct
{
  GFile *destination;
  ChordProgress *progress;
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  g_clear_object (&request->destination);
  g_clear_object (&request->progress);
  g_free (request);
}

static void
run_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Request *request = task_data;
  GError *error = NULL;

  if (run (source, request->destination, request->progress, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
chord_quantizer_run_async (ChordQuantizer *self, GFile *destination, ChordProgress *progress,
                           GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Request *request;

  g_return_if_fail (CHORD_IS_QUANTIZER (self));
  g_return_if_fail (G_IS_FILE (destination));

  task = g_task_new (self, cancellable, callback, user_data);
  request = g_new0 (Request, 1);
  request->destination = g_object_ref (destination);
  g_set_object (&request->progress, progress);
  chord_progress_begin (progress, g_task_get_context (task));
  g_task_set_source_tag (task, chord_quantizer_run_async);
  g_task_set_task_data (task, request, request_free);
  g_task_run_in_thread (task, run_in_thread);
}

gboolean
chord_quantizer_run_finish (ChordQuantizer *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
