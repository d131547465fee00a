/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel/kernel-private.h"

void
ch_attention_init_avx2 (ChKernels *kernels)
{
  (void) kernels;
}
