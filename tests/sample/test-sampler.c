/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "sample/sampler.h"

/* ---- Recorded results ----------------------------------------------------------------------- */

typedef struct
{
  float *logits; /* one vector after the other */
  gsize n_vocab;
} Vectors;

static double
param (JsonObject *step, const char *name)
{
  return json_object_get_double_member (step, name);
}

static void
apply_penalties (ChCandidates *c, JsonObject *step, const GArray *history)
{
  gint64 last_n = json_object_get_int_member (step, "last_n");
  gsize n = last_n < 0 ? 0 : MIN ((gsize) last_n, history->len);

  ch_sample_penalties (c, &g_array_index (history, gint32, 0) + history->len - n, n,
                       param (step, "repeat"), param (step, "frequency"), param (step, "presence"));
}

static void
apply_biases (ChCandidates *c, JsonObject *step)
{
  JsonArray *pairs = json_object_get_array_member (step, "bias");
  g_autoptr (GArray) biases = g_array_new (FALSE, FALSE, sizeof (ChLogitBias));

  for (guint i = 0; i < json_array_get_length (pairs); i++)
    {
      JsonArray *pair = json_array_get_array_element (pairs, i);
      ChLogitBias bias = { json_array_get_int_element (pair, 0),
                           json_array_get_double_element (pair, 1) };

      g_array_append_val (biases, bias);
    }
  ch_sample_logit_bias (c, (ChLogitBias *) (void *) biases->data, biases->len);
}

static gboolean
apply_step (ChCandidates *c, JsonObject *step, const GArray *history)
{
  const char *name = json_object_get_string_member (step, "sampler");
  gint64 min_keep = json_object_get_int_member_with_default (step, "min_keep", 0);

  if (g_str_equal (name, "temp"))
    ch_sample_temperature (c, param (step, "t"));
  else if (g_str_equal (name, "top_k"))
    ch_sample_top_k (c, json_object_get_int_member (step, "k"));
  else if (g_str_equal (name, "top_p"))
    ch_sample_top_p (c, param (step, "p"), min_keep);
  else if (g_str_equal (name, "min_p"))
    ch_sample_min_p (c, param (step, "p"), min_keep);
  else if (g_str_equal (name, "typical"))
    ch_sample_typical (c, param (step, "p"), min_keep);
  else if (g_str_equal (name, "penalties"))
    apply_penalties (c, step, history);
  else if (g_str_equal (name, "logit_bias"))
    apply_biases (c, step);
  else
    return FALSE;
  return TRUE;
}

static gboolean
apply_chain (ChCandidates *c, JsonObject *record)
{
  JsonArray *chain = json_object_get_array_member (record, "chain");
  JsonArray *tokens = json_object_get_array_member (record, "history");
  g_autoptr (GArray) history = g_array_new (FALSE, FALSE, sizeof (gint32));

  for (guint i = 0; i < json_array_get_length (tokens); i++)
    {
      gint32 token = json_array_get_int_element (tokens, i);
      g_array_append_val (history, token);
    }
  for (guint i = 0; i < json_array_get_length (chain); i++)
    if (!apply_step (c, json_array_get_object_element (chain, i), history))
      return FALSE;
  return TRUE;
}

/* The survivors as a set, each with its probability. */
static void
check_survivors (ChCandidates *c, JsonObject *record)
{
  JsonArray *ids = json_object_get_array_member (record, "ids");
  JsonArray *probs = json_object_get_array_member (record, "probs");
  guint survivors = 0;

  ch_candidates_softmax (c);
  for (gsize i = 0; i < c->n; i++)
    survivors += c->items[i].logit > -INFINITY;
  g_assert_cmpuint (survivors, ==, json_array_get_length (ids));
  for (guint i = 0; i < survivors; i++)
    {
      gsize at = 0;

      while (at < c->n && c->items[at].id != json_array_get_int_element (ids, i))
        at++;
      g_assert_cmpuint (at, <, c->n);
      g_assert_cmpfloat_with_epsilon (c->items[at].p, json_array_get_double_element (probs, i),
                                      1e-5);
    }
}

