/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

/* Float lanes of AVX-512 F, BW, DQ, VL. The names are those of vec-avx2.h, which says what they
 * promise, for 16 lanes. */

#define V_LANES 16
#define V_NEAREST (_MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)
#define V_DOWN (_MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC)
#define V_INLINE static inline __attribute__ ((always_inline, unused))
#if defined(CH_KERNEL_ROLLED)
#define V_UNROLL
#elif defined(__clang__)
#define V_UNROLL _Pragma ("clang loop unroll(full)")
#else
#define V_UNROLL _Pragma ("GCC unroll 32")
#endif

typedef __m512 vf;
typedef __m512i vi; /* int32 lanes */
typedef __mmask16 vm;
typedef struct
{
  __m512d lo, hi;
} vd;

/* ---- Masks ------------------------------------------------------------------------------- */

/* Lane i is true when lo <= base + i < hi. */
V_INLINE vm
v_between (int32_t base, int32_t lo, int32_t hi)
{
  __m512i lane = _mm512_setr_epi32 (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  vm above = _mm512_cmpge_epi32_mask (lane, _mm512_set1_epi32 (lo - base));

  return _mm512_mask_cmplt_epi32_mask (above, lane, _mm512_set1_epi32 (hi - base));
}

V_INLINE vm v_first (size_t n) { return n >= V_LANES ? 0xffff : (vm) ((1u << n) - 1u); }
V_INLINE vm v_less (vf a, vf b) { return _mm512_cmp_ps_mask (a, b, _CMP_LT_OQ); }
V_INLINE vf v_select (vm mask, vf yes, vf no) { return _mm512_mask_blend_ps (mask, no, yes); }

/* ---- Loads and stores -------------------------------------------------------------------- */

V_INLINE vf v_zero (void) { return _mm512_setzero_ps (); }
V_INLINE vf v_set1 (float x) { return _mm512_set1_ps (x); }
V_INLINE vf v_load (const float *p) { return _mm512_loadu_ps (p); }
V_INLINE vf v_load_n (const float *p, size_t n) { return _mm512_maskz_loadu_ps (v_first (n), p); }
V_INLINE void v_store (float *p, vf x) { _mm512_storeu_ps (p, x); }
V_INLINE void v_store_n (float *p, vf x, size_t n) { _mm512_mask_storeu_ps (p, v_first (n), x); }

V_INLINE vf
v_load_f16 (const uint16_t *p)
{
  return _mm512_cvtph_ps (_mm256_loadu_si256 ((const __m256i_u *) p));
}

V_INLINE vf
v_load_f16_n (const uint16_t *p, size_t n)
{
  return _mm512_cvtph_ps (_mm256_maskz_loadu_epi16 (v_first (n), p));
}

/* To nearest, ties to even. */
V_INLINE void
v_store_f16 (uint16_t *p, vf x)
{
  _mm256_storeu_si256 ((__m256i_u *) p, _mm512_cvtps_ph (x, V_NEAREST));
}

V_INLINE vf
v_load_bf16 (const uint16_t *p)
{
  __m512i wide = _mm512_cvtepu16_epi32 (_mm256_loadu_si256 ((const __m256i_u *) p));

  return _mm512_castsi512_ps (_mm512_slli_epi32 (wide, 16));
}

V_INLINE vf v_from_i32 (vi x) { return _mm512_cvtepi32_ps (x); }

/* ---- Arithmetic -------------------------------------------------------------------------- */

V_INLINE vf v_add (vf a, vf b) { return _mm512_add_ps (a, b); }
V_INLINE vf v_sub (vf a, vf b) { return _mm512_sub_ps (a, b); }
V_INLINE vf v_mul (vf a, vf b) { return _mm512_mul_ps (a, b); }
V_INLINE vf v_div (vf a, vf b) { return _mm512_div_ps (a, b); }

/* a * b + c in one rounding. */
V_INLINE vf v_fma (vf a, vf b, vf c) { return _mm512_fmadd_ps (a, b, c); }

/* c - a * b in one rounding. */
V_INLINE vf v_fnma (vf a, vf b, vf c) { return _mm512_fnmadd_ps (a, b, c); }

/* a * b - c in even lanes, a * b + c in odd ones. */
V_INLINE vf v_fms (vf a, vf b, vf c) { return _mm512_fmsub_ps (a, b, c); }
V_INLINE vf v_fmaddsub (vf a, vf b, vf c) { return _mm512_fmaddsub_ps (a, b, c); }
V_INLINE vf v_min (vf a, vf b) { return _mm512_min_ps (a, b); }
V_INLINE vf v_max (vf a, vf b) { return _mm512_max_ps (a, b); }
V_INLINE vf v_abs (vf x) { return _mm512_abs_ps (x); }
V_INLINE vf v_negate (vf x) { return _mm512_xor_ps (x, _mm512_set1_ps (-0.0f)); }

V_INLINE vf
v_copysign (vf magnitude, vf sign)
{
  __m512 bit = _mm512_set1_ps (-0.0f);

  return _mm512_or_ps (_mm512_andnot_ps (bit, magnitude), _mm512_and_ps (bit, sign));
}

V_INLINE vf v_round (vf x) { return _mm512_roundscale_ps (x, V_NEAREST); }
V_INLINE vf v_floor (vf x) { return _mm512_roundscale_ps (x, V_DOWN); }

/* x * 2^n; n is whole and within +-250. */
V_INLINE vf v_ldexp (vf x, vf n) { return _mm512_scalef_ps (x, n); }

/* ---- Across lanes ------------------------------------------------------------------------ */

V_INLINE float v_lane0 (vf x) { return _mm512_cvtss_f32 (x); }
V_INLINE float v_hsum (vf x) { return _mm512_reduce_add_ps (x); }
V_INLINE float v_hmax (vf x) { return _mm512_reduce_max_ps (x); }

/* The lanes of the first half, each twice; and those of the second half. */
V_INLINE vf
v_twice_lo (vf x)
{
  __m512i lanes = _mm512_setr_epi32 (0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7);

  return _mm512_permutexvar_ps (lanes, x);
}

V_INLINE vf
v_twice_hi (vf x)
{
  __m512i lanes = _mm512_setr_epi32 (8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13, 14, 14, 15, 15);

  return _mm512_permutexvar_ps (lanes, x);
}

/* Lanes 1, 0, 3, 2, ... */
V_INLINE vf v_swap_pairs (vf x) { return _mm512_permute_ps (x, 0xb1); }

/* ---- Doubles ----------------------------------------------------------------------------- */

V_INLINE vd v_d_set1 (double x) { return (vd) { _mm512_set1_pd (x), _mm512_set1_pd (x) }; }

V_INLINE vd
v_d_from (vf x)
{
  __m256 lo = _mm512_castps512_ps256 (x), hi = _mm512_extractf32x8_ps (x, 1);

  return (vd) { _mm512_cvtps_pd (lo), _mm512_cvtps_pd (hi) };
}

V_INLINE vf
v_d_to_f (vd x)
{
  __m256 lo = _mm512_cvtpd_ps (x.lo), hi = _mm512_cvtpd_ps (x.hi);

  return _mm512_insertf32x8 (_mm512_castps256_ps512 (lo), hi, 1);
}

V_INLINE vd
v_d_add (vd a, vd b)
{
  return (vd) { _mm512_add_pd (a.lo, b.lo), _mm512_add_pd (a.hi, b.hi) };
}

V_INLINE vd
v_d_mul (vd a, vd b)
{
  return (vd) { _mm512_mul_pd (a.lo, b.lo), _mm512_mul_pd (a.hi, b.hi) };
}

V_INLINE vd
v_d_fma (vd a, vd b, vd c)
{
  return (vd) { _mm512_fmadd_pd (a.lo, b.lo, c.lo), _mm512_fmadd_pd (a.hi, b.hi, c.hi) };
}

V_INLINE vd
v_d_fnma (vd a, vd b, vd c)
{
  return (vd) { _mm512_fnmadd_pd (a.lo, b.lo, c.lo), _mm512_fnmadd_pd (a.hi, b.hi, c.hi) };
}

V_INLINE vd
v_d_round (vd x)
{
  return (vd) { _mm512_roundscale_pd (x.lo, V_NEAREST), _mm512_roundscale_pd (x.hi, V_NEAREST) };
}

V_INLINE vd
v_d_floor (vd x)
{
  return (vd) { _mm512_roundscale_pd (x.lo, V_DOWN), _mm512_roundscale_pd (x.hi, V_DOWN) };
}

V_INLINE double v_d_hsum (vd x) { return _mm512_reduce_add_pd (_mm512_add_pd (x.lo, x.hi)); }
