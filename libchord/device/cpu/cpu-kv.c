/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/debug.h"
#include "base/error.h"
#include "base/memory.h"
#include "device/cpu/cpu.h"

#define MACHINE_PAGE 4096

static gboolean
layer_init (ChCpuKvLayer *layer, const ChKvLayer *shape, gsize n_pages)
{
  gsize bytes;

  layer->shape = *shape;
  if (shape->n_kv_heads == 0)
    return TRUE;
  layer->page_bytes = ch_kv_page_bytes (shape->type, shape->n_kv_heads, shape->k_dim, shape->v_dim);
  layer->page_stride = (layer->page_bytes + MACHINE_PAGE - 1) / MACHINE_PAGE * MACHINE_PAGE;
  if (!ch_size_mul (layer->page_stride, n_pages, &bytes))
    return FALSE;
  layer->base = ch_reserve (bytes);
  return layer->base != NULL;
}

ChKvStore *
ch_cpu_kv_new (ChDevice *device, const ChKvLayer *layers, gsize n_layers, gsize n_pages,
               GError **error)
{
  ChCpuKv *kv = g_new0 (ChCpuKv, 1);

  kv->n_layers = n_layers;
  kv->n_pages = n_pages;
  kv->layers = g_new0 (ChCpuKvLayer, n_layers);
  for (gsize i = 0; i < n_layers; i++)
    if (!layer_init (&kv->layers[i], &layers[i], n_pages))
      {
        g_set_error (error, CH_ERROR, CH_ERROR_NO_MEMORY,
                     "No address space for a context of %" G_GSIZE_FORMAT
                     " pages in layer %" G_GSIZE_FORMAT,
                     n_pages, i);
        ch_cpu_kv_free (device, (ChKvStore *) kv);
        return NULL;
      }
  ch_debug_log (CH_DEBUG_MEMORY, "kv: reserved %zu pages of %zu bytes", n_pages,
                ch_cpu_kv_page_bytes (device, (ChKvStore *) kv));
  return (ChKvStore *) kv;
}

void
ch_cpu_kv_free (ChDevice *device, ChKvStore *store)
{
  ChCpuKv *kv = (ChCpuKv *) store;

  for (gsize i = 0; i < kv->n_layers; i++)
    if (kv->layers[i].base != NULL)
      ch_reserve_free (kv->layers[i].base, kv->layers[i].page_stride * kv->n_pages);
  g_free (kv->layers);
  g_free (kv);
}

static guint8 *
page_of (const ChCpuKvLayer *layer, gint32 page)
{
  return layer->base + (gsize) page * layer->page_stride;
}

/* The layout mixes positions of a page, so pages are copied whole; n_positions is a hint for
 * devices that can do better. */
void
ch_cpu_kv_copy_page (ChDevice *device, ChKvStore *store, gint32 from, gint32 to, gsize n_positions)
{
  ChCpuKv *kv = (ChCpuKv *) store;

  for (gsize i = 0; i < kv->n_layers; i++)
    if (kv->layers[i].base != NULL)
      memcpy (page_of (&kv->layers[i], to), page_of (&kv->layers[i], from),
              kv->layers[i].page_bytes);
}

void
ch_cpu_kv_drop_page (ChDevice *device, ChKvStore *store, gint32 page)
{
  ChCpuKv *kv = (ChCpuKv *) store;

  for (gsize i = 0; i < kv->n_layers; i++)
    if (kv->layers[i].base != NULL)
      ch_reserve_drop (kv->layers[i].base, (gsize) page * kv->layers[i].page_stride,
                       kv->layers[i].page_stride);
}

gsize
ch_cpu_kv_page_bytes (ChDevice *device, ChKvStore *store)
{
  ChCpuKv *kv = (ChCpuKv *) store;
  gsize bytes = 0;

  for (gsize i = 0; i < kv->n_layers; i++)
    bytes += kv->layers[i].page_bytes;
  return bytes;
}

void
ch_cpu_kv_read_page (ChDevice *device, ChKvStore *store, gint32 page, guint8 *bytes)
{
  ChCpuKv *kv = (ChCpuKv *) store;

  for (gsize i = 0; i < kv->n_layers; i++)
    if (kv->layers[i].base != NULL)
      {
        memcpy (bytes, page_of (&kv->layers[i], page), kv->layers[i].page_bytes);
        bytes += kv->layers[i].page_bytes;
      }
}

void
ch_cpu_kv_write_page (ChDevice *device, ChKvStore *store, gint32 page, const guint8 *bytes)
{
  ChCpuKv *kv = (ChCpuKv *) store;

  for (gsize i = 0; i < kv->n_layers; i++)
    if (kv->layers[i].base != NULL)
      {
        memcpy (page_of (&kv->layers[i], page), bytes, kv->layers[i].page_bytes);
        bytes += kv->layers[i].page_bytes;
      }
}
