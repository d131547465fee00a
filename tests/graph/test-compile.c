/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "graph/graph-private.h"

/* What ch_compile() makes of a description: on a device that does not exist, so nothing is run
 * here. */

#define WIDTH 64

static gboolean
takes_act8 (ChDevice *device, const ChWeight *weight)
{
  return weight->type == CH_TYPE_Q8_0;
}

static void
info (ChDevice *device, ChDeviceInfo *out)
{
  *out = (ChDeviceInfo) { "paper", "a device on paper", 0, 0 };
}

static const ChDeviceClass paper_class = { .name = "paper",
                                           .info = info,
                                           .takes_act8 = takes_act8 };
static ChDevice paper = { &paper_class }, other_paper = { &paper_class };
static char weight_name[] = "w";
static const ChWeight matrix = { &paper, weight_name, CH_TYPE_Q8_0, WIDTH, WIDTH, 1, 0 };
static const ChWeight vector = { &paper, weight_name, CH_TYPE_F32, 1, WIDTH, 1, 0 };
static const ChAttnShape shape = {
  .n_heads = 4, .n_kv_heads = 4, .k_dim = 16, .v_dim = 16, .scale = 1
};
static const ChRope rope = { .n_dims = 16 };

/* A layer as families have it. */
static ChRef
layer (ChBuilder *b, gint i, ChDevice *device, ChRef x)
{
  ChRef h, q, k, v, gate, up;

  ch_builder_layer (b, i, device);
  h = ch_rms_norm (b, x, &vector, 1e-5);
  q = ch_rope (b, ch_linear (b, h, &matrix, NULL), 4, &rope);
  k = ch_rope (b, ch_linear (b, h, &matrix, NULL), 4, &rope);
  v = ch_linear (b, h, &matrix, NULL);
  x = ch_add (b, x, ch_linear (b, ch_attention (b, q, k, v, &shape, 0, FALSE), &matrix, &vector));
  h = ch_rms_norm (b, x, &vector, 1e-5);
  gate = ch_linear (b, h, &matrix, NULL);
  up = ch_linear (b, h, &matrix, NULL);
  return ch_add (b, x, ch_linear (b, ch_glu (b, CH_GLU_SILU, gate, up), &matrix, NULL));
}

static ChProgram *
compile_layers (ChPrecision precision, guint n_layers, guint n_on_other)
{
  g_autoptr (ChBuilder) b = ch_builder_new (precision);
  g_autoptr (GError) error = NULL;
  ChProgram *program;
  ChRef x;

  ch_builder_layer (b, 0, &paper);
  x = ch_embed (b, &matrix);
  for (guint i = 0; i < n_layers; i++)
    x = layer (b, i, i + n_on_other >= n_layers ? &other_paper : &paper, x);
  ch_result (b, ch_linear (b, ch_rms_norm (b, ch_outputs (b, x), &vector, 1e-5), &matrix, NULL));
  program = ch_compile (b, 100, 10, &error);
  g_assert_no_error (error);
  return program;
}

static guint
count (const ChProgram *program, ChOpKind kind)
{
  guint n = 0;

  for (gsize i = 0; i < program->n_ops; i++)
    n += program->ops[i].kind == kind;
  return n;
}

static void
test_fusion (void)
{
  ChProgram *program = compile_layers (CH_PRECISION_EXACT, 3, 0);
  guint n_residuals = 0;

  g_assert_cmpuint (count (program, CH_OP_ADD), ==, 0);
  g_assert_cmpuint (count (program, CH_OP_MATMUL), ==, 3 * 7 + 1);
  g_assert_cmpuint (count (program, CH_OP_QUANTIZE), ==, 0);
  for (gsize i = 0; i < program->n_ops; i++)
    {
      const ChOp *op = &program->ops[i];

      n_residuals += op->kind == CH_OP_MATMUL && op->in[1] != CH_NO_VALUE;
      if (op->kind == CH_OP_ROPE)
        g_assert_cmpint (op->in[0], ==, op->out);
    }
  g_assert_cmpuint (n_residuals, ==, 3 * 2);
  ch_program_free (program);
}

/* A value that another operation reads as well must not be swallowed by the matmul. */
static void
test_no_fusion (void)
{
  g_autoptr (ChBuilder) b = ch_builder_new (CH_PRECISION_EXACT);
  ChProgram *program;
  ChRef x, y;

  ch_builder_layer (b, 0, &paper);
  x = ch_embed (b, &matrix);
  y = ch_linear (b, x, &matrix, NULL);
  ch_result (b, ch_mul (b, ch_add (b, x, y), y));
  program = ch_compile (b, 4, 4, NULL);
  g_assert_cmpuint (count (program, CH_OP_ADD), ==, 1);
  ch_program_free (program);
}

static void
test_quantize_once (void)
{
  ChProgram *program = compile_layers (CH_PRECISION_FAST, 3, 0);

  /* a layer: the input of q, k and v; of out; of gate and up; of down. And that of the head. */
  g_assert_cmpuint (count (program, CH_OP_QUANTIZE), ==, 3 * 4 + 1);
  for (gsize i = 0; i < program->n_ops; i++)
    if (program->ops[i].kind == CH_OP_MATMUL)
      g_assert_cmpint (program->values[program->ops[i].in[0]].format, ==, CH_FORMAT_ACT8);
  ch_program_free (program);
}

/* norm+quantize | q,k,v | rope+kv-write | attention | join | quantize | out | norm+quantize |
 * gate,up | glu+quantize | down */
