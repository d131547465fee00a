/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A file is written as OUTPUT.part and gets its name when it is whole and its sum is right. Beside
 * it OUTPUT.part.info keeps the entity tag, so that bytes of two versions are never joined. */

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "fetch.h"

#define GROUP "part"
#define BLOCK (256 * 1024)
/* What is left alone on a file system, so that other programs do not fail. */
#define SPACE_LEFT_ALONE (16 * 1024 * 1024)
/* A process that was just asked to stop may hold the lock for another moment. */
#define LOCK_TRIES 20
#define LOCK_WAIT (50 * 1000)

void
fetch_set_disk_error (GError **error, const char *path, const char *what)
{
  int saved = errno;

  g_set_error (error, FETCH_ERROR,
               saved == ENOSPC || saved == EDQUOT ? FETCH_ERROR_NO_SPACE : FETCH_ERROR_DISK,
               "%s: %s: %s", path, what, g_strerror (saved));
}

gboolean
fetch_check_space (Fetch *self, const char *path, gint64 need, GError **error)
{
  struct statvfs space;
  gint64 available = self->free_space;
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *need_text = NULL, *available_text = NULL;

  if (available < 0)
    {
      if (statvfs (folder, &space) != 0)
        return TRUE; /* then writing tells */
      available = (gint64) MIN ((guint64) space.f_bavail * space.f_frsize, G_MAXINT64);
    }
  need += self->reserve;
  if (need + SPACE_LEFT_ALONE <= available)
    return TRUE;
  need_text = g_format_size (need);
  available_text = g_format_size (available);
  g_set_error (error, FETCH_ERROR, FETCH_ERROR_NO_SPACE,
               "%s: too little disk space: %s are needed and %s are free", folder, need_text,
               available_text);
  return FALSE;
}

/* ---- Opening ---- */

/* The process that held the lock before may have given the file its final name meanwhile. */
static gboolean
is_still_named (FetchPart *part)
{
  struct stat here, there;

  return fstat (part->fd, &here) == 0 && stat (part->path, &there) == 0
         && here.st_ino == there.st_ino && here.st_dev == there.st_dev;
}

