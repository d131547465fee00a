/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>

/* Instruction-set levels, in rising order: each includes those before it. */
typedef enum
{
  CH_ISA_REF,        /* "ref": portable C */
  CH_ISA_AVX2,       /* "avx2": AVX2 + FMA + F16C */
  CH_ISA_AVX512,     /* "avx512": F, BW, DQ, VL, CD */
  CH_ISA_AVX512VNNI, /* "avx512vnni" */
  CH_N_ISAS,
} ChIsa;

const char *ch_isa_name (ChIsa isa);
bool ch_isa_from_name (const char *name, ChIsa *isa);
bool ch_isa_supported (ChIsa isa);  /* by this CPU and operating system; ignores CHORD_CPU */
ChIsa ch_isa_best (void);           /* the highest supported one, capped by CHORD_CPU */

const char *ch_cpu_name (void);     /* the processor's own name for itself */
int ch_cpu_physical_cores (void);   /* within the affinity mask of this process */
/* Physical cores, affinity and cgroup cpu.max (v1 and v2) together, >= 1. */
int ch_cpu_default_threads (void);
