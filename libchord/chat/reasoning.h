/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* Models that reason write their thoughts between marks before the answer. A splitter takes text
 * as it comes, cut anywhere, and tells thoughts and answer apart.
 *
 * The opening mark counts at the beginning of the text alone, after white space: further on it is
 * something that the model writes about. White space next to the marks belongs to neither side. */

typedef struct ChReasoning ChReasoning;

/* length is never 0. */
typedef void (*ChReasoningFunc) (const char *text, gsize length, gboolean is_reasoning,
                                 gpointer data);

#define CH_REASONING_NONE (-1)

/* The marks by their number; NULL when there is no such pair. */
const char *ch_reasoning_open_mark (int pair);
const char *ch_reasoning_close_mark (int pair);

/* The pair whose reasoning a prompt ends in the middle of, as some templates open it themselves. */
int ch_reasoning_opened_by (const char *prompt);

/* opened: the pair that the prompt has opened already, or CH_REASONING_NONE. */
ChReasoning *ch_reasoning_new (int opened);
void ch_reasoning_free (ChReasoning *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChReasoning, ch_reasoning_free)

/* func gets what is known by now; NULL: it is known to the caller already. */
void ch_reasoning_push (ChReasoning *self, const char *text, ChReasoningFunc func, gpointer data);
/* Gives out what was held back: marks that never became whole are text. */
void ch_reasoning_end (ChReasoning *self, ChReasoningFunc func, gpointer data);

int ch_reasoning_pair (const ChReasoning *self); /* once it is known */
gboolean ch_reasoning_is_open (const ChReasoning *self); /* in the middle of reasoning */

/* Finds the marks in a whole answer; FALSE when it does not begin with reasoning. close is NULL
 * when that does not end. */
gboolean ch_reasoning_find (const char *text, int *pair, const char **open, const char **close);

/* The pair whose marks a template (or NULL) names, else the first. */
int ch_reasoning_pair_of_template (const char *source);

/* An answer as the model wrote it, from its parts. Not closed: it was cut in its reasoning. */
char *ch_reasoning_join (int pair, const char *reasoning, gboolean closed, const char *content);
