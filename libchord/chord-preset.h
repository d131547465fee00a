/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(CHORD_INSIDE) && !defined(CHORD_COMPILATION)
#error "Only <chord.h> can be included directly."
#endif

#include "chord-sampling-record.h"

G_BEGIN_DECLS

#define CHORD_TYPE_PRESET (chord_preset_get_type ())

/**
 * ChordPreset:
 *
 * A named way to answer: a system prompt, and how tokens are chosen. See
 * [method@Catalog.add_preset].
 */
CHORD_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (ChordPreset, chord_preset, CHORD, PRESET, ChordSamplingRecord)

/**
 * chord_preset_get_name: (get-property name)
 * @self: a #ChordPreset
 *
 * Gets the name.
 *
 * Returns: (transfer none): the name
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_preset_get_name (ChordPreset *self);

/**
 * chord_preset_set_name: (set-property name)
 * @self: a #ChordPreset
 * @name: the name
 *
 * Sets the name. That it is taken is found out when the preset is saved.
 */
CHORD_AVAILABLE_IN_ALL
void chord_preset_set_name (ChordPreset *self, const char *name);

/**
 * chord_preset_create_sampling_options:
 * @self: a #ChordPreset
 *
 * Makes options with the values of the preset.
 *
 * Returns: (transfer full): new #ChordSamplingOptions
 */
CHORD_AVAILABLE_IN_ALL
ChordSamplingOptions *
chord_preset_create_sampling_options (ChordPreset *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
