/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>

#include "runner.h"

/* Logits of small random models against reference answers: those in the repository, and, where the
 * shared data are there, all of the families that are supported. */

#define EXACT_NMSE 1e-9

typedef struct
{
  char *model;
  GArray *tokens, *reference;
  double peer_nmse, peer_kl; /* llama.cpp's own error on quantized models; 0: none */
} Case;

static void
case_free (gpointer data)
{
  Case *c = data;

  g_free (c->model);
  g_array_unref (c->tokens);
  g_array_unref (c->reference);
  g_free (c);
}

static Case *
case_new (const char *folder, const char *name)
{
  Case *c = g_new0 (Case, 1);
  g_autofree char *stem = g_build_filename (folder, name, NULL);
  g_autofree char *tokens = g_strconcat (stem, ".tokens", NULL);
  g_autofree char *exact = g_strconcat (stem, ".exact.f32", NULL);
  g_autofree char *logits = g_strconcat (stem, ".logits.f32", NULL);

  c->model = g_strconcat (stem, ".gguf", NULL);
  c->tokens = load_tokens (tokens);
  c->reference = load_floats (g_file_test (exact, G_FILE_TEST_EXISTS) ? exact : logits);
  g_assert_cmpuint (c->tokens->len, >, 0);
  g_assert_cmpuint (c->reference->len, >, 0);
  return c;
}

static Runner *
open_case (const Case *c, ChPrecision precision)
{
  RunnerOptions options = {
    .precision = precision, .kv_type = CH_KV_F32, .max_rows = c->tokens->len, .n_pages = 8
  };
  g_autoptr (GError) error = NULL;
  Runner *runner = runner_new (c->model, &options, &error);

  g_assert_no_error (error);
  return runner;
}

static void
check_exact (const Case *c)
{
  static const gsize chunks[] = { 0, 7, 1 };
  g_autoptr (Runner) runner = open_case (c, CH_PRECISION_EXACT);

  for (guint i = 0; i < G_N_ELEMENTS (chunks); i++)
    {
      gint n_threads = chunks[i] == 0 ? 2 : 1;
      g_autoptr (GArray) logits = runner_logits (runner, &g_array_index (c->tokens, gint32, 0),
                                                 c->tokens->len, chunks[i], n_threads);
      double error = nmse (logits, c->reference);

      g_test_message ("chunks of %" G_GSIZE_FORMAT ": NMSE %.1e", chunks[i], error);
      g_assert_cmpfloat (error, <, EXACT_NMSE);
    }
}

/* ---- The fast path -------------------------------------------------------------------------- */

typedef struct
{
  double log_sum;
  guint n, over;
} Ratios;

static Ratios ratios[2]; /* K-quants, others */

static double
fast_ratio (const Case *c)
{
  g_autoptr (Runner) runner = open_case (c, CH_PRECISION_FAST);
  g_autoptr (GArray) logits =
      runner_logits (runner, &g_array_index (c->tokens, gint32, 0), c->tokens->len, 0, 2);
  gsize width = ch_weights_result_width (runner->weights);

  return fmax (nmse (logits, c->reference) / c->peer_nmse,
               mean_divergence (logits, c->reference, width) / c->peer_kl);
}

#define FEW 5 /* files whose mean says nothing yet */

/* A single file's error is noisy, so it may be up to twice the peer's; the mean over all files may
 * not be greater. */
static void
check_fast (const Case *c)
{
  double ratio = fast_ratio (c);
  Ratios *r = &ratios[strstr (c->model, "_k") != NULL ? 0 : 1];

  g_test_message ("%.2f of the peer's error", ratio);
  g_assert_cmpfloat (ratio, <=, 2);
  r->log_sum += log (fmax (ratio, 0.25));
  r->over += ratio > 1.25;
  r->n++;
}

static void
test_case (gconstpointer data)
{
  const Case *c = data;

  check_exact (c);
  if (c->peer_nmse > 0)
    check_fast (c);
}

