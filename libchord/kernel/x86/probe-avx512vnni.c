/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define CH_LEVEL "avx512vnni"
#include "kernel/x86/vec-avx512.h"
#include "kernel/x86/vec-int-avx512.h"

#include "kernel/tmpl/probe.inc"

void
ch_probe_init_avx512vnni (ChKernels *kernels)
{
  init_probe (kernels);
}
