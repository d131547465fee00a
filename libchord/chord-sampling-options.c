/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-sampling-options-private.h"

#include "chord-param-private.h"
#include "engine/stop.h"
#include "sample/sampler.h"

struct _ChordSamplingOptions
{
  GObject parent_instance;

  double temperature;
  int top_k;
  double top_p;
  double min_p;
  double typical_p;
  double repetition_penalty;
  double frequency_penalty;
  double presence_penalty;
  int penalty_last_n;
  gint64 seed;
  gint64 max_tokens;
  guint top_logprobs;
  gboolean show_special_tokens;
  char **stop;
  GArray *biases; /* of ChLogitBias */
};

enum
{
  PROP_0,
  PROP_TEMPERATURE,
  PROP_TOP_K,
  PROP_TOP_P,
  PROP_MIN_P,
  PROP_TYPICAL_P,
  PROP_REPETITION_PENALTY,
  PROP_FREQUENCY_PENALTY,
  PROP_PRESENCE_PENALTY,
  PROP_PENALTY_LAST_N,
  PROP_SEED,
  PROP_MAX_TOKENS,
  PROP_TOP_LOGPROBS,
  PROP_SHOW_SPECIAL_TOKENS,
  PROP_STOP,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ChordSamplingOptions, chord_sampling_options, G_TYPE_OBJECT)

static void
chord_sampling_options_finalize (GObject *object)
{
  ChordSamplingOptions *self = CHORD_SAMPLING_OPTIONS (object);

  g_strfreev (self->stop);
  g_array_unref (self->biases);
  G_OBJECT_CLASS (chord_sampling_options_parent_class)->finalize (object);
}

