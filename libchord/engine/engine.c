/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine-private.h"

#include <signal.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "need.h"

/* ---- Fingerprint ----------------------------------------------------------------------------- */

/* FNV-1a, 64 bits. */
static guint64
hash_bytes (guint64 hash, const void *bytes, gsize n)
{
  for (gsize i = 0; i < n; i++)
    hash = (hash ^ ((const guint8 *) bytes)[i]) * G_GUINT64_CONSTANT (1099511628211);
  return hash;
}

/* Tells models apart by the names, types and shapes of their tensors and by their name; not by the
 * values of their weights, which would have to be read. */
static guint64
fingerprint (const ChGguf *gguf, const char *arch)
{
  guint64 hash = G_GUINT64_CONSTANT (14695981039346656037);
  hash = hash_bytes (hash, arch, strlen (arch) + 1);
  const ChGgufValue *name = ch_gguf_find (gguf, "general.name");
  if (name != NULL && name->kind == CH_GGUF_STRING)
    {
      ChGgufString text = ch_gguf_item_string (name, 0);
      hash = hash_bytes (hash, text.data, text.length);
    }
  for (guint64 i = 0; i < ch_gguf_n_tensors (gguf); i++)
    {
      const ChGgufTensor *tensor = ch_gguf_tensor (gguf, i);
      guint64 figures[5] = { tensor->type, tensor->ne[0], tensor->ne[1], tensor->ne[2],
                             tensor->ne[3] };
      hash = hash_bytes (hash, tensor->name, strlen (tensor->name) + 1);
      hash = hash_bytes (hash, figures, sizeof figures);
    }
  return hash;
}

/* ---- Loading --------------------------------------------------------------------------------- */

static gboolean
check_need (ChGguf *gguf, const ChEngineOptions *options, guint64 *n_ctx, GError **error)
{
  ChMemoryNeed need;
  if (!ch_engine_memory_need (gguf, options, &need, error))
    return FALSE;
  *n_ctx = need.n_ctx;
  if (need.total <= need.available)
    return TRUE;
  g_autofree char *what =
      g_strdup_printf ("%s does not fit with a context of %" G_GUINT64_FORMAT " tokens",
                       ch_gguf_name (gguf), need.n_ctx);
  return ch_need_check (what, need.total, need.available, error);
}

static ChEngine *
engine_new (ChGguf *gguf, const ChEngineOptions *options)
{
  ChEngine *engine = g_new0 (ChEngine, 1);
  atomic_init (&engine->refs, 1);
  atomic_init (&engine->abort, FALSE);
  atomic_init (&engine->scratch_bytes, 0);
  pthread_mutex_init (&engine->lock, NULL);
  pthread_cond_init (&engine->wake, NULL);
  engine->gguf = ch_gguf_ref (gguf);
  engine->kv_type = (ChKvType) options->kv_type;
  engine->n_threads = options->n_threads;
  engine->fixed_threads = options->fixed_threads;
  engine->chunk = options->chunk;
  engine->programs = g_ptr_array_new ();
  engine->seqs = g_ptr_array_new ();
  engine->jobs = g_ptr_array_new ();
  return engine;
}

/* The thread takes no signal: those are the host's. */
static gboolean
start_thread (ChEngine *engine, GError **error)
{
  sigset_t all, before;
  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, &before);
  int failed = pthread_create (&engine->thread, NULL, ch_scheduler_main, engine);
  pthread_sigmask (SIG_SETMASK, &before, NULL);
  if (failed != 0)
    {
      g_set_error (error, CH_ERROR, CH_ERROR_FAILED, "Starting the engine's thread failed: %s",
                   g_strerror (failed));
      return FALSE;
    }
  return TRUE;
}

/* The program for one row is made now, so that a model that no device can run is refused here. */
static gboolean
load (ChEngine *engine, const ChEngineOptions *options, gboolean (*progress) (double, gpointer),
      gpointer data, GError **error)
{
  ChWeightsOptions weights = { .precision = options->precision,
                               .layer_devices = options->layer_devices };
  engine->weights = ch_weights_load (engine->gguf, &weights, progress, data, error);
  if (engine->weights == NULL)
    return FALSE;
  engine->fingerprint = fingerprint (engine->gguf, ch_weights_arch (engine->weights));
  engine->memory =
      ch_kv_cache_new (engine->weights, engine->kv_type, engine->n_ctx, options->n_seqs, error);
  if (engine->memory == NULL || ch_engine_program (engine, 1, 1, error) == NULL)
    return FALSE;
  engine->vocab = ch_vocab_new (engine->gguf, &engine->vocab_error);
  return start_thread (engine, error);
}

