/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kv-private.h"

#include "base/error.h"
#include "base/memory.h"
#include "state-io.h"

/* States of the KV cache. A header says the shape of every layer and which of them lie together,
 * then come the pages, as the devices write them in the host's layout. */

#define KV_MAGIC   "CHORDKV\n"
#define KV_VERSION 1

GBytes *
ch_state_join (GByteArray *header, gsize body_bytes, guint8 **body)
{
  gsize header_bytes = header->len, total;
  guint8 *bytes = ch_size_add (header_bytes, body_bytes, &total) ? g_try_malloc (total) : NULL;
  if (bytes != NULL)
    memcpy (bytes, header->data, header_bytes);
  g_byte_array_unref (header);
  if (bytes == NULL)
    return NULL;
  *body = bytes + header_bytes;
  return g_bytes_new_take (bytes, total);
}

static void
put_shape (GByteArray *out, const KvCache *cache)
{
  ch_state_put_u32 (out, (guint32) cache->n_layers);
  for (gsize l = 0; l < cache->n_layers; l++)
    {
      const ChKvLayer *layer = &cache->layers[l];
      ch_state_put_u32 (out, layer->type);
      ch_state_put_u32 (out, layer->n_kv_heads);
      ch_state_put_u32 (out, layer->k_dim);
      ch_state_put_u32 (out, layer->v_dim);
      ch_state_put_u32 (out, cache->layer_part[l]);
    }
  ch_state_put_u64 (out, CH_KV_PAGE);
  ch_state_put_u64 (out, cache->page_bytes);
}

GBytes *
ch_kv_save (ChMemory *memory, ChSeq *s, GError **error)
{
  KvCache *cache = (KvCache *) memory;
  KvSeq *seq = (KvSeq *) s;
  GByteArray *header = g_byte_array_new ();
  g_byte_array_append (header, (const guint8 *) KV_MAGIC, strlen (KV_MAGIC));
  ch_state_put_u32 (header, KV_VERSION);
  put_shape (header, cache);
  ch_state_put_u64 (header, seq->length);

  gsize body_bytes = seq->pages->len * cache->page_bytes;
  guint8 *body;
  GBytes *state = ch_state_join (header, body_bytes, &body);
  if (state == NULL)
    {
      g_set_error (error, CH_ERROR, CH_ERROR_NO_MEMORY,
                   "No memory for a state of %" G_GSIZE_FORMAT " bytes", body_bytes);
      return NULL;
    }
  for (gsize i = 0; i < seq->pages->len; i++)
    for (gsize j = 0; j < cache->n_parts; j++)
      {
        KvPart *part = &cache->parts[j];
        part->device->klass->kv_read_page (part->device, part->kv,
                                           g_array_index (seq->pages, gint32, i), body);
        body += part->page_bytes;
      }
  return state;
}

static gboolean
damaged (GError **error, const char *what)
{
  g_set_error (error, CH_ERROR, CH_ERROR_INVALID_FILE, "The saved state is damaged: %s", what);
  return FALSE;
}

static gboolean
check_head (ChStateReader *reader, GError **error)
{
  const guint8 *magic = ch_state_take (reader, strlen (KV_MAGIC));
  if (magic == NULL || memcmp (magic, KV_MAGIC, strlen (KV_MAGIC)) != 0)
    return damaged (error, "it does not begin as the state of a KV cache");
  guint32 version = ch_state_take_u32 (reader);
  if (!reader->sound)
    return damaged (error, "it ends in its header");
  if (version == KV_VERSION)
    return TRUE;
  g_set_error (error, CH_ERROR, CH_ERROR_UNSUPPORTED,
               "The saved state has version %u of the KV cache's format; known is %d", version,
               KV_VERSION);
  return FALSE;
}

/* The shape of this cache, byte by byte, must be what the state has. */
static gboolean
check_shape (ChStateReader *reader, const KvCache *cache, GError **error)
{
  g_autoptr (GByteArray) own = g_byte_array_new ();
  put_shape (own, cache);
  const guint8 *theirs = ch_state_take (reader, own->len);
  if (theirs == NULL)
    return damaged (error, "it ends in its header, or is of a model of another shape");
  if (memcmp (theirs, own->data, own->len) == 0)
    return TRUE;
  g_set_error_literal (
      error, CH_ERROR, CH_ERROR_INVALID_ARGUMENT,
      "The saved state is of another model, cache type or split over devices than this");
  return FALSE;
}

static gboolean
check_length (ChStateReader *reader, const KvCache *cache, gsize *length, GError **error)
{
  guint64 n = ch_state_take_u64 (reader);
  if (!reader->sound)
    return damaged (error, "it ends in its header");
  if (n > G_MAXINT32 || reader->left != kv_pages_for (n) * cache->page_bytes)
    return damaged (error, "its size does not fit its number of tokens");
  *length = n;
  return TRUE;
}

ChSeq *
ch_kv_restore (ChMemory *memory, GBytes *state, GError **error)
{
  KvCache *cache = (KvCache *) memory;
  ChStateReader reader = ch_state_reader (state);
  gsize length;
  if (!check_head (&reader, error) || !check_shape (&reader, cache, error)
      || !check_length (&reader, cache, &length, error))
    return NULL;

  KvSeq *seq = (KvSeq *) ch_kv_seq_new (memory);
  if (!ch_kv_append (memory, (ChSeq *) seq, length, error))
    {
      ch_kv_seq_free (memory, (ChSeq *) seq);
      return NULL;
    }
  for (gsize i = 0; i < seq->pages->len; i++)
    for (gsize j = 0; j < cache->n_parts; j++)
      {
        KvPart *part = &cache->parts[j];
        const guint8 *bytes = ch_state_take (&reader, part->page_bytes);
        part->device->klass->kv_write_page (part->device, part->kv,
                                            g_array_index (seq->pages, gint32, i), bytes);
      }
  return (ChSeq *) seq;
}
