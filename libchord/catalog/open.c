/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "catalog/database-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/error.h"

/* ---- The files ---- */

static gboolean
fail_with_errno (const char *path, GError **error)
{
  int number = errno;

  g_set_error (error, CH_ERROR, number == ENOSPC ? CH_ERROR_NO_SPACE : CH_ERROR_READ_ONLY, "%s: %s",
               path, g_strerror (number));
  return FALSE;
}

/* Conversations are private: SQLite would make a file that others can read. Its companions get the
 * permissions of the file. */
static gboolean
make_private_file (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd;

  if (g_mkdir_with_parents (folder, 0700) != 0)
    return fail_with_errno (folder, error);
  fd = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0)
    return fail_with_errno (path, error);
  close (fd);
  return TRUE;
}

/* Keeps other processes from opening the same catalog until the result is closed: two that find a
 * damaged file at once must not set aside the new one too. Where a file system has no locks, that
 * is a risk to live with. */
static int
lock_opening (const char *path)
{
  g_autofree char *name = g_strconcat (path, ".lock", NULL);
  int fd = g_open (name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  while (fd >= 0 && flock (fd, LOCK_EX) != 0 && errno == EINTR)
    ;
  return fd;
}

/* The name of the damaged file says when it was found; a number keeps two of one second apart. */
static char *
aside_path (const char *path)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *stamp = g_date_time_format (now, "%Y%m%d-%H%M%S");
  char *aside = g_strdup_printf ("%s.damaged-%s", path, stamp);

  for (int i = 2; g_file_test (aside, G_FILE_TEST_EXISTS); i++)
    {
      g_free (aside);
      aside = g_strdup_printf ("%s.damaged-%s-%d", path, stamp, i);
    }
  return aside;
}

/* Moves the file and its companions, as far as there are any. The write-ahead log goes first: it
 * must never be applied to the new file. */
static gboolean
set_files_aside (const char *path, char **set_aside, GError **error)
{
  static const char *const suffixes[] = { "-wal", "-shm", "-journal", "" };
  g_autofree char *aside = aside_path (path);

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *from = g_strconcat (path, suffixes[i], NULL);
      g_autofree char *to = g_strconcat (aside, suffixes[i], NULL);

      if (g_rename (from, to) != 0 && errno != ENOENT)
        return fail_with_errno (from, error);
    }
  *set_aside = g_steal_pointer (&aside);
  return TRUE;
}

/* ---- What is in it ---- */

/* SQLite must not see a file that plainly is no database: it would delete its write-ahead log,
 * which may hold all that is left. An empty file is a new database, unless there is a log with
 * it. */
static gboolean
looks_like_database (const char *path)
{
  static const char magic[16] = "SQLite format 3";
  g_autofree char *wal = g_strconcat (path, "-wal", NULL);
  char header[sizeof magic];
  GStatBuf log;
  int fd = g_open (path, O_RDONLY | O_CLOEXEC, 0);
  gssize n = fd < 0 ? -1 : read (fd, header, sizeof header);

  if (fd >= 0)
    close (fd);
  if (n == 0)
    return g_stat (wal, &log) != 0 || log.st_size == 0;
  return n < 0 || (n == sizeof header && memcmp (header, magic, sizeof magic) == 0);
}

static gboolean
is_damage (const GError *error)
{
  return g_error_matches (error, CH_ERROR, CH_ERROR_INVALID_FILE);
}

gboolean
ch_database_check (ChDatabase *self, char **damage, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GPtrArray) rows
      = ch_database_select (self, "PRAGMA quick_check(1)", NULL, &local_error);
  const ChField *answer = rows && rows->len > 0 ? ch_row_get_field (rows->pdata[0], 0) : NULL;

  if (answer && answer->type == CH_VALUE_TEXT && strcmp (answer->value.text, "ok") == 0)
    return TRUE;
  if (answer && answer->type == CH_VALUE_TEXT)
    *damage = g_strdup (answer->value.text);
  else if (is_damage (local_error))
    *damage = g_strdup (local_error->message);
  else if (local_error)
    g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* A sound database may still be none of ours. */
