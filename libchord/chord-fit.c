/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-fit.h"

#include "chord-enum-types.h"
#include "chord-model-file-private.h"
#include "chord-model-options-private.h"
#include "chord-param-private.h"

struct _ChordFit
{
  GObject parent_instance;

  guint64 weights;
  guint64 context;
  guint64 scratch;
  guint64 total;
  guint64 available;
  guint64 context_length;
  double tokens_per_second;
  ChordFitLevel level;
};

enum
{
  PROP_0,
  PROP_WEIGHTS,
  PROP_CONTEXT,
  PROP_SCRATCH,
  PROP_TOTAL,
  PROP_AVAILABLE,
  PROP_CONTEXT_LENGTH,
  PROP_TOKENS_PER_SECOND,
  PROP_LEVEL,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ChordFit, chord_fit, G_TYPE_OBJECT)

static void
chord_fit_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  ChordFit *self = CHORD_FIT (object);

  switch (prop_id)
    {
    case PROP_WEIGHTS:
      g_value_set_uint64 (value, self->weights);
      break;
    case PROP_CONTEXT:
      g_value_set_uint64 (value, self->context);
      break;
    case PROP_SCRATCH:
      g_value_set_uint64 (value, self->scratch);
      break;
    case PROP_TOTAL:
      g_value_set_uint64 (value, self->total);
      break;
    case PROP_AVAILABLE:
      g_value_set_uint64 (value, self->available);
      break;
    case PROP_CONTEXT_LENGTH:
      g_value_set_uint64 (value, self->context_length);
      break;
    case PROP_TOKENS_PER_SECOND:
      g_value_set_double (value, self->tokens_per_second);
      break;
    case PROP_LEVEL:
      g_value_set_enum (value, self->level);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
chord_fit_class_init (ChordFitClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = chord_fit_get_property;

  /**
   * ChordFit:weights:
   *
   * The bytes that the weights take.
   */
  properties[PROP_WEIGHTS]
      = g_param_spec_uint64 ("weights", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_READABLE);

  /**
   * ChordFit:context:
   *
   * The bytes that the context takes once it is full.
   */
  properties[PROP_CONTEXT]
      = g_param_spec_uint64 ("context", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_READABLE);

  /**
   * ChordFit:scratch:
   *
   * The bytes that are needed to compute.
   */
  properties[PROP_SCRATCH]
      = g_param_spec_uint64 ("scratch", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_READABLE);

  /**
   * ChordFit:total:
   *
   * The bytes that are needed in all.
   */
  properties[PROP_TOTAL]
      = g_param_spec_uint64 ("total", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_READABLE);

  /**
   * ChordFit:available:
   *
   * The bytes of memory that could be taken when it was asked.
   */
  properties[PROP_AVAILABLE]
      = g_param_spec_uint64 ("available", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_READABLE);

  /**
   * ChordFit:context-length:
   *
   * The number of tokens of context that this is for; 0 when only the size of the model is
   * known.
   */
  properties[PROP_CONTEXT_LENGTH]
      = g_param_spec_uint64 ("context-length", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_READABLE);

  /**
   * ChordFit:tokens-per-second:
   *
   * How many tokens a second an answer can be expected to come at, early in a conversation; 0
   * while the memory bandwidth of the machine was not measured.
   */
  properties[PROP_TOKENS_PER_SECOND]
      = g_param_spec_double ("tokens-per-second", NULL, NULL, 0, G_MAXDOUBLE, 0,
                             CHORD_PARAM_READABLE);

  /**
   * ChordFit:level:
   *
   * Whether it fits.
   */
  properties[PROP_LEVEL]
      = g_param_spec_enum ("level", NULL, NULL, CHORD_TYPE_FIT_LEVEL, CHORD_FIT_GOOD,
                           CHORD_PARAM_READABLE);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
chord_fit_init (ChordFit *self)
{
}

/* ---- Judging --------------------------------------------------------------------------------- */

/* Generating is bound by reading memory: this share of what a plain read reaches is left when the
 * rows are unpacked and the threads wait for each other. */
#define EFFICIENCY 0.8
/* Where memory is fast, unpacking the weights is what takes time: each is used for one product
 * then, and a sixth is left of the arithmetic that reuse would reach. */
#define UNPACKING 6
/* An answer early in a conversation: so many tokens are in the context when the speed is told. */
#define TYPICAL_DEPTH 512

/* Where an eighth of the memory stays free, nobody notices. */
static ChordFitLevel
judge (guint64 total, guint64 available)
{
  if (total > available)
    return CHORD_FIT_TOO_LARGE;
  return total > available - available / 8 ? CHORD_FIT_TIGHT : CHORD_FIT_GOOD;
}

/* The slower of the two ways to spend a token's time; 0 when nothing was measured. */
static double
expect_rate (ChordMachine *machine, const ChMemoryNeed *need)
{
  const double depth = (double) MIN (need->n_ctx, TYPICAL_DEPTH);
  const double bandwidth = chord_machine_get_bandwidth (machine) * EFFICIENCY;
  const double compute = chord_machine_get_compute_int8 (machine) / UNPACKING;
  const double read = (double) need->weights_read + depth * (double) need->kv_read;
  double seconds;

  if (bandwidth <= 0 || read <= 0)
    return 0;
  seconds = read / bandwidth;
  if (compute > 0)
    seconds = MAX (seconds, 2 * (double) need->values_read / compute);
  return 1 / seconds;
}

static ChordFit *
new_fit (ChordMachine *machine, const ChMemoryNeed *need)
{
  ChordFit *self = g_object_new (CHORD_TYPE_FIT, NULL);

  self->weights = need->weights;
  self->context = need->kv;
  self->scratch = need->scratch;
  self->total = need->total;
  self->available = chord_machine_get_memory_available (machine);
  self->context_length = need->n_ctx;
  self->tokens_per_second = expect_rate (machine, need);
  self->level = judge (self->total, self->available);
  return self;
}

ChordFit *
chord_fit_new_for_file (ChordModelFile *file, ChordModelOptions *options, ChordMachine *machine,
                        GError **error)
{
  g_autoptr (GPtrArray) layer_devices = g_ptr_array_new ();
  ChGguf *gguf;
  ChEngineOptions engine;
  ChMemoryNeed need = { 0 };

  g_return_val_if_fail (CHORD_IS_MODEL_FILE (file), NULL);
  g_return_val_if_fail (options == NULL || CHORD_IS_MODEL_OPTIONS (options), NULL);
  g_return_val_if_fail (machine == NULL || CHORD_IS_MACHINE (machine), NULL);

  gguf = chord_model_file_get_gguf (file);
  if (!chord_model_options_to_engine (options, gguf, &engine, layer_devices, error)
      || !ch_engine_memory_need (gguf, &engine, &need, error))
    return NULL;
  return new_fit (machine ? machine : chord_machine_get_default (), &need);
}

ChordFit *
chord_fit_new_for_size (guint64 bytes, ChordMachine *machine)
{
  const guint64 rest = bytes / 7;
  const ChMemoryNeed need = {
    .weights = bytes,
    .kv = rest - rest / 4,
    .scratch = rest / 4,
    .total = bytes > G_MAXUINT64 - rest ? G_MAXUINT64 : bytes + rest,
    .weights_read = bytes,
  };

  g_return_val_if_fail (machine == NULL || CHORD_IS_MACHINE (machine), NULL);

  return new_fit (machine ? machine : chord_machine_get_default (), &need);
}

char *
chord_fit_describe (ChordFit *self)
{
  static const char *const verdicts[] = {
    [CHORD_FIT_GOOD] = "Fits well",
    [CHORD_FIT_TIGHT] = "Fits, but leaves little memory to other programs",
    [CHORD_FIT_TOO_LARGE] = "Too large for this machine",
  };
  g_autofree char *need = NULL, *available = NULL, *speed = NULL;

  g_return_val_if_fail (CHORD_IS_FIT (self), NULL);

  need = g_format_size_full (self->total, G_FORMAT_SIZE_IEC_UNITS);
  available = g_format_size_full (self->available, G_FORMAT_SIZE_IEC_UNITS);
  if (self->tokens_per_second > 0 && self->level != CHORD_FIT_TOO_LARGE)
    speed = g_strdup_printf (", about %.*f tokens a second", self->tokens_per_second < 10 ? 1 : 0,
                             self->tokens_per_second);
  return g_strdup_printf ("%s: needs %s of %s%s.", verdicts[self->level], need, available,
                          speed ? speed : "");
}

guint64
chord_fit_get_weights (ChordFit *self)
{
  g_return_val_if_fail (CHORD_IS_FIT (self), 0);

  return self->weights;
}

guint64
chord_fit_get_context (ChordFit *self)
{
  g_return_val_if_fail (CHORD_IS_FIT (self), 0);

  return self->context;
}

guint64
chord_fit_get_scratch (ChordFit *self)
{
  g_return_val_if_fail (CHORD_IS_FIT (self), 0);

  return self->scratch;
}

guint64
chord_fit_get_total (ChordFit *self)
{
  g_return_val_if_fail (CHORD_IS_FIT (self), 0);

  return self->total;
}

guint64
chord_fit_get_available (ChordFit *self)
{
  g_return_val_if_fail (CHORD_IS_FIT (self), 0);

  return self->available;
}

guint64
chord_fit_get_context_length (ChordFit *self)
{
  g_return_val_if_fail (CHORD_IS_FIT (self), 0);

  return self->context_length;
}

double
chord_fit_get_tokens_per_second (ChordFit *self)
{
  g_return_val_if_fail (CHORD_IS_FIT (self), 0);

  return self->tokens_per_second;
}

ChordFitLevel
chord_fit_get_level (ChordFit *self)
{
  g_return_val_if_fail (CHORD_IS_FIT (self), CHORD_FIT_GOOD);

  return self->level;
}
