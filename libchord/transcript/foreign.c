/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Exports of other programs. They are read for what they mean, not checked: what is missing or odd
 * is left out, as long as the messages and their tree can be made out. */
#include "transcript/transcript-private.h"

#include <string.h>

#include "chat/reasoning.h"
#include "json/json.h"

typedef struct
{
  ChTree *tree;
  char *system_prompt; /* of the first system message, which is no message of ours */
} Reader;

static void
reader_clear (Reader *reader)
{
  ch_tree_free (reader->tree);
  g_free (reader->system_prompt);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reader, reader_clear)

/* ---- Messages ------------------------------------------------------------------------------- */

/* The name of a member of our form beside that of theirs. */
static void
copy_text (GVariantDict *dict, const char *key, GVariant *from, const char *their_key)
{
  g_autofree char *text = ch_json_string (from, their_key);

  ch_transcript_put_text (dict, key, text);
}

static gint64
whole (double value)
{
  return value > 0 && value < CH_JSON_MAX_INTEGER ? (gint64) value : 0;
}

static void
put_whole (GVariantDict *dict, const char *key, double value)
{
  if (whole (value) > 0)
    ch_transcript_put_number (dict, key, (double) whole (value));
}

/* Answers may hold their reasoning between marks, as the model wrote it. */
static void
put_answer (GVariantDict *dict, const char *content)
{
  const char *open, *close;
  g_autofree char *reasoning = NULL, *rest = NULL;
  int pair;

  if (g_variant_dict_contains (dict, "reasoning")
      || !ch_reasoning_find (content, &pair, &open, &close))
    {
      ch_transcript_put_text (dict, "content", content);
      return;
    }
  open += strlen (ch_reasoning_open_mark (pair));
  reasoning = close != NULL ? g_strndup (open, (gsize) (close - open)) : g_strdup (open);
  rest = g_strdup (close != NULL ? close + strlen (ch_reasoning_close_mark (pair)) : "");
  ch_transcript_put_text (dict, "reasoning", g_strstrip (reasoning));
  ch_transcript_put_text (dict, "content", g_strchug (rest));
}

static const char *
known_role (const char *role)
{
  static const char *const roles[] = { "system", "user", "assistant", "tool", NULL };

  for (guint i = 0; role != NULL && roles[i] != NULL; i++)
    if (strcmp (roles[i], role) == 0)
      return roles[i];
  return NULL;
}

/* Begins a message at the node. NULL when the node says nothing that is a message of ours. */
static GVariantDict *
begin_message (Reader *reader, ChTreeNode *node, GVariant *value)
{
  g_autofree char *role = ch_json_string (value, "role");
  g_autofree char *content = ch_transcript_content (value);

  /* An empty system message is the root, which only holds the tree together. */
  if (known_role (role) == NULL || content == NULL
      || (strcmp (role, "system") == 0 && *content == '\0'))
    return NULL;
  if (strcmp (role, "system") == 0 && reader->system_prompt == NULL)
    {
      reader->system_prompt = g_steal_pointer (&content);
      return NULL;
    }
  node->message = g_variant_dict_new (NULL);
  ch_transcript_put_text (node->message, "role", role);
  put_whole (node->message, "created", (double) node->created);
  return node->message;
}

static void
end_message (GVariantDict *dict, const char *content)
{
  GVariant *empty = g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, "", 0, 1);
  g_autoptr (GVariant) role = g_variant_dict_lookup_value (dict, "role", NULL);
  g_autofree char *name = ch_json_value_text (role);

  g_variant_dict_insert_value (dict, "content", empty);
  if (strcmp (name, "assistant") == 0)
    put_answer (dict, content);
  else
    ch_transcript_put_text (dict, "content", content);
}

static void
add_attachment (GVariantBuilder *builder, const char *name, const char *type, const char *text)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  ch_transcript_put_text (&dict, "name", name);
  ch_transcript_put_text (&dict, "content_type", type);
  ch_transcript_put_text (&dict, "text", text);
  g_variant_builder_add (builder, "v", g_variant_dict_end (&dict));
}

/* Ends a conversation: what every form has. */
static GVariant *
end_conversation (Reader *reader, GVariantDict *dict, const char *leaf, GError **error)
{
  GVariant *messages = ch_tree_end (reader->tree, FALSE, error);

  if (messages == NULL)
    return NULL;
  ch_transcript_put_text (dict, "format", CH_TRANSCRIPT_FORMAT);
  ch_transcript_put_text (dict, "system_prompt", reader->system_prompt);
  ch_transcript_put_number (dict, "leaf", (double) ch_tree_number (reader->tree, leaf));
  g_variant_dict_insert_value (dict, "messages", messages);
  g_variant_unref (messages);
  return g_variant_ref_sink (g_variant_dict_end (dict));
}

