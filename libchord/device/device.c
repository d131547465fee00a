/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "device/device.h"

#include "base/error.h"
#include "device/cpu/cpu.h"

ChDevice *const *
ch_devices (void)
{
  static ChDevice *devices[2];
  static gsize once;

  if (g_once_init_enter (&once))
    {
      devices[0] = ch_device_cpu ();
      g_once_init_leave (&once, 1);
    }
  return devices;
}

ChDevice *
ch_device_find (const char *id, GError **error)
{
  for (ChDevice *const *d = ch_devices (); *d != NULL; d++)
    {
      ChDeviceInfo info;

      (*d)->klass->info (*d, &info);
      if (g_str_equal (info.id, id))
        return *d;
    }
  for (guint n = 1; n < CH_MAX_CPU_DEVICES; n++)
    {
      ChDeviceInfo info;
      ChDevice *device = ch_device_cpu_nth (n);

      device->klass->info (device, &info);
      if (g_str_equal (info.id, id))
        return device;
    }
  g_set_error (error, CH_ERROR, CH_ERROR_DEVICE, "There is no device \"%s\"", id);
  return NULL;
}

/* Fills in what a segment takes over from those before it. */
static gboolean
receive_copies (const ChProgram *program, guint segment, ChExecutable *const *executables,
                const ChBatch *batch, GError **error)
{
  const ChSegment *to = &program->segments[segment];

  for (guint i = to->first_op; i < to->first_op + to->n_ops; i++)
    {
      const ChOp *op = &program->ops[i];
      const ChValue *value;
      const ChSegment *from;
      const void *rows;
      gsize n;

      if (op->kind != CH_OP_COPY)
        continue;
      value = &program->values[op->in[0]];
      from = &program->segments[value->segment];
      n = value->rows == CH_ROWS_OUTPUT ? batch->n_outputs : batch->n_rows;
      rows = from->device->klass->read (from->device, executables[value->segment], op->in[0], n,
                                        error);
      if (rows == NULL
          || !to->device->klass->write (to->device, executables[segment], op->out, n, rows, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
ch_program_run (const ChProgram *program, ChExecutable *const *executables, ChKvStore *const *kvs,
                const ChBatch *batch, gint n_threads, gboolean fixed_threads,
                const atomic_bool *cancel, GError **error)
{
  for (guint s = 0; s < program->n_segments; s++)
    {
      ChDevice *device = program->segments[s].device;

      if (!receive_copies (program, s, executables, batch, error)
          || !device->klass->run (device, executables[s], kvs[s], batch, n_threads, fixed_threads,
                                  cancel, error))
        return FALSE;
    }
  return TRUE;
}
