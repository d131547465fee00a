/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/debug.h"
#include "kernel/kernel.h"

/* How kernels come into the table.
 *
 * A body in tmpl/ is written once, over the v_* primitives of x86/vec-<isa>.h (float lanes) and
 * x86/vec-int-<isa>.h (integer dot products). x86/<part>-<isa>.c names the level, includes its
 * primitives and then the body; Meson compiles those files with the flags of the level, as a
 * library of its own. Each part ends in one function, ch_<part>_init_<isa>(), which puts its
 * kernels over those of the level below and registers their counters. The portable level is
 * ref/. */

void ch_matmul_init_ref (ChKernels *kernels);
void ch_vector_init_ref (ChKernels *kernels);
void ch_attention_init_ref (ChKernels *kernels);
void ch_probe_init_ref (ChKernels *kernels);

void ch_matmul_init_avx2 (ChKernels *kernels);
void ch_vector_init_avx2 (ChKernels *kernels);
void ch_attention_init_avx2 (ChKernels *kernels);
void ch_probe_init_avx2 (ChKernels *kernels);

void ch_matmul_init_avx512 (ChKernels *kernels);
void ch_vector_init_avx512 (ChKernels *kernels);
void ch_attention_init_avx512 (ChKernels *kernels);
void ch_probe_init_avx512 (ChKernels *kernels);

void ch_matmul_init_avx512vnni (ChKernels *kernels); /* its vector kernels are those of avx512 */
void ch_probe_init_avx512vnni (ChKernels *kernels);
