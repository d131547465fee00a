/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "chord-synthesizer.h"

#include <math.h>

#include "chord-error.h"
#include "chord-progress-private.h"
#include "format/gguf.h"
#include "format/random-blocks.h"

/* The published hyper-parameters of models that people run. */
typedef struct
{
  const char *name, *arch, *title;
  guint n_layers, n_embd, n_heads, n_kv_heads, head_dim, n_ff, n_vocab, n_ctx;
  float rope_base, norm_eps;
  float rope_scaling;      /* of Llama 3; 0: none */
  gboolean tied;           /* the embedding is the output too */
  gboolean has_head_norms; /* of queries and keys */
} Shape;

static const Shape shapes[] = {
  { "llama-1b", "llama", "Synthetic Llama 3.2 1B", 16, 2048, 32, 8, 64, 8192, 128256, 131072,
    500000, 1e-5f, 32, TRUE, FALSE },
  { "llama-3b", "llama", "Synthetic Llama 3.2 3B", 28, 3072, 24, 8, 128, 8192, 128256, 131072,
    500000, 1e-5f, 32, TRUE, FALSE },
  { "llama-8b", "llama", "Synthetic Llama 3.1 8B", 32, 4096, 32, 8, 128, 14336, 128256, 131072,
    500000, 1e-5f, 8, FALSE, FALSE },
  { "qwen3-0.6b", "qwen3", "Synthetic Qwen3 0.6B", 28, 1024, 16, 8, 128, 3072, 151936, 40960,
    1000000, 1e-6f, 0, TRUE, TRUE },
  { "qwen3-4b", "qwen3", "Synthetic Qwen3 4B", 36, 2560, 32, 8, 128, 9728, 151936, 40960, 1000000,
    1e-6f, 0, TRUE, TRUE },
  /* As small as a model gets, for tests. */
  { "tiny", "llama", "Synthetic tiny model", 2, 256, 4, 2, 64, 512, 512, 2048, 10000, 1e-5f, 0,
    TRUE, FALSE },
};

/* A type, what general.file_type says of a file whose matrices have it, and whether files keep the
 * output in Q6_K. */
static const struct
{
  ChType type;
  guint32 file_type;
  gboolean finer_output;
} kinds[] = {
  { CH_TYPE_F32, 0, FALSE },     { CH_TYPE_F16, 1, FALSE },      { CH_TYPE_BF16, 32, FALSE },
  { CH_TYPE_Q4_0, 2, TRUE },     { CH_TYPE_Q4_1, 3, TRUE },      { CH_TYPE_Q5_0, 8, TRUE },
  { CH_TYPE_Q5_1, 9, TRUE },     { CH_TYPE_Q8_0, 7, FALSE },     { CH_TYPE_Q2_K, 21, TRUE },
  { CH_TYPE_Q3_K, 11, TRUE },    { CH_TYPE_Q4_K, 14, TRUE },     { CH_TYPE_Q5_K, 16, TRUE },
  { CH_TYPE_Q6_K, 18, FALSE },   { CH_TYPE_IQ2_XXS, 19, TRUE },  { CH_TYPE_IQ2_XS, 20, TRUE },
  { CH_TYPE_IQ2_S, 28, TRUE },   { CH_TYPE_IQ3_XXS, 23, TRUE },  { CH_TYPE_IQ3_S, 26, TRUE },
  { CH_TYPE_IQ1_S, 24, TRUE },   { CH_TYPE_IQ4_NL, 25, TRUE },   { CH_TYPE_IQ4_XS, 30, TRUE },
  { CH_TYPE_TQ1_0, 36, TRUE },   { CH_TYPE_TQ2_0, 37, TRUE },    { CH_TYPE_IQ1_M, 31, TRUE },
  { CH_TYPE_MXFP4, 38, TRUE },   { CH_TYPE_NVFP4, 39, TRUE },    { CH_TYPE_Q1_0, 40, TRUE },
  { CH_TYPE_Q2_0, 41, TRUE },
};

typedef struct
{
  const Shape *shape;
  ChType type, output_type;
  ChGgufWriter *writer;
  GArray *tensors; /* of Tensor, in order */
  guint8 *buffer;
  gsize buffer_size;
  ChordProgress *progress;
  GCancellable *cancellable;
} Synthesis;

