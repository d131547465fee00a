/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "checkasm.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/random-blocks.h"
#include "kernel/act8.h"
#include "kernel/panel.h"

/* ---- Weights --------------------------------------------------------------------------------- */

/* A matrix in a GGUF type, as panels (or as it is, for classes that have none), and in floats. */
typedef struct
{
  ChMatrix matrix;
  size_t row_bytes;
  uint8_t *blocks;
  uint8_t *panels;
  float *weights;
} Weights;

static const ChType types[] = {
#define CH_TYPE(NAME, ...) CH_TYPE_##NAME,
#include "format/types.def"
#undef CH_TYPE
};

#define N_TYPES (sizeof types / sizeof *types)

static bool
is_float (ChClass cls)
{
  return cls == CH_CLASS_F32 || cls == CH_CLASS_F16 || cls == CH_CLASS_BF16;
}

/* The i-th of the types of a class, over and over. Q8_1, which is no type of weights, stands for
 * those that have none. */
static ChType
type_of_class (ChClass cls, size_t i)
{
  ChType found[N_TYPES];
  size_t n = 0;

  if (cls == CH_CLASS_NONE)
    return CH_TYPE_Q8_1;
  for (size_t k = 0; k < N_TYPES; k++)
    if (ch_class_of (types[k], 1024) == cls)
      found[n++] = types[k];
  return found[i % n];
}

/* Blocks of arbitrary codes, among them the extreme ones that no quantizer writes; their upper
 * scales are set to a sane number. */
static void
fill_blocks (ChType type, uint8_t *blocks, size_t n_bytes)
{
  size_t block_bytes = ch_type_info (type)->bytes;

  for (size_t i = 0; i < n_bytes; i++)
    blocks[i] = (uint8_t) check_random ();
  for (size_t b = 0; b < n_bytes; b += block_bytes)
    {
      uint16_t scale = ch_f32_to_f16 (0.01f * check_random_normal ());

      if (check_random_below (4) == 0)
        memset (blocks + b, check_random_below (2) ? 0xff : 0x80, block_bytes);
      if (!ch_set_block_scale (type, blocks + b, 0.01f * check_random_normal (),
                               0.01f * check_random_normal ()))
        memcpy (blocks + b, &scale, sizeof scale);
    }
}

/* Numbers as they are in models: of the type's quantizer, or made up. */
static void
fill_normal_blocks (ChType type, const float *weights, uint8_t *blocks, size_t n)
{
  uint64_t state = check_random ();

  if (ch_can_quantize (type))
    ch_quantize (type, weights, blocks, n, NULL);
  else
    check_that (ch_make_up (type, blocks, n, 1.0f, &state), "cannot make up this type");
}

static void
pack_weights (Weights *w)
{
  ChMatrix *matrix = &w->matrix;
  size_t bytes = ch_panel_bytes (matrix->cls, matrix->type, matrix->cols);

  matrix->stride = bytes;
  w->panels = check_alloc ((matrix->rows + 15) / 16 * bytes);
  matrix->data = w->panels;
  for (size_t r = 0; r < matrix->rows; r += 16)
    ch_pack_panel (matrix->cls, matrix->type, w->blocks + r * w->row_bytes, w->row_bytes,
                   matrix->rows - r < 16 ? matrix->rows - r : 16, matrix->cols,
                   w->panels + r / 16 * bytes);
}

static Weights
weights_new (ChClass cls, ChType type, size_t rows, size_t cols, bool arbitrary)
{
  Weights w = { .matrix = { .cls = cls, .type = type, .rows = rows, .cols = cols } };

  w.row_bytes = ch_type_row_bytes (type, cols);
  w.blocks = check_alloc (rows * w.row_bytes);
  w.weights = check_alloc (rows * cols * sizeof (float));
  check_fill_normal (w.weights, rows * cols);
  if (arbitrary)
    fill_blocks (type, w.blocks, rows * w.row_bytes);
  else
    fill_normal_blocks (type, w.weights, w.blocks, rows * cols);
  check_that (ch_dequantize (type, w.blocks, w.weights, rows * cols), "no dequantizer");
  if (cls != CH_CLASS_NONE)
    pack_weights (&w);
  else
    {
      w.matrix.data = w.blocks;
      w.matrix.stride = w.row_bytes;
    }
  return w;
}

