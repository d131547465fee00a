/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-conversation-private.h"

#include <string.h>

#include "chord-attachment-private.h"
#include "chord-conversation-json-private.h"
#include "chord-info.h"
#include "chord-message-private.h"
#include "json/json.h"
#include "transcript/transcript.h"

/* ---- Markdown and text ---- */

static const char *
name_of (ChordConversationMessage *message)
{
  const char *model = chord_conversation_message_get_model_name (message);

  switch (chord_conversation_message_get_role (message))
    {
    case CHORD_ROLE_SYSTEM:
      return "System";
    case CHORD_ROLE_ASSISTANT:
      return model && *model ? model : "Assistant";
    case CHORD_ROLE_TOOL:
      return "Tool";
    case CHORD_ROLE_USER:
    default:
      return "User";
    }
}

/* One blank line behind a text, whatever it ends with. */
static void
append_paragraph (GString *out, const char *text)
{
  if (!text || !*text)
    return;
  g_string_append (out, text);
  while (out->len > 0 && out->str[out->len - 1] == '\n')
    g_string_truncate (out, out->len - 1);
  g_string_append (out, "\n\n");
}

static void
append_quoted (GString *out, const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i]; i++)
    g_string_append_printf (out, *lines[i] ? "> %s\n" : ">%s\n", lines[i]);
  g_string_append_c (out, '\n');
}

static void
append_attachments (GString *out, ChordConversationMessage *message)
{
  GListModel *attachments = chord_conversation_message_get_attachments (message);

  for (guint i = 0; i < g_list_model_get_n_items (attachments); i++)
    {
      g_autoptr (ChordAttachment) attachment = g_list_model_get_item (attachments, i);
      chord_attachment_append_fenced (attachment, out);
    }
}

static void
append_markdown (GString *out, ChordConversationMessage *message)
{
  const char *reasoning = chord_conversation_message_get_reasoning (message);

  g_string_append_printf (out, "## %s\n\n", name_of (message));
  if (reasoning && *reasoning)
    {
      g_string_append (out, "<details>\n<summary>Reasoning</summary>\n\n");
      append_paragraph (out, reasoning);
      g_string_append (out, "</details>\n\n");
    }
  append_attachments (out, message);
  append_paragraph (out, chord_conversation_message_get_content (message));
}

static void
append_plain (GString *out, ChordConversationMessage *message)
{
  g_string_append_printf (out, "%s:\n", name_of (message));
  append_attachments (out, message);
  append_paragraph (out, chord_conversation_message_get_content (message));
}

typedef void (*AppendFunc) (GString *out, ChordConversationMessage *message);

static char *
write_path (ChordConversation *self, GString *out, AppendFunc append)
{
  GListModel *path = chord_conversation_get_path (self);

  for (guint i = 0; i < g_list_model_get_n_items (path); i++)
    {
      g_autoptr (ChordConversationMessage) message = g_list_model_get_item (path, i);
      append (out, message);
    }
  if (g_str_has_suffix (out->str, "\n\n"))
    g_string_truncate (out, out->len - 1);
  return g_string_free (out, FALSE);
}

static char *
write_markdown (ChordConversation *self)
{
  const char *title = chord_conversation_get_title (self);
  const char *system = chord_conversation_get_system_prompt (self);
  GString *out = g_string_new (NULL);

  if (title && *title)
    g_string_append_printf (out, "# %s\n\n", title);
  if (system && *system)
    append_quoted (out, system);
  return write_path (self, out, append_markdown);
}

static char *
write_text (ChordConversation *self)
{
  const char *system = chord_conversation_get_system_prompt (self);
  GString *out = g_string_new (NULL);

  append_paragraph (out, chord_conversation_get_title (self));
  if (system && *system)
    g_string_append (out, "System:\n");
  append_paragraph (out, system);
  return write_path (self, out, append_plain);
}

/* ---- JSON ---- */

static void
write_attachments (ChJson *json, ChordConversationMessage *message)
{
  static const char *const left_out[] = { "id", "message-id", NULL };
  GListModel *attachments = chord_conversation_message_get_attachments (message);
  guint n = g_list_model_get_n_items (attachments);

  if (n == 0)
    return;
  ch_json_open (json, "attachments", '[');
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ChordRecord) attachment = g_list_model_get_item (attachments, i);

      ch_json_open (json, NULL, '{');
      chord_record_write_json (attachment, left_out, json);
      ch_json_close (json, '}');
    }
  ch_json_close (json, ']');
}

static void
write_message (ChJson *json, ChordConversationMessage *message)
{
  static const char *const left_out[]
      = { "id", "conversation-id", "parent-id", "role", "content", "sampling", NULL };
  const char *content = chord_conversation_message_get_content (message);
  const char *sampling = chord_conversation_message_get_sampling (message);
  gint64 parent = chord_conversation_message_get_parent_id (message);
  g_autoptr (GVariant) value = NULL;

  ch_json_open (json, NULL, '{');
  ch_json_int (json, "id", chord_record_get_id (CHORD_RECORD (message)));
  if (parent != 0)
    ch_json_int (json, "parent", parent);
  else
    ch_json_text (json, "parent", NULL);
  ch_json_text (json, "role", chord_role_to_string (chord_conversation_message_get_role (message)));
  ch_json_text (json, "content", content ? content : "");
  chord_record_write_json (CHORD_RECORD (message), left_out, json);
  if (sampling && (value = ch_json_parse (sampling, strlen (sampling), NULL)))
    ch_json_value (json, "sampling", value);
  write_attachments (json, message);
  ch_json_close (json, '}');
}

static char *
write_json (ChordConversation *self)
{
  /* Keys of other tables mean nothing elsewhere; the names beside them do. */
  static const char *const left_out[] = { "id", "model-id", "preset-id", "trashed", NULL };
  GPtrArray *messages = chord_conversation_get_messages (self);
  ChJson json = CH_JSON_INIT;

  ch_json_open (&json, NULL, '{');
  ch_json_text (&json, "format", CH_TRANSCRIPT_FORMAT);
  ch_json_text (&json, "chord_version", chord_get_version ());
  ch_json_int (&json, "id", chord_record_get_id (CHORD_RECORD (self)));
  chord_record_write_json (CHORD_RECORD (self), left_out, &json);
  ch_json_open (&json, "messages", '[');
  for (guint i = 0; i < messages->len; i++)
    write_message (&json, messages->pdata[i]);
  ch_json_close (&json, ']');
  ch_json_close (&json, '}');
  g_string_append_c (json.text, '\n');
  return g_string_free (json.text, FALSE);
}

char *
chord_conversation_export (ChordConversation *self, ChordExportFormat format, GError **error)
{
  g_return_val_if_fail (CHORD_IS_CONVERSATION (self), NULL);

  if (!chord_conversation_load (self, error))
    return NULL;
  switch (format)
    {
    case CHORD_EXPORT_FORMAT_MARKDOWN:
      return write_markdown (self);
    case CHORD_EXPORT_FORMAT_TEXT:
      return write_text (self);
    case CHORD_EXPORT_FORMAT_JSON:
    default:
      return write_json (self);
    }
}