static gboolean
check_record (JsonObject *record, const Vectors *vectors)
{
  gsize n = vectors->n_vocab;
  g_autofree ChCandidate *items = g_new (ChCandidate, n);
  const float *logits = vectors->logits + json_object_get_int_member (record, "vector") * n;
  ChCandidates c = { items, n, FALSE };

  for (gsize i = 0; i < n; i++)
    items[i] = (ChCandidate) { i, logits[i], 0 };
  if (!apply_chain (&c, record))
    return FALSE;
  check_survivors (&c, record);
  return TRUE;
}

static Vectors
read_vectors (JsonArray *array)
{
  gsize n = json_array_get_length (json_array_get_array_element (array, 0));
  Vectors vectors = { g_new (float, json_array_get_length (array) * n), n };

  for (guint i = 0; i < json_array_get_length (array); i++)
    for (guint j = 0; j < n; j++)
      {
        JsonNode *node = json_array_get_element (json_array_get_array_element (array, i), j);

        vectors.logits[i * n + j] =
            JSON_NODE_HOLDS_NULL (node) ? -INFINITY : json_node_get_double (node);
      }
  return vectors;
}

static JsonNode *
load_json (const char *path)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GError) error = NULL;

  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);
  return json_parser_steal_root (parser);
}

static guint
check_records (JsonArray *records, const Vectors *vectors)
{
  guint checked = 0;

  for (guint i = 0; i < json_array_get_length (records); i++)
    checked += check_record (json_array_get_object_element (records, i), vectors);
  return checked;
}

static void
test_recorded (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "samplers.json", NULL);
  g_autoptr (JsonNode) root = load_json (path);
  JsonObject *object = json_node_get_object (root);
  Vectors vectors = read_vectors (json_object_get_array_member (object, "vectors"));

  g_assert_cmpuint (check_records (json_object_get_array_member (object, "cases"), &vectors), >,
                    80);
  g_free (vectors.logits);
}

static void
test_recorded_all (void)
{
  const char *shared = g_getenv ("CHORD_SHARED");
  g_autofree char *folder =
      g_build_filename (shared != NULL ? shared : "../shared", "ref", "samplers", NULL);
  g_autofree char *path = g_build_filename (folder, "samplers.json", NULL);
  g_autofree char *vectors_path = g_build_filename (folder, "vectors.json", NULL);
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (JsonNode) vectors_root = NULL;
  Vectors vectors;
  guint checked;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_test_skip ("the shared sampler data are not here");
      return;
    }
  root = load_json (path);
  vectors_root = load_json (vectors_path);
  vectors =
      read_vectors (json_object_get_array_member (json_node_get_object (vectors_root), "vectors"));
  checked =
      check_records (json_object_get_array_member (json_node_get_object (root), "cases"), &vectors);
  g_test_message ("%u chains", checked);
  g_assert_cmpuint (checked, >, 500);
  g_free (vectors.logits);
}

/* ---- Against a calculation of its own ------------------------------------------------------- */

/* The plain definition, in double, over a list sorted whole. */
typedef struct
{
  gint32 id;
  double logit, p, distance;
} Exact;

static int
by_logit (const void *a, const void *b)
{
  const Exact *x = a, *y = b;

  if (x->logit != y->logit)
    return x->logit < y->logit ? 1 : -1;
  return x->id - y->id;
}

static int
by_distance (const void *a, const void *b)
{
  const Exact *x = a, *y = b;

  if (x->distance != y->distance)
    return x->distance > y->distance ? 1 : -1;
  return x->id - y->id;
}

static void
exact_softmax (Exact *list, gsize n)
{
  double max = -INFINITY, sum = 0;

  for (gsize i = 0; i < n; i++)
    max = MAX (max, list[i].logit);
  for (gsize i = 0; i < n; i++)
    sum += exp (list[i].logit - max);
  for (gsize i = 0; i < n; i++)
    list[i].p = exp (list[i].logit - max) / sum;
}

static gsize
exact_reach (const Exact *list, gsize n, double p)
{
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    if ((sum += list[i].p) >= p)
      return i + 1;
  return n;
}

static gsize
exact_top_p (Exact *list, gsize n, double p)
{
  qsort (list, n, sizeof *list, by_logit);
  exact_softmax (list, n);
  return exact_reach (list, n, p);
}

