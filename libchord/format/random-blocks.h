/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "format/quant.h"

/* Made-up weights: what a benchmark needs of a model is its shape alone. */

bool ch_can_make_up (ChType type);

/* Fills dst with n values (a multiple of the block) of the type: roughly zero on the average, with
 * the deviation given. state goes on from call to call; the same state gives the same bytes. false
 * for a type that it cannot make up. */
bool ch_make_up (ChType type, void *dst, size_t n, float deviation, uint64_t *state);

/* Sets the scale and the minimum (where it has one) that a block starts from; where they have fewer
 * bits than f16, to one near by. false for a type that it cannot make up. */
bool ch_set_block_scale (ChType type, uint8_t *block, float scale, float min);
