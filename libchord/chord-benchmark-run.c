/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-benchmark-run.h"

#include "chord-record-private.h"

struct _ChordBenchmarkRun
{
  ChordRecord parent_instance;
};

enum
{
  PROP_0,
  PROP_CREATED,
  PROP_MODEL_NAME,
  PROP_MODEL_PATH,
  PROP_ARCHITECTURE,
  PROP_QUANTIZATION,
  PROP_MODEL_BYTES,
  PROP_MACHINE,
  PROP_BACKEND,
  PROP_PRECISION,
  PROP_KV_TYPE,
  PROP_KIND,
  PROP_N_TOKENS,
  PROP_DEPTH,
  PROP_N_THREADS,
  PROP_RATE,
  PROP_RATE_MIN,
  PROP_RATE_MAX,
  PROP_BANDWIDTH,
  PROP_MACHINE_BANDWIDTH,
  PROP_MEMORY,
  PROP_GROUP,
  PROP_LABEL,
  PROP_CHORD_VERSION,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ChordBenchmarkRun, chord_benchmark_run, CHORD_TYPE_RECORD)

static int
compare_ages (ChordRecord *a, ChordRecord *b)
{
  gint64 created_a = chord_record_get_int (a, "created");
  gint64 created_b = chord_record_get_int (b, "created");

  return created_a == created_b ? 0 : created_a > created_b ? -1 : 1;
}

static const ChordRecordKind record_kind = {
  .table = "benchmark_runs",
  .compare = compare_ages,
};

static void
install_model_properties (void)
{
  /**
   * ChordBenchmarkRun:created:
   *
   * When it was measured, in microseconds since 1970 (UTC).
   */
  properties[PROP_CREATED]
      = g_param_spec_int64 ("created", NULL, NULL, 0, G_MAXINT64, 0, CHORD_PARAM_STORED);

  /**
   * ChordBenchmarkRun:model-name:
   *
   * The name of the model.
   */
  properties[PROP_MODEL_NAME]
      = g_param_spec_string ("model-name", NULL, NULL, NULL, CHORD_PARAM_STORED);

  /**
   * ChordBenchmarkRun:model-path:
   *
   * The path of the model file.
   */
  properties[PROP_MODEL_PATH]
      = g_param_spec_string ("model-path", NULL, NULL, NULL, CHORD_PARAM_STORED);

  /**
   * ChordBenchmarkRun:architecture:
   *
   * The architecture of the model.
   */
  properties[PROP_ARCHITECTURE]
      = g_param_spec_string ("architecture", NULL, NULL, NULL, CHORD_PARAM_STORED);

  /**
   * ChordBenchmarkRun:quantization:
   *
   * The quantization of the model.
   */
  properties[PROP_QUANTIZATION]
      = g_param_spec_string ("quantization", NULL, NULL, NULL, CHORD_PARAM_STORED);

  /**
   * ChordBenchmarkRun:model-bytes:
   *
   * The size of the weights in bytes.
   */
  properties[PROP_MODEL_BYTES]
      = g_param_spec_uint64 ("model-bytes", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_STORED);
}

