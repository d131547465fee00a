/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "graph/graph-private.h"

static ChSegment *
list_segments (const ChBuilder *b, gsize *n_segments)
{
  GArray *segments = g_array_new (FALSE, TRUE, sizeof (ChSegment));

  for (guint i = 0; i < b->ops->len; i++)
    {
      const ChBuildOp *op = ch_graph_op (b, i);

      if (segments->len == op->op.segment)
        {
          ChSegment segment = { .device = op->device, .first_op = i };

          g_array_append_val (segments, segment);
        }
      g_array_index (segments, ChSegment, op->op.segment).n_ops++;
    }
  *n_segments = segments->len;
  return (gpointer) g_array_free (segments, FALSE);
}

ChProgram *
ch_compile (ChBuilder *b, gsize max_rows, gsize max_outputs, GError **error)
{
  ChProgram *program = g_new0 (ChProgram, 1);

  ch_graph_fuse_residuals (b);
  ch_graph_cut_segments (b);
  ch_graph_share_quantized (b);
  ch_graph_rope_in_place (b);
  ch_graph_assign_stages (b);

  program->segments = list_segments (b, &program->n_segments);
  if (!ch_graph_plan_buffers (b, program->segments, program->n_segments, max_rows, max_outputs,
                              error))
    {
      ch_program_free (program);
      return NULL;
    }
  program->n_values = b->values->len;
  program->values = g_memdup2 (b->values->data, b->values->len * sizeof (ChValue));
  program->n_ops = b->ops->len;
  program->ops = g_new (ChOp, b->ops->len + 1);
  for (guint i = 0; i < b->ops->len; i++)
    program->ops[i] = ch_graph_op (b, i)->op;
  program->max_rows = max_rows;
  program->max_outputs = max_outputs;
  program->result = b->result;
  return program;
}

void
ch_program_free (ChProgram *program)
{
  if (program == NULL)
    return;
  g_free (program->values);
  g_free (program->ops);
  g_free (program->segments);
  g_free (program);
}
