/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define V_ISA(name) name##_avx512
#define V_ISA_NAME "avx512"
#include "kernel/x86/vec-avx512.h"
#include "kernel/x86/vec-int-avx512.h"
#include "kernel/tmpl/matmul.inc"
