/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-sampling-record.h"

#include "chord-record-private.h"

enum
{
  PROP_0,
  PROP_SYSTEM_PROMPT,
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
  PROP_STOP,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_ABSTRACT_TYPE (ChordSamplingRecord, chord_sampling_record, CHORD_TYPE_RECORD)

static void
install_choice_properties (void)
{
  /**
   * ChordSamplingRecord:temperature:
   *
   * How freely to choose; 0: always the likeliest token.
   */
  properties[PROP_TEMPERATURE]
      = g_param_spec_double ("temperature", NULL, NULL, 0, G_MAXDOUBLE, 0.8, CHORD_PARAM_STORED);

  /**
   * ChordSamplingRecord:top-k:
   *
   * How many of the likeliest tokens are eligible; 0: all.
   */
  properties[PROP_TOP_K]
      = g_param_spec_int ("top-k", NULL, NULL, 0, G_MAXINT, 40, CHORD_PARAM_STORED);

  /**
   * ChordSamplingRecord:top-p:
   *
   * How much probability the eligible tokens have together; 1: all.
   */
  properties[PROP_TOP_P]
      = g_param_spec_double ("top-p", NULL, NULL, 0, 1, 0.95, CHORD_PARAM_STORED);

  /**
   * ChordSamplingRecord:min-p:
   *
   * How likely a token must be against the likeliest; 0: any.
   */
  properties[PROP_MIN_P]
      = g_param_spec_double ("min-p", NULL, NULL, 0, 1, 0.05, CHORD_PARAM_STORED);

  /**
   * ChordSamplingRecord:typical-p:
   *
   * How much probability the most typical tokens have together; 1: all.
   */
  properties[PROP_TYPICAL_P]
      = g_param_spec_double ("typical-p", NULL, NULL, 0, 1, 1.0, CHORD_PARAM_STORED);
}

static void
install_penalty_properties (void)
{
  /**
   * ChordSamplingRecord:repetition-penalty:
   *
   * By what the logits of tokens that came before are divided; 1: nothing.
   */
  properties[PROP_REPETITION_PENALTY] = g_param_spec_double (
      "repetition-penalty", NULL, NULL, 0, G_MAXDOUBLE, 1.0, CHORD_PARAM_STORED);

  /**
   * ChordSamplingRecord:frequency-penalty:
   *
   * What is taken off a logit for each time that the token came before.
   */
  properties[PROP_FREQUENCY_PENALTY]
      = g_param_spec_double ("frequency-penalty", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0,
                             CHORD_PARAM_STORED);

  /**
   * ChordSamplingRecord:presence-penalty:
   *
   * What is taken off a logit when the token came before.
   */
  properties[PROP_PRESENCE_PENALTY]
      = g_param_spec_double ("presence-penalty", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0,
                             CHORD_PARAM_STORED);

  /**
   * ChordSamplingRecord:penalty-last-n:
   *
   * How many tokens the penalties look back; -1: all, 0: none.
   */
  properties[PROP_PENALTY_LAST_N]
      = g_param_spec_int ("penalty-last-n", NULL, NULL, -1, G_MAXINT, 64, CHORD_PARAM_STORED);
}

static void
install_other_properties (void)
{
  /**
   * ChordSamplingRecord:system-prompt:
   *
   * The system prompt; %NULL: none.
   */
  properties[PROP_SYSTEM_PROMPT]
      = g_param_spec_string ("system-prompt", NULL, NULL, NULL, CHORD_PARAM_STORED);

  /**
   * ChordSamplingRecord:seed:
   *
   * Where the random numbers begin: the same seed gives the same text; -1: another one each time.
   */
  properties[PROP_SEED]
      = g_param_spec_int64 ("seed", NULL, NULL, -1, G_MAXINT64, -1, CHORD_PARAM_STORED);

  /**
   * ChordSamplingRecord:max-tokens:
   *
   * How many tokens to generate at most; -1: until the context is full.
   */
  properties[PROP_MAX_TOKENS]
      = g_param_spec_int64 ("max-tokens", NULL, NULL, -1, G_MAXINT64, -1, CHORD_PARAM_STORED);

  /**
   * ChordSamplingRecord:stop:
   *
   * The strings that end the text where they appear; they are not part of it.
   */
  properties[PROP_STOP]
      = g_param_spec_boxed ("stop", NULL, NULL, G_TYPE_STRV, CHORD_PARAM_STORED);
}

static void
chord_sampling_record_class_init (ChordSamplingRecordClass *klass)
{
  install_choice_properties ();
  install_penalty_properties ();
  install_other_properties ();
  chord_record_class_install_properties (CHORD_RECORD_CLASS (klass), N_PROPS, properties);
}

static void
chord_sampling_record_init (ChordSamplingRecord *self)
{
}

CHORD_RECORD_GETTER (ChordSamplingRecord, chord_sampling_record, SAMPLING_RECORD, const char *,
                     system_prompt, text)
CHORD_RECORD_SETTER (ChordSamplingRecord, chord_sampling_record, SAMPLING_RECORD, const char *,
                     system_prompt, text)

/* The properties after the system prompt have the names and types of those of the options. */
static void
copy_sampling (GObject *from, GObject *to)
{
  for (guint i = PROP_TEMPERATURE; i < N_PROPS; i++)
    {
      g_auto (GValue) value = G_VALUE_INIT;

      g_value_init (&value, properties[i]->value_type);
      g_object_get_property (from, properties[i]->name, &value);
      g_object_set_property (to, properties[i]->name, &value);
    }
}

ChordSamplingOptions *
chord_sampling_record_create_sampling_options (ChordSamplingRecord *self)
{
  ChordSamplingOptions *options;

  g_return_val_if_fail (CHORD_IS_SAMPLING_RECORD (self), NULL);

  options = chord_sampling_options_new ();
  copy_sampling (G_OBJECT (self), G_OBJECT (options));
  return options;
}

void
chord_sampling_record_set_sampling_options (ChordSamplingRecord *self,
                                            ChordSamplingOptions *options)
{
  g_return_if_fail (CHORD_IS_SAMPLING_RECORD (self));
  g_return_if_fail (CHORD_IS_SAMPLING_OPTIONS (options));

  g_object_freeze_notify (G_OBJECT (self));
  copy_sampling (G_OBJECT (options), G_OBJECT (self));
  g_object_thaw_notify (G_OBJECT (self));
}
