/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kv-private.h"

#include "base/debug.h"
#include "base/error.h"
#include "base/memory.h"
#include "need.h"

/* ---- Pages ----------------------------------------------------------------------------------- */

static gint32
take_page (KvCache *cache)
{
  gint32 page = cache->free_pages[--cache->n_free];
  cache->refs[page] = 1;
  return page;
}

static void
drop_page (KvCache *cache, gint32 page)
{
  if (--cache->refs[page] > 0)
    return;
  for (gsize i = 0; i < cache->n_parts; i++)
    {
      KvPart *part = &cache->parts[i];
      part->device->klass->kv_drop_page (part->device, part->kv, page);
    }
  cache->free_pages[cache->n_free++] = page;
}

static void
copy_page (KvCache *cache, gint32 from, gint32 to, gsize n_positions)
{
  for (gsize i = 0; i < cache->n_parts; i++)
    {
      KvPart *part = &cache->parts[i];
      part->device->klass->kv_copy_page (part->device, part->kv, from, to, n_positions);
    }
}

static GArray *
share_pages (KvCache *cache, const GArray *pages, gsize n)
{
  GArray *shared = g_array_sized_new (FALSE, FALSE, sizeof (gint32), n);
  if (n > 0)
    g_array_append_vals (shared, pages->data, n);
  for (gsize i = 0; i < n; i++)
    cache->refs[g_array_index (shared, gint32, i)]++;
  return shared;
}

static void
drop_pages_from (KvCache *cache, GArray *pages, gsize first)
{
  for (gsize i = first; i < pages->len; i++)
    drop_page (cache, g_array_index (pages, gint32, i));
  g_array_set_size (pages, MIN (first, pages->len));
}

/* Both limits: the pages that were reserved, and what the machine can still give to commit them. */
static gboolean
check_room (KvCache *cache, gsize n_pages, GError **error)
{
  if (n_pages > cache->n_free)
    {
      g_set_error (error, CH_ERROR, CH_ERROR_NO_MEMORY,
                   "The KV cache is full: room for %" G_GSIZE_FORMAT
                   " more tokens is needed, but of %" G_GSIZE_FORMAT
                   " that all sequences share, %" G_GSIZE_FORMAT " are left",
                   n_pages * CH_KV_PAGE, cache->n_pages * CH_KV_PAGE, cache->n_free * CH_KV_PAGE);
      return FALSE;
    }
  if (n_pages == 0)
    return TRUE;
  guint64 need = (guint64) n_pages * cache->page_bytes;
  return ch_need_check ("The KV cache cannot grow", need, ch_memory_available (), error);
}

/* ---- Sequences ------------------------------------------------------------------------------- */

ChSeq *
ch_kv_seq_new (ChMemory *memory)
{
  KvSeq *seq = g_new0 (KvSeq, 1);
  seq->pages = g_array_new (FALSE, FALSE, sizeof (gint32));
  return (ChSeq *) seq;
}

void
ch_kv_seq_free (ChMemory *memory, ChSeq *s)
{
  KvSeq *seq = (KvSeq *) s;
  drop_pages_from ((KvCache *) memory, seq->pages, 0);
  g_array_unref (seq->pages);
  g_free (seq);
}

static gsize
kv_length (ChMemory *memory, ChSeq *s)
{
  return ((KvSeq *) s)->length;
}

/* Whether the next position goes into a page that somebody else holds too. */
static gboolean
writes_shared_page (const KvCache *cache, const KvSeq *seq)
{
  if (seq->length % CH_KV_PAGE == 0)
    return FALSE;
  return cache->refs[g_array_index (seq->pages, gint32, seq->pages->len - 1)] > 1;
}

static void
unshare_last_page (KvCache *cache, KvSeq *seq)
{
  gint32 *last = &g_array_index (seq->pages, gint32, seq->pages->len - 1);
  gint32 own = take_page (cache);
  copy_page (cache, *last, own, seq->length % CH_KV_PAGE);
  drop_page (cache, *last);
  *last = own;
}

