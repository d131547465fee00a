/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-model-private.h"

#include "chord-enum-types.h"
#include "chord-model-file-private.h"
#include "chord-model-options-private.h"
#include "chord-param-private.h"
#include "chord-progress-private.h"
#include "chord-tokenizer-private.h"

struct _ChordModel
{
  GObject parent_instance;

  ChordModelFile *file;
  ChEngine *engine;
  char *name;

  GMutex lock;
  ChordTokenizer *tokenizer;     /* made when first asked for; under lock */
  ChChatTemplate *chat_template; /* so too */
};

/* Properties from PROP_QUANTIZATION on are those of the file. */
enum
{
  PROP_0,
  PROP_FILE,
  PROP_NAME,
  PROP_ARCHITECTURE,
  PROP_CONTEXT_LENGTH,
  PROP_PRECISION,
  PROP_KV_TYPE,
  PROP_N_THREADS,
  PROP_RESULT_WIDTH,
  PROP_MEMORY_USED,
  PROP_HAS_KNOWN_TEMPLATE,
  PROP_QUANTIZATION,
  PROP_LICENSE,
  PROP_CHAT_TEMPLATE,
  PROP_N_PARAMETERS,
  PROP_FILE_SIZE,
  PROP_TRAINED_CONTEXT_LENGTH,
  PROP_EMBEDDING_LENGTH,
  PROP_N_LAYERS,
  PROP_N_VOCAB,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ChordModel, chord_model, G_TYPE_OBJECT)

static void
chord_model_finalize (GObject *object)
{
  ChordModel *self = CHORD_MODEL (object);

  g_clear_pointer (&self->chat_template, ch_chat_template_free);
  g_clear_object (&self->tokenizer);
  g_clear_pointer (&self->engine, ch_engine_unref);
  g_clear_object (&self->file);
  g_free (self->name);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (chord_model_parent_class)->finalize (object);
}

static void
chord_model_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  ChordModel *self = CHORD_MODEL (object);

  switch (prop_id)
    {
    case PROP_FILE:
      g_value_set_object (value, chord_model_get_file (self));
      break;
    case PROP_NAME:
      g_value_set_string (value, chord_model_get_name (self));
      break;
    case PROP_ARCHITECTURE:
      g_value_set_string (value, chord_model_get_architecture (self));
      break;
    case PROP_CONTEXT_LENGTH:
      g_value_set_uint64 (value, chord_model_get_context_length (self));
      break;
    case PROP_PRECISION:
      g_value_set_enum (value, chord_model_get_precision (self));
      break;
    case PROP_KV_TYPE:
      g_value_set_enum (value, chord_model_get_kv_type (self));
      break;
    case PROP_N_THREADS:
      g_value_set_int (value, chord_model_get_n_threads (self));
      break;
    case PROP_RESULT_WIDTH:
      g_value_set_uint64 (value, chord_model_get_result_width (self));
      break;
    case PROP_MEMORY_USED:
      g_value_set_uint64 (value, chord_model_get_memory_used (self));
      break;
    case PROP_HAS_KNOWN_TEMPLATE:
      g_value_set_boolean (value, chord_model_get_has_known_template (self));
      break;
    default:
      g_object_get_property (G_OBJECT (self->file), pspec->name, value);
    }
}

static void
install_own_properties (void)
{
  /**
   * ChordModel:file:
   *
   * The file that the model was loaded from, which has its metadata.
   */
  properties[PROP_FILE]
      = g_param_spec_object ("file", NULL, NULL, CHORD_TYPE_MODEL_FILE, CHORD_PARAM_READABLE);

  /**
   * ChordModel:name:
   *
   * The name that the model gives itself, else that of its file.
   */
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, CHORD_PARAM_READABLE);

  /**
   * ChordModel:architecture:
   *
   * The family of the model, such as "llama".
   */
  properties[PROP_ARCHITECTURE]
      = g_param_spec_string ("architecture", NULL, NULL, NULL, CHORD_PARAM_READABLE);

  /**
   * ChordModel:context-length:
   *
   * The number of tokens that a session has room for.
   */
  properties[PROP_CONTEXT_LENGTH]
      = g_param_spec_uint64 ("context-length", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_READABLE);

  /**
   * ChordModel:precision:
   *
   * How the model computes.
   */
  properties[PROP_PRECISION]
      = g_param_spec_enum ("precision", NULL, NULL, CHORD_TYPE_PRECISION, CHORD_PRECISION_FAST,
                           CHORD_PARAM_READABLE);

  /**
   * ChordModel:kv-type:
   *
   * How keys and values are kept; never %CHORD_KV_TYPE_AUTO.
   */
  properties[PROP_KV_TYPE]
      = g_param_spec_enum ("kv-type", NULL, NULL, CHORD_TYPE_KV_TYPE, CHORD_KV_TYPE_AUTO,
                           CHORD_PARAM_READABLE);
}

