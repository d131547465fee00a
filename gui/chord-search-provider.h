/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <chord.h>

G_BEGIN_DECLS

/* Conversations for the overview of GNOME Shell. Signals: "open" (gint64 id of a conversation),
 * "search" (const char *text). */
#define CHORD_TYPE_SEARCH_PROVIDER (chord_search_provider_get_type ())
G_DECLARE_FINAL_TYPE (ChordSearchProvider, chord_search_provider, CHORD, SEARCH_PROVIDER, GObject)

ChordSearchProvider *chord_search_provider_new (void);
/* Before the first call comes in. */
void chord_search_provider_set_catalog (ChordSearchProvider *self, ChordCatalog *catalog);
gboolean chord_search_provider_export (ChordSearchProvider *self, GDBusConnection *connection,
                                       GError **error);
void chord_search_provider_unexport (ChordSearchProvider *self);

G_END_DECLS
