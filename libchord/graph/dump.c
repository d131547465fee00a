/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "graph/graph-private.h"

static void
dump_value (GString *s, const ChProgram *program, ChValueId id)
{
  static const char *const formats[] = { "f32", "act8", "ids" };
  const ChValue *value = &program->values[id];

  g_string_append_printf (s, " %%%d:%s[%s%u]@%" G_GSIZE_FORMAT, id, formats[value->format],
                          value->rows == CH_ROWS_OUTPUT ? "out x " : "", value->width,
                          value->offset);
}

static void
dump_op (GString *s, const ChProgram *program, const ChOp *op)
{
  g_string_append_printf (s, "%4u %-14s", op->stage, ch_op_name (op->kind));
  if (op->out != CH_NO_VALUE)
    dump_value (s, program, op->out);
  if (op->out2 != CH_NO_VALUE)
    dump_value (s, program, op->out2);
  g_string_append (s, " <-");
  for (guint j = 0; j < G_N_ELEMENTS (op->in); j++)
    if (op->in[j] != CH_NO_VALUE)
      g_string_append_printf (s, " %%%d", op->in[j]);
  for (guint j = 0; j < G_N_ELEMENTS (op->weight); j++)
    if (op->weight[j] != NULL)
      g_string_append_printf (s, " %s:%s", op->weight[j]->name,
                              ch_type_info (op->weight[j]->type)->name);
  if (op->kind == CH_OP_KV_WRITE || op->kind == CH_OP_ATTENTION)
    g_string_append_printf (s, " layer %u", op->layer);
  g_string_append_c (s, '\n');
}

char *
ch_program_dump (const ChProgram *program)
{
  GString *s = g_string_new (NULL);

  g_string_append_printf (s,
                          "program: %" G_GSIZE_FORMAT " operations, up to %" G_GSIZE_FORMAT
                          " rows, %" G_GSIZE_FORMAT " outputs\n",
                          program->n_ops, program->max_rows, program->max_outputs);
  for (gsize i = 0; i < program->n_segments; i++)
    {
      const ChSegment *segment = &program->segments[i];
      ChDeviceInfo info;

      segment->device->klass->info (segment->device, &info);
      g_string_append_printf (
          s, "segment %" G_GSIZE_FORMAT " on %s: arena of %" G_GSIZE_FORMAT " bytes\n", i, info.id,
          segment->arena_bytes);
      for (guint j = segment->first_op; j < segment->first_op + segment->n_ops; j++)
        dump_op (s, program, &program->ops[j]);
    }
  return g_string_free (s, FALSE);
}
