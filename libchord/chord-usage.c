/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-usage-private.h"

#include "chord-param-private.h"

struct _ChordUsage
{
  GObject parent_instance;

  guint64 prompt_tokens;
  guint64 cached_tokens;
  guint64 generated_tokens;
  gint64 queue_time;
  gint64 prompt_time;
  gint64 generation_time;
  gint64 first_token_time;
  double prompt_rate;
  double generation_rate;
  guint64 memory;
};

enum
{
  PROP_0,
  PROP_PROMPT_TOKENS,
  PROP_CACHED_TOKENS,
  PROP_GENERATED_TOKENS,
  PROP_QUEUE_TIME,
  PROP_PROMPT_TIME,
  PROP_GENERATION_TIME,
  PROP_FIRST_TOKEN_TIME,
  PROP_PROMPT_RATE,
  PROP_GENERATION_RATE,
  PROP_MEMORY,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ChordUsage, chord_usage, G_TYPE_OBJECT)

static double
rate (guint64 n, gint64 microseconds)
{
  return n > 0 && microseconds > 0 ? (double) n * G_USEC_PER_SEC / (double) microseconds : 0;
}

static void
chord_usage_get_property (GObject *object, guint prop_id, GValue *value,
                          GParamSpec *pspec)
{
  ChordUsage *self = CHORD_USAGE (object);

  switch (prop_id)
    {
    case PROP_PROMPT_TOKENS:
      g_value_set_uint64 (value, self->prompt_tokens);
      break;
    case PROP_CACHED_TOKENS:
      g_value_set_uint64 (value, self->cached_tokens);
      break;
    case PROP_GENERATED_TOKENS:
      g_value_set_uint64 (value, self->generated_tokens);
      break;
    case PROP_QUEUE_TIME:
      g_value_set_int64 (value, self->queue_time);
      break;
    case PROP_PROMPT_TIME:
      g_value_set_int64 (value, self->prompt_time);
      break;
    case PROP_GENERATION_TIME:
      g_value_set_int64 (value, self->generation_time);
      break;
    case PROP_FIRST_TOKEN_TIME:
      g_value_set_int64 (value, self->first_token_time);
      break;
    case PROP_PROMPT_RATE:
      g_value_set_double (value, self->prompt_rate);
      break;
    case PROP_GENERATION_RATE:
      g_value_set_double (value, self->generation_rate);
      break;
    case PROP_MEMORY:
      g_value_set_uint64 (value, self->memory);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
install_count_properties (void)
{
  /**
   * ChordUsage:prompt-tokens:
   *
   * The number of tokens in the prompt.
   */
  properties[PROP_PROMPT_TOKENS]
      = g_param_spec_uint64 ("prompt-tokens", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_READABLE);

  /**
   * ChordUsage:cached-tokens:
   *
   * How many tokens of the prompt were in memory already.
   */
  properties[PROP_CACHED_TOKENS]
      = g_param_spec_uint64 ("cached-tokens", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_READABLE);

  /**
   * ChordUsage:generated-tokens:
   *
   * The number of tokens that were generated.
   */
  properties[PROP_GENERATED_TOKENS]
      = g_param_spec_uint64 ("generated-tokens", NULL, NULL, 0, G_MAXUINT64, 0,
                             CHORD_PARAM_READABLE);
}

static void
install_time_properties (void)
{
  /**
   * ChordUsage:queue-time:
   *
   * How long it waited to begin, in microseconds.
   */
  properties[PROP_QUEUE_TIME]
      = g_param_spec_int64 ("queue-time", NULL, NULL, -1, G_MAXINT64, 0, CHORD_PARAM_READABLE);

  /**
   * ChordUsage:prompt-time:
   *
   * How long the prompt took, in microseconds.
   */
  properties[PROP_PROMPT_TIME]
      = g_param_spec_int64 ("prompt-time", NULL, NULL, -1, G_MAXINT64, 0, CHORD_PARAM_READABLE);

  /**
   * ChordUsage:generation-time:
   *
   * How long the generated tokens took, in microseconds.
   */
  properties[PROP_GENERATION_TIME]
      = g_param_spec_int64 ("generation-time", NULL, NULL, -1, G_MAXINT64, 0, CHORD_PARAM_READABLE);

  /**
   * ChordUsage:first-token-time:
   *
   * The time from the start to the first token, in microseconds; 0 when none came.
   */
  properties[PROP_FIRST_TOKEN_TIME]
      = g_param_spec_int64 ("first-token-time", NULL, NULL, -1, G_MAXINT64, 0,
                            CHORD_PARAM_READABLE);
}

static void
install_rate_properties (void)
{
  /**
   * ChordUsage:prompt-rate:
   *
   * The tokens of the prompt that were computed per second; 0 when there were none.
   */
  properties[PROP_PROMPT_RATE]
      = g_param_spec_double ("prompt-rate", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0,
                             CHORD_PARAM_READABLE);

  /**
   * ChordUsage:generation-rate:
   *
   * The tokens that were generated per second after the first; 0 when there were none.
   */
  properties[PROP_GENERATION_RATE]
      = g_param_spec_double ("generation-rate", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0,
                             CHORD_PARAM_READABLE);

  /**
   * ChordUsage:memory:
   *
   * The bytes that the context of the session takes.
   */
  properties[PROP_MEMORY]
      = g_param_spec_uint64 ("memory", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_READABLE);
}

static void
chord_usage_class_init (ChordUsageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = chord_usage_get_property;

  install_count_properties ();
  install_time_properties ();
  install_rate_properties ();
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
chord_usage_init (ChordUsage *self)
{
}

ChordUsage *
chord_usage_new (const ChJobUsage *usage)
{
  ChordUsage *self = g_object_new (CHORD_TYPE_USAGE, NULL);

  self->prompt_tokens = usage->n_prompt;
  self->cached_tokens = usage->n_cached;
  self->generated_tokens = usage->n_generated;
  self->queue_time = usage->queued_us;
  self->prompt_time = usage->prefill_us;
  self->generation_time = usage->decode_us;
  self->first_token_time = usage->first_token_us;
  self->prompt_rate = rate (usage->n_prompt - usage->n_cached, usage->prefill_us);
  /* The first token falls out of the prompt; the time of generation is that of the others. */
  if (usage->n_generated > 0)
    self->generation_rate = rate (usage->n_generated - 1, usage->decode_us);
  self->memory = usage->memory;
  return self;
}

guint64
chord_usage_get_prompt_tokens (ChordUsage *self)
{
  g_return_val_if_fail (CHORD_IS_USAGE (self), 0);

  return self->prompt_tokens;
}

guint64
chord_usage_get_cached_tokens (ChordUsage *self)
{
  g_return_val_if_fail (CHORD_IS_USAGE (self), 0);

  return self->cached_tokens;
}

guint64
chord_usage_get_generated_tokens (ChordUsage *self)
{
  g_return_val_if_fail (CHORD_IS_USAGE (self), 0);

  return self->generated_tokens;
}

gint64
chord_usage_get_queue_time (ChordUsage *self)
{
  g_return_val_if_fail (CHORD_IS_USAGE (self), 0);

  return self->queue_time;
}

gint64
chord_usage_get_prompt_time (ChordUsage *self)
{
  g_return_val_if_fail (CHORD_IS_USAGE (self), 0);

  return self->prompt_time;
}

gint64
chord_usage_get_generation_time (ChordUsage *self)
{
  g_return_val_if_fail (CHORD_IS_USAGE (self), 0);

  return self->generation_time;
}

gint64
chord_usage_get_first_token_time (ChordUsage *self)
{
  g_return_val_if_fail (CHORD_IS_USAGE (self), 0);

  return self->first_token_time;
}

double
chord_usage_get_prompt_rate (ChordUsage *self)
{
  g_return_val_if_fail (CHORD_IS_USAGE (self), 0);

  return self->prompt_rate;
}

double
chord_usage_get_generation_rate (ChordUsage *self)
{
  g_return_val_if_fail (CHORD_IS_USAGE (self), 0);

  return self->generation_rate;
}

guint64
chord_usage_get_memory (ChordUsage *self)
{
  g_return_val_if_fail (CHORD_IS_USAGE (self), 0);

  return self->memory;
}