/* ---- llama.cpp's web UI ---------------------------------------------------------------------- */

/* Text and the text of PDF files; pictures and sound are in other members. */
static void
put_llama_attachments (GVariantDict *dict, GVariant *message)
{
  g_autoptr (GVariant) extra = ch_json_array (message, "extra");
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("av"));
  gsize n = extra != NULL ? g_variant_n_children (extra) : 0;

  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) item = NULL;
      g_autofree char *name = NULL, *text = NULL;

      g_variant_get_child (extra, i, "v", &item);
      name = ch_json_string (item, "name");
      text = ch_json_string (item, "content");
      if (text != NULL)
        add_attachment (&builder, name, "text/plain", text);
    }
  if (n > 0)
    g_variant_dict_insert_value (dict, "attachments", g_variant_builder_end (&builder));
}

static void
put_llama_timings (GVariantDict *dict, GVariant *message)
{
  g_autoptr (GVariant) timings = ch_json_object (message, "timings");
  double cached = MAX (ch_json_number (timings, "cache_n", 0), 0);

  if (timings == NULL)
    return;
  put_whole (dict, "prompt_tokens", ch_json_number (timings, "prompt_n", 0) + cached);
  put_whole (dict, "cached_tokens", cached);
  put_whole (dict, "generated_tokens", ch_json_number (timings, "predicted_n", 0));
  put_whole (dict, "prompt_time", ch_json_number (timings, "prompt_ms", 0) * 1e3);
  put_whole (dict, "generation_time", ch_json_number (timings, "predicted_ms", 0) * 1e3);
  ch_transcript_put_number (dict, "rate",
                            MAX (ch_json_number (timings, "predicted_per_second", 0), 0));
}

static gboolean
add_llama_message (Reader *reader, GVariant *value, GError **error)
{
  g_autofree char *id = ch_transcript_id (value, "id");
  g_autofree char *content = ch_transcript_content (value);
  GVariantDict *dict;
  ChTreeNode *node;

  if (id == NULL)
    return TRUE;
  node = ch_tree_add (reader->tree, g_steal_pointer (&id), ch_transcript_id (value, "parent"),
                      error);
  if (node == NULL)
    return FALSE;
  /* Milliseconds. */
  node->created = whole (ch_json_number (value, "timestamp", 0) * 1e3);
  dict = begin_message (reader, node, value);
  if (dict == NULL)
    return TRUE;
  /* Its name in newer and in older versions. */
  copy_text (dict, "reasoning", value, "thinking");
  copy_text (dict, "reasoning", value, "reasoningContent");
  copy_text (dict, "model_name", value, "model");
  put_llama_attachments (dict, value);
  put_llama_timings (dict, value);
  end_message (dict, content);
  return TRUE;
}

gboolean
ch_transcript_is_llama_cpp (GVariant *value)
{
  g_autoptr (GVariant) conversation = ch_json_object (value, "conv");
  g_autoptr (GVariant) messages = ch_json_array (value, "messages");

  return conversation != NULL && messages != NULL;
}

GVariant *
ch_transcript_from_llama_cpp (GVariant *value, GError **error)
{
  g_autoptr (GVariant) conversation = ch_json_object (value, "conv");
  g_autoptr (GVariant) messages = ch_json_array (value, "messages");
  g_autofree char *leaf = ch_transcript_id (conversation, "currNode");
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  g_auto (Reader) reader = { .tree = ch_tree_new () };

  for (gsize i = 0; i < g_variant_n_children (messages); i++)
    {
      g_autoptr (GVariant) message = NULL;

      g_variant_get_child (messages, i, "v", &message);
      if (!add_llama_message (&reader, message, error))
        return NULL;
    }
  copy_text (&dict, "title", conversation, "name");
  put_whole (&dict, "updated", ch_json_number (conversation, "lastModified", 0) * 1e3);
  return end_conversation (&reader, &dict, leaf, error);
}

/* ---- Open WebUI ------------------------------------------------------------------------------ */

static char *
unquote (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *line = g_str_has_prefix (lines[i], "> ") ? lines[i] + 2 : lines[i];
      char *plain = g_strdup (strcmp (line, ">") == 0 ? "" : line);

      g_free (lines[i]);
      lines[i] = plain;
    }
  return g_strjoinv ("\n", lines);
}

/* Entities that its editor makes of signs in reasoning. */
static char *
without_entities (char *text)
{
  static const char *const entities[][2] = {
    { "&lt;", "<" }, { "&gt;", ">" }, { "&quot;", "\"" }, { "&#x27;", "'" }, { "&amp;", "&" },
  };
  GString *out = g_string_new (text);

  g_free (text);
  for (guint i = 0; i < G_N_ELEMENTS (entities); i++)
    g_string_replace (out, entities[i][0], entities[i][1], 0);
  return g_string_free (out, FALSE);
}

