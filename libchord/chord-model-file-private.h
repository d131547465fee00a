/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chord-model-file.h"
#include "format/gguf.h"

ChGguf *chord_model_file_get_gguf (ChordModelFile *self);
