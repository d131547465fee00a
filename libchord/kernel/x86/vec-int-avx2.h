/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kernel/x86/vec-avx2.h"

/* Integer lanes of AVX2, and the dot product of codes with int8 activations. vec-int-avx512.h has
 * the same names. Loads need no alignment. */

typedef uint32_t v_u32 __attribute__ ((vector_size (32)));

V_INLINE vi v_iload (const void *p) { return _mm256_loadu_si256 ((const __m256i *) p); }
V_INLINE vi v_izero (void) { return _mm256_setzero_si256 (); }
V_INLINE vi v_iset1 (int32_t a) { return _mm256_set1_epi32 (a); }
V_INLINE vi v_iadd (vi a, vi b) { return _mm256_add_epi32 (a, b); }
V_INLINE vi v_iand (vi a, vi b) { return _mm256_and_si256 (a, b); }
V_INLINE vi v_ior (vi a, vi b) { return _mm256_or_si256 (a, b); }
V_INLINE vi v_ixor (vi a, vi b) { return _mm256_xor_si256 (a, b); }
V_INLINE vi v_imax (vi a, vi b) { return _mm256_max_epi32 (a, b); }
V_INLINE vi v_ishr (vi a, int n) { return (vi) ((v_u32) a >> n); } /* brings in zeros */
V_INLINE vi v_ishl (vi a, int n) { return (vi) ((v_u32) a << n); }

V_INLINE vf v_as_float (vi a) { return _mm256_castsi256_ps (a); }
V_INLINE vi v_as_int (vf a) { return _mm256_castps_si256 (a); }
V_INLINE vi v_round_i32 (vf a) { return _mm256_cvtps_epi32 (a); } /* to nearest, ties to even */

V_INLINE vi
v_iload_u8 (const uint8_t *p)
{
  return _mm256_cvtepu8_epi32 (_mm_loadl_epi64 ((const __m128i *) (const void *) p));
}

V_INLINE vf v_from_u8 (const uint8_t *p) { return v_from_i32 (v_iload_u8 (p)); }

/* Each byte of codes, which is below 16, becomes the entry of the table that it names. */
V_INLINE vi
v_lookup (const int8_t *table, vi codes)
{
  __m128i entries = _mm_loadu_si128 ((const __m128i *) (const void *) table);

  return _mm256_shuffle_epi8 (_mm256_broadcastsi128_si256 (entries), codes);
}

V_INLINE vf
v_from_i8 (const uint8_t *p)
{
  return v_from_i32 (_mm256_cvtepi8_epi32 (_mm_loadl_epi64 ((const __m128i *) (const void *) p)));
}

/* Stores lanes within -128 .. 127 as bytes. */
V_INLINE void
v_store_i8 (int8_t *p, vi a)
{
  __m128i half = _mm_packs_epi32 (_mm256_castsi256_si128 (a), _mm256_extracti128_si256 (a, 1));

  _mm_storel_epi64 ((__m128i *) (void *) p, _mm_packs_epi16 (half, half));
}

V_INLINE int32_t
v_ireduce_add (vi a)
{
  __m128i s = _mm_add_epi32 (_mm256_castsi256_si128 (a), _mm256_extracti128_si256 (a, 1));

  s = _mm_add_epi32 (s, _mm_shuffle_epi32 (s, 0x4e));
  s = _mm_add_epi32 (s, _mm_shuffle_epi32 (s, 0xb1));
  return _mm_cvtsi128_si32 (s);
}

V_INLINE int32_t
v_ireduce_max (vi a)
{
  __m128i s = _mm_max_epi32 (_mm256_castsi256_si128 (a), _mm256_extracti128_si256 (a, 1));

  s = _mm_max_epi32 (s, _mm_shuffle_epi32 (s, 0x4e));
  s = _mm_max_epi32 (s, _mm_shuffle_epi32 (s, 0xb1));
  return _mm_cvtsi128_si32 (s);
}

/* ---- Dot products ------------------------------------------------------------------------------
 *
 * v_dot() multiplies a group of codes (4 columns in each lane) with the 4 activations that every
 * lane of x holds. It adds into a v_dots, which takes V_DOT_RUN (bits) groups of codes of so many
 * bits at most before v_dot_end() must move it into int32 lanes: here pairs of products share 16
 * bits. Codes of 8 bits are signed if V_DOT_SIGNED, else unsigned; narrower ones are always
 * unsigned. */

#define V_DOT_SIGNED 1
#define V_DOT_RUN(bits) ((bits) <= 4 ? 8 : (bits) == 5 ? 4 : (bits) == 6 ? 2 : 1)

typedef __m256i v_dots; /* int16 lanes */

V_INLINE vi
v_broadcast4 (const int8_t *p)
{
  int32_t four;

  __builtin_memcpy (&four, p, sizeof four);
  return _mm256_set1_epi32 (four);
}

V_INLINE v_dots
v_dot_begin (vi sum)
{
  (void) sum;
  return _mm256_setzero_si256 ();
}

V_INLINE v_dots
v_dot (v_dots dots, vi codes, vi x, int bits)
{
  if (bits == 8)
    return _mm256_maddubs_epi16 (_mm256_abs_epi8 (codes), _mm256_sign_epi8 (x, codes));
  return _mm256_add_epi16 (dots, _mm256_maddubs_epi16 (codes, x));
}

V_INLINE vi
v_dot_end (vi sum, v_dots dots)
{
  return _mm256_add_epi32 (sum, _mm256_madd_epi16 (dots, _mm256_set1_epi16 (1)));
}
