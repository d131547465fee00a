/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel/kernel-private.h"

#include <math.h>

/* The vector kernels in portable C. They are the specification that the SIMD ones are tested
 * against, so they are written to be right at a glance and compute in double precision. */

#define CH_KERNEL(kernel) static ChCounter count_##kernel = { .name = #kernel ".ref" };
#include "kernel/vector.def"
#undef CH_KERNEL

/* ---- Norms ------------------------------------------------------------------------------- */

static double
mean_of (const float *x, size_t n)
{
  double sum = 0.0;

  for (size_t i = 0; i < n; i++)
    sum += x[i];
  return sum / (double) n;
}

/* The mean of the squared distances from centre. */
static double
mean_square (const float *x, size_t n, double centre)
{
  double sum = 0.0;

  for (size_t i = 0; i < n; i++)
    sum += (x[i] - centre) * (x[i] - centre);
  return sum / (double) n;
}

static void
rms_norm (const float *x, const float *w, size_t n, float eps, float *y)
{
  ch_counter_hit (&count_rms_norm);
  double factor = 1.0 / sqrt (mean_square (x, n, 0.0) + eps);

  for (size_t i = 0; i < n; i++)
    y[i] = (float) (x[i] * factor * (w != NULL ? w[i] : 1.0f));
}

static void
layer_norm (const float *x, const float *w, const float *b, size_t n, float eps, float *y)
{
  ch_counter_hit (&count_layer_norm);
  double mean = mean_of (x, n);
  double factor = 1.0 / sqrt (mean_square (x, n, mean) + eps);

  for (size_t i = 0; i < n; i++)
    y[i] = (float) ((x[i] - mean) * factor * (w != NULL ? w[i] : 1.0f) + (b != NULL ? b[i] : 0.0f));
}

/* ---- Rotary embedding -------------------------------------------------------------------- */

static void
turn (float *a, float *b, double cosine, double sine)
{
  double x = *a, y = *b;

  *a = (float) (x * cosine - y * sine);
  *b = (float) (x * sine + y * cosine);
}

static void
rope (float *x, size_t n_heads, size_t head_dim, const ChRope *rope, int32_t position)
{
  ch_counter_hit (&count_rope);
  size_t half = rope->n_dims / 2;
  size_t step = rope->neox ? 1 : 2, apart = rope->neox ? half : 1;

  for (size_t i = 0; i < half; i++)
    {
      double angle = (double) position * rope->freqs[i];
      double cosine = cos (angle) * rope->magnitude, sine = sin (angle) * rope->magnitude;

      for (size_t h = 0; h < n_heads; h++)
        {
          float *a = x + h * head_dim + i * step;
          turn (a, a + apart, cosine, sine);
        }
    }
}

/* ---- Activations ------------------------------------------------------------------------- */

static void
softmax (float *x, size_t n)
{
  ch_counter_hit (&count_softmax);
  float max = -INFINITY;
  double sum = 0.0;

  for (size_t i = 0; i < n; i++)
    max = fmaxf (max, x[i]);
  for (size_t i = 0; i < n; i++)
    {
      double e = exp ((double) x[i] - max);
      x[i] = (float) e;
      sum += e;
    }
  for (size_t i = 0; i < n; i++)
    x[i] = (float) (x[i] / sum);
}

static double
activate (ChGluKind kind, double x)
{
  switch (kind)
    {
    case CH_GLU_SILU:
      return x / (1.0 + exp (-x));
    case CH_GLU_GELU:
      return 0.5 * x * erfc (-x * M_SQRT1_2);
    case CH_GLU_GELU_TANH:
      return x / (1.0 + exp (-2.0 * sqrt (M_2_PI) * (x + 0.044715 * x * x * x)));
    case CH_GLU_RELU:
      return x < 0.0 ? 0.0 : x;
    }
  return NAN;
}

static void
glu (ChGluKind kind, const float *gate, const float *up, size_t n, float *y)
{
  ch_counter_hit (&count_glu);
  for (size_t i = 0; i < n; i++)
    y[i] = (float) (activate (kind, gate[i]) * (up != NULL ? up[i] : 1.0f));
}

/* ---- Element by element ------------------------------------------------------------------ */

static void
add (const float *a, const float *b, size_t n, float *y)
{
  ch_counter_hit (&count_add);
  for (size_t i = 0; i < n; i++)
    y[i] = a[i] + b[i];
}

static void
mul (const float *a, const float *b, size_t n, float *y)
{
  ch_counter_hit (&count_mul);
  for (size_t i = 0; i < n; i++)
    y[i] = a[i] * b[i];
}

static void
scale (const float *a, float s, size_t n, float *y)
{
  ch_counter_hit (&count_scale);
  for (size_t i = 0; i < n; i++)
    y[i] = a[i] * s;
}

void
ch_vector_init_ref (ChKernels *kernels)
{
#define CH_KERNEL(kernel)                     \
  ch_counter_register (&count_##kernel);      \
  kernels->kernel = kernel;
#include "kernel/vector.def"
#undef CH_KERNEL
}
