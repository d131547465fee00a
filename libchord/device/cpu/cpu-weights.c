/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <sched.h>

#include "base/error.h"
#include "base/memory.h"
#include "device/cpu/cpu.h"

/* A matrix stays in its file until it is first used: then each thread packs the panels that it
 * needs. Pages of a mapped file are let go as the packing goes on, what was read into memory when
 * the last panel is packed. Of a stack that goes for each matrix by itself: experts that are never
 * chosen stay in the file. */

#define FORGET_BYTES (2 << 20) /* packed between two times that the file is let go */

enum
{
  PANEL_RAW,
  PANEL_BUSY,
  PANEL_PACKED
};

static gboolean
read_values (ChCpuWeight *w, GError **error)
{
  const void *raw = ch_gguf_tensor_data (w->gguf, w->tensor, error);

  if (raw == NULL)
    return FALSE;
  w->values = ch_aligned_alloc (w->parent.cols * sizeof (float));
  if (w->values == NULL)
    {
      g_set_error (error, CH_ERROR, CH_ERROR_NO_MEMORY, "%s: no memory for tensor %s",
                   ch_gguf_name (w->gguf), w->parent.name);
      return FALSE;
    }
  if (!ch_dequantize (w->parent.type, raw, w->values, w->parent.cols))
    {
      g_set_error (error, CH_ERROR, CH_ERROR_UNSUPPORTED,
                   "%s: tensor %s: values of its type cannot be read", ch_gguf_name (w->gguf),
                   w->parent.name);
      return FALSE;
    }
  ch_gguf_release_tensor (w->gguf, w->tensor);
  return TRUE;
}

static gboolean
reserve_panels (ChCpuWeight *w, GError **error)
{
  gsize n;

  w->n_panels = (w->parent.rows + CH_PANEL_ROWS - 1) / CH_PANEL_ROWS;
  w->panel_bytes = ch_panel_bytes (w->cls, w->parent.type, w->parent.cols);
  if (ch_size_mul (w->n_panels, w->parent.n_stack, &n)
      && ch_size_mul (n, w->panel_bytes, &w->panels_bytes))
    {
      w->panels = ch_reserve (w->panels_bytes);
      w->panel_state = g_try_new0 (atomic_uchar, n);
      w->n_unpacked = g_try_new0 (atomic_size_t, w->parent.n_stack);
    }
  if (w->panels == NULL || w->panel_state == NULL || w->n_unpacked == NULL)
    {
      g_set_error (error, CH_ERROR, CH_ERROR_NO_MEMORY,
                   "%s: no address space for tensor %s of %" G_GUINT64_FORMAT " bytes",
                   ch_gguf_name (w->gguf), w->parent.name, w->tensor->n_bytes);
      return FALSE;
    }
  for (gsize i = 0; i < w->parent.n_stack; i++)
    atomic_init (&w->n_unpacked[i], w->n_panels);
  atomic_init (&w->n_unpacked_matrices, w->parent.n_stack);
  return TRUE;
}

ChWeight *
ch_cpu_weight_new (ChDevice *device, ChGguf *gguf, const ChGgufTensor *tensor, GError **error)
{
  ChCpuWeight *w = g_new0 (ChCpuWeight, 1);
  gboolean is_vector = tensor->ne[1] == 1 && tensor->ne[2] == 1 && tensor->ne[3] == 1;

  w->parent.device = device;
  w->parent.name = g_strdup (tensor->name);
  w->parent.type = tensor->type;
  w->parent.cols = tensor->ne[0];
  w->parent.rows = tensor->ne[1];
  w->parent.n_stack = tensor->ne[2] * tensor->ne[3];
  w->parent.file_bytes = tensor->n_bytes;
  w->gguf = ch_gguf_ref (gguf);
  w->tensor = tensor;
  w->row_bytes = ch_type_row_bytes (tensor->type, tensor->ne[0]);
  w->cls = ch_class_of (tensor->type, tensor->ne[0]);
  if ((is_vector && !read_values (w, error))
      || (w->cls != CH_CLASS_NONE && !reserve_panels (w, error)))
    {
      ch_cpu_weight_free (device, &w->parent);
      return NULL;
    }
  return &w->parent;
}

void
ch_cpu_weight_free (ChDevice *device, ChWeight *weight)
{
  ChCpuWeight *w = (ChCpuWeight *) weight;

  if (w->panels != NULL)
    ch_reserve_free (w->panels, w->panels_bytes);
  ch_aligned_free (w->values);
  g_free (w->panel_state);
  g_free (w->n_unpacked);
  ch_gguf_unref (w->gguf);
  g_free (w->parent.name);
  g_free (w);
}

gboolean
ch_cpu_weight_takes_act8 (ChDevice *device, const ChWeight *weight)
{
  return ch_kernels ()->matmul_fast[((const ChCpuWeight *) weight)->cls] != NULL;
}

const float *
ch_cpu_weight_values (const ChWeight *weight)
{
  return weight != NULL ? ((const ChCpuWeight *) weight)->values : NULL;
}

