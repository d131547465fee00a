/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-version.h"
#include "chord-error.h"

#include "base/error.h"

/* The layers below make errors with their own codes, which reach users as they are. */
G_STATIC_ASSERT ((int) CHORD_ERROR_FAILED == (int) CH_ERROR_FAILED);
G_STATIC_ASSERT ((int) CHORD_ERROR_INVALID_FILE == (int) CH_ERROR_INVALID_FILE);
G_STATIC_ASSERT ((int) CHORD_ERROR_UNSUPPORTED == (int) CH_ERROR_UNSUPPORTED);
G_STATIC_ASSERT ((int) CHORD_ERROR_INVALID_ARGUMENT == (int) CH_ERROR_INVALID_ARGUMENT);
G_STATIC_ASSERT ((int) CHORD_ERROR_NO_MEMORY == (int) CH_ERROR_NO_MEMORY);
G_STATIC_ASSERT ((int) CHORD_ERROR_CONTEXT_FULL == (int) CH_ERROR_CONTEXT_FULL);
G_STATIC_ASSERT ((int) CHORD_ERROR_TEMPLATE == (int) CH_ERROR_TEMPLATE);
G_STATIC_ASSERT ((int) CHORD_ERROR_DEVICE == (int) CH_ERROR_DEVICE);
G_STATIC_ASSERT ((int) CHORD_ERROR_NO_SPACE == (int) CH_ERROR_NO_SPACE);
G_STATIC_ASSERT ((int) CHORD_ERROR_READ_ONLY == (int) CH_ERROR_READ_ONLY);
G_STATIC_ASSERT ((int) CHORD_ERROR_BUSY == (int) CH_ERROR_BUSY);
G_STATIC_ASSERT ((int) CHORD_ERROR_NOT_FOUND == (int) CH_ERROR_NOT_FOUND);
G_STATIC_ASSERT ((int) CHORD_ERROR_EXISTS == (int) CH_ERROR_EXISTS);

GQuark
chord_error_quark (void)
{
  return ch_error_quark ();
}
