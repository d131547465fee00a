/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* The error domain of the library, for the layers below the public API.
 * The codes equal those of the public ChordError (asserted in chord-error.c),
 * so that a GError made in any layer reaches the user as it is. A message says
 * what failed and where: the file, the key or tensor, the figures. */

typedef enum
{
  CH_ERROR_FAILED,           /* anything that has no code of its own */
  CH_ERROR_INVALID_FILE,     /* damaged or lying file */
  CH_ERROR_UNSUPPORTED,      /* sound, but of a kind that is not known */
  CH_ERROR_INVALID_ARGUMENT, /* the caller asked for something impossible */
  CH_ERROR_NO_MEMORY,        /* need and supply are both in the message */
  CH_ERROR_CONTEXT_FULL,     /* no room for more tokens in the context */
  CH_ERROR_TEMPLATE,         /* chat template unknown, or it refused */
  CH_ERROR_DEVICE,           /* missing or failing device or driver */
  CH_ERROR_NO_SPACE,         /* the disk is full */
  CH_ERROR_READ_ONLY,        /* a file or folder cannot be made or written */
  CH_ERROR_BUSY,             /* another program holds it for too long */
  CH_ERROR_NOT_FOUND,        /* what was asked for is not there, or no longer */
  CH_ERROR_EXISTS,           /* there is one already */
} ChErrorCode;

#define CH_ERROR (ch_error_quark ())

GQuark ch_error_quark (void);

/* A size as messages show it, whatever the locale: "1258291 bytes (1.2 MiB)". */
char *ch_size_text (guint64 bytes);