static void
install_state_properties (void)
{
  /**
   * ChordModel:n-threads:
   *
   * How many threads compute at most.
   */
  properties[PROP_N_THREADS]
      = g_param_spec_int ("n-threads", NULL, NULL, G_MININT, G_MAXINT, 0, CHORD_PARAM_READABLE);

  /**
   * ChordModel:result-width:
   *
   * How many values the model computes for a token: a logit for each token of the vocabulary, or an
   * embedding.
   */
  properties[PROP_RESULT_WIDTH]
      = g_param_spec_uint64 ("result-width", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_READABLE);

  /**
   * ChordModel:memory-used:
   *
   * The bytes that contexts and computation take now, without the weights. There is no notification
   * of it.
   */
  properties[PROP_MEMORY_USED]
      = g_param_spec_uint64 ("memory-used", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_READABLE);

  /**
   * ChordModel:has-known-template:
   *
   * Whether the chat template is one that sessions can use.
   */
  properties[PROP_HAS_KNOWN_TEMPLATE]
      = g_param_spec_boolean ("has-known-template", NULL, NULL, FALSE, CHORD_PARAM_READABLE);
}

static void
install_file_properties (void)
{
  /**
   * ChordModel:quantization:
   *
   * The same as [property@ModelFile:quantization].
   */
  properties[PROP_QUANTIZATION]
      = g_param_spec_string ("quantization", NULL, NULL, NULL, CHORD_PARAM_READABLE);

  /**
   * ChordModel:license:
   *
   * The same as [property@ModelFile:license].
   */
  properties[PROP_LICENSE]
      = g_param_spec_string ("license", NULL, NULL, NULL, CHORD_PARAM_READABLE);

  /**
   * ChordModel:chat-template:
   *
   * The same as [property@ModelFile:chat-template].
   */
  properties[PROP_CHAT_TEMPLATE]
      = g_param_spec_string ("chat-template", NULL, NULL, NULL, CHORD_PARAM_READABLE);

  /**
   * ChordModel:n-parameters:
   *
   * The same as [property@ModelFile:n-parameters].
   */
  properties[PROP_N_PARAMETERS]
      = g_param_spec_uint64 ("n-parameters", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_READABLE);

  /**
   * ChordModel:file-size:
   *
   * The same as [property@ModelFile:file-size].
   */
  properties[PROP_FILE_SIZE]
      = g_param_spec_uint64 ("file-size", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_READABLE);

  /**
   * ChordModel:trained-context-length:
   *
   * The same as [property@ModelFile:trained-context-length].
   */
  properties[PROP_TRAINED_CONTEXT_LENGTH]
      = g_param_spec_uint64 ("trained-context-length", NULL, NULL, 0, G_MAXUINT64, 0,
                             CHORD_PARAM_READABLE);

  /**
   * ChordModel:embedding-length:
   *
   * The same as [property@ModelFile:embedding-length].
   */
  properties[PROP_EMBEDDING_LENGTH]
      = g_param_spec_uint64 ("embedding-length", NULL, NULL, 0, G_MAXUINT64, 0,
                             CHORD_PARAM_READABLE);

  /**
   * ChordModel:n-layers:
   *
   * The same as [property@ModelFile:n-layers].
   */
  properties[PROP_N_LAYERS]
      = g_param_spec_uint64 ("n-layers", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_READABLE);

  /**
   * ChordModel:n-vocab:
   *
   * The same as [property@ModelFile:n-vocab].
   */
  properties[PROP_N_VOCAB]
      = g_param_spec_uint64 ("n-vocab", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_READABLE);
}

