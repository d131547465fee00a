/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-prompt-private.h"

#include "base/error.h"
#include "chord-message-private.h"
#include "chord-model-private.h"
#include "chord-tokenizer-private.h"

/* What the template sees. The strings belong to the messages, which the list keeps. */
static GArray *
list_messages (const char *system_prompt, GListModel *messages)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (ChChatMessage));
  guint n = g_list_model_get_n_items (messages);

  if (system_prompt)
    {
      ChChatMessage system = { chord_role_to_string (CHORD_ROLE_SYSTEM), system_prompt };
      g_array_append_val (list, system);
    }
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ChordMessage) message = g_list_model_get_item (messages, i);
      ChChatMessage item = { chord_role_to_string (chord_message_get_role (message)),
                             chord_message_get_text (message) };
      g_array_append_val (list, item);
    }
  return list;
}

/* A message is text, and every binding reads it as such. */
static gboolean
check_texts (GArray *list, GError **error)
{
  for (guint i = 0; i < list->len; i++)
    {
      const ChChatMessage *message = &g_array_index (list, ChChatMessage, i);
      const char *end;

      if (g_utf8_validate (message->content, -1, &end))
        continue;
      g_set_error (error, CH_ERROR, CH_ERROR_INVALID_ARGUMENT,
                   "The %s message is not UTF-8: byte %" G_GSIZE_FORMAT " begins no character",
                   message->role, (gsize) (end - message->content));
      return FALSE;
    }
  return TRUE;
}

/* Finds the tokens of the first message from *next on that says text; NULL when none is known. */
static GArray *
find_token_ids (GListModel *messages, guint *next, const char *text)
{
  guint n = g_list_model_get_n_items (messages);

  for (guint i = *next; i < n; i++)
    {
      g_autoptr (ChordMessage) message = g_list_model_get_item (messages, i);

      if (strcmp (chord_message_get_text (message), text) == 0)
        {
          *next = i + 1;
          return chord_message_get_token_ids (message);
        }
    }
  return NULL;
}

/* Parts are tokenized together, as far as their tokens are not known: words, and the space that
 * some vocabularies put before a text, do not heed where a part ends. */
static void
append_parts (GArray *tokens, const ChVocab *vocab, GArray *parts, GListModel *messages)
{
  g_autoptr (GArray) spans = g_array_new (FALSE, FALSE, sizeof (ChTextSpan));
  guint next = 0;

  for (guint i = 0; i < parts->len; i++)
    {
      const ChChatPart *part = &g_array_index (parts, ChChatPart, i);
      GArray *ids = part->is_template ? NULL : find_token_ids (messages, &next, part->text);
      ChTextSpan span = { part->text, strlen (part->text), part->is_template };

      if (!ids)
        {
          g_array_append_val (spans, span);
          continue;
        }
      ch_vocab_tokenize_spans (vocab, (gpointer) spans->data, spans->len, FALSE, tokens);
      g_array_set_size (spans, 0);
      g_array_append_vals (tokens, ids->data, ids->len);
    }
  ch_vocab_tokenize_spans (vocab, (gpointer) spans->data, spans->len, FALSE, tokens);
}

/* Templates that write the beginning of the text themselves are not given a second one. */
static void
ensure_bos (GArray *tokens, const ChVocab *vocab)
{
  gint32 bos = ch_vocab_bos (vocab);

  if (ch_vocab_adds_bos (vocab) && bos >= 0
      && (tokens->len == 0 || g_array_index (tokens, gint32, 0) != bos))
    g_array_prepend_val (tokens, bos);
}

/* The last message, whose turn is left open. */
static void
append_answer (GArray *tokens, const ChVocab *vocab, GArray *parts, GListModel *messages)
{
  guint n = g_list_model_get_n_items (messages);
  g_autoptr (ChordMessage) answer = g_list_model_get_item (messages, n - 1);
  GArray *ids = chord_message_get_token_ids (answer);

  if (!ids)
    ch_chat_parts_add_answer (parts, chord_message_get_text (answer));
  append_parts (tokens, vocab, parts, messages);
  if (ids)
    g_array_append_vals (tokens, ids->data, ids->len);
}

GArray *
chord_prompt_render (ChordModel *model, const char *system_prompt, GListModel *messages,
                     gboolean continues, int *opened, GError **error)
{
  const ChChatTemplate *chat_template = chord_model_get_template (model, error);
  ChordTokenizer *tokenizer = chat_template ? chord_model_get_tokenizer (model, error) : NULL;
  g_autoptr (GArray) list = NULL;
  g_autoptr (GArray) parts = NULL;
  GArray *tokens;

  if (!tokenizer)
    return NULL;
  if (g_list_model_get_n_items (messages) == 0)
    {
      g_set_error_literal (error, CH_ERROR, CH_ERROR_INVALID_ARGUMENT,
                           "There is no message to answer");
      return NULL;
    }

  list = list_messages (system_prompt, messages);
  if (!check_texts (list, error))
    return NULL;
  parts = ch_chat_template_render (chat_template, (gconstpointer) list->data,
                                   continues ? list->len - 1 : list->len, TRUE, error);
  if (!parts)
    return NULL;
  *opened = ch_chat_parts_opened (parts);
  tokens = g_array_new (FALSE, FALSE, sizeof (gint32));
  if (continues)
    append_answer (tokens, chord_tokenizer_get_vocab (tokenizer), parts, messages);
  else
    append_parts (tokens, chord_tokenizer_get_vocab (tokenizer), parts, messages);
  ensure_bos (tokens, chord_tokenizer_get_vocab (tokenizer));
  return tokens;
}
