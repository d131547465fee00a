/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chat/chat.h"

#include <string.h>

#include "base/error.h"
#include "chat/reasoning.h"
#include "chat/shape.h"

#define OPEN "<|im_start|>"
#define CLOSE "<|im_end|>\n"

#define DO(statement) "\3" statement "\3"

typedef enum
{
  STYLE_CHATML, /* every message as it is */
  STYLE_QWEN25, /* system, user, assistant alone */
  STYLE_QWEN3,  /* and reasoning is shown only since the last question */
} Style;

struct ChChatTemplate
{
  const char *name;
  Style style;
  char *default_system; /* of a conversation that does not begin with a system message; or NULL */
};

/* ---- Recognising ---------------------------------------------------------------------------- */

/* Templates with more in them than the plain format, by the SHA-256 of their text without white
 * space at its end. */
static const struct
{
  const char *digest;
  const char *name;
  Style style;
  const char *default_system;
} known[] = {
  { "55b2f4a26ac9ee719330a61a0c39d9e538b0e9322212f048326318cff4f8674a", "qwen2.5", STYLE_QWEN25,
    "You are Qwen, created by Alibaba Cloud. You are a helpful assistant." },
  { "e7fa3f870aabfc1c9cadf448926fee2bc3e0e4c2546edb2b7a8b933313607057", "mimo-vl", STYLE_QWEN25,
    "You are MiMo, an AI assistant developed by Xiaomi." },
  { "87a2728cb8dc9fe424d624542f6060ec05a1d285ebbec578bb078900e33396b5", "qwen3", STYLE_QWEN3,
    NULL },
};

static ChChatTemplate *
make_template (const char *name, Style style, const char *default_system, gssize length)
{
  ChChatTemplate *chat = g_new0 (ChChatTemplate, 1);

  chat->name = name;
  chat->style = style;
  if (default_system != NULL)
    chat->default_system =
        length < 0 ? g_strdup (default_system) : g_strndup (default_system, length);
  return chat;
}

static ChChatTemplate *
recognise_digest (const char *source)
{
  g_autofree char *trimmed = g_strchomp (g_strdup (source));
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, trimmed, -1);

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_str_equal (known[i].digest, digest))
      return make_template (known[i].name, known[i].style, known[i].default_system, -1);
  return NULL;
}

static gboolean
skip (const char **at, const char *prefix)
{
  gsize length = strlen (prefix);

  if (strncmp (*at, prefix, length) != 0)
    return FALSE;
  *at += length;
  return TRUE;
}

/* A system message put before a conversation that has none: literal text, no sign of a shape. */
static gboolean
skip_default_system (const char **at, const char **text, gsize *length)
{
  if (!skip (at, DO ("if loop.first and messages[0]['role'] != 'system'")))
    return TRUE;
  if (!skip (at, OPEN "system\n"))
    return FALSE;
  *text = *at;
  *length = strcspn (*at, "\1\2\3");
  *at += *length;
  if (*length < strlen (CLOSE) || !g_str_has_prefix (*at - strlen (CLOSE), CLOSE))
    return FALSE;
  *length -= strlen (CLOSE);
  return skip (at, DO ("endif"));
}

/* Plain ChatML: every message between its marks, then, if asked for, the opening of the answer. */
static ChChatTemplate *
recognise_shape (const char *source)
{
  g_autofree char *shape = ch_shape_of_template (source);
  const char *at = shape, *text = NULL;
  gsize length = 0;

  if (shape == NULL)
    return NULL;
  skip (&at, DO ("if not add_generation_prompt is defined") DO ("set add_generation_prompt = false")
                 DO ("endif"));
  if (!skip (&at, DO ("for message in messages")) || !skip_default_system (&at, &text, &length)
      || !skip (&at, OPEN "\1\n\2" CLOSE DO ("endfor")))
    return NULL;
  if (!g_str_equal (at, DO ("if add_generation_prompt") OPEN "assistant\n" DO ("endif")))
    return NULL;
  return make_template ("chatml", STYLE_CHATML, text, length);
}