static void
weights_free (Weights *w)
{
  check_free (w->blocks);
  check_free (w->weights);
  if (w->panels != NULL)
    check_free (w->panels);
}

/* ---- Cases ----------------------------------------------------------------------------------- */

typedef struct
{
  Weights w;
  size_t m, ldx, ldy;
  float *x;
  uint8_t *act8;       /* x quantized by the kernels under test */
  size_t act8_bytes;
  void *scratch;
} Case;

static bool
has_fast (ChClass cls)
{
  return cls != CH_CLASS_NONE && !is_float (cls);
}

/* The i-th of a series of shapes that goes over all edges of tiles: rows and tokens take every
 * remainder, columns odd and even numbers of steps. */
static Case
case_new (const ChKernels *kernels, ChClass cls, size_t i)
{
  static const size_t odd_cols[] = { 1, 7, 31, 33, 100 };
  ChType type = type_of_class (cls, i);
  size_t block = ch_type_info (type)->block, unit = block > 32 ? block : 32;
  size_t cols = unit * (1 + i % (unit == 32 ? 9 : 3)), rows = 1 + i * 7 % 50;
  bool arbitrary = !is_float (cls) && (i % 3 == 0 || cls == CH_CLASS_NONE);
  Case c = { .m = 1 + i % 19 };

  if (cls == CH_CLASS_NONE && i % 2 == 0)
    {
      type = CH_TYPE_F32;
      cols = odd_cols[i / 2 % 5];
      arbitrary = false;
    }
  c.w = weights_new (cls, type, rows, cols, arbitrary);
  c.ldx = cols + i % 4;
  c.ldy = rows + i % 3;
  c.x = check_alloc (c.m * c.ldx * sizeof (float));
  check_fill_normal (c.x, c.m * c.ldx);
  /* The greatest codes, of either sign or of one: sums in 16 bits must not run over. */
  if (i % 5 == 0)
    for (size_t k = 0; k < c.m * c.ldx; k++)
      c.x[k] = i % 2 == 0 || c.x[k] > 0 ? 1.0f : -1.0f;
  c.act8_bytes = ch_act8_bytes (cols) + 64 * (i % 2);
  c.act8 = check_alloc (c.m * c.act8_bytes);
  for (size_t t = 0; has_fast (cls) && t < c.m; t++)
    kernels->quantize_act8 (c.x + t * c.ldx, cols, c.act8 + t * c.act8_bytes);
  c.scratch = check_alloc (CH_MATMUL_SCRATCH (cols));
  return c;
}

static void
case_free (Case *c)
{
  weights_free (&c->w);
  check_free (c->x);
  check_free (c->act8);
  check_free (c->scratch);
}

/* One call of the exact or fast kernel: rows [row0, row1), tokens [t0, t1). */
static void
case_run (const Case *c, const ChKernels *kernels, bool fast, size_t row0, size_t row1, size_t t0,
          size_t t1, float *y)
{
  const ChMatrix *w = &c->w.matrix;

  if (fast)
    kernels->matmul_fast[w->cls](w, row0, row1, c->act8 + t0 * c->act8_bytes, c->act8_bytes,
                                 t1 - t0, y + t0 * c->ldy, c->ldy);
  else
    kernels->matmul_exact[w->cls](w, row0, row1, c->x + t0 * c->ldx, c->ldx, t1 - t0,
                                  y + t0 * c->ldy, c->ldy,
                                  w->cls == CH_CLASS_NONE ? c->scratch : NULL);
}

static float *
result_new (const Case *c)
{
  size_t n = c->m * c->ldy;
  float *y = check_alloc (n * sizeof *y);

  for (size_t i = 0; i < n; i++)
    y[i] = -12345.0f;
  return y;
}

static bool
same_results (const Case *c, const float *a, const float *b)
{
  return memcmp (a, b, c->m * c->ldy * sizeof *a) == 0;
}