static void
pack_panel (ChCpuWeight *w, const guint8 *raw, gsize stack, gsize panel)
{
  gsize row = panel * CH_PANEL_ROWS;
  gsize n_rows = MIN (w->parent.rows - row, CH_PANEL_ROWS);

  ch_pack_panel (w->cls, w->parent.type, raw + (stack * w->parent.rows + row) * w->row_bytes,
                 w->row_bytes, n_rows, w->parent.cols,
                 w->panels + (stack * w->n_panels + panel) * w->panel_bytes);
}

/* One matrix of the stack is packed whole. A file that was read instead of mapped holds the tensor
 * in one piece, which goes with the last matrix. */
static void
packed_matrix (ChCpuWeight *w, gsize stack)
{
  gsize bytes = w->parent.rows * w->row_bytes;

  if (atomic_load (&w->looked_up))
    atomic_store (&w->release_pending, true);
  else if (atomic_fetch_sub (&w->n_unpacked_matrices, 1) == 1)
    ch_gguf_release_tensor (w->gguf, w->tensor);
  else
    ch_gguf_forget_part (w->gguf, w->tensor, stack * bytes, bytes);
}

/* Packs a panel, or waits for the thread that is at it. */
static gboolean
ensure_panel (ChCpuWeight *w, gsize stack, gsize panel, GError **error)
{
  atomic_uchar *state = &w->panel_state[stack * w->n_panels + panel];
  unsigned char seen = PANEL_RAW;
  const guint8 *raw;

  if (atomic_load_explicit (state, memory_order_acquire) == PANEL_PACKED)
    return TRUE;
  while (!atomic_compare_exchange_strong (state, &seen, PANEL_BUSY))
    {
      if (seen == PANEL_PACKED)
        return TRUE;
      seen = PANEL_RAW;
      sched_yield ();
    }
  raw = ch_gguf_tensor_data (w->gguf, w->tensor, error);
  if (raw == NULL)
    {
      atomic_store (state, PANEL_RAW);
      return FALSE;
    }
  pack_panel (w, raw, stack, panel);
  atomic_store_explicit (state, PANEL_PACKED, memory_order_release);
  if (atomic_fetch_sub (&w->n_unpacked[stack], 1) == 1)
    packed_matrix (w, stack);
  return TRUE;
}

/* The rows of panels that are packed. Who still reads them, for a look-up or another panel on the
 * same page, gets them from the file again. */
static void
forget_rows (ChCpuWeight *w, gsize stack, gsize panel0, gsize panel1)
{
  gsize row0 = panel0 * CH_PANEL_ROWS, row1 = MIN (panel1 * CH_PANEL_ROWS, w->parent.rows);

  ch_gguf_forget_part (w->gguf, w->tensor, (stack * w->parent.rows + row0) * w->row_bytes,
                       (row1 - row0) * w->row_bytes);
}

/* A large matrix lets go of the file as it is packed, so that it is never in memory twice. */
static gboolean
ensure_panels (ChCpuWeight *w, gsize stack, gsize panel0, gsize panel1, GError **error)
{
  gsize step = MAX (FORGET_BYTES / (CH_PANEL_ROWS * w->row_bytes), 1), begin = panel0;

  for (gsize panel = panel0; panel < panel1; panel++)
    {
      if (!ensure_panel (w, stack, panel, error))
        return FALSE;
      if (panel + 1 - begin < step)
        continue;
      forget_rows (w, stack, begin, panel + 1);
      begin = panel + 1;
    }
  return TRUE;
}

/* Weights are constant to their users: that they change their form is their own affair. */
static ChCpuWeight *
own (const ChWeight *weight)
{
  return (ChCpuWeight *) weight;
}

gboolean
ch_cpu_weight_matrix (const ChWeight *weight, gsize stack, gsize panel0, gsize panel1,
                      ChMatrix *matrix, GError **error)
{
  ChCpuWeight *w = own (weight);

  *matrix = (ChMatrix) { w->cls, weight->type, weight->rows, weight->cols, NULL, 0 };
  if (w->cls == CH_CLASS_NONE)
    {
      const guint8 *raw = ch_gguf_tensor_data (w->gguf, w->tensor, error);

      matrix->data = raw != NULL ? raw + stack * weight->rows * w->row_bytes : NULL;
      matrix->stride = w->row_bytes;
      return raw != NULL;
    }
  matrix->data = w->panels + stack * w->n_panels * w->panel_bytes;
  matrix->stride = w->panel_bytes;
  if (atomic_load_explicit (&w->n_unpacked[stack], memory_order_acquire) == 0)
    return TRUE;
  return ensure_panels (w, stack, panel0, panel1, error);
}

void
ch_cpu_weight_mark_lookup (const ChWeight *weight)
{
  atomic_store (&own (weight)->looked_up, true);
}

const guint8 *
ch_cpu_weight_raw (const ChWeight *weight, GError **error)
{
  return ch_gguf_tensor_data (own (weight)->gguf, own (weight)->tensor, error);
}

void
ch_cpu_weight_after_run (const ChWeight *weight)
{
  if (atomic_exchange (&own (weight)->release_pending, false))
    ch_gguf_release_tensor (own (weight)->gguf, own (weight)->tensor);
}
