/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(CHORD_INSIDE) && !defined(CHORD_COMPILATION)
#error "Only <chord.h> can be included directly."
#endif

#include "chord-record.h"
#include "chord-sampling-options.h"

G_BEGIN_DECLS

#define CHORD_TYPE_SAMPLING_RECORD (chord_sampling_record_get_type ())

/**
 * ChordSamplingRecord:
 *
 * A record that says how a model shall answer: a system prompt, and what [class@SamplingOptions]
 * has, under the same names.
 */
CHORD_AVAILABLE_IN_ALL
G_DECLARE_DERIVABLE_TYPE (ChordSamplingRecord, chord_sampling_record, CHORD, SAMPLING_RECORD,
                          ChordRecord)

struct _ChordSamplingRecordClass
{
  ChordRecordClass parent_class;
};

/**
 * chord_sampling_record_get_system_prompt: (get-property system-prompt)
 * @self: a #ChordSamplingRecord
 *
 * Gets the system prompt.
 *
 * Returns: (transfer none) (nullable): the system prompt; %NULL: none
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_sampling_record_get_system_prompt (ChordSamplingRecord *self);

/**
 * chord_sampling_record_set_system_prompt: (set-property system-prompt)
 * @self: a #ChordSamplingRecord
 * @system_prompt: (nullable): the system prompt; %NULL: none
 *
 * Sets the system prompt.
 */
CHORD_AVAILABLE_IN_ALL
void chord_sampling_record_set_system_prompt (ChordSamplingRecord *self,
                                              const char *system_prompt);

/**
 * chord_sampling_record_create_sampling_options:
 * @self: a #ChordSamplingRecord
 *
 * Makes options with the values of the record.
 *
 * Returns: (transfer full): new #ChordSamplingOptions
 */
CHORD_AVAILABLE_IN_ALL
ChordSamplingOptions *
chord_sampling_record_create_sampling_options (ChordSamplingRecord *self) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_sampling_record_set_sampling_options:
 * @self: a #ChordSamplingRecord
 * @options: a #ChordSamplingOptions
 *
 * Takes over the values of options, as far as the record has them.
 */
CHORD_AVAILABLE_IN_ALL
void chord_sampling_record_set_sampling_options (ChordSamplingRecord *self,
                                                 ChordSamplingOptions *options);

G_END_DECLS
