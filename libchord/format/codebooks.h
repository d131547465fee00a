/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdint.h>

/* The codebooks of the IQ types, constants of the file format: eight values of 2 bits each (which
 * of the levels 8, 25, 43; in IQ1: -1, 0, 1), or four of 3 bits each, the first value in the lowest
 * bits. */
extern const uint16_t ch_iq2_xxs_codebook[256];
extern const uint16_t ch_iq2_xs_codebook[512];
extern const uint16_t ch_iq2_s_codebook[1024];
extern const uint16_t ch_iq3_xxs_codebook[256];
extern const uint16_t ch_iq3_s_codebook[512];
extern const uint16_t ch_iq1_codebook[2048];
