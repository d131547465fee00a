/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define CH_LEVEL "avx512"
#include "kernel/x86/vec-avx512.h"

#include "kernel/tmpl/vector.inc"

void
ch_vector_init_avx512 (ChKernels *kernels)
{
  init_vector (kernels);
}
