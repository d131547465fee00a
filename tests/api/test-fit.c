/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fixture.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "format/gguf.h"

/* What a model is said to need against what it takes: a process of its own loads it, fills the
 * context, and tells how much it has grown. */

typedef struct
{
  const char *name;
  guint n_layers, n_embd, n_ff, n_heads, n_kv_heads, head_dim;
  gboolean is_tied; /* no matrix of its own for the result */
  ChType type;
  ChordPrecision precision;
  ChordKvType kv_type;
  guint n_ctx;
} Shape;

static const Shape shapes[] = {
  { "/fit/rss/weights", 8, 1024, 2816, 8, 4, 128, FALSE, CH_TYPE_Q8_0, CHORD_PRECISION_FAST,
    CHORD_KV_TYPE_F16, 512 },
  { "/fit/rss/long-context-f32", 6, 512, 512, 8, 8, 256, TRUE, CH_TYPE_Q4_0, CHORD_PRECISION_FAST,
    CHORD_KV_TYPE_F32, 1536 },
  { "/fit/rss/exact", 6, 768, 2048, 8, 8, 96, TRUE, CH_TYPE_F16, CHORD_PRECISION_EXACT,
    CHORD_KV_TYPE_AUTO, 512 },
};

/* ---- Making the model ------------------------------------------------------------------------ */

typedef struct
{
  const Shape *shape;
  GArray *bytes; /* gsize: of each tensor */
  guint8 *zeros;
} Maker;

static void
add_matrix (ChGgufWriter *writer, Maker *maker, const char *name, ChType type, guint64 cols,
            guint64 rows)
{
  const guint64 ne[] = { cols, rows };
  const gsize bytes = ch_type_row_bytes (type, cols) * rows;

  ch_gguf_writer_add_tensor (writer, name, type, rows == 1 ? 1 : 2, ne);
  g_array_append_val (maker->bytes, bytes);
}

