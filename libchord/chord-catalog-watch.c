/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-catalog-scan-private.h"

#include <string.h>

#include "chord-catalog-models.h"

/* So long must all be quiet before the folders are looked at: a file that is being copied there
 * changes all the time, and is read once it is complete. */
#define QUIET_MS 700
/* Each takes one of the kernel's watches, of which all programs of a user share some thousands. */
#define MAX_MONITORS 1024

typedef struct
{
  ChordCatalog *catalog; /* whose data this is */
  GHashTable *monitors;  /* path → GFileMonitor */
  GSource *timer;        /* while something happened that was not looked at yet */
  GCancellable *cancellable;
} Watch;

static void
stop_timer (Watch *self)
{
  if (self->timer)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
}

static void
watch_free (gpointer data)
{
  Watch *self = data;

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  stop_timer (self);
  g_hash_table_unref (self->monitors);
  g_free (self);
}

static gboolean
look_again (gpointer data)
{
  Watch *self = data;

  stop_timer (self);
  chord_catalog_scan_async (self->catalog, self->cancellable, NULL, NULL);
  return G_SOURCE_REMOVE;
}

static void
start_timer (Watch *self)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();

  stop_timer (self);
  self->timer = g_timeout_source_new (QUIET_MS);
  g_source_set_static_name (self->timer, "[chord] folders changed");
  g_source_set_callback (self->timer, look_again, self, NULL);
  g_source_attach (self->timer, context);
}

/* Files that cannot be models come and go in such folders as well. */
static gboolean
may_matter (GFile *file)
{
  g_autofree char *name = file ? g_file_get_basename (file) : NULL;
  const char *suffix = name ? strrchr (name, '.') : NULL;

  return name && (!suffix || g_ascii_strcasecmp (suffix, ".gguf") == 0
                  || g_file_query_file_type (file, G_FILE_QUERY_INFO_NONE, NULL)
                         == G_FILE_TYPE_DIRECTORY);
}

static void
on_changed (GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event,
            gpointer data)
{
  Watch *self = data;

  if (event != G_FILE_MONITOR_EVENT_ATTRIBUTE_CHANGED && (may_matter (file) || may_matter (other)))
    start_timer (self);
}

static void
monitor_free (gpointer data)
{
  GFileMonitor *monitor = data;

  g_signal_handlers_disconnect_matched (monitor, G_SIGNAL_MATCH_FUNC, 0, 0, NULL, on_changed,
                                        NULL);
  g_file_monitor_cancel (monitor);
  g_object_unref (monitor);
}

static GFileMonitor *
monitor_new (Watch *self, const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  GFileMonitor *monitor
      = g_file_monitor_directory (file, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);

  if (monitor)
    g_signal_connect (monitor, "changed", G_CALLBACK (on_changed), self);
  return monitor;
}

static Watch *
get_watch (ChordCatalog *catalog)
{
  static GQuark quark;
  Watch *self;

  if (!quark)
    quark = g_quark_from_static_string ("chord-catalog-watch");
  self = g_object_get_qdata (G_OBJECT (catalog), quark);
  if (self)
    return self;
  self = g_new0 (Watch, 1);
  self->catalog = catalog;
  self->monitors = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, monitor_free);
  self->cancellable = g_cancellable_new ();
  g_object_set_qdata_full (G_OBJECT (catalog), quark, self, watch_free);
  return self;
}

/* CHORD_SANDBOX stands for the file that says so, in tests. */
static gboolean
is_in_sandbox (void)
{
  const char *sandbox = g_getenv ("CHORD_SANDBOX");

  return sandbox ? *sandbox && strcmp (sandbox, "0") != 0
                 : g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS);
}

void
chord_catalog_watch_folders (ChordCatalog *self, GPtrArray *paths)
{
  g_autoptr (GHashTable) wanted = g_hash_table_new (g_str_hash, g_str_equal);
  Watch *watch;
  GHashTableIter iter;
  gpointer path;

  if (is_in_sandbox ())
    return;
  watch = get_watch (self);
  for (guint i = 0; i < MIN (paths->len, MAX_MONITORS); i++)
    g_hash_table_add (wanted, paths->pdata[i]);
  g_hash_table_iter_init (&iter, watch->monitors);
  while (g_hash_table_iter_next (&iter, &path, NULL))
    if (!g_hash_table_contains (wanted, path))
      g_hash_table_iter_remove (&iter);
  g_hash_table_iter_init (&iter, wanted);
  while (g_hash_table_iter_next (&iter, &path, NULL))
    if (!g_hash_table_contains (watch->monitors, path))
      {
        GFileMonitor *monitor = monitor_new (watch, path);

        if (monitor)
          g_hash_table_insert (watch->monitors, g_strdup (path), monitor);
      }
}
