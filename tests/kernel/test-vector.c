/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel-test.h"

/* Every vector kernel of every level against double precision, at sizes around the width of the
 * vectors, on unaligned memory with guards. */

static const size_t sizes[] = { 1,  2,  3,  5,  7,  8,   9,   15,  16,
                                17, 31, 32, 33, 63, 100, 128, 577, 4096 };

#define TOLERANCE 1e-13 /* NMSE: a relative error of 3e-7 */

static void
assert_close (const float *got, const double *right, size_t n)
{
  g_assert_cmpfloat (test_nmse (got, right, n), <, TOLERANCE);
}

/* ---- Norms ------------------------------------------------------------------------------- */

static void
norm_by_hand (const float *x, const float *w, const float *b, size_t n, double eps,
              gboolean centred, double *y)
{
  double mean = 0.0, square = 0.0;

  for (size_t i = 0; i < n && centred; i++)
    mean += x[i] / (double) n;
  for (size_t i = 0; i < n; i++)
    square += (x[i] - mean) * (x[i] - mean) / (double) n;
  for (size_t i = 0; i < n; i++)
    {
      y[i] = (x[i] - mean) / sqrt (square + eps) * (w != NULL ? w[i] : 1.0);
      y[i] += b != NULL ? b[i] : 0.0;
    }
}

static void
check_norms (const ChKernels *kernels, size_t n, gboolean weighted, float offset)
{
  uint64_t state = n;
  TestArray x = test_array_random (n, &state, 1.0), y = test_array_new (n);
  TestArray w = test_array_random (n, &state, 1.0), b = test_array_random (n, &state, 1.0);
  const float *weights = weighted ? w.data : NULL, *bias = weighted ? b.data : NULL;
  g_autofree double *right = g_new (double, n);

  for (size_t i = 0; i < n; i++)
    x.data[i] += offset;
  norm_by_hand (x.data, weights, NULL, n, 1e-5f, FALSE, right);
  TEST_RUNS ("rms_norm", kernels->isa, kernels->rms_norm (x.data, weights, n, 1e-5f, y.data));
  assert_close (y.data, right, n);
  norm_by_hand (x.data, weights, bias, n, 1e-5f, TRUE, right);
  TEST_RUNS ("layer_norm", kernels->isa,
             kernels->layer_norm (x.data, weights, bias, n, 1e-5f, x.data));
  assert_close (x.data, right, n);
  test_array_free (&x);
  test_array_free (&y);
  test_array_free (&w);
  test_array_free (&b);
}

static void
test_norms (gconstpointer data)
{
  for (size_t i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      check_norms (data, sizes[i], TRUE, 0.0f);
      check_norms (data, sizes[i], FALSE, 0.0f);
    }
  check_norms (data, 577, TRUE, 1000.0f); /* a common part far above the deviation */
}

/* ---- Rotary embedding -------------------------------------------------------------------- */

static void
rope_by_hand (const float *x, size_t n_heads, size_t head_dim, const ChRope *rope, int32_t position,
              double *y)
{
  size_t half = rope->n_dims / 2;

  for (size_t i = 0; i < n_heads * head_dim; i++)
    y[i] = x[i];
  for (size_t h = 0; h < n_heads; h++)
    for (size_t i = 0; i < half; i++)
      {
        size_t a = h * head_dim + (rope->neox ? i : 2 * i), b = a + (rope->neox ? half : 1);
        double angle = (double) rope->freqs[i] * position;

        y[a] = (x[a] * cos (angle) - x[b] * sin (angle)) * rope->magnitude;
        y[b] = (x[a] * sin (angle) + x[b] * cos (angle)) * rope->magnitude;
      }
}

static void
check_rope (const ChKernels *kernels, size_t n_heads, size_t head_dim, size_t n_dims, gboolean neox,
            int32_t position)
{
  uint64_t state = head_dim;
  TestArray x = test_array_random (n_heads * head_dim, &state, 1.0);
  TestArray freqs = test_array_new (n_dims / 2);
  g_autofree double *right = g_new (double, n_heads * head_dim);
  ChRope rope = { freqs.data, n_dims, neox, 1.25f };

  for (size_t i = 0; i < n_dims / 2; i++)
    freqs.data[i] = (float) pow (10000.0, -2.0 * (double) i / (double) n_dims);
  rope_by_hand (x.data, n_heads, head_dim, &rope, position, right);
  TEST_RUNS ("rope", kernels->isa, kernels->rope (x.data, n_heads, head_dim, &rope, position));
  assert_close (x.data, right, n_heads * head_dim);
  test_array_free (&x);
  test_array_free (&freqs);
}

