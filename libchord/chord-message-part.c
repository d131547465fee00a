/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-message-part-private.h"

#include "chord-enum-types.h"
#include "chord-param-private.h"

struct _ChordMessagePart
{
  GObject parent_instance;

  ChordMessagePartKind kind;
  GString *text;
};

enum
{
  PROP_0,
  PROP_KIND,
  PROP_TEXT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ChordMessagePart, chord_message_part, G_TYPE_OBJECT)

static void
chord_message_part_finalize (GObject *object)
{
  ChordMessagePart *self = CHORD_MESSAGE_PART (object);

  g_string_free (self->text, TRUE);
  G_OBJECT_CLASS (chord_message_part_parent_class)->finalize (object);
}

static void
chord_message_part_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  ChordMessagePart *self = CHORD_MESSAGE_PART (object);

  switch (prop_id)
    {
    case PROP_KIND:
      g_value_set_enum (value, self->kind);
      break;
    case PROP_TEXT:
      g_value_set_string (value, self->text->str);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
chord_message_part_class_init (ChordMessagePartClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = chord_message_part_finalize;
  object_class->get_property = chord_message_part_get_property;

  /**
   * ChordMessagePart:kind:
   *
   * What the part holds.
   */
  properties[PROP_KIND]
      = g_param_spec_enum ("kind", NULL, NULL, CHORD_TYPE_MESSAGE_PART_KIND,
                           CHORD_MESSAGE_PART_KIND_TEXT, CHORD_PARAM_READABLE);

  /**
   * ChordMessagePart:text:
   *
   * The text; %NULL in a part of another kind.
   */
  properties[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, NULL, CHORD_PARAM_READABLE);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
chord_message_part_init (ChordMessagePart *self)
{
  self->text = g_string_new (NULL);
}

ChordMessagePart *
chord_message_part_new_for_text (const char *text)
{
  ChordMessagePart *self;

  g_return_val_if_fail (text != NULL, NULL);

  self = g_object_new (CHORD_TYPE_MESSAGE_PART, NULL);
  g_string_append (self->text, text);
  return self;
}

ChordMessagePartKind
chord_message_part_get_kind (ChordMessagePart *self)
{
  g_return_val_if_fail (CHORD_IS_MESSAGE_PART (self), CHORD_MESSAGE_PART_KIND_TEXT);

  return self->kind;
}

const char *
chord_message_part_get_text (ChordMessagePart *self)
{
  g_return_val_if_fail (CHORD_IS_MESSAGE_PART (self), NULL);

  return self->text->str;
}

void
chord_message_part_append (ChordMessagePart *self, const char *text)
{
  g_string_append (self->text, text);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TEXT]);
}
