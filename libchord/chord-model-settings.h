/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(CHORD_INSIDE) && !defined(CHORD_COMPILATION)
#error "Only <chord.h> can be included directly."
#endif

#include "chord-enums.h"
#include "chord-model-options.h"
#include "chord-sampling-record.h"

G_BEGIN_DECLS

#define CHORD_TYPE_MODEL_SETTINGS (chord_model_settings_get_type ())

/**
 * ChordModelSettings:
 *
 * How a model of the catalog is loaded, and how it answers where nothing else is said.
 */
CHORD_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (ChordModelSettings, chord_model_settings, CHORD, MODEL_SETTINGS,
                      ChordSamplingRecord)

/**
 * chord_model_settings_get_model_id: (get-property model-id)
 * @self: a #ChordModelSettings
 *
 * Gets the id of the model.
 *
 * Returns: the id of the model
 */
CHORD_AVAILABLE_IN_ALL
gint64 chord_model_settings_get_model_id (ChordModelSettings *self);

/**
 * chord_model_settings_get_context_length: (get-property context-length)
 * @self: a #ChordModelSettings
 *
 * Gets the number of tokens that a session has room for; 0: as many as the model and memory allow.
 *
 * Returns: the number of tokens that a session has room for; 0: as many as the model and memory
 *   allow
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_model_settings_get_context_length (ChordModelSettings *self);

/**
 * chord_model_settings_get_n_threads: (get-property n-threads)
 * @self: a #ChordModelSettings
 *
 * Gets how many threads compute; 0: chosen by the library.
 *
 * Returns: how many threads compute; 0: chosen by the library
 */
CHORD_AVAILABLE_IN_ALL
int chord_model_settings_get_n_threads (ChordModelSettings *self);

/**
 * chord_model_settings_get_device: (get-property device)
 * @self: a #ChordModelSettings
 *
 * Gets the [property@Device:id] of the device; %NULL: chosen by the library.
 *
 * Returns: (transfer none) (nullable): the [property@Device:id] of the device; %NULL: chosen by the
 *   library
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_model_settings_get_device (ChordModelSettings *self);

/**
 * chord_model_settings_get_kv_type: (get-property kv-type)
 * @self: a #ChordModelSettings
 *
 * Gets how keys and values are kept.
 *
 * Returns: how keys and values are kept
 */
CHORD_AVAILABLE_IN_ALL
ChordKvType chord_model_settings_get_kv_type (ChordModelSettings *self);

/**
 * chord_model_settings_get_precision: (get-property precision)
 * @self: a #ChordModelSettings
 *
 * Gets how to compute.
 *
 * Returns: how to compute
 */
CHORD_AVAILABLE_IN_ALL
ChordPrecision chord_model_settings_get_precision (ChordModelSettings *self);

/**
 * chord_model_settings_get_preset_id: (get-property preset-id)
 * @self: a #ChordModelSettings
 *
 * Gets the id of the preset that says how to answer; 0: the settings say it themselves.
 *
 * Returns: the id of the preset that says how to answer; 0: the settings say it themselves
 */
CHORD_AVAILABLE_IN_ALL
gint64 chord_model_settings_get_preset_id (ChordModelSettings *self);

/**
 * chord_model_settings_set_context_length: (set-property context-length)
 * @self: a #ChordModelSettings
 * @context_length: the number of tokens that a session has room for; 0: as many as the model and
 *   memory allow
 *
 * Sets the number of tokens that a session has room for; 0: as many as the model and memory allow.
 */
CHORD_AVAILABLE_IN_ALL
void chord_model_settings_set_context_length (ChordModelSettings *self, guint64 context_length);

/**
 * chord_model_settings_set_n_threads: (set-property n-threads)
 * @self: a #ChordModelSettings
 * @n_threads: how many threads compute; 0: chosen by the library
 *
 * Sets how many threads compute; 0: chosen by the library.
 */
CHORD_AVAILABLE_IN_ALL
void chord_model_settings_set_n_threads (ChordModelSettings *self, int n_threads);

/**
 * chord_model_settings_set_device: (set-property device)
 * @self: a #ChordModelSettings
 * @device: (nullable): the [property@Device:id] of the device; %NULL: chosen by the library
 *
 * Sets the [property@Device:id] of the device; %NULL: chosen by the library.
 */
CHORD_AVAILABLE_IN_ALL
void chord_model_settings_set_device (ChordModelSettings *self, const char *device);

/**
 * chord_model_settings_set_kv_type: (set-property kv-type)
 * @self: a #ChordModelSettings
 * @kv_type: how keys and values are kept
 *
 * Sets how keys and values are kept.
 */
CHORD_AVAILABLE_IN_ALL
void chord_model_settings_set_kv_type (ChordModelSettings *self, ChordKvType kv_type);

/**
 * chord_model_settings_set_precision: (set-property precision)
 * @self: a #ChordModelSettings
 * @precision: how to compute
 *
 * Sets how to compute.
 */
CHORD_AVAILABLE_IN_ALL
void chord_model_settings_set_precision (ChordModelSettings *self, ChordPrecision precision);

/**
 * chord_model_settings_set_preset_id: (set-property preset-id)
 * @self: a #ChordModelSettings
 * @preset_id: the id of the preset that says how to answer; 0: the settings say it themselves
 *
 * Sets the id of the preset that says how to answer; 0: the settings say it themselves.
 */
CHORD_AVAILABLE_IN_ALL
void chord_model_settings_set_preset_id (ChordModelSettings *self, gint64 preset_id);

/**
 * chord_model_settings_create_model_options:
 * @self: a #ChordModelSettings
 *
 * Makes options to load the model with.
 *
 * Returns: (transfer full): new #ChordModelOptions
 */
CHORD_AVAILABLE_IN_ALL
ChordModelOptions *
chord_model_settings_create_model_options (ChordModelSettings *self) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_model_settings_create_sampling_options:
 * @self: a #ChordModelSettings
 *
 * Makes options with the values of the preset, or those of the settings where there is none.
 *
 * Returns: (transfer full): new #ChordSamplingOptions
 */
CHORD_AVAILABLE_IN_ALL
ChordSamplingOptions *
chord_model_settings_create_sampling_options (ChordModelSettings *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