static gboolean
open_file (FetchPart *part, GError **error)
{
  if (part->fd >= 0)
    close (part->fd);
  part->fd = g_open (part->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (part->fd >= 0)
    return TRUE;
  fetch_set_disk_error (error, part->path, "cannot be written");
  return FALSE;
}

static gboolean
open_and_lock (FetchPart *part, GError **error)
{
  for (int i = 0; i < LOCK_TRIES; i++)
    {
      if ((part->fd < 0 || !is_still_named (part)) && !open_file (part, error))
        return FALSE;
      if (flock (part->fd, LOCK_EX | LOCK_NB) == 0)
        {
          if (is_still_named (part))
            return TRUE;
        }
      else if (errno != EWOULDBLOCK && errno != EINTR)
        return TRUE; /* a file system without locks */
      else
        g_usleep (LOCK_WAIT);
    }
  g_set_error (error, FETCH_ERROR, FETCH_ERROR_BUSY, "%s: another program is downloading this file",
               part->output);
  return FALSE;
}

static void
load_info (FetchPart *part)
{
  g_autoptr (GKeyFile) info = g_key_file_new ();

  if (g_key_file_load_from_file (info, part->info_path, G_KEY_FILE_NONE, NULL))
    part->etag = g_key_file_get_string (info, GROUP, "etag", NULL);
}

/* Reads what an earlier run left through the sum. */
static gboolean
add_to_sum (Fetch *self, FetchPart *part, gint64 size, GError **error)
{
  g_autofree guchar *block = g_malloc (BLOCK);
  gint64 reported = 0;

  while (part->done < size)
    {
      gssize got = pread (part->fd, block, BLOCK, part->done);

      if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
        return FALSE;
      if (got < 0 && errno == EINTR)
        continue;
      if (got <= 0)
        {
          fetch_set_disk_error (error, part->path, "cannot be read");
          return FALSE;
        }
      g_checksum_update (part->sum, block, got);
      part->done += got;
      if (g_get_monotonic_time () - reported > 100000)
        {
          fetch_report_bytes ("check", part->done, size);
          reported = g_get_monotonic_time ();
        }
    }
  return TRUE;
}

FetchPart *
fetch_part_open (Fetch *self, GError **error)
{
  g_autoptr (FetchPart) part = g_new0 (FetchPart, 1);
  g_autofree char *folder = g_path_get_dirname (self->output);

  part->fd = -1;
  part->output = g_strdup (self->output);
  part->path = g_strconcat (self->output, ".part", NULL);
  part->info_path = g_strconcat (part->path, ".info", NULL);
  part->sum = g_checksum_new (G_CHECKSUM_SHA256);
  if (g_mkdir_with_parents (folder, 0777) != 0)
    {
      fetch_set_disk_error (error, folder, "the folder cannot be made");
      return NULL;
    }
  if (!open_and_lock (part, error))
    return NULL;
  load_info (part);
  if (!add_to_sum (self, part, lseek (part->fd, 0, SEEK_END), error))
    return NULL;
  return g_steal_pointer (&part);
}

void
fetch_part_close (FetchPart *part)
{
  if (part->fd >= 0)
    close (part->fd);
  g_checksum_free (part->sum);
  g_free (part->output);
  g_free (part->path);
  g_free (part->info_path);
  g_free (part->etag);
  g_free (part);
}

/* ---- Writing ---- */

gboolean
fetch_part_restart (FetchPart *part, GError **error)
{
  g_unlink (part->info_path);
  g_clear_pointer (&part->etag, g_free);
  if (ftruncate (part->fd, 0) != 0)
    {
      fetch_set_disk_error (error, part->path, "cannot be emptied");
      return FALSE;
    }
  part->done = 0;
  g_checksum_reset (part->sum);
  return TRUE;
}

gboolean
fetch_part_set_etag (FetchPart *part, const char *etag, GError **error)
{
  g_autoptr (GKeyFile) info = g_key_file_new ();
  g_autoptr (GError) problem = NULL;

  if (g_strcmp0 (etag, part->etag) == 0)
    return TRUE;
  g_free (part->etag);
  part->etag = g_strdup (etag);
  if (etag == NULL)
    {
      g_unlink (part->info_path);
      return TRUE;
    }
  g_key_file_set_string (info, GROUP, "etag", etag);
  if (g_key_file_save_to_file (info, part->info_path, &problem))
    return TRUE;
  g_set_error_literal (error, FETCH_ERROR, FETCH_ERROR_DISK, problem->message);
  return FALSE;
}

gboolean
fetch_part_write (FetchPart *part, const void *data, gsize size, GError **error)
{
  const guchar *at = data;

  g_checksum_update (part->sum, data, size);
  while (size > 0)
    {
      gssize put = pwrite (part->fd, at, size, part->done);

      if (put < 0 && errno == EINTR)
        continue;
      if (put < 0)
        {
          fetch_set_disk_error (error, part->path, "cannot be written");
          return FALSE;
        }
      at += put;
      size -= put;
      part->done += put;
    }
  return TRUE;
}

gboolean
fetch_part_check_magic (FetchPart *part, const char *magic, gboolean whole, GError **error)
{
  char start[16] = { 0 };
  gsize length = magic != NULL ? MIN (strlen (magic), sizeof start) : 0;
  gsize there = MIN (part->done, (gint64) length);

  if (length == 0
      || (pread (part->fd, start, there, 0) == (gssize) there && memcmp (start, magic, there) == 0
          && (!whole || there == length)))
    return TRUE;
  fetch_part_remove (part);
  g_set_error (error, FETCH_ERROR, FETCH_ERROR_CONTENT,
               "%s: what the server sends is no %s file", part->output, magic);
  return FALSE;
}

/* ---- The end ---- */

void
fetch_part_remove (FetchPart *part)
{
  g_unlink (part->path);
  g_unlink (part->info_path);
}

/* A name that a crash could take back is no name. */
static void
sync_folder (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = g_open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);

  if (fd < 0)
    return;
  fsync (fd);
  close (fd);
}

gboolean
fetch_part_finish (FetchPart *part, const char *sha256, GError **error)
{
  const char *sum = g_checksum_get_string (part->sum);

  if (sha256 != NULL && g_ascii_strcasecmp (sum, sha256) != 0)
    {
      fetch_part_remove (part);
      g_set_error (error, FETCH_ERROR, FETCH_ERROR_CHECKSUM,
                   "%s: the file came damaged: its SHA-256 is %s and should be %s; "
                   "nothing was kept",
                   part->output, sum, sha256);
      return FALSE;
    }
  if (fsync (part->fd) != 0 || g_rename (part->path, part->output) != 0)
    {
      fetch_set_disk_error (error, part->output, "cannot be written");
      return FALSE;
    }
  g_unlink (part->info_path);
  sync_folder (part->output);
  return TRUE;
}
