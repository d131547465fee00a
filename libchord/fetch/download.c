/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* "download": a file into OUTPUT.part, from where an earlier run stopped, then to its name. */

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fetch.h"

#define BLOCK (256 * 1024)
#define REPORT_EVERY (100 * 1000)

typedef struct
{
  Fetch *fetch;
  FetchPart *part;
  gint64 size;      /* of the whole file; -1 until anybody says */
  char *sha256;     /* that it has to have, or NULL */
  gint64 reported;  /* when */
  gboolean whole;
} Download;

static void
report_progress (Download *self, gboolean now)
{
  if (!now && g_get_monotonic_time () - self->reported < REPORT_EVERY)
    return;
  self->reported = g_get_monotonic_time ();
  fetch_report_bytes ("progress", self->part->done, self->size);
}

/* ---- What an answer says ---- */

/* A size that is known is not given up for another: the file has changed then, or the server
 * lies. */
static gboolean
take_size (Download *self, gint64 size, GError **error)
{
  if (size < 0 || size == self->size)
    return TRUE;
  if (self->size < 0)
    {
      self->size = size;
      return TRUE;
    }
  g_set_error (error, FETCH_ERROR, FETCH_ERROR_LENGTH,
               "%s: the server has %" G_GINT64_FORMAT " bytes, where %" G_GINT64_FORMAT
               " were announced: the file has changed, or the answer is wrong",
               self->fetch->url, size, self->size);
  return FALSE;
}

static gboolean
take_facts (Download *self, FetchResponse *response, GError **error)
{
  if (self->sha256 == NULL)
    self->sha256 = g_strdup (response->sha256);
  return take_size (self, response->size, error)
         && take_size (self, fetch_response_total (response), error);
}

/* 206: what comes goes on where the file ends. */
static gboolean
accept_rest (Download *self, FetchResponse *response, GError **error)
{
  if (fetch_response_starts_at (response, self->part->done))
    return take_facts (self, response, error);
  g_set_error (error, FETCH_ERROR, FETCH_ERROR_PROTOCOL,
               "%s: the server sends another part of the file than was asked for",
               self->fetch->url);
  return FALSE;
}

/* 200: the whole file comes, because it is another one now, or the server knows no ranges. */
static gboolean
accept_all (Download *self, FetchResponse *response, GError **error)
{
  return fetch_part_restart (self->part, error) && take_facts (self, response, error)
         && fetch_part_set_etag (self->part, fetch_response_etag (response), error);
}

/* 416: nothing is left to send when the file is whole; else what is there is of no use. */
static gboolean
accept_nothing (Download *self, FetchResponse *response, GError **error)
{
  if (self->size < 0 && fetch_response_total (response) == self->part->done)
    {
      self->whole = TRUE;
      return TRUE;
    }
  if (!fetch_part_restart (self->part, error))
    return FALSE;
  g_set_error (error, FETCH_ERROR, FETCH_ERROR_NETWORK,
               "%s: the server has no bytes beyond those that are here, and begins again",
               self->fetch->url);
  return FALSE;
}

static gboolean
accept_response (Download *self, FetchResponse *response, GError **error)
{
  switch (fetch_response_status (response))
    {
    case SOUP_STATUS_PARTIAL_CONTENT:
      return accept_rest (self, response, error);
    case SOUP_STATUS_REQUESTED_RANGE_NOT_SATISFIABLE:
      return accept_nothing (self, response, error);
    default:
      return accept_all (self, response, error);
    }
}

/* ---- The body ---- */

static gboolean
take_block (Download *self, const guchar *block, gsize size, GError **error)
{
  if (self->size >= 0 && (gint64) size > self->size - self->part->done)
    {
      fetch_part_remove (self->part);
      g_set_error (error, FETCH_ERROR, FETCH_ERROR_LENGTH,
                   "%s: the server sends more than the %" G_GINT64_FORMAT
                   " bytes that were announced; nothing was kept",
                   self->fetch->url, self->size);
      return FALSE;
    }
  if (!fetch_part_write (self->part, block, size, error)
      || !fetch_part_check_magic (self->part, self->fetch->magic, FALSE, error))
    return FALSE;
  report_progress (self, FALSE);
  return TRUE;
}

