/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-preset.h"

#include "chord-catalog.h"
#include "chord-error.h"
#include "chord-record-private.h"

struct _ChordPreset
{
  ChordSamplingRecord parent_instance;
};

enum
{
  PROP_0,
  PROP_NAME,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ChordPreset, chord_preset, CHORD_TYPE_SAMPLING_RECORD)

static int
compare_names (ChordRecord *a, ChordRecord *b)
{
  const char *name_a = chord_record_get_text (a, "name");
  const char *name_b = chord_record_get_text (b, "name");

  return g_utf8_collate (name_a ? name_a : "", name_b ? name_b : "");
}

static const ChordRecordKind kind = {
  .table = "presets",
  .compare = compare_names,
};

static void
chord_preset_class_init (ChordPresetClass *klass)
{
  /**
   * ChordPreset:name:
   *
   * The name.
   */
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, CHORD_PARAM_STORED);
  chord_record_class_install_properties (CHORD_RECORD_CLASS (klass), N_PROPS, properties);
  chord_record_class_set_kind (CHORD_RECORD_CLASS (klass), &kind);
}

static void
chord_preset_init (ChordPreset *self)
{
}

CHORD_RECORD_GETTER (ChordPreset, chord_preset, PRESET, const char *, name, text)
CHORD_RECORD_SETTER (ChordPreset, chord_preset, PRESET, const char *, name, text)

ChordSamplingOptions *
chord_preset_create_sampling_options (ChordPreset *self)
{
  return chord_sampling_record_create_sampling_options (CHORD_SAMPLING_RECORD (self));
}

ChordPreset *
chord_catalog_add_preset (ChordCatalog *self, const char *name, GError **error)
{
  g_autoptr (ChordPreset) preset = NULL;
  g_autoptr (GError) local_error = NULL;

  g_return_val_if_fail (CHORD_IS_CATALOG (self), NULL);
  g_return_val_if_fail (name, NULL);

  if (!*name)
    {
      g_set_error_literal (error, CHORD_ERROR, CHORD_ERROR_INVALID_ARGUMENT,
                           "A preset needs a name");
      return NULL;
    }
  preset = g_object_new (CHORD_TYPE_PRESET, "catalog", self, "name", name, NULL);
  if (chord_record_save (CHORD_RECORD (preset), &local_error))
    return g_steal_pointer (&preset);
  if (g_error_matches (local_error, CHORD_ERROR, CHORD_ERROR_EXISTS))
    g_set_error (error, CHORD_ERROR, CHORD_ERROR_EXISTS, "There is a preset “%s” already", name);
  else
    g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}
