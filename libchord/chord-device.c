/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-device-private.h"

#include "chord-param-private.h"

struct _ChordDevice
{
  GObject parent_instance;

  char *id;
  char *description;
  guint64 memory_total;
  guint64 memory_available;
};

enum
{
  PROP_0,
  PROP_ID,
  PROP_DESCRIPTION,
  PROP_MEMORY_TOTAL,
  PROP_MEMORY_AVAILABLE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ChordDevice, chord_device, G_TYPE_OBJECT)

static void
chord_device_finalize (GObject *object)
{
  ChordDevice *self = CHORD_DEVICE (object);

  g_free (self->id);
  g_free (self->description);
  G_OBJECT_CLASS (chord_device_parent_class)->finalize (object);
}

static void
chord_device_get_property (GObject *object, guint prop_id, GValue *value,
                           GParamSpec *pspec)
{
  ChordDevice *self = CHORD_DEVICE (object);

  switch (prop_id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_DESCRIPTION:
      g_value_set_string (value, self->description);
      break;
    case PROP_MEMORY_TOTAL:
      g_value_set_uint64 (value, self->memory_total);
      break;
    case PROP_MEMORY_AVAILABLE:
      g_value_set_uint64 (value, self->memory_available);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
chord_device_class_init (ChordDeviceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = chord_device_finalize;
  object_class->get_property = chord_device_get_property;

  /**
   * ChordDevice:id:
   *
   * The name that is used to choose the device, such as "cpu".
   */
  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, CHORD_PARAM_READABLE);

  /**
   * ChordDevice:description:
   *
   * What the device calls itself.
   */
  properties[PROP_DESCRIPTION]
      = g_param_spec_string ("description", NULL, NULL, NULL, CHORD_PARAM_READABLE);

  /**
   * ChordDevice:memory-total:
   *
   * How many bytes of memory it has.
   */
  properties[PROP_MEMORY_TOTAL]
      = g_param_spec_uint64 ("memory-total", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_READABLE);

  /**
   * ChordDevice:memory-available:
   *
   * How many bytes of memory it had left when the list was made.
   */
  properties[PROP_MEMORY_AVAILABLE]
      = g_param_spec_uint64 ("memory-available", NULL, NULL, 0, G_MAXUINT64, 0,
                             CHORD_PARAM_READABLE);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
chord_device_init (ChordDevice *self)
{
}

ChordDevice *
chord_device_new (ChDevice *device)
{
  ChordDevice *self = g_object_new (CHORD_TYPE_DEVICE, NULL);
  ChDeviceInfo info = { 0 };

  device->klass->info (device, &info);
  self->id = g_strdup (info.id);
  self->description = g_strdup (info.description);
  self->memory_total = info.memory_total;
  self->memory_available = info.memory_available;
  return self;
}

const char *
chord_device_get_id (ChordDevice *self)
{
  g_return_val_if_fail (CHORD_IS_DEVICE (self), NULL);

  return self->id;
}

const char *
chord_device_get_description (ChordDevice *self)
{
  g_return_val_if_fail (CHORD_IS_DEVICE (self), NULL);

  return self->description;
}

guint64
chord_device_get_memory_total (ChordDevice *self)
{
  g_return_val_if_fail (CHORD_IS_DEVICE (self), 0);

  return self->memory_total;
}

guint64
chord_device_get_memory_available (ChordDevice *self)
{
  g_return_val_if_fail (CHORD_IS_DEVICE (self), 0);

  return self->memory_available;
}

GListModel *
chord_device_list (void)
{
  GListStore *store = g_list_store_new (CHORD_TYPE_DEVICE);

  for (ChDevice *const *device = ch_devices (); *device; device++)
    {
      g_autoptr (ChordDevice) item = chord_device_new (*device);
      g_list_store_append (store, item);
    }
  return G_LIST_MODEL (store);
}
