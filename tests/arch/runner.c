/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "runner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static ChKvStore *
store_for_segment (Runner *r, guint s, ChKvType type, GError **error)
{
  const ChHparams *h = ch_weights_hparams (r->weights);
  g_autofree ChKvLayer *layers = g_new (ChKvLayer, h->n_layers);
  ChDevice *device = r->program->segments[s].device;

  for (guint i = 0; i < s; i++)
    if (r->program->segments[i].device == device)
      return r->kvs[i];
  ch_weights_kv_layers (r->weights, type, layers);
  for (guint64 i = 0; i < h->n_layers; i++)
    if (ch_weights_device (r->weights, i) != device)
      layers[i].n_kv_heads = 0;
  return device->klass->kv_new (device, layers, h->n_layers, r->n_pages, error);
}

Runner *
runner_new (const char *path, const RunnerOptions *options, GError **error)
{
  g_autoptr (Runner) r = g_new0 (Runner, 1);
  ChWeightsOptions weights_options = { options->precision, options->devices };

  r->n_pages = options->n_pages;
  r->gguf = ch_gguf_open (path, options->flags, error);
  if (r->gguf == NULL)
    return NULL;
  r->weights = ch_weights_load (r->gguf, &weights_options, NULL, NULL, error);
  if (r->weights == NULL)
    return NULL;
  r->program = ch_weights_program (r->weights, options->max_rows, options->max_rows, error);
  if (r->program == NULL)
    return NULL;
  r->executables = g_new0 (ChExecutable *, r->program->n_segments);
  r->kvs = g_new0 (ChKvStore *, r->program->n_segments);
  for (guint s = 0; s < r->program->n_segments; s++)
    {
      ChDevice *device = r->program->segments[s].device;

      r->executables[s] = device->klass->prepare (device, r->program, s, error);
      r->kvs[s] = store_for_segment (r, s, options->kv_type, error);
      if (r->executables[s] == NULL || r->kvs[s] == NULL)
        return NULL;
    }
  return g_steal_pointer (&r);
}

static void
free_segment (Runner *r, guint s)
{
  ChDevice *device = r->program->segments[s].device;
  gboolean shared = FALSE;

  if (r->executables[s] != NULL)
    device->klass->free_executable (device, r->executables[s]);
  for (guint i = 0; i < s; i++)
    shared |= r->program->segments[i].device == device;
  if (!shared && r->kvs[s] != NULL)
    device->klass->kv_free (device, r->kvs[s]);
}

void
runner_free (Runner *r)
{
  for (guint s = r->program != NULL ? r->program->n_segments : 0; s-- > 0;)
    free_segment (r, s);
  g_free (r->executables);
  g_free (r->kvs);
  ch_program_free (r->program);
  g_clear_pointer (&r->weights, ch_weights_free);
  g_clear_pointer (&r->gguf, ch_gguf_unref);
  g_free (r);
}

/* ---- Batches -------------------------------------------------------------------------------- */

static void
append_rows (GArray *rows, const RunnerSeq *seq, gsize index, gsize n_new)
{
  for (gsize i = 0; i < n_new; i++)
    {
      gint32 slot = seq->done + i;
      ChRow row = { .token = seq->tokens[slot],
                    .position = { slot },
                    .slot = slot,
                    .seq = index,
                    .wants_output = true };

      g_array_append_val (rows, row);
    }
}

static void
make_view (const RunnerSeq *seq, gsize n_new, ChSeqView *view)
{
  gsize n = (seq->done + n_new + CH_KV_PAGE - 1) / CH_KV_PAGE;
  gint32 *pages = g_new (gint32, n + 1);

  for (gsize i = 0; i < n; i++)
    pages[i] = seq->first_page - (gint32) i;
  *view = (ChSeqView) { pages, n, seq->done + n_new };
}

static void
append_results (Runner *r, const gsize *n_new, gsize n_seqs, gsize n_rows, GArray **outputs)
{
  const ChValue *value = &r->program->values[r->program->result];
  ChDevice *device = r->program->segments[value->segment].device;
  const guint8 *result = device->klass->read (device, r->executables[value->segment],
                                              r->program->result, n_rows, NULL);

  for (gsize s = 0; s < n_seqs; s++)
    for (gsize i = 0; i < n_new[s]; i++, result += value->row_bytes)
      g_array_append_vals (outputs[s], result, value->width);
}

