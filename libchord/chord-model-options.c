/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-model-options-private.h"

#include "chord-enum-types.h"
#include "chord-param-private.h"

struct _ChordModelOptions
{
  GObject parent_instance;

  guint64 context_length;
  guint n_sessions;
  ChordPrecision precision;
  ChordKvType kv_type;
  int n_threads;
  guint chunk_size;
  char *device;
  gboolean use_mmap;
};

enum
{
  PROP_0,
  PROP_CONTEXT_LENGTH,
  PROP_N_SESSIONS,
  PROP_PRECISION,
  PROP_KV_TYPE,
  PROP_N_THREADS,
  PROP_CHUNK_SIZE,
  PROP_DEVICE,
  PROP_USE_MMAP,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ChordModelOptions, chord_model_options, G_TYPE_OBJECT)

static void
chord_model_options_finalize (GObject *object)
{
  ChordModelOptions *self = CHORD_MODEL_OPTIONS (object);

  g_free (self->device);
  G_OBJECT_CLASS (chord_model_options_parent_class)->finalize (object);
}

static void
chord_model_options_get_property (GObject *object, guint prop_id, GValue *value,
                                  GParamSpec *pspec)
{
  ChordModelOptions *self = CHORD_MODEL_OPTIONS (object);

  switch (prop_id)
    {
    case PROP_CONTEXT_LENGTH:
      g_value_set_uint64 (value, self->context_length);
      break;
    case PROP_N_SESSIONS:
      g_value_set_uint (value, self->n_sessions);
      break;
    case PROP_PRECISION:
      g_value_set_enum (value, self->precision);
      break;
    case PROP_KV_TYPE:
      g_value_set_enum (value, self->kv_type);
      break;
    case PROP_N_THREADS:
      g_value_set_int (value, self->n_threads);
      break;
    case PROP_CHUNK_SIZE:
      g_value_set_uint (value, self->chunk_size);
      break;
    case PROP_DEVICE:
      g_value_set_string (value, self->device);
      break;
    case PROP_USE_MMAP:
      g_value_set_boolean (value, self->use_mmap);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
chord_model_options_set_property (GObject *object, guint prop_id, const GValue *value,
                                  GParamSpec *pspec)
{
  ChordModelOptions *self = CHORD_MODEL_OPTIONS (object);

  switch (prop_id)
    {
    case PROP_CONTEXT_LENGTH:
      chord_model_options_set_context_length (self, g_value_get_uint64 (value));
      break;
    case PROP_N_SESSIONS:
      chord_model_options_set_n_sessions (self, g_value_get_uint (value));
      break;
    case PROP_PRECISION:
      chord_model_options_set_precision (self, g_value_get_enum (value));
      break;
    case PROP_KV_TYPE:
      chord_model_options_set_kv_type (self, g_value_get_enum (value));
      break;
    case PROP_N_THREADS:
      chord_model_options_set_n_threads (self, g_value_get_int (value));
      break;
    case PROP_CHUNK_SIZE:
      chord_model_options_set_chunk_size (self, g_value_get_uint (value));
      break;
    case PROP_DEVICE:
      chord_model_options_set_device (self, g_value_get_string (value));
      break;
    case PROP_USE_MMAP:
      chord_model_options_set_use_mmap (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
install_size_properties (void)
{
  /**
   * ChordModelOptions:context-length:
   *
   * The number of tokens that a session has room for; 0: as many as the model was trained for and
   * memory allows.
   */
  properties[PROP_CONTEXT_LENGTH]
      = g_param_spec_uint64 ("context-length", NULL, NULL, 0, G_MAXUINT64, 0,
                             CHORD_PARAM_READWRITE);

  /**
   * ChordModelOptions:n-sessions:
   *
   * How many sessions of full length there shall be memory for; 0: four.
   */
  properties[PROP_N_SESSIONS]
      = g_param_spec_uint ("n-sessions", NULL, NULL, 0, G_MAXUINT, 0, CHORD_PARAM_READWRITE);
}

static void
install_compute_properties (void)
{
  /**
   * ChordModelOptions:precision:
   *
   * How to compute.
   */
  properties[PROP_PRECISION]
      = g_param_spec_enum ("precision", NULL, NULL, CHORD_TYPE_PRECISION, CHORD_PRECISION_FAST,
                           CHORD_PARAM_READWRITE);

  /**
   * ChordModelOptions:kv-type:
   *
   * How keys and values are kept.
   */
  properties[PROP_KV_TYPE]
      = g_param_spec_enum ("kv-type", NULL, NULL, CHORD_TYPE_KV_TYPE, CHORD_KV_TYPE_AUTO,
                           CHORD_PARAM_READWRITE);

  /**
   * ChordModelOptions:n-threads:
   *
   * How many threads compute; 0: at most as many as [func@get_default_n_threads] says, and fewer
   * while those are faster, as they are for small models and when other programs need the
   * processor. What a model says does not depend on it.
   */
  properties[PROP_N_THREADS]
      = g_param_spec_int ("n-threads", NULL, NULL, G_MININT, G_MAXINT, 0, CHORD_PARAM_READWRITE);

  /**
   * ChordModelOptions:chunk-size:
   *
   * How many tokens of a prompt are computed at once; 0: the default of the library.
   */
  properties[PROP_CHUNK_SIZE]
      = g_param_spec_uint ("chunk-size", NULL, NULL, 0, G_MAXUINT, 0, CHORD_PARAM_READWRITE);
}

static void
install_place_properties (void)
{
  /**
   * ChordModelOptions:device:
   *
   * The [property@Device:id] of the device to run on; %NULL: chosen by the library.
   */
  properties[PROP_DEVICE] = g_param_spec_string ("device", NULL, NULL, NULL, CHORD_PARAM_READWRITE);

  /**
   * ChordModelOptions:use-mmap:
   *
   * Whether the file is mapped into memory instead of being read. A mapped file must not be
   * truncated by another program while the model is in use.
   */
  properties[PROP_USE_MMAP]
      = g_param_spec_boolean ("use-mmap", NULL, NULL, TRUE, CHORD_PARAM_READWRITE);
}

static void
chord_model_options_class_init (ChordModelOptionsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = chord_model_options_finalize;
  object_class->get_property = chord_model_options_get_property;
  object_class->set_property = chord_model_options_set_property;

  install_size_properties ();
  install_compute_properties ();
  install_place_properties ();
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
chord_model_options_init (ChordModelOptions *self)
{
  self->precision = CHORD_PRECISION_FAST;
  self->kv_type = CHORD_KV_TYPE_AUTO;
  self->use_mmap = TRUE;
}

ChordModelOptions *
chord_model_options_new (void)
{
  return g_object_new (CHORD_TYPE_MODEL_OPTIONS, NULL);
}

guint64
chord_model_options_get_context_length (ChordModelOptions *self)
{
  g_return_val_if_fail (CHORD_IS_MODEL_OPTIONS (self), 0);

  return self->context_length;
}

void
chord_model_options_set_context_length (ChordModelOptions *self, guint64 context_length)
{
  g_return_if_fail (CHORD_IS_MODEL_OPTIONS (self));

  if (self->context_length == context_length)
    return;
  self->context_length = context_length;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONTEXT_LENGTH]);
}

guint
chord_model_options_get_n_sessions (ChordModelOptions *self)
{
  g_return_val_if_fail (CHORD_IS_MODEL_OPTIONS (self), 0);

  return self->n_sessions;
}

void
chord_model_options_set_n_sessions (ChordModelOptions *self, guint n_sessions)
{
  g_return_if_fail (CHORD_IS_MODEL_OPTIONS (self));

  if (self->n_sessions == n_sessions)
    return;
  self->n_sessions = n_sessions;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_SESSIONS]);
}

ChordPrecision
chord_model_options_get_precision (ChordModelOptions *self)
{
  g_return_val_if_fail (CHORD_IS_MODEL_OPTIONS (self), CHORD_PRECISION_FAST);

  return self->precision;
}

void
chord_model_options_set_precision (ChordModelOptions *self, ChordPrecision precision)
{
  g_return_if_fail (CHORD_IS_MODEL_OPTIONS (self));

  if (self->precision == precision)
    return;
  self->precision = precision;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PRECISION]);
}

