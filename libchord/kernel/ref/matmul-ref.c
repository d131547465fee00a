/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel/kernel-private.h"

void
ch_matmul_init_ref (ChKernels *kernels)
{
  (void) kernels;
}