static void
chord_sampling_options_get_property (GObject *object, guint prop_id, GValue *value,
                                     GParamSpec *pspec)
{
  ChordSamplingOptions *self = CHORD_SAMPLING_OPTIONS (object);

  switch (prop_id)
    {
    case PROP_TEMPERATURE:
      g_value_set_double (value, self->temperature);
      break;
    case PROP_TOP_K:
      g_value_set_int (value, self->top_k);
      break;
    case PROP_TOP_P:
      g_value_set_double (value, self->top_p);
      break;
    case PROP_MIN_P:
      g_value_set_double (value, self->min_p);
      break;
    case PROP_TYPICAL_P:
      g_value_set_double (value, self->typical_p);
      break;
    case PROP_REPETITION_PENALTY:
      g_value_set_double (value, self->repetition_penalty);
      break;
    case PROP_FREQUENCY_PENALTY:
      g_value_set_double (value, self->frequency_penalty);
      break;
    case PROP_PRESENCE_PENALTY:
      g_value_set_double (value, self->presence_penalty);
      break;
    case PROP_PENALTY_LAST_N:
      g_value_set_int (value, self->penalty_last_n);
      break;
    case PROP_SEED:
      g_value_set_int64 (value, self->seed);
      break;
    case PROP_MAX_TOKENS:
      g_value_set_int64 (value, self->max_tokens);
      break;
    case PROP_TOP_LOGPROBS:
      g_value_set_uint (value, self->top_logprobs);
      break;
    case PROP_SHOW_SPECIAL_TOKENS:
      g_value_set_boolean (value, self->show_special_tokens);
      break;
    case PROP_STOP:
      g_value_set_boxed (value, self->stop);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
chord_sampling_options_set_property (GObject *object, guint prop_id, const GValue *value,
                                     GParamSpec *pspec)
{
  ChordSamplingOptions *self = CHORD_SAMPLING_OPTIONS (object);

  switch (prop_id)
    {
    case PROP_TEMPERATURE:
      chord_sampling_options_set_temperature (self, g_value_get_double (value));
      break;
    case PROP_TOP_K:
      chord_sampling_options_set_top_k (self, g_value_get_int (value));
      break;
    case PROP_TOP_P:
      chord_sampling_options_set_top_p (self, g_value_get_double (value));
      break;
    case PROP_MIN_P:
      chord_sampling_options_set_min_p (self, g_value_get_double (value));
      break;
    case PROP_TYPICAL_P:
      chord_sampling_options_set_typical_p (self, g_value_get_double (value));
      break;
    case PROP_REPETITION_PENALTY:
      chord_sampling_options_set_repetition_penalty (self, g_value_get_double (value));
      break;
    case PROP_FREQUENCY_PENALTY:
      chord_sampling_options_set_frequency_penalty (self, g_value_get_double (value));
      break;
    case PROP_PRESENCE_PENALTY:
      chord_sampling_options_set_presence_penalty (self, g_value_get_double (value));
      break;
    case PROP_PENALTY_LAST_N:
      chord_sampling_options_set_penalty_last_n (self, g_value_get_int (value));
      break;
    case PROP_SEED:
      chord_sampling_options_set_seed (self, g_value_get_int64 (value));
      break;
    case PROP_MAX_TOKENS:
      chord_sampling_options_set_max_tokens (self, g_value_get_int64 (value));
      break;
    case PROP_TOP_LOGPROBS:
      chord_sampling_options_set_top_logprobs (self, g_value_get_uint (value));
      break;
    case PROP_SHOW_SPECIAL_TOKENS:
      chord_sampling_options_set_show_special_tokens (self, g_value_get_boolean (value));
      break;
    case PROP_STOP:
      chord_sampling_options_set_stop (self, g_value_get_boxed (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
install_choice_properties (void)
{
  /**
   * ChordSamplingOptions:temperature:
   *
   * How freely to choose; 0: always the likeliest token.
   */
  properties[PROP_TEMPERATURE]
      = g_param_spec_double ("temperature", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0.8,
                             CHORD_PARAM_READWRITE);

  /**
   * ChordSamplingOptions:top-k:
   *
   * How many of the likeliest tokens are eligible; 0: all.
   */
  properties[PROP_TOP_K]
      = g_param_spec_int ("top-k", NULL, NULL, G_MININT, G_MAXINT, 40, CHORD_PARAM_READWRITE);

  /**
   * ChordSamplingOptions:top-p:
   *
   * How much probability the eligible tokens have together; 1: all.
   */
  properties[PROP_TOP_P]
      = g_param_spec_double ("top-p", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0.95,
                             CHORD_PARAM_READWRITE);

  /**
   * ChordSamplingOptions:min-p:
   *
   * How likely a token must be against the likeliest; 0: any.
   */
  properties[PROP_MIN_P]
      = g_param_spec_double ("min-p", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0.05,
                             CHORD_PARAM_READWRITE);

  /**
   * ChordSamplingOptions:typical-p:
   *
   * How much probability the most typical tokens have together; 1: all.
   */
  properties[PROP_TYPICAL_P]
      = g_param_spec_double ("typical-p", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 1.0,
                             CHORD_PARAM_READWRITE);
}

static void
install_penalty_properties (void)
{
  /**
   * ChordSamplingOptions:repetition-penalty:
   *
   * By what the logits of tokens that came before are divided; 1: nothing.
   */
  properties[PROP_REPETITION_PENALTY]
      = g_param_spec_double ("repetition-penalty", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 1.0,
                             CHORD_PARAM_READWRITE);

  /**
   * ChordSamplingOptions:frequency-penalty:
   *
   * What is taken off a logit for each time that the token came before.
   */
  properties[PROP_FREQUENCY_PENALTY]
      = g_param_spec_double ("frequency-penalty", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0,
                             CHORD_PARAM_READWRITE);

  /**
   * ChordSamplingOptions:presence-penalty:
   *
   * What is taken off a logit when the token came before.
   */
  properties[PROP_PRESENCE_PENALTY]
      = g_param_spec_double ("presence-penalty", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0,
                             CHORD_PARAM_READWRITE);

  /**
   * ChordSamplingOptions:penalty-last-n:
   *
   * How many tokens the penalties look back; -1: all, 0: none.
   */
  properties[PROP_PENALTY_LAST_N]
      = g_param_spec_int ("penalty-last-n", NULL, NULL, G_MININT, G_MAXINT, 64,
                          CHORD_PARAM_READWRITE);
}

static void
install_other_properties (void)
{
  /**
   * ChordSamplingOptions:seed:
   *
   * Where the random numbers begin: the same seed gives the same text; -1: another one each time.
   */
  properties[PROP_SEED]
      = g_param_spec_int64 ("seed", NULL, NULL, -1, G_MAXINT64, -1, CHORD_PARAM_READWRITE);

  /**
   * ChordSamplingOptions:max-tokens:
   *
   * How many tokens to generate at most; -1: until the context is full.
   */
  properties[PROP_MAX_TOKENS]
      = g_param_spec_int64 ("max-tokens", NULL, NULL, -1, G_MAXINT64, -1, CHORD_PARAM_READWRITE);

  /**
   * ChordSamplingOptions:top-logprobs:
   *
   * How many alternatives to record for each token, see [property@Generation:tokens]; 0: record
   * nothing.
   */
  properties[PROP_TOP_LOGPROBS]
      = g_param_spec_uint ("top-logprobs", NULL, NULL, 0, G_MAXUINT, 0, CHORD_PARAM_READWRITE);

  /**
   * ChordSamplingOptions:show-special-tokens:
   *
   * Whether control tokens appear in the text.
   */
  properties[PROP_SHOW_SPECIAL_TOKENS]
      = g_param_spec_boolean ("show-special-tokens", NULL, NULL, FALSE, CHORD_PARAM_READWRITE);

  /**
   * ChordSamplingOptions:stop:
   *
   * The strings that end the text where they appear; they are not part of it.
   */
  properties[PROP_STOP]
      = g_param_spec_boxed ("stop", NULL, NULL, G_TYPE_STRV, CHORD_PARAM_READWRITE);
}

static void
chord_sampling_options_class_init (ChordSamplingOptionsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = chord_sampling_options_finalize;
  object_class->get_property = chord_sampling_options_get_property;
  object_class->set_property = chord_sampling_options_set_property;

  install_choice_properties ();
  install_penalty_properties ();
  install_other_properties ();
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
chord_sampling_options_init (ChordSamplingOptions *self)
{
  self->temperature = 0.8;
  self->top_k = 40;
  self->top_p = 0.95;
  self->min_p = 0.05;
  self->typical_p = 1.0;
  self->repetition_penalty = 1.0;
  self->penalty_last_n = 64;
  self->seed = -1;
  self->max_tokens = -1;
  self->biases = g_array_new (FALSE, FALSE, sizeof (ChLogitBias));
}

ChordSamplingOptions *
chord_sampling_options_new (void)
{
  return g_object_new (CHORD_TYPE_SAMPLING_OPTIONS, NULL);
}

double
chord_sampling_options_get_temperature (ChordSamplingOptions *self)
{
  g_return_val_if_fail (CHORD_IS_SAMPLING_OPTIONS (self), 0);

  return self->temperature;
}

void
chord_sampling_options_set_temperature (ChordSamplingOptions *self, double temperature)
{
  g_return_if_fail (CHORD_IS_SAMPLING_OPTIONS (self));

  if (self->temperature == temperature)
    return;
  self->temperature = temperature;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TEMPERATURE]);
}

int
chord_sampling_options_get_top_k (ChordSamplingOptions *self)
{
  g_return_val_if_fail (CHORD_IS_SAMPLING_OPTIONS (self), 0);

  return self->top_k;
}

void
chord_sampling_options_set_top_k (ChordSamplingOptions *self, int top_k)
{
  g_return_if_fail (CHORD_IS_SAMPLING_OPTIONS (self));

  if (self->top_k == top_k)
    return;
  self->top_k = top_k;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TOP_K]);
}

double
chord_sampling_options_get_top_p (ChordSamplingOptions *self)
{
  g_return_val_if_fail (CHORD_IS_SAMPLING_OPTIONS (self), 0);

  return self->top_p;
}

void
chord_sampling_options_set_top_p (ChordSamplingOptions *self, double top_p)
{
  g_return_if_fail (CHORD_IS_SAMPLING_OPTIONS (self));

  if (self->top_p == top_p)
    return;
  self->top_p = top_p;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TOP_P]);
}

double
chord_sampling_options_get_min_p (ChordSamplingOptions *self)
{
  g_return_val_if_fail (CHORD_IS_SAMPLING_OPTIONS (self), 0);

  return self->min_p;
}

void
chord_sampling_options_set_min_p (ChordSamplingOptions *self, double min_p)
{
  g_return_if_fail (CHORD_IS_SAMPLING_OPTIONS (self));

  if (self->min_p == min_p)
    return;
  self->min_p = min_p;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MIN_P]);
}

