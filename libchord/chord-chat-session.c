/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-chat-private.h"

#include <string.h>

#include "chord-conversation-message-private.h"
#include "chord-error.h"
#include "chord-message-private.h"
#include "chord-model-settings.h"
#include "chord-preset.h"
#include "chord-record-private.h"
#include "json/json.h"

/* ---- What is sent ---- */

/* The messages down to last that are sent to the model, the oldest first. An answer that says
 * nothing, as after an early stop, is left out: the model would take it for an answer. */
static GPtrArray *
list_sent (ChordChat *self, ChordConversationMessage *last)
{
  gint64 first = chord_conversation_get_first_sent (self->conversation);
  GPtrArray *up = g_ptr_array_new ();
  GPtrArray *list = g_ptr_array_new ();

  for (ChordConversationMessage *at = last; at; at = chord_conversation_message_get_parent (at))
    {
      const char *content = chord_conversation_message_get_content (at);

      if (chord_conversation_message_get_role (at) != CHORD_ROLE_ASSISTANT || at == last
          || (content && *content))
        g_ptr_array_add (up, at);
      if (chord_record_get_id (CHORD_RECORD (at)) == first)
        break;
    }
  for (guint i = up->len; i-- > 0;)
    g_ptr_array_add (list, up->pdata[i]);
  g_ptr_array_unref (up);
  return list;
}

/* Which marks the model writes around its reasoning. */
static int
reasoning_pair (ChordChat *self)
{
  ChordModelFile *file = chord_model_get_file (self->model);
  g_autoptr (GVariant) source = chord_model_file_get_metadata (file, "tokenizer.chat_template");
  gboolean is_text = source && g_variant_is_of_type (source, G_VARIANT_TYPE_STRING);

  return ch_reasoning_pair_of_template (is_text ? g_variant_get_string (source, NULL) : NULL);
}

/* An answer as the model wrote it, as far as that is known: it is to write on. */
static char *
join_open_answer (ChordChat *self, ChordConversationMessage *answer)
{
  const char *reasoning = chord_conversation_message_get_reasoning (answer);
  const char *content = chord_conversation_message_get_content (answer);

  if (!reasoning || !*reasoning)
    return g_strdup (content ? content : "");
  return ch_reasoning_join (reasoning_pair (self), reasoning, content && *content, content);
}

static ChordMessage *
find_generated (ChordChat *self, ChordConversationMessage *message)
{
  gint64 id = chord_record_get_id (CHORD_RECORD (message));

  return g_hash_table_lookup (self->generated, &id);
}

/* The message as the session is to have it. One that was generated brings its tokens with it, so
 * that the model finds them computed. Reasoning is not sent, but of an answer that goes on. */
static ChordMessage *
make_message (ChordChat *self, ChordConversationMessage *message, gboolean continues)
{
  ChordMessage *generated = find_generated (self, message);
  g_autofree char *text = NULL;

  if (continues && generated)
    return g_object_ref (generated);
  text = continues ? join_open_answer (self, message)
                   : chord_conversation_message_render (message);
  if (generated && strcmp (chord_message_get_text (generated), text) == 0)
    return g_object_ref (generated);
  return chord_message_new (chord_conversation_message_get_role (message), text);
}

static gboolean
says_the_same (GListModel *messages, guint position, ChordMessage *message)
{
  g_autoptr (ChordMessage) there = g_list_model_get_item (messages, position);

  if (!there || chord_message_get_role (there) != chord_message_get_role (message))
    return FALSE;
  return strcmp (chord_message_get_text (there), chord_message_get_text (message)) == 0;
}

/* ---- The session ---- */

/* What the settings of the model say of how to answer, themselves or by their preset. */
static ChordRecord *
load_model_defaults (ChordStore *store, gint64 model_id)
{
  g_autoptr (ChRow) args = ch_row_new ();
  g_autoptr (GPtrArray) found = NULL;
  ChordRecord *preset = NULL;
  gint64 preset_id;

  ch_row_set_int (args, "model", model_id);
  found = chord_store_load (store, CHORD_TYPE_MODEL_SETTINGS, "WHERE model_id = :model", args,
                            NULL);
  if (!found || found->len == 0)
    return NULL;
  preset_id = chord_model_settings_get_preset_id (found->pdata[0]);
  if (preset_id != 0)
    preset = chord_store_load_one (store, CHORD_TYPE_PRESET, preset_id, NULL);
  return preset ? preset : g_object_ref (found->pdata[0]);
}

/* How to answer where nothing else is said: as the conversation's preset says, else as the settings
 * of its model do. NULL where there are neither. */
static ChordSamplingRecord *
load_defaults (ChordChat *self)
{
  ChordStore *store = chord_record_get_store (CHORD_RECORD (self->conversation));
  gint64 preset_id = chord_conversation_get_preset_id (self->conversation);
  gint64 model_id = chord_conversation_get_model_id (self->conversation);
  ChordRecord *record = NULL;

  if (preset_id != 0)
    record = chord_store_load_one (store, CHORD_TYPE_PRESET, preset_id, NULL);
  if (!record && model_id != 0)
    record = load_model_defaults (store, model_id);
  return record ? CHORD_SAMPLING_RECORD (record) : NULL;
}

static void
sync_system_prompt (ChordChat *self)
{
  g_autoptr (ChordSamplingRecord) defaults = load_defaults (self);
  const char *prompt = chord_conversation_get_system_prompt (self->conversation);

  if ((!prompt || !*prompt) && defaults)
    prompt = chord_sampling_record_get_system_prompt (defaults);
  chord_session_set_system_prompt (self->session, prompt && *prompt ? prompt : NULL);
}

