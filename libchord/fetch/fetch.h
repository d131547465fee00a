/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <libsoup/soup.h>

#include "json/json.h"

/* chord-fetch speaks HTTP for libchord: one verb a run, JSON lines on stdout (see report.c).
 * The verb works synchronously in a thread; the main thread waits for SIGTERM, SIGINT or the end
 * of stdin, each of which cancels the work: what is on the disk by then stays there. */

typedef enum
{
  FETCH_ERROR_NETWORK,      /* a connection failed, or broke off; may be tried again */
  FETCH_ERROR_SERVER,       /* 5xx; may be tried again */
  FETCH_ERROR_RATE_LIMITED, /* 429; may be tried again, later */
  FETCH_ERROR_NOT_FOUND,
  FETCH_ERROR_UNAUTHORIZED,
  FETCH_ERROR_PROTOCOL,     /* an answer that makes no sense */
  FETCH_ERROR_LENGTH,       /* another size than was promised */
  FETCH_ERROR_CHECKSUM,
  FETCH_ERROR_CONTENT,      /* not what it should be: no GGUF file */
  FETCH_ERROR_NO_SPACE,
  FETCH_ERROR_BUSY,         /* another process downloads the same */
  FETCH_ERROR_DISK,
} FetchError;

#define FETCH_ERROR (fetch_error_quark ())
GQuark fetch_error_quark (void);

/* How a run ends. */
enum
{
  FETCH_DONE = 0,
  FETCH_FAILED = 1,
  FETCH_USAGE = 2,
  FETCH_PAUSED = 3,
};

typedef struct
{
  /* What was asked for. */
  char *endpoint;
  char *repository;
  char *revision;
  char *url;
  char *output;
  char *sha256;      /* NULL: not known */
  char *magic;       /* what the file has to begin with, or NULL */
  gint64 size;       /* -1: not known */
  gint64 from;       /* of "head" */
  gint64 length;
  gint64 reserve;    /* bytes that later files of the same set will need */
  gint64 free_space; /* instead of what the file system says; -1: ask it */
  int retries;
  int backoff;       /* milliseconds before the first retry */
  int timeout;       /* seconds of silence that end a connection */
  gboolean watch_stdin;

  /* What the verbs work with. */
  GCancellable *cancellable;
  SoupSession *session;
  GUri *endpoint_uri;
  char *token;       /* NULL: none */
  gint64 retry_after; /* seconds that the last answer asked for; 0: it did not */
} Fetch;

gboolean fetch_list (Fetch *self, GError **error);
gboolean fetch_download (Fetch *self, GError **error);
gboolean fetch_head (Fetch *self, GError **error);

/* ---- Requests (http.c) ---- */

typedef struct
{
  SoupMessage *message;
  GInputStream *body;
  char *sha256; /* that the repository itself names, or NULL */
  gint64 size;  /* likewise, or -1 */
} FetchResponse;

gboolean fetch_http_open (Fetch *self, GError **error);
void fetch_http_close (Fetch *self);

/* Gets a URL: all of it when from is 0 and to is negative, else the bytes from…to (to included;
 * negative: to the end), as long as the file still has the tag etag (or NULL). Redirects are
 * followed, and the token goes to the endpoint alone. Answers other than 200, 206 and (when a range
 * was asked for) 416 are errors. */
FetchResponse *fetch_http_get (Fetch *self, const char *url, gint64 from, gint64 to,
                               const char *etag, GError **error);
void fetch_response_free (FetchResponse *response);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FetchResponse, fetch_response_free)

guint fetch_response_status (FetchResponse *response);
/* The size of the whole file as the answer has it; -1: it does not say. */
gint64 fetch_response_total (FetchResponse *response);
/* Whether a 206 begins at this byte. */
gboolean fetch_response_starts_at (FetchResponse *response, gint64 from);
/* The strong entity tag, or NULL. */
const char *fetch_response_etag (FetchResponse *response);
/* Some bytes of the body; 0 at its end, -1 with error set when the connection broke. */
gssize fetch_response_read (Fetch *self, FetchResponse *response, void *buffer, gsize size,
                            GError **error);

/* Whether two addresses share scheme, host and port. */
gboolean fetch_same_origin (GUri *a, GUri *b);
/* HF_TOKEN, or the file that the Hugging Face tools keep it in; NULL: none. */
char *fetch_find_token (void);

/* ---- Trying again (retry.c) ---- */

/* After a failure that may pass: waits, says so, clears the error and returns TRUE. Other errors,
 * or one too many, are left as they are. */
gboolean fetch_retry (Fetch *self, int *attempt, GError **error);
/* The header Retry-After, in seconds from now; 0 when there is none to be understood. */
gint64 fetch_parse_retry_after (const char *text);

/* ---- The file that is on its way (part.c) ---- */

typedef struct
{
  char *output;
  char *path;      /* OUTPUT.part */
  char *info_path; /* OUTPUT.part.info */
  int fd;
  gint64 done;     /* bytes that are there, and in the sum */
  GChecksum *sum;
  char *etag;      /* of the file that they are from, or NULL */
} FetchPart;

/* Opens it and locks it, so that two processes do not write the same. The bytes that are there are
 * read through the checksum. */
FetchPart *fetch_part_open (Fetch *self, GError **error);
void fetch_part_close (FetchPart *part);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FetchPart, fetch_part_close)

gboolean fetch_part_restart (FetchPart *part, GError **error);
gboolean fetch_part_set_etag (FetchPart *part, const char *etag, GError **error);
gboolean fetch_part_write (FetchPart *part, const void *data, gsize size, GError **error);
/* Whether the first bytes are as they have to be, as far as they are there; of a whole file, all of
 * them. A file of another kind is removed. */
gboolean fetch_part_check_magic (FetchPart *part, const char *magic, gboolean whole,
                                 GError **error);
/* Compares the sum, syncs, and gives the file its final name. A wrong one is removed. */
gboolean fetch_part_finish (FetchPart *part, const char *sha256, GError **error);
void fetch_part_remove (FetchPart *part);
gboolean fetch_check_space (Fetch *self, const char *path, gint64 need, GError **error);
void fetch_set_disk_error (GError **error, const char *path, const char *what);

/* ---- Reports (report.c) ---- */

ChJson fetch_report_begin (const char *event);
/* A member; NULL leaves it out. */
void fetch_report_text (ChJson *report, const char *name, const char *value);
void fetch_report_end (ChJson *report); /* writes the line, and frees it */
void fetch_report_event (const char *event); /* that says all by its name */
void fetch_report_bytes (const char *event, gint64 done, gint64 total);
void fetch_report_error (const GError *error);
