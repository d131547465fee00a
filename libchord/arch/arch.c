/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gio/gio.h>
#include <math.h>

#include "arch/arch-private.h"

#include "base/debug.h"
#include "base/error.h"

/* ---- The table of families ------------------------------------------------------------------ */

static const ChArch *const families[] = {
  &ch_arch_llama,
  &ch_arch_qwen2,
  &ch_arch_qwen3,
};

const char *const *
ch_arch_names (void)
{
  static const char *names[G_N_ELEMENTS (families) + 1];
  static gsize once;

  if (g_once_init_enter (&once))
    {
      for (guint i = 0; i < G_N_ELEMENTS (families); i++)
        names[i] = families[i]->name;
      g_once_init_leave (&once, 1);
    }
  return names;
}

const ChArch *
ch_arch_of_file (const ChGguf *gguf, GError **error)
{
  g_autofree char *shown = NULL;
  const char *name = NULL;

  if (!ch_gguf_get_string (gguf, "general.architecture", &name, error))
    return NULL;
  if (name == NULL)
    {
      g_set_error (error, CH_ERROR, CH_ERROR_INVALID_FILE, "%s: general.architecture is missing",
                   ch_gguf_name (gguf));
      return NULL;
    }
  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    if (g_str_equal (families[i]->name, name))
      return families[i];
  shown = ch_gguf_quote (name);
  g_set_error (error, CH_ERROR, CH_ERROR_UNSUPPORTED,
               "%s: models of the family %s are not supported yet", ch_gguf_name (gguf), shown);
  return NULL;
}

static gboolean
read_hparams (const ChGguf *gguf, const ChArch *arch, ChHparams *hparams, GError **error)
{
  return ch_hparams_read_common (gguf, arch->name, hparams, error)
         && (arch->hparams == NULL || arch->hparams (gguf, hparams, error));
}

gboolean
ch_hparams_read (const ChGguf *gguf, ChHparams *hparams, GError **error)
{
  const ChArch *arch = ch_arch_of_file (gguf, error);

  return arch != NULL && read_hparams (gguf, arch, hparams, error);
}

/* ---- Loading -------------------------------------------------------------------------------- */

static void
free_weight (gpointer data)
{
  ChWeight *weight = data;

  weight->device->klass->free_weight (weight->device, weight);
}

static void
choose_devices (ChWeights *w, ChDevice *const *devices)
{
  guint64 n = w->hparams.n_layers + 1;

  w->devices = g_new0 (ChDevice *, n);
  for (guint64 i = 0; i < n; i++)
    w->devices[i] = devices != NULL ? devices[i] : ch_device_cpu ();
}

static void
set_attention_shape (ChWeights *w)
{
  w->attn = (ChAttnShape) {
    .n_heads = w->hparams.n_heads,
    .n_kv_heads = w->hparams.n_kv_heads,
    .k_dim = w->hparams.k_dim,
    .v_dim = w->hparams.v_dim,
    .scale = 1 / sqrt ((double) w->hparams.k_dim),
  };
}

