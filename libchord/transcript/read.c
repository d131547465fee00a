/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transcript/transcript-private.h"

#include <string.h>

#include "base/error.h"
#include "json/json.h"

/* ---- Values --------------------------------------------------------------------------------- */

void
ch_transcript_put_text (GVariantDict *dict, const char *key, const char *text)
{
  if (text != NULL && *text != '\0')
    g_variant_dict_insert_value (
        dict, key, g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, text, strlen (text), 1));
}

void
ch_transcript_put_number (GVariantDict *dict, const char *key, double value)
{
  g_variant_dict_insert_value (dict, key, g_variant_new_double (value));
}

char *
ch_transcript_id (GVariant *object, const char *key)
{
  g_autoptr (GVariant) value = ch_json_member (object, key);
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  if (value != NULL && g_variant_is_of_type (value, G_VARIANT_TYPE_DOUBLE))
    return g_strdup (g_ascii_dtostr (digits, sizeof digits, g_variant_get_double (value)));
  return ch_json_value_text (value);
}

char *
ch_transcript_content (GVariant *message)
{
  g_autoptr (GVariant) value = ch_json_member (message, "content");
  GString *text;

  if (value == NULL || !g_variant_is_of_type (value, G_VARIANT_TYPE ("av")))
    return ch_json_value_text (value);
  text = g_string_new (NULL);
  for (gsize i = 0; i < g_variant_n_children (value); i++)
    {
      g_autoptr (GVariant) part = NULL;
      g_autofree char *piece = NULL;

      g_variant_get_child (value, i, "v", &part);
      piece = ch_json_string (part, "text");
      if (piece != NULL)
        g_string_append (text, piece);
    }
  return g_string_free (text, FALSE);
}

/* ---- Our own form --------------------------------------------------------------------------- */

static gboolean
is_ours (GVariant *value)
{
  g_autofree char *format = ch_json_string (value, "format");
  g_autoptr (GVariant) messages = ch_json_array (value, "messages");

  return messages != NULL && (format == NULL || strcmp (format, CH_TRANSCRIPT_FORMAT) == 0);
}

static gboolean
check_message (GVariant *message, const char *id, GError **error)
{
  static const char *const roles[] = { "system", "user", "assistant", "tool", NULL };
  g_autofree char *role = ch_json_string (message, "role");
  g_autofree char *content = ch_json_string (message, "content");

  if (id == NULL || role == NULL || content == NULL)
    g_set_error (error, CH_ERROR, CH_ERROR_INVALID_FILE,
                 "a message has no id, no role or no content");
  else if (!g_strv_contains (roles, role))
    g_set_error (error, CH_ERROR, CH_ERROR_INVALID_FILE, "the message \"%s\" has no known role",
                 id);
  else
    return TRUE;
  return FALSE;
}

static gboolean
add_our_message (ChTree *tree, GVariant *message, GError **error)
{
  g_autofree char *id = ch_transcript_id (message, "id");
  ChTreeNode *node;

  if (!check_message (message, id, error))
    return FALSE;
  node = ch_tree_add (tree, g_steal_pointer (&id), ch_transcript_id (message, "parent"), error);
  if (node == NULL)
    return FALSE;
  node->message = g_variant_dict_new (message);
  return TRUE;
}

/* Members that name a message follow it to its new number; 0 stands for none. */
static void
follow (GVariantDict *dict, GVariant *value, const char *key, ChTree *tree)
{
  g_autofree char *id = ch_transcript_id (value, key);

  ch_transcript_put_number (dict, key, (double) ch_tree_number (tree, id));
}

static GVariant *
from_ours (GVariant *value, GError **error)
{
  g_autoptr (GVariant) list = ch_json_array (value, "messages");
  g_autoptr (ChTree) tree = ch_tree_new ();
  g_autoptr (GVariant) messages = NULL;
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (value);

  for (gsize i = 0; i < g_variant_n_children (list); i++)
    {
      g_autoptr (GVariant) message = NULL;

      g_variant_get_child (list, i, "v", &message);
      if (!add_our_message (tree, message, error))
        return NULL;
    }
  messages = ch_tree_end (tree, TRUE, error);
  if (messages == NULL)
    return NULL;
  g_variant_dict_insert_value (&dict, "messages", messages);
  follow (&dict, value, "leaf", tree);
  follow (&dict, value, "first_sent", tree);
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

/* ---- Any form ------------------------------------------------------------------------------- */

static GVariant *
read_one (GVariant *value, GError **error)
{
  if (ch_transcript_is_llama_cpp (value))
    return ch_transcript_from_llama_cpp (value, error);
  if (ch_transcript_is_open_webui (value))
    return ch_transcript_from_open_webui (value, error);
  if (is_ours (value))
    return from_ours (value, error);
  g_set_error_literal (error, CH_ERROR, CH_ERROR_UNSUPPORTED,
                       "this is no conversation of Chord, llama.cpp's web UI or Open WebUI");
  return NULL;
}

static gboolean
read_into (GPtrArray *transcripts, GVariant *value, GError **error)
{
  GVariant *transcript = read_one (value, error);

  if (transcript == NULL)
    return FALSE;
  g_ptr_array_add (transcripts, transcript);
  return TRUE;
}

GPtrArray *
ch_transcripts_read (const char *text, gsize length, GError **error)
{
  g_autoptr (GVariant) value = ch_json_parse (text, length, error);
  g_autoptr (GPtrArray) transcripts = NULL;

  if (value == NULL)
    return NULL;
  transcripts = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  if (!g_variant_is_of_type (value, G_VARIANT_TYPE ("av")))
    return read_into (transcripts, value, error) ? g_steal_pointer (&transcripts) : NULL;
  for (gsize i = 0; i < g_variant_n_children (value); i++)
    {
      g_autoptr (GVariant) item = NULL;

      g_variant_get_child (value, i, "v", &item);
      if (!read_into (transcripts, item, error))
        {
          g_prefix_error (error, "conversation %" G_GSIZE_FORMAT ": ", i + 1);
          return NULL;
        }
    }
  return g_steal_pointer (&transcripts);
}
