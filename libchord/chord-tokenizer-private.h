/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chord-tokenizer.h"
#include "text/vocab.h"

/* A tokenizer over a vocabulary that is shared with others. */
ChordTokenizer *chord_tokenizer_new_for_vocab (ChVocab *vocab);
ChVocab *chord_tokenizer_get_vocab (ChordTokenizer *self);