/* Token by token, and 16 rows at a time: the same bits, and nothing written between the rows. */
static void
check_shares (const Case *c, const ChKernels *kernels, bool fast, const float *whole)
{
  float *y = result_new (c);
  size_t rows = c->w.matrix.rows;

  for (size_t t = 0; t < c->m; t++)
    case_run (c, kernels, fast, 0, rows, t, t + 1, y);
  check_that (same_results (c, y, whole), "token by token differs: %zu x %zu, m %zu", rows,
              c->w.matrix.cols, c->m);
  for (size_t r = 0; r < rows; r += 16)
    case_run (c, kernels, fast, r, rows - r < 16 ? rows : r + 16, 0, c->m, y);
  check_that (same_results (c, y, whole), "share by share differs: %zu x %zu, m %zu", rows,
              c->w.matrix.cols, c->m);
  for (size_t t = 0; t < c->m; t++)
    for (size_t r = rows; r < c->ldy; r++)
      check_that (whole[t * c->ldy + r] == -12345.0f, "written beyond the rows");
  check_free (y);
}

/* Adds squared error and squared size of the results against sums in double. The size of a result
 * is at least that of its products: results that happen to cancel count no more than others. */
static void
add_errors (const Case *c, const float *y, double *error, double *size)
{
  size_t cols = c->w.matrix.cols;

  for (size_t t = 0; t < c->m; t++)
    for (size_t r = 0; r < c->w.matrix.rows; r++)
      {
        double sum = 0, products = 0, difference;

        for (size_t k = 0; k < cols; k++)
          {
            double product = (double) c->w.weights[r * cols + k] * (double) c->x[t * c->ldx + k];

            sum += product;
            products += product * product;
          }
        difference = sum - (double) y[t * c->ldy + r];
        *error += difference * difference;
        *size += fmax (sum * sum, products);
      }
}

static void
check_exact (const ChKernels *kernels, int cls)
{
  for (size_t i = 0; i < 60; i++)
    {
      Case c = case_new (kernels, (ChClass) cls, i);
      float *y = result_new (&c);
      double error = 0, size = 0;

      case_run (&c, kernels, false, 0, c.w.matrix.rows, 0, c.m, y);
      add_errors (&c, y, &error, &size);
      check_that (sqrt (error) <= 1e-6 * sqrt (size), "relative error %g: %zu x %zu, m %zu",
                  sqrt (error / size), c.w.matrix.rows, c.w.matrix.cols, c.m);
      check_shares (&c, kernels, false, y);
      check_free (y);
      case_free (&c);
    }
}

/* Rows long enough that a single chain of float sums would not do. */
static void
check_long_rows (const ChKernels *kernels, int cls)
{
  Case c = { .m = 3, .ldx = 28672, .ldy = 16 };
  float *y;
  double error = 0, size = 0;

  c.w = weights_new ((ChClass) cls, type_of_class ((ChClass) cls, 0), 16, c.ldx, false);
  c.x = check_alloc (c.m * c.ldx * sizeof (float));
  check_fill_normal (c.x, c.m * c.ldx);
  y = result_new (&c);
  case_run (&c, kernels, false, 0, 16, 0, c.m, y);
  add_errors (&c, y, &error, &size);
  check_that (sqrt (error / size) < 1e-6, "relative error %g in long rows", sqrt (error / size));
  check_free (y);
  check_free (c.x);
  weights_free (&c.w);
}

static void
check_fast (const ChKernels *kernels, int cls)
{
  const ChKernels *ref = ch_kernels_for (CH_ISA_REF);
  double error = 0, size = 0;

  for (size_t i = 0; i < 60; i++)
    {
      Case c = case_new (kernels, (ChClass) cls, i);
      float *y = result_new (&c), *expected = result_new (&c);

      case_run (&c, kernels, true, 0, c.w.matrix.rows, 0, c.m, y);
      case_run (&c, ref, true, 0, c.w.matrix.rows, 0, c.m, expected);
      check_that (same_results (&c, y, expected), "not the reference's bits: %zu x %zu, m %zu",
                  c.w.matrix.rows, c.w.matrix.cols, c.m);
      check_shares (&c, kernels, true, y);
      if (i % 3 != 0)
        add_errors (&c, y, &error, &size);
      check_free (y);
      check_free (expected);
      case_free (&c);
    }
  check_that (error / size < 5e-4, "NMSE %g", error / size);
}

/* ---- Activations ----------------------------------------------------------------------------- */

static void
fill_odd_block (float *x, size_t kind)
{
  check_fill_normal (x, 32);
  for (size_t i = 0; i < 32; i++)
    switch (kind)
      {
      case 0:
        x[i] = i % 2 ? 0.0f : -0.0f;
        break;
      case 1:
        x[i] *= 1e-42f;
        break;
      case 2:
        x[i] *= 1e37f;
        break;
      case 3:
        x[i] = i % 7 == 0 ? 127.0f : (float) i - 16.5f;
        break;
      case 4:
        x[i] *= 1e-29f;
        break;
      default:
        break;
      }
  if (kind == 5)
    x[check_random_below (32)] = INFINITY;
  if (kind == 6)
    x[check_random_below (32)] = -NAN;
}

