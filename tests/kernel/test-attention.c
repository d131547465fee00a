/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel-test.h"

/* Attention of every level against double precision. All memory of the cache that no row may see
 * is NaN, the pages lie in no order, and results have guards on both sides. */

#define MAX_ROWS CH_ATTN_ROWS
#define TOLERANCE 1e-12 /* NMSE: a relative error of 1e-6 */

typedef struct
{
  ChAttnShape shape;
  size_t n_rows;
  int32_t first[MAX_ROWS], last[MAX_ROWS];
  size_t n_keys; /* the context; of it, the rows may see [written, n_keys) */
  size_t written;
} Case;

typedef struct
{
  const ChKernels *kernels;
  const Case *c;
  ChKvView view;
  uint8_t *cache;
  int32_t *pages;
  size_t n_pages;
  TestArray q, k, v; /* of all positions, as the cache rounds them */
} Setup;

static size_t
heads_per_kv (const Case *c)
{
  return c->shape.n_heads / c->shape.n_kv_heads;
}

/* ---- A cache ----------------------------------------------------------------------------- */

/* A page table without order: page i lies where i * 5 + 3 goes round. */
static void
make_cache (Setup *setup)
{
  const ChAttnShape *shape = &setup->c->shape;
  size_t bytes = ch_kv_page_bytes (shape->type, shape->n_kv_heads, shape->k_dim, shape->v_dim);
  size_t slots;

  setup->n_pages = (setup->c->n_keys + CH_KV_PAGE - 1) / CH_KV_PAGE;
  slots = setup->n_pages % 5 == 0 ? setup->n_pages + 1 : setup->n_pages;
  setup->pages = g_new (int32_t, setup->n_pages);
  for (size_t i = 0; i < setup->n_pages; i++)
    setup->pages[i] = (int32_t) ((i * 5 + 3) % slots);
  bytes += 64; /* pages may be further apart than they are large */
  setup->cache = g_malloc (slots * bytes);
  memset (setup->cache, 0xff, slots * bytes);
  setup->view = (ChKvView) { setup->cache, bytes, setup->pages };
}

static void
round_to_cache (ChKvType type, TestArray *array)
{
  for (size_t i = 0; i < array->n && type == CH_KV_F16; i++)
    array->data[i] = ch_f16_to_f32 (ch_f32_to_f16 (array->data[i]));
}

static void
fill_cache (Setup *setup)
{
  const ChAttnShape *shape = &setup->c->shape;

  for (size_t p = setup->c->written; p < setup->c->n_keys; p++)
    {
      uint8_t *page = setup->cache + (size_t) setup->pages[p / CH_KV_PAGE] * setup->view.page_bytes;
      const float *k = setup->k.data + p * shape->n_kv_heads * shape->k_dim;
      const float *v = setup->v.data + p * shape->n_kv_heads * shape->v_dim;

      TEST_RUNS ("kv_write", setup->kernels->isa,
                 setup->kernels->kv_write (shape->type, page, p % CH_KV_PAGE, shape->n_kv_heads,
                                           shape->k_dim, shape->v_dim, k, v));
    }
  round_to_cache (shape->type, &setup->k);
  round_to_cache (shape->type, &setup->v);
}

static Setup
setup_new (const ChKernels *kernels, const Case *c)
{
  uint64_t state = c->shape.k_dim + c->n_keys;
  size_t n_kv = c->shape.n_kv_heads;
  Setup setup = { .kernels = kernels, .c = c };

  setup.q = test_array_random (c->n_rows * c->shape.n_heads * c->shape.k_dim, &state, 1.0);
  setup.k = test_array_random (c->n_keys * n_kv * c->shape.k_dim, &state, 1.0);
  setup.v = test_array_random (c->n_keys * n_kv * c->shape.v_dim, &state, 1.0);
  for (size_t i = 0; i < setup.v.n; i++)
    setup.v.data[i] += 1.0f; /* or averages cancel, and relative errors mean nothing */
  make_cache (&setup);
  fill_cache (&setup);
  return setup;
}

static void
setup_free (Setup *setup)
{
  test_array_free (&setup->q);
  test_array_free (&setup->k);
  test_array_free (&setup->v);
  g_free (setup->cache);
  g_free (setup->pages);
}

/* ---- The right answer -------------------------------------------------------------------- */

