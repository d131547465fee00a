/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gio/gio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "device/cpu/cpu.h"

/* ---- Executables ---------------------------------------------------------------------------- */

static void
mark_lookups (const ChCpuExecutable *exe)
{
  for (guint i = 0; i < exe->segment->n_ops; i++)
    {
      const ChOp *op = &exe->program->ops[exe->segment->first_op + i];

      if (op->kind == CH_OP_EMBED)
        ch_cpu_weight_mark_lookup (op->weight[0]);
    }
}

ChExecutable *
ch_cpu_prepare (ChDevice *device, const ChProgram *program, guint segment, GError **error)
{
  ChCpuExecutable *exe = g_new0 (ChCpuExecutable, 1);

  exe->program = program;
  exe->segment = &program->segments[segment];
  exe->index = segment;
  exe->kernels = ch_kernels ();
  exe->output_rows = g_try_new (guint32, program->max_outputs + 1);
  exe->tiles = g_try_new (ChCpuTile, program->max_rows + 1);
  exe->arena = ch_reserve (MAX (exe->segment->arena_bytes, 1));
  if (exe->output_rows == NULL || exe->tiles == NULL || exe->arena == NULL)
    {
      g_set_error (error, CH_ERROR, CH_ERROR_NO_MEMORY,
                   "No memory for the %" G_GSIZE_FORMAT " bytes of a batch of %" G_GSIZE_FORMAT
                   " rows",
                   exe->segment->arena_bytes, program->max_rows);
      ch_cpu_free_executable (device, (ChExecutable *) exe);
      return NULL;
    }
  mark_lookups (exe);
  return (ChExecutable *) exe;
}

static void
free_scratch (ChCpuExecutable *exe)
{
  for (gsize i = 0; i < exe->n_scratch; i++)
    ch_aligned_free (exe->scratch[i]);
  g_clear_pointer (&exe->scratch, g_free);
  exe->n_scratch = exe->scratch_bytes = 0;
}

void
ch_cpu_free_executable (ChDevice *device, ChExecutable *executable)
{
  ChCpuExecutable *exe = (ChCpuExecutable *) executable;

  free_scratch (exe);
  if (exe->arena != NULL)
    ch_reserve_free (exe->arena, MAX (exe->segment->arena_bytes, 1));
  if (exe->parts != NULL)
    ch_reserve_free (exe->parts, exe->parts_bytes);
  g_free (exe->output_rows);
  g_free (exe->tiles);
  g_free (exe);
}

/* ---- Before the team starts ----------------------------------------------------------------- */

static gboolean
check_batch (const ChCpuExecutable *exe, const ChBatch *batch, GError **error)
{
  if (batch->n_rows <= exe->program->max_rows && batch->n_outputs <= exe->program->max_outputs)
    return TRUE;
  g_set_error (error, CH_ERROR, CH_ERROR_INVALID_ARGUMENT,
               "A batch of %" G_GSIZE_FORMAT " rows and %" G_GSIZE_FORMAT
               " outputs for a program of %" G_GSIZE_FORMAT " and %" G_GSIZE_FORMAT,
               batch->n_rows, batch->n_outputs, exe->program->max_rows, exe->program->max_outputs);
  return FALSE;
}

static gboolean
check_tokens (const ChBatch *batch, const ChWeight *table, GError **error)
{
  for (gsize i = 0; i < batch->n_rows; i++)
    if (batch->rows[i].token >= 0 ? (gsize) batch->rows[i].token >= table->rows
                                  : batch->rows[i].embedding == NULL)
      {
        g_set_error (error, CH_ERROR, CH_ERROR_INVALID_ARGUMENT,
                     "Token %d is not one of the %" G_GSIZE_FORMAT " of the model",
                     batch->rows[i].token, table->rows);
        return FALSE;
      }
  return TRUE;
}

static void
list_outputs (ChCpuExecutable *exe, const ChBatch *batch)
{
  gsize n = 0;

  for (gsize i = 0; i < batch->n_rows && n < batch->n_outputs; i++)
    if (batch->rows[i].wants_output)
      exe->output_rows[n++] = i;
}

/* Cuts the rows into tiles of one sequence each. */
static gsize
list_tiles (ChCpuExecutable *exe, const ChBatch *batch)
{
  gsize n = 0;

  for (gsize row = 0; row < batch->n_rows; n++)
    {
      gsize end = row + 1;

      while (end < batch->n_rows && end - row < CH_ATTN_ROWS
             && batch->rows[end].seq == batch->rows[row].seq)
        end++;
      exe->tiles[n] = (ChCpuTile) { row, end - row };
      row = end;
    }
  return n;
}

