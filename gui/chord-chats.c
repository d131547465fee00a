/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-chats.h"

/* The chats of the program: at most one a conversation, so that an answer goes on while the user
 * looks at another one, and two windows see the same. A chat that runs is kept until it ends, the
 * last few are kept for what the model remembers of them, the others live while a window shows
 * them. */

#define N_RECENT 4

typedef struct
{
  ChordChats *chats;
  ChordChat *chat; /* weak */
  gint64 started;
} Entry;

struct _ChordChats
{
  GObject parent_instance;

  ChordModelLoader *loader;
  GHashTable *entries; /* ChordConversation (borrowed: the chat holds it) -> Entry */
  GQueue recent;       /* ChordChat, references; the last used first */
  GPtrArray *running;  /* ChordChat, references */
};

enum
{
  PROP_0,
  PROP_RUNNING,
  N_PROPS,
};

enum
{
  FINISHED,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ChordChats, chord_chats, G_TYPE_OBJECT)

/* ---- Answers --------------------------------------------------------------------------------- */

static void
running_changed (ChordChat *chat, GParamSpec *pspec, Entry *entry)
{
  ChordChats *self = entry->chats;
  g_autoptr (ChordChat) keep = g_object_ref (chat);

  if (chord_chat_get_running (chat))
    {
      if (g_ptr_array_find (self->running, chat, NULL))
        return;
      entry->started = g_get_monotonic_time ();
      g_ptr_array_add (self->running, g_object_ref (chat));
    }
  else if (!g_ptr_array_remove_fast (self->running, chat))
    return;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUNNING]);
}

static void
answer_finished (ChordChat *chat, ChordConversationMessage *answer, Entry *entry)
{
  g_signal_emit (entry->chats, signals[FINISHED], 0, chat, answer,
                 g_get_monotonic_time () - entry->started);
}

gboolean
chord_chats_get_running (ChordChats *self)
{
  return self->running->len > 0;
}

/* ---- Chats ----------------------------------------------------------------------------------- */

static void
remember (ChordChats *self, ChordChat *chat)
{
  GList *link = g_queue_find (&self->recent, chat);

  if (link)
    {
      g_queue_unlink (&self->recent, link);
      g_queue_push_head_link (&self->recent, link);
      return;
    }
  g_queue_push_head (&self->recent, g_object_ref (chat));
  if (g_queue_get_length (&self->recent) > N_RECENT)
    g_object_unref (g_queue_pop_tail (&self->recent));
}

static gboolean
entry_is_of (gpointer conversation, gpointer entry, gpointer chat)
{
  return ((Entry *) entry)->chat == chat;
}

static void
chat_gone (gpointer data, GObject *chat)
{
  g_hash_table_foreach_remove (CHORD_CHATS (data)->entries, entry_is_of, chat);
}

static ChordChat *
add (ChordChats *self, ChordConversation *conversation)
{
  ChordChat *chat = chord_chat_new (conversation, chord_model_loader_get_model (self->loader));
  Entry *entry = g_new0 (Entry, 1);

  entry->chats = self;
  entry->chat = chat;
  g_hash_table_insert (self->entries, conversation, entry);
  g_object_weak_ref (G_OBJECT (chat), chat_gone, self);
  g_signal_connect (chat, "notify::running", G_CALLBACK (running_changed), entry);
  g_signal_connect (chat, "finished", G_CALLBACK (answer_finished), entry);
  chord_model_loader_set_up_chat (self->loader, chat);
  return chat;
}

ChordChat *
chord_chats_get (ChordChats *self, ChordConversation *conversation)
{
  Entry *entry = g_hash_table_lookup (self->entries, conversation);
  ChordChat *chat = entry ? g_object_ref (entry->chat) : add (self, conversation);

  remember (self, chat);
  return chat;
}

void
chord_chats_forget_idle (ChordChats *self)
{
  g_queue_clear_full (&self->recent, g_object_unref);
}

/* ---- Life ------------------------------------------------------------------------------------ */

/* All answer with the model that is loaded: one that goes away is let go by all. */
static void
model_changed (ChordModelLoader *loader, GParamSpec *pspec, ChordChats *self)
{
  g_autoptr (GPtrArray) chats = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  Entry *entry;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &entry))
    g_ptr_array_add (chats, g_object_ref (entry->chat));
  for (guint i = 0; i < chats->len; i++)
    chord_model_loader_set_up_chat (loader, chats->pdata[i]);
}

static void
forget_entry (ChordChats *self, Entry *entry)
{
  g_signal_handlers_disconnect_by_data (entry->chat, entry);
  g_object_weak_unref (G_OBJECT (entry->chat), chat_gone, self);
}

static void
chord_chats_dispose (GObject *object)
{
  ChordChats *self = CHORD_CHATS (object);
  GHashTableIter iter;
  Entry *entry;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &entry))
    {
      forget_entry (self, entry);
      g_hash_table_iter_remove (&iter);
    }
  for (guint i = 0; i < self->running->len; i++)
    chord_chat_stop (self->running->pdata[i]);
  g_ptr_array_set_size (self->running, 0);
  chord_chats_forget_idle (self);
  g_clear_object (&self->loader);
  G_OBJECT_CLASS (chord_chats_parent_class)->dispose (object);
}

static void
chord_chats_finalize (GObject *object)
{
  ChordChats *self = CHORD_CHATS (object);

  g_hash_table_unref (self->entries);
  g_ptr_array_unref (self->running);
  G_OBJECT_CLASS (chord_chats_parent_class)->finalize (object);
}

static void
chord_chats_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_RUNNING:
      g_value_set_boolean (value, chord_chats_get_running (CHORD_CHATS (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chord_chats_class_init (ChordChatsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = chord_chats_dispose;
  object_class->finalize = chord_chats_finalize;
  object_class->get_property = chord_chats_get_property;

  properties[PROP_RUNNING] = g_param_spec_boolean ("running", NULL, NULL, FALSE,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[FINISHED] =
      g_signal_new ("finished", CHORD_TYPE_CHATS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 3, CHORD_TYPE_CHAT, CHORD_TYPE_CONVERSATION_MESSAGE, G_TYPE_INT64);
}

static void
chord_chats_init (ChordChats *self)
{
  self->entries = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->running = g_ptr_array_new_with_free_func (g_object_unref);
  g_queue_init (&self->recent);
}

ChordChats *
chord_chats_new (ChordModelLoader *loader)
{
  ChordChats *self = g_object_new (CHORD_TYPE_CHATS, NULL);

  self->loader = g_object_ref (loader);
  g_signal_connect_object (loader, "notify::model", G_CALLBACK (model_changed), self, 0);
  return self;
}