static double
score_by_hand (const Setup *setup, size_t row, size_t head, size_t position)
{
  const ChAttnShape *shape = &setup->c->shape;
  size_t kv_head = head / heads_per_kv (setup->c);
  const float *q = setup->q.data + (row * shape->n_heads + head) * shape->k_dim;
  const float *k = setup->k.data + (position * shape->n_kv_heads + kv_head) * shape->k_dim;
  double sum = 0.0;

  for (size_t d = 0; d < shape->k_dim; d++)
    sum += (double) q[d] * k[d];
  sum *= shape->scale;
  return shape->softcap != 0.0f ? shape->softcap * tanh (sum / shape->softcap) : sum;
}

/* Adds up the values of what a row sees; returns the sum of the weights. */
static double
sum_by_hand (const Setup *setup, size_t row, size_t head, double max, double *y)
{
  const ChAttnShape *shape = &setup->c->shape;
  size_t kv_head = head / heads_per_kv (setup->c);
  double sum = 0.0;

  for (int32_t p = setup->c->first[row]; p < setup->c->last[row]; p++)
    {
      double weight = exp (score_by_hand (setup, row, head, (size_t) p) - max);
      const float *v = setup->v.data + ((size_t) p * shape->n_kv_heads + kv_head) * shape->v_dim;

      sum += weight;
      for (size_t d = 0; d < shape->v_dim; d++)
        y[d] += weight * v[d];
    }
  return sum;
}

static void
attend_by_hand (const Setup *setup, size_t row, size_t head, double *y)
{
  const ChAttnShape *shape = &setup->c->shape;
  double max = shape->sinks != NULL ? shape->sinks[head] : -INFINITY, sum;

  for (int32_t p = setup->c->first[row]; p < setup->c->last[row]; p++)
    max = fmax (max, score_by_hand (setup, row, head, (size_t) p));
  memset (y, 0, shape->v_dim * sizeof *y);
  sum = sum_by_hand (setup, row, head, max, y);
  if (shape->sinks != NULL)
    sum += exp (shape->sinks[head] - max);
  for (size_t d = 0; d < shape->v_dim && sum > 0.0; d++)
    y[d] /= sum;
}

/* ---- The kernels ------------------------------------------------------------------------- */

/* One call: rows [row, row + n_rows) of one kv head on [begin, end). */
static void
call_attention (const Setup *setup, size_t kv_head, size_t row, size_t n_rows, size_t begin,
                size_t end, float *part)
{
  const ChAttnShape *shape = &setup->c->shape;
  size_t ldq = shape->n_heads * shape->k_dim;
  const float *q = setup->q.data + row * ldq;
  TestArray scratch = test_array_new (ch_attention_scratch (shape) / sizeof (float));

  TEST_RUNS ("attention", setup->kernels->isa,
             setup->kernels->attention (shape, &setup->view, kv_head, q, ldq, n_rows,
                                        setup->c->first + row, setup->c->last + row, begin, end,
                                        part, scratch.data));
  test_array_free (&scratch);
}

/* All parts of one kv head: part p has rows times heads results. */
static TestArray
run_parts (const Setup *setup, size_t kv_head, size_t n_parts, gboolean row_by_row)
{
  const Case *c = setup->c;
  size_t row_size = heads_per_kv (c) * (c->shape.v_dim + 2), size = c->n_rows * row_size;
  size_t share = (setup->n_pages + n_parts - 1) / n_parts * CH_KV_PAGE;
  TestArray parts = test_array_new (n_parts * size);

  for (size_t p = 0; p < n_parts; p++)
    {
      size_t begin = MIN (p * share, c->n_keys), end = MIN (begin + share, c->n_keys);
      size_t step = row_by_row ? 1 : c->n_rows;

      begin -= begin % CH_KV_PAGE;
      for (size_t row = 0; row < c->n_rows; row += step)
        call_attention (setup, kv_head, row, step, begin, p * share < c->n_keys ? end : begin,
                        parts.data + p * size + row * row_size);
    }
  return parts;
}

static void
check_joined (const Setup *setup, size_t kv_head, size_t n_parts, const TestArray *parts)
{
  const Case *c = setup->c;
  size_t v_dim = c->shape.v_dim, heads = heads_per_kv (c), n = c->n_rows * heads;
  g_autofree double *right = g_new (double, n * v_dim);
  TestArray y = test_array_new (n * v_dim);

  for (size_t i = 0; i < n; i++)
    {
      size_t head = kv_head * heads + i % heads;
      const float *sink = c->shape.sinks != NULL ? &c->shape.sinks[head] : NULL;

      TEST_RUNS ("attention_join", setup->kernels->isa,
                 setup->kernels->attention_join (parts->data + i * (v_dim + 2), n_parts,
                                                 n * (v_dim + 2), v_dim, sink, y.data + i * v_dim));
      attend_by_hand (setup, i / heads, head, right + i * v_dim);
    }
  g_assert_cmpfloat (test_nmse (y.data, right, n * v_dim), <, TOLERANCE);
  test_array_free (&y);
}

