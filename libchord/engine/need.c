/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "need.h"

#include <string.h>

#include "base/cpu.h"
#include "base/debug.h"
#include "base/error.h"
#include "base/memory.h"

#define DEFAULT_SEQS    4
#define DEFAULT_CHUNK   512
#define MAX_CHUNK       8192
#define MAX_SEQS        4096
#define SMALL_CONTEXT   512 /* below this no model is worth loading */
#define MAX_CONTEXT     (1u << 30)
#define LOOKUP_ROWS     4096 /* different tokens that conversations use, roughly */
#define PAGE_BYTES      4096
#define UNKNOWN_CONTEXT 4096 /* for files that do not say what they were trained for */

/* ---- Memory ---------------------------------------------------------------------------------- */

gboolean
ch_need_check (const char *what, guint64 need, guint64 available, GError **error)
{
  if (need <= available)
    return TRUE;
  g_autofree char *need_text = ch_size_text (need);
  g_autofree char *available_text = ch_size_text (available);
  g_set_error (error, CH_ERROR, CH_ERROR_NO_MEMORY,
               "%s: it needs %s of memory, and %s are available", what, need_text, available_text);
  return FALSE;
}

/* ---- Options --------------------------------------------------------------------------------- */

static gboolean
out_of_range (GError **error, const char *what, guint64 value, guint64 max)
{
  g_set_error (error, CH_ERROR, CH_ERROR_INVALID_ARGUMENT,
               "%s of %" G_GUINT64_FORMAT " is more than the greatest possible, %" G_GUINT64_FORMAT,
               what, value, max);
  return FALSE;
}

static gboolean
check_options (const ChEngineOptions *options, GError **error)
{
  if (options->n_ctx > MAX_CONTEXT)
    return out_of_range (error, "A context", options->n_ctx, MAX_CONTEXT);
  if (options->n_seqs > MAX_SEQS)
    return out_of_range (error, "A number of sequences", options->n_seqs, MAX_SEQS);
  if (options->chunk > MAX_CHUNK)
    return out_of_range (error, "A chunk", options->chunk, MAX_CHUNK);
  if (options->n_threads < 0 || options->kv_type > CH_KV_F16)
    {
      g_set_error (error, CH_ERROR, CH_ERROR_INVALID_ARGUMENT, "%s cannot be %d",
                   options->n_threads < 0 ? "A number of threads" : "A type of the KV cache",
                   options->n_threads < 0 ? options->n_threads : options->kv_type);
      return FALSE;
    }
  return TRUE;
}

gboolean
ch_engine_options_resolve (const ChEngineOptions *options, ChEngineOptions *resolved,
                           GError **error)
{
  static const ChEngineOptions defaults = { .precision = CH_PRECISION_FAST, .kv_type = -1 };
  *resolved = options != NULL ? *options : defaults;
  if (!check_options (resolved, error))
    return FALSE;
  if (resolved->kv_type < 0)
    resolved->kv_type = resolved->precision == CH_PRECISION_EXACT ? CH_KV_F32 : CH_KV_F16;
  if (resolved->n_seqs == 0)
    resolved->n_seqs = DEFAULT_SEQS;
  if (resolved->chunk == 0)
    resolved->chunk = DEFAULT_CHUNK;
  if (resolved->n_threads > 0)
    resolved->fixed_threads = TRUE;
  else
    resolved->n_threads = ch_cpu_default_threads ();
  return TRUE;
}

/* ---- The need of a model --------------------------------------------------------------------- */

/* Saturates: figures of a lying header must not wrap into small ones. */
static guint64
times (guint64 a, guint64 b)
{
  guint64 product;
  return __builtin_mul_overflow (a, b, &product) ? G_MAXUINT64 : product;
}

static guint64
plus (guint64 a, guint64 b)
{
  return a > G_MAXUINT64 - b ? G_MAXUINT64 : a + b;
}

/* A matrix is packed into panels, whose file pages are let go; one without a class is used as it
 * lies in the file. */
static guint64
tensor_bytes (const ChGgufTensor *tensor)
{
  ChClass cls = tensor->n_dims >= 2 ? ch_class_of (tensor->type, tensor->ne[0]) : CH_CLASS_NONE;
  if (cls == CH_CLASS_NONE)
    return tensor->n_bytes;
  guint64 panels = times ((tensor->ne[1] + CH_PANEL_ROWS - 1) / CH_PANEL_ROWS,
                          times (tensor->ne[2], tensor->ne[3]));
  return times (panels, ch_panel_bytes (cls, tensor->type, tensor->ne[0]));
}

/* The table of token embeddings is looked up in the form of the file, and only the pages of rows
 * that are used come into memory; a file that was read instead of mapped is there whole. */
static guint64
lookup_bytes (const ChGguf *gguf, const ChGgufTensor *table)
{
  return ch_gguf_is_mapped (gguf) ? MIN (table->n_bytes, LOOKUP_ROWS * PAGE_BYTES)
                                  : table->n_bytes;
}

