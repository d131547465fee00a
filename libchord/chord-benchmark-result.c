/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-benchmark-result-private.h"

#include "chord-param-private.h"

struct _ChordBenchmarkResult
{
  GObject parent_instance;

  ChordBenchmarkTest test;
  char *name;
  double mean_rate;
  GArray *rates; /* in the order of the runs */
  GArray *sorted;
};

enum
{
  PROP_0,
  PROP_TEST,
  PROP_KIND,
  PROP_N_TOKENS,
  PROP_DEPTH,
  PROP_MEAN_RATE,
  PROP_MEDIAN_RATE,
  PROP_MIN_RATE,
  PROP_MAX_RATE,
  PROP_N_THREADS,
  PROP_BYTES_PER_TOKEN,
  PROP_PEAK_MEMORY,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ChordBenchmarkResult, chord_benchmark_result, G_TYPE_OBJECT)

static double
mean (const GArray *rates)
{
  double sum = 0;

  for (guint i = 0; i < rates->len; i++)
    sum += g_array_index (rates, double, i);
  return rates->len > 0 ? sum / rates->len : 0;
}

static void
chord_benchmark_result_finalize (GObject *object)
{
  ChordBenchmarkResult *self = CHORD_BENCHMARK_RESULT (object);

  g_free (self->name);
  g_clear_pointer (&self->rates, g_array_unref);
  g_clear_pointer (&self->sorted, g_array_unref);
  G_OBJECT_CLASS (chord_benchmark_result_parent_class)->finalize (object);
}

