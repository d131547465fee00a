/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib.h>
#include <math.h>
#include <string.h>

#include "format/quant.h"

/* The dequantizers against reference blocks (where the conformance data are, all of them; a digest
 * of the same data is kept here so that a bare clone notices a change), and the quantizers against
 * the error that they may make. */

static char *
shared_file (const char *name)
{
  return g_build_filename (g_getenv ("CHORD_SHARED"), "ref", "quant-blocks", name, NULL);
}

static gboolean
load (const char *type, const char *suffix, char **bytes, gsize *length)
{
  g_autofree char *name = g_strconcat (type, suffix, NULL);
  g_autofree char *path = shared_file (name);

  return g_file_get_contents (path, bytes, length, NULL);
}

static void
test_reference_blocks (gconstpointer data)
{
  const ChTypeInfo *info = data;
  g_autofree char *blocks = NULL, *values = NULL;
  g_autofree float *got = NULL;
  gsize blocks_length, values_length, n;
  const float *want;

  if (g_getenv ("CHORD_SHARED") == NULL || !load (info->name, ".bin", &blocks, &blocks_length)
      || !load (info->name, ".f32", &values, &values_length))
    {
      g_test_skip ("no reference blocks of this type at CHORD_SHARED");
      return;
    }
  n = blocks_length / info->bytes * info->block;
  g_assert_cmpuint (values_length, ==, n * sizeof (float));
  got = g_new (float, n);
  want = (const float *) (gpointer) values;
  g_assert_true (ch_dequantize (info->type, blocks, got, n));
  for (gsize i = 0; i < n; i++)
    if (memcmp (&got[i], &want[i], sizeof (float)) != 0 && !(isnan (got[i]) && isnan (want[i])))
      g_error ("%s value %" G_GSIZE_FORMAT ": %.9g for %.9g", info->name, i, got[i], want[i]);
}

/* Blocks of a fixed pseudo-random generator, with scales kept finite, must give the values that
 * they gave when the reference data agreed: the digest is of those. */
static const struct
{
  ChType type;
  const char *digest;
} digests[] = {
#include "digests.inc"
};

static guint32
next_random (guint32 *state)
{
  *state = *state * 1664525u + 1013904223u;
  return *state >> 8;
}

static void
test_digest (gconstpointer data)
{
  const ChTypeInfo *info = data;
  gsize n_blocks = 64, n = n_blocks * info->block;
  g_autofree guint8 *blocks = g_malloc (n_blocks * info->bytes);
  g_autofree float *values = g_new (float, n);
  g_autofree char *digest = NULL;
  guint32 state = 20260101;

  for (gsize i = 0; i < n_blocks * info->bytes; i++)
    blocks[i] = (guint8) next_random (&state);
  g_assert_true (ch_dequantize (info->type, blocks, values, n));
  for (gsize i = 0; i < n; i++)
    if (!isfinite (values[i]) || values[i] == 0)
      values[i] = 0; /* NaN payloads and the sign of zero are not specified */
  digest = g_compute_checksum_for_data (G_CHECKSUM_MD5, (const guchar *) values,
                                        n * sizeof (float));
  g_test_message ("{ CH_TYPE_%s, \"%s\" },", info->name, digest);
  for (gsize i = 0; i < G_N_ELEMENTS (digests); i++)
    if (digests[i].type == info->type)
      {
        g_assert_cmpstr (digest, ==, digests[i].digest);
        return;
      }
  g_assert_not_reached ();
}

static void
test_types (void)
{
  g_assert_null (ch_type_info (4));
  g_assert_cmpstr (ch_type_removed_name (4), ==, "Q4_2");
  g_assert_cmpstr (ch_type_removed_name (31), ==, "Q4_0_4_4");
  g_assert_null (ch_type_removed_name (12));
  g_assert_null (ch_type_info (4096));
  g_assert_cmpint (ch_type_from_name ("q4_k")->type, ==, CH_TYPE_Q4_K);
  g_assert_null (ch_type_from_name ("Q4_Z"));
  g_assert_cmpuint (ch_type_row_bytes (CH_TYPE_Q4_K, 512), ==, 288);
}

/* ---- 16-bit floats --------------------------------------------------------------------------- */

