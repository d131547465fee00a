/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/cpu.h"
#include "base/memory.h"
#include "device/cpu/cpu.h"

typedef struct
{
  ChDevice parent;
  char id[8];
} ChCpuDevice;

static void
cpu_info (ChDevice *device, ChDeviceInfo *info)
{
  info->id = ((ChCpuDevice *) device)->id;
  info->description = ch_cpu_name ();
  info->memory_total = ch_memory_total ();
  info->memory_available = ch_memory_available ();
}

static const ChDeviceClass cpu_class = {
  .name = "cpu",
  .info = cpu_info,
  .load_weight = ch_cpu_weight_new,
  .free_weight = ch_cpu_weight_free,
  .takes_act8 = ch_cpu_weight_takes_act8,
  .kv_new = ch_cpu_kv_new,
  .kv_free = ch_cpu_kv_free,
  .kv_copy_page = ch_cpu_kv_copy_page,
  .kv_drop_page = ch_cpu_kv_drop_page,
  .kv_page_bytes = ch_cpu_kv_page_bytes,
  .kv_read_page = ch_cpu_kv_read_page,
  .kv_write_page = ch_cpu_kv_write_page,
  .prepare = ch_cpu_prepare,
  .free_executable = ch_cpu_free_executable,
  .run = ch_cpu_run,
  .read = ch_cpu_read,
  .write = ch_cpu_write,
};

ChDevice *
ch_device_cpu_nth (guint n)
{
  static ChCpuDevice devices[CH_MAX_CPU_DEVICES] = {
    { { &cpu_class }, "cpu" },   { { &cpu_class }, "cpu:1" }, { { &cpu_class }, "cpu:2" },
    { { &cpu_class }, "cpu:3" }, { { &cpu_class }, "cpu:4" }, { { &cpu_class }, "cpu:5" },
    { { &cpu_class }, "cpu:6" }, { { &cpu_class }, "cpu:7" },
  };

  return n < CH_MAX_CPU_DEVICES ? &devices[n].parent : NULL;
}

ChDevice *
ch_device_cpu (void)
{
  return ch_device_cpu_nth (0);
}
