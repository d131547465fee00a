/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "fetch.h"

#define MAX_REDIRECTS 10

/* ---- The session ---- */

gboolean
fetch_http_open (Fetch *self, GError **error)
{
  self->endpoint_uri = g_uri_parse (self->endpoint, SOUP_HTTP_URI_FLAGS, error);
  if (self->endpoint_uri == NULL)
    {
      g_prefix_error (error, "%s: ", self->endpoint);
      return FALSE;
    }
  self->token = fetch_find_token ();
  self->session = soup_session_new_with_options (
      "user-agent", "Chord/" CHORD_FETCH_VERSION, "timeout", (guint) self->timeout, NULL);
  /* Bytes are wanted as they are stored: an encoding in between would make lengths and ranges
   * mean something else. */
  soup_session_remove_feature_by_type (self->session, SOUP_TYPE_CONTENT_DECODER);
  return TRUE;
}

void
fetch_http_close (Fetch *self)
{
  g_clear_object (&self->session);
  g_clear_pointer (&self->endpoint_uri, g_uri_unref);
  g_clear_pointer (&self->token, g_free);
}

static int
port_of (GUri *uri)
{
  int port = g_uri_get_port (uri);

  if (port > 0)
    return port;
  return g_strcmp0 (g_uri_get_scheme (uri), "https") == 0 ? 443 : 80;
}

gboolean
fetch_same_origin (GUri *a, GUri *b)
{
  return g_ascii_strcasecmp (g_uri_get_scheme (a), g_uri_get_scheme (b)) == 0
         && g_uri_get_host (a) != NULL && g_uri_get_host (b) != NULL
         && g_ascii_strcasecmp (g_uri_get_host (a), g_uri_get_host (b)) == 0
         && port_of (a) == port_of (b);
}

/* ---- Errors ---- */

static void
set_unauthorized_error (Fetch *self, const char *url, guint status, const char *said,
                        GError **error)
{
  const char *advice
      = self->token == NULL
            ? "it does not exist, or it is private or gated: where it is gated, accept its terms "
              "on the web page of the model, then set HF_TOKEN to an access token"
            : "the access token (HF_TOKEN) does not open it: where it is gated, accept its terms "
              "on the web page of the model";

  g_set_error (error, FETCH_ERROR, FETCH_ERROR_UNAUTHORIZED, "%s: %s (status %u%s%s)", url, advice,
               status, said != NULL ? ", " : "", said != NULL ? said : "");
}

static FetchError
code_of_status (guint status)
{
  if (status == SOUP_STATUS_NOT_FOUND || status == SOUP_STATUS_GONE)
    return FETCH_ERROR_NOT_FOUND;
  if (status == 429)
    return FETCH_ERROR_RATE_LIMITED;
  if (status >= 500 || status == SOUP_STATUS_REQUEST_TIMEOUT)
    return FETCH_ERROR_SERVER;
  return FETCH_ERROR_PROTOCOL;
}

static void
set_status_error (Fetch *self, FetchResponse *response, const char *url, GError **error)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (response->message);
  const char *said = soup_message_headers_get_one (headers, "X-Error-Message");
  guint status = soup_message_get_status (response->message);
  FetchError code = code_of_status (status);

  self->retry_after
      = fetch_parse_retry_after (soup_message_headers_get_one (headers, "Retry-After"));
  if (status == SOUP_STATUS_UNAUTHORIZED || status == SOUP_STATUS_FORBIDDEN)
    set_unauthorized_error (self, url, status, said, error);
  else if (code == FETCH_ERROR_NOT_FOUND)
    g_set_error (error, FETCH_ERROR, code, "%s: there is no such file (status %u)", url, status);
  else
    g_set_error (error, FETCH_ERROR, code, "%s: the server answers %u %s", url, status,
                 said != NULL ? said : soup_message_get_reason_phrase (response->message));
}