typedef enum
{
  FILL_RANDOM,
  FILL_ONES,
  FILL_ROPE,
} Fill;

typedef struct
{
  ChType type;
  guint64 cols, rows;
  Fill fill;
} Tensor;

/* ---- Vocabulary ------------------------------------------------------------------------------ *
 *
 * As SentencePiece has it: the special tokens, all bytes, and pieces. Those are every string of one
 * letter, of two, of three and so on, so that longer ones come out of shorter ones. */

#define N_SPECIAL 3
#define N_BYTES 256
#define N_LETTERS 27

enum
{
  TOKEN_NORMAL = 1,
  TOKEN_UNKNOWN = 2,
  TOKEN_CONTROL = 3,
  TOKEN_BYTE = 6,
};

static const char *const special_tokens[N_SPECIAL] = { "<unk>", "<s>", "</s>" };

/* The i-th piece: the mark of a space, or a letter, in each place. */
static char *
piece_text (guint i)
{
  GString *text = g_string_new (NULL);
  guint length = 1, n = N_LETTERS;

  for (; i >= n; n *= N_LETTERS, length++)
    i -= n;
  for (; length > 0; length--, i /= N_LETTERS)
    if (i % N_LETTERS == 0)
      g_string_append (text, "▁");
    else
      g_string_append_c (text, (char) ('a' + i % N_LETTERS - 1));
  return g_string_free (text, FALSE);
}

static char *
token_text (guint i, gint32 *kind)
{
  if (i < N_SPECIAL)
    {
      *kind = i == 0 ? TOKEN_UNKNOWN : TOKEN_CONTROL;
      return g_strdup (special_tokens[i]);
    }
  if (i < N_SPECIAL + N_BYTES)
    {
      *kind = TOKEN_BYTE;
      return g_strdup_printf ("<0x%02X>", i - N_SPECIAL);
    }
  *kind = TOKEN_NORMAL;
  return piece_text (i - N_SPECIAL - N_BYTES);
}

static void
set_vocabulary (ChGgufWriter *writer, guint n)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autofree gint32 *kinds_of = g_new (gint32, n);
  g_autofree float *scores = g_new (float, n);

  for (guint i = 0; i < n; i++)
    {
      g_ptr_array_add (texts, token_text (i, &kinds_of[i]));
      scores[i] = -(float) i;
    }
  ch_gguf_writer_set_string (writer, "tokenizer.ggml.model", "llama");
  ch_gguf_writer_set_string (writer, "tokenizer.ggml.pre", "default");
  ch_gguf_writer_set_strings (writer, "tokenizer.ggml.tokens",
                              (const char *const *) texts->pdata, n);
  ch_gguf_writer_set_floats (writer, "tokenizer.ggml.scores", scores, n);
  ch_gguf_writer_set_int32s (writer, "tokenizer.ggml.token_type", kinds_of, n);
  ch_gguf_writer_set_uint32 (writer, "tokenizer.ggml.unknown_token_id", 0);
  ch_gguf_writer_set_uint32 (writer, "tokenizer.ggml.bos_token_id", 1);
  ch_gguf_writer_set_uint32 (writer, "tokenizer.ggml.eos_token_id", 2);
}

/* ---- Hyper-parameters ------------------------------------------------------------------------ */

static void
set_number (Synthesis *s, const char *key, guint value)
{
  g_autofree char *name = g_strdup_printf ("%s.%s", s->shape->arch, key);

  ch_gguf_writer_set_uint32 (s->writer, name, value);
}

static void
set_real (Synthesis *s, const char *key, float value)
{
  g_autofree char *name = g_strdup_printf ("%s.%s", s->shape->arch, key);

  ch_gguf_writer_set_float (s->writer, name, value);
}

