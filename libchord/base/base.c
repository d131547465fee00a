/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "base/debug.h"
#include "base/cpu.h"
#include "base/memory.h"
#include "base/pool.h"