static void
install_setting_properties (void)
{
  /**
   * ChordBenchmarkRun:machine:
   *
   * The name of the processor.
   */
  properties[PROP_MACHINE] = g_param_spec_string ("machine", NULL, NULL, NULL, CHORD_PARAM_STORED);

  /**
   * ChordBenchmarkRun:backend:
   *
   * What computed, such as "cpu".
   */
  properties[PROP_BACKEND] = g_param_spec_string ("backend", NULL, NULL, NULL, CHORD_PARAM_STORED);

  /**
   * ChordBenchmarkRun:precision:
   *
   * The precision, the nick of a [enum@Precision].
   */
  properties[PROP_PRECISION]
      = g_param_spec_string ("precision", NULL, NULL, NULL, CHORD_PARAM_STORED);

  /**
   * ChordBenchmarkRun:kv-type:
   *
   * The type of keys and values, the nick of a [enum@KvType].
   */
  properties[PROP_KV_TYPE] = g_param_spec_string ("kv-type", NULL, NULL, NULL, CHORD_PARAM_STORED);

  /**
   * ChordBenchmarkRun:kind:
   *
   * What was measured: "prefill" or "decode".
   */
  properties[PROP_KIND] = g_param_spec_string ("kind", NULL, NULL, NULL, CHORD_PARAM_STORED);

  /**
   * ChordBenchmarkRun:n-tokens:
   *
   * How many tokens each repetition had.
   */
  properties[PROP_N_TOKENS]
      = g_param_spec_uint ("n-tokens", NULL, NULL, 0, G_MAXUINT, 0, CHORD_PARAM_STORED);

  /**
   * ChordBenchmarkRun:depth:
   *
   * How many tokens were in the context before.
   */
  properties[PROP_DEPTH]
      = g_param_spec_uint64 ("depth", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_STORED);

  /**
   * ChordBenchmarkRun:n-threads:
   *
   * How many threads computed.
   */
  properties[PROP_N_THREADS]
      = g_param_spec_int ("n-threads", NULL, NULL, 0, G_MAXINT, 0, CHORD_PARAM_STORED);
}

static void
install_figure_properties (void)
{
  /**
   * ChordBenchmarkRun:rate:
   *
   * The median of the tokens per second.
   */
  properties[PROP_RATE]
      = g_param_spec_double ("rate", NULL, NULL, 0, G_MAXDOUBLE, 0, CHORD_PARAM_STORED);

  /**
   * ChordBenchmarkRun:rate-min:
   *
   * The slowest repetition, in tokens per second.
   */
  properties[PROP_RATE_MIN]
      = g_param_spec_double ("rate-min", NULL, NULL, 0, G_MAXDOUBLE, 0, CHORD_PARAM_STORED);

  /**
   * ChordBenchmarkRun:rate-max:
   *
   * The fastest repetition, in tokens per second.
   */
  properties[PROP_RATE_MAX]
      = g_param_spec_double ("rate-max", NULL, NULL, 0, G_MAXDOUBLE, 0, CHORD_PARAM_STORED);

  /**
   * ChordBenchmarkRun:bandwidth:
   *
   * The bytes of weights and context that were read per second.
   */
  properties[PROP_BANDWIDTH]
      = g_param_spec_double ("bandwidth", NULL, NULL, 0, G_MAXDOUBLE, 0, CHORD_PARAM_STORED);

  /**
   * ChordBenchmarkRun:machine-bandwidth:
   *
   * The bytes per second that the machine can read at most; 0: unknown.
   */
  properties[PROP_MACHINE_BANDWIDTH]
      = g_param_spec_double ("machine-bandwidth", NULL, NULL, 0, G_MAXDOUBLE, 0,
                             CHORD_PARAM_STORED);

  /**
   * ChordBenchmarkRun:memory:
   *
   * The greatest number of bytes that the process had resident.
   */
  properties[PROP_MEMORY]
      = g_param_spec_uint64 ("memory", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_STORED);
}

static void
install_note_properties (void)
{
  /**
   * ChordBenchmarkRun:group:
   *
   * What the runs of one sweep share, a UUID.
   */
  properties[PROP_GROUP] = g_param_spec_string ("group", NULL, NULL, NULL, CHORD_PARAM_STORED);

  /**
   * ChordBenchmarkRun:label:
   *
   * A name that the user gave it.
   */
  properties[PROP_LABEL] = g_param_spec_string ("label", NULL, NULL, NULL, CHORD_PARAM_STORED);

  /**
   * ChordBenchmarkRun:chord-version:
   *
   * The version of Chord that measured it.
   */
  properties[PROP_CHORD_VERSION]
      = g_param_spec_string ("chord-version", NULL, NULL, NULL, CHORD_PARAM_STORED);
}

