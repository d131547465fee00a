/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(CHORD_INSIDE) && !defined(CHORD_COMPILATION)
#error "Only <chord.h> can be included directly."
#endif

#include <gio/gio.h>

#include "chord-version.h"

G_BEGIN_DECLS

#define CHORD_TYPE_TENSOR_INFO (chord_tensor_info_get_type ())

/**
 * ChordTensorInfo:
 *
 * A tensor of a [class@ModelFile]: its name, type and shape. Immutable.
 */
CHORD_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (ChordTensorInfo, chord_tensor_info, CHORD, TENSOR_INFO, GObject)

/**
 * chord_tensor_info_get_name: (get-property name)
 * @self: a #ChordTensorInfo
 *
 * Gets the name of the tensor.
 *
 * Returns: (transfer none): the name of the tensor
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_tensor_info_get_name (ChordTensorInfo *self);

/**
 * chord_tensor_info_get_type_name: (get-property type-name)
 * @self: a #ChordTensorInfo
 *
 * Gets the name of the type of its values, such as "Q4_K".
 *
 * Returns: (transfer none): the name of the type of its values, such as "Q4_K"
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_tensor_info_get_type_name (ChordTensorInfo *self);

/**
 * chord_tensor_info_get_shape:
 * @self: a #ChordTensorInfo
 * @n_dims: (out): number of dimensions
 *
 * Gets the size of each dimension, the one that varies fastest first.
 *
 * Returns: (transfer none) (array length=n_dims): the sizes
 */
CHORD_AVAILABLE_IN_ALL
const guint64 *chord_tensor_info_get_shape (ChordTensorInfo *self, gsize *n_dims);

/**
 * chord_tensor_info_get_n_values: (get-property n-values)
 * @self: a #ChordTensorInfo
 *
 * Gets how many values it has.
 *
 * Returns: how many values it has
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_tensor_info_get_n_values (ChordTensorInfo *self);

/**
 * chord_tensor_info_get_n_bytes: (get-property n-bytes)
 * @self: a #ChordTensorInfo
 *
 * Gets how many bytes it takes in the file.
 *
 * Returns: how many bytes it takes in the file
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_tensor_info_get_n_bytes (ChordTensorInfo *self);

/**
 * chord_tensor_info_get_offset: (get-property offset)
 * @self: a #ChordTensorInfo
 *
 * Gets where it begins, in bytes from the beginning of its file.
 *
 * Returns: where it begins, in bytes from the beginning of its file
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_tensor_info_get_offset (ChordTensorInfo *self);

G_END_DECLS
