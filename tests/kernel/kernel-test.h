/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/debug.h"
#include "kernel/kernel.h"

/* What the tests of the float kernels share. */

/* A stream of numbers that is the same everywhere. */
static inline double
test_uniform (uint64_t *state)
{
  *state = *state * UINT64_C (6364136223846793005) + UINT64_C (1442695040888963407);
  return (double) (*state >> 11) * 0x1p-53;
}

/* Roughly normal, with the deviation given. */
static inline float
test_normal (uint64_t *state, double deviation)
{
  double sum = -6.0;

  for (int i = 0; i < 12; i++)
    sum += test_uniform (state);
  return (float) (sum * deviation);
}

/* An array with guard bytes on both sides, 4 bytes off any larger alignment. */
typedef struct
{
  float *data;
  size_t n;
  uint8_t *block;
} TestArray;

#define TEST_GUARD 68

static inline TestArray
test_array_new (size_t n)
{
  TestArray array = { NULL, n, g_malloc (n * sizeof (float) + 2 * TEST_GUARD) };

  memset (array.block, 0xa5, n * sizeof (float) + 2 * TEST_GUARD);
  array.data = (float *) (void *) (array.block + TEST_GUARD);
  return array;
}

static inline TestArray
test_array_random (size_t n, uint64_t *state, double deviation)
{
  TestArray array = test_array_new (n);

  for (size_t i = 0; i < n; i++)
    array.data[i] = test_normal (state, deviation);
  return array;
}

static inline void
test_array_free (TestArray *array)
{
  const uint8_t *after = array->block + TEST_GUARD + array->n * sizeof (float);

  for (size_t i = 0; i < TEST_GUARD; i++)
    g_assert_cmphex (array->block[i], ==, 0xa5);
  for (size_t i = 0; i < TEST_GUARD; i++)
    g_assert_cmphex (after[i], ==, 0xa5);
  g_free (array->block);
}

/* The squared error over the squared size of the right answer. */
static inline double
test_nmse (const float *got, const double *right, size_t n)
{
  double error = 0.0, size = 0.0;

  for (size_t i = 0; i < n; i++)
    {
      error += (got[i] - right[i]) * (got[i] - right[i]);
      size += right[i] * right[i];
    }
  return size > 0.0 ? error / size : error;
}

/* The level whose version of a vector kernel this one runs: VNNI adds none. */
static inline const char *
test_vector_level (ChIsa isa)
{
  return ch_isa_name (isa == CH_ISA_AVX512VNNI ? CH_ISA_AVX512 : isa);
}

static inline uint64_t
test_count (const char *kernel, ChIsa isa)
{
  g_autofree char *name = g_strdup_printf ("%s.%s", kernel, test_vector_level (isa));

  return ch_counter_value (name);
}

/* Runs a statement and asserts that it called the kernel's version for this ISA. */
#define TEST_RUNS(kernel, isa, statement)                          \
  G_STMT_START                                                     \
  {                                                                \
    uint64_t before_ = test_count (kernel, isa);                   \
    statement;                                                     \
    g_assert_cmpuint (test_count (kernel, isa), ==, before_ + 1);  \
  }                                                                \
  G_STMT_END

/* Adds a test for every level that this CPU has; data is its ChKernels. Others show as skipped. */
static inline void
test_skip_level (gconstpointer data)
{
  g_test_skip ("this CPU lacks the instructions");
}

static inline void
test_add_levels (const char *name, GTestDataFunc func)
{
  for (ChIsa isa = CH_ISA_REF; isa < CH_N_ISAS; isa++)
    {
      const ChKernels *kernels = ch_kernels_for (isa);
      g_autofree char *path = g_strdup_printf ("/kernel/%s/%s", ch_isa_name (isa), name);

      g_test_add_data_func (path, kernels, kernels != NULL ? func : test_skip_level);
    }
}
