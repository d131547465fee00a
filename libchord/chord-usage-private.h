/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chord-usage.h"
#include "engine/engine.h"

ChordUsage *chord_usage_new (const ChJobUsage *usage);
