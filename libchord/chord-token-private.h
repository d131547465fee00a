/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chord-token.h"

/* alternatives (ChordToken) is NULL in an alternative itself. */
ChordToken *chord_token_new (gint32 id, const char *text, double logprob, GListModel *alternatives);
