/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>

#include "fixture.h"

/* Every operation on the CPU against the plainest calculation in double. */

#define TOLERANCE 1e-10 /* NMSE */
#define N_ROWS    29

typedef struct
{
  Fixture *f;
  ChBuilder *b;
  ChRef x; /* the embedding of the row's token */
} Build;

static const ChWeight *
weight (Build *build, const char *name)
{
  return fixture_weight (build->f, name, ch_device_cpu ());
}

/* Makes row y out of the embedding x of a token at a position; returns its width. */
typedef gsize (*Reference) (Fixture *f, const float *x, gint32 position, double *y);

typedef struct
{
  const char *path;
  ChRef (*build) (Build *build);
  Reference reference;
} OpTest;

static double
nmse_of (const GArray *result, const double *expected)
{
  double difference = 0, square = 0;

  for (guint i = 0; i < result->len; i++)
    {
      double d = g_array_index (result, float, i) - expected[i];

      difference += d * d;
      square += expected[i] * expected[i];
    }
  return difference / square;
}

/* Runs one row-local program over a batch of one sequence, on one and on three threads. */
static void
test_op (gconstpointer data)
{
  const OpTest *test = data;
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (ChBuilder) b = ch_builder_new (CH_PRECISION_EXACT);
  gsize length = N_ROWS, done = 0;
  g_autoptr (TestBatch) batch = test_batch_new (&length, &done, 1);
  Build build = { f, b, { 0 } };
  g_autoptr (Ready) ready = NULL;
  g_autofree double *expected = g_new (double, N_ROWS * 4096);
  gsize width = 0;

  build.x = ch_embed (b, weight (&build, "table"));
  ch_result (b, test->build (&build));
  ready = ready_new (ch_compile (b, N_ROWS, N_ROWS, NULL), CH_KV_F32);
  for (gsize i = 0; i < N_ROWS; i++)
    width = test->reference (f, fixture_values (f, "table") + token_at (0, i) * N_EMBD, i,
                             expected + i * width);
  for (gint n_threads = 1; n_threads <= 3; n_threads += 2)
    {
      g_autoptr (GArray) result = ready_run (ready, &batch->batch, n_threads);

      g_assert_cmpuint (result->len, ==, N_ROWS * width);
      g_assert_cmpfloat (nmse_of (result, expected), <, TOLERANCE);
    }
}

/* ---- The plain calculations ----------------------------------------------------------------- */

static void
linear (const float *w, gsize cols, gsize rows, const double *x, double *y)
{
  for (gsize r = 0; r < rows; r++)
    {
      y[r] = 0;
      for (gsize c = 0; c < cols; c++)
        y[r] += (double) w[r * cols + c] * x[c];
    }
}

static void
linear_f (Fixture *f, const char *name, gsize rows, const float *x, double *y)
{
  double wide[N_EMBD];

  for (gsize i = 0; i < N_EMBD; i++)
    wide[i] = x[i];
  linear (fixture_values (f, name), N_EMBD, rows, wide, y);
}

static double
root_mean_square (const float *x, gsize n, double mean, double eps)
{
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += (x[i] - mean) * (x[i] - mean);
  return sqrt (sum / n + eps);
}

static double
silu (double x)
{
  return x / (1 + exp (-x));
}

static gsize
ref_embed (Fixture *f, const float *x, gint32 position, double *y)
{
  for (gsize i = 0; i < N_EMBD; i++)
    y[i] = x[i];
  return N_EMBD;
}

static ChRef
build_embed (Build *build)
{
  return build->x;
}

static gsize
ref_rms_norm (Fixture *f, const float *x, gint32 position, double *y)
{
  double rms = root_mean_square (x, N_EMBD, 0, 1e-3);

  for (gsize i = 0; i < N_EMBD; i++)
    y[i] = x[i] / rms * fixture_values (f, "norm")[i];
  return N_EMBD;
}

static ChRef
build_rms_norm (Build *build)
{
  return ch_rms_norm (build->b, build->x, weight (build, "norm"), 1e-3);
}

