/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-download-private.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "chord-catalog-models.h"
#include "chord-catalog-private.h"
#include "chord-enum-types.h"
#include "chord-param-private.h"
#include "chord-repository-file-private.h"
#include "chord-suggestion.h"
#include "json/json.h"

enum
{
  PROP_0,
  PROP_REPOSITORY,
  PROP_FILE,
  PROP_URL,
  PROP_PATH,
  PROP_SHA256,
  PROP_PARTS,
  PROP_MESSAGE,
  PROP_CREATED,
  PROP_BYTES_TOTAL,
  PROP_BYTES_DONE,
  PROP_STATE,
  PROP_SPEED,
  PROP_TIME_LEFT,
  PROP_MODEL,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];
static guint finished_signal;

G_DEFINE_FINAL_TYPE (ChordDownload, chord_download, CHORD_TYPE_RECORD)

/* ---- The files ---- */

GPtrArray *
chord_download_dup_files (ChordDownload *self)
{
  GPtrArray *files = g_ptr_array_new_with_free_func ((GDestroyNotify) chord_repository_part_free);
  const char *text = chord_download_get_parts (self);
  g_autoptr (GVariant) list = text != NULL ? ch_json_parse (text, strlen (text), NULL) : NULL;
  gboolean is_list = list != NULL && g_variant_is_of_type (list, G_VARIANT_TYPE ("av"));

  for (gsize i = 0; is_list && i < g_variant_n_children (list); i++)
    {
      g_autoptr (GVariant) boxed = g_variant_get_child_value (list, i);
      g_autoptr (GVariant) object = g_variant_get_variant (boxed);
      g_autofree char *path = ch_json_string (object, "path");
      g_autofree char *url = ch_json_string (object, "url");
      g_autofree char *sha256 = ch_json_string (object, "sha256");

      if (path != NULL && url != NULL)
        g_ptr_array_add (files, chord_repository_part_new (
                                    path, url, ch_json_integer (object, "size", -1), sha256));
    }
  return files;
}

static char *
text_of_files (GPtrArray *files)
{
  ChJson json = CH_JSON_INIT;

  ch_json_open (&json, NULL, '[');
  for (guint i = 0; i < files->len; i++)
    {
      const ChordRepositoryPart *part = g_ptr_array_index (files, i);

      ch_json_open (&json, NULL, '{');
      ch_json_text (&json, "path", part->path);
      ch_json_text (&json, "url", part->url);
      ch_json_int (&json, "size", part->size);
      if (part->sha256 != NULL)
        ch_json_text (&json, "sha256", part->sha256);
      ch_json_close (&json, '}');
    }
  ch_json_close (&json, ']');
  return g_string_free (json.text, FALSE);
}

/* The parts of a split model lie beside the first. */
char *
chord_download_path_of (ChordDownload *self, guint index)
{
  g_autoptr (GPtrArray) files = NULL;
  g_autofree char *folder = NULL;
  g_autofree char *name = NULL;

  if (index == 0)
    return g_strdup (chord_download_get_path (self));
  files = chord_download_dup_files (self);
  folder = g_path_get_dirname (chord_download_get_path (self));
  name = g_path_get_basename (((ChordRepositoryPart *) files->pdata[index])->path);
  return g_build_filename (folder, name, NULL);
}

static guint64
size_on_disk (const char *path)
{
  struct stat facts;

  return g_stat (path, &facts) == 0 ? facts.st_size : 0;
}

/* What has arrived, whatever was stored of it before the process ended. */
static guint64
count_arrived (ChordDownload *self)
{
  g_autoptr (GPtrArray) files = chord_download_dup_files (self);
  guint64 bytes = 0;

  for (guint i = 0; i < files->len; i++)
    {
      const ChordRepositoryPart *file = g_ptr_array_index (files, i);
      g_autofree char *path = chord_download_path_of (self, i);
      g_autofree char *part = g_strconcat (path, ".part", NULL);
      guint64 whole = size_on_disk (path);

      bytes += file->size >= 0 && whole == (guint64) file->size ? whole : size_on_disk (part);
    }
  return bytes;
}

/* ---- The record ---- */

/* The process that ran it is gone, or it is another one than this: from here it is paused. */
static void
loaded (ChordRecord *record)
{
  ChordDownload *self = CHORD_DOWNLOAD (record);
  ChordDownloadState state = chord_download_get_state (self);

  if (self->cancellable != NULL || self->waiting)
    return;
  if (state != CHORD_DOWNLOAD_STATE_FAILED && state != CHORD_DOWNLOAD_STATE_DONE)
    chord_record_set_int (record, "state", CHORD_DOWNLOAD_STATE_PAUSED);
  chord_download_set_bytes (self, count_arrived (self), chord_download_get_bytes_total (self));
}