static void
add_layer (ChGgufWriter *writer, Maker *maker, guint layer)
{
  const Shape *s = maker->shape;
  const struct
  {
    const char *name;
    guint cols, rows;
  } matrices[] = {
    { "attn_q", s->n_embd, s->n_heads * s->head_dim },
    { "attn_k", s->n_embd, s->n_kv_heads * s->head_dim },
    { "attn_v", s->n_embd, s->n_kv_heads * s->head_dim },
    { "attn_output", s->n_heads * s->head_dim, s->n_embd },
    { "ffn_gate", s->n_embd, s->n_ff },
    { "ffn_up", s->n_embd, s->n_ff },
    { "ffn_down", s->n_ff, s->n_embd },
    { "attn_norm", s->n_embd, 1 },
    { "ffn_norm", s->n_embd, 1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (matrices); i++)
    {
      g_autofree char *name = g_strdup_printf ("blk.%u.%s.weight", layer, matrices[i].name);

      add_matrix (writer, maker, name, matrices[i].rows == 1 ? CH_TYPE_F32 : s->type,
                  matrices[i].cols, matrices[i].rows);
    }
}

/* The vocabulary is that of the built-in model. */
static void
set_metadata (ChGgufWriter *writer, const Shape *shape, const ChGguf *from)
{
  ch_gguf_writer_copy_metadata (writer, from);
  ch_gguf_writer_set_uint32 (writer, "llama.block_count", shape->n_layers);
  ch_gguf_writer_set_uint32 (writer, "llama.embedding_length", shape->n_embd);
  ch_gguf_writer_set_uint32 (writer, "llama.feed_forward_length", shape->n_ff);
  ch_gguf_writer_set_uint32 (writer, "llama.attention.head_count", shape->n_heads);
  ch_gguf_writer_set_uint32 (writer, "llama.attention.head_count_kv", shape->n_kv_heads);
  ch_gguf_writer_set_uint32 (writer, "llama.attention.key_length", shape->head_dim);
  ch_gguf_writer_set_uint32 (writer, "llama.attention.value_length", shape->head_dim);
  ch_gguf_writer_set_uint32 (writer, "llama.rope.dimension_count", shape->head_dim);
  ch_gguf_writer_set_uint32 (writer, "llama.context_length", shape->n_ctx);
}

static const void *
fetch (guint index, gpointer data, GError **error)
{
  return ((Maker *) data)->zeros;
}

static char *
make_model (const Shape *shape)
{
  g_autofree char *source = fixture_model_path (), *zeros = g_malloc0 (64 * 1024 * 1024);
  g_autoptr (GArray) bytes = g_array_new (FALSE, FALSE, sizeof (gsize));
  g_autoptr (ChGgufWriter) writer = ch_gguf_writer_new ();
  Maker maker = { shape, bytes, (guint8 *) zeros };
  g_autoptr (GError) error = NULL;
  g_autoptr (ChGguf) from = ch_gguf_open (source, CH_GGUF_DEFAULT, &error);
  char *path;

  g_assert_no_error (error);
  close (g_file_open_tmp ("chord-fit-XXXXXX.gguf", &path, NULL));
  set_metadata (writer, shape, from);
  add_matrix (writer, &maker, "token_embd.weight", shape->type, shape->n_embd, 4096);
  add_matrix (writer, &maker, "output_norm.weight", CH_TYPE_F32, shape->n_embd, 1);
  if (!shape->is_tied)
    add_matrix (writer, &maker, "output.weight", shape->type, shape->n_embd, 4096);
  for (guint i = 0; i < shape->n_layers; i++)
    add_layer (writer, &maker, i);
  for (guint i = 0; i < bytes->len; i++)
    g_assert_cmpuint (g_array_index (bytes, gsize, i), <=, 64 * 1024 * 1024);
  ch_gguf_writer_write (writer, path, fetch, NULL, &maker, &error);
  g_assert_no_error (error);
  return path;
}

/* ---- The process that grows ------------------------------------------------------------------ */

static ChordModelOptions *
options_of (const Shape *shape)
{
  ChordModelOptions *options = chord_model_options_new ();

  chord_model_options_set_precision (options, shape->precision);
  chord_model_options_set_kv_type (options, shape->kv_type);
  chord_model_options_set_context_length (options, shape->n_ctx);
  chord_model_options_set_n_sessions (options, 1);
  return options;
}

static int
grow (const Shape *shape, const char *path)
{
  g_autoptr (ChordModelOptions) options = options_of (shape);
  g_autoptr (ChordBenchmark) benchmark = NULL;
  g_autoptr (GListModel) results = NULL;
  g_autoptr (ChordModel) model = NULL;
  g_autoptr (GError) error = NULL;
  guint64 before;

  chord_machine_get_default ();
  before = chord_get_peak_memory ();
  model = chord_model_load (path, options, NULL, NULL, &error);
  g_assert_no_error (error);
  benchmark = chord_benchmark_new (model);
  g_object_set (benchmark, "n-prompt", shape->n_ctx - 8, "n-generate", 0, "repetitions", 1, NULL);
  results = chord_benchmark_run (benchmark, NULL, NULL, &error);
  g_assert_no_error (error);
  g_print ("%" G_GUINT64_FORMAT "\n", chord_get_peak_memory () - before);
  return 0;
}

static guint64
measure (const Shape *shape, const char *path)
{
  g_autofree char *index = g_strdup_printf ("%d", (int) (shape - shapes));
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL), *output = NULL;
  const char *const argv[] = { self, "--grow", index, path, NULL };
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &output, NULL, &status,
                &error);
  g_assert_no_error (error);
  g_assert_true (g_spawn_check_wait_status (status, NULL));
  return g_ascii_strtoull (output, NULL, 10);
}

static void
test_rss (gconstpointer data)
{
  const Shape *shape = data;
  g_autofree char *path = make_model (shape);
  g_autoptr (ChordModelOptions) options = options_of (shape);
  g_autoptr (ChordModelFile) file = NULL;
  g_autoptr (ChordFit) fit = NULL;
  g_autoptr (GError) error = NULL;
  guint64 grown;
  double ratio;

  file = chord_model_file_new_for_path (path, CHORD_MODEL_FILE_FLAGS_NONE, &error);
  g_assert_no_error (error);
  fit = chord_fit_new_for_file (file, options, NULL, &error);
  g_assert_no_error (error);
  grown = measure (shape, path);
  ratio = (double) chord_fit_get_total (fit) / (double) grown;
  g_test_message ("weights %" G_GUINT64_FORMAT ", context %" G_GUINT64_FORMAT
                  ", scratch %" G_GUINT64_FORMAT ", total %" G_GUINT64_FORMAT
                  ", grown %" G_GUINT64_FORMAT ", ratio %.3f",
                  chord_fit_get_weights (fit), chord_fit_get_context (fit),
                  chord_fit_get_scratch (fit), chord_fit_get_total (fit), grown, ratio);
  g_unlink (path);
  g_assert_cmpfloat (ratio, >, 0.9);
  g_assert_cmpfloat (ratio, <, 1.1);
}

int
main (int argc, char **argv)
{
  if (argc == 4 && strcmp (argv[1], "--grow") == 0)
    return grow (&shapes[atoi (argv[2])], argv[3]);
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (shapes); i++)
    g_test_add_data_func (shapes[i].name, &shapes[i], test_rss);
  return g_test_run ();
}