/* What libsoup and GIO complain of, in the terms of this program. */
static void
convert_error (const char *url, const char *doing, GError *problem, GError **error)
{
  if (g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, problem);
      return;
    }
  g_set_error (error, FETCH_ERROR,
               problem->domain == G_TLS_ERROR ? FETCH_ERROR_PROTOCOL : FETCH_ERROR_NETWORK,
               "%s: %s: %s", url, doing, problem->message);
  g_error_free (problem);
}

/* ---- Requests ---- */

void
fetch_response_free (FetchResponse *response)
{
  g_clear_object (&response->body);
  g_clear_object (&response->message);
  g_free (response->sha256);
  g_free (response);
}

static GUri *
parse_url (const char *url, GUri *base, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (GUri) uri = base != NULL
                             ? g_uri_parse_relative (base, url, SOUP_HTTP_URI_FLAGS, &problem)
                             : g_uri_parse (url, SOUP_HTTP_URI_FLAGS, &problem);
  const char *scheme = uri != NULL ? g_uri_get_scheme (uri) : "";

  if (uri != NULL && g_uri_get_host (uri) != NULL && *g_uri_get_host (uri) != '\0'
      && (strcmp (scheme, "http") == 0 || strcmp (scheme, "https") == 0))
    return g_steal_pointer (&uri);
  g_set_error (error, FETCH_ERROR, FETCH_ERROR_PROTOCOL, "%s: not an address of the web", url);
  return NULL;
}

static void
add_range (SoupMessageHeaders *headers, gint64 from, gint64 to, const char *etag)
{
  if (from == 0 && to < 0)
    return;
  soup_message_headers_set_range (headers, from, to);
  if (etag != NULL)
    soup_message_headers_replace (headers, "If-Range", etag);
}

/* Redirects are followed by hand: libsoup would send the token on to whatever host is named. */
static SoupMessage *
make_message (Fetch *self, GUri *uri)
{
  SoupMessage *message = soup_message_new_from_uri ("GET", uri);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  soup_message_headers_replace (headers, "Accept-Encoding", "identity");
  if (self->token != NULL && fetch_same_origin (uri, self->endpoint_uri))
    {
      g_autofree char *bearer = g_strconcat ("Bearer ", self->token, NULL);
      soup_message_headers_replace (headers, "Authorization", bearer);
    }
  return message;
}

static gboolean
is_sha256 (const char *text, gsize length)
{
  if (length != 64)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isxdigit (text[i]))
      return FALSE;
  return TRUE;
}

/* A repository tells size and sum of a large file as it sends one on to where it is stored. Only
 * the endpoint is believed. */
static void
read_linked (Fetch *self, FetchResponse *response, GUri *uri)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (response->message);
  const char *size = soup_message_headers_get_one (headers, "X-Linked-Size");
  const char *etag = soup_message_headers_get_one (headers, "X-Linked-Etag");

  if (!fetch_same_origin (uri, self->endpoint_uri))
    return;
  if (size != NULL)
    response->size = g_ascii_strtoll (size, NULL, 10);
  if (etag == NULL)
    return;
  etag += *etag == '"';
  if (!is_sha256 (etag, strcspn (etag, "\"")))
    return;
  g_free (response->sha256);
  response->sha256 = g_ascii_strdown (etag, 64);
}

static gboolean
is_redirect (guint status)
{
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/* Where a redirect leads. From a safe connection it has to lead to a safe one. */
static GUri *
follow (FetchResponse *response, GUri *from, GError **error)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (response->message);
  const char *location = soup_message_headers_get_one (headers, "Location");
  g_autoptr (GUri) uri = NULL;

  if (location == NULL)
    {
      g_set_error (error, FETCH_ERROR, FETCH_ERROR_PROTOCOL,
                   "%s: a redirect that leads nowhere", g_uri_get_host (from));
      return NULL;
    }
  uri = parse_url (location, from, error);
  if (uri != NULL && strcmp (g_uri_get_scheme (from), "https") == 0
      && strcmp (g_uri_get_scheme (uri), "https") != 0)
    {
      g_set_error (error, FETCH_ERROR, FETCH_ERROR_PROTOCOL,
                   "%s: a redirect from a safe connection to an unsafe one", location);
      return NULL;
    }
  return g_steal_pointer (&uri);
}

