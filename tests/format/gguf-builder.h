/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "format/gguf.h"

/* GGUF bytes made by hand, so that a test can also say what no writer would. */
typedef struct
{
  guint32 magic, version;
  guint64 n_tensors, n_values; /* counted by the functions below; a test may change them */
  GByteArray *values;
  GByteArray *tensors;
} GgufBuilder;

GgufBuilder *gguf_builder_new (void);
void gguf_builder_free (GgufBuilder *builder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GgufBuilder, gguf_builder_free)

/* Little-endian pieces. */
void gguf_put (GByteArray *bytes, guint64 value, guint size);
void gguf_put_string (GByteArray *bytes, const char *text);

/* A key, to be followed by its value in builder->values. */
void gguf_builder_key (GgufBuilder *builder, const char *key, guint32 kind);
void gguf_builder_number (GgufBuilder *builder, const char *key, guint32 kind, guint64 bits,
                          guint size);
void gguf_builder_uint32 (GgufBuilder *builder, const char *key, guint32 value);
void gguf_builder_string (GgufBuilder *builder, const char *key, const char *value);
/* "s0", "s1" ...; each seventh is empty */
void gguf_builder_strings (GgufBuilder *builder, const char *key, guint n);
/* One key of each kind, and one array of each. */
void gguf_builder_all_kinds (GgufBuilder *builder);

void gguf_builder_tensor (GgufBuilder *builder, const char *name, guint32 type, guint n_dims,
                          const guint64 *ne, guint64 offset);
/* n values of F32 in one dimension. */
void gguf_builder_vector (GgufBuilder *builder, const char *name, guint64 n, guint64 offset);

/* The header alone; or with padding to alignment (0: none) and n bytes of data, each the low byte
 * of 7 times its number. */
GBytes *gguf_builder_header (GgufBuilder *builder);
GBytes *gguf_builder_finish (GgufBuilder *builder, gsize alignment, gsize n);

/* A small model file with something of everything, for damage and for the fuzzer; and how many
 * bytes its data have, which have no gaps. */
#define GGUF_SAMPLE_DATA (640 + 32)
GBytes *gguf_sample (void);
