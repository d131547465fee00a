/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"

/* The string is that of the public ChordError, so both name one domain. */
G_DEFINE_QUARK (chord-error-quark, ch_error)