/* The beginning of a template, for a message of one line. */
static char *
beginning_of (const char *source)
{
  g_autofree char *valid = g_utf8_make_valid (source, MIN (strlen (source), 512));
  char *begin = g_utf8_substring (valid, 0, MIN (g_utf8_strlen (valid, -1), 60));

  for (char *at = begin; *at != '\0'; at++)
    if (g_ascii_iscntrl (*at))
      *at = ' ';
  return begin;
}

ChChatTemplate *
ch_chat_template_new (const char *source, const char *model_name, GError **error)
{
  ChChatTemplate *chat;
  g_autofree char *begin = NULL;

  if (source == NULL)
    {
      g_set_error (error, CH_ERROR, CH_ERROR_TEMPLATE,
                   "%s has no chat template: it can only continue text", model_name);
      return NULL;
    }
  chat = recognise_digest (source);
  if (chat == NULL)
    chat = recognise_shape (source);
  if (chat != NULL)
    return chat;
  begin = beginning_of (source);
  g_set_error (error, CH_ERROR, CH_ERROR_TEMPLATE,
               "the chat template of %s is not known yet (it begins: %s)", model_name, begin);
  return NULL;
}

void
ch_chat_template_free (ChChatTemplate *chat)
{
  if (chat == NULL)
    return;
  g_free (chat->default_system);
  g_free (chat);
}

const char *
ch_chat_template_name (const ChChatTemplate *chat)
{
  return chat->name;
}

/* ---- Parts ---------------------------------------------------------------------------------- */

static void
clear_part (gpointer part)
{
  g_free (((ChChatPart *) part)->text);
}

static void
add_part (GArray *parts, gboolean is_template, const char *text, gsize length)
{
  ChChatPart *last = parts->len > 0 ? &g_array_index (parts, ChChatPart, parts->len - 1) : NULL;
  g_autofree char *piece = g_strndup (text, length);

  if (length == 0)
    return;
  if (last != NULL && last->is_template == is_template)
    {
      char *joined = g_strconcat (last->text, piece, NULL);

      g_free (last->text);
      last->text = joined;
    }
  else
    {
      ChChatPart part = { g_steal_pointer (&piece), is_template };

      g_array_append_val (parts, part);
    }
}

static void
add_markup (GArray *parts, const char *text)
{
  add_part (parts, TRUE, text, strlen (text));
}

static void
add_input (GArray *parts, const char *text)
{
  add_part (parts, FALSE, text, strlen (text));
}

/* A role that is no plain word may hold anything, also special tokens. */
static void
open_message (GArray *parts, const char *role)
{
  gboolean is_word = strspn (role, "abcdefghijklmnopqrstuvwxyz_") == strlen (role);

  add_markup (parts, OPEN);
  add_part (parts, is_word, role, strlen (role));
  add_markup (parts, "\n");
}

static void
add_message (GArray *parts, const char *role, const char *content)
{
  open_message (parts, role);
  add_input (parts, content);
  add_markup (parts, CLOSE);
}

/* ---- Reasoning (Qwen 3) --------------------------------------------------------------------- */

#define THINK "<think>"
#define END_THINK "</think>"

static const char *
skip_newlines (const char *text)
{
  return text + strspn (text, "\n");
}

static const char *
last_after (const char *text, const char *mark)
{
  const char *found = g_strrstr (text, mark);

  return found != NULL ? found + strlen (mark) : text;
}

/* What stands between the marks in an answer, without newlines around it. */
static char *
reasoning_of (const char *content)
{
  const char *end = strstr (content, END_THINK);
  g_autofree char *before = g_strndup (content, end != NULL ? (gsize) (end - content) : 0);
  gsize length;
  char *reasoning;

  length = strlen (before);
  while (length > 0 && before[length - 1] == '\n')
    before[--length] = '\0';
  reasoning = g_strdup (skip_newlines (last_after (before, THINK)));
  for (length = strlen (reasoning); length > 0 && reasoning[length - 1] == '\n';)
    reasoning[--length] = '\0';
  return reasoning;
}

static const char *
answer_of (const char *content)
{
  return strstr (content, END_THINK) != NULL ? skip_newlines (last_after (content, END_THINK))
                                             : content;
}