static void
check_act8 (const ChKernels *kernels, int arg)
{
  const ChKernels *ref = ch_kernels_for (CH_ISA_REF);

  (void) arg;
  for (size_t n = 32; n <= 32 * 24; n += 32)
    {
      float *x = check_alloc (n * sizeof *x);
      ChAct8 *a = check_alloc (ch_act8_bytes (n)), *b = check_alloc (ch_act8_bytes (n));

      for (size_t i = 0; i < n / 32; i++)
        fill_odd_block (x + 32 * i, (i + n / 32) % 11);
      kernels->quantize_act8 (x, n, a);
      ref->quantize_act8 (x, n, b);
      check_that (memcmp (a, b, ch_act8_bytes (n)) == 0, "not the reference's bytes: n %zu", n);
      for (size_t i = 0; i < n; i++)
        if (isfinite (a[i / 32].d))
          check_that (fabs ((double) a[i / 32].d * a[i / 32].q[i % 32] - (double) x[i])
                          <= 0.501 * (double) a[i / 32].d + 1e-30,
                      "value %g became %d of %g", (double) x[i], a[i / 32].q[i % 32],
                      (double) a[i / 32].d);
      check_free (x);
      check_free (a);
      check_free (b);
    }
}

/* ---- Packing --------------------------------------------------------------------------------- */

/* Types whose panels hold a code for every weight, where the file has one for several. */
static bool
is_shared_code (ChType type)
{
  const char *name = ch_type_info (type)->name;

  return strncmp (name, "IQ1", 3) == 0 || strncmp (name, "IQ2", 3) == 0
         || strncmp (name, "IQ3", 3) == 0 || type == CH_TYPE_TQ1_0;
}

/* A panel read back is the dequantized matrix, and zero in the rows that it has not. */
static void
check_packing (ChClass cls, ChType type)
{
  size_t cols = 768, n_rows = 1 + check_random_below (16);
  Weights w = weights_new (cls, type, n_rows, cols, !is_float (cls));
  float step[32 * 16];

  check_that (ch_class_of (type, 33) == CH_CLASS_NONE, "a class for 33 columns");
  check_that (is_shared_code (type)
                  || w.matrix.stride * 8 <= ch_type_row_bytes (type, cols) * 16 * 9,
              "%s: panel of %zu bytes", ch_type_info (type)->name, w.matrix.stride);
  for (size_t s = 0; s < cols / 32; s++)
    {
      ch_panel_step_weights (cls, w.panels, cols / 32, s, step);
      for (size_t i = 0; i < 32 * 16; i++)
        {
          size_t r = i % 16, c = s * 32 + i / 16;
          float expected = r < n_rows ? w.weights[r * cols + c] : 0;

          check_that (step[i] == expected, "%s: row %zu column %zu is %g, not %g",
                      ch_type_info (type)->name, r, c, (double) step[i], (double) expected);
        }
    }
  weights_free (&w);
}

static void
check_types (ChClass cls)
{
  size_t n = 0;

  for (size_t i = 0; i < N_TYPES; i++)
    if (ch_class_of (types[i], 768) == cls)
      {
        check_packing (cls, types[i]);
        n++;
      }
  check_that (n > 0, "no type of class %s", ch_class_name (cls));
}

static void
check_exact_class (const ChKernels *kernels, int cls)
{
  if (cls != CH_CLASS_NONE)
    check_types ((ChClass) cls);
  check_exact (kernels, cls);
  if (cls != CH_CLASS_NONE)
    check_long_rows (kernels, cls);
}

/* ---- Benchmarks ------------------------------------------------------------------------------ */

#define BENCH_COLS 4096
#define BENCH_DECODE_BYTES (96u << 20) /* more than any cache near */

typedef struct
{
  const ChKernels *kernels;
  ChMatrix w;
  bool fast;
  size_t m;
  float *x, *y;
  uint8_t *act8;
} Bench;