gboolean
chord_chat_sync (ChordChat *self, ChordConversationMessage *last, gboolean continues,
                 GError **error)
{
  g_autoptr (GPtrArray) list = list_sent (self, last);
  GListModel *messages;
  gboolean same = TRUE;

  if (!self->session)
    self->session = chord_session_new (self->model);
  sync_system_prompt (self);
  messages = chord_session_get_messages (self->session);
  for (guint i = 0; i < list->len; i++)
    {
      g_autoptr (ChordMessage) message
          = make_message (self, list->pdata[i], continues && i + 1 == list->len);

      if (same && says_the_same (messages, i, message))
        continue;
      if (same && !chord_session_truncate (self->session, i, error))
        return FALSE;
      same = FALSE;
      if (!chord_session_append (self->session, message, error))
        return FALSE;
    }
  return chord_session_truncate (self->session, list->len, error);
}

gboolean
chord_chat_start (ChordChat *self, gboolean continues, GError **error)
{
  g_autoptr (ChordSamplingOptions) options = chord_chat_create_options (self);
  g_autoptr (GError) problem = NULL;

  if (continues)
    self->generation = chord_session_start_continue (self->session, options, &problem);
  else
    self->generation = chord_session_start (self->session, options, &problem);
  if (!self->generation && !g_error_matches (problem, CHORD_ERROR, CHORD_ERROR_CONTEXT_FULL))
    g_propagate_error (error, g_steal_pointer (&problem));
  return self->generation != NULL;
}

/* ---- Sampling ---- */

ChordSamplingOptions *
chord_chat_create_options (ChordChat *self)
{
  g_autoptr (ChordSamplingRecord) defaults = NULL;

  if (self->sampling)
    return g_object_ref (self->sampling);
  defaults = load_defaults (self);
  return defaults ? chord_sampling_record_create_sampling_options (defaults)
                  : chord_sampling_options_new ();
}

static void
describe_option (ChJson *json, const char *name, const GValue *value)
{
  char **stop;

  if (G_VALUE_HOLDS_DOUBLE (value))
    ch_json_real (json, name, g_value_get_double (value));
  else if (G_VALUE_HOLDS_INT (value))
    ch_json_int (json, name, g_value_get_int (value));
  else if (G_VALUE_HOLDS_INT64 (value))
    ch_json_int (json, name, g_value_get_int64 (value));
  else if (G_VALUE_HOLDS (value, G_TYPE_STRV))
    {
      stop = g_value_get_boxed (value);
      ch_json_open (json, name, '[');
      for (guint i = 0; stop && stop[i]; i++)
        ch_json_text (json, NULL, stop[i]);
      ch_json_close (json, ']');
    }
}

char *
chord_chat_describe_options (ChordSamplingOptions *options, guint64 seed)
{
  g_autofree GParamSpec **specs = NULL;
  g_autofree char *digits = g_strdup_printf ("%" G_GUINT64_FORMAT, seed);
  ChJson json = CH_JSON_INIT;
  guint n;

  specs = g_object_class_list_properties (G_OBJECT_GET_CLASS (options), &n);
  ch_json_open (&json, NULL, '{');
  for (guint i = 0; i < n; i++)
    {
      g_auto (GValue) value = G_VALUE_INIT;
      g_autofree char *name = g_strdelimit (g_strdup (specs[i]->name), "-", '_');

      g_object_get_property (G_OBJECT (options), specs[i]->name, &value);
      if (strcmp (name, "seed") != 0)
        describe_option (&json, name, &value);
    }
  /* As text: numbers of JSON are not exact to 64 bits. */
  ch_json_text (&json, "seed", digits);
  ch_json_close (&json, '}');
  return g_string_free (json.text, FALSE);
}

/* ---- Less of the conversation ---- */

/* About how many tokens a message takes, with the marks around it. */
static guint64
count_tokens (ChordTokenizer *tokenizer, const char *text)
{
  g_autofree gint32 *tokens = NULL;
  gsize n;

  tokens = chord_tokenizer_tokenize (tokenizer, text, -1, CHORD_TOKENIZE_FLAGS_NONE, &n);
  return n + 8;
}

static guint64
count_message (ChordChat *self, ChordTokenizer *tokenizer, ChordConversationMessage *message,
               gboolean continues)
{
  g_autoptr (ChordMessage) sent = make_message (self, message, continues);

  return count_tokens (tokenizer, chord_message_get_text (sent));
}

/* What stands before all messages. */
static guint64
count_system_prompt (ChordChat *self, ChordTokenizer *tokenizer)
{
  const char *prompt = self->session ? chord_session_get_system_prompt (self->session) : NULL;

  return prompt ? count_tokens (tokenizer, prompt) : 0;
}

guint
chord_chat_choose_first (ChordChat *self, ChordConversationMessage *last,
                         ChordConversationMessage **first)
{
  g_autoptr (GPtrArray) list = list_sent (self, last);
  ChordTokenizer *tokenizer = chord_model_get_tokenizer (self->model, NULL);
  guint64 room = chord_model_get_context_length (self->model) / 2, used;
  gboolean continues = self->task == CHORD_CHAT_CONTINUE;
  guint begin = 0;

  *first = NULL;
  if (!tokenizer)
    return 0;
  /* From the end on as much as there is room for, beginning with something that the user said, and
   * in any case the last of that. */
  used = count_system_prompt (self, tokenizer);
  for (guint i = list->len; i-- > 0;)
    {
      used += count_message (self, tokenizer, list->pdata[i], continues && list->pdata[i] == last);
      if (used > room && *first)
        break;
      if (chord_conversation_message_get_role (list->pdata[i]) != CHORD_ROLE_USER)
        continue;
      *first = list->pdata[i];
      begin = i;
    }
  return begin;
}
