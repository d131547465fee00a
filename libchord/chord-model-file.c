/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-model-file-private.h"

#include "chord-memory-need-private.h"
#include "chord-metadata-private.h"
#include "chord-model-options-private.h"
#include "chord-param-private.h"
#include "chord-tensor-info-private.h"

struct _ChordModelFile
{
  GObject parent_instance;

  ChGguf *gguf;
  guint64 n_parameters;
  const char *quantization;

  GMutex lock;
  GListStore *tensors; /* made when first asked for; under lock */
};

enum
{
  PROP_0,
  PROP_PATH,
  PROP_NAME,
  PROP_ARCHITECTURE,
  PROP_QUANTIZATION,
  PROP_LICENSE,
  PROP_CHAT_TEMPLATE,
  PROP_N_PARAMETERS,
  PROP_FILE_SIZE,
  PROP_N_FILES,
  PROP_GGUF_VERSION,
  PROP_TRAINED_CONTEXT_LENGTH,
  PROP_EMBEDDING_LENGTH,
  PROP_N_LAYERS,
  PROP_N_VOCAB,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ChordModelFile, chord_model_file, G_TYPE_OBJECT)

static void
chord_model_file_finalize (GObject *object)
{
  ChordModelFile *self = CHORD_MODEL_FILE (object);

  g_clear_object (&self->tensors);
  g_clear_pointer (&self->gguf, ch_gguf_unref);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (chord_model_file_parent_class)->finalize (object);
}

