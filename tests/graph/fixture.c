/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fixture.h"

#include <glib/gstdio.h>
#include <math.h>
#include <unistd.h>

static const struct
{
  const char *name;
  guint n_dims;
  guint64 ne[3];
  ChType type;
} tensors[] = {
  { "table", 2, { N_EMBD, N_TOKENS, 1 }, CH_TYPE_F32 },
  { "norm", 1, { N_EMBD, 1, 1 }, CH_TYPE_F32 },
  { "bias", 1, { N_EMBD, 1, 1 }, CH_TYPE_F32 },
  { "head-norm", 1, { K_DIM, 1, 1 }, CH_TYPE_F32 },
  { "square", 2, { N_EMBD, N_EMBD, 1 }, CH_TYPE_F32 },
  { "square-q8", 2, { N_EMBD, N_EMBD, 1 }, CH_TYPE_Q8_0 },
  { "other-q8", 2, { N_EMBD, N_EMBD, 1 }, CH_TYPE_Q8_0 },
  { "uneven", 2, { N_EMBD, 37, 1 }, CH_TYPE_F32 },
  { "q", 2, { N_EMBD, N_HEADS * K_DIM, 1 }, CH_TYPE_F32 },
  { "k", 2, { N_EMBD, N_KV_HEADS * K_DIM, 1 }, CH_TYPE_F32 },
  { "v", 2, { N_EMBD, N_KV_HEADS * V_DIM, 1 }, CH_TYPE_F32 },
  { "router", 2, { N_EMBD, N_EXPERTS, 1 }, CH_TYPE_F32 },
  { "gates", 3, { N_EMBD, N_FF, N_EXPERTS }, CH_TYPE_F32 },
  { "ups", 3, { N_EMBD, N_FF, N_EXPERTS }, CH_TYPE_F32 },
  { "downs", 3, { N_FF, N_EMBD, N_EXPERTS }, CH_TYPE_F32 },
};

/* The values of tensor index, made when they are written. */
static const void *
fetch (guint index, gpointer data, GError **error)
{
  GByteArray *bytes = data;
  gsize n = tensors[index].ne[0] * tensors[index].ne[1] * tensors[index].ne[2];
  g_autofree float *values = g_new (float, n);
  g_autoptr (GRand) rand = g_rand_new_with_seed (index);

  for (gsize i = 0; i < n; i++)
    values[i] = g_rand_double_range (rand, -1, 1);
  g_byte_array_set_size (bytes, ch_type_row_bytes (tensors[index].type, n));
  g_assert_true (ch_quantize (tensors[index].type, values, bytes->data, n, NULL));
  return bytes->data;
}

Fixture *
fixture_new (void)
{
  Fixture *f = g_new0 (Fixture, 1);
  g_autoptr (ChGgufWriter) writer = ch_gguf_writer_new ();
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  int fd = g_file_open_tmp ("chord-graph-XXXXXX.gguf", &f->path, &error);

  g_assert_no_error (error);
  close (fd);
  for (guint i = 0; i < G_N_ELEMENTS (tensors); i++)
    ch_gguf_writer_add_tensor (writer, tensors[i].name, tensors[i].type, tensors[i].n_dims,
                               tensors[i].ne);
  ch_gguf_writer_write (writer, f->path, fetch, NULL, bytes, &error);
  g_assert_no_error (error);
  f->gguf = ch_gguf_open (f->path, CH_GGUF_DEFAULT, &error);
  g_assert_no_error (error);
  f->weights = g_ptr_array_new ();
  return f;
}

void
fixture_free (Fixture *f)
{
  for (guint i = 0; i < f->weights->len; i++)
    {
      ChWeight *weight = f->weights->pdata[i];

      weight->device->klass->free_weight (weight->device, weight);
    }
  g_ptr_array_unref (f->weights);
  ch_gguf_unref (f->gguf);
  g_unlink (f->path);
  g_free (f->path);
  g_free (f);
}

const ChWeight *
fixture_weight (Fixture *f, const char *name, ChDevice *device)
{
  g_autoptr (GError) error = NULL;
  ChWeight *weight =
      device->klass->load_weight (device, f->gguf, ch_gguf_find_tensor (f->gguf, name), &error);

  g_assert_no_error (error);
  g_ptr_array_add (f->weights, weight);
  return weight;
}

