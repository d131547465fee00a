/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "arch/arch-private.h"
#include "base/error.h"

/* Hyper-parameters and tensors that are missing, misshapen or absurd are errors that name them. */

static char *model_path;

/* A change to the sound model on its way into a new file. */
typedef struct
{
  const char *path;
  const char *key; /* metadata that is replaced (by a number, or text) */
  double number;
  const char *text;
  const char *tensor; /* tensor that is left out, or reshaped, or retyped */
  enum
  {
    LEAVE_OUT,
    RESHAPE,
    RETYPE
  } how;
  const char *expected; /* in the message; NULL: loads */
} Change;

typedef struct
{
  ChGguf *from;
  GPtrArray *tensors; /* ChGgufTensor of from, by index in the new file */
} Source;

/* Whatever the new file calls it: enough bytes for every change made here. */
static const void *
fetch (guint index, gpointer data, GError **error)
{
  Source *source = data;

  return ch_gguf_tensor_data (source->from, source->tensors->pdata[index], error);
}

static void
copy_tensor (ChGgufWriter *writer, Source *source, const ChGgufTensor *tensor, const Change *change)
{
  ChGgufTensor t = *tensor;

  if (change->tensor != NULL && g_str_equal (change->tensor, tensor->name))
    {
      if (change->how == LEAVE_OUT)
        return;
      if (change->how == RESHAPE)
        t.ne[0] -= 2;
      if (change->how == RETYPE)
        t.type = t.n_dims == 1 ? CH_TYPE_Q8_0 : CH_TYPE_I8;
    }
  g_ptr_array_add (source->tensors, (gpointer) tensor);
  ch_gguf_writer_add_tensor (writer, t.name, t.type, t.n_dims, t.ne);
}

static char *
write_changed (const Change *change)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChGguf) from = ch_gguf_open (model_path, CH_GGUF_DEFAULT, &error);
  g_autoptr (ChGgufWriter) writer = ch_gguf_writer_new ();
  g_autoptr (GPtrArray) tensors = g_ptr_array_new ();
  Source source = { from, tensors };
  char *path;

  g_assert_no_error (error);
  close (g_file_open_tmp ("chord-load-XXXXXX.gguf", &path, NULL));
  ch_gguf_writer_copy_metadata (writer, from);
  if (change->text != NULL)
    ch_gguf_writer_set_string (writer, change->key, change->text);
  else if (change->key != NULL && change->number == floor (change->number))
    ch_gguf_writer_set_uint32 (writer, change->key, change->number);
  else if (change->key != NULL)
    ch_gguf_writer_set_float (writer, change->key, change->number);
  for (guint64 i = 0; i < ch_gguf_n_tensors (from); i++)
    copy_tensor (writer, &source, ch_gguf_tensor (from, i), change);
  ch_gguf_writer_write (writer, path, fetch, NULL, &source, &error);
  g_assert_no_error (error);
  return path;
}

static void
test_change (gconstpointer data)
{
  const Change *change = data;
  g_autofree char *path = write_changed (change);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChGguf) gguf = ch_gguf_open (path, CH_GGUF_DEFAULT, &error);
  g_autoptr (ChWeights) weights = NULL;

  g_assert_no_error (error);
  weights = ch_weights_load (gguf, NULL, NULL, NULL, &error);
  if (change->expected == NULL)
    g_assert_no_error (error);
  else
    {
      g_assert_null (weights);
      g_assert_true (error != NULL && error->domain == CH_ERROR);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, change->expected));
    }
  g_unlink (path);
}

/* The model: a llama of 2 layers, width 64, 4 heads of 32, 2 of keys and values, 288 tokens. */
static const Change changes[] = {
  { "/load/sound", .expected = NULL },
  { "/load/family", "general.architecture", .text = "perceptron", .expected = "\"perceptron\"" },
  { "/load/other-family", "general.architecture", .text = "qwen3",
    .expected = "qwen3.block_count is missing" },
  { "/load/no-layers", "llama.block_count", 0, .expected = "llama.block_count" },
  { "/load/too-many-layers", "llama.block_count", 2000, .expected = "2000 layers" },
  { "/load/absurd-layers", "llama.block_count", 4e9, .expected = "llama.block_count" },
  { "/load/one-layer-more", "llama.block_count", 3,
    .expected = "blk.2.attn_norm.weight is missing" },
  { "/load/width", "llama.embedding_length", 128, .expected = "token_embd.weight" },
  { "/load/absurd-width", "llama.embedding_length", 4e9, .expected = "llama.embedding_length" },
  { "/load/heads", "llama.attention.head_count", 3, .expected = "head_count" },
  { "/load/no-heads", "llama.attention.head_count", 0, .expected = "head_count" },
  { "/load/kv-heads", "llama.attention.head_count_kv", 3, .expected = "head_count" },
  { "/load/key-length", "llama.attention.key_length", 16, .expected = "rope.dimension_count" },
  { "/load/absurd-key-length", "llama.attention.key_length", 1e6, .expected = "key_length" },
  { "/load/odd-rope", "llama.rope.dimension_count", 31, .expected = "rope.dimension_count" },
  { "/load/rope-base", "llama.rope.freq_base", 0.5, .expected = "rope.freq_base" },
  { "/load/rope-type", "llama.rope.scaling.type", .text = "spiral", .expected = "\"spiral\"" },
  { "/load/ff", "llama.feed_forward_length", 97, .expected = "blk.0.ffn_gate.weight" },
  { "/load/experts-without-tensors", "llama.expert_count", 4, .expected = "expert_used_count" },
  { "/load/wrong-kind", "llama.context_length", .text = "long",
    .expected = "llama.context_length" },
  { "/load/no-embedding", .tensor = "token_embd.weight", .how = LEAVE_OUT,
    .expected = "token_embd.weight is missing" },
  { "/load/no-q", .tensor = "blk.1.attn_q.weight", .how = LEAVE_OUT,
    .expected = "blk.1.attn_q.weight is missing" },
  { "/load/shape-of-k", .tensor = "blk.1.attn_k.weight", .how = RESHAPE,
    .expected = "blk.1.attn_k.weight is 62 x 64" },
  { "/load/shape-of-norm", .tensor = "output_norm.weight", .how = RESHAPE,
    .expected = "output_norm.weight" },
  { "/load/type-of-norm", .tensor = "blk.0.attn_norm.weight", .how = RETYPE,
    .expected = "cannot be of type Q8_0" },
  { "/load/type-of-v", .tensor = "blk.0.attn_v.weight", .how = RETYPE,
    .expected = "cannot be of type I8" },
};

