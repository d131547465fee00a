/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "chord-model-loader.h"

G_BEGIN_DECLS

#define CHORD_APPLICATION_ID "io.github.chord_engine.Chord"

#define CHORD_TYPE_APPLICATION (chord_application_get_type ())
G_DECLARE_FINAL_TYPE (ChordApplication, chord_application, CHORD, APPLICATION, AdwApplication)

ChordApplication *chord_application_new (void);
/* The model that the windows share */
ChordModelLoader *chord_application_get_loader (ChordApplication *self);

G_END_DECLS
