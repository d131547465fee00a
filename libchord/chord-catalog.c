/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-catalog-private.h"

#include "chord-conversation-private.h"
#include "chord-catalog-model-private.h"
#include "chord-param-private.h"

struct _ChordCatalog
{
  GObject parent_instance;

  ChordStore *store;
  GHashTable *lists; /* GType → ChordRecordList */
};

enum
{
  PROP_0,
  PROP_PATH,
  PROP_SET_ASIDE_PATH,
  PROP_FIRST_LIST
};

enum
{
  REFRESHED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ChordCatalog, chord_catalog, G_TYPE_OBJECT)

/* The lists may live on in other hands, but nothing changes in them any more. */
static void
chord_catalog_dispose (GObject *object)
{
  ChordCatalog *self = CHORD_CATALOG (object);
  GHashTableIter iter;
  gpointer type;

  g_hash_table_iter_init (&iter, self->lists);
  while (g_hash_table_iter_next (&iter, &type, NULL))
    chord_store_set_list (self->store, GPOINTER_TO_SIZE (type), NULL);
  g_hash_table_remove_all (self->lists);
  if (self->store)
    chord_store_set_catalog (self->store, NULL);
  G_OBJECT_CLASS (chord_catalog_parent_class)->dispose (object);
}

static void
chord_catalog_finalize (GObject *object)
{
  ChordCatalog *self = CHORD_CATALOG (object);

  g_hash_table_unref (self->lists);
  g_clear_pointer (&self->store, chord_store_unref);
  G_OBJECT_CLASS (chord_catalog_parent_class)->finalize (object);
}

static void
chord_catalog_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  ChordCatalog *self = CHORD_CATALOG (object);
  GType type;

  if (prop_id == PROP_PATH)
    g_value_set_string (value, chord_catalog_get_path (self));
  else if (prop_id == PROP_SET_ASIDE_PATH)
    g_value_set_string (value, chord_catalog_get_set_aside_path (self));
  else if (chord_catalog_find_list (pspec->name, &type))
    g_value_set_object (value, chord_catalog_get_list (self, type));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
chord_catalog_class_init (ChordCatalogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = chord_catalog_dispose;
  object_class->finalize = chord_catalog_finalize;
  object_class->get_property = chord_catalog_get_property;

  /**
   * ChordCatalog:path: (type filename)
   *
   * The path of the database.
   */
  g_object_class_install_property (
      object_class, PROP_PATH,
      g_param_spec_string ("path", NULL, NULL, NULL, CHORD_PARAM_READABLE));

  /**
   * ChordCatalog:set-aside-path: (type filename)
   *
   * Where the damaged database was moved that was found on opening.
   */
  g_object_class_install_property (
      object_class, PROP_SET_ASIDE_PATH,
      g_param_spec_string ("set-aside-path", NULL, NULL, NULL, CHORD_PARAM_READABLE));
  chord_catalog_install_lists (object_class, PROP_FIRST_LIST);

  /**
   * ChordCatalog::refreshed:
   * @self: the catalog
   *
   * What another program has changed was taken over, see [method@Catalog.refresh].
   */
  signals[REFRESHED] = g_signal_new ("refreshed", CHORD_TYPE_CATALOG, G_SIGNAL_RUN_LAST, 0, NULL,
                                     NULL, NULL, G_TYPE_NONE, 0);
}

static void
chord_catalog_init (ChordCatalog *self)
{
  self->lists = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);
}

ChordStore *
chord_catalog_get_store (ChordCatalog *self)
{
  return self->store;
}

/* ---- Opening ---- */

char *
chord_catalog_get_default_path (void)
{
  return g_build_filename (g_get_user_data_dir (), "chord", "catalog.db", NULL);
}

/* Takes store. */
static ChordCatalog *
wrap (ChordStore *store)
{
  ChordCatalog *self = g_object_new (CHORD_TYPE_CATALOG, NULL);

  self->store = store;
  chord_store_set_catalog (store, self);
  chord_catalog_ensure_builtin_model (self);
  return self;
}

static ChordStore *
open_store (const char *path, GCancellable *cancellable, GError **error)
{
  g_autofree char *own = path ? g_strdup (path) : chord_catalog_get_default_path ();
  g_autoptr (ChordStore) store = NULL;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  store = chord_store_open (own, error);
  if (!store || !chord_conversations_purge (chord_store_get_database (store), error))
    return NULL;
  return g_steal_pointer (&store);
}