/* Right in any number of parts, and the same to the bit however rows are grouped. */
static void
check_case (const ChKernels *kernels, const Case *c)
{
  static const size_t splits[] = { 1, 2, 5 };
  Setup setup = setup_new (kernels, c);

  for (size_t s = 0; s < G_N_ELEMENTS (splits); s++)
    for (size_t kv_head = 0; kv_head < c->shape.n_kv_heads; kv_head++)
      {
        TestArray together = run_parts (&setup, kv_head, splits[s], FALSE);
        TestArray alone = run_parts (&setup, kv_head, splits[s], TRUE);
        size_t bytes = together.n * sizeof (float);

        check_joined (&setup, kv_head, splits[s], &together);
        g_assert_cmpmem (together.data, bytes, alone.data, bytes);
        test_array_free (&together);
        test_array_free (&alone);
      }
  setup_free (&setup);
}

/* ---- Cases ------------------------------------------------------------------------------- */

static Case
make_case (ChKvType type, size_t n_heads, size_t n_kv_heads, size_t k_dim, size_t v_dim,
           size_t n_rows, size_t n_keys)
{
  Case c = {
    .shape = { type, n_heads, n_kv_heads, k_dim, v_dim, 1.0f / sqrtf ((float) k_dim), 0.0f, NULL },
    .n_rows = n_rows,
    .n_keys = n_keys,
  };

  for (size_t i = 0; i < n_rows; i++)
    c.last[i] = (int32_t) (n_keys - n_rows + i + 1);
  return c;
}

static void
test_dims (gconstpointer data)
{
  static const size_t dims[][2] = {
    { 1, 1 },    { 3, 5 },    { 16, 16 },   { 17, 31 },   { 32, 32 },   { 64, 64 },   { 80, 80 },
    { 96, 100 }, { 72, 577 }, { 128, 128 }, { 192, 128 }, { 256, 256 }, { 576, 512 },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (dims); i++)
    for (ChKvType type = CH_KV_F32; type <= CH_KV_F16; type++)
      {
        Case c = make_case (type, 4, 2, dims[i][0], dims[i][1], 3, 130);
        check_case (data, &c);
      }
}

static void
test_groups (gconstpointer data)
{
  static const size_t groups[] = { 1, 2, 3, 4, 5, 7, 8, 16 };

  for (size_t i = 0; i < G_N_ELEMENTS (groups); i++)
    for (size_t n_rows = 1; n_rows <= MAX_ROWS; n_rows += i % 2 + 1)
      {
        Case c = make_case (i % 2 ? CH_KV_F32 : CH_KV_F16, 2 * groups[i], 2, 32, 40, n_rows, 100);
        check_case (data, &c);
      }
}

/* Rows that end on, before and after the edges of groups and pages. */
static void
test_lengths (gconstpointer data)
{
  static const size_t lengths[] = { 1, 2, 15, 16, 17, 63, 64, 65, 127, 128, 129, 320, 500 };

  for (size_t i = 0; i < G_N_ELEMENTS (lengths); i++)
    for (ChKvType type = CH_KV_F32; type <= CH_KV_F16; type++)
      {
        Case c = make_case (type, 4, 2, 48, 48, MIN (lengths[i], 5), lengths[i]);
        check_case (data, &c);
      }
}

/* A sliding window; what left the window of every row is no longer in the cache. */
static void
test_window (gconstpointer data)
{
  static const int32_t windows[] = { 1, 3, 16, 63, 64, 65, 100 };

  for (size_t i = 0; i < G_N_ELEMENTS (windows); i++)
    {
      Case c = make_case (CH_KV_F16, 4, 2, 32, 32, 7, 300);

      for (size_t row = 0; row < c.n_rows; row++)
        c.first[row] = MAX (0, c.last[row] - windows[i]);
      c.written = (size_t) c.first[0];
      check_case (data, &c);
    }
}

static void
test_softcap (gconstpointer data)
{
  static const float caps[] = { 0.5f, 5.0f, 50.0f };

  for (size_t i = 0; i < G_N_ELEMENTS (caps); i++)
    {
      Case c = make_case (CH_KV_F32, 4, 2, 64, 64, 4, 200);

      c.shape.softcap = caps[i];
      c.shape.scale = 0.5f;
      check_case (data, &c);
    }
}