ChordKvType
chord_model_options_get_kv_type (ChordModelOptions *self)
{
  g_return_val_if_fail (CHORD_IS_MODEL_OPTIONS (self), CHORD_KV_TYPE_AUTO);

  return self->kv_type;
}

void
chord_model_options_set_kv_type (ChordModelOptions *self, ChordKvType kv_type)
{
  g_return_if_fail (CHORD_IS_MODEL_OPTIONS (self));

  if (self->kv_type == kv_type)
    return;
  self->kv_type = kv_type;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_KV_TYPE]);
}

int
chord_model_options_get_n_threads (ChordModelOptions *self)
{
  g_return_val_if_fail (CHORD_IS_MODEL_OPTIONS (self), 0);

  return self->n_threads;
}

void
chord_model_options_set_n_threads (ChordModelOptions *self, int n_threads)
{
  g_return_if_fail (CHORD_IS_MODEL_OPTIONS (self));

  if (self->n_threads == n_threads)
    return;
  self->n_threads = n_threads;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_THREADS]);
}

guint
chord_model_options_get_chunk_size (ChordModelOptions *self)
{
  g_return_val_if_fail (CHORD_IS_MODEL_OPTIONS (self), 0);

  return self->chunk_size;
}

void
chord_model_options_set_chunk_size (ChordModelOptions *self, guint chunk_size)
{
  g_return_if_fail (CHORD_IS_MODEL_OPTIONS (self));

  if (self->chunk_size == chunk_size)
    return;
  self->chunk_size = chunk_size;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CHUNK_SIZE]);
}

