/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "format/quant.h"
#include "format/gguf.h"
