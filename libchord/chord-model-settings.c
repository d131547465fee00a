/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-model-settings.h"

#include "chord-enum-types.h"
#include "chord-preset.h"
#include "chord-record-private.h"

struct _ChordModelSettings
{
  ChordSamplingRecord parent_instance;
};

enum
{
  PROP_0,
  PROP_MODEL_ID,
  PROP_CONTEXT_LENGTH,
  PROP_N_THREADS,
  PROP_DEVICE,
  PROP_KV_TYPE,
  PROP_PRECISION,
  PROP_PRESET_ID,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ChordModelSettings, chord_model_settings, CHORD_TYPE_SAMPLING_RECORD)

static const ChordRecordKind record_kind = {
  .table = "model_settings",
};

static void
install_properties (void)
{
  /**
   * ChordModelSettings:model-id:
   *
   * The id of the model.
   */
  properties[PROP_MODEL_ID]
      = g_param_spec_int64 ("model-id", NULL, NULL, 0, G_MAXINT64, 0,
                            CHORD_PARAM_STORED | CHORD_PARAM_REFERENCE);

  /**
   * ChordModelSettings:context-length:
   *
   * The number of tokens that a session has room for; 0: as many as the model and memory allow.
   */
  properties[PROP_CONTEXT_LENGTH]
      = g_param_spec_uint64 ("context-length", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_STORED);

  /**
   * ChordModelSettings:n-threads:
   *
   * How many threads compute; 0: chosen by the library.
   */
  properties[PROP_N_THREADS]
      = g_param_spec_int ("n-threads", NULL, NULL, 0, G_MAXINT, 0, CHORD_PARAM_STORED);

  /**
   * ChordModelSettings:device:
   *
   * The [property@Device:id] of the device; %NULL: chosen by the library.
   */
  properties[PROP_DEVICE] = g_param_spec_string ("device", NULL, NULL, NULL, CHORD_PARAM_STORED);

  /**
   * ChordModelSettings:kv-type:
   *
   * How keys and values are kept.
   */
  properties[PROP_KV_TYPE]
      = g_param_spec_enum ("kv-type", NULL, NULL, CHORD_TYPE_KV_TYPE, CHORD_KV_TYPE_AUTO,
                           CHORD_PARAM_STORED);

  /**
   * ChordModelSettings:precision:
   *
   * How to compute.
   */
  properties[PROP_PRECISION]
      = g_param_spec_enum ("precision", NULL, NULL, CHORD_TYPE_PRECISION, CHORD_PRECISION_FAST,
                           CHORD_PARAM_STORED);

  /**
   * ChordModelSettings:preset-id:
   *
   * The id of the preset that says how to answer; 0: the settings say it themselves.
   */
  properties[PROP_PRESET_ID]
      = g_param_spec_int64 ("preset-id", NULL, NULL, 0, G_MAXINT64, 0,
                            CHORD_PARAM_STORED | CHORD_PARAM_REFERENCE);
}

static void
chord_model_settings_class_init (ChordModelSettingsClass *klass)
{
  install_properties ();
  chord_record_class_install_properties (CHORD_RECORD_CLASS (klass), N_PROPS, properties);
  chord_record_class_set_kind (CHORD_RECORD_CLASS (klass), &record_kind);
}

static void
chord_model_settings_init (ChordModelSettings *self)
{
}

CHORD_RECORD_GETTER (ChordModelSettings, chord_model_settings, MODEL_SETTINGS, gint64,
                     model_id, int)
CHORD_RECORD_GETTER (ChordModelSettings, chord_model_settings, MODEL_SETTINGS, guint64,
                     context_length, int)
CHORD_RECORD_GETTER (ChordModelSettings, chord_model_settings, MODEL_SETTINGS, int, n_threads, int)
CHORD_RECORD_GETTER (ChordModelSettings, chord_model_settings, MODEL_SETTINGS, const char *,
                     device, text)
CHORD_RECORD_GETTER (ChordModelSettings, chord_model_settings, MODEL_SETTINGS, ChordKvType,
                     kv_type, int)
CHORD_RECORD_GETTER (ChordModelSettings, chord_model_settings, MODEL_SETTINGS, ChordPrecision,
                     precision, int)
CHORD_RECORD_GETTER (ChordModelSettings, chord_model_settings, MODEL_SETTINGS, gint64,
                     preset_id, int)
CHORD_RECORD_SETTER (ChordModelSettings, chord_model_settings, MODEL_SETTINGS, guint64,
                     context_length, int)
CHORD_RECORD_SETTER (ChordModelSettings, chord_model_settings, MODEL_SETTINGS, int, n_threads, int)
CHORD_RECORD_SETTER (ChordModelSettings, chord_model_settings, MODEL_SETTINGS, const char *,
                     device, text)
CHORD_RECORD_SETTER (ChordModelSettings, chord_model_settings, MODEL_SETTINGS, ChordKvType,
                     kv_type, int)
CHORD_RECORD_SETTER (ChordModelSettings, chord_model_settings, MODEL_SETTINGS, ChordPrecision,
                     precision, int)
CHORD_RECORD_SETTER (ChordModelSettings, chord_model_settings, MODEL_SETTINGS, gint64,
                     preset_id, int)

ChordModelOptions *
chord_model_settings_create_model_options (ChordModelSettings *self)
{
  ChordModelOptions *options;

  g_return_val_if_fail (CHORD_IS_MODEL_SETTINGS (self), NULL);

  options = chord_model_options_new ();
  chord_model_options_set_context_length (options, chord_model_settings_get_context_length (self));
  chord_model_options_set_n_threads (options, chord_model_settings_get_n_threads (self));
  chord_model_options_set_device (options, chord_model_settings_get_device (self));
  chord_model_options_set_kv_type (options, chord_model_settings_get_kv_type (self));
  chord_model_options_set_precision (options, chord_model_settings_get_precision (self));
  return options;
}

ChordSamplingOptions *
chord_model_settings_create_sampling_options (ChordModelSettings *self)
{
  g_autoptr (ChordRecord) preset = NULL;
  ChordStore *store;
  gint64 id;

  g_return_val_if_fail (CHORD_IS_MODEL_SETTINGS (self), NULL);

  store = chord_record_get_store (CHORD_RECORD (self));
  id = chord_model_settings_get_preset_id (self);
  /* A preset may have been deleted by another program. */
  if (store && id)
    preset = chord_store_load_one (store, CHORD_TYPE_PRESET, id, NULL);
  return chord_sampling_record_create_sampling_options (
      preset ? CHORD_SAMPLING_RECORD (preset) : CHORD_SAMPLING_RECORD (self));
}