static void
bench_call (void *data)
{
  const Bench *b = data;

  if (b->fast)
    b->kernels->matmul_fast[b->w.cls](&b->w, 0, b->w.rows, b->act8, ch_act8_bytes (BENCH_COLS),
                                      b->m, b->y, b->w.rows);
  else
    b->kernels->matmul_exact[b->w.cls](&b->w, 0, b->w.rows, b->x, BENCH_COLS, b->m, b->y, b->w.rows,
                                       NULL);
}

static void
bench_shape (Bench *b, const char *what, size_t rows, size_t m)
{
  size_t bytes = rows / 16 * b->w.stride;
  uint8_t *panels = check_alloc (bytes);

  memset (panels, 0x2c, bytes);
  b->w.data = panels;
  b->w.rows = rows;
  b->m = m;
  b->x = check_alloc (m * BENCH_COLS * sizeof (float));
  b->y = check_alloc (m * rows * sizeof (float));
  b->act8 = check_alloc (m * ch_act8_bytes (BENCH_COLS));
  check_fill_normal (b->x, m * BENCH_COLS);
  for (size_t t = 0; t < m; t++)
    b->kernels->quantize_act8 (b->x + t * BENCH_COLS, BENCH_COLS,
                               b->act8 + t * ch_act8_bytes (BENCH_COLS));
  check_bench (what, (double) rows * BENCH_COLS * (double) m, (double) bytes, bench_call, b);
  check_free (panels);
  check_free (b->x);
  check_free (b->y);
  check_free (b->act8);
}

static void
bench_matmul (const ChKernels *kernels, ChClass cls, bool fast)
{
  Bench b = { .kernels = kernels, .fast = fast };

  b.w = (ChMatrix){ .cls = cls, .type = type_of_class (cls, 0), .cols = BENCH_COLS };
  b.w.stride = ch_panel_bytes (cls, b.w.type, BENCH_COLS);
  bench_shape (&b, "  1 token, from memory", BENCH_DECODE_BYTES / b.w.stride * 16, 1);
  bench_shape (&b, "  1 token, from cache", (512u << 10) / b.w.stride * 16, 1);
  bench_shape (&b, "  4 tokens, from memory", BENCH_DECODE_BYTES / b.w.stride * 16, 4);
  bench_shape (&b, "  128 tokens", 256, 128);
}

static void
bench_exact (const ChKernels *kernels, int cls)
{
  if (cls != CH_CLASS_NONE)
    bench_matmul (kernels, (ChClass) cls, false);
}

static void
bench_fast (const ChKernels *kernels, int cls)
{
  bench_matmul (kernels, (ChClass) cls, true);
}

/* Types of weights have a class, and classes that are no floats a fast kernel at every level. */
static void
check_coverage (const ChKernels *kernels, int arg)
{
  uint8_t act8[1];

  (void) arg;
  kernels->quantize_act8 (NULL, 0, act8);
  for (size_t i = 0; i < N_TYPES; i++)
    {
      ChClass cls = ch_class_of (types[i], 1024);
      bool is_weights = is_float (cls) || ch_can_make_up (types[i]);

      check_that (is_weights == (cls != CH_CLASS_NONE), "class of %s",
                  ch_type_info (types[i])->name);
      check_that ((kernels->matmul_fast[cls] != NULL) == has_fast (cls), "fast kernel of %s",
                  ch_class_name (cls));
    }
}

const CheckTest check_matmul_tests[] = {
  { "quantize_act8", CH_ISA_AVX512VNNI, 0, check_act8, NULL },
  { "quantize_act8", CH_ISA_AVX512VNNI, 0, check_coverage, NULL },
#define CH_CLASS(NAME, name, ...)                                                                  \
  { "matmul_exact_" name, CH_ISA_AVX512VNNI, CH_CLASS_##NAME, check_exact_class, bench_exact },
#include "kernel/classes.def"
#undef CH_CLASS
  { "matmul_exact_none", CH_ISA_AVX512VNNI, CH_CLASS_NONE, check_exact_class, bench_exact },
#define CH_CLASS(NAME, name, code_bits, table, value_bits, ...)                                    \
  { "matmul_fast_" name, CH_ISA_AVX512VNNI, CH_CLASS_##NAME, value_bits > 0 ? check_fast : NULL,   \
    value_bits > 0 ? bench_fast : NULL },
#include "kernel/classes.def"
#undef CH_CLASS
  { NULL },
};