static gsize
ref_head_norm (Fixture *f, const float *x, gint32 position, double *y)
{
  for (gsize i = 0; i < N_EMBD; i++)
    y[i] = x[i] / root_mean_square (x + i / K_DIM * K_DIM, K_DIM, 0, 1e-3)
           * fixture_values (f, "head-norm")[i % K_DIM];
  return N_EMBD;
}

static ChRef
build_head_norm (Build *build)
{
  return ch_rms_norm_heads (build->b, build->x, weight (build, "head-norm"), N_EMBD / K_DIM, 1e-3);
}

static gsize
ref_layer_norm (Fixture *f, const float *x, gint32 position, double *y)
{
  double mean = 0, deviation;

  for (gsize i = 0; i < N_EMBD; i++)
    mean += x[i] / N_EMBD;
  deviation = root_mean_square (x, N_EMBD, mean, 1e-3);
  for (gsize i = 0; i < N_EMBD; i++)
    y[i] =
        (x[i] - mean) / deviation * fixture_values (f, "norm")[i] + fixture_values (f, "bias")[i];
  return N_EMBD;
}

static ChRef
build_layer_norm (Build *build)
{
  return ch_layer_norm (build->b, build->x, weight (build, "norm"), weight (build, "bias"), 1e-3);
}

/* Rows that do not fill a panel. */
static gsize
ref_uneven (Fixture *f, const float *x, gint32 position, double *y)
{
  linear_f (f, "uneven", 37, x, y);
  return 37;
}

static ChRef
build_uneven (Build *build)
{
  return ch_linear (build->b, build->x, weight (build, "uneven"), NULL);
}

static gsize
ref_residual (Fixture *f, const float *x, gint32 position, double *y)
{
  linear_f (f, "square", N_EMBD, x, y);
  for (gsize i = 0; i < N_EMBD; i++)
    y[i] += fixture_values (f, "bias")[i] + x[i];
  return N_EMBD;
}

static ChRef
build_residual (Build *build)
{
  return ch_add (build->b,
                 ch_linear (build->b, build->x, weight (build, "square"), weight (build, "bias")),
                 build->x);
}

/* An addition that nothing can be fused into, a product, a scale and a cap. */
static gsize
ref_elements (Fixture *f, const float *x, gint32 position, double *y)
{
  for (gsize i = 0; i < N_EMBD; i++)
    y[i] = 0.7 * tanh (((double) x[i] * x[i] + x[i]) * 2.5 / 0.7);
  return N_EMBD;
}

static ChRef
build_elements (Build *build)
{
  ChRef square = ch_mul (build->b, build->x, build->x);

  return ch_softcap (build->b, ch_scale (build->b, ch_add (build->b, square, build->x), 2.5), 0.7);
}

static gsize
ref_glu (Fixture *f, const float *x, gint32 position, double *y)
{
  double up[N_EMBD];

  linear_f (f, "square", N_EMBD, x, up);
  for (gsize i = 0; i < N_EMBD; i++)
    y[i] = silu (x[i]) * up[i];
  return N_EMBD;
}

static ChRef
build_glu (Build *build)
{
  return ch_glu (build->b, CH_GLU_SILU, build->x,
                 ch_linear (build->b, build->x, weight (build, "square"), NULL));
}

/* ---- RoPE ----------------------------------------------------------------------------------- */

static const float rope_freqs[] = { 1, 0.3, 0.1, 0.02 };

static void
turn (double *a, double *b, double angle)
{
  double x = *a, y = *b;

  *a = 1.5 * (x * cos (angle) - y * sin (angle));
  *b = 1.5 * (x * sin (angle) + y * cos (angle));
}

static gsize
ref_rope (Fixture *f, const float *x, gint32 position, double *y, gboolean neox)
{
  for (gsize i = 0; i < N_EMBD; i++)
    y[i] = x[i];
  for (gsize head = 0; head < N_EMBD; head += K_DIM)
    for (gsize pair = 0; pair < G_N_ELEMENTS (rope_freqs); pair++)
      if (neox)
        turn (&y[head + pair], &y[head + pair + G_N_ELEMENTS (rope_freqs)],
              position * (double) rope_freqs[pair]);
      else
        turn (&y[head + 2 * pair], &y[head + 2 * pair + 1], position * (double) rope_freqs[pair]);
  return N_EMBD;
}