static void
test_sinks (gconstpointer data)
{
  static const float sinks[] = { -100.0f, -1.0f, 0.0f, 2.0f, 3.5f, 90.0f };
  Case c = make_case (CH_KV_F16, 6, 3, 64, 64, 3, 150);

  c.shape.sinks = sinks;
  check_case (data, &c);
}

/* Scores so far apart that nearly all weights vanish. */
static void
test_sharp (gconstpointer data)
{
  Case c = make_case (CH_KV_F32, 2, 1, 64, 64, 4, 200);

  c.shape.scale = 2.0f;
  check_case (data, &c);
}

/* ---- Corners ----------------------------------------------------------------------------- */

static void
assert_empty (const float *part, size_t v_dim)
{
  for (size_t d = 0; d < v_dim; d++)
    g_assert_cmpfloat (part[d], ==, 0.0f);
  g_assert_cmpfloat (part[v_dim], ==, -INFINITY);
  g_assert_cmpfloat (part[v_dim + 1], ==, 0.0f);
}

/* Rows that see nothing of the share, or nothing at all, between rows that do. */
static void
test_empty (gconstpointer data)
{
  Case c = make_case (CH_KV_F16, 2, 1, 32, 20, 4, 200);
  Setup setup;
  TestArray parts;

  c.first[1] = c.last[1] = 70; /* none */
  c.first[2] = 150;            /* only in the second part */
  c.last[3] = 64;              /* only in the first one */
  check_case (data, &c);
  setup = setup_new (data, &c);
  parts = run_parts (&setup, 0, 2, FALSE);
  for (size_t i = 0; i < 4; i++)
    for (size_t row = 0; row < 4; row++)
      if (row == 1 || (row == 2 && i < 2) || (row == 3 && i >= 2))
        assert_empty (parts.data + ((i / 2 * 4 + row) * 2 + i % 2) * 22, 20);
  test_array_free (&parts);
  setup_free (&setup);
}

static void
test_join_empty (gconstpointer data)
{
  const ChKernels *kernels = data;
  const float part[] = { 0.0f, 0.0f, 0.0f, -INFINITY, 0.0f };
  const float sink = 1.0f;
  float y[3] = { 1.0f, 1.0f, 1.0f };

  kernels->attention_join (part, 1, 5, 3, NULL, y);
  for (size_t i = 0; i < 3; i++)
    g_assert_cmpfloat (y[i], ==, 0.0f);
  y[0] = 1.0f;
  kernels->attention_join (part, 1, 5, 3, &sink, y);
  g_assert_cmpfloat (y[0], ==, 0.0f);
}

/* Two rows of one tile see ranges far apart in one page; between them the cache is NaN. */
static void
test_gap (gconstpointer data)
{
  Case c = make_case (CH_KV_F32, 2, 1, 32, 32, 2, 64);
  Setup setup = setup_new (data, &c);
  size_t bytes = 30 * 32 * sizeof (float);
  uint8_t *page = setup.cache + (size_t) setup.pages[0] * setup.view.page_bytes;

  c.first[0] = 0;
  c.last[0] = 20;
  c.first[1] = 50;
  c.last[1] = 64;
  memset (page + (CH_KV_PAGE + 20) * 32 * sizeof (float), 0xff, bytes);
  TestArray parts = run_parts (&setup, 0, 1, FALSE);
  check_joined (&setup, 0, 1, &parts);
  test_array_free (&parts);
  setup_free (&setup);
}

/* ---- Writing ----------------------------------------------------------------------------- */

static float
cached (ChKvType type, const uint8_t *block, size_t index)
{
  uint16_t half;
  float value;

  memcpy (&half, block + 2 * index, sizeof half);
  memcpy (&value, block + (type == CH_KV_F16 ? 0 : 4 * index), sizeof value);
  return type == CH_KV_F16 ? ch_f16_to_f32 (half) : value;
}

static float
expected_in_cache (ChKvType type, float x)
{
  return type == CH_KV_F16 ? ch_f16_to_f32 (ch_f32_to_f16 (CLAMP (x, -65504.0f, 65504.0f))) : x;
}

