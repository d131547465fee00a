/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The tensor types of GGUF files. types.def lists each once:
 *   CH_TYPE (NAME, "name", id, values per block, bytes per block)
 * Their numbers are those of the file format. No GLib here: kernels use this header. */
typedef enum
{
#define CH_TYPE(NAME, name, id, block, bytes) CH_TYPE_##NAME = id,
#include "types.def"
#undef CH_TYPE
} ChType;

typedef struct
{
  ChType type;
  const char *name;  /* as in files and on the command line: "Q4_K" */
  uint32_t block;    /* values per block */
  uint32_t bytes;    /* bytes per block */
} ChTypeInfo;

const ChTypeInfo *ch_type_info (uint32_t id);           /* NULL when the id is not a type */
/* "Q4_2" ...: once a type, no longer; or NULL. */
const char *ch_type_removed_name (uint32_t id);
const ChTypeInfo *ch_type_from_name (const char *name); /* ignores case; NULL when unknown */

/* Bytes of a row of n values (n a multiple of the block). */
size_t ch_type_row_bytes (ChType type, size_t n);

/* The scalar specification of every type: n values (a multiple of the block) from src.
 * false for the types that have none (Q8_1 and Q8_K are for activations; they do have one here,
 * as the obvious product). src needs no alignment. */
bool ch_dequantize (ChType type, const void *src, float *dst, size_t n);

/* Quantizers: F32 F16 BF16 Q8_0 Q4_0 Q4_K Q5_K Q6_K (and the activation types). importance, one
 * weight a column, may be NULL. false for the types that have none. */
bool ch_quantize (ChType type, const float *src, void *dst, size_t n, const float *importance);
bool ch_can_quantize (ChType type);

float ch_f16_to_f32 (uint16_t h);
uint16_t ch_f32_to_f16 (float f); /* to nearest, ties to even */
float ch_bf16_to_f32 (uint16_t h);
uint16_t ch_f32_to_bf16 (float f);
