/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-search-provider.h"

#include <glib/gi18n.h>

#include "chord-conversation-item.h"

/* org.gnome.Shell.SearchProvider2: the shell asks for ids of what matches, then for how to show
 * them. An id is that of a conversation, in digits. */

#define OBJECT_PATH "/io/github/chord_engine/Chord/SearchProvider"

/* The shell shows a handful; the rest would be fetched for nothing. */
#define MAX_RESULTS 12

struct _ChordSearchProvider
{
  GObject parent_instance;

  ChordCatalog *catalog; /* NULL until the program has started */
  GDBusConnection *connection;
  guint registration;
};

enum
{
  OPEN,
  SEARCH,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ChordSearchProvider, chord_search_provider, G_TYPE_OBJECT)

static const char interface_xml[] =
    "<node>"
    " <interface name='org.gnome.Shell.SearchProvider2'>"
    "  <method name='GetInitialResultSet'>"
    "   <arg type='as' name='terms' direction='in'/><arg type='as' name='ids' direction='out'/>"
    "  </method>"
    "  <method name='GetSubsearchResultSet'>"
    "   <arg type='as' name='previous' direction='in'/>"
    "   <arg type='as' name='terms' direction='in'/><arg type='as' name='ids' direction='out'/>"
    "  </method>"
    "  <method name='GetResultMetas'>"
    "   <arg type='as' name='ids' direction='in'/><arg type='aa{sv}' name='metas' direction='out'/>"
    "  </method>"
    "  <method name='ActivateResult'>"
    "   <arg type='s' name='id' direction='in'/><arg type='as' name='terms' direction='in'/>"
    "   <arg type='u' name='time' direction='in'/>"
    "  </method>"
    "  <method name='LaunchSearch'>"
    "   <arg type='as' name='terms' direction='in'/><arg type='u' name='time' direction='in'/>"
    "  </method>"
    " </interface>"
    "</node>";

/* ---- Answers to the shell -------------------------------------------------------------------- */

/* A conversation that is found in several places is one result. */
static GVariant *
results_of (GListModel *found)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  GVariantBuilder ids;

  g_variant_builder_init (&ids, G_VARIANT_TYPE ("as"));
  for (guint i = 0;
       i < g_list_model_get_n_items (found) && g_hash_table_size (seen) < MAX_RESULTS; i++)
    {
      g_autoptr (ChordSearchResult) result = g_list_model_get_item (found, i);
      ChordConversation *conversation = chord_search_result_get_conversation (result);
      g_autofree char *id = g_strdup_printf ("%" G_GINT64_FORMAT,
                                             chord_record_get_id (CHORD_RECORD (conversation)));

      if (g_hash_table_add (seen, conversation))
        g_variant_builder_add (&ids, "s", id);
    }
  return g_variant_new ("(as)", &ids);
}

static void
search_done (GObject *source, GAsyncResult *result, gpointer data)
{
  GDBusMethodInvocation *invocation = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) found =
      chord_catalog_search_finish (CHORD_CATALOG (source), result, &error);

  if (found)
    g_dbus_method_invocation_return_value (invocation, results_of (found));
  else
    g_dbus_method_invocation_return_gerror (invocation, error);
}

static void
search (ChordSearchProvider *self, GVariant *terms, GDBusMethodInvocation *invocation)
{
  g_autofree const char **words = g_variant_get_strv (terms, NULL);
  g_autofree char *query = g_strjoinv (" ", (char **) words);

  chord_catalog_search_async (self->catalog, query, NULL, search_done, invocation);
}

static ChordConversation *
find (ChordSearchProvider *self, const char *id)
{
  GListModel *conversations = chord_catalog_get_conversations (self->catalog);
  gint64 wanted = g_ascii_strtoll (id, NULL, 10);

  for (guint i = 0; i < g_list_model_get_n_items (conversations); i++)
    {
      g_autoptr (ChordConversation) conversation = g_list_model_get_item (conversations, i);

      if (chord_record_get_id (CHORD_RECORD (conversation)) == wanted)
        return g_steal_pointer (&conversation);
    }
  return NULL;
}

static char *
describe (ChordConversation *conversation)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (
      chord_conversation_get_updated (conversation) / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = utc ? g_date_time_to_local (utc) : NULL;

  /* Translators: a date, under the title of a conversation; see g_date_time_format () */
  return local ? g_date_time_format (local, _("%-d %B %Y")) : g_strdup ("");
}

