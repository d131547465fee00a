/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define V_ISA(name) name##_avx2
#define V_ISA_NAME "avx2"
#include "kernel/x86/vec-avx2.h"
#include "kernel/x86/vec-int-avx2.h"
#include "kernel/tmpl/matmul.inc"
