/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "chord-application-private.h"
#include "chord-background.h"
#include "chord-search-provider.h"
#include "chord-settings.h"

/* The process: one instance, its windows, and what they share: the catalog, the model that is
 * loaded, the chats. */

struct _ChordApplication
{
  AdwApplication parent_instance;

  ChordCatalog *catalog;
  char *catalog_problem;  /* why the user's own cannot be opened, or NULL */
  char *temporary_folder; /* where the catalog then is, for as long as the program runs */
  ChordModelLoader *loader;
  ChordChats *chats;
  ChordBackground *background;
  ChordSearchProvider *provider;
};

G_DEFINE_FINAL_TYPE (ChordApplication, chord_application, ADW_TYPE_APPLICATION)

/* ---- What the windows share ------------------------------------------------------------------ */

ChordCatalog *
chord_application_get_catalog (ChordApplication *self)
{
  return self->catalog;
}

ChordModelLoader *
chord_application_get_loader (ChordApplication *self)
{
  return self->loader;
}

ChordChats *
chord_application_get_chats (ChordApplication *self)
{
  return self->chats;
}

const char *
chord_application_get_catalog_problem (ChordApplication *self)
{
  return self->catalog_problem;
}

ChordConversation *
chord_application_find_conversation (ChordApplication *self, gint64 id)
{
  GListModel *conversations = chord_catalog_get_conversations (self->catalog);

  for (guint i = 0; id != 0 && i < g_list_model_get_n_items (conversations); i++)
    {
      g_autoptr (ChordConversation) conversation = g_list_model_get_item (conversations, i);

      if (chord_record_get_id (CHORD_RECORD (conversation)) == id)
        return g_steal_pointer (&conversation);
    }
  return NULL;
}

/* ---- Windows --------------------------------------------------------------------------------- */

ChordWindow *
chord_application_present_window (ChordApplication *self)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  /* Preferences and the like are windows too. */
  while (window && !CHORD_IS_WINDOW (window))
    window = gtk_window_get_transient_for (window);
  if (window == NULL)
    window = GTK_WINDOW (chord_window_new (self));
  gtk_window_present (window);
  return CHORD_WINDOW (window);
}

static void
chord_application_activate (GApplication *application)
{
  ChordApplication *self = CHORD_APPLICATION (application);

  chord_application_present_window (self);
  chord_model_loader_load_first (self->loader);
}

static void
file_added (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (ChordApplication) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChordCatalogModel) model =
      chord_catalog_add_model_finish (CHORD_CATALOG (source), result, &error);

  if (model == NULL)
    chord_window_show_error (chord_application_present_window (self), error);
  g_application_release (G_APPLICATION (self));
}

/* One model is in memory at a time: of several files the first is loaded, and the others are there
 * to be chosen. */
static void
chord_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  ChordApplication *self = CHORD_APPLICATION (application);

  chord_application_present_window (self);
  chord_model_loader_load_file (self->loader, files[0]);
  for (int i = 1; i < n_files; i++)
    {
      g_application_hold (application);
      chord_catalog_add_model_async (self->catalog, files[i], NULL, file_added,
                                     g_object_ref (self));
    }
}

/* ---- The catalog ----------------------------------------------------------------------------- */

/* Without the user's own catalog the program still chats, with one that it forgets. */
static void
open_temporary_catalog (ChordApplication *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;

  self->temporary_folder = g_dir_make_tmp ("chord-XXXXXX", &error);
  if (self->temporary_folder)
    {
      path = g_build_filename (self->temporary_folder, "catalog.db", NULL);
      self->catalog = chord_catalog_open (path, NULL, &error);
    }
  if (self->catalog == NULL)
    g_error ("No catalog, not even a temporary one: %s", error->message);
}

static void
open_catalog (ChordApplication *self)
{
  g_autoptr (GError) error = NULL;

  self->catalog = chord_catalog_open (NULL, NULL, &error);
  if (self->catalog)
    return;
  self->catalog_problem = g_strdup (error->message);
  open_temporary_catalog (self);
}

