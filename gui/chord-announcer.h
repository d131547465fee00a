/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Tells a screen reader what an answer says while it is written, one whole sentence after the
 * other, where GTK can (from 4.14 on; elsewhere nothing happens).
 *
 * announced: how many bytes of the text were told; kept by the caller. done: whether the text is
 * whole, and its last words are to be told too. */
void chord_announce_sentences (GtkWidget *widget, const char *text, gboolean done,
                               gsize *announced);

/* Where the last whole sentence of the text ends, in bytes from its beginning; 0 when none does. */
gsize chord_sentences_end (const char *text);

G_END_DECLS
