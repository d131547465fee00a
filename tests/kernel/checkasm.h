/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/kernel.h"

/* Every kernel of every instruction set that this machine has, against the portable one and against
 * arithmetic in double; and, with --bench, how fast each is. Plain C, so that a thread
 * sanitizer sees all of it. */

typedef struct
{
  const char *kernel; /* the name of its counter, without the level */
  ChIsa top;          /* the highest level that has a version of its own */
  int arg;            /* what the functions below make of it: a class, say */
  void (*check) (const ChKernels *kernels, int arg); /* NULL: there is no such kernel */
  void (*bench) (const ChKernels *kernels, int arg); /* may be NULL */
} CheckTest;

/* One list a file, ended by an entry without a name. */
extern const CheckTest check_matmul_tests[];

/* Notes a failure of the running test when ok is false; the message names the input. Returns ok. */
bool check_that (bool ok, const char *format, ...) __attribute__ ((format (printf, 2, 3)));

/* Memory that knows when someone wrote outside it. Aligned to 64 bytes. check_free()
 * fails the test when the guard bytes have changed. */
void *check_alloc (size_t size);
void check_free (void *memory);

/* The same numbers in every run. */
void check_seed (uint64_t seed);
uint32_t check_random (void);
uint32_t check_random_below (uint32_t n);
float check_random_normal (void); /* mean 0, variance about 1 */
void check_fill_normal (float *x, size_t n);

/* Calls func (data) until enough time has passed and prints what one call of macs multiplications
 * and bytes read comes to. */
void check_bench (const char *what, double macs, double bytes, void (*func) (void *data),
                  void *data);
