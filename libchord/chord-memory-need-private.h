/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chord-memory-need.h"
#include "engine/engine.h"

ChordMemoryNeed *chord_memory_need_new (const ChMemoryNeed *need);