static gboolean
check_owner (ChDatabase *self, GError **error)
{
  gint64 owner = ch_database_get_pragma (self, "application_id");
  gint64 version = ch_database_get_pragma (self, "user_version");
  g_autoptr (GPtrArray) tables
      = ch_database_select (self, "SELECT 1 AS one FROM sqlite_schema LIMIT 1", NULL, error);

  if (!tables)
    return FALSE;
  if (tables->len > 0 && owner != CH_DATABASE_APPLICATION_ID)
    {
      g_set_error (error, CH_ERROR, CH_ERROR_UNSUPPORTED, "%s is the database of another program",
                   ch_database_get_path (self));
      return FALSE;
    }
  if (version > ch_migrations_get_latest ())
    {
      g_set_error (error, CH_ERROR, CH_ERROR_UNSUPPORTED,
                   "%s was made by a newer version of Chord: it has version %" G_GINT64_FORMAT
                   ", this program knows up to %d",
                   ch_database_get_path (self), version, ch_migrations_get_latest ());
      return FALSE;
    }
  return TRUE;
}

static gboolean
configure (ChDatabase *self, GError **error)
{
  if (sqlite3_db_readonly (ch_database_get_handle (self), "main") != 0)
    {
      g_set_error (error, CH_ERROR, CH_ERROR_READ_ONLY, "%s cannot be written",
                   ch_database_get_path (self));
      return FALSE;
    }
  return ch_database_execute (self,
                              "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
                              "PRAGMA foreign_keys = ON",
                              error)
         && ch_search_register (self, error);
}

/* ---- Opening ---- */

/* Opens what is there. Where it is damaged, returns NULL with damage set and no error. */
static ChDatabase *
open_existing (const char *path, char **damage, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (ChDatabase) self = ch_database_connect (path, &local_error);

  if (self && ch_database_check (self, damage, &local_error) && check_owner (self, &local_error)
      && configure (self, &local_error)
      && ch_migrations_apply (self, ch_migrations_get_latest (), &local_error))
    return g_steal_pointer (&self);
  if (is_damage (local_error))
    *damage = g_strdup (local_error->message);
  else if (local_error)
    g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

static ChDatabase *
open_or_replace (const char *path, char **set_aside, GError **error)
{
  g_autofree char *damage = NULL;
  ChDatabase *self = NULL;

  if (!make_private_file (path, error))
    return NULL;
  if (looks_like_database (path))
    self = open_existing (path, &damage, error);
  else
    damage = g_strdup ("it is no database");
  if (self || !damage)
    return self;

  if (!set_files_aside (path, set_aside, error) || !make_private_file (path, error))
    return NULL;
  g_message ("%s was damaged (%s); it is kept as %s", path, damage, *set_aside);
  g_clear_pointer (&damage, g_free);
  self = open_existing (path, &damage, error);
  if (!self && damage)
    g_set_error (error, CH_ERROR, CH_ERROR_INVALID_FILE, "%s: %s", path, damage);
  return self;
}

/* A database that is gone with the connection. */
static ChDatabase *
open_in_memory (GError **error)
{
  g_autofree char *damage = NULL;

  return open_existing (CH_DATABASE_IN_MEMORY, &damage, error);
}

static ChDatabase *
open_file (const char *path, char **set_aside, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *aside = NULL;
  ChDatabase *self;
  int lock;

  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      fail_with_errno (folder, error);
      return NULL;
    }
  lock = lock_opening (path);
  self = open_or_replace (path, &aside, error);
  if (lock >= 0)
    close (lock);
  if (set_aside)
    *set_aside = g_steal_pointer (&aside);
  return self;
}

ChDatabase *
ch_database_open (const char *path, char **set_aside, GError **error)
{
  if (strcmp (path, CH_DATABASE_IN_MEMORY) == 0)
    return open_in_memory (error);
  return open_file (path, set_aside, error);
}