static void
set_metadata (Synthesis *s, guint32 file_type)
{
  const Shape *shape = s->shape;

  ch_gguf_writer_set_string (s->writer, "general.architecture", shape->arch);
  ch_gguf_writer_set_string (s->writer, "general.name", shape->title);
  ch_gguf_writer_set_uint32 (s->writer, "general.file_type", file_type);
  ch_gguf_writer_set_uint32 (s->writer, "general.quantization_version", 2);
  set_number (s, "block_count", shape->n_layers);
  set_number (s, "context_length", shape->n_ctx);
  set_number (s, "embedding_length", shape->n_embd);
  set_number (s, "feed_forward_length", shape->n_ff);
  set_number (s, "attention.head_count", shape->n_heads);
  set_number (s, "attention.head_count_kv", shape->n_kv_heads);
  set_number (s, "attention.key_length", shape->head_dim);
  set_number (s, "attention.value_length", shape->head_dim);
  set_number (s, "rope.dimension_count", shape->head_dim);
  set_number (s, "vocab_size", shape->n_vocab);
  set_real (s, "rope.freq_base", shape->rope_base);
  set_real (s, "attention.layer_norm_rms_epsilon", shape->norm_eps);
  set_vocabulary (s->writer, shape->n_vocab);
}

/* ---- Tensors --------------------------------------------------------------------------------- */

static void
add_tensor (Synthesis *s, const char *name, Tensor tensor)
{
  guint64 ne[2] = { tensor.cols, tensor.rows };

  ch_gguf_writer_add_tensor (s->writer, name, tensor.type, tensor.fill == FILL_RANDOM ? 2 : 1, ne);
  g_array_append_val (s->tensors, tensor);
}

static void
add_vector (Synthesis *s, const char *name, guint64 n)
{
  add_tensor (s, name, (Tensor) { CH_TYPE_F32, n, 1, FILL_ONES });
}

static void
add_layer_vector (Synthesis *s, guint layer, const char *part, guint64 n)
{
  g_autofree char *name = g_strdup_printf ("blk.%u.%s.weight", layer, part);

  add_vector (s, name, n);
}

static void
add_layer_matrix (Synthesis *s, guint layer, const char *part, guint64 cols, guint64 rows)
{
  g_autofree char *name = g_strdup_printf ("blk.%u.%s.weight", layer, part);

  add_tensor (s, name, (Tensor) { s->type, cols, rows, FILL_RANDOM });
}

static void
add_layer (Synthesis *s, guint i)
{
  const Shape *shape = s->shape;
  guint64 q = (guint64) shape->n_heads * shape->head_dim;
  guint64 kv = (guint64) shape->n_kv_heads * shape->head_dim;

  add_layer_vector (s, i, "attn_norm", shape->n_embd);
  add_layer_matrix (s, i, "attn_q", shape->n_embd, q);
  add_layer_matrix (s, i, "attn_k", shape->n_embd, kv);
  add_layer_matrix (s, i, "attn_v", shape->n_embd, kv);
  add_layer_matrix (s, i, "attn_output", q, shape->n_embd);
  if (shape->has_head_norms)
    {
      add_layer_vector (s, i, "attn_q_norm", shape->head_dim);
      add_layer_vector (s, i, "attn_k_norm", shape->head_dim);
    }
  add_layer_vector (s, i, "ffn_norm", shape->n_embd);
  add_layer_matrix (s, i, "ffn_gate", shape->n_embd, shape->n_ff);
  add_layer_matrix (s, i, "ffn_up", shape->n_embd, shape->n_ff);
  add_layer_matrix (s, i, "ffn_down", shape->n_ff, shape->n_embd);
}

static void
add_tensors (Synthesis *s)
{
  const Shape *shape = s->shape;
  ChType embedding = shape->tied ? s->output_type : s->type;

  add_tensor (s, "token_embd.weight",
              (Tensor) { embedding, shape->n_embd, shape->n_vocab, FILL_RANDOM });
  if (shape->rope_scaling > 0)
    add_tensor (s, "rope_freqs.weight",
                (Tensor) { CH_TYPE_F32, shape->head_dim / 2, 1, FILL_ROPE });
  for (guint i = 0; i < shape->n_layers; i++)
    add_layer (s, i);
  add_vector (s, "output_norm.weight", shape->n_embd);
  if (!shape->tied)
    add_tensor (s, "output.weight",
                (Tensor) { s->output_type, shape->n_embd, shape->n_vocab, FILL_RANDOM });
}

/* What Llama 3 divides each frequency by: low ones by all of it, high ones by nothing. */
static void
fill_rope (const Shape *shape, float *factors)
{
  for (guint i = 0; i < shape->head_dim / 2; i++)
    {
      double frequency = pow (shape->rope_base, -2.0 * i / shape->head_dim);
      double turns = 8192 * frequency / (2 * G_PI);
      double smooth = CLAMP ((turns - 1) / 3, 0, 1);

      factors[i] = (float) (1 / ((1 - smooth) / shape->rope_scaling + smooth));
    }
}

