/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "chord-settings.h"

/* What the app remembers of the user's wishes: an object with a property for each key of the
 * schema. Where the schema is not installed GSettings would end the program; then the properties
 * are kept as long as it runs, so that a copy from a build folder is of use too. */

#define SCHEMA_ID "io.github.chord_engine.Chord"

struct _ChordSettings
{
  GObject parent_instance;

  GSettings *settings; /* NULL: not installed */
  GValue *values;      /* one a property */
};

enum
{
  PROP_0,
  PROP_WIDTH,
  PROP_HEIGHT,
  PROP_MAXIMIZED,
  PROP_SHOW_SIDEBAR,
  PROP_CONVERSATION,
  PROP_COLOR_SCHEME,
  PROP_SEND_ON_RETURN,
  PROP_NOTIFICATIONS,
  PROP_PRESET,
  PROP_SYSTEM_PROMPT,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ChordSettings, chord_settings, G_TYPE_OBJECT)

GType
chord_color_scheme_get_type (void)
{
  static const GEnumValue values[] = {
    { CHORD_COLOR_SCHEME_SYSTEM, "CHORD_COLOR_SCHEME_SYSTEM", "system" },
    { CHORD_COLOR_SCHEME_LIGHT, "CHORD_COLOR_SCHEME_LIGHT", "light" },
    { CHORD_COLOR_SCHEME_DARK, "CHORD_COLOR_SCHEME_DARK", "dark" },
    { 0 },
  };
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("ChordColorScheme", values));
  return type;
}

gboolean
chord_settings_get_boolean (ChordSettings *self, const char *name)
{
  gboolean value = FALSE;

  g_object_get (self, name, &value, NULL);
  return value;
}

int
chord_settings_get_int (ChordSettings *self, const char *name)
{
  int value = 0;

  g_object_get (self, name, &value, NULL);
  return value;
}

gint64
chord_settings_get_int64 (ChordSettings *self, const char *name)
{
  gint64 value = 0;

  g_object_get (self, name, &value, NULL);
  return value;
}

char *
chord_settings_dup_string (ChordSettings *self, const char *name)
{
  char *value = NULL;

  g_object_get (self, name, &value, NULL);
  return value;
}

/* ---- Life ------------------------------------------------------------------------------------ */

static GSettings *
open_settings (void)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = NULL;

  if (source)
    schema = g_settings_schema_source_lookup (source, SCHEMA_ID, TRUE);
  return schema ? g_settings_new_full (schema, NULL, NULL) : NULL;
}

/* A schema that is older than the program may lack a key; that one is then not kept. */
static void
bind (ChordSettings *self)
{
  g_autoptr (GSettingsSchema) schema = NULL;

  g_object_get (self->settings, "settings-schema", &schema, NULL);
  for (guint i = 1; i < N_PROPS; i++)
    if (g_settings_schema_has_key (schema, properties[i]->name))
      g_settings_bind (self->settings, properties[i]->name, self, properties[i]->name,
                       G_SETTINGS_BIND_DEFAULT);
}

static void
chord_settings_finalize (GObject *object)
{
  ChordSettings *self = CHORD_SETTINGS (object);

  for (guint i = 1; i < N_PROPS; i++)
    g_value_unset (&self->values[i]);
  g_free (self->values);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (chord_settings_parent_class)->finalize (object);
}

static void
chord_settings_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_copy (&CHORD_SETTINGS (object)->values[id], value);
}

static void
chord_settings_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  ChordSettings *self = CHORD_SETTINGS (object);

  if (g_param_values_cmp (pspec, value, &self->values[id]) == 0)
    return;
  g_value_copy (value, &self->values[id]);
  g_object_notify_by_pspec (object, pspec);
}

/* The defaults are those of the schema. */
static void
install_properties (GObjectClass *klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  properties[PROP_WIDTH] = g_param_spec_int ("width", NULL, NULL, 360, G_MAXINT, 980, flags);
  properties[PROP_HEIGHT] = g_param_spec_int ("height", NULL, NULL, 294, G_MAXINT, 700, flags);
  properties[PROP_MAXIMIZED] = g_param_spec_boolean ("maximized", NULL, NULL, FALSE, flags);
  properties[PROP_SHOW_SIDEBAR] = g_param_spec_boolean ("show-sidebar", NULL, NULL, TRUE, flags);
  properties[PROP_CONVERSATION] =
      g_param_spec_int64 ("conversation", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_COLOR_SCHEME] =
      g_param_spec_enum ("color-scheme", NULL, NULL, CHORD_TYPE_COLOR_SCHEME,
                         CHORD_COLOR_SCHEME_SYSTEM, flags);
  properties[PROP_SEND_ON_RETURN] =
      g_param_spec_boolean ("send-on-return", NULL, NULL, TRUE, flags);
  properties[PROP_NOTIFICATIONS] = g_param_spec_boolean ("notifications", NULL, NULL, TRUE, flags);
  properties[PROP_PRESET] = g_param_spec_int64 ("preset", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_SYSTEM_PROMPT] = g_param_spec_string ("system-prompt", NULL, NULL, "", flags);
  g_object_class_install_properties (klass, N_PROPS, properties);
}

static void
chord_settings_class_init (ChordSettingsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = chord_settings_finalize;
  object_class->get_property = chord_settings_get_property;
  object_class->set_property = chord_settings_set_property;
  install_properties (object_class);
}

static void
chord_settings_init (ChordSettings *self)
{
  self->values = g_new0 (GValue, N_PROPS);
  for (guint i = 1; i < N_PROPS; i++)
    {
      g_value_init (&self->values[i], properties[i]->value_type);
      g_param_value_set_default (properties[i], &self->values[i]);
    }
  self->settings = open_settings ();
  if (self->settings)
    bind (self);
}

ChordSettings *
chord_settings_get_default (void)
{
  static ChordSettings *settings = NULL;

  if (settings == NULL)
    settings = g_object_new (CHORD_TYPE_SETTINGS, NULL);
  return settings;
}
