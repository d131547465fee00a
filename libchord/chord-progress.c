/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-progress-private.h"
#include "chord-param-private.h"

struct _ChordProgress
{
  GObject parent_instance;

  /* What the properties say: belongs to the thread of the listener. */
  guint64 done;
  guint64 total;

  /* What was reported last and waits to be delivered. */
  GMutex lock;
  GMainContext *context;
  gboolean is_pending;
  guint64 new_done;
  guint64 new_total;
};

enum
{
  PROP_0,
  PROP_FRACTION,
  PROP_DONE,
  PROP_TOTAL,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ChordProgress, chord_progress, G_TYPE_OBJECT)

static void
chord_progress_finalize (GObject *object)
{
  ChordProgress *self = CHORD_PROGRESS (object);

  g_clear_pointer (&self->context, g_main_context_unref);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (chord_progress_parent_class)->finalize (object);
}

static void
chord_progress_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  ChordProgress *self = CHORD_PROGRESS (object);

  switch (prop_id)
    {
    case PROP_FRACTION:
      g_value_set_double (value, chord_progress_get_fraction (self));
      break;
    case PROP_DONE:
      g_value_set_uint64 (value, self->done);
      break;
    case PROP_TOTAL:
      g_value_set_uint64 (value, self->total);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
chord_progress_class_init (ChordProgressClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = chord_progress_finalize;
  object_class->get_property = chord_progress_get_property;

  /**
   * ChordProgress:fraction:
   *
   * How much is done, from 0 to 1.
   */
  properties[PROP_FRACTION]
      = g_param_spec_double ("fraction", NULL, NULL, 0, 1, 0, CHORD_PARAM_READABLE);

  /**
   * ChordProgress:done:
   *
   * How many units (bytes, tokens, runs) are done.
   */
  properties[PROP_DONE]
      = g_param_spec_uint64 ("done", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_READABLE);

  /**
   * ChordProgress:total:
   *
   * How many units there are in all; 0 when that is not known yet.
   */
  properties[PROP_TOTAL]
      = g_param_spec_uint64 ("total", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_READABLE);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
chord_progress_init (ChordProgress *self)
{
  g_mutex_init (&self->lock);
}

ChordProgress *
chord_progress_new (void)
{
  return g_object_new (CHORD_TYPE_PROGRESS, NULL);
}

double
chord_progress_get_fraction (ChordProgress *self)
{
  g_return_val_if_fail (CHORD_IS_PROGRESS (self), 0);

  return self->total > 0 ? MIN (1.0, (double) self->done / (double) self->total) : 0;
}

guint64
chord_progress_get_done (ChordProgress *self)
{
  g_return_val_if_fail (CHORD_IS_PROGRESS (self), 0);

  return self->done;
}

guint64
chord_progress_get_total (ChordProgress *self)
{
  g_return_val_if_fail (CHORD_IS_PROGRESS (self), 0);

  return self->total;
}

static void
set_values (ChordProgress *self, guint64 done, guint64 total)
{
  gboolean new_done = self->done != done;
  gboolean new_total = self->total != total;

  self->done = done;
  self->total = total;
  if (new_done)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DONE]);
  if (new_total)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TOTAL]);
  if (new_done || new_total)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FRACTION]);
}

static gboolean
deliver (gpointer data)
{
  ChordProgress *self = data;
  guint64 done, total;

  g_mutex_lock (&self->lock);
  self->is_pending = FALSE;
  done = self->new_done;
  total = self->new_total;
  g_mutex_unlock (&self->lock);

  set_values (self, done, total);
  return G_SOURCE_REMOVE;
}

void
chord_progress_begin (ChordProgress *self, GMainContext *context)
{
  if (!self)
    return;

  g_mutex_lock (&self->lock);
  g_clear_pointer (&self->context, g_main_context_unref);
  self->context = context ? g_main_context_ref (context) : NULL;
  g_mutex_unlock (&self->lock);
}

/* One source waits at a time, whatever the number of reports: it delivers the last one. */
static void
schedule (ChordProgress *self, guint64 done, guint64 total)
{
  self->new_done = done;
  self->new_total = total;
  if (!self->is_pending)
    {
      g_autoptr (GSource) source = g_idle_source_new ();

      self->is_pending = TRUE;
      g_source_set_priority (source, G_PRIORITY_DEFAULT);
      g_source_set_static_name (source, "[chord] progress");
      g_source_set_callback (source, deliver, g_object_ref (self), g_object_unref);
      g_source_attach (source, self->context);
    }
}

void
chord_progress_report (ChordProgress *self, guint64 done, guint64 total)
{
  gboolean is_direct;

  if (!self)
    return;

  g_mutex_lock (&self->lock);
  is_direct = self->context == NULL;
  if (!is_direct)
    schedule (self, done, total);
  g_mutex_unlock (&self->lock);

  if (is_direct)
    set_values (self, done, total);
}
