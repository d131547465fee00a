/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* In the order in which the schema numbers them. */
typedef enum
{
  CHORD_COLOR_SCHEME_SYSTEM,
  CHORD_COLOR_SCHEME_LIGHT,
  CHORD_COLOR_SCHEME_DARK,
} ChordColorScheme;

GType chord_color_scheme_get_type (void);
#define CHORD_TYPE_COLOR_SCHEME (chord_color_scheme_get_type ())

#define CHORD_TYPE_SETTINGS (chord_settings_get_type ())
G_DECLARE_FINAL_TYPE (ChordSettings, chord_settings, CHORD, SETTINGS, GObject)

/* transfer none; the one object, whose properties are the keys of the schema */
ChordSettings *chord_settings_get_default (void);

gboolean chord_settings_get_boolean (ChordSettings *self, const char *name);
int chord_settings_get_int (ChordSettings *self, const char *name);
gint64 chord_settings_get_int64 (ChordSettings *self, const char *name);
char *chord_settings_dup_string (ChordSettings *self, const char *name);

G_END_DECLS
