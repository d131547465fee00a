/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define CH_LEVEL "avx2"
#include "kernel/x86/vec-avx2.h"

#include "kernel/tmpl/vector.inc"

void
ch_vector_init_avx2 (ChKernels *kernels)
{
  init_vector (kernels);
}
