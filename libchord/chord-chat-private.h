/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chord-chat.h"
#include "chord-session.h"

#include "chat/reasoning.h"

/* A chat is written in three files: chord-chat.c (what one can do with it), chord-chat-session.c
 * (what is sent to the model) and chord-chat-answer.c (the answer that is being written). */

/* What the context was too small for. */
typedef enum
{
  CHORD_CHAT_NOTHING,
  CHORD_CHAT_ANSWER,   /* to a message */
  CHORD_CHAT_CONTINUE, /* of an answer */
} ChordChatTask;

struct _ChordChat
{
  GObject parent_instance;

  ChordCatalog *catalog; /* a conversation does not keep it */
  ChordConversation *conversation;
  ChordModel *model;              /* or NULL */
  ChordSamplingOptions *sampling; /* or NULL: those of the preset or model */
  ChordSession *session;          /* NULL until something is sent to the model */
  GHashTable *generated;          /* id of an answer to the ChordMessage that its tokens are in */

  /* The answer that is being written; all NULL while none is. */
  ChordConversationMessage *answer;
  ChordGeneration *generation;
  ChReasoning *splitter;
  GSource *store_timer; /* the answer has something that is not stored */

  ChordUsage *usage;
  gint64 first_token;     /* g_get_monotonic_time() of the first text; 0 before */
  gint64 reasoning_start; /* of the reasoning that goes on; 0 when none does */
  guint64 context_used;
  double prompt_progress;
  double rate;

  ChordChatTask task; /* what chord_chat_resume() does */
  ChordConversationMessage *task_message;
};

/* ---- chord-chat.c ---- */

typedef enum
{
  CHORD_CHAT_PROP_0,
  CHORD_CHAT_PROP_CONVERSATION,
  CHORD_CHAT_PROP_MODEL,
  CHORD_CHAT_PROP_SAMPLING,
  CHORD_CHAT_PROP_RUNNING,
  CHORD_CHAT_PROP_ANSWER,
  CHORD_CHAT_PROP_GENERATION,
  CHORD_CHAT_PROP_USAGE,
  CHORD_CHAT_PROP_CONTEXT_USED,
  CHORD_CHAT_PROP_CONTEXT_LENGTH,
  CHORD_CHAT_PROP_PROMPT_PROGRESS,
  CHORD_CHAT_PROP_RATE,
  CHORD_CHAT_N_PROPS
} ChordChatProp;

void chord_chat_notify (ChordChat *self, ChordChatProp prop);
void chord_chat_emit_finished (ChordChat *self, ChordConversationMessage *answer);
/* Remembers what there is no room for, and tells. */
void chord_chat_overflow (ChordChat *self, ChordChatTask task, ChordConversationMessage *message);

/* ---- chord-chat-session.c ---- */

/* Brings the session to say what the path down to last says (NULL: nothing), of what is sent to the
 * model. continues: last is an answer that is to go on. */
gboolean chord_chat_sync (ChordChat *self, ChordConversationMessage *last, gboolean continues,
                          GError **error);

/* Starts to generate from the session. FALSE without an error: it does not fit into the context. */
gboolean chord_chat_start (ChordChat *self, gboolean continues, GError **error);

/* The options in effect, and as JSON, with the seed that a generation uses. */
ChordSamplingOptions *chord_chat_create_options (ChordChat *self);
char *chord_chat_describe_options (ChordSamplingOptions *options, guint64 seed);

/* How many of the messages down to last are not to be sent any more so that half of the context is
 * free, and the first that still is (NULL: there is none to leave out). */
guint chord_chat_choose_first (ChordChat *self, ChordConversationMessage *last,
                               ChordConversationMessage **first);

/* ---- chord-chat-answer.c ---- */

/* Follows the generation that was started, which writes into the answer. */
void chord_chat_begin_answer (ChordChat *self, ChordConversationMessage *answer,
                              gboolean continues);
/* Leaves the answer as it is; the generation ends. */
void chord_chat_abandon_answer (ChordChat *self);
