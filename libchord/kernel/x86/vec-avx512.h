/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

/* Float lanes of AVX-512 F, BW, DQ, VL. The names are those of vec-avx2.h, for 16 lanes. */

#define V_LANES 16
#define V_INLINE static inline __attribute__ ((always_inline, unused))
#if defined(__clang__)
#define V_UNROLL _Pragma ("unroll")
#else
#define V_UNROLL _Pragma ("GCC unroll 32")
#endif

typedef __m512 vf;
typedef __m512i vi; /* int32 lanes */

V_INLINE vf v_zero (void) { return _mm512_setzero_ps (); }
V_INLINE vf v_set1 (float a) { return _mm512_set1_ps (a); }
V_INLINE vf v_load (const float *p) { return _mm512_loadu_ps (p); }
V_INLINE void v_store (float *p, vf a) { _mm512_storeu_ps (p, a); }
V_INLINE vf v_add (vf a, vf b) { return _mm512_add_ps (a, b); }
V_INLINE vf v_sub (vf a, vf b) { return _mm512_sub_ps (a, b); }
V_INLINE vf v_mul (vf a, vf b) { return _mm512_mul_ps (a, b); }
V_INLINE vf v_fma (vf a, vf b, vf c) { return _mm512_fmadd_ps (a, b, c); }   /* a * b + c */
V_INLINE vf v_fnma (vf a, vf b, vf c) { return _mm512_fnmadd_ps (a, b, c); } /* c - a * b */
V_INLINE vf v_fms (vf a, vf b, vf c) { return _mm512_fmsub_ps (a, b, c); }   /* a * b - c */

V_INLINE vf
v_load_f16 (const uint16_t *p)
{
  return _mm512_cvtph_ps (_mm256_loadu_si256 ((const __m256i *) p));
}

V_INLINE vf v_from_i32 (vi a) { return _mm512_cvtepi32_ps (a); }
