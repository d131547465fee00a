/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* JSON, written as one line and read without trust. The command line links this layer too. */

/* ---- Writing (writer.c) ---- */

typedef struct
{
  GString *text;
  gboolean comma; /* before the next value */
} ChJson;

#define CH_JSON_INIT { g_string_new (NULL), FALSE }

/* A key is NULL in an array and at the top. Containers are "{}" and "[]". */
void ch_json_open (ChJson *json, const char *key, char bracket);
void ch_json_close (ChJson *json, char bracket);
void ch_json_text (ChJson *json, const char *key, const char *value); /* NULL: null */
void ch_json_bytes (ChJson *json, const char *key, const char *value, gsize length);
void ch_json_int (ChJson *json, const char *key, gint64 value);
void ch_json_uint (ChJson *json, const char *key, guint64 value);
void ch_json_real (ChJson *json, const char *key, double value); /* not finite: null */
void ch_json_bool (ChJson *json, const char *key, gboolean value);
/* A value that was read; the members of objects are in the order of their names. */
void ch_json_value (ChJson *json, const char *key, GVariant *value);
void ch_json_print (ChJson *json); /* as one line on stdout, and frees it */

/* ---- Reading (reader.c) ---- */

#define CH_JSON_MAX_INTEGER 9007199254740992.0 /* 2^53 */

/* Reads one JSON value: an object is a{sv}, an array av, a string ay (it may hold NUL), a number d,
 * true and false b, null (). Returns a new reference. */
GVariant *ch_json_parse (const char *text, gsize length, GError **error);

/* Looking up a member: object may be NULL or anything; NULL when there is none of that name, or it
 * is of another type. Strings come as valid UTF-8 without NUL. */
GVariant *ch_json_member (GVariant *object, const char *key);
GVariant *ch_json_object (GVariant *object, const char *key);
GVariant *ch_json_array (GVariant *object, const char *key);
char *ch_json_string (GVariant *object, const char *key);
char *ch_json_value_text (GVariant *value); /* NULL for what is no string */
double ch_json_number (GVariant *object, const char *key, double otherwise);
gint64 ch_json_integer (GVariant *object, const char *key, gint64 otherwise);
gboolean ch_json_boolean (GVariant *object, const char *key);