static gboolean
send_message (Fetch *self, FetchResponse *response, const char *url, GError **error)
{
  GError *problem = NULL;

  response->body
      = soup_session_send (self->session, response->message, self->cancellable, &problem);
  if (response->body != NULL)
    return TRUE;
  convert_error (url, "no connection", problem, error);
  return FALSE;
}

static gboolean
is_wanted (guint status, gboolean ranged)
{
  return status == SOUP_STATUS_OK
         || (ranged
             && (status == SOUP_STATUS_PARTIAL_CONTENT
                 || status == SOUP_STATUS_REQUESTED_RANGE_NOT_SATISFIABLE));
}

FetchResponse *
fetch_http_get (Fetch *self, const char *url, gint64 from, gint64 to, const char *etag,
                GError **error)
{
  g_autoptr (FetchResponse) response = g_new0 (FetchResponse, 1);
  g_autoptr (GUri) uri = parse_url (url, NULL, error);

  response->size = -1;
  self->retry_after = 0;
  for (int hop = 0; uri != NULL && hop <= MAX_REDIRECTS; hop++)
    {
      g_autoptr (GUri) here = g_steal_pointer (&uri);

      g_clear_object (&response->body);
      g_clear_object (&response->message);
      response->message = make_message (self, here);
      add_range (soup_message_get_request_headers (response->message), from, to, etag);
      if (!send_message (self, response, url, error))
        return NULL;
      read_linked (self, response, here);
      if (is_wanted (soup_message_get_status (response->message), from > 0 || to >= 0))
        return g_steal_pointer (&response);
      if (!is_redirect (soup_message_get_status (response->message)))
        {
          set_status_error (self, response, url, error);
          return NULL;
        }
      uri = follow (response, here, error);
    }
  if (uri != NULL)
    g_set_error (error, FETCH_ERROR, FETCH_ERROR_PROTOCOL, "%s: more than %d redirects", url,
                 MAX_REDIRECTS);
  return NULL;
}

/* ---- Answers ---- */

guint
fetch_response_status (FetchResponse *response)
{
  return soup_message_get_status (response->message);
}

gint64
fetch_response_total (FetchResponse *response)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (response->message);
  const char *range = soup_message_headers_get_one (headers, "Content-Range");
  const char *slash = range != NULL ? strchr (range, '/') : NULL;

  if (fetch_response_status (response) == SOUP_STATUS_OK)
    return soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH
               ? soup_message_headers_get_content_length (headers)
               : -1;
  if (slash == NULL || !g_ascii_isdigit (slash[1]))
    return -1;
  return g_ascii_strtoll (slash + 1, NULL, 10);
}

gboolean
fetch_response_starts_at (FetchResponse *response, gint64 from)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (response->message);
  goffset start, end, total;

  return soup_message_headers_get_content_range (headers, &start, &end, &total) && start == from;
}

const char *
fetch_response_etag (FetchResponse *response)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (response->message);
  const char *etag = soup_message_headers_get_one (headers, "ETag");

  return etag != NULL && *etag == '"' ? etag : NULL;
}

gssize
fetch_response_read (Fetch *self, FetchResponse *response, void *buffer, gsize size,
                     GError **error)
{
  GError *problem = NULL;
  gssize got
      = g_input_stream_read (response->body, buffer, size, self->cancellable, &problem);

  if (got < 0)
    {
      g_autofree char *url = g_uri_to_string_partial (soup_message_get_uri (response->message),
                                                      G_URI_HIDE_QUERY | G_URI_HIDE_PASSWORD);
      convert_error (url, "the connection broke", problem, error);
    }
  return got;
}
