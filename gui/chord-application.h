/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "chord-chats.h"
#include "chord-model-loader.h"

G_BEGIN_DECLS

#define CHORD_APPLICATION_ID "io.github.chord_engine.Chord"

#define CHORD_TYPE_APPLICATION (chord_application_get_type ())
G_DECLARE_FINAL_TYPE (ChordApplication, chord_application, CHORD, APPLICATION, AdwApplication)

ChordApplication *chord_application_new (void);
/* What all windows share. There is always a catalog, from startup on: see the problem. */
ChordCatalog *chord_application_get_catalog (ChordApplication *self);
ChordModelLoader *chord_application_get_loader (ChordApplication *self);
ChordChats *chord_application_get_chats (ChordApplication *self);
/* Why the user's catalog cannot be opened, or NULL. What is written is then not kept. */
const char *chord_application_get_catalog_problem (ChordApplication *self);
/* transfer full; NULL where there is none of this id */
ChordConversation *chord_application_find_conversation (ChordApplication *self, gint64 id);

G_END_DECLS
