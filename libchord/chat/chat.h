/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* Chat templates: messages to the prompt of a model. The output is cut into parts, each marked as
 * template (special tokens are recognised there) or input (what users wrote: never parsed for
 * special tokens, so nobody can forge a turn). */

typedef struct
{
  const char *role; /* "system", "user", "assistant", ... */
  const char *content;
} ChChatMessage;

typedef struct
{
  char *text;
  gboolean is_template;
} ChChatPart;

typedef struct ChChatTemplate ChChatTemplate;

/* source is the model's own tokenizer.chat_template, NULL if it has none. A template that is not
 * known is refused: the error names the model and says how the template begins. */
ChChatTemplate *ch_chat_template_new (const char *source, const char *model_name, GError **error);
void ch_chat_template_free (ChChatTemplate *chat);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChChatTemplate, ch_chat_template_free)
const char *ch_chat_template_name (const ChChatTemplate *chat); /* "chatml" */

/* GArray of ChChatPart (with its clear function set). Adjacent parts of one kind are merged.
 * add_generation_prompt: end with the opening of the assistant's turn. A role that the template
 * cannot express is an error that names it. */
GArray *ch_chat_template_render (const ChChatTemplate *chat, const ChChatMessage *messages, gsize n,
                                 gboolean add_generation_prompt, GError **error);

/* Which reasoning the prompt has opened: a pair of chat/reasoning.h. */
int ch_chat_parts_opened (const GArray *parts);

/* Adds the beginning of an answer that is to go on, behind its opening. The marks of its reasoning
 * are template: the model wrote them as such. */
void ch_chat_parts_add_answer (GArray *parts, const char *text);