static gboolean
take_body (Download *self, FetchResponse *response, GError **error)
{
  g_autofree guchar *block = g_malloc (BLOCK);
  gssize got;

  while ((got = fetch_response_read (self->fetch, response, block, BLOCK, error)) > 0)
    if (!take_block (self, block, got, error))
      return FALSE;
  if (got < 0)
    return FALSE;
  if (self->size >= 0 && self->part->done < self->size)
    {
      g_set_error (error, FETCH_ERROR, FETCH_ERROR_NETWORK,
                   "%s: the connection ended after %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
                   " bytes",
                   self->fetch->url, self->part->done, self->size);
      return FALSE;
    }
  self->whole = TRUE;
  return TRUE;
}

/* ---- The whole ---- */

/* Bytes of an earlier run can be trusted when the server can be asked for the same version, or the
 * sum will tell. */
static gboolean
drop_what_is_useless (Download *self, GError **error)
{
  FetchPart *part = self->part;
  gboolean useless = part->etag == NULL && self->sha256 == NULL;

  if (part->done == 0 || (!useless && (self->size < 0 || part->done <= self->size)))
    return TRUE;
  return fetch_part_restart (part, error);
}

static gboolean
check_space (Download *self, GError **error)
{
  return self->size < 0
         || fetch_check_space (self->fetch, self->part->path, self->size - self->part->done, error);
}

/* One request. TRUE also when only a part came, see whole. */
static gboolean
transfer (Download *self, GError **error)
{
  g_autoptr (FetchResponse) response = NULL;

  if (!drop_what_is_useless (self, error) || !check_space (self, error))
    return FALSE;
  if (self->size == self->part->done)
    {
      self->whole = TRUE;
      return TRUE;
    }
  response = fetch_http_get (self->fetch, self->fetch->url, self->part->done, -1,
                             self->part->etag, error);
  if (response == NULL || !accept_response (self, response, error))
    return FALSE;
  if (self->whole)
    return TRUE;
  if (!check_space (self, error))
    return FALSE;
  fetch_report_bytes ("start", self->part->done, self->size);
  return take_body (self, response, error);
}

/* Until all is there. Retries are counted anew whenever one brought something. */
static gboolean
transfer_all (Download *self, GError **error)
{
  GError *problem = NULL;
  int attempt = 0;

  while (!self->whole)
    {
      gint64 before = self->part->done;

      if (transfer (self, &problem))
        continue;
      if (self->part->done > before)
        attempt = 0;
      if (!fetch_retry (self->fetch, &attempt, &problem))
        {
          g_propagate_error (error, problem);
          return FALSE;
        }
    }
  report_progress (self, TRUE);
  return TRUE;
}

static void
report_done (const char *path, gint64 size, const char *sha256)
{
  ChJson report = fetch_report_begin ("done");

  fetch_report_text (&report, "path", path);
  ch_json_int (&report, "total", size);
  fetch_report_text (&report, "sha256", sha256);
  fetch_report_end (&report);
}

/* The sum of a file that is there already and has the right size, or NULL. */
static char *
sum_of_existing (Fetch *self)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guchar *block = g_malloc (BLOCK);
  int fd = g_open (self->output, O_RDONLY | O_CLOEXEC, 0);
  struct stat facts;
  gssize got = -1;

  if (fd < 0)
    return NULL;
  if (fstat (fd, &facts) == 0 && S_ISREG (facts.st_mode)
      && (self->size < 0 || facts.st_size == self->size))
    while ((got = read (fd, block, BLOCK)) > 0
           && !g_cancellable_is_cancelled (self->cancellable))
      g_checksum_update (sum, block, got);
  close (fd);
  return got == 0 ? g_strdup (g_checksum_get_string (sum)) : NULL;
}

static gboolean
is_there_already (Fetch *self)
{
  g_autofree char *sum = self->sha256 != NULL ? sum_of_existing (self) : NULL;
  struct stat facts;

  if (sum == NULL || g_ascii_strcasecmp (sum, self->sha256) != 0
      || stat (self->output, &facts) != 0)
    return FALSE;
  report_done (self->output, facts.st_size, sum);
  return TRUE;
}

gboolean
fetch_download (Fetch *self, GError **error)
{
  g_autoptr (FetchPart) part = NULL;
  Download download = { .fetch = self, .size = self->size };
  gboolean good;

  if (is_there_already (self))
    return TRUE;
  part = fetch_part_open (self, error);
  if (part == NULL)
    return FALSE;
  download.part = part;
  download.sha256 = g_strdup (self->sha256);
  good = transfer_all (&download, error)
         && fetch_part_check_magic (part, self->magic, TRUE, error)
         && fetch_part_finish (part, download.sha256, error);
  g_free (download.sha256);
  if (good)
    report_done (part->output, part->done, g_checksum_get_string (part->sum));
  else if (part->done == 0)
    fetch_part_remove (part);
  return good;
}