static void
test_fast_mean (void)
{
  gboolean any = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (ratios); i++)
    {
      if (ratios[i].n < FEW)
        continue;
      any = TRUE;
      g_test_message ("mean ratio %.2f, %u of %u over 1.25", exp (ratios[i].log_sum / ratios[i].n),
                      ratios[i].over, ratios[i].n);
      g_assert_cmpfloat (exp (ratios[i].log_sum / ratios[i].n), <=, 1);
    }
  if (!any)
    g_test_skip ("too few files for a mean: the shared reference data are not here");
}

/* ---- Which cases ---------------------------------------------------------------------------- */

static void
add_case (const char *where, const char *folder, const char *name, double peer_nmse, double peer_kl)
{
  g_autofree char *path = g_strdup_printf ("/logits/%s/%s", where, name);
  Case *c = case_new (folder, name);

  c->peer_nmse = peer_nmse;
  c->peer_kl = peer_kl;
  g_test_add_data_func_full (path, c, test_case, case_free);
}

/* A number of an entry of the index: the first "key": after the entry's name. */
static double
index_number (const char *entry, const char *key)
{
  g_autofree char *quoted = g_strdup_printf ("\"%s\":", key);
  const char *at = strstr (entry, quoted);

  return at != NULL ? g_ascii_strtod (at + strlen (quoted), NULL) : 0;
}

static gboolean
is_ours (const char *name)
{
  static const char *const left_out[] = { "llama4", "qwen35", "qwen3next", "qwen2moe", "qwen3moe" };

  for (guint i = 0; i < G_N_ELEMENTS (left_out); i++)
    if (g_str_has_prefix (name, left_out[i]))
      return FALSE;
  return g_str_has_prefix (name, "llama") || g_str_has_prefix (name, "qwen2")
         || g_str_has_prefix (name, "qwen3");
}

static void
add_shared (const char *shared, const char *folder, gboolean quantized)
{
  g_autofree char *dir = g_build_filename (shared, "ref", folder, NULL);
  g_autofree char *index = g_build_filename (dir, "index.json", NULL);
  g_autofree char *text = NULL;

  if (!g_file_get_contents (index, &text, NULL, NULL))
    return;
  for (const char *at = text; (at = strstr (at, "\"name\": \"")) != NULL;)
    {
      const char *end = strchr (at += strlen ("\"name\": \""), '"');
      g_autofree char *name = g_strndup (at, end - at);

      if (is_ours (name))
        add_case (folder, dir, name, quantized ? index_number (at, "nmse") : 0,
                  quantized ? index_number (at, "kl") : 0);
    }
}

static void
test_no_shared (void)
{
  g_test_skip ("the shared reference data are not here");
}

int
main (int argc, char **argv)
{
  const char *shared = g_getenv ("CHORD_SHARED");
  g_autofree char *data = NULL, *archs = NULL;

  g_test_init (&argc, &argv, NULL);
  data = g_test_build_filename (G_TEST_DIST, "data", NULL);
  add_case ("bare", data, "llama-yarn", 0, 0);
  add_case ("bare", data, "qwen3", 0, 0);
  add_case ("bare", data, "qwen2-q4_0", 7.28e-04, 2.44e-03);
  add_case ("bare", data, "llama-q2_k", 0, 0);
  add_case ("bare", data, "llama-q1_0", 0, 0);
  archs = shared != NULL ? g_build_filename (shared, "ref", "archs", NULL) : NULL;
  if (archs != NULL && g_file_test (archs, G_FILE_TEST_IS_DIR))
    {
      add_shared (shared, "archs", FALSE);
      add_shared (shared, "quants", TRUE);
    }
  else
    g_test_add_func ("/logits/shared", test_no_shared);
  g_test_add_func ("/logits/fast/mean", test_fast_mean);
  return g_test_run ();
}
