/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A formula in LaTeX as Pango markup that reads well without a formula engine: Greek letters and
 * operators as characters, x² and x₁, a⁄b, √x, matrices as rows. What is not understood is shown as
 * it was written, in monospace. */
char *chord_latex_to_markup (const char *latex, gsize length);

G_END_DECLS
