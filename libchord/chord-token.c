/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-token-private.h"

#include "chord-param-private.h"

struct _ChordToken
{
  GObject parent_instance;

  int id;
  char *text;
  double logprob;
  GListModel *alternatives;
};

enum
{
  PROP_0,
  PROP_ID,
  PROP_TEXT,
  PROP_LOGPROB,
  PROP_ALTERNATIVES,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ChordToken, chord_token, G_TYPE_OBJECT)

static void
chord_token_finalize (GObject *object)
{
  ChordToken *self = CHORD_TOKEN (object);

  g_free (self->text);
  g_clear_object (&self->alternatives);
  G_OBJECT_CLASS (chord_token_parent_class)->finalize (object);
}

static void
chord_token_get_property (GObject *object, guint prop_id, GValue *value,
                          GParamSpec *pspec)
{
  ChordToken *self = CHORD_TOKEN (object);

  switch (prop_id)
    {
    case PROP_ID:
      g_value_set_int (value, self->id);
      break;
    case PROP_TEXT:
      g_value_set_string (value, self->text);
      break;
    case PROP_LOGPROB:
      g_value_set_double (value, self->logprob);
      break;
    case PROP_ALTERNATIVES:
      g_value_set_object (value, self->alternatives);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
chord_token_class_init (ChordTokenClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = chord_token_finalize;
  object_class->get_property = chord_token_get_property;

  /**
   * ChordToken:id:
   *
   * The token id.
   */
  properties[PROP_ID]
      = g_param_spec_int ("id", NULL, NULL, G_MININT, G_MAXINT, 0, CHORD_PARAM_READABLE);

  /**
   * ChordToken:text:
   *
   * The text of the token by itself; a part of a character shows as U+FFFD.
   */
  properties[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, NULL, CHORD_PARAM_READABLE);

  /**
   * ChordToken:logprob:
   *
   * The natural logarithm of its probability.
   */
  properties[PROP_LOGPROB]
      = g_param_spec_double ("logprob", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0,
                             CHORD_PARAM_READABLE);

  /**
   * ChordToken:alternatives:
   *
   * The likeliest tokens at this place, the likeliest first; %NULL in an alternative itself.
   */
  properties[PROP_ALTERNATIVES]
      = g_param_spec_object ("alternatives", NULL, NULL, G_TYPE_LIST_MODEL, CHORD_PARAM_READABLE);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
chord_token_init (ChordToken *self)
{
}

ChordToken *
chord_token_new (gint32 id, const char *text, double logprob, GListModel *alternatives)
{
  ChordToken *self = g_object_new (CHORD_TYPE_TOKEN, NULL);

  self->id = id;
  self->text = g_strdup (text);
  self->logprob = logprob;
  g_set_object (&self->alternatives, alternatives);
  return self;
}

gint32
chord_token_get_id (ChordToken *self)
{
  g_return_val_if_fail (CHORD_IS_TOKEN (self), 0);

  return self->id;
}

const char *
chord_token_get_text (ChordToken *self)
{
  g_return_val_if_fail (CHORD_IS_TOKEN (self), NULL);

  return self->text;
}

double
chord_token_get_logprob (ChordToken *self)
{
  g_return_val_if_fail (CHORD_IS_TOKEN (self), 0);

  return self->logprob;
}

GListModel *
chord_token_get_alternatives (ChordToken *self)
{
  g_return_val_if_fail (CHORD_IS_TOKEN (self), NULL);

  return self->alternatives;
}