static void
chord_benchmark_result_get_property (GObject *object, guint prop_id, GValue *value,
                                     GParamSpec *pspec)
{
  ChordBenchmarkResult *self = CHORD_BENCHMARK_RESULT (object);

  switch (prop_id)
    {
    case PROP_TEST:
      g_value_set_string (value, self->name);
      break;
    case PROP_KIND:
      g_value_set_string (value, chord_benchmark_result_get_kind (self));
      break;
    case PROP_N_TOKENS:
      g_value_set_uint (value, self->test.n_tokens);
      break;
    case PROP_DEPTH:
      g_value_set_uint (value, self->test.depth);
      break;
    case PROP_MEAN_RATE:
      g_value_set_double (value, self->mean_rate);
      break;
    case PROP_MEDIAN_RATE:
      g_value_set_double (value, chord_benchmark_result_get_median_rate (self));
      break;
    case PROP_MIN_RATE:
      g_value_set_double (value, chord_benchmark_result_get_min_rate (self));
      break;
    case PROP_MAX_RATE:
      g_value_set_double (value, chord_benchmark_result_get_max_rate (self));
      break;
    case PROP_N_THREADS:
      g_value_set_int (value, self->test.n_threads);
      break;
    case PROP_BYTES_PER_TOKEN:
      g_value_set_uint64 (value, self->test.bytes_per_token);
      break;
    case PROP_PEAK_MEMORY:
      g_value_set_uint64 (value, self->test.peak_memory);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static GParamSpec *
rate_spec (const char *name)
{
  return g_param_spec_double (name, NULL, NULL, 0, G_MAXDOUBLE, 0, CHORD_PARAM_READABLE);
}

static void
chord_benchmark_result_class_init (ChordBenchmarkResultClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = chord_benchmark_result_finalize;
  object_class->get_property = chord_benchmark_result_get_property;

  /**
   * ChordBenchmarkResult:test:
   *
   * The name of the test: "pp512" is a prompt of 512 tokens, "tg32" 32 generated ones, "tg32@d4096"
   * the same after 4096 tokens.
   */
  properties[PROP_TEST] = g_param_spec_string ("test", NULL, NULL, NULL, CHORD_PARAM_READABLE);

  /**
   * ChordBenchmarkResult:kind:
   *
   * "prefill" for a prompt, "decode" for generated tokens.
   */
  properties[PROP_KIND] = g_param_spec_string ("kind", NULL, NULL, NULL, CHORD_PARAM_READABLE);

  /**
   * ChordBenchmarkResult:n-tokens:
   *
   * How many tokens a run had.
   */
  properties[PROP_N_TOKENS]
      = g_param_spec_uint ("n-tokens", NULL, NULL, 0, G_MAXUINT, 0, CHORD_PARAM_READABLE);

  /**
   * ChordBenchmarkResult:depth:
   *
   * How many tokens were in the context before.
   */
  properties[PROP_DEPTH]
      = g_param_spec_uint ("depth", NULL, NULL, 0, G_MAXUINT, 0, CHORD_PARAM_READABLE);

  /**
   * ChordBenchmarkResult:mean-rate:
   *
   * The mean of the rates, in tokens per second.
   */
  properties[PROP_MEAN_RATE] = rate_spec ("mean-rate");

  /**
   * ChordBenchmarkResult:median-rate:
   *
   * The median of the rates, in tokens per second.
   */
  properties[PROP_MEDIAN_RATE] = rate_spec ("median-rate");

  /**
   * ChordBenchmarkResult:min-rate:
   *
   * The lowest of the rates, in tokens per second.
   */
  properties[PROP_MIN_RATE] = rate_spec ("min-rate");

  /**
   * ChordBenchmarkResult:max-rate:
   *
   * The highest of the rates, in tokens per second.
   */
  properties[PROP_MAX_RATE] = rate_spec ("max-rate");

  /**
   * ChordBenchmarkResult:n-threads:
   *
   * How many threads computed.
   */
  properties[PROP_N_THREADS]
      = g_param_spec_int ("n-threads", NULL, NULL, G_MININT, G_MAXINT, 0, CHORD_PARAM_READABLE);

  /**
   * ChordBenchmarkResult:bytes-per-token:
   *
   * The bytes of weights and context that are read to generate one token.
   */
  properties[PROP_BYTES_PER_TOKEN]
      = g_param_spec_uint64 ("bytes-per-token", NULL, NULL, 0, G_MAXUINT64, 0,
                             CHORD_PARAM_READABLE);

  /**
   * ChordBenchmarkResult:peak-memory:
   *
   * The greatest number of bytes that the process had resident.
   */
  properties[PROP_PEAK_MEMORY]
      = g_param_spec_uint64 ("peak-memory", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_READABLE);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
chord_benchmark_result_init (ChordBenchmarkResult *self)
{
}

static int
compare_rates (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static char *
test_name (const ChordBenchmarkTest *test)
{
  const char *kind = test->decode ? "tg" : "pp";

  if (test->depth > 0)
    return g_strdup_printf ("%s%u@d%u", kind, test->n_tokens, test->depth);
  return g_strdup_printf ("%s%u", kind, test->n_tokens);
}

ChordBenchmarkResult *
chord_benchmark_result_new (const ChordBenchmarkTest *test, GArray *rates)
{
  ChordBenchmarkResult *self = g_object_new (CHORD_TYPE_BENCHMARK_RESULT, NULL);

  self->test = *test;
  self->name = test_name (test);
  self->rates = rates;
  self->sorted = g_array_copy (rates);
  g_array_sort (self->sorted, compare_rates);
  self->mean_rate = mean (rates);
  return self;
}

const char *
chord_benchmark_result_get_test (ChordBenchmarkResult *self)
{
  g_return_val_if_fail (CHORD_IS_BENCHMARK_RESULT (self), NULL);

  return self->name;
}

const char *
chord_benchmark_result_get_kind (ChordBenchmarkResult *self)
{
  g_return_val_if_fail (CHORD_IS_BENCHMARK_RESULT (self), NULL);

  return self->test.decode ? "decode" : "prefill";
}

guint
chord_benchmark_result_get_n_tokens (ChordBenchmarkResult *self)
{
  g_return_val_if_fail (CHORD_IS_BENCHMARK_RESULT (self), 0);

  return self->test.n_tokens;
}

guint
chord_benchmark_result_get_depth (ChordBenchmarkResult *self)
{
  g_return_val_if_fail (CHORD_IS_BENCHMARK_RESULT (self), 0);

  return self->test.depth;
}

/* The i-th of the rates from below; 0 where there is none. */
static double
sorted_rate (ChordBenchmarkResult *self, guint i)
{
  return i < self->sorted->len ? g_array_index (self->sorted, double, i) : 0;
}

double
chord_benchmark_result_get_median_rate (ChordBenchmarkResult *self)
{
  g_return_val_if_fail (CHORD_IS_BENCHMARK_RESULT (self), 0);

  if (self->sorted->len == 0)
    return 0;
  return (sorted_rate (self, (self->sorted->len - 1) / 2)
          + sorted_rate (self, self->sorted->len / 2))
         / 2;
}

double
chord_benchmark_result_get_min_rate (ChordBenchmarkResult *self)
{
  g_return_val_if_fail (CHORD_IS_BENCHMARK_RESULT (self), 0);

  return sorted_rate (self, 0);
}

double
chord_benchmark_result_get_max_rate (ChordBenchmarkResult *self)
{
  g_return_val_if_fail (CHORD_IS_BENCHMARK_RESULT (self), 0);

  return self->sorted->len > 0 ? sorted_rate (self, self->sorted->len - 1) : 0;
}

double
chord_benchmark_result_get_mean_rate (ChordBenchmarkResult *self)
{
  g_return_val_if_fail (CHORD_IS_BENCHMARK_RESULT (self), 0);

  return self->mean_rate;
}

int
chord_benchmark_result_get_n_threads (ChordBenchmarkResult *self)
{
  g_return_val_if_fail (CHORD_IS_BENCHMARK_RESULT (self), 0);

  return self->test.n_threads;
}

guint64
chord_benchmark_result_get_bytes_per_token (ChordBenchmarkResult *self)
{
  g_return_val_if_fail (CHORD_IS_BENCHMARK_RESULT (self), 0);

  return self->test.bytes_per_token;
}

guint64
chord_benchmark_result_get_peak_memory (ChordBenchmarkResult *self)
{
  g_return_val_if_fail (CHORD_IS_BENCHMARK_RESULT (self), 0);

  return self->test.peak_memory;
}

const double *
chord_benchmark_result_get_rates (ChordBenchmarkResult *self, gsize *n_rates)
{
  g_return_val_if_fail (CHORD_IS_BENCHMARK_RESULT (self), NULL);

  if (n_rates)
    *n_rates = self->rates->len;
  return (gconstpointer) self->rates->data;
}