static guint64
weight_bytes (const ChGguf *gguf)
{
  const ChGgufTensor *embeddings = ch_gguf_find_tensor (gguf, "token_embd.weight");
  gboolean is_tied = ch_gguf_find_tensor (gguf, "output.weight") == NULL;
  guint64 bytes = embeddings != NULL ? lookup_bytes (gguf, embeddings) : 0;
  for (guint64 i = 0; i < ch_gguf_n_tensors (gguf); i++)
    {
      const ChGgufTensor *tensor = ch_gguf_tensor (gguf, i);
      /* Of a tied head there is a packed copy besides. */
      if (tensor != embeddings || is_tied)
        bytes = plus (bytes, tensor_bytes (tensor));
    }
  return bytes;
}

/* Of a stack of experts a token uses some; of the table of embeddings one row, unless the table is
 * the head as well. */
static void
count_read (const ChGguf *gguf, const ChHparams *hp, ChMemoryNeed *need)
{
  const gboolean is_tied = ch_gguf_find_tensor (gguf, "output.weight") == NULL;

  for (guint64 i = 0; i < ch_gguf_n_tensors (gguf); i++)
    {
      const ChGgufTensor *tensor = ch_gguf_tensor (gguf, i);
      const gboolean is_stack = tensor->ne[2] > 1 && hp->n_experts > 0;
      const guint64 parts = is_stack ? hp->n_experts : 1;
      const guint64 used = is_stack ? hp->n_experts_used : 1;

      if (!is_tied && strcmp (tensor->name, "token_embd.weight") == 0)
        continue;
      need->weights_read = plus (need->weights_read, times (tensor->n_bytes / parts, used));
      need->values_read = plus (need->values_read, times (tensor->n_values / parts, used));
    }
}

/* What the values of a forward pass take: the residual stream and its norms, q, k, v and the
 * attention's result, the two halves of the feed-forward, each for a chunk of rows; and the logits
 * of one row a sequence. */
static guint64
scratch_bytes (const ChHparams *hp, const ChEngineOptions *options)
{
  guint64 width = plus (times (4, hp->n_embd), times (3, hp->n_ff));
  width = plus (width, times (hp->n_heads, plus (hp->k_dim, hp->v_dim)));
  width = plus (width, times (hp->n_kv_heads, plus (hp->k_dim, hp->v_dim)));
  guint64 rows = times (width, options->chunk);
  return times (plus (rows, times (hp->n_vocab, options->n_seqs)), sizeof (float));
}

static guint64
kv_page_bytes (const ChHparams *hp, ChKvType type)
{
  return times (hp->n_layers, ch_kv_page_bytes (type, hp->n_kv_heads, hp->k_dim, hp->v_dim));
}

/* The model's own context, or as much of it as fits; a sixteenth is left to the rest of the
 * machine. */
static guint64
default_context (const ChHparams *hp, guint64 fixed, guint64 page_bytes, guint64 available)
{
  guint64 own = hp->n_ctx_train == 0 ? UNKNOWN_CONTEXT : MIN (hp->n_ctx_train, MAX_CONTEXT);
  guint64 usable = available - available / 16;
  guint64 fits = usable > fixed ? times ((usable - fixed) / MAX (page_bytes, 1), CH_KV_PAGE) : 0;
  return MAX (MIN (own, fits), MIN (own, SMALL_CONTEXT));
}

gboolean
ch_engine_memory_need (ChGguf *gguf, const ChEngineOptions *options, ChMemoryNeed *need,
                       GError **error)
{
  ChEngineOptions resolved;
  ChHparams hp = { 0 };
  if (!ch_engine_options_resolve (options, &resolved, error) || !ch_hparams_read (gguf, &hp, error))
    return FALSE;
  guint64 page_bytes = kv_page_bytes (&hp, (ChKvType) resolved.kv_type);
  memset (need, 0, sizeof *need);
  need->available = ch_memory_available ();
  need->weights = weight_bytes (gguf);
  need->scratch = scratch_bytes (&hp, &resolved);
  guint64 fixed = plus (need->weights, need->scratch);
  need->n_ctx = resolved.n_ctx != 0 ? resolved.n_ctx
                                    : default_context (&hp, fixed, page_bytes, need->available);
  need->kv = times ((need->n_ctx + CH_KV_PAGE - 1) / CH_KV_PAGE, page_bytes);
  need->total = plus (fixed, need->kv);
  count_read (gguf, &hp, need);
  need->kv_read = page_bytes / CH_KV_PAGE;
  ch_debug_log (CH_DEBUG_MEMORY,
                "need: weights %" G_GUINT64_FORMAT ", KV %" G_GUINT64_FORMAT
                ", scratch %" G_GUINT64_FORMAT ", available %" G_GUINT64_FORMAT
                ", context %" G_GUINT64_FORMAT,
                need->weights, need->kv, need->scratch, need->available, need->n_ctx);
  return TRUE;
}