static gsize
exact_typical (Exact *list, gsize n, double p)
{
  double expected = 0;

  exact_softmax (list, n);
  for (gsize i = 0; i < n; i++)
    expected -= list[i].p * log (list[i].p);
  for (gsize i = 0; i < n; i++)
    list[i].distance = fabs (-log (list[i].p) - expected);
  qsort (list, n, sizeof *list, by_distance);
  return exact_reach (list, n, p);
}

static gsize
exact_min_p (Exact *list, gsize n, double p)
{
  gsize kept = 0;

  qsort (list, n, sizeof *list, by_logit);
  exact_softmax (list, n);
  while (kept < n && list[kept].p >= p * list[0].p)
    kept++;
  return kept;
}

static void
random_candidates (ChCandidate *items, Exact *exact, gsize n, double width)
{
  for (gsize i = 0; i < n; i++)
    {
      float logit = g_test_rand_double_range (-width, width);

      items[i] = (ChCandidate) { i, logit, 0 };
      exact[i] = (Exact) { i, logit, 0, 0 };
    }
}

static int
compare_ids (const void *a, const void *b)
{
  return *(const gint32 *) a - *(const gint32 *) b;
}

/* Sums in another order may move a border by one candidate at most. */
static void
check_same_set (const ChCandidates *c, const Exact *exact, gsize n)
{
  gsize common = MIN (c->n, n);
  g_autofree gint32 *got = g_new (gint32, c->n);
  g_autofree gint32 *want = g_new (gint32, n);

  g_assert_cmpint (ABS ((gint64) c->n - (gint64) n), <=, 1);
  for (gsize i = 0; i < c->n; i++)
    got[i] = c->items[i].id;
  for (gsize i = 0; i < n; i++)
    want[i] = exact[i].id;
  if (c->n != n)
    return;
  qsort (got, common, sizeof *got, compare_ids);
  qsort (want, common, sizeof *want, compare_ids);
  g_assert_cmpmem (got, common * sizeof *got, want, common * sizeof *want);
}

static void
test_random (void)
{
  static const gsize sizes[] = { 1, 2, 63, 64, 65, 300, 5000 };
  static const double ps[] = { 0.01, 0.3, 0.9, 0.99, 0.9999 };
  g_autofree ChCandidate *items = g_new (ChCandidate, 5000);
  g_autofree Exact *exact = g_new (Exact, 5000);

  for (guint s = 0; s < G_N_ELEMENTS (sizes); s++)
    for (guint j = 0; j < G_N_ELEMENTS (ps); j++)
      for (guint kind = 0; kind < 4; kind++)
        {
          ChCandidates c = { items, sizes[s], FALSE };
          gsize n = sizes[s];

          random_candidates (items, exact, n, kind + 1);
          if (kind == 0)
            ch_sample_top_p (&c, ps[j], 1), n = exact_top_p (exact, n, ps[j]);
          else if (kind == 1)
            ch_sample_min_p (&c, ps[j], 1), n = exact_min_p (exact, n, ps[j]);
          else if (kind == 2)
            ch_sample_typical (&c, ps[j], 1), n = exact_typical (exact, n, ps[j]);
          else
            {
              ch_sample_top_k (&c, 1 + n * ps[j] / 2);
              qsort (exact, n, sizeof *exact, by_logit);
              n = MIN (n, 1 + n * ps[j] / 2);
            }
          check_same_set (&c, exact, n);
        }
}

static void
test_order (void)
{
  g_autofree ChCandidate *items = g_new (ChCandidate, 4000);

  for (gsize k = 1; k <= 4000; k = k * 3 + 1)
    {
      ChCandidates c = { items, 4000, FALSE };

      for (gsize i = 0; i < c.n; i++)
        items[i] = (ChCandidate) { i, g_test_rand_int_range (0, 50), 0 };
      ch_sample_top_k (&c, k);
      ch_candidates_sort (&c);
      for (gsize i = 1; i < c.n; i++)
        g_assert_true (items[i - 1].logit > items[i].logit
                       || (items[i - 1].logit == items[i].logit && items[i - 1].id < items[i].id));
    }
}

