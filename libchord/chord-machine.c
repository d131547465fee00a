/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-machine.h"

#include <math.h>

#include "base/cpu.h"
#include "base/memory.h"
#include "chord-error.h"
#include "chord-param-private.h"
#include "device/machine-limits.h"

struct _ChordMachine
{
  GObject parent_instance;

  GMutex lock;
  ChLimits limits; /* zero until measured */
};

enum
{
  PROP_0,
  PROP_CPU,
  PROP_INSTRUCTION_SET,
  PROP_N_CORES,
  PROP_N_THREADS,
  PROP_MEMORY_TOTAL,
  PROP_MEMORY_AVAILABLE,
  PROP_BANDWIDTH,
  PROP_THREAD_BANDWIDTH,
  PROP_COMPUTE_F32,
  PROP_COMPUTE_INT8,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ChordMachine, chord_machine, G_TYPE_OBJECT)

static ChLimits
get_limits (ChordMachine *self)
{
  ChLimits limits;

  g_mutex_lock (&self->lock);
  limits = self->limits;
  g_mutex_unlock (&self->lock);
  return limits;
}

static void
set_limits (ChordMachine *self, const ChLimits *limits)
{
  g_mutex_lock (&self->lock);
  self->limits = *limits;
  g_mutex_unlock (&self->lock);
  for (guint i = PROP_BANDWIDTH; i <= PROP_COMPUTE_INT8; i++)
    g_object_notify_by_pspec (G_OBJECT (self), properties[i]);
}

static void
chord_machine_finalize (GObject *object)
{
  g_mutex_clear (&CHORD_MACHINE (object)->lock);
  G_OBJECT_CLASS (chord_machine_parent_class)->finalize (object);
}