const float *
fixture_values (Fixture *f, const char *name)
{
  return ch_gguf_tensor_data (f->gguf, ch_gguf_find_tensor (f->gguf, name), NULL);
}

/* ---- Running -------------------------------------------------------------------------------- */

Ready *
ready_new (ChProgram *program, ChKvType type)
{
  Ready *ready = g_new0 (Ready, 1);
  ChKvLayer layer = { type, N_KV_HEADS, K_DIM, V_DIM };
  g_autoptr (GError) error = NULL;

  ready->program = program;
  ready->executables = g_new0 (ChExecutable *, program->n_segments);
  ready->kvs = g_new0 (ChKvStore *, program->n_segments);
  for (guint s = 0; s < program->n_segments; s++)
    {
      ChDevice *device = program->segments[s].device;

      ready->executables[s] = device->klass->prepare (device, program, s, &error);
      g_assert_no_error (error);
      ready->kvs[s] = device->klass->kv_new (device, &layer, 1, 64, &error);
      g_assert_no_error (error);
    }
  return ready;
}

void
ready_free (Ready *ready)
{
  for (guint s = 0; s < ready->program->n_segments; s++)
    {
      ChDevice *device = ready->program->segments[s].device;

      device->klass->free_executable (device, ready->executables[s]);
      device->klass->kv_free (device, ready->kvs[s]);
    }
  g_free (ready->executables);
  g_free (ready->kvs);
  ch_program_free (ready->program);
  g_free (ready);
}

GArray *
ready_run (Ready *ready, const ChBatch *batch, gint n_threads)
{
  const ChValue *value = &ready->program->values[ready->program->result];
  ChDevice *device = ready->program->segments[value->segment].device;
  gsize n_rows = value->rows == CH_ROWS_OUTPUT ? batch->n_outputs : batch->n_rows;
  GArray *result = g_array_new (FALSE, FALSE, sizeof (float));
  g_autoptr (GError) error = NULL;
  const guint8 *rows;

  ch_program_run (ready->program, ready->executables, ready->kvs, batch, n_threads, TRUE,
                  NULL, &error);
  g_assert_no_error (error);
  rows = device->klass->read (device, ready->executables[value->segment], ready->program->result,
                              n_rows, &error);
  g_assert_no_error (error);
  for (gsize i = 0; i < n_rows; i++)
    g_array_append_vals (result, rows + i * value->row_bytes, value->width);
  return result;
}

/* ---- Batches -------------------------------------------------------------------------------- */

gint32
token_at (gsize seq, gsize slot)
{
  return (seq * 17 + slot * 7 + slot / 11) % N_TOKENS;
}

/* Pages of a sequence lie anywhere: here downwards from a start of its own. */
static void
make_view (ChSeqView *view, gsize seq, gsize length)
{
  gsize n = (length + CH_KV_PAGE - 1) / CH_KV_PAGE;
  gint32 *pages = g_new (gint32, n);

  for (gsize i = 0; i < n; i++)
    pages[i] = 63 - seq * 16 - i;
  *view = (ChSeqView) { pages, n, length };
}

TestBatch *
test_batch_new (const gsize *lengths, const gsize *done, gsize n_seqs)
{
  TestBatch *b = g_new0 (TestBatch, 1);
  gsize n_rows = 0, n = 0;

  for (gsize s = 0; s < n_seqs; s++)
    n_rows += lengths[s] - done[s];
  b->rows = g_new0 (ChRow, n_rows);
  b->seqs = g_new0 (ChSeqView, n_seqs);
  b->batch = (ChBatch) { b->rows, n_rows, b->seqs, n_seqs, (n_rows + 2) / 3 };
  for (gsize s = 0; s < n_seqs; s++)
    {
      make_view (&b->seqs[s], s, lengths[s]);
      for (gsize slot = done[s]; slot < lengths[s]; slot++, n++)
        b->rows[n] = (ChRow) { .token = token_at (s, slot),
                              .position = { slot },
                              .slot = slot,
                              .seq = s,
                              .wants_output = n % 3 == 0 };
    }
  return b;
}

void
test_batch_free (TestBatch *b)
{
  for (gsize s = 0; s < b->batch.n_seqs; s++)
    g_free ((gpointer) b->seqs[s].pages);
  g_free (b->seqs);
  g_free (b->rows);
  g_free (b);
}
