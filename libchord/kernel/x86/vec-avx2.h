/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

/* Float lanes of AVX2 + FMA + F16C. vec-avx512.h has the same names for 16 lanes; bodies in tmpl/ use
 * nothing else. Loads and stores need no alignment. */

#define V_LANES 8
#define V_INLINE static inline __attribute__ ((always_inline, unused))
#if defined(__clang__)
#define V_UNROLL _Pragma ("unroll")
#else
#define V_UNROLL _Pragma ("GCC unroll 32")
#endif

typedef __m256 vf;
typedef __m256i vi; /* int32 lanes */

V_INLINE vf v_zero (void) { return _mm256_setzero_ps (); }
V_INLINE vf v_set1 (float a) { return _mm256_set1_ps (a); }
V_INLINE vf v_load (const float *p) { return _mm256_loadu_ps (p); }
V_INLINE void v_store (float *p, vf a) { _mm256_storeu_ps (p, a); }
V_INLINE vf v_add (vf a, vf b) { return _mm256_add_ps (a, b); }
V_INLINE vf v_sub (vf a, vf b) { return _mm256_sub_ps (a, b); }
V_INLINE vf v_mul (vf a, vf b) { return _mm256_mul_ps (a, b); }
V_INLINE vf v_fma (vf a, vf b, vf c) { return _mm256_fmadd_ps (a, b, c); }   /* a * b + c */
V_INLINE vf v_fnma (vf a, vf b, vf c) { return _mm256_fnmadd_ps (a, b, c); } /* c - a * b */
V_INLINE vf v_fms (vf a, vf b, vf c) { return _mm256_fmsub_ps (a, b, c); }   /* a * b - c */

V_INLINE vf
v_load_f16 (const uint16_t *p)
{
  return _mm256_cvtph_ps (_mm_loadu_si128 ((const __m128i *) p));
}

V_INLINE vf v_from_i32 (vi a) { return _mm256_cvtepi32_ps (a); }