static void
test_rope (gconstpointer data)
{
  static const size_t dims[][2] = {
    { 2, 2 },   { 8, 6 },   { 16, 16 },  { 18, 18 },   { 32, 32 },  { 64, 64 },
    { 80, 32 }, { 96, 96 }, { 100, 50 }, { 128, 128 }, { 128, 64 }, { 256, 256 },
  };
  static const int32_t positions[] = { 0, 1, 2, 3, 100, 4095, 131071, 1000003, G_MAXINT32 };

  for (size_t i = 0; i < G_N_ELEMENTS (dims); i++)
    for (size_t p = 0; p < G_N_ELEMENTS (positions); p++)
      for (int neox = 0; neox < 2; neox++)
        check_rope (data, 3, dims[i][0], dims[i][1], neox, positions[p]);
}

/* ---- Softmax ----------------------------------------------------------------------------- */

static void
check_softmax (const ChKernels *kernels, TestArray *x)
{
  g_autofree double *right = g_new (double, x->n);
  double max = -INFINITY, sum = 0.0;

  for (size_t i = 0; i < x->n; i++)
    max = fmax (max, x->data[i]);
  for (size_t i = 0; i < x->n; i++)
    sum += exp (x->data[i] - max);
  for (size_t i = 0; i < x->n; i++)
    right[i] = exp (x->data[i] - max) / sum;
  TEST_RUNS ("softmax", kernels->isa, kernels->softmax (x->data, x->n));
  assert_close (x->data, right, x->n);
  for (size_t i = 0; i < x->n; i++)
    g_assert_cmpfloat (fabs (x->data[i] - right[i]), <=, 1e-6 * right[i] + 1e-37);
}

