/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chord-application.h"

G_BEGIN_DECLS

#define CHORD_TYPE_PREFERENCES (chord_preferences_get_type ())
G_DECLARE_FINAL_TYPE (ChordPreferences, chord_preferences, CHORD, PREFERENCES, AdwPreferencesWindow)

GtkWidget *chord_preferences_new (ChordApplication *application);

G_END_DECLS
