/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(CHORD_INSIDE) && !defined(CHORD_COMPILATION)
#error "Only <chord.h> can be included directly."
#endif

#include <gio/gio.h>

#include "chord-version.h"

G_BEGIN_DECLS

#define CHORD_TYPE_DEVICE (chord_device_get_type ())

/**
 * ChordDevice:
 *
 * Something that models run on: the processor of this machine, or a graphics card. Immutable, so
 * any thread may use it.
 */
CHORD_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (ChordDevice, chord_device, CHORD, DEVICE, GObject)

/**
 * chord_device_get_id: (get-property id)
 * @self: a #ChordDevice
 *
 * Gets the name that is used to choose the device, such as "cpu".
 *
 * Returns: (transfer none): the name that is used to choose the device, such as "cpu"
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_device_get_id (ChordDevice *self);

/**
 * chord_device_get_description: (get-property description)
 * @self: a #ChordDevice
 *
 * Gets what the device calls itself.
 *
 * Returns: (transfer none): what the device calls itself
 */
CHORD_AVAILABLE_IN_ALL
const char *chord_device_get_description (ChordDevice *self);

/**
 * chord_device_get_memory_total: (get-property memory-total)
 * @self: a #ChordDevice
 *
 * Gets how many bytes of memory it has.
 *
 * Returns: how many bytes of memory it has
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_device_get_memory_total (ChordDevice *self);

/**
 * chord_device_get_memory_available: (get-property memory-available)
 * @self: a #ChordDevice
 *
 * Gets how many bytes of memory it had left when the list was made.
 *
 * Returns: how many bytes of memory it had left when the list was made
 */
CHORD_AVAILABLE_IN_ALL
guint64 chord_device_get_memory_available (ChordDevice *self);

/**
 * chord_device_list:
 *
 * Lists the devices of this machine that models can run on. The CPU comes last.
 *
 * Returns: (transfer full): a list of [class@Device]
 */
CHORD_AVAILABLE_IN_ALL
GListModel *chord_device_list (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
