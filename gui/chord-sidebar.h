/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>
#include <chord.h>

G_BEGIN_DECLS

/* Signal "open" (ChordConversation *, gint64 message_id): the user chose this conversation, or a
 * place in it (0: none). */
#define CHORD_TYPE_SIDEBAR (chord_sidebar_get_type ())
G_DECLARE_FINAL_TYPE (ChordSidebar, chord_sidebar, CHORD, SIDEBAR, AdwBin)

void chord_sidebar_set_catalog (ChordSidebar *self, ChordCatalog *catalog);
/* Marks the conversation that is shown; NULL: none is */
void chord_sidebar_set_current (ChordSidebar *self, ChordConversation *conversation);
/* text: what to search for; NULL: what is in the entry */
void chord_sidebar_search (ChordSidebar *self, const char *text);
void chord_sidebar_open_menu (ChordSidebar *self);

G_END_DECLS