static void
chord_model_file_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  ChordModelFile *self = CHORD_MODEL_FILE (object);

  switch (prop_id)
    {
    case PROP_PATH:
      g_value_set_string (value, chord_model_file_get_path (self));
      break;
    case PROP_NAME:
      g_value_set_string (value, chord_model_file_get_name (self));
      break;
    case PROP_ARCHITECTURE:
      g_value_set_string (value, chord_model_file_get_architecture (self));
      break;
    case PROP_QUANTIZATION:
      g_value_set_string (value, chord_model_file_get_quantization (self));
      break;
    case PROP_LICENSE:
      g_value_set_string (value, chord_model_file_get_license (self));
      break;
    case PROP_CHAT_TEMPLATE:
      g_value_set_string (value, chord_model_file_get_chat_template (self));
      break;
    case PROP_N_PARAMETERS:
      g_value_set_uint64 (value, chord_model_file_get_n_parameters (self));
      break;
    case PROP_FILE_SIZE:
      g_value_set_uint64 (value, chord_model_file_get_file_size (self));
      break;
    case PROP_N_FILES:
      g_value_set_uint (value, chord_model_file_get_n_files (self));
      break;
    case PROP_GGUF_VERSION:
      g_value_set_uint (value, chord_model_file_get_gguf_version (self));
      break;
    case PROP_TRAINED_CONTEXT_LENGTH:
      g_value_set_uint64 (value, chord_model_file_get_trained_context_length (self));
      break;
    case PROP_EMBEDDING_LENGTH:
      g_value_set_uint64 (value, chord_model_file_get_embedding_length (self));
      break;
    case PROP_N_LAYERS:
      g_value_set_uint64 (value, chord_model_file_get_n_layers (self));
      break;
    case PROP_N_VOCAB:
      g_value_set_uint64 (value, chord_model_file_get_n_vocab (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
install_text_properties (void)
{
  /**
   * ChordModelFile:path:
   *
   * The path, or the name that was given for a descriptor.
   */
  properties[PROP_PATH] = g_param_spec_string ("path", NULL, NULL, NULL, CHORD_PARAM_READABLE);

  /**
   * ChordModelFile:name:
   *
   * The name that the model gives itself.
   */
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, CHORD_PARAM_READABLE);

  /**
   * ChordModelFile:architecture:
   *
   * The family of the model, such as "llama".
   */
  properties[PROP_ARCHITECTURE]
      = g_param_spec_string ("architecture", NULL, NULL, NULL, CHORD_PARAM_READABLE);

  /**
   * ChordModelFile:quantization:
   *
   * A label for how the weights are stored, such as "Q4_K": the type that most of their bytes have.
   */
  properties[PROP_QUANTIZATION]
      = g_param_spec_string ("quantization", NULL, NULL, NULL, CHORD_PARAM_READABLE);

  /**
   * ChordModelFile:license:
   *
   * The licence that the file names.
   */
  properties[PROP_LICENSE]
      = g_param_spec_string ("license", NULL, NULL, NULL, CHORD_PARAM_READABLE);

  /**
   * ChordModelFile:chat-template:
   *
   * The chat template of the model.
   */
  properties[PROP_CHAT_TEMPLATE]
      = g_param_spec_string ("chat-template", NULL, NULL, NULL, CHORD_PARAM_READABLE);
}

static void
install_number_properties (void)
{
  /**
   * ChordModelFile:n-parameters:
   *
   * The number of weights.
   */
  properties[PROP_N_PARAMETERS]
      = g_param_spec_uint64 ("n-parameters", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_READABLE);

  /**
   * ChordModelFile:file-size:
   *
   * The bytes of all files of the model.
   */
  properties[PROP_FILE_SIZE]
      = g_param_spec_uint64 ("file-size", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_READABLE);

  /**
   * ChordModelFile:n-files:
   *
   * How many files the model is split into.
   */
  properties[PROP_N_FILES]
      = g_param_spec_uint ("n-files", NULL, NULL, 0, G_MAXUINT, 0, CHORD_PARAM_READABLE);

  /**
   * ChordModelFile:gguf-version:
   *
   * The version of the file format.
   */
  properties[PROP_GGUF_VERSION]
      = g_param_spec_uint ("gguf-version", NULL, NULL, 0, G_MAXUINT, 0, CHORD_PARAM_READABLE);

  /**
   * ChordModelFile:trained-context-length:
   *
   * How many tokens of context the model was trained for; 0 when the file does not say.
   */
  properties[PROP_TRAINED_CONTEXT_LENGTH]
      = g_param_spec_uint64 ("trained-context-length", NULL, NULL, 0, G_MAXUINT64, 0,
                             CHORD_PARAM_READABLE);

  /**
   * ChordModelFile:embedding-length:
   *
   * The width of the model; 0 when the file does not say.
   */
  properties[PROP_EMBEDDING_LENGTH]
      = g_param_spec_uint64 ("embedding-length", NULL, NULL, 0, G_MAXUINT64, 0,
                             CHORD_PARAM_READABLE);

  /**
   * ChordModelFile:n-layers:
   *
   * The number of layers; 0 when the file does not say.
   */
  properties[PROP_N_LAYERS]
      = g_param_spec_uint64 ("n-layers", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_READABLE);

  /**
   * ChordModelFile:n-vocab:
   *
   * The size of the vocabulary; 0 when the file has none.
   */
  properties[PROP_N_VOCAB]
      = g_param_spec_uint64 ("n-vocab", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_READABLE);
}

static void
chord_model_file_class_init (ChordModelFileClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = chord_model_file_finalize;
  object_class->get_property = chord_model_file_get_property;

  install_text_properties ();
  install_number_properties ();
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
chord_model_file_init (ChordModelFile *self)
{
  g_mutex_init (&self->lock);
}

/* Counts the weights, and finds the type that most of their bytes have. */
static void
sum_tensors (ChordModelFile *self)
{
  g_autoptr (GHashTable) bytes_of_type = g_hash_table_new (NULL, NULL);
  gsize most = 0;

  self->quantization = "";
  for (guint64 i = 0; i < ch_gguf_n_tensors (self->gguf); i++)
    {
      const ChGgufTensor *tensor = ch_gguf_tensor (self->gguf, i);
      gpointer type = GUINT_TO_POINTER (tensor->type);
      gsize bytes = GPOINTER_TO_SIZE (g_hash_table_lookup (bytes_of_type, type));

      bytes += tensor->n_bytes;
      g_hash_table_insert (bytes_of_type, type, GSIZE_TO_POINTER (bytes));
      self->n_parameters += tensor->n_values;
      if (bytes > most)
        {
          most = bytes;
          self->quantization = ch_type_info (tensor->type)->name;
        }
    }
}

/* Takes gguf, which is NULL when opening it failed. */
static ChordModelFile *
new_for_gguf (ChGguf *gguf)
{
  ChordModelFile *self;

  if (!gguf)
    return NULL;
  self = g_object_new (CHORD_TYPE_MODEL_FILE, NULL);
  self->gguf = gguf;
  sum_tensors (self);
  return self;
}

static ChGgufFlags
gguf_flags (ChordModelFileFlags flags)
{
  ChGgufFlags result = CH_GGUF_DEFAULT;

  if (flags & CHORD_MODEL_FILE_FLAGS_NO_MMAP)
    result |= CH_GGUF_NO_MMAP;
  if (flags & CHORD_MODEL_FILE_FLAGS_NO_SPLITS)
    result |= CH_GGUF_NO_SPLITS;
  return result;
}

ChordModelFile *
chord_model_file_new_for_path (const char *path, ChordModelFileFlags flags, GError **error)
{
  g_return_val_if_fail (path != NULL, NULL);

  return new_for_gguf (ch_gguf_open (path, gguf_flags (flags), error));
}

ChordModelFile *
chord_model_file_new_for_file (GFile *file, ChordModelFileFlags flags, GCancellable *cancellable,
                               GError **error)
{
  g_autofree char *path = NULL;
  g_autofree char *name = NULL;
  g_autoptr (GBytes) bytes = NULL;

  g_return_val_if_fail (G_IS_FILE (file), NULL);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  path = g_file_get_path (file);
  if (path)
    return chord_model_file_new_for_path (path, flags, error);

  bytes = g_file_load_bytes (file, cancellable, NULL, error);
  if (!bytes)
    return NULL;
  name = g_file_get_parse_name (file);
  return new_for_gguf (ch_gguf_open_bytes (bytes, name, error));
}

ChordModelFile *
chord_model_file_new_for_fd (int fd, const char *name, ChordModelFileFlags flags, GError **error)
{
  return new_for_gguf (ch_gguf_open_fd (fd, name, gguf_flags (flags), error));
}

static void
open_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  ChordModelFileFlags flags = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (task), "flags"));
  GError *error = NULL;
  ChordModelFile *self = chord_model_file_new_for_file (task_data, flags, cancellable, &error);

  if (self)
    g_task_return_pointer (task, self, g_object_unref);
  else
    g_task_return_error (task, error);
}