static void
chord_benchmark_run_class_init (ChordBenchmarkRunClass *klass)
{
  install_model_properties ();
  install_setting_properties ();
  install_figure_properties ();
  install_note_properties ();
  chord_record_class_install_properties (CHORD_RECORD_CLASS (klass), N_PROPS, properties);
  chord_record_class_set_kind (CHORD_RECORD_CLASS (klass), &record_kind);
}

static void
chord_benchmark_run_init (ChordBenchmarkRun *self)
{
}

CHORD_RECORD_GETTER (ChordBenchmarkRun, chord_benchmark_run, BENCHMARK_RUN, gint64, created, int)
CHORD_RECORD_GETTER (ChordBenchmarkRun, chord_benchmark_run, BENCHMARK_RUN, const char *,
                     model_name, text)
CHORD_RECORD_GETTER (ChordBenchmarkRun, chord_benchmark_run, BENCHMARK_RUN, const char *,
                     model_path, text)
CHORD_RECORD_GETTER (ChordBenchmarkRun, chord_benchmark_run, BENCHMARK_RUN, const char *,
                     architecture, text)
CHORD_RECORD_GETTER (ChordBenchmarkRun, chord_benchmark_run, BENCHMARK_RUN, const char *,
                     quantization, text)
CHORD_RECORD_GETTER (ChordBenchmarkRun, chord_benchmark_run, BENCHMARK_RUN, guint64,
                     model_bytes, int)
CHORD_RECORD_GETTER (ChordBenchmarkRun, chord_benchmark_run, BENCHMARK_RUN, const char *,
                     machine, text)
CHORD_RECORD_GETTER (ChordBenchmarkRun, chord_benchmark_run, BENCHMARK_RUN, const char *,
                     backend, text)
CHORD_RECORD_GETTER (ChordBenchmarkRun, chord_benchmark_run, BENCHMARK_RUN, const char *,
                     precision, text)
CHORD_RECORD_GETTER (ChordBenchmarkRun, chord_benchmark_run, BENCHMARK_RUN, const char *,
                     kv_type, text)
CHORD_RECORD_GETTER (ChordBenchmarkRun, chord_benchmark_run, BENCHMARK_RUN, const char *,
                     kind, text)
CHORD_RECORD_GETTER (ChordBenchmarkRun, chord_benchmark_run, BENCHMARK_RUN, guint, n_tokens, int)
CHORD_RECORD_GETTER (ChordBenchmarkRun, chord_benchmark_run, BENCHMARK_RUN, guint64, depth, int)
CHORD_RECORD_GETTER (ChordBenchmarkRun, chord_benchmark_run, BENCHMARK_RUN, int, n_threads, int)
CHORD_RECORD_GETTER (ChordBenchmarkRun, chord_benchmark_run, BENCHMARK_RUN, double, rate, double)
CHORD_RECORD_GETTER (ChordBenchmarkRun, chord_benchmark_run, BENCHMARK_RUN, double,
                     rate_min, double)
CHORD_RECORD_GETTER (ChordBenchmarkRun, chord_benchmark_run, BENCHMARK_RUN, double,
                     rate_max, double)
CHORD_RECORD_GETTER (ChordBenchmarkRun, chord_benchmark_run, BENCHMARK_RUN, double,
                     bandwidth, double)
CHORD_RECORD_GETTER (ChordBenchmarkRun, chord_benchmark_run, BENCHMARK_RUN, double,
                     machine_bandwidth, double)
CHORD_RECORD_GETTER (ChordBenchmarkRun, chord_benchmark_run, BENCHMARK_RUN, guint64, memory, int)
CHORD_RECORD_GETTER (ChordBenchmarkRun, chord_benchmark_run, BENCHMARK_RUN, const char *,
                     group, text)
CHORD_RECORD_GETTER (ChordBenchmarkRun, chord_benchmark_run, BENCHMARK_RUN, const char *,
                     label, text)
CHORD_RECORD_GETTER (ChordBenchmarkRun, chord_benchmark_run, BENCHMARK_RUN, const char *,
                     chord_version, text)
CHORD_RECORD_SETTER (ChordBenchmarkRun, chord_benchmark_run, BENCHMARK_RUN, const char *,
                     label, text)