static void
chord_machine_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  ChordMachine *self = CHORD_MACHINE (object);

  switch (prop_id)
    {
    case PROP_CPU:
      g_value_set_string (value, chord_machine_get_cpu (self));
      break;
    case PROP_INSTRUCTION_SET:
      g_value_set_string (value, chord_machine_get_instruction_set (self));
      break;
    case PROP_N_CORES:
      g_value_set_uint (value, chord_machine_get_n_cores (self));
      break;
    case PROP_N_THREADS:
      g_value_set_uint (value, chord_machine_get_n_threads (self));
      break;
    case PROP_MEMORY_TOTAL:
      g_value_set_uint64 (value, chord_machine_get_memory_total (self));
      break;
    case PROP_MEMORY_AVAILABLE:
      g_value_set_uint64 (value, chord_machine_get_memory_available (self));
      break;
    case PROP_BANDWIDTH:
      g_value_set_double (value, chord_machine_get_bandwidth (self));
      break;
    case PROP_THREAD_BANDWIDTH:
      g_value_set_double (value, chord_machine_get_thread_bandwidth (self));
      break;
    case PROP_COMPUTE_F32:
      g_value_set_double (value, chord_machine_get_compute_f32 (self));
      break;
    case PROP_COMPUTE_INT8:
      g_value_set_double (value, chord_machine_get_compute_int8 (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static GParamSpec *
figure_spec (const char *name)
{
  return g_param_spec_double (name, NULL, NULL, 0, G_MAXDOUBLE, 0, CHORD_PARAM_READABLE);
}

static void
chord_machine_class_init (ChordMachineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = chord_machine_finalize;
  object_class->get_property = chord_machine_get_property;

  /**
   * ChordMachine:cpu:
   *
   * The processor's own name for itself.
   */
  properties[PROP_CPU] = g_param_spec_string ("cpu", NULL, NULL, NULL, CHORD_PARAM_READABLE);

  /**
   * ChordMachine:instruction-set:
   *
   * The instruction set that the library uses, such as "avx2".
   */
  properties[PROP_INSTRUCTION_SET]
      = g_param_spec_string ("instruction-set", NULL, NULL, NULL, CHORD_PARAM_READABLE);

  /**
   * ChordMachine:n-cores:
   *
   * How many physical cores this process may use.
   */
  properties[PROP_N_CORES]
      = g_param_spec_uint ("n-cores", NULL, NULL, 1, G_MAXUINT, 1, CHORD_PARAM_READABLE);

  /**
   * ChordMachine:n-threads:
   *
   * How many threads a model gets when none is asked for; the limits are those of so many.
   */
  properties[PROP_N_THREADS]
      = g_param_spec_uint ("n-threads", NULL, NULL, 1, G_MAXUINT, 1, CHORD_PARAM_READABLE);

  /**
   * ChordMachine:memory-total:
   *
   * How many bytes of memory there are, within the limit of this process.
   */
  properties[PROP_MEMORY_TOTAL]
      = g_param_spec_uint64 ("memory-total", NULL, NULL, 0, G_MAXUINT64, 0, CHORD_PARAM_READABLE);

  /**
   * ChordMachine:memory-available:
   *
   * How many bytes of memory this process could still take now. Not notified.
   */
  properties[PROP_MEMORY_AVAILABLE]
      = g_param_spec_uint64 ("memory-available", NULL, NULL, 0, G_MAXUINT64, 0,
                             CHORD_PARAM_READABLE);

  /**
   * ChordMachine:bandwidth:
   *
   * How many bytes per second all threads together read from memory; 0 until measured.
   */
  properties[PROP_BANDWIDTH] = figure_spec ("bandwidth");

  /**
   * ChordMachine:thread-bandwidth:
   *
   * How many bytes per second one thread alone reads from memory; 0 until measured.
   */
  properties[PROP_THREAD_BANDWIDTH] = figure_spec ("thread-bandwidth");

  /**
   * ChordMachine:compute-f32:
   *
   * How many operations per second all threads together do on 32-bit floating point numbers; 0
   * until measured.
   */
  properties[PROP_COMPUTE_F32] = figure_spec ("compute-f32");

  /**
   * ChordMachine:compute-int8:
   *
   * How many operations per second all threads together do in dot products of 8-bit integers; 0
   * until measured.
   */
  properties[PROP_COMPUTE_INT8] = figure_spec ("compute-int8");

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
chord_machine_init (ChordMachine *self)
{
  g_mutex_init (&self->lock);
}

ChordMachine *
chord_machine_get_default (void)
{
  static gsize machine;

  if (g_once_init_enter (&machine))
    g_once_init_leave (&machine, (gsize) g_object_new (CHORD_TYPE_MACHINE, NULL));
  return (ChordMachine *) machine;
}

/* ---- What it is ------------------------------------------------------------------------------ */

const char *
chord_machine_get_cpu (ChordMachine *self)
{
  g_return_val_if_fail (CHORD_IS_MACHINE (self), NULL);

  return ch_cpu_name ();
}

const char *
chord_machine_get_instruction_set (ChordMachine *self)
{
  g_return_val_if_fail (CHORD_IS_MACHINE (self), NULL);

  return ch_isa_name (ch_isa_best ());
}

guint
chord_machine_get_n_cores (ChordMachine *self)
{
  g_return_val_if_fail (CHORD_IS_MACHINE (self), 1);

  return (guint) ch_cpu_physical_cores ();
}

guint
chord_machine_get_n_threads (ChordMachine *self)
{
  g_return_val_if_fail (CHORD_IS_MACHINE (self), 1);

  return (guint) ch_cpu_default_threads ();
}

guint64
chord_machine_get_memory_total (ChordMachine *self)
{
  g_return_val_if_fail (CHORD_IS_MACHINE (self), 0);

  return ch_memory_total ();
}

guint64
chord_machine_get_memory_available (ChordMachine *self)
{
  g_return_val_if_fail (CHORD_IS_MACHINE (self), 0);

  return ch_memory_available ();
}

/* ---- What it can do -------------------------------------------------------------------------- */

double
chord_machine_get_bandwidth (ChordMachine *self)
{
  g_return_val_if_fail (CHORD_IS_MACHINE (self), 0);

  return get_limits (self).read_all;
}

double
chord_machine_get_thread_bandwidth (ChordMachine *self)
{
  g_return_val_if_fail (CHORD_IS_MACHINE (self), 0);

  return get_limits (self).read_one;
}

double
chord_machine_get_compute_f32 (ChordMachine *self)
{
  g_return_val_if_fail (CHORD_IS_MACHINE (self), 0);

  return get_limits (self).fma;
}

double
chord_machine_get_compute_int8 (ChordMachine *self)
{
  g_return_val_if_fail (CHORD_IS_MACHINE (self), 0);

  return get_limits (self).dot;
}

/* ---- Measuring ------------------------------------------------------------------------------- */

static void
on_cancelled (GCancellable *cancellable, gpointer flag)
{
  atomic_store ((atomic_bool *) flag, TRUE);
}

static gboolean
measure (GCancellable *cancellable, ChLimits *limits, GError **error)
{
  atomic_bool cancel = FALSE;
  gulong handler = cancellable ? g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled),
                                                        &cancel, NULL)
                               : 0;
  gboolean ok = ch_limits_measure (ch_cpu_default_threads (), &cancel, limits);

  g_cancellable_disconnect (cancellable, handler);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (!ok)
    g_set_error_literal (error, CHORD_ERROR, CHORD_ERROR_NO_MEMORY,
                         "There is not enough memory left to measure how fast it is read");
  return ok;
}

gboolean
chord_machine_measure (ChordMachine *self, GCancellable *cancellable, GError **error)
{
  ChLimits limits = { 0 };

  g_return_val_if_fail (CHORD_IS_MACHINE (self), FALSE);

  if (!measure (cancellable, &limits, error))
    return FALSE;
  set_limits (self, &limits);
  return TRUE;
}

static void
measure_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (measure (cancellable, task_data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
chord_machine_measure_async (ChordMachine *self, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (CHORD_IS_MACHINE (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, chord_machine_measure_async);
  g_task_set_task_data (task, g_new0 (ChLimits, 1), g_free);
  g_task_run_in_thread (task, measure_in_thread);
}

gboolean
chord_machine_measure_finish (ChordMachine *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  set_limits (self, g_task_get_task_data (G_TASK (result)));
  return TRUE;
}

/* ---- Keeping --------------------------------------------------------------------------------- */

/* What the limits depend on. */
static char *
setting_key (ChordMachine *self)
{
  return g_strdup_printf ("machine/%s/%s/%u", chord_machine_get_cpu (self),
                          chord_machine_get_instruction_set (self),
                          chord_machine_get_n_threads (self));
}

/* Four positive numbers; anything else counts as nothing. */
static gboolean
parse_limits (const char *text, ChLimits *limits)
{
  double *figures[] = { &limits->read_all, &limits->read_one, &limits->fma, &limits->dot };
  const char *at = text;

  for (gsize i = 0; i < G_N_ELEMENTS (figures); i++)
    {
      char *end;

      *figures[i] = g_ascii_strtod (at, &end);
      if (end == at || !isfinite (*figures[i]) || *figures[i] <= 0)
        return FALSE;
      at = end;
    }
  return TRUE;
}

gboolean
chord_machine_load (ChordMachine *self, ChordCatalog *catalog)
{
  g_autofree char *key = NULL, *text = NULL;
  ChLimits limits;

  g_return_val_if_fail (CHORD_IS_MACHINE (self), FALSE);
  g_return_val_if_fail (CHORD_IS_CATALOG (catalog), FALSE);

  key = setting_key (self);
  text = chord_catalog_get_setting (catalog, key);
  if (!text || !parse_limits (text, &limits))
    return FALSE;
  set_limits (self, &limits);
  return TRUE;
}

void
chord_machine_store (ChordMachine *self, ChordCatalog *catalog)
{
  g_autofree char *key = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  ChLimits limits;

  g_return_if_fail (CHORD_IS_MACHINE (self));
  g_return_if_fail (CHORD_IS_CATALOG (catalog));

  limits = get_limits (self);
  if (limits.read_all <= 0)
    return;
  key = setting_key (self);
  g_string_append (text, g_ascii_dtostr (number, sizeof number, limits.read_all));
  g_string_append_printf (text, " %s", g_ascii_dtostr (number, sizeof number, limits.read_one));
  g_string_append_printf (text, " %s", g_ascii_dtostr (number, sizeof number, limits.fma));
  g_string_append_printf (text, " %s", g_ascii_dtostr (number, sizeof number, limits.dot));
  chord_catalog_set_setting (catalog, key, text->str);
}

/* Whether nothing has to be measured. */
static gboolean
is_prepared (ChordMachine *self, ChordCatalog *catalog)
{
  return chord_machine_get_bandwidth (self) > 0 || chord_machine_load (self, catalog);
}

gboolean
chord_machine_prepare (ChordMachine *self, ChordCatalog *catalog, GCancellable *cancellable,
                       GError **error)
{
  g_return_val_if_fail (CHORD_IS_MACHINE (self), FALSE);
  g_return_val_if_fail (CHORD_IS_CATALOG (catalog), FALSE);

  if (is_prepared (self, catalog))
    return TRUE;
  if (!chord_machine_measure (self, cancellable, error))
    return FALSE;
  chord_machine_store (self, catalog);
  return TRUE;
}

static void
measured_to_prepare (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (!chord_machine_measure_finish (CHORD_MACHINE (source), result, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  chord_machine_store (CHORD_MACHINE (source), g_task_get_task_data (task));
  g_task_return_boolean (task, TRUE);
}

void
chord_machine_prepare_async (ChordMachine *self, ChordCatalog *catalog, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (CHORD_IS_MACHINE (self));
  g_return_if_fail (CHORD_IS_CATALOG (catalog));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, chord_machine_prepare_async);
  g_task_set_task_data (task, g_object_ref (catalog), g_object_unref);
  if (is_prepared (self, catalog))
    g_task_return_boolean (task, TRUE);
  else
    chord_machine_measure_async (self, cancellable, measured_to_prepare, g_steal_pointer (&task));
}

gboolean
chord_machine_prepare_finish (ChordMachine *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