void
chord_model_file_open_async (GFile *file, ChordModelFileFlags flags, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_return_if_fail (G_IS_FILE (file));

  g_task_set_source_tag (task, chord_model_file_open_async);
  g_task_set_task_data (task, g_object_ref (file), g_object_unref);
  g_object_set_data (G_OBJECT (task), "flags", GUINT_TO_POINTER (flags));
  g_task_run_in_thread (task, open_in_thread);
}

ChordModelFile *
chord_model_file_open_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

ChGguf *
chord_model_file_get_gguf (ChordModelFile *self)
{
  return self->gguf;
}

/* What a file says of itself, when it says it well: a key that is missing or of the wrong kind is
 * no reason to refuse to show the others. */
static const char *
text_of (ChordModelFile *self, const char *key)
{
  const char *text = NULL;

  ch_gguf_get_string (self->gguf, key, &text, NULL);
  return text;
}

/* A number under "<architecture>.<key>". */
static guint64
number_of (ChordModelFile *self, const char *key)
{
  const char *architecture = text_of (self, "general.architecture");
  g_autofree char *full = NULL;
  guint64 number = 0;

  if (!architecture)
    return 0;
  full = g_strconcat (architecture, ".", key, NULL);
  ch_gguf_get_uint (self->gguf, full, G_MAXUINT64, &number, NULL);
  return number;
}

static guint64
count_of (ChordModelFile *self, const char *key)
{
  const ChGgufValue *value = ch_gguf_find (self->gguf, key);

  return value && value->kind == CH_GGUF_ARRAY ? value->n_items : 0;
}

const char *
chord_model_file_get_path (ChordModelFile *self)
{
  g_return_val_if_fail (CHORD_IS_MODEL_FILE (self), NULL);

  return ch_gguf_name (self->gguf);
}

const char *
chord_model_file_get_name (ChordModelFile *self)
{
  g_return_val_if_fail (CHORD_IS_MODEL_FILE (self), NULL);

  return text_of (self, "general.name");
}

const char *
chord_model_file_get_architecture (ChordModelFile *self)
{
  g_return_val_if_fail (CHORD_IS_MODEL_FILE (self), NULL);

  return text_of (self, "general.architecture");
}

const char *
chord_model_file_get_quantization (ChordModelFile *self)
{
  g_return_val_if_fail (CHORD_IS_MODEL_FILE (self), NULL);

  return self->quantization;
}

const char *
chord_model_file_get_license (ChordModelFile *self)
{
  g_return_val_if_fail (CHORD_IS_MODEL_FILE (self), NULL);

  return text_of (self, "general.license");
}

const char *
chord_model_file_get_chat_template (ChordModelFile *self)
{
  g_return_val_if_fail (CHORD_IS_MODEL_FILE (self), NULL);

  return text_of (self, "tokenizer.chat_template");
}

