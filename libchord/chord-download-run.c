/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-download-private.h"

#include <math.h>
#include <string.h>

#include "chord-catalog-models.h"
#include "chord-fetch-private.h"
#include "chord-repository-file-private.h"
#include "json/json.h"

/* The speed is that of the last seconds, weighted by this time. */
#define SMOOTHING 3.0
#define STORE_EVERY (5 * G_USEC_PER_SEC)

/* ---- Figures ---- */

static void
measure (ChordDownload *self, guint64 done)
{
  gint64 now = g_get_monotonic_time ();
  double seconds = (double) (now - self->measured_at) / G_USEC_PER_SEC;
  double weight, rate;

  if (self->measured_at != 0 && seconds < 0.05)
    return;
  if (self->measured_at != 0 && done >= self->measured_done)
    {
      rate = (double) (done - self->measured_done) / seconds;
      weight = self->speed > 0 ? 1 - exp (-seconds / SMOOTHING) : 1;
      chord_download_set_speed (self, self->speed + weight * (rate - self->speed));
    }
  self->measured_at = now;
  self->measured_done = done;
}

/* The size of all files, as far as it is known. */
static guint64
total_size (ChordDownload *self)
{
  guint64 total = 0;

  for (guint i = 0; i < self->files->len; i++)
    {
      ChordRepositoryPart *part = g_ptr_array_index (self->files, i);

      if (part->size < 0)
        return 0;
      total += part->size;
    }
  return total;
}

static void
take_bytes (ChordDownload *self, GVariant *event)
{
  ChordRepositoryPart *part = g_ptr_array_index (self->files, self->current);
  guint64 done = self->done_before + ch_json_integer (event, "done", 0);

  if (part->size < 0)
    part->size = ch_json_integer (event, "total", -1);
  chord_download_set_bytes (self, done, total_size (self));
  if (g_get_monotonic_time () - self->stored_at < STORE_EVERY)
    return;
  self->stored_at = g_get_monotonic_time ();
  chord_record_save_async (CHORD_RECORD (self), NULL, NULL, NULL);
}

static void
change_state (ChordDownload *self, ChordDownloadState state, const char *message)
{
  if (chord_download_get_state (self) != state
      || g_strcmp0 (chord_download_get_message (self), message) != 0)
    chord_download_set_state (self, state, message);
}

/* ---- What the program tells ---- */

static void
on_progress (ChordDownload *self, GVariant *event)
{
  take_bytes (self, event);
  measure (self, chord_download_get_bytes_done (self));
  change_state (self, CHORD_DOWNLOAD_STATE_RUNNING, NULL);
}

static void
on_check (ChordDownload *self, GVariant *event)
{
  change_state (self, CHORD_DOWNLOAD_STATE_VERIFYING, NULL);
  chord_download_set_bytes (self, self->done_before + ch_json_integer (event, "done", 0),
                            total_size (self));
}

static void
on_retry (ChordDownload *self, GVariant *event)
{
  g_autofree char *message = ch_json_string (event, "message");

  self->measured_at = 0;
  chord_download_set_speed (self, 0);
  change_state (self, CHORD_DOWNLOAD_STATE_RUNNING, message);
}

static void
on_part_done (ChordDownload *self, GVariant *event)
{
  ChordRepositoryPart *part = g_ptr_array_index (self->files, self->current);
  g_autofree char *sha256 = ch_json_string (event, "sha256");

  part->size = ch_json_integer (event, "total", part->size);
  if (self->files->len == 1)
    chord_record_set_text (CHORD_RECORD (self), "sha256", sha256);
  chord_download_set_bytes (self, self->done_before + part->size, total_size (self));
}

static void
on_event (const char *kind, GVariant *event, gpointer data)
{
  ChordDownload *self = data;

  if (strcmp (kind, "progress") == 0)
    on_progress (self, event);
  else if (strcmp (kind, "start") == 0)
    {
      self->measured_at = 0;
      on_progress (self, event);
    }
  else if (strcmp (kind, "check") == 0)
    on_check (self, event);
  else if (strcmp (kind, "retry") == 0)
    on_retry (self, event);
  else if (strcmp (kind, "done") == 0)
    on_part_done (self, event);
}

/* ---- The end ---- */

