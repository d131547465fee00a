/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kernel/x86/vec-avx512.h"

/* Integer lanes of AVX-512, with VNNI where the compiler may use it. The names are those of
 * vec-int-avx2.h, which says what they mean. */

typedef uint32_t v_u32 __attribute__ ((vector_size (64)));

V_INLINE vi v_iload (const void *p) { return _mm512_loadu_si512 (p); }
V_INLINE vi v_izero (void) { return _mm512_setzero_si512 (); }
V_INLINE vi v_iset1 (int32_t a) { return _mm512_set1_epi32 (a); }
V_INLINE vi v_iadd (vi a, vi b) { return _mm512_add_epi32 (a, b); }
V_INLINE vi v_iand (vi a, vi b) { return _mm512_and_si512 (a, b); }
V_INLINE vi v_ior (vi a, vi b) { return _mm512_or_si512 (a, b); }
V_INLINE vi v_ixor (vi a, vi b) { return _mm512_xor_si512 (a, b); }
V_INLINE vi v_imax (vi a, vi b) { return _mm512_max_epi32 (a, b); }
V_INLINE vi v_ishr (vi a, int n) { return (vi) ((v_u32) a >> n); } /* brings in zeros */
V_INLINE vi v_ishl (vi a, int n) { return (vi) ((v_u32) a << n); }

V_INLINE vf v_as_float (vi a) { return _mm512_castsi512_ps (a); }
V_INLINE vi v_as_int (vf a) { return _mm512_castps_si512 (a); }
V_INLINE vi v_round_i32 (vf a) { return _mm512_cvtps_epi32 (a); } /* to nearest, ties to even */

V_INLINE vi
v_iload_u8 (const uint8_t *p)
{
  return _mm512_cvtepu8_epi32 (_mm_loadu_si128 ((const __m128i *) (const void *) p));
}

V_INLINE vf v_from_u8 (const uint8_t *p) { return v_from_i32 (v_iload_u8 (p)); }

V_INLINE vi
v_lookup (const int8_t *table, vi codes)
{
  __m128i entries = _mm_loadu_si128 ((const __m128i *) (const void *) table);

  return _mm512_shuffle_epi8 (_mm512_broadcast_i32x4 (entries), codes);
}

V_INLINE vf
v_from_i8 (const uint8_t *p)
{
  return v_from_i32 (_mm512_cvtepi8_epi32 (_mm_loadu_si128 ((const __m128i *) (const void *) p)));
}

V_INLINE void
v_store_i8 (int8_t *p, vi a)
{
  _mm_storeu_si128 ((__m128i *) (void *) p, _mm512_cvtepi32_epi8 (a));
}

V_INLINE int32_t v_ireduce_add (vi a) { return _mm512_reduce_add_epi32 (a); }
V_INLINE int32_t v_ireduce_max (vi a) { return _mm512_reduce_max_epi32 (a); }

/* ---- Dot products ---------------------------------------------------------------------------- */

V_INLINE vi
v_broadcast4 (const int8_t *p)
{
  int32_t four;

  __builtin_memcpy (&four, p, sizeof four);
  return _mm512_set1_epi32 (four);
}

#ifdef __AVX512VNNI__

#define V_DOT_SIGNED 0
#define V_DOT_RUN(bits) 8

typedef vi v_dots; /* sums from the start */

V_INLINE v_dots
v_dot_begin (vi sum)
{
  return sum;
}

V_INLINE v_dots
v_dot (v_dots dots, vi codes, vi x, int bits)
{
  (void) bits;
  return _mm512_dpbusd_epi32 (dots, codes, x);
}

V_INLINE vi
v_dot_end (vi sum, v_dots dots)
{
  (void) sum;
  return dots;
}

#else

#define V_DOT_SIGNED 1
#define V_DOT_RUN(bits) ((bits) <= 4 ? 8 : (bits) == 5 ? 4 : (bits) == 6 ? 2 : 1)

typedef __m512i v_dots; /* int16 lanes */

V_INLINE v_dots
v_dot_begin (vi sum)
{
  (void) sum;
  return _mm512_setzero_si512 ();
}

V_INLINE v_dots
v_dot (v_dots dots, vi codes, vi x, int bits)
{
  if (bits == 8)
    {
      __mmask64 negative = _mm512_movepi8_mask (codes);
      __m512i turned = _mm512_mask_sub_epi8 (x, negative, _mm512_setzero_si512 (), x);

      return _mm512_maddubs_epi16 (_mm512_abs_epi8 (codes), turned);
    }
  return _mm512_add_epi16 (dots, _mm512_maddubs_epi16 (codes, x));
}

V_INLINE vi
v_dot_end (vi sum, v_dots dots)
{
  return _mm512_add_epi32 (sum, _mm512_madd_epi16 (dots, _mm512_set1_epi16 (1)));
}

#endif