static void
test_softmax (gconstpointer data)
{
  for (size_t i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (double deviation = 0.1; deviation < 1e5; deviation *= 10.0)
      {
        uint64_t state = sizes[i];
        TestArray x = test_array_random (sizes[i], &state, deviation);

        for (size_t k = 0; k < sizes[i]; k++)
          x.data[k] -= 200.0f; /* below zero: no element that is not there may be the greatest */
        check_softmax (data, &x);
        test_array_free (&x);
      }
}

static void
test_softmax_masked (gconstpointer data)
{
  const ChKernels *kernels = data;
  float x[] = { -INFINITY, 1.0f, -INFINITY, 1.0f, -INFINITY };

  kernels->softmax (x, G_N_ELEMENTS (x));
  for (size_t i = 0; i < G_N_ELEMENTS (x); i++)
    g_assert_cmpfloat (x[i], ==, i % 2 == 0 ? 0.0f : 0.5f);
}

/* ---- Activations ------------------------------------------------------------------------- */

static double
activation (ChGluKind kind, double x)
{
  switch (kind)
    {
    case CH_GLU_SILU:
      return x / (1.0 + exp (-x));
    case CH_GLU_GELU:
      return x * 0.5 * erfc (-x / sqrt (2.0));
    case CH_GLU_GELU_TANH:
      return x * 0.5 * (1.0 + tanh (sqrt (2.0 / G_PI) * (x + 0.044715 * x * x * x)));
    case CH_GLU_RELU:
    default:
      return MAX (x, 0.0);
    }
}

/* The bound on one element. Far below zero the activations die out as e^-x does, and take over the
 * relative error of the exponent, which grows with its size; against x it is nothing. */
static double
activation_bound (double x, double right)
{
  return 1e-6 * fabs (right) + (x < 0.0 ? 1e-7 * -x : 0.0) + 1e-37;
}

static void
check_glu (const ChKernels *kernels, ChGluKind kind, const TestArray *gate, const float *up)
{
  TestArray y = test_array_new (gate->n);
  g_autofree double *right = g_new (double, gate->n);

  TEST_RUNS ("glu", kernels->isa, kernels->glu (kind, gate->data, up, gate->n, y.data));
  for (size_t i = 0; i < gate->n; i++)
    {
      double active = activation (kind, gate->data[i]), factor = up != NULL ? up[i] : 1.0;
      double bound = activation_bound (gate->data[i], active) * fabs (factor);

      right[i] = active * factor;
      g_assert_cmpfloat (fabs (y.data[i] - right[i]), <=, bound);
    }
  assert_close (y.data, right, gate->n);
  test_array_free (&y);
}

static void
test_glu (gconstpointer data)
{
  for (size_t i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (ChGluKind kind = CH_GLU_SILU; kind <= CH_GLU_RELU; kind++)
      {
        uint64_t state = sizes[i];
        TestArray gate = test_array_random (sizes[i], &state, 2.0);
        TestArray up = test_array_random (sizes[i], &state, 1.0);

        check_glu (data, kind, &gate, up.data);
        check_glu (data, kind, &gate, NULL);
        test_array_free (&gate);
        test_array_free (&up);
      }
}

/* Over the whole range, fine enough to meet every piece of the approximations. */
static void
test_glu_sweep (gconstpointer data)
{
  TestArray gate = test_array_new (40001);

  for (size_t i = 0; i < gate.n; i++)
    gate.data[i] = ((float) i - 20000.0f) * 0.001f;
  for (ChGluKind kind = CH_GLU_SILU; kind <= CH_GLU_RELU; kind++)
    check_glu (data, kind, &gate, NULL);
  for (size_t i = 0; i < gate.n; i++)
    gate.data[i] = ((float) i - 20000.0f) * 1.7f;
  for (ChGluKind kind = CH_GLU_SILU; kind <= CH_GLU_RELU; kind++)
    check_glu (data, kind, &gate, NULL);
  test_array_free (&gate);
}

static void
test_glu_nan (gconstpointer data)
{
  const ChKernels *kernels = data;
  float x = NAN, y;

  for (ChGluKind kind = CH_GLU_SILU; kind <= CH_GLU_RELU; kind++)
    {
      kernels->glu (kind, &x, NULL, 1, &y);
      g_assert_true (isnan (y));
    }
}

/* ---- Element by element ------------------------------------------------------------------ */

static void
check_elements (const ChKernels *kernels, size_t n)
{
  uint64_t state = n;
  TestArray a = test_array_random (n, &state, 1.0), b = test_array_random (n, &state, 1.0);
  TestArray sum = test_array_new (n), product = test_array_new (n), scaled = test_array_new (n);

  TEST_RUNS ("add", kernels->isa, kernels->add (a.data, b.data, n, sum.data));
  TEST_RUNS ("mul", kernels->isa, kernels->mul (a.data, b.data, n, product.data));
  TEST_RUNS ("scale", kernels->isa, kernels->scale (a.data, 3.7f, n, scaled.data));
  for (size_t i = 0; i < n; i++)
    {
      g_assert_cmpfloat (sum.data[i], ==, a.data[i] + b.data[i]);
      g_assert_cmpfloat (product.data[i], ==, a.data[i] * b.data[i]);
      g_assert_cmpfloat (scaled.data[i], ==, a.data[i] * 3.7f);
    }
  kernels->add (a.data, b.data, n, a.data);
  g_assert_cmpmem (a.data, n * sizeof (float), sum.data, n * sizeof (float));
  test_array_free (&a);
  test_array_free (&b);
  test_array_free (&sum);
  test_array_free (&product);
  test_array_free (&scaled);
}

static void
test_elements (gconstpointer data)
{
  for (size_t i = 0; i < G_N_ELEMENTS (sizes); i++)
    check_elements (data, sizes[i]);
}

/* ---- Measuring --------------------------------------------------------------------------- */

#define BENCH_N 4096

static void
bench_line (const ChKernels *kernels, const char *name, gint64 start, int runs, size_t n)
{
  double ns = (double) (g_get_monotonic_time () - start) * 1e3 / runs;

  g_print ("%-12s %-14s %9.0f ns  %6.3f ns an element\n", ch_isa_name (kernels->isa), name, ns,
           ns / (double) n);
}

static void
bench_level (const ChKernels *kernels)
{
  uint64_t state = 1;
  TestArray x = test_array_random (BENCH_N, &state, 1.0), y = test_array_new (BENCH_N);
  TestArray freqs = test_array_random (64, &state, 0.1);
  ChRope rope = { freqs.data, 128, TRUE, 1.0f };
  static const char *const kinds[] = { "silu", "gelu", "gelu_tanh", "relu" };
  const int runs = 2000;
  gint64 start = g_get_monotonic_time ();

  for (int i = 0; i < runs; i++)
    kernels->rms_norm (x.data, x.data, BENCH_N, 1e-5f, y.data);
  bench_line (kernels, "rms_norm", start, runs, BENCH_N);
  start = g_get_monotonic_time ();
  for (int i = 0; i < runs; i++)
    kernels->rope (y.data, BENCH_N / 128, 128, &rope, i);
  bench_line (kernels, "rope", start, runs, BENCH_N);
  for (ChGluKind kind = CH_GLU_SILU; kind <= CH_GLU_RELU; kind++)
    {
      start = g_get_monotonic_time ();
      for (int i = 0; i < runs; i++)
        kernels->glu (kind, x.data, x.data, BENCH_N, y.data);
      bench_line (kernels, kinds[kind], start, runs, BENCH_N);
    }
  start = g_get_monotonic_time ();
  for (int i = 0; i < runs; i++)
    kernels->softmax (y.data, BENCH_N);
  bench_line (kernels, "softmax", start, runs, BENCH_N);
  test_array_free (&x);
  test_array_free (&y);
  test_array_free (&freqs);
}

int
main (int argc, char *argv[])
{
  if (argc > 1 && strcmp (argv[1], "--bench") == 0)
    {
      for (ChIsa isa = CH_ISA_REF; isa < CH_ISA_AVX512VNNI; isa++)
        if (ch_kernels_for (isa) != NULL)
          bench_level (ch_kernels_for (isa));
      return 0;
    }
  g_test_init (&argc, &argv, NULL);
  test_add_levels ("norms", test_norms);
  test_add_levels ("rope", test_rope);
  test_add_levels ("softmax", test_softmax);
  test_add_levels ("softmax-masked", test_softmax_masked);
  test_add_levels ("glu", test_glu);
  test_add_levels ("glu-sweep", test_glu_sweep);
  test_add_levels ("glu-nan", test_glu_nan);
  test_add_levels ("elements", test_elements);
  return g_test_run ();
}