static void
test_ties (void)
{
  ChCandidate items[200];
  ChCandidates c = { items, 200, FALSE };

  for (gsize i = 0; i < c.n; i++)
    items[i] = (ChCandidate) { i, i >= 20 && i < 60 ? 1 : 0, 0 };
  ch_sample_top_k (&c, 5);
  g_assert_cmpuint (c.n, ==, 5);
  for (gsize i = 0; i < c.n; i++)
    g_assert_cmpint (items[i].id, ==, 20 + i);
}

/* ---- The sampler ---------------------------------------------------------------------------- */

static ChSampler *
sampler_with (ChSamplerParams params)
{
  g_autoptr (GError) error = NULL;
  ChSampler *sampler = ch_sampler_new (&params, &error);

  g_assert_no_error (error);
  return sampler;
}

static void
test_greedy (void)
{
  static const float logits[] = { 0, 3, 7, 7, -2 };
  ChLogitBias bias = { 4, 10 };
  g_autoptr (ChSampler) plain =
      sampler_with ((ChSamplerParams) { .top_p = 1, .typical_p = 1, .repetition_penalty = 1 });
  g_autoptr (ChSampler) biased = sampler_with ((ChSamplerParams) {
      .top_p = 1, .typical_p = 1, .repetition_penalty = 1, .biases = &bias, .n_biases = 1 });

  bias.bias = 0; /* the sampler has a copy */
  g_assert_cmpint (ch_sampler_sample (plain, logits, 5), ==, 2);
  g_assert_cmpint (ch_sampler_sample (biased, logits, 5), ==, 4);
}

static void
test_penalty_window (void)
{
  static const float logits[] = { 5, 4, 3 };
  ChSamplerParams params = {
    .top_p = 1, .typical_p = 1, .repetition_penalty = 1, .presence_penalty = 10, .penalty_last_n = 1
  };
  g_autoptr (ChSampler) one = sampler_with (params);
  g_autoptr (ChSampler) all = (params.penalty_last_n = -1, sampler_with (params));
  g_autoptr (ChSampler) none = (params.penalty_last_n = 0, sampler_with (params));

  for (gint32 token = 0; token < 2; token++)
    {
      ch_sampler_accept (one, token);
      ch_sampler_accept (all, token);
      ch_sampler_accept (none, token);
    }
  g_assert_cmpint (ch_sampler_sample (one, logits, 3), ==, 0);
  g_assert_cmpint (ch_sampler_sample (all, logits, 3), ==, 2);
  g_assert_cmpint (ch_sampler_sample (none, logits, 3), ==, 0);
}

static void
test_seed (void)
{
  ChSamplerParams params = {
    .temperature = 1, .top_p = 1, .typical_p = 1, .repetition_penalty = 1, .seed = 42
  };
  g_autoptr (ChSampler) a = sampler_with (params);
  g_autoptr (ChSampler) b = sampler_with (params);
  g_autoptr (ChSampler) other = (params.seed = 43, sampler_with (params));
  float logits[100] = { 0 };
  guint different = 0;

  for (guint i = 0; i < 200; i++)
    {
      gint32 token = ch_sampler_sample (a, logits, 100);

      g_assert_cmpint (token, ==, ch_sampler_sample (b, logits, 100));
      different += token != ch_sampler_sample (other, logits, 100);
    }
  g_assert_cmpuint (different, >, 150);
}

/* The share of each token in many draws is its probability, within six standard deviations. */
static void
test_distribution (void)
{
  static const double want[] = { 0.5, 0.25, 0.15, 0.1 };
  const guint draws = 40000;
  g_autoptr (ChSampler) sampler = sampler_with ((ChSamplerParams) {
      .temperature = 0.5, .top_p = 1, .typical_p = 1, .repetition_penalty = 1, .seed = 7 });
  guint counts[4] = { 0 };
  float logits[4];

  for (guint i = 0; i < 4; i++)
    logits[i] = 0.5 * log (want[i]) + 3;
  for (guint i = 0; i < draws; i++)
    counts[ch_sampler_sample (sampler, logits, 4)]++;
  for (guint i = 0; i < 4; i++)
    g_assert_cmpfloat_with_epsilon (counts[i] / (double) draws, want[i],
                                    6 * sqrt (want[i] * (1 - want[i]) / draws));
}