static gsize
ref_rope_pairs (Fixture *f, const float *x, gint32 position, double *y)
{
  return ref_rope (f, x, position, y, FALSE);
}

/* The value before it is turned is read again after, so this one cannot be turned in place. */
static gsize
ref_rope_neox (Fixture *f, const float *x, gint32 position, double *y)
{
  ref_rope (f, x, position, y, TRUE);
  for (gsize i = 0; i < N_EMBD; i++)
    y[i] += x[i];
  return N_EMBD;
}

static ChRef
build_rope_pairs (Build *build)
{
  ChRope rope = { rope_freqs, 2 * G_N_ELEMENTS (rope_freqs), FALSE, 1.5 };

  return ch_rope (build->b, build->x, N_EMBD / K_DIM, &rope);
}

static ChRef
build_rope_neox (Build *build)
{
  ChRope rope = { rope_freqs, 2 * G_N_ELEMENTS (rope_freqs), TRUE, 1.5 };

  return ch_add (build->b, ch_rope (build->b, build->x, N_EMBD / K_DIM, &rope), build->x);
}

/* ---- Experts -------------------------------------------------------------------------------- */

static void
add_expert (Fixture *f, gsize expert, const float *x, double share, double *y)
{
  double wide[N_EMBD], gate[N_FF], up[N_FF], out[N_EMBD];

  for (gsize i = 0; i < N_EMBD; i++)
    wide[i] = x[i];
  linear (fixture_values (f, "gates") + expert * N_EMBD * N_FF, N_EMBD, N_FF, wide, gate);
  linear (fixture_values (f, "ups") + expert * N_EMBD * N_FF, N_EMBD, N_FF, wide, up);
  for (gsize i = 0; i < N_FF; i++)
    gate[i] = silu (gate[i]) * up[i];
  linear (fixture_values (f, "downs") + expert * N_EMBD * N_FF, N_FF, N_EMBD, gate, out);
  for (gsize i = 0; i < N_EMBD; i++)
    y[i] += share * out[i];
}

/* The two best of the router, in shares that add up to one. */
static gsize
ref_experts (Fixture *f, const float *x, gint32 position, double *y)
{
  double logits[N_EXPERTS];
  gsize best = 0, second;

  linear_f (f, "router", N_EXPERTS, x, logits);
  for (gsize i = 1; i < N_EXPERTS; i++)
    best = logits[i] > logits[best] ? i : best;
  second = best == 0 ? 1 : 0;
  for (gsize i = 0; i < N_EXPERTS; i++)
    second = i != best && logits[i] > logits[second] ? i : second;
  for (gsize i = 0; i < N_EMBD; i++)
    y[i] = 0;
  add_expert (f, best, x, 1 / (1 + exp (logits[second] - logits[best])), y);
  add_expert (f, second, x, 1 / (1 + exp (logits[best] - logits[second])), y);
  return N_EMBD;
}

static ChRef
build_experts (Build *build)
{
  return ch_experts (build->b, build->x, weight (build, "router"), weight (build, "gates"),
                     weight (build, "ups"), weight (build, "downs"), 2, TRUE, CH_GLU_SILU);
}

/* ---- Rows ----------------------------------------------------------------------------------- */

static void
test_outputs (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (ChBuilder) b = ch_builder_new (CH_PRECISION_EXACT);
  gsize length = N_ROWS, done = 0;
  g_autoptr (TestBatch) batch = test_batch_new (&length, &done, 1);
  g_autoptr (GArray) result = NULL;
  g_autoptr (Ready) ready = NULL;

  ch_result (b, ch_outputs (b, ch_embed (b, fixture_weight (f, "table", ch_device_cpu ()))));
  ready = ready_new (ch_compile (b, N_ROWS, N_ROWS, NULL), CH_KV_F32);
  result = ready_run (ready, &batch->batch, 2);
  g_assert_cmpuint (result->len, ==, (N_ROWS + 2) / 3 * N_EMBD);
  for (gsize i = 0; i * 3 < N_ROWS; i++)
    g_assert_cmpmem (&g_array_index (result, float, i *N_EMBD), N_EMBD * sizeof (float),
                     fixture_values (f, "table") + token_at (0, i * 3) * N_EMBD,
                     N_EMBD * sizeof (float));
}

