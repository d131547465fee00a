/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <stdatomic.h>

#include "device/batch.h"
#include "device/program.h"
#include "format/gguf.h"

/* What runs programs: the CPU, later Vulkan and CUDA devices. One vtable. Devices live as long as
 * the process. */

typedef struct ChDevice ChDevice;
typedef struct ChKvStore ChKvStore;       /* KV pages of the layers that a device holds */
typedef struct ChExecutable ChExecutable; /* one segment made ready to run, with its arena */

typedef struct
{
  const char *id;          /* "cpu" */
  const char *description; /* the processor's name */
  guint64 memory_total, memory_available;
} ChDeviceInfo;

/* One layer's need of KV storage. */
typedef struct
{
  ChKvType type;
  guint32 n_kv_heads, k_dim, v_dim; /* n_kv_heads 0: the layer has none */
} ChKvLayer;

typedef struct
{
  const char *name;
  void (*info) (ChDevice *device, ChDeviceInfo *info);
  /* A weight in the device's own form. Matrices are packed on first use (mapped pages are let go
   * after), so that loading is instant. rows x cols, n_stack matrices. The gguf stays referenced by
   * the weight. */
  ChWeight *(*load_weight) (ChDevice *device, ChGguf *gguf, const ChGgufTensor *tensor,
                            GError **error);
  void (*free_weight) (ChDevice *device, ChWeight *weight);
  /* Whether the fast path multiplies this matrix with int8 activations; otherwise it wants F32. */
  gboolean (*takes_act8) (ChDevice *device, const ChWeight *weight);
  /* Storage for n_pages pages of each layer: reserved whole, committed as it fills. */
  ChKvStore *(*kv_new) (ChDevice *device, const ChKvLayer *layers, gsize n_layers, gsize n_pages,
                        GError **error);
  void (*kv_free) (ChDevice *device, ChKvStore *kv);
  /* Copies a page (its first n_positions matter) in all layers. */
  void (*kv_copy_page) (ChDevice *device, ChKvStore *kv, gint32 from, gint32 to, gsize n_positions);
  /* What the page holds is not needed; its memory may be given back. */
  void (*kv_drop_page) (ChDevice *device, ChKvStore *kv, gint32 page);
  /* Bytes of one page over all layers, and reading and writing them in the host's layout
   * (kernel.h), for save and restore. */
  gsize (*kv_page_bytes) (ChDevice *device, ChKvStore *kv);
  void (*kv_read_page) (ChDevice *device, ChKvStore *kv, gint32 page, guint8 *bytes);
  void (*kv_write_page) (ChDevice *device, ChKvStore *kv, gint32 page, const guint8 *bytes);

  ChExecutable *(*prepare) (ChDevice *device, const ChProgram *program, guint segment,
                            GError **error);
  void (*free_executable) (ChDevice *device, ChExecutable *executable);
  /* Runs the segment. cancel (may be NULL) is looked at at every stage barrier; FALSE with
   * G_IO_ERROR_CANCELLED then. Values that cross segments are fetched and set by copy operations
   * through read and write. n_threads of the CPU compute, or unless fixed_threads, fewer where the
   * device finds that they are faster; results are the same. */
  gboolean (*run) (ChDevice *device, ChExecutable *executable, ChKvStore *kv, const ChBatch *batch,
                   gint n_threads, gboolean fixed_threads, const atomic_bool *cancel,
                   GError **error);
  /* A value's rows on the host; the CPU gives its own memory, others a staging copy. Valid until
   * the next run. */
  const void *(*read) (ChDevice *device, ChExecutable *executable, ChValueId value, gsize n_rows,
                       GError **error);
  gboolean (*write) (ChDevice *device, ChExecutable *executable, ChValueId value, gsize n_rows,
                     const void *rows, GError **error);
} ChDeviceClass;

struct ChDevice
{
  const ChDeviceClass *klass;
};

struct ChWeight
{
  ChDevice *device;
  char *name;
  ChType type;
  gsize rows, cols, n_stack; /* a vector has one row */
  guint64 file_bytes;        /* what a full read of it costs in the file's own form */
};

ChDevice *ch_device_cpu (void); /* "cpu" */
/* Further CPU devices ("cpu:1" ...) share the cores; for tests of programs in several segments. */
ChDevice *ch_device_cpu_nth (guint n);
/* All devices of this machine, the CPU last. NULL-terminated, owned by the library. */
ChDevice *const *ch_devices (void);
ChDevice *ch_device_find (const char *id, GError **error);

/* Runs all segments of a program in order. executables: one a segment. kvs: the store for each
 * segment. */
gboolean ch_program_run (const ChProgram *program, ChExecutable *const *executables,
                         ChKvStore *const *kvs, const ChBatch *batch, gint n_threads,
                         gboolean fixed_threads, const atomic_bool *cancel, GError **error);
