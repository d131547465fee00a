/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* "list": the files of a repository, as the Hugging Face interface tells them: pages of a JSON
 * array, each of which names the next in a header Link. */

#include <string.h>

#include "fetch.h"

#define MAX_PAGE (32 * 1024 * 1024)
#define MAX_PAGES 1000

static GBytes *
read_body (Fetch *self, FetchResponse *response, GError **error)
{
  g_autoptr (GByteArray) body = g_byte_array_new ();
  guchar block[16 * 1024];
  gssize got;

  while ((got = fetch_response_read (self, response, block, sizeof block, error)) > 0)
    {
      g_byte_array_append (body, block, got);
      if (body->len > MAX_PAGE)
        {
          g_set_error_literal (error, FETCH_ERROR, FETCH_ERROR_PROTOCOL,
                               "the list of files is too long");
          return NULL;
        }
    }
  return got < 0 ? NULL : g_byte_array_free_to_bytes (g_steal_pointer (&body));
}

/* ---- Entries ---- */

/* A large file is stored by its SHA-256, which is its object id there; a small one has no sum. */
static void
report_entry (GVariant *entry)
{
  g_autoptr (GVariant) lfs = ch_json_object (entry, "lfs");
  g_autofree char *path = ch_json_string (entry, "path");
  g_autofree char *type = ch_json_string (entry, "type");
  g_autofree char *oid = lfs != NULL ? ch_json_string (lfs, "oid") : NULL;
  ChJson report;

  if (path == NULL || g_strcmp0 (type, "file") != 0)
    return;
  report = fetch_report_begin ("file");
  fetch_report_text (&report, "path", path);
  ch_json_int (&report, "size", ch_json_integer (lfs != NULL ? lfs : entry, "size", -1));
  fetch_report_text (&report, "sha256", oid != NULL && strlen (oid) == 64 ? oid : NULL);
  fetch_report_end (&report);
}

static gboolean
report_page (const char *url, GBytes *body, GError **error)
{
  g_autoptr (GError) problem = NULL;
  gsize size;
  const char *text = g_bytes_get_data (body, &size);
  g_autoptr (GVariant) page = ch_json_parse (text != NULL ? text : "", size, &problem);

  if (page == NULL || !g_variant_is_of_type (page, G_VARIANT_TYPE ("av")))
    {
      g_set_error (error, FETCH_ERROR, FETCH_ERROR_PROTOCOL, "%s: no list of files: %s", url,
                   problem != NULL ? problem->message : "not an array");
      return FALSE;
    }
  for (gsize i = 0; i < g_variant_n_children (page); i++)
    {
      g_autoptr (GVariant) boxed = g_variant_get_child_value (page, i);
      g_autoptr (GVariant) entry = g_variant_get_variant (boxed);

      report_entry (entry);
    }
  return TRUE;
}

/* ---- Pages ---- */

/* The address of Link: <address>; rel="next", made absolute; NULL at the last page. */
static char *
next_page (FetchResponse *response)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (response->message);
  const char *link = soup_message_headers_get_list (headers, "Link");
  g_autoptr (GRegex) regex
      = g_regex_new ("<([^>]*)>[^,]*;\\s*rel=\"?next\"?", G_REGEX_CASELESS, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *address = NULL;
  g_autoptr (GUri) uri = NULL;

  if (link == NULL || !g_regex_match (regex, link, 0, &match))
    return NULL;
  address = g_match_info_fetch (match, 1);
  uri = g_uri_parse_relative (soup_message_get_uri (response->message), address,
                              SOUP_HTTP_URI_FLAGS, NULL);
  return uri != NULL ? g_uri_to_string (uri) : NULL;
}

/* One page; *next is the address of the following one. */
static gboolean
list_once (Fetch *self, const char *url, char **next, GError **error)
{
  g_autoptr (FetchResponse) response = fetch_http_get (self, url, 0, -1, NULL, error);
  g_autoptr (GBytes) body = response != NULL ? read_body (self, response, error) : NULL;

  if (body == NULL || !report_page (url, body, error))
    return FALSE;
  *next = next_page (response);
  return TRUE;
}

static gboolean
list_page (Fetch *self, const char *url, char **next, GError **error)
{
  GError *problem = NULL;
  int attempt = 0;

  while (!list_once (self, url, next, &problem))
    if (!fetch_retry (self, &attempt, &problem))
      {
        g_propagate_error (error, problem);
        return FALSE;
      }
  return TRUE;
}

gboolean
fetch_list (Fetch *self, GError **error)
{
  g_autofree char *repository = g_uri_escape_string (self->repository, "/", FALSE);
  g_autofree char *revision = g_uri_escape_string (self->revision, NULL, FALSE);
  g_autofree char *url = g_strdup_printf ("%s/api/models/%s/tree/%s?recursive=true",
                                          self->endpoint, repository, revision);

  for (int page = 0; url != NULL && page < MAX_PAGES; page++)
    {
      char *next = NULL;

      if (!list_page (self, url, &next, error))
        return FALSE;
      g_free (url);
      url = next;
    }
  fetch_report_event ("done");
  return TRUE;
}