static void
test_broken_logits (void)
{
  static const float kinds[][4] = {
    { NAN, NAN, NAN, NAN },
    { -INFINITY, -INFINITY, -INFINITY, -INFINITY },
    { NAN, INFINITY, 1, NAN },
    { 3e38f, -3e38f, NAN, 3e38f },
    { INFINITY, INFINITY, NAN, -INFINITY },
  };
  static const double temperatures[] = { 0, 1e-30, 0.8, 100 };

  for (guint kind = 0; kind < G_N_ELEMENTS (kinds); kind++)
    for (guint t = 0; t < G_N_ELEMENTS (temperatures); t++)
      for (guint typical = 0; typical < 2; typical++)
        {
          ChSamplerParams params = CH_SAMPLER_PARAMS_INIT;
          g_autoptr (ChSampler) sampler = NULL;
          gint32 token;

          params.temperature = temperatures[t];
          params.typical_p = typical ? 0.5 : 1;
          params.repetition_penalty = 1.5;
          sampler = sampler_with (params);
          ch_sampler_accept (sampler, 1);
          ch_sampler_accept (sampler, 1000);
          token = ch_sampler_sample (sampler, kinds[kind], 4);
          g_assert_cmpint (token, >=, 0);
          g_assert_cmpint (token, <, 4);
          if (kind > 1)
            g_assert_false (isnan (kinds[kind][token]));
        }
}

static void
test_parameters (void)
{
  static const struct
  {
    gsize offset;
    double value;
    const char *name;
  } bad[] = {
    { G_STRUCT_OFFSET (ChSamplerParams, temperature), -1, "temperature" },
    { G_STRUCT_OFFSET (ChSamplerParams, temperature), NAN, "temperature" },
    { G_STRUCT_OFFSET (ChSamplerParams, top_p), 1.5, "top-p" },
    { G_STRUCT_OFFSET (ChSamplerParams, min_p), -0.1, "min-p" },
    { G_STRUCT_OFFSET (ChSamplerParams, typical_p), 2, "typical-p" },
    { G_STRUCT_OFFSET (ChSamplerParams, repetition_penalty), 0, "repetition penalty" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      ChSamplerParams params = CH_SAMPLER_PARAMS_INIT;
      g_autoptr (GError) error = NULL;

      G_STRUCT_MEMBER (double, &params, bad[i].offset) = bad[i].value;
      g_assert_null (ch_sampler_new (&params, &error));
      g_assert_error (error, CH_ERROR, CH_ERROR_INVALID_ARGUMENT);
      g_assert_nonnull (strstr (error->message, bad[i].name));
    }
}

static void
test_logprobs (void)
{
  static const float logits[] = { 1, 2, NAN, 2, -INFINITY, 0 };
  double sum = exp (1) + 2 * exp (2) + 1;
  ChTokenLogprob top[10];

  g_assert_cmpuint (ch_top_logprobs (logits, 6, 3, top), ==, 3);
  g_assert_cmpint (top[0].token, ==, 1);
  g_assert_cmpint (top[1].token, ==, 3);
  g_assert_cmpint (top[2].token, ==, 0);
  g_assert_cmpfloat_with_epsilon (top[0].logprob, 2 - log (sum), 1e-6);
  g_assert_cmpuint (ch_top_logprobs (logits, 6, 10, top), ==, 6);
  g_assert_cmpfloat_with_epsilon (ch_token_logprob (logits, 6, 5), -log (sum), 1e-6);
  g_assert_true (ch_token_logprob (logits, 6, 2) == -INFINITY);
  g_assert_true (ch_token_logprob (logits, 6, 6) == -INFINITY);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sample/recorded", test_recorded);
  g_test_add_func ("/sample/recorded-all", test_recorded_all);
  g_test_add_func ("/sample/random", test_random);
  g_test_add_func ("/sample/order", test_order);
  g_test_add_func ("/sample/ties", test_ties);
  g_test_add_func ("/sample/greedy", test_greedy);
  g_test_add_func ("/sample/penalty-window", test_penalty_window);
  g_test_add_func ("/sample/seed", test_seed);
  g_test_add_func ("/sample/distribution", test_distribution);
  g_test_add_func ("/sample/broken-logits", test_broken_logits);
  g_test_add_func ("/sample/parameters", test_parameters);
  g_test_add_func ("/sample/logprobs", test_logprobs);
  return g_test_run ();
}