const char *
chord_model_options_get_device (ChordModelOptions *self)
{
  g_return_val_if_fail (CHORD_IS_MODEL_OPTIONS (self), NULL);

  return self->device;
}

void
chord_model_options_set_device (ChordModelOptions *self, const char *device)
{
  g_return_if_fail (CHORD_IS_MODEL_OPTIONS (self));

  if (g_strcmp0 (self->device, device) == 0)
    return;
  g_free (self->device);
  self->device = g_strdup (device);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DEVICE]);
}

gboolean
chord_model_options_get_use_mmap (ChordModelOptions *self)
{
  g_return_val_if_fail (CHORD_IS_MODEL_OPTIONS (self), FALSE);

  return self->use_mmap;
}

void
chord_model_options_set_use_mmap (ChordModelOptions *self, gboolean use_mmap)
{
  g_return_if_fail (CHORD_IS_MODEL_OPTIONS (self));

  if (self->use_mmap == use_mmap)
    return;
  self->use_mmap = use_mmap;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_USE_MMAP]);
}

ChordModelOptions *
chord_model_options_copy (ChordModelOptions *self)
{
  ChordModelOptions *copy;

  if (!self)
    return NULL;
  copy = chord_model_options_new ();
  copy->context_length = self->context_length;
  copy->n_sessions = self->n_sessions;
  copy->precision = self->precision;
  copy->kv_type = self->kv_type;
  copy->n_threads = self->n_threads;
  copy->chunk_size = self->chunk_size;
  copy->device = g_strdup (self->device);
  copy->use_mmap = self->use_mmap;
  return copy;
}

ChordModelFileFlags
chord_model_options_file_flags (ChordModelOptions *self)
{
  return self && !self->use_mmap ? CHORD_MODEL_FILE_FLAGS_NO_MMAP : CHORD_MODEL_FILE_FLAGS_NONE;
}

static int
engine_kv_type (ChordKvType type)
{
  switch (type)
    {
    case CHORD_KV_TYPE_F16:
      return CH_KV_F16;
    case CHORD_KV_TYPE_F32:
      return CH_KV_F32;
    case CHORD_KV_TYPE_AUTO:
    default:
      return -1;
    }
}

/* Every layer and the head go to the one device. */
static gboolean
place_layers (const char *id, const ChGguf *gguf, GPtrArray *layer_devices, GError **error)
{
  ChHparams hparams = { 0 };
  ChDevice *device = ch_device_find (id, error);

  if (!device || !ch_hparams_read (gguf, &hparams, error))
    return FALSE;
  for (guint64 i = 0; i <= hparams.n_layers; i++)
    g_ptr_array_add (layer_devices, device);
  return TRUE;
}

gboolean
chord_model_options_to_engine (ChordModelOptions *self, const ChGguf *gguf, ChEngineOptions *engine,
                               GPtrArray *layer_devices, GError **error)
{
  *engine = (ChEngineOptions){ .precision = CH_PRECISION_FAST, .kv_type = -1 };
  if (!self)
    return TRUE;

  engine->precision
      = self->precision == CHORD_PRECISION_EXACT ? CH_PRECISION_EXACT : CH_PRECISION_FAST;
  engine->n_ctx = self->context_length;
  engine->n_seqs = self->n_sessions;
  engine->kv_type = engine_kv_type (self->kv_type);
  engine->n_threads = self->n_threads;
  engine->chunk = self->chunk_size;
  if (self->device)
    {
      if (!place_layers (self->device, gguf, layer_devices, error))
        return FALSE;
      engine->layer_devices = (ChDevice *const *) layer_devices->pdata;
    }
  return TRUE;
}
