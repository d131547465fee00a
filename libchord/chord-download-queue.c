/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* At most two downloads of a catalog run at once: more would share the same line, and make each of
 * them late. */

#include "chord-download-private.h"

#define MOST_AT_ONCE 2

typedef struct
{
  GQueue waiting;     /* of ChordDownload, with a reference */
  GPtrArray *running; /* likewise */
} Queue;

/* The catalog goes: what has arrived stays, and the programs that download end. */
static void
queue_free (gpointer data)
{
  Queue *queue = data;

  for (guint i = 0; i < queue->running->len; i++)
    g_cancellable_cancel (((ChordDownload *) queue->running->pdata[i])->cancellable);
  g_ptr_array_unref (queue->running);
  g_queue_clear_full (&queue->waiting, g_object_unref);
  g_free (queue);
}

/* NULL when the catalog of the download is gone. */
static Queue *
queue_of (ChordDownload *self)
{
  ChordCatalog *catalog = chord_record_get_catalog (CHORD_RECORD (self));
  Queue *queue;

  if (catalog == NULL)
    return NULL;
  queue = g_object_get_data (G_OBJECT (catalog), "chord-downloads");
  if (queue != NULL)
    return queue;
  queue = g_new0 (Queue, 1);
  queue->running = g_ptr_array_new_with_free_func (g_object_unref);
  g_object_set_data_full (G_OBJECT (catalog), "chord-downloads", queue, queue_free);
  return queue;
}

static void
run_next (Queue *queue)
{
  while (queue->running->len < MOST_AT_ONCE && !g_queue_is_empty (&queue->waiting))
    {
      ChordDownload *next = g_queue_pop_head (&queue->waiting);

      next->waiting = FALSE;
      g_ptr_array_add (queue->running, next);
      chord_download_run (next);
    }
}

void
chord_download_queue_add (ChordDownload *self)
{
  Queue *queue = queue_of (self);

  if (queue == NULL || self->waiting || self->cancellable != NULL)
    return;
  self->waiting = TRUE;
  g_queue_push_tail (&queue->waiting, g_object_ref (self));
  chord_download_set_state (self, CHORD_DOWNLOAD_STATE_QUEUED, NULL);
  run_next (queue);
}

void
chord_download_queue_remove (ChordDownload *self)
{
  Queue *queue = queue_of (self);

  if (queue == NULL || !self->waiting)
    return;
  self->waiting = FALSE;
  if (g_queue_remove (&queue->waiting, self))
    g_object_unref (self);
}

void
chord_download_queue_ended (ChordDownload *self)
{
  Queue *queue = queue_of (self);

  if (queue == NULL)
    return;
  g_ptr_array_remove (queue->running, self);
  run_next (queue);
}
