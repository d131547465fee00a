/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>

#include "fixture.h"

/* Attention masks over several sequences in a batch, against the definition of attention in double;
 * and that the number of threads changes nothing. */

typedef struct
{
  const char *path;
  gint window;
  gboolean bidirectional;
  gsize lengths[3], done[3]; /* of which done were there from a batch before */
  gsize n_seqs;
  ChKvType type;
  double tolerance;
} MaskTest;

/* Long contexts go beyond one share of the context, and single rows at their end are cut up over
 * the threads. */
static const MaskTest tests[] = {
  { "/attention/causal", 0, FALSE, { 5, 70, 1 }, { 0, 0, 0 }, 3, CH_KV_F32, 1e-10 },
  { "/attention/causal-continued", 0, FALSE, { 9, 70, 65 }, { 8, 63, 2 }, 3, CH_KV_F32, 1e-10 },
  { "/attention/causal-long", 0, FALSE, { 600 }, { 0 }, 1, CH_KV_F32, 1e-10 },
  { "/attention/decode-long", 0, FALSE, { 650 }, { 649 }, 1, CH_KV_F32, 1e-10 },
  { "/attention/decode-two-long", 0, FALSE, { 650, 530 }, { 649, 529 }, 2, CH_KV_F32, 1e-10 },
  { "/attention/window", 16, FALSE, { 5, 70, 1 }, { 0, 0, 0 }, 3, CH_KV_F32, 1e-10 },
  { "/attention/window-long", 100, FALSE, { 640 }, { 600 }, 1, CH_KV_F32, 1e-10 },
  { "/attention/bidirectional", 0, TRUE, { 5, 70, 1 }, { 0, 0, 0 }, 3, CH_KV_F32, 1e-10 },
  { "/attention/bidirectional-window", 16, TRUE, { 5, 70, 1 }, { 0, 0, 0 }, 3, CH_KV_F32, 1e-10 },
  { "/attention/f16", 0, FALSE, { 5, 70, 1 }, { 0, 0, 0 }, 3, CH_KV_F16, 1e-5 },
};

static ChProgram *
make_program (Fixture *f, const MaskTest *test)
{
  g_autoptr (ChBuilder) b = ch_builder_new (CH_PRECISION_EXACT);
  ChDevice *cpu = ch_device_cpu ();
  ChAttnShape shape = {
    .n_heads = N_HEADS, .n_kv_heads = N_KV_HEADS, .k_dim = K_DIM, .v_dim = V_DIM, .scale = 0.3
  };
  ChRef x, q, k, v;

  ch_builder_layer (b, 0, cpu);
  x = ch_embed (b, fixture_weight (f, "table", cpu));
  q = ch_linear (b, x, fixture_weight (f, "q", cpu), NULL);
  k = ch_linear (b, x, fixture_weight (f, "k", cpu), NULL);
  v = ch_linear (b, x, fixture_weight (f, "v", cpu), NULL);
  ch_result (b, ch_attention (b, q, k, v, &shape, test->window, test->bidirectional));
  return ch_compile (b, 1200, 1200, NULL);
}

/* ---- The definition ------------------------------------------------------------------------- */

static void
project (Fixture *f, const char *name, gsize rows, gint32 token, double *y)
{
  const float *w = fixture_values (f, name), *x = fixture_values (f, "table") + token * N_EMBD;

  for (gsize r = 0; r < rows; r++)
    {
      y[r] = 0;
      for (gsize c = 0; c < N_EMBD; c++)
        y[r] += (double) w[r * N_EMBD + c] * x[c];
    }
}

static gboolean
sees (const MaskTest *test, gint64 row, gint64 key)
{
  if (key > row && !test->bidirectional)
    return FALSE;
  return test->window == 0 || ABS (row - key) < test->window;
}

/* All keys and values of a sequence. */
typedef struct
{
  double k[700][N_KV_HEADS * K_DIM], v[700][N_KV_HEADS * V_DIM];
} History;

static void
attend (const MaskTest *test, const History *h, gsize length, gsize row, gsize head,
        const double *q, double *y)
{
  gsize kv_head = head / (N_HEADS / N_KV_HEADS);
  double sum = 0;

  for (gsize d = 0; d < V_DIM; d++)
    y[d] = 0;
  for (gsize key = 0; key < length; key++)
    {
      double score = 0, weight;

      if (!sees (test, row, key))
        continue;
      for (gsize d = 0; d < K_DIM; d++)
        score += q[head * K_DIM + d] * h->k[key][kv_head * K_DIM + d];
      weight = exp (0.3 * score - 30); /* small enough for these values that nothing overflows */
      sum += weight;
      for (gsize d = 0; d < V_DIM; d++)
        y[d] += weight * h->v[key][kv_head * V_DIM + d];
    }
  for (gsize d = 0; d < V_DIM; d++)
    y[d] /= sum;
}

/* Appends the rows of one sequence that the last batch has. */
static void
expect_sequence (Fixture *f, const MaskTest *test, gsize seq, GArray *expected)
{
  g_autofree History *h = g_new (History, 1);
  double q[N_HEADS * K_DIM], y[V_DIM];

  for (gsize i = 0; i < test->lengths[seq]; i++)
    {
      project (f, "k", N_KV_HEADS * K_DIM, token_at (seq, i), h->k[i]);
      project (f, "v", N_KV_HEADS * V_DIM, token_at (seq, i), h->v[i]);
    }
  for (gsize row = test->done[seq]; row < test->lengths[seq]; row++)
    {
      project (f, "q", N_HEADS * K_DIM, token_at (seq, row), q);
      for (gsize head = 0; head < N_HEADS; head++)
        {
          attend (test, h, test->lengths[seq], row, head, q, y);
          g_array_append_vals (expected, y, V_DIM);
        }
    }
}

static double
nmse_of (const GArray *result, const GArray *expected)
{
  double difference = 0, square = 0;

  for (guint i = 0; i < result->len; i++)
    {
      double e = g_array_index (expected, double, i), d = g_array_index (result, float, i) - e;

      difference += d * d;
      square += e * e;
    }
  return difference / square;
}

static void
fill_history (Ready *ready, const MaskTest *test)
{
  static const gsize nothing[3] = { 0 };
  g_autoptr (TestBatch) before = test_batch_new (test->done, nothing, test->n_seqs);
  g_autoptr (GArray) result = NULL;

  if (before->batch.n_rows > 0)
    result = ready_run (ready, &before->batch, 2);
}

static void
test_mask (gconstpointer data)
{
  const MaskTest *test = data;
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (Ready) ready = ready_new (make_program (f, test), test->type);
  g_autoptr (TestBatch) batch = test_batch_new (test->lengths, test->done, test->n_seqs);
  g_autoptr (GArray) expected = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) alone = NULL;

  for (gsize s = 0; s < test->n_seqs; s++)
    expect_sequence (f, test, s, expected);
  fill_history (ready, test);
  alone = ready_run (ready, &batch->batch, 1);
  g_assert_cmpuint (alone->len, ==, expected->len);
  g_assert_cmpfloat (nmse_of (alone, expected), <, test->tolerance);
  for (gint n_threads = 2; n_threads <= 5; n_threads++)
    {
      g_autoptr (GArray) together = ready_run (ready, &batch->batch, n_threads);

      g_assert_cmpmem (together->data, together->len * sizeof (float), alone->data,
                       alone->len * sizeof (float));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add_data_func (tests[i].path, &tests[i], test_mask);
  return g_test_run ();
}
