/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-background.h"

#include <glib/gi18n.h>

#include "chord-conversation-item.h"
#include "chord-settings.h"

/* A shorter answer is there before the user is gone. */
#define LONG_ANSWER (5 * G_USEC_PER_SEC)

/* How much of an answer a notification shows, in characters */
#define EXCERPT 120

struct _ChordBackground
{
  GObject parent_instance;

  GtkApplication *application; /* borrowed: it holds this */
  ChordChats *chats;
  ChordModelLoader *loader;
  GListModel *downloads;
  GMemoryMonitor *monitor;
  guint inhibit_cookie; /* 0: the machine may sleep */
};

G_DEFINE_FINAL_TYPE (ChordBackground, chord_background, G_TYPE_OBJECT)

/* ---- Notifications --------------------------------------------------------------------------- */

static gboolean
is_looking (ChordBackground *self)
{
  GtkWindow *window = gtk_application_get_active_window (self->application);

  return window && gtk_window_is_active (window);
}

/* The beginning of a text, in one line. */
static char *
excerpt (const char *text)
{
  g_autofree char *start = g_utf8_substring (text, 0, MIN (EXCERPT, g_utf8_strlen (text, -1)));

  return g_strstrip (g_strdelimit (g_steal_pointer (&start), "\n\t", ' '));
}

static void
answer_finished (ChordChats *chats, ChordChat *chat, ChordConversationMessage *answer,
                 gint64 duration, ChordBackground *self)
{
  ChordConversation *conversation = chord_chat_get_conversation (chat);
  gint64 id = chord_record_get_id (CHORD_RECORD (conversation));
  g_autoptr (GNotification) notification = NULL;
  g_autofree char *name = g_strdup_printf ("conversation-%" G_GINT64_FORMAT, id);
  g_autofree char *body = NULL;

  if (duration < LONG_ANSWER || is_looking (self)
      || !chord_settings_get_boolean (chord_settings_get_default (), "notifications"))
    return;
  notification = g_notification_new (chord_conversation_display_title (conversation));
  body = excerpt (chord_conversation_message_get_content (answer));
  g_notification_set_body (notification, body);
  g_notification_set_default_action_and_target (notification, "app.open-conversation", "x", id);
  g_application_send_notification (G_APPLICATION (self->application), name, notification);
}

/* ---- Sleep ----------------------------------------------------------------------------------- */

static gboolean
is_downloading (ChordBackground *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (self->downloads); i++)
    {
      g_autoptr (ChordDownload) download = g_list_model_get_item (self->downloads, i);
      ChordDownloadState state = chord_download_get_state (download);

      if (state == CHORD_DOWNLOAD_STATE_RUNNING || state == CHORD_DOWNLOAD_STATE_VERIFYING)
        return TRUE;
    }
  return FALSE;
}

static void
update_inhibit (ChordBackground *self)
{
  gboolean downloading = is_downloading (self);
  gboolean busy = downloading || chord_chats_get_running (self->chats);
  GtkWindow *window = gtk_application_get_active_window (self->application);

  if (busy && self->inhibit_cookie == 0)
    self->inhibit_cookie = gtk_application_inhibit (
        self->application, window, GTK_APPLICATION_INHIBIT_SUSPEND,
        downloading ? _("A model is being downloaded") : _("An answer is being written"));
  else if (!busy && self->inhibit_cookie != 0)
    {
      gtk_application_uninhibit (self->application, self->inhibit_cookie);
      self->inhibit_cookie = 0;
    }
}

static void
downloads_changed (GListModel *downloads, guint position, guint removed, guint added,
                   ChordBackground *self)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (ChordDownload) download = g_list_model_get_item (downloads, i);

      g_signal_handlers_disconnect_by_func (download, update_inhibit, self);
      g_signal_connect_object (download, "notify::state", G_CALLBACK (update_inhibit), self,
                               G_CONNECT_SWAPPED);
    }
  update_inhibit (self);
}

/* ---- Memory ---------------------------------------------------------------------------------- */

/* What can be had again is let go: what a model remembers of conversations that rest is read
 * again with the next question. */
static void
memory_low (GMemoryMonitor *monitor, GMemoryMonitorWarningLevel level, ChordBackground *self)
{
  ChordModel *model = chord_model_loader_get_model (self->loader);

  chord_chats_forget_idle (self->chats);
  if (model)
    chord_model_trim (model);
}

/* ---- Life ------------------------------------------------------------------------------------ */

static void
chord_background_dispose (GObject *object)
{
  ChordBackground *self = CHORD_BACKGROUND (object);

  g_clear_object (&self->monitor);
  g_clear_object (&self->downloads);
  g_clear_object (&self->chats);
  g_clear_object (&self->loader);
  G_OBJECT_CLASS (chord_background_parent_class)->dispose (object);
}

static void
chord_background_class_init (ChordBackgroundClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = chord_background_dispose;
}

static void
chord_background_init (ChordBackground *self)
{
}

ChordBackground *
chord_background_new (GtkApplication *application, ChordCatalog *catalog, ChordChats *chats,
                      ChordModelLoader *loader)
{
  ChordBackground *self = g_object_new (CHORD_TYPE_BACKGROUND, NULL);

  self->application = application;
  self->chats = g_object_ref (chats);
  self->loader = g_object_ref (loader);
  self->downloads = g_object_ref (chord_catalog_get_downloads (catalog));
  self->monitor = g_memory_monitor_dup_default ();
  g_signal_connect_object (chats, "finished", G_CALLBACK (answer_finished), self, 0);
  g_signal_connect_object (chats, "notify::running", G_CALLBACK (update_inhibit), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->downloads, "items-changed", G_CALLBACK (downloads_changed), self,
                           0);
  downloads_changed (self->downloads, 0, 0, g_list_model_get_n_items (self->downloads), self);
  g_signal_connect_object (self->monitor, "low-memory-warning", G_CALLBACK (memory_low), self, 0);
  return self;
}
