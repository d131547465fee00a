/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define CH_LEVEL "avx2"
#include "kernel/x86/vec-avx2.h"

#include "kernel/tmpl/attention.inc"

void
ch_attention_init_avx2 (ChKernels *kernels)
{
  init_attention (kernels);
}