double
chord_sampling_options_get_typical_p (ChordSamplingOptions *self)
{
  g_return_val_if_fail (CHORD_IS_SAMPLING_OPTIONS (self), 0);

  return self->typical_p;
}

void
chord_sampling_options_set_typical_p (ChordSamplingOptions *self, double typical_p)
{
  g_return_if_fail (CHORD_IS_SAMPLING_OPTIONS (self));

  if (self->typical_p == typical_p)
    return;
  self->typical_p = typical_p;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TYPICAL_P]);
}

double
chord_sampling_options_get_repetition_penalty (ChordSamplingOptions *self)
{
  g_return_val_if_fail (CHORD_IS_SAMPLING_OPTIONS (self), 0);

  return self->repetition_penalty;
}

void
chord_sampling_options_set_repetition_penalty (ChordSamplingOptions *self,
                                               double repetition_penalty)
{
  g_return_if_fail (CHORD_IS_SAMPLING_OPTIONS (self));

  if (self->repetition_penalty == repetition_penalty)
    return;
  self->repetition_penalty = repetition_penalty;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REPETITION_PENALTY]);
}

double
chord_sampling_options_get_frequency_penalty (ChordSamplingOptions *self)
{
  g_return_val_if_fail (CHORD_IS_SAMPLING_OPTIONS (self), 0);

  return self->frequency_penalty;
}

