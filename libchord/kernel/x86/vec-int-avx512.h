/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kernel/x86/vec-avx512.h"
