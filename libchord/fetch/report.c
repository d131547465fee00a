/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the program tells, one JSON object a line:
 *   {"event":"file","path":…,"size":…,"sha256":…}   an entry of a list
 *   {"event":"check","done":…,"total":…}            bytes of an earlier run are being read again
 *   {"event":"start","done":…,"total":…}            an answer has come; total is -1 when unknown
 *   {"event":"progress","done":…,"total":…}
 *   {"event":"retry","attempt":…,"wait":…,"message":…}   wait is in milliseconds
 * and last one of
 *   {"event":"done",…}, {"event":"paused"}, {"event":"error","code":…,"message":…} */

#include <stdio.h>
#include <string.h>

#include "fetch.h"

G_DEFINE_QUARK (fetch-error-quark, fetch_error)

static const char *
code_name (const GError *error)
{
  static const char *const names[] = {
    [FETCH_ERROR_NETWORK] = "network",
    [FETCH_ERROR_SERVER] = "server",
    [FETCH_ERROR_RATE_LIMITED] = "rate-limited",
    [FETCH_ERROR_NOT_FOUND] = "not-found",
    [FETCH_ERROR_UNAUTHORIZED] = "unauthorized",
    [FETCH_ERROR_PROTOCOL] = "protocol",
    [FETCH_ERROR_LENGTH] = "length",
    [FETCH_ERROR_CHECKSUM] = "checksum",
    [FETCH_ERROR_CONTENT] = "content",
    [FETCH_ERROR_NO_SPACE] = "no-space",
    [FETCH_ERROR_BUSY] = "busy",
    [FETCH_ERROR_DISK] = "disk",
  };

  if (error->domain == FETCH_ERROR)
    return names[error->code];
  return "failed";
}

ChJson
fetch_report_begin (const char *event)
{
  ChJson report = CH_JSON_INIT;

  ch_json_open (&report, NULL, '{');
  ch_json_text (&report, "event", event);
  return report;
}

void
fetch_report_text (ChJson *report, const char *name, const char *value)
{
  g_autofree char *valid = value != NULL ? g_utf8_make_valid (value, -1) : NULL;

  if (valid != NULL)
    ch_json_text (report, name, valid);
}

/* A reader that has gone is noticed as the end of stdin. */
void
fetch_report_end (ChJson *report)
{
  ch_json_close (report, '}');
  ch_json_print (report);
  fflush (stdout);
}

void
fetch_report_event (const char *event)
{
  ChJson report = fetch_report_begin (event);

  fetch_report_end (&report);
}

void
fetch_report_bytes (const char *event, gint64 done, gint64 total)
{
  ChJson report = fetch_report_begin (event);

  ch_json_int (&report, "done", done);
  ch_json_int (&report, "total", total);
  fetch_report_end (&report);
}

void
fetch_report_error (const GError *error)
{
  ChJson report = fetch_report_begin ("error");

  fetch_report_text (&report, "code", code_name (error));
  fetch_report_text (&report, "message", error->message);
  fetch_report_end (&report);
}