static void
test_own_embeddings (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (ChBuilder) b = ch_builder_new (CH_PRECISION_EXACT);
  gsize length = 3, done = 0;
  g_autoptr (TestBatch) batch = test_batch_new (&length, &done, 1);
  const float *own = fixture_values (f, "square");
  g_autoptr (GArray) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (Ready) ready = NULL;

  ch_result (b, ch_embed (b, fixture_weight (f, "table", ch_device_cpu ())));
  ready = ready_new (ch_compile (b, N_ROWS, N_ROWS, NULL), CH_KV_F32);
  batch->rows[1].token = -1;
  batch->rows[1].embedding = own;
  result = ready_run (ready, &batch->batch, 1);
  g_assert_cmpmem (&g_array_index (result, float, N_EMBD), N_EMBD * sizeof (float), own,
                   N_EMBD * sizeof (float));

  batch->rows[1].token = N_TOKENS;
  g_assert_false (ch_program_run (ready->program, ready->executables, ready->kvs, &batch->batch, 1,
                                  TRUE, NULL, &error));
  g_assert_nonnull (strstr (error->message, "50"));
}

/* ---- Int8 activations ----------------------------------------------------------------------- */

static GArray *
run_product (Fixture *f, ChPrecision precision)
{
  g_autoptr (ChBuilder) b = ch_builder_new (precision);
  gsize length = N_ROWS, done = 0;
  g_autoptr (TestBatch) batch = test_batch_new (&length, &done, 1);
  g_autoptr (Ready) ready = NULL;
  ChRef x = ch_embed (b, fixture_weight (f, "table", ch_device_cpu ()));

  ch_result (b,
             ch_mul (b, ch_linear (b, x, fixture_weight (f, "square-q8", ch_device_cpu ()), NULL),
                     ch_linear (b, x, fixture_weight (f, "other-q8", ch_device_cpu ()), NULL)));
  ready = ready_new (ch_compile (b, N_ROWS, N_ROWS, NULL), CH_KV_F32);
  return ready_run (ready, &batch->batch, 2);
}

/* The answer is near that of the exact path, and not it. */
static void
test_fast (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (GArray) exact = run_product (f, CH_PRECISION_EXACT);
  g_autoptr (GArray) fast = run_product (f, CH_PRECISION_FAST);
  g_autofree double *expected = g_new (double, exact->len);

  for (guint i = 0; i < exact->len; i++)
    expected[i] = g_array_index (exact, float, i);
  g_assert_cmpfloat (nmse_of (fast, expected), <, 1e-3);
  g_assert_cmpfloat (nmse_of (fast, expected), >, 0);
}

static const OpTest tests[] = {
  { "/ops/embed", build_embed, ref_embed },
  { "/ops/rms-norm", build_rms_norm, ref_rms_norm },
  { "/ops/head-norm", build_head_norm, ref_head_norm },
  { "/ops/layer-norm", build_layer_norm, ref_layer_norm },
  { "/ops/uneven-matrix", build_uneven, ref_uneven },
  { "/ops/bias-and-residual", build_residual, ref_residual },
  { "/ops/elements", build_elements, ref_elements },
  { "/ops/glu", build_glu, ref_glu },
  { "/ops/rope-pairs", build_rope_pairs, ref_rope_pairs },
  { "/ops/rope-neox", build_rope_neox, ref_rope_neox },
  { "/ops/experts", build_experts, ref_experts },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add_data_func (tests[i].path, &tests[i], test_op);
  g_test_add_func ("/ops/outputs", test_outputs);
  g_test_add_func ("/ops/own-embeddings", test_own_embeddings);
  g_test_add_func ("/ops/fast", test_fast);
  return g_test_run ();
}