static void
chord_model_class_init (ChordModelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = chord_model_finalize;
  object_class->get_property = chord_model_get_property;

  install_own_properties ();
  install_state_properties ();
  install_file_properties ();
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
chord_model_init (ChordModel *self)
{
  g_mutex_init (&self->lock);
}

/* ---- Loading ---- */

typedef struct
{
  char *path;           /* or */
  ChordModelFile *file; /* open already */
  ChordModelOptions *options;
  ChordProgress *progress;
} Load;

static void
load_free (Load *load)
{
  g_free (load->path);
  g_clear_object (&load->file);
  g_clear_object (&load->options);
  g_clear_object (&load->progress);
  g_free (load);
}

typedef struct
{
  ChordProgress *progress;
  GCancellable *cancellable;
  guint64 total;
} LoadWatch;

static gboolean
report_load (double fraction, gpointer data)
{
  LoadWatch *watch = data;

  chord_progress_report (watch->progress, (guint64) (fraction * (double) watch->total),
                         watch->total);
  return !g_cancellable_is_cancelled (watch->cancellable);
}

static char *
model_name (ChordModelFile *file)
{
  const char *name = chord_model_file_get_name (file);

  return name && *name ? g_strdup (name) : g_path_get_basename (chord_model_file_get_path (file));
}

static ChordModel *
load_file (ChordModelFile *file, ChordModelOptions *options, ChordProgress *progress,
           GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) layer_devices = g_ptr_array_new ();
  ChGguf *gguf;
  ChEngineOptions engine_options;
  ChEngine *engine;
  LoadWatch watch = { progress, cancellable, 0 };
  ChordModel *self;

  gguf = chord_model_file_get_gguf (file);
  watch.total = ch_gguf_file_bytes (gguf);
  if (g_cancellable_set_error_if_cancelled (cancellable, error)
      || !chord_model_options_to_engine (options, gguf, &engine_options, layer_devices, error))
    return NULL;
  engine = ch_engine_load (gguf, &engine_options, report_load, &watch, error);
  if (!engine)
    return NULL;
  chord_progress_report (progress, watch.total, watch.total);

  self = g_object_new (CHORD_TYPE_MODEL, NULL);
  self->file = g_object_ref (file);
  self->engine = engine;
  self->name = model_name (file);
  return self;
}

static ChordModel *
load_path (const char *path, ChordModelOptions *options, ChordProgress *progress,
           GCancellable *cancellable, GError **error)
{
  g_autoptr (ChordModelFile) file = NULL;

  file = chord_model_file_new_for_path (path, chord_model_options_file_flags (options), error);
  return file ? load_file (file, options, progress, cancellable, error) : NULL;
}

ChordModel *
chord_model_load (const char *path, ChordModelOptions *options, ChordProgress *progress,
                  GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (!options || CHORD_IS_MODEL_OPTIONS (options), NULL);

  chord_progress_begin (progress, NULL);
  return load_path (path, options, progress, cancellable, error);
}

ChordModel *
chord_model_load_file (ChordModelFile *file, ChordModelOptions *options, ChordProgress *progress,
                       GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (CHORD_IS_MODEL_FILE (file), NULL);
  g_return_val_if_fail (!options || CHORD_IS_MODEL_OPTIONS (options), NULL);

  chord_progress_begin (progress, NULL);
  return load_file (file, options, progress, cancellable, error);
}

static void
load_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Load *load = task_data;
  GError *error = NULL;
  ChordModel *self
      = load->file ? load_file (load->file, load->options, load->progress, cancellable, &error)
                   : load_path (load->path, load->options, load->progress, cancellable, &error);

  if (self)
    g_task_return_pointer (task, self, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
start_load (Load *load, gpointer tag, GCancellable *cancellable, GAsyncReadyCallback callback,
            gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  chord_progress_begin (load->progress, g_task_get_context (task));
  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, load, (GDestroyNotify) load_free);
  g_task_run_in_thread (task, load_in_thread);
}

static Load *
load_new (ChordModelOptions *options, ChordProgress *progress)
{
  Load *load = g_new0 (Load, 1);

  load->options = chord_model_options_copy (options);
  g_set_object (&load->progress, progress);
  return load;
}

void
chord_model_load_async (const char *path, ChordModelOptions *options, ChordProgress *progress,
                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  Load *load;

  g_return_if_fail (path != NULL);
  g_return_if_fail (!options || CHORD_IS_MODEL_OPTIONS (options));

  load = load_new (options, progress);
  load->path = g_strdup (path);
  start_load (load, chord_model_load_async, cancellable, callback, user_data);
}

void
chord_model_load_file_async (ChordModelFile *file, ChordModelOptions *options,
                             ChordProgress *progress, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  Load *load;

  g_return_if_fail (CHORD_IS_MODEL_FILE (file));
  g_return_if_fail (!options || CHORD_IS_MODEL_OPTIONS (options));

  load = load_new (options, progress);
  load->file = g_object_ref (file);
  start_load (load, chord_model_load_file_async, cancellable, callback, user_data);
}

