/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(CHORD_INSIDE) && !defined(CHORD_COMPILATION)
#error "Only <chord.h> can be included directly."
#endif

#include <gio/gio.h>

#include "chord-enums.h"
#include "chord-version.h"

G_BEGIN_DECLS

#define CHORD_TYPE_MODEL_OPTIONS (chord_model_options_get_type ())

/**
 * ChordModelOptions:
 *
 * How to load a model. It is read when a load begins; later changes have no effect on that model.
 */
CHORD_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (ChordModelOptions, chord_model_options, CHORD, MODEL_OPTIONS, GObject)

/**
 * chord_model_options_new:
 *
 * Makes options that leave everything to the library.
 *
 * Returns: (transfer full): new #ChordModelOptions
 */
CHORD_AVAILABLE_IN_ALL
ChordModelOptions *chord_model_options_new (void) G_GNUC_WARN_UNUSED_RESULT;

/**
 * chord_model_options_get_context_length: (get-property context-length)
 * @self: a #ChordModelOptions
 *
 * Gets the number of tokens that a session has room for; 0: as many as the model was trained for
 * and memory allows.
 *
 * Returns: the number of tokens that a session has room for; 0: as many as the model was trained
 *   for and memory allows
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_model_options_get_context_length (ChordModelOptions *self);

/**
 * chord_model_options_set_context_length: (set-property context-length)
 * @self: a #ChordModelOptions
 * @context_length: the number of tokens that a session has room for; 0: as many as the model was
 *   trained for and memory allows
 *
 * Sets the number of tokens that a session has room for; 0: as many as the model was trained for
 * and memory allows.
 */
CHORD_AVAILABLE_IN_ALL
void chord_model_options_set_context_length (ChordModelOptions *self, guint64 context_length);

/**
 * chord_model_options_get_n_sessions: (get-property n-sessions)
 * @self: a #ChordModelOptions
 *
 * Gets how many sessions of full length there shall be memory for; 0: four.
 *
 * Returns: how many sessions of full length there shall be memory for; 0: four
 */
CHORD_AVAILABLE_IN_ALL
guint chord_model_options_get_n_sessions (ChordModelOptions *self);

/**
 * chord_model_options_set_n_sessions: (set-property n-sessions)
 * @self: a #ChordModelOptions
 * @n_sessions: how many sessions of full length there shall be memory for; 0: four
 *
 * Sets how many sessions of full length there shall be memory for; 0: four.
 */
CHORD_AVAILABLE_IN_ALL
void chord_model_options_set_n_sessions (ChordModelOptions *self, guint n_sessions);

/**
 * chord_model_options_get_precision: (get-property precision)
 * @self: a #ChordModelOptions
 *
 * Gets how to compute.
 *
 * Returns: how to compute
 */
CHORD_AVAILABLE_IN_ALL
ChordPrecision chord_model_options_get_precision (ChordModelOptions *self);

/**
 * chord_model_options_set_precision: (set-property precision)
 * @self: a #ChordModelOptions
 * @precision: how to compute
 *
 * Sets how to compute.
 */
CHORD_AVAILABLE_IN_ALL
void chord_model_options_set_precision (ChordModelOptions *self, ChordPrecision precision);

/**
 * chord_model_options_get_kv_type: (get-property kv-type)
 * @self: a #ChordModelOptions
 *
 * Gets how keys and values are kept.
 *
 * Returns: how keys and values are kept
 */
CHORD_AVAILABLE_IN_ALL
ChordKvType chord_model_options_get_kv_type (ChordModelOptions *self);

/**
 * chord_model_options_set_kv_type: (set-property kv-type)
 * @self: a #ChordModelOptions
 * @kv_type: how keys and values are kept
 *
 * Sets how keys and values are kept.
 */
CHORD_AVAILABLE_IN_ALL
void chord_model_options_set_kv_type (ChordModelOptions *self, ChordKvType kv_type);

/**
 * chord_model_options_get_n_threads: (get-property n-threads)
 * @self: a #ChordModelOptions
 *
 * Gets how many threads compute; 0: see [func@get_default_n_threads].
 *
 * Returns: how many threads compute; 0: see [func@get_default_n_threads]
 */
CHORD_AVAILABLE_IN_ALL
int chord_model_options_get_n_threads (ChordModelOptions *self);

/**
 * chord_model_options_set_n_threads: (set-property n-threads)
 * @self: a #ChordModelOptions
 * @n_threads: how many threads compute; 0: see [func@get_default_n_threads]
 *
 * Sets how many threads compute; 0: see [func@get_default_n_threads].
 */
CHORD_AVAILABLE_IN_ALL
void chord_model_options_set_n_threads (ChordModelOptions *self, int n_threads);

/**
 * chord_model_options_get_chunk_size: (get-property chunk-size)
 * @self: a #ChordModelOptions
 *
 * Gets how many tokens of a prompt are computed at once; 0: the default of the library.
 *
 * Returns: how many tokens of a prompt are computed at once; 0: the default of the library
 */
CHORD_AVAILABLE_IN_ALL
guint chord_model_options_get_chunk_size (ChordModelOptions *self);

/**
 * chord_model_options_set_chunk_size: (set-property chunk-size)
 * @self: a #ChordModelOptions
 * @chunk_size: how many tokens of a prompt are computed at once; 0: the default of the library
 *
 * Sets how many tokens of a prompt are computed at once; 0: the default of the library.
 */
CHORD_AVAILABLE_IN_ALL
void chord_model_options_set_chunk_size (ChordModelOptions *self, guint chunk_size);

/**
 * chord_model_options_get_device: (get-property device)
 * @self: a #ChordModelOptions
 *
 * Gets the [property@Device:id] of the device to run on; %NULL: chosen by the library.
 *
 * Returns: (transfer none) (nullable): the [property@Device:id] of the device to run on; %NULL:
 *   chosen by the library
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_model_options_get_device (ChordModelOptions *self);

/**
 * chord_model_options_set_device: (set-property device)
 * @self: a #ChordModelOptions
 * @device: (nullable): the [property@Device:id] of the device to run on; %NULL: chosen by the
 *   library
 *
 * Sets the [property@Device:id] of the device to run on; %NULL: chosen by the library.
 */
CHORD_AVAILABLE_IN_ALL
void chord_model_options_set_device (ChordModelOptions *self, const char *device);

/**
 * chord_model_options_get_use_mmap: (get-property use-mmap)
 * @self: a #ChordModelOptions
 *
 * Gets whether the file is mapped into memory instead of being read; see [the notes on mapped
 * files](files.html).
 *
 * Returns: whether the file is mapped into memory instead of being read; see [the notes on mapped
 *   files](files.html)
 */
CHORD_AVAILABLE_IN_ALL
gboolean chord_model_options_get_use_mmap (ChordModelOptions *self);

/**
 * chord_model_options_set_use_mmap: (set-property use-mmap)
 * @self: a #ChordModelOptions
 * @use_mmap: whether the file is mapped into memory instead of being read; see [the notes on mapped
 *   files](files.html)
 *
 * Sets whether the file is mapped into memory instead of being read; see [the notes on mapped
 * files](files.html).
 */
CHORD_AVAILABLE_IN_ALL
void chord_model_options_set_use_mmap (ChordModelOptions *self, gboolean use_mmap);

G_END_DECLS
