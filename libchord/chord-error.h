/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(CHORD_INSIDE) && !defined(CHORD_COMPILATION)
#error "Only <chord.h> can be included directly."
#endif

#include <glib.h>

#include "chord-version.h"

G_BEGIN_DECLS

/**
 * CHORD_ERROR:
 *
 * The error domain of the library. Cancellation is %G_IO_ERROR_CANCELLED and a second generation in
 * a session %G_IO_ERROR_PENDING, both of %G_IO_ERROR.
 */
#define CHORD_ERROR (chord_error_quark ())

/**
 * ChordError:
 * @CHORD_ERROR_FAILED: anything that has no code of its own
 * @CHORD_ERROR_INVALID_FILE: a file is damaged
 * @CHORD_ERROR_UNSUPPORTED: a file is sound, but of a kind that is not known
 * @CHORD_ERROR_INVALID_ARGUMENT: something impossible was asked for
 * @CHORD_ERROR_NO_MEMORY: the machine has too little memory; need and supply are in the message
 * @CHORD_ERROR_CONTEXT_FULL: there is no room for more tokens in the context
 * @CHORD_ERROR_TEMPLATE: the chat template of the model is not known, or it refused a message
 * @CHORD_ERROR_DEVICE: a device or its driver is missing or failed
 * @CHORD_ERROR_NO_SPACE: the disk is full
 * @CHORD_ERROR_READ_ONLY: a file or folder cannot be made or written
 * @CHORD_ERROR_BUSY: another program held a file for too long
 * @CHORD_ERROR_NOT_FOUND: what was asked for is not there, or no longer
 * @CHORD_ERROR_EXISTS: there is one of that name already
 *
 * Error codes of %CHORD_ERROR.
 */
typedef enum
{
  CHORD_ERROR_FAILED,
  CHORD_ERROR_INVALID_FILE,
  CHORD_ERROR_UNSUPPORTED,
  CHORD_ERROR_INVALID_ARGUMENT,
  CHORD_ERROR_NO_MEMORY,
  CHORD_ERROR_CONTEXT_FULL,
  CHORD_ERROR_TEMPLATE,
  CHORD_ERROR_DEVICE,
  CHORD_ERROR_NO_SPACE,
  CHORD_ERROR_READ_ONLY,
  CHORD_ERROR_BUSY,
  CHORD_ERROR_NOT_FOUND,
  CHORD_ERROR_EXISTS,
} ChordError;

CHORD_AVAILABLE_IN_ALL
GQuark chord_error_quark (void);

G_END_DECLS
