/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-application.h"

#include <chord.h>
#include <glib/gi18n.h>

#include "chord-window.h"

/* The process: one instance, its windows, the model that they share, and what acts on all of
 * them. */

struct _ChordApplication
{
  AdwApplication parent_instance;

  ChordModelLoader *loader;
};

G_DEFINE_FINAL_TYPE (ChordApplication, chord_application, ADW_TYPE_APPLICATION)

static ChordWindow *
present_window (ChordApplication *self)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  if (window == NULL)
    window = GTK_WINDOW (chord_window_new (self));
  gtk_window_present (window);
  return CHORD_WINDOW (window);
}

static void
chord_application_activate (GApplication *application)
{
  ChordApplication *self = CHORD_APPLICATION (application);

  present_window (self);
  if (chord_model_loader_get_state (self->loader) == CHORD_LOADER_STATE_EMPTY)
    {
      g_autofree char *path = chord_get_builtin_model_path ();
      g_autoptr (GFile) file = g_file_new_for_path (path);

      chord_model_loader_load_file (self->loader, file);
    }
}

static void
chord_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  ChordApplication *self = CHORD_APPLICATION (application);

  present_window (self);
  chord_model_loader_load_file (self->loader, files[0]);
}

ChordModelLoader *
chord_application_get_loader (ChordApplication *self)
{
  return self->loader;
}

static void
show_about (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GtkWindow *parent = gtk_application_get_active_window (data);
  g_autofree char *cpu = chord_get_cpu_description ();
  g_autofree char *debug = g_strdup_printf ("Chord %s\n%s\n", chord_get_version (), cpu);

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
quit (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GtkApplication *application = data;
  GtkWindow *window;

  /* Closing each window lets it stop what it generates. */
  while ((window = gtk_application_get_active_window (application)) != NULL)
    gtk_window_destroy (window);
}

static void
chord_application_startup (GApplication *application)
{
  static const GActionEntry actions[] = {
    { .name = "about", .activate = show_about },
    { .name = "quit", .activate = quit },
  };
  static const struct
  {
    const char *action;
    const char *accels[3];
  } accels[] = {
    { "app.quit", { "<Control>q" } },
    { "window.close", { "<Control>w" } },
    { "win.new-chat", { "<Control>n" } },
    { "win.open-model", { "<Control>o" } },
    { "win.stop", { "Escape" } },
    { "win.sidebar", { "F9" } },
    { "win.menu", { "F10" } },
  };

  G_APPLICATION_CLASS (chord_application_parent_class)->startup (application);
  g_action_map_add_action_entries (G_ACTION_MAP (application), actions, G_N_ELEMENTS (actions),
                                   application);
  for (guint i = 0; i < G_N_ELEMENTS (accels); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (application), accels[i].action,
                                           accels[i].accels);
}

static void
chord_application_dispose (GObject *object)
{
  g_clear_object (&CHORD_APPLICATION (object)->loader);
  G_OBJECT_CLASS (chord_application_parent_class)->dispose (object);
}

static void
chord_application_class_init (ChordApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chord_application_dispose;
  application_class->startup = chord_application_startup;
  application_class->activate = chord_application_activate;
  application_class->open = chord_application_open;
}

static void
chord_application_init (ChordApplication *self)
{
  self->loader = chord_model_loader_new ();
}

ChordApplication *
chord_application_new (void)
{
  return g_object_new (CHORD_TYPE_APPLICATION,
                       "application-id", CHORD_APPLICATION_ID,
                       "flags", G_APPLICATION_HANDLES_OPEN,
                       "resource-base-path", "/io/github/chord_engine/Chord",
                       NULL);
}
