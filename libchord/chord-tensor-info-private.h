/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chord-tensor-info.h"
#include "format/gguf.h"

ChordTensorInfo *chord_tensor_info_new (const ChGgufTensor *tensor);
