/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "catalog/file-work.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/error.h"

#define BLOCK (1024 * 1024)
/* What a disk keeps when a model is copied onto it: a full one hurts every other program. */
#define DISK_RESERVE (G_GUINT64_CONSTANT (64) * 1024 * 1024)

typedef struct
{
  ChFileProgressFunc report;
  gpointer data;
  GCancellable *cancellable;
  guint64 done, total;
  guint8 *block;
} Work;

static gboolean
fail_errno (GError **error, const char *path, const char *what, int code)
{
  g_autofree char *shown = g_filename_display_name (path);

  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (code), "%s %s: %s", shown, what,
               g_strerror (code));
  return FALSE;
}

static void
work_clear (Work *work)
{
  g_free (work->block);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Work, work_clear)

static gboolean
sum_sizes (const char *const *paths, guint64 *total, GError **error)
{
  struct stat status;

  for (; *paths != NULL; paths++)
    {
      if (stat (*paths, &status) != 0)
        return fail_errno (error, *paths, "cannot be examined", errno);
      *total += (guint64) status.st_size;
    }
  return TRUE;
}

static int
open_for_reading (const char *path, GError **error)
{
  const int fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0);

  if (fd < 0)
    fail_errno (error, path, "cannot be opened", errno);
  else
    posix_fadvise (fd, 0, 0, POSIX_FADV_SEQUENTIAL);
  return fd;
}

/* The next block; *got is 0 at the end. */
static gboolean
read_block (Work *work, int fd, const char *path, gsize *got, GError **error)
{
  ssize_t n;

  if (g_cancellable_set_error_if_cancelled (work->cancellable, error))
    return FALSE;
  do
    n = read (fd, work->block, BLOCK);
  while (n < 0 && errno == EINTR);
  if (n < 0)
    return fail_errno (error, path, "cannot be read", errno);
  *got = (gsize) n;
  return TRUE;
}

static void
report (Work *work, gsize n)
{
  work->done += n;
  if (work->report != NULL)
    work->report (work->done, MAX (work->total, work->done), work->data);
}

/* ---- Sums ------------------------------------------------------------------------------------ */

static gboolean
sum_descriptor (Work *work, GChecksum *sum, int fd, const char *path, GError **error)
{
  gsize got;

  for (;;)
    {
      if (!read_block (work, fd, path, &got, error))
        return FALSE;
      if (got == 0)
        return TRUE;
      g_checksum_update (sum, work->block, (gssize) got);
      report (work, got);
    }
}

static gboolean
sum_file (Work *work, GChecksum *sum, const char *path, GError **error)
{
  const int fd = open_for_reading (path, error);
  gboolean ok;

  if (fd < 0)
    return FALSE;
  ok = sum_descriptor (work, sum, fd, path, error);
  close (fd);
  return ok;
}

char *
ch_file_sha256 (const char *const *paths, ChFileProgressFunc progress, gpointer data,
                GCancellable *cancellable, GError **error)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_auto (Work) work = { progress, data, cancellable, 0, 0, NULL };

  if (!sum_sizes (paths, &work.total, error))
    return NULL;
  work.block = g_malloc (BLOCK);
  for (; *paths != NULL; paths++)
    if (!sum_file (&work, sum, *paths, error))
      return NULL;
  return g_strdup (g_checksum_get_string (sum));
}

/* ---- Copies ---------------------------------------------------------------------------------- */

static gboolean
check_room (const char *folder, guint64 need, GError **error)
{
  g_autofree char *need_text = NULL, *free_text = NULL, *shown = NULL;
  struct statvfs status;
  guint64 room;

  if (statvfs (folder, &status) != 0)
    return fail_errno (error, folder, "cannot be examined", errno);
  room = (guint64) status.f_bavail * status.f_frsize;
  if (room >= DISK_RESERVE && need <= room - DISK_RESERVE)
    return TRUE;
  need_text = ch_size_text (need);
  free_text = ch_size_text (room);
  shown = g_filename_display_name (folder);
  g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_NOSPC,
               "%s: the model needs %s on the disk, and %s are free", shown, need_text, free_text);
  return FALSE;
}

static gboolean
write_all (int fd, const guint8 *bytes, gsize n, const char *path, GError **error)
{
  while (n > 0)
    {
      const ssize_t put = write (fd, bytes, n);

      if (put < 0 && errno == EINTR)
        continue;
      if (put < 0)
        return fail_errno (error, path, "cannot be written", errno);
      bytes += put;
      n -= (gsize) put;
    }
  return TRUE;
}

