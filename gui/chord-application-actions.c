/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "chord-application-private.h"
#include "chord-preferences.h"

/* What the user can do in the whole program, and all keys. */

static void
show_about (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GtkWindow *parent = gtk_application_get_active_window (data);
  g_autofree char *cpu = chord_get_cpu_description ();
  g_autofree char *debug =
      g_strdup_printf ("Chord %s\n%s\n%s\n", chord_get_version (), cpu,
                       chord_catalog_get_path (chord_application_get_catalog (data)));

  adw_show_about_window (parent,
                         "application-name", _("Chord"),
                         "application-icon", CHORD_APPLICATION_ID,
                         "version", chord_get_version (),
                         "developer-name", _("The Chord developers"),
                         "comments",
                         _("Chat with language models that run on this computer alone."),
                         "license-type", GTK_LICENSE_LGPL_2_1,
                         "debug-info", debug,
                         NULL);
}

static void
show_preferences (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GtkWindow *parent = gtk_application_get_active_window (data);
  GtkWidget *preferences = chord_preferences_new (data);

  gtk_window_set_transient_for (GTK_WINDOW (preferences), parent);
  gtk_window_present (GTK_WINDOW (preferences));
}

static void
open_conversation (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_autoptr (ChordConversation) conversation =
      chord_application_find_conversation (data, g_variant_get_int64 (parameter));
  ChordWindow *window = chord_application_present_window (data);

  if (conversation)
    chord_window_open_conversation (window, conversation, 0);
}

static void
search (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  chord_window_search (chord_application_present_window (data),
                       g_variant_get_string (parameter, NULL));
}

static void
new_window (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  ChordWindow *window = chord_window_new (data);

  gtk_window_present (GTK_WINDOW (window));
}

static void
quit (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_autoptr (GList) windows = g_list_copy (gtk_application_get_windows (data));

  /* Closing each window lets it keep its state. */
  for (GList *l = windows; l; l = l->next)
    gtk_window_close (l->data);
}

static void
set_accels (GtkApplication *application)
{
  static const struct
  {
    const char *action;
    const char *accels[3];
  } accels[] = {
    { "app.quit", { "<Control>q" } },
    { "app.new-window", { "<Control><Shift>n" } },
    { "app.preferences", { "<Control>comma" } },
    { "window.close", { "<Control>w" } },
    { "win.new-chat", { "<Control>n" } },
    { "win.open-model", { "<Control>o" } },
    { "win.stop", { "Escape" } },
    { "win.find", { "<Control>f" } },
    { "win.search", { "<Control><Shift>f" } },
    { "win.sidebar", { "F9" } },
    { "win.menu", { "F10" } },
    { "win.show-help-overlay", { "<Control>question" } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (accels); i++)
    gtk_application_set_accels_for_action (application, accels[i].action, accels[i].accels);
  for (int i = 1; i <= 9; i++)
    {
      g_autofree char *action = g_strdup_printf ("win.jump(%d)", i);
      g_autofree char *accel = g_strdup_printf ("<Alt>%d", i);

      gtk_application_set_accels_for_action (application, action,
                                             (const char *[]){ accel, NULL });
    }
}

void
chord_application_install_actions (ChordApplication *self)
{
  static const GActionEntry actions[] = {
    { .name = "about", .activate = show_about },
    { .name = "preferences", .activate = show_preferences },
    { .name = "new-window", .activate = new_window },
    { .name = "open-conversation", .activate = open_conversation, .parameter_type = "x" },
    { .name = "search", .activate = search, .parameter_type = "s" },
    { .name = "quit", .activate = quit },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  set_accels (GTK_APPLICATION (self));
}