/* Reasoning is a folded part before the answer: <details type="reasoning" …> <summary>…</summary>
 * and the text as a quotation. Returns the answer. */
static char *
take_details (GVariantDict *dict, const char *content)
{
  const char *at = content + strspn (content, " \n"), *end = strstr (at, "</details>"), *begin;
  g_autofree char *quoted = NULL, *reasoning = NULL;

  if (!g_str_has_prefix (at, "<details type=\"reasoning\"") || end == NULL)
    return g_strdup (content);
  begin = strstr (at, "</summary>");
  begin = begin != NULL && begin < end ? begin + strlen ("</summary>") : strchr (at, '>') + 1;
  if (begin > end)
    return g_strdup (content);
  quoted = g_strstrip (g_strndup (begin, (gsize) (end - begin)));
  reasoning = without_entities (unquote (quoted));
  ch_transcript_put_text (dict, "reasoning", reasoning);
  return g_strchug (g_strdup (end + strlen ("</details>")));
}

static void
put_webui_attachments (GVariantDict *dict, GVariant *message)
{
  g_autoptr (GVariant) files = ch_json_array (message, "files");
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("av"));
  gsize n = files != NULL ? g_variant_n_children (files) : 0;

  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) item = NULL, file = NULL, data = NULL;
      g_autofree char *name = NULL, *text = NULL;

      g_variant_get_child (files, i, "v", &item);
      file = ch_json_object (item, "file");
      data = ch_json_object (file, "data");
      name = ch_json_string (item, "name");
      text = ch_json_string (data, "content");
      if (text != NULL)
        add_attachment (&builder, name, "text/plain", text);
    }
  if (n > 0)
    g_variant_dict_insert_value (dict, "attachments", g_variant_builder_end (&builder));
}

static gboolean
add_webui_message (Reader *reader, const char *key, GVariant *value, GError **error)
{
  g_autofree char *content = ch_transcript_content (value), *answer = NULL;
  ChTreeNode *node
      = ch_tree_add (reader->tree, g_strdup (key), ch_transcript_id (value, "parentId"), error);
  GVariantDict *dict;

  if (node == NULL)
    return FALSE;
  /* Seconds. */
  node->created = whole (ch_json_number (value, "timestamp", 0) * 1e6);
  dict = begin_message (reader, node, value);
  if (dict == NULL)
    return TRUE;
  copy_text (dict, "model_name", value, "model");
  put_webui_attachments (dict, value);
  answer = take_details (dict, content);
  end_message (dict, answer);
  return TRUE;
}

/* The messages are members of an object, under their ids. */
static GVariant *
webui_messages (GVariant *value)
{
  g_autoptr (GVariant) chat = ch_json_object (value, "chat");
  g_autoptr (GVariant) history = ch_json_object (chat, "history");

  return ch_json_object (history, "messages");
}

gboolean
ch_transcript_is_open_webui (GVariant *value)
{
  g_autoptr (GVariant) messages = webui_messages (value);

  return messages != NULL;
}

static char *
webui_leaf (GVariant *value)
{
  g_autoptr (GVariant) chat = ch_json_object (value, "chat");
  g_autoptr (GVariant) history = ch_json_object (chat, "history");

  return ch_transcript_id (history, "currentId");
}

/* The system prompt of a chat: of its own, or among its parameters. */
static char *
webui_system_prompt (GVariant *value)
{
  g_autoptr (GVariant) chat = ch_json_object (value, "chat");
  g_autoptr (GVariant) params = ch_json_object (chat, "params");
  char *text = ch_json_string (chat, "system");

  return text != NULL ? text : ch_json_string (params, "system");
}

GVariant *
ch_transcript_from_open_webui (GVariant *value, GError **error)
{
  g_autoptr (GVariant) chat = ch_json_object (value, "chat");
  g_autoptr (GVariant) messages = webui_messages (value);
  g_autofree char *leaf = webui_leaf (value);
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  g_auto (Reader) reader = { ch_tree_new (), webui_system_prompt (value) };
  GVariantIter iter;
  GVariant *message;
  const char *key;

  g_variant_iter_init (&iter, messages);
  while (g_variant_iter_loop (&iter, "{&sv}", &key, &message))
    if (!add_webui_message (&reader, key, message, error))
      {
        g_variant_unref (message);
        return NULL;
      }
  copy_text (&dict, "title", chat, "title");
  copy_text (&dict, "title", value, "title");
  put_whole (&dict, "created", ch_json_number (value, "created_at", 0) * 1e6);
  put_whole (&dict, "updated", ch_json_number (value, "updated_at", 0) * 1e6);
  return end_conversation (&reader, &dict, leaf, error);
}
