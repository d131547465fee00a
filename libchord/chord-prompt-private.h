/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chord-model.h"

/* The tokens (gint32) of a conversation (a list of ChordMessage), up to where the answer begins; or
 * goes on, if the last message is one that continues. Messages that were generated bring the tokens
 * that they were generated as. opened: which reasoning (chat/reasoning.h) the template began. */
GArray *chord_prompt_render (ChordModel *model, const char *system_prompt, GListModel *messages,
                             gboolean continues, int *opened, GError **error);