static gsize
longest_context (const ChBatch *batch)
{
  gsize longest = 0;

  for (gsize i = 0; i < batch->n_seqs; i++)
    longest = MAX (longest, (gsize) batch->seqs[i].length);
  return longest;
}

static gsize
matmul_scratch (const ChOp *op)
{
  return ((const ChCpuWeight *) op->weight[0])->cls == CH_CLASS_NONE
             ? CH_MATMUL_SCRATCH (op->weight[0]->cols)
             : 0;
}

/* The most that one thread needs, and all together for parts, over the operations. */
static gboolean
measure (const ChCpuRun *run, gsize *scratch, gsize *parts)
{
  const ChCpuExecutable *exe = run->exe;

  *scratch = *parts = 0;
  for (guint i = 0; i < exe->segment->n_ops; i++)
    {
      const ChOp *op = &exe->program->ops[exe->segment->first_op + i];
      gsize own = 0, shared = 0;

      if (op->kind == CH_OP_MATMUL)
        own = matmul_scratch (op);
      else if (op->kind == CH_OP_TOP_EXPERTS)
        own = op->n_experts * sizeof (float);
      else if (op->kind == CH_OP_ATTENTION && !ch_cpu_attention_needs (run, op, &own, &shared))
        return FALSE;
      *scratch = MAX (*scratch, own);
      *parts = MAX (*parts, shared);
    }
  return TRUE;
}

static gboolean
ensure_scratch (ChCpuExecutable *exe, gsize n_threads, gsize bytes)
{
  if (exe->n_scratch >= n_threads && exe->scratch_bytes >= bytes)
    return TRUE;
  bytes = MAX (MAX (bytes, exe->scratch_bytes), CH_CACHE_LINE);
  free_scratch (exe);
  exe->scratch = g_new0 (void *, n_threads);
  exe->n_scratch = n_threads;
  for (gsize i = 0; i < n_threads; i++)
    if ((exe->scratch[i] = ch_aligned_alloc (bytes)) == NULL)
      {
        free_scratch (exe);
        return FALSE;
      }
  exe->scratch_bytes = bytes;
  return TRUE;
}

static gboolean
ensure_parts (ChCpuExecutable *exe, gsize bytes)
{
  if (exe->parts_bytes >= bytes)
    return TRUE;
  if (exe->parts != NULL)
    ch_reserve_free (exe->parts, exe->parts_bytes);
  exe->parts = ch_reserve (bytes);
  exe->parts_bytes = exe->parts != NULL ? bytes : 0;
  return exe->parts != NULL;
}

static gboolean
ensure_memory (ChCpuRun *run, GError **error)
{
  gsize scratch, parts;

  if (measure (run, &scratch, &parts) && ensure_scratch (run->exe, run->n_threads, scratch)
      && ensure_parts (run->exe, parts))
    return TRUE;
  g_set_error (error, CH_ERROR, CH_ERROR_NO_MEMORY,
               "No memory for the scratch space of %d threads at a context of %" G_GSIZE_FORMAT
               " tokens",
               run->n_threads, longest_context (run->batch));
  return FALSE;
}

/* The first embedding operation of the segment, or NULL. */
static const ChOp *
find_embed (const ChCpuExecutable *exe)
{
  for (guint i = 0; i < exe->segment->n_ops; i++)
    if (exe->program->ops[exe->segment->first_op + i].kind == CH_OP_EMBED)
      return &exe->program->ops[exe->segment->first_op + i];
  return NULL;
}

static gboolean
run_begin (ChCpuRun *run, const ChOp *embed, GError **error)
{
  if (!check_batch (run->exe, run->batch, error))
    return FALSE;
  list_outputs (run->exe, run->batch);
  run->n_tiles = list_tiles (run->exe, run->batch);
  run->max_splits = (longest_context (run->batch) + CH_ATTN_SPLIT - 1) / CH_ATTN_SPLIT;
  if (embed != NULL)
    {
      if (!check_tokens (run->batch, embed->weight[0], error))
        return FALSE;
      run->table = ch_cpu_weight_raw (embed->weight[0], error);
      if (run->table == NULL)
        return FALSE;
    }
  return ensure_memory (run, error);
}

/* ---- The team ------------------------------------------------------------------------------- */

void
ch_cpu_run_fail (ChCpuRun *run, GError *error)
{
  while (atomic_flag_test_and_set_explicit (&run->error_lock, memory_order_acquire))
    ;
  if (run->error == NULL)
    run->error = g_steal_pointer (&error);
  atomic_flag_clear_explicit (&run->error_lock, memory_order_release);
  g_clear_error (&error);
  atomic_store (&run->stop, true);
}

