/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Formulas are taken out of a text before it is parsed as Markdown, which would take their
 * backslashes, underscores and stars for its own, and put back behind it. In the text a formula is
 * a mark of control characters around a number: a clean text has none. */

typedef struct
{
  char *source;    /* as written, with what encloses it */
  gsize start;     /* the formula itself in the source */
  gsize length;
  gboolean display; /* on lines of its own */
} ChordMarkdownFormula;

/* Mends bad UTF-8 and replaces control characters, which a label would refuse. */
char *chord_markdown_clean (const char *text, gsize length);

/* The clean text with marks for its formulas.
 * formulas: (element-type ChordMarkdownFormula), filled. */
char *chord_markdown_take_math (const char *text, gsize length, GArray *formulas);

typedef void (*ChordMarkdownTextFunc) (const char *text, gsize length, gpointer data);
typedef void (*ChordMarkdownMathFunc) (const ChordMarkdownFormula *formula, gpointer data);

/* Calls back for each stretch of text and each formula in turn. */
void chord_markdown_put_math (const char *text, gsize length, GArray *formulas,
                              ChordMarkdownTextFunc on_text, ChordMarkdownMathFunc on_formula,
                              gpointer data);
GArray *chord_markdown_formulas_new (void);

G_END_DECLS
