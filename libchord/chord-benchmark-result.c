/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-benchmark-result-private.h"

#include "chord-param-private.h"

struct _ChordBenchmarkResult
{
  GObject parent_instance;

  char *test;
  double mean_rate;
  int n_threads;
  guint64 bytes_per_token;
  guint64 peak_memory;
  GArray *rates;
};

enum
{
  PROP_0,
  PROP_TEST,
  PROP_MEAN_RATE,
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

  g_free (self->test);
  g_clear_pointer (&self->rates, g_array_unref);
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
      g_value_set_string (value, self->test);
      break;
    case PROP_MEAN_RATE:
      g_value_set_double (value, self->mean_rate);
      break;
    case PROP_N_THREADS:
      g_value_set_int (value, self->n_threads);
      break;
    case PROP_BYTES_PER_TOKEN:
      g_value_set_uint64 (value, self->bytes_per_token);
      break;
    case PROP_PEAK_MEMORY:
      g_value_set_uint64 (value, self->peak_memory);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
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
   * ChordBenchmarkResult:mean-rate:
   *
   * The mean of the rates, in tokens per second.
   */
  properties[PROP_MEAN_RATE]
      = g_param_spec_double ("mean-rate", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0,
                             CHORD_PARAM_READABLE);

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

ChordBenchmarkResult *
chord_benchmark_result_new (char *test, GArray *rates, int n_threads, guint64 bytes_per_token,
                            guint64 peak_memory)
{
  ChordBenchmarkResult *self = g_object_new (CHORD_TYPE_BENCHMARK_RESULT, NULL);

  self->test = test;
  self->rates = rates;
  self->mean_rate = mean (rates);
  self->n_threads = n_threads;
  self->bytes_per_token = bytes_per_token;
  self->peak_memory = peak_memory;
  return self;
}

const char *
chord_benchmark_result_get_test (ChordBenchmarkResult *self)
{
  g_return_val_if_fail (CHORD_IS_BENCHMARK_RESULT (self), NULL);

  return self->test;
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

  return self->n_threads;
}

guint64
chord_benchmark_result_get_bytes_per_token (ChordBenchmarkResult *self)
{
  g_return_val_if_fail (CHORD_IS_BENCHMARK_RESULT (self), 0);

  return self->bytes_per_token;
}

guint64
chord_benchmark_result_get_peak_memory (ChordBenchmarkResult *self)
{
  g_return_val_if_fail (CHORD_IS_BENCHMARK_RESULT (self), 0);

  return self->peak_memory;
}

const double *
chord_benchmark_result_get_rates (ChordBenchmarkResult *self, gsize *n_rates)
{
  g_return_val_if_fail (CHORD_IS_BENCHMARK_RESULT (self), NULL);

  if (n_rates)
    *n_rates = self->rates->len;
  return (gconstpointer) self->rates->data;
}
