/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel/kernel.h"

#include <pthread.h>

#include "kernel/kernel-private.h"

typedef void (*InitFunc) (ChKernels *kernels);

/* What each level adds to the one below; NULL where it adds nothing. */
static const InitFunc level_inits[CH_N_ISAS][4] = {
  [CH_ISA_REF] = { ch_matmul_init_ref, ch_vector_init_ref, ch_attention_init_ref,
                   ch_probe_init_ref },
#ifdef CH_KERNEL_X86
  [CH_ISA_AVX2] = { ch_matmul_init_avx2, ch_vector_init_avx2, ch_attention_init_avx2,
                     ch_probe_init_avx2 },
  [CH_ISA_AVX512] = { ch_matmul_init_avx512, ch_vector_init_avx512, ch_attention_init_avx512,
                       ch_probe_init_avx512 },
  [CH_ISA_AVX512VNNI] = { ch_matmul_init_avx512vnni, ch_probe_init_avx512vnni },
#endif
};

static ChKernels tables[CH_N_ISAS];
static pthread_once_t tables_once = PTHREAD_ONCE_INIT;

static void
init_level (ChIsa isa)
{
  if (isa > CH_ISA_REF)
    tables[isa] = tables[isa - 1];
  tables[isa].isa = isa;
  for (size_t i = 0; i < sizeof level_inits[isa] / sizeof level_inits[isa][0]; i++)
    if (level_inits[isa][i] != NULL)
      level_inits[isa][i](&tables[isa]);
}

static void
init_tables (void)
{
  for (ChIsa isa = CH_ISA_REF; isa < CH_N_ISAS; isa++)
    init_level (isa);
}

const ChKernels *
ch_kernels_for (ChIsa isa)
{
  if (!ch_isa_supported (isa))
    return NULL;
  pthread_once (&tables_once, init_tables);
  return &tables[isa];
}

const ChKernels *
ch_kernels (void)
{
  return ch_kernels_for (ch_isa_best ());
}