static void
do_share (ChCpuTask *task)
{
  switch (task->op->kind)
    {
    case CH_OP_MATMUL:
      if (task->op->in[2] == CH_NO_VALUE)
        ch_cpu_op_matmul (task);
      else
        ch_cpu_op_experts_matmul (task);
      break;
    case CH_OP_ATTENTION:
      ch_cpu_op_attention (task);
      break;
    case CH_OP_ATTENTION_JOIN:
      ch_cpu_op_attention_join (task);
      break;
    case CH_OP_COPY: /* done between the segments */
      break;
    default:
      ch_cpu_op_rows (task);
    }
}

/* Whether the operation has anything to do in this run; a stage without work needs no barrier
 * either. */
static gboolean
has_work (const ChCpuRun *run, const ChOp *op)
{
  return op->kind != CH_OP_COPY
         && (op->kind != CH_OP_ATTENTION_JOIN || ch_cpu_attention_is_split (run, op));
}

/* Only rank 0 looks at the caller's flag: the barrier then tells all members the same. */
static gboolean
pass_barrier (ChTeam *team, ChCpuRun *run, int rank)
{
  if (rank == 0 && run->cancel != NULL && atomic_load_explicit (run->cancel, memory_order_relaxed))
    atomic_store (&run->stop, true);
  return ch_team_barrier (team, &run->stop);
}

static void
run_share (ChTeam *team, int rank, void *data)
{
  ChCpuRun *run = data;
  const ChOp *ops = run->exe->program->ops + run->exe->segment->first_op;
  ChCpuTask task = { run,  run->exe->kernels,   NULL,
                     rank, ch_team_size (team), run->exe->scratch[rank] };
  guint32 stage = G_MAXUINT32;

  for (guint i = 0; i < run->exe->segment->n_ops; i++)
    {
      if (!has_work (run, &ops[i]))
        continue;
      if (stage != G_MAXUINT32 && ops[i].stage != stage && !pass_barrier (team, run, rank))
        return;
      stage = ops[i].stage;
      task.op = &ops[i];
      do_share (&task);
    }
}

/* Who knows how many threads pay for such a batch, or NULL. Hundreds of rows are for all threads:
 * there is much to do between two barriers, and a trial with fewer would be long. */
static ChCpuCrew *
find_crew (ChCpuExecutable *exe, const ChBatch *batch)
{
  guint class = g_bit_storage (batch->n_rows);

  return class >= 1 && class <= CH_CREW_CLASSES ? &exe->crews[class - 1] : NULL;
}

static gboolean
report (ChCpuRun *run, GError **error)
{
  if (run->error != NULL)
    {
      g_propagate_error (error, run->error);
      return FALSE;
    }
  if (atomic_load (&run->stop) || (run->cancel != NULL && atomic_load (run->cancel)))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Cancelled");
      return FALSE;
    }
  return TRUE;
}

gboolean
ch_cpu_run (ChDevice *device, ChExecutable *executable, ChKvStore *kv, const ChBatch *batch,
            gint n_threads, gboolean fixed_threads, const atomic_bool *cancel, GError **error)
{
  ChCpuExecutable *exe = (ChCpuExecutable *) executable;
  const ChOp *embed = find_embed (exe);
  ChCpuCrew *crew = fixed_threads || n_threads < 2 ? NULL : find_crew (exe, batch);
  ChCpuRun run = { .exe = exe,
                   .kv = (ChCpuKv *) kv,
                   .batch = batch,
                   .n_threads = crew != NULL ? ch_cpu_crew_size (crew, n_threads)
                                             : MAX (n_threads, 1),
                   .cancel = cancel,
                   .error_lock = ATOMIC_FLAG_INIT };
  gint64 began;

  if (!run_begin (&run, embed, error))
    return FALSE;
  began = g_get_monotonic_time ();
  ch_pool_run (run.n_threads, run_share, &run);
  if (embed != NULL)
    ch_cpu_weight_after_run (embed->weight[0]);
  if (!report (&run, error))
    return FALSE;
  if (crew != NULL)
    ch_cpu_crew_learn (crew, (double) (g_get_monotonic_time () - began));
  return TRUE;
}

/* ---- Values from and to the host ------------------------------------------------------------ */

const void *
ch_cpu_read (ChDevice *device, ChExecutable *executable, ChValueId id, gsize n_rows, GError **error)
{
  ChCpuExecutable *exe = (ChCpuExecutable *) executable;

  return exe->arena + exe->program->values[id].offset;
}

gboolean
ch_cpu_write (ChDevice *device, ChExecutable *executable, ChValueId id, gsize n_rows,
              const void *rows, GError **error)
{
  ChCpuExecutable *exe = (ChCpuExecutable *) executable;
  const ChValue *value = &exe->program->values[id];

  memcpy (exe->arena + value->offset, rows, n_rows * value->row_bytes);
  return TRUE;
}
