/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine-private.h"

#include "base/memory.h"
#include "need.h"

/* Programs are compiled for a few sizes of batch, on demand, and kept: a device may choose other
 * ways for one row than for hundreds, and the arenas of big batches are not taken before they are
 * needed. */

/* The size that n falls into. A batch has up to a chunk of prompt rows, and as many again of jobs
 * that decode. */
static gsize
bucket_of (gsize n, gsize chunk)
{
  static const gsize buckets[] = { 1, 8, 64 };
  for (gsize i = 0; i < G_N_ELEMENTS (buckets); i++)
    if (n <= buckets[i] && buckets[i] < chunk)
      return buckets[i];
  return n <= chunk ? chunk : 2 * chunk;
}

void
ch_engine_program_free (ChEngine *engine, ChEngineProgram *program)
{
  for (gsize i = 0; program->executables != NULL && i < program->program->n_segments; i++)
    {
      ChDevice *device = program->program->segments[i].device;
      if (program->executables[i] != NULL)
        device->klass->free_executable (device, program->executables[i]);
    }
  g_clear_pointer (&program->program, ch_program_free);
  g_free (program->executables);
  g_free (program->kvs);
  g_free (program);
}

static guint64
arena_bytes (const ChProgram *program)
{
  guint64 bytes = 0;
  for (gsize i = 0; i < program->n_segments; i++)
    bytes += program->segments[i].arena_bytes;
  return bytes;
}

static gboolean
prepare_segments (ChEngine *engine, ChEngineProgram *made, GError **error)
{
  const ChProgram *program = made->program;
  if (!ch_need_check ("A batch cannot be run", arena_bytes (program), ch_memory_available (),
                      error))
    return FALSE;
  made->executables = g_new0 (ChExecutable *, program->n_segments);
  made->kvs = g_new0 (ChKvStore *, program->n_segments);
  for (gsize i = 0; i < program->n_segments; i++)
    {
      ChDevice *device = program->segments[i].device;
      made->kvs[i] = engine->memory->klass->store (engine->memory, device);
      made->executables[i] = device->klass->prepare (device, program, (guint) i, error);
      if (made->executables[i] == NULL)
        return FALSE;
    }
  return TRUE;
}

static ChEngineProgram *
make_program (ChEngine *engine, gsize max_rows, gsize max_outputs, GError **error)
{
  ChEngineProgram *made = g_new0 (ChEngineProgram, 1);
  made->max_rows = max_rows;
  made->max_outputs = max_outputs;
  made->program = ch_weights_program (engine->weights, max_rows, max_outputs, error);
  if (made->program == NULL || !prepare_segments (engine, made, error))
    {
      ch_engine_program_free (engine, made);
      return NULL;
    }
  atomic_fetch_add (&engine->scratch_bytes, arena_bytes (made->program));
  g_ptr_array_add (engine->programs, made);
  return made;
}

ChEngineProgram *
ch_engine_program (ChEngine *engine, gsize n_rows, gsize n_outputs, GError **error)
{
  gsize max_rows = bucket_of (n_rows, engine->chunk);
  gsize max_outputs = MIN (bucket_of (n_outputs, engine->chunk), max_rows);
  for (guint i = 0; i < engine->programs->len; i++)
    {
      ChEngineProgram *program = g_ptr_array_index (engine->programs, i);
      if (program->max_rows == max_rows && program->max_outputs == max_outputs)
        return program;
    }
  return make_program (engine, max_rows, max_outputs, error);
}
