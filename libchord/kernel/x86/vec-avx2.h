/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Float lanes of AVX2 + FMA + F16C. vec-avx512.h has the same names for 16 lanes; bodies in tmpl/
 * use nothing else.
 *
 * A vf holds V_LANES floats, a vd as many doubles, a vi as many int32, a vm one truth value a lane.
 * Loads and stores need no alignment; those named _n touch only the first n <= V_LANES elements of
 * memory, and loads fill the other lanes with zero. v_min and v_max return their second operand
 * where one of the two is NaN. Sums across lanes have a fixed order. */

#define V_LANES 8
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

typedef __m256 vf;
typedef __m256i vi; /* int32 lanes */
typedef __m256 vm; /* all bits of a lane, or none */
typedef struct
{
  __m256d lo, hi;
} vd;

/* ---- Masks ------------------------------------------------------------------------------- */

/* Lane i is true when lo <= base + i < hi. */
V_INLINE vm
v_between (int32_t base, int32_t lo, int32_t hi)
{
  __m256i lane = _mm256_setr_epi32 (0, 1, 2, 3, 4, 5, 6, 7);
  __m256i below = _mm256_cmpgt_epi32 (_mm256_set1_epi32 (lo - base), lane);
  __m256i under = _mm256_cmpgt_epi32 (_mm256_set1_epi32 (hi - base), lane);

  return _mm256_castsi256_ps (_mm256_andnot_si256 (below, under));
}

V_INLINE vm v_first (size_t n) { return v_between (0, 0, n < V_LANES ? (int32_t) n : V_LANES); }
V_INLINE vm v_less (vf a, vf b) { return _mm256_cmp_ps (a, b, _CMP_LT_OQ); }
V_INLINE vf v_select (vm mask, vf yes, vf no) { return _mm256_blendv_ps (no, yes, mask); }

/* ---- Loads and stores -------------------------------------------------------------------- */

V_INLINE vf v_zero (void) { return _mm256_setzero_ps (); }
V_INLINE vf v_set1 (float x) { return _mm256_set1_ps (x); }
V_INLINE vf v_load (const float *p) { return _mm256_loadu_ps (p); }

V_INLINE vf
v_load_n (const float *p, size_t n)
{
  return _mm256_maskload_ps (p, _mm256_castps_si256 (v_first (n)));
}

V_INLINE void v_store (float *p, vf x) { _mm256_storeu_ps (p, x); }

V_INLINE void
v_store_n (float *p, vf x, size_t n)
{
  _mm256_maskstore_ps (p, _mm256_castps_si256 (v_first (n)), x);
}

V_INLINE vf
v_load_f16 (const uint16_t *p)
{
  return _mm256_cvtph_ps (_mm_loadu_si128 ((const __m128i_u *) p));
}

V_INLINE vf
v_load_f16_n (const uint16_t *p, size_t n)
{
  uint16_t some[V_LANES] = { 0 };

  memcpy (some, p, n * sizeof *some);
  return v_load_f16 (some);
}

/* Rounds to nearest, ties to even. */
V_INLINE void
v_store_f16 (uint16_t *p, vf x)
{
  _mm_storeu_si128 ((__m128i_u *) p, _mm256_cvtps_ph (x, V_NEAREST));
}

V_INLINE vf
v_load_bf16 (const uint16_t *p)
{
  __m256i wide = _mm256_cvtepu16_epi32 (_mm_loadu_si128 ((const __m128i_u *) p));

  return _mm256_castsi256_ps (_mm256_slli_epi32 (wide, 16));
}

V_INLINE vf v_from_i32 (vi x) { return _mm256_cvtepi32_ps (x); }

/* ---- Arithmetic -------------------------------------------------------------------------- */

V_INLINE vf v_add (vf a, vf b) { return _mm256_add_ps (a, b); }
V_INLINE vf v_sub (vf a, vf b) { return _mm256_sub_ps (a, b); }
V_INLINE vf v_mul (vf a, vf b) { return _mm256_mul_ps (a, b); }
V_INLINE vf v_div (vf a, vf b) { return _mm256_div_ps (a, b); }
/* In one rounding: a * b + c; c - a * b; a * b - c; and the last in even lanes, the first in odd
 * ones. */
V_INLINE vf v_fma (vf a, vf b, vf c) { return _mm256_fmadd_ps (a, b, c); }
V_INLINE vf v_fnma (vf a, vf b, vf c) { return _mm256_fnmadd_ps (a, b, c); }
V_INLINE vf v_fms (vf a, vf b, vf c) { return _mm256_fmsub_ps (a, b, c); }
V_INLINE vf v_fmaddsub (vf a, vf b, vf c) { return _mm256_fmaddsub_ps (a, b, c); }
V_INLINE vf v_min (vf a, vf b) { return _mm256_min_ps (a, b); }
V_INLINE vf v_max (vf a, vf b) { return _mm256_max_ps (a, b); }
V_INLINE vf v_abs (vf x) { return _mm256_andnot_ps (_mm256_set1_ps (-0.0f), x); }
V_INLINE vf v_negate (vf x) { return _mm256_xor_ps (x, _mm256_set1_ps (-0.0f)); }

