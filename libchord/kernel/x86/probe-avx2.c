/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define CH_LEVEL "avx2"
#include "kernel/x86/vec-avx2.h"
#include "kernel/x86/vec-int-avx2.h"

#include "kernel/tmpl/probe.inc"

void
ch_probe_init_avx2 (ChKernels *kernels)
{
  init_probe (kernels);
}
