/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <string.h>

/* Saved states are little-endian and packed. A reader never goes beyond its bytes: once they
 * are too few, it gives zeros and `sound` stays FALSE, so that one check at the end will do. */

typedef struct
{
  const guint8 *at;
  gsize left;
  gboolean sound;
} ChStateReader;

static inline ChStateReader
ch_state_reader (GBytes *bytes)
{
  gsize left;
  const guint8 *at = g_bytes_get_data (bytes, &left);
  return (ChStateReader){ .at = at, .left = left, .sound = TRUE };
}

/* The next n bytes, or NULL when there are fewer. */
static inline const guint8 *
ch_state_take (ChStateReader *reader, gsize n)
{
  if (!reader->sound || n > reader->left)
    {
      reader->sound = FALSE;
      return NULL;
    }
  const guint8 *bytes = reader->at;
  reader->at += n;
  reader->left -= n;
  return bytes;
}

static inline guint32
ch_state_take_u32 (ChStateReader *reader)
{
  guint32 value = 0;
  const guint8 *bytes = ch_state_take (reader, sizeof value);
  if (bytes != NULL)
    memcpy (&value, bytes, sizeof value);
  return GUINT32_FROM_LE (value);
}

static inline guint64
ch_state_take_u64 (ChStateReader *reader)
{
  guint64 value = 0;
  const guint8 *bytes = ch_state_take (reader, sizeof value);
  if (bytes != NULL)
    memcpy (&value, bytes, sizeof value);
  return GUINT64_FROM_LE (value);
}

static inline void
ch_state_put_u32 (GByteArray *out, guint32 value)
{
  value = GUINT32_TO_LE (value);
  g_byte_array_append (out, (const guint8 *) &value, sizeof value);
}

static inline void
ch_state_put_u64 (GByteArray *out, guint64 value)
{
  value = GUINT64_TO_LE (value);
  g_byte_array_append (out, (const guint8 *) &value, sizeof value);
}

/* A header and a body as one state; NULL when there is no memory for it. The header is freed. */
GBytes *ch_state_join (GByteArray *header, gsize body_bytes, guint8 **body);