static void
end_run (ChordDownload *self, ChordDownloadState state, const char *message)
{
  gboolean discarded = self->discarded;

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->files, g_ptr_array_unref);
  self->discarded = FALSE;
  chord_download_set_speed (self, 0);
  if (discarded && state != CHORD_DOWNLOAD_STATE_DONE)
    chord_download_discard (self);
  else
    chord_download_set_state (self, state, message);
  chord_download_queue_ended (self);
  if (state == CHORD_DOWNLOAD_STATE_DONE || state == CHORD_DOWNLOAD_STATE_FAILED)
    chord_download_emit_finished (self, state == CHORD_DOWNLOAD_STATE_DONE);
}

/* Where another process is at the same, nothing is said of it in the catalog: it does so itself. */
static void
end_by_error (ChordDownload *self, const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    end_run (self, CHORD_DOWNLOAD_STATE_PAUSED, NULL);
  else
    end_run (self, CHORD_DOWNLOAD_STATE_FAILED, error->message);
}

static void
on_added (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChordDownload) self = data;
  g_autoptr (GError) error = NULL;
  ChordCatalogModel *model
      = chord_catalog_add_model_finish (CHORD_CATALOG (source), result, &error);

  if (model == NULL)
    {
      end_by_error (self, error);
      return;
    }
  chord_record_set_text (CHORD_RECORD (model), "source", "download");
  chord_record_set_text (CHORD_RECORD (model), "repository", chord_download_get_repository (self));
  chord_record_set_text (CHORD_RECORD (model), "sha256", chord_download_get_sha256 (self));
  self->model = model;
  g_object_notify (G_OBJECT (self), "model");
  if (chord_record_save (CHORD_RECORD (model), &error))
    end_run (self, CHORD_DOWNLOAD_STATE_DONE, NULL);
  else
    end_by_error (self, error);
}

static void
add_to_catalog (ChordDownload *self)
{
  ChordCatalog *catalog = chord_record_get_catalog (CHORD_RECORD (self));
  g_autoptr (GFile) file = g_file_new_for_path (chord_download_get_path (self));

  if (catalog == NULL)
    {
      end_run (self, CHORD_DOWNLOAD_STATE_PAUSED, NULL);
      return;
    }
  change_state (self, CHORD_DOWNLOAD_STATE_VERIFYING, NULL);
  chord_catalog_add_model_async (catalog, file, self->cancellable, on_added, g_object_ref (self));
}

/* ---- One file after the other ---- */

static void run_current (ChordDownload *self);

static void
on_run_ended (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChordDownload) self = data;
  g_autoptr (GError) error = NULL;
  ChordRepositoryPart *part = g_ptr_array_index (self->files, self->current);

  if (!chord_fetch_run_finish (result, &error))
    {
      end_by_error (self, error);
      return;
    }
  self->done_before += part->size;
  if (++self->current < self->files->len)
    run_current (self);
  else
    add_to_catalog (self);
}

/* The space that the files after the current one will need. */
static guint64
rest_size (ChordDownload *self)
{
  guint64 rest = 0;

  for (guint i = self->current + 1; i < self->files->len; i++)
    rest += MAX (((ChordRepositoryPart *) self->files->pdata[i])->size, 0);
  return rest;
}

static void
run_current (ChordDownload *self)
{
  ChordRepositoryPart *part = g_ptr_array_index (self->files, self->current);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree char *path = chord_download_path_of (self, self->current);
  g_autofree char *size = g_strdup_printf ("%" G_GINT64_FORMAT, part->size);
  g_autofree char *reserve = g_strdup_printf ("%" G_GUINT64_FORMAT, rest_size (self));
  g_auto (GStrv) args = NULL;

  g_strv_builder_add_many (builder, "download", "--url", part->url, "--output", path, "--size",
                           size, "--reserve", reserve, "--magic", "GGUF", NULL);
  if (part->sha256 != NULL)
    g_strv_builder_add_many (builder, "--sha256", part->sha256, NULL);
  args = g_strv_builder_end (builder);
  chord_fetch_run_async ((const char *const *) args, on_event, self, self->cancellable,
                         on_run_ended, g_object_ref (self));
}

void
chord_download_run (ChordDownload *self)
{
  self->cancellable = g_cancellable_new ();
  self->files = chord_download_dup_files (self);
  self->current = 0;
  self->done_before = 0;
  self->measured_at = 0;
  self->stored_at = g_get_monotonic_time ();
  change_state (self, CHORD_DOWNLOAD_STATE_RUNNING, NULL);
  run_current (self);
}