gboolean
ch_kv_append (ChMemory *memory, ChSeq *s, gsize n, GError **error)
{
  KvCache *cache = (KvCache *) memory;
  KvSeq *seq = (KvSeq *) s;
  if (n > cache->n_ctx - seq->length)
    {
      g_set_error (error, CH_ERROR, CH_ERROR_CONTEXT_FULL,
                   "The context is full: it has room for %" G_GSIZE_FORMAT
                   " tokens, and %" G_GSIZE_FORMAT " were needed",
                   cache->n_ctx, seq->length + n);
      return FALSE;
    }
  gboolean copy = n > 0 && writes_shared_page (cache, seq);
  gsize fresh = kv_pages_for (seq->length + n) - seq->pages->len;
  if (!check_room (cache, fresh + (copy ? 1 : 0), error))
    return FALSE;
  if (copy)
    unshare_last_page (cache, seq);
  for (gsize i = 0; i < fresh; i++)
    {
      gint32 page = take_page (cache);
      g_array_append_val (seq->pages, page);
    }
  seq->length += n;
  return TRUE;
}

static gboolean
kv_truncate (ChMemory *memory, ChSeq *s, gsize n)
{
  KvSeq *seq = (KvSeq *) s;
  if (n >= seq->length)
    return TRUE;
  seq->length = n;
  drop_pages_from ((KvCache *) memory, seq->pages, kv_pages_for (n));
  return TRUE;
}

static ChSeq *
kv_fork (ChMemory *memory, ChSeq *s, gsize n, GError **error)
{
  KvSeq *from = (KvSeq *) s;
  KvSeq *seq = g_new0 (KvSeq, 1);
  seq->length = MIN (n, from->length);
  seq->pages = share_pages ((KvCache *) memory, from->pages, kv_pages_for (seq->length));
  return (ChSeq *) seq;
}

/* ---- Checkpoints: forks that cannot be fed --------------------------------------------------- */

static ChCheckpoint *
kv_checkpoint (ChMemory *memory, ChSeq *seq)
{
  return (ChCheckpoint *) kv_fork (memory, seq, kv_length (memory, seq), NULL);
}

static gboolean
kv_rollback (ChMemory *memory, ChSeq *s, const ChCheckpoint *p)
{
  KvCache *cache = (KvCache *) memory;
  KvSeq *seq = (KvSeq *) s;
  const KvSeq *point = (const KvSeq *) p;
  GArray *pages = share_pages (cache, point->pages, point->pages->len);
  drop_pages_from (cache, seq->pages, 0);
  g_array_unref (seq->pages);
  seq->pages = pages;
  seq->length = point->length;
  return TRUE;
}

static void
kv_checkpoint_free (ChMemory *memory, ChCheckpoint *point)
{
  ch_kv_seq_free (memory, (ChSeq *) point);
}

/* ---- The cache ------------------------------------------------------------------------------- */

static void
kv_view (ChMemory *memory, ChSeq *s, ChSeqView *view)
{
  KvSeq *seq = (KvSeq *) s;
  view->pages = (const void *) seq->pages->data;
  view->n_pages = seq->pages->len;
  view->length = (gint32) seq->length;
}

static ChKvStore *
kv_store (ChMemory *memory, ChDevice *device)
{
  KvCache *cache = (KvCache *) memory;
  for (gsize i = 0; i < cache->n_parts; i++)
    if (cache->parts[i].device == device)
      return cache->parts[i].kv;
  return NULL;
}

static guint64
kv_bytes_used (ChMemory *memory)
{
  KvCache *cache = (KvCache *) memory;
  return (guint64) (cache->n_pages - cache->n_free) * cache->page_bytes;
}

static guint64
kv_seq_bytes (ChMemory *memory, ChSeq *s)
{
  return (guint64) ((KvSeq *) s)->pages->len * ((KvCache *) memory)->page_bytes;
}

static void
kv_free (ChMemory *memory)
{
  KvCache *cache = (KvCache *) memory;
  for (gsize i = 0; i < cache->n_parts; i++)
    if (cache->parts[i].kv != NULL)
      cache->parts[i].device->klass->kv_free (cache->parts[i].device, cache->parts[i].kv);
  g_free (cache->parts);
  g_free (cache->layers);
  g_free (cache->layer_part);
  g_free (cache->free_pages);
  g_free (cache->refs);
  g_free (cache);
}