static gboolean
copy_descriptors (Work *work, int from, int to, const char *source, const char *part,
                  GError **error)
{
  gsize got;

  for (;;)
    {
      if (!read_block (work, from, source, &got, error)
          || !write_all (to, work->block, got, part, error))
        return FALSE;
      if (got == 0)
        return fsync (to) == 0 || fail_errno (error, part, "cannot be written", errno);
      report (work, got);
    }
}

static gboolean
copy_file (Work *work, const char *source, const char *part, GError **error)
{
  const int from = open_for_reading (source, error);
  int to;
  gboolean ok;

  if (from < 0)
    return FALSE;
  to = g_open (part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
  ok = to >= 0 ? copy_descriptors (work, from, to, source, part, error)
               : fail_errno (error, part, "cannot be made", errno);
  close (from);
  if (to >= 0 && close (to) != 0 && ok)
    ok = fail_errno (error, part, "cannot be written", errno);
  return ok;
}

/* link() and not rename(): it fails when somebody has taken the name meanwhile. Disks that know no
 * links are renamed on. */
static gboolean
publish (const char *part, const char *target, GError **error)
{
  if (link (part, target) == 0)
    return g_unlink (part) == 0 || fail_errno (error, part, "cannot be removed", errno);
  if (errno != EEXIST && !g_file_test (target, G_FILE_TEST_EXISTS) && g_rename (part, target) == 0)
    return TRUE;
  return fail_errno (error, target, "cannot be made", errno);
}

static gboolean
check_names (char **targets, GError **error)
{
  for (; *targets != NULL; targets++)
    if (g_file_test (*targets, G_FILE_TEST_EXISTS | G_FILE_TEST_IS_SYMLINK))
      return fail_errno (error, *targets, "cannot be made", EEXIST);
  return TRUE;
}

static char **
paths_in (const char *folder, const char *const *paths, const char *suffix)
{
  g_autoptr (GPtrArray) result = g_ptr_array_new_null_terminated (1, g_free, TRUE);

  for (; *paths != NULL; paths++)
    {
      g_autofree char *name = g_path_get_basename (*paths);

      g_ptr_array_add (result, g_strconcat (folder, G_DIR_SEPARATOR_S, name, suffix, NULL));
    }
  return (char **) g_ptr_array_steal (result, NULL);
}

static gboolean
copy_all (Work *work, const char *const *paths, char **parts, char **targets, GError **error)
{
  for (guint i = 0; paths[i] != NULL; i++)
    if (!copy_file (work, paths[i], parts[i], error))
      return FALSE;
  for (guint i = 0; paths[i] != NULL; i++)
    if (!publish (parts[i], targets[i], error))
      {
        while (i-- > 0)
          g_unlink (targets[i]);
        return FALSE;
      }
  return TRUE;
}

/* Two imports of one name at once would write into each other's file: whoever has the first part
 * locked goes on. */
static int
lock_part (const char *part, GError **error)
{
  const int fd = g_open (part, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);

  if (fd < 0)
    {
      fail_errno (error, part, "cannot be made", errno);
      return -1;
    }
  if (flock (fd, LOCK_EX | LOCK_NB) == 0)
    return fd;
  fail_errno (error, part, "is being written", errno);
  close (fd);
  return -1;
}

gboolean
ch_file_copy (const char *const *paths, const char *folder, ChFileProgressFunc progress,
              gpointer data, GCancellable *cancellable, GError **error)
{
  g_auto (Work) work = { progress, data, cancellable, 0, 0, NULL };
  g_auto (GStrv) targets = paths_in (folder, paths, "");
  g_auto (GStrv) parts = paths_in (folder, paths, ".part");
  gboolean ok;
  int lock;

  if (!sum_sizes (paths, &work.total, error) || !check_names (targets, error)
      || !check_room (folder, work.total, error) || (lock = lock_part (parts[0], error)) < 0)
    return FALSE;
  work.block = g_malloc (BLOCK);
  ok = copy_all (&work, paths, parts, targets, error);
  for (char **part = parts; !ok && *part != NULL; part++)
    g_unlink (*part);
  close (lock);
  return ok;
}