ChordCatalog *
chord_catalog_open (const char *path, GCancellable *cancellable, GError **error)
{
  ChordStore *store = open_store (path, cancellable, error);

  return store ? wrap (store) : NULL;
}

static void
open_in_thread (GTask *task, gpointer source, gpointer path, GCancellable *cancellable)
{
  GError *error = NULL;
  ChordStore *store = open_store (path, cancellable, &error);

  if (store)
    g_task_return_pointer (task, store, (GDestroyNotify) chord_store_unref);
  else
    g_task_return_error (task, error);
}

void
chord_catalog_open_async (const char *path, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, chord_catalog_open_async);
  g_task_set_task_data (task, g_strdup (path), g_free);
  g_task_run_in_thread (task, open_in_thread);
}

ChordCatalog *
chord_catalog_open_finish (GAsyncResult *result, GError **error)
{
  ChordStore *store;

  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  store = g_task_propagate_pointer (G_TASK (result), error);
  return store ? wrap (store) : NULL;
}

const char *
chord_catalog_get_path (ChordCatalog *self)
{
  g_return_val_if_fail (CHORD_IS_CATALOG (self), NULL);

  return ch_database_get_path (chord_store_get_database (self->store));
}

const char *
chord_catalog_get_set_aside_path (ChordCatalog *self)
{
  g_return_val_if_fail (CHORD_IS_CATALOG (self), NULL);

  return chord_store_get_set_aside (self->store);
}

/* ---- Lists ---- */

/* A list that cannot be read is empty, and is tried again the next time. */
static ChordRecordList *
load_list (ChordCatalog *self, GType type)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) records = chord_store_load (self->store, type, NULL, NULL, &error);
  ChordRecordList *list = chord_record_list_new (type);

  if (records)
    chord_record_list_fill (list, records);
  else
    g_message ("%s", error->message);
  chord_store_set_list (self->store, type, list);
  g_hash_table_insert (self->lists, GSIZE_TO_POINTER (type), list);
  return list;
}

GListModel *
chord_catalog_get_list (ChordCatalog *self, GType type)
{
  ChordRecordList *list;

  g_return_val_if_fail (CHORD_IS_CATALOG (self), NULL);

  list = chord_store_get_list (self->store, type);
  return G_LIST_MODEL (list ? list : load_list (self, type));
}

gboolean
chord_catalog_refresh (ChordCatalog *self, GError **error)
{
  gboolean changed;

  g_return_val_if_fail (CHORD_IS_CATALOG (self), FALSE);

  if (!chord_store_refresh (self->store, &changed, error))
    return FALSE;
  if (changed)
    g_signal_emit (self, signals[REFRESHED], 0);
  return TRUE;
}

void
chord_catalog_flush (ChordCatalog *self)
{
  g_return_if_fail (CHORD_IS_CATALOG (self));

  chord_store_flush (self->store);
}

/* ---- Settings ---- */

char *
chord_catalog_get_setting (ChordCatalog *self, const char *key)
{
  g_autoptr (ChRow) args = ch_row_new ();
  g_autoptr (GPtrArray) rows = NULL;

  g_return_val_if_fail (CHORD_IS_CATALOG (self), NULL);
  g_return_val_if_fail (key, NULL);

  ch_row_set_text (args, "key", key);
  rows = ch_database_select (chord_store_get_database (self->store),
                             "SELECT value FROM settings WHERE key = :key", args, NULL);
  return rows && rows->len > 0 ? g_strdup (ch_row_get_text (rows->pdata[0], "value")) : NULL;
}

void
chord_catalog_set_setting (ChordCatalog *self, const char *key, const char *value)
{
  g_autoptr (ChRow) args = ch_row_new ();
  g_autoptr (GError) error = NULL;
  const char *sql = value ? "INSERT INTO settings (key, value) VALUES (:key, :value)"
                            " ON CONFLICT (key) DO UPDATE SET value = excluded.value"
                          : "DELETE FROM settings WHERE key = :key";

  g_return_if_fail (CHORD_IS_CATALOG (self));
  g_return_if_fail (key);

  ch_row_set_text (args, "key", key);
  ch_row_set_text (args, "value", value);
  if (!ch_database_run (chord_store_get_database (self->store), sql, args, &error))
    g_message ("The setting “%s” is not stored: %s", key, error->message);
}
