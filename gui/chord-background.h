/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "chord-chats.h"

G_BEGIN_DECLS

/* What the program does for the user who looks elsewhere: it tells when a long answer is there,
 * keeps the machine awake while work runs, and gives memory back when it runs low. */
#define CHORD_TYPE_BACKGROUND (chord_background_get_type ())
G_DECLARE_FINAL_TYPE (ChordBackground, chord_background, CHORD, BACKGROUND, GObject)

ChordBackground *chord_background_new (GtkApplication *application, ChordCatalog *catalog,
                                       ChordChats *chats, ChordModelLoader *loader);

G_END_DECLS