static void
test_halves (void)
{
  for (guint h = 0; h < 65536; h++)
    {
      float f = ch_f16_to_f32 ((guint16) h), b = ch_bf16_to_f32 ((guint16) h);

      if (isfinite (f))
        g_assert_cmpuint (ch_f32_to_f16 (f), ==, h);
      if (!isnan (b))
        g_assert_cmpuint (ch_f32_to_bf16 (b), ==, h);
    }
  g_assert_cmpuint (ch_f32_to_f16 (65519.0f), ==, 0x7bff);
  g_assert_cmpuint (ch_f32_to_f16 (65520.0f), ==, 0x7c00);
  g_assert_cmpuint (ch_f32_to_f16 (0x1p-25f), ==, 0);      /* a tie, to even */
  g_assert_cmpuint (ch_f32_to_f16 (0x1.8p-25f), ==, 1);
  g_assert_cmpuint (ch_f32_to_f16 (1.0f + 0x1p-11f), ==, 0x3c00);
  g_assert_cmpuint (ch_f32_to_f16 (1.0f + 0x3p-11f), ==, 0x3c02);
  g_assert_true (isnan (ch_f16_to_f32 (ch_f32_to_f16 (NAN))));
  g_assert_true (isnan (ch_bf16_to_f32 (ch_f32_to_bf16 (NAN))));
}

/* ---- Plain numbers --------------------------------------------------------------------------- */

/* The types without blocks: numbers as C has them, rounded to the nearest float. */
static void
test_plain (void)
{
  static const gint8 i8[] = { -128, 0, 127 };
  static const gint16 i16[] = { -32768, 258, 32767 };
  static const gint32 i32[] = { G_MININT32, 16777217, 16777219 };
  static const gint64 i64[] = { G_MININT64, (G_GINT64_CONSTANT (1) << 40) + 1, -3 };
  static const double f64[] = { 0.1, -1e300, 1 + 0x1p-24 + 0x1p-40 };
  static const float f32[] = { 0.1f, -INFINITY, 0x1p-149f };
  static const struct
  {
    ChType type;
    const void *bytes;
    float values[3];
  } cases[] = {
    { CH_TYPE_I8, i8, { -128, 0, 127 } },
    { CH_TYPE_I16, i16, { -32768, 258, 32767 } },
    { CH_TYPE_I32, i32, { -0x1p31f, 16777216, 16777220 } },
    { CH_TYPE_I64, i64, { -0x1p63f, 0x1p40f, -3 } },
    { CH_TYPE_F64, f64, { 0.1f, -INFINITY, 1 + 0x1p-23f } },
    { CH_TYPE_F32, f32, { 0.1f, -INFINITY, 0x1p-149f } },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      float got[3];

      g_assert_true (ch_dequantize (cases[i].type, cases[i].bytes, got, 3));
      g_assert_cmpmem (got, sizeof got, cases[i].values, sizeof got);
    }
}

/* ---- Quantizers ------------------------------------------------------------------------------ */

static float
normal_sample (GRand *rand)
{
  double u = g_rand_double_range (rand, 1e-12, 1), v = g_rand_double (rand);

  return (float) (sqrt (-2 * log (u)) * cos (2 * G_PI * v));
}

static double
round_trip_nmse (ChType type, const float *x, gsize n)
{
  g_autofree guint8 *blocks = g_malloc (ch_type_row_bytes (type, n));
  g_autofree float *y = g_new (float, n);
  double error = 0, square = 0;

  g_assert_true (ch_quantize (type, x, blocks, n, NULL));
  g_assert_true (ch_dequantize (type, blocks, y, n));
  for (gsize i = 0; i < n; i++)
    {
      error += ((double) y[i] - x[i]) * ((double) y[i] - x[i]);
      square += (double) x[i] * x[i];
    }
  return error / square;
}

/* Bounds a tenth above what the best known quantizers of each type reach on normal data. */
static void
test_quantizer_error (void)
{
  static const struct
  {
    ChType type;
    double bound;
  } bounds[] = {
    { CH_TYPE_F32, 0 },       { CH_TYPE_F16, 1e-7 },  { CH_TYPE_BF16, 4e-6 },
    { CH_TYPE_Q8_0, 4e-5 },   { CH_TYPE_Q6_K, 5e-4 }, { CH_TYPE_Q5_K, 1.6e-3 },
    { CH_TYPE_Q4_K, 6.5e-3 }, { CH_TYPE_Q4_0, 9e-3 }, { CH_TYPE_Q8_K, 5e-5 },
    { CH_TYPE_Q8_1, 4e-5 },
  };
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  gsize n = 256 * 64;
  g_autofree float *x = g_new (float, n);

  for (gsize i = 0; i < n; i++)
    x[i] = normal_sample (rand);
  for (gsize i = 0; i < G_N_ELEMENTS (bounds); i++)
    {
      double nmse = round_trip_nmse (bounds[i].type, x, n);

      g_test_message ("%s: NMSE %.3g", ch_type_info (bounds[i].type)->name, nmse);
      g_assert_true (ch_can_quantize (bounds[i].type));
      g_assert_cmpfloat (nmse, <=, bounds[i].bound);
    }
}

