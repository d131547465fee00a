/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chord-chart-scale.h"

#include <math.h>

/* Ticks are round, span the data, and are not too many. */

static void
assert_ticks (ChordScale scale, const char *labels)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < chord_scale_n_ticks (&scale); i++)
    {
      g_autofree char *label = chord_scale_label (&scale, i);
      g_string_append_printf (text, "%s%s", i > 0 ? " " : "", label);
    }
  g_assert_cmpstr (text->str, ==, labels);
}

static void
test_decimal (void)
{
  assert_ticks (chord_scale_new (CHORD_SCALE_DECIMAL, 0, 9.3, 5), "0 2 4 6 8 10");
  assert_ticks (chord_scale_new (CHORD_SCALE_DECIMAL, 0, 10, 5), "0 2 4 6 8 10");
  assert_ticks (chord_scale_new (CHORD_SCALE_DECIMAL, 0, 0.31, 5), "0.0 0.1 0.2 0.3 0.4");
  assert_ticks (chord_scale_new (CHORD_SCALE_DECIMAL, 0, 0.012, 4), "0.000 0.005 0.010 0.015");
  assert_ticks (chord_scale_new (CHORD_SCALE_DECIMAL, 0, 1234, 5), "0 500 1000 1500");
}

static void
test_integer (void)
{
  assert_ticks (chord_scale_new (CHORD_SCALE_INTEGER, 1, 2, 8), "1 2");
  assert_ticks (chord_scale_new (CHORD_SCALE_INTEGER, 1, 4, 8), "1 2 3 4");
  assert_ticks (chord_scale_new (CHORD_SCALE_INTEGER, 1, 16, 8), "2 4 6 8 10 12 14 16");
}

static void
test_binary (void)
{
  assert_ticks (chord_scale_new (CHORD_SCALE_BINARY, 0, 512, 4), "0 128 256 384 512");
  assert_ticks (chord_scale_new (CHORD_SCALE_BINARY, 0, 4096, 4), "0 1K 2K 3K 4K");
  assert_ticks (chord_scale_new (CHORD_SCALE_BINARY, 0, 16384, 5), "0 4K 8K 12K 16K");
}

/* Whatever comes out of a measurement gives an axis that can be drawn. */
static void
test_odd (void)
{
  static const double odd[][2] = { { 0, 0 }, { 5, 5 }, { 3, 1 }, { 0, NAN }, { NAN, 4 },
                                   { 0, INFINITY }, { 0, 1e-12 }, { 0, 1e15 } };

  for (gsize i = 0; i < G_N_ELEMENTS (odd); i++)
    for (ChordScaleKind kind = CHORD_SCALE_DECIMAL; kind <= CHORD_SCALE_BINARY; kind++)
      {
        ChordScale scale = chord_scale_new (kind, odd[i][0], odd[i][1], 6);

        g_assert_true (isfinite (scale.min) && isfinite (scale.max) && scale.step > 0);
        g_assert_cmpfloat (scale.max, >, scale.min);
        g_assert_cmpuint (chord_scale_n_ticks (&scale), >=, 1);
        g_assert_cmpuint (chord_scale_n_ticks (&scale), <=, 9);
      }
}

static void
test_position (void)
{
  ChordScale scale = chord_scale_new (CHORD_SCALE_DECIMAL, 0, 10, 5);
  ChordScale threads = chord_scale_new (CHORD_SCALE_INTEGER, 1, 3, 5);

  g_assert_cmpfloat (chord_scale_position (&scale, 0), ==, 0);
  g_assert_cmpfloat (chord_scale_position (&scale, 5), ==, 0.5);
  g_assert_cmpfloat (chord_scale_position (&scale, 10), ==, 1);
  g_assert_cmpfloat (chord_scale_position (&threads, 1), ==, 0);
  g_assert_cmpfloat (chord_scale_position (&threads, 2), ==, 0.5);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chart-scale/decimal", test_decimal);
  g_test_add_func ("/chart-scale/integer", test_integer);
  g_test_add_func ("/chart-scale/binary", test_binary);
  g_test_add_func ("/chart-scale/odd", test_odd);
  g_test_add_func ("/chart-scale/position", test_position);
  return g_test_run ();
}
