/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* The shape of a simple Jinja template: what it writes and does, freed of the ways of writing that
 * down (quotes, joined or separate outputs, white-space control). Two templates of one shape render
 * alike. */

#define CH_SHAPE_ROLE '\1'      /* the message's role is written */
#define CH_SHAPE_CONTENT '\2'   /* the message's content is written */
#define CH_SHAPE_STATEMENT '\3' /* around a statement; everything else is literal output */

/* NULL if the template uses anything that a shape cannot express. The rules for white space are
 * those that chat templates are written for: a newline behind a statement and the blanks before it
 * do not count. */
char *ch_shape_of_template (const char *source);