/* ---- Header only, progress, numbers --------------------------------------------------------- */

static void
test_hparams (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChGguf) gguf = ch_gguf_open (model_path, CH_GGUF_DEFAULT, &error);
  ChHparams h;

  g_assert_true (ch_hparams_read (gguf, &h, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (h.n_layers, ==, 2);
  g_assert_cmpuint (h.n_embd, ==, 64);
  g_assert_cmpuint (h.n_heads, ==, 4);
  g_assert_cmpuint (h.n_kv_heads, ==, 2);
  g_assert_cmpuint (h.k_dim, ==, 32);
  g_assert_cmpuint (h.n_vocab, ==, 288);
  g_assert_cmpint (h.rope_scaling, ==, CH_ROPE_SCALING_YARN);
  g_assert_cmpfloat (h.rope_factor, ==, 4);
  g_assert_cmpuint (h.rope_orig_ctx, ==, 64);
}

static gboolean
stop_half_way (double fraction, gpointer data)
{
  *(double *) data = fraction;
  return fraction < 0.5;
}

static void
test_progress (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChGguf) gguf = ch_gguf_open (model_path, CH_GGUF_DEFAULT, &error);
  double fraction = 0;

  g_assert_null (ch_weights_load (gguf, NULL, stop_half_way, &fraction, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpfloat (fraction, ==, 0.5);
}

static void
test_questions (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChGguf) gguf = ch_gguf_open (model_path, CH_GGUF_DEFAULT, &error);
  g_autoptr (ChWeights) w = ch_weights_load (gguf, NULL, NULL, NULL, &error);
  guint64 layer = 64 * 128 * 2 + 64 * 64 * 2 + 3 * 64 * 96;
  ChKvLayer layers[2];

  g_assert_no_error (error);
  g_assert_cmpstr (ch_weights_arch (w), ==, "llama");
  g_assert_cmpuint (ch_weights_result_width (w), ==, 288);
  g_assert_false (ch_weights_is_embedding (w));
  /* The head is the embeddings again, so they are read whole for every token. */
  g_assert_cmpuint (ch_weights_bytes_per_token (w), ==, 4 * (2 * layer + 64 * 288));
  ch_weights_kv_layers (w, CH_KV_F16, layers);
  g_assert_cmpuint (layers[1].n_kv_heads, ==, 2);
  g_assert_cmpuint (layers[1].k_dim, ==, 32);
  g_assert_true (ch_weights_device (w, 2) == ch_device_cpu ());
  g_assert_true (g_strv_contains (ch_arch_names (), "qwen3"));
}

/* ---- RoPE ----------------------------------------------------------------------------------- */

static void
test_rope (void)
{
  ChHparams h = { .n_rot = 64,
                  .n_ctx_train = 4096,
                  .rope_base = 10000,
                  .rope_factor = 8,
                  .rope_attn_factor = 1,
                  .yarn_ext_factor = 1,
                  .yarn_beta_fast = 32,
                  .yarn_beta_slow = 1,
                  .rope_orig_ctx = 4096 };
  float plain[32], linear[32], yarn[32], factors[32];

  for (guint i = 0; i < 32; i++)
    factors[i] = 2;
  g_assert_cmpfloat (ch_rope_frequencies (&h, NULL, plain), ==, 1);
  g_assert_cmpfloat_with_epsilon (plain[0], 1, 1e-7);
  g_assert_cmpfloat_with_epsilon (plain[16], 0.01, 1e-8);
  h.rope_scaling = CH_ROPE_SCALING_LINEAR;
  ch_rope_frequencies (&h, factors, linear);
  g_assert_cmpfloat_with_epsilon (linear[16], 0.01 / 16, 1e-9);
  h.rope_scaling = CH_ROPE_SCALING_YARN;
  g_assert_cmpfloat_with_epsilon (ch_rope_frequencies (&h, NULL, yarn), 1 + 0.1 * log (8), 1e-6);
  /* Fast pairs stay, slow ones are stretched whole, and in between nothing jumps. */
  g_assert_cmpfloat (yarn[0], ==, plain[0]);
  g_assert_cmpfloat_with_epsilon (yarn[31], plain[31] / 8, 1e-9);
  for (guint i = 1; i < 32; i++)
    g_assert_cmpfloat (yarn[i], <, yarn[i - 1]);
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  model_path = g_test_build_filename (G_TEST_DIST, "data", "llama-yarn.gguf", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    g_test_add_data_func (changes[i].path, &changes[i], test_change);
  g_test_add_func ("/load/hparams", test_hparams);
  g_test_add_func ("/load/progress", test_progress);
  g_test_add_func ("/load/questions", test_questions);
  g_test_add_func ("/load/rope", test_rope);
  result = g_test_run ();
  g_free (model_path);
  return result;
}
