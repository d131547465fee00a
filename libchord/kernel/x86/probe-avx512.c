/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define CH_LEVEL "avx512"
#include "kernel/x86/vec-avx512.h"
#include "kernel/x86/vec-int-avx512.h"

#include "kernel/tmpl/probe.inc"

void
ch_probe_init_avx512 (ChKernels *kernels)
{
  init_probe (kernels);
}