void
chord_sampling_options_set_frequency_penalty (ChordSamplingOptions *self, double frequency_penalty)
{
  g_return_if_fail (CHORD_IS_SAMPLING_OPTIONS (self));

  if (self->frequency_penalty == frequency_penalty)
    return;
  self->frequency_penalty = frequency_penalty;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FREQUENCY_PENALTY]);
}

double
chord_sampling_options_get_presence_penalty (ChordSamplingOptions *self)
{
  g_return_val_if_fail (CHORD_IS_SAMPLING_OPTIONS (self), 0);

  return self->presence_penalty;
}

void
chord_sampling_options_set_presence_penalty (ChordSamplingOptions *self, double presence_penalty)
{
  g_return_if_fail (CHORD_IS_SAMPLING_OPTIONS (self));

  if (self->presence_penalty == presence_penalty)
    return;
  self->presence_penalty = presence_penalty;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PRESENCE_PENALTY]);
}

int
chord_sampling_options_get_penalty_last_n (ChordSamplingOptions *self)
{
  g_return_val_if_fail (CHORD_IS_SAMPLING_OPTIONS (self), 0);

  return self->penalty_last_n;
}

void
chord_sampling_options_set_penalty_last_n (ChordSamplingOptions *self, int penalty_last_n)
{
  g_return_if_fail (CHORD_IS_SAMPLING_OPTIONS (self));

  if (self->penalty_last_n == penalty_last_n)
    return;
  self->penalty_last_n = penalty_last_n;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PENALTY_LAST_N]);
}

gint64
chord_sampling_options_get_seed (ChordSamplingOptions *self)
{
  g_return_val_if_fail (CHORD_IS_SAMPLING_OPTIONS (self), 0);

  return self->seed;
}

void
chord_sampling_options_set_seed (ChordSamplingOptions *self, gint64 seed)
{
  g_return_if_fail (CHORD_IS_SAMPLING_OPTIONS (self));

  if (self->seed == seed)
    return;
  self->seed = seed;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SEED]);
}

gint64
chord_sampling_options_get_max_tokens (ChordSamplingOptions *self)
{
  g_return_val_if_fail (CHORD_IS_SAMPLING_OPTIONS (self), 0);

  return self->max_tokens;
}

void
chord_sampling_options_set_max_tokens (ChordSamplingOptions *self, gint64 max_tokens)
{
  g_return_if_fail (CHORD_IS_SAMPLING_OPTIONS (self));

  if (self->max_tokens == max_tokens)
    return;
  self->max_tokens = max_tokens;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MAX_TOKENS]);
}

guint
chord_sampling_options_get_top_logprobs (ChordSamplingOptions *self)
{
  g_return_val_if_fail (CHORD_IS_SAMPLING_OPTIONS (self), 0);

  return self->top_logprobs;
}

void
chord_sampling_options_set_top_logprobs (ChordSamplingOptions *self, guint top_logprobs)
{
  g_return_if_fail (CHORD_IS_SAMPLING_OPTIONS (self));

  if (self->top_logprobs == top_logprobs)
    return;
  self->top_logprobs = top_logprobs;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TOP_LOGPROBS]);
}

gboolean
chord_sampling_options_get_show_special_tokens (ChordSamplingOptions *self)
{
  g_return_val_if_fail (CHORD_IS_SAMPLING_OPTIONS (self), FALSE);

  return self->show_special_tokens;
}

void
chord_sampling_options_set_show_special_tokens (ChordSamplingOptions *self,
                                                gboolean show_special_tokens)
{
  g_return_if_fail (CHORD_IS_SAMPLING_OPTIONS (self));

  if (self->show_special_tokens == show_special_tokens)
    return;
  self->show_special_tokens = show_special_tokens;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SHOW_SPECIAL_TOKENS]);
}