static int
compare (ChordRecord *a, ChordRecord *b)
{
  gint64 left = chord_record_get_int (a, "created"), right = chord_record_get_int (b, "created");

  return left < right ? -1 : left > right;
}

static gboolean
is_listed (ChordRecord *record)
{
  return chord_download_get_state (CHORD_DOWNLOAD (record)) != CHORD_DOWNLOAD_STATE_DONE;
}

static const ChordRecordKind kind = {
  .table = "downloads",
  .compare = compare,
  .is_listed = is_listed,
  .loaded = loaded,
};

static void
chord_download_dispose (GObject *object)
{
  g_clear_object (&CHORD_DOWNLOAD (object)->model);
  G_OBJECT_CLASS (chord_download_parent_class)->dispose (object);
}

static void
chord_download_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  ChordDownload *self = CHORD_DOWNLOAD (object);

  switch (prop_id)
    {
    case PROP_SPEED:
      g_value_set_double (value, self->speed);
      break;
    case PROP_TIME_LEFT:
      g_value_set_int64 (value, self->time_left);
      break;
    case PROP_MODEL:
      g_value_set_object (value, self->model);
      break;
    default:
      G_OBJECT_CLASS (chord_download_parent_class)->get_property (object, prop_id, value, pspec);
    }
}

static void
install_text_properties (void)
{
  /**
   * ChordDownload:repository:
   *
   * The repository that the model is in, "owner/name".
   */
  properties[PROP_REPOSITORY]
      = g_param_spec_string ("repository", NULL, NULL, NULL, CHORD_PARAM_STORED_READABLE);

  /**
   * ChordDownload:file:
   *
   * The path of the (first) file in the repository.
   */
  properties[PROP_FILE]
      = g_param_spec_string ("file", NULL, NULL, NULL, CHORD_PARAM_STORED_READABLE);

  /**
   * ChordDownload:url:
   *
   * Where the (first) file comes from.
   */
  properties[PROP_URL]
      = g_param_spec_string ("url", NULL, NULL, NULL, CHORD_PARAM_STORED_READABLE);

  /**
   * ChordDownload:path:
   *
   * Where the (first) file will be.
   */
  properties[PROP_PATH]
      = g_param_spec_string ("path", NULL, NULL, NULL, CHORD_PARAM_STORED_READABLE);

  /**
   * ChordDownload:sha256:
   *
   * The SHA-256 of a single file.
   */
  properties[PROP_SHA256]
      = g_param_spec_string ("sha256", NULL, NULL, NULL, CHORD_PARAM_STORED_READABLE);

  /**
   * ChordDownload:parts:
   *
   * The files of the model, as JSON.
   */
  properties[PROP_PARTS]
      = g_param_spec_string ("parts", NULL, NULL, NULL, CHORD_PARAM_STORED_READABLE);

  /**
   * ChordDownload:message:
   *
   * Why it failed, or what it is waiting for.
   */
  properties[PROP_MESSAGE]
      = g_param_spec_string ("message", NULL, NULL, NULL, CHORD_PARAM_STORED_READABLE);
}

static void
install_other_properties (void)
{
  /**
   * ChordDownload:created:
   *
   * When it was begun, in microseconds since 1970 (UTC).
   */
  properties[PROP_CREATED]
      = g_param_spec_int64 ("created", NULL, NULL, 0, G_MAXINT64, 0, CHORD_PARAM_STORED_READABLE);

  /**
   * ChordDownload:bytes-total:
   *
   * The size of all files in bytes; 0 until it is known.
   */
  properties[PROP_BYTES_TOTAL] = g_param_spec_uint64 ("bytes-total", NULL, NULL, 0, G_MAXUINT64, 0,
                                                      CHORD_PARAM_STORED_READABLE);

  /**
   * ChordDownload:bytes-done:
   *
   * How many bytes have arrived.
   */
  properties[PROP_BYTES_DONE] = g_param_spec_uint64 ("bytes-done", NULL, NULL, 0, G_MAXUINT64, 0,
                                                     CHORD_PARAM_STORED_READABLE);

  /**
   * ChordDownload:state:
   *
   * What the download is doing.
   */
  properties[PROP_STATE]
      = g_param_spec_enum ("state", NULL, NULL, CHORD_TYPE_DOWNLOAD_STATE,
                           CHORD_DOWNLOAD_STATE_QUEUED, CHORD_PARAM_STORED_READABLE);

  /**
   * ChordDownload:speed:
   *
   * Bytes per second, smoothed over some seconds.
   */
  properties[PROP_SPEED]
      = g_param_spec_double ("speed", NULL, NULL, 0, G_MAXDOUBLE, 0, CHORD_PARAM_READABLE);

  /**
   * ChordDownload:time-left:
   *
   * How long the rest will take, in microseconds; -1 when it is not known.
   */
  properties[PROP_TIME_LEFT]
      = g_param_spec_int64 ("time-left", NULL, NULL, -1, G_MAXINT64, -1, CHORD_PARAM_READABLE);

  /**
   * ChordDownload:model:
   *
   * The model that the download has become.
   */
  properties[PROP_MODEL] = g_param_spec_object ("model", NULL, NULL, CHORD_TYPE_CATALOG_MODEL,
                                                CHORD_PARAM_READABLE);
}