/* Every element at its place of the page layout, and not a byte elsewhere. */
static void
check_write (const ChKernels *kernels, ChKvType type, size_t slot, size_t k_dim, size_t v_dim)
{
  const size_t size = type == CH_KV_F16 ? 2 : 4, bytes = ch_kv_page_bytes (type, 2, k_dim, v_dim);
  uint64_t state = slot;
  TestArray k = test_array_random (2 * k_dim, &state, 1e5);
  TestArray v = test_array_random (2 * v_dim, &state, 1e-5);
  TestArray page = test_array_new (bytes / sizeof (float));
  g_autofree uint8_t *clean = g_malloc (bytes);
  uint8_t *data = (uint8_t *) page.data;

  g_assert_cmpuint (bytes, ==, 2 * 64 * (k_dim + v_dim) * size);
  memset (data, 0x5a, bytes);
  memset (clean, 0x5a, bytes);
  kernels->kv_write (type, data, slot, 2, k_dim, v_dim, k.data, v.data);
  for (size_t head = 0; head < 2; head++)
    {
      uint8_t *block = data + head * 64 * (k_dim + v_dim) * size;

      for (size_t d = 0; d < k_dim + v_dim; d++)
        {
          size_t index = d < k_dim ? ((slot / 16) * k_dim + d) * 16 + slot % 16
                                   : 64 * k_dim + slot * v_dim + d - k_dim;
          float x = d < k_dim ? k.data[head * k_dim + d] : v.data[head * v_dim + d - k_dim];

          g_assert_cmpfloat (cached (type, block, index), ==, expected_in_cache (type, x));
          memset (block + index * size, 0x5a, size);
        }
    }
  g_assert_cmpmem (data, bytes, clean, bytes);
  test_array_free (&k);
  test_array_free (&v);
  test_array_free (&page);
}

static void
test_write (gconstpointer data)
{
  static const size_t dims[][2] = { { 1, 1 }, { 3, 7 }, { 16, 16 }, { 17, 15 }, { 128, 64 } };

  for (size_t i = 0; i < G_N_ELEMENTS (dims); i++)
    for (size_t slot = 0; slot < CH_KV_PAGE; slot++)
      for (ChKvType type = CH_KV_F32; type <= CH_KV_F16; type++)
        check_write (data, type, slot, dims[i][0], dims[i][1]);
}

/* ---- Measuring --------------------------------------------------------------------------- */

/* Multiply-adds and bytes of cache a second, for 8 rows (prefill) or one (decode). */
static void
bench_case (const ChKernels *kernels, ChKvType type, size_t group, size_t n_rows)
{
  Case c = make_case (type, group, 1, 128, 128, n_rows, 4096);
  Setup setup = setup_new (kernels, &c);
  size_t elements = 4096 * 256, bytes = elements * (type == CH_KV_F16 ? 2 : 4);
  size_t runs = kernels->isa == CH_ISA_REF ? 2 : 100;
  gint64 start = g_get_monotonic_time ();
  double seconds;

  for (size_t i = 0; i < runs; i++)
    {
      TestArray parts = run_parts (&setup, 0, 1, FALSE);
      test_array_free (&parts);
    }
  seconds = (double) (g_get_monotonic_time () - start) * 1e-6 / (double) runs;
  g_print ("%-8s %s group %2zu rows %zu: %8.1f us, %6.1f GMAC/s, %6.1f GB/s\n",
           ch_isa_name (kernels->isa), type == CH_KV_F16 ? "f16" : "f32", group, n_rows,
           seconds * 1e6, (double) (elements * group * n_rows) / seconds * 1e-9,
           (double) bytes / seconds * 1e-9);
  setup_free (&setup);
}

static void
bench_level (const ChKernels *kernels)
{
  static const size_t groups[] = { 1, 4, 7, 8 };

  for (size_t i = 0; i < G_N_ELEMENTS (groups); i++)
    for (ChKvType type = CH_KV_F32; type <= CH_KV_F16; type++)
      {
        bench_case (kernels, type, groups[i], 1);
        bench_case (kernels, type, groups[i], MAX_ROWS);
      }
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
  test_add_levels ("kv-write", test_write);
  test_add_levels ("attention/dims", test_dims);
  test_add_levels ("attention/groups", test_groups);
  test_add_levels ("attention/lengths", test_lengths);
  test_add_levels ("attention/window", test_window);
  test_add_levels ("attention/softcap", test_softcap);
  test_add_levels ("attention/sinks", test_sinks);
  test_add_levels ("attention/sharp", test_sharp);
  test_add_levels ("attention/empty", test_empty);
  test_add_levels ("attention/join-empty", test_join_empty);
  test_add_levels ("attention/gap", test_gap);
  return g_test_run ();
}