static GVariant *
metas_of (ChordSearchProvider *self, GVariant *ids)
{
  g_autofree const char **names = g_variant_get_strv (ids, NULL);
  GVariantBuilder metas;

  g_variant_builder_init (&metas, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; names[i]; i++)
    {
      g_autoptr (ChordConversation) conversation = find (self, names[i]);
      g_autofree char *description = conversation ? describe (conversation) : NULL;

      if (conversation == NULL)
        continue;
      g_variant_builder_open (&metas, G_VARIANT_TYPE ("a{sv}"));
      g_variant_builder_add (&metas, "{sv}", "id", g_variant_new_string (names[i]));
      g_variant_builder_add (
          &metas, "{sv}", "name",
          g_variant_new_string (chord_conversation_display_title (conversation)));
      g_variant_builder_add (&metas, "{sv}", "description", g_variant_new_string (description));
      g_variant_builder_close (&metas);
    }
  return g_variant_new ("(aa{sv})", &metas);
}

static void
activate (ChordSearchProvider *self, GVariant *parameters)
{
  const char *id;

  g_variant_get_child (parameters, 0, "&s", &id);
  g_signal_emit (self, signals[OPEN], 0, g_ascii_strtoll (id, NULL, 10));
}

static void
launch (ChordSearchProvider *self, GVariant *parameters)
{
  g_autofree const char **words = NULL;
  g_autofree char *query = NULL;

  g_variant_get_child (parameters, 0, "^a&s", &words);
  query = g_strjoinv (" ", (char **) words);
  g_signal_emit (self, signals[SEARCH], 0, query);
}

static void
method_call (GDBusConnection *connection, const char *sender, const char *path,
             const char *interface, const char *method, GVariant *parameters,
             GDBusMethodInvocation *invocation, gpointer data)
{
  ChordSearchProvider *self = data;

  if (g_str_has_suffix (method, "ResultSet"))
    {
      /* The terms come last; what was found before need not narrow what is found now. */
      g_autoptr (GVariant) terms =
          g_variant_get_child_value (parameters, g_variant_n_children (parameters) - 1);

      search (self, terms, invocation);
      return;
    }
  if (g_str_equal (method, "GetResultMetas"))
    {
      g_autoptr (GVariant) ids = g_variant_get_child_value (parameters, 0);

      g_dbus_method_invocation_return_value (invocation, metas_of (self, ids));
      return;
    }
  if (g_str_equal (method, "ActivateResult"))
    activate (self, parameters);
  else
    launch (self, parameters);
  g_dbus_method_invocation_return_value (invocation, NULL);
}

gboolean
chord_search_provider_export (ChordSearchProvider *self, GDBusConnection *connection,
                              GError **error)
{
  static const GDBusInterfaceVTable vtable = { .method_call = method_call };
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (interface_xml, error);

  if (node == NULL)
    return FALSE;
  self->registration = g_dbus_connection_register_object (
      connection, OBJECT_PATH, node->interfaces[0], &vtable, self, NULL, error);
  if (self->registration == 0)
    return FALSE;
  g_set_object (&self->connection, connection);
  return TRUE;
}

void
chord_search_provider_unexport (ChordSearchProvider *self)
{
  if (self->registration != 0)
    g_dbus_connection_unregister_object (self->connection, self->registration);
  self->registration = 0;
  g_clear_object (&self->connection);
}

/* ---- Life ------------------------------------------------------------------------------------ */

static void
chord_search_provider_dispose (GObject *object)
{
  ChordSearchProvider *self = CHORD_SEARCH_PROVIDER (object);

  chord_search_provider_unexport (self);
  g_clear_object (&self->catalog);
  G_OBJECT_CLASS (chord_search_provider_parent_class)->dispose (object);
}

static void
chord_search_provider_class_init (ChordSearchProviderClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = chord_search_provider_dispose;
  signals[OPEN] = g_signal_new ("open", CHORD_TYPE_SEARCH_PROVIDER, G_SIGNAL_RUN_LAST, 0, NULL,
                                NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
  signals[SEARCH] = g_signal_new ("search", CHORD_TYPE_SEARCH_PROVIDER, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
chord_search_provider_init (ChordSearchProvider *self)
{
}

void
chord_search_provider_set_catalog (ChordSearchProvider *self, ChordCatalog *catalog)
{
  g_set_object (&self->catalog, catalog);
}

ChordSearchProvider *
chord_search_provider_new (void)
{
  return g_object_new (CHORD_TYPE_SEARCH_PROVIDER, NULL);
}