static void
chord_download_class_init (ChordDownloadClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = chord_download_dispose;
  object_class->get_property = chord_download_get_property;

  install_text_properties ();
  install_other_properties ();
  chord_record_class_install_properties (CHORD_RECORD_CLASS (klass), N_PROPS, properties);

  /**
   * ChordDownload::finished:
   * @self: the download
   * @ok: whether the model is there now
   *
   * Emitted when the download is done or has failed. A pause is no end.
   */
  finished_signal = g_signal_new ("finished", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                  NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);

  chord_record_class_set_kind (CHORD_RECORD_CLASS (klass), &kind);
}

static void
chord_download_init (ChordDownload *self)
{
  self->time_left = -1;
}

CHORD_RECORD_GETTER (ChordDownload, chord_download, DOWNLOAD, const char *, repository, text)
CHORD_RECORD_GETTER (ChordDownload, chord_download, DOWNLOAD, const char *, file, text)
CHORD_RECORD_GETTER (ChordDownload, chord_download, DOWNLOAD, const char *, url, text)
CHORD_RECORD_GETTER (ChordDownload, chord_download, DOWNLOAD, const char *, path, text)
CHORD_RECORD_GETTER (ChordDownload, chord_download, DOWNLOAD, const char *, sha256, text)
CHORD_RECORD_GETTER (ChordDownload, chord_download, DOWNLOAD, const char *, parts, text)
CHORD_RECORD_GETTER (ChordDownload, chord_download, DOWNLOAD, const char *, message, text)
CHORD_RECORD_GETTER (ChordDownload, chord_download, DOWNLOAD, gint64, created, int)
CHORD_RECORD_GETTER (ChordDownload, chord_download, DOWNLOAD, guint64, bytes_total, int)
CHORD_RECORD_GETTER (ChordDownload, chord_download, DOWNLOAD, guint64, bytes_done, int)
CHORD_RECORD_GETTER (ChordDownload, chord_download, DOWNLOAD, ChordDownloadState, state, int)

double
chord_download_get_speed (ChordDownload *self)
{
  g_return_val_if_fail (CHORD_IS_DOWNLOAD (self), 0);

  return self->speed;
}

gint64
chord_download_get_time_left (ChordDownload *self)
{
  g_return_val_if_fail (CHORD_IS_DOWNLOAD (self), -1);

  return self->time_left;
}

ChordCatalogModel *
chord_download_get_model (ChordDownload *self)
{
  g_return_val_if_fail (CHORD_IS_DOWNLOAD (self), NULL);

  return self->model;
}

/* ---- Changes ---- */

void
chord_download_set_state (ChordDownload *self, ChordDownloadState state, const char *message)
{
  ChordRecord *record = CHORD_RECORD (self);

  g_object_freeze_notify (G_OBJECT (self));
  chord_record_set_int (record, "state", state);
  chord_record_set_text (record, "message", message);
  g_object_thaw_notify (G_OBJECT (self));
  /* One that is done needs no row any more. */
  if (state == CHORD_DOWNLOAD_STATE_DONE)
    chord_record_delete (record, NULL);
  else
    chord_record_save_async (record, NULL, NULL, NULL);
}

void
chord_download_set_bytes (ChordDownload *self, guint64 done, guint64 total)
{
  g_object_freeze_notify (G_OBJECT (self));
  chord_record_set_int (CHORD_RECORD (self), "bytes_total", (gint64) total);
  chord_record_set_int (CHORD_RECORD (self), "bytes_done", (gint64) done);
  g_object_thaw_notify (G_OBJECT (self));
}

void
chord_download_set_speed (ChordDownload *self, double speed)
{
  guint64 total = chord_download_get_bytes_total (self);
  guint64 done = chord_download_get_bytes_done (self);

  self->speed = speed;
  self->time_left = speed > 0 && total >= done
                        ? (gint64) ((double) (total - done) / speed * G_USEC_PER_SEC)
                        : -1;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SPEED]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TIME_LEFT]);
}

void
chord_download_emit_finished (ChordDownload *self, gboolean ok)
{
  g_signal_emit (self, finished_signal, 0, ok);
}

