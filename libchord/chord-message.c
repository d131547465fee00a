/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-message-private.h"

#include "chord-enum-types.h"
#include "chord-message-part-private.h"
#include "chord-param-private.h"

struct _ChordMessage
{
  GObject parent_instance;

  ChordRole role;
  GListStore *parts;
  GString *text; /* of all parts together */
  ChordFinishReason finish_reason;
  GArray *token_ids;
};

enum
{
  PROP_0,
  PROP_ROLE,
  PROP_PARTS,
  PROP_TEXT,
  PROP_FINISH_REASON,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ChordMessage, chord_message, G_TYPE_OBJECT)

static void
chord_message_finalize (GObject *object)
{
  ChordMessage *self = CHORD_MESSAGE (object);

  g_object_unref (self->parts);
  g_string_free (self->text, TRUE);
  g_clear_pointer (&self->token_ids, g_array_unref);
  G_OBJECT_CLASS (chord_message_parent_class)->finalize (object);
}

static void
chord_message_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  ChordMessage *self = CHORD_MESSAGE (object);

  switch (prop_id)
    {
    case PROP_ROLE:
      g_value_set_enum (value, self->role);
      break;
    case PROP_PARTS:
      g_value_set_object (value, self->parts);
      break;
    case PROP_TEXT:
      g_value_set_string (value, self->text->str);
      break;
    case PROP_FINISH_REASON:
      g_value_set_enum (value, self->finish_reason);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
chord_message_class_init (ChordMessageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = chord_message_finalize;
  object_class->get_property = chord_message_get_property;

  /**
   * ChordMessage:role:
   *
   * Who speaks.
   */
  properties[PROP_ROLE] = g_param_spec_enum ("role", NULL, NULL, CHORD_TYPE_ROLE, CHORD_ROLE_SYSTEM,
                                             CHORD_PARAM_READABLE);

  /**
   * ChordMessage:parts:
   *
   * A list of [class@MessagePart].
   */
  properties[PROP_PARTS]
      = g_param_spec_object ("parts", NULL, NULL, G_TYPE_LIST_MODEL, CHORD_PARAM_READABLE);

  /**
   * ChordMessage:text:
   *
   * The text of all parts together.
   */
  properties[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, NULL, CHORD_PARAM_READABLE);

  /**
   * ChordMessage:finish-reason:
   *
   * Why the answer ended; %CHORD_FINISH_REASON_NONE while it is generated and in messages that were
   * not generated.
   */
  properties[PROP_FINISH_REASON]
      = g_param_spec_enum ("finish-reason", NULL, NULL, CHORD_TYPE_FINISH_REASON,
                           CHORD_FINISH_REASON_NONE, CHORD_PARAM_READABLE);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
chord_message_init (ChordMessage *self)
{
  self->parts = g_list_store_new (CHORD_TYPE_MESSAGE_PART);
  self->text = g_string_new (NULL);
}

ChordMessage *
chord_message_new (ChordRole role, const char *text)
{
  ChordMessage *self = g_object_new (CHORD_TYPE_MESSAGE, NULL);

  self->role = role;
  if (text)
    {
      g_autoptr (ChordMessagePart) part = chord_message_part_new_for_text (text);
      chord_message_add_part (self, part);
    }
  return self;
}

void
chord_message_add_part (ChordMessage *self, ChordMessagePart *part)
{
  const char *text;

  g_return_if_fail (CHORD_IS_MESSAGE (self));
  g_return_if_fail (CHORD_IS_MESSAGE_PART (part));

  g_list_store_append (self->parts, part);
  text = chord_message_part_get_text (part);
  if (text && *text)
    {
      g_string_append (self->text, text);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TEXT]);
    }
}

ChordRole
chord_message_get_role (ChordMessage *self)
{
  g_return_val_if_fail (CHORD_IS_MESSAGE (self), CHORD_ROLE_USER);

  return self->role;
}

GListModel *
chord_message_get_parts (ChordMessage *self)
{
  g_return_val_if_fail (CHORD_IS_MESSAGE (self), NULL);

  return G_LIST_MODEL (self->parts);
}

const char *
chord_message_get_text (ChordMessage *self)
{
  g_return_val_if_fail (CHORD_IS_MESSAGE (self), NULL);

  return self->text->str;
}

ChordFinishReason
chord_message_get_finish_reason (ChordMessage *self)
{
  g_return_val_if_fail (CHORD_IS_MESSAGE (self), CHORD_FINISH_REASON_NONE);

  return self->finish_reason;
}

const char *
chord_role_to_string (ChordRole role)
{
  switch (role)
    {
    case CHORD_ROLE_SYSTEM:
      return "system";
    case CHORD_ROLE_ASSISTANT:
      return "assistant";
    case CHORD_ROLE_TOOL:
      return "tool";
    case CHORD_ROLE_USER:
    default:
      return "user";
    }
}

void
chord_message_append_text (ChordMessage *self, const char *text)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->parts));

  if (n == 0)
    {
      g_autoptr (ChordMessagePart) part = chord_message_part_new_for_text (text);
      chord_message_add_part (self, part);
    }
  else
    {
      g_autoptr (ChordMessagePart) last = g_list_model_get_item (G_LIST_MODEL (self->parts), n - 1);

      g_string_append (self->text, text);
      chord_message_part_append (last, text);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TEXT]);
    }
}

void
chord_message_set_finish_reason (ChordMessage *self, ChordFinishReason reason)
{
  if (self->finish_reason == reason)
    return;
  self->finish_reason = reason;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FINISH_REASON]);
}

GArray *
chord_message_get_token_ids (ChordMessage *self)
{
  return self->token_ids;
}

void
chord_message_set_token_ids (ChordMessage *self, GArray *ids)
{
  if (ids)
    g_array_ref (ids);
  g_clear_pointer (&self->token_ids, g_array_unref);
  self->token_ids = ids;
}

void
chord_message_add_token_ids (ChordMessage *self, GArray *ids, gboolean continues)
{
  g_autoptr (GArray) all = NULL;

  if (!continues || !ids || !self->token_ids)
    {
      chord_message_set_token_ids (self, continues ? NULL : ids);
      return;
    }
  all = g_array_copy (self->token_ids);
  g_array_append_vals (all, ids->data, ids->len);
  chord_message_set_token_ids (self, all);
}
