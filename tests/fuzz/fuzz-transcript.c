/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "fuzz.h"
#include "json/json.h"
#include "transcript/transcript.h"

/* Any bytes are a file of conversations. What is read of them is of our own form, with parents
 * before their children, and is read again as the same. */

static void
insist (gboolean truth)
{
  if (!truth)
    abort ();
}

static void
check_messages (GVariant *transcript)
{
  g_autoptr (GVariant) messages = ch_json_array (transcript, "messages");

  insist (messages != NULL);
  for (gsize i = 0; i < g_variant_n_children (messages); i++)
    {
      g_autoptr (GVariant) message = NULL;
      g_autofree char *role = NULL, *content = NULL;

      g_variant_get_child (messages, i, "v", &message);
      role = ch_json_string (message, "role");
      content = ch_json_string (message, "content");
      insist (role != NULL && content != NULL && g_utf8_validate (content, -1, NULL));
      insist (ch_json_integer (message, "id", 0) == (gint64) i + 1);
      insist (ch_json_integer (message, "parent", 0) <= (gint64) i);
    }
}

static char *
write_transcript (GVariant *transcript)
{
  ChJson json = CH_JSON_INIT;

  ch_json_value (&json, NULL, transcript);
  return g_string_free (json.text, FALSE);
}

static void
check_again (GVariant *transcript)
{
  g_autofree char *text = write_transcript (transcript), *once = NULL, *twice = NULL;
  g_autoptr (GPtrArray) first = ch_transcripts_read (text, strlen (text), NULL), second = NULL;

  insist (first != NULL && first->len == 1);
  once = write_transcript (first->pdata[0]);
  second = ch_transcripts_read (once, strlen (once), NULL);
  insist (second != NULL && second->len == 1);
  twice = write_transcript (second->pdata[0]);
  insist (strcmp (once, twice) == 0);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) transcripts = ch_transcripts_read ((const char *) data, size, &error);

  insist ((transcripts == NULL) == (error != NULL));
  insist (error == NULL
          || (error->domain == CH_ERROR && g_utf8_validate (error->message, -1, NULL)));
  for (guint i = 0; transcripts != NULL && i < transcripts->len; i++)
    {
      check_messages (transcripts->pdata[i]);
      check_again (transcripts->pdata[i]);
    }
  return 0;
}
