/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-tensor-info-private.h"

#include "chord-param-private.h"

struct _ChordTensorInfo
{
  GObject parent_instance;

  char *name;
  char *type_name;
  guint64 n_values;
  guint64 n_bytes;
  guint64 offset;
  guint64 shape[4];
  gsize n_dims;
};

enum
{
  PROP_0,
  PROP_NAME,
  PROP_TYPE_NAME,
  PROP_N_VALUES,
  PROP_N_BYTES,
  PROP_OFFSET,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ChordTensorInfo, chord_tensor_info, G_TYPE_OBJECT)

static void
chord_tensor_info_finalize (GObject *object)
{
  ChordTensorInfo *self = CHORD_TENSOR_INFO (object);

  g_free (self->name);
  g_free (self->type_name);
  G_OBJECT_CLASS (chord_tensor_info_parent_class)->finalize (object);
}

static void
chord_tensor_info_get_property (GObject *object, guint prop_id, GValue *value,
                                GParamSpec *pspec)
{
  ChordTensorInfo *self = CHORD_TENSOR_INFO (object);

  switch (prop_id)
    {
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_TYPE_NAME:
      g_value_set_string (value, self->type_name);
      break;
    case PROP_N_VALUES:
      g_value_set_uint64 (value, self->n_values);
      break;
    case PROP_N_BYTES:
      g_value_set_uint64 (value, self->n_bytes);
      break;
    case PROP_OFFSET:
      g_value_set_uint64 (value, self->offset);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
chord_tensor_info_class_init (ChordTensorInfoClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = chord_tensor_info_finalize;
  object_class->get_property = chord_tensor_info_get_property;

  /**
   * ChordTensorInfo:name:
   *
   * The name of the tensor.
   */
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, CHORD_PARAM_READABLE);

  /**
   * ChordTensorInfo:type-name:
   *
   * The name of the type of its values, such as "Q4_K".
   */
  properties[PROP_TYPE_NAME]
      = g_param_spec_string ("type-name", NULL, NULL, NULL, CHORD_PARAM_READABLE);

  /**
   * ChordTensorInfo:n-values:
   *
   * How many values it has.
   */
  properties[PROP_N_VALUES]
      = g_param_spec_uint64 ("n-values", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_READABLE);

  /**
   * ChordTensorInfo:n-bytes:
   *
   * How many bytes it takes in the file.
   */
  properties[PROP_N_BYTES]
      = g_param_spec_uint64 ("n-bytes", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_READABLE);

  /**
   * ChordTensorInfo:offset:
   *
   * Where it begins, in bytes from the beginning of its file.
   */
  properties[PROP_OFFSET]
      = g_param_spec_uint64 ("offset", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_READABLE);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
chord_tensor_info_init (ChordTensorInfo *self)
{
}

ChordTensorInfo *
chord_tensor_info_new (const ChGgufTensor *tensor)
{
  ChordTensorInfo *self = g_object_new (CHORD_TYPE_TENSOR_INFO, NULL);

  self->name = g_utf8_make_valid (tensor->name, -1);
  self->type_name = g_strdup (ch_type_info (tensor->type)->name);
  self->n_values = tensor->n_values;
  self->n_bytes = tensor->n_bytes;
  self->offset = tensor->offset;
  self->n_dims = tensor->n_dims;
  memcpy (self->shape, tensor->ne, sizeof self->shape);
  return self;
}

const char *
chord_tensor_info_get_name (ChordTensorInfo *self)
{
  g_return_val_if_fail (CHORD_IS_TENSOR_INFO (self), NULL);

  return self->name;
}

const char *
chord_tensor_info_get_type_name (ChordTensorInfo *self)
{
  g_return_val_if_fail (CHORD_IS_TENSOR_INFO (self), NULL);

  return self->type_name;
}

guint64
chord_tensor_info_get_n_values (ChordTensorInfo *self)
{
  g_return_val_if_fail (CHORD_IS_TENSOR_INFO (self), 0);

  return self->n_values;
}

guint64
chord_tensor_info_get_n_bytes (ChordTensorInfo *self)
{
  g_return_val_if_fail (CHORD_IS_TENSOR_INFO (self), 0);

  return self->n_bytes;
}

guint64
chord_tensor_info_get_offset (ChordTensorInfo *self)
{
  g_return_val_if_fail (CHORD_IS_TENSOR_INFO (self), 0);

  return self->offset;
}

const guint64 *
chord_tensor_info_get_shape (ChordTensorInfo *self, gsize *n_dims)
{
  g_return_val_if_fail (CHORD_IS_TENSOR_INFO (self), NULL);

  if (n_dims)
    *n_dims = self->n_dims;
  return self->shape;
}