gboolean
runner_batch (Runner *r, RunnerSeq *seqs, gsize n_seqs, const gsize *n_new, GArray **outputs,
              gint n_threads, const atomic_bool *cancel, GError **error)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, TRUE, sizeof (ChRow));
  g_autofree ChSeqView *views = g_new0 (ChSeqView, n_seqs);
  ChBatch batch;
  gboolean ok;

  for (gsize s = 0; s < n_seqs; s++)
    {
      append_rows (rows, &seqs[s], s, n_new[s]);
      make_view (&seqs[s], n_new[s], &views[s]);
    }
  batch = (ChBatch) { &g_array_index (rows, ChRow, 0), rows->len, views, n_seqs, rows->len };
  ok = ch_program_run (r->program, r->executables, r->kvs, &batch, n_threads, TRUE, cancel, error);
  if (ok)
    append_results (r, n_new, n_seqs, rows->len, outputs);
  for (gsize s = 0; s < n_seqs; s++)
    {
      seqs[s].done += ok ? n_new[s] : 0;
      g_free ((gpointer) views[s].pages);
    }
  return ok;
}

GArray *
runner_logits (Runner *r, const gint32 *tokens, gsize n_tokens, gsize chunk, gint n_threads)
{
  GArray *logits = g_array_new (FALSE, FALSE, sizeof (float));
  RunnerSeq seq = { tokens, n_tokens, r->n_pages - 1, 0 };

  while (seq.done < n_tokens)
    {
      gsize n = MIN (chunk > 0 ? chunk : n_tokens, n_tokens - seq.done);
      g_autoptr (GError) error = NULL;

      runner_batch (r, &seq, 1, &n, &logits, n_threads, NULL, &error);
      g_assert_no_error (error);
    }
  return logits;
}

/* ---- Reference cases ------------------------------------------------------------------------ */

GArray *
load_tokens (const char *path)
{
  GArray *tokens = g_array_new (FALSE, FALSE, sizeof (gint32));
  g_autofree char *text = NULL;
  char *at, *end;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return tokens;
  for (at = text;; at = end)
    {
      gint32 token = g_ascii_strtoll (at, &end, 10);

      if (end == at)
        return tokens;
      g_array_append_val (tokens, token);
    }
}

GArray *
load_floats (const char *path)
{
  GArray *floats = g_array_new (FALSE, FALSE, sizeof (float));
  g_autofree char *bytes = NULL;
  gsize n;

  if (g_file_get_contents (path, &bytes, &n, NULL))
    g_array_append_vals (floats, bytes, n / sizeof (float));
  return floats;
}

double
nmse (const GArray *a, const GArray *reference)
{
  double difference = 0, square = 0;

  if (a->len != reference->len || a->len == 0)
    return INFINITY;
  for (guint i = 0; i < a->len; i++)
    {
      double x = g_array_index (a, float, i), y = g_array_index (reference, float, i);

      difference += (x - y) * (x - y);
      square += y * y;
    }
  return isfinite (difference) && square > 0 ? difference / square : INFINITY;
}

static double
log_sum_exp (const float *x, gsize n)
{
  double max = -INFINITY, sum = 0;

  for (gsize i = 0; i < n; i++)
    max = fmax (max, x[i]);
  for (gsize i = 0; i < n; i++)
    sum += exp (x[i] - max);
  return max + log (sum);
}

double
mean_divergence (const GArray *a, const GArray *reference, gsize width)
{
  double sum = 0;

  for (gsize row = 0; row + width <= a->len; row += width)
    {
      const float *x = &g_array_index (a, float, row), *y = &g_array_index (reference, float, row);
      double lx = log_sum_exp (x, width), ly = log_sum_exp (y, width), row_sum = 0;

      for (gsize i = 0; i < width; i++)
        row_sum += exp (y[i] - ly) * ((y[i] - ly) - (x[i] - lx));
      sum += fmax (0, row_sum);
    }
  return sum / (a->len / width);
}
