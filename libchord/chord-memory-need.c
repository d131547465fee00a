/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-memory-need-private.h"

#include "chord-param-private.h"

struct _ChordMemoryNeed
{
  GObject parent_instance;

  guint64 weights;
  guint64 context;
  guint64 scratch;
  guint64 total;
  guint64 available;
  guint64 context_length;
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
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ChordMemoryNeed, chord_memory_need, G_TYPE_OBJECT)

static void
chord_memory_need_get_property (GObject *object, guint prop_id, GValue *value,
                                GParamSpec *pspec)
{
  ChordMemoryNeed *self = CHORD_MEMORY_NEED (object);

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
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
chord_memory_need_class_init (ChordMemoryNeedClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = chord_memory_need_get_property;

  /**
   * ChordMemoryNeed:weights:
   *
   * The bytes that the weights take.
   */
  properties[PROP_WEIGHTS]
      = g_param_spec_uint64 ("weights", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_READABLE);

  /**
   * ChordMemoryNeed:context:
   *
   * The bytes that the context takes once it is full.
   */
  properties[PROP_CONTEXT]
      = g_param_spec_uint64 ("context", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_READABLE);

  /**
   * ChordMemoryNeed:scratch:
   *
   * The bytes that are needed to compute.
   */
  properties[PROP_SCRATCH]
      = g_param_spec_uint64 ("scratch", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_READABLE);

  /**
   * ChordMemoryNeed:total:
   *
   * The bytes that are needed in all.
   */
  properties[PROP_TOTAL]
      = g_param_spec_uint64 ("total", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_READABLE);

  /**
   * ChordMemoryNeed:available:
   *
   * The bytes that this process could take when it was asked.
   */
  properties[PROP_AVAILABLE]
      = g_param_spec_uint64 ("available", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_READABLE);

  /**
   * ChordMemoryNeed:context-length:
   *
   * The number of tokens of context that this is for.
   */
  properties[PROP_CONTEXT_LENGTH]
      = g_param_spec_uint64 ("context-length", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_READABLE);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
chord_memory_need_init (ChordMemoryNeed *self)
{
}

ChordMemoryNeed *
chord_memory_need_new (const ChMemoryNeed *need)
{
  ChordMemoryNeed *self = g_object_new (CHORD_TYPE_MEMORY_NEED, NULL);

  self->weights = need->weights;
  self->context = need->kv;
  self->scratch = need->scratch;
  self->total = need->total;
  self->available = need->available;
  self->context_length = need->n_ctx;
  return self;
}

guint64
chord_memory_need_get_weights (ChordMemoryNeed *self)
{
  g_return_val_if_fail (CHORD_IS_MEMORY_NEED (self), 0);

  return self->weights;
}

guint64
chord_memory_need_get_context (ChordMemoryNeed *self)
{
  g_return_val_if_fail (CHORD_IS_MEMORY_NEED (self), 0);

  return self->context;
}

guint64
chord_memory_need_get_scratch (ChordMemoryNeed *self)
{
  g_return_val_if_fail (CHORD_IS_MEMORY_NEED (self), 0);

  return self->scratch;
}

guint64
chord_memory_need_get_total (ChordMemoryNeed *self)
{
  g_return_val_if_fail (CHORD_IS_MEMORY_NEED (self), 0);

  return self->total;
}

guint64
chord_memory_need_get_available (ChordMemoryNeed *self)
{
  g_return_val_if_fail (CHORD_IS_MEMORY_NEED (self), 0);

  return self->available;
}

guint64
chord_memory_need_get_context_length (ChordMemoryNeed *self)
{
  g_return_val_if_fail (CHORD_IS_MEMORY_NEED (self), 0);

  return self->context_length;
}