ChEngine *
ch_engine_load (ChGguf *gguf, const ChEngineOptions *options,
                gboolean (*progress) (double, gpointer), gpointer data, GError **error)
{
  ChEngineOptions resolved;
  guint64 n_ctx;
  if (!ch_engine_options_resolve (options, &resolved, error)
      || !check_need (gguf, &resolved, &n_ctx, error))
    return NULL;
  ChEngine *engine = engine_new (gguf, &resolved);
  engine->n_ctx = n_ctx;
  if (load (engine, &resolved, progress, data, error))
    return engine;
  ch_engine_destroy (engine);
  return NULL;
}

/* ---- Life ------------------------------------------------------------------------------------ */

void
ch_engine_destroy (ChEngine *engine)
{
  for (guint i = 0; i < engine->programs->len; i++)
    ch_engine_program_free (engine, g_ptr_array_index (engine->programs, i));
  g_ptr_array_unref (engine->programs);
  g_ptr_array_unref (engine->seqs);
  g_ptr_array_unref (engine->jobs);
  if (engine->memory != NULL)
    engine->memory->klass->free (engine->memory);
  g_clear_pointer (&engine->weights, ch_weights_free);
  g_clear_pointer (&engine->vocab, ch_vocab_unref);
  g_clear_error (&engine->vocab_error);
  ch_gguf_unref (engine->gguf);
  pthread_mutex_destroy (&engine->lock);
  pthread_cond_destroy (&engine->wake);
  g_free (engine);
}

ChEngine *
ch_engine_ref (ChEngine *engine)
{
  atomic_fetch_add (&engine->refs, 1);
  return engine;
}

/* Jobs and sequences hold references, so with the last one the thread has nothing left to do. It is
 * waited for, unless this is it: then it goes its way and frees the engine as it ends. */
void
ch_engine_unref (ChEngine *engine)
{
  if (atomic_fetch_sub (&engine->refs, 1) > 1)
    return;
  pthread_t thread = engine->thread;
  gboolean own = pthread_equal (thread, pthread_self ());
  pthread_mutex_lock (&engine->lock);
  engine->stop = TRUE;
  engine->detached = own;
  pthread_cond_signal (&engine->wake);
  pthread_mutex_unlock (&engine->lock);
  if (own)
    {
      pthread_detach (thread);
      return;
    }
  pthread_join (thread, NULL);
  ch_engine_destroy (engine);
}

/* ---- What it is ------------------------------------------------------------------------------ */

ChGguf *
ch_engine_gguf (ChEngine *engine)
{
  return engine->gguf;
}

ChVocab *
ch_engine_vocab (ChEngine *engine, GError **error)
{
  if (engine->vocab == NULL && error != NULL)
    *error = g_error_copy (engine->vocab_error);
  return engine->vocab;
}

const ChHparams *
ch_engine_hparams (ChEngine *engine)
{
  return ch_weights_hparams (engine->weights);
}

const char *
ch_engine_arch (ChEngine *engine)
{
  return ch_weights_arch (engine->weights);
}

ChPrecision
ch_engine_precision (ChEngine *engine)
{
  return ch_weights_precision (engine->weights);
}

ChKvType
ch_engine_kv_type (ChEngine *engine)
{
  return engine->kv_type;
}

guint64
ch_engine_n_ctx (ChEngine *engine)
{
  return engine->n_ctx;
}

gint
ch_engine_n_threads (ChEngine *engine)
{
  return engine->n_threads;
}

gsize
ch_engine_result_width (ChEngine *engine)
{
  return ch_weights_result_width (engine->weights);
}

static guint64
kv_bytes_per_position (ChEngine *engine)
{
  gsize n_layers = ch_engine_hparams (engine)->n_layers;
  g_autofree ChKvLayer *layers = g_new0 (ChKvLayer, n_layers);
  ch_weights_kv_layers (engine->weights, engine->kv_type, layers);
  guint64 bytes = 0;
  for (gsize l = 0; l < n_layers; l++)
    bytes +=
        ch_kv_page_bytes (layers[l].type, layers[l].n_kv_heads, layers[l].k_dim, layers[l].v_dim);
  return bytes / CH_KV_PAGE;
}

guint64
ch_engine_bytes_per_token (ChEngine *engine, gsize depth)
{
  return ch_weights_bytes_per_token (engine->weights) + depth * kv_bytes_per_position (engine);
}

guint64
ch_engine_memory_used (ChEngine *engine)
{
  pthread_mutex_lock (&engine->lock);
  guint64 kv = engine->memory->klass->bytes_used (engine->memory);
  pthread_mutex_unlock (&engine->lock);
  return kv + atomic_load (&engine->scratch_bytes);
}