static const void *
fetch_tensor (guint index, gpointer data, GError **error)
{
  Synthesis *s = data;
  const Tensor *tensor = &g_array_index (s->tensors, Tensor, index);
  guint64 n = tensor->cols * tensor->rows, state = index;
  gsize bytes = ch_type_row_bytes (tensor->type, n);

  if (bytes > s->buffer_size)
    {
      g_free (s->buffer);
      s->buffer = g_try_malloc (bytes);
      s->buffer_size = s->buffer ? bytes : 0;
    }
  if (!s->buffer)
    {
      g_set_error (error, CHORD_ERROR, CHORD_ERROR_NO_MEMORY,
                   "There is no memory for a tensor of %" G_GSIZE_FORMAT " bytes", bytes);
      return NULL;
    }
  if (tensor->fill == FILL_ROPE)
    fill_rope (s->shape, (float *) (gpointer) s->buffer);
  else if (tensor->fill == FILL_ONES)
    for (guint64 i = 0; i < n; i++)
      ((float *) (gpointer) s->buffer)[i] = 1;
  else /* as large as keeps the size of what goes through */
    ch_make_up (tensor->type, s->buffer, n, 1 / sqrtf ((float) tensor->cols), &state);
  return s->buffer;
}

static gboolean
report_written (guint64 done, guint64 total, gpointer data)
{
  Synthesis *s = data;

  chord_progress_report (s->progress, done, total);
  return !g_cancellable_is_cancelled (s->cancellable);
}

/* ---- The public side ------------------------------------------------------------------------- */

static gboolean
find_shape (const char *name, Synthesis *s, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (shapes); i++)
    if (g_ascii_strcasecmp (shapes[i].name, name) == 0)
      {
        s->shape = &shapes[i];
        return TRUE;
      }
  g_set_error (error, CHORD_ERROR, CHORD_ERROR_INVALID_ARGUMENT, "No shape has the name “%s”",
               name);
  return FALSE;
}

static gboolean
find_type (const char *name, Synthesis *s, guint32 *file_type, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_ascii_strcasecmp (ch_type_info (kinds[i].type)->name, name) == 0)
      {
        s->type = kinds[i].type;
        s->output_type = kinds[i].finer_output ? CH_TYPE_Q6_K : kinds[i].type;
        *file_type = kinds[i].file_type;
        return TRUE;
      }
  g_set_error (error, CHORD_ERROR, CHORD_ERROR_INVALID_ARGUMENT,
               "Weights cannot be made up in the type “%s”", name);
  return FALSE;
}

gboolean
chord_synthesize_model (const char *shape, const char *type, GFile *destination,
                        ChordProgress *progress, GCancellable *cancellable, GError **error)
{
  g_autofree char *path = NULL;
  Synthesis s = { .progress = progress, .cancellable = cancellable };
  guint32 file_type;
  gboolean ok;

  g_return_val_if_fail (shape != NULL && type != NULL, FALSE);
  g_return_val_if_fail (G_IS_FILE (destination), FALSE);

  if (!find_shape (shape, &s, error) || !find_type (type, &s, &file_type, error))
    return FALSE;
  if ((path = g_file_get_path (destination)) == NULL)
    {
      g_set_error_literal (error, CHORD_ERROR, CHORD_ERROR_UNSUPPORTED,
                           "A model can only be written to a file that has a local path");
      return FALSE;
    }
  chord_progress_begin (progress, NULL);
  s.writer = ch_gguf_writer_new ();
  s.tensors = g_array_new (FALSE, FALSE, sizeof (Tensor));
  set_metadata (&s, file_type);
  add_tensors (&s);
  ok = ch_gguf_writer_write (s.writer, path, fetch_tensor, report_written, &s, error);
  ch_gguf_writer_free (s.writer);
  g_array_unref (s.tensors);
  g_free (s.buffer);
  return ok;
}

GStrv
chord_list_synthetic_shapes (void)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (shapes); i++)
    g_strv_builder_add (builder, shapes[i].name);
  return g_strv_builder_end (builder);
}

GStrv
chord_list_synthetic_types (void)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    g_strv_builder_add (builder, ch_type_info (kinds[i].type)->name);
  return g_strv_builder_end (builder);
}