static void
remove_temporary_folder (ChordApplication *self)
{
  g_autoptr (GDir) folder = NULL;
  const char *name;

  if (self->temporary_folder == NULL)
    return;
  folder = g_dir_open (self->temporary_folder, 0, NULL);
  while (folder && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->temporary_folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (self->temporary_folder);
  g_clear_pointer (&self->temporary_folder, g_free);
}

/* ---- Search in the shell --------------------------------------------------------------------- */

static void
open_result (ChordSearchProvider *provider, gint64 id, GActionGroup *actions)
{
  g_action_group_activate_action (actions, "open-conversation", g_variant_new_int64 (id));
}

static void
search_more (ChordSearchProvider *provider, const char *query, GActionGroup *actions)
{
  g_action_group_activate_action (actions, "search", g_variant_new_string (query));
}

/* ---- Life ------------------------------------------------------------------------------------ */

static void
apply_color_scheme (ChordSettings *settings, GParamSpec *pspec, gpointer data)
{
  static const AdwColorScheme schemes[] = {
    [CHORD_COLOR_SCHEME_SYSTEM] = ADW_COLOR_SCHEME_DEFAULT,
    [CHORD_COLOR_SCHEME_LIGHT] = ADW_COLOR_SCHEME_FORCE_LIGHT,
    [CHORD_COLOR_SCHEME_DARK] = ADW_COLOR_SCHEME_FORCE_DARK,
  };
  ChordColorScheme scheme;

  g_object_get (settings, "color-scheme", &scheme, NULL);
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), schemes[scheme]);
}

/* GTK runs as its own translation says, which need not be installed where Chord's is. Here the
 * program runs in the direction of the texts that it shows. */
static void
follow_direction_of_texts (void)
{
  const char *text = _("Everything you write stays on this computer.");

  switch (g_unichar_get_script (g_utf8_get_char (text)))
    {
    case G_UNICODE_SCRIPT_ARABIC:
    case G_UNICODE_SCRIPT_HEBREW:
    case G_UNICODE_SCRIPT_SYRIAC:
    case G_UNICODE_SCRIPT_THAANA:
    case G_UNICODE_SCRIPT_NKO:
    case G_UNICODE_SCRIPT_ADLAM:
      gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
      break;
    default:
      gtk_widget_set_default_direction (GTK_TEXT_DIR_LTR);
    }
}

static void
chord_application_startup (GApplication *application)
{
  ChordApplication *self = CHORD_APPLICATION (application);
  ChordSettings *settings = chord_settings_get_default ();

  G_APPLICATION_CLASS (chord_application_parent_class)->startup (application);
  follow_direction_of_texts ();
  open_catalog (self);
  chord_model_loader_set_catalog (self->loader, self->catalog);
  if (self->provider)
    chord_search_provider_set_catalog (self->provider, self->catalog);
  self->chats = chord_chats_new (self->loader);
  self->background =
      chord_background_new (GTK_APPLICATION (self), self->catalog, self->chats, self->loader);
  chord_application_install_actions (self);
  g_signal_connect_object (settings, "notify::color-scheme", G_CALLBACK (apply_color_scheme), self,
                           0);
  apply_color_scheme (settings, NULL, NULL);
}

/* The objects on the bus are there before the name is: the shell calls as soon as it appears. */
static gboolean
chord_application_dbus_register (GApplication *application, GDBusConnection *connection,
                                 const char *path, GError **error)
{
  ChordApplication *self = CHORD_APPLICATION (application);

  if (!G_APPLICATION_CLASS (chord_application_parent_class)
           ->dbus_register (application, connection, path, error))
    return FALSE;
  self->provider = chord_search_provider_new ();
  g_signal_connect_object (self->provider, "open", G_CALLBACK (open_result), self, 0);
  g_signal_connect_object (self->provider, "search", G_CALLBACK (search_more), self, 0);
  return chord_search_provider_export (self->provider, connection, error);
}

static void
chord_application_dbus_unregister (GApplication *application, GDBusConnection *connection,
                                   const char *path)
{
  ChordApplication *self = CHORD_APPLICATION (application);

  if (self->provider)
    chord_search_provider_unexport (self->provider);
  g_clear_object (&self->provider);
  G_APPLICATION_CLASS (chord_application_parent_class)
      ->dbus_unregister (application, connection, path);
}

static void
chord_application_shutdown (GApplication *application)
{
  ChordApplication *self = CHORD_APPLICATION (application);

  g_clear_object (&self->background);
  g_clear_object (&self->chats);
  G_APPLICATION_CLASS (chord_application_parent_class)->shutdown (application);
  chord_model_loader_cancel (self->loader);
  if (self->catalog)
    chord_catalog_flush (self->catalog);
  remove_temporary_folder (self);
}

static void
chord_application_dispose (GObject *object)
{
  ChordApplication *self = CHORD_APPLICATION (object);

  g_clear_object (&self->loader);
  g_clear_object (&self->catalog);
  g_clear_pointer (&self->catalog_problem, g_free);
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
  application_class->shutdown = chord_application_shutdown;
  application_class->dbus_register = chord_application_dbus_register;
  application_class->dbus_unregister = chord_application_dbus_unregister;
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
