/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "catalog/database-private.h"

#include <gio/gio.h>

#include "catalog-schema.h"

/* One step for each version, in order; their text is in schema/. A step that has been released is
 * never changed again: what comes later is a new step at the end. */
static const char *const steps[] = {
  "0001-first.sql",
  "0002-search-and-sweeps.sql",
  "0003-models-known-again.sql",
  "0004-search-attachments.sql",
};

int
ch_migrations_get_latest (void)
{
  return G_N_ELEMENTS (steps);
}

static gboolean
apply_step (ChDatabase *self, int version, GError **error)
{
  g_autofree char *name
      = g_strconcat ("/io/github/chord_engine/Chord/schema/", steps[version - 1], NULL);
  g_autoptr (GBytes) sql = g_resource_lookup_data (ch_catalog_schema_get_resource (), name,
                                                   G_RESOURCE_LOOKUP_FLAGS_NONE, error);
  g_autofree char *mark = NULL;

  if (!sql || !ch_database_execute (self, g_bytes_get_data (sql, NULL), error))
    return FALSE;
  mark = g_strdup_printf ("PRAGMA user_version = %d; PRAGMA application_id = %d", version,
                          CH_DATABASE_APPLICATION_ID);
  return ch_database_execute (self, mark, error);
}

gboolean
ch_migrations_apply (ChDatabase *self, int version, GError **error)
{
  gboolean ok = TRUE;
  gint64 present = ch_database_get_pragma (self, "user_version");

  if (present >= version)
    return TRUE;
  if (!ch_database_begin (self, error))
    return FALSE;
  for (gint64 next = present + 1; ok && next <= version; next++)
    ok = apply_step (self, (int) next, error);
  return ch_database_end (self, ok, error);
}