static void
test_stages (void)
{
  ChProgram *one = compile_layers (CH_PRECISION_FAST, 1, 0),
            *two = compile_layers (CH_PRECISION_FAST, 2, 0);
  guint last = 0;

  g_assert_cmpuint (two->ops[two->n_ops - 1].stage - one->ops[one->n_ops - 1].stage, ==, 11);
  for (gsize i = 0; i < two->n_ops; i++)
    {
      g_assert_cmpuint (two->ops[i].stage, >=, last);
      last = two->ops[i].stage;
    }
  ch_program_free (one);
  ch_program_free (two);
}

/* ---- Order ---------------------------------------------------------------------------------- */

/* Whether b, which comes later in the list, may stand in one stage with a, which made what it
 * reads. */
static gboolean
may_share_stage (const ChProgram *program, const ChOp *a, const ChOp *b)
{
  ChValueId space = b->out != CH_NO_VALUE ? b->out : b->in[0];

  return ch_op_is_row_local (a->kind) && ch_op_is_row_local (b->kind)
         && program->values[a->out].rows == program->values[space].rows;
}

static void
check_order (const ChProgram *program)
{
  for (gsize i = 0; i < program->n_ops; i++)
    for (gsize j = 0; j < G_N_ELEMENTS (program->ops[i].in); j++)
      {
        const ChOp *op = &program->ops[i];
        gboolean made = op->in[j] == CH_NO_VALUE;

        for (gsize k = 0; k < i && op->in[j] != CH_NO_VALUE; k++)
          if (program->ops[k].out == op->in[j] || program->ops[k].out2 == op->in[j])
            {
              made = TRUE;
              g_assert_true (program->ops[k].stage < op->stage
                             || may_share_stage (program, &program->ops[k], op));
            }
        g_assert_true (made);
      }
}

/* ---- The buffer plan ------------------------------------------------------------------------ */

static void
check_plan (const ChProgram *program)
{
  g_autofree ChLifetime *lives =
      ch_graph_lifetimes (program->ops, program->n_ops, program->n_values, program->result);

  for (gsize i = 0; i < program->n_values; i++)
    for (gsize j = 0; j <= i; j++)
      {
        const ChValue *a = &program->values[i], *b = &program->values[j];
        gsize a_end =
            a->offset
            + a->row_bytes * (a->rows == CH_ROWS_OUTPUT ? program->max_outputs : program->max_rows);
        gsize b_end =
            b->offset
            + b->row_bytes * (b->rows == CH_ROWS_OUTPUT ? program->max_outputs : program->max_rows);

        if (lives[i].first > lives[i].last || lives[j].first > lives[j].last)
          continue;
        g_assert_cmpuint (a->offset % 64, ==, 0);
        g_assert_cmpuint (a_end, <=, program->segments[a->segment].arena_bytes);
        if (i != j && a->segment == b->segment && lives[i].first <= lives[j].last
            && lives[j].first <= lives[i].last)
          g_assert_true (a_end <= b->offset || b_end <= a->offset);
      }
}

/* Reuse must keep the arena as small for many layers as for few. */
static void
test_plan (void)
{
  for (ChPrecision precision = CH_PRECISION_EXACT; precision <= CH_PRECISION_FAST; precision++)
    {
      ChProgram *few = compile_layers (precision, 2, 0), *many = compile_layers (precision, 12, 0);

      check_plan (many);
      check_order (many);
      g_assert_cmpuint (many->segments[0].arena_bytes, <=, few->segments[0].arena_bytes * 5 / 4);
      ch_program_free (few);
      ch_program_free (many);
    }
}

static void
test_segments (void)
{
  ChProgram *program = compile_layers (CH_PRECISION_FAST, 4, 2);

  g_assert_cmpuint (program->n_segments, ==, 2);
  g_assert_true (program->segments[0].device == &paper
                 && program->segments[1].device == &other_paper);
  g_assert_cmpuint (program->segments[0].n_ops + program->segments[1].n_ops, ==, program->n_ops);
  g_assert_cmpuint (count (program, CH_OP_COPY), ==, 1);
  g_assert_cmpint (program->ops[program->segments[1].first_op].kind, ==, CH_OP_COPY);
  check_plan (program);
  check_order (program);
  ch_program_free (program);
}

static void
test_absurd_size (void)
{
  g_autoptr (ChBuilder) b = ch_builder_new (CH_PRECISION_EXACT);
  g_autoptr (GError) error = NULL;

  ch_builder_layer (b, 0, &paper);
  ch_result (b, ch_embed (b, &matrix));
  g_assert_null (ch_compile (b, G_MAXSIZE / 128, 1, &error));
  g_assert_nonnull (error);
}

static void
test_dump (void)
{
  ChProgram *program = compile_layers (CH_PRECISION_FAST, 1, 0);
  g_autofree char *text = ch_program_dump (program);

  g_assert_nonnull (strstr (text, "segment 0 on paper"));
  g_assert_nonnull (strstr (text, "attention"));
  g_assert_nonnull (strstr (text, "w:Q8_0"));
  ch_program_free (program);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/compile/fusion", test_fusion);
  g_test_add_func ("/compile/no-fusion", test_no_fusion);
  g_test_add_func ("/compile/quantize-once", test_quantize_once);
  g_test_add_func ("/compile/stages", test_stages);
  g_test_add_func ("/compile/plan", test_plan);
  g_test_add_func ("/compile/segments", test_segments);
  g_test_add_func ("/compile/absurd-size", test_absurd_size);
  g_test_add_func ("/compile/dump", test_dump);
  return g_test_run ();
}
