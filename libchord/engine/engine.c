/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/memory.h"
#include "engine/engine.h"