guint64
chord_model_file_get_n_parameters (ChordModelFile *self)
{
  g_return_val_if_fail (CHORD_IS_MODEL_FILE (self), 0);

  return self->n_parameters;
}

guint64
chord_model_file_get_file_size (ChordModelFile *self)
{
  g_return_val_if_fail (CHORD_IS_MODEL_FILE (self), 0);

  return ch_gguf_file_bytes (self->gguf);
}

guint
chord_model_file_get_n_files (ChordModelFile *self)
{
  g_return_val_if_fail (CHORD_IS_MODEL_FILE (self), 0);

  return ch_gguf_n_files (self->gguf);
}

guint
chord_model_file_get_gguf_version (ChordModelFile *self)
{
  g_return_val_if_fail (CHORD_IS_MODEL_FILE (self), 0);

  return ch_gguf_version (self->gguf);
}

guint64
chord_model_file_get_trained_context_length (ChordModelFile *self)
{
  g_return_val_if_fail (CHORD_IS_MODEL_FILE (self), 0);

  return number_of (self, "context_length");
}

guint64
chord_model_file_get_embedding_length (ChordModelFile *self)
{
  g_return_val_if_fail (CHORD_IS_MODEL_FILE (self), 0);

  return number_of (self, "embedding_length");
}

guint64
chord_model_file_get_n_layers (ChordModelFile *self)
{
  g_return_val_if_fail (CHORD_IS_MODEL_FILE (self), 0);

  return number_of (self, "block_count");
}

guint64
chord_model_file_get_n_vocab (ChordModelFile *self)
{
  g_return_val_if_fail (CHORD_IS_MODEL_FILE (self), 0);

  return count_of (self, "tokenizer.ggml.tokens");
}

char **
chord_model_file_list_keys (ChordModelFile *self)
{
  GStrvBuilder *builder;
  char **keys;

  g_return_val_if_fail (CHORD_IS_MODEL_FILE (self), NULL);

  builder = g_strv_builder_new ();
  for (guint64 i = 0; i < ch_gguf_n_values (self->gguf); i++)
    {
      g_autofree char *key = g_utf8_make_valid (ch_gguf_value (self->gguf, i)->key, -1);
      g_strv_builder_add (builder, key);
    }
  keys = g_strv_builder_end (builder);
  g_strv_builder_unref (builder);
  return keys;
}

GVariant *
chord_model_file_get_metadata (ChordModelFile *self, const char *key)
{
  const ChGgufValue *value;

  g_return_val_if_fail (CHORD_IS_MODEL_FILE (self), NULL);
  g_return_val_if_fail (key != NULL, NULL);

  value = ch_gguf_find (self->gguf, key);
  return value ? g_variant_ref_sink (chord_metadata_to_variant (value)) : NULL;
}

static GListStore *
list_tensors (const ChGguf *gguf)
{
  GListStore *store = g_list_store_new (CHORD_TYPE_TENSOR_INFO);

  for (guint64 i = 0; i < ch_gguf_n_tensors (gguf); i++)
    {
      g_autoptr (ChordTensorInfo) info = chord_tensor_info_new (ch_gguf_tensor (gguf, i));
      g_list_store_append (store, info);
    }
  return store;
}

GListModel *
chord_model_file_get_tensors (ChordModelFile *self)
{
  g_return_val_if_fail (CHORD_IS_MODEL_FILE (self), NULL);

  g_mutex_lock (&self->lock);
  if (!self->tensors)
    self->tensors = list_tensors (self->gguf);
  g_mutex_unlock (&self->lock);
  return G_LIST_MODEL (self->tensors);
}

ChordMemoryNeed *
chord_model_file_estimate_memory (ChordModelFile *self, ChordModelOptions *options, GError **error)
{
  g_autoptr (GPtrArray) layer_devices = g_ptr_array_new ();
  ChEngineOptions engine;
  ChMemoryNeed need = { 0 };

  g_return_val_if_fail (CHORD_IS_MODEL_FILE (self), NULL);
  g_return_val_if_fail (!options || CHORD_IS_MODEL_OPTIONS (options), NULL);

  if (!chord_model_options_to_engine (options, self->gguf, &engine, layer_devices, error)
      || !ch_engine_memory_need (self->gguf, &engine, &need, error))
    return NULL;
  return chord_memory_need_new (&need);
}
