/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The characters of a command such as "alpha", or NULL. They are not escaped: "lt" is "<". */
const char *chord_latex_symbol (const char *command);
/* The combining character of an accent such as "hat", or NULL. */
const char *chord_latex_accent (const char *command);
/* Whether the command is a function that is written upright, such as "sin". */
gboolean chord_latex_is_function (const char *command);
/* A character raised or lowered, or 0 when Unicode has none. */
gunichar chord_latex_superscript (gunichar c);
gunichar chord_latex_subscript (gunichar c);
/* A letter in double-struck, as in the names of sets of numbers; the letter itself otherwise. */
gunichar chord_latex_double_struck (gunichar c);

G_END_DECLS
