/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kernel/kernel.h"

void ch_act8_init_ref (ChKernels *kernels);