static const ChMemoryClass kv_cache_class = {
  .name = "kv",
  .seq_new = ch_kv_seq_new,
  .seq_free = ch_kv_seq_free,
  .length = kv_length,
  .append = ch_kv_append,
  .truncate = kv_truncate,
  .checkpoint = kv_checkpoint,
  .rollback = kv_rollback,
  .checkpoint_free = kv_checkpoint_free,
  .fork = kv_fork,
  .save = ch_kv_save,
  .restore = ch_kv_restore,
  .view = kv_view,
  .store = kv_store,
  .bytes_used = kv_bytes_used,
  .seq_bytes = kv_seq_bytes,
  .free = kv_free,
};

/* Finds the part of a device, or begins it. */
static guint32
part_of_device (KvCache *cache, ChDevice *device)
{
  for (gsize i = 0; i < cache->n_parts; i++)
    if (cache->parts[i].device == device)
      return (guint32) i;
  cache->parts[cache->n_parts].device = device;
  return (guint32) cache->n_parts++;
}

/* A part is given all layers, those of other devices as having no heads, so that layer numbers are
 * the model's. */
static gboolean
reserve_part (KvCache *cache, guint32 index, GError **error)
{
  KvPart *part = &cache->parts[index];
  g_autofree ChKvLayer *layers = g_memdup2 (cache->layers, cache->n_layers * sizeof (ChKvLayer));
  for (gsize l = 0; l < cache->n_layers; l++)
    if (cache->layer_part[l] != index)
      layers[l].n_kv_heads = 0;
  part->kv =
      part->device->klass->kv_new (part->device, layers, cache->n_layers, cache->n_pages, error);
  if (part->kv == NULL)
    return FALSE;
  part->page_bytes = part->device->klass->kv_page_bytes (part->device, part->kv);
  cache->page_bytes += part->page_bytes;
  return TRUE;
}

static void
fill_pool (KvCache *cache, gsize n_pages)
{
  cache->n_pages = cache->n_free = n_pages;
  cache->refs = g_new0 (guint32, n_pages);
  cache->free_pages = g_new (gint32, n_pages);
  for (gsize i = 0; i < n_pages; i++)
    cache->free_pages[i] = (gint32) (n_pages - 1 - i);
}

static gboolean
check_size (gsize n_ctx, gsize n_seqs, gsize *n_pages, GError **error)
{
  if (n_ctx > 0 && n_ctx <= G_MAXINT32 && n_seqs > 0
      && ch_size_mul (kv_pages_for (n_ctx), n_seqs, n_pages) && *n_pages <= G_MAXINT32)
    return TRUE;
  g_set_error (error, CH_ERROR, CH_ERROR_INVALID_ARGUMENT,
               "A context of %" G_GSIZE_FORMAT " tokens for %" G_GSIZE_FORMAT
               " sequences is not possible",
               n_ctx, n_seqs);
  return FALSE;
}

ChMemory *
ch_kv_cache_new (ChWeights *weights, ChKvType type, gsize n_ctx, gsize n_seqs, GError **error)
{
  gsize n_pages;
  if (!check_size (n_ctx, n_seqs, &n_pages, error))
    return NULL;
  KvCache *cache = g_new0 (KvCache, 1);
  cache->parent.klass = &kv_cache_class;
  cache->n_ctx = n_ctx;
  cache->n_layers = ch_weights_hparams (weights)->n_layers;
  cache->layers = g_new0 (ChKvLayer, cache->n_layers);
  cache->layer_part = g_new0 (guint32, cache->n_layers);
  cache->parts = g_new0 (KvPart, cache->n_layers);
  ch_weights_kv_layers (weights, type, cache->layers);
  for (gsize l = 0; l < cache->n_layers; l++)
    cache->layer_part[l] = part_of_device (cache, ch_weights_device (weights, (gint) l));
  fill_pool (cache, n_pages);
  for (gsize i = 0; i < cache->n_parts; i++)
    if (!reserve_part (cache, (guint32) i, error))
      {
        kv_free (&cache->parent);
        return NULL;
      }
  ch_debug_log (CH_DEBUG_MEMORY, "KV cache: %zu pages of %zu bytes reserved", n_pages,
                cache->page_bytes);
  return &cache->parent;
}