/* What files may hold: zeros, one value, outliers, infinities, NaN. Nothing may trap, and zeros
 * stay zeros. */
static void
test_quantizer_extremes (void)
{
  static const float odd[] = { 0.0f,   1.0f,     -1.0f,     1e30f, -1e30f,  1e-38f,
                               1e-45f, INFINITY, -INFINITY, NAN,   65504.0f };

  for (guint id = 0; id < 64; id++)
    {
      float x[256] = { 0 }, y[256];
      guint8 block[2048];

      if (ch_type_info (id) == NULL || !ch_can_quantize ((ChType) id))
        continue;
      ch_quantize ((ChType) id, x, block, 256, NULL);
      ch_dequantize ((ChType) id, block, y, 256);
      for (guint i = 0; i < 256; i++)
        g_assert_cmpfloat (y[i], ==, 0);
      for (guint i = 0; i < G_N_ELEMENTS (odd); i++)
        for (guint j = 0; j < G_N_ELEMENTS (odd); j++)
          {
            for (guint k = 0; k < 256; k++)
              x[k] = k % 7 ? odd[i] : odd[j];
            ch_quantize ((ChType) id, x, block, 256, NULL);
            ch_dequantize ((ChType) id, block, y, 256);
          }
    }
}

static void
test_importance (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (2);
  float x[256], y[256], importance[256];
  guint8 block[256];
  double plain = 0, weighted = 0;

  for (guint i = 0; i < 256; i++)
    {
      x[i] = normal_sample (rand);
      importance[i] = i % 4 ? 1e-4f : 1;
    }
  ch_quantize (CH_TYPE_Q4_K, x, block, 256, NULL);
  ch_dequantize (CH_TYPE_Q4_K, block, y, 256);
  for (guint i = 0; i < 256; i += 4)
    plain += (y[i] - x[i]) * (y[i] - x[i]);
  ch_quantize (CH_TYPE_Q4_K, x, block, 256, importance);
  ch_dequantize (CH_TYPE_Q4_K, block, y, 256);
  for (guint i = 0; i < 256; i += 4)
    weighted += (y[i] - x[i]) * (y[i] - x[i]);
  g_assert_cmpfloat (weighted, <, plain);
}

/* Q4_0 and Q8_0 leave no choice: their blocks equal those of other programs. */
static void
test_quantizer_reference (gconstpointer data)
{
  const ChTypeInfo *info = data;
  g_autofree char *blocks = NULL, *source = NULL;
  g_autofree guint8 *got = NULL;
  gsize blocks_length, source_length;

  if (g_getenv ("CHORD_SHARED") == NULL || !load (info->name, ".bin", &blocks, &blocks_length)
      || !load (info->name, ".src.f32", &source, &source_length))
    {
      g_test_skip ("no reference blocks of this type at CHORD_SHARED");
      return;
    }
  got = g_malloc (64 * info->bytes);
  g_assert_true (
      ch_quantize (info->type, (const float *) (gpointer) source, got, 64 * info->block, NULL));
  g_assert_cmpmem (got, 64 * info->bytes, blocks, 64 * info->bytes);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/quant/types", test_types);
  g_test_add_func ("/quant/halves", test_halves);
  g_test_add_func ("/quant/plain", test_plain);
  for (guint id = 0; id < 64; id++)
    {
      const ChTypeInfo *info = ch_type_info (id);
      g_autofree char *reference = NULL, *digest = NULL;

      if (info == NULL || info->block == 1)
        continue;
      digest = g_strdup_printf ("/quant/digest/%s", info->name);
      g_test_add_data_func (digest, info, test_digest);
      if (id == CH_TYPE_Q8_1 || id == CH_TYPE_Q8_K)
        continue; /* types of activations: there are no reference blocks */
      reference = g_strdup_printf ("/quant/reference/%s", info->name);
      g_test_add_data_func (reference, info, test_reference_blocks);
    }
  g_test_add_data_func ("/quant/reference/F16", ch_type_info (CH_TYPE_F16), test_reference_blocks);
  g_test_add_data_func ("/quant/reference/BF16", ch_type_info (CH_TYPE_BF16),
                        test_reference_blocks);
  g_test_add_data_func ("/quant/quantizer/reference/Q4_0", ch_type_info (CH_TYPE_Q4_0),
                        test_quantizer_reference);
  g_test_add_data_func ("/quant/quantizer/reference/Q8_0", ch_type_info (CH_TYPE_Q8_0),
                        test_quantizer_reference);
  g_test_add_func ("/quant/quantizer/error", test_quantizer_error);
  g_test_add_func ("/quant/quantizer/extremes", test_quantizer_extremes);
  g_test_add_func ("/quant/quantizer/importance", test_importance);
  return g_test_run ();
}