/* The user's last message that is not the result of a tool; the very last if there is none. */
static gsize
last_question (const ChChatMessage *messages, gsize n)
{
  for (gsize i = n; i-- > 0;)
    if (g_str_equal (messages[i].role, "user")
        && !(g_str_has_prefix (messages[i].content, "<tool_response>")
             && g_str_has_suffix (messages[i].content, "</tool_response>")))
      return i;
  return n - 1;
}

static void
add_qwen3_answer (GArray *parts, const char *content, gboolean since_question, gboolean is_last)
{
  g_autofree char *reasoning = reasoning_of (content);
  const char *answer = answer_of (content);

  open_message (parts, "assistant");
  if (since_question && (is_last || reasoning[0] != '\0'))
    {
      add_markup (parts, THINK "\n");
      add_input (parts, reasoning);
      add_markup (parts, "\n" END_THINK "\n\n");
      answer = skip_newlines (answer);
    }
  add_input (parts, answer);
  add_markup (parts, CLOSE);
}

/* ---- Rendering ------------------------------------------------------------------------------ */

static gboolean
check_roles (const ChChatTemplate *chat, const ChChatMessage *messages, gsize n, GError **error)
{
  static const char *const roles[] = { "system", "user", "assistant", NULL };

  if (chat->style != STYLE_CHATML && n == 0)
    {
      g_set_error (error, CH_ERROR, CH_ERROR_TEMPLATE, "the chat template %s needs a message",
                   chat->name);
      return FALSE;
    }
  for (gsize i = 0; i < n && chat->style != STYLE_CHATML; i++)
    if (!g_strv_contains (roles, messages[i].role))
      {
        g_set_error (error, CH_ERROR, CH_ERROR_TEMPLATE, "the chat template %s has no role \"%s\"",
                     chat->name, messages[i].role);
        return FALSE;
      }
  return TRUE;
}

GArray *
ch_chat_template_render (const ChChatTemplate *chat, const ChChatMessage *messages, gsize n,
                         gboolean add_generation_prompt, GError **error)
{
  GArray *parts;
  gsize question;

  if (!check_roles (chat, messages, n, error))
    return NULL;
  parts = g_array_new (FALSE, FALSE, sizeof (ChChatPart));
  g_array_set_clear_func (parts, clear_part);
  question = chat->style == STYLE_QWEN3 ? last_question (messages, n) : 0;
  if (chat->default_system != NULL && n > 0 && !g_str_equal (messages[0].role, "system"))
    {
      add_markup (parts, OPEN "system\n");
      add_markup (parts, chat->default_system);
      add_markup (parts, CLOSE);
    }
  for (gsize i = 0; i < n; i++)
    if (chat->style == STYLE_QWEN3 && g_str_equal (messages[i].role, "assistant"))
      add_qwen3_answer (parts, messages[i].content, i > question, i + 1 == n);
    else
      add_message (parts, messages[i].role, messages[i].content);
  if (add_generation_prompt)
    add_markup (parts, OPEN "assistant\n");
  return parts;
}

/* ---- Answers that go on --------------------------------------------------------------------- */

int
ch_chat_parts_opened (const GArray *parts)
{
  const ChChatPart *last;

  if (parts->len == 0)
    return CH_REASONING_NONE;
  last = &g_array_index (parts, ChChatPart, parts->len - 1);
  return last->is_template ? ch_reasoning_opened_by (last->text) : CH_REASONING_NONE;
}

void
ch_chat_parts_add_answer (GArray *parts, const char *text)
{
  int pair = ch_chat_parts_opened (parts);
  const char *open = NULL, *close = NULL;

  if (pair != CH_REASONING_NONE)
    close = strstr (text, ch_reasoning_close_mark (pair));
  else if (ch_reasoning_find (text, &pair, &open, &close))
    {
      gsize length = strlen (ch_reasoning_open_mark (pair));

      add_part (parts, FALSE, text, open - text);
      add_part (parts, TRUE, open, length);
      text = open + length;
    }
  if (close != NULL)
    {
      gsize length = strlen (ch_reasoning_close_mark (pair));

      add_part (parts, FALSE, text, close - text);
      add_part (parts, TRUE, close, length);
      text = close + length;
    }
  add_input (parts, text);
}
