/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* "head": some bytes of a file into a sparse file of its full size, so that the header of a model
 * can be looked at where all of it was not fetched. */

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "fetch.h"

#define BLOCK (64 * 1024)

static gboolean
write_at (int fd, const char *path, const guchar *data, gsize size, gint64 at, GError **error)
{
  while (size > 0)
    {
      gssize put = pwrite (fd, data, size, at);

      if (put < 0 && errno == EINTR)
        continue;
      if (put < 0)
        {
          fetch_set_disk_error (error, path, "cannot be written");
          return FALSE;
        }
      data += put;
      size -= put;
      at += put;
    }
  return TRUE;
}

/* Where in the file the answer begins. A server that knows no ranges begins at the start, and what
 * it sends beyond the wanted bytes is not waited for. */
static gboolean
find_start (Fetch *self, FetchResponse *response, gint64 *at, GError **error)
{
  guint status = fetch_response_status (response);

  *at = status == SOUP_STATUS_OK ? 0 : self->from;
  if (status == SOUP_STATUS_OK
      || (status == SOUP_STATUS_PARTIAL_CONTENT && fetch_response_starts_at (response, *at)))
    return TRUE;
  g_set_error (error, FETCH_ERROR, FETCH_ERROR_PROTOCOL,
               "%s: the server does not send the part of the file that was asked for", self->url);
  return FALSE;
}

static gboolean
copy_body (Fetch *self, FetchResponse *response, int fd, gint64 at, gint64 end, GError **error)
{
  g_autofree guchar *block = g_malloc (BLOCK);
  gssize got;

  while (at < end)
    {
      got = fetch_response_read (self, response, block, MIN (BLOCK, end - at), error);
      if (got < 0)
        return FALSE;
      if (got == 0)
        {
          g_set_error (error, FETCH_ERROR, FETCH_ERROR_NETWORK,
                       "%s: the connection ended after %" G_GINT64_FORMAT " bytes", self->url, at);
          return FALSE;
        }
      if (!write_at (fd, self->output, block, got, at, error))
        return FALSE;
      at += got;
    }
  return TRUE;
}

/* The size that the listing told, else the one that the answer tells. */
static gboolean
find_size (Fetch *self, FetchResponse *response, gint64 *size, GError **error)
{
  gint64 told = fetch_response_total (response);

  *size = self->size >= 0 ? self->size : MAX (response->size, told);
  if (*size < 0)
    g_set_error (error, FETCH_ERROR, FETCH_ERROR_LENGTH,
                 "%s: the server does not say how large the file is", self->url);
  else if (told >= 0 && told != *size)
    g_set_error (error, FETCH_ERROR, FETCH_ERROR_LENGTH,
                 "%s: the server has %" G_GINT64_FORMAT " bytes, where %" G_GINT64_FORMAT
                 " were announced",
                 self->url, told, *size);
  else
    return TRUE;
  return FALSE;
}

static gboolean
get_once (Fetch *self, int fd, gint64 *size, GError **error)
{
  g_autoptr (FetchResponse) response
      = fetch_http_get (self, self->url, self->from, self->from + self->length - 1, NULL, error);
  gint64 at;

  if (response == NULL || !find_start (self, response, &at, error)
      || !find_size (self, response, size, error))
    return FALSE;
  if (ftruncate (fd, *size) != 0)
    {
      fetch_set_disk_error (error, self->output, "cannot be made that large");
      return FALSE;
    }
  return copy_body (self, response, fd, at, MIN (self->from + self->length, *size), error);
}

static gboolean
get (Fetch *self, int fd, gint64 *size, GError **error)
{
  GError *problem = NULL;
  int attempt = 0;

  while (!get_once (self, fd, size, &problem))
    if (!fetch_retry (self, &attempt, &problem))
      {
        g_propagate_error (error, problem);
        return FALSE;
      }
  return TRUE;
}

gboolean
fetch_head (Fetch *self, GError **error)
{
  int fd = g_open (self->output, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  gint64 size = -1;
  gboolean good;

  if (fd < 0)
    {
      fetch_set_disk_error (error, self->output, "cannot be written");
      return FALSE;
    }
  good = get (self, fd, &size, error);
  close (fd);
  if (good)
    fetch_report_bytes ("done", MIN (self->from + self->length, size), size);
  return good;
}