/* Parts of a split model that are whole go too, unless they belong to one in the catalog. */
void
chord_download_discard (ChordDownload *self)
{
  g_autoptr (GPtrArray) files = chord_download_dup_files (self);
  ChordCatalog *catalog = chord_record_get_catalog (CHORD_RECORD (self));
  g_autoptr (ChordCatalogModel) model
      = catalog != NULL ? chord_catalog_find_model (catalog, chord_download_get_path (self)) : NULL;

  for (guint i = 0; i < files->len; i++)
    {
      g_autofree char *path = chord_download_path_of (self, i);
      g_autofree char *part = g_strconcat (path, ".part", NULL);
      g_autofree char *info = g_strconcat (part, ".info", NULL);

      g_unlink (part);
      g_unlink (info);
      if (model == NULL && files->len > 1)
        g_unlink (path);
    }
  chord_record_delete (CHORD_RECORD (self), NULL);
}

void
chord_download_start (ChordDownload *self)
{
  g_return_if_fail (CHORD_IS_DOWNLOAD (self));

  if (chord_download_get_state (self) != CHORD_DOWNLOAD_STATE_DONE)
    chord_download_queue_add (self);
}

void
chord_download_pause (ChordDownload *self)
{
  g_return_if_fail (CHORD_IS_DOWNLOAD (self));

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  else if (self->waiting)
    {
      chord_download_queue_remove (self);
      chord_download_set_state (self, CHORD_DOWNLOAD_STATE_PAUSED, NULL);
    }
}

void
chord_download_cancel (ChordDownload *self)
{
  g_autoptr (ChordDownload) held = NULL;

  g_return_if_fail (CHORD_IS_DOWNLOAD (self));

  held = g_object_ref (self);
  chord_download_queue_remove (self);
  if (self->cancellable != NULL)
    {
      self->discarded = TRUE;
      g_cancellable_cancel (self->cancellable);
    }
  else if (chord_download_get_state (self) != CHORD_DOWNLOAD_STATE_DONE)
    chord_download_discard (self);
}

/* ---- The catalog ---- */

/* One of the same file that was begun before; NULL when there is none. */
static ChordDownload *
find_download (ChordCatalog *catalog, const char *path)
{
  GListModel *list = chord_catalog_get_downloads (catalog);

  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (ChordDownload) download = g_list_model_get_item (list, i);

      if (g_strcmp0 (chord_download_get_path (download), path) == 0)
        return g_steal_pointer (&download);
    }
  return NULL;
}

static ChordDownload *
make_download (ChordCatalog *catalog, const char *path)
{
  ChordDownload *self = g_object_new (CHORD_TYPE_DOWNLOAD, "catalog", catalog, NULL);

  chord_record_set_text (CHORD_RECORD (self), "path", path);
  chord_record_set_int (CHORD_RECORD (self), "created", g_get_real_time ());
  return self;
}

/* What the repository says now: sizes and sums may be others than when it was begun. */
static void
take_file (ChordDownload *self, ChordRepositoryFile *file)
{
  ChordRecord *record = CHORD_RECORD (self);
  g_autofree char *parts = text_of_files (chord_repository_file_get_parts (file));

  chord_record_set_text (record, "repository", chord_repository_file_get_repository (file));
  chord_record_set_text (record, "file", chord_repository_file_get_name (file));
  chord_record_set_text (record, "url", chord_repository_file_get_url (file));
  chord_record_set_text (record, "sha256", chord_repository_file_get_sha256 (file));
  chord_record_set_text (record, "parts", parts);
  chord_record_set_int (record, "bytes_total", (gint64) chord_repository_file_get_bytes (file));
}

ChordDownload *
chord_catalog_download (ChordCatalog *self, ChordRepositoryFile *file, GError **error)
{
  g_autofree char *path = NULL;
  g_autoptr (ChordDownload) download = NULL;

  g_return_val_if_fail (CHORD_IS_CATALOG (self), NULL);
  g_return_val_if_fail (CHORD_IS_REPOSITORY_FILE (file), NULL);

  path = chord_repository_file_dup_target_path (file);
  download = find_download (self, path);
  if (download == NULL)
    download = make_download (self, path);
  if (download->cancellable == NULL)
    take_file (download, file);
  if (!chord_record_save (CHORD_RECORD (download), error))
    return NULL;
  chord_download_start (download);
  return g_steal_pointer (&download);
}

GListModel *
chord_catalog_get_suggestions (ChordCatalog *self)
{
  GListModel *list;

  g_return_val_if_fail (CHORD_IS_CATALOG (self), NULL);

  list = g_object_get_data (G_OBJECT (self), "chord-suggestions");
  if (list == NULL)
    {
      list = chord_suggestion_list ();
      g_object_set_data_full (G_OBJECT (self), "chord-suggestions", list, g_object_unref);
    }
  return list;
}
