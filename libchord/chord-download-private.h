/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chord-download.h"
#include "chord-record-private.h"

/* chord-download.c has the record, chord-download-run.c what happens while it runs, and
 * chord-download-queue.c whose turn it is. */

struct _ChordDownload
{
  ChordRecord parent_instance;

  ChordCatalogModel *model;
  double speed;
  gint64 time_left;

  gboolean waiting;         /* in the queue */
  GCancellable *cancellable; /* set while it runs */
  gboolean discarded;       /* by the user, while it ran */

  /* While it runs. */
  GPtrArray *files;         /* of ChordRepositoryPart */
  guint current;            /* the index of the one that comes */
  guint64 done_before;      /* bytes of those before it */
  gint64 measured_at;       /* when the speed was measured, and at which byte */
  guint64 measured_done;
  gint64 stored_at;
};

/* Changes what the download is doing, and stores it. message may be NULL. */
void chord_download_set_state (ChordDownload *self, ChordDownloadState state, const char *message);
void chord_download_set_bytes (ChordDownload *self, guint64 done, guint64 total);
void chord_download_set_speed (ChordDownload *self, double speed);
/* The files of the model, of ChordRepositoryPart, out of the property that keeps them. */
GPtrArray *chord_download_dup_files (ChordDownload *self);
/* Where one of them is put. */
char *chord_download_path_of (ChordDownload *self, guint index);
/* Deletes the record and what has arrived. */
void chord_download_discard (ChordDownload *self);
void chord_download_emit_finished (ChordDownload *self, gboolean ok);

/* Runs it until it has ended in whatever way, which the queue is told. */
void chord_download_run (ChordDownload *self);

void chord_download_queue_add (ChordDownload *self);
void chord_download_queue_remove (ChordDownload *self);
void chord_download_queue_ended (ChordDownload *self);