static gboolean
load_tensors (ChWeights *w, gboolean (*progress) (double, gpointer), gpointer data)
{
  guint64 n_layers = w->hparams.n_layers;

  w->layer = -1;
  w->arch->load_model (w, w->model);
  for (guint64 i = 0; i < n_layers && w->error == NULL; i++)
    {
      w->layer = i;
      w->arch->load_layer (w, (guint8 *) w->layers + i * w->arch->layer_size);
      if (w->error == NULL && progress != NULL && !progress ((i + 1.0) / n_layers, data))
        g_set_error_literal (&w->error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Cancelled");
    }
  return w->error == NULL;
}

/* A file with fewer tensors than layers lies about its layers: find that out before there is memory
 * for them. */
static gboolean
layers_exist (const ChWeights *w, GError **error)
{
  if (w->hparams.n_layers <= ch_gguf_n_tensors (w->gguf))
    return TRUE;
  g_set_error (error, CH_ERROR, CH_ERROR_INVALID_FILE,
               "%s: %" G_GUINT64_FORMAT " layers in %" G_GUINT64_FORMAT " tensors",
               ch_gguf_name (w->gguf), w->hparams.n_layers, ch_gguf_n_tensors (w->gguf));
  return FALSE;
}

ChWeights *
ch_weights_load (ChGguf *gguf, const ChWeightsOptions *options,
                 gboolean (*progress) (double, gpointer), gpointer data, GError **error)
{
  const ChArch *arch = ch_arch_of_file (gguf, error);
  g_autoptr (ChWeights) w = NULL;

  if (arch == NULL)
    return NULL;
  w = g_new0 (ChWeights, 1);
  w->arch = arch;
  w->gguf = ch_gguf_ref (gguf);
  w->precision = options != NULL ? options->precision : CH_PRECISION_FAST;
  w->tensors = g_ptr_array_new_with_free_func (free_weight);
  if (!read_hparams (gguf, arch, &w->hparams, error) || !layers_exist (w, error)
      || !ch_rope_prepare (w, error))
    return NULL;
  choose_devices (w, options != NULL ? options->layer_devices : NULL);
  set_attention_shape (w);
  w->model = g_malloc0 (arch->model_size);
  w->layers = g_malloc0_n (w->hparams.n_layers, arch->layer_size);
  if (!load_tensors (w, progress, data))
    {
      g_propagate_error (error, g_steal_pointer (&w->error));
      return NULL;
    }
  return g_steal_pointer (&w);
}

void
ch_weights_free (ChWeights *w)
{
  g_ptr_array_unref (w->tensors);
  ch_gguf_unref (w->gguf);
  g_free (w->devices);
  g_free (w->model);
  g_free (w->layers);
  g_free (w->rope_freqs);
  g_clear_error (&w->error);
  g_free (w);
}

/* ---- What others ask ------------------------------------------------------------------------ */

const ChHparams *
ch_weights_hparams (const ChWeights *w)
{
  return &w->hparams;
}

const char *
ch_weights_arch (const ChWeights *w)
{
  return w->arch->name;
}

ChPrecision
ch_weights_precision (const ChWeights *w)
{
  return w->precision;
}

gboolean
ch_weights_is_embedding (const ChWeights *w)
{
  return FALSE; /* every family here ends in logits */
}

gsize
ch_weights_result_width (const ChWeights *w)
{
  return w->hparams.n_vocab;
}

guint64
ch_weights_bytes_per_token (const ChWeights *w)
{
  return w->bytes_per_token;
}

ChDevice *
ch_weights_device (const ChWeights *w, gint layer)
{
  return w->devices[layer];
}

void
ch_weights_kv_layers (const ChWeights *w, ChKvType type, ChKvLayer *layers)
{
  for (guint64 i = 0; i < w->hparams.n_layers; i++)
    layers[i] = (ChKvLayer) { type, w->hparams.n_kv_heads, w->hparams.k_dim, w->hparams.v_dim };
}

/* ---- Programs ------------------------------------------------------------------------------- */

ChRef
ch_last_rows (const ChWeights *w, ChBuilder *b, guint64 layer, ChRef x)
{
  return layer + 1 == w->hparams.n_layers ? ch_outputs (b, x) : x;
}

static void
log_program (const ChProgram *program)
{
  g_autofree char *text = ch_debug (CH_DEBUG_PROGRAM) ? ch_program_dump (program) : NULL;

  if (text != NULL)
    ch_debug_log (CH_DEBUG_PROGRAM, "%s", text);
}

ChProgram *
ch_weights_program (ChWeights *w, gsize max_rows, gsize max_outputs, GError **error)
{
  g_autoptr (ChBuilder) b = ch_builder_new (w->precision);
  ChProgram *program;

  w->arch->forward (w, b);
  program = ch_compile (b, max_rows, max_outputs, error);
  if (program != NULL)
    log_program (program);
  return program;
}