ChordModel *
chord_model_load_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

ChordModel *
chord_model_load_file_finish (GAsyncResult *result, GError **error)
{
  return chord_model_load_finish (result, error);
}

/* ---- What it is ---- */

ChordModelFile *
chord_model_get_file (ChordModel *self)
{
  g_return_val_if_fail (CHORD_IS_MODEL (self), NULL);

  return self->file;
}

const char *
chord_model_get_name (ChordModel *self)
{
  g_return_val_if_fail (CHORD_IS_MODEL (self), NULL);

  return self->name;
}

const char *
chord_model_get_architecture (ChordModel *self)
{
  g_return_val_if_fail (CHORD_IS_MODEL (self), NULL);

  return ch_engine_arch (self->engine);
}

guint64
chord_model_get_context_length (ChordModel *self)
{
  g_return_val_if_fail (CHORD_IS_MODEL (self), 0);

  return ch_engine_n_ctx (self->engine);
}

int
chord_model_get_n_threads (ChordModel *self)
{
  g_return_val_if_fail (CHORD_IS_MODEL (self), 0);

  return ch_engine_n_threads (self->engine);
}

gsize
chord_model_get_result_width (ChordModel *self)
{
  g_return_val_if_fail (CHORD_IS_MODEL (self), 0);

  return ch_engine_result_width (self->engine);
}

guint64
chord_model_get_memory_used (ChordModel *self)
{
  g_return_val_if_fail (CHORD_IS_MODEL (self), 0);

  return ch_engine_memory_used (self->engine);
}

guint64
chord_model_trim (ChordModel *self)
{
  guint64 before;

  g_return_val_if_fail (CHORD_IS_MODEL (self), 0);

  before = ch_engine_memory_used (self->engine);
  ch_engine_trim (self->engine);
  /* Another thread may have begun to generate meanwhile. */
  return before - MIN (before, ch_engine_memory_used (self->engine));
}

ChordPrecision
chord_model_get_precision (ChordModel *self)
{
  g_return_val_if_fail (CHORD_IS_MODEL (self), CHORD_PRECISION_FAST);

  return ch_engine_precision (self->engine) == CH_PRECISION_EXACT ? CHORD_PRECISION_EXACT
                                                                  : CHORD_PRECISION_FAST;
}

ChordKvType
chord_model_get_kv_type (ChordModel *self)
{
  g_return_val_if_fail (CHORD_IS_MODEL (self), CHORD_KV_TYPE_AUTO);

  return ch_engine_kv_type (self->engine) == CH_KV_F16 ? CHORD_KV_TYPE_F16 : CHORD_KV_TYPE_F32;
}

gboolean
chord_model_get_has_known_template (ChordModel *self)
{
  g_return_val_if_fail (CHORD_IS_MODEL (self), FALSE);

  return chord_model_get_template (self, NULL) != NULL;
}

guint64
chord_model_get_bytes_per_token (ChordModel *self, guint64 depth)
{
  g_return_val_if_fail (CHORD_IS_MODEL (self), 0);

  return ch_engine_bytes_per_token (self->engine, depth);
}

ChordTokenizer *
chord_model_get_tokenizer (ChordModel *self, GError **error)
{
  ChordTokenizer *tokenizer;

  g_return_val_if_fail (CHORD_IS_MODEL (self), NULL);

  g_mutex_lock (&self->lock);
  if (!self->tokenizer)
    {
      ChVocab *vocab = ch_engine_vocab (self->engine, error);

      if (vocab)
        self->tokenizer = chord_tokenizer_new_for_vocab (vocab);
    }
  tokenizer = self->tokenizer;
  g_mutex_unlock (&self->lock);
  return tokenizer;
}

ChEngine *
chord_model_get_engine (ChordModel *self)
{
  return self->engine;
}

const ChChatTemplate *
chord_model_get_template (ChordModel *self, GError **error)
{
  const ChChatTemplate *chat_template;

  g_mutex_lock (&self->lock);
  if (!self->chat_template)
    self->chat_template = ch_chat_template_new (chord_model_file_get_chat_template (self->file),
                                                self->name, error);
  chat_template = self->chat_template;
  g_mutex_unlock (&self->lock);
  return chat_template;
}
