/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel/kernel-private.h"

#include <string.h>

/* The probes in portable C. Their results are what the SIMD ones must give; how fast they are is
 * what a machine without SIMD kernels has to expect. */

#define CH_KERNEL(kernel) static ChCounter count_##kernel = { .name = #kernel ".ref" };
#include "kernel/probe.def"
#undef CH_KERNEL

#define SUMS 8

static double
probe_fma (size_t steps)
{
  ch_counter_hit (&count_probe_fma);
  volatile float unknown = 1.0f; /* the compiler must not count instead of adding */
  float sum[SUMS] = { 0 }, one = unknown;
  double total = 0.0;

  for (size_t step = 0; step < steps; step++)
    for (int i = 0; i < SUMS; i++)
      sum[i] += one * one;
  for (int i = 0; i < SUMS; i++)
    total += sum[i];
  return total;
}

static double
probe_dot (size_t steps)
{
  ch_counter_hit (&count_probe_dot);
  int32_t sum[SUMS] = { 0 };
  int32_t one = 1;
  double total = 0.0;

  for (size_t step = 0; step < steps; step++)
    {
      __asm__ volatile ("" : "+r"(one)); /* likewise */
      for (int i = 0; i < SUMS; i++)
        sum[i] += one * one;
    }
  for (int i = 0; i < SUMS; i++)
    total += sum[i];
  return total;
}

static uint32_t
probe_read (const void *data, size_t bytes, size_t n_streams, size_t ahead)
{
  ch_counter_hit (&count_probe_read);
  const uint8_t *at = data;
  uint32_t sum = 0, word;

  (void) n_streams;
  (void) ahead;
  for (size_t i = 0; i < bytes; i += sizeof word)
    {
      memcpy (&word, at + i, sizeof word);
      sum += word;
    }
  return sum;
}

void
ch_probe_init_ref (ChKernels *kernels)
{
#define CH_KERNEL(kernel)                     \
  ch_counter_register (&count_##kernel);      \
  kernels->kernel = kernel;
#include "kernel/probe.def"
#undef CH_KERNEL
}