const char *const *
chord_sampling_options_get_stop (ChordSamplingOptions *self)
{
  g_return_val_if_fail (CHORD_IS_SAMPLING_OPTIONS (self), NULL);

  return (const char *const *) self->stop;
}

void
chord_sampling_options_set_stop (ChordSamplingOptions *self, const char *const *stop)
{
  g_return_if_fail (CHORD_IS_SAMPLING_OPTIONS (self));

  if (stop == (const char *const *) self->stop)
    return;
  g_strfreev (self->stop);
  self->stop = g_strdupv ((char **) stop);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STOP]);
}

static ChLogitBias *
find_bias (ChordSamplingOptions *self, gint32 token, guint *index)
{
  for (guint i = 0; i < self->biases->len; i++)
    {
      ChLogitBias *bias = &g_array_index (self->biases, ChLogitBias, i);

      if (bias->token == token)
        {
          *index = i;
          return bias;
        }
    }
  return NULL;
}

void
chord_sampling_options_set_logit_bias (ChordSamplingOptions *self, gint32 token, double bias)
{
  ChLogitBias added = { token, (float) bias };
  ChLogitBias *known;
  guint index;

  g_return_if_fail (CHORD_IS_SAMPLING_OPTIONS (self));

  known = find_bias (self, token, &index);
  if (known && bias == 0)
    g_array_remove_index (self->biases, index);
  else if (known)
    *known = added;
  else if (bias != 0)
    g_array_append_val (self->biases, added);
}

double
chord_sampling_options_get_logit_bias (ChordSamplingOptions *self, gint32 token)
{
  const ChLogitBias *known;
  guint index;

  g_return_val_if_fail (CHORD_IS_SAMPLING_OPTIONS (self), 0);

  known = find_bias (self, token, &index);
  return known ? (double) known->bias : 0;
}

ChordSamplingOptions *
chord_sampling_options_copy (ChordSamplingOptions *self)
{
  ChordSamplingOptions *copy;

  g_return_val_if_fail (CHORD_IS_SAMPLING_OPTIONS (self), NULL);

  copy = chord_sampling_options_new ();
  copy->temperature = self->temperature;
  copy->top_k = self->top_k;
  copy->top_p = self->top_p;
  copy->min_p = self->min_p;
  copy->typical_p = self->typical_p;
  copy->repetition_penalty = self->repetition_penalty;
  copy->frequency_penalty = self->frequency_penalty;
  copy->presence_penalty = self->presence_penalty;
  copy->penalty_last_n = self->penalty_last_n;
  copy->seed = self->seed;
  copy->max_tokens = self->max_tokens;
  copy->top_logprobs = self->top_logprobs;
  copy->show_special_tokens = self->show_special_tokens;
  copy->stop = g_strdupv (self->stop);
  g_array_append_vals (copy->biases, self->biases->data, self->biases->len);
  return copy;
}

/* Random bits that no earlier generation had. */
static guint64
fresh_seed (void)
{
  return (guint64) g_random_int () << 31 ^ g_random_int ();
}

void
chord_sampling_options_to_request (ChordSamplingOptions *self, ChGenerateRequest *request)
{
  request->sampling = (ChSamplerParams){
    .temperature = self->temperature,
    .top_k = self->top_k,
    .top_p = self->top_p,
    .min_p = self->min_p,
    .typical_p = self->typical_p,
    .repetition_penalty = self->repetition_penalty,
    .frequency_penalty = self->frequency_penalty,
    .presence_penalty = self->presence_penalty,
    .penalty_last_n = self->penalty_last_n,
    .seed = self->seed < 0 ? fresh_seed () : (guint64) self->seed,
    .biases = (gconstpointer) self->biases->data,
    .n_biases = self->biases->len,
  };
  request->stop = (const char *const *) self->stop;
  request->max_tokens = self->max_tokens;
  request->n_logprobs = self->top_logprobs;
  request->special_text = self->show_special_tokens;
}

gboolean
chord_sampling_options_validate (ChordSamplingOptions *self, GError **error)
{
  ChGenerateRequest request = { 0 };
  g_autoptr (ChSampler) sampler = NULL;
  g_autoptr (ChStop) stop = NULL;

  g_return_val_if_fail (CHORD_IS_SAMPLING_OPTIONS (self), FALSE);

  chord_sampling_options_to_request (self, &request);
  sampler = ch_sampler_new (&request.sampling, error);
  stop = sampler ? ch_stop_new (request.stop, error) : NULL;
  return stop != NULL;
}
