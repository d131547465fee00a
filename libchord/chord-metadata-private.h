/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "format/gguf.h"

/* A value of a file's metadata as a GVariant (floating). */
GVariant *chord_metadata_to_variant (const ChGgufValue *value);