V_INLINE vf
v_copysign (vf magnitude, vf sign)
{
  return _mm256_blendv_ps (v_abs (magnitude), v_negate (v_abs (magnitude)), sign);
}

V_INLINE vf v_round (vf x) { return _mm256_round_ps (x, V_NEAREST); }
V_INLINE vf v_floor (vf x) { return _mm256_round_ps (x, V_DOWN); }

/* 2^n, for n within -126 ... 127. */
V_INLINE vf
v_power_of_2 (__m256i n)
{
  __m256i exponent = _mm256_add_epi32 (n, _mm256_set1_epi32 (127));

  return _mm256_castsi256_ps (_mm256_slli_epi32 (exponent, 23));
}

/* x * 2^n for whole n within +-250. In two steps, so that neither factor leaves the range of floats
 * while the product is in it. */
V_INLINE vf
v_ldexp (vf x, vf n)
{
  __m256i whole = _mm256_cvtps_epi32 (n);
  __m256i half = _mm256_srai_epi32 (whole, 1);

  return v_mul (v_mul (x, v_power_of_2 (half)), v_power_of_2 (_mm256_sub_epi32 (whole, half)));
}

/* ---- Across lanes ------------------------------------------------------------------------ */

V_INLINE float v_lane0 (vf x) { return _mm256_cvtss_f32 (x); }

V_INLINE float
v_hsum (vf x)
{
  __m128 four = _mm_add_ps (_mm256_castps256_ps128 (x), _mm256_extractf128_ps (x, 1));
  __m128 two = _mm_add_ps (four, _mm_movehl_ps (four, four));

  return _mm_cvtss_f32 (_mm_add_ss (two, _mm_movehdup_ps (two)));
}

V_INLINE float
v_hmax (vf x)
{
  __m128 four = _mm_max_ps (_mm256_castps256_ps128 (x), _mm256_extractf128_ps (x, 1));
  __m128 two = _mm_max_ps (four, _mm_movehl_ps (four, four));

  return _mm_cvtss_f32 (_mm_max_ss (two, _mm_movehdup_ps (two)));
}

/* The lanes of the first half, each twice; those of the second half; lanes 1, 0, 3, 2 ... */
V_INLINE vf
v_twice_lo (vf x)
{
  return _mm256_permutevar8x32_ps (x, _mm256_setr_epi32 (0, 0, 1, 1, 2, 2, 3, 3));
}

V_INLINE vf
v_twice_hi (vf x)
{
  return _mm256_permutevar8x32_ps (x, _mm256_setr_epi32 (4, 4, 5, 5, 6, 6, 7, 7));
}

V_INLINE vf v_swap_pairs (vf x) { return _mm256_permute_ps (x, 0xb1); }

/* ---- Doubles ----------------------------------------------------------------------------- */

V_INLINE vd v_d_set1 (double x) { return (vd) { _mm256_set1_pd (x), _mm256_set1_pd (x) }; }

V_INLINE vd
v_d_from (vf x)
{
  __m128 lo = _mm256_castps256_ps128 (x), hi = _mm256_extractf128_ps (x, 1);

  return (vd) { _mm256_cvtps_pd (lo), _mm256_cvtps_pd (hi) };
}

V_INLINE vf
v_d_to_f (vd x)
{
  return _mm256_set_m128 (_mm256_cvtpd_ps (x.hi), _mm256_cvtpd_ps (x.lo));
}

V_INLINE vd
v_d_add (vd a, vd b)
{
  return (vd) { _mm256_add_pd (a.lo, b.lo), _mm256_add_pd (a.hi, b.hi) };
}

V_INLINE vd
v_d_mul (vd a, vd b)
{
  return (vd) { _mm256_mul_pd (a.lo, b.lo), _mm256_mul_pd (a.hi, b.hi) };
}

V_INLINE vd
v_d_fma (vd a, vd b, vd c)
{
  return (vd) { _mm256_fmadd_pd (a.lo, b.lo, c.lo), _mm256_fmadd_pd (a.hi, b.hi, c.hi) };
}

V_INLINE vd
v_d_fnma (vd a, vd b, vd c)
{
  return (vd) { _mm256_fnmadd_pd (a.lo, b.lo, c.lo), _mm256_fnmadd_pd (a.hi, b.hi, c.hi) };
}

V_INLINE vd
v_d_round (vd x)
{
  return (vd) { _mm256_round_pd (x.lo, V_NEAREST), _mm256_round_pd (x.hi, V_NEAREST) };
}

V_INLINE vd
v_d_floor (vd x)
{
  return (vd) { _mm256_round_pd (x.lo, V_DOWN), _mm256_round_pd (x.hi, V_DOWN) };
}

V_INLINE double
v_d_hsum (vd x)
{
  __m256d four = _mm256_add_pd (x.lo, x.hi);
  __m128d two = _mm_add_pd (_mm256_castpd256_pd128 (four), _mm256_extractf128_pd (four, 1));

  return _mm_cvtsd_f64 (_mm_add_sd (two, _mm_unpackhi_pd (two, two)));
}
