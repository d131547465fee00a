/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* Stop strings in a text that arrives piece by piece. What might be the beginning of a stop string
 * is held back until it is known not to be one. */
typedef struct ChStop ChStop;

/* Copies the strings (NULL-terminated, or NULL for none). Empty strings and invalid UTF-8 are
 * errors. */
ChStop *ch_stop_new (const char *const *strings, GError **error);
void ch_stop_free (ChStop *stop);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChStop, ch_stop_free)

/* Takes the next piece and appends to out what is certain to come before any stop string. TRUE when
 * one was found: out then has all that stands before the first one, and the rest of the text is
 * dropped. */
gboolean ch_stop_push (ChStop *stop, const char *text, gsize length, GString *out);

/* The text ends here: gives what was held back. */
void ch_stop_flush (ChStop *stop, GString *out);
